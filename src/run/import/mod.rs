//! An import: rows of an edition are made from a delivered table, and an account lists which data was imported, left
//! out and changed.

mod account;
mod importer;
mod options;
mod target;

pub use importer::import;
pub use options::ImportOptions;
