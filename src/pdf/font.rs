//! Fonts: the text each code stands for, and how wide its glyph is.

use std::borrow::Cow;

use super::damage::{Damage, DamagedPart};
use super::file::PdfFile;
use super::lex::Lexer;
use super::value::{Dict, PdfValue, UNKNOWN};

/// Codes beyond this have no text.
const HIGHEST: usize = 0xffff;

/// First and last code of a range; both have as many bytes as its codes.
type CodeRange = (Vec<u8>, Vec<u8>);

/// How a string is divided into codes.
#[derive(Debug, Clone, PartialEq)]
enum Codes {
    /// One byte each.
    One,
    /// Two bytes each.
    Two,
    /// As many bytes as the range the code lies in.
    Ranges(Vec<CodeRange>),
}

/// The glyph of a code.
#[derive(Debug, Clone, Copy)]
struct FontGlyph {
    /// Where its text begins and ends among all texts of the font.
    start: usize,
    end: usize,
    /// In parts of the size of the type.
    width: f64,
}

/// A font.
pub struct Font {
    codes: Codes,
    /// The texts of all codes, one after the other.
    texts: String,
    /// By code.
    glyphs: Vec<FontGlyph>,
    /// The width of a glyph that is not among them, in parts of the size of the type.
    width: f64,
}

impl Font {
    /// Reads a font.
    ///
    /// # Errors
    /// A font whose objects are damaged.
    pub fn read(file: &PdfFile<'_>, dict: &Dict<'_>) -> Result<Self, Damage> {
        let mut font = Self { codes: Codes::One, texts: String::new(), glyphs: Vec::new(), width: 0.0 };
        let composite = dict.is("Subtype", "Type0");
        if composite {
            font.composite(file, dict)?
        } else {
            font.simple(file, dict)?
        }
        if let PdfValue::Stream(stream) = file.entry(dict, "ToUnicode")?.as_ref() {
            let content = file.unpack(stream)?;
            let ranges = font.read_character_map(file, &content)?;
            let identity = matches!(file.entry(dict, "Encoding")?.name(), Some(b"Identity-H" | b"Identity-V"));
            if composite && !identity && !ranges.is_empty() {
                font.codes = Codes::Ranges(ranges);
            }
        }
        Ok(font)
    }

    fn composite(&mut self, file: &PdfFile<'_>, dict: &Dict<'_>) -> Result<(), Damage> {
        self.codes = Codes::Two;
        let descendants = file.entry(dict, "DescendantFonts")?;
        let first = descendants.array().and_then(|list| list.first());
        let descendant = first.map(|first| file.resolved(first)).transpose()?;
        let Some(descendant) = descendant.as_deref().and_then(PdfValue::dict) else { return Ok(()) };
        self.width = file.entry(descendant, "DW")?.number().unwrap_or(1000.0) / 1000.0;
        let widths = file.entry(descendant, "W")?;
        // `first [w w …]` or `first last w`, in any mixture.
        let mut rest = widths.array().unwrap_or_default();
        while let [first, second, tail @ ..] = rest {
            let Some(first) = file.resolved(first)?.count() else { break };
            rest = match (file.resolved(second)?.as_ref(), tail) {
                (PdfValue::Array(each), tail) => {
                    for (at, width) in each.iter().enumerate() {
                        self.set_width(file, first.saturating_add(at), width, 0.001)?;
                    }
                    tail
                }
                (last, [width, tail @ ..]) => {
                    let last = last.count().unwrap_or(first).min(HIGHEST);
                    for code in first..=last {
                        self.set_width(file, code, width, 0.001)?;
                    }
                    tail
                }
                _ => break,
            };
        }
        Ok(())
    }

    fn simple(&mut self, file: &PdfFile<'_>, dict: &Dict<'_>) -> Result<(), Damage> {
        let mut scale = 0.001;
        if dict.is("Subtype", "Type3") {
            let matrix = file.entry(dict, "FontMatrix")?;
            scale = matrix.array().and_then(|matrix| matrix.first()?.number()).unwrap_or(scale);
        }
        let descriptor = file.dict(dict, "FontDescriptor")?;
        // Half the size for the fonts every reader has: this decides only whether words touch.
        let missing = if descriptor.0.is_empty() { 500.0 } else { 0.0 };
        self.width = file.entry(&descriptor, "MissingWidth")?.number().unwrap_or(missing) * 0.001;
        let first = file.entry(dict, "FirstChar")?.count().unwrap_or(0);
        for (at, width) in file.entry(dict, "Widths")?.array().unwrap_or_default().iter().enumerate() {
            self.set_width(file, first.saturating_add(at), width, scale)?;
        }
        // The encodings all fonts of Latin letters share agree in the range of ASCII.
        let encoding = file.entry(dict, "Encoding")?;
        let (base, differences) = if let PdfValue::Dict(encoding) = encoding.as_ref() {
            (file.entry(encoding, "BaseEncoding")?, file.entry(encoding, "Differences")?)
        } else {
            (encoding.clone(), Cow::Owned(PdfValue::Null))
        };
        let common = matches!(base.name(), Some(b"WinAnsiEncoding" | b"MacRomanEncoding" | b"StandardEncoding"));
        if common || (base.name().is_none() && descriptor.0.is_empty()) {
            for code in b' '..=b'~' {
                self.set_text(file, usize::from(code), char::from(code).encode_utf8(&mut [0; 4]))?;
            }
        }
        let mut code = 0_usize;
        for difference in differences.array().unwrap_or_default() {
            if let Some(name) = difference.name() {
                let text = named(name).map_or_else(|| UNKNOWN.to_owned(), String::from);
                self.set_text(file, code, &text)?;
                code = code.saturating_add(1);
            } else {
                code = difference.count().unwrap_or(code);
            }
        }
        Ok(())
    }

    /// The glyph of a code, made when there is none; `None` for codes that have no text.
    fn glyph(&mut self, file: &PdfFile<'_>, code: usize) -> Result<Option<&mut FontGlyph>, Damage> {
        if code > HIGHEST {
            return Ok(None);
        }
        if code >= self.glyphs.len() {
            file.charge((code + 1 - self.glyphs.len()) * size_of::<FontGlyph>())?;
            self.glyphs.resize(code + 1, FontGlyph { start: 0, end: 0, width: self.width });
        }
        Ok(self.glyphs.get_mut(code))
    }

    fn set_width(&mut self, file: &PdfFile<'_>, code: usize, width: &PdfValue<'_>, scale: f64) -> Result<(), Damage> {
        file.charge(1)?;
        let width =
            if let PdfValue::Reference(number) = width { file.object(*number)?.number() } else { width.number() };
        if let (Some(glyph), Some(width)) = (self.glyph(file, code)?, width) {
            glyph.width = width * scale;
        }
        Ok(())
    }

    fn set_text(&mut self, file: &PdfFile<'_>, code: usize, text: &str) -> Result<(), Damage> {
        file.charge(text.len() + 1)?;
        let start = self.texts.len();
        let Some(glyph) = self.glyph(file, code)? else { return Ok(()) };
        (glyph.start, glyph.end) = (start, start + text.len());
        self.texts.push_str(text);
        Ok(())
    }

    /// Reads a CMap to Unicode; returns the ranges of its codes.
    fn read_character_map(&mut self, file: &PdfFile<'_>, content: &[u8]) -> Result<Vec<CodeRange>, Damage> {
        let damaged = |damage: Damage| damage.in_part(DamagedPart::CharacterMap);
        let mut ranges = Vec::new();
        let mut operands: Vec<PdfValue<'_>> = Vec::new();
        let mut lexer = Lexer::new(content, 0, 0);
        loop {
            lexer.blanks();
            let Some(byte) = lexer.peek() else { return Ok(ranges) };
            if !byte.is_ascii_alphabetic() {
                operands.push(file.parse(&mut lexer).map_err(damaged)?);
                continue;
            }
            match lexer.word() {
                b"endcodespacerange" => {
                    for pair in operands.chunks_exact(2) {
                        if let [PdfValue::Text(first), PdfValue::Text(last)] = pair
                            && first.len() == last.len()
                            && (1..=4).contains(&first.len())
                        {
                            ranges.push((first.to_vec(), last.to_vec()));
                        }
                    }
                }
                b"endbfchar" => {
                    for pair in operands.chunks_exact(2) {
                        if let [PdfValue::Text(code), PdfValue::Text(text)] = pair {
                            self.set_text(file, code_of(code), &unicode(text, 0))?;
                        }
                    }
                }
                b"endbfrange" => {
                    for triple in operands.chunks_exact(3) {
                        self.range(file, triple)?;
                    }
                }
                _ => {}
            }
            operands.clear();
        }
    }

    fn range(&mut self, file: &PdfFile<'_>, triple: &[PdfValue<'_>]) -> Result<(), Damage> {
        let [PdfValue::Text(first), PdfValue::Text(last), target] = triple else { return Ok(()) };
        let (first, last) = (code_of(first), code_of(last).min(HIGHEST));
        for (at, code) in (first..=last).enumerate() {
            let text = match target.text() {
                Some(text) => Some(unicode(text, at)),
                None => target.array().and_then(|each| each.get(at)?.text()).map(|text| unicode(text, 0)),
            };
            self.set_text(file, code, text.as_deref().unwrap_or(UNKNOWN))?;
        }
        Ok(())
    }

    /// The first code of a string: its bytes, its text, and its width in parts of the size of the type. `None` at the end.
    pub fn next<'s>(&self, string: &'s [u8]) -> Option<(&'s [u8], &str, f64)> {
        let length = match &self.codes {
            Codes::One => 1,
            Codes::Two => 2,
            Codes::Ranges(ranges) => {
                let holds = |(first, last): &&CodeRange| {
                    let inside = |at: usize| string.get(at).is_some_and(|byte| (first[at]..=last[at]).contains(byte));
                    (0..first.len()).all(inside)
                };
                ranges.iter().find(holds).map_or(1, |(first, _)| first.len())
            }
        };
        if string.is_empty() {
            return None;
        }
        let code = &string[..length.min(string.len())];
        let Some(glyph) = self.glyphs.get(code_of(code)) else { return Some((code, UNKNOWN, self.width)) };
        let text = if glyph.start == glyph.end { UNKNOWN } else { &self.texts[glyph.start..glyph.end] };
        Some((code, text, glyph.width))
    }
}

fn code_of(bytes: &[u8]) -> usize {
    // Codes have four bytes at most; longer ones are no codes.
    if bytes.len() > 4 { usize::MAX } else { bytes.iter().fold(0, |n, byte| n << 8 | usize::from(*byte)) }
}

/// UTF-16 as a CMap writes it, with its last unit raised by `on`.
fn unicode(bytes: &[u8], on: usize) -> String {
    let mut units: Vec<u16> =
        bytes.chunks(2).map(|unit| unit.iter().fold(0, |n, byte| n << 8 | u16::from(*byte))).collect();
    if let Some(last) = units.last_mut() {
        *last = u16::try_from(on).ok().and_then(|on| last.checked_add(on)).unwrap_or(0xfffd);
    }
    String::from_utf16_lossy(&units)
}

/// The sign a glyph's name stands for, as far as numbers are made of it.
fn named(name: &[u8]) -> Option<char> {
    const NAMES: [(&[u8], char); 15] = [
        (b"zero", '0'),
        (b"one", '1'),
        (b"two", '2'),
        (b"three", '3'),
        (b"four", '4'),
        (b"five", '5'),
        (b"six", '6'),
        (b"seven", '7'),
        (b"eight", '8'),
        (b"nine", '9'),
        (b"period", '.'),
        (b"comma", ','),
        (b"hyphen", '-'),
        (b"percent", '%'),
        (b"space", ' '),
    ];
    match name {
        [letter] if letter.is_ascii_alphabetic() => Some(char::from(*letter)),
        name => NAMES.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign),
    }
}
