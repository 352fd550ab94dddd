//! XLSX and ODS -> sheets. The archive is unpacked here, within limits, before calamine sees it: a file that is too
//! large, damaged or encrypted is refused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, DataRef, Ods, Reader, SheetType, SheetVisible, Xlsx};
use zip::result::ZipError;

use super::limits::{LONGEST_TEXT, MOST_CELLS, MOST_ROWS, MOST_UNPACKED};
use super::sheet::{CellPosition, DeliveredSheet, HiddenLines, SheetCell};
use super::xml::{
    COVERED, FAILED, hidden_of_ods, hidden_of_xlsx, is_whole, marked, sheet_paths, with_raised_runs, with_raised_spans,
};
use crate::diag::{Place, Problem, Result, shown};

type ZipBytes = Cursor<Vec<u8>>;

/// A workbook that can be read.
pub struct Workbook {
    file: Arc<str>,
    reader: WorkbookReader,
    /// What its sheets hide, by their names.
    hidden: BTreeMap<String, HiddenLines>,
}

/// calamine's reader of the file.
enum WorkbookReader {
    Xlsx(Box<Xlsx<ZipBytes>>),
    Ods(Ods<ZipBytes>),
}

impl Workbook {
    /// Opens a workbook from the bytes of its file.
    ///
    /// # Errors
    /// An archive that is damaged, too large or encrypted, one that holds no workbook, and a workbook whose parts
    /// cannot be read.
    pub fn open(file: &Arc<str>, bytes: &[u8]) -> Result<Self> {
        let mut parts = unpacked(file, bytes)?;
        let wrong = |what: &str, hint: &str| {
            let problem = Problem::error("KB612", what).at(Place::file(file));
            Err(problem.hint(hint).into())
        };
        if parts.contains_key("xl/workbook.xml") {
            let text = |path: &str| parts.get(path).and_then(|part| std::str::from_utf8(part).ok()).unwrap_or_default();
            let paths = sheet_paths(text("xl/workbook.xml"), text("xl/_rels/workbook.xml.rels"));
            let hidden = paths.into_iter().map(|(name, path)| (name, hidden_of_xlsx(text(&path)))).collect();
            for (_, part) in parts.iter_mut().filter(|(path, _)| path.starts_with("xl/") && path.ends_with(".xml")) {
                if let Some(marked) = std::str::from_utf8(part).ok().and_then(with_raised_runs) {
                    *part = marked.into_bytes();
                }
            }
            let packed = repacked(file, &parts)?;
            let reader = guarded(file, || Xlsx::new(packed).map_err(|error| error.to_string()))?;
            return Ok(Self { file: Arc::clone(file), reader: WorkbookReader::Xlsx(Box::new(reader)), hidden });
        }
        if parts.contains_key("xl/workbook.bin") {
            return wrong("the workbook is in Excel's binary format", "open it and save it as .xlsx");
        }
        let is_ods =
            parts.get("mimetype").is_some_and(|kind| kind.starts_with(b"application/vnd.oasis.opendocument.sp"));
        let Some(content) = parts.get("content.xml").filter(|_| is_ods) else {
            return wrong("the file is an archive without a table", "give an .xlsx, .ods or .csv file");
        };
        if parts.get("META-INF/manifest.xml").is_some_and(|manifest| holds(manifest, b"encryption-data")) {
            return wrong("the table is protected with a password", "open it, and save it without one");
        }
        let content = std::str::from_utf8(content).map_err(|_| damaged(file, "content.xml is not UTF-8"))?;
        let hidden = hidden_of_ods(content);
        let content = with_raised_spans(content).map_or(Cow::Borrowed(content), Cow::Owned);
        let content = marked(&content).map_err(|what| Problem::error("KB614", what).at(Place::file(file)))?;
        parts.insert("content.xml".to_owned(), content.into_bytes());
        let packed = repacked(file, &parts)?;
        let reader = guarded(file, || Ods::new(packed).map_err(|error| error.to_string()))?;
        Ok(Self { file: Arc::clone(file), reader: WorkbookReader::Ods(reader), hidden })
    }

    /// The names of its tables in their order, each with whether it is visible; charts are none.
    pub fn sheets(&self) -> Vec<(String, bool)> {
        let all = match &self.reader {
            WorkbookReader::Xlsx(reader) => reader.sheets_metadata(),
            WorkbookReader::Ods(reader) => reader.sheets_metadata(),
        };
        let tables = all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        tables.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    /// A sheet by its name.
    ///
    /// # Errors
    /// A sheet that cannot be read, and one with more rows or cells than any table of Kommunen has.
    pub fn sheet(&mut self, name: &str) -> Result<DeliveredSheet> {
        let file = Arc::clone(&self.file);
        let mut sheet = DeliveredSheet::empty(&file, Some(name));
        sheet.hidden = self.hidden.get(name).cloned().unwrap_or_default();
        let read = match &mut self.reader {
            WorkbookReader::Xlsx(reader) => guarded(&file, || xlsx_cells(reader, name, &mut sheet))?,
            WorkbookReader::Ods(reader) => guarded(&file, || ods_cells(reader, name, &mut sheet))?,
        };
        match read {
            Fits::Yes => Ok(sheet),
            Fits::No(what) => Err(Problem::error("KB614", format!("sheet `{}` has {what}", shown(name)))
                .at(Place::file(&file))
                .hint("one row per Kommune is expected; delete what is not part of the table, or import an excerpt")
                .into()),
        }
    }
}

/// Whether a sheet is small enough to be read; else what it has too much of.
enum Fits {
    Yes,
    No(String),
}

/// Adds a cell to the sheet; returns the limit it exceeds, if any.
fn put(sheet: &mut DeliveredSheet, (row, column): CellPosition, cell: SheetCell, cells: &mut usize) -> Option<String> {
    // A long text counts as many cells: a shared text is stored once in the file, but once per cell here.
    let length = if let SheetCell::Text(text) = &cell { text.len() } else { 0 };
    *cells += 1 + length / 64;
    if length > LONGEST_TEXT {
        return Some(format!("a text of more than {LONGEST_TEXT} bytes in one cell"));
    }
    if row >= MOST_ROWS {
        return Some(format!("more than {MOST_ROWS} rows"));
    }
    if *cells > MOST_CELLS {
        return Some(format!("more than {MOST_CELLS} cells"));
    }
    sheet.rows.entry(row).or_default().insert(column, cell);
    None
}

fn xlsx_cells(reader: &mut Xlsx<ZipBytes>, name: &str, sheet: &mut DeliveredSheet) -> Result<Fits, String> {
    let merged = reader.merge_cells_by_sheet_name(name).map_err(|error| error.to_string())?;
    sheet.merged = merged.iter().map(|area| (area.start, area.end)).collect();
    let mut cells = reader.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    let is_percent = |style: &calamine::Style| {
        let code = style.number_format.as_ref().map(|format| format.format_code.as_str()).unwrap_or_default();
        outside_quotes(code).contains('%')
    };
    let percent: Vec<bool> = cells.styles().iter().map(is_percent).collect();
    let mut known = 0;
    // Cells with an empty text: the result of a formula may be one.
    let mut blank: BTreeSet<CellPosition> = BTreeSet::new();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| error.to_string())? {
        let percent = percent.get(style).copied().unwrap_or(false);
        let number = |n: f64| if percent { SheetCell::Percent(n) } else { SheetCell::Number(n) };
        if let DataRef::SharedString(text) = cell.get_value()
            && text.len() > LONGEST_TEXT
        {
            return Ok(Fits::No(format!("a text of more than {LONGEST_TEXT} bytes in one cell")));
        }
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Int(n) => number(*n as f64),
            DataRef::Float(n) => number(*n),
            DataRef::String(text) => SheetCell::Text(text.clone()),
            DataRef::SharedString(text) => SheetCell::Text((*text).to_owned()),
            DataRef::Bool(truth) => SheetCell::Bool(*truth),
            DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => SheetCell::Date,
            DataRef::Error(error) => SheetCell::Error(error.to_string()),
        };
        if matches!(&value, SheetCell::Text(text) if text.is_empty()) {
            blank.insert(cell.get_position());
            continue;
        }
        if let Some(what) = put(sheet, cell.get_position(), value, &mut known) {
            return Ok(Fits::No(what));
        }
    }
    // Programs that write workbooks without computing them leave formulas without a result. Such a cell is an error,
    // not an unknown value.
    drop(cells);
    let mut formulas = reader.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    while let Some(cell) = formulas.next_formula().map_err(|error| error.to_string())? {
        let spot = cell.get_position();
        let has_result = || blank.contains(&spot) || sheet.cell(spot).is_some();
        if !cell.get_value().is_empty() && !has_result() {
            let value = SheetCell::Error(NO_RESULT.to_owned());
            if let Some(what) = put(sheet, spot, value, &mut known) {
                return Ok(Fits::No(what));
            }
        }
    }
    Ok(Fits::Yes)
}

/// The error of a formula that has no result.
const NO_RESULT: &str = "no result: open the file in a spreadsheet program and save it";

/// A format code without its quoted texts, escaped signs and padding (`_)`, `*-`).
fn outside_quotes(code: &str) -> String {
    let unquoted: String = code.split('"').step_by(2).collect();
    let mut plain = String::new();
    let mut signs = unquoted.chars();
    while let Some(c) = signs.next() {
        if matches!(c, '\\' | '_' | '*') {
            signs.next();
        } else {
            plain.push(c);
        }
    }
    plain
}

fn ods_cells(reader: &mut Ods<ZipBytes>, name: &str, sheet: &mut DeliveredSheet) -> Result<Fits, String> {
    let range = reader.worksheet_range(name).map_err(|error| error.to_string())?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut known = 0;
    for (row, column, value) in range.used_cells() {
        let value = match value {
            Data::Empty => continue,
            Data::Int(n) => SheetCell::Number(*n as f64),
            Data::Float(n) => SheetCell::Number(*n),
            Data::String(text) if text.is_empty() => continue,
            Data::String(text) if is_error(text) => SheetCell::Error(text.clone()),
            Data::String(text) => SheetCell::Text(text.clone()),
            Data::Bool(truth) => SheetCell::Bool(*truth),
            Data::DateTimeIso(text) if text == COVERED => SheetCell::Covered,
            Data::DateTimeIso(text) if text == FAILED => SheetCell::Error("Err".to_owned()),
            Data::DateTimeIso(text) => text.parse().map_or(SheetCell::Date, SheetCell::Percent),
            Data::DateTime(_) | Data::DurationIso(_) => SheetCell::Date,
            Data::Error(error) => SheetCell::Error(error.to_string()),
        };
        let at = |first: u32, offset: usize| first.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        if let Some(what) = put(sheet, (at(first_row, row), at(first_column, column)), value, &mut known) {
            return Ok(Fits::No(what));
        }
    }
    Ok(Fits::Yes)
}

/// Whether a text is the error of a formula, as LibreOffice writes it.
fn is_error(text: &str) -> bool {
    ["#DIV/0!", "#N/A", "#NV", "#NAME?", "#REF!", "#VALUE!", "#WERT!", "#NUM!", "#NULL!"].contains(&text)
        || (text.starts_with("Err:") && text[4..].bytes().all(|b| b.is_ascii_digit()))
}

/// Runs calamine, which has panicked over damaged files before. A panic means that the file cannot be read; none of our
/// own state is changed in here. The panic hook is silenced meanwhile, since it would print the panic beside the
/// message.
fn guarded<T>(file: &Arc<str>, read: impl FnOnce() -> Result<T, String>) -> Result<T> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(read));
    std::panic::set_hook(hook);
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(damaged(file, &shown(&error)).into()),
        Err(_) => Err(damaged(file, "its parts contradict each other").into()),
    }
}

fn damaged(file: &Arc<str>, why: &str) -> Problem {
    Problem::error("KB613", format!("the workbook is damaged: {why}"))
        .at(Place::file(file))
        .hint("open it in a spreadsheet program and save it again, or export the sheet as CSV")
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The parts of a workbook that describe its cells, unpacked; pictures and macros are left out.
fn unpacked(file: &Arc<str>, bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let broken = |error: ZipError| match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Problem::error("KB612", "the archive is protected with a password")
                .at(Place::file(file))
                .hint("open it, and save it without one")
        }
        error => damaged(file, &shown(&error.to_string())),
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(&broken)?;
    let mut parts = BTreeMap::new();
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(&broken)?;
        let name = entry.name().map_err(&broken)?.replace('\\', "/");
        let wanted = [".xml", ".rels", ".bin"].iter().any(|ending| name.to_lowercase().ends_with(ending));
        if entry.is_dir() || !(wanted || name == "mimetype") || name.ends_with("vbaProject.bin") {
            continue;
        }
        let mut part = Vec::new();
        entry.by_ref().take(left + 1).read_to_end(&mut part).map_err(|error| broken(ZipError::Io(error)))?;
        let size = part.len() as u64;
        if size > left {
            let message = format!("the workbook has more than {} MB when unpacked", MOST_UNPACKED >> 20);
            return Err(Problem::error("KB614", message)
                .at(Place::file(file))
                .hint("delete the sheets that are not needed, or export the sheet as CSV")
                .into());
        }
        left -= size;
        // Spreadsheet programs write none, except in old lists of parts. Its entities could expand without end.
        if !name.starts_with("META-INF/") && holds(&part[..part.len().min(4096)], b"<!DOCTYPE") {
            return Err(damaged(file, &format!("{} declares a document type", shown(&name))).into());
        }
        // calamine never returns from a part that ends inside an element.
        let is_xml = name != "mimetype" && !name.ends_with(".bin");
        if is_xml && !std::str::from_utf8(&part).is_ok_and(is_whole) {
            return Err(damaged(file, &format!("{} is cut short or no XML in UTF-8", shown(&name))).into());
        }
        parts.insert(name, part);
    }
    Ok(parts)
}

/// The parts as an archive that is not compressed.
fn repacked(file: &Arc<str>, parts: &BTreeMap<String, Vec<u8>>) -> Result<ZipBytes> {
    let pack = || -> zip::result::ZipResult<ZipBytes> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, part) in parts {
            archive.start_file(name.as_str(), options)?;
            archive.write_all(part)?;
        }
        archive.finish()
    };
    Ok(pack().map_err(|error| damaged(file, &shown(&error.to_string())))?)
}
