//! Reads PDF files: their objects, and the text of their pages. `verify` reads our own files with it, `paper` those
//! of others.
//!
//! The reader is our own. From the bottom up: `value` (what a PDF is made of), `lex` (its syntax), `filters` (packed
//! streams), `file` (objects by number), `font` (what codes mean), `resources`, `text_runs` (glyphs become text),
//! `content` (interprets operators), `read` (the whole file). It is strict, repairs nothing, and limits everything it
//! does. lopdf 0.45 and hayro-syntax 0.7 and 0.9 were measured first: all three unpack streams without a limit while
//! opening (a gigabyte from 382 bytes), and the first two can be made to panic or to run out of stack by files of a few
//! hundred bytes.

mod content;
mod damage;
mod file;
mod filters;
mod font;
mod lex;
mod matrix;
pub(crate) mod page_text;
mod read;
mod resources;
mod text_runs;
mod value;

pub(crate) use content::inline_image;
pub use damage::{Damage, DamageKind, DamagedPart};
pub(crate) use file::PdfFile;
pub(crate) use lex::{Lexer, is_blank};
pub(crate) use matrix::Matrix;
pub use page_text::{FoundNumber, PageLink, PdfReading};
pub use read::read;
pub(crate) use value::{Dict, PdfValue, Stream};

#[cfg(test)]
mod tests;
