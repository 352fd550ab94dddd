//! Problems: what is wrong, where it stands, what to do next.
//!
//! One type for the whole program. It is an application: nobody matches on our variants, people read
//! them. Every room returns `Report`s; only `main` prints them.

mod excerpt;
pub mod rules;
mod sarif;
mod terminal;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Write as _};
use std::sync::Arc;

use serde::Serialize;

use excerpt::Lines;

pub use excerpt::Excerpt;
pub use sarif::sarif;
pub use terminal::{drawn, wrapped};

/// A place in a file: what an editor can jump to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path as the user knows it, for example `data/2017/kommunen.csv`.
    pub file: Arc<str>,
    /// Line, counted from 1; 0 when the whole file is meant.
    pub line: u32,
    /// Column in characters, counted from 1; 0 when the whole line is meant.
    pub column: u32,
}

impl Place {
    /// A place in a file; lines and columns count from 1.
    pub fn new(file: &Arc<str>, line: u32, column: u32) -> Self {
        Self { file: Arc::clone(file), line, column }
    }

    /// A file as a whole.
    pub fn file(file: &str) -> Self {
        Self { file: Arc::from(file), line: 0, column: 0 }
    }

    /// The place of a byte offset in a text; an offset past the end counts as the end.
    pub fn at_offset(file: &Arc<str>, text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::new(file, count(before.matches('\n').count() + 1), count(before[line_start..].chars().count() + 1))
    }
}

/// A count as Place holds it; files beyond four thousand million lines are cut off, not wrapped.
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

/// How bad a problem is: errors stop a build, warnings do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written while one of these stands.
    Error,
    /// The output is made; a person should look.
    Warning,
}

impl Severity {
    /// The word messages begin with.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What went wrong: decides the exit code, and whether a document ran into a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// Something is wrong with data, templates or files, or a file cannot be written: exit code 1.
    Data,
    /// The command line cannot be understood, or names something that does not exist: exit code 2.
    Usage,
    /// Something took too long and was stopped: exit code 1.
    Stopped,
}

/// One thing that is wrong, where it stands, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule that found it, for example `KB105`. Stable across versions.
    pub id: &'static str,
    /// What went wrong.
    pub kind: ProblemKind,
    /// Whether it stops a build.
    pub severity: Severity,
    /// What is wrong: lower-case start, no full stop, the offending value shown.
    pub message: String,
    /// Where; `None` when no file is involved.
    pub place: Option<Place>,
    /// What to do next; empty when the message says it all.
    pub hints: Vec<String>,
    /// The line it is about; `None` when no line is, or none was looked up ([`Report::with_excerpts`]).
    pub excerpt: Option<Box<Excerpt>>,
}

impl Problem {
    /// A problem that stops a build.
    pub fn error(id: &'static str, message: impl Into<String>) -> Self {
        let (kind, severity) = (ProblemKind::Data, Severity::Error);
        Self { id, kind, severity, message: message.into(), place: None, hints: Vec::new(), excerpt: None }
    }

    /// A wrong command line: an error whose exit code is 2.
    pub fn usage(id: &'static str, message: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Usage, ..Self::error(id, message) }
    }

    /// Something that took too long and was stopped.
    pub fn stopped(id: &'static str, message: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Stopped, ..Self::error(id, message) }
    }

    /// A problem a person should look at, and that stops nothing.
    pub fn warning(id: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(id, message) }
    }

    /// The same problem as one of the data, with the ID of that: a name that does not exist is a usage problem on the
    /// command line, and a problem of the data in a file.
    pub fn in_data(self, id: &'static str) -> Self {
        Self { id, kind: ProblemKind::Data, ..self }
    }

    /// The same problem, with its place.
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same problem, with one more hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What its rule is called; empty for an ID without a rule.
    pub fn title(&self) -> &'static str {
        rules::rule(self.id).map_or("", |rule| rule.title)
    }

    /// The same problem, with the nearest known name as a hint, when one is near.
    pub fn did_you_mean<'a>(self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(wrong, known) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// The known name nearest to a wrong one, at most three edits (a third of its length) away.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Shows a value in a message: control characters escaped, cut after sixty characters.
pub fn shown(value: &str) -> String {
    let mut text: String = value
        .chars()
        .take(60)
        .flat_map(|c| if c.is_control() || is_invisible(c) { c.escape_unicode().collect::<Vec<_>>() } else { vec![c] })
        .collect();
    if value.chars().count() > 60 {
        text.push('…');
    }
    text
}

/// Whether a character steers the direction of text or shows nothing at all: no name needs one, and
/// one of them can make a page say something else than the table.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}'
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: ", self.severity.word(), self.id)?;
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        for hint in &self.hints {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// The machine form of a problem: the keys `check --format json` promises.
impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(8))?;
        map.serialize_entry("id", self.id)?;
        map.serialize_entry("severity", &self.severity)?;
        map.serialize_entry("title", self.title())?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("file", &self.place.as_ref().map(|p| p.file.as_ref()))?;
        let known = |n: u32| (n > 0).then_some(n);
        map.serialize_entry("line", &self.place.as_ref().and_then(|p| known(p.line)))?;
        map.serialize_entry("column", &self.place.as_ref().and_then(|p| known(p.column)))?;
        let hint = (!self.hints.is_empty()).then(|| self.hints.join("; "));
        map.serialize_entry("hint", &hint)?;
        map.end()
    }
}

/// Many problems, in the order they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    problems: Vec<Problem>,
}

/// A result whose failure is a report of at least one error.
pub type Result<T, E = Report> = std::result::Result<T, E>;

impl Report {
    /// A report of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Adds all problems of another report.
    pub fn extend(&mut self, other: Report) {
        self.problems.extend(other.problems);
    }

    /// The problems, in the order they were found.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether any problem stops a build.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|p| p.severity == Severity::Error)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Orders the problems by file, line and column; those without a place come first.
    pub fn sort_by_place(&mut self) {
        self.problems.sort_by(|a, b| a.place.cmp(&b.place));
    }

    /// The same report with the line each problem is about, from the text of its file; `source` has the texts,
    /// by the path a place names.
    pub fn with_excerpts<'a>(mut self, source: impl Fn(&str) -> Option<Cow<'a, str>>) -> Self {
        let mut files: BTreeMap<Arc<str>, Option<Lines<'a>>> = BTreeMap::new();
        for problem in self.problems.iter_mut().filter(|problem| problem.excerpt.is_none()) {
            let Some(place) = &problem.place else { continue };
            let lines =
                files.entry(Arc::clone(&place.file)).or_insert_with(|| source(&place.file).map(Lines::new)).as_ref();
            problem.excerpt = lines.and_then(|lines| Excerpt::of(lines, place)).map(Box::new);
        }
        self
    }

    /// Counts errors and warnings in words, for example `2 errors, 1 warning`.
    pub fn tally(&self) -> String {
        let errors = self.problems.iter().filter(|p| p.severity == Severity::Error).count();
        let warnings = self.problems.len() - errors;
        let mut text = String::new();
        for (n, word) in [(errors, "error"), (warnings, "warning")] {
            if n > 0 {
                let comma = if text.is_empty() { "" } else { ", " };
                let plural = if n == 1 { "" } else { "s" };
                write!(text, "{comma}{n} {word}{plural}").expect("writing to a String cannot fail");
            }
        }
        text
    }
}

impl From<Problem> for Report {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl FromIterator<Problem> for Report {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self { problems: problems.into_iter().collect() }
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
    fn nearest_name_is_offered_only_when_near() {
        let known = ["population", "area_km2"];
        assert_eq!(nearest("popluation", known), Some("population"));
        assert_eq!(nearest("einwohner", known), None);
    }

    #[test]
    fn shown_values_hide_nothing() {
        assert_eq!(shown("a\u{202e}b\n"), "a\\u{202e}b\\u{a}");
    }
}
