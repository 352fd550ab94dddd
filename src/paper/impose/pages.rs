//! The pages of a finished PDF as forms of another one: their content is taken over byte for byte, with all it
//! draws with, and can then be painted anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use crate::diag::{self, Problem};

use super::super::ink::POINTS as MM;
use super::layout::Size;

/// How deep a tree of pages may be, and how long a chain of references.
const DEEPEST: usize = 64;

/// How many bytes the parts of one page's content may unpack to.
const CONTENT: usize = 256 << 20;

/// How far printing may reach over the trimmed edge: where the file names the limit, and where it merely has paper
/// there, which may bear another printer's marks.
const BLEED_NAMED: f64 = 10.0 * MM;
const BLEED_UNNAMED: f64 = 3.0 * MM;

/// How much of what lies behind the edge of a page stays: its last pixel is whole then, as where the page is alone.
const OVERHANG: f64 = 0.5;

/// A map of places: `x' = ax + cy + e`, `y' = bx + dy + f` for `[a, b, c, d, e, f]`.
pub type Matrix = [f64; 6];

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

/// Takes pages out of one document and what they need into another, each object once.
pub struct Harvest {
    from: Document,
    /// The document that is being made.
    pub to: Document,
    taken: BTreeMap<ObjectId, ObjectId>,
    waiting: Vec<(ObjectId, ObjectId)>,
    /// What is on the pages and will not be on paper.
    pub left_out: Vec<String>,
}

impl Harvest {
    /// Begins an empty document.
    pub fn new(from: Document) -> Self {
        let newer = from.catalog().and_then(|catalog| catalog.get(b"Version")?.as_name()).unwrap_or_default();
        let two = from.version.starts_with('2') || newer.starts_with(b"2");
        let to = Document::with_version(if two { "2.0" } else { "1.7" });
        Self { from, to, taken: BTreeMap::new(), waiting: Vec::new(), left_out: Vec::new() }
    }

    /// All pages, in order.
    ///
    /// # Errors
    /// A tree of pages that leads to itself or to nothing, pages without a size, content that cannot be unpacked.
    pub fn pages(&mut self) -> diag::Result<Vec<Page>> {
        let damaged = |what: &str| Problem::error("KB520", format!("the file is damaged: {what}"));
        let root = self.from.catalog().and_then(|catalog| catalog.get(b"Pages")).cloned();
        let root = root.map_err(|_| damaged("it names no pages"))?;
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![(root, Rc::new(Dictionary::new()), 0)];
        while let Some((node, above, depth)) = waiting.pop() {
            let again = node.as_reference().is_ok_and(|id| !seen.insert(id));
            if again || depth > DEEPEST {
                return Err(damaged("its tree of pages leads to itself").into());
            }
            let Object::Dictionary(mut node) = self.resolved(&node) else {
                return Err(damaged(&format!("page {} is missing", found.len() + 1)).into());
            };
            for key in [b"MediaBox".as_slice(), b"CropBox", b"Rotate", b"Resources"] {
                if let (false, Ok(inherited)) = (node.has(key), above.get(key)) {
                    node.set(key, inherited.clone());
                }
            }
            if node.has_type(b"Pages") || node.has(b"Kids") {
                let Object::Array(kids) = self.entry(&node, b"Kids") else {
                    return Err(damaged("a part of its tree of pages is missing").into());
                };
                node.remove(b"Kids");
                let node = Rc::new(node);
                waiting.extend(kids.into_iter().rev().map(|kid| (kid, Rc::clone(&node), depth + 1)));
            } else {
                found.push(node);
            }
        }
        if found.is_empty() {
            return Err(damaged("it has no pages").into());
        }
        let named = |at: usize, problem: String| Problem::error("KB521", format!("page {}: {problem}", at + 1));
        let pages = found.iter().enumerate().map(|(at, page)| self.page(at, page).map_err(|what| named(at, what)));
        Ok(pages.collect::<Result<_, _>>()?)
    }

    fn page(&mut self, at: usize, page: &Dictionary) -> Result<Page, String> {
        let media = self.edges(page, b"MediaBox").ok_or("it has no size (MediaBox)")?;
        let inside = |edges: Option<Edges>, default: Edges| match edges.map(|edges| common(edges, media)) {
            Some(edges) if edges[2] - edges[0] >= 1.0 && edges[3] - edges[1] >= 1.0 => edges,
            _ => default,
        };
        let crop = inside(self.edges(page, b"CropBox"), media);
        let trim = inside(self.edges(page, b"TrimBox"), crop);
        let named = self.edges(page, b"BleedBox");
        let limit = if named.is_some() { BLEED_NAMED } else { BLEED_UNNAMED };
        let bleed = inside(named, crop);
        let unit = self.number(page, b"UserUnit").filter(|unit| *unit > 0.0).unwrap_or(1.0);
        let quarters = (self.number(page, b"Rotate").unwrap_or(0.0) / 90.0).round().rem_euclid(4.0);
        let [left, lower, right, upper] = trim.map(|edge| edge * unit);
        let upright = match quarters as u8 {
            1 => [0.0, -unit, unit, 0.0, -lower, right],
            2 => [-unit, 0.0, 0.0, -unit, right, upper],
            3 => [0.0, unit, -unit, 0.0, upper, -left],
            _ => [unit, 0.0, 0.0, unit, -left, -lower],
        };
        let [_, _, width, height] = mapped(trim, upright);
        if !(1.0..=1e6).contains(&width) || !(1.0..=1e6).contains(&height) {
            return Err(format!("its size makes no sense: {width} x {height} points"));
        }
        let over = |edges: Edges| {
            let [left, lower, right, upper] = mapped(edges, upright);
            [-left, -lower, right - width, upper - height]
        };
        let mut forms = vec![(self.content(page, media, OVERHANG / unit)?, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0])];
        self.annotations(at, page, &mut forms);
        Ok(Page {
            forms,
            trim: Size { width, height },
            upright,
            bleed: over(bleed).map(|over| over.clamp(0.0, limit)),
            shown: over(crop),
        })
    }

    /// What a page paints, as a form. Where its content is one stream, that stream is taken as it is packed.
    fn content(&mut self, page: &Dictionary, media: Edges, overhang: f64) -> Result<ObjectId, String> {
        let parts = match self.entry(page, b"Contents") {
            Object::Array(parts) => parts,
            Object::Null => Vec::new(),
            one => vec![one],
        };
        let mut streams = Vec::new();
        for part in &parts {
            match self.resolved(part) {
                Object::Stream(stream) => streams.push(stream),
                Object::Null => {}
                _ => return Err("its content is missing".to_owned()),
            }
        }
        let mut form = if streams.len() == 1 { streams.remove(0) } else { joined(&streams)? };
        let packing: Vec<_> = [b"Filter".as_slice(), b"DecodeParms"]
            .into_iter()
            .filter_map(|key| Some((key, form.dict.remove(key)?)))
            .collect();
        let [left, lower, right, upper] = media;
        form.dict = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => [left - overhang, lower - overhang, right + overhang, upper + overhang].map(Object::from).to_vec(),
        };
        for (key, value) in packing {
            let value = self.taken(value);
            form.dict.set(key, value);
        }
        let resources = page.get(b"Resources").cloned().unwrap_or_else(|_| Dictionary::new().into());
        let resources = self.taken(resources);
        form.dict.set("Resources", resources);
        if let Object::Dictionary(mut group) = self.entry(page, b"Group") {
            // That of a page is isolated whatever it says.
            group.set("I", true);
            let group = self.taken(group.into());
            form.dict.set("Group", group);
        }
        Ok(self.add(form))
    }

    /// Notes, stamps and form fields as they look on paper.
    fn annotations(&mut self, at: usize, page: &Dictionary, forms: &mut Vec<(ObjectId, Matrix)>) {
        let Object::Array(annotations) = self.entry(page, b"Annots") else { return };
        for annotation in &annotations {
            let Object::Dictionary(annotation) = self.resolved(annotation) else { continue };
            let kind = self.entry(&annotation, b"Subtype");
            let kind = String::from_utf8_lossy(kind.as_name().unwrap_or_default()).into_owned();
            let flags = self.number(&annotation, b"F").unwrap_or_default() as i64;
            let hidden = flags & 2 != 0;
            let empty = self
                .edges(&annotation, b"Rect")
                .is_none_or(|[left, lower, right, upper]| left >= right || lower >= upper);
            if hidden || empty || ["Link", "Popup"].contains(&kind.as_str()) {
                continue;
            }
            let look = if flags & 4 == 0 { None } else { self.appearance(&annotation) };
            match look {
                Some(look) => forms.push(look),
                None => self.left_out.push(format!("{kind} on page {}", at + 1)),
            }
        }
    }

    /// The normal appearance of an annotation and its place (ISO 32000-1, 12.5.5, algorithm 8.1).
    fn appearance(&mut self, annotation: &Dictionary) -> Option<(ObjectId, Matrix)> {
        let Object::Dictionary(looks) = self.entry(annotation, b"AP") else { return None };
        let mut look = looks.get(b"N").ok()?.clone();
        if let Object::Dictionary(states) = self.resolved(&look) {
            let state = self.entry(annotation, b"AS");
            look = states.get(state.as_name().ok()?).ok()?.clone();
        }
        let Object::Stream(mut form) = self.resolved(&look) else { return None };
        let matrix = self.numbers(&form.dict, b"Matrix").unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        let from = mapped(self.edges(&form.dict, b"BBox")?, matrix);
        let rect = self.edges(annotation, b"Rect")?;
        let (x, y) = ((rect[2] - rect[0]) / (from[2] - from[0]), (rect[3] - rect[1]) / (from[3] - from[1]));
        let place = [x, 0.0, 0.0, y, rect[0] - from[0] * x, rect[1] - from[1] * y];
        if !place.iter().all(|part| part.is_finite()) {
            return None;
        }
        let layer = annotation.get(b"OC").ok().filter(|_| !form.dict.has(b"OC")).cloned();
        if layer.is_none() && form.dict.has(b"Subtype") && look.as_reference().is_ok() {
            let Object::Reference(form) = self.taken(look) else { return None };
            return Some((form, place));
        }
        form.dict.set("Subtype", "Form");
        if let Some(layer) = layer {
            form.dict.set("OC", layer);
        }
        let Object::Stream(form) = self.rewritten(Object::Stream(form)) else { return None };
        Some((self.add(form), place))
    }

    /// Takes an object and all it refers to into the new document.
    fn taken(&mut self, object: Object) -> Object {
        let object = self.rewritten(object);
        while let Some((old, new)) = self.waiting.pop() {
            let object = self.from.objects.get(&old).cloned().unwrap_or(Object::Null);
            let object = self.rewritten(object);
            self.to.objects.insert(new, object);
        }
        object
    }

    /// The same object with its references leading into the new document.
    fn rewritten(&mut self, object: Object) -> Object {
        match object {
            Object::Reference(old) => self.reference(old),
            Object::Array(items) => Object::Array(items.into_iter().map(|item| self.rewritten(item)).collect()),
            Object::Dictionary(dict) => Object::Dictionary(self.rewritten_dict(dict)),
            Object::Stream(mut stream) => {
                stream.dict = self.rewritten_dict(stream.dict);
                stream.dict.set("Length", stream.content.len() as i64);
                Object::Stream(stream)
            }
            plain => plain,
        }
    }

    fn rewritten_dict(&mut self, dict: Dictionary) -> Dictionary {
        dict.into_iter().map(|(key, value)| (key, self.rewritten(value))).collect()
    }

    /// Where an object comes to lie; what belongs to the old document as a whole stays there.
    fn reference(&mut self, old: ObjectId) -> Object {
        if let Some(new) = self.taken.get(&old) {
            return Object::Reference(*new);
        }
        let Some(object) = self.from.objects.get(&old) else { return Object::Null };
        if let Ok(dict) = object.as_dict()
            && [b"Page".as_slice(), b"Pages", b"Catalog", b"StructTreeRoot", b"StructElem"]
                .iter()
                .any(|kind| dict.has_type(kind))
        {
            return Object::Null;
        }
        let new = self.to.new_object_id();
        self.taken.insert(old, new);
        self.waiting.push((old, new));
        Object::Reference(new)
    }

    fn add(&mut self, mut stream: Stream) -> ObjectId {
        stream.dict.set("Length", stream.content.len() as i64);
        self.to.add_object(stream)
    }

    /// An entry of the old catalog, taken into the new document.
    pub fn from_catalog(&mut self, key: &[u8]) -> Option<Object> {
        let value = self.from.catalog().ok()?.get(key).ok()?.clone();
        Some(self.taken(value))
    }

    /// What the old document says of itself: a text of its information dictionary, as it is spelled there.
    pub fn said(&self, key: &[u8]) -> Option<Vec<u8>> {
        let Object::Dictionary(info) = self.entry(&self.from.trailer, b"Info") else { return None };
        self.entry(&info, key).as_str().ok().map(<[u8]>::to_vec)
    }

    /// What an object is, or what it refers to; null when that is nothing.
    fn resolved(&self, object: &Object) -> Object {
        let mut object = object;
        for _ in 0..DEEPEST {
            let Object::Reference(id) = object else { return object.clone() };
            let Some(next) = self.from.objects.get(id) else { break };
            object = next;
        }
        Object::Null
    }

    fn entry(&self, dict: &Dictionary, key: &[u8]) -> Object {
        dict.get(key).map_or(Object::Null, |value| self.resolved(value))
    }

    fn number(&self, dict: &Dictionary, key: &[u8]) -> Option<f64> {
        number(&self.entry(dict, key))
    }

    fn numbers<const N: usize>(&self, dict: &Dictionary, key: &[u8]) -> Option<[f64; N]> {
        let Object::Array(items) = self.entry(dict, key) else { return None };
        let numbers: Option<Vec<f64>> = items.iter().map(|item| number(&self.resolved(item))).collect();
        numbers?.try_into().ok()
    }

    fn edges(&self, dict: &Dictionary, key: &[u8]) -> Option<Edges> {
        let [a, b, c, d] = self.numbers(dict, key)?;
        Some([a.min(c), b.min(d), a.max(c), b.max(d)])
    }
}

fn number(object: &Object) -> Option<f64> {
    let number = match object {
        Object::Integer(number) => *number as f64,
        // By its digits: 595.276 is meant, not the nearest fraction of a power of two.
        Object::Real(number) => number.to_string().parse().ok()?,
        _ => return None,
    };
    Some(number).filter(|number| number.is_finite())
}

/// Content in parts as one stream: parts end where a word ends (ISO 32000-1, 7.8.2).
fn joined(parts: &[Stream]) -> Result<Stream, String> {
    let mut content = Vec::new();
    for part in parts {
        let left = CONTENT.saturating_sub(content.len());
        let part = part.decompressed_content_with_limit(left);
        content.extend(part.map_err(|error| format!("its content cannot be unpacked: {error}"))?);
        content.push(b'\n');
    }
    let mut stream = Stream::new(Dictionary::new(), content);
    stream.compress().map_err(|error| format!("its content cannot be packed: {error}"))?;
    Ok(stream)
}
