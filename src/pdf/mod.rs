//! Reads PDF files: their objects, and what stands on their pages. `verify` reads our own files with it, `paper` those
//! of others.
//!
//! The reader is our own: `lex` knows how PDF is spelled, `file` finds objects and unpacks streams (`filters`), `font`
//! what codes mean and how wide they are, `content` interprets the content of a page, `read` puts it together. It is
//! strict, repairs nothing, and limits everything it does. lopdf 0.45 and hayro-syntax 0.7 and 0.9 were measured
//! first: all three unpack streams without a limit while opening (a gigabyte from 382 bytes), and the first
//! two can be made to panic or to run out of stack by files of a few hundred bytes.

mod content;
mod file;
mod filters;
mod font;
mod lex;
mod read;

pub(crate) use content::inline_image;
pub(crate) use file::File;
pub(crate) use lex::{Dict, Lexer, Stream, Value, is_blank};
pub(crate) use read::rectangle;
pub use read::{Found, Link, PageText, Reading, read};

#[cfg(test)]
mod tests;
