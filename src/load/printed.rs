//! `laender_gedruckt.csv` and `ranglisten_gedruckt.csv` -> the state totals and rankings an earlier publication
//! printed.

use crate::diag::{Problem, Report, shown};
use crate::german::parsed;
use crate::model::{End, Indicator, Number, PrintedLand, PrintedRank, PrintedRanking, Sourced, Text};

use super::cells::{land, number};
use super::table::SourcedTable;

/// Names of lists that do not begin with the key of their indicator.
const LISTS: [(&str, &str, End); 2] =
    [("einwohnerstaerkste", "population", End::Highest), ("einwohnerschwaechste", "population", End::Lowest)];

/// The last position a list can have: far more than there are Kommunen.
const LAST_POSITION: u32 = 99_999;

/// The words behind the key of an indicator in the name of a list.
const ENDS: [(&str, End); 2] = [("hoechste", End::Highest), ("niedrigste", End::Lowest)];

/// The columns of `laender_gedruckt.csv` besides one per indicator.
const LAND_COLUMNS: [&str; 3] = ["ags", "state", "kommunen"];

/// The columns of `ranglisten_gedruckt.csv`.
const RANK_COLUMNS: [&str; 4] = ["list", "position", "label_as_printed", "value_as_printed"];

/// The columns of a table by their names; `None` when one is missing, which is reported.
fn columns<const N: usize>(
    table: &SourcedTable,
    names: [&str; N],
    hint: &str,
    report: &mut Report,
) -> Option<[usize; N]> {
    let mut complete = true;
    let found = names.map(|name| {
        table.column(name).unwrap_or_else(|| {
            complete = false;
            report.push(
                Problem::error("KB103", format!("column `{name}` is missing"))
                    .at(table.header_end.clone())
                    .did_you_mean(name, table.header.iter().map(|c| c.value.as_str()))
                    .hint(hint),
            );
            0
        })
    });
    complete.then_some(found)
}

/// Warns of columns that are not used. Call it only for a table that has all its own columns.
fn unknown_columns(table: &SourcedTable, known: &[&str], report: &mut Report) {
    for cell in table.header.iter().filter(|cell| !known.contains(&cell.value.as_str())) {
        let message = format!("column `{}` is unknown and not used", shown(&cell.value));
        report.push(
            Problem::warning("KB104", message)
                .at(cell.place.clone())
                .did_you_mean(&cell.value, known.iter().copied())
                .hint(format!("known are: {}", known.join(", "))),
        );
    }
}

/// Printed state totals.
pub fn laender(table: &SourcedTable, indicators: &[Indicator], report: &mut Report) -> Vec<PrintedLand> {
    let hint = "printed totals need the columns state and kommunen, and one per indicator";
    let Some([state, kommunen]) = columns(table, ["state", "kommunen"], hint, report) else { return Vec::new() };
    let known: Vec<&str> = LAND_COLUMNS.into_iter().chain(indicators.iter().map(|i| i.key.as_str())).collect();
    unknown_columns(table, &known, report);
    let totals: Vec<(usize, usize)> =
        indicators.iter().enumerate().filter_map(|(at, indicator)| Some((at, table.column(&indicator.key)?))).collect();
    let row = |row: &Vec<Text>| {
        let land = land(&row[state], report)?;
        let name = land.value.name;
        Some(PrintedLand {
            kommunen: number(&row[kommunen], "kommunen", name, report),
            values: totals
                .iter()
                .map(|(at, column)| (*at, number(&row[*column], &indicators[*at].key, name, report)))
                .collect(),
            land,
        })
    };
    table.rows.iter().filter_map(row).collect()
}

/// Printed rankings, with the order of their first rows. An unknown list is left out with a warning.
pub fn rankings(table: &SourcedTable, indicators: &[Indicator], report: &mut Report) -> Vec<PrintedRanking> {
    let hint = format!("printed rankings have the columns {}", RANK_COLUMNS.join(", "));
    let Some([list, position, label, value]) = columns(table, RANK_COLUMNS, &hint, report) else { return Vec::new() };
    unknown_columns(table, &RANK_COLUMNS, report);
    let mut rankings: Vec<PrintedRanking> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    for row in &table.rows {
        let name = &row[list];
        let at = match rankings.iter().position(|ranking| ranking.name.value == name.value) {
            Some(at) => at,
            None if unknown.contains(&name.value.as_str()) => continue,
            None => match meaning(&name.value, indicators) {
                Some((indicator, end)) => {
                    rankings.push(PrintedRanking { name: name.clone(), indicator, end, entries: Vec::new() });
                    rankings.len() - 1
                }
                None => {
                    unknown.push(&name.value);
                    report.push(unknown_list(name, indicators));
                    continue;
                }
            },
        };
        let indicator = &indicators[rankings[at].indicator];
        let entry = PrintedRank {
            position: whole(&row[position], &name.value, report),
            label: row[label].clone(),
            value: as_printed(&row[value], &indicator.unit, &row[label].value, report),
        };
        rankings[at].entries.push(entry);
    }
    rankings
}

/// The indicator a list ranks and the end it shows, by its name; `None` for an unknown name.
fn meaning(name: &str, indicators: &[Indicator]) -> Option<(usize, End)> {
    let of_key = |key: &str| indicators.iter().position(|i| i.key == key);
    if let Some((_, key, end)) = LISTS.into_iter().find(|(list, ..)| *list == name) {
        return Some((of_key(key)?, end));
    }
    ENDS.into_iter().find_map(|(word, end)| Some((of_key(name.strip_suffix(word)?.strip_suffix('_')?)?, end)))
}

fn unknown_list(name: &Text, indicators: &[Indicator]) -> Problem {
    let of_keys = indicators.iter().flat_map(|i| ENDS.map(|(word, _)| format!("{}_{word}", i.key)));
    let short = LISTS.into_iter().filter(|(_, key, _)| indicators.iter().any(|i| i.key == *key));
    let known: Vec<String> = of_keys.chain(short.map(|(list, ..)| list.to_owned())).collect();
    Problem::warning(
        "KB137",
        format!("the printed ranking `{}` is of no indicator and not compared", shown(&name.value)),
    )
    .at(name.place.clone())
    .did_you_mean(&name.value, known.iter().map(String::as_str))
    .hint(format!("a list is called KEY_hoechste or KEY_niedrigste; known are: {}", known.join(", ")))
}

/// A position: a whole number from 1.
fn whole(cell: &Text, list: &str, report: &mut Report) -> Sourced<Option<u32>> {
    let digits = cell.value.bytes().all(|b| b.is_ascii_digit());
    let value = cell.value.parse().ok().filter(|n: &u32| digits && (1..=LAST_POSITION).contains(n));
    if value.is_none() {
        let message = format!(
            "position `{}` in the list {} is not a whole number from 1 to {LAST_POSITION}",
            shown(&cell.value),
            shown(list)
        );
        report.push(Problem::error("KB107", message).at(cell.place.clone()).hint("write the position as digits"));
    }
    Sourced { value, place: cell.place.clone() }
}

/// A number as a German page prints it, with its unit: `15,6 %`, `623.738`.
fn as_printed(cell: &Text, unit: &str, label: &str, report: &mut Report) -> Number {
    let text = cell.value.trim();
    let text = text.strip_suffix(unit).filter(|_| !unit.is_empty()).unwrap_or(text).trim_end();
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let value = parsed(digits).map(|n| if negative { -n } else { n });
    if value.is_none() {
        let message =
            format!("the printed value of {} is `{}`, which is not a number", shown(label), shown(&cell.value));
        let unit = if unit.is_empty() { "623.738" } else { "15,6" };
        report.push(
            Problem::error("KB107", message)
                .at(cell.place.clone())
                .hint(format!("write it as it was printed, the German way: {unit}")),
        );
    }
    Sourced { value, place: cell.place.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::load::load;
    use crate::model::Data;

    fn data() -> Data {
        load(&Assets::embedded(), "2017").expect("the edition").data
    }

    #[test]
    fn lists_are_told_by_their_names() {
        let indicators = data().indicators;
        let key = |name: &str| meaning(name, &indicators).map(|(at, end)| (indicators[at].key.as_str(), end));
        assert_eq!(key("sgb2_quote_hoechste"), Some(("sgb2_quote", End::Highest)));
        assert_eq!(key("area_km2_niedrigste"), Some(("area_km2", End::Lowest)));
        assert_eq!(key("einwohnerschwaechste"), Some(("population", End::Lowest)));
        assert_eq!(key("sgb2_quote"), None);
        assert_eq!(key("hoechste"), None);
        assert_eq!(key("_hoechste"), None);
    }

    #[test]
    fn printed_values_keep_their_decimals() {
        let mut report = Report::new();
        let cell = |text: &str| Sourced { value: text.to_owned(), place: crate::diag::Place::file("t.csv") };
        let mut read =
            |text: &str, unit: &str| as_printed(&cell(text), unit, "x", &mut report).value.map(|n| n.to_string());
        assert_eq!(read("12,0 %", "%").as_deref(), Some("12.0"));
        assert_eq!(read("12,0\u{a0}%", "%").as_deref(), Some("12.0"));
        assert_eq!(read("623.738", "").as_deref(), Some("623738"));
        assert_eq!(read("\u{2212}1,5", "%").as_deref(), Some("-1.5"));
        assert_eq!(read("12.5", "%"), None);
        assert_eq!(read("", ""), None);
        assert_eq!(report.problems().len(), 2);
    }

    #[test]
    fn the_shipped_lists_are_read_whole() {
        let lists: Vec<(String, usize)> =
            data().printed_rankings.iter().map(|list| (list.name.value.clone(), list.entries.len())).collect();
        let expected = ["sgb2_quote_hoechste", "sgb2_quote_niedrigste", "einwohnerstaerkste", "einwohnerschwaechste"];
        assert_eq!(lists, expected.map(|name| (name.to_owned(), 10)));
    }
}
