//! What can be measured, and how several Kommunen are put together.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::diag::Place;

/// Whether a higher value is good, bad, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// A higher value is worse.
    HigherIsWorse,
    /// A higher value is better.
    HigherIsBetter,
    /// Neither.
    Neutral,
}

/// How the value of several Kommunen together is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// The sum of the values.
    Sum,
    /// The mean, weighted by another indicator (its index in `Data::indicators`).
    WeightedMean(usize),
    /// The sum of one indicator by the sum of another (their indices): numerator, denominator.
    Ratio(usize, usize),
    /// There is none.
    None,
}

/// The axis of an indicator's bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// Value at the left end.
    pub min: Decimal,
    /// Value at the right end.
    pub max: Decimal,
    /// Distance of the ticks, more than zero.
    pub step: Decimal,
}

/// What an article agrees with: the three genders, and the plural, where gender makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Der Landkreis, der Anteil.
    Masculine,
    /// Die Stadt, die Quote.
    Feminine,
    /// Das Land, das Einkommen.
    Neuter,
    /// Die Kommunen. The label of an indicator is never plural.
    #[serde(skip_deserializing)]
    Plural,
}

/// What an indicator measures, where the program has to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Inhabitants.
    Population,
    /// The area: it tells whether a Kommune is the one it was in a former edition.
    Area,
}

/// The words the headline sentence of a fact sheet needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// Gender of the indicator's label.
    pub gender: Gender,
    /// Adjective of a high value: `hoch`.
    pub high: String,
    /// Adjective of a low value: `niedrig`.
    pub low: String,
}

/// What can be measured: one entry of `indicators.toml`.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// The column in `kommunen.csv` and the key in every machine format.
    pub key: String,
    /// Full German name.
    pub label: String,
    /// Name for narrow columns.
    pub short: String,
    /// Unit as printed behind the number; empty = a plain count.
    pub unit: String,
    /// Decimal places printed.
    pub decimals: u32,
    /// What is measured, one German sentence.
    pub definition: String,
    /// Key of the source in `edition.toml`.
    pub source: String,
    /// Whether more is worse.
    pub polarity: Polarity,
    /// How several Kommunen are put together.
    pub aggregate: Aggregate,
    /// Lowest and highest value that can be; `None` = anything can.
    pub range: Option<(Decimal, Decimal)>,
    /// The indicator its values do not exceed in any sensible row (its index in `Data::indicators`);
    /// `None` = there is none.
    pub at_most: Option<usize>,
    /// Whether it stands among the key figures at the head of a fact sheet.
    pub key_figure: bool,
    /// The words of the headline sentence; `None` = the headline is not about it.
    pub headline: Option<Headline>,
    /// Axis of its bar; `None` = it has no bar.
    pub chart: Option<Axis>,
    /// Whether the brochure draws a map of it.
    pub map: bool,
    /// Heading of its ranking from the highest value.
    pub highest: String,
    /// Heading of its ranking from the lowest value.
    pub lowest: String,
    /// What it measures; `None` = the program need not know.
    pub measures: Option<Quantity>,
    /// Other names under which sources deliver it.
    pub also: Vec<String>,
    /// The entry in `indicators.toml`.
    pub place: Place,
}
