//! Merges the manifests and traces of the parts of a split build into those of the whole folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::diag::{Place, Problem, Report, Result, counted};
use crate::model::Shard;

use super::edition::OpenEdition;
use super::folder::{Closing, OutputFolder};
use super::manifest::{FileEntry, Manifest, ManifestPaths, PROGRAM};
use super::outcome::Outcome;
use super::side_files::SideFiles;

/// Merges the parts of a build below `out`.
///
/// # Errors
/// Missing parts, parts of several builds, parts made from other data or by another program, and files that changed
/// since their part was made.
pub fn merge(edition: &OpenEdition, out: &Path) -> Result<Outcome> {
    let mut report = edition.opening_warnings();
    let of_edition = &edition.data().edition;
    let made_from = edition.made_from();
    let root = out.join(&of_edition.key);
    let shards = shards(&root)?;
    let mut folder = OutputFolder::open(&root, None, &mut report)?;
    let mut problems = Report::new();
    let mut parts: BTreeMap<String, Shard> = BTreeMap::new();
    for shard in &shards {
        let paths = ManifestPaths::of(Some(*shard));
        let mut unreadable = Report::new();
        let manifest = folder.remember(&paths, &mut unreadable);
        for problem in unreadable.problems() {
            let mut fault = Problem::error("KB810", &*problem.message).hint(build_again(*shard));
            fault.place.clone_from(&problem.place);
            problems.push(fault);
        }
        let Some(manifest) = manifest else { continue };
        problems.extend(faults(&manifest, *shard, &made_from, &folder));
        for entry in manifest.files.into_iter().filter(|entry| entry.path != paths.trace()) {
            if let Some(other) = parts.insert(entry.path.clone(), *shard) {
                problems.push(
                    Problem::error("KB810", format!("the parts {other} and {shard} both made this file"))
                        .at(Place::file(&entry.path))
                        .hint("build all parts with the same selection and options"),
                );
            }
        }
    }
    if problems.has_errors() {
        report.extend(problems);
        return Err(report);
    }
    let planned: BTreeSet<&str> = parts.keys().map(String::as_str).collect();
    let files = planned.len();
    let of_all = edition.facts();
    let side_files = SideFiles::open(edition.assets(), &edition.user_templates()?, &of_all, edition.numbers())?;
    let closing = Closing {
        edition: of_edition,
        made_from: &made_from,
        meeting: None,
        side_files: Some(&side_files),
        planned,
        whole: false,
        inputs: BTreeMap::new(),
    };
    report.extend(folder.finish(closing)?);
    let summary =
        format!("{} of {} merged in {}", counted(files, "file"), counted(shards.len(), "part"), root.display());
    Ok(Outcome::made(summary, report))
}

/// Returns the parts whose manifests are in a folder: all parts of one split build.
fn shards(root: &Path) -> Result<Vec<Shard>> {
    let names = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut found: BTreeMap<usize, BTreeSet<Shard>> = BTreeMap::new();
    for shard in names.filter_map(|name| ManifestPaths::shard(&name.to_string_lossy())) {
        found.entry(shard.of).or_default().insert(shard);
    }
    let at = Place::file(&root.display().to_string());
    let (of, parts) = match found.len() {
        1 => found.pop_first().unwrap_or_default(),
        0 => {
            return Err(Problem::error("KB809", "there are no parts to merge")
                .at(at)
                .hint("build them with --shard 1/4 to --shard 4/4, into the same --out folder")
                .into());
        }
        _ => {
            let kinds: Vec<String> = found.keys().map(|of| format!("*-of-{of}")).collect();
            return Err(Problem::error("KB809", format!("there are parts of several builds: {}", kinds.join(", ")))
                .at(at)
                .hint("delete the manifests and traces of those that are no longer needed")
                .into());
        }
    };
    let missing: Vec<String> = (1..=of)
        .map(|part| Shard { part, of })
        .filter(|shard| !parts.contains(shard))
        .map(|shard| format!("{}/{}", shard.part, shard.of))
        .collect();
    if missing.is_empty() {
        return Ok(parts.into_iter().collect());
    }
    Err(Problem::error("KB809", format!("of {of} parts {} are missing: {}", missing.len(), missing.join(", ")))
        .at(at)
        .hint("build each with --shard, and lay all into one folder")
        .into())
}

/// Returns the reasons why a part cannot be merged: another program, other data, or missing files.
fn faults(manifest: &Manifest, shard: Shard, made_from: &str, folder: &OutputFolder) -> Report {
    let mut report = Report::new();
    let mut fault =
        |message: String, at: Place| report.push(Problem::error("KB810", message).at(at).hint(build_again(shard)));
    let paths = ManifestPaths::of(Some(shard));
    let whole = || Place::file(paths.manifest());
    if manifest.program != PROGRAM {
        fault(format!("part {shard} was made by {}, this is {PROGRAM}", manifest.program), whole());
    }
    let other = |entry: &FileEntry| entry.made_from.as_deref().is_some_and(|of| of != made_from);
    if manifest.files.iter().any(other) {
        fault(format!("part {shard} was made from other data or templates"), whole());
    }
    for entry in manifest.files.iter().filter(|entry| !folder.is_unchanged(entry)) {
        fault("the file is not the one its part wrote, or not there".to_owned(), Place::file(&entry.path));
    }
    report
}

fn build_again(shard: Shard) -> String {
    format!("build it again with --shard {}/{}", shard.part, shard.of)
}
