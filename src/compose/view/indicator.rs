//! An indicator: its names, its values and ranks.

use std::sync::Arc;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::derive::{Facts, Summary};
use crate::grammar::aggregate_words;
use crate::model::{Data, Indicator, Kommune};
use crate::trace::Origin;

use super::fields::view;
use super::unknown::NOT_GIVEN;

view! {
    /// An indicator's names.
    pub struct IndicatorView {
        /// Key.
        pub key: String,
        /// Full name.
        pub label: String,
        /// For narrow columns.
        pub short: String,
        /// Unit; empty for a count.
        pub unit: String,
        /// What is measured.
        pub definition: String,
        /// How several Kommunen are put together, a German phrase.
        pub aggregation: String,
        /// Full citation of its source.
        pub source: String,
    }
}

view! {
    /// A name with a number.
    pub struct ValueView {
        /// Name.
        pub label: String,
        /// Number.
        pub value: FigureHandle,
    }
}

view! {
    /// A value of several Kommunen together.
    pub struct AggregateView {
        /// Number.
        pub value: FigureHandle,
        /// Whether Kommunen are missing from it, because a value of theirs is not known.
        pub partial: bool,
    }
}

/// Returns the indicators of which the edition knows any value: tables and charts leave out the others.
pub fn known(data: &Data) -> impl Iterator<Item = usize> + '_ {
    (0..data.indicators.len()).filter(|at| data.kommunen.iter().any(|kommune| kommune.values[*at].value.is_some()))
}

/// Adds the value of a Kommune.
pub fn cell(kommune: &Kommune, at: usize, indicator: &Indicator, figures: &mut FigureTable<'_>) -> FigureHandle {
    let number = &kommune.values[at];
    figures.value(indicator, number.value, Arc::new(Origin::Cell(number.place.clone())))
}

/// Adds the rank of a Kommune from the highest value.
pub fn rank(facts: &Facts<'_>, k: usize, at: usize, figures: &mut FigureTable<'_>) -> FigureHandle {
    let indicator = &facts.indicators[at];
    figures.rank(indicator.rank_high[k], indicator.all.known, ranking_origin(facts, at))
}

/// Returns the origin of the ranks of an indicator.
pub fn ranking_origin(facts: &Facts<'_>, at: usize) -> Arc<Origin> {
    Arc::clone(&facts.indicators[at].rank_origin)
}

/// Adds the value of several Kommunen together.
pub fn aggregate(summary: &Summary, indicator: &Indicator, figures: &mut FigureTable<'_>) -> FigureHandle {
    figures.value(indicator, summary.aggregate, Arc::clone(&summary.origin))
}

/// Returns the view of the value of several Kommunen together.
pub fn together(summary: &Summary, indicator: &Indicator, figures: &mut FigureTable<'_>) -> AggregateView {
    AggregateView { value: aggregate(summary, indicator, figures), partial: summary.is_partial() }
}

/// Adds the mean of several Kommunen.
pub fn mean(summary: &Summary, indicator: &Indicator, figures: &mut FigureTable<'_>) -> FigureHandle {
    figures.value(indicator, summary.mean, Arc::clone(&summary.mean_origin))
}

/// Adds the lowest and the highest value of the Kommunen in scope, with the cells they stand in.
pub fn extremes(facts: &Facts<'_>, at: usize, figures: &mut FigureTable<'_>) -> (FigureHandle, FigureHandle) {
    let indicator = &facts.data.indicators[at];
    let mut end = |list: &[usize]| {
        let number = list.first().map(|k| &facts.data.kommunen[*k].values[at]);
        let place = number.map_or_else(|| indicator.place.clone(), |n| n.place.clone());
        figures.value(indicator, number.and_then(|n| n.value), Arc::new(Origin::Cell(place)))
    };
    let ranked = &facts.indicators[at];
    (end(&ranked.from_lowest), end(&ranked.from_highest))
}

/// Returns the names of an indicator.
pub fn indicator_view(data: &Data, indicator: &Indicator) -> IndicatorView {
    let source = data.edition.source(&indicator.source);
    IndicatorView {
        key: indicator.key.clone(),
        label: indicator.label.clone(),
        short: indicator.short.clone(),
        unit: indicator.unit.clone(),
        definition: indicator.definition.clone(),
        aggregation: aggregate_words(indicator, &data.indicators).definition,
        source: source.map_or_else(|| NOT_GIVEN.to_owned(), |s| s.citation.clone()),
    }
}
