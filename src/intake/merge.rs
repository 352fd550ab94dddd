//! Puts a delivered table into the rows of an edition: the new `kommunen.csv`, and what changed in it.

use std::collections::{BTreeMap, BTreeSet};

use super::base::{BaseTable, NAMING};
use super::cells::{fractions, notation, number, rescaled, text};
use super::mapping::{Mapping, MatchedColumns, TakenColumn};
use super::merged::{CellChange, KommuneName, MergedTable};
use super::number::NumberNotation;
use super::rows::{new_kommune, resolved};
use super::sheet::CellPosition;
use super::table::DeliveredTable;
use crate::diag::{Place, Problem, Report, Result, count, shown};
use crate::model::{Indicator, identity};
use rust_decimal::Decimal;

/// Most problems reported for one file.
const MOST_PROBLEMS: usize = 40;

/// How a delivered table is merged.
#[derive(Debug, Clone, Copy)]
pub struct MergeOptions {
    /// Whether the edition exists already. Then its rows and columns stay, and the delivered cells replace theirs.
    pub existing: bool,
    /// Whether a new edition keeps Kommunen that the file lacks, with unknown values.
    pub keep_missing: bool,
    /// How to read numbers in columns whose cells leave it open; `None` = such columns are refused.
    pub numbers: Option<NumberNotation>,
}

/// Merges a delivered table into the rows of a base.
///
/// # Errors
/// Every cell that cannot be read without doubt, rows whose Kommune is not clear, new Kommunen without a type.
pub fn merged(
    table: &DeliveredTable,
    matched: &MatchedColumns,
    mapping: &Mapping,
    base: &BaseTable,
    indicators: &[Indicator],
    options: MergeOptions,
) -> Result<MergedTable> {
    let mut made = MergedTable::default();
    let mut report = Report::new();
    let rows = resolved(table, mapping, &matched.taken, base, &mut made.by_name, &mut report);
    let has_label = matched.taken.iter().any(|taken| taken.key == "label");
    let known: BTreeSet<&str> = base.records.iter().map(|record| base.cell(record, "ags")).collect();
    // The delivered cells by AGS and column: the text to write, and the position it was delivered at.
    let mut cells: BTreeMap<&str, BTreeMap<&str, (String, CellPosition)>> = BTreeMap::new();
    for taken in matched.taken.iter().filter(|taken| taken.key != "ags") {
        let indicator = indicators.iter().find(|indicator| indicator.key == taken.key);
        let preset = options.numbers;
        let notation =
            indicator.map_or(Ok(None), |indicator| notation(table, &rows, taken, indicator, preset, &mut made));
        let notation = match notation {
            Ok(notation) => notation,
            Err(problem) => {
                report.push(problem);
                continue;
            }
        };
        for (row, ags) in &rows {
            let spot = (*row, taken.column.at);
            let value = match indicator {
                Some(indicator) => number(table, spot, taken, indicator, notation, &mut made),
                None => text(table, spot, taken, &mut made),
            };
            match value {
                Ok(value) => {
                    cells.entry(ags).or_default().insert(&taken.key, (value, spot));
                }
                Err(problem) => report.push(problem),
            }
        }
        let before = |ags: &str| {
            let record = base.records.iter().find(|record| base.cell(record, "ags") == ags)?;
            base.cell(record, &taken.key).parse::<Decimal>().ok()
        };
        let now = |ags: &str| cells.get(ags)?.get(taken.key.as_str())?.0.parse::<Decimal>().ok();
        if indicator.is_some() {
            let pairs: Vec<_> = rows.iter().filter_map(|(_, ags)| Some((before(ags)?, now(ags)?))).collect();
            made.warnings.extend(rescaled(&taken.key, &pairs, &base.key).into_iter().collect());
        }
        if let Some(indicator) = indicator {
            made.warnings.extend(fractions(table, &rows, taken, indicator).into_iter().collect());
        }
    }
    made.warnings.extend(hidden(table, &rows, &matched.taken));
    let columns = base.columns(indicators);
    let mut output: Vec<Vec<(String, Option<CellPosition>)>> = Vec::new();
    for record in &base.records {
        let (ags, label) = (base.cell(record, "ags"), base.cell(record, "label"));
        let new = cells.get(ags);
        if new.is_none() && !rows.iter().any(|(_, other)| other == ags) {
            made.missing.push(KommuneName { ags: ags.to_owned(), label: label.to_owned() });
            if !options.existing && !options.keep_missing {
                continue;
            }
        } else {
            made.delivered += 1;
        }
        let cell = |column: &String| {
            let old = base.cell(record, column);
            let is_identity = identity::column(column).is_some();
            let kept = if options.existing || is_identity { old } else { "" };
            let fresh = new.and_then(|new| new.get(column.as_str()));
            let fresh = fresh.filter(|_| has_label || !NAMING.contains(&column.as_str()));
            match fresh {
                Some((value, spot)) if (options.existing || is_identity) && same(old, value, !is_identity) => {
                    (old.to_owned(), Some(*spot))
                }
                Some((value, spot)) => (value.clone(), Some(*spot)),
                None => (kept.to_owned(), None),
            }
        };
        let row: Vec<(String, Option<CellPosition>)> = columns.iter().map(cell).collect();
        for (column, (value, spot)) in columns.iter().zip(&row) {
            let old = base.cell(record, column);
            if let Some(spot) =
                spot.filter(|_| value != old && (options.existing || identity::column(column).is_some()))
            {
                made.changes.push(CellChange {
                    ags: ags.to_owned(),
                    label: label.to_owned(),
                    column: column.clone(),
                    old: old.to_owned(),
                    new: value.clone(),
                    place: table.sheet.shown(spot),
                });
            }
        }
        output.push(row);
    }
    for (row, ags) in rows.iter().filter(|(_, ags)| !known.contains(ags.as_str())) {
        made.delivered += 1;
        match new_kommune(table, *row, ags, &matched.taken, cells.get(ags.as_str())) {
            Ok((new, who)) => {
                let cell = |column: &String| match NAMING.iter().position(|name| name == column) {
                    _ if column == "ags" => (ags.clone(), Some((*row, table.key_column))),
                    Some(at) => (who[at].0.clone(), who[at].1),
                    None => cells
                        .get(ags.as_str())
                        .and_then(|new| new.get(column.as_str()))
                        .map_or((String::new(), None), |(value, spot)| (value.clone(), Some(*spot))),
                };
                output.push(columns.iter().map(cell).collect());
                made.new_kommunen.push(new);
            }
            Err(problem) => report.push(problem),
        }
    }
    if report.has_errors() {
        return Err(cut(report));
    }
    made.warnings.extend(cut(report));
    if !options.existing {
        let delivered = |column: &str| {
            matched.taken.iter().any(|taken| taken.key == column && (has_label || !NAMING.contains(&column)))
        };
        for (at, column) in
            columns.iter().enumerate().filter(|(_, column)| identity::column(column).is_some() && *column != "ags")
        {
            let carried = output.iter().filter(|row| row[at].1.is_none() && !row[at].0.is_empty()).count();
            if carried > 0 && !delivered(column) {
                made.carried.insert(column.clone(), carried);
            }
        }
    }
    made.rows = output.len();
    let unchanged =
        options.existing && made.changes.is_empty() && made.new_kommunen.is_empty() && columns == base.header;
    (made.text, made.origins) = table_text(&columns, &output, base.text.contains("\r\n"));
    if unchanged {
        made.text.clone_from(&base.text);
    }
    Ok(made)
}

/// Warns of hidden rows and columns, which are taken like the others.
fn hidden(table: &DeliveredTable, rows: &[(u32, String)], taken: &[TakenColumn]) -> Report {
    let sheet = &table.sheet;
    let told = |what: &str, which: Vec<String>| {
        let named = which.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
        let more = if which.len() > 10 { format!(" and {} more", which.len() - 10) } else { String::new() };
        let problem =
            Problem::warning("KB632", format!("hidden {what} of the sheet are taken like the others: {named}{more}"));
        let problem = problem.at(sheet.place(table.header_row));
        (!which.is_empty()).then(|| problem.hint("show them, and delete those that are not meant"))
    };
    let of_rows = rows.iter().filter(|(row, _)| sheet.hidden.rows.contains(row)).map(|(row, _)| (row + 1).to_string());
    let of_columns = taken.iter().filter(|taken| sheet.hidden.columns.contains(&taken.column.at));
    let of_columns = of_columns.map(|taken| format!("`{}`", shown(&taken.column.header)));
    [told("rows", of_rows.collect()), told("columns", of_columns.collect())].into_iter().flatten().collect()
}

/// The first problems of a report that has too many, and how many are left out.
fn cut(report: Report) -> Report {
    let all = report.problems().len();
    if all <= MOST_PROBLEMS {
        return report;
    }
    let mut cut: Report = report.problems()[..MOST_PROBLEMS].iter().cloned().collect();
    let last = &report.problems()[MOST_PROBLEMS];
    let more = Problem::error(last.id, format!("{} more problems like these", all - MOST_PROBLEMS));
    let more = Problem { severity: last.severity, ..more };
    cut.push(match &last.place {
        Some(place) => more.at(Place::file(&place.file)),
        None => more,
    });
    cut
}

/// Whether two texts have the same value; numbers are compared as numbers.
fn same(old: &str, new: &str, number: bool) -> bool {
    let values = || Some((old.parse::<Decimal>().ok()?, new.parse::<Decimal>().ok()?));
    old.trim() == new.trim() || (number && values().is_some_and(|(old, new)| old == new))
}

/// The text of a table, and where the delivered cells stand in it.
fn table_text(
    columns: &[String],
    rows: &[Vec<(String, Option<CellPosition>)>],
    crlf: bool,
) -> (String, BTreeMap<(u32, u32), CellPosition>) {
    let quoted = |cell: &str| match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    let end = if crlf { "\r\n" } else { "\n" };
    let mut origins = BTreeMap::new();
    let header: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let mut text = header.join(",") + end;
    let mut line = 2;
    for row in rows {
        let mut column = 1;
        for (at, (cell, spot)) in row.iter().enumerate() {
            if at > 0 {
                text.push(',');
                column += 1;
            }
            if let Some(spot) = spot {
                origins.insert((line, column), *spot);
            }
            let cell = quoted(cell);
            let breaks = cell.matches('\n').count();
            let last = cell.rsplit('\n').next().unwrap_or_default().chars().count();
            column = count(last) + if breaks > 0 { 1 } else { column };
            line += count(breaks);
            text += &cell;
        }
        text += end;
        line += 1;
    }
    (text, origins)
}
