//! An output folder while a run works on it: what earlier runs left there, what is new, and at the end its
//! papers, the manifest and the trace.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::args::Shard;
use crate::assets::{hex, sha256};
use crate::diag::{Place, Problem, Report, Result, count};
use crate::model::{Edition, Meeting};
use crate::write::StagedFolder;

use super::beside::{BESIDE, Beside};
use super::manifest::{self, Entry, Manifest, PROGRAM, Settings};
use super::traced;

/// The papers of a folder, or of one part of a build that is split.
pub struct Papers {
    manifest: String,
    trace: String,
}

impl Papers {
    /// Their names; those of the whole folder for `None`.
    pub fn of(shard: Option<Shard>) -> Self {
        let named = |name: &str| match (shard, name.split_once('.')) {
            (Some(shard), Some((stem, ending))) => format!("{stem}.{shard}.{ending}"),
            _ => name.to_owned(),
        };
        Self { manifest: named(manifest::MANIFEST), trace: named(traced::TRACE) }
    }

    /// The part whose manifest has this name; `None` for other files.
    pub fn shard(name: &str) -> Option<Shard> {
        let (stem, ending) = manifest::MANIFEST.split_once('.')?;
        let part = name.strip_prefix(stem)?.strip_suffix(ending)?.trim_matches('.');
        let shard: Shard = part.replace("-of-", "/").parse().ok()?;
        (Self::of(Some(shard)).manifest == name).then_some(shard)
    }

    /// The name of the manifest.
    pub fn manifest(&self) -> &str {
        &self.manifest
    }

    /// The name of the trace.
    pub fn trace(&self) -> &str {
        &self.trace
    }
}

/// A document an earlier run made, as it wrote it down.
#[derive(Debug, Clone)]
pub struct Known {
    /// What it is.
    pub entry: Entry,
    /// Its lines of the trace; `None` when they are lost.
    pub rows: Option<Rows>,
    /// The waiting folder of the killed run that made it; `None` for one the manifest names.
    waits: Option<PathBuf>,
}

impl Known {
    /// Where it is found with the bytes its run wrote, for the folder it belongs to; `None` when it is gone or
    /// another one.
    pub fn found(&self, root: &Path) -> Option<Found> {
        if lies_in(root, &self.entry) {
            return Some(Found::InPlace);
        }
        self.waits.as_ref().filter(|waiting| lies_in(waiting, &self.entry)).cloned().map(Found::Waiting)
    }
}

/// Where a known document is found unchanged.
pub enum Found {
    /// In its place.
    InPlace,
    /// In the waiting folder of a killed run.
    Waiting(PathBuf),
}

/// Lines of a trace in a file.
#[derive(Debug, Clone)]
pub struct Rows {
    file: Arc<Path>,
    range: Range<u64>,
}

impl Rows {
    fn open(&self) -> io::Result<impl Read + use<>> {
        let mut file = File::open(&self.file)?;
        file.seek(SeekFrom::Start(self.range.start))?;
        Ok(file.take(self.range.end - self.range.start))
    }

    /// The lines.
    ///
    /// # Errors
    /// A file that cannot be read or is not UTF-8.
    pub fn text(&self) -> io::Result<String> {
        let mut text = String::new();
        self.open()?.read_to_string(&mut text)?;
        Ok(text)
    }
}

/// An output folder while a run works on it.
pub struct Folder {
    staged_folder: StagedFolder,
    papers: Papers,
    /// Whether this is one part of a split build, whose papers name its own files alone.
    is_part: bool,
    /// What the manifest names.
    earlier: BTreeMap<String, Known>,
    /// What killed runs had ready.
    left: BTreeMap<String, Vec<Known>>,
    /// Lines of earlier traces that several documents share, by name.
    inputs: BTreeMap<String, Rows>,
    /// The files of this run, with the lines of documents.
    made: BTreeMap<String, (Entry, Option<Rows>)>,
}

/// What it takes to finish a folder.
pub struct Closing<'a> {
    /// The edition.
    pub edition: &'a Edition,
    /// Hash over what the documents are made from.
    pub made_from: &'a str,
    /// The meeting its documents are for; `None` for a build.
    pub meeting: Option<Meeting>,
    /// What speaks of all the files; `None` where nothing does.
    pub beside: Option<&'a Beside<'a>>,
    /// The documents of this run.
    pub planned: BTreeSet<&'a str>,
    /// Whether they are all there should be.
    pub whole: bool,
    /// The lines of the trace they share, by name.
    pub inputs: BTreeMap<String, String>,
}

impl Folder {
    /// Opens a folder, making it when it is not there. What there is to say of earlier runs is added to `report`.
    ///
    /// # Errors
    /// A folder that cannot be made or written to.
    pub fn open(root: &Path, shard: Option<Shard>, report: &mut Report) -> Result<Self> {
        let staged_folder = StagedFolder::open(root)?;
        let mut folder = Self {
            staged_folder,
            papers: Papers::of(shard),
            is_part: shard.is_some(),
            earlier: BTreeMap::new(),
            left: BTreeMap::new(),
            inputs: BTreeMap::new(),
            made: BTreeMap::new(),
        };
        let abandoned: Vec<(PathBuf, PathBuf)> =
            folder.staged_folder.abandoned().map(|(waiting, journal)| (waiting.to_owned(), journal)).collect();
        for (waiting, journal) in abandoned {
            for known in journaled(&waiting, &journal) {
                folder.left.entry(known.entry.path.clone()).or_default().push(known);
            }
        }
        folder.remember(&Papers::of(None), report);
        if shard.is_some() {
            folder.remember(&Papers::of(shard), report);
        }
        Ok(folder)
    }

    /// Takes in what a manifest and its trace say. Returns the manifest; `None` when there is none that can be
    /// read.
    pub fn remember(&mut self, papers: &Papers, report: &mut Report) -> Option<Manifest> {
        let path = self.staged_folder.place_of(&papers.manifest);
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
                    .at(Place::file(&papers.manifest)),
                );
                return None;
            }
        };
        let mut documents = BTreeMap::new();
        match self.trace(&papers.trace, &manifest) {
            Ok(index) => {
                documents = index.documents;
                self.inputs.extend(index.inputs);
            }
            Err(problem) => report.push(*problem),
        }
        for entry in manifest.files.iter().filter(|entry| entry.path != papers.trace) {
            let known = Known { rows: documents.remove(&entry.path), entry: entry.clone(), waits: None };
            self.earlier.insert(entry.path.clone(), known);
        }
        Some(manifest)
    }

    /// Where the lines of documents stand in a trace, when it is the one a run wrote.
    fn trace(&self, name: &str, manifest: &Manifest) -> Result<Index, Box<Problem>> {
        let spoiled = |line: usize| {
            Box::new(
                Problem::warning("KB807", "the trace is not the one an earlier build wrote, and is replaced")
                    .at(Place { line: count(line), ..Place::file(name) })
                    .hint("documents it spoke of are made again"),
            )
        };
        let path = self.staged_folder.place_of(name);
        let hash = hash_of(&path).map_err(|_| spoiled(0))?;
        let of_manifest = manifest.files.iter().find(|entry| entry.path == name);
        let of_journals = self.left.get(name).into_iter().flatten().map(|known| &known.entry);
        if !of_manifest.into_iter().chain(of_journals).any(|entry| entry.sha256 == hash) {
            return Err(spoiled(0));
        }
        Index::of(&path).map_err(spoiled)
    }

    /// Whether earlier runs left nothing that could be kept.
    pub fn is_new(&self) -> bool {
        self.earlier.is_empty() && self.left.is_empty()
    }

    /// What earlier runs know of a document; the last one comes first.
    pub fn known(&self, path: &str) -> impl Iterator<Item = &Known> {
        self.left.get(path).into_iter().flatten().rev().chain(self.earlier.get(path))
    }

    /// What the manifest says of a document; `None` when it names none.
    pub fn named(&self, path: &str) -> Option<&Known> {
        self.earlier.get(path)
    }

    /// How a document of this run was asked for; `None` when there is none of this path.
    pub fn settings(&self, path: &str) -> Option<&Settings> {
        self.made.get(path)?.0.settings.as_ref()
    }

    /// The bytes of a file of this run.
    ///
    /// # Errors
    /// As [`StagedFolder::bytes`].
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        self.staged_folder.bytes(path)
    }

    /// Takes a file of this run back: it gets no place.
    pub fn withdraw(&mut self, path: &str) {
        self.staged_folder.withdraw(path);
        self.made.remove(path);
    }

    /// Leaves a document as it stands.
    pub fn stand(&mut self, known: Known) {
        self.made.insert(known.entry.path.clone(), (known.entry, known.rows));
    }

    /// Whether a file stands in its place with the bytes its entry names.
    pub fn stands(&self, entry: &Entry) -> bool {
        lies_in(&self.staged_folder.place_of(""), entry)
    }

    /// Lays a file ready that the manifest is not to name.
    ///
    /// # Errors
    /// As [`StagedFolder::stage`].
    pub fn lay(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.staged_folder.stage(path, bytes)
    }

    /// Lays a file ready that is no document.
    ///
    /// # Errors
    /// As [`StagedFolder::stage`].
    pub fn put(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.staged_folder.stage(path, bytes)?;
        self.made.insert(path.to_owned(), (Entry::plain(path, bytes), None));
        Ok(())
    }

    /// Lays a document ready, with its lines of the trace.
    ///
    /// # Errors
    /// As [`StagedFolder::stage`].
    pub fn take(&mut self, entry: Entry, pdf: &[u8], rows: &str) -> Result<()> {
        self.staged_folder.stage(&entry.path, pdf)?;
        self.enter(entry, rows)
    }

    /// Keeps a document of an earlier run.
    ///
    /// # Errors
    /// As [`StagedFolder::adopt`].
    pub fn keep(&mut self, entry: Entry, found: &Found, rows: &str) -> Result<()> {
        if let Found::Waiting(folder) = found {
            self.staged_folder.adopt(&entry.path, folder)?;
        }
        self.enter(entry, rows)
    }

    fn enter(&mut self, entry: Entry, rows: &str) -> Result<()> {
        let line = serde_json::to_string(&entry).expect("an entry can be written");
        let noted = self.staged_folder.note(&format!("{rows}{line}\n"))?;
        let range = noted.start..noted.start + rows.len() as u64;
        let rows = Rows { file: Arc::from(self.staged_folder.journal()), range };
        self.made.insert(entry.path.clone(), (entry, Some(rows)));
        Ok(())
    }

    /// Puts all files in their places, then the papers about those that took theirs. A partial run keeps the
    /// entries of files that still stand; a whole one names what an earlier run left behind.
    ///
    /// # Errors
    /// A disk that does not take the papers.
    pub fn finish(mut self, closing: Closing<'_>) -> Result<Report> {
        let Closing { edition, made_from, meeting, beside, planned, whole, inputs } = closing;
        let (left, mut report) = self.staged_folder.place();
        for path in &left {
            self.made.remove(path);
        }
        for (path, known) in std::mem::take(&mut self.earlier) {
            let made_again = self.made.contains_key(&path) || BESIDE.contains(&path.as_str());
            if made_again || !self.staged_folder.holds(&path) {
                continue;
            }
            // A document of this run that failed leaves the earlier one standing, with its entry.
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
        let other = |entry: &Entry| entry.made_from.as_deref().is_some_and(|of| of != made_from);
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
        if let Some(beside) = beside {
            let entries: Vec<Entry> = self.made.values().map(|(entry, _)| entry.clone()).collect();
            for (path, text) in beside.files(&entries) {
                self.put(path, text.as_bytes())?;
            }
        }
        report.extend(self.staged_folder.place().1);
        let manifest = Manifest {
            program: PROGRAM.to_owned(),
            edition: edition.key.clone(),
            stand: edition.stand.iso(),
            meeting,
            files: self.made.into_values().map(|(entry, _)| entry).collect(),
        };
        let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest can be written");
        text.push('\n');
        self.staged_folder.stage(&self.papers.manifest, text.as_bytes())?;
        report.extend(self.staged_folder.place().1);
        Ok(report)
    }

    /// Lays the trace ready: shared inputs first, then the documents in the order of their paths.
    fn write_trace(&mut self, mut inputs: BTreeMap<String, String>) -> Result<()> {
        let name = self.papers.trace.clone();
        let of_documents: Vec<Rows> = self.made.values().filter_map(|(_, rows)| rows.clone()).collect();
        let ours = self.staged_folder.journal();
        let unreadable = |error: io::Error| -> Report {
            Problem::error("KB801", format!("the trace of an earlier build cannot be read: {error}"))
                .at(Place::file(&name))
                .hint("build everything again with --force")
                .into()
        };
        // Documents of earlier runs bring the inputs their lines name.
        for rows in of_documents.iter().filter(|rows| *rows.file != *ours) {
            for row in rows.text().map_err(unreadable)?.lines() {
                let Some(shared) = serde_json::from_str::<Head<'_>>(row).ok().and_then(|line| line.inputs) else {
                    continue;
                };
                if let Some(line) = self.inputs.get(&shared).filter(|_| !inputs.contains_key(&shared)) {
                    inputs.insert(shared, line.text().map_err(unreadable)?);
                }
            }
        }
        let mut hashed = Hashed::default();
        self.staged_folder.stage_with(&name, |file| {
            for line in inputs.values() {
                hashed.write(file, line.as_bytes())?;
            }
            for rows in &of_documents {
                hashed.write(file, rows.text()?.as_bytes())?;
            }
            Ok(())
        })?;
        let entry = Entry { sha256: hex(&hashed.hash.finalize()), bytes: hashed.bytes, ..Entry::plain(&name, b"") };
        self.staged_folder.note(&(serde_json::to_string(&entry).expect("an entry can be written") + "\n"))?;
        self.made.insert(name, (entry, None));
        Ok(())
    }
}

/// What was written so far.
#[derive(Default)]
struct Hashed {
    hash: Sha256,
    bytes: usize,
}

impl Hashed {
    fn write(&mut self, file: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len();
        file.write_all(bytes)
    }
}

/// Whether a folder holds a file with the bytes its entry names.
fn lies_in(folder: &Path, entry: &Entry) -> bool {
    hash_of(&folder.join(&entry.path)).is_ok_and(|hash| hash == entry.sha256)
}

fn hash_of(path: &Path) -> io::Result<String> {
    Ok(sha256(&std::fs::read(path)?))
}

/// What of a line says whose it is.
#[derive(Deserialize)]
struct Head<'a> {
    /// The document; `None` for a line that several share.
    #[serde(borrow)]
    file: Option<Cow<'a, str>>,
    /// The shared inputs it names, or is.
    inputs: Option<String>,
}

/// Where in a trace the lines of documents stand, and those several share.
#[derive(Default)]
struct Index {
    documents: BTreeMap<String, Rows>,
    inputs: BTreeMap<String, Rows>,
}

impl Index {
    /// The index of a file.
    ///
    /// # Errors
    /// The number of a line that cannot be read.
    fn of(path: &Path) -> Result<Self, usize> {
        let file: Arc<Path> = Arc::from(path);
        let mut index = Self::default();
        let (mut text, mut at) = (String::new(), 0);
        let mut lines = BufReader::new(File::open(path).map_err(|_| 0_usize)?);
        for number in 1.. {
            text.clear();
            let read = lines.read_line(&mut text).map_err(|_| number)?;
            if read == 0 {
                break;
            }
            let range = at..at + read as u64;
            at = range.end;
            match serde_json::from_str::<Head<'_>>(&text).map_err(|_| number)? {
                Head { file: Some(document), .. } => {
                    if let Some(rows) = index.documents.get_mut(document.as_ref()) {
                        rows.range.end = range.end;
                    } else {
                        index.documents.insert(document.into_owned(), Rows { file: Arc::clone(&file), range });
                    }
                }
                Head { inputs: Some(name), .. } => {
                    index.inputs.insert(name, Rows { file: Arc::clone(&file), range });
                }
                Head { .. } => return Err(number),
            }
        }
        Ok(index)
    }
}

/// The documents a killed run had ready: in its journal each one's lines of the trace stand before its entry.
/// What it wrote last may be broken off.
fn journaled(waiting: &Path, journal: &Path) -> Vec<Known> {
    let Ok(file) = File::open(journal) else { return Vec::new() };
    let journal: Arc<Path> = Arc::from(journal);
    let mut known = Vec::new();
    let (mut text, mut at, mut start) = (String::new(), 0, 0);
    let mut lines = BufReader::new(file);
    while let Ok(read @ 1..) = lines.read_line(&mut text) {
        at += read as u64;
        if let Ok(entry) = serde_json::from_str::<Entry>(&text) {
            let rows = Some(Rows { file: Arc::clone(&journal), range: start..at - read as u64 });
            known.push(Known { entry, rows, waits: Some(waiting.to_owned()) });
            start = at;
        }
        text.clear();
    }
    known
}
