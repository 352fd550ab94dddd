//! `kreisblatt merge-manifests`: the manifests and traces of the parts of a split build become those of the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::args::{MergeManifests, Shard};
use crate::derive::derive;
use crate::diag::{Place, Problem, Report, Result};
use crate::german::Numbers;

use super::beside::Beside;
use super::folder::{Closing, Folder, Papers};
use super::manifest::{self, Entry, Manifest, PROGRAM};
use super::{Kitchen, Outcome, everyone};

/// `kreisblatt merge-manifests`.
pub fn merge(args: &MergeManifests, kitchen: Kitchen<'_>) -> Result<Outcome> {
    let Kitchen { assets, checked, warnings: mut report } = kitchen;
    let edition = &checked.data().edition;
    let made_from = manifest::made_from(assets, edition);
    let root = args.folder.join(&edition.key);
    let shards = shards(&root)?;
    let mut folder = Folder::open(&root, None, &mut report)?;
    let mut problems = Report::new();
    let mut parts: BTreeMap<String, Shard> = BTreeMap::new();
    for shard in &shards {
        let papers = Papers::of(Some(*shard));
        let mut unreadable = Report::new();
        let manifest = folder.remember(&papers, &mut unreadable);
        for problem in unreadable.problems() {
            let mut fault = Problem::error("KB810", &*problem.message).hint(again(*shard));
            fault.place.clone_from(&problem.place);
            problems.push(fault);
        }
        let Some(manifest) = manifest else { continue };
        problems.extend(faults(&manifest, *shard, &made_from, &folder));
        for entry in manifest.files.into_iter().filter(|entry| entry.path != papers.trace()) {
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
    let of_all = derive(&checked, &everyone(&checked));
    let numbers = Numbers::new(edition.numbers);
    let beside = Beside::open(assets, &super::own(assets)?, &of_all, &numbers)?;
    let closing = Closing {
        edition,
        made_from: &made_from,
        meeting: None,
        beside: Some(&beside),
        planned,
        whole: false,
        inputs: BTreeMap::new(),
    };
    report.extend(folder.finish(closing)?);
    let summary = format!("{files} files of {} parts merged in {}", shards.len(), root.display());
    Ok(Outcome { output: String::new(), report, summary })
}

/// The parts whose manifests lie in a folder: all of one split build.
fn shards(root: &Path) -> Result<Vec<Shard>> {
    let names = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut found: BTreeMap<usize, BTreeSet<Shard>> = BTreeMap::new();
    for shard in names.filter_map(|name| Papers::shard(&name.to_string_lossy())) {
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

/// What keeps a part from being merged: another program or other data, and files that are not there.
fn faults(manifest: &Manifest, shard: Shard, made_from: &str, folder: &Folder) -> Report {
    let mut report = Report::new();
    let mut fault =
        |message: String, at: Place| report.push(Problem::error("KB810", message).at(at).hint(again(shard)));
    let papers = Papers::of(Some(shard));
    let whole = || Place::file(papers.manifest());
    if manifest.program != PROGRAM {
        fault(format!("part {shard} was made by {}, this is {PROGRAM}", manifest.program), whole());
    }
    let other = |entry: &Entry| entry.made_from.as_deref().is_some_and(|of| of != made_from);
    if manifest.files.iter().any(other) {
        fault(format!("part {shard} was made from other data or templates"), whole());
    }
    for entry in manifest.files.iter().filter(|entry| !folder.stands(entry)) {
        fault("the file is not the one its part wrote, or not there".to_owned(), Place::file(&entry.path));
    }
    report
}

fn again(shard: Shard) -> String {
    format!("build it again with --shard {}/{}", shard.part, shard.of)
}
