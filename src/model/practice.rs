//! Practice examples and their themes.

use rust_decimal::Decimal;

use super::values::Text;

/// A theme of practice examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// What practice examples refer to.
    pub key: String,
    /// Heading.
    pub title: String,
}

/// A fact of a practice example.
#[derive(Debug, Clone)]
pub struct Fact {
    /// As printed, for example `−45,36 %`.
    pub text: Text,
    /// What it counts.
    pub what: String,
    /// Its value for a chart with the other facts of the example that have one; `None` = it is in no chart.
    pub bar: Option<Decimal>,
    /// What it changed from and to; `None` = it is one figure.
    pub change: Option<FactChange>,
}

/// A figure before and after: `5,0 → 3,4 %`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactChange {
    /// Before: as printed, and its value.
    pub before: (String, Decimal),
    /// After: as printed, and its value.
    pub after: (String, Decimal),
}

/// A practice example: one entry of `praxis.toml`.
#[derive(Debug, Clone)]
pub struct Practice {
    /// AGS of its Kommune.
    pub ags: Text,
    /// Its theme (the index in `Data::themes`); `None` for an interview.
    pub theme: Option<usize>,
    /// Heading; for an interview the person.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// Its figures.
    pub facts: Vec<Fact>,
}
