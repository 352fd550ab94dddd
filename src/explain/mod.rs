//! Where a printed number comes from.

mod answer;
mod explainer;

pub use answer::text;
pub use explainer::{Explainer, indicator_named};
