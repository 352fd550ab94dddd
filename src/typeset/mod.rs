//! Typst text -> pages -> PDF bytes, in workers: processes of their own, or threads for programs that embed us.
//!
//! `document` is what is set and what comes of it, `world` what Typst may see, `set` makes one document. A worker
//! (`worker`) answers requests (`messages`, sent as `frames`); `connection` is the other end of it, and on that stand
//! `pool`, which sets many documents, and `resident`, which sets one again and again.

mod boxes;
mod connection;
mod document;
mod fonts;
mod frames;
mod messages;
mod pool;
mod resident;
mod runs;
mod set;
mod worker;
mod world;

pub use connection::{Limits, WorkerKind};
pub use document::{Failure, Finding, Finished, Job, NumberSource, PlacedNumber, Standard};
pub use pool::{JobFailure, JobSource, NextStep, Pool};
pub use resident::ResidentWorker;
pub use worker::{serve, serve_worker_if_asked};
