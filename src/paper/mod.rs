//! PDFs after the line: what is drawn on finished ones and beside them, by millimetres and with our fonts; and
//! finished pages put on sheets.
//!
//! printpdf draws and never reads; lopdf writes and never reads what others made: `foreign` opens that with the reader
//! of `verify`, which has a limit for everything.

mod balance;
mod foreign;
pub mod impose;
mod ink;
mod stamp;
mod tents;

pub use foreign::LARGEST;
pub use ink::{About, Align, Colour, Drawing, Faces, Weight, Writing};
pub use stamp::{STAMP_WEIGHT, Spot, Stamped, stamped};
pub use tents::{Format, Seat, sheets};
