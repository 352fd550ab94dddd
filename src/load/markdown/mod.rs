//! Markdown files -> texts. What cannot be printed is refused with its place, never left out.

mod blocks;
mod inlines;
mod read;
mod reader;
mod words;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub use read::prose;
pub use read::texts;
