//! kreisblatt turns one table of German Kommunen into printed paper people trust.
//!
//! The modules stand in the order the data walks through them: the front (command line and plan), the
//! ground floor that knows no other room, and the line `load -> check -> derive -> compose -> typeset ->
//! write`, left to right, never back; after it what is done with finished PDFs. `tests/suite/floorplan.rs` holds the
//! rooms to it.

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
pub mod trace;

pub mod load;

pub mod intake;

pub mod check;

pub mod derive;

pub mod catalogue;
pub mod compose;
pub mod council;
pub mod export;

pub mod typeset;

pub mod write;

pub mod pdf;

pub mod verify;

pub mod paper;

pub mod preview;
