//! One problem: what is wrong, where, and what to do next.

use std::fmt::{self, Display};

use serde::Serialize;

use super::excerpt::Excerpt;
use super::place::Place;
use super::rules;
use super::severity::Severity;
use super::words::nearest;

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
