//! Work on finished PDFs: stamps on their pages, name tents and badges beside them, and their pages put on sheets.
//!
//! printpdf draws and never reads. lopdf writes and never reads the files of others: `foreign` opens those with the room
//! `pdf`, which has a limit for everything.

mod balance;
mod drawing;
mod drawn_pdf;
mod faces;
mod foreign;
pub mod impose;
mod stamp;
mod tents;
mod units;

pub use drawing::Align;
pub use drawn_pdf::DocumentInfo;
pub use faces::Faces;
pub use foreign::LARGEST;
pub use stamp::{STAMP_WEIGHT, StampSpot, Stamped, stamped};
pub use tents::{CardFormat, Seat, sheets};
