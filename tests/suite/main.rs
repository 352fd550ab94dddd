//! The integration suite: one binary that runs the real program and reads what it wrote.

mod desk;
mod pdf;
mod rows;

mod brochure;
mod build;
mod contact;
mod maps;
mod paper;
mod reading;
mod standards;

mod broken;
mod hostile;

mod golden;
mod repeat;
mod tables;
mod templates;
mod texts;
mod verify;

mod explain;
mod floorplan;
mod messages;
mod printed;
mod rules;
