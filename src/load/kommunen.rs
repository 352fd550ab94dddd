//! The rows of `kommunen.csv` -> Kommunen.

use crate::diag::{Problem, Report, Result, nearest, shown};
use crate::model::identity::{self, IdentityColumn, IdentityField};
use crate::model::{IDENTITY, Indicator, Kommune, KommuneType, LAENDER, Sourced, Text};

use super::cells::{land, number, year};
use super::table::SourcedTable;

/// Where the columns of `kommunen.csv` stand, from 0.
struct Columns {
    /// Those of [`IDENTITY`], in its order.
    identity: Vec<usize>,
    /// Those of the indicators, in their order.
    indicators: Vec<usize>,
}

impl Columns {
    fn find(table: &SourcedTable, indicators: &[Indicator]) -> Result<Self> {
        let mut report = Report::new();
        let known: Vec<&str> = identity::keys().chain(indicators.iter().map(|i| i.key.as_str())).collect();
        let mut find = |name: &str, is_indicator: bool| {
            table.column(name).unwrap_or_else(|| {
                let unknown = table.header.iter().map(|c| c.value.as_str()).filter(|c| !known.contains(c));
                let mut problem =
                    Problem::error("KB103", format!("column `{name}` is missing")).at(table.header_end.clone());
                if let Some(near) = nearest(name, unknown) {
                    problem = problem.hint(format!("column `{near}` looks like it: rename it"));
                } else if is_indicator {
                    problem =
                        problem.hint(format!("add the column, or list `{name}` under not_measured in edition.toml"));
                } else {
                    problem = problem.hint("add the column; an empty cell means: not known");
                }
                report.push(problem);
                0
            })
        };
        let identity = identity::keys().map(|name| find(name, false)).collect();
        let indicators = indicators.iter().map(|i| find(&i.key, true)).collect();
        if report.has_errors() { Err(report) } else { Ok(Self { identity, indicators }) }
    }
}

/// Reads the rows. Problems of single cells are added to `report`, and so are unknown columns.
///
/// # Errors
/// Every column that is missing.
pub fn kommunen(table: &SourcedTable, indicators: &[Indicator], report: &mut Report) -> Result<Vec<Kommune>> {
    let columns = Columns::find(table, indicators)?;
    report.extend(unknown_columns(table, indicators));
    Ok(table.rows.iter().map(|row| kommune(row, &columns, indicators, report)).collect())
}

fn unknown_columns(table: &SourcedTable, indicators: &[Indicator]) -> Report {
    let known: Vec<&str> = identity::keys().chain(indicators.iter().map(|i| i.key.as_str())).collect();
    table
        .header
        .iter()
        .filter(|cell| !known.contains(&cell.value.as_str()))
        .map(|cell| {
            Problem::warning("KB104", format!("column `{}` is unknown and not used", shown(&cell.value)))
                .at(cell.place.clone())
                .did_you_mean(&cell.value, known.iter().copied())
                .hint("a new indicator also needs an entry in data/indicators.toml")
        })
        .collect()
}

fn kommune(row: &[Text], columns: &Columns, indicators: &[Indicator], report: &mut Report) -> Kommune {
    let mut kommune = Kommune::default();
    for (column, at) in IDENTITY.iter().zip(&columns.identity) {
        fill_in(&mut kommune, column, &row[*at], report);
    }
    let label = &kommune.label.value;
    let values = columns.indicators.iter().zip(indicators);
    kommune.values = values.map(|(at, indicator)| number(&row[*at], &indicator.key, label, report)).collect();
    kommune
}

/// Puts a cell into its field. A type or Land that cannot be read becomes what the rest of the row suggests, so that
/// all rules still see the row; the error about it stops the build.
fn fill_in(kommune: &mut Kommune, column: &IdentityColumn, cell: &Text, report: &mut Report) {
    let place = cell.place.clone();
    let value = if cell.value.trim().is_empty() { String::new() } else { cell.value.clone() };
    if column.required && value.is_empty() {
        let problem = Problem::error("KB110", format!("the cell `{}` is empty", column.key)).at(place.clone());
        report.push(problem.hint("every Kommune needs its AGS, name, label, type and state"));
    }
    let text = Sourced { value, place };
    match column.field {
        IdentityField::Text { of_mut, .. } => *of_mut(kommune) = text,
        IdentityField::Year { of_mut, .. } => {
            *of_mut(kommune) = year(&text, column.key, &kommune.label.value, report);
        }
        IdentityField::Kind => {
            let value = kind(&text, &kommune.label.value, report).unwrap_or_default();
            kommune.kind = Sourced { value, place: text.place };
        }
        IdentityField::Land => {
            let by_ags = || LAENDER.iter().find(|land| kommune.ags.value.starts_with(land.key)).unwrap_or_default();
            let value = land(&text, report).map_or_else(by_ags, |land| land.value);
            kommune.land = Sourced { value, place: text.place };
        }
    }
}

/// The kind of a key; `None` for any other text, which is reported unless it is empty.
fn kind(cell: &Text, label: &str, report: &mut Report) -> Option<KommuneType> {
    let kind = KommuneType::ALL.into_iter().find(|kind| kind.key() == cell.value);
    if kind.is_none() && !cell.value.is_empty() {
        let message = format!("type `{}` of {} is unknown", shown(&cell.value), shown(label));
        let keys = KommuneType::ALL.map(KommuneType::key);
        report.push(
            Problem::error("KB109", message)
                .at(cell.place.clone())
                .did_you_mean(&cell.value, keys)
                .hint(format!("a Kommune is one of: {}", keys.join(", "))),
        );
    }
    kind
}
