//! The facts about some Kommunen: ranks, spreads and aggregates, of all of them and of each Land.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::check::{Checked, ratio_deviation};
use crate::german::GermanOrder;
use crate::model::{Aggregate, Data, Kommune, LAENDER, Land, RankingEnd};
use crate::trace::Origin;

use super::aggregate::AggregateRule;
use super::rank::ranks;
use super::rows::{column, in_german_order};
use super::since::{GroupChange, Since, since};
use super::summary::{self, Spread};

/// What one indicator says of a group of Kommunen.
#[derive(Debug, Clone)]
pub struct Summary {
    /// How many Kommunen of the group have a value.
    pub known: usize,
    /// How many Kommunen of the group entered the aggregate: a mean or ratio needs two values of each.
    pub counted: usize,
    /// How many Kommunen the group has.
    pub members: usize,
    /// The spread of the values; `None` when none is known.
    pub spread: Option<Spread>,
    /// The value of the group as a whole, by the indicator's rule; `None` when it has none.
    pub aggregate: Option<Decimal>,
    /// How the aggregate was made.
    pub origin: Arc<Origin>,
    /// What one Kommune is compared with: for a sum the sum by the number of Kommunen, else the
    /// aggregate. `None` when there is none.
    pub mean: Option<Decimal>,
    /// How the mean was made.
    pub mean_origin: Arc<Origin>,
    /// How the aggregate differs from that of the former edition; `None` without one.
    pub change: Option<GroupChange>,
}

impl Summary {
    /// Whether Kommunen are missing from the aggregate: a page must say so.
    pub fn is_partial(&self) -> bool {
        self.aggregate.is_some() && self.counted < self.members
    }
}

/// What one indicator says of all Kommunen in scope.
#[derive(Debug, Clone)]
pub struct IndicatorFacts {
    /// All Kommunen in scope as one group.
    pub all: Summary,
    /// Rank from the highest value, by position in [`Data::kommunen`]; `None` without a value or scope.
    pub rank_high: Vec<Option<u32>>,
    /// Rank from the lowest value, likewise.
    pub rank_low: Vec<Option<u32>>,
    /// Positions of the Kommunen with a value, highest first, ties by name.
    pub from_highest: Vec<usize>,
    /// Positions of the Kommunen with a value, lowest first, ties by name.
    pub from_lowest: Vec<usize>,
    /// How ranks are made.
    pub rank_origin: Arc<Origin>,
}

/// A Land with its Kommunen.
#[derive(Debug, Clone)]
pub struct LandFacts {
    /// The Land.
    pub land: &'static Land,
    /// Positions of its Kommunen in scope, in German order of their names.
    pub members: Vec<usize>,
    /// One summary per indicator.
    pub summaries: Vec<Summary>,
}

/// Everything that can be said about the Kommunen in scope.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The data the facts are about.
    pub data: &'a Data,
    /// Positions of the Kommunen in scope, in German order of their names.
    pub scope: Vec<usize>,
    /// One entry per indicator.
    pub indicators: Vec<IndicatorFacts>,
    /// The Länder that have Kommunen in scope, in German order.
    pub laender: Vec<LandFacts>,
    /// What changed since the former edition; `None` without one.
    pub since: Option<Since>,
    /// The Kommunen in scope whose values can be compared with the former edition as one group, per indicator; empty
    /// without one.
    pub compared: Vec<Summary>,
}

impl Facts<'_> {
    /// The facts about the Land of a Kommune; `None` when none of its Kommunen is in scope.
    pub fn land_of(&self, kommune: &Kommune) -> Option<&LandFacts> {
        self.laender.iter().find(|land| land.land == kommune.land.value)
    }
}

/// Derives the facts about some Kommunen, given by their positions in [`Data::kommunen`].
pub fn derive<'a>(checked: &'a Checked, scope: &[usize]) -> Facts<'a> {
    let data = checked.data();
    let order = GermanOrder::default();
    let scope = in_german_order(data, scope.to_vec(), &order);
    let mut indicators: Vec<IndicatorFacts> =
        (0..data.indicators.len()).map(|at| indicator_facts(data, at, &scope)).collect();
    let mut laender: Vec<LandFacts> = LAENDER
        .iter()
        .filter_map(|land| {
            let members: Vec<usize> = scope.iter().copied().filter(|k| data.kommunen[*k].land.value == land).collect();
            let summaries = (0..data.indicators.len()).map(|at| summarise(data, at, &members)).collect();
            (!members.is_empty()).then_some(LandFacts { land, members, summaries })
        })
        .collect();
    laender.sort_by(|a, b| order.compare(a.land.name, b.land.name));
    let mut compared = Vec::new();
    let since = data.former.as_ref().map(|former| {
        let since = since(data, former);
        // A selection says nothing of Kommunen that are no more.
        let of_land = |land: &Land| data.kommunen.iter().filter(|kommune| kommune.land.value == land).count();
        let gone = |land: Option<&Land>, members: usize| {
            let whole = land.map_or(data.kommunen.len(), of_land) == members;
            let lands = since.vanished.iter().map(|k| former.data.kommunen[*k].land.value);
            whole && lands.into_iter().any(|of| land.is_none_or(|land| land == of))
        };
        let add = |at: usize, members: &[usize], gone: bool, summary: &mut Summary| {
            let made = (summary.aggregate, summary.is_partial(), summary.origin.as_ref());
            summary.change = Some(since.of_group(data, &former.data, at, members, gone, made));
        };
        for land in &mut laender {
            let gone = gone(Some(land.land), land.members.len());
            for (at, summary) in land.summaries.iter_mut().enumerate() {
                add(at, &land.members, gone, summary);
            }
        }
        for (at, of) in indicators.iter_mut().enumerate() {
            add(at, &scope, gone(None, scope.len()), &mut of.all);
            // Those of which all is known that goes into the value of the group, then and now.
            let used = AggregateRule::new(&data.indicators, at).parts();
            let known = |k: usize, at: usize| data.kommunen[k].values[at].value.is_some();
            let is_whole =
                |k: usize| used.iter().all(|at| known(k, *at) && since.was_known(&former.data, data, k, *at));
            let is_compared = |k: &usize| since.changes[*k][at].difference.is_ok() && is_whole(*k);
            let members: Vec<usize> = scope.iter().copied().filter(is_compared).collect();
            let mut summary = summarise(data, at, &members);
            add(at, &members, false, &mut summary);
            compared.push(summary);
        }
        since
    });
    Facts { data, scope, indicators, laender, since, compared }
}

fn indicator_facts(data: &Data, at: usize, scope: &[usize]) -> IndicatorFacts {
    let values = column(data, at, scope);
    let spread_out = |ranks: Vec<Option<u32>>| {
        let mut by_position = vec![None; data.kommunen.len()];
        for (k, rank) in scope.iter().zip(ranks) {
            by_position[*k] = rank;
        }
        by_position
    };
    let rank_high = spread_out(ranks(&values, RankingEnd::Highest));
    let rank_low = spread_out(ranks(&values, RankingEnd::Lowest));
    // `scope` is in German order and the sort is stable: ties stay in the order of their names.
    let ordered = |ranks: &[Option<u32>]| {
        let mut list: Vec<usize> = scope.iter().copied().filter(|k| ranks[*k].is_some()).collect();
        list.sort_by_key(|k| ranks[*k]);
        list
    };
    let rank_origin = Origin::Formula {
        rule: format!("1 + number of Kommunen with a higher (from below: a lower) {}", data.indicators[at].key),
        inputs: scope.iter().map(|k| data.kommunen[*k].values[at].place.clone()).collect(),
    };
    IndicatorFacts {
        rank_origin: Arc::new(rank_origin),
        all: summarise(data, at, scope),
        from_highest: ordered(&rank_high),
        from_lowest: ordered(&rank_low),
        rank_high,
        rank_low,
    }
}

fn summarise(data: &Data, at: usize, members: &[usize]) -> Summary {
    let indicator = &data.indicators[at];
    let values = column(data, at, members);
    let rule = AggregateRule::new(&data.indicators, at);
    let used = rule.parts();
    let aggregate = rule.value(|at| column(data, at, members));
    let known = values.iter().flatten().count();
    let complete = |k: &&usize| used.iter().all(|at| data.kommunen[**k].values[*at].value.is_some());
    let inputs: Arc<[_]> = members
        .iter()
        .filter(complete)
        .flat_map(|k| used.iter().map(|at| data.kommunen[*k].values[*at].place.clone()))
        .collect();
    let counted = members.iter().filter(complete).count();
    let origin = Arc::new(Origin::Formula { rule: rule.formula(None), inputs: Arc::clone(&inputs) });
    let (mean, mean_origin) = if let (Aggregate::Sum, Some(sum)) = (&indicator.aggregate, aggregate) {
        let rule = format!("{} / number of Kommunen with a value", rule.formula(None));
        (Some(sum / Decimal::from(known)), Arc::new(Origin::Formula { rule, inputs: Arc::clone(&inputs) }))
    } else {
        (aggregate, Arc::clone(&origin))
    };
    Summary {
        known,
        counted,
        members: members.len(),
        spread: summary::spread(&values),
        aggregate,
        origin,
        mean,
        mean_origin,
        change: None,
    }
}

/// A value of a Kommune that is not the ratio its indicator says it is.
#[derive(Debug, Clone, Copy)]
pub struct RatioDeviation {
    /// Position of the Kommune.
    pub kommune: usize,
    /// Position of the indicator.
    pub indicator: usize,
    /// As in the table.
    pub value: Decimal,
    /// The ratio, rounded as the indicator is printed.
    pub computed: Decimal,
}

/// The deviations `check` warns of (KB118), of the Kommunen in scope.
pub fn ratio_deviations(facts: &Facts<'_>) -> Vec<RatioDeviation> {
    let mut found = Vec::new();
    for &kommune in &facts.scope {
        for indicator in 0..facts.data.indicators.len() {
            let row = &facts.data.kommunen[kommune];
            if let Some((value, computed)) = ratio_deviation(facts.data, row, indicator) {
                found.push(RatioDeviation { kommune, indicator, value, computed });
            }
        }
    }
    found
}
