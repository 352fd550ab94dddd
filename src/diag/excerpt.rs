//! The line a problem is about, and which part of it is marked.

use std::borrow::Cow;

use super::place::Place;

/// Most characters before the mark: a longer line is not shown.
const FARTHEST: usize = 20_000;

/// Most characters that are marked, and most that are shown behind the mark.
const WIDEST: usize = 400;

/// A line of a file, and the part of it that is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line without its line end, cut off far behind the mark.
    pub line: String,
    /// Where the mark begins, in characters from 0.
    pub start: usize,
    /// Where the mark ends; the same as `start` for an empty cell and at the end of a line.
    pub end: usize,
}

/// A text split into lines once, since a bad table has a problem in every line.
pub struct SourceLines<'a> {
    text: Cow<'a, str>,
    starts: Vec<usize>,
}

impl<'a> SourceLines<'a> {
    /// The lines of a text.
    pub fn new(text: Cow<'a, str>) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// A line by its number from 1, without its end; `None` when there is none.
    fn line(&self, number: usize) -> Option<&str> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let end = self.starts.get(number).map_or(self.text.len(), |next| next - 1);
        Some(self.text.get(start..end)?.trim_end_matches('\r'))
    }
}

impl Excerpt {
    /// The excerpt of a place in a text. A place without a column means its whole line, but not of a table. `None` when
    /// the place names nothing of the text, or lies so far to the right that nobody would read the line.
    pub fn of(lines: &SourceLines<'_>, place: &Place) -> Option<Self> {
        let (line, column) = (usize::try_from(place.line).ok()?, usize::try_from(place.column).ok()?);
        let line = lines.line(line)?;
        let is_table = place.file.ends_with(".csv");
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let start = if column == 0 && !is_table { indent } else { column.checked_sub(1)? };
        if start > FARTHEST {
            return None;
        }
        let shown: Vec<char> = line.chars().take(start + 2 * WIDEST).collect();
        let rest = shown.get(start..)?;
        let marked = match place.length {
            _ if column == 0 => line.trim().chars().count(),
            Some(length) => usize::try_from(length).ok()?,
            None => word(rest),
        };
        let marked = marked.min(WIDEST).min(rest.len());
        Some(Self { end: start + marked, start, line: shown.into_iter().collect() })
    }
}

/// How many characters the tag, quoted text or word has that begins here; one for anything else. The engines of
/// templates say where a fault begins, and not where it ends.
fn word(rest: &[char]) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let find = |from: usize, sign: char| rest.iter().skip(from).position(|c| *c == sign).map(|at| at + from);
    match rest {
        [] => 0,
        ['"', ..] => {
            let mut at = 1;
            while at < rest.len() && rest[at] != '"' {
                at += if rest[at] == '\\' { 2 } else { 1 };
            }
            (at + 1).min(rest.len())
        }
        ['{', '{', ..] => {
            let close = find(2, '}').unwrap_or(rest.len());
            close + rest[close..].iter().take_while(|c| **c == '}').count()
        }
        ['[', ..] => find(1, ']').map_or(rest.len(), |at| at + 1),
        [first, ..] if is_word(*first) => rest.iter().take_while(|c| is_word(**c)).count(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn marked(text: &str, place: &Place) -> Option<String> {
        let excerpt = Excerpt::of(&SourceLines::new(text.into()), place)?;
        Some(excerpt.line.chars().skip(excerpt.start).take(excerpt.end - excerpt.start).collect())
    }

    fn at(file: &str, line: u32, column: u32) -> Place {
        Place::new(&Arc::from(file), line, column)
    }

    #[test]
    fn a_place_that_knows_its_length_is_marked_as_it_says() {
        let table = "a,b,c\r\nStadt,\"x, \"\"y\"\"\",ü\n,\"open\nline\",1\n";
        for (line, column, cell) in [
            (1, 1, "a"),
            (2, 1, "Stadt"),
            (2, 7, "\"x, \"\"y\"\"\""),
            (2, 18, "ü"),
            (3, 1, ""),
            (3, 2, "\"open"),
            (1, 6, ""),
        ] {
            let place = at("t.csv", line, column).with_length(cell.chars().count());
            assert_eq!(marked(table, &place).as_deref(), Some(cell), "{line}:{column}");
        }
        assert_eq!(marked(table, &at("t.csv", 2, 18).with_length(99)).as_deref(), Some("ü"), "no mark leaves its line");
        for (line, column) in [(0, 0), (1, 0), (9, 1), (1, 7)] {
            assert_eq!(marked(table, &at("t.csv", line, column).with_length(1)), None, "{line}:{column}");
        }
    }

    #[test]
    fn a_place_that_knows_its_beginning_marks_a_word_or_a_tag() {
        let text = "stand = \"2017-06\" # x\nparts = [\"a\", \"b\"]\nwert = -1.5\n{{#if x}}{{{y}}}";
        for (line, column, entry) in [
            (1, 1, "stand"),
            (1, 9, "\"2017-06\""),
            (2, 9, "[\"a\", \"b\"]"),
            (2, 15, "\"b\""),
            (3, 8, "-1.5"),
            (4, 1, "{{#if x}}"),
            (4, 10, "{{{y}}}"),
            (1, 7, "="),
            (2, 0, "parts = [\"a\", \"b\"]"),
        ] {
            assert_eq!(marked(text, &at("t.typ", line, column)).as_deref(), Some(entry), "{line}:{column}");
        }
    }

    #[test]
    fn endless_lines_are_cut_off() {
        let text = "x".repeat(1 << 20);
        let lines = SourceLines::new(text.into());
        let excerpt = Excerpt::of(&lines, &at("t.csv", 1, 1).with_length(1 << 20)).expect("an excerpt");
        assert_eq!((excerpt.start, excerpt.end), (0, WIDEST));
        assert!(excerpt.line.len() <= 2 * WIDEST);
        assert_eq!(Excerpt::of(&lines, &at("t.csv", 1, 900_000)), None);
    }
}
