//! Reads a finished PDF: what it says of itself, and what stands on its pages, where.
//!
//! A small reader of its own on top of lopdf, because `Document::extract_text` knows neither places nor
//! `ActualText`, and a test must tell a word that goes on from one that begins beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId, decode_text_string};

/// A finished PDF.
pub struct Pdf {
    /// Title, as readers show it.
    pub title: String,
    /// The document information's title; must say the same.
    pub info_title: String,
    /// Language of the text.
    pub language: String,
    /// Names of the fonts, without the tags of their subsets.
    pub fonts: BTreeSet<String>,
    /// Bookmarks, in order.
    pub outline: Vec<Bookmark>,
    /// What readers call the pages, in order; empty when the catalog has no labels for them.
    pub labels: Vec<String>,
    /// The headings, in the order of the structure tree: what a screen reader reads.
    pub headings: Vec<Heading>,
    /// The files it carries.
    pub files: Vec<Carried>,
    /// The pages, in order.
    pub pages: Vec<Page>,
}

/// A heading in the structure tree.
#[derive(Debug)]
pub struct Heading {
    /// 1 for `H1`.
    pub level: usize,
    /// Its text.
    pub text: String,
    /// Page it stands on, counted from 1.
    pub page: usize,
    /// Height of its first line above the lower edge of the page, in points.
    pub height: f64,
    /// Where its first line begins, in points from the left edge of the page.
    pub left: f64,
    /// Height of its last line.
    pub low: f64,
}

/// A file that is associated with the document as a whole.
pub struct Carried {
    /// Its name.
    pub name: String,
    /// What it is to the document: `Data`, `Source`, …
    pub relationship: String,
    /// Its media type.
    pub mime: String,
    /// What it holds.
    pub content: Vec<u8>,
}

/// An entry of the outline.
#[derive(Debug)]
pub struct Bookmark {
    /// 1 for the outermost.
    pub level: usize,
    /// What it says.
    pub title: String,
    /// Page it leads to, counted from 1; `None` when it leads nowhere.
    pub page: Option<usize>,
    /// Where it leads to; `None` when it leads nowhere.
    pub spot: Option<Spot>,
}

/// Where a link or a bookmark leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// The page, counted from 1.
    pub page: usize,
    /// The point on it that is to be seen; `None` when it is the page as a whole.
    pub point: Option<Point>,
}

/// A page.
pub struct Page {
    /// Its text in the order it is written; a line break where text begins somewhere else.
    pub text: String,
    /// Its links.
    pub links: Vec<Link>,
    /// Its pieces of text, in the order they are painted.
    pub runs: Vec<Run>,
    /// The numbers of what is painted, whatever a screen reader is told to read there.
    pub numbers: Vec<Number>,
    /// Its lines and areas, in the order they are painted.
    pub shapes: Vec<Shape>,
    /// Its width in points.
    pub width: f64,
    /// Its height in points.
    pub height: f64,
    /// The whole sheet: its lower left and upper right corner.
    pub media: Area,
    /// What is printed of it, where that is said.
    pub bleed: Option<Area>,
    /// What is left of it when it is cut, where that is said.
    pub trim: Option<Area>,
}

/// The lower left and the upper right corner of an area.
pub type Area = (Point, Point);

/// A link on a page.
#[derive(Debug)]
pub struct Link {
    /// What one clicks on.
    pub areas: Vec<Area>,
    /// Where it leads to.
    pub target: Target,
}

/// Where a link leads to.
#[derive(Debug)]
pub enum Target {
    /// To a place in the document.
    Spot(Spot),
    /// Out of the document.
    Uri(String),
    /// To something that is not there.
    Broken(String),
}

/// A point on a page, in points from its lower left corner.
pub type Point = (f64, f64);

/// A piece of text set in one go.
pub struct Run {
    /// What it says.
    pub text: String,
    /// Where its first sign begins, on the base line.
    pub start: Point,
    /// Where its last sign ends, on the base line.
    pub end: Point,
    /// Size of its type as it stands on paper, in points.
    pub size: f64,
    /// How light it is: 0 is black, 1 is white.
    pub grey: f64,
    /// Its place among everything painted on the page.
    pub order: usize,
    /// The number of the marked content it belongs to; decoration has none.
    marked: Option<i64>,
}

/// A number on a page: digits, and single points, commas or narrow blanks between two of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// As it is painted.
    pub text: String,
    /// Where its first digit begins, on the base line.
    pub at: Point,
    /// The place of its first digit among all digits painted on the page.
    pub first: usize,
}

/// A path painted in one go.
pub struct Shape {
    /// Its straight and curved strokes, from where to where.
    pub strokes: Vec<(Point, Point)>,
    /// How many of the strokes are curves.
    pub curves: usize,
    /// How light its inside is, where it is filled: 0 is black, 1 is white.
    pub fill: Option<f64>,
    /// How light its outline is, where it has one.
    pub outline: Option<f64>,
    /// Its place among everything painted on the page.
    pub order: usize,
}

impl Shape {
    /// Its lower left and upper right corner, without the width of its outline.
    pub fn bounds(&self) -> (Point, Point) {
        let ends = || self.strokes.iter().flat_map(|(from, to)| [*from, *to]);
        let least = ends().fold((f64::MAX, f64::MAX), |a, b| (a.0.min(b.0), a.1.min(b.1)));
        let most = ends().fold((f64::MIN, f64::MIN), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        (least, most)
    }

    /// Whether a point lies in what it fills, where its strokes are straight (nonzero winding).
    pub fn holds(&self, (x, y): Point) -> bool {
        let turns = self.strokes.iter().map(|((x0, y0), (x1, y1))| {
            let left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
            i32::from(*y0 <= y && *y1 > y && left > 0.0) - i32::from(*y1 <= y && *y0 > y && left < 0.0)
        });
        turns.sum::<i32>() != 0
    }
}

impl Pdf {
    /// Reads a PDF.
    pub fn read(bytes: &[u8]) -> Self {
        let document = Document::load_mem(bytes).expect("a PDF that can be read");
        let reader = Reader::new(&document);
        let catalog = document.catalog().expect("a catalog");
        let info = document.trailer.get(b"Info").ok().map(|info| reader.dictionary(info));
        let pages: Vec<Page> = reader.pages.iter().map(|page| reader.page(*page)).collect();
        Self {
            title: reader.xmp_title(),
            info_title: info.and_then(|info| reader.text(info, b"Title")).unwrap_or_default(),
            language: reader.text(catalog, b"Lang").unwrap_or_default(),
            fonts: reader.font_names(),
            outline: reader.outline(),
            labels: reader.labels(),
            headings: reader.headings(&pages),
            files: reader.files(),
            pages,
        }
    }

    /// The text of all pages.
    pub fn text(&self) -> String {
        self.pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Whether a text stands on any page; see [`holds`].
    pub fn contains(&self, part: &str) -> bool {
        self.pages.iter().any(|page| page.contains(part))
    }

    /// The titles of the outline.
    pub fn outline_titles(&self) -> Vec<&str> {
        self.outline.iter().map(|entry| entry.title.as_str()).collect()
    }
}

impl Run {
    /// Whether it belongs to what the page says, not to its head, its foot or its ground.
    pub fn is_content(&self) -> bool {
        self.marked.is_some()
    }
}

impl Page {
    /// Whether a text stands on the page; see [`holds`].
    pub fn contains(&self, part: &str) -> bool {
        holds(&self.text, part)
    }

    /// Whether a piece of text on the page says just this.
    pub fn says(&self, text: &str) -> bool {
        self.runs.iter().any(|run| flat(&run.text).trim() == text)
    }

    /// The text within areas that is no decoration, in the order it is written.
    pub fn text_in(&self, areas: &[Area]) -> String {
        let within = |run: &Run| {
            // A blank at the end of a line stands out of the area of a link.
            let (x, y) = ((run.start.0 + run.end.0) / 2.0, run.start.1);
            let inside =
                |((left, low), (right, high)): &Area| (*left..=*right).contains(&x) && (*low..=*high).contains(&y);
            areas.iter().any(inside)
        };
        let mut text = String::new();
        let mut end: Option<Point> = None;
        for run in self.runs.iter().filter(|run| run.is_content() && within(run)) {
            let goes_on = end.is_some_and(|(x, y)| (x - run.start.0).hypot(y - run.start.1) < run.size * 0.2);
            text.push_str(if goes_on || text.is_empty() { "" } else { "\n" });
            text.push_str(&run.text);
            end = Some(run.end);
        }
        text
    }

    /// The pieces of text that begin or end off the page: nobody can read them.
    pub fn off_the_page(&self) -> Vec<&str> {
        let on = |(x, y): Point| (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y);
        self.runs.iter().filter(|run| !(on(run.start) && on(run.end))).map(|run| run.text.as_str()).collect()
    }
}

/// Whether `text` holds `part`. All blanks are alike and count once. A line break in `text` stands for a
/// blank or for nothing: Typst drops the blank at a line's end, and breaks after hyphens without one.
pub fn holds(text: &str, part: &str) -> bool {
    find(text, part).is_some()
}

/// Where `part` begins in [`flat`] text, as [`holds`] finds it.
pub fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part): (Vec<char>, Vec<char>) =
        (flat(text).chars().collect(), flat(part).replace('\n', " ").chars().collect());
    let part: Vec<char> = part.iter().collect::<String>().trim().chars().collect();
    assert!(!part.is_empty(), "nothing is everywhere");
    (0..text.len()).find(|start| begins(&text[*start..], &part))
}

fn begins(text: &[char], part: &[char]) -> bool {
    let mut at = 0;
    for wanted in part {
        loop {
            match text.get(at) {
                Some('\n') if *wanted == ' ' => break,
                // A line break nobody asked for: the word goes on behind it.
                Some('\n') if at > 0 => at += 1,
                Some(found) if found == wanted => break,
                _ => return false,
            }
        }
        at += 1;
    }
    true
}

/// A text whose blanks are single and plain, and whose line breaks swallow the blanks around them.
pub fn flat(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut waiting = None;
    for c in text.chars() {
        match c {
            '\n' => waiting = Some('\n'),
            ' ' | '\t' | '\r' | '\u{a0}' | '\u{202f}' => waiting = waiting.or(Some(' ')),
            c => {
                out.extend(waiting.take());
                out.push(c);
            }
        }
    }
    out
}

/// [a b c d e f] of a PDF: a point (x, y) becomes (ax + cy + e, bx + dy + f).
#[derive(Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn of(operands: &[Object]) -> Self {
        let mut numbers = [0.0; 6];
        for (to, from) in numbers.iter_mut().zip(operands) {
            *to = number(from);
        }
        Self(numbers)
    }

    /// First this one, then `then`.
    fn then(self, then: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, then.0);
        Self([a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u])
    }

    fn apply(self, x: f64, y: f64) -> Point {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

fn number(object: &Object) -> f64 {
    f64::from(object.as_float().unwrap_or_default())
}

/// How light a colour of one or three components is in print without colour (ISO 32000-1, 10.3.2).
fn grey(operands: &[Object]) -> f64 {
    match operands {
        [grey] => number(grey),
        [red, green, blue] => 0.3 * number(red) + 0.59 * number(green) + 0.11 * number(blue),
        other => panic!("the colour {other:?} is not understood here"),
    }
}

/// A font: how its codes read and how wide they are, in thousandths of its size.
struct Font<'a> {
    encoding: Encoding<'a>,
    code_bytes: usize,
    widths: BTreeMap<usize, f64>,
    default_width: f64,
}

impl Font<'_> {
    fn width(&self, code: &[u8]) -> f64 {
        let code = code.iter().fold(0, |n, byte| n * 256 + usize::from(*byte));
        self.widths.get(&code).copied().unwrap_or(self.default_width)
    }
}

/// Where the pen stands while a page's operators are read.
#[derive(Clone)]
struct Pen<'a> {
    ctm: Matrix,
    tm: Matrix,
    line: Matrix,
    font: Option<Rc<Font<'a>>>,
    size: f64,
    fill: f64,
    outline: f64,
}

impl Pen<'_> {
    /// Moves on along the line of text.
    fn go(&mut self, advance: f64) {
        self.tm = Matrix([1.0, 0.0, 0.0, 1.0, advance, 0.0]).then(self.tm);
    }
}

struct Reader<'a> {
    document: &'a Document,
    pages: Vec<ObjectId>,
    named: BTreeMap<Vec<u8>, &'a Object>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Document) -> Self {
        let mut reader = Self { document, pages: document.page_iter().collect(), named: BTreeMap::new() };
        let catalog = document.catalog().expect("a catalog");
        let mut named = BTreeMap::new();
        if let Some(tree) =
            reader.entry(catalog, b"Names").and_then(|names| reader.entry(reader.dictionary(names), b"Dests"))
        {
            reader.names(tree, &mut named);
        }
        reader.named = named;
        reader
    }

    fn resolved(&self, object: &'a Object) -> &'a Object {
        self.document.dereference(object).map_or(&Object::Null, |(_, object)| object)
    }

    fn entry(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        dictionary.get(key).ok().map(|object| self.resolved(object)).filter(|object| !object.is_null())
    }

    fn dictionary(&self, object: &'a Object) -> &'a Dictionary {
        match self.resolved(object) {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            other => panic!("a dictionary was expected, not {other:?}"),
        }
    }

    fn text(&self, dictionary: &'a Dictionary, key: &[u8]) -> Option<String> {
        self.entry(dictionary, key).map(|object| decode_text_string(object).expect("a text string"))
    }

    fn names(&self, tree: &'a Object, named: &mut BTreeMap<Vec<u8>, &'a Object>) {
        let tree = self.dictionary(tree);
        for pair in
            self.entry(tree, b"Names").and_then(|list| list.as_array().ok()).into_iter().flat_map(|l| l.chunks(2))
        {
            if let [name, target] = pair {
                named.insert(self.resolved(name).as_str().expect("a name").to_vec(), self.resolved(target));
            }
        }
        for kid in self.entry(tree, b"Kids").and_then(|list| list.as_array().ok()).into_iter().flatten() {
            self.names(kid, named);
        }
    }

    fn xmp_title(&self) -> String {
        let catalog = self.document.catalog().expect("a catalog");
        let metadata = self.entry(catalog, b"Metadata").and_then(|object| object.as_stream().ok());
        let bytes =
            metadata.map(|stream| stream.get_plain_content().expect("metadata that can be read")).unwrap_or_default();
        let xmp = String::from_utf8(bytes).expect("XMP is UTF-8");
        let inside = |text: &str, open: &str, close: &str| {
            let start = text.find(open)? + open.len();
            Some(text[start..start + text[start..].find(close)?].to_owned())
        };
        let title =
            inside(&xmp, "<dc:title>", "</dc:title>").and_then(|title| inside(&title, "x-default\">", "</rdf:li>"));
        let mut title = title.unwrap_or_default();
        for (entity, sign) in
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
        {
            title = title.replace(entity, sign);
        }
        title
    }

    fn font_names(&self) -> BTreeSet<String> {
        let of_type = |object: &&Object| object.as_dict().is_ok_and(|d| d.has_type(b"Font"));
        let names = self.document.objects.values().filter(of_type).filter_map(|object| {
            let name = object.as_dict().ok()?.get(b"BaseFont").ok()?.as_name().ok()?;
            let name = String::from_utf8_lossy(name).into_owned();
            let name = name.split_once('+').map_or(name.clone(), |(_, name)| name.to_owned());
            Some(name.trim_end_matches("-Identity-H").to_owned())
        });
        names.collect()
    }

    /// Where a destination leads to.
    fn spot_of(&self, target: &'a Object) -> Option<Spot> {
        match self.resolved(target) {
            Object::Array(parts) => {
                let page = parts.first()?.as_reference().ok()?;
                let page = self.pages.iter().position(|id| *id == page)? + 1;
                let point = match parts.as_slice() {
                    [_, Object::Name(kind), x, y, ..] if kind == b"XYZ" => Some((number(x), number(y))),
                    _ => None,
                };
                Some(Spot { page, point })
            }
            Object::String(name, _) | Object::Name(name) => self.spot_of(self.named.get(name)?),
            Object::Dictionary(dictionary) => self.spot_of(self.entry(dictionary, b"D")?),
            _ => None,
        }
    }

    /// The labels of the pages: a range of them begins at a position, with a style and a first number.
    fn labels(&self) -> Vec<String> {
        let catalog = self.document.catalog().expect("a catalog");
        let Some(tree) = self.entry(catalog, b"PageLabels") else { return Vec::new() };
        let ranges = self.entry(self.dictionary(tree), b"Nums").and_then(|list| list.as_array().ok());
        let ranges: Vec<(usize, &Dictionary)> = ranges
            .expect("labels stand in one list")
            .chunks(2)
            .map(|pair| (number(&pair[0]) as usize, self.dictionary(&pair[1])))
            .collect();
        let label = |at: usize| {
            let (start, range) = ranges.iter().rfind(|(start, _)| *start <= at)?;
            let style = self.entry(range, b"S").and_then(|style| style.as_name().ok());
            assert_eq!(style, Some(b"D".as_slice()), "pages have Arabic numbers");
            let first = self.entry(range, b"St").map_or(1, |first| number(first) as usize);
            Some((first + at - start).to_string())
        };
        (0..self.pages.len()).map(|at| label(at).unwrap_or_default()).collect()
    }

    fn outline(&self) -> Vec<Bookmark> {
        let catalog = self.document.catalog().expect("a catalog");
        let mut found = Vec::new();
        if let Some(outlines) = self.entry(catalog, b"Outlines") {
            self.bookmarks(self.dictionary(outlines), 1, &mut found);
        }
        found
    }

    fn bookmarks(&self, parent: &'a Dictionary, level: usize, found: &mut Vec<Bookmark>) {
        let mut next = self.entry(parent, b"First");
        while let Some(entry) = next.map(|object| self.dictionary(object)) {
            let target = self.entry(entry, b"Dest").or_else(|| self.entry(entry, b"A"));
            let title = self.text(entry, b"Title").expect("a bookmark has a title");
            let spot = target.and_then(|target| self.spot_of(target));
            found.push(Bookmark { level, title, page: spot.map(|spot| spot.page), spot });
            self.bookmarks(entry, level + 1, found);
            next = self.entry(entry, b"Next");
        }
    }

    fn page(&self, id: ObjectId) -> Page {
        let page = self.document.get_dictionary(id).expect("a page");
        let inherited = |key: &[u8]| {
            let mut node = page;
            loop {
                if let Some(found) = self.entry(node, key) {
                    return found;
                }
                node = self.dictionary(self.entry(node, b"Parent").expect("a page has what every page needs"));
            }
        };
        let area = |object: &'a Object| self.area(object);
        let media = area(inherited(b"MediaBox"));
        let mut sheet = Sheet {
            reader: self,
            text: String::new(),
            runs: Vec::new(),
            numbers: Vec::new(),
            shapes: Vec::new(),
            path: Path::default(),
            end: None,
            marked: Vec::new(),
            line: Vec::new(),
            digits: 0,
        };
        let content = self.document.get_page_content(id);
        let one = Matrix::ONE;
        let pen = Pen { ctm: one, tm: one, line: one, font: None, size: 0.0, fill: 0.0, outline: 0.0 };
        sheet.read(&content, self.dictionary(inherited(b"Resources")), pen);
        sheet.end_line();
        let annotations = self.entry(page, b"Annots").and_then(|list| list.as_array().ok());
        Page {
            text: sheet.text,
            runs: sheet.runs,
            numbers: sheet.numbers,
            shapes: sheet.shapes,
            links: annotations.into_iter().flatten().filter_map(|a| self.link(self.dictionary(a))).collect(),
            width: media.1.0 - media.0.0,
            height: media.1.1 - media.0.1,
            media,
            bleed: self.entry(page, b"BleedBox").map(area),
            trim: self.entry(page, b"TrimBox").map(area),
        }
    }

    fn area(&self, rectangle: &'a Object) -> Area {
        let corners: Vec<f64> = rectangle.as_array().expect("a rectangle").iter().map(number).collect();
        let [x, y, other_x, other_y] = corners[..] else { panic!("a rectangle has two corners") };
        ((x.min(other_x), y.min(other_y)), (x.max(other_x), y.max(other_y)))
    }

    fn headings(&self, pages: &[Page]) -> Vec<Heading> {
        let catalog = self.document.catalog().expect("a catalog");
        let mut found = Vec::new();
        if let Some(root) = self.entry(catalog, b"StructTreeRoot") {
            self.headings_in(self.dictionary(root), pages, &mut found);
        }
        found
    }

    fn headings_in(&self, element: &'a Dictionary, pages: &[Page], found: &mut Vec<Heading>) {
        let name = self.entry(element, b"S").and_then(|name| name.as_name().ok()).unwrap_or_default();
        if let [b'H', level @ b'1'..=b'6'] = name {
            let mut contents = Vec::new();
            self.contents_of(element, None, &mut contents);
            let runs: Vec<(usize, &Run)> = contents
                .iter()
                .flat_map(|(page, id)| pages[*page].runs.iter().map(move |run| (*page, id, run)))
                .filter(|(_, id, run)| run.marked == Some(**id))
                .map(|(page, _, run)| (page, run))
                .collect();
            let (page, first) = runs.first().expect("a heading says something");
            let text = runs.iter().map(|(_, run)| run.text.as_str()).collect();
            let (left, height) = first.start;
            let low = runs.iter().map(|(_, run)| run.start.1).fold(height, f64::min);
            found.push(Heading { level: usize::from(level - b'0'), text, page: page + 1, height, left, low });
            return;
        }
        for kid in self.kids(element).iter().filter_map(|kid| self.resolved(kid).as_dict().ok()) {
            self.headings_in(kid, pages, found);
        }
    }

    fn kids(&self, element: &'a Dictionary) -> &'a [Object] {
        match self.entry(element, b"K") {
            Some(Object::Array(kids)) => kids,
            Some(kid) => std::slice::from_ref(kid),
            None => &[],
        }
    }

    /// The marked contents below an element: position of the page, and number.
    fn contents_of(&self, element: &'a Dictionary, page: Option<ObjectId>, found: &mut Vec<(usize, i64)>) {
        let page = element.get(b"Pg").and_then(Object::as_reference).ok().or(page);
        let here = || self.pages.iter().position(|other| Some(*other) == page).expect("content stands on a page");
        let number = |id: &Object| id.as_i64().expect("a number of marked content");
        found.extend(self.entry(element, b"MCID").map(|id| (here(), number(id))));
        for kid in self.kids(element) {
            match self.resolved(kid) {
                Object::Dictionary(kid) => self.contents_of(kid, page, found),
                id => found.push((here(), number(id))),
            }
        }
    }

    fn files(&self) -> Vec<Carried> {
        let catalog = self.document.catalog().expect("a catalog");
        let list = self.entry(catalog, b"AF").map(|list| list.as_array().expect("a list of files"));
        let file = |object: &'a Object| {
            let file = self.dictionary(object);
            let stored = self.entry(file, b"EF").and_then(|stored| self.entry(self.dictionary(stored), b"F"));
            let stream = stored.and_then(|stream| stream.as_stream().ok()).expect("a file is stored");
            let name = |dictionary: &'a Dictionary, key: &[u8]| {
                let name = self.entry(dictionary, key).and_then(|name| name.as_name().ok()).unwrap_or_default();
                String::from_utf8_lossy(name).into_owned()
            };
            Carried {
                name: self.text(file, b"UF").unwrap_or_default(),
                relationship: name(file, b"AFRelationship"),
                mime: name(&stream.dict, b"Subtype"),
                content: stream.get_plain_content().expect("a file that can be read"),
            }
        };
        list.into_iter().flatten().map(file).collect()
    }

    fn link(&self, annotation: &'a Dictionary) -> Option<Link> {
        let subtype = self.entry(annotation, b"Subtype")?.as_name().ok()?;
        if subtype != b"Link" {
            return None;
        }
        Some(Link { areas: self.areas(annotation), target: self.target(annotation) })
    }

    fn target(&self, annotation: &'a Dictionary) -> Target {
        let action = self.entry(annotation, b"A").map(|action| self.dictionary(action));
        if let Some(uri) = action.and_then(|action| self.text(action, b"URI")) {
            return Target::Uri(uri);
        }
        let target = self.entry(annotation, b"Dest").or_else(|| self.entry(action?, b"D"));
        let spot = target.and_then(|target| self.spot_of(target));
        spot.map_or_else(|| Target::Broken(format!("{target:?}")), Target::Spot)
    }

    /// What one clicks on: the four corners of each line, else the rectangle.
    fn areas(&self, annotation: &'a Dictionary) -> Vec<Area> {
        let Some(corners) = self.entry(annotation, b"QuadPoints").and_then(|list| list.as_array().ok()) else {
            return self.entry(annotation, b"Rect").map(|rectangle| self.area(rectangle)).into_iter().collect();
        };
        let numbers: Vec<f64> = corners.iter().map(number).collect();
        let line = |quad: &[f64]| {
            let of = |at: usize, pick: fn(f64, f64) -> f64| {
                quad.iter().skip(at).step_by(2).copied().reduce(pick).expect("a line has corners")
            };
            ((of(0, f64::min), of(1, f64::min)), (of(0, f64::max), of(1, f64::max)))
        };
        numbers.chunks(8).map(line).collect()
    }

    fn fonts(&self, resources: &'a Dictionary) -> BTreeMap<Vec<u8>, Rc<Font<'a>>> {
        let fonts = self.entry(resources, b"Font").map(|fonts| self.dictionary(fonts));
        let entries = fonts.into_iter().flat_map(|fonts| fonts.iter());
        entries.map(|(name, font)| (name.clone(), Rc::new(self.font(self.dictionary(font))))).collect()
    }

    fn font(&self, font: &'a Dictionary) -> Font<'a> {
        let encoding = font.get_font_encoding(self.document).expect("a font says how its codes read");
        let mut widths = BTreeMap::new();
        let list = |dictionary: &'a Dictionary, key: &[u8]| {
            self.entry(dictionary, key).and_then(|list| list.as_array().ok()).map(Vec::as_slice).unwrap_or_default()
        };
        let Some(descendant) = list(font, b"DescendantFonts").first().map(|d| self.dictionary(d)) else {
            let first = self.entry(font, b"FirstChar").map_or(0.0, number) as usize;
            widths.extend(
                list(font, b"Widths").iter().enumerate().map(|(at, width)| (first + at, number(self.resolved(width)))),
            );
            return Font { encoding, code_bytes: 1, widths, default_width: 0.0 };
        };
        // W: `first [w w …]` or `first last w`, in any mixture.
        let mut rest = list(descendant, b"W");
        while let [first, second, tail @ ..] = rest {
            let first = number(self.resolved(first)) as usize;
            rest = match (self.resolved(second), tail) {
                (Object::Array(each), tail) => {
                    widths
                        .extend(each.iter().enumerate().map(|(at, width)| (first + at, number(self.resolved(width)))));
                    tail
                }
                (last, [width, tail @ ..]) => {
                    widths.extend((first..=number(last) as usize).map(|code| (code, number(self.resolved(width)))));
                    tail
                }
                _ => &[],
            };
        }
        let default_width = self.entry(descendant, b"DW").map_or(1000.0, number);
        Font { encoding, code_bytes: 2, widths, default_width }
    }
}

/// A page while its operators are read.
struct Sheet<'a, 'r> {
    reader: &'r Reader<'a>,
    text: String,
    runs: Vec<Run>,
    numbers: Vec<Number>,
    shapes: Vec<Shape>,
    /// The path that is being drawn and not painted yet.
    path: Path,
    /// Where the last piece of text ended.
    end: Option<Point>,
    /// The marked contents that are open.
    marked: Vec<Marked>,
    /// The signs painted one behind the other so far, and where each begins.
    line: Vec<(char, Point)>,
    /// How many digits were painted before them.
    digits: usize,
}

/// Marked content that is open.
#[derive(Default)]
struct Marked {
    /// Its number.
    id: Option<i64>,
    /// Its `ActualText`. The outer value: whether it has one; the inner one: until it is written.
    spoken: Option<Option<String>>,
}

#[derive(Default)]
struct Path {
    start: Point,
    at: Point,
    strokes: Vec<(Point, Point)>,
    curves: usize,
}

impl Path {
    fn go(&mut self, to: Point) {
        self.strokes.push((self.at, to));
        self.at = to;
    }
}

impl<'a> Sheet<'a, '_> {
    fn read(&mut self, content: &[u8], resources: &'a Dictionary, start: Pen<'a>) {
        let fonts = self.reader.fonts(resources);
        let operations = Content::decode(content).expect("operators that can be read").operations;
        let mut pen = start;
        let mut saved = Vec::new();
        for operation in operations {
            let operands = operation.operands.as_slice();
            match (operation.operator.as_str(), operands) {
                ("q", _) => saved.push(pen.clone()),
                ("Q", _) => pen = saved.pop().expect("a state that was saved"),
                ("cm", _) => pen.ctm = Matrix::of(operands).then(pen.ctm),
                ("BT", _) => (pen.tm, pen.line) = (Matrix::ONE, Matrix::ONE),
                ("Tf", [name, size]) => {
                    pen.font = fonts.get(name.as_name().expect("a font's name")).cloned();
                    pen.size = number(size);
                }
                ("Tm", _) => (pen.tm, pen.line) = (Matrix::of(operands), Matrix::of(operands)),
                ("Td", [x, y]) => {
                    pen.line = Matrix([1.0, 0.0, 0.0, 1.0, number(x), number(y)]).then(pen.line);
                    pen.tm = pen.line;
                }
                ("Tj", [shown]) => self.show(&mut pen, std::slice::from_ref(shown)),
                ("TJ", [Object::Array(list)]) => self.show(&mut pen, list),
                ("TD" | "T*" | "'" | "\"" | "Tc" | "Tw" | "Tz" | "TL" | "Ts", _) => {
                    panic!("the operator `{}` is not understood here", operation.operator)
                }
                ("BMC", _) => self.marked.push(Marked::default()),
                ("BDC", [_, properties]) => {
                    let marked = self.marked(properties, resources);
                    self.marked.push(marked);
                }
                ("EMC", _) => drop(self.marked.pop()),
                ("Do", [Object::Name(name)]) => self.form(name, resources, &pen),
                ("cs", _) => pen.fill = 0.0,
                ("CS", _) => pen.outline = 0.0,
                ("scn" | "sc" | "g" | "rg", colour) => pen.fill = grey(colour),
                ("SCN" | "SC" | "G" | "RG", colour) => pen.outline = grey(colour),
                ("k" | "K", _) => panic!("print in four colours is not understood here"),
                (operator, _) => self.draw(operator, operands, &pen),
            }
        }
    }

    /// Lines and areas: building a path, and painting it.
    fn draw(&mut self, operator: &str, operands: &[Object], pen: &Pen<'_>) {
        let point = |at: usize| pen.ctm.apply(number(&operands[at]), number(&operands[at + 1]));
        match operator {
            "m" => (self.path.start, self.path.at) = (point(0), point(0)),
            "l" => self.path.go(point(0)),
            "c" | "v" | "y" => {
                self.path.curves += 1;
                self.path.go(point(operands.len() - 2));
            }
            "h" => self.path.go(self.path.start),
            "re" => {
                let [x, y, width, height] = [0, 1, 2, 3].map(|at| number(&operands[at]));
                let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
                let corners = corners.map(|(x, y)| pen.ctm.apply(x, y));
                (self.path.start, self.path.at) = (corners[0], corners[0]);
                corners[1..].iter().chain(&corners[..1]).for_each(|corner| self.path.go(*corner));
            }
            "f" | "F" | "f*" => self.paint(Some(pen.fill), None),
            "S" | "s" => self.paint(None, Some(pen.outline)),
            "B" | "B*" | "b" | "b*" => self.paint(Some(pen.fill), Some(pen.outline)),
            "n" => self.path = Path::default(),
            _ => {}
        }
    }

    fn paint(&mut self, fill: Option<f64>, outline: Option<f64>) {
        let Path { strokes, curves, .. } = std::mem::take(&mut self.path);
        if !strokes.is_empty() {
            let order = self.order();
            self.shapes.push(Shape { strokes, curves, fill, outline, order });
        }
    }

    fn order(&self) -> usize {
        self.runs.len() + self.shapes.len()
    }

    fn marked(&self, properties: &Object, resources: &'a Dictionary) -> Marked {
        let properties = match properties {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Name(name) => {
                let all = self.reader.entry(resources, b"Properties").map(|all| self.reader.dictionary(all));
                all.and_then(|all| self.reader.entry(all, name)).map(|entry| self.reader.dictionary(entry))
            }
            _ => None,
        };
        let entry = |key: &[u8]| properties.and_then(|properties| properties.get(key).ok());
        Marked {
            id: entry(b"MCID").map(|id| id.as_i64().expect("a number")),
            spoken: entry(b"ActualText").map(|text| Some(decode_text_string(text).expect("a text string"))),
        }
    }

    fn form(&mut self, name: &[u8], resources: &'a Dictionary, pen: &Pen<'a>) {
        let objects = self.reader.entry(resources, b"XObject").map(|objects| self.reader.dictionary(objects));
        let Some(Object::Stream(form)) = objects.and_then(|objects| self.reader.entry(objects, name)) else { return };
        if form.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Form") {
            return;
        }
        let own = self.reader.entry(&form.dict, b"Resources").map_or(resources, |own| self.reader.dictionary(own));
        let matrix = self.reader.entry(&form.dict, b"Matrix").and_then(|m| m.as_array().ok());
        let matrix = matrix.map_or(Matrix::ONE, |m| Matrix::of(m));
        let content = form.get_plain_content().expect("a form that can be read");
        self.read(&content, own, Pen { ctm: matrix.then(pen.ctm), ..pen.clone() });
    }

    fn show(&mut self, pen: &mut Pen<'a>, list: &[Object]) {
        let font = Rc::clone(pen.font.as_ref().expect("text is set in a font"));
        let place = |pen: &Pen<'_>| pen.tm.then(pen.ctm).apply(0.0, 0.0);
        let start = place(pen);
        let mut text = String::new();
        let mut painted = Vec::new();
        for part in list {
            if let Object::String(codes, _) = part {
                for code in codes.chunks(font.code_bytes) {
                    let before = text.len();
                    font.encoding.write_to_string(code, &mut text).expect("a code that reads as text");
                    painted.extend(text[before..].chars().map(|c| (c, place(pen))));
                    pen.go(font.width(code) / 1000.0 * pen.size);
                }
            } else {
                pen.go(-number(part) / 1000.0 * pen.size);
            }
        }
        if let Some(spoken) = self.marked.iter_mut().find_map(|marked| marked.spoken.as_mut()) {
            text = spoken.take().unwrap_or_default();
        }
        let (x, y) = pen.tm.then(pen.ctm).apply(0.0, pen.size);
        let end = place(pen);
        let size = (x - end.0).hypot(y - end.1);
        let goes_on = self.end.is_some_and(|last| (last.0 - start.0).hypot(last.1 - start.1) < size * 0.2);
        if !goes_on {
            self.end_line();
            self.text.push_str(if self.text.is_empty() { "" } else { "\n" });
        }
        self.line.extend(painted);
        self.text.push_str(&text);
        self.end = Some(end);
        let marked = self.marked.iter().rev().find_map(|marked| marked.id);
        self.runs.push(Run { text, start, end, size, grey: pen.fill, order: self.order(), marked });
    }

    /// What was painted one behind the other ends here: the numbers in it.
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let digit = |at: usize| line.get(at).is_some_and(|(c, _)| c.is_ascii_digit());
        for at in 0..line.len() {
            let (sign, place) = line[at];
            let joins = matches!(sign, '.' | ',' | '\u{202f}') && at > 0 && digit(at - 1) && digit(at + 1);
            let joined = at > 1 && digit(at - 2) && matches!(line[at - 1].0, '.' | ',' | '\u{202f}');
            match self.numbers.last_mut() {
                Some(number) if joins || (digit(at) && at > 0 && digit(at - 1)) || (digit(at) && joined) => {
                    number.text.push(sign);
                }
                _ if digit(at) => self.numbers.push(Number { text: sign.to_string(), at: place, first: self.digits }),
                _ => {}
            }
            self.digits += usize::from(digit(at));
        }
    }
}

/// The numbers on a page of a document, counted from 1.
pub fn numbers_on(document: &Document, page: usize) -> Vec<Number> {
    let reader = Reader::new(document);
    reader.page(reader.pages[page - 1]).numbers
}

/// The labels that stand in a text, in order. Of labels that begin at one place the longest counts.
pub fn labels_in<'l>(text: &str, labels: &BTreeSet<&'l str>) -> Vec<&'l str> {
    let text: Vec<char> = flat(text).chars().collect();
    let mut wanted: Vec<(Vec<char>, &str)> =
        labels.iter().map(|label| (flat(label).chars().collect(), *label)).collect();
    wanted.sort_by_key(|(chars, _)| std::cmp::Reverse(chars.len()));
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let inside_a_word = at > 0 && (text[at - 1].is_alphanumeric() || text[at - 1] == '-');
        match wanted.iter().find(|(chars, _)| !inside_a_word && begins(&text[at..], chars)) {
            Some((chars, label)) => {
                found.push(*label);
                at += chars.len();
            }
            None => at += 1,
        }
    }
    found
}

#[test]
fn a_line_break_is_a_blank_or_nothing() {
    let text = "Kreis Schleswig-\nFlensburg\u{a0}%  x\nLandkreis\nGreiz";
    assert!(holds(text, "Kreis Schleswig-Flensburg % x Landkreis Greiz"));
    assert!(!holds(text, "KreisSchleswig"), "a blank is not nothing");
    assert!(!holds(text, "Schleswig - Flensburg"), "nothing is not a blank");
}

#[test]
fn the_longest_label_counts() {
    let labels = BTreeSet::from(["Kreis Offenbach", "Landkreis Offenbach", "Kreis Offen"]);
    assert_eq!(
        labels_in("1 Kreis\nOffenbach 2 Landkreis Offenbach", &labels),
        ["Kreis Offenbach", "Landkreis Offenbach"]
    );
}
