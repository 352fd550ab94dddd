//! Problems: what is wrong, where it stands, what to do next.
//!
//! One type for the whole program. It is an application: nobody matches on our variants, people read
//! them. Every room returns `Report`s; only `main` prints them.

mod excerpt;
mod place;
mod problem;
mod report;
pub mod rules;
mod sarif;
mod severity;
mod terminal;
mod words;

pub use place::{Place, count};
pub use problem::{Problem, ProblemKind};
pub use report::{Report, Result};
pub use sarif::sarif;
pub use severity::Severity;
pub use terminal::{drawn, wrapped};
pub use words::{counted, is_invisible, nearest, shown};
