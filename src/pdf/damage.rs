//! What is wrong with a PDF, and where.

use std::borrow::Cow;
use std::fmt::{self, Display};

/// What is wrong with a PDF, and where. Its `Display` is one line for people, without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The sort of damage, for code that has to decide.
    pub kind: DamageKind,
    /// What is wrong, in words.
    pub what: Cow<'static, str>,
    /// The byte at which it was found, in the file or in the unpacked stream; `None` when no byte is meant.
    pub byte: Option<usize>,
    /// The parts of the file that contain the damage, the outermost first; empty when the file as a whole is meant.
    pub within: Vec<DamagedPart>,
}

/// The sorts of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DamageKind {
    /// The file is no PDF.
    NotPdf,
    /// The file is encrypted, and encrypted files are not read.
    Encrypted,
    /// The file, or a part of it, ends too early.
    Truncated,
    /// Bytes do not follow the syntax of PDF.
    Syntax,
    /// A required object or entry is not there.
    Missing,
    /// Objects refer to each other in a circle.
    Circular,
    /// A value is there and makes no sense.
    Invalid,
    /// The file uses something this reader does not support.
    Unsupported,
    /// Reading the file needs more than the reader's limits allow.
    TooLarge,
}

/// A part of a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DamagedPart {
    /// A page, counted from 1.
    Page(usize),
    /// An object by its number; `None` when the number is not known.
    Object(Option<u32>),
    /// The table of objects.
    ObjectTable,
    /// The packed bytes of a stream.
    Stream,
    /// The table of a font that maps its codes to Unicode.
    CharacterMap,
    /// A file the PDF carries, by its name.
    Attachment(String),
}

impl Damage {
    /// Damage of the file as a whole.
    pub fn new(kind: DamageKind, what: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, what: what.into(), byte: None, within: Vec::new() }
    }

    /// The same damage, found at this byte.
    pub fn at_byte(mut self, byte: usize) -> Self {
        self.byte = Some(byte);
        self
    }

    /// The same damage, found inside this part.
    pub fn in_part(mut self, part: DamagedPart) -> Self {
        self.within.insert(0, part);
        self
    }

    /// The damaged page, counted from 1; `None` when the damage belongs to no single page.
    pub fn page(&self) -> Option<usize> {
        self.within.iter().find_map(|part| if let DamagedPart::Page(page) = part { Some(*page) } else { None })
    }

    /// The number of the innermost damaged object; `None` when no object with a number is meant.
    pub fn object(&self) -> Option<u32> {
        self.within.iter().rev().find_map(|part| if let DamagedPart::Object(number) = part { *number } else { None })
    }
}

impl Display for DamagedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(page) => write!(f, "page {page}"),
            Self::Object(Some(number)) => write!(f, "object {number} is damaged"),
            Self::Object(None) => f.write_str("an object is damaged"),
            Self::ObjectTable => f.write_str("its table of objects is damaged"),
            Self::Stream => f.write_str("a stream is damaged"),
            Self::CharacterMap => f.write_str("what a font's codes say is damaged"),
            Self::Attachment(name) => write!(f, "the attached file {name}"),
        }
    }
}

impl Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.within {
            write!(f, "{part}: ")?;
        }
        f.write_str(&self.what)?;
        match self.byte {
            Some(byte) => write!(f, " at byte {byte}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Damage {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_names_its_place_from_the_outside_in() {
        let damage = Damage::new(DamageKind::Syntax, "a string has no end")
            .at_byte(14)
            .in_part(DamagedPart::Object(Some(7)))
            .in_part(DamagedPart::Page(2));
        assert_eq!(damage.to_string(), "page 2: object 7 is damaged: a string has no end at byte 14");
        assert_eq!((damage.page(), damage.object()), (Some(2), Some(7)));
    }
}
