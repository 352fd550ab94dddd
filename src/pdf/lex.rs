//! How PDF is spelled: numbers, names, strings, arrays, dictionaries; in files, content streams and CMaps.

use std::borrow::Cow;

/// How deep arrays and dictionaries may stand in each other.
const DEEPEST: usize = 64;

/// An object of a PDF.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Name(Cow<'a, [u8]>),
    Text(Cow<'a, [u8]>),
    Array(Vec<Value<'a>>),
    Dict(Dict<'a>),
    Reference(u32),
    Stream(Box<Stream<'a>>),
}

/// A dictionary; of two entries with one key the later one counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dict<'a>(pub Vec<(Cow<'a, [u8]>, Value<'a>)>);

/// A stream as it lies in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream<'a> {
    pub dict: Dict<'a>,
    pub packed: &'a [u8],
}

impl<'a> Dict<'a> {
    /// An entry.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.bytes(key.as_bytes())
    }

    /// An entry whose key comes from the file.
    pub fn bytes(&self, key: &[u8]) -> Option<&Value<'a>> {
        self.0.iter().rev().find(|(name, _)| **name == *key).map(|(_, value)| value)
    }

    /// Whether an entry is this name.
    pub fn is(&self, key: &str, name: &str) -> bool {
        self.get(key).and_then(Value::name) == Some(name.as_bytes())
    }
}

impl<'a> Value<'a> {
    /// The number.
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// A whole number that is not negative.
    pub fn count(&self) -> Option<usize> {
        let number = self.number()?;
        // Beyond 2^53 not every whole number is one.
        let whole = number.fract() == 0.0 && (0.0..9e15).contains(&number);
        whole.then_some(number as usize)
    }

    /// The name.
    pub fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    /// The parts of the array.
    pub fn array(&self) -> Option<&[Value<'a>]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// The dictionary, or that of a stream.
    pub fn dict(&self) -> Option<&Dict<'a>> {
        match self {
            Self::Dict(dict) => Some(dict),
            Self::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    /// The same without ties to the bytes it was read from. Streams never stand where this is needed.
    pub fn untied(self) -> Value<'static> {
        let cow = |bytes: Cow<'_, [u8]>| Cow::Owned(bytes.into_owned());
        match self {
            Self::Null | Self::Stream(_) => Value::Null,
            Self::Bool(bool) => Value::Bool(bool),
            Self::Number(number) => Value::Number(number),
            Self::Name(name) => Value::Name(cow(name)),
            Self::Text(text) => Value::Text(cow(text)),
            Self::Array(array) => Value::Array(array.into_iter().map(Value::untied).collect()),
            Self::Dict(dict) => {
                Value::Dict(Dict(dict.0.into_iter().map(|(key, value)| (cow(key), value.untied())).collect()))
            }
            Self::Reference(number) => Value::Reference(number),
        }
    }
}

/// Runs over bytes.
pub struct Lexer<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// How many values may still be made.
    pub left: usize,
}

/// Whether a byte separates words and says nothing.
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_blank(byte) && !is_delimiter(byte)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl<'a> Lexer<'a> {
    /// Begins at a place; one beyond the end is the end.
    pub fn new(bytes: &'a [u8], at: usize, left: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()), left }
    }

    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// All that follows.
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Skips blanks and comments.
    pub fn blanks(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let line = self.rest().iter().position(|b| matches!(b, b'\n' | b'\r'));
                self.at = line.map_or(self.bytes.len(), |line| self.at + line);
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// A run of regular characters; may be empty.
    pub fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Skips blanks and this word; whether it stood there.
    pub fn skip(&mut self, word: &[u8]) -> bool {
        self.blanks();
        let before = self.at;
        let found = self.word() == word;
        if !found {
            self.at = before;
        }
        found
    }

    /// Skips blanks and a whole number that is not negative.
    pub fn whole(&mut self) -> Option<usize> {
        self.blanks();
        let before = self.at;
        let word = self.word();
        let digits = !word.is_empty() && word.len() <= 15 && word.iter().all(u8::is_ascii_digit);
        if !digits {
            self.at = before;
            return None;
        }
        Some(word.iter().fold(0, |n, byte| n * 10 + usize::from(byte - b'0')))
    }

    /// What is wrong, with its place.
    pub fn broken(&self, what: &str) -> String {
        format!("{what} at byte {}", self.at)
    }

    /// The next value; references are understood. A word that is none is an error.
    pub fn value(&mut self) -> Result<Value<'a>, String> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Result<Value<'a>, String> {
        if depth > DEEPEST {
            return Err(self.broken("arrays and dictionaries stand too deep in each other"));
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| self.broken("there is too much to read"))?;
        self.blanks();
        match self.peek() {
            None => Err(self.broken("it breaks off")),
            Some(b'/') => Ok(Value::Name(self.name())),
            Some(b'(') => {
                let mut text = Vec::new();
                self.literal(&mut text)?;
                Ok(Value::Text(Cow::Owned(text)))
            }
            Some(b'<') if self.rest().starts_with(b"<<") => self.dict(depth),
            Some(b'<') => {
                let mut text = Vec::new();
                self.hex(&mut text)?;
                Ok(Value::Text(Cow::Owned(text)))
            }
            Some(b'[') => {
                self.at += 1;
                let mut array = Vec::new();
                loop {
                    self.blanks();
                    if self.peek() == Some(b']') {
                        self.at += 1;
                        return Ok(Value::Array(array));
                    }
                    array.push(self.value_at(depth + 1)?);
                }
            }
            Some(b'0'..=b'9') => {
                let before = self.at;
                if let Some(reference) = self.reference() {
                    return Ok(Value::Reference(reference));
                }
                self.at = before;
                self.plain()
            }
            Some(_) => self.plain(),
        }
    }

    fn reference(&mut self) -> Option<u32> {
        let number = self.whole()?;
        self.whole()?;
        self.skip(b"R").then(|| u32::try_from(number).ok())?
    }

    fn plain(&mut self) -> Result<Value<'a>, String> {
        let before = self.at;
        let word = self.word();
        match word {
            b"true" => Ok(Value::Bool(true)),
            b"false" => Ok(Value::Bool(false)),
            b"null" => Ok(Value::Null),
            word => number(word).map(Value::Number).ok_or_else(|| {
                self.at = before;
                self.broken("what stands there cannot be understood")
            }),
        }
    }

    fn dict(&mut self, depth: usize) -> Result<Value<'a>, String> {
        self.at += 2;
        let mut dict = Dict::default();
        loop {
            self.blanks();
            match self.peek() {
                Some(b'/') => {
                    let key = self.name();
                    let value = self.value_at(depth + 1)?;
                    dict.0.push((key, value));
                }
                Some(b'>') if self.rest().starts_with(b">>") => {
                    self.at += 2;
                    return Ok(Value::Dict(dict));
                }
                _ => return Err(self.broken("a dictionary is damaged")),
            }
        }
    }

    /// A name, with the slash it begins with.
    pub fn name(&mut self) -> Cow<'a, [u8]> {
        self.at += 1;
        let word = self.word();
        if !word.contains(&b'#') {
            return Cow::Borrowed(word);
        }
        let mut name = Vec::with_capacity(word.len());
        let mut at = 0;
        while let Some(byte) = word.get(at) {
            let digit = |at: usize| word.get(at).copied().and_then(hex_digit);
            if let (b'#', Some(high), Some(low)) = (byte, digit(at + 1), digit(at + 2)) {
                name.push(high * 16 + low);
                at += 3;
            } else {
                name.push(*byte);
                at += 1;
            }
        }
        Cow::Owned(name)
    }

    /// Appends a string in round brackets.
    pub fn literal(&mut self, to: &mut Vec<u8>) -> Result<(), String> {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    open += 1;
                    if open > 1 {
                        to.push(byte);
                    }
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(());
                    }
                    to.push(byte);
                }
                b'\\' => self.escape(to),
                b'\r' => {
                    // A line's end counts as one character.
                    self.at += usize::from(self.peek() == Some(b'\n'));
                    to.push(b'\n');
                }
                byte => to.push(byte),
            }
        }
        Err(self.broken("a string has no end"))
    }

    fn escape(&mut self, to: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => to.push(b'\n'),
            b'r' => to.push(b'\r'),
            b't' => to.push(b'\t'),
            b'b' => to.push(8),
            b'f' => to.push(12),
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                // High-order overflow is ignored.
                to.push((code & 0xff) as u8);
            }
            byte => to.push(byte),
        }
    }

    /// Appends a string in angle brackets.
    pub fn hex(&mut self, to: &mut Vec<u8>) -> Result<(), String> {
        self.at += 1;
        let mut high = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match (byte, hex_digit(byte), high) {
                (b'>', ..) => {
                    to.extend(high.map(|high| high * 16));
                    return Ok(());
                }
                (_, Some(digit), None) => high = Some(digit),
                (_, Some(digit), Some(first)) => {
                    to.push(first * 16 + digit);
                    high = None;
                }
                (byte, None, _) if is_blank(byte) => {}
                _ => return Err(self.broken("a string of hexadecimal digits is damaged")),
            }
        }
        Err(self.broken("a string has no end"))
    }
}

/// A number as PDF writes it: no exponents.
pub fn number(word: &[u8]) -> Option<f64> {
    let (negative, digits) = match word.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, word),
    };
    let mut mantissa = 0_u64;
    let mut scale = 1.0;
    let mut behind_point = false;
    let mut any = false;
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                any = true;
                let room = mantissa < 100_000_000_000_000_000;
                match (room, behind_point) {
                    (true, _) => mantissa = mantissa * 10 + u64::from(byte - b'0'),
                    (false, false) => scale /= 10.0,
                    (false, true) => {}
                }
                if room && behind_point {
                    scale *= 10.0;
                }
            }
            b'.' if !behind_point => behind_point = true,
            _ => return None,
        }
    }
    let value = mantissa as f64 / scale;
    any.then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<Value<'_>, String> {
        Lexer::new(text.as_bytes(), 0, 1000).value()
    }

    #[test]
    fn values_are_read() {
        assert_eq!(value(" %x\n -.5"), Ok(Value::Number(-0.5)));
        assert_eq!(value("13.0000305]"), Ok(Value::Number(13.000_030_5)));
        let long = value("123456789012345678901234").expect("a number").number().expect("a number");
        assert!((long / 123_456_789_012_345_678_901_234.0 - 1.0).abs() < 1e-15);
        assert_eq!(value("12 0 R"), Ok(Value::Reference(12)));
        assert_eq!(value("/A#42c"), Ok(Value::Name(b"ABc".into())));
        assert_eq!(value("(a(b)\\)\\061\\\r\n\\n)"), Ok(Value::Text(b"a(b))1\n".to_vec().into())));
        assert_eq!(value("<4 14>"), Ok(Value::Text(b"A@".to_vec().into())));
        let dict = value("<</A[1 2 0 R null]/B true/A 3>>").expect("a dictionary");
        let dict = dict.dict().expect("a dictionary");
        assert_eq!((dict.get("A"), dict.get("B")), (Some(&Value::Number(3.0)), Some(&Value::Bool(true))));
    }

    #[test]
    fn damage_is_told() {
        for text in ["", "(a", "<4", "<4x>", "[1", "<</A", "<</A 1", "<<1>>", "obj", "1.2.3", "-", "]"] {
            assert!(value(text).is_err(), "{text}");
        }
        assert!(value(&"[".repeat(100_000)).is_err());
        let many = format!("[{}]", "0 ".repeat(2000));
        assert!(value(&many).is_err_and(|words| words.contains("too much")));
    }
}
