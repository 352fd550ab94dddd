//! Files -> Data: strict types, and every value keeps its file, line and column.
//!
//! Loading looks at one cell at a time; what cells say of each other is `check`'s business. Problems are
//! collected: nine bad rows, nine messages.

mod cells;
mod changes;
mod data;
mod description;
mod edition;
mod geo;
mod indicators;
mod key_figures;
mod kommunen;
mod logo;
pub(crate) mod markdown;
mod meeting;
mod practice;
mod printed;
mod project;
mod publication;
mod table;
mod toml_file;

pub use data::{Loaded, load, load_alone, load_beside, measured};
pub use edition::PARTS;
pub use meeting::meeting;
pub use project::project;
