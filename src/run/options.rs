//! What a run is asked for, as plain values: the command line and programs that use the library fill them in alike.

use std::thread;

use crate::documents::Settings;
use crate::model::{Profile, Shard};
use crate::select::Selection;
use crate::typeset::{Limits, WorkerKind};

/// What a build is asked for.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// The Kommunen the documents are about; all where it selects none.
    pub selection: Selection,
    /// The documents to make, by their names; where it is empty, those the project lists, or with a selection the fact
    /// sheets.
    pub only: Vec<String>,
    /// A document to make besides those: the one `watch` shows. `None` = no other.
    pub also: Option<String>,
    /// What the PDFs are for.
    pub profile: Profile,
    /// Whether the pages of the brochure reach 3 mm over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages make the brochure's number of pages a multiple of four.
    pub pad_pages: bool,
    /// Whether everything is made again, also what is there unchanged.
    pub force: bool,
    /// The part of the documents to make; `None` = all of them.
    pub shard: Option<Shard>,
    /// Whether the Typst source of every document is written, too.
    pub emit_typst: bool,
    /// Who sets the pages.
    pub workers: WorkerOptions,
}

impl BuildOptions {
    /// The settings all documents of the build start from.
    pub fn settings(&self) -> Settings {
        Settings { profile: self.profile, bleed: self.bleed, padded: self.pad_pages, tightness: 0, selection: None }
    }
}

/// Who sets the pages, and what they may use.
#[derive(Debug, Clone, Copy)]
pub struct WorkerOptions {
    /// Whether workers are processes or threads.
    pub kind: WorkerKind,
    /// How many workers; `None` = one per core.
    pub jobs: Option<usize>,
    /// Seconds a document may take.
    pub time_limit: u64,
    /// Megabytes of memory a worker may use; 0 = no limit.
    pub memory_limit: u64,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self { kind: WorkerKind::Thread, jobs: None, time_limit: 30, memory_limit: 4096 }
    }
}

impl WorkerOptions {
    /// How many workers, one per core where nobody says.
    pub fn jobs(&self) -> usize {
        self.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
    }

    /// What one document may take.
    pub fn limits(&self) -> Limits {
        Limits { seconds: self.time_limit, memory: self.memory_limit << 20 }
    }
}
