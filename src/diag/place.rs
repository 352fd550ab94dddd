//! Where something stands: a file, a line, a column, and how many characters are meant.

use std::fmt::{self, Display};
use std::ops::Range;
use std::sync::Arc;

/// A place in a file: what an editor can jump to.
///
/// Two places are equal when they mark the same characters. The default is a file without a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path as the user knows it, for example `data/2017/kommunen.csv`.
    pub file: Arc<str>,
    /// Line, counted from 1; 0 when the whole file is meant.
    pub line: u32,
    /// Column in characters, counted from 1; 0 when the whole line is meant.
    pub column: u32,
    /// How many characters are meant, counted to the end of the line at most: 0 for an empty cell. `None` when the
    /// whole line or file is meant, or when whoever found the place knows only where it begins.
    pub length: Option<u32>,
}

impl Place {
    /// A place in a file that knows only where it begins; lines and columns count from 1.
    pub fn new(file: &Arc<str>, line: u32, column: u32) -> Self {
        Self { file: Arc::clone(file), line, column, length: None }
    }

    /// A file as a whole.
    pub fn file(file: &str) -> Self {
        Self { file: Arc::from(file), line: 0, column: 0, length: None }
    }

    /// The same place, with so many characters marked.
    pub fn with_length(self, characters: usize) -> Self {
        Self { length: Some(count(characters)), ..self }
    }

    /// The place of a byte offset in a text; an offset past the end counts as the end.
    pub fn at_offset(file: &Arc<str>, text: &str, offset: usize) -> Self {
        let before = &text[..boundary(text, offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::new(file, count(before.matches('\n').count() + 1), count(before[line_start..].chars().count() + 1))
    }

    /// The place of a range of bytes in a text. Of a range of several lines the first line is marked, to its end.
    pub fn at_range(file: &Arc<str>, text: &str, range: &Range<usize>) -> Self {
        let marked = &text[boundary(text, range.start)..boundary(text, range.end.max(range.start))];
        let line = marked.split(['\r', '\n']).next().unwrap_or_default();
        Self::at_offset(file, text, range.start).with_length(line.chars().count())
    }
}

/// The offset itself, or the beginning of the character it falls into.
fn boundary(text: &str, offset: usize) -> usize {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// A count as [`Place`] holds it; beyond four thousand million it stays at the highest.
pub fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_becomes_line_and_column_in_characters() {
        let file = Arc::from("a.csv");
        let place = Place::at_offset(&file, "äb\ncöd", "äb\ncö".len());
        assert_eq!(place.to_string(), "a.csv:2:3");
    }

    #[test]
    fn a_range_is_measured_in_characters_and_ends_with_its_line() {
        let file = Arc::from("a.toml");
        let text = "x = \"ä\"\r\nlist = [\r\n1]";
        for (part, length) in [("\"ä\"", 3), ("[\r\n1]", 1), ("list", 4)] {
            let at = text.find(part).expect("a part of it");
            assert_eq!(Place::at_range(&file, text, &(at..at + part.len())).length, Some(length), "{part}");
        }
        assert_eq!(Place::at_range(&file, text, &(99..120)).length, Some(0));
    }
}
