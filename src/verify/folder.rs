//! The verified output folder: its manifest and its trace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diag::{Place, Problem, Report, Result};
use crate::run::{MANIFEST, Manifest, TRACE};
use crate::trace::{Inputs, TraceLine};

use super::deviation::{Deviation, of_file};

/// The lines of a trace by document.
pub type TraceByFile = BTreeMap<String, Vec<TraceLine>>;

/// An output folder with its manifest and its trace.
pub struct BuiltFolder {
    /// The folder that contains the manifest.
    pub path: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
    /// The lines of the trace by document.
    pub trace: TraceByFile,
    /// The lines of the trace that cannot be read.
    pub unreadable: Vec<Deviation>,
}

impl BuiltFolder {
    /// Opens the output folder of a build: the folder itself, or the folder of an edition in it (without `edition`, the
    /// newest).
    ///
    /// # Errors
    /// A folder without a manifest, and a manifest or trace that cannot be read.
    pub fn open(given: &Path, edition: Option<&str>) -> Result<Self> {
        let path = folder(given, edition)?;
        let manifest = manifest(&path)?;
        if let Some(edition) = edition.filter(|edition| *edition != manifest.edition) {
            let what = format!("{} holds the edition {}, not {edition}", path.display(), manifest.edition);
            return Err(Problem::usage("KB330", what)
                .hint("verify it as that edition, or give the folder that contains the folders of the editions")
                .into());
        }
        let (trace, unreadable) = trace(&path)?;
        Ok(Self { path, manifest, trace, unreadable })
    }

    /// Returns the trace lines of a document.
    pub fn lines_of(&self, file: &str) -> &[TraceLine] {
        self.trace.get(file).map_or(&[], Vec::as_slice)
    }
}

/// Finds the folder that contains the manifest.
fn folder(given: &Path, edition: Option<&str>) -> Result<PathBuf> {
    let mut found = vec![given.to_path_buf()];
    match edition {
        Some(edition) => found.insert(0, given.join(edition)),
        None => {
            let below = fs::read_dir(given).into_iter().flatten().flatten().map(|entry| entry.path());
            let mut below: Vec<PathBuf> = below.filter(|path| path.join(MANIFEST).is_file()).collect();
            // The newest edition, as in `build`.
            below.sort();
            found.extend(below.pop());
        }
    }
    found.into_iter().find(|path| path.join(MANIFEST).is_file()).ok_or_else(|| {
        Problem::error("KB401", format!("there is no {MANIFEST} in {}", given.display()))
            .hint("give the output folder of a build, or run `kreisblatt build` first")
            .into()
    })
}

fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(|error| error.to_string());
    let parsed = text.and_then(|text| serde_json::from_str::<Manifest>(&text).map_err(|error| error.to_string()));
    parsed.map_err(|error| {
        Problem::error("KB402", format!("the manifest cannot be read: {error}"))
            .at(Place::file(&path.display().to_string()))
            .hint("build again: nothing can be verified without it")
            .into()
    })
}

/// Reads the trace by document, and its lines that cannot be read.
fn trace(folder: &Path) -> Result<(TraceByFile, Vec<Deviation>)> {
    let path = folder.join(TRACE);
    let text = fs::read_to_string(&path).map_err(|error| {
        Report::from(
            Problem::error("KB403", format!("the trace cannot be read: {error}"))
                .at(Place::file(&path.display().to_string()))
                .hint("build again: nothing can be verified without it"),
        )
    })?;
    let mut lines = TraceByFile::new();
    let mut deviations = Vec::new();
    for (at, row) in text.lines().enumerate() {
        match serde_json::from_str::<TraceLine>(row) {
            Ok(line) => lines.entry(line.file.clone()).or_default().push(line),
            Err(_) if serde_json::from_str::<Inputs>(row).is_ok() => {}
            Err(error) => {
                deviations.push(of_file("KB411", TRACE, &format!("line {} cannot be read: {error}", at + 1)));
            }
        }
    }
    Ok((lines, deviations))
}
