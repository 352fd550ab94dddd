//! A sheet as it was delivered: cells with their places, whatever file they came from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::number::of_double;
use crate::diag::{Place, Problem, count};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum SheetCell {
    /// A text; never empty.
    Text(String),
    /// A number.
    Number(f64),
    /// A number shown as a percentage: 0.124 for 12,4 %.
    Percent(f64),
    /// A date or a time.
    Date,
    /// A truth value.
    Bool(bool),
    /// The error of a formula, as the spreadsheet shows it.
    Error(String),
    /// Covered by a merged cell.
    Covered,
}

/// A row and a column, both from 0.
pub type CellPosition = (u32, u32);

/// Rows and columns of a sheet that are hidden, both from 0.
#[derive(Debug, Default, Clone)]
pub struct HiddenLines {
    /// Rows.
    pub rows: BTreeSet<u32>,
    /// Columns.
    pub columns: BTreeSet<u32>,
}

/// A sheet of a workbook, or a whole CSV file.
#[derive(Debug)]
pub struct DeliveredSheet {
    /// Path of the file as the user wrote it.
    pub file: Arc<str>,
    /// Name of the sheet; `None` in a CSV file.
    pub name: Option<String>,
    /// The cells that hold something, by row and column. In a CSV file the row is the line the record begins in.
    pub rows: BTreeMap<u32, BTreeMap<u32, SheetCell>>,
    /// How many fields each record of a CSV file has; empty for a workbook.
    pub widths: BTreeMap<u32, u32>,
    /// Where the fields of a CSV file stand in it; `None` for a workbook.
    pub records: Option<Records>,
    /// Rows and columns that are hidden.
    pub hidden: HiddenLines,
    /// Merged cells: the first and the last of each.
    pub merged: Vec<(CellPosition, CellPosition)>,
}

impl DeliveredSheet {
    /// A sheet without cells; `name` is `None` for a CSV file.
    pub fn empty(file: &Arc<str>, name: Option<&str>) -> Self {
        let name = name.map(str::to_owned);
        let (file, rows, widths) = (Arc::clone(file), BTreeMap::new(), BTreeMap::new());
        Self { file, name, rows, widths, records: None, hidden: HiddenLines::default(), merged: Vec::new() }
    }

    /// The cell at a position; `None` when it is empty.
    pub fn cell(&self, (row, column): CellPosition) -> Option<&SheetCell> {
        self.rows.get(&row)?.get(&column)
    }

    /// The text of a cell as a header or a name, numbers as written. `None` for an empty cell and any other kind of
    /// cell.
    pub fn text(&self, spot: CellPosition) -> Option<String> {
        match self.cell(spot)? {
            SheetCell::Text(text) => {
                Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty())
            }
            SheetCell::Number(n) => of_double(*n).map(|(n, _)| n.to_string()),
            _ => None,
        }
    }

    /// The merged cell that covers a position; `None` when none does.
    pub fn merge_at(&self, (row, column): CellPosition) -> Option<&(CellPosition, CellPosition)> {
        let within = |(first, last): &&(CellPosition, CellPosition)| {
            (first.0..=last.0).contains(&row) && (first.1..=last.1).contains(&column) && first != last
        };
        self.merged.iter().find(within)
    }

    /// How messages name a cell: `Tabelle1!C7`, `line 7, field 3`.
    pub fn shown(&self, (row, column): CellPosition) -> String {
        match &self.name {
            Some(name) => format!("{name}!{}", address((row, column))),
            None => format!("line {}, field {}", row + 1, column + 1),
        }
    }

    /// How messages name a row: `Tabelle1!7`, `line 7`.
    pub fn shown_row(&self, row: u32) -> String {
        match &self.name {
            Some(name) => format!("{name}!{}", row + 1),
            None => format!("line {}", row + 1),
        }
    }

    /// The place of a row: its line in a CSV file, else the whole workbook. Messages about workbooks name the cell.
    pub fn place(&self, row: u32) -> Place {
        match self.name {
            Some(_) => Place::file(&self.file),
            None => Place::new(&self.file, count(row as usize + 1), 0),
        }
    }

    /// The place of a cell: its line and column in a CSV file; else as [`Self::place`].
    pub fn place_of(&self, (row, column): CellPosition) -> Place {
        let in_text = self.records.as_ref().and_then(|records| records.place(&self.file, row, column));
        in_text.unwrap_or_else(|| self.place(row))
    }

    /// A problem of a cell: the message begins with where it stands.
    pub fn problem(&self, id: &'static str, spot: CellPosition, what: impl std::fmt::Display) -> Problem {
        Problem::error(id, format!("{}: {what}", self.shown(spot))).at(self.place_of(spot))
    }
}

/// The text of a CSV file, kept to find the place of a field.
#[derive(Debug, Default)]
pub struct Records {
    /// The text, without its byte order mark and its `sep=` line.
    pub text: String,
    /// What separates its fields.
    pub separator: char,
    /// Where each record begins: the row it has in the sheet, and the byte.
    pub starts: BTreeMap<u32, usize>,
}

impl Records {
    /// The place of a field of the record in a row; `None` when there is none.
    fn place(&self, file: &Arc<str>, row: u32, field: u32) -> Option<Place> {
        let record = self.text.get(*self.starts.get(&row)?..)?;
        let (mut line, mut column, mut fields, mut quoted, mut start) = (row + 1, 1, 0, false, 0);
        for (at, c) in record.char_indices() {
            if fields == field {
                break;
            }
            start = at + c.len_utf8();
            match c {
                '"' => quoted = !quoted,
                '\n' if quoted => (line, column) = (line + 1, 0),
                '\n' => return None,
                c if c == self.separator && !quoted => fields += 1,
                _ => {}
            }
            column += 1;
        }
        let mut quoted = false;
        let is_end = |c: char| {
            quoted ^= c == '"';
            matches!(c, '\r' | '\n') || (c == self.separator && !quoted)
        };
        let length = record[start..].split(is_end).next().map_or(0, |text| text.chars().count());
        (fields == field).then(|| Place::new(file, line, column).with_length(length))
    }
}

/// The address of a cell: `C7`.
pub fn address((row, column): CellPosition) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().chain(format!("{}", row + 1).chars().collect::<Vec<_>>().iter()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_text_know_their_place_and_length() {
        let text = "AGS;Name\n\"03;901\";\"Land\nkreis\";ü;\n";
        let records = Records { text: text.to_owned(), separator: ';', starts: BTreeMap::from([(0, 0), (1, 9)]) };
        let place = |row, field| {
            let place = records.place(&Arc::from("t.csv"), row, field)?;
            Some((place.line, place.column, place.length))
        };
        assert_eq!(place(0, 1), Some((1, 5, Some(4))));
        assert_eq!(place(1, 0), Some((2, 1, Some(8))));
        assert_eq!(place(1, 1), Some((2, 10, Some(5))), "of several lines the first is marked");
        assert_eq!(place(1, 2), Some((3, 8, Some(1))));
        assert_eq!(place(1, 3), Some((3, 10, Some(0))));
        assert_eq!(place(1, 4), None);
    }

    #[test]
    fn cells_have_the_addresses_spreadsheets_show() {
        for (spot, shown) in [((0, 0), "A1"), ((6, 25), "Z7"), ((6, 26), "AA7"), ((0, 701), "ZZ1"), ((9, 702), "AAA10")]
        {
            assert_eq!(address(spot), shown);
        }
    }
}
