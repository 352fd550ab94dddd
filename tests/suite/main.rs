//! The integration suite: one binary that runs the real program and reads what it wrote.

mod desk;
mod pdf;
mod rows;

mod build;
mod contact;
mod standards;

mod broken;
mod hostile;

mod golden;
mod repeat;
mod tables;
mod templates;
mod texts;

mod floorplan;
mod messages;
mod printed;
mod rules;
