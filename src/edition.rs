//! The interface for programs: an edition that is opened once, selected from, built and verified.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::diag::{Place, Problem, Report, Result};
use crate::run::{self, BuildOptions, OpenEdition, OpenMode, Outcome, Silent};
use crate::select::Selection;
use crate::verify::{self, BuiltFolder, Deviation};

/// An edition: its data, read and checked, with the templates and fonts of its project.
pub struct Edition {
    open: OpenEdition,
}

/// What an edition says of a Kommune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KommuneInfo {
    /// Amtlicher Gemeindeschlüssel of the Kreis: five digits.
    pub ags: String,
    /// As it is addressed: `Landkreis Biberach`.
    pub label: String,
    /// Its Land.
    pub state: String,
}

impl Edition {
    /// Opens an edition: of a project (a folder laid over the embedded files), or of the embedded files alone (`None`). `key`
    /// is the name of its folder below `data/`; without it the edition the project names is meant, or the newest.
    ///
    /// # Errors
    /// A project that cannot be read, an edition that is not there, and data with errors: all that was found.
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

    /// The name of its folder below `data/`, for example `2017`.
    pub fn key(&self) -> &str {
        &self.open.data().edition.key
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.open.data().edition.title
    }

    /// Its Kommunen, in the order of its table.
    pub fn kommunen(&self) -> Vec<KommuneInfo> {
        self.infos(&self.open.everyone())
    }

    /// The Kommunen a selection means, in the order of the table.
    ///
    /// # Errors
    /// A name nobody has (with the nearest) or several have, an unknown Land or type, a condition that cannot be read, and a
    /// selection that matches nothing.
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

    /// What `kreisblatt check` warns of: the data against itself and against what was printed before.
    pub fn warnings(&self) -> Report {
        let mut report = self.open.opening_warnings();
        report.extend(self.open.data_warnings(&self.open.facts()));
        self.open.with_excerpts(report)
    }

    /// Makes documents and returns all files by their paths below the output folder of the edition, as
    /// [`Edition::build_into`] would write them there: PDFs, tables, catalogue, `manifest.json` and `trace.jsonl`. They are
    /// made in a temporary folder, which is gone afterwards.
    ///
    /// # Errors
    /// As [`Edition::build_into`].
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

    /// Makes documents in the folder of the edition below `out`. What is there as it would be made again is kept. Returns
    /// the warnings and a line on what was done.
    ///
    /// # Errors
    /// Documents nobody knows, templates that cannot be used, a folder that cannot be written to, and every document that
    /// cannot be made; the others are written all the same.
    pub fn build_into(&self, out: &Path, options: &BuildOptions) -> Result<Outcome> {
        let built = run::build(&self.open, options, out, &Silent).map_err(|report| self.open.with_excerpts(report))?;
        let report = self.open.with_excerpts(built.report);
        if report.has_errors() { Err(report) } else { Ok(Outcome { report, ..built }) }
    }

    /// Verifies the finished files in an output folder, both ways: every number on a page must be one of the trace and every
    /// one of the trace on its page, and what the data makes today must be what the trace says. Empty when nothing deviates.
    ///
    /// # Errors
    /// A folder without a manifest that can be read, one of another edition, and templates that cannot be used.
    pub fn verify(&self, out: &Path) -> Result<Vec<Deviation>> {
        let folder = BuiltFolder::open(out, Some(self.key()))?;
        let made = &folder.manifest.edition;
        if made != self.key() {
            let what = format!("the folder holds edition {made}, this is {}", self.key());
            return Err(Problem::error("KB402", what).at(Place::file(&folder.path.display().to_string())).into());
        }
        verify::verify(&folder, Ok(&self.open)).map_err(|report| self.open.with_excerpts(report))
    }
}

/// Reads all files of a folder, and of those in it, by their paths.
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
