//! Deviations: differences between finished files and manifest, trace or data, and their messages.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diag::{Place, Problem, Report};

/// The greatest number of deviations of one file that people get; JSON and SARIF have all.
pub const MOST_SHOWN: usize = 25;

/// A difference between a document and its trace or data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Deviation {
    /// The ID of the rule that found it.
    pub id: &'static str,
    /// The file, relative to the edition's output folder; or the file of the data.
    pub file: String,
    /// The page, from 1; `None` for the file as a whole.
    pub page: Option<usize>,
    /// The expected text; `None` when no text is expected there.
    pub expected: Option<String>,
    /// The text found; `None` when no text was found there.
    pub found: Option<String>,
    /// The origin of the expected number: a cell as `file:line:column`, a rule, or its kind.
    pub origin: Option<String>,
    /// The place on the page, in points from its lower left corner; `None` without a place.
    pub at: Option<(String, String)>,
    /// The description of the deviation, as text.
    pub what: String,
}

/// A deviation of a whole file.
pub fn of_file(id: &'static str, file: &str, what: &str) -> Deviation {
    Deviation {
        id,
        file: file.to_owned(),
        page: None,
        expected: None,
        found: None,
        origin: None,
        at: None,
        what: what.to_owned(),
    }
}

impl Deviation {
    fn problem(&self) -> Problem {
        let page = self.page.map(|page| format!("page {page}: ")).unwrap_or_default();
        let mut message = format!("{page}{}", self.what);
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => message += &format!(": expected {expected}, found {found}"),
            (Some(expected), None) => message += &format!(": expected {expected}"),
            (None, Some(found)) => message += &format!(": found {found}"),
            (None, None) => {}
        }
        let mut problem = Problem::error(self.id, message).at(Place::file(&self.file));
        if let Some((x, y)) = &self.at {
            problem = problem.hint(format!("at {x} pt from the left, {y} pt from the lower edge of the sheet"));
        }
        if let Some(origin) = &self.origin {
            problem = problem.hint(format!("origin: {origin}"));
        }
        problem
    }
}

/// Returns the deviations as problems, at most this many of one file and then how many more there are.
pub fn problems(deviations: &[Deviation], most: usize) -> Report {
    let mut report = Report::new();
    let mut by_file: BTreeMap<&str, Vec<&Deviation>> = BTreeMap::new();
    for deviation in deviations {
        by_file.entry(&deviation.file).or_default().push(deviation);
    }
    for (file, deviations) in by_file {
        for deviation in deviations.iter().take(most) {
            report.push(deviation.problem());
        }
        let more = deviations.len().saturating_sub(most);
        if more > 0 {
            report.push(
                Problem::error("KB419", format!("{more} more deviations in this file"))
                    .at(Place::file(file))
                    .hint("`--format json` tells all"),
            );
        }
    }
    report
}
