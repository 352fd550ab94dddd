//! Reads the finished PDFs back.
//!
//! A small reader of our own: `lex` knows how PDF is spelled, `file` finds objects and unpacks streams,
//! `font` what codes say and how wide they are, `content` runs over a page, `read` puts it together. It
//! is strict, repairs nothing and parses only what it is asked for. Files may be damaged or made to
//! harm: recursion, unpacked bytes and work have limits.

mod content;
mod file;
mod font;
mod lex;
mod read;

pub use read::{Found, Link, PageText, Reading, read};

#[cfg(test)]
mod tests;
