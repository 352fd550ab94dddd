//! Finished PDFs -> what stands on their pages; and that held against the trace.
//!
//! The line only makes PDFs. Here they are read back from their bytes, without anything the line remembers,
//! and each number on each page is compared with the line of the trace that speaks of it, both ways.

mod compare;
mod content;
mod file;
mod font;
mod lex;
mod read;

pub use compare::{Deviation, compare};
pub use read::{Found, Link, PageText, Reading, read};

#[cfg(test)]
mod tests;
