//! The options of a run, as plain values: both the command line and programs that use the library fill them in.

use std::thread;

use crate::documents::Settings;
use crate::model::{Profile, Shard};
use crate::select::Selection;
use crate::typeset::{Limits, WorkerKind};

/// The options of a build.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// The Kommunen of the documents; an empty selection means all.
    pub selection: Selection,
    /// The names of the documents to make. If it is empty: the documents that the project lists, or with a selection
    /// the fact sheets.
    pub only: Vec<String>,
    /// One more document to make: the one `watch` shows. `None` = no other.
    pub also: Option<String>,
    /// The purpose of the PDFs.
    pub profile: Profile,
    /// Whether the pages of the brochure extend 3 mm over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages are added until the brochure's number of pages is a multiple of four.
    pub pad_pages: bool,
    /// Whether all documents are made again, also those that are up to date.
    pub force: bool,
    /// The part of the documents to make; `None` = all of them.
    pub shard: Option<Shard>,
    /// Whether the Typst source of every document is also written.
    pub emit_typst: bool,
    /// The workers.
    pub workers: WorkerOptions,
}

impl BuildOptions {
    /// Returns the settings that are the same for all documents of the build.
    pub fn settings(&self) -> Settings {
        Settings { profile: self.profile, bleed: self.bleed, padded: self.pad_pages, tightness: 0, selection: None }
    }
}

/// The kind, number and limits of the workers.
#[derive(Debug, Clone, Copy)]
pub struct WorkerOptions {
    /// Whether workers are processes or threads.
    pub kind: WorkerKind,
    /// The number of workers; `None` = one per core.
    pub jobs: Option<usize>,
    /// The time limit for a document, in seconds.
    pub time_limit: u64,
    /// The memory limit for a worker, in megabytes; 0 = no limit.
    pub memory_limit: u64,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self { kind: WorkerKind::Thread, jobs: None, time_limit: 30, memory_limit: 4096 }
    }
}

impl WorkerOptions {
    /// Returns the number of workers.
    pub fn jobs(&self) -> usize {
        self.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
    }

    /// Returns the limits for one document.
    pub fn limits(&self) -> Limits {
        Limits { seconds: self.time_limit, memory: self.memory_limit << 20 }
    }
}
