//! `impose`: the order of pages, their pixels, marks, blanks, creep; files of others, whole and damaged.

use std::process::Command;

use kreisblatt::Report;
use kreisblatt::internals::Assets;
use kreisblatt::internals::paper::Faces;
use kreisblatt::internals::paper::impose::{
    FlipEdge, GridCells, ImposeSettings, Imposed, Layout, SheetFace, SheetSide, imposed, sides,
};
use lopdf::{Document, Object, Stream, dictionary};

use crate::sandbox::{Sandbox, six};

use super::Picture;
use super::sources::{self, Page, edges, page, pdf};

const MM: f64 = 72.0 / 25.4;
const A4: [f64; 4] = [0.0, 0.0, 595.276, 841.89];
const A5: [f64; 4] = [0.0, 0.0, 419.528, 595.276];

/// Pixels per point: 144 to the inch.
const SCALE: f64 = 2.0;

const WHITE: [u8; 3] = [255; 3];

/// The renderer reckons with numbers of 24 bits: where an edge crosses a pixel, one shade of 255 may come of another
/// origin alone.
const ROUNDING: u8 = 1;

const BOOKLET: Layout = Layout::Booklet { back_cover: false, creep_mm: 0.0 };

fn settings(layout: Layout) -> ImposeSettings {
    ImposeSettings { layout, sheet_mm: None, marks: None, flip: None }
}

fn put(source: &[u8], settings: &ImposeSettings) -> Result<Imposed, Report> {
    let assets = Assets::embedded();
    imposed(source, "probe.pdf", settings, &Faces::open(&assets).expect("our fonts"))
}

fn pictures(pdf: &[u8]) -> Vec<Picture> {
    let pages = Document::load_mem(pdf).expect("a PDF").get_pages().len();
    (0..pages).map(|page| Picture::of(pdf, page)).collect()
}

impl Picture {
    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        self.pixels[y * self.width + x]
    }
}

/// By how much, of 255, the pixels of a page and those of a sheet differ at most, in some columns and rows of the page
/// whose corner is laid on a place of the sheet.
fn difference(
    sheet: &Picture,
    (x, y): (usize, usize),
    page: &Picture,
    columns: (usize, usize),
    rows: (usize, usize),
) -> u8 {
    let mut most = 0;
    for row in rows.0..rows.1 {
        for column in columns.0..columns.1 {
            if x + column >= sheet.width || y + row >= sheet.height {
                return 255;
            }
            let channels = sheet.at(x + column, y + row).into_iter().zip(page.at(column, row));
            most = channels.map(|(here, there)| here.abs_diff(there)).fold(most, u8::max);
        }
    }
    most
}

/// The pages as one reads them: the sheets lie in each other, fronts outwards, and are leafed through from the
/// front of the outermost. Said without a formula for page numbers.
fn read_through(sides: &[SheetSide]) -> Vec<Option<usize>> {
    let sheets: Vec<(&SheetSide, &SheetSide)> = sides.chunks(2).map(|pair| (&pair[0], &pair[1])).collect();
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
        assert!(order.chunks(2).all(|pair| pair[0].face == SheetFace::Front && pair[1].face == SheetFace::Back));

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
        let grid = |repeat| Layout::Grid { cells: GridCells::Count(cells), gutter_mm: None, repeat };
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
            let difference = difference(sheet, corner, &pages[page], columns, rows);
            assert!(difference <= ROUNDING, "page {} on sheet {}: {difference}", page + 1, side.sheet + 1);
            compared += 1;
        }
    }
    assert_eq!(compared, pages.len(), "every page once");
}

/// Pages with a band that reaches over both edges, each at another height: neighbours must not show it.
fn banded(number: usize, format: [f64; 4]) -> Page {
    let mut page = page(number, format);
    page.content[0] += &format!("0 0.4 0.2 rg -50 {} 900 20 re f\n", 100 + 30 * number);
    page
}

#[test]
fn pages_keep_every_pixel() {
    for (format, sheet) in [(A4, (1191.0, 842.0)), (A5, (842.0, 596.0))] {
        let source = pdf(&(1..=7).map(|number| banded(number, format)).collect::<Vec<_>>(), dictionary! {});
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
    let sandbox = Sandbox::with_six();
    let build = ["build", "--with", "with", "--only", "broschuere", "--bleed", "--pad-pages", "--out", "druck"];
    sandbox.run(&build).must_succeed();
    let ran = sandbox.run(&["impose", "druck/2031/broschuere.pdf"]);
    ran.must_succeed().stderr_contains("on 6 sheets SRA3 (450 x 320 mm), booklet, 100 %");
    let source = sandbox.bytes("druck/2031/broschuere.pdf");
    let made = put(&source, &settings(BOOKLET)).expect("imposed");
    let pixels = |mm: f64| mm * MM * SCALE;
    let (left, right) = (pixels(3.0).ceil() as usize, pixels(213.0).floor() as usize);
    let (upper, lower) = (pixels(3.0).ceil() as usize, pixels(300.0).floor() as usize);
    compare(&source, &made, (left, right), (upper, lower), (3.0 * MM, 3.0 * MM));
    // The cover bleeds over its outer edge, up to 3 mm and no further.
    let (front, cell) = (&pictures(&made.pdf)[0], made.arrangement.cell(1));
    let y = ((cell.top + 20.0) * SCALE) as usize;
    let at = |mm: f64| ((cell.right + mm * MM) * SCALE) as usize;
    assert!(front.at(at(2.8), y) != WHITE && front.at(at(3.4), y) == WHITE);
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
    for layout in [BOOKLET, Layout::Grid { cells: GridCells::Exactly(2, 2), gutter_mm: None, repeat: true }] {
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
        near(x).any(|x| near(y).any(|y| front.at(x, y)[0] < 200))
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
            front.at((fold * SCALE) as usize, ((block.top - 8.0 * MM + f64::from(step) * 0.0625 * MM) * SCALE) as usize)
                [0]
                < 200
        })
        .collect();
    assert!(along.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 6, "{along:?}");
    // The slug line tells the sheet.
    let text = Document::load_mem(&made.pdf).expect("a PDF");
    assert_eq!(text.get_pages().len(), 2);
    let read = kreisblatt::internals::read(&made.pdf).expect("readable");
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
        ("plain", content(&[&plain.content[0]])),
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
        let grid = Layout::Grid { cells: GridCells::Exactly(1, 1), gutter_mm: None, repeat: false };
        for sheet_mm in [None, Some((320.0, 450.0))] {
            let made = put(&source, &ImposeSettings { sheet_mm, ..settings(grid) })
                .unwrap_or_else(|r| panic!("{name}: {r:?}"));
            assert_eq!(made.arrangement.scale, 1.0, "{name}");
            let (alone, sheet) = (&pictures(&source)[0], &pictures(&made.pdf)[0]);
            let cell = made.arrangement.cell(0);
            let corner = [cell.left, cell.top].map(|at| ((at * SCALE).round()) as usize);
            let (wide, high) = (alone.width - 1, alone.height - 1);
            let difference = difference(sheet, (corner[0], corner[1]), alone, (0, wide), (0, high));
            assert!(difference <= ROUNDING, "{name} on {sheet_mm:?}: {difference}");
            let outside = (0..sheet.height).flat_map(|y| (0..sheet.width).map(move |x| (x, y))).filter(|(x, y)| {
                (*x + 1 < corner[0] || *x > corner[0] + wide + 1) && (*y + 1 < corner[1] || *y > corner[1] + high + 1)
            });
            assert!(
                made.arrangement.marks.is_some() || outside.clone().all(|(x, y)| sheet.at(x, y) == WHITE),
                "{name}"
            );
        }
    }
}

/// What streams hold, as they are packed; the table of objects is none of the document's.
fn streams(document: &Document) -> Vec<&[u8]> {
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    streams.filter(|stream| !stream.dict.has_type(b"XRef")).map(|stream| &*stream.content).collect()
}

#[test]
fn what_pages_are_made_of_is_taken_over_byte_for_byte() {
    let sandbox = six();
    let source = sandbox.bytes("out/2031/broschuere.pdf");
    let made = put(&source, &settings(BOOKLET)).expect("imposed");
    let (source, sheets) = [&source, &made.pdf].map(|bytes| Document::load_mem(bytes).expect("a PDF")).into();
    let (before, after) = (streams(&source), streams(&sheets));
    let mut wanted = 0;
    for page in source.page_iter() {
        for content in source.get_page_contents(page) {
            let content = source.get_object(content).and_then(Object::as_stream).expect("content");
            assert!(after.contains(&&*content.content), "the content of a page");
            wanted += 1;
        }
    }
    for object in source.objects.values().filter_map(|object| object.as_dict().ok()) {
        for key in [b"FontFile2".as_slice(), b"FontFile3", b"ToUnicode"] {
            if let Ok(file) = object.get(key).and_then(Object::as_reference) {
                let file = source.get_object(file).and_then(Object::as_stream).expect("a font");
                assert!(after.contains(&&*file.content), "a font");
                wanted += 1;
            }
        }
    }
    assert!(wanted > made.pages + 2, "{wanted} streams compared");
    // What is new are the contents of the sheets: two lines a page.
    let new: Vec<_> = after.iter().filter(|stream| !before.contains(stream)).collect();
    assert_eq!(new.len(), 2 * made.sheets);
    let catalog = sheets.catalog().expect("a catalog");
    for gone in ["StructTreeRoot", "MarkInfo", "Metadata", "Names", "Outlines", "AF"] {
        assert!(!catalog.has(gone.as_bytes()), "{gone}");
    }
    assert!(catalog.has(b"OutputIntents"), "the colours mean what they meant");
}

#[test]
fn boxes_name_the_sheet_the_finished_spread_and_its_bleed() {
    let mut trimmed = page(1, [0.0, 0.0, 612.276, 858.89]);
    trimmed.dict.set("TrimBox", edges([8.5, 8.5, 603.776, 850.39]));
    let made = put(&pdf(&[trimmed], dictionary! {}), &settings(BOOKLET)).expect("imposed");
    let document = Document::load_mem(&made.pdf).expect("a PDF");
    for sheet in document.page_iter() {
        let sheet = document.get_dictionary(sheet).expect("a page");
        let edges = |key: &[u8]| -> Vec<f32> {
            let edges = sheet.get(key).and_then(Object::as_array).expect("a box");
            edges.iter().map(|edge| (edge.as_float().expect("a number") * 10.0).round() / 10.0).collect()
        };
        assert_eq!(edges(b"MediaBox"), [0.0, 0.0, 1276.0, 908.0]);
        assert_eq!(edges(b"TrimBox"), [42.7, 33.1, 1233.3, 874.9]);
        assert_eq!(edges(b"BleedBox"), [34.2, 24.6, 1241.8, 883.4]);
    }
}

#[test]
fn pages_are_made_smaller_to_fit_and_never_larger() {
    let source = |format| pdf(&(1..=4).map(|number| page(number, format)).collect::<Vec<_>>(), dictionary! {});
    let up = |count| Layout::Grid { cells: GridCells::Count(count), gutter_mm: None, repeat: false };
    for (format, layout, sheet_mm, scale, grid) in [
        (A4, up(2), None, 0.707, (2, 1)),
        (A4, up(4), None, 0.5, (2, 2)),
        (A4, up(8), None, 0.3535, (4, 2)),
        (A4, up(9), None, 0.3333, (3, 3)),
        (A5, up(2), Some((210.0, 297.0)), 1.0, (2, 1)),
        (A5, up(2), Some((297.0, 420.0)), 1.0, (2, 1)),
        (
            A5,
            Layout::Grid { cells: GridCells::Exactly(1, 2), gutter_mm: Some(10.0), repeat: false },
            None,
            0.4762,
            (1, 2),
        ),
        (A4, BOOKLET, Some((210.0, 297.0)), 0.707, (2, 1)),
    ] {
        let made = put(&source(format), &ImposeSettings { sheet_mm, ..settings(layout) }).expect("imposed");
        let found = &made.arrangement;
        assert!((found.scale - scale).abs() < 0.001, "{layout:?} on {sheet_mm:?}: {}", found.scale);
        assert_eq!((found.columns, found.rows), grid, "{layout:?}");
        let block = found.block();
        assert!(block.left > -1.5 && block.top > -1.5, "{layout:?}: {block:?}");
    }
    let small =
        put(&source(A4), &ImposeSettings { sheet_mm: Some((210.0, 297.0)), ..settings(BOOKLET) }).expect("imposed");
    assert_eq!(ids(&small.warnings), ["KB522"]);
}

fn ids(report: &Report) -> Vec<&str> {
    report.problems().iter().map(|problem| problem.id).collect()
}

#[test]
fn marks_are_drawn_where_there_is_room_and_told_of_where_there_is_none() {
    let plain = pdf(&[page(1, A4)], dictionary! {});
    let mut trimmed = page(1, [0.0, 0.0, 612.276, 858.89]);
    trimmed.dict.set("TrimBox", edges([8.5, 8.5, 603.776, 850.39]));
    let bleeding = pdf(&[trimmed], dictionary! {});
    let (a3, sra3) = ((1191.0, 842.0), (1276.0, 908.0));
    for (source, marks, sheet_mm, size, drawn, warned) in [
        (&plain, None, None, a3, false, false),
        (&plain, Some(true), None, sra3, true, false),
        (&plain, None, Some((320.0, 450.0)), sra3, true, false),
        (&plain, Some(false), Some((320.0, 450.0)), sra3, false, false),
        (&plain, Some(true), Some((297.0, 420.0)), a3, false, true),
        (&bleeding, None, None, sra3, true, false),
        (&bleeding, None, Some((297.0, 420.0)), a3, false, true),
        (&bleeding, Some(false), None, a3, false, false),
    ] {
        let made = put(source, &ImposeSettings { marks, sheet_mm, ..settings(BOOKLET) }).expect("imposed");
        let sheet = made.arrangement.sheet;
        assert_eq!((sheet.width, sheet.height), size, "{marks:?} {sheet_mm:?}");
        assert_eq!(made.arrangement.marks.is_some(), drawn, "{marks:?} {sheet_mm:?}");
        assert_eq!(ids(&made.warnings).contains(&"KB523"), warned, "{marks:?} {sheet_mm:?}");
        assert_eq!(made.arrangement.scale, 1.0);
    }
}

#[test]
fn pages_on_their_side_are_turned_and_other_sizes_refused() {
    let lying = [0.0, 0.0, 841.89, 595.276];
    let mixed = [page(1, A4), page(2, lying), page(3, A4), page(4, A4)];
    let mut turned = mixed.clone();
    turned[1].dict.set("Rotate", 270);
    let [mixed, turned] =
        [mixed, turned].map(|pages| put(&pdf(&pages, dictionary! {}), &settings(BOOKLET)).expect("imposed"));
    for (a, b) in pictures(&mixed.pdf).iter().zip(pictures(&turned.pdf)) {
        assert!(difference(a, (0, 0), &b, (0, b.width), (0, b.height)) <= ROUNDING);
    }
    let sizes = pdf(&[page(1, A4), page(2, A5), page(3, A4)], dictionary! {});
    let refused = put(&sizes, &settings(BOOKLET)).expect_err("no booklet");
    assert_eq!(ids(&refused), ["KB520"]);
    assert!(refused.problems()[0].to_string().contains("page 2: 148 x 210 mm"));
    let beside = Layout::Grid { cells: GridCells::Count(4), gutter_mm: None, repeat: false };
    let made = put(&sizes, &settings(beside)).expect("side by side");
    // The smaller page stands in the middle of its place, as much smaller as the others.
    let (sheet, cell) = (&pictures(&made.pdf)[0], made.arrangement.cell(1));
    let tint = |x: f64, y: f64| sheet.at((x * SCALE) as usize, (y * SCALE) as usize)[0] < 250;
    let (x, y) = ((cell.left + cell.right) / 2.0, (cell.top + cell.bottom) / 2.0);
    assert!(tint(x, y) && !tint(cell.left + 9.0, y) && !tint(x, cell.top + 9.0));
}

#[test]
fn backs_stand_on_their_head_where_the_printer_turns_the_other_edge() {
    let source = pdf(&(1..=4).map(|number| page(number, A4)).collect::<Vec<_>>(), dictionary! {});
    let starts = |flip| -> Vec<bool> {
        let made = put(&source, &ImposeSettings { flip, ..settings(BOOKLET) }).expect("imposed");
        let document = Document::load_mem(&made.pdf).expect("a PDF");
        let sheets = document.page_iter().map(|sheet| document.get_page_content(sheet));
        sheets.map(|content| content.starts_with(b"q\n-1 0 0 -1 1191 842 cm\n")).collect()
    };
    assert_eq!(starts(None), [false, false]);
    assert_eq!(starts(Some(FlipEdge::Short)), [false, false]);
    assert_eq!(starts(Some(FlipEdge::Long)), [false, true]);
}

/// A page with a link, a stamp with an appearance, a note not meant for print, a field that says nothing of its looks.
fn annotated() -> Document {
    let mut stamped = page(1, A4);
    stamped.dict.set("Rotate", 90);
    let mut document = sources::document(&[stamped], dictionary! {});
    let look = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => edges([10.0, 10.0, 20.0, 30.0]),
        "Matrix" => vec![0.into(), 1.into(), (-1).into(), 0.into(), 0.into(), 0.into()],
    };
    let look = document.add_object(Stream::new(look, b"0 1 0 rg 10 10 10 20 re f 1 0 0 rg 10 10 5 20 re f".to_vec()));
    let annotation = |kind: &str, flags: i64, looks: Option<Object>| {
        let mut annotation =
            dictionary! { "Subtype" => kind, "F" => flags, "Rect" => edges([200.0, 300.0, 300.0, 350.0]) };
        if let Some(looks) = looks {
            annotation.set("AP", dictionary! { "N" => looks });
        }
        Object::Dictionary(annotation)
    };
    let mut stamp = annotation("Stamp", 4, Some(dictionary! { "On" => look, "Off" => Object::Null }.into()));
    stamp.as_dict_mut().expect("a dictionary").set("AS", "On");
    let annotations = vec![
        annotation("Link", 4, None),
        stamp,
        annotation("Text", 0, Some(look.into())),
        annotation("Widget", 4, None),
    ];
    let first = document.page_iter().next().expect("a page");
    document.get_dictionary_mut(first).expect("a page").set("Annots", annotations);
    document
}

#[test]
fn stamps_and_fields_are_printed_as_they_look() {
    let source = sources::saved(&mut annotated());
    let made = put(&source, &settings(BOOKLET)).expect("imposed");
    assert_eq!(ids(&made.warnings), ["KB524"]);
    let told = made.warnings.problems()[0].to_string();
    assert!(told.contains("Text on page 1, Widget on page 1") && !told.contains("Link"), "{told}");
    // The page lies on its side, the look is turned by a quarter in its box: the red half is the lower one, which
    // the page's own turn brings to the left.
    let front = &pictures(&made.pdf)[0];
    let cell = made.arrangement.cell(1);
    let colour = |x: f64, y: f64| front.at(((cell.left + y) * SCALE) as usize, ((cell.top + x) * SCALE) as usize);
    assert_eq!(colour(250.0, 312.0), [255, 0, 0]);
    assert_eq!(colour(250.0, 338.0), [0, 255, 0]);
    assert_ne!(colour(250.0, 356.0), [0, 255, 0]);
}

/// A signature is about the file, and this is about its paper.
#[test]
fn signed_pages_may_be_printed() {
    let mut document = sources::document(&[page(1, A4)], dictionary! {});
    let signature = document.add_object(dictionary! { "Type" => "Sig", "Contents" => Object::string_literal("x") });
    let field =
        document.add_object(dictionary! { "FT" => "Sig", "T" => Object::string_literal("a"), "V" => signature });
    let form = dictionary! { "SigFlags" => 3, "Fields" => vec![field.into()] };
    document.catalog_mut().expect("a catalog").set("AcroForm", form);
    let made = put(&sources::saved(&mut document), &settings(BOOKLET)).expect("imposed");
    assert!(!made.pdf.windows(9).any(|part| part == b"/SigFlags") && made.warnings.is_empty());
}

#[test]
fn layers_stay_layers() {
    let mut layered = page(1, A4);
    layered.content = vec!["/OC /Hidden BDC 1 0 0 rg 0 0 500 500 re f EMC".to_owned()];
    let mut document = sources::document(&[layered], dictionary! {});
    let layer = document.add_object(dictionary! { "Type" => "OCG", "Name" => Object::string_literal("Entwurf") });
    let first = document.page_iter().next().expect("a page");
    let properties = dictionary! { "Properties" => dictionary! { "Hidden" => layer } };
    document.get_dictionary_mut(first).expect("a page").set("Resources", properties);
    let defaults = dictionary! { "OFF" => vec![layer.into()] };
    let layers = dictionary! { "OCGs" => vec![layer.into()], "D" => defaults };
    document.catalog_mut().expect("a catalog").set("OCProperties", layers);
    let made = put(&sources::saved(&mut document), &settings(BOOKLET)).expect("imposed");
    let sheets = Document::load_mem(&made.pdf).expect("a PDF");
    let layers = sheets.catalog().and_then(|catalog| catalog.get(b"OCProperties")?.as_dict()).expect("layers");
    let off = layers.get(b"D").and_then(|d| d.as_dict()?.get(b"OFF")?.as_array()).expect("hidden layers");
    let used = sheets.objects.values().filter_map(|object| object.as_stream().ok()).find_map(|stream| {
        let resources = stream.dict.get(b"Resources").ok()?.as_dict().ok()?;
        resources.get(b"Properties").ok()?.as_dict().ok()?.get(b"Hidden").ok()
    });
    assert_eq!(used, off.first(), "what is hidden is the layer the page uses");
}

#[test]
fn damaged_and_hostile_files_are_refused_or_imposed_and_nothing_else() {
    let mut whole = annotated();
    let bytes = sources::saved(&mut whole);
    for part in 0..20 {
        let cut = &bytes[..bytes.len() * part / 20];
        assert_eq!(ids(&put(cut, &settings(BOOKLET)).expect_err("cut off")), ["KB504"], "{part} twentieths");
    }
    let mut seed = 1_u32;
    for _ in 0..400 {
        let mut harmed = bytes.clone();
        for _ in 0..3 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = seed as usize / 7 % harmed.len();
            harmed[at] = (seed >> 24) as u8;
        }
        if let Err(report) = put(&harmed, &settings(BOOKLET)) {
            assert!(report.has_errors());
        }
    }
}

#[test]
fn trees_without_end_and_absurd_sizes_are_refused() {
    let refused = |change: &dyn Fn(&mut Document)| {
        let mut document = sources::document(&[page(1, A4)], dictionary! {});
        change(&mut document);
        ids(&put(&sources::saved(&mut document), &settings(BOOKLET)).expect_err("refused")).join(" ")
    };
    let tree = |document: &Document| document.catalog().and_then(|c| c.get(b"Pages")?.as_reference()).expect("a tree");
    let set = |document: &mut Document, key: &str, value: Object| {
        let page = document.page_iter().next().expect("a page");
        document.get_dictionary_mut(page).expect("a page").set(key, value);
    };
    let endless = refused(&|document| {
        let tree = tree(document);
        document.get_dictionary_mut(tree).expect("a tree").set("Kids", vec![tree.into()]);
    });
    let nothing = refused(&|document| {
        let tree = tree(document);
        document.get_dictionary_mut(tree).expect("a tree").set("Kids", Vec::<Object>::new());
    });
    let huge = refused(&|document| set(document, "MediaBox", edges([0.0, 0.0, 1e9, 1e9])));
    let none = refused(&|document| set(document, "MediaBox", edges([5.0, 5.0, 5.0, 5.0])));
    let strange = refused(&|document| set(document, "Contents", Object::Boolean(true)));
    let large = refused(&|document| set(document, "MediaBox", edges([0.0, 0.0, 5000.0, 5000.0])));
    let encrypted = refused(&|document| document.trailer.set("Encrypt", dictionary! { "Filter" => "Standard" }));
    assert_eq!(
        [endless, nothing, huge, none, strange, large, encrypted],
        ["KB504", "KB504", "KB504", "KB504", "KB504", "KB521", "KB505"]
    );
    // Every node has the next one twice: 2^40 pages, were they counted.
    let mut bomb = sources::document(&[page(1, A4)], dictionary! {});
    let mut below: Object = bomb.page_iter().next().expect("a page").into();
    for _ in 0..40 {
        let node = dictionary! { "Type" => "Pages", "Kids" => vec![below.clone(), below.clone()], "Count" => 2 };
        below = bomb.add_object(node).into();
    }
    bomb.catalog_mut().expect("a catalog").set("Pages", below);
    assert_eq!(ids(&put(&sources::saved(&mut bomb), &settings(BOOKLET)).expect_err("refused")), ["KB504"]);
}

#[test]
fn sheets_are_written_beside_the_pages_and_over_nothing_of_others() {
    let sandbox = Sandbox::new();
    let source = pdf(&(1..=6).map(|number| page(number, A5)).collect::<Vec<_>>(), dictionary! {});
    sandbox.write("heft.pdf", &source);
    let ran = sandbox.run(&["impose", "heft.pdf"]);
    ran.must_succeed().stderr_contains(
        "6 pages on 2 sheets A4 (297 x 210 mm), booklet, 100 %, 2 blank, without marks; print both sides, turned round \
         the short edge: bogen/heft-bogen.pdf",
    );
    let first = sandbox.bytes("bogen/heft-bogen.pdf");
    sandbox.run(&["impose", "heft.pdf"]).must_succeed();
    assert!(sandbox.bytes("bogen/heft-bogen.pdf") == first, "the same pages make the same sheets");
    assert!(sandbox.bytes("heft.pdf") == source, "the pages stay as they are");
    assert_eq!(sandbox.files("."), ["bogen/heft-bogen.pdf", "heft.pdf"]);

    sandbox.write("fremd.pdf", &source);
    sandbox.run(&["impose", "heft.pdf", "--out", "fremd.pdf"]).must_fail(1).stderr_contains("error[KB525]");
    sandbox.run(&["impose", "heft.pdf", "--out", "./heft.pdf", "--force"]).must_fail(1).stderr_contains("error[KB525]");
    assert!(sandbox.bytes("heft.pdf") == source && sandbox.bytes("fremd.pdf") == source);
    sandbox.run(&["impose", "heft.pdf", "--out", "fremd.pdf", "--force"]).must_succeed();
    assert!(sandbox.bytes("fremd.pdf") == first);
    sandbox.run(&["impose", "heft.pdf", "--out", "neu/bogen.pdf"]).must_succeed();
    assert!(sandbox.bytes("neu/bogen.pdf") == first);

    sandbox.run(&["impose", "nirgends.pdf"]).must_fail(1).stderr_contains("error[KB503]: nirgends.pdf");
    for (args, id) in [
        (["--layout", "3-fold"], "KB328"),
        (["--layout", "0-up"], "KB328"),
        (["--sheet", "a33"], "KB328"),
        (["--sheet", "5x5"], "KB328"),
    ] {
        sandbox.run(&["impose", "heft.pdf", args[0], args[1]]).must_fail(2).stderr_contains(id);
    }
    for args in [
        ["--layout", "4-up", "--creep", "1"],
        ["--layout", "2x5", "--flip", "long"],
        ["--layout", "booklet", "--gutter", "3"],
    ] {
        let all = [&["impose", "heft.pdf"], args.as_slice()].concat();
        sandbox.run(&all).must_fail(2).stderr_contains("KB329");
    }
    sandbox.run(&["impose", "heft.pdf", "--creep", "-1"]).must_fail(2);
    sandbox.run(&["impose", "heft.pdf", "--marks", "--no-marks"]).must_fail(2);
}

#[test]
fn sheets_beside_an_edition_are_no_strangers_to_verify() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&["build", "--with", "with", "--only", "laender"]).must_succeed();
    sandbox.run(&["impose", "out/2031/laender.pdf"]).must_succeed();
    assert!(sandbox.files("out/2031").contains(&"bogen/laender-bogen.pdf".to_owned()));
    sandbox.run(&["verify", "--with", "with"]).must_succeed();
}

/// Draws all pages with poppler; `None` where that is not installed.
fn drawn_by_poppler(sandbox: &Sandbox, file: &str, stem: &str) -> Option<Vec<Picture>> {
    let call = Command::new("pdftoppm").args(["-r", "144", file, stem]).current_dir(sandbox.root()).output();
    let Ok(output) = call else { return None };
    assert!(output.status.success(), "pdftoppm refuses {file}");
    let files = sandbox.files(".").into_iter().filter(|name| name.starts_with(stem));
    Some(files.map(|name| from_ppm(&sandbox.bytes(&name))).collect())
}

/// What a print shop would see, with another renderer; where that is not installed, the tests above alone speak.
#[test]
#[expect(clippy::print_stderr, reason = "a test that proves nothing says so")]
fn poppler_sees_the_same_pixels() {
    let sandbox = Sandbox::new();
    let pages: Vec<Page> = (1..=7).map(|number| banded(number, A4)).collect();
    sandbox.write("heft.pdf", pdf(&pages, dictionary! {}));
    sandbox.run(&["impose", "heft.pdf", "--marks", "--out", "bogen.pdf"]).must_succeed();
    let (Some(alone), Some(sheets)) =
        (drawn_by_poppler(&sandbox, "heft.pdf", "seite"), drawn_by_poppler(&sandbox, "bogen.pdf", "bogen-"))
    else {
        eprintln!("pdftoppm is not installed: nothing was compared with poppler");
        return;
    };
    let made =
        put(&sandbox.bytes("heft.pdf"), &ImposeSettings { marks: Some(true), ..settings(BOOKLET) }).expect("imposed");
    let mut compared = 0;
    for (side, sheet) in sides(7, 2, BOOKLET).iter().zip(&sheets) {
        for (cell, page) in side.pages.iter().enumerate().filter_map(|(cell, page)| Some((cell, (*page)?))) {
            let place = made.arrangement.cell(cell);
            let corner = ((place.left * SCALE).round() as usize, (place.top * SCALE).round() as usize);
            let alone = &alone[page];
            let (width, height) = (alone.width - 1, alone.height - 1);
            assert_eq!(difference(sheet, corner, alone, (0, width), (0, height)), 0, "page {}", page + 1);
            compared += 1;
        }
    }
    assert_eq!((compared, sheets.len()), (7, 4));
}

/// A picture as poppler writes it.
fn from_ppm(bytes: &[u8]) -> Picture {
    let mut words = bytes.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut number = || std::str::from_utf8(words.next().expect("a number")).expect("digits").to_owned();
    assert_eq!(number(), "P6");
    let (width, height) = (number().parse().expect("a width"), number().parse().expect("a height"));
    let body = words.next().expect("pixels").splitn(2, |byte| byte.is_ascii_whitespace()).nth(1).expect("pixels");
    let pixels = body.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect();
    Picture { width, height, pixels }
}
