//! CSV text -> a table whose cells know their line, column and length.
//!
//! The csv crate reads the fields. A scanner of our own finds the place of each field in the raw text, because a parsed
//! record no longer knows how it was quoted.

use std::sync::Arc;

use crate::assets::Assets;
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::model::{Sourced, Text};

/// A table whose cells know where they stand: a header and rows of equal length.
#[derive(Debug)]
pub struct SourcedTable {
    /// The column names.
    pub header: Vec<Text>,
    /// The rows; each has as many cells as the header.
    pub rows: Vec<Vec<Text>>,
    /// End of the header line: where a missing column would stand.
    pub header_end: Place,
}

impl SourcedTable {
    /// Reads a comma-separated UTF-8 file; the first line names the columns.
    ///
    /// # Errors
    /// A wrong encoding, an empty file, a file without rows, another separator than the comma, a quote that
    /// is never closed, a column named twice, and every row whose number of fields is not that of the header.
    pub fn read(assets: &Assets, path: &str) -> Result<Self> {
        read(assets, path)
    }

    /// The position of a column; `None` when there is no such column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.value == name)
    }
}

fn read(assets: &Assets, path: &str) -> Result<SourcedTable> {
    let raw = assets.text(path)?;
    let text = raw.strip_prefix('\u{feff}').unwrap_or(raw);
    let file = assets.shown(path);
    let first = Place::new(&file, 1, 1).with_length(0);
    if text.trim().is_empty() {
        return Err(Problem::error("KB102", "the file is empty")
            .at(first)
            .hint("the first line names the columns, one row per line follows")
            .into());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut scanner = Scanner { text, file: Arc::clone(&file), offset: 0, line: 1, column: 1 };
    let mut report = Report::new();
    let mut header: Option<(Vec<Text>, Place)> = None;
    let mut rows = Vec::new();
    let mut wrong: Vec<(usize, Problem)> = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                report.push(Problem::error("KB111", format!("the table cannot be read: {error}")).at(first));
                return Err(report);
            }
        }
        let (places, end) = match scanner.record() {
            Ok(places) => places,
            Err(problem) => {
                report.push(problem);
                return Err(report);
            }
        };
        let cells: Vec<Text> =
            record.iter().zip(places).map(|(value, place)| Sourced { value: value.to_owned(), place }).collect();
        match &header {
            None => header = Some((cells, end)),
            Some((names, _)) if names.len() == cells.len() => rows.push(cells),
            Some((names, _)) => {
                let first = cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
                let problem = Problem::error(
                    "KB106",
                    format!(
                        "the row that begins with `{first}` has {} fields, the header has {}",
                        cells.len(),
                        names.len(),
                    ),
                )
                .at(cells.first().map_or(end, |cell| cell.place.clone()))
                .hint(
                    "numbers have a decimal point, not a comma; a text that contains a comma stands in double quotes; \
                         empty cells keep their commas",
                );
                wrong.push((cells.len(), problem));
            }
        }
    }
    let of_rows: Vec<usize> = wrong.iter().map(|(fields, _)| *fields).collect();
    let alike = of_rows.len() > 1 && rows.is_empty() && of_rows.windows(2).all(|two| two[0] == two[1]);
    if alike && let Some((names, end)) = &header {
        // Every row has the same wrong number of fields: the header is at fault, not the rows.
        let message =
            format!("the header has {} columns, all {} rows have {} fields", names.len(), wrong.len(), of_rows[0]);
        report.push(Problem::error("KB103", message).at(end.clone()).hint("a column name is missing or too many"));
    } else {
        report.extend(wrong.into_iter().map(|(_, problem)| problem).collect());
    }
    let (header, header_end) = header.expect("a text that is not blank has a first record");
    if header.len() == 1 && header[0].value.contains(';') {
        report = Problem::error("KB111", "the columns are separated by `;`, not by `,`")
            .at(header[0].place.clone())
            .hint("save the table as comma-separated UTF-8 CSV")
            .into();
    } else if rows.is_empty() && !report.has_errors() {
        report.push(
            Problem::error("KB102", "the table has a header but no rows")
                .at(header_end.clone())
                .hint("one row per line follows the header"),
        );
    }
    for (at, cell) in header.iter().enumerate() {
        if header[..at].iter().any(|other| other.value == cell.value) {
            let message = format!("column `{}` stands twice in the header", shown(&cell.value));
            report.push(Problem::error("KB105", message).at(cell.place.clone()).hint("remove or rename one of them"));
        }
    }
    if report.has_errors() { Err(report) } else { Ok(SourcedTable { header, rows, header_end }) }
}

/// Reads the raw text in parallel to the csv reader, and finds the places of the fields.
struct Scanner<'a> {
    text: &'a str,
    file: Arc<str>,
    offset: usize,
    line: u32,
    column: u32,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.offset..].chars().next()
    }

    fn step(&mut self) {
        if let Some(c) = self.peek() {
            self.offset += c.len_utf8();
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
    }

    fn here(&self) -> Place {
        Place::new(&self.file, self.line, self.column).with_length(0)
    }

    /// The fields of the next record with their quotes, and the end of the record. Blank lines are skipped, as the
    /// reader does.
    fn record(&mut self) -> Result<(Vec<Place>, Place), Problem> {
        while matches!(self.peek(), Some('\r' | '\n')) {
            self.step();
        }
        let mut places = Vec::new();
        loop {
            let (start, from) = (self.here(), self.offset);
            if self.peek() == Some('"') {
                self.quoted()?;
            }
            while !matches!(self.peek(), None | Some(',' | '\r' | '\n')) {
                self.step();
            }
            // Of a cell with line breaks the first line is marked.
            let first_line = self.text[from..self.offset].split(['\r', '\n']).next().unwrap_or_default();
            places.push(start.with_length(first_line.chars().count()));
            if self.peek() != Some(',') {
                return Ok((places, self.here()));
            }
            self.step();
        }
    }

    fn quoted(&mut self) -> Result<(), Problem> {
        let start = self.offset;
        self.step();
        loop {
            match self.peek() {
                None => {
                    return Err(Problem::error("KB111", "the double quote that opens here is never closed")
                        .at(Place::at_range(&self.file, self.text, &(start..self.text.len())))
                        .hint("a double quote inside a quoted text is written twice"));
                }
                Some('"') => {
                    self.step();
                    if self.peek() != Some('"') {
                        return Ok(());
                    }
                    self.step();
                }
                Some(_) => self.step(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<SourcedTable> {
        read(&Assets::with_files([("t.csv".to_owned(), text.as_bytes().to_vec())]), "t.csv")
    }

    #[test]
    fn cells_know_their_place_behind_quotes_and_line_breaks() {
        let table = table("a,b\r\n\"x, \"\"y\"\"\",ü\r\n\r\n\"1\n2\",3\n").expect("a table");
        assert_eq!(table.rows[0][0].value, "x, \"y\"");
        assert_eq!(table.rows[0][1].place.to_string(), "t.csv:2:12");
        assert_eq!(table.rows[1][0].value, "1\n2");
        assert_eq!(table.rows[1][1].place.to_string(), "t.csv:5:4");
        assert_eq!(table.header_end.to_string(), "t.csv:1:4");
    }

    #[test]
    fn cells_know_how_many_characters_they_have() {
        let table = table("a,b,c\r\nStadt,\"x, \"\"y\"\"\",ü\n,\"open\nline\",1\n").expect("a table");
        let marked = |cell: &Text| (cell.place.line, cell.place.column, cell.place.length);
        let row = |at: usize| table.rows[at].iter().map(marked).collect::<Vec<_>>();
        assert_eq!(row(0), [(2, 1, Some(5)), (2, 7, Some(10)), (2, 18, Some(1))]);
        assert_eq!(row(1), [(3, 1, Some(0)), (3, 2, Some(5)), (4, 7, Some(1))]);
        assert_eq!((table.header[0].place.length, table.header_end.length), (Some(1), Some(0)));
    }

    #[test]
    fn broken_tables_are_refused_with_their_place() {
        for (text, expected) in [
            ("", "t.csv:1:1: the file is empty"),
            ("a,b\n", "t.csv:1:4: the table has a header but no rows"),
            ("a;b\n1;2\n", "t.csv:1:1: the columns are separated by `;`"),
            ("a,b\n1\n1,2\n", "t.csv:2:1: the row that begins with `1` has 1 fields, the header has 2"),
            ("a,b\n1,2,3\n4,5,6\n", "t.csv:1:4: the header has 2 columns, all 2 rows have 3 fields"),
            ("a,a\n1,2\n", "t.csv:1:3: column `a` stands twice"),
            ("a,b\n1,\"2\n", "t.csv:2:3: the double quote that opens here is never closed"),
        ] {
            let report = table(text).expect_err(text);
            let found = report.problems()[0].to_string();
            assert!(found.contains(expected), "{found}");
        }
    }
}
