//! Matches delivered columns with ours: as `mapping.toml` says, else by their names. New matches are added to the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use super::header::{factor_of, header_key, qualified, says_nothing_new};
use super::number::NumberNotation;
use super::table::{DeliveredColumn, DeliveredTable, RowKey};
use crate::diag::{Place, Problem, Report, Result, nearest, shown};
use crate::german::match_key;
use crate::model::{IDENTITY, Indicator, identity};

/// `mapping.toml` as a user writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    sheet: Option<String>,
    header: Option<u32>,
    #[serde(default)]
    ignore: Vec<String>,
    #[serde(default)]
    column: Vec<Spanned<ColumnEntry>>,
    #[serde(default)]
    rows: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnEntry {
    header: String,
    key: Spanned<String>,
    numbers: Option<NumberNotation>,
    factor: Option<Spanned<f64>>,
}

/// A mapping: which header means which key.
#[derive(Debug, Default)]
pub struct Mapping {
    /// Its text; empty when there is none yet.
    pub text: String,
    /// The sheet to read; `None` = the one that has a table.
    pub sheet: Option<String>,
    /// The first line of the header, from 1; `None` = it is found.
    pub header: Option<u32>,
    /// Labels of rows with the AGS they mean; an empty one = none.
    pub rows: BTreeMap<String, String>,
    ignore: Vec<String>,
    columns: Vec<ColumnEntry>,
    places: Vec<Place>,
}

impl Mapping {
    /// Reads a mapping; `keys` are all keys a column may have.
    ///
    /// # Errors
    /// A text that is no TOML, fields and keys nobody knows, a factor that is not positive, a header mapped twice.
    pub fn parse(text: &str, file: &Arc<str>, keys: &[&str]) -> Result<Self> {
        let at = |span: &Range<usize>| Place::at_range(file, text, span);
        let wrong = |what: String, span: &Range<usize>| Problem::error("KB619", what).at(at(span));
        let parsed: MappingFile = toml::from_str(text).map_err(|error| {
            let what = error.message().lines().next().unwrap_or("the mapping cannot be read").to_owned();
            wrong(what, &error.span().unwrap_or_default()).hint("data/README.md, \"Importing\", explains its fields")
        })?;
        let mut report = Report::new();
        let mut mapping = Self {
            text: text.to_owned(),
            sheet: parsed.sheet,
            header: parsed.header,
            rows: parsed.rows,
            ignore: parsed.ignore,
            ..Self::default()
        };
        for entry in parsed.column {
            let span = entry.span();
            let entry = entry.into_inner();
            let key = entry.key.get_ref();
            if !keys.contains(&key.as_str()) {
                report.push(
                    wrong(format!("`{}` is no column of kommunen.csv", shown(key)), &entry.key.span())
                        .did_you_mean(key, keys.iter().copied())
                        .hint(format!("known are: {}", keys.join(", "))),
                );
            }
            if let Some(factor) = entry.factor.as_ref().filter(|factor| times(*factor.get_ref()).is_none()) {
                let what =
                    format!("factor {} of `{}` is no number from 0.000001 to 1000000", factor.get_ref(), shown(key));
                report.push(wrong(what, &factor.span()).hint("values are multiplied by it: 1000 for \"in 1.000\""));
            }
            if mapping.columns.iter().any(|other| alike(&other.header, &entry.header)) {
                report.push(wrong(format!("the header `{}` is mapped twice", shown(&entry.header)), &span));
            }
            mapping.places.push(at(&span));
            mapping.columns.push(entry);
        }
        for (label, ags) in &mapping.rows {
            if !ags.is_empty() && (ags.len() != 5 || !ags.bytes().all(|b| b.is_ascii_digit())) {
                let what = format!("`{}` of the row `{}` is no AGS of five digits", shown(ags), shown(label));
                report
                    .push(Problem::error("KB619", what).at(Place::file(file)).hint("an empty text leaves the row out"));
            }
        }
        if report.has_errors() { Err(report) } else { Ok(mapping) }
    }

    /// The header it maps to `ags`; `None` when it maps none.
    pub fn ags_header(&self) -> Option<&str> {
        self.columns.iter().find(|entry| entry.key.get_ref() == "ags").map(|entry| entry.header.as_str())
    }

    /// Whether it maps or ignores a header.
    fn knows(&self, header: &str) -> bool {
        self.ignores(header) || self.columns.iter().any(|entry| alike(&entry.header, header))
    }

    /// Whether it ignores a header.
    fn ignores(&self, header: &str) -> bool {
        self.ignore.iter().any(|other| alike(other, header))
    }
}

/// A factor as it is written; `None` for one nobody means.
fn times(factor: f64) -> Option<Decimal> {
    let value: Decimal = (1e-6..=1e6).contains(&factor).then(|| factor.to_string())?.parse().ok()?;
    Some(value.normalize())
}

/// Whether two headers are the same but for case and blanks.
fn alike(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(a) == plain(b)
}

/// A column that is taken.
#[derive(Debug, Clone)]
pub struct TakenColumn {
    /// The delivered column.
    pub column: DeliveredColumn,
    /// The column of `kommunen.csv` it becomes.
    pub key: String,
    /// How its numbers are written, where the mapping says so.
    pub numbers: Option<NumberNotation>,
    /// What its numbers are multiplied by.
    pub factor: Decimal,
    /// Whether the mapping names it; else its name was enough.
    pub mapped: bool,
}

/// A column that is left out, and what it might be.
#[derive(Debug)]
pub struct LeftColumn {
    /// The delivered column.
    pub column: DeliveredColumn,
    /// Keys it might be; empty when nothing is near, or the mapping ignores it.
    pub candidates: Vec<String>,
    /// Whether the mapping says to leave it.
    pub ignored: bool,
}

/// The delivered columns, those that are taken and those that are left out.
#[derive(Debug)]
pub struct MatchedColumns {
    /// Those that are taken, in the order of the sheet.
    pub taken: Vec<TakenColumn>,
    /// Those that are left out.
    pub left: Vec<LeftColumn>,
    /// The new text of `mapping.toml`, with the matches that were found.
    pub text: String,
    /// Headers the mapping names and the file does not have, with a near one.
    pub absent: Vec<(String, Option<String>)>,
}

/// Matches the columns of a table with ours: as the mapping says, else where the name leaves no doubt. `year` is that
/// of the edition's reference date: a header that names another one is not taken by its name.
///
/// # Errors
/// Two columns with one header, two that the mapping calls the same, nothing to take.
pub fn matched(
    table: &DeliveredTable,
    mapping: &Mapping,
    indicators: &[Indicator],
    year: Option<i32>,
) -> Result<MatchedColumns> {
    unique_headers(table, mapping)?;
    let mut report = Report::new();
    let (mut taken, mut left): (Vec<TakenColumn>, Vec<LeftColumn>) = (Vec::new(), Vec::new());
    for column in table.columns.iter().filter(|column| !column.header.is_empty() || holds_values(table, column)) {
        let entry = mapping.columns.iter().zip(&mapping.places).find(|(entry, _)| alike(&entry.header, &column.header));
        if let Some((entry, place)) = entry {
            let key = entry.key.get_ref().clone();
            if let Some(other) = taken.iter().find(|other| other.key == key) {
                let what = format!(
                    "`{}` and `{}` are both mapped to `{key}`",
                    shown(&other.column.header),
                    shown(&column.header)
                );
                report.push(
                    Problem::error("KB619", what).at(place.clone()).hint("keep one; name the other under `ignore`"),
                );
            }
            let factor = entry.factor.as_ref().and_then(|factor| times(*factor.get_ref())).unwrap_or(Decimal::ONE);
            taken.push(TakenColumn { column: column.clone(), key, numbers: entry.numbers, factor, mapped: true });
        } else if mapping.ignores(&column.header) {
            left.push(LeftColumn { column: column.clone(), candidates: Vec::new(), ignored: true });
        } else {
            left.push(LeftColumn {
                column: column.clone(),
                candidates: candidates(&column.header, indicators),
                ignored: false,
            });
        }
    }
    // A name that leaves no doubt: one header of the file, one key that is not taken yet.
    let sure: Vec<(usize, String)> = left
        .iter()
        .enumerate()
        .filter(|(_, left)| !left.ignored)
        .filter_map(|(at, left)| Some((at, named(&left.column, table, indicators, year)?)))
        .collect();
    let mut proposed = Vec::new();
    for (at, key) in &sure {
        let alone = sure.iter().filter(|(_, other)| other == key).count() == 1;
        if alone && !taken.iter().any(|other| other.key == *key) {
            proposed.push(*at);
            let column = left[*at].column.clone();
            taken.push(TakenColumn { column, key: key.clone(), numbers: None, factor: Decimal::ONE, mapped: false });
        } else {
            left[*at].candidates = vec![key.clone()];
        }
    }
    let mut at = 0;
    left.retain(|_| {
        at += 1;
        !proposed.contains(&(at - 1))
    });
    taken.sort_by_key(|taken| taken.column.at);
    if report.has_errors() {
        return Err(report);
    }
    if !taken.iter().any(|taken| identity::column(&taken.key).is_none_or(|column| !column.required)) {
        let headers: Vec<String> =
            table.columns.iter().filter(|c| !c.header.is_empty()).map(|c| format!("`{}`", shown(&c.header))).collect();
        let problem = Problem::error(
            "KB628",
            format!("no column of {} can be matched with ours", table.sheet.shown_row(table.header_row)),
        )
        .at(table.sheet.place(table.header_row))
        .hint(format!("its headers are: {}", headers.join(", ")));
        let problem = match rivals(&left, &sure) {
            rivals if rivals.is_empty() => problem,
            rivals => problem.hint(rivals),
        };
        let may_be = left.iter().filter(|left| !left.ignored && !left.candidates.is_empty());
        let may_be: Vec<String> = may_be
            .map(|left| format!("`{}` may be {}", shown(&left.column.header), left.candidates.join(" or ")))
            .collect();
        let problem = if may_be.is_empty() { problem } else { problem.hint(may_be.join("; ")) };
        let way =
            "say in a file which column is which, [[column]] with `header` and `key`, and name it with --mapping FILE";
        return Err(problem.hint(way).into());
    }
    let headers: Vec<&str> = table.columns.iter().map(|column| column.header.as_str()).collect();
    let absent = mapping.columns.iter().filter(|entry| !headers.iter().any(|header| alike(header, &entry.header)));
    let absent = absent
        .map(|entry| (entry.header.clone(), nearest(&entry.header, headers.iter().copied()).map(str::to_owned)))
        .collect();
    let text = text(mapping, &taken, &left, indicators);
    Ok(MatchedColumns { taken, left, text, absent })
}

/// Headers that fit the same key, so that none of them is taken; empty when there are none.
fn rivals(left: &[LeftColumn], sure: &[(usize, String)]) -> String {
    let mut keys: Vec<&str> = sure.iter().map(|(_, key)| key.as_str()).collect();
    keys.sort_unstable();
    let headers = |key: &str| -> Vec<String> {
        let of_key = left.iter().filter(|left| left.candidates.first().is_some_and(|first| first == key));
        of_key.map(|left| format!("`{}`", shown(&left.column.header))).collect()
    };
    let several = keys.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
    let told = several.map(|same| format!("{} may all be {}", headers(same[0]).join(", "), same[0]));
    told.collect::<Vec<_>>().join("; ")
}

fn holds_values(table: &DeliveredTable, column: &DeliveredColumn) -> bool {
    table.rows.iter().any(|(row, _)| table.sheet.cell((*row, column.at)).is_some())
}

/// Refuses two columns with the same header, unless the mapping ignores it.
fn unique_headers(table: &DeliveredTable, mapping: &Mapping) -> Result<()> {
    let mut report = Report::new();
    let mut seen: BTreeMap<String, &DeliveredColumn> = BTreeMap::new();
    for column in table.columns.iter().filter(|c| !c.header.is_empty() && !mapping.ignores(&c.header)) {
        if let Some(first) = seen.insert(column.header.to_lowercase(), column) {
            let what =
                format!("the header `{}` already stands in {}", shown(&column.header), table.sheet.shown(first.spot));
            let problem = table.sheet.problem("KB618", column.spot, what);
            report.push(problem.hint("rename one of the columns, or name the header under `ignore` in mapping.toml"));
        }
    }
    if report.has_errors() { Err(report) } else { Ok(()) }
}

/// The key a header names without doubt; `None` when there is none, or several.
fn named(
    column: &DeliveredColumn,
    table: &DeliveredTable,
    indicators: &[Indicator],
    year: Option<i32>,
) -> Option<String> {
    let key = header_key(&column.header);
    if key.is_empty() {
        return None;
    }
    if column.at == table.key_column && table.rows.iter().all(|(_, who)| matches!(who, RowKey::Ags(_))) {
        return Some("ags".to_owned());
    }
    let (plain, qualifiers) = qualified(&column.header);
    let (whole, plain) = (match_key(&column.header), match_key(&plain));
    let is_indicator = |indicator: &&Indicator| {
        let mut names = [&indicator.key, &indicator.label, &indicator.short].into_iter().chain(&indicator.also);
        let is_sure = qualifiers.iter().all(|said| says_nothing_new(said, &indicator.unit, year));
        names.any(|name| match_key(name) == whole || (is_sure && match_key(&qualified(name).0) == plain))
    };
    let identity = IDENTITY
        .iter()
        .filter(|column| match_key(column.key) == key || column.headers.contains(&key.as_str()))
        .map(|column| column.key);
    let mut found = indicators
        .iter()
        .filter(is_indicator)
        .map(|indicator| indicator.key.clone())
        .chain(identity.map(str::to_owned));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Indicators that share a long word with a header, at most three, the likeliest first.
fn candidates(header: &str, indicators: &[Indicator]) -> Vec<String> {
    let words = |text: &str| -> Vec<String> {
        let split = text.split(|c: char| !c.is_alphanumeric());
        split.map(match_key).filter(|word| word.len() > 4 && word != "insgesamt").collect()
    };
    let of_header = words(header);
    let score = |indicator: &Indicator| {
        let text = [&indicator.key, &indicator.label, &indicator.short, &indicator.definition]
            .into_iter()
            .chain(&indicator.also);
        let of_indicator: Vec<String> = text.flat_map(|text| words(text)).collect();
        of_header
            .iter()
            .filter(|word| {
                of_indicator.iter().any(|other| other.starts_with(word.as_str()) || word.starts_with(other.as_str()))
            })
            .count()
    };
    let mut scored: Vec<(usize, &str)> =
        indicators.iter().map(|i| (score(i), i.key.as_str())).filter(|(n, _)| *n > 0).collect();
    scored.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    scored.into_iter().take(3).map(|(_, key)| key.to_owned()).collect()
}

const HEAD: &str = "\
# Which column of the delivered tables is which of kommunen.csv. `kreisblatt import` proposes a column where its name
# leaves no doubt, and changes nothing that stands here. data/README.md, \"Importing\", explains the fields.
";

/// The text of the mapping with new matches and proposals added at its end.
fn text(mapping: &Mapping, taken: &[TakenColumn], left: &[LeftColumn], indicators: &[Indicator]) -> String {
    let mut text = if mapping.text.is_empty() { HEAD.to_owned() } else { mapping.text.clone() };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    for taken in taken.iter().filter(|taken| !taken.mapped) {
        text += &format!("\n[[column]]\nheader = {}\nkey = {}\n", quoted(&taken.column.header), quoted(&taken.key));
    }
    let doubtful = left.iter().filter(|left| !left.ignored && !left.column.header.is_empty());
    for left in doubtful.filter(|left| !mapping.knows(&left.column.header)) {
        let header = quoted(&left.column.header).replace('\n', " ");
        if text.contains(&format!("# header = {header}\n")) {
            continue;
        }
        let key = left.candidates.first().map_or("…", String::as_str);
        let unit = indicators.iter().find(|indicator| indicator.key == key).map(|indicator| indicator.unit.as_str());
        let factor = unit.and_then(|unit| factor_of(&left.column.header, unit));
        let factor = factor.map_or_else(String::new, |factor| format!("# factor = {factor}\n"));
        let others = if left.candidates.len() > 1 {
            format!("  # or {}", left.candidates[1..].join(", "))
        } else {
            String::new()
        };
        text += &format!("\n# [[column]]\n# header = {header}\n# key = \"{key}\"{others}\n{factor}");
    }
    text
}
