//! The plan of a build: its documents, their Kommunen and their folder.

use std::path::{Path, PathBuf};

use crate::diag::{Problem, Report, Result};
use crate::documents::{
    self, Document, Settings, UserTemplate, document_named, is_one_per_kommune, of_build, usual_names,
};
use crate::model::{Data, Shard, Text};

use super::options::BuildOptions;

/// The plan of a run.
pub struct RunPlan {
    /// The output folder.
    pub folder: PathBuf,
    /// The beginning of the PDF identifiers of all documents.
    pub series: String,
    /// The documents, the longest first, so that all workers end at about the same time.
    pub documents: Vec<Document>,
    /// The Kommunen of the rankings, state tables and brochure.
    pub scope: Vec<usize>,
    /// The settings that are the same for all documents.
    pub settings: Settings,
    /// The part of a split build; `None` for all documents.
    pub shard: Option<Shard>,
    /// Whether all documents are made again, and none is kept.
    pub force: bool,
    /// Whether the composed text of documents is also written.
    pub emit_typst: bool,
}

impl RunPlan {
    /// Returns the settings of a document of the run.
    pub fn settings_of(&self, document: &Document, data: &Data) -> Settings {
        Settings::of(&self.settings, &document.subject, &self.scope, data)
    }
}

/// Plans a build into a folder that contains one folder for each edition. Without `only`, the usual documents are
/// planned; with a selection and without `only`, the fact sheets of the selected Kommunen.
///
/// # Errors
/// A document that is unknown or that the edition does not have, a selection that cannot be resolved, brochure options
/// without the brochure, and an output folder inside the project's own files.
pub fn plan_build(options: &BuildOptions, out: &Path, user: &[UserTemplate], data: &Data) -> Result<RunPlan> {
    let named = || options.only.iter().chain(&options.also);
    let unknown: Report = named().filter_map(|name| document_named(name, user).err()).collect();
    if unknown.has_errors() {
        return Err(unknown);
    }
    let usual = usual_documents(data, user)?;
    let compared = options.selection.resolve_in_order(data)?;
    let mut scope = compared.clone();
    scope.sort_unstable();
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

/// Returns the documents of a build that names none: those in the project's file, or else the default ones.
///
/// # Errors
/// An empty list, and unknown names.
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
