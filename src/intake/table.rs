//! A sheet -> a table of Kommunen: where its header stands, what its columns are called, which rows are Kommunen.

use std::collections::BTreeMap;

use super::header::{header_key, is_year};
use super::merged::RewrittenCell;
use super::number::of_double;
use super::sheet::{CellPosition, DeliveredSheet, SheetCell, address};
use crate::diag::{Problem, Report, Result, shown};
use crate::german::match_key;
use crate::model::{LAENDER, identity};

/// Most lines a header has.
const MOST_HEADER_LINES: u32 = 8;

/// Lines among which a header is looked for.
const HEADER_WITHIN: u32 = 200;

/// What offices call the name of a Kreis, as [`header_key`] has it, the surest first.
const LABEL_NAMES: [&str; 13] = [
    "label",
    "kommune",
    "name",
    "kreis",
    "kreise",
    "landkreis",
    "stadtlandkreis",
    "kreisfreiestadtlandkreis",
    "kreisfreiestadtkreislandkreis",
    "bezeichnung",
    "gebiet",
    "region",
    "gebietskoerperschaft",
];

/// A column of the delivered table.
#[derive(Debug, Clone)]
pub struct DeliveredColumn {
    /// Its position in the sheet.
    pub at: u32,
    /// Its header: the lines above it, joined by blanks. Empty when it has none.
    pub header: String,
    /// Where its header stands.
    pub spot: CellPosition,
}

/// The Kreis a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKey {
    /// The Kreis with this AGS of five digits.
    Ags(String),
    /// The Kreis with this name; the table has no column with keys.
    Named(String),
}

/// A delivered table.
#[derive(Debug)]
pub struct DeliveredTable {
    /// The sheet it stands in.
    pub sheet: DeliveredSheet,
    /// The first line of the header.
    pub header_row: u32,
    /// Its columns, from left to right.
    pub columns: Vec<DeliveredColumn>,
    /// The column with the key or the name of each row's Kreis.
    pub key_column: u32,
    /// The rows that are Kommunen, with their position in the sheet.
    pub rows: Vec<(u32, RowKey)>,
    /// Rows that are left out, with the reason.
    pub left: Vec<(u32, String)>,
    /// Keys that lacked their leading zero.
    pub restored: Vec<RewrittenCell>,
}

impl DeliveredTable {
    /// Finds the table in a sheet: its header is the first line with a column of keys, or of names. `ags_header` is the
    /// header the mapping calls the key; `header` the line the user named, from 1.
    ///
    /// # Errors
    /// `Ok(None)` when there is no table in the sheet; problems when there is one and its keys or headers are wrong.
    pub fn find(sheet: DeliveredSheet, ags_header: Option<&str>, header: Option<u32>) -> Result<Option<Self>> {
        let Some((header_row, key_column, by_ags)) = head(&sheet, ags_header, header) else { return Ok(None) };
        let last = last_header_row(&sheet, header_row, key_column, by_ags);
        let columns = columns(&sheet, header_row, last);
        let mut table =
            Self { sheet, header_row, columns, key_column, rows: Vec::new(), left: Vec::new(), restored: Vec::new() };
        table.read_rows(last, by_ags)?;
        Ok(Some(table))
    }

    fn read_rows(&mut self, last: u32, by_ags: bool) -> Result<()> {
        let mut report = Report::new();
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let rows: Vec<u32> = self.sheet.rows.range(last + 1..).map(|(row, _)| *row).collect();
        let fields = self.sheet.widths.range(..=last).next_back().map(|(_, fields)| *fields);
        let header = self.sheet.text((self.header_row, self.key_column)).map(|text| header_key(&text));
        for row in rows {
            let spot = (row, self.key_column);
            if header.is_some() && self.sheet.text(spot).map(|text| header_key(&text)) == header {
                let what = "a second header: another table begins here, whose columns may be others";
                let problem = self.sheet.problem("KB617", spot, what);
                return Err(problem.hint("put each table on a sheet or into a file of its own").into());
            }
            let who = match (by_ags, self.sheet.text(spot)) {
                (false, Some(name)) if is_total(&name) => Err(format!("`{}` is no Kommune", shown(&name))),
                (false, Some(name)) => Ok(RowKey::Named(name)),
                (false, None) => Err("has no name".to_owned()),
                (true, text) => match self.ags(spot, text.as_deref()) {
                    Ok(ags) => ags.map(RowKey::Ags),
                    Err(problem) => {
                        report.push(problem);
                        continue;
                    }
                },
            };
            let who = match who {
                Ok(who) => who,
                Err(why) => {
                    self.left.push((row, why));
                    continue;
                }
            };
            if let Some(merge) = self.sheet.merge_at(spot) {
                let (first, last) = (self.sheet.shown(merge.0), address(merge.1));
                let problem =
                    self.sheet.problem("KB622", spot, format!("the key stands in the merged cell {first}:{last}"));
                report.push(problem.hint("unmerge it, and give every row its own key"));
                continue;
            }
            if let (Some(header), Some(here)) = (fields, self.sheet.widths.get(&row))
                && header != *here
            {
                let message = format!("the row has {here} fields, the header has {header}");
                let problem = Problem::error("KB616", message).at(self.sheet.place(row));
                report.push(problem.hint("a text that contains the separator stands in double quotes"));
                continue;
            }
            let (RowKey::Ags(key) | RowKey::Named(key)) = &who;
            if let Some(before) = seen.insert(key.clone(), row) {
                let message = format!("`{}` already stands in {}", shown(key), self.sheet.shown_row(before));
                report.push(self.sheet.problem("KB623", spot, message).hint("delete one of the rows"));
            }
            self.rows.push((row, who));
        }
        if report.has_errors() {
            return Err(report);
        }
        Ok(())
    }

    /// The AGS of five digits in a cell; the inner error says why the row is no Kommune.
    fn ags(&mut self, spot: CellPosition, text: Option<&str>) -> Result<Result<String, String>, Problem> {
        let what = match self.sheet.cell(spot) {
            Some(SheetCell::Text(_) | SheetCell::Number(_)) => text.unwrap_or_default(),
            Some(SheetCell::Covered) | None => return Ok(Err(self.first_text(spot.0))),
            Some(SheetCell::Error(error)) => {
                return Err(self.sheet.problem("KB623", spot, format!("the key is the error `{}`", shown(error))));
            }
            Some(_) => {
                return Err(self.sheet.problem("KB623", spot, "the key is a date, a percentage or a truth value"));
            }
        };
        let digits: String = what.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            // A word as long as a key with some digits in it is a mistyped key, and so is a key with text behind it. A
            // sentence is a footnote.
            let several = digits.bytes().filter(u8::is_ascii_digit).count() > 2;
            let is_slip = several && (4..=12).contains(&digits.chars().count()) && !what.contains(' ');
            let begins = what.split_whitespace().next().unwrap_or_default();
            let is_key = [5, 8, 12].contains(&begins.len()) && begins.bytes().all(|b| b.is_ascii_digit());
            if is_slip || is_key {
                let problem = self.sheet.problem("KB623", spot, format!("`{}` is no AGS", shown(what)));
                return Err(problem.hint("an AGS has 5 digits, 8 or 12 for Gemeinden; delete the row if it is none"));
            }
            return Ok(Err(self.first_text(spot.0)));
        }
        // Four digits that begin with zero are the key of a region (Baden-Württemberg has twelve). They are no Kreis
        // without its leading zero.
        let region = digits.len() < 4 || (digits.len() == 4 && digits.starts_with('0'));
        if region {
            return Ok(Err(format!("{digits} is the key of a Land or a region")));
        }
        if digits.len() == 9 {
            return Ok(Err(format!("{digits} is the key of a Gemeindeverband")));
        }
        let full = match digits.len() {
            4 | 7 | 11 => format!("0{digits}"),
            _ => digits.clone(),
        };
        let land = LAENDER.iter().any(|land| full.starts_with(land.key));
        match full.len() {
            5 | 8 | 12 if !land => {
                let problem = self.sheet.problem("KB623", spot, format!("`{digits}` begins with the key of no Land"));
                Err(problem.hint("the first two digits of an AGS are those of its Land, 01 to 16"))
            }
            5 | 8 | 12 => {
                if full[5..].bytes().any(|b| b != b'0') {
                    return Ok(Err(format!("{digits} is the key of a Gemeinde")));
                }
                if full.len() != digits.len() {
                    let (place, to) = (self.sheet.shown(spot), full[..5].to_owned());
                    self.restored.push(RewrittenCell { place, from: digits, to });
                }
                Ok(Ok(full[..5].to_owned()))
            }
            _ => {
                let problem = self.sheet.problem("KB623", spot, format!("`{digits}` has {} digits", digits.len()));
                Err(problem.hint("an AGS has 5 digits, 8 for Gemeinden, 12 with the Verband"))
            }
        }
    }

    /// Why a row without a key is left out; the reason shows how the row begins.
    fn first_text(&self, row: u32) -> String {
        let first =
            self.sheet.rows.get(&row).and_then(|cells| cells.keys().find_map(|column| self.sheet.text((row, *column))));
        format!("no AGS: `{}`", shown(&first.unwrap_or_default()))
    }
}

/// Whether a row is a total of other rows, by its name.
fn is_total(name: &str) -> bool {
    let key = match_key(name);
    ["insgesamt", "summe", "gesamt", "zusammen", "deutschland", "bund", "bundesgebiet"].contains(&key.as_str())
        || LAENDER.iter().any(|land| match_key(land.name) == key && !["Hamburg", "Berlin"].contains(&land.name))
}

/// The first line of the header, the column of keys or names, and which of the two it is.
fn head(sheet: &DeliveredSheet, ags_header: Option<&str>, line: Option<u32>) -> Option<(u32, u32, bool)> {
    let lines = match line {
        Some(line) => line.saturating_sub(1)..line,
        None => 0..HEADER_WITHIN,
    };
    let rows: Vec<u32> = sheet.rows.range(lines).map(|(row, _)| *row).collect();
    let found = |names: &[&str], by_ags: bool| {
        rows.iter().find_map(|row| {
            let cells = &sheet.rows[row];
            let keys: Vec<(u32, String)> =
                cells.keys().filter_map(|column| Some((*column, header_key(&sheet.text((*row, *column))?)))).collect();
            // A single cell with such a name is a title; a header has more than one cell.
            let enough = by_ags || keys.len() > 1;
            let column = names.iter().find_map(|name| keys.iter().find(|(_, key)| key == name))?.0;
            enough.then_some((*row, column, by_ags))
        })
    };
    let mapped = ags_header.map(header_key);
    let mapped: Vec<&str> = mapped.iter().map(String::as_str).collect();
    found(&mapped, true)
        .or_else(|| found(identity::column("ags").map_or(&[], |column| column.headers), true))
        .or_else(|| found(&LABEL_NAMES, false))
}

/// Where the header ends: before the first row with a key.
fn last_header_row(sheet: &DeliveredSheet, first: u32, key_column: u32, by_ags: bool) -> u32 {
    if !by_ags {
        return first;
    }
    let is_csv = sheet.name.is_none();
    let is_key = |row: u32| {
        let digits = sheet.text((row, key_column)).map(|text| text.replace(' ', "")).unwrap_or_default();
        (2..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let next = sheet.rows.range(first + 1..=first + MOST_HEADER_LINES).map(|(row, _)| *row).find(|row| is_key(*row));
    let wordy = |row: &u32| {
        // Lines between the header and the first key belong to the header, unless they hold numbers other than years.
        let cells = &sheet.rows[row];
        let is_word = |column: &u32| match sheet.cell((*row, *column)) {
            // The cells of a CSV are all texts.
            Some(SheetCell::Text(text)) if is_csv => is_year(text) || !text.contains(|c: char| c.is_ascii_digit()),
            Some(SheetCell::Text(_) | SheetCell::Covered) => true,
            _ => sheet.text((*row, *column)).is_some_and(|text| is_year(&text)),
        };
        cells.keys().all(is_word) || is_numbering(sheet, *row)
    };
    let between: Vec<u32> =
        sheet.rows.range(first + 1..next.unwrap_or(first + 1)).map(|(row, _)| *row).take_while(wordy).collect();
    between.last().copied().unwrap_or(first)
}

/// Whether a line numbers the columns: 1, 2, 3, …
fn is_numbering(sheet: &DeliveredSheet, row: u32) -> bool {
    let Some(cells) = sheet.rows.get(&row) else { return false };
    let number = |column: &u32| match sheet.cell((row, *column)) {
        Some(SheetCell::Number(n)) => of_double(*n).map(|(n, _)| n.to_string()),
        _ => sheet.text((row, *column)),
    };
    let numbers: Option<Vec<u32>> = cells.keys().map(|column| number(column)?.parse().ok()).collect();
    // A row of consecutive years numbers nothing.
    let numbers = numbers.filter(|numbers| numbers.first().is_some_and(|first| *first < 100));
    numbers.is_some_and(|numbers| numbers.len() > 1 && numbers.windows(2).all(|two| two[1] == two[0] + 1))
}

/// The columns with their headers. A merged cell of the header belongs to all columns it covers.
fn columns(sheet: &DeliveredSheet, first: u32, last: u32) -> Vec<DeliveredColumn> {
    let width = sheet.rows.range(first..).filter_map(|(_, cells)| cells.keys().next_back()).max().copied().unwrap_or(0);
    let lines: Vec<u32> = (first..=last).filter(|row| *row == first || !is_numbering(sheet, *row)).collect();
    let above = |row: u32, column: u32| {
        if let Some((origin, _)) = sheet.merge_at((row, column)) {
            return sheet.text(*origin);
        }
        let mut left = column;
        while left > 0 && sheet.cell((row, left)) == Some(&SheetCell::Covered) {
            left -= 1;
        }
        sheet.text((row, left))
    };
    let column = |at: u32| {
        let mut parts: Vec<String> = Vec::new();
        let mut spot = (first, at);
        for row in &lines {
            if let Some(text) = above(*row, at).filter(|text| parts.last() != Some(text)) {
                // A year, and the second line of a CSV, qualifies the name: it goes in brackets.
                let besides = is_year(&text) || (sheet.name.is_none() && *row > first);
                parts.push(if besides { format!("({text})") } else { text });
                spot = (*row, at);
            }
        }
        DeliveredColumn { at, header: parts.join(" "), spot }
    };
    (0..=width).map(column).collect()
}
