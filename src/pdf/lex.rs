//! The syntax of PDF: numbers, names, strings, arrays, dictionaries; in files, content streams and CMaps.

use std::borrow::Cow;

use super::damage::{Damage, DamageKind};
use super::value::{Dict, PdfValue};

/// How deep arrays and dictionaries may be nested.
const DEEPEST: usize = 64;

/// Reads bytes from a position on.
pub struct Lexer<'a> {
    /// All bytes.
    pub bytes: &'a [u8],
    /// The position of the next byte.
    pub at: usize,
    /// How many values may still be made.
    pub left: usize,
}

/// Whether a byte is white space, which separates words.
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
    /// Starts at a byte (beyond the end means at the end); `left` values may be made.
    pub fn new(bytes: &'a [u8], at: usize, left: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()), left }
    }

    /// The next byte; `None` at the end.
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// All bytes from here on.
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Skips white space and comments.
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

    /// Takes the regular characters from here on; there may be none.
    pub fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Skips white space and this word; returns whether the word was there.
    pub fn skip(&mut self, word: &[u8]) -> bool {
        self.blanks();
        let before = self.at;
        let found = self.word() == word;
        if !found {
            self.at = before;
        }
        found
    }

    /// Takes a whole number that is not negative, and the white space before it; `None` when there is none.
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

    /// Damage at the next byte.
    pub fn damage(&self, kind: DamageKind, what: &'static str) -> Damage {
        Damage::new(kind, what).at_byte(self.at)
    }

    /// A mistake of syntax at the next byte.
    pub fn syntax_error(&self, what: &'static str) -> Damage {
        self.damage(DamageKind::Syntax, what)
    }

    /// Takes the next value, which may be a reference.
    ///
    /// # Errors
    /// A word that is no value, values nested too deep or too many, and the end of the bytes.
    pub fn value(&mut self) -> Result<PdfValue<'a>, Damage> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Result<PdfValue<'a>, Damage> {
        if depth > DEEPEST {
            return Err(self.damage(DamageKind::TooLarge, "arrays and dictionaries stand too deep in each other"));
        }
        self.left =
            self.left.checked_sub(1).ok_or_else(|| self.damage(DamageKind::TooLarge, "there is too much to read"))?;
        self.blanks();
        match self.peek() {
            None => Err(self.damage(DamageKind::Truncated, "it breaks off")),
            Some(b'/') => Ok(PdfValue::Name(self.name())),
            Some(b'(') => {
                let mut text = Vec::new();
                self.literal(&mut text)?;
                Ok(PdfValue::Text(Cow::Owned(text)))
            }
            Some(b'<') if self.rest().starts_with(b"<<") => self.dict(depth),
            Some(b'<') => {
                let mut text = Vec::new();
                self.hex(&mut text)?;
                Ok(PdfValue::Text(Cow::Owned(text)))
            }
            Some(b'[') => {
                self.at += 1;
                let mut array = Vec::new();
                loop {
                    self.blanks();
                    if self.peek() == Some(b']') {
                        self.at += 1;
                        return Ok(PdfValue::Array(array));
                    }
                    array.push(self.value_at(depth + 1)?);
                }
            }
            Some(b'0'..=b'9') => {
                let before = self.at;
                if let Some(reference) = self.reference() {
                    return Ok(PdfValue::Reference(reference));
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

    fn plain(&mut self) -> Result<PdfValue<'a>, Damage> {
        let before = self.at;
        let word = self.word();
        match word {
            b"true" => Ok(PdfValue::Bool(true)),
            b"false" => Ok(PdfValue::Bool(false)),
            b"null" => Ok(PdfValue::Null),
            word => number(word).map(PdfValue::Number).ok_or_else(|| {
                self.at = before;
                self.syntax_error("what stands there cannot be understood")
            }),
        }
    }

    fn dict(&mut self, depth: usize) -> Result<PdfValue<'a>, Damage> {
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
                    return Ok(PdfValue::Dict(dict));
                }
                _ => return Err(self.syntax_error("a dictionary is damaged")),
            }
        }
    }

    /// Takes a name and the slash before it.
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

    /// Takes a string in round brackets and appends its bytes.
    ///
    /// # Errors
    /// A string without an end.
    pub fn literal(&mut self, to: &mut Vec<u8>) -> Result<(), Damage> {
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
        Err(self.damage(DamageKind::Truncated, "a string has no end"))
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

    /// Takes a string in angle brackets and appends its bytes.
    ///
    /// # Errors
    /// A string without an end, and signs that are no hexadecimal digits.
    pub fn hex(&mut self, to: &mut Vec<u8>) -> Result<(), Damage> {
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
                _ => return Err(self.syntax_error("a string of hexadecimal digits is damaged")),
            }
        }
        Err(self.damage(DamageKind::Truncated, "a string has no end"))
    }
}

/// Reads a number as PDF writes it, without exponent; `None` when the word is none.
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

    fn value(text: &str) -> Result<PdfValue<'_>, Damage> {
        Lexer::new(text.as_bytes(), 0, 1000).value()
    }

    #[test]
    fn values_are_read() {
        assert_eq!(value(" %x\n -.5"), Ok(PdfValue::Number(-0.5)));
        assert_eq!(value("13.0000305]"), Ok(PdfValue::Number(13.000_030_5)));
        let long = value("123456789012345678901234").expect("a number").number().expect("a number");
        assert!((long / 123_456_789_012_345_678_901_234.0 - 1.0).abs() < 1e-15);
        assert_eq!(value("12 0 R"), Ok(PdfValue::Reference(12)));
        assert_eq!(value("/A#42c"), Ok(PdfValue::Name(b"ABc".into())));
        assert_eq!(value("(a(b)\\)\\061\\\r\n\\n)"), Ok(PdfValue::Text(b"a(b))1\n".to_vec().into())));
        assert_eq!(value("<4 14>"), Ok(PdfValue::Text(b"A@".to_vec().into())));
        let dict = value("<</A[1 2 0 R null]/B true/A 3>>").expect("a dictionary");
        let dict = dict.dict().expect("a dictionary");
        assert_eq!((dict.get("A"), dict.get("B")), (Some(&PdfValue::Number(3.0)), Some(&PdfValue::Bool(true))));
    }

    #[test]
    fn damage_is_told() {
        for text in ["", "(a", "<4", "<4x>", "[1", "<</A", "<</A 1", "<<1>>", "obj", "1.2.3", "-", "]"] {
            assert!(value(text).is_err(), "{text}");
        }
        assert!(value(&"[".repeat(100_000)).is_err());
        let many = format!("[{}]", "0 ".repeat(2000));
        assert!(value(&many).is_err_and(|words| words.to_string().contains("too much")));
    }
}
