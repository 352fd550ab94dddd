//! A PDF as a file: finds its objects by number and unpacks its streams.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::damage::{Damage, DamageKind, DamagedPart};
use super::filters::{self, UNPACKED};
use super::lex::Lexer;
use super::value::{Dict, PdfValue, Stream};

/// The most that may be read in all, in bytes: values made, content interpreted, text found. Content that is used
/// again counts again.
const WORK: usize = 512 << 20;

/// The work one value counts as, in bytes.
const VALUE: usize = size_of::<PdfValue<'_>>();

/// How many objects a PDF may have (ISO 32000-1, annex C).
const OBJECTS: usize = 8_388_607;

/// The longest chain of objects that each need another one to be read first.
const DEEPEST: usize = 16;

/// Where an object is.
#[derive(Debug, Clone, Copy)]
enum ObjectEntry {
    /// There is no object with this number.
    Free,
    /// In the file from this byte on, with this generation.
    At(usize, u16),
    /// In the object stream with this number.
    In(u32),
}

/// An object stream, unpacked.
struct ObjectStream {
    bytes: Vec<u8>,
    /// Where each object begins, by its number.
    starts: HashMap<u32, usize>,
}

/// A table of objects.
#[derive(Debug, Clone, Copy, Default)]
pub struct ObjectTable {
    /// The byte it begins at.
    pub at: usize,
    /// Whether it is a stream.
    pub is_stream: bool,
}

/// An open PDF.
pub struct PdfFile<'a> {
    bytes: &'a [u8],
    entries: HashMap<u32, ObjectEntry>,
    newest: ObjectTable,
    trailer: Dict<'a>,
    object_streams: RefCell<HashMap<u32, Rc<ObjectStream>>>,
    /// How many bytes streams may still unpack to.
    unpacked: Cell<usize>,
    /// How much work may still be done, in bytes.
    work: Cell<usize>,
    /// How many objects are being read now, each because the one before needs it.
    depth: Cell<usize>,
}

impl<'a> PdfFile<'a> {
    /// Opens a file that is not encrypted.
    ///
    /// # Errors
    /// Those of [`PdfFile::any`], and an encrypted file.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damage> {
        let file = Self::any(bytes)?;
        if file.is_encrypted() { Err(Damage::new(DamageKind::Encrypted, "it is encrypted")) } else { Ok(file) }
    }

    /// Opens a file, encrypted or not, and reads its tables of objects.
    ///
    /// # Errors
    /// A file that is no PDF, and tables that are damaged.
    pub fn any(bytes: &'a [u8]) -> Result<Self, Damage> {
        let head = &bytes[..bytes.len().min(1024)];
        let start = head
            .windows(5)
            .position(|window| window == b"%PDF-")
            .ok_or(Damage::new(DamageKind::NotPdf, "it is not a PDF"))?;
        let bytes = &bytes[start..];
        let mut file = Self {
            bytes,
            entries: HashMap::new(),
            newest: ObjectTable::default(),
            trailer: Dict::default(),
            object_streams: RefCell::default(),
            unpacked: Cell::new(UNPACKED),
            work: Cell::new(WORK),
            depth: Cell::new(0),
        };
        let tail = bytes.len().saturating_sub(2048);
        let word = b"startxref";
        let at = bytes[tail..].windows(word.len()).rposition(|window| window == word);
        let at = tail + at.ok_or_else(no_end)? + word.len();
        let mut lexer = Lexer::new(bytes, at, 0);
        let first =
            lexer.whole().ok_or(Damage::new(DamageKind::Missing, "it does not say where its table of objects lies"))?;
        if !lexer.rest().windows(5).any(|window| window == b"%%EOF") {
            return Err(no_end());
        }
        file.tables(first)?;
        Ok(file)
    }

    /// Whether its strings and streams are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.trailer.get("Encrypt").is_some()
    }

    /// The newest table of objects.
    pub fn newest(&self) -> ObjectTable {
        self.newest
    }

    /// The trailer: the entries of all tables that describe the file as a whole.
    pub fn trailer(&self) -> &Dict<'a> {
        &self.trailer
    }

    /// The highest object number that is used or that the tables reserve.
    pub fn highest(&self) -> u32 {
        let size = self.trailer.get("Size").and_then(PdfValue::count).unwrap_or_default().min(OBJECTS);
        let known = self.entries.keys().copied().max().unwrap_or_default();
        known.max(u32::try_from(size).unwrap_or_default().saturating_sub(1))
    }

    /// The generation of an object; 0 of one that is not there.
    pub fn generation(&self, number: u32) -> u16 {
        if let Some(ObjectEntry::At(_, generation)) = self.entries.get(&number) { *generation } else { 0 }
    }

    /// Counts work done, in bytes.
    ///
    /// # Errors
    /// More work than the reader allows.
    pub fn charge(&self, bytes: usize) -> Result<(), Damage> {
        let left = self
            .work
            .get()
            .checked_sub(bytes)
            .ok_or_else(|| Damage::new(DamageKind::TooLarge, "there is more in it than can be read"))?;
        self.work.set(left);
        Ok(())
    }

    /// Reads one value and counts it.
    pub fn parse<'b>(&self, lexer: &mut Lexer<'b>) -> Result<PdfValue<'b>, Damage> {
        let before = (lexer.at, self.work.get() / VALUE);
        lexer.left = before.1;
        let value = lexer.value();
        self.charge(lexer.at.saturating_sub(before.0).saturating_add((before.1 - lexer.left) * VALUE))?;
        value
    }

    /// Reads all tables of objects, newest first; of two entries the one in the newer table counts.
    fn tables(&mut self, first: usize) -> Result<(), Damage> {
        let mut waiting = vec![first];
        let mut seen = HashSet::new();
        while let Some(at) = waiting.pop() {
            if !seen.insert(at) {
                continue;
            }
            let damaged = |damage: Damage| damage.in_part(DamagedPart::ObjectTable);
            let mut lexer = Lexer::new(self.bytes, at, 0);
            let trailer = if lexer.skip(b"xref") {
                let trailer = self.table(&mut lexer).map_err(damaged)?;
                self.charge(lexer.at - at.min(lexer.at))?;
                trailer
            } else {
                self.table_stream(at).map_err(damaged)?
            };
            if at == first {
                self.newest = ObjectTable { at, is_stream: trailer.is("Type", "XRef") };
            }
            waiting.extend(trailer.get("Prev").and_then(PdfValue::count));
            waiting.extend(trailer.get("XRefStm").and_then(PdfValue::count));
            for (key, value) in trailer.0 {
                if self.trailer.bytes(&key).is_none() {
                    self.trailer.0.push((key, value));
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, number: usize, entry: ObjectEntry) -> Result<(), Damage> {
        self.charge(size_of::<ObjectEntry>())?;
        match u32::try_from(number) {
            Ok(known) if number <= OBJECTS => {
                self.entries.entry(known).or_insert(entry);
                Ok(())
            }
            _ => Err(Damage::new(DamageKind::Invalid, format!("there is no object {number}"))),
        }
    }

    fn table(&mut self, lexer: &mut Lexer<'a>) -> Result<Dict<'a>, Damage> {
        while !lexer.skip(b"trailer") {
            let (Some(start), Some(count)) = (lexer.whole(), lexer.whole()) else {
                return Err(lexer.syntax_error("no section begins"));
            };
            for at in 0..count {
                let (Some(offset), Some(generation)) = (lexer.whole(), lexer.whole()) else {
                    return Err(lexer.syntax_error("no entry stands"));
                };
                let entry = if lexer.skip(b"n") {
                    ObjectEntry::At(offset, u16::try_from(generation).unwrap_or(u16::MAX))
                } else if lexer.skip(b"f") {
                    ObjectEntry::Free
                } else {
                    return Err(lexer.syntax_error("no entry stands"));
                };
                self.enter(start.saturating_add(at), entry)?;
            }
        }
        let PdfValue::Dict(dict) = self.parse(lexer)? else {
            return Err(Damage::new(DamageKind::Missing, "no dictionary follows it"));
        };
        Ok(dict)
    }

    fn table_stream(&mut self, at: usize) -> Result<Dict<'a>, Damage> {
        let PdfValue::Stream(stream) = self.indirect(at, None)? else {
            return Err(Damage::new(DamageKind::Missing, "there is none").at_byte(at));
        };
        if !stream.dict.is("Type", "XRef") {
            return Err(Damage::new(DamageKind::Missing, "there is none").at_byte(at));
        }
        let content = self.unpack(&stream)?;
        let counts = |key: &str| {
            stream.dict.get(key).and_then(PdfValue::array)?.iter().map(PdfValue::count).collect::<Option<Vec<usize>>>()
        };
        let Some(&[kind, second, third]) = counts("W").as_deref() else {
            return Err(Damage::new(DamageKind::Missing, "the widths of its fields are missing"));
        };
        let size = stream
            .dict
            .get("Size")
            .and_then(PdfValue::count)
            .ok_or(Damage::new(DamageKind::Missing, "its size is missing"))?;
        let sections = counts("Index").unwrap_or_else(|| vec![0, size]);
        let width = [kind, second, third].iter().try_fold(0, |sum, width| (*width <= 8).then(|| sum + width));
        let width = width
            .filter(|width| *width > 0)
            .ok_or(Damage::new(DamageKind::Invalid, "the widths of its fields make no sense"))?;
        let mut rows = content.chunks_exact(width);
        for section in sections.chunks_exact(2) {
            for at in 0..section[1] {
                let row = rows.next().ok_or_else(|| Damage::new(DamageKind::Truncated, "it breaks off"))?;
                let whole = |bytes: &[u8]| bytes.iter().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
                let whole = |bytes: &[u8]| usize::try_from(whole(bytes)).unwrap_or(usize::MAX);
                let generation = || u16::try_from(whole(&row[kind + second..])).unwrap_or(u16::MAX);
                let entry = match if kind == 0 { 1 } else { whole(&row[..kind]) } {
                    1 => ObjectEntry::At(whole(&row[kind..kind + second]), generation()),
                    2 => ObjectEntry::In(u32::try_from(whole(&row[kind..kind + second])).unwrap_or(u32::MAX)),
                    _ => ObjectEntry::Free,
                };
                self.enter(section[0].saturating_add(at), entry)?;
            }
        }
        Ok(stream.dict)
    }

    /// An object by its number; null when there is none.
    ///
    /// # Errors
    /// A damaged object, and one that needs itself to be read.
    pub fn object(&self, number: u32) -> Result<PdfValue<'a>, Damage> {
        if self.depth.get() > DEEPEST {
            return Err(circular(number));
        }
        self.depth.set(self.depth.get() + 1);
        let object = match self.entries.get(&number) {
            None | Some(ObjectEntry::Free) => Ok(PdfValue::Null),
            Some(ObjectEntry::At(offset, _)) => self.indirect(*offset, Some(number)),
            Some(ObjectEntry::In(container)) => self.streamed(*container, number),
        };
        self.depth.set(self.depth.get() - 1);
        object
    }

    fn indirect(&self, offset: usize, number: Option<u32>) -> Result<PdfValue<'a>, Damage> {
        let damaged = |damage: Damage| damage.in_part(DamagedPart::Object(number));
        let mut lexer = Lexer::new(self.bytes, offset, 0);
        let (found, _) = (lexer.whole(), lexer.whole());
        let right = number.is_none_or(|number| found == usize::try_from(number).ok());
        if found.is_none() || !right || !lexer.skip(b"obj") {
            return Err(damaged(Damage::new(DamageKind::Missing, "it is not").at_byte(offset)));
        }
        let value = self.parse(&mut lexer).map_err(damaged)?;
        if lexer.skip(b"endobj") {
            return Ok(value);
        }
        let PdfValue::Dict(dict) = value else { return Err(damaged(lexer.syntax_error("it has no end"))) };
        if !lexer.skip(b"stream") {
            return Err(damaged(lexer.syntax_error("it has no end")));
        }
        match lexer.rest() {
            [b'\r', b'\n', ..] => lexer.at += 2,
            [b'\n', ..] => lexer.at += 1,
            _ => return Err(damaged(lexer.syntax_error("its stream does not begin"))),
        }
        let length = dict.get("Length").map(|length| self.resolved(length)).transpose()?;
        let length = length.as_deref().and_then(PdfValue::count);
        let length =
            length.ok_or_else(|| damaged(Damage::new(DamageKind::Missing, "the length of its stream is missing")))?;
        let packed = lexer
            .rest()
            .get(..length)
            .ok_or_else(|| damaged(Damage::new(DamageKind::Truncated, "its stream breaks off")))?;
        lexer.at += length;
        if !lexer.skip(b"endstream") || !lexer.skip(b"endobj") {
            return Err(damaged(lexer.syntax_error("its stream has no end")));
        }
        Ok(PdfValue::Stream(Box::new(Stream { dict, packed })))
    }

    fn streamed(&self, container: u32, number: u32) -> Result<PdfValue<'a>, Damage> {
        let known = self.object_streams.borrow().get(&container).cloned();
        let packed = if let Some(packed) = known {
            packed
        } else {
            let packed = Rc::new(self.object_stream(container)?);
            self.object_streams.borrow_mut().insert(container, Rc::clone(&packed));
            packed
        };
        let Some(start) = packed.starts.get(&number) else {
            return Err(Damage::new(DamageKind::Missing, format!("object {number} is not in object {container}")));
        };
        let mut lexer = Lexer::new(&packed.bytes, *start, 0);
        let value = self.parse(&mut lexer).map_err(|damage| damage.in_part(DamagedPart::Object(Some(number))))?;
        Ok(value.untied())
    }

    fn object_stream(&self, container: u32) -> Result<ObjectStream, Damage> {
        let damaged =
            || Damage::new(DamageKind::Invalid, "it holds no objects").in_part(DamagedPart::Object(Some(container)));
        let Some(ObjectEntry::At(offset, _)) = self.entries.get(&container) else { return Err(damaged()) };
        let PdfValue::Stream(stream) = self.indirect(*offset, Some(container))? else { return Err(damaged()) };
        let count = |key: &str| stream.dict.get(key).and_then(PdfValue::count).ok_or_else(damaged);
        let (many, first) = (count("N")?, count("First")?);
        let bytes = self.unpack(&stream)?.into_owned();
        let mut lexer = Lexer::new(&bytes, 0, 0);
        let mut starts = HashMap::new();
        for _ in 0..many {
            let (Some(number), Some(start)) = (lexer.whole(), lexer.whole()) else { return Err(damaged()) };
            self.charge(size_of::<(u32, usize)>())?;
            starts.insert(u32::try_from(number).map_err(|_| damaged())?, first.saturating_add(start));
        }
        Ok(ObjectStream { bytes, starts })
    }

    /// The value itself or, of a reference, the object it refers to.
    pub fn resolved<'v>(&self, value: &'v PdfValue<'a>) -> Result<Cow<'v, PdfValue<'a>>, Damage> {
        let PdfValue::Reference(number) = value else { return Ok(Cow::Borrowed(value)) };
        let mut object = self.object(*number)?;
        for _ in 0..DEEPEST {
            let PdfValue::Reference(next) = object else { return Ok(Cow::Owned(object)) };
            object = self.object(next)?;
        }
        Err(circular(*number))
    }

    /// The value of an entry of a dictionary, references followed; null when there is none.
    pub fn entry<'v>(&self, dict: &'v Dict<'a>, key: &str) -> Result<Cow<'v, PdfValue<'a>>, Damage> {
        self.charge(dict.0.len())?;
        dict.get(key).map_or(Ok(Cow::Owned(PdfValue::Null)), |value| self.resolved(value))
    }

    /// The value of an entry that is a dictionary itself; empty when it is none.
    pub fn dict(&self, dict: &Dict<'a>, key: &str) -> Result<Dict<'a>, Damage> {
        Ok(self.entry(dict, key)?.into_owned().into_dict().unwrap_or_default())
    }

    /// The catalog: the dictionary from which everything else is found.
    pub fn catalog(&self) -> Result<Dict<'a>, Damage> {
        let catalog = self.dict(&self.trailer, "Root")?;
        if catalog.0.is_empty() { Err(Damage::new(DamageKind::Missing, "its catalog is missing")) } else { Ok(catalog) }
    }

    /// The unpacked bytes of a stream.
    ///
    /// # Errors
    /// A stream that is damaged, too long, or packed in a way that is not supported.
    pub fn unpack(&self, stream: &Stream<'a>) -> Result<Cow<'a, [u8]>, Damage> {
        let list = |key: &str| -> Result<Vec<PdfValue<'a>>, Damage> {
            Ok(match self.entry(&stream.dict, key)?.into_owned() {
                PdfValue::Array(array) => array,
                PdfValue::Null => Vec::new(),
                one => vec![one],
            })
        };
        let (filters, parameters) = (list("Filter")?, list("DecodeParms")?);
        let mut content = Cow::Borrowed(stream.packed);
        for (at, filter) in filters.iter().enumerate() {
            let filter = self.resolved(filter)?;
            let name = filter.name().unwrap_or_default();
            let parameters = parameters.get(at).map(|p| self.resolved(p)).transpose()?;
            let parameters = parameters.as_deref().and_then(PdfValue::dict);
            let limit = self.unpacked.get();
            let unpacked = match name {
                b"FlateDecode" => filters::inflated(&content, limit),
                b"LZWDecode" => {
                    let late = parameters.and_then(|p| p.get("EarlyChange")).and_then(PdfValue::count) == Some(0);
                    filters::lzw(&content, !late, limit)
                }
                b"ASCII85Decode" => filters::ascii85(&content, limit),
                b"ASCIIHexDecode" => filters::hexadecimal(&content),
                name => {
                    let what = format!("a stream is packed as {}", String::from_utf8_lossy(name));
                    Err(Damage::new(DamageKind::Unsupported, what))
                }
            }?;
            self.unpacked.set(limit.checked_sub(unpacked.len()).ok_or_else(filters::too_long)?);
            content = Cow::Owned(match parameters {
                Some(parameters) if matches!(name, b"FlateDecode" | b"LZWDecode") => {
                    filters::predicted(unpacked, parameters)?
                }
                _ => unpacked,
            });
        }
        Ok(content)
    }

    /// A rectangle: left, lower, right, upper; `None` when the entry is none.
    pub fn rectangle(&self, dict: &Dict<'a>, key: &str) -> Result<Option<[f64; 4]>, Damage> {
        let rect = self.entry(dict, key)?;
        let Some([a, b, c, d]) = rect.array() else { return Ok(None) };
        let mut corners = [0.0; 4];
        for (to, from) in corners.iter_mut().zip([a, b, c, d]) {
            let Some(number) = self.resolved(from)?.number() else { return Ok(None) };
            *to = number;
        }
        let [a, b, c, d] = corners;
        Ok(Some([a.min(c), b.min(d), a.max(c), b.max(d)]))
    }
}

fn no_end() -> Damage {
    Damage::new(DamageKind::Truncated, "its end is missing")
}

fn circular(number: u32) -> Damage {
    Damage::new(DamageKind::Circular, format!("object {number} leads to itself"))
}
