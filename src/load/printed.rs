//! What an earlier publication printed: state totals and rankings, with the names of its lists.

use serde::Deserialize;
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, shown};
use crate::german::parsed;
use crate::model::{Indicator, NumberCell, PrintedLand, PrintedRank, PrintedRanking, RankingEnd, Sourced, Text};

use super::cells::{land, number};
use super::description::{DescriptionFile, NamedIndicators};
use super::table::SourcedTable;

/// The last position a list can have: far more than there are Kommunen.
const LAST_POSITION: u32 = 99_999;

/// The columns of `laender_gedruckt.csv` besides one per indicator.
const LAND_COLUMNS: [&str; 3] = ["ags", "state", "kommunen"];

/// The columns of `ranglisten_gedruckt.csv`.
const RANK_COLUMNS: [&str; 4] = ["list", "position", "label_as_printed", "value_as_printed"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListsFile {
    #[serde(default)]
    ending: Vec<EndingEntry>,
    #[serde(default)]
    list: Vec<ListEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndingEntry {
    name: String,
    end: RankingEnd,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEntry {
    name: String,
    indicator: Spanned<String>,
    end: RankingEnd,
}

/// What the names of printed rankings mean: `printed_lists.toml`.
#[derive(Debug)]
pub struct ListNames {
    /// What follows the key of an indicator and `_` in the name of a list.
    endings: Vec<(String, RankingEnd)>,
    /// Lists that are not called by the key of their indicator, which comes second.
    lists: Vec<(String, Text, RankingEnd)>,
    /// Whether the edition has these names for itself.
    of_edition: bool,
}

impl ListNames {
    /// Reads the edition's own `printed_lists.toml`, else `data/printed_lists.toml`.
    ///
    /// # Errors
    /// A malformed file.
    pub fn read(assets: &Assets, key: &str) -> Result<Self> {
        let DescriptionFile { file, of_edition, .. } = DescriptionFile::open(assets, key, "printed_lists.toml")?;
        let entries: ListsFile = file.parse()?;
        let list = |entry: &ListEntry| (entry.name.clone(), file.sourced(&entry.indicator), entry.end);
        Ok(Self {
            endings: entries.ending.iter().map(|entry| (entry.name.clone(), entry.end)).collect(),
            lists: entries.list.iter().map(list).collect(),
            of_edition,
        })
    }

    /// Tells lists of an edition's own that rank an indicator there is not.
    pub fn check(&self, indicators: NamedIndicators<'_>, report: &mut Report) {
        let indicators = NamedIndicators { strict: indicators.strict && self.of_edition, ..indicators };
        for (_, key, _) in &self.lists {
            indicators.position(key, report);
        }
    }

    /// What a list ranks and from which end, by its name; `None` for a name that has no meaning here.
    fn meaning(&self, name: &str, indicators: &[Indicator]) -> Option<(usize, RankingEnd)> {
        let of_key = |key: &str| indicators.iter().position(|i| i.key == key);
        if let Some((_, key, end)) = self.lists.iter().find(|(list, ..)| list == name) {
            return Some((of_key(&key.value)?, *end));
        }
        self.endings
            .iter()
            .find_map(|(ending, end)| Some((of_key(name.strip_suffix(ending.as_str())?.strip_suffix('_')?)?, *end)))
    }

    fn unknown(&self, name: &Text, indicators: &[Indicator]) -> Problem {
        let of_keys = indicators.iter().flat_map(|i| self.endings.iter().map(|(word, _)| format!("{}_{word}", i.key)));
        let measured = |key: &str| indicators.iter().any(|i| i.key == key);
        let short = self.lists.iter().filter(|(_, key, _)| measured(&key.value)).map(|(list, ..)| list.clone());
        let known: Vec<String> = of_keys.chain(short).collect();
        let called: Vec<String> = self.endings.iter().map(|(word, _)| format!("KEY_{word}")).collect();
        let hint = match called.as_slice() {
            [] => String::new(),
            called => format!("a list is called {}; ", called.join(" or ")),
        };
        let message = format!("the printed ranking `{}` is of no indicator and not compared", shown(&name.value));
        Problem::warning("KB137", message)
            .at(name.place.clone())
            .did_you_mean(&name.value, known.iter().map(String::as_str))
            .hint(format!("{hint}known are: {}", known.join(", ")))
    }
}

/// The columns of a table by their names; `None`, told with its place, when one is missing.
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

/// Printed rankings, in the order of their first rows. A list of an unknown name is a warning and left out.
pub fn rankings(
    table: &SourcedTable,
    indicators: &[Indicator],
    names: &ListNames,
    report: &mut Report,
) -> Vec<PrintedRanking> {
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
            None => match names.meaning(&name.value, indicators) {
                Some((indicator, end)) => {
                    rankings.push(PrintedRanking { name: name.clone(), indicator, end, entries: Vec::new() });
                    rankings.len() - 1
                }
                None => {
                    unknown.push(&name.value);
                    report.push(names.unknown(name, indicators));
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
fn as_printed(cell: &Text, unit: &str, label: &str, report: &mut Report) -> NumberCell {
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
    use crate::load::load;
    use crate::model::Data;

    fn data() -> Data {
        load(&Assets::embedded(), "2017").expect("the edition").data
    }

    #[test]
    fn lists_are_told_by_their_names() {
        let indicators = data().indicators;
        let names = ListNames::read(&Assets::embedded(), "2017").expect("the names");
        let key = |name: &str| names.meaning(name, &indicators).map(|(at, end)| (indicators[at].key.as_str(), end));
        assert_eq!(key("sgb2_quote_hoechste"), Some(("sgb2_quote", RankingEnd::Highest)));
        assert_eq!(key("area_km2_niedrigste"), Some(("area_km2", RankingEnd::Lowest)));
        assert_eq!(key("einwohnerschwaechste"), Some(("population", RankingEnd::Lowest)));
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
