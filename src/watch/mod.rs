//! `watch`: a document on a page of this machine that follows every change of the project's files, and all documents written
//! again behind it. `preview` serves the page and tells which files changed.

mod watching;

pub use watching::{WatchOptions, watch};
