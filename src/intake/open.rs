//! A delivered file -> the table of Kommunen in it: text of several encodings, XLSX or ODS.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::delimited;
use super::limits::LARGEST_FILE;
use super::table::{DeliveredTable, RowKey};
use super::workbook::Workbook;
use crate::diag::{Place, Problem, Report, Result, nearest, shown};

/// How long reading may take. A table of all Gemeinden takes a second; this is for a reader that never ends.
const LONGEST_READING: Duration = Duration::from_secs(60);

/// A delivered table, and how its file was read.
#[derive(Debug)]
pub struct Delivered {
    /// The table.
    pub table: DeliveredTable,
    /// How the file was read: `UTF-8, separated by semicolons`, or the name of the sheet.
    pub form: String,
    /// Sheets that hold no table or were not asked for, with the reason.
    pub other_sheets: Vec<(String, &'static str)>,
}

/// Where the table is in a file; `None` = it is detected.
#[derive(Debug, Default, Clone)]
pub struct TableLocation {
    /// The sheet.
    pub sheet: Option<String>,
    /// The first line of the header, from 1.
    pub header: Option<u32>,
    /// The header of the keys.
    pub ags_header: Option<String>,
}

/// The bytes of a file a user names.
///
/// # Errors
/// A folder, a file that is not there, empty or larger than 64 MB.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let fault = |what: String, hint: &str| {
        let problem = Problem::error("KB611", what).at(Place::file(&path.display().to_string()));
        Report::from(if hint.is_empty() { problem } else { problem.hint(hint) })
    };
    let about = std::fs::metadata(path)
        .map_err(|error| fault(format!("the file cannot be read: {error}"), "check its path"))?;
    if about.is_dir() {
        return Err(fault("this is a folder".to_owned(), "name the file in it: .xlsx, .ods or .csv"));
    }
    if !about.is_file() {
        return Err(fault("this is no file but a device or a pipe".to_owned(), "name a file: .xlsx, .ods or .csv"));
    }
    if about.len() > LARGEST_FILE {
        let message = format!("the file has {} MB, at most {} are read", about.len() >> 20, LARGEST_FILE >> 20);
        return Err(fault(message, "delete the sheets and pictures that are not needed, or export the sheet as CSV"));
    }
    let bytes = std::fs::read(path).map_err(|error| fault(format!("the file cannot be read: {error}"), ""))?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(fault("the file is empty".to_owned(), "export the table again"));
    }
    Ok(bytes)
}

/// Finds the table in a file; `file` is its path as the user wrote it.
///
/// # Errors
/// A file of another kind, a damaged one, a sheet that is not there, no table or several.
pub fn delivered(file: &Arc<str>, bytes: Vec<u8>, wanted: TableLocation) -> Result<Delivered> {
    let (sender, receiver) = mpsc::channel();
    let path = Arc::clone(file);
    std::thread::spawn(move || {
        // After the time limit nobody receives it.
        let _ = sender.send(found(&path, &bytes, &wanted));
    });
    receiver.recv_timeout(LONGEST_READING).unwrap_or_else(|_| {
        let message = format!("the file is not read after {} seconds", LONGEST_READING.as_secs());
        Err(Problem::error("KB613", message).at(Place::file(file)).hint("export the sheet as CSV").into())
    })
}

fn found(file: &Arc<str>, bytes: &[u8], wanted: &TableLocation) -> Result<Delivered> {
    if let Some((what, hint)) = refused_kind(bytes) {
        return Err(Problem::error("KB612", what).at(Place::file(file)).hint(hint).into());
    }
    let nothing = |hint: String| {
        Problem::error("KB617", "no table of Kommunen is found")
            .at(Place::file(file))
            .hint(hint)
            .hint("a header names a column AGS, Schlüsselnummer or Kommune; --header LINE says where it is")
    };
    let is_archive = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
    let ending = file.rsplit('.').next().unwrap_or_default().to_lowercase();
    if !is_archive {
        if ["xlsx", "xlsm", "ods"].contains(&ending.as_str()) {
            return Err(Problem::error("KB613", format!("the file is no .{ending}: it does not begin like one"))
                .at(Place::file(file))
                .hint("it was damaged on its way, or has the wrong name; ask for it again")
                .into());
        }
        if let Some(sheet) = &wanted.sheet {
            return Err(Problem::error("KB617", format!("a CSV file has no sheet `{}`", shown(sheet)))
                .at(Place::file(file))
                .hint("leave --sheet out")
                .into());
        }
        let (sheet, form) = delimited::sheet(file, bytes)?;
        let first: Vec<String> = sheet.rows.iter().next().map_or_else(Vec::new, |(row, cells)| {
            cells.keys().filter_map(|column| sheet.text((*row, *column))).take(8).collect()
        });
        let form = format!("{}, separated by {}", form.encoding, form.separator);
        let hint = format!("its first line, read as {form}, is: {}", shown(&first.join(" | ")));
        let table =
            DeliveredTable::find(sheet, wanted.ags_header.as_deref(), wanted.header)?.ok_or_else(|| nothing(hint))?;
        return Ok(Delivered { table: sound(table)?, form, other_sheets: Vec::new() });
    }
    let mut workbook = Workbook::open(file, bytes)?;
    let sheets = workbook.sheets();
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(name) = wanted.sheet.as_deref() {
        if !names.contains(&name) {
            let known = names.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>().join(", ");
            let problem = Problem::error("KB617", format!("there is no sheet `{}`", shown(name))).at(Place::file(file));
            let problem = match nearest(name, names.iter().copied()) {
                Some(near) => problem.hint(format!("did you mean `{}`?", shown(near))),
                None => problem,
            };
            return Err(problem.hint(format!("its sheets are: {known}")).into());
        }
        let sheet = workbook.sheet(name)?;
        let hint = format!("sheet `{}` was looked at", shown(name));
        let table =
            DeliveredTable::find(sheet, wanted.ags_header.as_deref(), wanted.header)?.ok_or_else(|| nothing(hint))?;
        let others =
            sheets.iter().filter(|(other, _)| other != name).map(|(other, _)| (other.clone(), "not asked for"));
        return Ok(Delivered {
            table: sound(table)?,
            form: format!("sheet `{}`", shown(name)),
            other_sheets: others.collect(),
        });
    }
    let mut other_sheets = Vec::new();
    let mut found: Vec<DeliveredTable> = Vec::new();
    for (name, visible) in &sheets {
        if !visible {
            other_sheets.push((name.clone(), "hidden"));
            continue;
        }
        let sheet = workbook.sheet(name)?;
        match DeliveredTable::find(sheet, wanted.ags_header.as_deref(), wanted.header)? {
            Some(table) if !table.rows.is_empty() => found.push(table),
            Some(_) => other_sheets.push((name.clone(), "a header, and no row of a Kommune")),
            None => other_sheets.push((name.clone(), "no table of Kommunen")),
        }
    }
    // A table with keys is surer than one with names.
    if found.len() > 1 && found.iter().any(has_keys) {
        let (with, without): (Vec<DeliveredTable>, Vec<DeliveredTable>) = found.into_iter().partition(has_keys);
        other_sheets.extend(without.iter().map(|table| (table.sheet.name.clone().unwrap_or_default(), "has no AGS")));
        found = with;
    }
    let of = |table: &DeliveredTable| format!("`{}`", shown(table.sheet.name.as_deref().unwrap_or_default()));
    match found.len() {
        1 => {
            let table = sound(found.remove(0))?;
            Ok(Delivered { form: format!("sheet {}", of(&table)), table, other_sheets })
        }
        0 => {
            let shown_sheet = |(name, why): &(String, &str)| format!("`{}` ({why})", shown(name));
            let all: Vec<String> = other_sheets.iter().map(shown_sheet).collect();
            let hint = if all.is_empty() {
                "the workbook has no sheet".to_owned()
            } else {
                format!("its sheets: {}", all.join(", "))
            };
            Err(nothing(hint).into())
        }
        _ => Err(Problem::error("KB617", "several sheets hold a table of Kommunen")
            .at(Place::file(file))
            .hint(format!("choose one with --sheet: {}", found.iter().map(of).collect::<Vec<_>>().join(", ")))
            .into()),
    }
}

fn has_keys(table: &DeliveredTable) -> bool {
    table.rows.iter().all(|(_, who)| matches!(who, RowKey::Ags(_)))
}

/// The table, if it has at least one Kommune.
fn sound(table: DeliveredTable) -> Result<DeliveredTable> {
    if !table.rows.is_empty() {
        return Ok(table);
    }
    let problem =
        Problem::error("KB628", format!("no row below {} is a Kommune", table.sheet.shown_row(table.header_row)));
    let problem = problem.at(table.sheet.place(table.header_row));
    let problem = match table.left.first() {
        Some((row, why)) => problem.hint(format!("the first row below, {}: {why}", table.sheet.shown_row(*row))),
        None => problem.hint("there is no row below the header"),
    };
    Err(problem.into())
}

/// What a file is that is clearly no table, and what to do; `None` = it may be one.
fn refused_kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Some(if bytes.windows(encrypted.len()).any(|window| window == encrypted) {
            ("the workbook is protected with a password", "open it, and save it without one")
        } else {
            ("the file is in Excel's old format (.xls)", "open it and save it as .xlsx")
        });
    }
    if bytes.starts_with(b"%PDF") {
        return Some(("the file is a PDF", "ask for the table as .xlsx, .ods or .csv"));
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1000)]).to_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if ["<!doctype html", "<html", "<table", "<head"].iter().any(|tag| head.starts_with(tag)) {
        return Some(("the file is a web page, whatever its name says", "open it and save it as .xlsx"));
    }
    if head.starts_with("<?xml") || head.starts_with("<workbook") {
        return Some(("the file is XML", "open it and save it as .xlsx"));
    }
    if head.starts_with('{') || head.starts_with('[') {
        return Some(("the file is JSON", "give the table as .xlsx, .ods or .csv"));
    }
    None
}
