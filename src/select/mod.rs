//! Which Kommunen are meant: by name, Land, type or a condition on their columns.

mod condition;
mod names;
mod selection;

pub use names::{all_named, kommune};
pub use selection::Selection;
