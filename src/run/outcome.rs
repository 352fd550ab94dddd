//! What a run or a command leaves behind.

use crate::diag::{ProblemKind, Report, Severity};

/// What a run or a command leaves behind.
#[derive(Debug, Default)]
pub struct Outcome {
    /// For standard output.
    pub output: String,
    /// Problems, for standard error.
    pub report: Report,
    /// One line on what was done; empty when there is nothing to say.
    pub summary: String,
    /// Whether the problems stand in the output, so that they are not told twice.
    pub reported: bool,
}

impl Outcome {
    /// A command that printed something.
    pub fn printed(output: String, report: Report) -> Self {
        Self { output, report, ..Self::default() }
    }

    /// A run that made something, with a line on what.
    pub fn made(summary: String, report: Report) -> Self {
        Self { report, summary, ..Self::default() }
    }

    /// 0: everything was made. 1: data or templates have errors. 2: the command line is wrong, and nothing else is.
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
