//! What an administration adds to the documents: papers for a meeting, and descriptions for other systems.

mod dcat;

pub use dcat::{DCAT, File, dcat};
