//! Reads a whole PDF: finds its pages, links and attached files.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::content::Interpreter;
use super::damage::{Damage, DamageKind, DamagedPart};
use super::file::PdfFile;
use super::page_text::{PageLink, PageText, PdfReading, hundredths};
use super::resources::{FontCache, Resources};
use super::value::{Dict, PdfValue};

/// How deep a tree of pages or names may be.
const DEEPEST: usize = 64;

/// Reads a PDF: the text of its pages and annotations, from their glyphs, visible or not, and the attached files.
/// Nothing is repaired.
///
/// # Errors
/// A file that is no PDF, is damaged, is encrypted, or needs more than the reader allows.
pub fn read(bytes: &[u8]) -> Result<PdfReading, Damage> {
    let file = PdfFile::open(bytes)?;
    let catalog = file.catalog()?;
    let mut tree = PageTree { file: &file, pages: Vec::new(), seen: HashSet::new() };
    if let Some(root) = catalog.get("Pages") {
        tree.node(root, &InheritedEntries::default(), 0)?;
    }
    if tree.pages.is_empty() {
        return Err(Damage::new(DamageKind::Missing, "it has no pages"));
    }
    let targets = LinkTargets { file: &file, pages: tree.numbers(), named: named_targets(&file, &catalog)? };
    let fonts = FontCache::default();
    let mut reading = PdfReading::default();
    for (at, node) in tree.pages.iter().enumerate() {
        let page = page(&file, &fonts, &targets, node);
        reading.pages.push(page.map_err(|damage| damage.in_part(DamagedPart::Page(at + 1)))?);
    }
    reading.attachments = attachments(&file, &catalog)?;
    Ok(reading)
}

/// The entries that pages inherit from the nodes above them.
#[derive(Clone, Default)]
struct InheritedEntries<'a> {
    resources: Rc<Resources<'a>>,
    corner: (f64, f64),
}

/// A page in the tree.
struct PageNode<'a> {
    number: Option<u32>,
    dict: Dict<'a>,
    inherited: InheritedEntries<'a>,
}

/// The pages found so far.
struct PageTree<'a, 'f> {
    file: &'f PdfFile<'a>,
    pages: Vec<PageNode<'a>>,
    seen: HashSet<u32>,
}

impl<'a> PageTree<'a, '_> {
    fn node(&mut self, node: &PdfValue<'a>, above: &InheritedEntries<'a>, depth: usize) -> Result<(), Damage> {
        let number = node.reference();
        if depth > DEEPEST || !number.is_none_or(|number| self.seen.insert(number)) {
            return Err(Damage::new(DamageKind::Circular, "its tree of pages leads to itself"));
        }
        let PdfValue::Dict(dict) = self.file.resolved(node)?.into_owned() else {
            return Err(Damage::new(DamageKind::Missing, "a page is missing"));
        };
        let mut inherited = above.clone();
        if dict.get("Resources").is_some() {
            inherited.resources = Rc::new(Resources::new(self.file.dict(&dict, "Resources")?));
        }
        if let Some(rect) = self.file.rectangle(&dict, "MediaBox")? {
            inherited.corner = (rect[0], rect[1]);
        }
        if !dict.is("Type", "Pages") {
            self.pages.push(PageNode { number, dict, inherited });
            return Ok(());
        }
        let kids = self.file.entry(&dict, "Kids")?;
        for kid in kids.array().unwrap_or_default() {
            self.node(kid, &inherited, depth + 1)?;
        }
        Ok(())
    }

    /// The numbers of the pages, from 1, by the numbers of their objects.
    fn numbers(&self) -> HashMap<u32, usize> {
        self.pages.iter().enumerate().filter_map(|(at, page)| Some((page.number?, at + 1))).collect()
    }
}

fn page<'a>(
    file: &PdfFile<'a>,
    fonts: &FontCache,
    targets: &LinkTargets<'a, '_>,
    node: &PageNode<'a>,
) -> Result<PageText, Damage> {
    let mut content = Vec::new();
    let contents = file.entry(&node.dict, "Contents")?;
    let parts = contents.array().unwrap_or(std::slice::from_ref(&*contents));
    for part in parts {
        let part = file.resolved(part)?;
        if *part == PdfValue::Null {
            continue;
        }
        let PdfValue::Stream(stream) = &*part else {
            return Err(Damage::new(DamageKind::Missing, "its content is missing"));
        };
        let part = file.unpack(stream)?;
        file.charge(part.len())?;
        content.extend_from_slice(&part);
        content.push(b'\n');
    }
    let corner = node.inherited.corner;
    let mut page = Interpreter::new(file, fonts, corner);
    page.content(&content, &node.inherited.resources)?;
    let annotations = file.entry(&node.dict, "Annots")?;
    for annotation in annotations.array().unwrap_or_default() {
        let annotation = file.resolved(annotation)?;
        let Some(annotation) = annotation.dict() else { continue };
        let rect = file.rectangle(annotation, "Rect")?;
        let rect = rect.ok_or_else(|| Damage::new(DamageKind::Missing, "a note or link has no place"))?;
        page.annotation(annotation, rect, &node.inherited.resources)?;
        page.text.found.links.extend(targets.link(annotation, rect, corner)?);
    }
    Ok(page.text.found)
}

/// The pages that links lead to.
struct LinkTargets<'a, 'f> {
    file: &'f PdfFile<'a>,
    pages: HashMap<u32, usize>,
    named: HashMap<Vec<u8>, PdfValue<'a>>,
}

impl<'a> LinkTargets<'a, '_> {
    fn link(&self, annotation: &Dict<'a>, rect: [f64; 4], corner: (f64, f64)) -> Result<Option<PageLink>, Damage> {
        if !annotation.is("Subtype", "Link") {
            return Ok(None);
        }
        let mut target = self.file.entry(annotation, "Dest")?.into_owned();
        if target == PdfValue::Null {
            let action = self.file.dict(annotation, "A")?;
            if !action.is("S", "GoTo") {
                return Ok(None);
            }
            target = self.file.entry(&action, "D")?.into_owned();
        }
        let [left, lower, right, upper] = rect;
        let rect = [left - corner.0, lower - corner.1, right - corner.0, upper - corner.1].map(hundredths);
        Ok(Some(PageLink { rect, page: self.page(&target, 0)? }))
    }

    fn page(&self, target: &PdfValue<'a>, depth: usize) -> Result<Option<usize>, Damage> {
        if depth > DEEPEST {
            return Ok(None);
        }
        match target {
            PdfValue::Array(parts) => {
                let page = parts.first().and_then(PdfValue::reference);
                Ok(page.and_then(|number| self.pages.get(&number).copied()))
            }
            PdfValue::Name(name) | PdfValue::Text(name) => match self.named.get(&**name) {
                Some(target) => self.page(self.file.resolved(target)?.as_ref(), depth + 1),
                None => Ok(None),
            },
            PdfValue::Dict(dict) => self.page(self.file.entry(dict, "D")?.as_ref(), depth + 1),
            PdfValue::Null | PdfValue::Bool(_) | PdfValue::Number(_) | PdfValue::Reference(_) | PdfValue::Stream(_) => {
                Ok(None)
            }
        }
    }
}

/// The destinations that have names.
fn named_targets<'a>(file: &PdfFile<'a>, catalog: &Dict<'a>) -> Result<HashMap<Vec<u8>, PdfValue<'a>>, Damage> {
    let old = file.dict(catalog, "Dests")?.0.into_iter().map(|(name, target)| (name.into_owned(), target));
    let new = names(file, &file.dict(catalog, "Names")?, "Dests")?;
    Ok(old.chain(new).collect())
}

/// The entries of a tree of names.
fn names<'a>(file: &PdfFile<'a>, dict: &Dict<'a>, key: &str) -> Result<Vec<(Vec<u8>, PdfValue<'a>)>, Damage> {
    let mut found = Vec::new();
    if let Some(root) = dict.get(key) {
        names_below(file, root, &mut HashSet::new(), 0, &mut found)?;
    }
    Ok(found)
}

fn names_below<'a>(
    file: &PdfFile<'a>,
    node: &PdfValue<'a>,
    seen: &mut HashSet<u32>,
    depth: usize,
    found: &mut Vec<(Vec<u8>, PdfValue<'a>)>,
) -> Result<(), Damage> {
    let again = if let PdfValue::Reference(number) = node { !seen.insert(*number) } else { false };
    if again || depth > DEEPEST {
        return Err(Damage::new(DamageKind::Circular, "a tree of names leads to itself"));
    }
    let node = file.resolved(node)?;
    let Some(node) = node.dict() else { return Ok(()) };
    for pair in file.entry(node, "Names")?.array().unwrap_or_default().chunks_exact(2) {
        if let PdfValue::Text(name) = file.resolved(&pair[0])?.as_ref() {
            found.push((name.to_vec(), pair[1].clone()));
        }
    }
    for kid in file.entry(node, "Kids")?.array().unwrap_or_default() {
        names_below(file, kid, seen, depth + 1, found)?;
    }
    Ok(())
}

/// The attached files: those the catalog names as associated, then all others.
fn attachments<'a>(file: &PdfFile<'a>, catalog: &Dict<'a>) -> Result<Vec<(String, Vec<u8>)>, Damage> {
    let own = file.entry(catalog, "AF")?;
    let own = own.array().unwrap_or_default().iter().map(|value| (None, value.clone()));
    let listed = names(file, &file.dict(catalog, "Names")?, "EmbeddedFiles")?;
    let listed = listed.into_iter().map(|(name, value)| (Some(name), value));
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (listed_as, value) in own.chain(listed) {
        if let PdfValue::Reference(number) = value
            && !seen.insert(number)
        {
            continue;
        }
        let value = file.resolved(&value)?;
        let Some(carried) = value.dict() else { continue };
        let named = |key: &str| Ok::<_, Damage>(file.entry(carried, key)?.text_string());
        let name = match (named("UF")?, named("F")?, listed_as) {
            (Some(name), ..) | (None, Some(name), _) => name,
            (None, None, listed_as) => String::from_utf8_lossy(&listed_as.unwrap_or_default()).into_owned(),
        };
        let stored = file.dict(carried, "EF")?;
        let key = if stored.get("F").is_some() { "F" } else { "UF" };
        let PdfValue::Stream(stream) = file.entry(&stored, key)?.into_owned() else {
            return Err(Damage::new(DamageKind::Missing, format!("the attached file {name} is missing")));
        };
        let content = file.unpack(&stream).map_err(|damage| damage.in_part(DamagedPart::Attachment(name.clone())))?;
        file.charge(content.len())?;
        found.push((name, content.into_owned()));
    }
    Ok(found)
}
