//! Finished PDFs -> what stands on their pages; and that held against the trace.
//!
//! The line only makes PDFs. Here they are read back from their bytes, without anything the line remembers,
//! and each number on each page is compared with the line of the trace that speaks of it, both ways.
//!
//! The reader is our own: `lex` knows how PDF is spelled, `file` finds objects and unpacks streams (`filters`), `font`
//! what codes say and how wide they are, `content` runs over a page, `read` puts it together. It is strict and
//! repairs nothing, and everything it does has a limit; `paper` opens files others made with it. lopdf 0.45 and hayro-syntax 0.7 and 0.9 were measured
//! first: all three unpack streams without a limit while opening (a gigabyte from 382 bytes), and the first
//! two can be made to panic or to run out of stack by files of a few hundred bytes.

mod compare;
mod content;
mod file;
mod filters;
mod font;
mod lex;
mod read;

pub use compare::{Deviation, compare};
pub(crate) use content::inline_image;
pub(crate) use file::File;
pub(crate) use lex::{Dict, Lexer, Stream, Value, is_blank};
pub(crate) use read::rectangle;
pub use read::{Found, Link, PageText, Reading, read};

#[cfg(test)]
mod tests;
