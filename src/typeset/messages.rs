//! The messages between a worker and the process or thread that started it. Most of them have a body, which is sent
//! beside them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::document::{Failure, Job, PlacedNumber};

/// The first message to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct WorkerSetup {
    /// Today, for Typst and for the PDF.
    pub date: NaiveDate,
    /// Threads it may use.
    pub threads: usize,
    /// Memory it may use, in bytes; 0 = no limit. A worker that is a thread has none.
    pub memory: u64,
    /// Path and length of each overlaid file; the body holds their bytes, one after the other.
    pub files: Vec<(String, usize)>,
}

/// A request to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum WorkerRequest {
    /// Set a document as a PDF. The body is its text.
    Set(Job),
    /// Set a document and keep its pages. The body is its text, then the files of `templates/` that replace the
    /// embedded ones from now on.
    Show {
        /// Length of the text.
        text: usize,
        /// Path and length of each file.
        files: Vec<(String, usize)>,
    },
    /// Draw a page, from 0, of the document shown last.
    Page(usize),
}

/// The reply to a request.
#[derive(Debug, Serialize, Deserialize)]
pub enum WorkerReply {
    /// A PDF, which is the body: how many pages, and the numbers on them.
    Document(usize, Vec<PlacedNumber>),
    /// Width and height of each page, in points.
    Sheets(Vec<(f64, f64)>),
    /// A page as SVG, which is the body.
    Page,
    /// Why the request failed.
    Failed(Failure),
}

/// Joins files for one body: their paths and lengths, and their bytes one after the other.
pub fn joined<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> (Vec<(String, usize)>, Vec<u8>) {
    let (mut names, mut all) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        names.push((path.to_owned(), bytes.len()));
        all.extend_from_slice(bytes);
    }
    (names, all)
}

/// Divides a body into its files again.
pub fn divided(files: Vec<(String, usize)>, mut rest: &[u8]) -> Vec<(String, Vec<u8>)> {
    let file = |(path, length): (String, usize)| {
        let (bytes, tail) = rest.split_at(length.min(rest.len()));
        rest = tail;
        (path, bytes.to_vec())
    };
    files.into_iter().map(file).collect()
}
