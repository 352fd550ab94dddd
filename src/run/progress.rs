//! Who is told how far a run is.

use crate::diag::Report;

/// Told how far a run is. All methods but [`Progress::stopped`] may do nothing.
pub trait Progress: Sync {
    /// So many documents will be made.
    fn begin(&self, _documents: usize) {}
    /// A document was made, or failed.
    fn step(&self, _path: &str) {}
    /// No more documents will come.
    fn end(&self) {}
    /// A line for standard output, now: the command goes on.
    fn say(&self, _line: &str) {}
    /// What a command that goes on has to report, now.
    fn tell(&self, _report: &Report, _summary: &str) {}
    /// Whether what is being made is no longer wanted.
    fn stopped(&self) -> bool {
        false
    }
}

/// A run that tells nobody.
pub struct Silent;

impl Progress for Silent {}
