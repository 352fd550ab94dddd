//! A PDF as a file: where its objects lie, and what its streams hold.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::rc::Rc;

use flate2::read::ZlibDecoder;

use super::filters::{self, Fault};
use super::lex::{Dict, Lexer, Stream, Value};

/// How many bytes the streams of a file may unpack to, all together.
const UNPACKED: usize = 256 << 20;

/// How much may be read in all, in bytes: values made, content run over, text found. Content that is used
/// again counts again.
const WORK: usize = 512 << 20;

/// What a value counts as work.
const VALUE: usize = size_of::<Value<'_>>();

/// How many objects a PDF may have (ISO 32000-1, annex C).
const OBJECTS: usize = 8_388_607;

/// How often reading an object may need another object first.
const DEEPEST: usize = 16;

/// Where an object lies.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Free,
    /// From this byte on, in this generation.
    At(usize, u16),
    In(u32),
}

/// The objects of an object stream.
struct Packed {
    bytes: Vec<u8>,
    starts: HashMap<u32, usize>,
}

/// The newest table of objects.
#[derive(Debug, Clone, Copy, Default)]
pub struct Table {
    /// The byte it begins at.
    pub at: usize,
    /// Whether it is a stream.
    pub is_stream: bool,
}

/// An open file.
pub struct File<'a> {
    bytes: &'a [u8],
    entries: HashMap<u32, Entry>,
    newest: Table,
    trailer: Dict<'a>,
    packed: RefCell<HashMap<u32, Rc<Packed>>>,
    unpacked: Cell<usize>,
    work: Cell<usize>,
    depth: Cell<usize>,
}

impl<'a> File<'a> {
    /// Finds the objects of a file that is not encrypted.
    pub fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let file = Self::any(bytes)?;
        if file.is_encrypted() { Err("it is encrypted".to_owned()) } else { Ok(file) }
    }

    /// Finds the objects of a file, encrypted or not.
    pub fn any(bytes: &'a [u8]) -> Result<Self, String> {
        let head = &bytes[..bytes.len().min(1024)];
        let start = head.windows(5).position(|window| window == b"%PDF-").ok_or("it is not a PDF")?;
        let bytes = &bytes[start..];
        let mut file = Self {
            bytes,
            entries: HashMap::new(),
            newest: Table::default(),
            trailer: Dict::default(),
            packed: RefCell::default(),
            unpacked: Cell::new(UNPACKED),
            work: Cell::new(WORK),
            depth: Cell::new(0),
        };
        let tail = bytes.len().saturating_sub(2048);
        let word = b"startxref";
        let at = bytes[tail..].windows(word.len()).rposition(|window| window == word);
        let at = tail + at.ok_or("its end is missing")? + word.len();
        let mut lexer = Lexer::new(bytes, at, 0);
        let first = lexer.whole().ok_or("it does not say where its table of objects lies")?;
        if !lexer.rest().windows(5).any(|window| window == b"%%EOF") {
            return Err("its end is missing".to_owned());
        }
        file.tables(first)?;
        Ok(file)
    }

    /// Whether its strings and streams are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.trailer.get("Encrypt").is_some()
    }

    /// The newest table of objects.
    pub fn newest(&self) -> Table {
        self.newest
    }

    /// What the tables of objects say of the file as a whole.
    pub fn trailer(&self) -> &Dict<'a> {
        &self.trailer
    }

    /// The highest number an object has or, as the tables say, could have.
    pub fn highest(&self) -> u32 {
        let size = self.trailer.get("Size").and_then(Value::count).unwrap_or_default().min(OBJECTS);
        let known = self.entries.keys().copied().max().unwrap_or_default();
        known.max(u32::try_from(size).unwrap_or_default().saturating_sub(1))
    }

    /// The generation of an object; 0 of one that is not there.
    pub fn generation(&self, number: u32) -> u16 {
        if let Some(Entry::At(_, generation)) = self.entries.get(&number) { *generation } else { 0 }
    }

    /// Counts work done.
    pub fn charge(&self, bytes: usize) -> Result<(), String> {
        let left = self.work.get().checked_sub(bytes).ok_or("there is more in it than can be read")?;
        self.work.set(left);
        Ok(())
    }

    /// Reads one value and counts it.
    pub fn parse<'b>(&self, lexer: &mut Lexer<'b>) -> Result<Value<'b>, String> {
        let before = (lexer.at, self.work.get() / VALUE);
        lexer.left = before.1;
        let value = lexer.value();
        self.charge(lexer.at.saturating_sub(before.0).saturating_add((before.1 - lexer.left) * VALUE))?;
        value
    }

    /// All tables of objects, newest first: what a newer one says counts.
    fn tables(&mut self, first: usize) -> Result<(), String> {
        let mut waiting = vec![first];
        let mut seen = HashSet::new();
        while let Some(at) = waiting.pop() {
            if !seen.insert(at) {
                continue;
            }
            let damaged = |what: String| format!("its table of objects is damaged: {what}");
            let mut lexer = Lexer::new(self.bytes, at, 0);
            let trailer = if lexer.skip(b"xref") {
                let trailer = self.table(&mut lexer).map_err(damaged)?;
                self.charge(lexer.at - at.min(lexer.at))?;
                trailer
            } else {
                self.table_stream(at).map_err(damaged)?
            };
            if at == first {
                self.newest = Table { at, is_stream: trailer.is("Type", "XRef") };
            }
            waiting.extend(trailer.get("Prev").and_then(Value::count));
            waiting.extend(trailer.get("XRefStm").and_then(Value::count));
            for (key, value) in trailer.0 {
                if self.trailer.bytes(&key).is_none() {
                    self.trailer.0.push((key, value));
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, number: usize, entry: Entry) -> Result<(), String> {
        self.charge(size_of::<Entry>())?;
        match u32::try_from(number) {
            Ok(known) if number <= OBJECTS => {
                self.entries.entry(known).or_insert(entry);
                Ok(())
            }
            _ => Err(format!("there is no object {number}")),
        }
    }

    fn table(&mut self, lexer: &mut Lexer<'a>) -> Result<Dict<'a>, String> {
        while !lexer.skip(b"trailer") {
            let (Some(start), Some(count)) = (lexer.whole(), lexer.whole()) else {
                return Err(lexer.broken("no section begins"));
            };
            for at in 0..count {
                let (Some(offset), Some(generation)) = (lexer.whole(), lexer.whole()) else {
                    return Err(lexer.broken("no entry stands"));
                };
                let entry = if lexer.skip(b"n") {
                    Entry::At(offset, u16::try_from(generation).unwrap_or(u16::MAX))
                } else if lexer.skip(b"f") {
                    Entry::Free
                } else {
                    return Err(lexer.broken("no entry stands"));
                };
                self.enter(start.saturating_add(at), entry)?;
            }
        }
        match self.parse(lexer)? {
            Value::Dict(dict) => Ok(dict),
            _ => Err("no dictionary follows it".to_owned()),
        }
    }

    fn table_stream(&mut self, at: usize) -> Result<Dict<'a>, String> {
        let Value::Stream(stream) = self.indirect(at, None)? else {
            return Err(format!("there is none at byte {at}"));
        };
        if !stream.dict.is("Type", "XRef") {
            return Err(format!("there is none at byte {at}"));
        }
        let content = self.unpack(&stream)?;
        let counts = |key: &str| {
            stream.dict.get(key).and_then(Value::array)?.iter().map(Value::count).collect::<Option<Vec<usize>>>()
        };
        let Some(&[kind, second, third]) = counts("W").as_deref() else {
            return Err("the widths of its fields are missing".to_owned());
        };
        let size = stream.dict.get("Size").and_then(Value::count).ok_or("its size is missing")?;
        let sections = counts("Index").unwrap_or_else(|| vec![0, size]);
        let width = [kind, second, third].iter().try_fold(0, |sum, width| (*width <= 8).then(|| sum + width));
        let width = width.filter(|width| *width > 0).ok_or("the widths of its fields make no sense")?;
        let mut rows = content.chunks_exact(width);
        for section in sections.chunks_exact(2) {
            for at in 0..section[1] {
                let row = rows.next().ok_or("it breaks off")?;
                let whole = |bytes: &[u8]| bytes.iter().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
                let whole = |bytes: &[u8]| usize::try_from(whole(bytes)).unwrap_or(usize::MAX);
                let generation = || u16::try_from(whole(&row[kind + second..])).unwrap_or(u16::MAX);
                let entry = match if kind == 0 { 1 } else { whole(&row[..kind]) } {
                    1 => Entry::At(whole(&row[kind..kind + second]), generation()),
                    2 => Entry::In(u32::try_from(whole(&row[kind..kind + second])).unwrap_or(u32::MAX)),
                    _ => Entry::Free,
                };
                self.enter(section[0].saturating_add(at), entry)?;
            }
        }
        Ok(stream.dict)
    }

    /// An object by its number; one that is not there is null.
    pub fn object(&self, number: u32) -> Result<Value<'a>, String> {
        if self.depth.get() > DEEPEST {
            return Err(format!("object {number} leads to itself"));
        }
        self.depth.set(self.depth.get() + 1);
        let object = match self.entries.get(&number) {
            None | Some(Entry::Free) => Ok(Value::Null),
            Some(Entry::At(offset, _)) => self.indirect(*offset, Some(number)),
            Some(Entry::In(container)) => self.streamed(*container, number),
        };
        self.depth.set(self.depth.get() - 1);
        object
    }

    fn indirect(&self, offset: usize, number: Option<u32>) -> Result<Value<'a>, String> {
        let named = number.map_or_else(|| "an object".to_owned(), |number| format!("object {number}"));
        let damaged = |what: String| format!("{named} is damaged: {what}");
        let mut lexer = Lexer::new(self.bytes, offset, 0);
        let (found, _) = (lexer.whole(), lexer.whole());
        let right = number.is_none_or(|number| found == usize::try_from(number).ok());
        if found.is_none() || !right || !lexer.skip(b"obj") {
            return Err(damaged(format!("it is not at byte {offset}")));
        }
        let value = self.parse(&mut lexer).map_err(damaged)?;
        if lexer.skip(b"endobj") {
            return Ok(value);
        }
        let Value::Dict(dict) = value else { return Err(damaged(lexer.broken("it has no end"))) };
        if !lexer.skip(b"stream") {
            return Err(damaged(lexer.broken("it has no end")));
        }
        match lexer.rest() {
            [b'\r', b'\n', ..] => lexer.at += 2,
            [b'\n', ..] => lexer.at += 1,
            _ => return Err(damaged(lexer.broken("its stream does not begin"))),
        }
        let length = dict.get("Length").map(|length| self.resolved(length)).transpose()?;
        let length = length.as_deref().and_then(Value::count);
        let length = length.ok_or_else(|| damaged("the length of its stream is missing".to_owned()))?;
        let packed = lexer.rest().get(..length).ok_or_else(|| damaged("its stream breaks off".to_owned()))?;
        lexer.at += length;
        if !lexer.skip(b"endstream") || !lexer.skip(b"endobj") {
            return Err(damaged(lexer.broken("its stream has no end")));
        }
        Ok(Value::Stream(Box::new(Stream { dict, packed })))
    }

    fn streamed(&self, container: u32, number: u32) -> Result<Value<'a>, String> {
        let known = self.packed.borrow().get(&container).cloned();
        let packed = if let Some(packed) = known {
            packed
        } else {
            let packed = Rc::new(self.packed_objects(container)?);
            self.packed.borrow_mut().insert(container, Rc::clone(&packed));
            packed
        };
        let Some(start) = packed.starts.get(&number) else {
            return Err(format!("object {number} is not in object {container}"));
        };
        let mut lexer = Lexer::new(&packed.bytes, *start, 0);
        let value = self.parse(&mut lexer).map_err(|what| format!("object {number} is damaged: {what}"))?;
        Ok(value.untied())
    }

    fn packed_objects(&self, container: u32) -> Result<Packed, String> {
        let damaged = || format!("object {container} is damaged: it holds no objects");
        let Some(Entry::At(offset, _)) = self.entries.get(&container) else { return Err(damaged()) };
        let Value::Stream(stream) = self.indirect(*offset, Some(container))? else { return Err(damaged()) };
        let count = |key: &str| stream.dict.get(key).and_then(Value::count).ok_or_else(damaged);
        let (many, first) = (count("N")?, count("First")?);
        let bytes = self.unpack(&stream)?.into_owned();
        let mut lexer = Lexer::new(&bytes, 0, 0);
        let mut starts = HashMap::new();
        for _ in 0..many {
            let (Some(number), Some(start)) = (lexer.whole(), lexer.whole()) else { return Err(damaged()) };
            self.charge(size_of::<(u32, usize)>())?;
            starts.insert(u32::try_from(number).map_err(|_| damaged())?, first.saturating_add(start));
        }
        Ok(Packed { bytes, starts })
    }

    /// What a value is, or what it refers to.
    pub fn resolved<'v>(&self, value: &'v Value<'a>) -> Result<Cow<'v, Value<'a>>, String> {
        let Value::Reference(number) = value else { return Ok(Cow::Borrowed(value)) };
        let mut object = self.object(*number)?;
        for _ in 0..DEEPEST {
            let Value::Reference(next) = object else { return Ok(Cow::Owned(object)) };
            object = self.object(next)?;
        }
        Err(format!("object {number} leads to itself"))
    }

    /// An entry of a dictionary, or what it refers to; null when there is none.
    pub fn entry<'v>(&self, dict: &'v Dict<'a>, key: &str) -> Result<Cow<'v, Value<'a>>, String> {
        self.charge(dict.0.len())?;
        dict.get(key).map_or(Ok(Cow::Owned(Value::Null)), |value| self.resolved(value))
    }

    /// An entry of a dictionary that is one itself; empty when it is none.
    pub fn dict(&self, dict: &Dict<'a>, key: &str) -> Result<Dict<'a>, String> {
        Ok(match self.entry(dict, key)?.into_owned() {
            Value::Dict(dict) => dict,
            Value::Stream(stream) => stream.dict,
            _ => Dict::default(),
        })
    }

    /// The dictionary everything is found from.
    pub fn catalog(&self) -> Result<Dict<'a>, String> {
        let catalog = self.dict(&self.trailer, "Root")?;
        if catalog.0.is_empty() { Err("its catalog is missing".to_owned()) } else { Ok(catalog) }
    }

    /// What a stream holds.
    pub fn unpack(&self, stream: &Stream<'a>) -> Result<Cow<'a, [u8]>, String> {
        let list = |key: &str| -> Result<Vec<Value<'a>>, String> {
            Ok(match self.entry(&stream.dict, key)?.into_owned() {
                Value::Array(array) => array,
                Value::Null => Vec::new(),
                one => vec![one],
            })
        };
        let (filters, parameters) = (list("Filter")?, list("DecodeParms")?);
        let mut content = Cow::Borrowed(stream.packed);
        for (at, filter) in filters.iter().enumerate() {
            let filter = self.resolved(filter)?;
            let name = filter.name().unwrap_or_default();
            let parameters = parameters.get(at).map(|p| self.resolved(p)).transpose()?;
            let parameters = parameters.as_deref().and_then(Value::dict);
            let limit = self.unpacked.get();
            let unpacked = match name {
                b"FlateDecode" => inflated(&content, limit),
                b"LZWDecode" => {
                    let late = parameters.and_then(|p| p.get("EarlyChange")).and_then(Value::count) == Some(0);
                    filters::lzw(&content, !late, limit).map_err(said)
                }
                b"ASCII85Decode" => filters::ascii85(&content, limit).map_err(said),
                b"ASCIIHexDecode" => filters::hexadecimal(&content).map_err(said),
                name => Err(format!("a stream is packed as {}", String::from_utf8_lossy(name))),
            }?;
            self.unpacked.set(limit.checked_sub(unpacked.len()).ok_or_else(too_long)?);
            content = Cow::Owned(match parameters {
                Some(parameters) if matches!(name, b"FlateDecode" | b"LZWDecode") => predicted(unpacked, parameters)?,
                _ => unpacked,
            });
        }
        Ok(content)
    }
}

fn too_long() -> String {
    format!("its streams unpack to more than {} MB", UNPACKED >> 20)
}

fn said(fault: Fault) -> String {
    match fault {
        Fault::TooLong => too_long(),
        Fault::Damaged(what) => format!("a stream is damaged: {what}"),
    }
}

fn inflated(packed: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::with_capacity(packed.len().saturating_mul(3).min(limit));
    let read = ZlibDecoder::new(packed).take(limit as u64 + 1).read_to_end(&mut unpacked);
    if unpacked.len() > limit {
        return Err(too_long());
    }
    read.map_err(|error| format!("a stream is damaged: {error}"))?;
    Ok(unpacked)
}

/// Takes back what was done to rows before packing (PNG's predictors).
fn predicted(bytes: Vec<u8>, parameters: &Dict<'_>) -> Result<Vec<u8>, String> {
    let count = |key: &str, without: usize| parameters.get(key).map_or(Some(without), Value::count);
    match count("Predictor", 1) {
        Some(1) => return Ok(bytes),
        Some(10..=15) => {}
        _ => return Err("a stream is packed with an unknown predictor".to_owned()),
    }
    let bits = |colors: usize, bits: usize| colors.checked_mul(bits).map(|bits| bits.div_ceil(8));
    let pixel = count("Colors", 1).zip(count("BitsPerComponent", 8)).and_then(|(c, b)| bits(c, b));
    let row = pixel.zip(count("Columns", 1)).and_then(|(pixel, columns)| pixel.checked_mul(columns));
    let (Some(pixel @ 1..), Some(row @ 1..)) = (pixel, row.filter(|row| *row < bytes.len())) else {
        return Err("a stream is packed with an unknown predictor".to_owned());
    };
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in bytes.chunks_exact(row + 1) {
        let begin = out.len();
        for (at, byte) in line[1..].iter().enumerate() {
            let left = if at >= pixel { out[begin + at - pixel] } else { 0 };
            let up = if begin >= row { out[begin + at - row] } else { 0 };
            let corner = if at >= pixel && begin >= row { out[begin + at - row - pixel] } else { 0 };
            let guess = match line[0] {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => return Err("a stream is packed with an unknown predictor".to_owned()),
            };
            out.push(byte.wrapping_add(guess));
        }
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i32::from);
    let [to_left, to_up, to_corner] = [b - c, a - c, a + b - 2 * c].map(i32::abs);
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_taken_back() {
        let parameters =
            Dict(vec![(b"Predictor".into(), Value::Number(12.0)), (b"Columns".into(), Value::Number(3.0))]);
        let taken = |bytes: &[u8]| predicted(bytes.to_vec(), &parameters);
        assert_eq!(taken(&[2, 1, 2, 3, 2, 1, 1, 1]), Ok(vec![1, 2, 3, 2, 3, 4]));
        assert_eq!(taken(&[1, 1, 1, 1, 4, 1, 1, 1]), Ok(vec![1, 2, 3, 2, 3, 4]));
        assert_eq!(taken(&[0, 4, 8, 2, 3, 1, 1, 1]), Ok(vec![4, 8, 2, 3, 6, 5]));
        assert!(taken(&[9, 1, 1, 1]).is_err());
    }
}
