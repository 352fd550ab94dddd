//! An import: a delivered table becomes rows of an edition, and an account says what was taken, what was left and what
//! changed.

mod account;
mod importer;
mod options;
mod target;

pub use importer::import;
pub use options::ImportOptions;
