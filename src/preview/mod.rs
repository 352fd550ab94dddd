//! The preview: what `watch` shows on a page of this machine while files change.
//!
//! `watcher` tells that a file changed, `stage` is what there is to be seen, `head` reads what a browser asks and
//! `server` answers, from memory alone. The page itself lies here too and is no template: nobody's change to a document
//! may take away the page that shows what is wrong with it.

mod head;
mod server;
mod stage;
mod watcher;

pub use server::serve;
pub use stage::{Build, Listed, Page, Shown, Stage};
pub use watcher::watch;

/// What a reader of the page wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// To see another document, by its path.
    Document(String),
    /// A page that is not made yet; [`Stage::missing`] tells which.
    Page,
}
