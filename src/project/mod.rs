//! Projects: folders with data, templates, fonts and `kreisblatt.toml`, and the differences to the files of the
//! program.

mod eject;
mod new;
mod origins;

pub use eject::{OwnFile, eject, print};
pub use new::{NewProject, new};
pub use origins::{ORIGINS, origins};
