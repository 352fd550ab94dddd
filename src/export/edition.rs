//! Tables of one edition: its Kommunen, fact sheets, rankings and Länder.

use serde_json::json;

use crate::derive::Facts;
use crate::derive::since::NoDifference;
use crate::german::{difference_unit, plain, slug};
use crate::model::{Kommune, RankingEnd};

use super::data_table::{DataTable, exact_value, machine_value};

/// Returns the Kommunen in scope, one row each, with all their values. The columns are the keys of `list --format
/// json`.
pub fn kommunen(facts: &Facts<'_>) -> DataTable {
    let indicators = &facts.data.indicators;
    let identity = ["ags", "label", "slug", "type", "state"];
    let mut table = DataTable::new(identity.into_iter().chain(indicators.iter().map(|i| i.key.as_str())));
    for kommune in facts.scope.iter().map(|k| &facts.data.kommunen[*k]) {
        let mut row = vec![
            json!(kommune.ags.value),
            json!(kommune.label.value),
            json!(slug(&kommune.label.value)),
            json!(kommune.kind.value.key()),
            json!(kommune.land.value.name),
        ];
        row.extend(indicators.iter().zip(&kommune.values).map(|(i, n)| machine_value(i, n.value)));
        table.rows.push(row);
    }
    table
}

/// Returns the content of the fact sheet of the Kommune at a position: one row per indicator with value, rank,
/// comparison and definition.
pub fn sheet(facts: &Facts<'_>, k: usize) -> DataTable {
    let data = facts.data;
    let kommune = &data.kommunen[k];
    let land = facts.land_of(kommune);
    let mut table = DataTable::new([
        "ags",
        "label",
        "state",
        "stand",
        "indicator",
        "name",
        "value",
        "unit",
        "rank",
        "of",
        "quarter",
        "land_mean",
        "mean",
        "lowest",
        "median",
        "highest",
        "definition",
        "source",
    ]);
    if data.former.is_some() {
        let more = ["former_stand", "former_value", "difference", "difference_unit", "not_comparable"];
        table.columns.extend(more.map(str::to_owned));
    }
    for (at, indicator) in data.indicators.iter().enumerate() {
        let of_all = &facts.indicators[at];
        let (value, spread) = (kommune.values[at].value, of_all.all.spread);
        let source = data.edition.source(&indicator.source);
        let mut row = vec![
            json!(kommune.ags.value),
            json!(kommune.label.value),
            json!(kommune.land.value.name),
            json!(data.edition.stand.iso()),
            json!(indicator.key),
            json!(indicator.label),
            machine_value(indicator, value),
            json!(indicator.unit),
            json!(of_all.rank_high[k]),
            json!(of_all.all.known),
            json!(value.zip(spread).map(|(value, spread)| spread.quarter(value))),
            machine_value(indicator, land.and_then(|land| land.summaries[at].mean)),
            machine_value(indicator, of_all.all.mean),
            machine_value(indicator, spread.map(|s| s.min)),
            machine_value(indicator, spread.map(|s| s.median)),
            machine_value(indicator, spread.map(|s| s.max)),
            json!(indicator.definition),
            json!(source.map(|s| s.citation.as_str())),
        ];
        if let (Some(since), Some(former)) = (&facts.since, &data.former) {
            let change = &since.changes[k][at];
            row.extend([
                json!(former.data.edition.stand.iso()),
                exact_value(indicator, change.old),
                exact_value(indicator, change.difference.ok()),
                json!(difference_unit(&indicator.unit)),
                json!(change.difference.err().map(NoDifference::key)),
            ]);
        }
        table.rows.push(row);
    }
    table
}

/// Returns the ranking by the indicator at a position, cut after `top` entries; `None` cuts nothing. The columns are
/// the keys of `rank --format json`.
pub fn ranking(facts: &Facts<'_>, at: usize, from: RankingEnd, top: Option<usize>) -> DataTable {
    let mut table = DataTable::new(["rank", "ags", "label", "state", "value"]);
    for (rank, kommune, value) in ranked(facts, at, from).take(top.unwrap_or(usize::MAX)) {
        table.rows.push(vec![
            json!(rank),
            json!(kommune.ags.value),
            json!(kommune.label.value),
            json!(kommune.land.value.name),
            json!(value),
        ]);
    }
    table
}

/// Returns how many Kommunen share the last rank of a list cut after `top` entries without being on it.
pub fn sharing_last_rank(facts: &Facts<'_>, at: usize, from: RankingEnd, top: usize) -> usize {
    let ranks: Vec<u32> = ranked(facts, at, from).map(|(rank, _, _)| rank).collect();
    let last = top.checked_sub(1).and_then(|last| ranks.get(last));
    ranks.iter().skip(top).filter(|rank| Some(*rank) == last).count()
}

fn ranked<'a>(facts: &'a Facts<'_>, at: usize, from: RankingEnd) -> impl Iterator<Item = (u32, &'a Kommune, String)> {
    let of = &facts.indicators[at];
    let (order, ranks) = match from {
        RankingEnd::Highest => (&of.from_highest, &of.rank_high),
        RankingEnd::Lowest => (&of.from_lowest, &of.rank_low),
    };
    let decimals = facts.data.indicators[at].decimals;
    order.iter().filter_map(move |k| {
        let kommune = &facts.data.kommunen[*k];
        Some((ranks[*k]?, kommune, plain(kommune.values[at].value?, decimals)))
    })
}

/// Returns every ranking from both ends (`ranglisten.csv`).
pub fn rankings(facts: &Facts<'_>) -> DataTable {
    let mut table = DataTable::new(["indicator", "list", "rank", "ags", "label", "state", "value", "unit"]);
    for (at, indicator) in facts.data.indicators.iter().enumerate() {
        for (from, list) in [(RankingEnd::Highest, "highest"), (RankingEnd::Lowest, "lowest")] {
            for (rank, kommune, value) in ranked(facts, at, from) {
                table.rows.push(vec![
                    json!(indicator.key),
                    json!(list),
                    json!(rank),
                    json!(kommune.ags.value),
                    json!(kommune.label.value),
                    json!(kommune.land.value.name),
                    json!(value),
                    json!(indicator.unit),
                ]);
            }
        }
    }
    table
}

/// Returns the Länder, one row each, with their counts and aggregates. The columns are the keys of `states --format
/// json`. `known` adds for each indicator a column `<key>_known`: how many Kommunen entered the aggregate.
pub fn laender(facts: &Facts<'_>, known: bool) -> DataTable {
    let indicators = &facts.data.indicators;
    let keys = indicators.iter().map(|i| i.key.clone());
    let counts = indicators.iter().filter(|_| known).map(|i| format!("{}_known", i.key));
    let mut table =
        DataTable::new(["ags", "state", "kommunen"].map(str::to_owned).into_iter().chain(keys).chain(counts));
    for land in &facts.laender {
        let mut row = vec![json!(land.land.key), json!(land.land.name), json!(land.members.len())];
        row.extend(indicators.iter().zip(&land.summaries).map(|(i, of)| machine_value(i, of.aggregate)));
        row.extend(land.summaries.iter().filter(|_| known).map(|of| json!(of.counted)));
        table.rows.push(row);
    }
    table
}
