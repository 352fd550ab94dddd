//! Which documents a build makes, for whom, and where to.

use std::path::{Path, PathBuf};

use crate::diag::{Problem, Report, Result};
use crate::documents::{
    self, Document, Settings, UserTemplate, document_named, is_one_per_kommune, of_build, usual_names,
};
use crate::model::{Data, Shard, Text};

use super::options::BuildOptions;

/// What a run will do.
pub struct RunPlan {
    /// The output folder.
    pub folder: PathBuf,
    /// What the documents belong to: the name their PDF identifiers begin with.
    pub series: String,
    /// The documents, the longest first, so that no worker ends long after the others.
    pub documents: Vec<Document>,
    /// The Kommunen the rankings, state tables and brochure are about.
    pub scope: Vec<usize>,
    /// The settings all documents start from.
    pub settings: Settings,
    /// Which part of the documents these are; `None` for all of them.
    pub shard: Option<Shard>,
    /// Whether nothing is kept of what is there already.
    pub force: bool,
    /// Whether the composed text of documents is written, too.
    pub emit_typst: bool,
}

impl RunPlan {
    /// The settings of a document of the run.
    pub fn settings_of(&self, document: &Document, data: &Data) -> Settings {
        Settings::of(&self.settings, &document.subject, &self.scope, data)
    }
}

/// Plans a build into a folder that holds one folder for each edition. Without `only` the usual documents are made; with a
/// selection and without `only`, the fact sheets of the selected Kommunen.
///
/// # Errors
/// A document nobody knows or the edition does not have, a selection that cannot be resolved, options of the brochure where
/// it is not made, and an output folder among the project's own files.
pub fn plan_build(options: &BuildOptions, out: &Path, user: &[UserTemplate], data: &Data) -> Result<RunPlan> {
    let named = || options.only.iter().chain(&options.also);
    let unknown: Report = named().filter_map(|name| document_named(name, user).err()).collect();
    if unknown.has_errors() {
        return Err(unknown);
    }
    let usual = usual_documents(data, user)?;
    let scope = options.selection.resolve(data)?;
    let compared = options.selection.resolve_in_order(data)?;
    let wanted = |what: &str| match options.only.as_slice() {
        _ if options.also.as_deref() == Some(what) => true,
        [] if options.selection.is_empty() => usual.contains(&what),
        [] => is_one_per_kommune(what),
        only => only.iter().any(|name| name == what),
    };
    if !wanted(documents::BROCHURE.name) {
        for (set, option) in [(options.bleed, "--bleed"), (options.pad_pages, "--pad-pages")] {
            if set {
                return Err(Problem::usage("KB309", format!("{option} is about the brochure, which is not made here"))
                    .hint("add --only broschuere")
                    .into());
            }
        }
    }
    for kind in documents::ALL.iter().filter(|kind| named().any(|name| name == kind.name)) {
        (kind.exists)(data)?;
    }
    let mut documents = of_build(data, user, &scope, &compared, wanted)?;
    if let Some(shard) = options.shard {
        let mut turn = (0..shard.of).cycle();
        documents.retain(|_| turn.next() == Some(shard.part - 1));
    }
    Ok(RunPlan {
        folder: out.join(&data.edition.key),
        series: data.edition.key.clone(),
        documents,
        scope,
        settings: options.settings(),
        shard: options.shard,
        force: options.force,
        emit_typst: options.emit_typst,
    })
}

/// The documents of a build that names none: those the project's file lists, or else ours.
///
/// # Errors
/// A list without a name, and names of no document.
pub fn usual_documents<'a>(data: &'a Data, user: &[UserTemplate]) -> Result<Vec<&'a str>> {
    let Some(listed) = &data.edition.documents else { return Ok(usual_names().collect()) };
    let unknown = |name: &Text| {
        let problem = document_named(&name.value, user).err()?;
        Some(problem.in_data("KB992").at(name.place.clone()))
    };
    if listed.value.is_empty() {
        return Err(Problem::error("KB992", "documents is empty: a build would make nothing")
            .at(listed.place.clone())
            .hint("list what it is to make, or delete the line")
            .into());
    }
    let unknown: Report = listed.value.iter().filter_map(unknown).collect();
    if unknown.has_errors() { Err(unknown) } else { Ok(listed.value.iter().map(|name| name.value.as_str()).collect()) }
}
