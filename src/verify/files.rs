//! Checks every file of the manifest: it must exist and be unchanged, and its pages must match the trace. Also finds
//! files that are not in the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rayon::prelude::*;

use crate::digest::sha256;
use crate::documents;
use crate::pdf::{PdfReading, read};
use crate::run::FileEntry;
use crate::trace::TraceLine;

use super::compare::compare;
use super::deviation::{Deviation, of_file};
use super::folder::BuiltFolder;

/// Reads every file of the manifest and compares its pages with the trace. Returns the content of each PDF; deviations
/// are added to `deviations`.
pub fn read_files(folder: &BuiltFolder, deviations: &mut Vec<Deviation>) -> BTreeMap<String, PdfReading> {
    let entries = &folder.manifest.files;
    let looked_at: Vec<(Vec<Deviation>, Option<PdfReading>)> =
        entries.par_iter().map(|entry| read_file(folder, entry)).collect();
    let mut readings = BTreeMap::new();
    for (entry, (found, reading)) in entries.iter().zip(looked_at) {
        deviations.extend(found);
        readings.extend(reading.map(|reading| (entry.path.clone(), reading)));
    }
    readings
}

fn read_file(folder: &BuiltFolder, entry: &FileEntry) -> (Vec<Deviation>, Option<PdfReading>) {
    let mut found = Vec::new();
    let bytes = match fs::read(folder.path.join(&entry.path)) {
        Ok(bytes) => bytes,
        Err(error) => {
            found.push(of_file("KB410", &entry.path, &format!("the file cannot be read: {error}")));
            return (found, None);
        }
    };
    let hash = sha256(&bytes);
    if hash != entry.sha256 {
        let same = folder.manifest.files.iter().find(|other| other.sha256 == hash);
        let what = match same {
            Some(other) => format!("the file has the content of {}", other.path),
            None => "the file is not the one the build wrote".to_owned(),
        };
        let mut changed = of_file("KB411", &entry.path, &what);
        (changed.expected, changed.found) = (Some(entry.sha256.clone()), Some(hash));
        found.push(changed);
    }
    if !entry.path.ends_with(".pdf") {
        return (found, None);
    }
    match read(&bytes) {
        Ok(reading) => {
            let lines: Vec<&TraceLine> = folder.lines_of(&entry.path).iter().collect();
            found.extend(compare(&entry.path, &reading, &lines));
            (found, Some(reading))
        }
        Err(error) => {
            found.push(of_file("KB411", &entry.path, &format!("the PDF cannot be read: {error}")));
            (found, None)
        }
    }
}

/// Returns the documents of the trace that are not in the manifest.
pub fn unnamed_in_trace(folder: &BuiltFolder) -> impl Iterator<Item = Deviation> {
    let is_named = |file: &String| folder.manifest.files.iter().any(|entry| entry.path == *file);
    let unnamed = folder.trace.keys().filter(move |file| !is_named(file));
    unnamed.map(|file| {
        of_file("KB411", crate::run::TRACE, &format!("it speaks of {file}, which the manifest does not name"))
    })
}

/// Returns PDFs in the folders of the manifest that are not in the manifest: they look like documents of this program,
/// but nothing guarantees their content.
pub fn unnamed_files(folder: &BuiltFolder) -> Vec<Deviation> {
    let mut found = Vec::new();
    let files = &folder.manifest.files;
    let folders = files.iter().filter_map(|entry| Some(entry.path[..=entry.path.rfind('/')?].to_owned()));
    let of_kinds = documents::ALL.iter().map(|kind| format!("{}/", kind.name));
    for prefix in folders.chain(of_kinds).chain([String::new()]).collect::<BTreeSet<_>>() {
        for entry in fs::read_dir(folder.path.join(&prefix)).into_iter().flatten().flatten() {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if path.ends_with(".pdf") && !files.iter().any(|entry| entry.path == path) {
                found.push(of_file("KB417", &path, "the manifest does not name this file"));
            }
        }
    }
    found
}
