//! A build: plan, keep documents that are up to date, compose and set the others, write all files at the end.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::assets::{Assets, CATALOGUE};
use crate::diag::Result;
use crate::documents::{self, Document, Settings, Sources};

use super::edition::OpenEdition;
use super::folder::{Closing, EarlierDocument, OutputFolder};
use super::options::BuildOptions;
use super::outcome::Outcome;
use super::plan::{RunPlan, plan_build};
use super::problems::grouped;
use super::production::{Production, Tally};
use super::progress::Progress;
use super::side_files::SideFiles;

/// Makes the documents of an edition in a folder below `out`.
///
/// # Errors
/// The errors of [`plan_build`], templates that cannot be used, workers that cannot be started, a folder that cannot be
/// written to. Errors of single documents are in the report, and the other documents are made.
pub fn build(edition: &OpenEdition, options: &BuildOptions, out: &Path, progress: &dyn Progress) -> Result<Outcome> {
    let mut report = edition.opening_warnings();
    let data = edition.data();
    let user = edition.user_templates()?;
    let mut plan = plan_build(options, out, &user, data)?;
    let made_from = edition.made_from();
    let mut folder = OutputFolder::open(&plan.folder, plan.shard, &mut report)?;
    let whole = options.selection.is_empty() && options.only.is_empty() && plan.shard.is_none();
    if whole {
        // Documents that compare a few Kommunen are not in the plan of a whole build, but a whole build updates them.
        let kept = folder.earlier_documents();
        let mut kept: Vec<Document> =
            kept.filter_map(|(path, settings)| documents::of_manifest(path, settings, data)).collect();
        kept.retain(|document| {
            folder.has_file(&document.path) && plan.documents.iter().all(|planned| planned.path != document.path)
        });
        plan.documents.extend(kept);
    }
    let all: Vec<usize> = (0..plan.documents.len()).collect();
    let remake_all = plan.force || plan.emit_typst;
    let rest = if remake_all { all } else { without_untouched(all, &plan, edition, &made_from, &mut folder) };
    let of_all = edition.facts();
    let selected = (!options.selection.is_empty()).then(|| edition.facts_of(&plan.scope));
    let of_scope = selected.as_ref().unwrap_or(&of_all);
    let side_files = SideFiles::open(edition.assets(), &user, &of_all, edition.numbers())?;
    let mut tally = Tally { kept: plan.documents.len() - rest.len(), ..Tally::default() };
    let mut inputs = BTreeMap::new();
    if !rest.is_empty() {
        let (of_all, made_from, workers) = (&of_all, made_from.as_str(), options.workers);
        let production = Production { edition, of_all, of_scope, made_from, meeting: None, workers, progress };
        (folder, inputs) = production.make(&plan, rest, folder, &mut tally)?;
        if progress.stopped() {
            return Ok(Outcome::default()); // No file is moved to its place.
        }
    }
    let sources = Sources { data, of_all: &of_all, of_scope, numbers: edition.numbers(), meeting: None };
    for document in &plan.documents {
        if let Some((path, csv)) = sources.table_beside(document, &plan.settings_of(document, data)) {
            folder.stage_file(&path, csv.as_bytes())?;
        }
    }
    if plan.emit_typst {
        stage_imports(edition.prepared_assets(), &mut folder)?;
    }
    report.extend(edition.data_warnings(&of_all));
    report.extend(grouped(std::mem::take(&mut tally.problems)));
    // User documents stay in the folder until they are made again.
    let of_user = documents::of_edition(data, &user).into_iter().filter(|document| document.user_template().is_some());
    let of_user: Vec<Document> = of_user.collect();
    let planned = plan.documents.iter().chain(&of_user).map(|document| document.path.as_str()).collect();
    let closing = Closing {
        edition: &data.edition,
        made_from: &made_from,
        meeting: None,
        side_files: plan.shard.is_none().then_some(&side_files),
        planned,
        whole,
        inputs,
    };
    report.extend(folder.finish(closing)?);
    let summary = tally.summary(plan.documents.len(), &plan.folder, &report);
    Ok(Outcome::made(summary, report))
}

/// Returns the documents that changed since an earlier run, or that an earlier run made from other files. All other
/// documents are kept, without composing them.
fn without_untouched(
    all: Vec<usize>,
    plan: &RunPlan,
    edition: &OpenEdition,
    made_from: &str,
    folder: &mut OutputFolder,
) -> Vec<usize> {
    let untouched = |number: &usize| {
        let document = &plan.documents[*number];
        let known = folder.named(&document.path)?;
        let tightness = known.entry.settings.as_ref()?.tightness;
        let settings = Settings { tightness, ..plan.settings_of(document, edition.data()) };
        let same = known.entry.made_from.as_deref() == Some(made_from) && known.entry.settings == Some(settings);
        (same && known.rows.is_some() && folder.is_unchanged(&known.entry)).then(|| known.clone())
    };
    let looked_at: Vec<Option<EarlierDocument>> = all.par_iter().map(untouched).collect();
    let mut rest = Vec::new();
    for (number, known) in all.into_iter().zip(looked_at) {
        match known {
            Some(known) => folder.keep_as_is(known),
            None => rest.push(number),
        }
    }
    rest
}

/// Stages all imports of the emitted sources, so that `typst compile --root typ --font-path typ/fonts` sets the same
/// pages.
fn stage_imports(assets: &Assets, folder: &mut OutputFolder) -> Result<()> {
    let is_import = |path: &&str| !path.ends_with(".hbs") && !path.ends_with(".md") && !path.starts_with(CATALOGUE);
    let imports = assets.list("templates/").filter(is_import);
    for path in imports.chain(assets.list("fonts/")) {
        folder.stage_unlisted(&format!("typ/{path}"), assets.bytes(path).unwrap_or_default())?;
    }
    Ok(())
}
