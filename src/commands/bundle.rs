//! `kreisblatt bundle`: fact sheets as annexes of an agenda item.

use crate::args::Bundle;
use crate::diag::{Report, Result};
use crate::load;
use crate::model::{Meeting, MeetingFile};
use crate::plan;
use crate::run::{self, BundleOptions, OpenEdition, Outcome, Progress};

use super::with_edition::with_edition;

/// The name of the meeting's file among the assets.
const MEETING: &str = "sitzung.toml";

/// `kreisblatt bundle`.
pub fn bundle(args: &Bundle, progress: &dyn Progress) -> Outcome {
    with_edition(&args.project, |edition| {
        let mut report = edition.opening_warnings();
        plan::reject_out_inside_inputs(args.project.with.as_deref(), &args.out)?;
        let meeting = meeting(args, edition, &mut report)?;
        let options = BundleOptions { split: args.split, profile: args.profile, workers: plan::workers(args.workers) };
        run::bundle(edition, meeting, options, &args.out, report, progress)
    })
}

/// The meeting that the options and their file describe.
fn meeting(args: &Bundle, edition: &OpenEdition, report: &mut Report) -> Result<Meeting> {
    let Some(path) = &args.meeting else {
        return plan::meeting(args, &MeetingFile::default(), edition.data(), report);
    };
    let mut assets = edition.assets().clone();
    assets.add_from_disk(MEETING, path)?;
    let mut found = Report::new();
    let meeting = load::meeting(&assets, MEETING)
        .and_then(|file| plan::meeting(args, &file, edition.data(), &mut found))
        .map_err(|problems| problems.with_excerpts(|shown| assets.source(shown)));
    report.extend(found.with_excerpts(|shown| assets.source(shown)));
    meeting
}
