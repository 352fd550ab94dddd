//! The options and the result of an import.

use std::path::PathBuf;

use crate::diag::Report;
use crate::intake::NumberNotation;

/// The options of an import.
#[derive(Debug, Default)]
pub struct ImportOptions {
    /// The delivered table.
    pub file: PathBuf,
    /// The project to import into; `None` when nothing is to be written.
    pub project: Option<PathBuf>,
    /// The edition to make or change; `None` = that of the project, or the newest.
    pub edition: Option<String>,
    /// Reference date of a new edition: `2018-12` or `2018-12-31`.
    pub stand: Option<String>,
    /// Edition whose rows and names a new edition begins with, or `none`; `None` = the newest.
    pub base: Option<String>,
    /// Whether Kommunen that are missing in the file are added to a new edition, with unknown values.
    pub keep_missing: bool,
    /// The supplier of the file, as cited by a new edition; `None` = the name of the file.
    pub source: Option<String>,
    /// Sheet of the workbook; `None` = the one with a table of Kommunen.
    pub sheet: Option<String>,
    /// First line of the header, from 1; `None` = the one that names a column AGS.
    pub header: Option<u32>,
    /// Initial mapping; `None` = that of the edition, or of the edition it begins with.
    pub mapping: Option<PathBuf>,
    /// The meaning of numbers like `1.409` where the other values of their column do not decide it.
    pub numbers: Option<NumberNotation>,
    /// Whether no file is written.
    pub dry_run: bool,
    /// Whether cells of an existing edition may change.
    pub force: bool,
}

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    /// The account as text.
    pub text: String,
    /// The account as JSON; `docs/formats.md` describes it.
    pub json: String,
    /// Problems of the file and the data.
    pub report: Report,
    /// One line about the written files.
    pub summary: String,
}
