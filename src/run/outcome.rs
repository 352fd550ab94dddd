//! The result of a run or a command.

use crate::diag::{ProblemKind, Report, Severity};

/// The result of a run or a command.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Text for standard output.
    pub output: String,
    /// Problems, for standard error.
    pub report: Report,
    /// One line about the result; empty when there is nothing to report.
    pub summary: String,
    /// Whether the output contains the problems, so that they are not printed twice.
    pub reported: bool,
}

impl Outcome {
    /// The outcome of a command that printed something.
    pub fn printed(output: String, report: Report) -> Self {
        Self { output, report, ..Self::default() }
    }

    /// The outcome of a run that made files, with a summary line.
    pub fn made(summary: String, report: Report) -> Self {
        Self { report, summary, ..Self::default() }
    }

    /// Returns 0 when everything was made, 1 when data or templates have errors, 2 when only the command line is wrong.
    pub fn exit_code(&self) -> u8 {
        let errors = || self.report.problems().iter().filter(|p| p.severity == Severity::Error);
        match (errors().next(), errors().all(|problem| problem.kind == ProblemKind::Usage)) {
            (None, _) => 0,
            (Some(_), true) => 2,
            (Some(_), false) => 1,
        }
    }
}

impl From<Report> for Outcome {
    fn from(report: Report) -> Self {
        Self { report, ..Self::default() }
    }
}
