//! Typst text -> pages -> PDF bytes, in worker processes.
//!
//! This room sets pages; it does not count people. `world` is what Typst may see, `set` makes one
//! document, `worker` is the process that does it, `pool` the parent's side that hands out documents
//! and keeps the limits.

mod boxes;
mod fonts;
mod frames;
mod pool;
mod runs;
mod set;
mod worker;
mod world;

pub use pool::{Cause, Limits, Pool, Resident, Verdict, WORKER, Work};
pub use worker::serve;

use serde::{Deserialize, Serialize};

/// The PDF standards a document keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standard {
    /// PDF/A-2a and PDF/UA-1.
    Archive,
    /// PDF/A-3a and PDF/UA-1: may carry files.
    Data,
}

impl Standard {
    /// As a manifest names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "PDF/A-2a, PDF/UA-1",
            Self::Data => "PDF/A-3a, PDF/UA-1",
        }
    }
}

/// A document to set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// Stable name of the document: what its PDF identifier is made from.
    pub ident: String,
    /// The standards to keep.
    pub standard: Standard,
    /// The Typst text; sent beside the header, not in it.
    #[serde(skip)]
    pub text: String,
}

/// A document that was set.
#[derive(Debug)]
pub struct Finished {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// The numbers on its pages.
    pub numbers: Vec<Number>,
}

/// A number on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// Page, from 1.
    pub page: usize,
    /// Where its baseline begins, from the left edge of the sheet, in hundredths of a point.
    pub x: i64,
    /// The same from the lower edge.
    pub y: i64,
    /// As set, for example `1.409,75`.
    pub text: String,
    /// What made it.
    pub written: Written,
}

/// What made a number on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Written {
    /// The document's own text, from this byte on.
    Text(usize),
    /// A file the document imports.
    Look {
        /// Path in the assets.
        file: String,
        /// Line, counted from 1.
        line: u32,
        /// What the line says that its numbers are (`// traced: page number`); `None` when it does not say.
        what: Option<String>,
    },
    /// Typst itself: no text is known.
    Nowhere,
}

/// What Typst had to say; warnings count, because a missing font is only one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What is wrong.
    pub message: String,
    /// What Typst suggests.
    pub hints: Vec<String>,
    /// Where it went wrong; `None` when Typst does not say.
    pub at: Option<Spot>,
    /// The line of the document's own text that led there, counted from 1; `None` when unknown.
    pub document_line: Option<u32>,
}

/// A place in a file Typst read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Path in the assets; `None` for the document's own text.
    pub file: Option<String>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

/// Why a document was not set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// Typst or the PDF standard refused it.
    Refused(Vec<Finding>),
    /// It took longer than this many seconds.
    TimedOut(u64),
    /// Nobody wanted it any more.
    Unwanted,
    /// The worker died: out of memory, or a bug; with what it last said.
    Died(String),
}
