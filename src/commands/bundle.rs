//! `kreisblatt bundle`: fact sheets as annexes of an agenda item. Each is set alone first, which tells how tight it must
//! be; then all of them as one document, whose tags and links hold because nothing is merged.

use std::collections::{BTreeMap, BTreeSet};

use crate::args::{self, Profile};
use crate::compose::PreparedAssets;
use crate::council::OPARL;
use crate::derive::derive;
use crate::diag::Result;
use crate::load;
use crate::model::{Data, Meeting, MeetingFile};
use crate::plan::{self, Document, Plan};

use super::beside;
use super::folder::{Closing, Folder};
use super::manifest;
use super::press::{Done, Press, grouped};
use super::{Kitchen, Outcome, Progress, everyone};

/// Where the file of a meeting lies in the assets.
const MEETING: &str = "sitzung.toml";

/// `kreisblatt bundle`.
pub fn bundle(args: &args::Bundle, kitchen: Kitchen<'_>, progress: &dyn Progress) -> Result<Outcome> {
    let Kitchen { assets, checked, warnings: mut report } = kitchen;
    let data = checked.data();
    plan::apart(args.from.with.as_deref(), &args.out)?;
    let file = match &args.meeting {
        Some(path) => {
            assets.add_from_disk(MEETING, path)?;
            load::meeting(assets, MEETING)?
        }
        None => MeetingFile::default(),
    };
    let mut meeting = plan::meeting(args, &file, data, &mut report)?;
    let made_from = manifest::made_from(assets, &data.edition);
    let prepared = PreparedAssets::new(assets.clone(), data);
    *assets = prepared.assets().clone();
    let assets = &prepared;
    let annexes = plan(args, &meeting, data, plan::annexes(&meeting, data)?)?;
    let of_all = derive(&checked, &everyone(&checked));
    let of_scope = derive(&checked, &annexes.scope);
    let press = |meeting: &Meeting, plan: &Plan, folder: Folder, done: &mut Done| {
        let press = Press {
            assets,
            checked: &checked,
            of_all: &of_all,
            of_scope: &of_scope,
            made_from: &made_from,
            meeting: Some(meeting),
            workers: args.workers,
            progress,
        };
        press.make(plan, (0..plan.documents.len()).collect(), folder, done)
    };
    let mut done = Done::default();
    let folder = Folder::open(&annexes.folder, None, &mut report)?;
    let (mut folder, mut inputs) = press(&meeting, &annexes, folder, &mut done)?;
    if done.problems.has_errors() {
        report.extend(grouped(done.problems));
        return Err(report); // Without one of its annexes it is no bundle.
    }
    let mut files = BTreeMap::new();
    for (document, annex) in annexes.documents.iter().zip(&mut meeting.annexes) {
        annex.tightness = folder.settings(&document.path).map_or(0, |settings| settings.tightness);
        if args.split {
            files.insert(document.path.clone(), folder.bytes(&document.path)?);
        } else {
            folder.withdraw(&document.path);
        }
    }
    let mut done = if args.split { done } else { Done::default() };
    let whole = plan(args, &meeting, data, vec![plan::bundle(&meeting)])?;
    let (mut folder, more) = press(&meeting, &whole, folder, &mut done)?;
    inputs.extend(more);
    report.extend(grouped(std::mem::take(&mut done.problems)));
    if !report.has_errors() {
        let path = &whole.documents[0].path;
        files.insert(path.clone(), folder.bytes(path)?);
        for (path, bytes) in beside::of_meeting(&meeting, data, args.profile == Profile::Entwurf, &files)? {
            folder.put(&path, &bytes)?;
        }
    }
    let archive = plan::archive(&meeting);
    let mut planned: BTreeSet<&str> = whole.documents.iter().map(|document| document.path.as_str()).collect();
    planned.insert(OPARL);
    if args.split {
        planned.extend(annexes.documents.iter().map(|document| document.path.as_str()).chain([archive.as_str()]));
    }
    let closing = Closing {
        edition: &data.edition,
        made_from: &made_from,
        planned,
        meeting: Some(meeting.clone()),
        beside: None,
        whole: true,
        inputs,
    };
    report.extend(folder.finish(closing)?);
    let asked = if args.split { annexes.documents.len() + 1 } else { 1 };
    let summary = format!("{} for TOP {}", done.summary(asked, &whole.folder, &report), meeting.top);
    Ok(Outcome { output: String::new(), report, summary })
}

/// Which documents of a meeting are made, and where.
fn plan(args: &args::Bundle, meeting: &Meeting, data: &Data, documents: Vec<Document>) -> Result<Plan> {
    let folder = plan::bundle_folder(meeting);
    let mut scope: Vec<usize> =
        meeting.annexes.iter().map(|annex| plan::kommune(&annex.ags, data)).collect::<Result<_>>()?;
    scope.sort_unstable();
    Ok(Plan {
        series: format!("{}/{}", data.edition.key, folder.display()),
        folder: args.out.join(&data.edition.key).join(folder),
        shard: None,
        force: false,
        profile: args.profile,
        bleed: false,
        padded: false,
        emit: false,
        documents,
        scope,
    })
}
