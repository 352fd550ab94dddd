//! Composes every document again from the data and compares it with the trace; also its tables, its attachments, and
//! the files that list all other files.

use std::collections::BTreeMap;
use std::fs;

use rayon::prelude::*;

use crate::compose::ComposedDocument;
use crate::derive::Facts;
use crate::diag::Result;
use crate::digest::sha256;
use crate::documents::{Document, Settings, Sources, of_edition, of_manifest, of_meeting};
use crate::pdf::PdfReading;
use crate::run::{self, CellNames, FileEntry, Manifest, OpenEdition, PROGRAM, SideFiles, TracedTexts, is_draft};

use super::cells::TextsNow;
use super::deviation::{Deviation, of_file};
use super::folder::BuiltFolder;
use super::numbers::numbers_now;

/// The time limit for composing a document, in seconds.
const SECONDS: u64 = 30;

/// Compares a folder with the documents made from the data now. `readings` are the contents of its PDFs.
///
/// # Errors
/// Templates that cannot be used, and documents that cannot be composed.
pub fn against_data(
    edition: &OpenEdition,
    folder: &BuiltFolder,
    readings: &BTreeMap<String, PdfReading>,
) -> Result<Vec<Deviation>> {
    let composer = edition.composer(SECONDS)?;
    let data = edition.data();
    let (of_all, numbers) = (edition.facts(), edition.numbers());
    let manifest = &folder.manifest;
    let meeting = manifest.meeting.as_ref();
    let user = edition.user_templates()?;
    let known = match meeting {
        Some(meeting) => of_meeting::annexes(meeting, data)?.into_iter().chain([of_meeting::whole(meeting)]).collect(),
        None => of_edition(data, &user),
    };
    let known: BTreeMap<String, Document> = known.into_iter().map(|d| (d.path.clone(), d)).collect();
    // One set of facts for each selection of the documents.
    let mut scopes: BTreeMap<&Vec<String>, Facts<'_>> = BTreeMap::new();
    for selection in manifest.files.iter().filter_map(|entry| entry.settings.as_ref()?.selection.as_ref()) {
        let mut scope = edition.everyone();
        scope.retain(|k| selection.contains(&data.kommunen[*k].ags.value));
        scopes.entry(selection).or_insert_with(|| edition.facts_of(&scope));
    }
    let scope_of = |settings: &Settings| settings.selection.as_ref().map_or(&of_all, |selection| &scopes[selection]);
    let texts = TracedTexts::of(data);
    let cells = CellNames::new(edition.prepared_assets());
    let texts = TextsNow::new(&texts, &cells);
    let verified: Vec<Result<Vec<Deviation>>> = manifest
        .files
        .par_iter()
        .map(|entry| {
            let Some(settings) = &entry.settings else { return Ok(Vec::new()) };
            let traced = folder.lines_of(&entry.path);
            let mut found = texts.deviations(&entry.path, traced);
            let Some(document) = known.get(&entry.path).cloned().or_else(|| of_manifest(&entry.path, settings, data))
            else {
                found.push(of_file("KB414", &entry.path, "the data has no such document any more"));
                return Ok(found);
            };
            let sources = Sources { data, of_all: &of_all, of_scope: scope_of(settings), numbers, meeting };
            let composed = sources.compose(&composer, &document, settings, settings.tightness)?;
            found.extend(numbers_now(entry, &composed, traced, &cells));
            if entry.inputs.as_deref() != Some(composed.inputs.as_str()) && found.is_empty() {
                found.push(other_text(entry, manifest, &composed));
            }
            if let Some(reading) = readings.get(&entry.path) {
                found.extend(attachments(&sources, &document, settings, reading));
            }
            found.extend(table(&sources, &document, settings, manifest));
            Ok(found)
        })
        .collect();
    let mut deviations = Vec::new();
    for found in verified {
        deviations.extend(found?);
    }
    let side_files: Vec<(String, Vec<u8>)> = match meeting {
        Some(meeting) => {
            let documents = manifest.files.iter().filter(|entry| entry.path.ends_with(".pdf"));
            let bytes = |entry: &FileEntry| Some((entry.path.clone(), fs::read(folder.path.join(&entry.path)).ok()?));
            let draft = manifest.files.iter().any(is_draft);
            run::side_files_of_meeting(meeting, data, draft, &documents.filter_map(bytes).collect())?
        }
        None => {
            let files = SideFiles::open(edition.assets(), &user, &of_all, numbers)?.files(&manifest.files);
            files.map(|(path, text)| (path.to_owned(), text.into_bytes())).into()
        }
    };
    deviations.extend(compared(folder, side_files));
    Ok(deviations)
}

/// Compares the files that list the others with the files made from data and manifest now.
fn compared(folder: &BuiltFolder, side_files: Vec<(String, Vec<u8>)>) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    for (path, now) in side_files {
        let listed = folder.manifest.files.iter().any(|entry| entry.path == path);
        // A file that cannot be read is already reported.
        let Some(found) = listed.then(|| fs::read(folder.path.join(&path)).ok()).flatten() else { continue };
        if found != now {
            let difference = match std::str::from_utf8(&now) {
                Ok(now) => format!("data and manifest: {}", first_difference(now, &found)),
                Err(_) => "the files it was made from".to_owned(),
            };
            deviations.push(of_file("KB416", &path, &format!("it says other than {difference}")));
        }
    }
    deviations
}

/// A deviation: all numbers agree, but the text is different.
fn other_text(entry: &FileEntry, manifest: &Manifest, composed: &ComposedDocument) -> Deviation {
    let what = if manifest.program == PROGRAM {
        "the data, a template, the look or a font has changed since the build: another Kennung comes of it".to_owned()
    } else {
        format!("made by {}, this is {PROGRAM}: another Kennung comes of it", manifest.program)
    };
    let mut deviation = of_file("KB415", &entry.path, &what);
    (deviation.expected, deviation.found) = (Some(composed.kennung.clone()), entry.kennung.clone());
    deviation
}

/// Compares the attachments of a PDF of the profile `daten` with the data.
fn attachments(
    sources: &Sources<'_>,
    document: &Document,
    settings: &Settings,
    reading: &PdfReading,
) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    for wanted in sources.attachments(document, settings) {
        let found = reading.attachments.iter().find(|(name, _)| *name == wanted.name);
        let what = match found {
            Some((_, bytes)) if bytes == wanted.content.as_bytes() => continue,
            Some((_, bytes)) => format!(
                "the attached {} says other than the data: {}",
                wanted.name,
                first_difference(&wanted.content, bytes)
            ),
            None => format!("the attached {} is not there", wanted.name),
        };
        deviations.push(of_file("KB416", &document.path, &what));
    }
    deviations
}

/// Compares the table beside a document with the data.
fn table(sources: &Sources<'_>, document: &Document, settings: &Settings, manifest: &Manifest) -> Option<Deviation> {
    let (path, csv) = sources.table_beside(document, settings)?;
    let entry = manifest.files.iter().find(|entry| entry.path == path)?;
    let now = sha256(csv.as_bytes());
    (now != entry.sha256).then(|| {
        let mut deviation = of_file("KB416", &entry.path, "the table says other than the data");
        (deviation.expected, deviation.found) = (Some(now), Some(entry.sha256.clone()));
        deviation
    })
}

/// The number of characters shown before the first difference of two lines.
const BEFORE: usize = 20;

fn first_difference(expected: &str, found: &[u8]) -> String {
    let found = String::from_utf8_lossy(found);
    let differ = expected.lines().zip(found.lines()).enumerate().find(|(_, (a, b))| a != b);
    let Some((at, (a, b))) = differ else { return "it ends elsewhere".to_owned() };
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let around = |line: &str| {
        let from: String = line.chars().skip(same.saturating_sub(BEFORE)).collect();
        crate::diag::shown(&from)
    };
    format!("line {} has `{}`, expected `{}`", at + 1, around(b), around(a))
}
