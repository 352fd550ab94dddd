//! The values a PDF is made of: numbers, names, strings, arrays, dictionaries, streams.

use std::borrow::Cow;

/// What stands for a code or byte whose meaning the file does not tell: it must not vanish.
pub const UNKNOWN: &str = "\u{fffd}";

/// A value of a PDF.
#[derive(Debug, Clone, PartialEq)]
pub enum PdfValue<'a> {
    /// `null`, and whatever is not there.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, whole or not.
    Number(f64),
    /// A name, without its slash.
    Name(Cow<'a, [u8]>),
    /// A string: the bytes between its brackets, unescaped.
    Text(Cow<'a, [u8]>),
    /// An array.
    Array(Vec<PdfValue<'a>>),
    /// A dictionary.
    Dict(Dict<'a>),
    /// A reference to an object, by its number.
    Reference(u32),
    /// A stream.
    Stream(Box<Stream<'a>>),
}

/// A dictionary; of two entries with one key the later one counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dict<'a>(pub Vec<(Cow<'a, [u8]>, PdfValue<'a>)>);

/// A stream as the file holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream<'a> {
    /// Its dictionary.
    pub dict: Dict<'a>,
    /// Its bytes, still packed.
    pub packed: &'a [u8],
}

impl<'a> Dict<'a> {
    /// The value of an entry; `None` when there is none.
    pub fn get(&self, key: &str) -> Option<&PdfValue<'a>> {
        self.bytes(key.as_bytes())
    }

    /// The value of an entry whose key comes from the file; `None` when there is none.
    pub fn bytes(&self, key: &[u8]) -> Option<&PdfValue<'a>> {
        self.0.iter().rev().find(|(name, _)| **name == *key).map(|(_, value)| value)
    }

    /// Whether an entry has this name as its value.
    pub fn is(&self, key: &str, name: &str) -> bool {
        self.get(key).and_then(PdfValue::name) == Some(name.as_bytes())
    }
}

impl<'a> PdfValue<'a> {
    /// The number; `None` when the value is none.
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The number, when it is whole and not negative; else `None`.
    pub fn count(&self) -> Option<usize> {
        let number = self.number()?;
        // Beyond 2^53 not every whole number is one.
        let whole = number.fract() == 0.0 && (0.0..9e15).contains(&number);
        whole.then_some(number as usize)
    }

    /// The bytes of the name; `None` when the value is none.
    pub fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    /// The bytes of the string; `None` when the value is none.
    pub fn text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number of the object a reference refers to; `None` when the value is none.
    pub fn reference(&self) -> Option<u32> {
        if let Self::Reference(number) = self { Some(*number) } else { None }
    }

    /// The items of the array; `None` when the value is none.
    pub fn array(&self) -> Option<&[PdfValue<'a>]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// The dictionary, or that of a stream; `None` when the value is neither.
    pub fn dict(&self) -> Option<&Dict<'a>> {
        match self {
            Self::Dict(dict) => Some(dict),
            Self::Stream(stream) => Some(&stream.dict),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::Array(_)
            | Self::Reference(_) => None,
        }
    }

    /// The dictionary, or that of a stream, taken out; `None` when the value is neither.
    pub fn into_dict(self) -> Option<Dict<'a>> {
        match self {
            Self::Dict(dict) => Some(dict),
            Self::Stream(stream) => Some(stream.dict),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Name(_)
            | Self::Text(_)
            | Self::Array(_)
            | Self::Reference(_) => None,
        }
    }

    /// A text string: UTF-16 or UTF-8 where it begins with such a mark, else PDFDocEncoding, which is nearly Latin-1.
    /// `None` when the value is no string.
    pub fn text_string(&self) -> Option<String> {
        let Self::Text(bytes) = self else { return None };
        let units = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| of([unit[0], unit[1]])).collect();
            String::from_utf16_lossy(&units)
        };
        Some(match &**bytes {
            [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
            [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
            [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
            bytes => bytes
                .iter()
                .map(|byte| match byte {
                    b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0xa1.. => char::from(*byte).to_string(),
                    0xa0 => "€".to_owned(),
                    _ => UNKNOWN.to_owned(),
                })
                .collect(),
        })
    }

    /// The same value with bytes of its own. A stream becomes null: none occurs where this is needed.
    pub fn untied(self) -> PdfValue<'static> {
        let cow = |bytes: Cow<'_, [u8]>| Cow::Owned(bytes.into_owned());
        match self {
            Self::Null | Self::Stream(_) => PdfValue::Null,
            Self::Bool(bool) => PdfValue::Bool(bool),
            Self::Number(number) => PdfValue::Number(number),
            Self::Name(name) => PdfValue::Name(cow(name)),
            Self::Text(text) => PdfValue::Text(cow(text)),
            Self::Array(array) => PdfValue::Array(array.into_iter().map(PdfValue::untied).collect()),
            Self::Dict(dict) => {
                PdfValue::Dict(Dict(dict.0.into_iter().map(|(key, value)| (cow(key), value.untied())).collect()))
            }
            Self::Reference(number) => PdfValue::Reference(number),
        }
    }
}
