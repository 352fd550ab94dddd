//! `impose`: the order of pages, their pixels, marks, blanks, creep; files of others, whole and damaged.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf as Rendered;
use hayro::vello_cpu::color::PremulRgba8;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};
use kreisblatt::assets::Pantry;
use kreisblatt::diag::Report;
use kreisblatt::paper::Faces;
use kreisblatt::paper::impose::{Cells, Edge, Face, Imposed, Layout, Settings, Side, imposed, sides};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use proptest::prelude::*;

use crate::desk::Desk;

use super::sources::{self, Page, edges, page, pdf};

const MM: f64 = 72.0 / 25.4;
const A4: [f64; 4] = [0.0, 0.0, 595.276, 841.89];
const A5: [f64; 4] = [0.0, 0.0, 419.528, 595.276];

/// Pixels per point: 144 to the inch.
const SCALE: f64 = 2.0;

/// The renderer reckons with numbers of 24 bits: where an edge crosses a pixel, one shade of 255 may come of another
/// origin alone.
const ROUNDING: u8 = 1;

const BOOKLET: Layout = Layout::Booklet { back_cover: false, creep_mm: 0.0 };

fn settings(layout: Layout) -> Settings {
    Settings { layout, sheet_mm: None, marks: None, flip: None }
}

fn put(source: &[u8], settings: &Settings) -> Result<Imposed, Report> {
    let pantry = Pantry::embedded();
    imposed(source, "probe.pdf", settings, &Faces::open(&pantry).expect("our fonts"))
}

/// A page as pixels.
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<PremulRgba8>,
}

fn pictures(bytes: &[u8]) -> Vec<Picture> {
    let pdf = Rendered::new(bytes.to_vec()).unwrap_or_else(|error| panic!("cannot be rendered: {error:?}"));
    let scale = RenderSettings { x_scale: SCALE as f32, y_scale: SCALE as f32, bg_color: WHITE, ..Default::default() };
    let pages = pdf.pages();
    let rendered = pages.iter().map(|page| {
        let pixmap = render(page, &RenderCache::new(), &InterpreterSettings::default(), &scale);
        Picture { width: pixmap.width().into(), height: pixmap.height().into(), pixels: pixmap.data().to_vec() }
    });
    rendered.collect()
}

impl Picture {
    fn at(&self, x: usize, y: usize) -> PremulRgba8 {
        self.pixels[y * self.width + x]
    }

    fn is_white(&self, x: usize, y: usize) -> bool {
        let pixel = self.at(x, y);
        pixel.r == 255 && pixel.g == 255 && pixel.b == 255
    }

    /// By how much, of 255, pixels of a part of another picture differ at most from those of this one, laid with its
    /// corner at a place.
    fn difference(&self, (x, y): (usize, usize), of: &Picture, columns: (usize, usize), rows: (usize, usize)) -> u8 {
        let mut most = 0;
        for row in rows.0..rows.1 {
            for column in columns.0..columns.1 {
                if x + column >= self.width || y + row >= self.height {
                    return 255;
                }
                let (here, there) = (self.at(x + column, y + row), of.at(column, row));
                let channels = [(here.r, there.r), (here.g, there.g), (here.b, there.b)];
                most = channels.into_iter().map(|(here, there)| here.abs_diff(there)).fold(most, u8::max);
            }
        }
        most
    }
}

/// The pages as one reads them: the sheets lie in each other, fronts outwards, and are leafed through from the
/// front of the outermost. Said without a formula for page numbers.
fn read_through(sides: &[Side]) -> Vec<Option<usize>> {
    let sheets: Vec<(&Side, &Side)> = sides.chunks(2).map(|pair| (&pair[0], &pair[1])).collect();
    let mut read = Vec::new();
    // The right half of a sheet is a leaf before the middle: its front is read, then what is behind that, the left
    // half of the back.
    for (front, back) in &sheets {
        read.extend([front.pages[1], back.pages[0]]);
    }
    for (front, back) in sheets.iter().rev() {
        read.extend([back.pages[1], front.pages[0]]);
    }
    read
}

#[test]
fn folded_sheets_read_from_the_first_page_to_the_last() {
    for pages in 1..=40 {
        let order = sides(pages, 2, BOOKLET);
        let read = read_through(&order);
        assert_eq!(read.len(), pages.div_ceil(4) * 4);
        let expected: Vec<Option<usize>> = (0..read.len()).map(|place| (place < pages).then_some(place)).collect();
        assert_eq!(read, expected, "{pages} pages");
        assert!(order.iter().enumerate().all(|(at, side)| side.sheet == at / 2));
        assert!(order.chunks(2).all(|pair| pair[0].face == Face::Front && pair[1].face == Face::Back));

        let cover = Layout::Booklet { back_cover: true, creep_mm: 0.0 };
        let read = read_through(&sides(pages, 2, cover));
        assert_eq!(read.last(), Some(&Some(pages - 1)), "the last page stays outside");
        assert_eq!(read.iter().flatten().copied().collect::<Vec<_>>(), (0..pages).collect::<Vec<_>>());
        assert!(read[pages - 1..read.len() - 1].iter().all(Option::is_none), "blanks lie before it");
    }
}

#[test]
fn rows_of_pages_hold_each_page_once_and_repeats_one_page_each() {
    for (pages, cells) in [(1, 4), (4, 4), (5, 4), (9, 2), (20, 9)] {
        let grid = |repeat| Layout::Grid { cells: Cells::Count(cells), gutter_mm: None, repeat };
        let order: Vec<_> = sides(pages, cells, grid(false)).into_iter().flat_map(|side| side.pages).collect();
        assert_eq!(order.iter().flatten().copied().collect::<Vec<_>>(), (0..pages).collect::<Vec<_>>());
        assert_eq!(order.len(), pages.div_ceil(cells) * cells);
        let repeated = sides(pages, cells, grid(true));
        assert_eq!(repeated.len(), pages);
        assert!(repeated.iter().enumerate().all(|(at, side)| side.pages == vec![Some(at); cells]));
    }
}

#[test]
fn creep_grows_by_equal_steps_to_the_middle() {
    let order = sides(44, 2, Layout::Booklet { back_cover: false, creep_mm: 2.0 });
    let creeps: Vec<f64> = order.iter().map(|side| side.creep / MM).collect();
    assert!(creeps.chunks(2).all(|pair| pair[0] == pair[1]), "front and back agree");
    assert_eq!((creeps[0], creeps[21]), (0.0, 2.0));
    assert!(creeps.chunks(2).zip(0..).all(|(pair, sheet)| (pair[0] - 0.2 * f64::from(sheet)).abs() < 1e-9));
    assert!(sides(4, 2, Layout::Booklet { back_cover: false, creep_mm: 2.0 }).iter().all(|side| side.creep == 0.0));
}

#[test]
fn creep_moves_pages_towards_the_fold() {
    let source = pdf(&(1..=12).map(|number| page(number, A4)).collect::<Vec<_>>(), dictionary! {});
    let still = put(&source, &settings(BOOKLET)).expect("imposed");
    let moved = put(&source, &settings(Layout::Booklet { back_cover: false, creep_mm: 3.0 })).expect("imposed");
    // What the content of a side moves its pages by.
    let shifts = |made: &Imposed| -> Vec<f64> {
        let document = Document::load_mem(&made.pdf).expect("a PDF");
        let shifts = document.page_iter().flat_map(|page| {
            let content = String::from_utf8(document.get_page_content(page)).expect("numbers and names");
            let maps = content.lines().filter(|line| line.ends_with(" cm")).map(str::to_owned).collect::<Vec<_>>();
            maps.into_iter().map(|map| map.split(' ').nth(4).expect("six numbers").parse().expect("a number"))
        });
        shifts.collect()
    };
    let difference: Vec<f64> = shifts(&moved)
        .iter()
        .zip(shifts(&still))
        .map(|(new, old)| ((new - old) / MM * 100.0).round() / 100.0)
        .collect();
    assert_eq!(difference, [0.0, 0.0, 0.0, 0.0, 1.5, -1.5, 1.5, -1.5, 3.0, -3.0, 3.0, -3.0]);
}

/// The sheets of a booklet against its pages, pixel by pixel. `seen` is what is compared of every page, in pixels.
fn compare(source: &[u8], made: &Imposed, columns: (usize, usize), rows: (usize, usize), over: (f64, f64)) {
    let (pages, sheets) = (pictures(source), pictures(&made.pdf));
    let order = sides(pages.len(), 2, BOOKLET);
    assert_eq!(sheets.len(), order.len());
    let mut compared = 0;
    for (side, sheet) in order.iter().zip(&sheets) {
        for (cell, page) in side.pages.iter().enumerate().filter_map(|(cell, page)| Some((cell, (*page)?))) {
            let place = made.arrangement.cell(cell);
            let pixel = |length: f64| ((length * SCALE).round()) as usize;
            let corner = (pixel(place.left - over.0), pixel(place.top - over.1));
            let difference = sheet.difference(corner, &pages[page], columns, rows);
            assert!(difference <= ROUNDING, "page {} on sheet {}: {difference}", page + 1, side.sheet + 1);
            compared += 1;
        }
    }
    assert_eq!(compared, pages.len(), "every page once");
}

#[test]
fn pages_keep_every_pixel() {
    for (format, sheet) in [(A4, (1191.0, 842.0)), (A5, (842.0, 596.0))] {
        let source = pdf(&(1..=7).map(|number| page(number, format)).collect::<Vec<_>>(), dictionary! {});
        let made = put(&source, &settings(BOOKLET)).expect("imposed");
        assert_eq!((made.arrangement.sheet.width, made.arrangement.sheet.height), sheet);
        assert_eq!((made.arrangement.scale, made.pages, made.sheets, made.blank), (1.0, 7, 2, 1));
        assert!(made.warnings.is_empty() && made.arrangement.marks.is_none());
        let whole = |length: f64| (length * SCALE).floor() as usize;
        compare(&source, &made, (0, whole(format[2])), (0, whole(format[3])), (0.0, 0.0));
    }
}

#[test]
fn the_brochure_keeps_every_pixel_and_its_bleed() {
    let desk = Desk::with_six();
    let build = ["build", "--with", "with", "--only", "broschuere", "--bleed", "--pad-pages", "--out", "druck"];
    desk.run(&build).must_succeed();
    let ran = desk.run(&["impose", "druck/2031/broschuere.pdf"]);
    ran.must_succeed().stderr_contains("on 6 sheets SRA3 (450 x 320 mm), booklet, 100 %");
    let source = desk.bytes("druck/2031/broschuere.pdf");
    let made = put(&source, &settings(BOOKLET)).expect("imposed");
    let pixels = |mm: f64| mm * MM * SCALE;
    let (left, right) = (pixels(3.0).ceil() as usize, pixels(213.0).floor() as usize);
    let (upper, lower) = (pixels(3.0).ceil() as usize, pixels(300.0).floor() as usize);
    compare(&source, &made, (left, right), (upper, lower), (3.0 * MM, 3.0 * MM));
    // The cover bleeds over its outer edge, up to 3 mm and no further.
    let (front, cell) = (&pictures(&made.pdf)[0], made.arrangement.cell(1));
    let y = ((cell.top + 20.0) * SCALE) as usize;
    let at = |mm: f64| ((cell.right + mm * MM) * SCALE) as usize;
    assert!(!front.is_white(at(2.8), y) && front.is_white(at(3.4), y));
    assert!(made.arrangement.marks.is_some());
}

#[test]
fn marks_lie_outside_of_what_is_printed_and_nothing_else_changes() {
    let trimmed = |number| {
        let mut page = page(number, [0.0, 0.0, 595.276 + 17.0, 841.89 + 17.0]);
        page.dict.set("TrimBox", edges([8.5, 8.5, 603.776, 850.39]));
        page
    };
    let source = pdf(&(1..=4).map(trimmed).collect::<Vec<_>>(), dictionary! {});
    for layout in [BOOKLET, Layout::Grid { cells: Cells::Exactly(2, 2), gutter_mm: None, repeat: true }] {
        let mut asked = settings(layout);
        asked.sheet_mm = Some((450.0, 640.0));
        if layout == BOOKLET {
            asked.sheet_mm = Some((320.0, 450.0));
        }
        let marked = put(&source, &asked).expect("imposed");
        asked.marks = Some(false);
        let plain = put(&source, &asked).expect("imposed");
        assert_eq!(marked.arrangement.cell, plain.arrangement.cell);
        assert!((marked.arrangement.scale - 1.0).abs() < 1e-9);
        // A mark that begins on the limit may tint the pixel the limit crosses.
        let limits = marked.arrangement.block().grown(marked.arrangement.bleed - 1.0 / SCALE);
        for (with, without) in pictures(&marked.pdf).iter().zip(pictures(&plain.pdf)) {
            let mut ink = 0;
            for y in 0..with.height {
                for x in 0..with.width {
                    if with.at(x, y) != without.at(x, y) {
                        let (x, y) = ((x as f64 + 0.5) / SCALE, (y as f64 + 0.5) / SCALE);
                        let inside = x > limits.left && x < limits.right && y > limits.top && y < limits.bottom;
                        assert!(!inside, "a mark at {x}, {y}");
                        ink += 1;
                    }
                }
            }
            assert!(ink > 500, "{ink} pixels of marks");
        }
    }
}

#[test]
fn cut_and_fold_marks_stand_where_the_pages_end() {
    let source = pdf(&(1..=4).map(|number| page(number, A4)).collect::<Vec<_>>(), dictionary! {});
    let mut asked = settings(BOOKLET);
    asked.marks = Some(true);
    let made = put(&source, &asked).expect("imposed");
    let block = made.arrangement.block();
    let front = &pictures(&made.pdf)[0];
    let dark = |x: f64, y: f64| {
        let near = |at: f64| ((at * SCALE) as usize).saturating_sub(1)..=((at * SCALE) as usize) + 1;
        near(x).any(|x| near(y).any(|y| front.at(x, y).r < 200))
    };
    for x in [block.left, block.right] {
        assert!(dark(x, block.top - 5.0 * MM) && dark(x, block.bottom + 5.0 * MM));
    }
    for y in [block.top, block.bottom] {
        assert!(dark(block.left - 5.0 * MM, y) && dark(block.right + 5.0 * MM, y));
    }
    // The fold is dashed: ink and paper in turn.
    let fold = (block.left + block.right) / 2.0;
    let along: Vec<bool> = (0..80)
        .map(|step| {
            front
                .at((fold * SCALE) as usize, ((block.top - 8.0 * MM + f64::from(step) * 0.0625 * MM) * SCALE) as usize)
                .r
                < 200
        })
        .collect();
    assert!(along.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 6, "{along:?}");
    // The slug line tells the sheet.
    let text = Document::load_mem(&made.pdf).expect("a PDF");
    assert_eq!(text.get_pages().len(), 2);
    let read = kreisblatt::verify::read(&made.pdf).expect("readable");
    assert!(
        read.pages[0].text.contains("probe.pdf · Bogen 1 von 1, Vorderseite · Seiten 4 | 1"),
        "{}",
        read.pages[0].text
    );
    assert!(read.pages[1].text.contains("Bogen 1 von 1, Rückseite · Seiten 2 | 3"));
}

/// Pages as other programs write them. Each is laid on a sheet of its own and must look as it does alone.
fn unusual() -> Vec<(&'static str, Vec<u8>)> {
    let plain = page(3, A4);
    let with = |key: &str, value: Object| {
        let mut page = plain.clone();
        page.dict.set(key, value);
        pdf(&[page], dictionary! {})
    };
    let content = |parts: &[&str]| {
        let mut page = plain.clone();
        page.content = parts.iter().map(|part| (*part).to_owned()).collect();
        pdf(&[page], dictionary! {})
    };
    let moved = page(3, [-100.5, 50.0, 494.5, 892.0]);
    let mut cropped = page(3, [0.0, 0.0, 700.0, 900.0]);
    cropped.dict.set("CropBox", edges([50.0, 20.5, 645.0, 862.5]));
    let mut inherited = plain.clone();
    inherited.dict.remove(b"MediaBox");
    inherited.content = vec!["/G gs 1 0 0 rg 100 100 200 300 re f".to_owned()];
    let resources = dictionary! { "ExtGState" => dictionary! { "G" => dictionary! { "ca" => Object::Real(0.5) } } };
    let above = dictionary! { "MediaBox" => edges(A4), "Rotate" => 90, "Resources" => resources };
    let mut empty = plain.clone();
    empty.content.clear();
    vec![
        ("plain", pdf(&[plain.clone()], dictionary! {})),
        ("turned by 90", with("Rotate", 90.into())),
        ("turned by 180", with("Rotate", 180.into())),
        ("turned by -90", with("Rotate", (-90).into())),
        ("turned by 450", with("Rotate", 450.into())),
        ("another origin", pdf(&[moved], dictionary! {})),
        ("cropped", pdf(&[cropped], dictionary! {})),
        ("inherited", pdf(&[inherited], above)),
        ("in parts", content(&["q 0.5 0 0 0.5 0 0 cm 1 0 0 rg 0 0 300", "300 re f", "Q 0 0 1 rg 400 400 50 50 re f"])),
        ("left open", content(&["q 0.5 0 0 0.5 10 10 cm q 1 0 0 rg 0 0 300 300 re f"])),
        ("closed too often", content(&["Q Q 1 0 0 rg 0 0 300 300 re f Q 0 0 1 rg 400 400 50 50 re f"])),
        ("nothing on it", pdf(&[empty], dictionary! {})),
        ("corners swapped", with("MediaBox", edges([595.276, 841.89, 0.0, 0.0]))),
    ]
}

#[test]
fn unusual_pages_look_as_they_do_alone() {
    for (name, source) in unusual() {
        let grid = Layout::Grid { cells: Cells::Exactly(1, 1), gutter_mm: None, repeat: false };
        for sheet_mm in [None, Some((320.0, 450.0))] {
            let made =
                put(&source, &Settings { sheet_mm, ..settings(grid) }).unwrap_or_else(|r| panic!("{name}: {r:?}"));
            assert_eq!(made.arrangement.scale, 1.0, "{name}");
            let (alone, sheet) = (&pictures(&source)[0], &pictures(&made.pdf)[0]);
            let cell = made.arrangement.cell(0);
            let corner = [cell.left, cell.top].map(|at| ((at * SCALE).round()) as usize);
            let (wide, high) = (alone.width - 1, alone.height - 1);
            let difference = sheet.difference((corner[0], corner[1]), alone, (0, wide), (0, high));
            assert!(difference <= ROUNDING, "{name} on {sheet_mm:?}: {difference}");
            let outside = (0..sheet.height).flat_map(|y| (0..sheet.width).map(move |x| (x, y))).filter(|(x, y)| {
                (*x + 1 < corner[0] || *x > corner[0] + wide + 1) && (*y + 1 < corner[1] || *y > corner[1] + high + 1)
            });
            assert!(made.arrangement.marks.is_some() || outside.clone().all(|(x, y)| sheet.is_white(x, y)), "{name}");
        }
    }
}
