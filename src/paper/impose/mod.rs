//! Finished pages -> sheets for the press or the office printer: a saddle-stitched booklet, or rows of pages.
//!
//! Pages become forms of a new document and are painted where `layout` puts them. The upper left corner of a page at
//! full size always lies on half points, at most a quarter of a point from where arithmetic puts it: at 72 and 144
//! pixels to the inch its pixels are then those of the page alone.

mod layout;
mod marks;
mod pages;

use std::fmt::Write as _;

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

use crate::diag::{Problem, Report, Result, shown};
use crate::digest::sha256_bytes;
use crate::pdf::Matrix;

use super::drawing::PdfDrawing;
use super::faces::Faces;
use super::foreign::ForeignPdf;
use super::units::POINTS_PER_MM as MM;
pub use layout::{
    Arrangement, FORMATS, FlipEdge, GridCells, ImposeSettings, Layout, Marks, PageSize, SheetFace, SheetRect,
    SheetSide, arrangement, sides,
};
use pages::{PageCopier, SourcePage};

/// What sheets made here say of themselves, in any version; a file that says so may be replaced by the next.
pub const MAKER: &str = "kreisblatt impose";

/// Sheets, and what there is to say of them.
#[derive(Debug)]
pub struct Imposed {
    /// The finished PDF.
    pub pdf: Vec<u8>,
    /// How the sheets are divided.
    pub arrangement: Arrangement,
    /// How many pages the source has.
    pub pages: usize,
    /// How many places stay blank.
    pub blank: usize,
    /// How many sheets of paper.
    pub sheets: usize,
    /// What a person should look at.
    pub warnings: Report,
}

/// Puts the pages of a PDF on sheets. `name` is what the slug line calls it.
///
/// # Errors
/// A damaged document, pages of several sizes in a booklet, pages no sheet takes.
pub fn imposed(source: &[u8], name: &str, settings: &ImposeSettings, faces: &Faces<'_>) -> Result<Imposed> {
    let file = ForeignPdf::read(source)?;
    let mut copier = PageCopier::new(&file);
    let pages = copier.pages()?;
    let (pages, size) = same_way_up(pages, settings.layout)?;
    let bleed = pages.iter().flat_map(|page| page.bleed).fold(0.0, f64::max);
    // Less than a tenth of a millimetre is rounding.
    let bleed = if bleed < 0.1 * MM { 0.0 } else { bleed };
    let arrangement = arrangement(size, bleed, settings).ok_or_else(|| too_large(size))?;
    let sides = sides(pages.len(), arrangement.columns * arrangement.rows, settings.layout);
    let sheets = sides.last().map_or(0, |side| side.sheet + 1);
    let turned = settings.flip.is_some_and(|edge| edge != arrangement.edge_along_fold()) && arrangement.folded;

    let mut warnings = warnings(&arrangement, bleed, settings);
    if !copier.left_out.is_empty() {
        warnings.push(left_out(&copier.left_out));
    }
    let mut drawing = PdfDrawing::new(faces);
    for side in &sides {
        marks::draw(&mut drawing, faces, &arrangement, side, sheets, name);
    }
    let drawn = if arrangement.marks.is_some() { drawing.forms(&mut copier.to)? } else { Vec::new() };
    let tree = copier.to.new_object_id();
    let mut kids = Vec::new();
    for (at, side) in sides.iter().enumerate() {
        let turned = turned && side.face == SheetFace::Back;
        kids.push(sheet(&mut copier.to, tree, &arrangement, side, &pages, drawn.get(at).copied(), turned).into());
    }
    let count = kids.len() as i64;
    copier.to.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let pdf = finished(copier, tree, &arrangement, name)?;
    Ok(Imposed {
        pdf,
        pages: pages.len(),
        blank: sides.iter().flat_map(|side| &side.pages).filter(|page| page.is_none()).count(),
        sheets,
        arrangement,
        warnings,
    })
}

/// All pages the same way up, and the size of the places they go to. Pages that lie on their side are turned.
fn same_way_up(pages: Vec<SourcePage>, layout: Layout) -> Result<(Vec<SourcePage>, PageSize)> {
    let first = pages[0].trim;
    let turned = PageSize { width: first.height, height: first.width };
    let pages: Vec<SourcePage> = pages
        .into_iter()
        .map(|page| if page.trim.is_about(turned) && !page.trim.is_about(first) { page.turned() } else { page })
        .collect();
    let others: Vec<String> = pages
        .iter()
        .enumerate()
        .filter(|(_, page)| !page.trim.is_about(first))
        .map(|(at, page)| format!("page {}: {}", at + 1, in_mm(page.trim)))
        .collect();
    if matches!(layout, Layout::Booklet { .. }) && !others.is_empty() {
        return Err(Problem::error(
            "KB520",
            format!("pages of several sizes make no booklet: page 1 has {}", in_mm(first)),
        )
        .hint(format!("others are {}", listed(&others)))
        .hint("bring them to one size, or put them side by side: --layout 2-up")
        .into());
    }
    let most = |side: fn(&SourcePage) -> f64| pages.iter().map(side).fold(0.0, f64::max);
    let size = if others.is_empty() {
        first
    } else {
        PageSize { width: most(|page| page.trim.width), height: most(|page| page.trim.height) }
    };
    Ok((pages, size))
}

/// The first five, and how many more there are.
fn listed(all: &[String]) -> String {
    let first: Vec<String> = all.iter().take(5).map(|one| shown(one)).collect();
    let more = if all.len() > 5 { format!(" and {} more", all.len() - 5) } else { String::new() };
    first.join(", ") + &more
}

/// A size in words.
pub fn in_mm(size: PageSize) -> String {
    format!("{:.0} x {:.0} mm", size.width / MM, size.height / MM)
}

fn too_large(page: PageSize) -> Problem {
    Problem::error("KB521", format!("no known format takes pages of {}", in_mm(page)))
        .hint("the largest is A0: name a sheet of your own in millimetres, for example --sheet 1000x1400")
}

fn warnings(arrangement: &Arrangement, bleed: f64, settings: &ImposeSettings) -> Report {
    let mut report = Report::new();
    let sheet = in_mm(arrangement.sheet);
    if settings.sheet_mm.is_some() && arrangement.folded && arrangement.scale < 1.0 {
        let percent = arrangement.scale * 100.0;
        report.push(
            Problem::warning("KB522", format!("the pages are printed at {percent:.1} %, to fit on {sheet}"))
                .hint("leave --sheet away for pages at full size"),
        );
    }
    if arrangement.marks.is_none() && settings.marks.unwrap_or(bleed > 0.0) {
        let free = arrangement.margin().max(0.0) / MM;
        let what = if bleed > 0.0 && settings.marks != Some(true) { "marks and bleed" } else { "marks" };
        report.push(
            Problem::warning("KB523", format!("there is no room for {what} on {sheet}: {free:.1} mm are free"))
                .hint("leave --sheet away: a format with room is chosen then; or say --no-marks"),
        );
    }
    report
}

fn left_out(what: &[String]) -> Problem {
    Problem::warning("KB524", format!("not on paper: {}", listed(what)))
        .hint("notes and fields are printed when the file marks them for print and says how they look")
}

/// A side of a sheet as a page.
fn sheet(
    to: &mut Document,
    tree: ObjectId,
    arrangement: &Arrangement,
    side: &SheetSide,
    pages: &[SourcePage],
    drawn: Option<ObjectId>,
    turned: bool,
) -> ObjectId {
    let PageSize { width, height } = arrangement.sheet;
    let mut content = String::from("q\n");
    let mut forms = Dictionary::new();
    if turned {
        content += &map(Matrix([-1.0, 0.0, 0.0, -1.0, width, height]));
    }
    for (cell, page) in side.pages.iter().enumerate().filter_map(|(cell, page)| Some((cell, pages.get((*page)?)?))) {
        let (place, clip) = placed(arrangement, cell, page, side.creep);
        let (x, y) = (clip.left, height - clip.bottom);
        let (wide, high) = (clip.right - clip.left, clip.bottom - clip.top);
        // TextStyle to a string cannot fail.
        let _ = writeln!(content, "q {} {} {} {} re W n", decimal(x), decimal(y), decimal(wide), decimal(high));
        content += &map(place);
        for (form, map_to_page) in &page.forms {
            let name = format!("P{}", forms.len());
            if *map_to_page == Matrix::IDENTITY {
                let _ = writeln!(content, "/{name} Do");
            } else {
                let _ = writeln!(content, "q {}/{name} Do Q", map(*map_to_page));
            }
            forms.set(name, *form);
        }
        content += "Q\n";
    }
    if let Some(drawn) = drawn {
        content += "/Marks Do\n";
        forms.set("Marks", drawn);
    }
    content += "Q\n";
    let edges = |rect: SheetRect| {
        let rect = rect.within(SheetRect { left: 0.0, top: 0.0, right: width, bottom: height });
        [rect.left, height - rect.bottom, rect.right, height - rect.top].map(Object::from).to_vec()
    };
    let block = arrangement.block();
    let stream = Stream::new(Dictionary::new(), content.into_bytes());
    let content = to.add_object(stream);
    to.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => tree,
        "MediaBox" => vec![Object::from(0), Object::from(0), Object::from(width), Object::from(height)],
        "BleedBox" => edges(block.grown(arrangement.bleed)),
        "TrimBox" => edges(block),
        "Resources" => dictionary! { "XObject" => forms },
        "Contents" => content,
    })
}

/// Where a page is painted: the map from its units to the sheet, and what of it is seen.
fn placed(arrangement: &Arrangement, at: usize, page: &SourcePage, creep: f64) -> (Matrix, SheetRect) {
    let scale = arrangement.scale;
    let cell = arrangement.cell(at);
    let (width, height) = (page.trim.width * scale, page.trim.height * scale);
    let mut left = cell.left + (cell.right - cell.left - width) / 2.0;
    let mut top = cell.top + (cell.bottom - cell.top - height) / 2.0;
    if arrangement.folded {
        // Against the fold, were pages a little narrower than their place.
        left = if at == 0 { cell.right - width } else { cell.left };
    }
    if scale == 1.0 {
        let [over_left, _, _, over_top] = page.shown;
        left = half(left - over_left) + over_left;
        top = half(top - over_top) + over_top;
    }
    left += if at == 0 { creep } else { -creep };
    let bottom = arrangement.sheet.height - top - height;
    let place = page.upright.then(Matrix([scale, 0.0, 0.0, scale, left, bottom]));
    let [bleed_left, bleed_lower, bleed_right, bleed_upper] = page.bleed.map(|bleed| bleed * scale);
    let seen = SheetRect {
        left: ((left - bleed_left) * 2.0 + 0.01).floor() / 2.0,
        top: ((top - bleed_upper) * 2.0 + 0.01).floor() / 2.0,
        right: ((left + width + bleed_right) * 2.0 - 0.01).ceil() / 2.0,
        bottom: ((top + height + bleed_lower) * 2.0 - 0.01).ceil() / 2.0,
    };
    // Renderers that count an edge on a pixel's border to the next pixel would let neighbours show through.
    (place, seen.within(arrangement.reach(at)).grown(-0.0002))
}

/// The nearest half point.
fn half(length: f64) -> f64 {
    (length * 2.0).round() / 2.0
}

fn map(matrix: Matrix) -> String {
    matrix.0.map(decimal).join(" ") + " cm\n"
}

/// A number as PDF spells it: no exponent, no more than nine decimals.
fn decimal(number: f64) -> String {
    let text = format!("{number:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The catalog, what the document says of itself, and its bytes.
fn finished(mut copier: PageCopier<'_, '_>, tree: ObjectId, arrangement: &Arrangement, name: &str) -> Result<Vec<u8>> {
    let mut viewing = dictionary! { "PrintScaling" => "None" };
    if arrangement.folded {
        let along = if arrangement.edge_along_fold() == FlipEdge::Short { "Short" } else { "Long" };
        viewing.set("Duplex", format!("DuplexFlip{along}Edge"));
    }
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => tree, "ViewerPreferences" => viewing };
    for key in ["OutputIntents", "OCProperties", "Lang"] {
        if let Some(value) = copier.catalog_entry(key)? {
            catalog.set(key, value);
        }
    }
    let mut info = Dictionary::new();
    for key in ["Author", "Subject", "Keywords", "CreationDate", "ModDate", "Creator"] {
        if let Some(said) = copier.said(key) {
            info.set(key, Object::String(said, StringFormat::Literal));
        }
    }
    info.set("Title", Object::String(title(copier.said("Title"), name), StringFormat::Literal));
    info.set("Producer", Object::string_literal(format!("{MAKER} {}", env!("CARGO_PKG_VERSION"))));
    let mut to = copier.to;
    // A table of objects every program reads; lopdf's other kind leaves out what no object is.
    to.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let catalog = to.add_object(catalog);
    let info = to.add_object(info);
    to.trailer.set("Root", catalog);
    to.trailer.set("Info", info);
    let bytes = saved(&mut to)?;
    let id = Object::String(sha256_bytes(&bytes)[..16].to_vec(), StringFormat::Hexadecimal);
    to.trailer.set("ID", vec![id.clone(), id]);
    saved(&mut to)
}

fn saved(document: &mut Document) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    document
        .save_to(&mut bytes)
        .map_err(|error| Problem::error("KB502", format!("the sheets cannot be written down: {error}")))?;
    Ok(bytes)
}

/// The title of the sheets, in the encoding of that of the pages.
fn title(said: Option<Vec<u8>>, name: &str) -> Vec<u8> {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let (mut title, wide) = match said {
        Some(title) if !title.is_empty() => {
            let wide = title.starts_with(&[0xfe, 0xff]);
            (title, wide)
        }
        _ => ([vec![0xfe, 0xff], utf16(name)].concat(), true),
    };
    let addition = " (ausgeschossen)";
    title.extend(if wide { utf16(addition) } else { addition.as_bytes().to_vec() });
    title
}
