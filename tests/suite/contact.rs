//! All fact sheets side by side, rendered small: nothing runs out of its place, nothing lies on anything
//! else, no page ends in a void, and the marks of the charts survive a grey printer.
//!
//! `CONTACT_SHEET=1` also leaves a picture of all pages in cargo's folder for the files of tests.

#![expect(clippy::disallowed_methods, reason = "CONTACT_SHEET=1 writes a picture")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf as Rendered;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::PremulRgba8;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};

use crate::pdf::{Page, Pdf, Point, Run, Shape};
use crate::sandbox::{Sandbox, six, text_of, whole};

const MM: f64 = 72.0 / 25.4;

/// The margins of a fact sheet; the lower one holds the footer, which keeps off the edge itself.
const LEFT: f64 = 22.0 * MM;
const RIGHT: f64 = 18.0 * MM;
const TOP: f64 = 15.0 * MM;
/// How far a running head stands above where a fact sheet begins.
const RUNNING_HEAD: f64 = 8.0 * MM;
const BOTTOM: f64 = 19.0 * MM;
const BELOW_FOOTER: f64 = 9.0 * MM;

/// How far ink may stand out of the margins: half the stroke of the title band, and a letter's overhang.
const OVERHANG: f64 = 1.5;

/// The largest part of a page that may be empty in one piece.
const VOID: f64 = 0.2;

/// The smallest type, in points.
const SMALLEST: f64 = 7.5;

/// The largest file, in bytes.
const HEAVIEST: usize = 90_000;

/// Pixels per point of the small pictures: 36 to the inch.
const SCALE: f32 = 0.5;

/// How much lighter or darker two areas must be so that a grey print tells them apart.
const CONTRAST: f64 = 0.25;

/// A page rendered small.
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<PremulRgba8>,
}

impl Picture {
    /// Renders the only page of a PDF.
    fn of(bytes: &[u8]) -> Result<Self, String> {
        let pdf = Rendered::new(bytes.to_vec()).map_err(|error| format!("cannot be rendered: {error:?}"))?;
        let [page] = pdf.pages().as_ref() else { return Err(format!("{} pages are rendered", pdf.pages().len())) };
        let warned = Arc::new(AtomicBool::new(false));
        let sink = Arc::clone(&warned);
        let settings = InterpreterSettings {
            warning_sink: Arc::new(move |_| sink.store(true, Ordering::Relaxed)),
            ..Default::default()
        };
        let scale = RenderSettings { x_scale: SCALE, y_scale: SCALE, bg_color: WHITE, ..Default::default() };
        let pixmap = render(page, &RenderCache::new(), &settings, &scale);
        if warned.load(Ordering::Relaxed) {
            return Err("is rendered with parts missing".to_owned());
        }
        let (width, height) = (pixmap.width().into(), pixmap.height().into());
        Ok(Self { width, height, pixels: pixmap.data().to_vec() })
    }

    /// How light a pixel is: 0 is black, 1 is white.
    fn grey(&self, x: usize, y: usize) -> f64 {
        let pixel = self.pixels[y * self.width + x];
        (0.3 * f64::from(pixel.r) + 0.59 * f64::from(pixel.g) + 0.11 * f64::from(pixel.b)) / 255.0
    }

    /// The part of the page outside these columns and rows that bears ink, counted in pixels.
    fn ink_outside(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> usize {
        let outside = |x: &usize, y: usize| !(columns.contains(x) && rows.contains(&y));
        (0..self.height).map(|y| (0..self.width).filter(|x| outside(x, y) && self.grey(*x, y) < 0.98).count()).sum()
    }

    /// Whether a row bears ink between two columns; the tint of the title band is no ink.
    fn inked(&self, columns: std::ops::Range<usize>, y: usize) -> bool {
        columns.into_iter().any(|x| self.grey(x, y) < 0.9)
    }
}

/// A length in points as pixels.
fn pixels(points: f64) -> f64 {
    points * f64::from(SCALE)
}

/// What is wrong with the page of a fact sheet; empty when nothing is.
pub fn faults(bytes: &[u8]) -> Vec<String> {
    let pdf = Pdf::read(bytes);
    let [page] = pdf.pages.as_slice() else { return vec![format!("{} pages", pdf.pages.len())] };
    let mut faults = match Picture::of(bytes) {
        Ok(picture) => [margins(&picture, page), voids(&picture, page)].concat(),
        Err(error) => vec![error],
    };
    faults.extend(overflow(page, TOP));
    faults.extend(overlaps(page));
    faults.extend(small_type(page));
    faults
}

fn margins(picture: &Picture, page: &Page) -> Vec<String> {
    // One pixel of tolerance on each side.
    let left = pixels(LEFT).floor() as usize - 1;
    let right = pixels(page.width - RIGHT).ceil() as usize + 1;
    let top = pixels(TOP).floor() as usize - 1;
    let bottom = pixels(page.height - BELOW_FOOTER).ceil() as usize + 1;
    let ink = picture.ink_outside(left..right, top..bottom);
    if ink > 0 { vec![format!("{ink} pixels of ink in the margins")] } else { Vec::new() }
}

fn voids(picture: &Picture, page: &Page) -> Vec<String> {
    // The stroke beside the title band would make an empty band look full.
    let columns = pixels(LEFT).ceil() as usize + 2..pixels(page.width - RIGHT).floor() as usize;
    let (top, end) = (pixels(TOP).floor() as usize, pixels(page.height - BOTTOM).floor() as usize);
    let inked: Vec<usize> = (top..end).filter(|y| picture.inked(columns.clone(), *y)).collect();
    let (Some(first), Some(last)) = (inked.first(), inked.last()) else { return vec!["an empty page".to_owned()] };
    let mut faults = Vec::new();
    let percent = |rows: usize, of: usize| 100 * rows / of;
    let foot = end - 1 - last;
    if foot as f64 > VOID * (end - top) as f64 {
        faults.push(format!("{} % of the text area are empty at its foot", percent(foot, end - top)));
    }
    let gaps = inked.windows(2).map(|pair| pair[1] - pair[0] - 1).chain([first - top]);
    let widest = gaps.max().expect("there is ink");
    if widest as f64 > VOID * picture.height as f64 {
        faults.push(format!("{} % of the page are empty in one piece", percent(widest, picture.height)));
    }
    faults
}

/// A box on the page: its lower left and its upper right corner.
type Box = (Point, Point);

/// The box that the small letters of a run fill, and a little below them. A run that does not stand
/// upright has none.
fn body(run: &Run) -> Option<Box> {
    let ((left, base), (right, end)) = (run.start, run.end);
    let upright = (base - end).abs() < 0.01 && right >= left;
    upright.then_some(((left, base - 0.15 * run.size), (right, base + 0.6 * run.size)))
}

/// How far two boxes reach into each other: in width and in height.
fn shared(a: Box, b: Box) -> (f64, f64) {
    (a.1.0.min(b.1.0) - a.0.0.max(b.0.0), a.1.1.min(b.1.1) - a.0.1.max(b.0.1))
}

fn overlap(a: Box, b: Box) -> bool {
    let (width, height) = shared(a, b);
    width > 0.3 && height > 0.3
}

/// Whether a straight line passes through the inside of a box.
fn crosses((from, to): (Point, Point), ((left, low), (right, high)): Box) -> bool {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let inside = 0.3;
    for (start, way, least, most) in
        [(from.0, to.0 - from.0, left + inside, right - inside), (from.1, to.1 - from.1, low + inside, high - inside)]
    {
        if way == 0.0 {
            if start <= least || start >= most {
                return false;
            }
            continue;
        }
        let (a, b) = ((least - start) / way, (most - start) / way);
        (enter, leave) = (enter.max(a.min(b)), leave.min(a.max(b)));
    }
    enter < leave
}

fn said(page: &Page) -> impl Iterator<Item = &Run> {
    page.runs.iter().filter(|run| !run.text.trim().is_empty())
}

fn overflow(page: &Page, top: f64) -> Vec<String> {
    let room =
        ((LEFT - OVERHANG, BELOW_FOOTER - OVERHANG), (page.width - RIGHT + OVERHANG, page.height - top + OVERHANG));
    let inside = |(low, high): Box| low.0 >= room.0.0 && low.1 >= room.0.1 && high.0 <= room.1.0 && high.1 <= room.1.1;
    let mut faults = Vec::new();
    for run in said(page) {
        match body(run) {
            Some(place) if inside(place) => {}
            Some(_) => faults.push(format!("`{}` stands in the margin", run.text)),
            None => faults.push(format!("`{}` does not stand upright", run.text)),
        }
    }
    let shapes = page.shapes.iter().filter(|shape| !inside(shape.bounds())).count();
    if shapes > 0 {
        faults.push(astray(shapes));
    }
    faults
}

/// The fault of so many shapes beyond the margins.
fn astray(shapes: usize) -> String {
    format!("{shapes} lines or areas reach into the margin")
}

/// Text on text, and text that a line crosses or an area makes hard to read.
fn overlaps(page: &Page) -> Vec<String> {
    let runs: Vec<(&Run, Box)> = said(page).filter_map(|run| Some((run, body(run)?))).collect();
    let mut faults = Vec::new();
    for (at, (run, place)) in runs.iter().enumerate() {
        for (other, its_place) in &runs[at + 1..] {
            if overlap(*place, *its_place) {
                faults.push(format!("`{}` and `{}` overlap", run.text, other.text));
            }
        }
        for shape in page.shapes.iter().filter(|shape| overlap(*place, grown(shape.bounds()))) {
            let on_top = shape.order > run.order;
            let hides = shape.fill.is_some_and(|fill| on_top || (fill - run.grey).abs() < 0.4);
            let struck = shape.outline.is_some() && shape.strokes.iter().any(|stroke| crosses(*stroke, *place));
            if (hides && covers(shape, *place)) || struck {
                faults.push(format!("`{}` lies under or on a drawing", run.text));
                break;
            }
        }
    }
    faults
}

/// Whether the inside of a shape reaches into a box. A curve may reach anywhere within its shape's bounds.
fn covers(shape: &Shape, place: Box) -> bool {
    if !overlap(place, shape.bounds()) {
        return false;
    }
    let middle = ((place.0.0 + place.1.0) / 2.0, (place.0.1 + place.1.1) / 2.0);
    shape.curves > 0 || shape.holds(middle) || shape.strokes.iter().any(|stroke| crosses(*stroke, place))
}

/// A box with some room around it, so that a thin line has an inside too.
fn grown((low, high): Box) -> Box {
    ((low.0 - 0.5, low.1 - 0.5), (high.0 + 0.5, high.1 + 0.5))
}

fn small_type(page: &Page) -> Vec<String> {
    let small = said(page).filter(|run| run.size < SMALLEST - 0.005);
    small.map(|run| format!("`{}` is set in {:.1} pt", run.text, run.size)).collect()
}

/// The same fault on many sheets is one fault.
#[derive(Default)]
pub struct Faults(BTreeMap<String, Vec<String>>);

impl Faults {
    /// Notes what is wrong with a sheet.
    pub fn add(&mut self, sheet: &str, faults: impl IntoIterator<Item = String>) {
        for fault in faults {
            self.0.entry(fault).or_default().push(sheet.to_owned());
        }
    }

    /// There are none.
    pub fn must_be_none(&self) {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|(fault, sheets)| match sheets.as_slice() {
                [sheet] => format!("{sheet}: {fault}"),
                [sheet, ..] => format!("{sheet} and {} more: {fault}", sheets.len() - 1),
                [] => unreachable!("a fault is noted with its sheet"),
            })
            .collect();
        assert!(lines.is_empty(), "{} faults:\n{}", lines.len(), lines.join("\n"));
    }
}

/// The fact sheets of a build by their file names.
pub fn sheets(sandbox: &Sandbox, edition: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = format!("out/{edition}/steckbriefe");
    sandbox.files(&folder).into_iter().map(|name| (name.clone(), sandbox.bytes(&format!("{folder}/{name}")))).collect()
}

/// The sheets of the edition as shipped, read once.
fn all() -> &'static [(String, Vec<u8>, Pdf)] {
    static ALL: OnceLock<Vec<(String, Vec<u8>, Pdf)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = |(name, bytes): (String, Vec<u8>)| {
            let pdf = Pdf::read(&bytes);
            (name, bytes, pdf)
        };
        sheets(whole(), "2017").into_iter().map(read).collect()
    })
}

#[test]
fn all_sheets_keep_their_page() {
    let mut found = Faults::default();
    for (name, bytes, _) in all() {
        found.add(name, faults(bytes));
    }
    assert_eq!(all().len(), 104);
    found.must_be_none();
}

/// What is wrong with a page of a document of many. It has a running head above the text, so its paper ends
/// higher up.
pub fn page_faults(page: &Page, cover: bool) -> Vec<String> {
    // The field of the cover reaches over the edge on purpose; its text does not.
    let meant = |fault: &String| cover && *fault == astray(1);
    let margins = overflow(page, TOP - RUNNING_HEAD).into_iter().filter(|fault| !meant(fault));
    margins.chain(overlaps(page)).chain(small_type(page)).collect()
}

#[test]
fn pages_of_the_other_documents_keep_theirs() {
    let mut found = Faults::default();
    for name in ["broschuere.pdf", "ranglisten.pdf", "laender.pdf"] {
        let pdf = Pdf::read(&whole().bytes(&format!("out/2017/{name}")));
        for (at, page) in pdf.pages.iter().enumerate() {
            let cover = name == "broschuere.pdf" && at == 0;
            found.add(&format!("{name}, page {}", at + 1), page_faults(page, cover));
        }
    }
    found.must_be_none();
}

#[test]
fn sheets_of_invented_kommunen_keep_their_page() {
    let mut found = Faults::default();
    let sheets = sheets(six(), "2031");
    assert_eq!(sheets.len(), 6);
    for (name, bytes) in &sheets {
        found.add(name, faults(bytes));
    }
    found.must_be_none();
}

#[test]
fn no_sheet_is_too_heavy_for_a_letter() {
    let mut found = Faults::default();
    for (name, bytes, _) in all().iter().filter(|(_, bytes, _)| bytes.len() > HEAVIEST) {
        found.add(name, [format!("{} bytes", bytes.len())]);
    }
    found.must_be_none();
}

/// The marks of the charts by their shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// The Kommune: a filled disc.
    Dot,
    /// The mean of its Land: a square on its tip, with an outline.
    Diamond,
    /// The middle half of all: an upright rectangle with an outline.
    Band,
    /// A rate: an upright rectangle without one.
    Bar,
    /// The mean of all: two tips, from above and from below, with an outline that keeps them off the bar below.
    Tip,
}

impl Mark {
    const ALL: [Self; 5] = [Self::Dot, Self::Diamond, Self::Band, Self::Bar, Self::Tip];

    /// What a shape is.
    fn of(shape: &Shape) -> Option<Self> {
        let ((left, low), (right, high)) = shape.bounds();
        let (width, height) = (right - left, high - low);
        let straight = |(from, to): &(Point, Point)| (from.0 - to.0).abs() < 0.01 || (from.1 - to.1).abs() < 0.01;
        let fill = shape.fill?;
        let regular = (width - height).abs() < 0.1 && height < 4.0 * MM;
        let four_lines = shape.strokes.len() == 4 && shape.curves == 0;
        let square = four_lines && shape.strokes.iter().all(straight);
        if shape.outline.is_some() {
            let tip = shape.strokes.len() == 3 && shape.curves == 0 && height < 3.0 * MM;
            let slanted = four_lines && !shape.strokes.iter().any(straight);
            return match (slanted && regular, square && height < 3.0 * MM) {
                _ if tip => Some(Self::Tip),
                (true, _) => Some(Self::Diamond),
                (_, true) => Some(Self::Band),
                _ => None,
            };
        }
        match fill {
            1.0 => None,
            _ if shape.curves == 4 && regular => Some(Self::Dot),
            _ if square && (2.0 * MM..4.0 * MM).contains(&height) => Some(Self::Bar),
            _ => None,
        }
    }
}

/// The marks of a page.
struct Marks<'a>(BTreeMap<Mark, Vec<&'a Shape>>);

impl<'a> Marks<'a> {
    fn on(page: &'a Page) -> Self {
        let mut marks: BTreeMap<Mark, Vec<&Shape>> = BTreeMap::new();
        for shape in &page.shapes {
            if let Some(mark) = Mark::of(shape) {
                marks.entry(mark).or_default().push(shape);
            }
        }
        Self(marks)
    }

    fn of(&self, mark: Mark) -> &[&'a Shape] {
        self.0.get(&mark).map(Vec::as_slice).unwrap_or_default()
    }

    /// How light the areas are that a mark can lie on.
    fn grounds(&self, mark: Mark) -> Vec<f64> {
        let below: &[Mark] = match mark {
            Mark::Dot => &[Mark::Band],
            Mark::Diamond => &[Mark::Dot, Mark::Band, Mark::Bar, Mark::Tip],
            Mark::Tip => &[Mark::Bar],
            Mark::Band | Mark::Bar => &[],
        };
        let inside = below.iter().flat_map(|mark| self.of(*mark)).filter_map(|shape| shape.fill);
        inside.chain([1.0]).collect()
    }
}

/// On a grey printer every mark must stand out from what it can lie on, by its inside or by its outline,
/// and the two that both stand for a value must differ in more than shape.
#[test]
fn marks_stay_distinguishable_in_grey() {
    let mut found = Faults::default();
    let differ = |a: f64, b: f64| (a - b).abs() >= CONTRAST;
    for (name, _, pdf) in all() {
        let marks = Marks::on(&pdf.pages[0]);
        for mark in Mark::ALL {
            if marks.of(mark).is_empty() {
                found.add(name, [format!("no {mark:?}: a mark of another shape needs a place in `Mark::of`")]);
            }
            for ground in marks.grounds(mark) {
                let lost = |shape: &Shape| ![shape.fill, shape.outline].iter().flatten().any(|g| differ(*g, ground));
                if marks.of(mark).iter().any(|shape| lost(shape)) {
                    found.add(name, [format!("a {mark:?} is lost on a ground of {ground:.2}")]);
                }
            }
        }
        for dot in marks.of(Mark::Dot) {
            let alike = |diamond: &&Shape| !dot.fill.zip(diamond.fill).is_some_and(|(a, b)| differ(a, b));
            if marks.of(Mark::Diamond).iter().copied().any(|diamond| alike(&diamond)) {
                found.add(name, ["the Kommune and the mean of its Land are alike".to_owned()]);
            }
        }
    }
    found.must_be_none();
}

/// Whether a point lies in a disc, or in a square on its tip.
fn holds(mark: Mark, ((left, low), (right, high)): Box, (x, y): Point) -> bool {
    let half = (right - left) / 2.0;
    let (x, y) = (x - (left + right) / 2.0, y - (low + high) / 2.0);
    if mark == Mark::Dot { x.hypot(y) < half } else { x.abs() + y.abs() < half }
}

/// The part of a mark that another one leaves open, measured at the points of a grid.
fn left_open(below: (Mark, Box), above: (Mark, Box)) -> f64 {
    const STEPS: usize = 30;
    let ((left, low), (right, high)) = below.1;
    let along = |from: f64, to: f64, step: usize| from + (to - from) * (step as f64 + 0.5) / STEPS as f64;
    let grid = (0..STEPS * STEPS).map(|at| (along(left, right, at % STEPS), along(low, high, at / STEPS)));
    let inside: Vec<Point> = grid.filter(|point| holds(below.0, below.1, *point)).collect();
    let open = inside.iter().filter(|point| !holds(above.0, above.1, **point)).count();
    open as f64 / inside.len() as f64
}

/// The Kommune and its Land may stand at one place; then a quarter of the mark below must still be seen
/// behind the one above.
#[test]
fn no_mark_hides_another() {
    let mut found = Faults::default();
    for (name, _, pdf) in all() {
        let marks = Marks::on(&pdf.pages[0]);
        let (dots, diamonds) = (marks.of(Mark::Dot), marks.of(Mark::Diamond));
        let mut hidden = 0;
        for (dot, diamond) in dots.iter().flat_map(|dot| diamonds.iter().map(move |diamond| (dot, diamond))) {
            let (one, other) = ((Mark::Dot, dot.bounds()), (Mark::Diamond, diamond.bounds()));
            let (above, below) = if dot.order > diamond.order { (one, other) } else { (other, one) };
            hidden += usize::from(left_open(below, above) < 0.25);
        }
        if hidden > 0 {
            found.add(name, ["the Kommune and the mean of its Land hide each other".to_owned()]);
        }
    }
    found.must_be_none();
}

#[test]
fn a_hidden_mark_is_seen_to_be_hidden() {
    let at = |mark: Mark, x: f64, half: f64| (mark, ((x - half, -half), (x + half, half)));
    let open = |apart: f64, dot: f64| left_open(at(Mark::Diamond, 0.0, 3.0), at(Mark::Dot, apart, dot));
    assert_eq!(open(0.0, 3.0), 0.0);
    assert_eq!(open(6.0, 3.0), 1.0);
    assert!((open(0.0, 1.5) - 0.6).abs() < 0.03, "a small dot in a large square: {}", open(0.0, 1.5));
}

#[test]
fn reading_order_follows_the_page() {
    let mut found = Faults::default();
    for (name, _, pdf) in all() {
        let order: Vec<usize> = pdf.headings.iter().map(|heading| heading.level).collect();
        if order.first() != Some(&1) || order.iter().filter(|level| **level == 1).count() != 1 || order.len() < 3 {
            found.add(name, [format!("the headings are of the levels {order:?}")]);
        }
        if order.windows(2).any(|pair| pair[1] > pair[0] + 1) {
            found.add(name, [format!("a level of headings is left out: {order:?}")]);
        }
        assert!(pdf.headings.iter().all(|heading| heading.page == 1), "{name} has one page");
        for pair in pdf.headings.windows(2).filter(|pair| pair[1].height >= pair[0].height) {
            found.add(name, [format!("`{}` is read before `{}`, which stands above", pair[0].text, pair[1].text)]);
        }
    }
    found.must_be_none();
}

/// A judge that lets everything pass is none: every kind of fault, put into a sheet, is found.
#[test]
fn faults_are_seen() {
    let sandbox = Sandbox::with_six();
    let template = text_of("templates/parts/sheet.typ.hbs");
    let at = template.find("\n== ").expect("the sheet has a heading") + 1;
    // Each harms the sheet of one Kommune.
    let harms = [
        ("Altmoor", "#place(dx: -12mm)[Rand]"),
        ("Neumoor", "#place[Darunter]#place(dx: 2mm)[Darüber]"),
        ("Lückow", "#place(right, text(7.4pt)[Klein])"),
        ("Einsand", "#place[Gestrichen]#place(dy: 4pt, line(length: 20mm))"),
        ("Großweißenstein", "#place[Verdeckt]#place(rect(width: 20mm, height: 5mm, fill: white))"),
    ];
    let mut lines = String::new();
    for (name, harm) in harms {
        lines += &format!("{{{{#if (eq kommune.name \"{name}\")}}}}{harm}{{{{/if}}}}\n");
    }
    sandbox.write("with/templates/parts/sheet.typ.hbs", format!("{}{lines}\n{}", &template[..at], &template[at..]));
    sandbox.run(&["build", "--with", "with", "--only", "steckbriefe"]).must_succeed();
    let sheets = sheets(&sandbox, "2031");
    let of = |name: &str| {
        let (_, bytes) = sheets.iter().find(|(path, _)| path.contains(name)).expect("a sheet");
        faults(bytes).join("\n")
    };
    for (name, parts) in [
        ("altmoor", ["of ink in the margins", "`Rand` stands in the margin"].as_slice()),
        ("neumoor", &["`Darunter` and `Darüber` overlap"]),
        ("lueckow", &["`Klein` is set in 7.4 pt"]),
        ("einsand", &["`Gestrichen` lies under or on a drawing"]),
        ("grossweissenstein", &["`Verdeckt` lies under or on a drawing"]),
    ] {
        let faults = of(name);
        assert!(parts.iter().all(|part| faults.contains(part)), "{name}: {faults}");
    }
}

#[test]
fn a_frame_covers_what_it_strikes_and_not_what_it_surrounds() {
    let corners = [(0.0, 9.0), (0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (8.0, 9.0), (8.0, 1.0), (1.0, 1.0), (1.0, 9.0)];
    let next = corners.iter().cycle().skip(1);
    let strokes = corners.iter().copied().zip(next.copied()).collect();
    let frame = Shape { strokes, curves: 0, fill: Some(0.0), outline: None, order: 0 };
    for (place, covered) in
        [(((2.0, 2.0), (7.0, 8.0)), false), (((0.5, 2.0), (7.0, 8.0)), true), (((0.1, 4.0), (0.9, 5.0)), true)]
    {
        assert_eq!(covers(&frame, place), covered, "{place:?}");
    }
}

#[test]
fn empty_pages_are_seen() {
    let sheet_of = |body: &str| {
        let sandbox = Sandbox::with_six();
        let start = "{{> parts/paper}}\n= {{kommune.label}}\n\n";
        sandbox.write("with/templates/sheet.typ.hbs", format!("{start}{body}\n"));
        sandbox.run(&["build", "--with", "with", "--kommune", "Altmoor"]).must_succeed();
        faults(&sheets(&sandbox, "2031")["03901-landkreis-altmoor.pdf"])
    };
    let short = sheet_of("Mehr nicht.");
    assert!(matches!(short.as_slice(), [fault] if fault.contains("empty at its foot")), "{short:?}");
    let torn = sheet_of("#v(1fr)\nAm Fuß.");
    assert!(matches!(torn.as_slice(), [fault] if fault.contains("empty in one piece")), "{torn:?}");
    let spread = sheet_of(&"#v(1fr)\nEine Zeile.\n".repeat(6));
    assert!(spread.is_empty(), "{spread:?}");
}

/// The picture of all pages, 13 beside each other.
#[test]
fn the_contact_sheet_is_drawn_when_asked_for() {
    if std::env::var_os("CONTACT_SHEET").is_none_or(|value| value.is_empty() || value == "0") {
        return;
    }
    let pictures: Vec<Picture> = all().iter().map(|(_, bytes, _)| Picture::of(bytes).expect("rendered")).collect();
    let (columns, gap) = (13, 6);
    let (width, height) = (pictures[0].width + gap, pictures[0].height + gap);
    let rows = pictures.len().div_ceil(columns);
    let (across, down) = (columns * width + gap, rows * height + gap);
    let board = PremulRgba8 { r: 128, g: 128, b: 128, a: 255 };
    let mut pixels = vec![board; across * down];
    for (at, picture) in pictures.iter().enumerate() {
        let (left, top) = (at % columns * width + gap, at / columns * height + gap);
        for (y, row) in picture.pixels.chunks(picture.width).enumerate() {
            let start = (top + y) * across + left;
            pixels[start..start + row.len()].copy_from_slice(row);
        }
    }
    let side = |length: usize| u16::try_from(length).expect("the picture is not that large");
    let png = Pixmap::from_parts(pixels, side(across), side(down)).into_png().expect("a picture");
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("contact-sheet.png"), png).expect("the picture is written");
}
