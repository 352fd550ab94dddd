//! kreisblatt turns one table of German Kommunen into printed paper people trust: fact sheets, rankings, state tables, a
//! brochure, and the annexes for a council meeting, as accessible and archive-proof PDFs.
//!
//! The program is a thin shell around this library: [`Edition`] opens an edition, makes its documents, and verifies finished
//! ones.
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
//! Pages are set by workers. For programs that use the library these are threads ([`WorkerKind::Thread`]): no second program
//! is needed, and nothing has to be set up. A thread cannot be stopped: a document that runs into the time limit is given up,
//! and its thread ends when the document does; there is no memory limit.
//!
//! Where templates come from strangers, let workers be processes ([`WorkerKind::Process`]), which are stopped by time and by
//! memory. Your program then starts itself again for each worker: call [`serve_worker_if_asked`] first in `main`. It returns
//! at once in your own process, and never in a worker.
//!
//! # The modules
//!
//! They stand in the order the data walks through them; `tests/suite/floorplan.rs` holds them to who may use whom, and
//! `docs/architecture.md` draws the way.

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
