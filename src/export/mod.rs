//! Facts -> tables for machines: CSV, JSON, and plain text for a terminal. The same numbers as on paper,
//! as plain decimals; rounded the same way.

pub mod workbook;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::derive::Facts;
use crate::derive::since::{NoDifference, Predecessor, Since, ValueChange, difference_unit};
use crate::german::{plain, slug};
use crate::model::{Data, Indicator, Kommune, RankingEnd};

/// A table: named columns and rows of JSON values; `null` = not known.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// A row as an object whose keys keep the order of the columns.
struct Row<'a> {
    columns: &'a [String],
    row: &'a [Value],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.row))
    }
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row: a value for each column.
    pub fn push(&mut self, row: impl IntoIterator<Item = Value>) {
        self.rows.push(row.into_iter().collect());
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// An array with one object per row.
    pub fn json(&self) -> String {
        let rows: Vec<Row<'_>> = self.rows.iter().map(|row| Row { columns: &self.columns, row }).collect();
        let mut text = serde_json::to_string_pretty(&rows).expect("names and values can be written");
        text.push('\n');
        text
    }

    /// Comma-separated values with a header; an unknown value is an empty field.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = std::iter::once(self.columns.clone()).chain(self.texts());
        for row in rows {
            writer.write_record(row).expect("writing to memory cannot fail");
        }
        let bytes = writer.into_inner().expect("writing to memory cannot fail");
        String::from_utf8(bytes).expect("fields are UTF-8")
    }

    /// Aligned columns, numbers to the right; an unknown value is `.`.
    pub fn plain(&self) -> String {
        let rows: Vec<Vec<String>> = std::iter::once(self.columns.clone())
            .chain(
                self.texts()
                    .map(|row| row.into_iter().map(|t| if t.is_empty() { ".".to_owned() } else { t }).collect()),
            )
            .collect();
        let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let right: Vec<bool> = (0..self.columns.len())
            .map(|c| self.columns[c] != "ags" && self.rows.iter().all(|row| is_number(&row[c])))
            .collect();
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (c, cell) in row.iter().enumerate() {
                let pad = " ".repeat(widths[c] - cell.chars().count());
                let gap = if c == 0 { "" } else { "  " };
                line += gap;
                line += &if right[c] { pad + cell } else { format!("{cell}{pad}") };
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn texts(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(text).collect())
    }
}

fn is_number(value: &Value) -> bool {
    match value {
        Value::Null | Value::Number(_) => true,
        Value::String(text) => text.parse::<Decimal>().is_ok(),
        _ => false,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value as machines get it: whole numbers as numbers, others as decimal text, unknown as `null`.
fn machine(indicator: &Indicator, value: Option<Decimal>) -> Value {
    match value {
        None => Value::Null,
        Some(value) => {
            let text = plain(value, indicator.decimals);
            match text.parse::<i64>() {
                Ok(whole) if indicator.decimals == 0 => json!(whole),
                _ => json!(text),
            }
        }
    }
}

/// One row per Kommune in scope, with all its values; the keys of `list --format json`.
pub fn kommunen(facts: &Facts<'_>) -> Table {
    let indicators = &facts.data.indicators;
    let identity = ["ags", "label", "slug", "type", "state"];
    let mut table = Table::new(identity.into_iter().chain(indicators.iter().map(|i| i.key.as_str())));
    for kommune in facts.scope.iter().map(|k| &facts.data.kommunen[*k]) {
        let mut row = vec![
            json!(kommune.ags.value),
            json!(kommune.label.value),
            json!(slug(&kommune.label.value)),
            json!(kommune.kind.value.key()),
            json!(kommune.land.value.name),
        ];
        row.extend(indicators.iter().zip(&kommune.values).map(|(i, n)| machine(i, n.value)));
        table.rows.push(row);
    }
    table
}

/// What a fact sheet says of a Kommune: one row per indicator with value, rank,
/// comparison and definition.
pub fn sheet(facts: &Facts<'_>, k: usize) -> Table {
    let data = facts.data;
    let kommune = &data.kommunen[k];
    let land = facts.land_of(kommune);
    let mut table = Table::new([
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
            machine(indicator, value),
            json!(indicator.unit),
            json!(of_all.rank_high[k]),
            json!(of_all.all.known),
            json!(value.zip(spread).map(|(value, spread)| spread.quarter(value))),
            machine(indicator, land.and_then(|land| land.summaries[at].mean)),
            machine(indicator, of_all.all.mean),
            machine(indicator, spread.map(|s| s.min)),
            machine(indicator, spread.map(|s| s.median)),
            machine(indicator, spread.map(|s| s.max)),
            json!(indicator.definition),
            json!(source.map(|s| s.citation.as_str())),
        ];
        if let (Some(since), Some(former)) = (&facts.since, &data.former) {
            let change = &since.changes[k][at];
            row.extend([
                json!(former.data.edition.stand.iso()),
                exact(indicator, change.old),
                exact(indicator, change.difference.ok()),
                json!(difference_unit(&indicator.unit)),
                json!(change.difference.err().map(NoDifference::key)),
            ]);
        }
        table.rows.push(row);
    }
    table
}

/// A ranking by the indicator at a position; the keys of `rank --format json`.
pub fn ranking(facts: &Facts<'_>, at: usize, from: RankingEnd, top: Option<usize>) -> Table {
    let mut table = Table::new(["rank", "ags", "label", "state", "value"]);
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

/// How many Kommunen share the last rank of a list cut after `top` entries without being on it.
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

/// Every ranking from both ends: `ranglisten.csv`.
pub fn rankings(facts: &Facts<'_>) -> Table {
    let mut table = Table::new(["indicator", "list", "rank", "ags", "label", "state", "value", "unit"]);
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

/// One row per Land with its count and aggregates; the keys of `states --format json`. `known` adds for
/// each indicator how many Kommunen entered the aggregate, as `<key>_known`.
pub fn laender(facts: &Facts<'_>, known: bool) -> Table {
    let indicators = &facts.data.indicators;
    let keys = indicators.iter().map(|i| i.key.clone());
    let counts = indicators.iter().filter(|_| known).map(|i| format!("{}_known", i.key));
    let mut table = Table::new(["ags", "state", "kommunen"].map(str::to_owned).into_iter().chain(keys).chain(counts));
    for land in &facts.laender {
        let mut row = vec![json!(land.land.key), json!(land.land.name), json!(land.members.len())];
        row.extend(indicators.iter().zip(&land.summaries).map(|(i, of)| machine(i, of.aggregate)));
        row.extend(land.summaries.iter().filter(|_| known).map(|of| json!(of.counted)));
        table.rows.push(row);
    }
    table
}

/// A number of a comparison: exact, so that old and difference make new; at least as many decimals as printed.
fn exact(indicator: &Indicator, value: Option<Decimal>) -> Value {
    let decimals = value.map_or(0, |value| value.normalize().scale()).max(indicator.decimals);
    json!(value.map(|value| plain(value, decimals)))
}

/// What a Kommune was in the former edition, as machines get it.
fn status(before: &Predecessor) -> &'static str {
    match before {
        Predecessor::New => "new",
        Predecessor::Same(_) => "same",
        Predecessor::Renamed(..) => "renamed",
        Predecessor::Merged(..) => "merged",
    }
}

/// The AGS a Kommune had, several joined by blanks.
fn former_ags(old: &Data, before: &Predecessor) -> String {
    let ags: Vec<&str> = before.positions().iter().map(|k| old.kommunen[*k].ags.value.as_str()).collect();
    ags.join(" ")
}

fn relative(indicator: &Indicator, change: &ValueChange) -> Value {
    json!(change.relative(indicator).map(|share| plain(share, 1)))
}

/// What changed since the former edition: one row per Kommune in scope and indicator asked for, and, where the scope is the
/// whole edition, of the Kommunen that are not there any more; `vergleich.csv`. Without a former edition it
/// has no rows.
pub fn changes(facts: &Facts<'_>, indicators: &[usize]) -> Table {
    let mut table = Table::new([
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
                exact(indicator, change.old),
                exact(indicator, kommune.values[at].value),
                exact(indicator, change.difference.ok()),
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

/// The same of all indicators.
pub fn all_changes(facts: &Facts<'_>) -> Table {
    changes(facts, &(0..facts.data.indicators.len()).collect::<Vec<_>>())
}

/// The rows of a Kommune of the former edition that nothing came of.
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
            exact(indicator, kommune.values[at].value),
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

/// What changed for the Kommune at a position, one row per indicator; for a terminal.
pub fn changes_of(facts: &Facts<'_>, k: usize, indicators: &[usize]) -> Table {
    let mut table = Table::new(["indicator", "old", "new", "difference", "percent", "old_rank", "rank", "remark"]);
    for at in indicators {
        table.rows.extend(change_row(facts, k, *at, &facts.data.indicators[*at].key));
    }
    table
}

/// What changed in an indicator for these Kommunen, one row each; for a terminal.
pub fn changes_in(facts: &Facts<'_>, at: usize, kommunen: &[usize]) -> Table {
    let mut table = Table::new(["kommune", "old", "new", "difference", "percent", "old_rank", "rank", "remark"]);
    for k in kommunen {
        table.rows.extend(change_row(facts, *k, at, &facts.data.kommunen[*k].label.value));
    }
    table
}

/// A plain decimal with a sign, also where it is above zero.
pub fn signed(text: &str) -> String {
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(|c: char| c.is_ascii_digit() && c != '0') {
        format!("+{text}")
    } else {
        text.to_owned()
    }
}

/// Characters of a label in a table of a terminal.
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
    let difference = exact(indicator, change.difference.ok());
    let name = match name.chars().count() > SHOWN {
        true => name.chars().take(SHOWN - 1).chain(['…']).collect(),
        false => name.to_owned(),
    };
    Some(vec![
        json!(name),
        exact(indicator, change.old),
        exact(indicator, facts.data.kommunen[k].values[at].value),
        json!(difference.as_str().map(signed)),
        json!(relative(indicator, change).as_str().map(signed)),
        of(change.old_rank, since.indicators[at].known),
        of(since.ranks[at][k], since.known[at]),
        json!(if remark.is_empty() { "-" } else { remark }),
    ])
}
