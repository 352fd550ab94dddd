//! CSV -> a sheet. Encoding and separator are detected and reported.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::limits::MOST_ROWS;
use super::sheet::{DeliveredSheet, Records, SheetCell};
use crate::diag::{Place, Problem, Result, count};

/// How a text was read: for the report.
#[derive(Debug)]
pub struct TextForm {
    /// Its encoding.
    pub encoding: &'static str,
    /// What separates its fields, in words.
    pub separator: &'static str,
}

/// Reads a table of separated fields.
///
/// # Errors
/// Bytes that are no text in any encoding offices use, or in two; a quote that is never closed; rows with more or fewer
/// fields than the table has; more rows than a table of Kommunen has.
pub fn sheet(file: &Arc<str>, bytes: &[u8]) -> Result<(DeliveredSheet, TextForm)> {
    let (text, encoding) = decoded(file, bytes)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if let Some(at) = text.find('\0') {
        return Err(Problem::error("KB615", "the file holds a NUL, which no text does")
            .at(Place::at_offset(file, text, at))
            .hint("export the table again as CSV, in UTF-8")
            .into());
    }
    let (declared, text) = match text.strip_prefix("sep=") {
        Some(rest) => (rest.chars().next(), rest.split_once('\n').map_or("", |(_, rest)| rest)),
        None => (None, text),
    };
    let separators = [(';', "semicolons"), (',', "commas"), ('\t', "tabs")];
    let fits = |separator: char| regular(text, separator);
    let chosen = separators.into_iter().find(|(c, _)| Some(*c) == declared);
    let (separator, name) =
        chosen.or_else(|| separators.into_iter().rev().max_by_key(|(c, _)| fits(*c))).unwrap_or((',', "commas"));
    let mut sheet = DeliveredSheet::empty(file, None);
    let mut reader = reader(text, separator);
    let mut record = csv::StringRecord::new();
    let (mut records, mut starts) = (0_u32, BTreeMap::new());
    let (mut row, mut counted) = (if declared.is_some() { 1 } else { 0 }, 0);
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let problem = Problem::error("KB616", format!("the table cannot be read: {error}"));
                return Err(problem.at(Place::file(file)).into());
            }
        }
        records += 1;
        if records > MOST_ROWS {
            return Err(Problem::error("KB614", format!("the file has more than {MOST_ROWS} rows"))
                .at(Place::file(file))
                .hint("one row per Kommune is expected")
                .into());
        }
        // The reader's own line number falls behind where lines end with CR LF.
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        let begun = text.get(start..).unwrap_or_default();
        // The reader lets a record begin between CR and LF; skip to the record itself.
        let start = start + begun.len() - begun.trim_start_matches(['\r', '\n']).len();
        row += line_ends(text.get(counted..start).unwrap_or_default());
        counted = start;
        let cells = record.iter().enumerate().filter(|(_, field)| !field.trim().is_empty());
        let cells: BTreeMap<u32, SheetCell> =
            cells.map(|(at, field)| (count(at), SheetCell::Text(field.to_owned()))).collect();
        if !cells.is_empty() {
            sheet.rows.insert(row, cells);
            sheet.widths.insert(row, count(record.len()));
            starts.insert(row, counted);
        }
    }
    // Every quoted field has two quotes, and every quote in one is written twice.
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        return Err(Problem::error("KB616", "a double quote is opened and never closed, in this row or before it")
            .at(Place::new(file, row + 1, 0))
            .hint("a double quote inside a quoted text is written twice")
            .into());
    }
    sheet.records = Some(Records { text: text.to_owned(), separator, starts });
    Ok((sheet, TextForm { encoding, separator: name }))
}

/// The number of line ends in a text: LF, CR LF or, from old programs, CR.
fn line_ends(text: &str) -> u32 {
    count(text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count())
}

fn reader(text: &str, separator: char) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(u8::try_from(separator).unwrap_or(b','));
    builder.from_reader(text.as_bytes())
}

/// How regular a text is with a separator: of its first records, those that have the most frequent number of fields,
/// times these fields. Titles and footnotes have one field and count little.
fn regular(text: &str, separator: char) -> usize {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for record in reader(text, separator).into_records().take(200).flatten().filter(|record| record.len() > 1) {
        *widths.entry(record.len()).or_default() += 1;
    }
    widths.into_iter().map(|(fields, records)| records * fields.min(50)).max().unwrap_or(0)
}

/// The text of a file and the name of its encoding.
fn decoded<'a>(file: &Arc<str>, bytes: &'a [u8]) -> Result<(Cow<'a, str>, &'static str)> {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(500).filter(|b| **b == 0).count();
    let half = bytes.len().min(1000) / 2;
    let wide = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => Some(encoding),
        Some(_) => None,
        None if half > 2 && zeros(1) * 10 > half * 8 && zeros(0) == 0 => Some(UTF_16LE),
        None if half > 2 && zeros(0) * 10 > half * 8 && zeros(1) == 0 => Some(UTF_16BE),
        None => None,
    };
    if let Some(encoding) = wide {
        let (text, _, wrong) = encoding.decode(bytes);
        if wrong {
            let at = text.find('\u{fffd}').unwrap_or(0);
            let problem = Problem::error("KB615", "the file is UTF-16, and damaged here");
            return Err(problem.at(Place::at_offset(file, &text, at)).hint("export the table again").into());
        }
        return Ok((text, "UTF-16"));
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), "UTF-8")),
        Err(error) => error,
    };
    let (text, _, _) = WINDOWS_1252.decode(bytes);
    let at = |offset: usize| {
        let before = &bytes[..offset];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        Place::new(file, count(line), 0)
    };
    // A pair of bytes that is a letter in UTF-8 makes no sense in Windows-1252: the file mixes both.
    let letter = bytes.windows(2).position(|two| matches!(two, [0xc3, 0x80..=0xbf]));
    if let Some(letter) = letter {
        let (utf8, other) = (at(letter), at(error.valid_up_to()));
        return Err(Problem::error(
            "KB615",
            format!("the file mixes UTF-8 (as in line {}) and another encoding", utf8.line),
        )
        .at(other)
        .hint("it was put together from two files: export each of them in UTF-8")
        .into());
    }
    // Bytes that Windows-1252 leaves undefined are letters of older encodings, for example of DOS.
    if let Some(odd) = bytes.iter().position(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) {
        return Err(Problem::error(
            "KB615",
            format!("the file is neither UTF-8 nor Windows-1252: byte {:02x}", bytes[odd]),
        )
        .at(at(odd))
        .hint("export the table again as CSV, in UTF-8")
        .into());
    }
    Ok((text, "Windows-1252"))
}
