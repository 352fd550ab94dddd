//! Compares finished PDFs with the trace: each number on each page with the line of the trace that speaks of it, both
//! ways.

mod compare;

pub use compare::{Deviation, compare};
