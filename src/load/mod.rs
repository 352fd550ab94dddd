//! Files -> Data: strict types, and every value keeps its file, line and column.
//!
//! Loading looks at one cell at a time; what cells say of each other is `check`'s business. Problems are
//! collected: nine bad rows, nine messages.

mod changes;
mod description;
mod geo;
mod key_figures;
mod logo;
pub(crate) mod markdown;
mod meeting;
mod practice;
mod printed;
mod project;
mod settings;
mod table;
mod toml_file;

use rust_decimal::Decimal;

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, Severity, shown};
use crate::german::signs::{Oddity, look_alike};
use crate::model::{Data, Former, Indicator, Kommune, KommuneType, LAENDER, Land, NumberCell, Sourced, Text, Year};

use description::NamedIndicators;
pub use meeting::meeting;
pub use project::{Project, project};
pub use settings::{IDENTITY, PARTS};
use table::Table;

/// Most digits a number may have before its decimal point: sums and products stay exact.
const MOST_DIGITS: usize = 12;

/// What was read, and what was wrong with single cells and texts.
#[derive(Debug)]
pub struct Loaded {
    /// The data; cells with problems hold `None`. A row whose kind or Land is unknown stands in with what its
    /// key suggests, so that all other rules still see it.
    pub data: Data,
    /// The problems of single cells and of texts.
    pub report: Report,
}

/// Reads an edition, and the one before it where it names one.
///
/// # Errors
/// What makes reading on pointless: an unknown edition, a missing or malformed file, a missing column.
pub fn load(assets: &Assets, edition_key: &str) -> Result<Loaded> {
    let loaded = alone(assets, edition_key, false)?;
    match loaded.data.edition.former.as_ref().map(|former| former.value.clone()) {
        Some(former) => beside(assets, loaded, &former),
        None => Ok(loaded),
    }
}

/// Reads an edition without the one before, whatever it names.
///
/// # Errors
/// As [`load`].
pub fn load_alone(assets: &Assets, edition_key: &str) -> Result<Loaded> {
    alone(assets, edition_key, false)
}

/// Reads an edition to be compared with another one, whatever it names itself.
///
/// # Errors
/// As [`load`], and another edition that is the same or newer.
pub fn load_beside(assets: &Assets, edition_key: &str, former_key: &str) -> Result<Loaded> {
    beside(assets, alone(assets, edition_key, false)?, former_key)
}

/// Adds the edition before, with its errors; its warnings are told where it is itself checked.
fn beside(assets: &Assets, mut loaded: Loaded, former_key: &str) -> Result<Loaded> {
    let former = alone(assets, former_key, true)?;
    let (now, then) = (&loaded.data.edition, &former.data.edition);
    if former_key == now.key || then.stand.date > now.stand.date {
        let message = format!(
            "the edition `{former_key}` ({}) is not before `{}` ({})",
            then.stand.iso(),
            now.key,
            now.stand.iso()
        );
        let place = now.former.as_ref().map_or_else(|| now.origin.clone(), |former| former.place.clone());
        let problem = Problem::error("KB642", message).at(place);
        return Err(problem.hint("name the older edition first: an edition is compared with one before it").into());
    }
    loaded.report.extend(former.report.problems().iter().filter(|p| p.severity == Severity::Error).cloned().collect());
    let changes = changes::changes(assets, &loaded.data, &former.data)?;
    loaded.data.former = Some(Box::new(Former { data: former.data, changes }));
    Ok(loaded)
}

/// Reads an edition without the one before it. Of a former edition only what is compared has to be there.
fn alone(assets: &Assets, edition_key: &str, is_former: bool) -> Result<Loaded> {
    let (edition, not_measured, warnings) = settings::edition(assets, edition_key, is_former)?;
    let mut fatal = Report::new();
    let mut keep = |report: Report| fatal.extend(report);
    let table = table::read(assets, &format!("data/{edition_key}/kommunen.csv")).map_err(&mut keep);
    let columns = table.as_ref().ok().filter(|_| is_former).map(|table| table.header.as_slice());
    let indicators = settings::indicators(assets, &edition, &not_measured, columns).map_err(&mut keep);
    let practice = practice::themes(assets, edition_key)
        .and_then(|themes| Ok((practice::practice(assets, edition_key, &themes)?, themes)))
        .map_err(&mut keep);
    let named = NamedIndicators {
        measured: indicators.as_deref().unwrap_or_default(),
        not_measured: &not_measured,
        strict: !is_former && indicators.is_ok(),
    };
    let key_figures = key_figures::key_figures(assets, edition_key, named).map_err(&mut keep);
    let list_names = printed::ListNames::read(assets, edition_key).map_err(&mut keep);
    let boundaries = geo::boundaries(assets).map_err(&mut keep);
    let mut optional = |name: &str| {
        let path = format!("data/{edition_key}/{name}");
        if assets.contains(&path) { table::read(assets, &path).map(Some).map_err(&mut keep) } else { Ok(None) }
    };
    let printed_totals = optional("laender_gedruckt.csv");
    let printed_lists = optional("ranglisten_gedruckt.csv");
    let (texts, mut report) = markdown::texts(assets, edition_key);
    report.extend(warnings);
    if let Ok(names) = &list_names {
        names.check(named, &mut report);
    }
    let (Ok(indicators), Ok(practice), Ok(key_figures), Ok(boundaries), Ok(table), Ok(totals), Ok(lists), Ok(names)) =
        (indicators, practice, key_figures, boundaries, table, printed_totals, printed_lists, list_names)
    else {
        fatal.extend(report);
        return Err(fatal);
    };
    let ((practice, themes), (key_figures, warnings)) = (practice, key_figures);
    report.extend(warnings);
    let columns = match Columns::find(&table, &indicators) {
        Ok(columns) => columns,
        Err(mut problems) => {
            problems.extend(report);
            return Err(problems);
        }
    };
    report.extend(unknown_columns(&table, &indicators));
    let kommunen = table.rows.iter().map(|row| kommune(row, &columns, &indicators, &mut report)).collect();
    let printed_laender = totals.map_or_else(Vec::new, |table| printed::laender(&table, &indicators, &mut report));
    let printed_rankings =
        lists.map_or_else(Vec::new, |table| printed::rankings(&table, &indicators, &names, &mut report));
    let data = Data {
        edition,
        indicators,
        kommunen,
        printed_laender,
        printed_rankings,
        key_figures,
        themes,
        practice,
        boundaries,
        texts,
        former: None,
    };
    Ok(Loaded { data, report })
}

/// Reads what an edition measures: the indicators with a column in its table.
///
/// # Errors
/// An unknown edition, and entries of its settings or of the indicators that cannot be used.
pub fn measured(assets: &Assets, edition_key: &str) -> Result<Vec<Indicator>> {
    let (edition, not_measured, _) = settings::edition(assets, edition_key, true)?;
    settings::indicators(assets, &edition, &not_measured, None)
}

/// Where the columns of `kommunen.csv` stand.
struct Columns {
    identity: [usize; IDENTITY.len()],
    indicators: Vec<usize>,
}

impl Columns {
    fn find(table: &Table, indicators: &[Indicator]) -> Result<Self> {
        let mut report = Report::new();
        let known: Vec<&str> = IDENTITY.into_iter().chain(indicators.iter().map(|i| i.key.as_str())).collect();
        let mut find = |name: &str, is_indicator: bool| {
            table.column(name).unwrap_or_else(|| {
                let stray = table.header.iter().map(|c| c.value.as_str()).filter(|c| !known.contains(c));
                let mut problem =
                    Problem::error("KB103", format!("column `{name}` is missing")).at(table.header_end.clone());
                if let Some(near) = crate::diag::nearest(name, stray) {
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
        let identity = IDENTITY.map(|name| find(name, false));
        let indicators = indicators.iter().map(|i| find(&i.key, true)).collect();
        if report.has_errors() { Err(report) } else { Ok(Self { identity, indicators }) }
    }

    fn text<'a>(&self, row: &'a [Text], name: &str) -> &'a Text {
        let at = IDENTITY.iter().position(|n| *n == name).expect("callers name identity columns");
        &row[self.identity[at]]
    }
}

fn unknown_columns(table: &Table, indicators: &[Indicator]) -> Report {
    let keys: Vec<&str> = indicators.iter().map(|i| i.key.as_str()).collect();
    table
        .header
        .iter()
        .filter(|cell| !IDENTITY.contains(&cell.value.as_str()) && !keys.contains(&cell.value.as_str()))
        .map(|cell| {
            Problem::warning("KB104", format!("column `{}` is unknown and not used", shown(&cell.value)))
                .at(cell.place.clone())
                .did_you_mean(&cell.value, IDENTITY.into_iter().chain(keys.iter().copied()))
                .hint("a new indicator also needs an entry in data/indicators.toml")
        })
        .collect()
}

fn kommune(row: &[Text], columns: &Columns, indicators: &[Indicator], report: &mut Report) -> Kommune {
    let text = |name| {
        let cell = columns.text(row, name);
        if cell.value.trim().is_empty() {
            Sourced { value: String::new(), place: cell.place.clone() }
        } else {
            cell.clone()
        }
    };
    let required = |name, report: &mut Report| {
        let cell = text(name);
        if cell.value.is_empty() {
            let problem = Problem::error("KB110", format!("the cell `{name}` is empty")).at(cell.place.clone());
            report.push(problem.hint("every Kommune needs its AGS, name, label, type and state"));
        }
        cell
    };
    let ags = required("ags", report);
    let name = required("name", report);
    let label = required("label", report);
    let kind_cell = required("type", report);
    let kind = KommuneType::ALL.into_iter().find(|kind| kind.key() == kind_cell.value);
    if kind.is_none() && !kind_cell.value.is_empty() {
        let message = format!("type `{}` of {} is unknown", shown(&kind_cell.value), shown(&label.value));
        let keys = KommuneType::ALL.map(KommuneType::key);
        report.push(
            Problem::error("KB109", message)
                .at(kind_cell.place.clone())
                .did_you_mean(&kind_cell.value, keys)
                .hint(format!("a Kommune is one of: {}", keys.join(", "))),
        );
    }
    let land_cell = required("state", report);
    let land = land(&land_cell, report);
    let values = columns
        .indicators
        .iter()
        .zip(indicators)
        .map(|(at, indicator)| number(&row[*at], &indicator.key, &label.value, report))
        .collect();
    let in_office_since = year(&text("in_office_since"), "in_office_since", &label.value, report);
    let elected_until = year(&text("elected_until"), "elected_until", &label.value, report);
    // What is unknown has been told; what stands in for it reaches no page, since the error stops the build.
    let by_key = || LAENDER.iter().find(|land| ags.value.starts_with(land.key)).unwrap_or(&LAENDER[0]);
    let land = land.unwrap_or_else(|| Sourced { value: by_key(), place: land_cell.place.clone() });
    Kommune {
        kind: Sourced { value: kind.unwrap_or(KommuneType::Landkreis), place: kind_cell.place },
        land,
        jobcenter: text("jobcenter"),
        organisation: text("organisation"),
        office: text("office"),
        head: text("head"),
        party: text("party"),
        ags,
        name,
        label,
        in_office_since,
        elected_until,
        values,
    }
}

fn land(cell: &Text, report: &mut Report) -> Option<Sourced<&'static Land>> {
    let found = LAENDER.iter().find(|land| land.name == cell.value);
    if found.is_none() && !cell.value.is_empty() {
        let message = format!("state `{}` is none of the sixteen Länder", shown(&cell.value));
        report.push(
            Problem::error("KB109", message)
                .at(cell.place.clone())
                .did_you_mean(&cell.value, LAENDER.iter().map(|l| l.name))
                .hint(format!("the Länder are: {}", LAENDER.iter().map(|l| l.name).collect::<Vec<_>>().join(", "))),
        );
    }
    found.map(|value| Sourced { value, place: cell.place.clone() })
}

/// Reads a plain decimal number; an empty cell is `None` and no problem.
fn number(cell: &Text, column: &str, label: &str, report: &mut Report) -> NumberCell {
    let unknown = |place| Sourced { value: None, place };
    let raw = cell.value.as_str();
    if raw.trim().is_empty() {
        return unknown(cell.place.clone());
    }
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !(all_digits(whole) && all_digits(part)) {
        let mut problem =
            Problem::error("KB107", format!("{column} of {} is `{}`, which is not a number", shown(label), shown(raw)))
                .at(cell.place.clone());
        problem = match german_to_plain(raw) {
            Some(plain) => problem.hint(format!("write it without grouping and with a decimal point: {plain}")),
            None => problem.hint("write digits and a decimal point, for example 1409.75; leave the cell empty when the value is not known"),
        };
        if let Some((sign, Oddity::Form(plain))) = look_alike(raw) {
            problem = problem.hint(format!("`{sign}` is U+{:04X}, which only looks like `{plain}`", u32::from(sign)));
        }
        report.push(problem);
        return unknown(cell.place.clone());
    }
    if whole.len() > MOST_DIGITS || part.len() > 9 {
        let message = format!("{column} of {} is `{}`, which has too many digits", shown(label), shown(raw));
        let hint = format!("at most {MOST_DIGITS} digits before and 9 after the decimal point");
        report.push(Problem::error("KB107", message).at(cell.place.clone()).hint(hint));
        return unknown(cell.place.clone());
    }
    let value: Decimal = raw.parse().expect("digits, one point and a minus make a decimal");
    Sourced { value: Some(value), place: cell.place.clone() }
}

/// What `1.409,75 %` was meant to be; `None` when that is not clear.
fn german_to_plain(raw: &str) -> Option<String> {
    let cleaned: String = raw.chars().filter(|c| !c.is_whitespace() && !matches!(c, '%' | '\u{202f}')).collect();
    let plain = if cleaned.contains(',') { cleaned.replace('.', "").replace(',', ".") } else { cleaned };
    let parsed: Option<Decimal> = plain.parse().ok();
    parsed.filter(|_| plain != raw).map(|_| plain)
}

fn year(cell: &Text, column: &str, label: &str, report: &mut Report) -> Year {
    let raw = cell.value.as_str();
    let is_year = raw.len() == 4 && raw.bytes().all(|b| b.is_ascii_digit());
    let value = raw.parse().ok().filter(|year| is_year && (1900..=2200).contains(year));
    if value.is_none() && !raw.is_empty() {
        let message = format!("{column} of {} is `{}`, which is not a year", shown(label), shown(raw));
        report
            .push(Problem::error("KB108", message).at(cell.place.clone()).hint("write four digits, for example 2014"));
    }
    Sourced { value, place: cell.place.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Place;

    fn cell(value: &str) -> Text {
        Sourced { value: value.to_owned(), place: Place::file("t.csv") }
    }

    #[test]
    fn the_shipped_edition_loads_whole() {
        let loaded = load(&Assets::embedded(), "2017").expect("the edition");
        assert_eq!(loaded.data.kommunen.len(), 104);
        assert_eq!(loaded.data.indicators.len(), 6);
        assert_eq!(loaded.data.practice.len(), 18);
        assert_eq!(loaded.data.key_figures.tasks.len(), 9);
        assert!(loaded.report.is_empty(), "{:?}", loaded.report);
        let biberach = loaded.data.kommunen.iter().find(|k| k.ags.value == "08426").expect("Biberach");
        assert_eq!(biberach.values[1].place.to_string(), "data/2017/kommunen.csv:10:104");
    }

    #[test]
    fn empty_is_unknown_and_never_zero() {
        let mut report = Report::new();
        assert_eq!(number(&cell(" "), "x", "y", &mut report).value, None);
        assert!(report.is_empty());
    }

    #[test]
    fn german_numbers_are_refused_with_the_plain_form() {
        for (raw, hint) in [
            ("1.409,75", "1409.75"),
            ("6,5 %", "6.5"),
            ("1_000", "write digits"),
            ("1e5", "write digits"),
            ("+1", "write digits"),
        ] {
            let mut report = Report::new();
            assert_eq!(number(&cell(raw), "x", "y", &mut report).value, None);
            let text = report.problems()[0].to_string();
            assert!(text.contains(hint), "{text}");
        }
    }

    #[test]
    fn absurd_numbers_are_refused() {
        let mut report = Report::new();
        number(&cell("1234567890123"), "x", "y", &mut report);
        number(&cell("0.1234567890"), "x", "y", &mut report);
        assert_eq!(report.problems().len(), 2);
    }
}
