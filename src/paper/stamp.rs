//! A finished PDF -> the same with a stamp on its pages, and nothing else changed.
//!
//! The stamp is added as an incremental update: every byte of the file stays where it was, and what is new follows
//! (ISO 32000-1, 7.5.6). Its pages get their old content, saved and restored around, and after it a form marked as a
//! pagination artifact, so that a screen reader passes over it and tags stay true.

use std::collections::HashMap;
use std::ops::Range;

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, StringFormat, dictionary};

use crate::diag::Problem;
use crate::digest::Sha256Hasher;
use crate::pdf::{Damage, DamageKind, DamagedPart, PdfValue};

use super::balance::{Balance, balance};
use super::drawing::{Align, InkColour, PdfDrawing, TextStyle};
use super::faces::{Faces, Weight};
use super::foreign::{ForeignPage, ForeignPdf, damaged};
use super::units::POINTS_PER_MM;

/// The smallest a stamp may be set, in points.
const SMALLEST: f64 = 6.0;

/// By how much a stamp that is too wide is made smaller each time, in points.
const STEP: f64 = 0.5;

/// From the text to the frame: beside it, and above and below its capitals; millimetres.
const PADDING: (f64, f64) = (1.8, 1.5);

/// How wide the line of the frame is, in points.
const FRAME: f64 = 0.5;

/// How many pages of a file may be stamped: each may need a drawing of its own.
const MOST: usize = 10_000;

/// What the resources of a stamped page call the stamp.
const NAME: &str = "KreisblattStempel";

/// How heavy a stamp is written.
pub const STAMP_WEIGHT: Weight = Weight::Semibold;

/// Where on a page stamps are, and how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StampSpot {
    /// Whether at the upper edge of the page as shown.
    pub top: bool,
    /// At its left edge, in the middle, or at its right edge.
    pub side: Align,
    /// From the left or right edge, in millimetres; no stamp comes nearer to either.
    pub x: f64,
    /// From the upper or lower edge, in millimetres.
    pub y: f64,
    /// Size of the type in points, where there is room for it.
    pub size: f64,
}

/// A stamped PDF.
pub struct Stamped {
    /// The file.
    pub pdf: Vec<u8>,
    /// How many pages got a stamp.
    pub pages: usize,
    /// The pages that had one already, from 1.
    pub again: Vec<usize>,
}

/// A stamp as drawn: some pages share one.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    text: String,
    /// Size of the type in points.
    size: f64,
    /// Width and height in millimetres.
    extent: (f64, f64),
}

/// The stamp of one page.
struct Addition {
    /// Its position in the file, from 0.
    page: usize,
    /// Its stamp's position among all.
    mark: usize,
    balance: Balance,
}

/// Stamps the pages for which `wanted` is true with the text that `text` returns; both get the page, from 1, and the
/// number of pages.
///
/// # Errors
/// A file that cannot be stamped, a text that does not fit, and a file with none of the wanted pages.
pub fn stamped(
    bytes: Vec<u8>,
    faces: &Faces<'_>,
    spot: &StampSpot,
    wanted: impl Fn(usize, usize) -> bool,
    text: impl Fn(usize, usize) -> String,
) -> Result<Stamped, Problem> {
    let length = bytes.len();
    let foreign = ForeignPdf::open(&bytes)?;
    let before = contents(&foreign);
    let count = foreign.pages.len();
    if (1..=count).filter(|page| wanted(*page, count)).count() > MOST {
        return Err(Problem::error("KB508", format!("more than {MOST} pages are to be stamped"))
            .hint("stamp its first page alone, or some pages with --pages"));
    }
    let (mut marks, mut known, mut additions) = (Vec::new(), HashMap::new(), Vec::new());
    for (at, leaf) in foreign.pages.iter().enumerate().filter(|(at, _)| wanted(at + 1, count)) {
        let page = at + 1;
        let mark = mark(faces, spot, leaf, text(page, count), page)?;
        let mark = *known.entry(format!("{mark:?}")).or_insert_with(|| {
            marks.push(mark);
            marks.len() - 1
        });
        let balance = balanced(&foreign, leaf).map_err(|damage| unsound(page, damage))?;
        additions.push(Addition { page: at, mark, balance });
    }
    if additions.is_empty() {
        let pages = if count == 1 { "page" } else { "pages" };
        return Err(Problem::error("KB509", format!("the PDF has {count} {pages} and none of those to be stamped"))
            .hint("give pages it has with --pages"));
    }
    let (update, again) = update(&foreign, faces, spot, &marks, &additions)?;
    let previous = previous(&foreign, &marks, &bytes).map_err(|damage| unsound(1, damage))?;
    drop(foreign);
    let mut whole = IncrementalDocument::create_from(bytes, previous);
    whole.new_document.objects = update.objects;
    whole.new_document.max_id = update.max_id;
    whole.new_document.version = update.version;
    let mut pdf = Vec::with_capacity(length + (64 << 10));
    whole.save_to(&mut pdf).map_err(|error| amiss(&error.to_string()))?;
    agrees(&pdf, whole.get_prev_documents_bytes(), &before, &additions)?;
    Ok(Stamped { pdf, pages: additions.len(), again })
}

fn unsound(page: usize, damage: Damage) -> Problem {
    damaged(damage.in_part(DamagedPart::Page(page)))
}

fn amiss(what: &str) -> Problem {
    Problem::error("KB514", format!("the stamped PDF did not come out right and is not written: {what}"))
        .hint("this is a mistake of the program: please report it with the file")
}

/// The streams each page is made of.
fn contents(foreign: &ForeignPdf<'_>) -> Vec<Vec<u32>> {
    foreign.pages.iter().map(|leaf| leaf.contents.clone()).collect()
}

fn balanced(foreign: &ForeignPdf<'_>, leaf: &ForeignPage<'_>) -> Result<Balance, Damage> {
    let mut content = Vec::new();
    for number in &leaf.contents {
        let stream =
            foreign.stream(*number)?.ok_or_else(|| Damage::new(DamageKind::Missing, "its content is missing"))?;
        let part = foreign.file.unpack(&stream)?;
        foreign.file.charge(part.len())?;
        content.extend_from_slice(&part);
        content.push(b'\n');
    }
    balance(&content)
}

/// A stamp for a page: as large as wanted, or as fits.
fn mark(
    faces: &Faces<'_>,
    spot: &StampSpot,
    leaf: &ForeignPage<'_>,
    text: String,
    page: usize,
) -> Result<Mark, Problem> {
    let (width, height) = leaf.size();
    let room = (width / POINTS_PER_MM - 2.0 * spot.x, height / POINTS_PER_MM - spot.y);
    let mut size = spot.size;
    loop {
        let extent = (
            faces.width_mm(STAMP_WEIGHT, size, &text) + 2.0 * PADDING.0,
            faces.capitals_mm(STAMP_WEIGHT, size) + 2.0 * PADDING.1,
        );
        if extent.0 <= room.0 && extent.1 <= room.1 {
            return Ok(Mark { text, size, extent });
        }
        if size <= SMALLEST {
            let message = format!(
                "the stamp does not fit on page {page}: at {SMALLEST} pt it is {:.0} mm wide, and there is room for {:.0} mm",
                extent.0,
                room.0.max(0.0)
            );
            return Err(Problem::error("KB510", message).hint("shorten --text, or lower --x and --y"));
        }
        size = (size - STEP).max(SMALLEST);
    }
}

/// The new objects: forms with their fonts, the streams around old contents, and the pages. Also the pages, from 1,
/// that had a stamp before.
fn update(
    foreign: &ForeignPdf<'_>,
    faces: &Faces<'_>,
    spot: &StampSpot,
    marks: &[Mark],
    additions: &[Addition],
) -> Result<(Document, Vec<usize>), Problem> {
    let mut document = Document::with_version("1.7");
    document.max_id = foreign.file.highest();
    let forms = drawn(faces, marks)
        .forms(&mut document)
        .map_err(|report| report.problems().first().cloned().unwrap_or_else(|| amiss("nothing was drawn")))?;
    if needs_grey(foreign).map_err(|damage| unsound(1, damage))? {
        for form in &forms {
            let resources = document.get_object_mut(*form).and_then(Object::as_stream_mut);
            let resources = resources.and_then(|form| form.dict.get_mut(b"Resources")).and_then(Object::as_dict_mut);
            resources.map_err(|error| amiss(&error.to_string()))?.set("ColorSpace", calibrated_grey());
        }
    }
    let mut update = Update { foreign, document, streams: HashMap::new() };
    let mut again = Vec::new();
    for Addition { page, mark, balance } in additions {
        let leaf = &foreign.pages[*page];
        let paint = |name: &str| painted(leaf, &marks[*mark], spot, name);
        let dict = update.page(leaf, forms[*mark], balance, paint);
        let (dict, had_one) = dict.map_err(|damage| unsound(page + 1, damage))?;
        update.document.objects.insert(foreign.id(leaf.number), Object::Dictionary(dict));
        again.extend(had_one.then_some(page + 1));
    }
    Ok((update.document, again))
}

/// An update being made.
struct Update<'u, 'a> {
    foreign: &'u ForeignPdf<'a>,
    document: Document,
    /// New streams by their content: pages share them.
    streams: HashMap<Vec<u8>, ObjectId>,
}

impl Update<'_, '_> {
    /// A page with its stamp, and whether it had one before; `paint` makes the operators from the stamp's name.
    fn page(
        &mut self,
        leaf: &ForeignPage<'_>,
        form: ObjectId,
        balance: &Balance,
        paint: impl Fn(&str) -> Vec<u8>,
    ) -> Result<(Dictionary, bool), Damage> {
        let foreign = self.foreign;
        let mut forms = foreign.written_dict(&foreign.file.dict(&leaf.resources, "XObject")?)?;
        let had_one = forms.has(NAME.as_bytes());
        let names = std::iter::once(NAME.to_owned()).chain((2..).map(|count| format!("{NAME}{count}")));
        let name = names.into_iter().find(|name| !forms.has(name.as_bytes()));
        let name = name.ok_or_else(|| Damage::new(DamageKind::TooLarge, "it has too many stamps"))?;
        forms.set(name.clone(), form);
        let mut resources = foreign.written_dict(&leaf.resources)?;
        resources.set("XObject", forms);
        let mut contents = vec![self.stream(balance.before())];
        contents.extend(leaf.contents.iter().map(|number| Object::Reference(foreign.id(*number))));
        contents.push(self.stream([balance.after(), paint(&name)].concat()));
        let mut dict = foreign.written_dict(&leaf.dict)?;
        dict.set("Resources", resources);
        dict.set("Contents", contents);
        Ok((dict, had_one))
    }

    fn stream(&mut self, content: Vec<u8>) -> Object {
        let new = |content: &Vec<u8>| self.document.add_object(Stream::new(Dictionary::new(), content.clone()));
        Object::Reference(*self.streams.entry(content).or_insert_with_key(new))
    }
}

fn drawn<'f, 'p>(faces: &'f Faces<'p>, marks: &[Mark]) -> PdfDrawing<'f, 'p> {
    let mut drawing = PdfDrawing::new(faces);
    for Mark { text, size, extent: (width, height) } in marks {
        drawing.page(*width, *height);
        drawing.fill((0.0, 0.0), *width, *height, InkColour::WHITE);
        let half = FRAME / POINTS_PER_MM / 2.0;
        drawing.frame((half, half), width - 2.0 * half, height - 2.0 * half, FRAME, InkColour::BLACK);
        let writing = TextStyle { weight: STAMP_WEIGHT, size: *size, colour: InkColour::BLACK, align: Align::Left };
        drawing.text(PADDING, text, writing);
    }
    drawing
}

/// The operators that paint a stamp on a page.
fn painted(leaf: &ForeignPage<'_>, mark: &Mark, spot: &StampSpot, name: &str) -> Vec<u8> {
    let (page_width, page_height) = leaf.size();
    let (width, height) = (mark.extent.0 * POINTS_PER_MM, mark.extent.1 * POINTS_PER_MM);
    let (x, y) = (spot.x * POINTS_PER_MM, spot.y * POINTS_PER_MM);
    let left = match spot.side {
        Align::Left => x,
        Align::Centre => (page_width - width) / 2.0,
        Align::Right => page_width - x - width,
    };
    let lower = if spot.top { page_height - y - height } else { y };
    let [a, b, c, d, e, f] = leaf.upright();
    let place = |(x, y): (f64, f64)| (a * x + c * y + e, b * x + d * y + f);
    let (from, to) = (place((left, lower)), place((left + width, lower + height)));
    let (subtype, edge) = if spot.top { ("Header", "Top") } else { ("Footer", "Bottom") };
    let [l, w, r, u] = [from.0.min(to.0), from.1.min(to.1), from.0.max(to.0), from.1.max(to.1)].map(short);
    let [a, b, c, d, e, f] = [a, b, c, d, from.0, from.1].map(short);
    format!(
        "/Artifact <</Type /Pagination /Subtype /{subtype} /Attached [/{edge}] /BBox [{l} {w} {r} {u}]>> BDC\n\
         q {a} {b} {c} {d} {e} {f} cm /{name} Do Q\nEMC\n"
    )
    .into_bytes()
}

/// A number as PDF writes it: five digits behind the point are a few millionths of a millimetre.
fn short(number: f64) -> String {
    let text = format!("{number:.5}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Whether grey needs to be told what it is: in an archive file that does not say what device it is meant for (ISO
/// 19005-2, 6.2.4.3). Elsewhere plain black stays plain black on a press.
fn needs_grey(foreign: &ForeignPdf<'_>) -> Result<bool, Damage> {
    let file = &foreign.file;
    let PdfValue::Stream(metadata) = file.entry(&foreign.catalog, "Metadata")?.into_owned() else { return Ok(false) };
    let claims = file.unpack(&metadata)?.windows(6).any(|window| window == b"pdfaid");
    let intents = file.entry(&foreign.catalog, "OutputIntents")?;
    Ok(claims && intents.array().is_none_or(<[_]>::is_empty))
}

/// Grey as today's screens show it.
fn calibrated_grey() -> Dictionary {
    let white = [0.9505, 1.0, 1.089].map(Object::Real).to_vec();
    let grey = dictionary! { "WhitePoint" => white, "Gamma" => 2.2 };
    dictionary! { "DefaultGray" => vec!["CalGray".into(), Object::Dictionary(grey)] }
}

/// What lopdf needs to know of the file to add to it: where its table of objects is, of which kind it is, and what the
/// new trailer says.
fn previous(foreign: &ForeignPdf<'_>, marks: &[Mark], bytes: &[u8]) -> Result<Document, Damage> {
    let file = &foreign.file;
    let mut previous = Document::with_version("1.7");
    let newest = file.newest();
    previous.xref_start = newest.at;
    previous.reference_table.cross_reference_type =
        if newest.is_stream { XrefType::CrossReferenceStream } else { XrefType::CrossReferenceTable };
    for key in ["Root", "Info"] {
        if let Some(value) = file.trailer().get(key) {
            previous.trailer.set(key, foreign.written(value)?);
        }
    }
    // The second part tells this state of the file from the one before (ISO 32000-1, 14.4).
    let mut hash = Sha256Hasher::new();
    hash.update(bytes);
    marks.iter().for_each(|mark| hash.update(format!("{mark:?}")));
    let changed = Object::String(hash.bytes()[..16].to_vec(), StringFormat::Hexadecimal);
    let first = match file.entry(file.trailer(), "ID")?.array() {
        Some([first, ..]) => foreign.written(&*file.resolved(first)?)?,
        _ => changed.clone(),
    };
    previous.trailer.set("ID", vec![first, changed]);
    Ok(previous)
}

/// Opens the stamped file again: it begins with all bytes of the old one, and every page has the content it had.
fn agrees(pdf: &[u8], old: &[u8], before: &[Vec<u32>], additions: &[Addition]) -> Result<(), Problem> {
    if !pdf.starts_with(old) {
        return Err(amiss("it does not begin with the file as it was"));
    }
    let now = ForeignPdf::open(pdf).map_err(|problem| amiss(&problem.message))?;
    let after = contents(&now);
    let stamped = |page: usize| additions.binary_search_by_key(&page, |addition| addition.page).is_ok();
    let same = |page: usize| {
        let kept: Range<usize> =
            if stamped(page) { 1..after[page].len().saturating_sub(1).max(1) } else { 0..after[page].len() };
        after[page].get(kept) == Some(&before[page])
    };
    if after.len() == before.len() && (0..before.len()).all(same) {
        Ok(())
    } else {
        Err(amiss("a page has lost what stood on it"))
    }
}
