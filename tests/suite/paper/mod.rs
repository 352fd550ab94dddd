//! PDFs after the line: pages on sheets.

mod impose;
mod sources;
