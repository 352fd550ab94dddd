//! An output folder during a run: the files of earlier runs, the new files, and at the end the manifest and the trace.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Place, Problem, Report, Result, count};
use crate::digest::sha256;
use crate::documents::Settings;
use crate::model::{EditionDetails, Meeting, Shard};
use crate::write::StagedFolder;

use super::manifest::{FileEntry, Manifest, ManifestPaths, PROGRAM};
use super::side_files::{SIDE_FILES, SideFiles};
use super::trace_lines::{HashingWriter, LineOwner, TraceIndex, TraceLines};

/// A document of an earlier run, from its manifest or journal.
#[derive(Debug, Clone)]
pub struct EarlierDocument {
    /// Its entry in the manifest.
    pub entry: FileEntry,
    /// Its lines of the trace; `None` when they are lost.
    pub rows: Option<TraceLines>,
    /// The waiting folder of the killed run that made it; `None` for a document of the manifest.
    waiting_folder: Option<PathBuf>,
}

impl EarlierDocument {
    /// Returns the place of the document if its bytes are unchanged; `root` is the folder it belongs to. `None` when it
    /// is missing or changed.
    pub fn find(&self, root: &Path) -> Option<FoundIn> {
        if holds_unchanged(root, &self.entry) {
            return Some(FoundIn::InPlace);
        }
        self.waiting_folder
            .as_ref()
            .filter(|waiting| holds_unchanged(waiting, &self.entry))
            .cloned()
            .map(FoundIn::Waiting)
    }
}

/// The place of an unchanged document of an earlier run.
pub enum FoundIn {
    /// In the output folder.
    InPlace,
    /// In the waiting folder of a killed run.
    Waiting(PathBuf),
}

/// An output folder during a run.
pub struct OutputFolder {
    staged: StagedFolder,
    paths: ManifestPaths,
    /// Whether this is one part of a split build; the manifest of a part names only its own files.
    is_part: bool,
    /// The documents of the manifest.
    earlier: BTreeMap<String, EarlierDocument>,
    /// The finished documents of killed runs.
    left: BTreeMap<String, Vec<EarlierDocument>>,
    /// Lines of earlier traces that several documents share, by name.
    inputs: BTreeMap<String, TraceLines>,
    /// The files of this run; documents have their lines of the trace.
    made: BTreeMap<String, (FileEntry, Option<TraceLines>)>,
}

/// The data needed to finish an output folder.
pub struct Closing<'a> {
    /// The edition.
    pub edition: &'a EditionDetails,
    /// The hash of all files the documents are made from.
    pub made_from: &'a str,
    /// The meeting the documents belong to; `None` for a build.
    pub meeting: Option<Meeting>,
    /// The files that list all other files; `None` where there are none.
    pub side_files: Option<&'a SideFiles<'a>>,
    /// The documents of this run.
    pub planned: BTreeSet<&'a str>,
    /// Whether the run makes all documents of the folder.
    pub whole: bool,
    /// The lines of the trace that the documents share, by name.
    pub inputs: BTreeMap<String, String>,
}

impl OutputFolder {
    /// Opens a folder; creates it if it does not exist. Problems with earlier runs are added to `report`.
    ///
    /// # Errors
    /// A folder that cannot be created or written to.
    pub fn open(root: &Path, shard: Option<Shard>, report: &mut Report) -> Result<Self> {
        let staged = StagedFolder::open(root)?;
        let mut folder = Self {
            staged,
            paths: ManifestPaths::of(shard),
            is_part: shard.is_some(),
            earlier: BTreeMap::new(),
            left: BTreeMap::new(),
            inputs: BTreeMap::new(),
            made: BTreeMap::new(),
        };
        let abandoned: Vec<(PathBuf, PathBuf)> =
            folder.staged.abandoned().map(|(waiting, journal)| (waiting.to_owned(), journal)).collect();
        for (waiting, journal) in abandoned {
            for known in journaled(&waiting, &journal) {
                folder.left.entry(known.entry.path.clone()).or_default().push(known);
            }
        }
        folder.remember(&ManifestPaths::of(None), report);
        if shard.is_some() {
            folder.remember(&ManifestPaths::of(shard), report);
        }
        Ok(folder)
    }

    /// Reads the manifest and the trace of earlier runs. Returns the manifest; `None` when it is missing or cannot be
    /// read.
    pub fn remember(&mut self, paths: &ManifestPaths, report: &mut Report) -> Option<Manifest> {
        let path = self.staged.place_of(paths.manifest());
        if !path.exists() {
            return None;
        }
        let bytes = std::fs::read(path).map_err(|error| error.to_string());
        let manifest = match bytes.and_then(|b| serde_json::from_slice::<Manifest>(&b).map_err(|e| e.to_string())) {
            Ok(manifest) => manifest,
            Err(error) => {
                report.push(
                    Problem::warning(
                        "KB803",
                        format!("the manifest of an earlier build cannot be read and is replaced: {error}"),
                    )
                    .at(Place::file(paths.manifest())),
                );
                return None;
            }
        };
        let mut documents = BTreeMap::new();
        match self.trace(paths.trace(), &manifest) {
            Ok(index) => {
                documents = index.documents;
                self.inputs.extend(index.inputs);
            }
            Err(problem) => report.push(*problem),
        }
        for entry in manifest.files.iter().filter(|entry| entry.path != paths.trace()) {
            let known =
                EarlierDocument { rows: documents.remove(&entry.path), entry: entry.clone(), waiting_folder: None };
            self.earlier.insert(entry.path.clone(), known);
        }
        Some(manifest)
    }

    /// Finds the lines of each document in a trace, if the trace is unchanged since its run.
    fn trace(&self, name: &str, manifest: &Manifest) -> Result<TraceIndex, Box<Problem>> {
        let spoiled = |line: usize| {
            Box::new(
                Problem::warning("KB807", "the trace is not the one an earlier build wrote, and is replaced")
                    .at(Place { line: count(line), ..Place::file(name) })
                    .hint("documents it spoke of are made again"),
            )
        };
        let path = self.staged.place_of(name);
        let hash = hash_of(&path).map_err(|_| spoiled(0))?;
        let of_manifest = manifest.files.iter().find(|entry| entry.path == name);
        let of_journals = self.left.get(name).into_iter().flatten().map(|known| &known.entry);
        if !of_manifest.into_iter().chain(of_journals).any(|entry| entry.sha256 == hash) {
            return Err(spoiled(0));
        }
        TraceIndex::of(&path).map_err(spoiled)
    }

    /// Whether earlier runs left no document that could be kept.
    pub fn is_new(&self) -> bool {
        self.earlier.is_empty() && self.left.is_empty()
    }

    /// Returns the versions of a document from earlier runs; the latest comes first.
    pub fn known(&self, path: &str) -> impl Iterator<Item = &EarlierDocument> {
        self.left.get(path).into_iter().flatten().rev().chain(self.earlier.get(path))
    }

    /// Returns the document of this path in the manifest; `None` when the manifest does not contain it.
    pub fn named(&self, path: &str) -> Option<&EarlierDocument> {
        self.earlier.get(path)
    }

    /// Returns the documents of the manifest, by path, with their settings.
    pub fn earlier_documents(&self) -> impl Iterator<Item = (&str, &Settings)> {
        self.earlier.iter().filter_map(|(path, known)| Some((path.as_str(), known.entry.settings.as_ref()?)))
    }

    /// Whether a file exists in the folder.
    pub fn has_file(&self, path: &str) -> bool {
        self.staged.place_of(path).exists()
    }

    /// Returns the settings of a document of this run; `None` when the run has no document with this path.
    pub fn settings(&self, path: &str) -> Option<&Settings> {
        self.made.get(path)?.0.settings.as_ref()
    }

    /// Returns the bytes of a file of this run.
    ///
    /// # Errors
    /// The errors of [`StagedFolder::bytes`].
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        self.staged.bytes(path)
    }

    /// Removes a staged file, so that it is not written.
    pub fn withdraw(&mut self, path: &str) {
        self.staged.withdraw(path);
        self.made.remove(path);
    }

    /// Keeps a document of an earlier run in its place, with its entry unchanged.
    pub fn keep_as_is(&mut self, known: EarlierDocument) {
        self.made.insert(known.entry.path.clone(), (known.entry, known.rows));
    }

    /// Whether the file exists with the SHA-256 of its entry.
    pub fn is_unchanged(&self, entry: &FileEntry) -> bool {
        holds_unchanged(&self.staged.place_of(""), entry)
    }

    /// Stages a file that the manifest does not name.
    ///
    /// # Errors
    /// The errors of [`StagedFolder::stage`].
    pub fn stage_unlisted(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.staged.stage(path, bytes)
    }

    /// Stages a file that is not a document.
    ///
    /// # Errors
    /// The errors of [`StagedFolder::stage`].
    pub fn stage_file(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.staged.stage(path, bytes)?;
        self.made.insert(path.to_owned(), (FileEntry::plain(path, bytes), None));
        Ok(())
    }

    /// Stages a document of this run, with its lines of the trace.
    ///
    /// # Errors
    /// The errors of [`StagedFolder::stage`].
    pub fn stage_document(&mut self, entry: FileEntry, pdf: &[u8], rows: &str) -> Result<()> {
        self.staged.stage(&entry.path, pdf)?;
        self.enter(entry, rows)
    }

    /// Keeps a document of an earlier run, from the output folder or a waiting folder, with a new entry and new lines
    /// of the trace.
    ///
    /// # Errors
    /// The errors of [`StagedFolder::adopt`].
    pub fn adopt_document(&mut self, entry: FileEntry, found: &FoundIn, rows: &str) -> Result<()> {
        if let FoundIn::Waiting(folder) = found {
            self.staged.adopt(&entry.path, folder)?;
        }
        self.enter(entry, rows)
    }

    fn enter(&mut self, entry: FileEntry, rows: &str) -> Result<()> {
        let line = serde_json::to_string(&entry).expect("an entry can be written");
        let noted = self.staged.note(&format!("{rows}{line}\n"))?;
        let range = noted.start..noted.start + rows.len() as u64;
        let rows = TraceLines { file: Arc::from(self.staged.journal()), range };
        self.made.insert(entry.path.clone(), (entry, Some(rows)));
        Ok(())
    }

    /// Moves all staged files to their places, then writes the trace and the manifest for the moved files. A partial
    /// run keeps the entries of files that still exist; a whole run warns about files that an earlier run left behind.
    ///
    /// # Errors
    /// A trace or manifest that cannot be written.
    pub fn finish(mut self, closing: Closing<'_>) -> Result<Report> {
        let Closing { edition, made_from, meeting, side_files, planned, whole, inputs } = closing;
        let (left, mut report) = self.staged.place();
        for path in &left {
            self.made.remove(path);
        }
        for (path, known) in std::mem::take(&mut self.earlier) {
            let made_again = self.made.contains_key(&path) || SIDE_FILES.contains(&path.as_str());
            if made_again || !self.staged.holds(&path) {
                continue;
            }
            // If a document of this run failed, the earlier version and its entry stay.
            if planned.contains(path.as_str()) || left.contains(&path) || !(whole || self.is_part) {
                self.made.insert(path, (known.entry, known.rows));
            } else if whole {
                report.push(
                    Problem::warning("KB804", "the file is left from an earlier build and belongs to this one no more")
                        .at(Place::file(&path))
                        .hint("delete it if you do not need it"),
                );
            }
        }
        let other = |entry: &FileEntry| entry.made_from.as_deref().is_some_and(|of| of != made_from);
        let others = self.made.values().filter(|(entry, _)| other(entry)).count();
        if others > 0 {
            report.push(
                Problem::warning(
                    "KB808",
                    format!("{others} documents in the folder are of an earlier state of the data or templates"),
                )
                .hint("build everything: those that would say something else are made anew"),
            );
        }
        self.write_trace(inputs)?;
        if let Some(side_files) = side_files {
            let entries: Vec<FileEntry> = self.made.values().map(|(entry, _)| entry.clone()).collect();
            for (path, text) in side_files.files(&entries) {
                self.stage_file(path, text.as_bytes())?;
            }
        }
        report.extend(self.staged.place().1);
        let manifest = Manifest {
            program: PROGRAM.to_owned(),
            edition: edition.key.clone(),
            stand: edition.stand.iso(),
            meeting,
            files: self.made.into_values().map(|(entry, _)| entry).collect(),
        };
        let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest can be written");
        text.push('\n');
        self.staged.stage(self.paths.manifest(), text.as_bytes())?;
        report.extend(self.staged.place().1);
        Ok(report)
    }

    /// Stages the trace: first the shared inputs, then the documents in the order of their paths.
    fn write_trace(&mut self, mut inputs: BTreeMap<String, String>) -> Result<()> {
        let name = self.paths.trace().to_owned();
        let of_documents: Vec<TraceLines> = self.made.values().filter_map(|(_, rows)| rows.clone()).collect();
        let ours = self.staged.journal();
        let unreadable = |error: io::Error| -> Report {
            Problem::error("KB801", format!("the trace of an earlier build cannot be read: {error}"))
                .at(Place::file(&name))
                .hint("build everything again with --force")
                .into()
        };
        // For documents of earlier runs, the inputs that their lines name are added.
        for rows in of_documents.iter().filter(|rows| *rows.file != *ours) {
            for row in rows.text().map_err(unreadable)?.lines() {
                let Some(shared) = serde_json::from_str::<LineOwner<'_>>(row).ok().and_then(|line| line.inputs) else {
                    continue;
                };
                if let Some(line) = self.inputs.get(&shared).filter(|_| !inputs.contains_key(&shared)) {
                    inputs.insert(shared, line.text().map_err(unreadable)?);
                }
            }
        }
        let mut hashed = HashingWriter::default();
        self.staged.stage_with(&name, |file| {
            for line in inputs.values() {
                hashed.write(file, line.as_bytes())?;
            }
            for rows in &of_documents {
                hashed.write(file, rows.text()?.as_bytes())?;
            }
            Ok(())
        })?;
        let entry = FileEntry { sha256: hashed.hash.hex(), bytes: hashed.bytes, ..FileEntry::plain(&name, b"") };
        self.staged.note(&(serde_json::to_string(&entry).expect("an entry can be written") + "\n"))?;
        self.made.insert(name, (entry, None));
        Ok(())
    }
}

/// Whether a folder contains the file of an entry with the SHA-256 of the entry.
fn holds_unchanged(folder: &Path, entry: &FileEntry) -> bool {
    hash_of(&folder.join(&entry.path)).is_ok_and(|hash| hash == entry.sha256)
}

fn hash_of(path: &Path) -> io::Result<String> {
    Ok(sha256(std::fs::read(path)?))
}

/// Returns the finished documents of a killed run. In its journal, the trace lines of each document come before its
/// entry. The last line may be incomplete.
fn journaled(waiting: &Path, journal: &Path) -> Vec<EarlierDocument> {
    let Ok(file) = File::open(journal) else { return Vec::new() };
    let journal: Arc<Path> = Arc::from(journal);
    let mut known = Vec::new();
    let (mut text, mut at, mut start) = (String::new(), 0, 0);
    let mut lines = BufReader::new(file);
    while let Ok(read @ 1..) = lines.read_line(&mut text) {
        at += read as u64;
        if let Ok(entry) = serde_json::from_str::<FileEntry>(&text) {
            let rows = Some(TraceLines { file: Arc::clone(&journal), range: start..at - read as u64 });
            known.push(EarlierDocument { entry, rows, waiting_folder: Some(waiting.to_owned()) });
            start = at;
        }
        text.clear();
    }
    known
}
