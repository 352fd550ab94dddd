//! Marks round the trimmed pages: where to cut and fold, and what sheet it is.

use super::super::drawing::{Align, InkColour, PdfDrawing, TextStyle};
use super::super::faces::{Faces, Weight};
use super::super::units::POINTS_PER_MM as MM;
use super::layout::{Arrangement, Marks, SheetFace, SheetRect, SheetSide};

/// Width of the lines, in points.
const LINE: f64 = 0.25;

/// Dashes of fold marks, in millimetres.
const DASH_MM: f64 = 0.7;

/// Type of the slug line, and how far it keeps off the marks on both sides.
const SLUG: TextStyle = TextStyle { weight: Weight::Regular, size: 6.0, colour: InkColour::BLACK, align: Align::Left };
const ASIDE_MM: f64 = 2.0;

/// Draws the marks of a side of a sheet on a page of its own; nothing where there is no room for any.
pub fn draw(
    drawing: &mut PdfDrawing<'_, '_>,
    faces: &Faces<'_>,
    arrangement: &Arrangement,
    side: &SheetSide,
    sheets: usize,
    name: &str,
) {
    let Some(Marks { offset, length }) = arrangement.marks else { return };
    let height = arrangement.sheet.height;
    drawing.page(arrangement.sheet.width / MM, height / MM);
    let at = |x: f64, y: f64| (x / MM, (height - y) / MM);
    let block = arrangement.block();
    for (x, fold) in cuts(arrangement, |cell| (cell.left, cell.right), arrangement.columns, 1) {
        let dash = fold.then_some(DASH_MM);
        for (edge, sign) in [(block.top, -1.0), (block.bottom, 1.0)] {
            let (from, to) = (edge + sign * offset, edge + sign * (offset + length));
            drawing.line(at(x, from), at(x, to), LINE, InkColour::BLACK, dash);
        }
    }
    for (y, _) in cuts(arrangement, |cell| (cell.top, cell.bottom), arrangement.rows, arrangement.columns) {
        for (edge, sign) in [(block.left, -1.0), (block.right, 1.0)] {
            let (from, to) = (edge + sign * offset, edge + sign * (offset + length));
            drawing.line(at(from, y), at(to, y), LINE, InkColour::BLACK, None);
        }
    }
    let cell = arrangement.cell(0);
    let room_mm = (cell.right - cell.left) / MM - 2.0 * ASIDE_MM;
    // Half way along the marks.
    let base = block.bottom + offset + (length + faces.capitals_mm(SLUG.weight, SLUG.size) * MM) / 2.0;
    let place = at(cell.left + ASIDE_MM * MM, base);
    drawing.text(place, &slug(faces, room_mm, side, sheets, name), SLUG);
}

/// Where cells end, each place once, and whether the sheet is folded there.
fn cuts(
    arrangement: &Arrangement,
    edges: impl Fn(SheetRect) -> (f64, f64),
    many: usize,
    step: usize,
) -> Vec<(f64, bool)> {
    let mut cuts: Vec<(f64, bool)> = Vec::new();
    for at in 0..many {
        let (near, far) = edges(arrangement.cell(at * step));
        for cut in [near, far] {
            match cuts.last_mut() {
                Some((last, fold)) if (cut - *last).abs() < 0.1 => *fold = arrangement.folded,
                _ => cuts.push((cut, false)),
            }
        }
    }
    cuts
}

/// What the slug line says; a long name is cut so that the rest has room.
fn slug(faces: &Faces<'_>, room_mm: f64, side: &SheetSide, sheets: usize, name: &str) -> String {
    let face = match side.face {
        SheetFace::Front => ", Vorderseite",
        SheetFace::Back => ", Rückseite",
        SheetFace::Only => "",
    };
    let printed: Vec<usize> = side.pages.iter().flatten().map(|page| page + 1).collect();
    let mut pages: Vec<String> = match (side.pages.iter().all(|page| *page == side.pages[0]), printed.first()) {
        (true, Some(page)) => vec![page.to_string()],
        _ => side.pages.iter().map(|page| page.map_or("leer".to_owned(), |page| (page + 1).to_string())).collect(),
    };
    if pages.len() > 6 {
        let (first, last) = (printed.first().copied().unwrap_or(0), printed.last().copied().unwrap_or(0));
        pages = vec![format!("{first}–{last}")];
    }
    let word = if pages.len() == 1 && !pages[0].contains('–') { "Seite" } else { "Seiten" };
    let rest = format!("Bogen {} von {sheets}{face} · {word} {}", side.sheet + 1, pages.join(" | "));
    let name: String = name
        .chars()
        .map(|sign| if faces.missing(SLUG.weight, &sign.to_string()).is_some() { '?' } else { sign })
        .collect();
    let mut signs = name.chars().count();
    loop {
        let cut: String = name.chars().take(signs).collect();
        let cut = if signs < name.chars().count() { format!("{cut}…") } else { cut };
        let line = format!("{cut} · {rest}");
        if signs == 0 || faces.width_mm(SLUG.weight, SLUG.size, &line) <= room_mm {
            return if signs == 0 { rest } else { line };
        }
        signs -= 1;
    }
}
