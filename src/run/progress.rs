//! The progress of a run.

use crate::diag::Report;

/// Receives the progress of a run. All methods except [`Progress::stopped`] may do nothing.
pub trait Progress: Sync {
    /// The run begins and will make this many documents.
    fn begin(&self, _documents: usize) {}
    /// A document was made, or failed.
    fn step(&self, _path: &str) {}
    /// All documents of the run are finished.
    fn end(&self) {}
    /// Prints a line on standard output at once, while the command continues.
    fn say(&self, _line: &str) {}
    /// Prints problems and a summary at once, while the command continues.
    fn tell(&self, _report: &Report, _summary: &str) {}
    /// Whether the run must stop.
    fn stopped(&self) -> bool {
        false
    }
}

/// A progress receiver that does nothing.
pub struct Silent;

impl Progress for Silent {}
