//! What an import is asked for, and what it leaves behind.

use std::path::PathBuf;

use crate::diag::Report;
use crate::intake::NumberNotation;

/// What an import is asked for.
#[derive(Debug, Default)]
pub struct ImportOptions {
    /// The delivered table.
    pub file: PathBuf,
    /// The project to import into; `None` where nothing is to be written.
    pub project: Option<PathBuf>,
    /// The edition to make or change; `None` = that of the project, or the newest.
    pub edition: Option<String>,
    /// Reference date of a new edition: `2018-12` or `2018-12-31`.
    pub stand: Option<String>,
    /// Edition whose rows and names a new one begins with, or `none`; `None` = the newest.
    pub base: Option<String>,
    /// Whether Kommunen the file lacks are taken into a new edition, with unknown values.
    pub keep_missing: bool,
    /// Who delivered the file, as a new edition cites it; `None` = the name of the file.
    pub source: Option<String>,
    /// Sheet of the workbook; `None` = the one with a table of Kommunen.
    pub sheet: Option<String>,
    /// First line of the header, from 1; `None` = the one that names a column AGS.
    pub header: Option<u32>,
    /// Mapping to begin with; `None` = that of the edition, or of the one it begins with.
    pub mapping: Option<PathBuf>,
    /// How numbers like `1.409` are meant where nothing else in their column tells.
    pub numbers: Option<NumberNotation>,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Whether cells of an edition that is there may change.
    pub force: bool,
}

/// What an import leaves behind.
#[derive(Debug)]
pub struct Imported {
    /// What was done, for people.
    pub text: String,
    /// The same for programs; `docs/formats.md` describes it.
    pub json: String,
    /// What there is to say of file and data.
    pub report: Report,
    /// A line on what was written.
    pub summary: String,
}
