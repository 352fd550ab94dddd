//! kreisblatt turns one table of German Kommunen into printed paper people trust.
//!
//! The modules stand in the order the data walks through them. `tests/suite/floorplan.rs` holds them to who may use whom.

pub mod args;
pub mod commands;
pub mod plan;

pub mod address;
pub mod assets;
pub mod diag;
pub mod digest;
pub mod german;
pub mod grammar;
pub mod model;
pub mod numerals;
pub mod select;
pub mod trace;

pub mod load;

pub mod intake;

pub mod check;

pub mod derive;

pub mod catalogue;
pub mod compose;
pub mod council;
pub mod documents;
pub mod export;

pub mod typeset;

pub mod write;

pub mod run;

pub mod pdf;

pub mod explain;
pub mod paper;
pub mod preview;
pub mod project;
pub mod verify;
pub mod watch;
