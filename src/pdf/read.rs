//! What stands on the pages of a PDF.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::content::{Fonts, Page, Resources, hundredths, text_string};
use super::file::File;
use super::lex::{Dict, Value};

/// How deep a tree of pages or names may be.
const DEEPEST: usize = 64;

/// A number on a page. No place is further off than ten million points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where its baseline begins, from the left edge of the sheet, in hundredths of a point.
    pub x: i64,
    /// The same from the lower edge.
    pub y: i64,
    /// As set, for example `1.409,75`.
    pub text: String,
}

/// A link to a page of the same document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its lower left and upper right corner, in hundredths of a point: left, lower, right, upper.
    pub rect: [i64; 4],
    /// The page it leads to, from 1; `None` when that page is not there.
    pub page: Option<usize>,
}

/// What stands on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageText {
    /// The numbers, in the order they are painted.
    pub numbers: Vec<Found>,
    /// All text in the order it is painted, its runs separated by line breaks. Signs whose meaning the
    /// file does not tell stand as U+FFFD.
    pub text: String,
    /// The links to pages.
    pub links: Vec<Link>,
    /// Texts a screen reader reads with other digits than stand on the page, in words.
    pub disguised: Vec<String>,
}

/// What a PDF says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The pages, in order.
    pub pages: Vec<PageText>,
    /// The files it carries, by name.
    pub attachments: Vec<(String, Vec<u8>)>,
}

/// Reads a PDF: what stands on its pages, as glyphs, visible or not, the notes laid over them too, and what
/// it carries. Says in words what is damaged; nothing is repaired.
pub fn read(bytes: &[u8]) -> Result<Reading, String> {
    let file = File::open(bytes)?;
    let catalog = file.catalog()?;
    let mut sheets = Sheets { file: &file, pages: Vec::new(), seen: HashSet::new() };
    if let Some(root) = catalog.get("Pages") {
        sheets.node(root, &Inherited::default(), 0)?;
    }
    if sheets.pages.is_empty() {
        return Err("it has no pages".to_owned());
    }
    let targets = Targets { file: &file, pages: sheets.numbers(), named: named_targets(&file, &catalog)? };
    let fonts = Fonts::default();
    let mut reading = Reading::default();
    for (at, sheet) in sheets.pages.iter().enumerate() {
        let page = page(&file, &fonts, &targets, sheet);
        reading.pages.push(page.map_err(|what| format!("page {}: {what}", at + 1))?);
    }
    reading.attachments = attachments(&file, &catalog)?;
    Ok(reading)
}

/// What pages take from the nodes above them.
#[derive(Clone, Default)]
struct Inherited<'a> {
    resources: Rc<Resources<'a>>,
    corner: (f64, f64),
}

/// A page in the tree.
struct Sheet<'a> {
    number: Option<u32>,
    dict: Dict<'a>,
    inherited: Inherited<'a>,
}

/// The pages found so far.
struct Sheets<'a, 'f> {
    file: &'f File<'a>,
    pages: Vec<Sheet<'a>>,
    seen: HashSet<u32>,
}

impl<'a> Sheets<'a, '_> {
    fn node(&mut self, node: &Value<'a>, above: &Inherited<'a>, depth: usize) -> Result<(), String> {
        let number = if let Value::Reference(number) = node { Some(*number) } else { None };
        if depth > DEEPEST || !number.is_none_or(|number| self.seen.insert(number)) {
            return Err("its tree of pages leads to itself".to_owned());
        }
        let Value::Dict(dict) = self.file.resolved(node)?.into_owned() else {
            return Err("a page is missing".to_owned());
        };
        let mut inherited = above.clone();
        if dict.get("Resources").is_some() {
            inherited.resources = Rc::new(Resources::new(self.file.dict(&dict, "Resources")?));
        }
        if let Some(rect) = rectangle(self.file, &dict, "MediaBox")? {
            inherited.corner = (rect[0], rect[1]);
        }
        if !dict.is("Type", "Pages") {
            self.pages.push(Sheet { number, dict, inherited });
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

/// A rectangle: left, lower, right, upper.
pub fn rectangle<'a>(file: &File<'a>, dict: &Dict<'a>, key: &str) -> Result<Option<[f64; 4]>, String> {
    let rect = file.entry(dict, key)?;
    let Some([a, b, c, d]) = rect.array() else { return Ok(None) };
    let mut corners = [0.0; 4];
    for (to, from) in corners.iter_mut().zip([a, b, c, d]) {
        let Some(number) = file.resolved(from)?.number() else { return Ok(None) };
        *to = number;
    }
    let [a, b, c, d] = corners;
    Ok(Some([a.min(c), b.min(d), a.max(c), b.max(d)]))
}

fn page<'a>(file: &File<'a>, fonts: &Fonts, targets: &Targets<'a, '_>, sheet: &Sheet<'a>) -> Result<PageText, String> {
    let mut content = Vec::new();
    let contents = file.entry(&sheet.dict, "Contents")?;
    let parts = contents.array().unwrap_or(std::slice::from_ref(&*contents));
    for part in parts {
        match file.resolved(part)?.as_ref() {
            Value::Stream(stream) => {
                let part = file.unpack(stream)?;
                file.charge(part.len())?;
                content.extend_from_slice(&part);
                content.push(b'\n');
            }
            Value::Null => {}
            _ => return Err("its content is missing".to_owned()),
        }
    }
    let corner = sheet.inherited.corner;
    let mut page = Page::new(file, fonts, corner);
    page.content(&content, &sheet.inherited.resources)?;
    let annotations = file.entry(&sheet.dict, "Annots")?;
    for annotation in annotations.array().unwrap_or_default() {
        let annotation = file.resolved(annotation)?;
        let Some(annotation) = annotation.dict() else { continue };
        let rect = rectangle(file, annotation, "Rect")?.ok_or("a note or link has no place")?;
        page.annotation(annotation, rect, &sheet.inherited.resources)?;
        page.found.links.extend(targets.link(annotation, rect, corner)?);
    }
    Ok(page.found)
}

/// Where links lead.
struct Targets<'a, 'f> {
    file: &'f File<'a>,
    pages: HashMap<u32, usize>,
    named: HashMap<Vec<u8>, Value<'a>>,
}

impl<'a> Targets<'a, '_> {
    fn link(&self, annotation: &Dict<'a>, rect: [f64; 4], corner: (f64, f64)) -> Result<Option<Link>, String> {
        if !annotation.is("Subtype", "Link") {
            return Ok(None);
        }
        let mut target = self.file.entry(annotation, "Dest")?.into_owned();
        if target == Value::Null {
            let action = self.file.dict(annotation, "A")?;
            if !action.is("S", "GoTo") {
                return Ok(None);
            }
            target = self.file.entry(&action, "D")?.into_owned();
        }
        let [left, lower, right, upper] = rect;
        let rect = [left - corner.0, lower - corner.1, right - corner.0, upper - corner.1].map(hundredths);
        Ok(Some(Link { rect, page: self.page(&target, 0)? }))
    }

    fn page(&self, target: &Value<'a>, depth: usize) -> Result<Option<usize>, String> {
        if depth > DEEPEST {
            return Ok(None);
        }
        match target {
            Value::Array(parts) => match parts.first() {
                Some(Value::Reference(number)) => Ok(self.pages.get(number).copied()),
                _ => Ok(None),
            },
            Value::Name(name) | Value::Text(name) => match self.named.get(&**name) {
                Some(target) => self.page(self.file.resolved(target)?.as_ref(), depth + 1),
                None => Ok(None),
            },
            Value::Dict(dict) => self.page(self.file.entry(dict, "D")?.as_ref(), depth + 1),
            _ => Ok(None),
        }
    }
}

/// The destinations that have names.
fn named_targets<'a>(file: &File<'a>, catalog: &Dict<'a>) -> Result<HashMap<Vec<u8>, Value<'a>>, String> {
    let old = file.dict(catalog, "Dests")?.0.into_iter().map(|(name, target)| (name.into_owned(), target));
    let new = names(file, &file.dict(catalog, "Names")?, "Dests")?;
    Ok(old.chain(new).collect())
}

/// The entries of a tree of names.
fn names<'a>(file: &File<'a>, dict: &Dict<'a>, key: &str) -> Result<Vec<(Vec<u8>, Value<'a>)>, String> {
    let mut found = Vec::new();
    if let Some(root) = dict.get(key) {
        names_below(file, root, &mut HashSet::new(), 0, &mut found)?;
    }
    Ok(found)
}

fn names_below<'a>(
    file: &File<'a>,
    node: &Value<'a>,
    seen: &mut HashSet<u32>,
    depth: usize,
    found: &mut Vec<(Vec<u8>, Value<'a>)>,
) -> Result<(), String> {
    let again = if let Value::Reference(number) = node { !seen.insert(*number) } else { false };
    if again || depth > DEEPEST {
        return Err("a tree of names leads to itself".to_owned());
    }
    let node = file.resolved(node)?;
    let Some(node) = node.dict() else { return Ok(()) };
    for pair in file.entry(node, "Names")?.array().unwrap_or_default().chunks_exact(2) {
        if let Value::Text(name) = file.resolved(&pair[0])?.as_ref() {
            found.push((name.to_vec(), pair[1].clone()));
        }
    }
    for kid in file.entry(node, "Kids")?.array().unwrap_or_default() {
        names_below(file, kid, seen, depth + 1, found)?;
    }
    Ok(())
}

/// The files it carries: those its catalog names as belonging to it, and the others.
fn attachments<'a>(file: &File<'a>, catalog: &Dict<'a>) -> Result<Vec<(String, Vec<u8>)>, String> {
    let own = file.entry(catalog, "AF")?;
    let own = own.array().unwrap_or_default().iter().map(|value| (None, value.clone()));
    let listed = names(file, &file.dict(catalog, "Names")?, "EmbeddedFiles")?;
    let listed = listed.into_iter().map(|(name, value)| (Some(name), value));
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (listed_as, value) in own.chain(listed) {
        if let Value::Reference(number) = value
            && !seen.insert(number)
        {
            continue;
        }
        let value = file.resolved(&value)?;
        let Some(carried) = value.dict() else { continue };
        let named = |key: &str| Ok::<_, String>(text_string(file.entry(carried, key)?.as_ref()));
        let name = match (named("UF")?, named("F")?, listed_as) {
            (Some(name), ..) | (None, Some(name), _) => name,
            (None, None, listed_as) => String::from_utf8_lossy(&listed_as.unwrap_or_default()).into_owned(),
        };
        let stored = file.dict(carried, "EF")?;
        let key = if stored.get("F").is_some() { "F" } else { "UF" };
        let Value::Stream(stream) = file.entry(&stored, key)?.into_owned() else {
            return Err(format!("the attached file {name} is missing"));
        };
        let content = file.unpack(&stream).map_err(|what| format!("the attached file {name}: {what}"))?;
        file.charge(content.len())?;
        found.push((name, content.into_owned()));
    }
    Ok(found)
}
