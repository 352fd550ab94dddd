//! Files that describe the documents for other systems: `oparl.json` for council information systems, and the DCAT file
//! for data portals.

mod dcat;
mod members;
mod oparl;

pub use dcat::{DCAT, DcatFile, dcat};
pub use oparl::{OPARL, PaperFile, oparl};
