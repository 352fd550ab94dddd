//! PDFs after the line: what is drawn on finished ones and beside them, by millimetres and with our fonts; and
//! finished pages put on sheets.
//!
//! printpdf draws and never reads; lopdf writes and never reads what others made: foreign files are opened by the
//! reader in `verify`, which has a limit for everything.

pub mod impose;
mod ink;

pub use ink::{About, Align, Colour, Drawing, Faces, Weight, Writing};
