//! The tables as a test reads them: from the files' text, with arithmetic of its own, so that a mistake in
//! the program is not repeated here.

use std::cmp::Ordering;

use crate::sandbox::text_of;

/// Digits behind the point that [`exact`] keeps; more than any table has.
const PLACES: u32 = 9;
const ONE: i128 = 10_i128.pow(PLACES);

/// A table of texts with named columns.
#[derive(Clone)]
pub struct Rows {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Rows {
    /// Reads comma-separated text.
    pub fn parse(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut records = reader
            .records()
            .map(|record| record.expect("a sound table").iter().map(str::to_owned).collect::<Vec<String>>());
        Self { header: records.next().expect("a header"), rows: records.collect() }
    }

    /// The Kommunen of the edition as shipped.
    pub fn kommunen() -> Self {
        Self::parse(&text_of("data/2017/kommunen.csv"))
    }

    /// The position of a column.
    pub fn column(&self, name: &str) -> usize {
        self.header.iter().position(|c| c == name).unwrap_or_else(|| panic!("no column `{name}`"))
    }

    /// A cell of a row.
    pub fn cell<'a>(&self, row: &'a [String], name: &str) -> &'a str {
        &row[self.column(name)]
    }

    /// The row with an AGS.
    pub fn of(&self, ags: &str) -> &[String] {
        self.rows.iter().find(|row| self.cell(row, "ags") == ags).unwrap_or_else(|| panic!("no row {ags}"))
    }

    /// Changes a cell of the row with an AGS.
    pub fn set(&mut self, ags: &str, name: &str, value: &str) -> &mut Self {
        let (key, column) = (self.column("ags"), self.column(name));
        let row = self.rows.iter_mut().find(|row| row[key] == ags).unwrap_or_else(|| panic!("no row {ags}"));
        row[column] = value.to_owned();
        self
    }

    /// Adds a column; the closure gives the cell of the row at a position.
    pub fn add_column(&mut self, name: &str, cell: impl Fn(usize) -> String) -> &mut Self {
        self.header.push(name.to_owned());
        for (at, row) in self.rows.iter_mut().enumerate() {
            row.push(cell(at));
        }
        self
    }

    /// Removes a column.
    pub fn remove_column(&mut self, name: &str) -> &mut Self {
        let at = self.column(name);
        self.header.remove(at);
        for row in &mut self.rows {
            row.remove(at);
        }
        self
    }

    /// The table as comma-separated text.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writer.write_record(row).expect("memory takes it");
        }
        String::from_utf8(writer.into_inner().expect("memory takes it")).expect("texts are UTF-8")
    }
}

/// What `indicators.toml` says of an indicator, as far as tests need it.
pub struct Indicator {
    pub key: String,
    pub label: String,
    pub unit: String,
    pub decimals: u32,
    pub aggregate: toml::Value,
    pub highest: String,
    pub lowest: String,
}

/// The indicators as shipped, in file order.
pub fn indicators() -> Vec<Indicator> {
    let file: toml::Table = text_of("data/indicators.toml").parse().expect("indicators.toml is TOML");
    let list = file["indicator"].as_array().expect("a list of indicators");
    list.iter()
        .map(|entry| {
            let text = |key: &str| entry.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            Indicator {
                key: text("key"),
                label: text("label"),
                unit: text("unit"),
                decimals: u32::try_from(entry["decimals"].as_integer().expect("a number")).expect("a small number"),
                aggregate: entry["aggregate"].clone(),
                highest: text("highest"),
                lowest: text("lowest"),
            }
        })
        .collect()
}

/// A decimal text as a whole number of 10⁻⁹; `None` for an empty one.
pub fn exact(text: &str) -> Option<i128> {
    if text.is_empty() {
        return None;
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let negative = whole.starts_with('-');
    let digits = format!("{}{part:0<width$}", whole.trim_start_matches('-'), width = PLACES as usize);
    let value: i128 = digits.parse().unwrap_or_else(|_| panic!("`{text}` is no number"));
    Some(if negative { -value } else { value })
}

/// `top / bottom` as plain text, rounded half away from zero; both whole numbers of the same unit.
pub fn quotient(top: i128, bottom: i128, decimals: u32) -> String {
    let scaled = top.abs() * 10_i128.pow(decimals) * 2;
    let bottom_doubled = bottom.abs() * 2;
    let rounded = (scaled + bottom.abs()) / bottom_doubled;
    let sign = if (top < 0) != (bottom < 0) && rounded != 0 { "-" } else { "" };
    let digits = format!("{rounded:0>width$}", width = decimals as usize + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals as usize);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// A decimal text with a fixed count of decimals, rounded half away from zero.
pub fn plain(text: &str, decimals: u32) -> String {
    quotient(exact(text).expect("a number"), ONE, decimals)
}

/// A plain decimal the German way: `1.409,75`.
pub fn german(text: &str, decimals: u32) -> String {
    let plain = plain(text, decimals);
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |rest| ("\u{2212}", rest));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let comma = if part.is_empty() { "" } else { "," };
    format!("{sign}{grouped}{comma}{part}")
}

/// A cell as printed: with its unit, or the sign for "not known".
pub fn printed(cell: &str, indicator: &Indicator) -> String {
    if cell.is_empty() {
        return ".".to_owned();
    }
    format!("{} {}", german(cell, indicator.decimals), indicator.unit).trim_end().to_owned()
}

/// The value of several rows together by an indicator's rule, as plain text; `None` when it has none.
pub fn together(table: &Rows, rows: &[&Vec<String>], indicator: &Indicator) -> Option<String> {
    let value = |row: &[String], key: &str| exact(table.cell(row, key));
    let pairs = |a: &str, b: &str| -> Vec<(i128, i128)> {
        rows.iter().filter_map(|row| Some((value(row, a)?, value(row, b)?))).collect()
    };
    let named = |name: &str| indicator.aggregate.get(name);
    if indicator.aggregate.as_str() == Some("sum") {
        let sum: i128 = rows.iter().filter_map(|row| value(row, &indicator.key)).sum();
        return Some(quotient(sum, ONE, indicator.decimals));
    }
    if let Some(weight) = named("weighted_mean").and_then(toml::Value::as_str) {
        let pairs = pairs(&indicator.key, weight);
        let top: i128 = pairs.iter().map(|(x, w)| x * w).sum();
        let bottom: i128 = pairs.iter().map(|(_, w)| w).sum();
        return (bottom != 0).then(|| quotient(top, bottom * ONE, indicator.decimals));
    }
    if let Some(parts) = named("ratio").and_then(toml::Value::as_array) {
        let key = |at: usize| parts[at].as_str().expect("a ratio names two indicators");
        let pairs = pairs(key(0), key(1));
        let top: i128 = pairs.iter().map(|(a, _)| a).sum();
        let bottom: i128 = pairs.iter().map(|(_, b)| b).sum();
        return (bottom != 0).then(|| quotient(top, bottom, indicator.decimals));
    }
    assert_eq!(indicator.aggregate.as_str(), Some("none"), "{}: a rule the tests do not know", indicator.key);
    None
}

/// Rank and row of every Kommune with a value: equal values share a rank, the next one is left out, ties
/// in the order of names.
pub fn ranked<'a>(table: &'a Rows, key: &str, highest_first: bool) -> Vec<(usize, &'a Vec<String>)> {
    let value = |row: &[String]| exact(table.cell(row, key));
    let mut rows: Vec<&Vec<String>> = table.rows.iter().filter(|row| value(row).is_some()).collect();
    rows.sort_by(|a, b| {
        let by_value = value(a).cmp(&value(b));
        let by_value = if highest_first { by_value.reverse() } else { by_value };
        by_value.then_with(|| by_name(table.cell(a, "name"), table.cell(b, "name")))
    });
    let better = |row: &[String]| rows.iter().filter(|other| value(other) > value(row)).count();
    let worse = |row: &[String]| rows.iter().filter(|other| value(other) < value(row)).count();
    rows.iter().map(|row| (1 + if highest_first { better(row) } else { worse(row) }, *row)).collect()
}

/// German order of names (DIN 5007-1), as far as the tables need it: umlauts like their base letter, ß
/// like ss, signs before letters.
fn by_name(a: &str, b: &str) -> Ordering {
    fold(a).cmp(&fold(b)).then_with(|| a.cmp(b))
}

fn fold(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.replace('ä', "a").replace('ö', "o").replace('ü', "u").replace('ß', "ss")
}

/// A name as the file names have it: `landkreis-biberach`.
pub fn slug(label: &str) -> String {
    let spelled = label.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let parts: Vec<&str> = spelled.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()).collect();
    parts.join("-")
}

#[test]
fn the_tests_own_arithmetic_is_right() {
    assert_eq!(german("1409.75", 2), "1.409,75");
    assert_eq!(german("1234567", 0), "1.234.567");
    assert_eq!(german("6.5", 2), "6,50");
    assert_eq!(german("1.95", 1), "2,0");
    assert_eq!(german("-0.04", 1), "0,0");
    assert_eq!(german("-1234.5", 0), "\u{2212}1.235");
    assert_eq!(quotient(2, 3, 2), "0.67");
    assert_eq!(slug("Landkreis Rotenburg (Wümme)"), "landkreis-rotenburg-wuemme");
}
