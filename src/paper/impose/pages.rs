//! The pages of a finished PDF as forms of another one: their content is taken over byte for byte, with all it
//! draws with, and can then be painted anywhere.

use std::borrow::Cow;
use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

use crate::diag;
use crate::pdf::{Damage, DamageKind, DamagedPart, Dict, Matrix, PdfValue};

use super::super::balance::balance;
use super::super::foreign::{ForeignPage, ForeignPdf, damaged};
use super::super::units::POINTS_PER_MM as MM;
use super::layout::PageSize;

/// How far printing may reach over the trimmed edge: where the file names the limit, and where it merely has paper
/// there, which may bear another printer's marks.
const BLEED_NAMED: f64 = 10.0 * MM;
const BLEED_UNNAMED: f64 = 3.0 * MM;

/// How much of what lies behind the edge of a page stays: its last pixel is whole then, as where the page is alone.
const OVERHANG: f64 = 0.5;

/// Left, lower, right and upper edge, in the units of a page.
type Edges = [f64; 4];

fn common(a: Edges, b: Edges) -> Edges {
    [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}

/// A page, ready to be painted.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcePage {
    /// What it paints, in this order, each with the map from its units to those of the page.
    pub forms: Vec<(ObjectId, Matrix)>,
    /// Its trimmed size, upright, in points.
    pub trim: PageSize,
    /// From its units to upright points, the lower left corner of the trimmed page being 0.
    pub upright: Matrix,
    /// How far it reaches over its trimmed left, lower, right and upper edge.
    pub bleed: [f64; 4],
    /// The same of the page as a viewer shows it.
    pub shown: [f64; 4],
}

impl SourcePage {
    /// The same page turned to the left by a quarter.
    pub fn turned(mut self) -> Self {
        let width = self.trim.height;
        self.upright = self.upright.then(Matrix([0.0, 1.0, -1.0, 0.0, width, 0.0]));
        self.trim = PageSize { width, height: self.trim.width };
        let turned = |[left, lower, right, upper]: [f64; 4]| [upper, left, lower, right];
        (self.bleed, self.shown) = (turned(self.bleed), turned(self.shown));
        self
    }
}

/// Takes pages out of one file and what they need into a document, each object once.
pub struct PageCopier<'a, 'f> {
    from: &'f ForeignPdf<'a>,
    /// The document that is being made.
    pub to: Document,
    taken: BTreeMap<u32, ObjectId>,
    waiting: Vec<(u32, ObjectId)>,
    /// What is on the pages and will not be on paper.
    pub left_out: Vec<String>,
}

impl<'a, 'f> PageCopier<'a, 'f> {
    /// Begins an empty document.
    pub fn new(from: &'f ForeignPdf<'a>) -> Self {
        let to = Document::with_version("1.7");
        Self { from, to, taken: BTreeMap::new(), waiting: Vec::new(), left_out: Vec::new() }
    }

    /// All pages, in order.
    ///
    /// # Errors
    /// Content that is damaged, and sizes that make no sense.
    pub fn pages(&mut self) -> diag::Result<Vec<SourcePage>> {
        let pages =
            self.from.pages.iter().enumerate().map(|(at, leaf)| {
                self.page(at, leaf).map_err(|damage| damaged(damage.in_part(DamagedPart::Page(at + 1))))
            });
        Ok(pages.collect::<Result<_, _>>()?)
    }

    fn page(&mut self, at: usize, leaf: &ForeignPage<'a>) -> Result<SourcePage, Damage> {
        let ForeignPage { media, visible, unit, .. } = *leaf;
        let inside = |key: &str| {
            let edges = self.from.file.rectangle(&leaf.dict, key)?.map(|edges| common(edges, media));
            Ok::<_, Damage>(edges.filter(|edges| edges[0] < edges[2] && edges[1] < edges[3]))
        };
        let trim = inside("TrimBox")?.unwrap_or(visible);
        let named = inside("BleedBox")?;
        let limit = if named.is_some() { BLEED_NAMED } else { BLEED_UNNAMED };
        let [left, lower, right, upper] = trim.map(|edge| edge * unit);
        let upright = Matrix(match leaf.quarters {
            0 => [unit, 0.0, 0.0, unit, -left, -lower],
            1 => [0.0, -unit, unit, 0.0, -lower, right],
            2 => [-unit, 0.0, 0.0, -unit, right, upper],
            _ => [0.0, unit, -unit, 0.0, upper, -left],
        });
        let [_, _, width, height] = upright.bounds(trim);
        if width < 1.0 || height < 1.0 {
            let what = format!("its trimmed size makes no sense: {width} x {height} points");
            return Err(Damage::new(DamageKind::Invalid, what));
        }
        let over = |edges: Edges| {
            let [left, lower, right, upper] = upright.bounds(edges);
            [-left, -lower, right - width, upper - height]
        };
        let mut forms = vec![(self.content(leaf, OVERHANG / unit)?, Matrix::IDENTITY)];
        self.annotations(at, &leaf.dict, &mut forms)?;
        Ok(SourcePage {
            forms,
            trim: PageSize { width, height },
            upright,
            bleed: over(named.unwrap_or(visible)).map(|over| over.clamp(0.0, limit)),
            shown: over(visible),
        })
    }

    /// What a page paints, as a form. Where its content is one stream, that stream is taken as it is packed.
    fn content(&mut self, leaf: &ForeignPage<'a>, overhang: f64) -> Result<ObjectId, Damage> {
        let file = &self.from.file;
        let streams = leaf.contents.iter().filter_map(|number| self.from.stream(*number).transpose());
        let mut streams = streams.collect::<Result<Vec<_>, _>>()?;
        let mut content = Vec::new();
        for stream in &streams {
            // Parts end where a word ends (ISO 32000-1, 7.8.2).
            let part = file.unpack(stream)?;
            file.charge(part.len())?;
            content.extend_from_slice(&part);
            content.push(b'\n');
        }
        let closed = balance(&content)?.taken;
        let mut form = if let ([stream], 0) = (&mut *streams, closed) {
            stream.dict.0.retain(|(key, _)| matches!(&**key, b"Filter" | b"DecodeParms"));
            self.stream(stream)?
        } else {
            // What a page takes back without having saved it must not be the state of the sheet.
            let mut form = Stream::new(Dictionary::new(), [b"q ".repeat(closed), content].concat());
            form.compress().map_err(|error| {
                Damage::new(DamageKind::Unsupported, format!("its content cannot be packed: {error}"))
            })?;
            form
        };
        form.dict.set("Type", "XObject");
        form.dict.set("Subtype", "Form");
        let [left, lower, right, upper] = leaf.media;
        let bounds = [left - overhang, lower - overhang, right + overhang, upper + overhang];
        form.dict.set("BBox", bounds.map(number).to_vec());
        let resources = match leaf.dict.get("Resources") {
            Some(resources) => self.object(resources)?,
            None => self.dict(&leaf.resources)?.into(),
        };
        form.dict.set("Resources", resources);
        let group = self.from.file.dict(&leaf.dict, "Group")?;
        if !group.0.is_empty() {
            let mut group = self.dict(&group)?;
            // That of a page is isolated whatever it says.
            group.set("I", true);
            form.dict.set("Group", group);
        }
        self.fetch()?;
        Ok(self.to.add_object(form))
    }

    /// Notes, stamps and form fields as they look on paper.
    fn annotations(&mut self, at: usize, page: &Dict<'a>, forms: &mut Vec<(ObjectId, Matrix)>) -> Result<(), Damage> {
        let annotations = self.from.file.entry(page, "Annots")?;
        for annotation in annotations.array().unwrap_or_default() {
            let annotation = self.from.file.resolved(annotation)?;
            let Some(annotation) = annotation.dict() else { continue };
            let kind = self.from.file.entry(annotation, "Subtype")?;
            let kind = String::from_utf8_lossy(kind.name().unwrap_or_default());
            let flags = self.from.file.entry(annotation, "F")?.count().unwrap_or_default();
            let (hidden, printed) = (flags & 2 != 0, flags & 4 != 0);
            let place = self
                .from
                .file
                .rectangle(annotation, "Rect")?
                .filter(|place| place[2] > place[0] && place[3] > place[1]);
            let Some(place) = place.filter(|_| !hidden && !matches!(&*kind, "Link" | "Popup")) else { continue };
            match if printed { self.appearance(annotation, place)? } else { None } {
                Some(look) => forms.push(look),
                None => self.left_out.push(format!("{kind} on page {}", at + 1)),
            }
        }
        Ok(())
    }

    /// The normal appearance of an annotation and its place (ISO 32000-1, 12.5.5, algorithm 8.1).
    fn appearance(&mut self, annotation: &Dict<'a>, place: Edges) -> Result<Option<(ObjectId, Matrix)>, Damage> {
        let looks = self.from.file.dict(annotation, "AP")?;
        let mut look = self.from.file.entry(&looks, "N")?;
        if let PdfValue::Dict(states) = &*look {
            let state = self.from.file.entry(annotation, "AS")?;
            let state = state.name().and_then(|state| states.bytes(state)).unwrap_or(&PdfValue::Null);
            look = Cow::Owned(self.from.file.resolved(state)?.into_owned());
        }
        let PdfValue::Stream(form) = &*look else { return Ok(None) };
        let Some(bounds) = self.from.file.rectangle(&form.dict, "BBox")? else { return Ok(None) };
        let matrix = self.from.file.entry(&form.dict, "Matrix")?;
        let matrix: Option<Vec<f64>> = matrix.array().and_then(|parts| parts.iter().map(PdfValue::number).collect());
        let matrix = matrix.as_deref().and_then(Matrix::of).unwrap_or(Matrix::IDENTITY);
        let [left, lower, right, upper] = matrix.bounds(bounds);
        let (x, y) = ((place[2] - place[0]) / (right - left), (place[3] - place[1]) / (upper - lower));
        let place = Matrix([x, 0.0, 0.0, y, place[0] - left * x, place[1] - lower * y]);
        if !place.0.iter().all(|part| part.is_finite()) {
            return Ok(None);
        }
        let mut form = self.stream(form)?;
        form.dict.set("Subtype", "Form");
        if let Some(layer) = annotation.get("OC") {
            form.dict.set("OC", self.object(layer)?);
        }
        self.fetch()?;
        Ok(Some((self.to.add_object(form), place)))
    }

    /// An entry of the catalog and all it refers to, taken into the new document; `None` = there is none.
    ///
    /// # Errors
    /// An object that is damaged.
    pub fn catalog_entry(&mut self, key: &str) -> diag::Result<Option<Object>> {
        let Some(value) = self.from.catalog.get(key) else { return Ok(None) };
        let object = self.object(value).and_then(|object| self.fetch().map(|()| object));
        Ok(Some(object.map_err(damaged)?))
    }

    /// What the file says of itself: a text of its information dictionary, as it is spelled there.
    pub fn said(&self, key: &str) -> Option<Vec<u8>> {
        let info = self.from.file.dict(self.from.file.trailer(), "Info").ok()?;
        self.from.file.entry(&info, key).ok()?.text().map(<[u8]>::to_vec)
    }

    /// Takes all objects the new document refers to and does not have yet.
    fn fetch(&mut self) -> Result<(), Damage> {
        while let Some((old, new)) = self.waiting.pop() {
            let value = self.from.file.object(old)?;
            // What belongs to the old document as a whole stays there.
            let whole = value.dict().is_some_and(|dict| WHOLE.iter().any(|kind| dict.is("Type", kind)));
            let object = if whole { Object::Null } else { self.object(&value)? };
            self.to.objects.insert(new, object);
        }
        Ok(())
    }

    fn object(&mut self, value: &PdfValue<'a>) -> Result<Object, Damage> {
        Ok(match value {
            PdfValue::Null => Object::Null,
            PdfValue::Bool(value) => Object::Boolean(*value),
            PdfValue::Number(value) if (*value as f32).is_finite() => number(*value),
            PdfValue::Number(_) => return Err(Damage::new(DamageKind::Invalid, "a number is too large")),
            PdfValue::Name(name) => Object::Name(name.to_vec()),
            PdfValue::Text(text) => Object::String(text.to_vec(), StringFormat::Literal),
            PdfValue::Array(items) => {
                Object::Array(items.iter().map(|item| self.object(item)).collect::<Result<_, _>>()?)
            }
            PdfValue::Dict(dict) => Object::Dictionary(self.dict(dict)?),
            PdfValue::Stream(stream) => Object::Stream(self.stream(stream)?),
            PdfValue::Reference(old) => {
                let new = *self.taken.entry(*old).or_insert_with(|| {
                    let new = self.to.new_object_id();
                    self.waiting.push((*old, new));
                    new
                });
                Object::Reference(new)
            }
        })
    }

    fn dict(&mut self, dict: &Dict<'a>) -> Result<Dictionary, Damage> {
        dict.0.iter().map(|(key, value)| Ok((key.to_vec(), self.object(value)?))).collect()
    }

    /// A stream as it is packed.
    fn stream(&mut self, stream: &crate::pdf::Stream<'a>) -> Result<Stream, Damage> {
        self.from.file.charge(stream.packed.len())?;
        let mut dict = stream.dict.clone();
        dict.0.retain(|(key, _)| **key != *b"Length");
        Ok(Stream::new(self.dict(&dict)?, stream.packed.to_vec()))
    }
}

/// Objects of these types belong to a document as a whole.
const WHOLE: [&str; 5] = ["Page", "Pages", "Catalog", "StructTreeRoot", "StructElem"];

/// A number as lopdf writes it.
fn number(number: f64) -> Object {
    let whole = number.fract() == 0.0 && number.abs() < 1e15;
    if whole { Object::Integer(number as i64) } else { Object::Real(number as f32) }
}
