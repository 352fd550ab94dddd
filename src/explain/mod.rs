//! Where a printed number comes from.

mod answer;
mod explainer;

pub use answer::{Answer, AnswerInput, text};
pub use explainer::{Explainer, indicator_named};
