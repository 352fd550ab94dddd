//! Ink: lines, rectangles and text in our fonts at places in millimetres, drawn by printpdf; a document of its own,
//! or forms another document paints.
//!
//! printpdf embeds the font it is given as a whole. So it is given a subset that holds just the glyphs drawn: widths
//! and ToUnicode then agree with it by themselves, and nothing has to be mended afterwards.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use icu_normalizer::ComposingNormalizerBorrowed;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use printpdf::{
    Cmyk, Codepoint, Color, CurTransMat, FontId, Greyscale, Line, LineDashPattern, LinePoint, Mm, Op, PaintMode,
    ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt, Rect, Rgb, TextItem,
    TextMatrix,
};
use rustybuzz::ttf_parser::{GlyphId, RawFace, Tag};
use rustybuzz::{BufferClusterLevel, Feature, UnicodeBuffer};
use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use crate::assets::Assets;
use crate::diag::{Place, Problem, Result, is_invisible};

/// Points in a millimetre.
pub const POINTS: f64 = 72.0 / 25.4;

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// For text.
    Regular,
    /// For what is to be found first.
    Semibold,
    /// For names.
    Bold,
}

impl Weight {
    const ALL: [Self; 3] = [Self::Regular, Self::Semibold, Self::Bold];

    fn name(self) -> &'static str {
        match self {
            Self::Regular => "SourceSans3-Regular",
            Self::Semibold => "SourceSans3-Semibold",
            Self::Bold => "SourceSans3-Bold",
        }
    }
}

/// A colour; every part from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Colour {
    /// 0 is black.
    Grey(f32),
    /// Red, green, blue.
    Rgb([f32; 3]),
    /// Cyan, magenta, yellow, black; all 1 for marks on every plate.
    Cmyk([f32; 4]),
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self::Grey(0.0);
    /// Paper.
    pub const WHITE: Self = Self::Grey(1.0);

    fn color(self) -> Color {
        let icc_profile = None;
        match self {
            Self::Grey(percent) => Color::Greyscale(Greyscale { percent, icc_profile }),
            Self::Rgb([r, g, b]) => Color::Rgb(Rgb { r, g, b, icc_profile }),
            Self::Cmyk([c, m, y, k]) => Color::Cmyk(Cmyk { c, m, y, k, icc_profile }),
        }
    }
}

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Its beginning.
    Left,
    /// Its middle.
    Centre,
    /// Its end.
    Right,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Writing {
    /// How heavy.
    pub weight: Weight,
    /// Size of the type in points.
    pub size: f64,
    /// In which colour.
    pub colour: Colour,
    /// Which part of it stands at its place.
    pub align: Align,
}

/// A glyph of a text, as its face has it.
struct Glyph {
    id: u16,
    /// How far the next one stands, kerning included, in parts of the face's em.
    advance: i32,
    /// What it says; empty for a part of the sign before.
    text: String,
}

/// A face of our fonts.
struct Face<'p> {
    bytes: &'p [u8],
    shaper: rustybuzz::Face<'p>,
    printed: ParsedFont,
}

/// Our faces, ready to measure and draw with.
pub struct Faces<'p>(BTreeMap<Weight, Face<'p>>);

impl<'p> Faces<'p> {
    /// Reads the faces of the assets.
    ///
    /// # Errors
    /// A font file that is not there or no font, which a user's folder may have put in place of ours.
    pub fn open(assets: &'p Assets) -> Result<Self> {
        let mut faces = BTreeMap::new();
        for weight in Weight::ALL {
            let path = format!("fonts/source-sans-3/{}.ttf", weight.name());
            let face = assets.bytes(&path).and_then(|bytes| {
                let printed = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
                Some(Face { bytes, shaper: rustybuzz::Face::from_slice(bytes, 0)?, printed })
            });
            let Some(face) = face else {
                return Err(Problem::error("KB501", "the file is not a font text can be drawn with")
                    .at(Place::file(&assets.shown(&path)))
                    .hint("replace it by a static TrueType font, or take it away: ours is used then")
                    .into());
            };
            faces.insert(weight, face);
        }
        Ok(Self(faces))
    }

    fn face(&self, weight: Weight) -> &Face<'p> {
        &self.0[&weight]
    }

    /// The first sign of a text the face has no glyph for, or none that shows.
    pub fn missing(&self, weight: Weight, text: &str) -> Option<char> {
        let shaper = &self.face(weight).shaper;
        let shows = |sign: char| !sign.is_control() && !is_invisible(sign) && shaper.glyph_index(sign).is_some();
        text.chars().find(|sign| !shows(*sign))
    }

    /// How wide a text is in millimetres, kerning included.
    pub fn width_mm(&self, weight: Weight, size: f64, text: &str) -> f64 {
        let advance: i32 = self.glyphs(weight, text).iter().map(|glyph| glyph.advance).sum();
        f64::from(advance) / f64::from(self.face(weight).shaper.units_per_em()) * size / POINTS
    }

    /// How high its capitals are in millimetres.
    pub fn capitals_mm(&self, weight: Weight, size: f64) -> f64 {
        let shaper = &self.face(weight).shaper;
        let height = shaper.capital_height().unwrap_or_else(|| shaper.ascender());
        f64::from(height) / f64::from(shaper.units_per_em()) * size / POINTS
    }

    /// One glyph per sign wherever the face has one: without ligatures, and with letters and their marks composed,
    /// every glyph says one thing in all texts.
    fn glyphs(&self, weight: Weight, text: &str) -> Vec<Glyph> {
        let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_cluster_level(BufferClusterLevel::Characters);
        let features = [b"liga", b"clig"].map(|tag| Feature::new(Tag::from_bytes(tag), 0, ..));
        let shaped = rustybuzz::shape(&self.face(weight).shaper, &features, buffer);
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).enumerate();
        glyphs
            .map(|(at, (info, position))| {
                let end = starts[at..].iter().find(|start| **start > starts[at]).copied().unwrap_or(text.len());
                let first = at == 0 || starts[at - 1] != starts[at];
                Glyph {
                    // A font has at most 65,535 glyphs.
                    id: u16::try_from(info.glyph_id).unwrap_or_default(),
                    advance: position.x_advance,
                    text: if first { text.get(starts[at]..end).unwrap_or_default().to_owned() } else { String::new() },
                }
            })
            .collect()
    }
}

/// What a document of its own says of itself.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// Its title.
    pub title: &'a str,
    /// Who made it.
    pub author: &'a str,
    /// The day it counts as made.
    pub date: NaiveDate,
}

/// Pages being drawn on. Places count from the lower left corner of the page, in millimetres.
pub struct Drawing<'f, 'p> {
    faces: &'f Faces<'p>,
    used: BTreeMap<Weight, GlyphRemapper>,
    pages: Vec<PdfPage>,
}

fn point(at: (f64, f64)) -> LinePoint {
    LinePoint { p: Point::new(Mm(at.0 as f32), Mm(at.1 as f32)), bezier: false }
}

fn points(mm: f64) -> Pt {
    Pt((mm * POINTS) as f32)
}

impl<'f, 'p> Drawing<'f, 'p> {
    /// A drawing without a page.
    pub fn new(faces: &'f Faces<'p>) -> Self {
        Self { faces, used: BTreeMap::new(), pages: Vec::new() }
    }

    /// Begins a page; what is drawn from now on stands on it.
    pub fn page(&mut self, width: f64, height: f64) {
        self.pages.push(PdfPage::new(Mm(width as f32), Mm(height as f32), Vec::new()));
    }

    fn draw(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.pages.last_mut().expect("a page was begun").ops.extend(ops);
    }

    /// Draws a line, `width` points wide; `dash` is how long dashes and gaps are, in millimetres.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: Colour, dash: Option<f64>) {
        let dash = dash.map(|length| points(length).0);
        let line = Line { points: vec![point(from), point(to)], is_closed: false };
        self.draw([
            Op::SetOutlineColor { col: colour.color() },
            Op::SetOutlineThickness { pt: Pt(width as f32) },
            Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, dash.as_slice()) },
            Op::DrawLine { line },
        ]);
    }

    /// Fills a rectangle given by its lower left corner, its width and its height.
    pub fn fill(&mut self, (x, y): (f64, f64), width: f64, height: f64, colour: Colour) {
        let rectangle = Rect {
            x: points(x),
            y: points(y),
            width: points(width),
            height: points(height),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.draw([Op::SetFillColor { col: colour.color() }, Op::DrawRectangle { rectangle }]);
    }

    /// Draws the edge of such a rectangle, `line` points wide.
    pub fn frame(&mut self, (x, y): (f64, f64), width: f64, height: f64, line: f64, colour: Colour) {
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        self.draw([
            Op::SetOutlineColor { col: colour.color() },
            Op::SetOutlineThickness { pt: Pt(line as f32) },
            Op::SetLineDashPattern { dash: LineDashPattern::solid() },
            Op::DrawLine { line: Line { points: corners.map(point).to_vec(), is_closed: true } },
        ]);
    }

    /// Writes a text; `at` is where its base line begins, is centred or ends. Signs the face does not have stand as
    /// its sign for that: ask [`Faces::missing`] first.
    pub fn text(&mut self, at: (f64, f64), text: &str, writing: Writing) {
        let Writing { weight, size, colour, align } = writing;
        let width = self.faces.width_mm(weight, size, text);
        let left = match align {
            Align::Left => at.0,
            Align::Centre => at.0 - width / 2.0,
            Align::Right => at.0 - width,
        };
        let face = self.faces.face(weight);
        let em = f64::from(face.shaper.units_per_em());
        let used = self.used.entry(weight).or_default();
        let mut codes = Vec::new();
        for glyph in self.faces.glyphs(weight, text) {
            let natural = face.shaper.glyph_hor_advance(GlyphId(glyph.id)).unwrap_or_default();
            let tighter = f64::from(i32::from(natural) - glyph.advance) * 1000.0 / em;
            codes.push(Codepoint::with_cid(used.remap(glyph.id), tighter as f32, glyph.text));
        }
        if codes.is_empty() {
            return;
        }
        let font = PdfFontHandle::External(FontId(weight.name().to_owned()));
        self.draw([
            Op::StartTextSection,
            Op::SetFillColor { col: colour.color() },
            Op::SetFont { font, size: Pt(size as f32) },
            Op::SetTextMatrix { matrix: TextMatrix::Translate(points(left), points(at.1)) },
            Op::ShowText { items: vec![TextItem::GlyphIds(codes)] },
            Op::EndTextSection,
        ]);
    }

    /// Draws with another origin: turned by 180 degrees or not, and then moved so that the old origin comes to `to`.
    pub fn placed(&mut self, to: (f64, f64), turned: bool, draw: impl FnOnce(&mut Self)) {
        let sign = if turned { -1.0 } else { 1.0 };
        let matrix = CurTransMat::Raw([sign, 0.0, 0.0, sign, points(to.0).0, points(to.1).0]);
        self.draw([Op::SaveGraphicsState, Op::SetTransformationMatrix { matrix }]);
        draw(self);
        self.draw([Op::RestoreGraphicsState]);
    }

    /// The pages as printpdf writes them, with subsets of the faces.
    ///
    /// # Errors
    /// A font that cannot be made smaller, which a user's folder may have put in place of ours.
    fn printed(self) -> Result<Document> {
        let mut document = PdfDocument::new("");
        let mut counts = BTreeMap::new();
        for (weight, used) in &self.used {
            let face = self.faces.face(*weight);
            let bytes = subsetter::subset(face.bytes, 0, used).map_err(|error| {
                Problem::error("KB501", format!("the font {} cannot be made smaller: {error}", weight.name()))
                    .hint("replace it by a static TrueType font, or take it away: ours is used then")
            })?;
            let mut font = face.printed.clone();
            font.glyph_widths = used
                .remapped_gids()
                .zip(0..)
                .filter_map(|(old, new)| Some((new, *face.printed.glyph_widths.get(&old)?)))
                .collect();
            font.codepoint_to_glyph.clear();
            let name = format!("{}+{}", subset_tag(used), weight.name());
            counts.insert(name.clone().into_bytes(), glyph_count(&bytes));
            font.original_bytes = bytes;
            font.font_name = Some(name);
            document.resources.fonts.map.insert(FontId(weight.name().to_owned()), PdfFont::new(font));
        }
        document.pages = self.pages;
        let mut written = printpdf::to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut Vec::new());
        list_glyphs(&mut written, &counts);
        Ok(written)
    }

    /// A document of its own: title and language set, no date but the given one, the same bytes every time.
    ///
    /// # Errors
    /// A font that cannot be made smaller.
    pub fn document(self, about: &About<'_>) -> Result<Vec<u8>> {
        let mut document = self.printed()?;
        let text = |text: &str| {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            Object::String(units.flat_map(u16::to_be_bytes).collect(), StringFormat::Hexadecimal)
        };
        let date = Object::string_literal(format!("D:{}000000Z", about.date.format("%Y%m%d")));
        let info = document.add_object(dictionary! {
            "Title" => text(about.title),
            "Author" => text(about.author),
            "Producer" => text(concat!("kreisblatt ", env!("CARGO_PKG_VERSION"))),
            "CreationDate" => date.clone(),
            "ModDate" => date,
        });
        document.trailer.set("Info", info);
        if let Ok(catalog) = document.catalog_mut() {
            catalog.set("Lang", Object::string_literal("de-DE"));
            catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
        }
        document.version = "1.7".to_owned();
        document.trailer.remove(b"ID");
        finished(&mut document);
        let bytes = saved(&mut document.clone())?;
        let id = Object::String(Sha256::digest(&bytes)[..16].to_vec(), StringFormat::Hexadecimal);
        document.trailer.set("ID", vec![id.clone(), id]);
        saved(&mut document)
    }

    /// Adds each page to another document, as a form as large as the page; in the order of the pages.
    ///
    /// # Errors
    /// A font that cannot be made smaller.
    pub fn forms(self, document: &mut Document) -> Result<Vec<ObjectId>> {
        let mut drawn = self.printed()?;
        let mut forms = Vec::new();
        for page in drawn.get_pages().into_values() {
            let form = form(&drawn, page).map_err(|error| broken(&error))?;
            forms.push(Object::Reference(drawn.add_object(form)));
        }
        drawn.trailer = dictionary! { "Root" => forms };
        finished(&mut drawn);
        drawn.renumber_objects_with(document.max_id + 1);
        let forms = drawn.trailer.get(b"Root").and_then(Object::as_array).map_err(|error| broken(&error))?;
        let forms = forms.iter().filter_map(|form| form.as_reference().ok()).collect();
        document.max_id = drawn.max_id;
        document.objects.append(&mut drawn.objects);
        Ok(forms)
    }
}

/// A page as a form: its content, its box, and of its resources the fonts.
fn form(document: &Document, page: ObjectId) -> lopdf::Result<Stream> {
    let dict = document.get_dictionary(page)?;
    let resources = document.dereference(dict.get(b"Resources")?)?.1.as_dict()?;
    let fonts = document.dereference(resources.get(b"Font")?)?.1.as_dict()?.clone();
    let mut used = Dictionary::new();
    if !fonts.is_empty() {
        used.set("Font", fonts);
    }
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => dict.get(b"MediaBox")?.clone(),
        "Resources" => used,
    };
    Ok(Stream::new(dict, document.get_page_content(page)))
}

/// Drops what nothing refers to, and packs what is left.
fn finished(document: &mut Document) {
    document.prune_objects();
    document.compress();
}

fn saved(document: &mut Document) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| broken(&lopdf::Error::from(error)))?;
    Ok(bytes)
}

fn broken(error: &lopdf::Error) -> Problem {
    Problem::error("KB502", format!("what was drawn cannot be written down: {error}"))
}

/// How many glyphs a font has (OpenType, table `maxp`); 0 of one that does not say.
fn glyph_count(font: &[u8]) -> usize {
    let face = RawFace::parse(font, 0).ok();
    let table = face.and_then(|face| face.table(Tag::from_bytes(b"maxp")));
    table.and_then(|table| table.get(4..6)).map_or(0, |count| usize::from(count[0]) << 8 | usize::from(count[1]))
}

/// Gives each subset the list of its glyphs, which PDF/A-1 asks for (ISO 19005-1, 6.3.5); all that are in the font.
fn list_glyphs(document: &mut Document, counts: &BTreeMap<Vec<u8>, usize>) {
    let of = |object: &Object| {
        let name = object.as_dict().ok()?.get(b"FontName").and_then(Object::as_name).ok()?;
        counts.get(name).copied()
    };
    let fonts: Vec<(ObjectId, usize)> = document.objects.iter().filter_map(|(id, o)| Some((*id, of(o)?))).collect();
    for (font, count) in fonts {
        let mut bits = vec![0_u8; count.div_ceil(8)];
        (0..count).for_each(|glyph| bits[glyph / 8] |= 0x80 >> (glyph % 8));
        let list = document.add_object(Stream::new(Dictionary::new(), bits));
        if let Ok(font) = document.get_dictionary_mut(font) {
            font.set("CIDSet", list);
        }
    }
}

/// Six capital letters that tell one subset of a font from another (ISO 32000-1, 9.6.4).
fn subset_tag(used: &GlyphRemapper) -> String {
    let mut hash = Sha256::new();
    used.remapped_gids().for_each(|glyph| hash.update(glyph.to_be_bytes()));
    hash.finalize().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Writing = Writing { weight: Weight::Regular, size: 10.0, colour: Colour::BLACK, align: Align::Left };

    #[test]
    fn text_is_measured_with_its_kerning() {
        let assets = Assets::embedded();
        let faces = Faces::open(&assets).expect("our fonts");
        let width = |text: &str| faces.width_mm(Weight::Regular, 100.0, text);
        assert!(width("AV") < width("A") + width("V"));
        assert!((width("mm") - 2.0 * width("m")).abs() < 1e-9);
        assert_eq!(faces.missing(Weight::Bold, "Čapek-Größe Ångström"), None);
        for sign in ['語', '\u{202e}', '\u{ad}', '\n'] {
            assert_eq!(faces.missing(Weight::Bold, &format!("a{sign}b")), Some(sign));
        }
    }

    #[test]
    fn a_document_says_what_was_written_and_holds_little_else() {
        let assets = Assets::embedded();
        let faces = Faces::open(&assets).expect("our fonts");
        let drawn = || {
            let mut drawing = Drawing::new(&faces);
            drawing.page(210.0, 297.0);
            drawing.text((20.0, 200.0), "AVATAR für Jiří Čapek, Großkreis fi, Bu\u{308}ro", PLAIN);
            drawing.line((0.0, 10.0), (5.0, 10.0), 0.25, Colour::Cmyk([1.0; 4]), Some(1.0));
            drawing.placed((210.0, 297.0), true, |drawing| drawing.text((20.0, 200.0), "Kopf", PLAIN));
            drawing.document(&About { title: "Täfelchen", author: "wir", date: NaiveDate::default() }).expect("drawn")
        };
        let bytes = drawn();
        assert_eq!(bytes, drawn());
        assert!(bytes.len() < 20_000, "{} bytes", bytes.len());
        let reading = crate::pdf::read(&bytes).expect("a PDF");
        assert!(reading.pages[0].text.contains("AVATAR für Jiří Čapek"), "{:?}", reading.pages[0].text);
        assert!(reading.pages[0].text.contains("Kopf"));
        assert!(reading.pages[0].text.contains("Büro"), "composed");
    }

    #[test]
    fn forms_join_another_document() {
        let assets = Assets::embedded();
        let faces = Faces::open(&assets).expect("our fonts");
        let mut drawing = Drawing::new(&faces);
        for text in ["eins", "zwei"] {
            drawing.page(40.0, 10.0);
            drawing.text((1.0, 1.0), text, PLAIN);
        }
        let mut other = Document::with_version("1.7");
        let first = other.add_object(dictionary! {});
        let forms = drawing.forms(&mut other).expect("drawn");
        assert_eq!(forms.len(), 2);
        assert!(forms.iter().all(|form| *form != first && other.get_object(*form).is_ok()));
        assert_eq!(other.max_id as usize, other.objects.len(), "nothing else came along");
    }
}
