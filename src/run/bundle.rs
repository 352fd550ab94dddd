//! The annexes of a meeting. Each fact sheet is set alone first, to find its tightness. Then all fact sheets are set as
//! one document; its tags and links are valid because no PDFs are merged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::council::OPARL;
use crate::diag::Result;
use crate::documents::{Document, Settings, of_meeting};
use crate::model::{Meeting, Profile};

use super::edition::OpenEdition;
use super::folder::{Closing, OutputFolder};
use super::options::WorkerOptions;
use super::outcome::Outcome;
use super::plan::RunPlan;
use super::problems::grouped;
use super::production::{Production, Tally};
use super::progress::Progress;
use super::side_files;

/// The options of a bundle.
#[derive(Debug, Clone, Copy, Default)]
pub struct BundleOptions {
    /// Whether each annex is also written as a file, and all annexes as an archive.
    pub split: bool,
    /// The purpose of the PDFs.
    pub profile: Profile,
    /// The workers.
    pub workers: WorkerOptions,
}

/// Makes the annexes of a meeting in a folder below `out`. `report` contains the problems found before.
///
/// # Errors
/// An annex that cannot be made: a bundle must be complete. Also the errors of [`build`](super::build()).
pub fn bundle(
    edition: &OpenEdition,
    mut meeting: Meeting,
    options: BundleOptions,
    out: &Path,
    mut report: crate::diag::Report,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let data = edition.data();
    let made_from = edition.made_from();
    let annexes = plan(edition, &meeting, options, out, of_meeting::annexes(&meeting, data)?);
    let of_all = edition.facts();
    let of_scope = edition.facts_of(&annexes.scope);
    let make = |meeting: &Meeting, plan: &RunPlan, folder: OutputFolder, tally: &mut Tally| {
        let production = Production {
            edition,
            of_all: &of_all,
            of_scope: &of_scope,
            made_from: &made_from,
            meeting: Some(meeting),
            workers: options.workers,
            progress,
        };
        production.make(plan, (0..plan.documents.len()).collect(), folder, tally)
    };
    let mut tally = Tally::default();
    let folder = OutputFolder::open(&annexes.folder, None, &mut report)?;
    let (mut folder, mut inputs) = make(&meeting, &annexes, folder, &mut tally)?;
    if tally.problems.has_errors() {
        report.extend(grouped(tally.problems));
        return Err(report);
    }
    let mut files = BTreeMap::new();
    for (document, annex) in annexes.documents.iter().zip(&mut meeting.annexes) {
        annex.tightness = folder.settings(&document.path).map_or(0, |settings| settings.tightness);
        if options.split {
            files.insert(document.path.clone(), folder.bytes(&document.path)?);
        } else {
            folder.withdraw(&document.path);
        }
    }
    let mut tally = if options.split { tally } else { Tally::default() };
    let whole = plan(edition, &meeting, options, out, vec![of_meeting::whole(&meeting)]);
    let (mut folder, more) = make(&meeting, &whole, folder, &mut tally)?;
    inputs.extend(more);
    report.extend(grouped(std::mem::take(&mut tally.problems)));
    if !report.has_errors() {
        let path = &whole.documents[0].path;
        files.insert(path.clone(), folder.bytes(path)?);
        for (path, bytes) in side_files::of_meeting(&meeting, data, options.profile == Profile::Draft, &files)? {
            folder.stage_file(&path, &bytes)?;
        }
    }
    let archive = of_meeting::archive(&meeting);
    let mut planned: BTreeSet<&str> = whole.documents.iter().map(|document| document.path.as_str()).collect();
    planned.insert(OPARL);
    if options.split {
        planned.extend(annexes.documents.iter().map(|document| document.path.as_str()).chain([archive.as_str()]));
    }
    let closing = Closing {
        edition: &data.edition,
        made_from: &made_from,
        planned,
        meeting: Some(meeting.clone()),
        side_files: None,
        whole: true,
        inputs,
    };
    report.extend(folder.finish(closing)?);
    let asked = if options.split { annexes.documents.len() + 1 } else { 1 };
    let summary = format!("{} for TOP {}", tally.summary(asked, &whole.folder, &report), meeting.top);
    Ok(Outcome::made(summary, report))
}

/// Plans documents of a meeting and their folder.
fn plan(
    edition: &OpenEdition,
    meeting: &Meeting,
    options: BundleOptions,
    out: &Path,
    documents: Vec<Document>,
) -> RunPlan {
    let data = edition.data();
    let folder = of_meeting::folder(meeting);
    let is_annex = |k: &usize| meeting.annexes.iter().any(|annex| annex.ags == data.kommunen[*k].ags.value);
    RunPlan {
        series: format!("{}/{}", data.edition.key, folder.display()),
        folder: out.join(&data.edition.key).join(folder),
        shard: None,
        force: false,
        settings: Settings { profile: options.profile, ..Settings::default() },
        emit_typst: false,
        documents,
        scope: edition.everyone().into_iter().filter(is_annex).collect(),
    }
}
