//! `kreisblatt check`: checks the data for consistency and against earlier printed numbers.

use serde::Serialize;

use crate::args::{self, ReportFormat};
use crate::diag::{Report, sarif};
use crate::run::{Outcome, usual_documents};

use super::rules;
use super::with_edition::{outcome, with_edition};

/// `kreisblatt check`.
pub fn check(args: &args::Check) -> Outcome {
    if let Some(id) = &args.explain {
        return outcome(rules::explain(id));
    }
    let mut kommunen = 0;
    let checked = with_edition(&args.project, |edition| {
        let mut report = edition.opening_warnings();
        report.extend(edition.data_warnings(&edition.facts()));
        let documents = edition.user_templates().and_then(|user| usual_documents(edition.data(), &user).map(drop));
        report.extend(documents.err().unwrap_or_default());
        kommunen = edition.data().kommunen.len();
        Ok(report.into())
    });
    if checked.exit_code() == 2 {
        return checked; // A wrong command line is not a finding about the data.
    }
    let report = checked.report;
    let summary = match (report.is_empty(), kommunen) {
        (true, _) => format!("{kommunen} Kommunen checked, nothing found"),
        (false, 0) => format!("found {}", report.tally()),
        (false, _) => format!("{kommunen} Kommunen checked, found {}", report.tally()),
    };
    let output = written(args.format, report.problems(), &report);
    Outcome { reported: !output.is_empty(), output, report, summary }
}

/// Writes findings for a program; `report` has the same findings as problems. Empty for text, which is the report itself.
pub(super) fn written(format: ReportFormat, findings: &[impl Serialize], report: &Report) -> String {
    match format {
        ReportFormat::Text => String::new(),
        ReportFormat::Json => serde_json::to_string_pretty(findings).expect("findings can be written") + "\n",
        ReportFormat::Sarif => sarif(report, std::env::current_dir().ok().as_deref()),
    }
}
