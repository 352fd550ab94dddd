//! `watch`: a document on a page of this machine that is updated after every change of the project's files; all
//! documents are also written again in the background. `preview` serves the page and reports changes of files.

mod watching;

pub use watching::{WatchOptions, watch};
