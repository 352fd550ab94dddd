//! The line a problem is about, with the cell or entry it means.

use std::borrow::Cow;

use super::Place;

/// Most characters of a line before what is marked: a line beyond is not shown.
const FARTHEST: usize = 20_000;

/// Most characters marked, and most behind.
const WIDEST: usize = 400;

/// A line of a file and what of it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, without its end; far behind the mark it is cut off.
    pub line: String,
    /// Where the mark begins, in characters from 0.
    pub start: usize,
    /// Where it ends; the same as `start` behind the last sign of a line.
    pub end: usize,
}

/// A text whose lines are found at once: a bad table has a problem in each.
pub struct Lines<'a> {
    text: Cow<'a, str>,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
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
    /// The excerpt of a place in a text; a place without a column means its whole line, but not of a table. `None` when
    /// the place names nothing of the text, or lies so far to the right that nobody would read the line.
    pub fn of(lines: &Lines<'_>, place: &Place) -> Option<Self> {
        let (line, column) = (usize::try_from(place.line).ok()?, usize::try_from(place.column).ok()?);
        let line = lines.line(line)?;
        let table = place.file.ends_with(".csv");
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let start = if column == 0 && !table { indent } else { column.checked_sub(1)? };
        if start > FARTHEST {
            return None;
        }
        let shown: Vec<char> = line.chars().take(start + 2 * WIDEST).collect();
        let rest = shown.get(start..)?;
        let marked = match (table, column) {
            (true, _) => cell(rest),
            (false, 0) => line.trim().chars().count(),
            (false, _) => token(rest),
        };
        let marked = marked.min(WIDEST);
        Some(Self { end: start + marked, start, line: shown.into_iter().collect() })
    }
}

/// How many characters a CSV cell has that begins here: to the comma behind it, or its closing quote.
fn cell(rest: &[char]) -> usize {
    if rest.first() != Some(&'"') {
        return rest.iter().position(|c| *c == ',').unwrap_or(rest.len());
    }
    let mut at = 1;
    while at < rest.len() {
        match (rest[at], rest.get(at + 1)) {
            ('"', Some('"')) => at += 2,
            ('"', _) => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// How many characters the string, tag or word has that begins here: the rest of a line for anything that is
/// none, at least one.
fn token(rest: &[char]) -> usize {
    let find = |from: usize, sign: char| rest.iter().skip(from).position(|c| *c == sign).map(|at| at + from);
    match rest {
        [] => 0,
        [quote @ ('"' | '\''), ..] => {
            let mut at = 1;
            while at < rest.len() && rest[at] != *quote {
                at += if rest[at] == '\\' && *quote == '"' { 2 } else { 1 };
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

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn marked(file: &str, text: &str, line: u32, column: u32) -> Option<String> {
        let excerpt = Excerpt::of(&Lines::new(text.into()), &Place::new(&Arc::from(file), line, column))?;
        Some(excerpt.line.chars().skip(excerpt.start).take(excerpt.end - excerpt.start).collect())
    }

    #[test]
    fn the_whole_cell_is_marked() {
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
            assert_eq!(marked("t.csv", table, line, column).as_deref(), Some(cell), "{line}:{column}");
        }
        for (line, column) in [(0, 0), (1, 0), (9, 1), (1, 7)] {
            assert_eq!(marked("t.csv", table, line, column), None, "{line}:{column}");
        }
    }

    #[test]
    fn the_whole_entry_is_marked() {
        let text = "stand = \"2017-06\" # x\nparts = [\"a\", 'b']\nwert = -1.5\n{{#if x}}{{{y}}}";
        for (line, column, entry) in [
            (1, 1, "stand"),
            (1, 9, "\"2017-06\""),
            (2, 9, "[\"a\", 'b']"),
            (2, 15, "'b'"),
            (3, 8, "-1.5"),
            (4, 1, "{{#if x}}"),
            (4, 10, "{{{y}}}"),
            (1, 7, "="),
            (2, 0, "parts = [\"a\", 'b']"),
        ] {
            assert_eq!(marked("t.toml", text, line, column).as_deref(), Some(entry), "{line}:{column}");
        }
    }

    #[test]
    fn endless_lines_are_cut_off() {
        let text = "x".repeat(1 << 20);
        let lines = Lines::new(text.into());
        let excerpt = Excerpt::of(&lines, &Place::new(&Arc::from("t.csv"), 1, 1)).expect("an excerpt");
        assert_eq!((excerpt.start, excerpt.end), (0, WIDEST));
        assert!(excerpt.line.len() <= 2 * WIDEST);
        assert_eq!(Excerpt::of(&lines, &Place::new(&Arc::from("t.csv"), 1, 900_000)), None);
    }
}
