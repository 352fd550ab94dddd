//! A document to set, and what comes of it: the PDF with the numbers on its pages, or why there is none.

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
    /// A stable name of the document; its PDF identifier is made from it.
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
    pub numbers: Vec<PlacedNumber>,
}

/// A number on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedNumber {
    /// Page, from 1.
    pub page: usize,
    /// Where its baseline begins, from the left edge of the sheet, in hundredths of a point.
    pub x: i64,
    /// The same from the lower edge.
    pub y: i64,
    /// As set, for example `1.409,75`.
    pub text: String,
    /// Where its text was written.
    pub written: NumberSource,
}

/// Where the text of a number on a page was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NumberSource {
    /// In the document's own text, from this byte on.
    Text(usize),
    /// In a file the document imports.
    Look {
        /// Path in the assets.
        file: String,
        /// Line, counted from 1.
        line: u32,
        /// The meaning of its numbers as the comment of the line tells it (`// traced: page number`); `None` without one.
        what: Option<String>,
    },
    /// Typst itself wrote it: no text is known.
    Nowhere,
}

/// An error or warning of Typst; warnings count too, because a missing font is only a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What is wrong.
    pub message: String,
    /// What Typst suggests.
    pub hints: Vec<String>,
    /// Where it went wrong; `None` when Typst does not say.
    pub at: Option<SourceSpot>,
    /// The line of the document's own text from which it was reached, counted from 1; `None` when unknown.
    pub document_line: Option<u32>,
}

/// A place in a file Typst read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSpot {
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
    /// It was cancelled.
    Unwanted,
    /// The worker died, out of memory or because of a bug; with its last words on standard error.
    Died(String),
}
