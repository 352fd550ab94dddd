//! The current values of the cells that printed numbers were read from. Numbers that `compose` counts are compared by
//! composing again. This module compares the digits in texts, and all cells if the data has errors and no document can
//! be composed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::assets::Assets;
use crate::diag::Place;
use crate::german::rounded;
use crate::numerals::numbers_in;
use crate::run::{CellNames, TracedTexts};
use crate::trace::{NumberKind, TraceLine};

use super::deviation::Deviation;

/// The texts of the data that contain digits, by their cell or entry and their kind.
pub struct TextsNow<'a>(BTreeMap<(String, NumberKind), (&'a Place, Vec<&'a str>)>);

impl<'a> TextsNow<'a> {
    /// Collects the texts of an edition.
    pub fn new(texts: &'a TracedTexts, cells: &CellNames) -> Self {
        let mut now: BTreeMap<_, (&Place, Vec<&str>)> = BTreeMap::new();
        for (text, kind, place) in texts.all() {
            now.entry((cells.named(place), kind)).or_insert_with(|| (place, Vec::new())).1.push(text);
        }
        Self(now)
    }

    /// Returns the digits of texts that are no longer in the data at their place.
    pub fn deviations(&self, file: &str, traced: &[TraceLine]) -> Vec<Deviation> {
        let of_texts = traced.iter().filter(|line| line.number.is_none());
        of_texts
            .filter_map(|line| {
                let cell = line.cell.as_ref()?;
                let Some((place, texts)) = self.0.get(&(cell.clone(), line.kind)) else {
                    return Some(deviation(file, line, None, cell));
                };
                let now: Vec<&str> = texts.iter().flat_map(|text| numbers_in(text)).collect();
                let expected = if let [only] = now[..] { Some(only) } else { None };
                (!now.contains(&line.text.as_str()))
                    .then(|| deviation(file, line, expected.map(str::to_owned), &place.to_string()))
            })
            .collect()
    }
}

/// Returns numbers printed from table cells that have another value now; used for data with errors, from which no
/// document can be made.
pub fn fields_now(assets: &Assets, traced: &BTreeMap<String, Vec<TraceLine>>) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    for (file, lines) in traced {
        for line in lines {
            let Some((table, row, column)) = line.cell.as_deref().and_then(parted) else { continue };
            let Some(text) = table.ends_with(".csv").then(|| assets.text(table).ok()).flatten() else { continue };
            let field = field(text, row, column).unwrap_or_default();
            if !says(&field, &line.text) {
                let origin = Place::new(&assets.shown(table), row, column).to_string();
                deviations.push(deviation(file, line, (!field.is_empty()).then_some(field), &origin));
            }
        }
    }
    deviations
}

fn deviation(file: &str, line: &TraceLine, expected: Option<String>, origin: &str) -> Deviation {
    Deviation {
        id: "KB414",
        file: file.to_owned(),
        page: Some(line.page),
        expected,
        found: Some(line.text.clone()),
        origin: Some(origin.to_owned()),
        at: None,
        what: "the data says another number now".to_owned(),
    }
}

/// Splits `file:line:column` into its parts.
fn parted(cell: &str) -> Option<(&str, u32, u32)> {
    let (rest, column) = cell.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file, line.parse().ok()?, column.parse().ok()?))
}

/// Returns the field of a table that begins at a line and column; `None` when the table is shorter.
fn field(text: &str, line: u32, column: u32) -> Option<String> {
    let start = text.split_inclusive('\n').take(line.checked_sub(1)? as usize).map(str::len).sum();
    let rest = text.get(start..)?;
    // Search up to the end of the line, because an empty field may begin there.
    let mut columns = rest.char_indices().take_while(|(at, _)| *at == 0 || !rest[..*at].ends_with('\n'));
    let (offset, sign) = columns.nth(column.checked_sub(1)? as usize)?;
    if matches!(sign, ',' | '\r' | '\n') {
        return Some(String::new());
    }
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&rest.as_bytes()[offset..]);
    let record = reader.records().next()?.ok()?;
    record.get(0).map(str::to_owned)
}

/// Whether a field is the printed number, or a text that contains it.
fn says(field: &str, printed: &str) -> bool {
    let plain = printed.replace(['.', '\u{202f}'], "").replace(',', ".");
    match (field.parse::<Decimal>(), plain.parse::<Decimal>()) {
        (Ok(field), Ok(printed)) => rounded(field.abs(), printed.scale()) == printed,
        _ => numbers_in(field).any(|number| number == printed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_line_and_column() {
        let text = "a,b\n1,\"x, \"\"7\"\"\"\nä,2.50\n,3,\n4,5\n";
        assert_eq!(field(text, 1, 3).as_deref(), Some("b"));
        assert_eq!(field(text, 2, 3).as_deref(), Some("x, \"7\""));
        assert_eq!(field(text, 3, 3).as_deref(), Some("2.50"));
        assert_eq!(field(text, 4, 1).as_deref(), Some(""));
        assert_eq!(field(text, 4, 4).as_deref(), Some(""));
        assert_eq!(field(text, 1, 9), None);
        assert_eq!(field(text, 6, 1), None);
    }

    #[test]
    fn a_field_says_what_was_printed_of_it() {
        for (field, printed) in
            [("1409.75", "1.409,75"), ("1409.75", "1\u{202f}409,75"), ("2.5", "2,50"), ("-0.25", "0,3"), ("§ 6a", "6")]
        {
            assert!(says(field, printed), "{field} {printed}");
        }
        for (field, printed) in [("1409.76", "1.409,75"), ("8990", "1990"), ("§ 4a", "6"), ("", "7"), ("08111", "8112")]
        {
            assert!(!says(field, printed), "{field} {printed}");
        }
    }
}
