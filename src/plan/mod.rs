//! Args -> Plan: which documents, for whom, where to. Decides; does nothing.

mod filter;
mod meeting;
mod select;
mod selectors;

use std::path::PathBuf;

use crate::args::{Build, Emit, Only, Profile, Shard};
use crate::diag::{Problem, Result};
use crate::german::slug;
use crate::model::Data;

pub use meeting::{annexes, archive, bundle, bundle_folder, meeting};
pub use select::{named as kommune, select};

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The fact sheet of the Kommune at a position in [`Data::kommunen`].
    Sheet(usize),
    /// The brochure.
    Brochure,
    /// The rankings.
    Rankings,
    /// The state tables.
    Laender,
    /// What changed since the former edition.
    Comparison,
    /// The fact sheet of a Kommune as an annex of a meeting, with its number.
    Annex(usize, usize),
    /// All annexes of a meeting in one document.
    Bundle,
}

/// A document to make.
#[derive(Debug, Clone)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// Its template.
    pub template: &'static str,
    /// Its path below the edition's output folder, with `/` between folders.
    pub path: String,
    /// What messages call it.
    pub record: String,
}

/// What a build will do.
#[derive(Debug)]
pub struct Plan {
    /// The output folder.
    pub folder: PathBuf,
    /// What the documents belong to: the name their PDF identifiers begin with.
    pub series: String,
    /// The documents; the longest first, so that no worker ends long after the others.
    pub documents: Vec<Document>,
    /// The Kommunen the rankings, state tables and brochure are about.
    pub scope: Vec<usize>,
    /// Which part of the documents these are; `None` for all of them.
    pub shard: Option<Shard>,
    /// Whether nothing is kept of what stands there already.
    pub force: bool,
    /// What the documents are for.
    pub profile: Profile,
    /// Whether the pages of the brochure reach over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages make the brochure's number of pages a multiple of four.
    pub padded: bool,
    /// Whether the composed text of documents is written, too.
    pub emit: bool,
}

/// Chooses the edition: the one asked for, else the newest.
///
/// # Errors
/// An edition nobody has.
pub fn edition(wanted: Option<&str>, known: &[&str]) -> Result<String> {
    let newest = known.iter().max().copied();
    match wanted.or(newest) {
        Some(key) if known.contains(&key) => Ok(key.to_owned()),
        Some(key) => Err(Problem::error("KB306", format!("there is no edition `{}`", crate::diag::shown(key)))
            .did_you_mean(key, known.iter().copied())
            .hint(format!("there are: {}; an edition is a folder below data/ with an edition.toml", known.join(", ")))
            .into()),
        None => Err(Problem::error("KB306", "there is no edition at all")
            .hint("an edition is a folder below data/ with an edition.toml")
            .into()),
    }
}

/// Plans a build. Without `--only` everything is made; with a selection and without `--only`, the fact
/// sheets of the selected Kommunen.
///
/// # Errors
/// A selection that cannot be resolved, and options of the brochure where it is not made.
pub fn build(args: &Build, data: &Data) -> Result<Plan> {
    let scope = select(&args.select, data)?;
    let wanted = |what: Only| match args.only.as_slice() {
        [] => args.select.is_empty() || what == Only::Steckbriefe,
        only => only.contains(&what),
    };
    if !wanted(Only::Broschuere) {
        for (set, option) in [(args.bleed, "--bleed"), (args.pad_pages, "--pad-pages")] {
            if set {
                return Err(Problem::error("KB309", format!("{option} is about the brochure, which is not made here"))
                    .hint("add --only broschuere")
                    .into());
            }
        }
    }
    if args.only.contains(&Only::Vergleich) && data.former.is_none() {
        let what = format!("the edition {} names no former edition to be compared with", data.edition.key);
        return Err(Problem::error("KB640", what)
            .at(data.edition.origin.clone())
            .hint("add `former = \"...\"` to its edition.toml, or compare any two with `kreisblatt compare OLD NEW`")
            .into());
    }
    let mut documents = documents(data, &scope, wanted);
    if let Some(shard) = args.shard {
        let mut turn = (0..shard.of).cycle();
        documents.retain(|_| turn.next() == Some(shard.part - 1));
    }
    Ok(Plan {
        folder: args.out.join(&data.edition.key),
        series: data.edition.key.clone(),
        shard: args.shard,
        force: args.force,
        profile: args.profile,
        bleed: args.bleed,
        padded: args.pad_pages,
        emit: args.emit == Some(Emit::Typ),
        documents,
        scope,
    })
}

/// The documents of an edition; the fact sheets are those of `scope`. The longest come first, so that no
/// worker ends long after the others.
pub fn documents(data: &Data, scope: &[usize], wanted: impl Fn(Only) -> bool) -> Vec<Document> {
    let mut documents = Vec::new();
    for (what, kind, template, path) in [
        (Only::Broschuere, Kind::Brochure, "brochure", "broschuere.pdf"),
        (Only::Ranglisten, Kind::Rankings, "rankings", "ranglisten.pdf"),
        (Only::Laender, Kind::Laender, "laender", "laender.pdf"),
        (Only::Vergleich, Kind::Comparison, "comparison", "vergleich.pdf"),
    ] {
        if wanted(what) && (what != Only::Vergleich || data.former.is_some()) {
            documents.push(Document { kind, template, path: path.to_owned(), record: path.to_owned() });
        }
    }
    if wanted(Only::Steckbriefe) {
        documents.extend(scope.iter().map(|k| {
            let kommune = &data.kommunen[*k];
            let path = format!("steckbriefe/{}-{}.pdf", kommune.ags.value, slug(&kommune.label.value));
            Document { kind: Kind::Sheet(*k), template: "sheet", path, record: kommune.label.value.clone() }
        }));
    }
    documents
}

/// The position of an indicator by its key.
///
/// # Errors
/// An unknown key, with the nearest.
pub fn indicator(key: &str, data: &Data) -> Result<usize> {
    data.indicator(key).ok_or_else(|| {
        let known: Vec<&str> = data.indicators.iter().map(|i| i.key.as_str()).collect();
        Problem::error("KB307", format!("there is no indicator `{}`", crate::diag::shown(key)))
            .did_you_mean(key, known.iter().copied())
            .hint(format!("the indicators are: {}", known.join(", ")))
            .into()
    })
}
