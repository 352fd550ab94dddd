//! One file for each command: its options, the modules it calls, its output. No command prints by itself or uses the
//! terminal.

mod build;
mod bundle;
mod check;
mod compare;
mod explain;
mod export;
mod fields;
mod import;
mod impose;
mod manual;
mod merge;
mod project;
mod rules;
mod run;
mod stamp;
mod tables;
mod tents;
mod verify;
mod watch;
mod with_edition;

pub use run::run;
