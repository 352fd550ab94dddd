//! Tables of what changed since the former edition.

use serde_json::{Value, json};

use crate::derive::Facts;
use crate::derive::since::{NoDifference, Predecessor, Since, ValueChange};
use crate::german::{difference_unit, plain};
use crate::model::{Data, Indicator};

use super::data_table::{DataTable, exact_value};

/// Returns what a Kommune was in the former edition, as the tables name it.
fn status(before: &Predecessor) -> &'static str {
    match before {
        Predecessor::New => "new",
        Predecessor::Same(_) => "same",
        Predecessor::Renamed(..) => "renamed",
        Predecessor::Merged(..) => "merged",
    }
}

/// Returns the AGS a Kommune had in the former edition; several are joined by blanks.
fn former_ags(old: &Data, before: &Predecessor) -> String {
    let ags: Vec<&str> = before.positions().iter().map(|k| old.kommunen[*k].ags.value.as_str()).collect();
    ags.join(" ")
}

fn relative(indicator: &Indicator, change: &ValueChange) -> Value {
    json!(change.relative(indicator).map(|share| plain(share, 1)))
}

/// Returns what changed since the former edition (`vergleich.csv`): one row per Kommune in scope and indicator asked
/// for, and, where the scope is the whole edition, also of the Kommunen that no longer exist. Without a former edition
/// it has no rows.
pub fn changes(facts: &Facts<'_>, indicators: &[usize]) -> DataTable {
    let mut table = DataTable::new([
        "ags",
        "label",
        "state",
        "status",
        "former_ags",
        "indicator",
        "name",
        "unit",
        "old",
        "new",
        "difference",
        "difference_unit",
        "relative_percent",
        "old_rank",
        "old_of",
        "rank",
        "of",
        "rank_move",
        "comparable",
        "computed",
        "reason",
    ]);
    let (Some(since), Some(former)) = (&facts.since, &facts.data.former) else { return table };
    let (data, old) = (facts.data, &former.data);
    for k in &facts.scope {
        let (kommune, before) = (&data.kommunen[*k], &since.before[*k]);
        for at in indicators.iter().copied() {
            let (indicator, change) = (&data.indicators[at], &since.changes[*k][at]);
            let rank = since.ranks[at][*k];
            table.rows.push(vec![
                json!(kommune.ags.value),
                json!(kommune.label.value),
                json!(kommune.land.value.name),
                json!(status(before)),
                json!(former_ags(old, before)),
                json!(indicator.key),
                json!(indicator.label),
                json!(indicator.unit),
                exact_value(indicator, change.old),
                exact_value(indicator, kommune.values[at].value),
                exact_value(indicator, change.difference.ok()),
                json!(difference_unit(&indicator.unit)),
                relative(indicator, change),
                json!(change.old_rank),
                json!(since.indicators[at].known),
                json!(rank),
                json!(since.known[at]),
                json!(change.rank_move(rank)),
                json!(change.difference.is_ok()),
                json!(change.computed),
                json!(change.difference.err().map(NoDifference::key)),
            ]);
        }
    }
    if facts.scope.len() == data.kommunen.len() {
        let keys: Vec<&str> = indicators.iter().map(|at| data.indicators[*at].key.as_str()).collect();
        let asked = |row: &Vec<Value>| row[5].as_str().is_some_and(|key| keys.contains(&key));
        let rows = since.vanished.iter().flat_map(|k| vanished(since, old, data, *k));
        table.rows.extend(rows.filter(asked));
    }
    table
}

/// Returns what changed since the former edition, for all indicators; see [`changes`].
pub fn all_changes(facts: &Facts<'_>) -> DataTable {
    changes(facts, &(0..facts.data.indicators.len()).collect::<Vec<_>>())
}

/// Returns the rows of a Kommune of the former edition that no longer exists.
fn vanished(since: &Since, old: &Data, data: &Data, k: usize) -> Vec<Vec<Value>> {
    let kommune = &old.kommunen[k];
    let row = |(at, indicator): (usize, &Indicator)| {
        let of = data.indicator(&indicator.key).map(|at| &since.indicators[at]);
        vec![
            Value::Null,
            json!(kommune.label.value),
            json!(kommune.land.value.name),
            json!("vanished"),
            json!(kommune.ags.value),
            json!(indicator.key),
            json!(indicator.label),
            json!(indicator.unit),
            exact_value(indicator, kommune.values[at].value),
            Value::Null,
            Value::Null,
            json!(difference_unit(&indicator.unit)),
            Value::Null,
            json!(of.and_then(|of| of.ranks[k])),
            json!(of.map(|of| of.known)),
            Value::Null,
            Value::Null,
            Value::Null,
            json!(false),
            json!(false),
            json!("vanished"),
        ]
    };
    old.indicators.iter().enumerate().map(row).collect()
}

/// Returns what changed for the Kommune at a position, one row per indicator; for a terminal.
pub fn changes_of(facts: &Facts<'_>, k: usize, indicators: &[usize]) -> DataTable {
    let mut table = DataTable::new(["indicator", "old", "new", "difference", "percent", "old_rank", "rank", "remark"]);
    for at in indicators {
        table.rows.extend(change_row(facts, k, *at, &facts.data.indicators[*at].key));
    }
    table
}

/// Returns what changed in an indicator for these Kommunen, one row each; for a terminal.
pub fn changes_in(facts: &Facts<'_>, at: usize, kommunen: &[usize]) -> DataTable {
    let mut table = DataTable::new(["kommune", "old", "new", "difference", "percent", "old_rank", "rank", "remark"]);
    for k in kommunen {
        table.rows.extend(change_row(facts, *k, at, &facts.data.kommunen[*k].label.value));
    }
    table
}

/// Returns a plain decimal with its sign; a `+` is added where it is above zero.
pub fn signed(text: &str) -> String {
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(|c: char| c.is_ascii_digit() && c != '0') {
        format!("+{text}")
    } else {
        text.to_owned()
    }
}

/// Most characters of a label in a table for a terminal.
const SHOWN: usize = 36;

fn change_row(facts: &Facts<'_>, k: usize, at: usize, name: &str) -> Option<Vec<Value>> {
    let since = facts.since.as_ref()?;
    let (indicator, change) = (&facts.data.indicators[at], &since.changes[k][at]);
    let of = |rank: Option<u32>, known: usize| json!(rank.map(|rank| format!("{rank}/{known}")));
    let remark = match change.difference {
        Err(reason) => reason.key(),
        Ok(_) if change.computed => "computed",
        Ok(_) => "",
    };
    let difference = exact_value(indicator, change.difference.ok());
    let name = match name.chars().count() > SHOWN {
        true => name.chars().take(SHOWN - 1).chain(['…']).collect(),
        false => name.to_owned(),
    };
    Some(vec![
        json!(name),
        exact_value(indicator, change.old),
        exact_value(indicator, facts.data.kommunen[k].values[at].value),
        json!(difference.as_str().map(signed)),
        json!(relative(indicator, change).as_str().map(signed)),
        of(change.old_rank, since.indicators[at].known),
        of(since.ranks[at][k], since.known[at]),
        json!(if remark.is_empty() { "-" } else { remark }),
    ])
}
