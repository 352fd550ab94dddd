//! The preview: the page on the loopback address on which `watch` shows a document while its files change.
//!
//! `watcher` reports changes of files, `state` is the content of the page, `head` reads the requests of browsers and
//! `server` answers them from memory alone. The page itself is also here and is not a template: a faulty template must
//! not break the page that shows its errors.

mod head;
mod server;
mod state;
mod watcher;

pub use server::{PreviewRequest, serve};
pub use state::{BuildStatus, PreviewDocument, PreviewState, ShownDocument};
pub use watcher::watch;
