//! The engine: an opened edition, and the runs that make its documents in an output folder.
//!
//! Commands and programs work with `edition`. `build`, `bundle` and `merge` are the runs; they plan (`plan`), compose
//! and set (`production`), manage the folder (`folder`) and write `manifest.json`, the trace and the files that list
//! the other files (`side_files`).

mod alone;
mod build;
mod bundle;
mod edition;
mod findings;
mod folder;
pub mod import;
mod keep_going;
mod manifest;
mod merge;
mod options;
mod outcome;
mod plan;
mod problems;
mod production;
mod progress;
mod side_files;
mod trace_lines;
mod trace_sources;
mod tracer;
mod with_edition;

pub use alone::set_alone;
pub use build::build;
pub use bundle::{BundleOptions, bundle};
pub use edition::{OpenEdition, OpenMode, edition_key};
pub use manifest::{FileEntry, MANIFEST, Manifest, PROGRAM};
pub use merge::merge;
pub use options::{BuildOptions, WorkerOptions};
pub use outcome::Outcome;
pub use plan::{RunPlan, plan_build, usual_documents};
pub use problems::{of_failure, too_long};
pub use progress::{Progress, Silent};
pub use side_files::{SideFiles, is_draft, of_meeting as side_files_of_meeting};
pub use trace_sources::{CellNames, TracedTexts};
pub use tracer::TRACE;
pub use with_edition::{open_assets, with_edition, with_opened};
