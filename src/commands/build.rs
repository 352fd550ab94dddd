//! `kreisblatt build`: the whole line once. Check, and stop there with all problems; derive once; keep what stands
//! there as it would be made again; compose and set the rest; write everything at the end.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::args::Build;
use crate::assets::{Assets, CATALOGUE};
use crate::compose::PreparedAssets;
use crate::derive::derive;
use crate::diag::Result;
use crate::export;
use crate::german::Numbers;
use crate::model::Data;
use crate::plan::{self, Kind, Plan};

use super::beside::Beside;
use super::folder::{Closing, Folder, Known};
use super::manifest::{self, Settings};
use super::press::{Done, Press, grouped};
use super::{Kitchen, Outcome, Progress, everyone, own, warnings};

/// `kreisblatt build`.
pub fn build(args: &Build, kitchen: Kitchen<'_>, progress: &dyn Progress) -> Result<Outcome> {
    let Kitchen { assets, checked, warnings: mut report } = kitchen;
    let data = checked.data();
    let own = own(assets)?;
    let plan = plan::build(args, &own, data)?;
    let made_from = manifest::made_from(assets, &data.edition);
    let mut folder = Folder::open(&plan.folder, plan.shard, &mut report)?;
    let all: Vec<usize> = (0..plan.documents.len()).collect();
    let rest = if plan.force || plan.emit { all } else { without_untouched(all, &plan, data, &made_from, &mut folder) };
    let of_all = derive(&checked, &everyone(&checked));
    let selected = (!args.select.is_empty()).then(|| derive(&checked, &plan.scope));
    let of_scope = selected.as_ref().unwrap_or(&of_all);
    let numbers = Numbers::new(data.edition.numbers);
    let beside = Beside::open(assets, &own, &of_all, &numbers)?;
    let mut done = Done { kept: plan.documents.len() - rest.len(), ..Done::default() };
    let mut inputs = BTreeMap::new();
    if !rest.is_empty() {
        let prepared = PreparedAssets::new(assets.clone(), data);
        *assets = prepared.assets().clone();
        let assets = &prepared;
        let (of_all, made_from, workers) = (&of_all, made_from.as_str(), args.workers);
        let press = Press { assets, checked: &checked, of_all, of_scope, made_from, meeting: None, workers, progress };
        (folder, inputs) = press.make(&plan, rest, folder, &mut done)?;
        if progress.stopped() {
            return Ok(Outcome::default()); // Nothing is put in its place.
        }
    }
    for document in &plan.documents {
        match document.kind {
            Kind::Rankings => folder.put("ranglisten.csv", export::rankings(of_scope).csv().as_bytes())?,
            Kind::Laender => folder.put("laender.csv", export::laender(of_scope, true).csv().as_bytes())?,
            Kind::Comparison => folder.put("vergleich.csv", export::all_changes(of_scope).csv().as_bytes())?,
            _ => {}
        }
    }
    if plan.emit {
        emit_imports(assets, &mut folder)?;
    }
    report.extend(warnings(&checked, &of_all));
    report.extend(grouped(std::mem::take(&mut done.problems)));
    // What is the user's own stays in the folder until it is made again.
    let of_own = plan::documents(data, &own, &everyone(&checked), |name| own.iter().any(|own| own.name == name));
    let planned = plan.documents.iter().chain(&of_own).map(|document| document.path.as_str()).collect();
    let whole = args.select.is_empty() && args.only.is_empty() && plan.shard.is_none();
    let closing = Closing {
        edition: &data.edition,
        made_from: &made_from,
        meeting: None,
        beside: plan.shard.is_none().then_some(&beside),
        planned,
        whole,
        inputs,
    };
    report.extend(folder.finish(closing)?);
    let summary = done.summary(plan.documents.len(), &plan.folder, &report);
    Ok(Outcome { output: String::new(), report, summary })
}

/// The documents that are not as an earlier run left them, or that it made from other files; the untouched ones
/// are kept. Nothing needs to be composed to know them.
fn without_untouched(all: Vec<usize>, plan: &Plan, data: &Data, made_from: &str, folder: &mut Folder) -> Vec<usize> {
    let untouched = |number: &usize| {
        let document = &plan.documents[*number];
        let known = folder.named(&document.path)?;
        let tightness = known.entry.settings.as_ref()?.tightness;
        let settings = Settings { tightness, ..Settings::of(plan, document.kind, data) };
        let same = known.entry.made_from.as_deref() == Some(made_from) && known.entry.settings == Some(settings);
        (same && known.rows.is_some() && folder.stands(&known.entry)).then(|| known.clone())
    };
    let looked_at: Vec<Option<Known>> = all.par_iter().map(untouched).collect();
    let mut rest = Vec::new();
    for (number, known) in all.into_iter().zip(looked_at) {
        match known {
            Some(known) => folder.stand(known),
            None => rest.push(number),
        }
    }
    rest
}

/// Lays beside the emitted sources all they import, so that `typst compile --root typ --font-path
/// typ/fonts` sets the same pages.
fn emit_imports(assets: &Assets, folder: &mut Folder) -> Result<()> {
    let is_import = |path: &&str| !path.ends_with(".hbs") && !path.ends_with(".md") && !path.starts_with(CATALOGUE);
    let imports = assets.list("templates/").filter(is_import);
    for path in imports.chain(assets.list("fonts/")) {
        folder.lay(&format!("typ/{path}"), assets.bytes(path).unwrap_or_default())?;
    }
    Ok(())
}
