//! The pages of a finished PDF as forms of another one: their content is taken over byte for byte, with all it
//! draws with, and can then be painted anywhere.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

use crate::diag::{self, Problem};
use crate::verify::{Dict, File, Lexer, Value, inline_image, rectangle};

use super::super::ink::POINTS as MM;
use super::layout::Size;

/// How deep a tree of pages may be.
const DEEPEST: usize = 64;

/// What a page takes from the nodes above it.
const INHERITED: [&str; 4] = ["MediaBox", "CropBox", "Rotate", "Resources"];

/// How far printing may reach over the trimmed edge: where the file names the limit, and where it merely has paper
/// there, which may bear another printer's marks.
const BLEED_NAMED: f64 = 10.0 * MM;
const BLEED_UNNAMED: f64 = 3.0 * MM;

/// How much of what lies behind the edge of a page stays: its last pixel is whole then, as where the page is alone.
const OVERHANG: f64 = 0.5;

/// A map of places: `x' = ax + cy + e`, `y' = bx + dy + f` for `[a, b, c, d, e, f]`.
pub type Matrix = [f64; 6];

/// The map that changes nothing.
pub const ONE: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First one map, then another.
pub fn then([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix) -> Matrix {
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}

/// Left, lower, right and upper edge, in the units of a page.
type Edges = [f64; 4];

fn mapped(edges: Edges, [a, b, c, d, e, f]: Matrix) -> Edges {
    let corners = [(0, 1), (2, 1), (0, 3), (2, 3)].map(|(x, y)| {
        let (x, y) = (edges[x], edges[y]);
        (a * x + c * y + e, b * x + d * y + f)
    });
    let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
    let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
    [least(|p| p.0), least(|p| p.1), most(|p| p.0), most(|p| p.1)]
}

fn common(a: Edges, b: Edges) -> Edges {
    [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}

/// A page, ready to be painted.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What it paints, in this order, each with the map from its units to those of the page.
    pub forms: Vec<(ObjectId, Matrix)>,
    /// Its trimmed size, upright, in points.
    pub trim: Size,
    /// From its units to upright points, the lower left corner of the trimmed page being 0.
    pub upright: Matrix,
    /// How far it reaches over its trimmed left, lower, right and upper edge.
    pub bleed: [f64; 4],
    /// The same of the page as a viewer shows it.
    pub shown: [f64; 4],
}

impl Page {
    /// The same page turned to the left by a quarter.
    pub fn turned(mut self) -> Self {
        let width = self.trim.height;
        self.upright = then(self.upright, [0.0, 1.0, -1.0, 0.0, width, 0.0]);
        self.trim = Size { width, height: self.trim.width };
        let turned = |[left, lower, right, upper]: [f64; 4]| [upper, left, lower, right];
        (self.bleed, self.shown) = (turned(self.bleed), turned(self.shown));
        self
    }
}

/// Takes pages out of one file and what they need into a document, each object once.
pub struct Harvest<'a, 'f> {
    from: &'f File<'a>,
    /// The document that is being made.
    pub to: Document,
    taken: BTreeMap<u32, ObjectId>,
    waiting: Vec<(u32, ObjectId)>,
    /// What is on the pages and will not be on paper.
    pub left_out: Vec<String>,
}

impl<'a, 'f> Harvest<'a, 'f> {
    /// Begins an empty document.
    pub fn new(from: &'f File<'a>) -> Self {
        let to = Document::with_version("1.7");
        Self { from, to, taken: BTreeMap::new(), waiting: Vec::new(), left_out: Vec::new() }
    }

    /// All pages, in order.
    ///
    /// # Errors
    /// A tree of pages that leads to itself or to nothing, pages without a size, content that is damaged.
    pub fn pages(&mut self) -> diag::Result<Vec<Page>> {
        let pages = self.tree().map_err(damaged)?;
        let pages = pages
            .iter()
            .enumerate()
            .map(|(at, page)| self.page(at, page).map_err(|what| damaged(format!("page {}: {what}", at + 1))));
        Ok(pages.collect::<Result<_, _>>()?)
    }

    /// The pages as the file has them, with what they inherit.
    fn tree(&self) -> Result<Vec<Dict<'a>>, String> {
        let root = self.from.catalog()?.get("Pages").cloned().ok_or("it has no pages")?;
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![(root, Rc::new(Dict::default()), 0)];
        while let Some((node, above, depth)) = waiting.pop() {
            let again = if let Value::Reference(number) = node { !seen.insert(number) } else { false };
            if again || depth > DEEPEST {
                return Err("its tree of pages leads to itself".to_owned());
            }
            let Value::Dict(mut node) = self.from.resolved(&node)?.into_owned() else {
                return Err(format!("page {} is missing", found.len() + 1));
            };
            for key in INHERITED {
                if let (None, Some(inherited)) = (node.get(key), above.get(key)) {
                    self.from.charge(size_of::<Value<'_>>())?;
                    node.0.push((Cow::Borrowed(key.as_bytes()), inherited.clone()));
                }
            }
            if node.is("Type", "Pages") {
                let kids = self.from.entry(&node, "Kids")?.into_owned();
                node.0.retain(|(key, _)| INHERITED.iter().any(|inherited| **key == *inherited.as_bytes()));
                let node = Rc::new(node);
                let kids = if let Value::Array(kids) = kids { kids } else { Vec::new() };
                waiting.extend(kids.into_iter().rev().map(|kid| (kid, Rc::clone(&node), depth + 1)));
            } else {
                found.push(node);
            }
        }
        if found.is_empty() { Err("it has no pages".to_owned()) } else { Ok(found) }
    }

    fn page(&mut self, at: usize, page: &Dict<'a>) -> Result<Page, String> {
        let edges = |key| rectangle(self.from, page, key);
        let media = edges("MediaBox")?.ok_or("it has no size (MediaBox)")?;
        let inside = |edges: Option<Edges>, default: Edges| match edges.map(|edges| common(edges, media)) {
            Some(edges) if edges[2] > edges[0] && edges[3] > edges[1] => edges,
            _ => default,
        };
        let crop = inside(edges("CropBox")?, media);
        let trim = inside(edges("TrimBox")?, crop);
        let named = edges("BleedBox")?;
        let limit = if named.is_some() { BLEED_NAMED } else { BLEED_UNNAMED };
        let bleed = inside(named, crop);
        let number = |key| Ok::<_, String>(self.from.entry(page, key)?.number());
        let unit = number("UserUnit")?.filter(|unit| *unit > 0.0).unwrap_or(1.0);
        let quarters = (number("Rotate")?.unwrap_or(0.0) / 90.0).round().rem_euclid(4.0);
        let [left, lower, right, upper] = trim.map(|edge| edge * unit);
        let upright = match quarters as u8 {
            1 => [0.0, -unit, unit, 0.0, -lower, right],
            2 => [-unit, 0.0, 0.0, -unit, right, upper],
            3 => [0.0, unit, -unit, 0.0, upper, -left],
            _ => [unit, 0.0, 0.0, unit, -left, -lower],
        };
        let [_, _, width, height] = mapped(trim, upright);
        let possible = 1.0..=1e6;
        if !possible.contains(&width) || !possible.contains(&height) {
            return Err(format!("its size makes no sense: {width} x {height} points"));
        }
        let over = |edges: Edges| {
            let [left, lower, right, upper] = mapped(edges, upright);
            [-left, -lower, right - width, upper - height]
        };
        let mut forms = vec![(self.content(page, media, OVERHANG / unit)?, ONE)];
        self.annotations(at, page, &mut forms)?;
        Ok(Page {
            forms,
            trim: Size { width, height },
            upright,
            bleed: over(bleed).map(|over| over.clamp(0.0, limit)),
            shown: over(crop),
        })
    }

    /// What a page paints, as a form. Where its content is one stream, that stream is taken as it is packed.
    fn content(&mut self, page: &Dict<'a>, media: Edges, overhang: f64) -> Result<ObjectId, String> {
        let parts = match self.from.entry(page, "Contents")?.into_owned() {
            Value::Array(parts) => parts,
            one => vec![one],
        };
        let mut streams = Vec::new();
        for part in &parts {
            match self.from.resolved(part)?.into_owned() {
                Value::Stream(stream) => streams.push(stream),
                Value::Null => {}
                _ => return Err("its content is missing".to_owned()),
            }
        }
        let [left, lower, right, upper] = media;
        let mut form = Stream::new(Dictionary::new(), Vec::new());
        let lone =
            if let [stream] = &*streams { self.from.unpack(stream).map_or(0, |content| unopened(&content)) } else { 0 };
        if let ([stream], 0) = (&mut *streams, lone) {
            stream.dict.0.retain(|(key, _)| matches!(&**key, b"Filter" | b"DecodeParms"));
            form = self.stream(stream)?;
        } else {
            // Parts end where a word ends (ISO 32000-1, 7.8.2).
            for stream in &streams {
                let part = self.from.unpack(stream)?;
                self.from.charge(part.len())?;
                form.content.extend_from_slice(&part);
                form.content.push(b'\n');
            }
            // What a page closes without having opened it must not be ours.
            let opened = b"q ".repeat(unopened(&form.content));
            form.content.splice(0..0, opened);
            form.compress().map_err(|error| format!("its content cannot be packed: {error}"))?;
        }
        form.dict.set("Type", "XObject");
        form.dict.set("Subtype", "Form");
        let bounds = [left - overhang, lower - overhang, right + overhang, upper + overhang];
        form.dict.set("BBox", bounds.map(number).to_vec());
        let resources = page.get("Resources").cloned().unwrap_or(Value::Dict(Dict::default()));
        form.dict.set("Resources", self.object(&resources)?);
        if let Value::Dict(group) = &*self.from.entry(page, "Group")? {
            let mut group = self.dict(group)?;
            // That of a page is isolated whatever it says.
            group.set("I", true);
            form.dict.set("Group", group);
        }
        self.fetch()?;
        Ok(self.to.add_object(form))
    }

    /// Notes, stamps and form fields as they look on paper.
    fn annotations(&mut self, at: usize, page: &Dict<'a>, forms: &mut Vec<(ObjectId, Matrix)>) -> Result<(), String> {
        let annotations = self.from.entry(page, "Annots")?;
        for annotation in annotations.array().unwrap_or_default() {
            let annotation = self.from.resolved(annotation)?;
            let Some(annotation) = annotation.dict() else { continue };
            let kind = self.from.entry(annotation, "Subtype")?;
            let kind = String::from_utf8_lossy(kind.name().unwrap_or_default());
            let flags = self.from.entry(annotation, "F")?.count().unwrap_or_default();
            let (hidden, printed) = (flags & 2 != 0, flags & 4 != 0);
            let place =
                rectangle(self.from, annotation, "Rect")?.filter(|place| place[2] > place[0] && place[3] > place[1]);
            let Some(place) = place.filter(|_| !hidden && !matches!(&*kind, "Link" | "Popup")) else { continue };
            match if printed { self.appearance(annotation, place)? } else { None } {
                Some(look) => forms.push(look),
                None => self.left_out.push(format!("{kind} on page {}", at + 1)),
            }
        }
        Ok(())
    }

    /// The normal appearance of an annotation and its place (ISO 32000-1, 12.5.5, algorithm 8.1).
    fn appearance(&mut self, annotation: &Dict<'a>, place: Edges) -> Result<Option<(ObjectId, Matrix)>, String> {
        let looks = self.from.dict(annotation, "AP")?;
        let mut look = self.from.entry(&looks, "N")?;
        if let Value::Dict(states) = &*look {
            let state = self.from.entry(annotation, "AS")?;
            let state = state.name().and_then(|state| states.bytes(state)).unwrap_or(&Value::Null);
            look = Cow::Owned(self.from.resolved(state)?.into_owned());
        }
        let Value::Stream(form) = &*look else { return Ok(None) };
        let Some(bounds) = rectangle(self.from, &form.dict, "BBox")? else { return Ok(None) };
        let matrix = self.from.entry(&form.dict, "Matrix")?;
        let matrix: Option<Vec<f64>> = matrix.array().and_then(|parts| parts.iter().map(Value::number).collect());
        let [left, lower, right, upper] = mapped(bounds, matrix.and_then(|m| m.try_into().ok()).unwrap_or(ONE));
        let (x, y) = ((place[2] - place[0]) / (right - left), (place[3] - place[1]) / (upper - lower));
        let place = [x, 0.0, 0.0, y, place[0] - left * x, place[1] - lower * y];
        if !place.iter().all(|part| part.is_finite()) {
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
    pub fn from_catalog(&mut self, key: &str) -> diag::Result<Option<Object>> {
        let mut taken = || {
            let Some(value) = self.from.catalog()?.get(key).cloned() else { return Ok(None) };
            let object = self.object(&value)?;
            self.fetch()?;
            Ok(Some(object))
        };
        taken().map_err(|what| damaged(what).into())
    }

    /// What the file says of itself: a text of its information dictionary, as it is spelled there.
    pub fn said(&self, key: &str) -> Option<Vec<u8>> {
        let info = self.from.dict(self.from.trailer(), "Info").ok()?;
        match self.from.entry(&info, key).ok()?.into_owned() {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    /// Takes all objects the new document refers to and does not have yet.
    fn fetch(&mut self) -> Result<(), String> {
        while let Some((old, new)) = self.waiting.pop() {
            let value = self.from.object(old)?;
            // What belongs to the old document as a whole stays there.
            let whole = value.dict().is_some_and(|dict| WHOLE.iter().any(|kind| dict.is("Type", kind)));
            let object = if whole { Object::Null } else { self.object(&value)? };
            self.to.objects.insert(new, object);
        }
        Ok(())
    }

    fn object(&mut self, value: &Value<'a>) -> Result<Object, String> {
        Ok(match value {
            Value::Null => Object::Null,
            Value::Bool(value) => Object::Boolean(*value),
            Value::Number(value) => number(*value),
            Value::Name(name) => Object::Name(name.to_vec()),
            Value::Text(text) => Object::String(text.to_vec(), StringFormat::Literal),
            Value::Array(items) => Object::Array(items.iter().map(|item| self.object(item)).collect::<Result<_, _>>()?),
            Value::Dict(dict) => Object::Dictionary(self.dict(dict)?),
            Value::Stream(stream) => Object::Stream(self.stream(stream)?),
            Value::Reference(old) => {
                let new = *self.taken.entry(*old).or_insert_with(|| {
                    let new = self.to.new_object_id();
                    self.waiting.push((*old, new));
                    new
                });
                Object::Reference(new)
            }
        })
    }

    fn dict(&mut self, dict: &Dict<'a>) -> Result<Dictionary, String> {
        dict.0.iter().map(|(key, value)| Ok((key.to_vec(), self.object(value)?))).collect()
    }

    /// A stream as it is packed.
    fn stream(&mut self, stream: &crate::verify::Stream<'a>) -> Result<Stream, String> {
        self.from.charge(stream.packed.len())?;
        let mut dict = stream.dict.clone();
        dict.0.retain(|(key, _)| **key != *b"Length");
        Ok(Stream::new(self.dict(&dict)?, stream.packed.to_vec()))
    }
}

/// Objects of these types belong to a document as a whole.
const WHOLE: [&str; 5] = ["Page", "Pages", "Catalog", "StructTreeRoot", "StructElem"];

/// What is said of a file that cannot be read.
pub fn damaged(what: String) -> Problem {
    Problem::error("KB520", format!("the file is damaged: {what}"))
        .hint("open it in the program it comes from and save it again")
}

/// How many graphics states content takes back that it has not saved. Content that cannot be read counts as far as
/// it can.
fn unopened(content: &[u8]) -> usize {
    let mut lexer = Lexer::new(content, 0, 0);
    let (mut open, mut unopened) = (0_usize, 0);
    loop {
        lexer.blanks();
        let read = match lexer.peek() {
            None => return unopened,
            Some(b'(') => lexer.literal(&mut Vec::new()),
            Some(b'/') => {
                lexer.name();
                Ok(())
            }
            Some(b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b')') => {
                lexer.at += 1;
                Ok(())
            }
            Some(_) => match lexer.word() {
                b"BI" => inline_image(&mut lexer),
                b"q" => {
                    open += 1;
                    Ok(())
                }
                b"Q" if open > 0 => {
                    open -= 1;
                    Ok(())
                }
                b"Q" => {
                    unopened += 1;
                    Ok(())
                }
                _ => Ok(()),
            },
        };
        if read.is_err() {
            return unopened;
        }
    }
}

/// A number as lopdf writes it.
fn number(number: f64) -> Object {
    let whole = number.fract() == 0.0 && number.abs() < 1e15;
    if whole { Object::Integer(number as i64) } else { Object::Real(number as f32) }
}
