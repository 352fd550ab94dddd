//! Where a printed number comes from: a cell, or a rule with its inputs.

use std::sync::Arc;

use crate::diag::Place;

/// The origin of a number on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Read from one cell or entry.
    Cell(Place),
    /// Computed by us.
    Formula {
        /// The rule, in words, for example `sum of population`.
        rule: String,
        /// The cells that went in, in the order of the table.
        inputs: Arc<[Place]>,
    },
}
