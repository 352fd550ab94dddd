//! Many problems, in the order they were found.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::excerpt::{Excerpt, SourceLines};
use super::problem::Problem;
use super::severity::Severity;

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

    /// Orders the problems by file, line and column; those without a place come first. Problems of one place keep their
    /// order, however many characters each marks.
    pub fn sort_by_place(&mut self) {
        fn start(problem: &Problem) -> Option<(&str, u32, u32)> {
            problem.place.as_ref().map(|place| (place.file.as_ref(), place.line, place.column))
        }
        self.problems.sort_by(|a, b| start(a).cmp(&start(b)));
    }

    /// The same report with the line each problem is about, from the text of its file; `source` has the texts,
    /// by the path a place names.
    pub fn with_excerpts<'a>(mut self, source: impl Fn(&str) -> Option<Cow<'a, str>>) -> Self {
        let mut files: BTreeMap<Arc<str>, Option<SourceLines<'a>>> = BTreeMap::new();
        for problem in self.problems.iter_mut().filter(|problem| problem.excerpt.is_none()) {
            let Some(place) = &problem.place else { continue };
            let lines = files
                .entry(Arc::clone(&place.file))
                .or_insert_with(|| source(&place.file).map(SourceLines::new))
                .as_ref();
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
