//! kreisblatt makes printed documents from one table of German Kommunen: fact sheets, rankings, state tables, a
//! brochure, and the annexes for a council meeting, as accessible and archivable PDFs.
//!
//! The program is a thin layer over this library: [`Edition`] opens an edition, makes its documents, and verifies
//! finished documents.
//!
//! ```
//! use kreisblatt::{BuildOptions, Edition, Selection};
//!
//! // The edition embedded in the program; `Some(path)` opens that of a project.
//! let edition = Edition::open(None, Some("2017"))?;
//! assert_eq!(edition.kommunen().len(), 104);
//!
//! // One fact sheet, as bytes. Nothing is written.
//! let options = BuildOptions {
//!     selection: Selection::all().kommune("Landkreis Biberach"),
//!     only: vec!["steckbriefe".to_owned()],
//!     ..BuildOptions::default()
//! };
//! let files = edition.build(&options)?;
//! assert!(files["steckbriefe/08426-landkreis-biberach.pdf"].starts_with(b"%PDF-1.7"));
//!
//! // The same in a folder, and verified against the data.
//! let out = tempfile::tempdir().expect("a folder");
//! edition.build_into(out.path(), &options)?;
//! assert!(edition.verify(out.path())?.is_empty());
//! # Ok::<(), kreisblatt::Report>(())
//! ```
//!
//! # Workers
//!
//! Workers set the pages. For programs that use the library, workers are threads by default ([`WorkerKind::Thread`]):
//! they need no second program and no setup. A thread cannot be stopped: a document that exceeds the time limit is
//! reported as failed, and its thread ends when the document is finished. Threads have no memory limit.
//!
//! If templates come from untrusted sources, use processes ([`WorkerKind::Process`]): they are stopped when they exceed
//! the time limit or the memory limit. Your program then starts itself again for each worker: call
//! [`serve_worker_if_asked`] first in `main`. It returns at once in your own process, and never returns in a worker.
//!
//! # The modules
//!
//! The modules are in the order of the data flow. `tests/suite/floorplan.rs` checks which module may use which other
//! modules, and `docs/architecture.md` shows the data flow.

mod args;
mod command_line;
mod commands;
mod plan;

mod address;
mod assets;
mod diag;
mod digest;
mod german;
mod grammar;
mod model;
mod numerals;
mod select;
mod trace;

mod load;

mod intake;

mod check;

mod derive;

mod catalogue;
mod compose;
mod council;
mod documents;
mod export;

mod typeset;

mod write;

mod run;

mod pdf;

mod explain;
mod paper;
mod preview;
mod project;
mod verify;
mod watch;

mod edition;
#[doc(hidden)]
pub mod internals;

pub use command_line::run_command_line;
pub use diag::{Place, Problem, ProblemKind, Report, Severity};
pub use edition::{Edition, KommuneInfo};
pub use model::{Profile, Shard};
pub use run::{BuildOptions, Outcome, WorkerOptions};
pub use select::Selection;
pub use typeset::{WorkerKind, serve_worker_if_asked};
pub use verify::Deviation;
