//! What the rule of an indicator makes of the values of several Kommunen: the only place that computes it, and that
//! writes it as a formula.

use rust_decimal::Decimal;

use crate::model::{Aggregate, Indicator};

use super::summary::{ratio, sum, weighted_mean};

/// The rule of an indicator.
#[derive(Debug, Clone, Copy)]
pub(super) struct AggregateRule<'a> {
    indicators: &'a [Indicator],
    at: usize,
}

impl<'a> AggregateRule<'a> {
    /// The rule of the indicator at a position.
    pub fn new(indicators: &'a [Indicator], at: usize) -> Self {
        Self { indicators, at }
    }

    /// The positions of the indicators whose values go into the value of a group; empty when there is no rule.
    pub fn parts(self) -> Vec<usize> {
        match self.indicators[self.at].aggregate {
            Aggregate::Sum => vec![self.at],
            Aggregate::WeightedMean(weight) => vec![self.at, weight],
            Aggregate::Ratio(top, bottom) => vec![top, bottom],
            Aggregate::None => Vec::new(),
        }
    }

    /// The value of a group; `values` gives the values of the indicator at a position, one per Kommune. `None` when
    /// there is no rule, no Kommune has all the values it needs, or it divides by zero.
    pub fn value(self, values: impl Fn(usize) -> Vec<Option<Decimal>>) -> Option<Decimal> {
        match self.indicators[self.at].aggregate {
            Aggregate::Sum => sum(&values(self.at)),
            Aggregate::WeightedMean(weight) => weighted_mean(&values(self.at), &values(weight)),
            Aggregate::Ratio(top, bottom) => ratio(&values(top), &values(bottom)),
            Aggregate::None => None,
        }
    }

    /// The rule as a formula of keys: `sum of population`, with an edition `sum of population of 2017`.
    pub fn formula(self, edition: Option<&str>) -> String {
        let key = |at: usize| self.indicators[at].key.as_str();
        let of = edition.map(|edition| format!(" of {edition}")).unwrap_or_default();
        match self.indicators[self.at].aggregate {
            Aggregate::Sum => format!("sum of {}{of}", key(self.at)),
            Aggregate::WeightedMean(weight) => format!("mean of {}{of} weighted by {}", key(self.at), key(weight)),
            Aggregate::Ratio(top, bottom) => format!("sum of {}{of} / sum of {}", key(top), key(bottom)),
            Aggregate::None => format!("{} has no aggregate", key(self.at)),
        }
    }
}
