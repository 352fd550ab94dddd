//! The interface for programs: open an edition once, select Kommunen from it, build it and verify it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::diag::{Problem, Report, Result};
use crate::run::{self, BuildOptions, OpenEdition, OpenMode, Outcome, Silent};
use crate::select::Selection;
use crate::verify::{self, BuiltFolder, Deviation};

/// An edition: its data, read and checked, with the templates and fonts of its project.
pub struct Edition {
    open: OpenEdition,
}

/// The identity of a Kommune in an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KommuneInfo {
    /// Amtlicher Gemeindeschlüssel of the Kreis: five digits.
    pub ags: String,
    /// Its full name: `Landkreis Biberach`.
    pub label: String,
    /// Its Land.
    pub state: String,
}

impl Edition {
    /// Opens an edition of a project (a folder laid over the embedded files), or of the embedded files alone (`None`).
    /// `key` is the name of its folder below `data/`; `None` opens the edition that the project names, or else the
    /// newest.
    ///
    /// # Errors
    /// A project that cannot be read, a missing edition, and data with errors: the report contains all problems found.
    pub fn open(project: Option<&Path>, key: Option<&str>) -> Result<Self> {
        let mut warnings = Report::new();
        let assets = run::open_assets(project, &mut warnings)?;
        match OpenEdition::open(assets, key, OpenMode::Whole, warnings) {
            Ok(open) => Ok(Self { open }),
            Err(failed) => {
                let (report, assets) = *failed;
                Err(report.with_excerpts(|shown| assets.source(shown)))
            }
        }
    }

    /// Returns the name of its folder below `data/`, for example `2017`.
    pub fn key(&self) -> &str {
        &self.open.data().edition.key
    }

    /// Returns its title.
    pub fn title(&self) -> &str {
        &self.open.data().edition.title
    }

    /// Returns its Kommunen, in the order of its table.
    pub fn kommunen(&self) -> Vec<KommuneInfo> {
        self.infos(&self.open.everyone())
    }

    /// Returns the Kommunen of a selection, in the order of the table.
    ///
    /// # Errors
    /// A name that matches no Kommune (with the nearest name) or several, an unknown Land or type, a condition that
    /// cannot be read, and a selection that matches no Kommune.
    pub fn select(&self, selection: &Selection) -> Result<Vec<KommuneInfo>> {
        Ok(self.infos(&selection.resolve(self.open.data())?))
    }

    fn infos(&self, positions: &[usize]) -> Vec<KommuneInfo> {
        let kommunen = positions.iter().map(|k| &self.open.data().kommunen[*k]);
        let info = |kommune: &crate::model::Kommune| KommuneInfo {
            ags: kommune.ags.value.clone(),
            label: kommune.label.value.clone(),
            state: kommune.land.value.name.to_owned(),
        };
        kommunen.map(info).collect()
    }

    /// Returns the warnings of `kreisblatt check`: it checks the data for consistency and against earlier printed
    /// numbers.
    pub fn warnings(&self) -> Report {
        let mut report = self.open.opening_warnings();
        report.extend(self.open.data_warnings(&self.open.facts()));
        self.open.with_excerpts(report)
    }

    /// Makes documents and returns all files by their paths below the output folder of the edition, as
    /// [`Edition::build_into`] would write them: PDFs, tables, catalogue, `manifest.json` and `trace.jsonl`. The files
    /// are made in a temporary folder, which is deleted afterwards.
    ///
    /// # Errors
    /// The errors of [`Edition::build_into`].
    pub fn build(&self, options: &BuildOptions) -> Result<BTreeMap<String, Vec<u8>>> {
        let unusable = |error: std::io::Error| {
            Report::from(Problem::error("KB801", format!("the temporary folder cannot be used: {error}")))
        };
        let folder = tempfile::tempdir().map_err(unusable)?;
        self.build_into(folder.path(), options)?;
        let mut files = BTreeMap::new();
        collect(&folder.path().join(self.key()), "", &mut files).map_err(unusable)?;
        Ok(files)
    }

    /// Makes documents in the folder of the edition below `out`. Documents that are up to date are kept. Returns the
    /// warnings and a summary line.
    ///
    /// # Errors
    /// Unknown documents, templates that cannot be used, a folder that cannot be written to, and every document that
    /// cannot be made; the other documents are still written.
    pub fn build_into(&self, out: &Path, options: &BuildOptions) -> Result<Outcome> {
        let built = run::build(&self.open, options, out, &Silent).map_err(|report| self.open.with_excerpts(report))?;
        let report = self.open.with_excerpts(built.report);
        if report.has_errors() { Err(report) } else { Ok(Outcome { report, ..built }) }
    }

    /// Verifies the finished files in an output folder, in both directions: every number on a page must be in the
    /// trace, every number in the trace must be on its page, and the numbers that the data gives now must equal the
    /// trace. Returns an empty list when nothing deviates.
    ///
    /// # Errors
    /// A folder without a readable manifest, a folder of another edition, and templates that cannot be used.
    pub fn verify(&self, out: &Path) -> Result<Vec<Deviation>> {
        let folder = BuiltFolder::open(out, Some(self.key()))?;
        verify::verify(&folder, Ok(&self.open)).map_err(|report| self.open.with_excerpts(report))
    }
}

/// Reads all files of a folder and its subfolders, by their paths.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
