//! PDFs of others: opened and checked, so that something can be added to them.
//!
//! They may be hostile. The room `pdf` opens them: it is strict, repairs nothing, and has a
//! limit for everything it does. Before anything is added, every object that can be reached is read once. lopdf never
//! sees the file, only what is to be written: its reader was measured to ask for a gigabyte or to panic on files of a
//! few hundred bytes.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

use crate::diag::Problem;
use crate::pdf::{Damage, DamageKind, DamagedPart, Dict, PdfFile, PdfValue, Stream, is_blank};

/// Largest file that is opened, in bytes.
pub const LARGEST: u64 = 256 << 20;

/// How deep a tree of pages may be.
const DEEPEST: usize = 64;

/// Narrowest and widest a page may be, in its own units (ISO 32000-1, annex C).
const SIDES: std::ops::RangeInclusive<f64> = 3.0..=14_400.0;

/// A PDF that was read to its last object.
pub struct ForeignPdf<'a> {
    /// The open file.
    pub file: PdfFile<'a>,
    /// The catalog: the dictionary from which everything else is found.
    pub catalog: Dict<'a>,
    /// Its pages, in order.
    pub pages: Vec<ForeignPage<'a>>,
}

/// A page, with the entries it inherits from the nodes above it.
pub struct ForeignPage<'a> {
    /// The number of its object.
    pub number: u32,
    /// Its own entries.
    pub dict: Dict<'a>,
    /// The numbers of the streams its content is made of, in order.
    pub contents: Vec<u32>,
    /// Its resources, its own or those of a node above.
    pub resources: Rc<Dict<'a>>,
    /// Its whole sheet, in its own units: left, lower, right, upper.
    pub media: [f64; 4],
    /// The part of it that is shown, likewise.
    pub visible: [f64; 4],
    /// By how many quarters it is turned clockwise when shown: 0 to 3.
    pub quarters: u8,
    /// How many points one of its units is.
    pub unit: f64,
}

impl ForeignPage<'_> {
    /// Width and height as shown, in points.
    pub fn size(&self) -> (f64, f64) {
        let [left, lower, right, upper] = self.visible;
        let (width, height) = ((right - left) * self.unit, (upper - lower) * self.unit);
        if self.quarters.is_multiple_of(2) { (width, height) } else { (height, width) }
    }

    /// The matrix, as `cm` takes it, from the page as shown, in points from its lower left corner, to its own units.
    pub fn upright(&self) -> [f64; 6] {
        let [left, lower, right, upper] = self.visible;
        let one = 1.0 / self.unit;
        match self.quarters {
            0 => [one, 0.0, 0.0, one, left, lower],
            1 => [0.0, one, -one, 0.0, right, lower],
            2 => [-one, 0.0, 0.0, -one, right, upper],
            _ => [0.0, -one, one, 0.0, left, upper],
        }
    }
}

/// What was visited in the tree of pages so far.
#[derive(Default)]
struct VisitedNodes<'a> {
    nodes: HashSet<u32>,
    /// Resources by the numbers of their objects: many pages share them.
    resources: HashMap<u32, Rc<Dict<'a>>>,
}

/// The entries that pages inherit from the nodes above them.
#[derive(Clone, Default)]
struct InheritedAttributes<'a> {
    resources: Rc<Dict<'a>>,
    media: Option<[f64; 4]>,
    crop: Option<[f64; 4]>,
    quarters: u8,
}

/// The problem of a file that cannot be read.
pub fn damaged(what: impl std::fmt::Display) -> Problem {
    Problem::error("KB504", format!("the PDF is damaged or cannot be read: {what}"))
        .hint("open it in another program and save it anew, then try that copy")
}

impl<'a> ForeignPdf<'a> {
    /// Opens a PDF to take its pages.
    ///
    /// # Errors
    /// A file that is no PDF or damaged, encrypted, or an XFA form.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Problem> {
        if bytes.is_empty() {
            return Err(damaged("it is empty"));
        }
        if !bytes.starts_with(b"%PDF-") {
            return Err(damaged("it does not begin with %PDF-"));
        }
        let file = PdfFile::any(bytes).map_err(damaged)?;
        // A change that was appended and breaks off would leave the state before it to be found.
        let end = bytes.windows(5).rposition(|window| window == b"%%EOF").map_or(0, |at| at + 5);
        if !bytes[end..].iter().copied().all(is_blank) {
            return Err(damaged("something follows its end, or breaks off there"));
        }
        if file.is_encrypted() {
            return Err(Problem::error("KB505", "the PDF is encrypted")
                .hint("ask whoever issued it for a copy without protection: protection is not taken off here"));
        }
        if !matches!(file.trailer().get("Root"), Some(PdfValue::Reference(_))) {
            return Err(damaged("its catalog is missing"));
        }
        let catalog = file.catalog().map_err(damaged)?;
        let mut foreign = Self { file, catalog, pages: Vec::new() };
        if *foreign.file.entry(&foreign.form()?, "XFA").map_err(damaged)? != PdfValue::Null {
            return Err(Problem::error(
                "KB507",
                "the PDF is an XFA form: its pages are made by the program that shows it",
            )
            .hint("print it to a PDF, and take that"));
        }
        foreign.find_pages().map_err(damaged)?;
        Ok(foreign)
    }

    /// Opens a PDF to add to it, and reads all of it.
    ///
    /// # Errors
    /// Those of [`ForeignPdf::read`], and a signed file.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Problem> {
        let foreign = Self::read(bytes)?;
        let form = foreign.form()?;
        if foreign.read_all().map_err(damaged)? || foreign.is_certified(&form).map_err(damaged)? {
            return Err(Problem::error("KB506", "the PDF is signed, and a change would break the signature")
                .hint("stamp it before it is signed, or put a cover sheet before it"));
        }
        Ok(foreign)
    }

    fn form(&self) -> Result<Dict<'a>, Problem> {
        self.file.dict(&self.catalog, "AcroForm").map_err(damaged)
    }

    /// Reads every object that can be reached; whether a signature is among them.
    fn read_all(&self) -> Result<bool, Damage> {
        let mut seen = HashSet::new();
        let mut waiting = Vec::new();
        let mut signed = false;
        for (_, value) in &self.file.trailer().0 {
            references(value, &mut waiting);
        }
        while let Some(number) = waiting.pop() {
            if seen.insert(number) {
                let object = self.file.object(number)?;
                references(&object, &mut waiting);
                signed |= self.holds_signature(&object)?;
            }
        }
        Ok(signed)
    }

    /// Whether a signature or a signed field stands in a value. An empty field waits for one and is none.
    fn holds_signature(&self, value: &PdfValue<'a>) -> Result<bool, Damage> {
        let inner: Vec<&PdfValue<'a>> = match value {
            PdfValue::Array(parts) => parts.iter().collect(),
            value => value.dict().map(|dict| dict.0.iter().map(|(_, value)| value).collect()).unwrap_or_default(),
        };
        if let Some(dict) = value.dict() {
            let signature = ["Sig", "DocTimeStamp"].iter().any(|name| dict.is("Type", name))
                || (dict.get("ByteRange").is_some() && dict.get("Contents").is_some());
            if signature || (dict.is("FT", "Sig") && *self.file.entry(dict, "V")? != PdfValue::Null) {
                return Ok(true);
            }
        }
        inner.into_iter().try_fold(false, |found, value| Ok(found || self.holds_signature(value)?))
    }

    /// Whether the file says of itself that a change breaks something: it is certified, has rights to be used, or its
    /// form has signatures (the second flag; the first one says only that there are fields for them).
    fn is_certified(&self, form: &Dict<'a>) -> Result<bool, Damage> {
        let rights = self.file.dict(&self.catalog, "Perms")?;
        let flags = self.file.entry(form, "SigFlags")?.count().unwrap_or_default();
        Ok(!rights.0.is_empty() || flags & 2 != 0)
    }

    fn find_pages(&mut self) -> Result<(), Damage> {
        let root = self.catalog.get("Pages").cloned().unwrap_or(PdfValue::Null);
        self.node(&root, &InheritedAttributes::default(), 0, &mut VisitedNodes::default())?;
        if self.pages.is_empty() { Err(missing("it has no pages")) } else { Ok(()) }
    }

    fn node(
        &mut self,
        node: &PdfValue<'a>,
        above: &InheritedAttributes<'a>,
        depth: usize,
        met: &mut VisitedNodes<'a>,
    ) -> Result<(), Damage> {
        let PdfValue::Reference(number) = node else { return Err(missing("a page is missing")) };
        if depth > DEEPEST || !met.nodes.insert(*number) {
            return Err(Damage::new(DamageKind::Circular, "its tree of pages leads to itself"));
        }
        let PdfValue::Dict(dict) = self.file.object(*number)? else { return Err(missing("a page is missing")) };
        let file = &self.file;
        let mut inherited = above.clone();
        match dict.get("Resources") {
            Some(PdfValue::Reference(number)) if met.resources.contains_key(number) => {
                inherited.resources = Rc::clone(&met.resources[number]);
            }
            Some(resources) => {
                inherited.resources = Rc::new(file.dict(&dict, "Resources")?);
                if let PdfValue::Reference(number) = resources {
                    met.resources.insert(*number, Rc::clone(&inherited.resources));
                }
            }
            None => {}
        }
        inherited.media = file.rectangle(&dict, "MediaBox")?.or(inherited.media);
        inherited.crop = file.rectangle(&dict, "CropBox")?.or(inherited.crop);
        if let Some(degrees) = file.entry(&dict, "Rotate")?.number() {
            inherited.quarters = ((degrees / 90.0).round().rem_euclid(4.0)) as u8;
        }
        if let Some(kids) = dict.get("Kids") {
            let kids = file.resolved(kids)?.into_owned();
            for kid in kids.array().ok_or_else(|| missing("a page is missing"))? {
                self.node(kid, &inherited, depth + 1, met)?;
            }
            return Ok(());
        }
        let part = DamagedPart::Page(self.pages.len() + 1);
        let page = self.page(*number, dict, inherited).map_err(|damage| damage.in_part(part))?;
        self.pages.push(page);
        Ok(())
    }

    fn page(&self, number: u32, dict: Dict<'a>, inherited: InheritedAttributes<'a>) -> Result<ForeignPage<'a>, Damage> {
        let media = inherited.media.ok_or_else(|| missing("its size is missing"))?;
        let cut = inherited
            .crop
            .map(|crop| [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])]);
        // One that shows nothing is ignored, as viewers do.
        let visible = cut.filter(|cut| cut[0] < cut[2] && cut[1] < cut[3]).unwrap_or(media);
        if !SIDES.contains(&(visible[2] - visible[0])) || !SIDES.contains(&(visible[3] - visible[1])) {
            return Err(invalid("its size makes no sense"));
        }
        let unit = self.file.entry(&dict, "UserUnit")?.number().unwrap_or(1.0);
        if !(0.01..=75_000.0).contains(&unit) {
            return Err(invalid("its unit makes no sense"));
        }
        let contents = self.contents(&dict)?;
        let InheritedAttributes { resources, quarters, .. } = inherited;
        Ok(ForeignPage { number, dict, contents, resources, media, visible, quarters, unit })
    }

    fn contents(&self, page: &Dict<'a>) -> Result<Vec<u32>, Damage> {
        let Some(contents) = page.get("Contents") else { return Ok(Vec::new()) };
        let parts = match (contents, self.file.resolved(contents)?.as_ref()) {
            (_, PdfValue::Array(parts)) => parts.clone(),
            (PdfValue::Null, _) => Vec::new(),
            (one, _) => vec![one.clone()],
        };
        let stream = |part: &PdfValue<'a>| match part {
            PdfValue::Reference(number) if matches!(self.file.object(*number)?, PdfValue::Stream(_)) => Ok(*number),
            _ => Err(missing("its content is missing")),
        };
        parts.iter().map(stream).collect()
    }

    /// A stream by the number of its object; `None` when it is something else.
    pub fn stream(&self, number: u32) -> Result<Option<Stream<'a>>, Damage> {
        Ok(if let PdfValue::Stream(stream) = self.file.object(number)? { Some(*stream) } else { None })
    }

    /// The object as lopdf names it.
    pub fn id(&self, number: u32) -> ObjectId {
        (number, self.file.generation(number))
    }

    /// A value as lopdf writes it; references stay what they are.
    pub fn written(&self, value: &PdfValue<'a>) -> Result<Object, Damage> {
        // What many pages share is written once for each, with a key.
        self.file.charge(2 * size_of::<Object>())?;
        Ok(match value {
            PdfValue::Null | PdfValue::Stream(_) => Object::Null,
            PdfValue::Bool(bool) => Object::Boolean(*bool),
            PdfValue::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Object::Integer(*number as i64),
            PdfValue::Number(number) if (*number as f32).is_finite() => Object::Real(*number as f32),
            PdfValue::Number(_) => return Err(invalid("a number is too large")),
            PdfValue::Name(name) => Object::Name(name.to_vec()),
            PdfValue::Text(text) => Object::String(text.to_vec(), StringFormat::Hexadecimal),
            PdfValue::Array(parts) => {
                Object::Array(parts.iter().map(|part| self.written(part)).collect::<Result<_, _>>()?)
            }
            PdfValue::Dict(dict) => Object::Dictionary(self.written_dict(dict)?),
            PdfValue::Reference(number) => Object::Reference(self.id(*number)),
        })
    }

    /// A dictionary as lopdf writes it.
    pub fn written_dict(&self, dict: &Dict<'a>) -> Result<Dictionary, Damage> {
        let entries = dict.0.iter().map(|(key, value)| Ok((key.to_vec(), self.written(value)?)));
        entries.collect::<Result<Vec<_>, Damage>>().map(Dictionary::from_iter)
    }
}

fn missing(what: &'static str) -> Damage {
    Damage::new(DamageKind::Missing, what)
}

fn invalid(what: &'static str) -> Damage {
    Damage::new(DamageKind::Invalid, what)
}

/// Adds the numbers of all objects a value refers to.
fn references(value: &PdfValue<'_>, to: &mut Vec<u32>) {
    match value {
        PdfValue::Reference(number) => to.push(*number),
        PdfValue::Array(parts) => parts.iter().for_each(|part| references(part, to)),
        value => {
            let dict = value.dict().map(|dict| dict.0.as_slice()).unwrap_or_default();
            dict.iter().for_each(|(_, value)| references(value, to));
        }
    }
}
