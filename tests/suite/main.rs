//! The integration suite: one binary that runs the real program and reads what it wrote.

mod browser;
mod pdf;
mod rows;
mod sandbox;

mod brochure;
mod build;
mod bundle;
mod catalogue;
mod compare;
mod contact;
mod dcat;
mod described;
mod maps;
mod paper;
mod project;
mod reading;
mod standards;

mod broken;
mod hostile;
mod intake;

mod golden;
mod indicators;
mod kept;
mod repeat;
mod tables;
mod templates;
mod texts;
mod verify;
mod watch;

mod circles;
mod documents;
mod explain;
mod fields;
mod floorplan;
mod guide;
mod messages;
mod options;
mod printed;
mod rules;
mod side_by_side;
