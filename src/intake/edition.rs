//! A delivered table and the rows there are -> the rows of `kommunen.csv`, and what is different in them.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;

use super::cells::{fractions, number, rescaled, style, text};
use super::mapping::{Mapping, Matched, Taken};
use super::number::Style;
use super::sheet::Spot;
use super::table::Table;
use super::who::{newcomer, resolved};
use crate::diag::{Problem, Report, Result, shown};
use crate::load::IDENTITY;
use crate::model::Indicator;

/// Most problems told of one file.
const MOST_PROBLEMS: usize = 40;

/// The columns that say who a Kommune is: of the file they are taken when it has a column `label`, as our own tables do.
pub(super) const NAMING: [&str; 4] = ["name", "label", "type", "state"];

/// The table there is: of the edition itself, or of the one before.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// Its edition; empty when there is none.
    pub key: String,
    text: String,
    header: Vec<String>,
    pub(super) records: Vec<Vec<String>>,
}

impl Base {
    /// Reads the text of a `kommunen.csv` that has passed the checks.
    pub fn read(key: &str, text: &str) -> Self {
        let plain = text.trim_start_matches('\u{feff}');
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(plain.as_bytes());
        let mut records = reader.into_records().flatten().map(|record| record.iter().map(str::to_owned).collect());
        let header = records.next().unwrap_or_default();
        Self { key: key.to_owned(), text: text.to_owned(), header, records: records.collect() }
    }

    /// The columns of the base, those of our own that it lacks after them.
    fn columns(&self, indicators: &[Indicator]) -> Vec<String> {
        let mut columns = self.header.clone();
        let ours = IDENTITY.into_iter().chain(indicators.iter().map(|indicator| indicator.key.as_str()));
        columns.extend(ours.filter(|name| !self.header.iter().any(|other| other == name)).map(str::to_owned));
        columns
    }

    /// AGS and label of a row.
    pub(super) fn who(&self, record: &[String]) -> String {
        format!("{} {}", self.cell(record, "ags"), shown(self.cell(record, "label")))
    }

    pub(super) fn cell<'a>(&'a self, record: &'a [String], name: &str) -> &'a str {
        let at = self.header.iter().position(|column| column == name);
        at.and_then(|at| record.get(at)).map_or("", String::as_str)
    }
}

/// What is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Whether the edition is there already: its rows and columns stay, the delivered cells go into them.
    pub existing: bool,
    /// Whether Kommunen the file lacks go into a new edition, with unknown values.
    pub keep_missing: bool,
    /// How numbers are written in columns that do not show it.
    pub numbers: Option<Style>,
}

/// A cell that is not what it was.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// Whose.
    pub ags: String,
    /// Their label.
    pub label: String,
    /// The column.
    pub column: String,
    /// As it was; empty = not known.
    pub old: String,
    /// As it is.
    pub new: String,
    /// Where it was delivered.
    pub place: String,
}

/// A Kommune.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// Its key.
    pub ags: String,
    /// What it is called.
    pub label: String,
}

/// A Kommune the base does not have.
#[derive(Debug, Clone, Serialize)]
pub struct Newcomer {
    /// Its key.
    pub ags: String,
    /// What it is called from now on.
    pub label: String,
    /// Whether the label was made from name and type.
    pub label_derived: bool,
}

/// A row that was found by a name without its kind.
#[derive(Debug, Clone, Serialize)]
pub struct ByName {
    /// Where it was delivered.
    pub place: String,
    /// The name.
    pub name: String,
    /// The Kommune it was taken for.
    pub ags: String,
    /// Its label.
    pub label: String,
}

/// What was delivered otherwise than it is taken.
#[derive(Debug, Clone, Serialize)]
pub struct Rewritten {
    /// Where it was delivered.
    pub place: String,
    /// As delivered.
    pub from: String,
    /// As taken.
    pub to: String,
}

/// A column whose numbers could be read in two ways.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// The indicator.
    pub key: String,
    /// How they are read.
    pub numbers: Style,
    /// The cell that decides, and where it stands.
    pub by: String,
}

/// A composed table.
#[derive(Debug, Default)]
pub struct Composed {
    /// The text of `kommunen.csv`.
    pub text: String,
    /// How many rows it has.
    pub rows: usize,
    /// How many of them were delivered.
    pub delivered: usize,
    /// Cells that differ from those of an edition that was there; none for a new one.
    pub changes: Vec<Change>,
    /// Kommunen the base does not have.
    pub newcomers: Vec<Newcomer>,
    /// Kommunen of the base the file does not have.
    pub missing: Vec<Named>,
    /// Columns of the base that a new edition takes over, with how many cells say something.
    pub carried: BTreeMap<String, usize>,
    /// Signs for "no value", with how often they stand in the columns taken.
    pub signs: BTreeMap<String, usize>,
    /// Numbers with more digits than a spreadsheet shows.
    pub rounded: Vec<Rewritten>,
    /// Columns with numbers like `1.409`, and how other cells decided on them.
    pub decided: Vec<Decided>,
    /// Rows that were found by a name without its kind.
    pub by_name: Vec<ByName>,
    /// What a person should look at.
    pub warnings: Report,
    /// Where the cells of the text stand (line and column), and where they were delivered.
    origins: BTreeMap<(u32, u32), Spot>,
}

impl Composed {
    /// The delivered cell that stands at a line and a column of the text.
    pub fn origin(&self, line: u32, column: u32) -> Option<Spot> {
        self.origins.get(&(line, column)).copied()
    }
}

/// Puts a delivered table into the rows of a base.
///
/// # Errors
/// Every cell that cannot be read without doubt, rows whose Kommune is not clear, new Kommunen without a type.
pub fn composed(
    table: &Table,
    matched: &Matched,
    mapping: &Mapping,
    base: &Base,
    indicators: &[Indicator],
    order: Order,
) -> Result<Composed> {
    let mut made = Composed::default();
    let mut report = Report::new();
    let rows = resolved(table, mapping, &matched.taken, base, &mut made.by_name, &mut report);
    let has_label = matched.taken.iter().any(|taken| taken.key == "label");
    let known: BTreeSet<&str> = base.records.iter().map(|record| base.cell(record, "ags")).collect();
    // What was delivered: by AGS and column, the text as it will stand, and its cell.
    let mut cells: BTreeMap<&str, BTreeMap<&str, (String, Spot)>> = BTreeMap::new();
    for taken in matched.taken.iter().filter(|taken| taken.key != "ags") {
        let indicator = indicators.iter().find(|indicator| indicator.key == taken.key);
        let style = indicator.map_or(Ok(None), |indicator| style(table, &rows, taken, indicator, order, &mut made));
        let style = match style {
            Ok(style) => style,
            Err(problem) => {
                report.push(problem);
                continue;
            }
        };
        for (row, ags) in &rows {
            let spot = (*row, taken.column.at);
            let value = match indicator {
                Some(indicator) => number(table, spot, taken, indicator, style, &mut made),
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
    let mut output: Vec<Vec<(String, Option<Spot>)>> = Vec::new();
    for record in &base.records {
        let (ags, label) = (base.cell(record, "ags"), base.cell(record, "label"));
        let new = cells.get(ags);
        if new.is_none() && !rows.iter().any(|(_, other)| other == ags) {
            made.missing.push(Named { ags: ags.to_owned(), label: label.to_owned() });
            if !order.existing && !order.keep_missing {
                continue;
            }
        } else {
            made.delivered += 1;
        }
        let cell = |column: &String| {
            let old = base.cell(record, column);
            let is_identity = IDENTITY.contains(&column.as_str());
            let kept = if order.existing || is_identity { old } else { "" };
            let fresh = new.and_then(|new| new.get(column.as_str()));
            let fresh = fresh.filter(|_| has_label || !NAMING.contains(&column.as_str()));
            match fresh {
                Some((value, spot)) if (order.existing || is_identity) && same(old, value, !is_identity) => {
                    (old.to_owned(), Some(*spot))
                }
                Some((value, spot)) => (value.clone(), Some(*spot)),
                None => (kept.to_owned(), None),
            }
        };
        let row: Vec<(String, Option<Spot>)> = columns.iter().map(cell).collect();
        for (column, (value, spot)) in columns.iter().zip(&row) {
            let old = base.cell(record, column);
            if let Some(spot) = spot.filter(|_| value != old && (order.existing || IDENTITY.contains(&column.as_str())))
            {
                made.changes.push(Change {
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
        match newcomer(table, *row, ags, &matched.taken, cells.get(ags.as_str())) {
            Ok((newcomer, who)) => {
                let cell = |column: &String| match NAMING.iter().position(|name| name == column) {
                    _ if column == "ags" => (ags.clone(), Some((*row, table.key_column))),
                    Some(at) => (who[at].0.clone(), who[at].1),
                    None => cells
                        .get(ags.as_str())
                        .and_then(|new| new.get(column.as_str()))
                        .map_or((String::new(), None), |(value, spot)| (value.clone(), Some(*spot))),
                };
                output.push(columns.iter().map(cell).collect());
                made.newcomers.push(newcomer);
            }
            Err(problem) => report.push(problem),
        }
    }
    if report.has_errors() {
        return Err(cut(report));
    }
    made.warnings.extend(cut(report));
    if !order.existing {
        let delivered = |column: &str| {
            matched.taken.iter().any(|taken| taken.key == column && (has_label || !NAMING.contains(&column)))
        };
        for (at, column) in
            columns.iter().enumerate().filter(|(_, column)| IDENTITY.contains(&column.as_str()) && *column != "ags")
        {
            let carried = output.iter().filter(|row| row[at].1.is_none() && !row[at].0.is_empty()).count();
            if carried > 0 && !delivered(column) {
                made.carried.insert(column.clone(), carried);
            }
        }
    }
    made.rows = output.len();
    let unchanged = order.existing && made.changes.is_empty() && made.newcomers.is_empty() && columns == base.header;
    (made.text, made.origins) = table_text(&columns, &output, base.text.contains("\r\n"));
    if unchanged {
        made.text.clone_from(&base.text);
    }
    Ok(made)
}

/// Warns of what is taken although the sheet hides it.
fn hidden(table: &Table, rows: &[(u32, String)], taken: &[Taken]) -> Report {
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

/// The problems of a file that has too many.
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
        Some(place) => more.at(crate::diag::Place::file(&place.file)),
        None => more,
    });
    cut
}

/// Whether two writings say the same; of numbers the values are compared.
fn same(old: &str, new: &str, number: bool) -> bool {
    let values = || Some((old.parse::<Decimal>().ok()?, new.parse::<Decimal>().ok()?));
    old.trim() == new.trim() || (number && values().is_some_and(|(old, new)| old == new))
}

/// The text of a table, and where the delivered cells stand in it.
fn table_text(
    columns: &[String],
    rows: &[Vec<(String, Option<Spot>)>],
    crlf: bool,
) -> (String, BTreeMap<(u32, u32), Spot>) {
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
            column = crate::diag::count(last) + if breaks > 0 { 1 } else { column };
            line += crate::diag::count(breaks);
            text += &cell;
        }
        text += end;
        line += 1;
    }
    (text, origins)
}
