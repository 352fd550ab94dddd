//! The preview: the page on the loopback address on which `watch` shows a document while its files change.
//!
//! `watcher` reports that a file changed, `state` is what the page shows, `head` reads the requests of browsers and
//! `server` answers them, from memory alone. The page itself is here too and is no template: nobody's change to a
//! document may take away the page that shows what is wrong with it.

mod head;
mod server;
mod state;
mod watcher;

pub use server::{PreviewRequest, serve};
pub use state::{BuildStatus, PreviewDocument, PreviewState, ShownDocument};
pub use watcher::watch;
