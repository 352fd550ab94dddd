//! Args -> Plan: which documents, for whom, where to. Decides; does nothing.

mod filter;
mod meeting;
mod own;
mod project;
mod select;
mod selectors;

use std::path::PathBuf;

use crate::args::{Build, DOCUMENTS, Emit, Profile, Shard};
use crate::diag::{Problem, Report, Result};
use crate::german::slug;
use crate::model::{Data, Text};

pub use meeting::{annexes, archive, bundle, bundle_folder, meeting};
pub use own::{About, OWN, Own, document_named, own};
pub use project::{apart, settle};
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
    /// A document of the user's own about a Kommune.
    OfKommune(usize),
    /// A document of the user's own about the edition.
    OfEdition,
}

impl Kind {
    /// The Kommune it is about, its position in [`Data::kommunen`]; `None` for one about several.
    pub fn kommune(self) -> Option<usize> {
        match self {
            Self::Sheet(k) | Self::Annex(k, _) | Self::OfKommune(k) => Some(k),
            Self::Brochure | Self::Rankings | Self::Laender | Self::Comparison | Self::Bundle | Self::OfEdition => None,
        }
    }

    /// Whether it has one page and no more.
    pub fn one_page(self) -> bool {
        matches!(self, Self::Sheet(_) | Self::Annex(..))
    }
}

/// A document to make.
#[derive(Debug, Clone)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// Its template.
    pub template: String,
    /// Its path below the edition's output folder, with `/` between folders.
    pub path: String,
    /// What messages call it.
    pub record: String,
}

impl Document {
    /// The name of the template of the user's own it is made with; `None` for documents of ours.
    pub fn own(&self) -> Option<&str> {
        let own = matches!(self.kind, Kind::OfKommune(_) | Kind::OfEdition);
        self.template.rsplit('/').next().filter(|_| own)
    }
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
        Some(key) => Err(Problem::usage("KB306", format!("there is no edition `{}`", crate::diag::shown(key)))
            .did_you_mean(key, known.iter().copied())
            .hint(format!("there are: {}; an edition is a folder below data/ with an edition.toml", known.join(", ")))
            .into()),
        None => Err(Problem::usage("KB306", "there is no edition at all")
            .hint("an edition is a folder below data/ with an edition.toml")
            .into()),
    }
}

/// Plans a build. Without `--only` the usual documents are made; with a selection and without `--only`, the fact
/// sheets of the selected Kommunen.
///
/// # Errors
/// A document nobody knows, a selection that cannot be resolved, and options of the brochure where it is not made.
pub fn build(args: &Build, own: &[Own], data: &Data) -> Result<Plan> {
    let named = || args.only.iter().chain(&args.also);
    let unknown: Report = named().filter_map(|name| document_named(name, own).err()).collect();
    if unknown.has_errors() {
        return Err(unknown);
    }
    apart(args.from.with.as_deref(), &args.out)?;
    let usual = usual(data, own)?;
    let scope = select(&args.select, data)?;
    let wanted = |what: &str| match args.only.as_slice() {
        _ if args.also.as_deref() == Some(what) => true,
        [] if args.select.is_empty() => usual.contains(&what),
        [] => what == STECKBRIEFE,
        only => only.iter().any(|name| name == what),
    };
    if !wanted("broschuere") {
        for (set, option) in [(args.bleed, "--bleed"), (args.pad_pages, "--pad-pages")] {
            if set {
                return Err(Problem::usage("KB309", format!("{option} is about the brochure, which is not made here"))
                    .hint("add --only broschuere")
                    .into());
            }
        }
    }
    if named().any(|name| name == "vergleich") && data.former.is_none() {
        let what = format!("the edition {} names no former edition to be compared with", data.edition.key);
        return Err(Problem::error("KB640", what)
            .at(data.edition.origin.clone())
            .hint("add `former = \"...\"` to its edition.toml, or compare any two with `kreisblatt compare OLD NEW`")
            .into());
    }
    let mut documents = documents(data, own, &scope, wanted);
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

/// The documents of a build that names none: those of the project's file, or ours.
///
/// # Errors
/// A list without a name, and names of no document.
pub fn usual<'a>(data: &'a Data, own: &[Own]) -> Result<Vec<&'a str>> {
    let Some(listed) = &data.edition.documents else { return Ok(DOCUMENTS.to_vec()) };
    let unknown = |name: &Text| {
        let problem = document_named(&name.value, own).err()?;
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

/// What the fact sheets are called, their folder too.
pub const STECKBRIEFE: &str = "steckbriefe";

/// The documents of an edition that are wanted by their names; those about a Kommune are of `scope`. The longest come
/// first, so that no worker ends long after the others.
pub fn documents(data: &Data, own: &[Own], scope: &[usize], wanted: impl Fn(&str) -> bool) -> Vec<Document> {
    let ours = [
        ("broschuere", Kind::Brochure, "brochure"),
        ("ranglisten", Kind::Rankings, "rankings"),
        ("laender", Kind::Laender, "laender"),
        ("vergleich", Kind::Comparison, "comparison"),
    ];
    let ours = ours.into_iter().filter(|(_, kind, _)| *kind != Kind::Comparison || data.former.is_some());
    let of_edition = own.iter().filter(|own| own.about == About::Edition);
    let of_edition = of_edition.map(|own| (own.name.as_str(), Kind::OfEdition, own.template.as_str()));
    let mut documents = Vec::new();
    for (name, kind, template) in ours.chain(of_edition).filter(|(name, ..)| wanted(name)) {
        let path = format!("{name}.pdf");
        documents.push(Document { kind, template: template.to_owned(), record: path.clone(), path });
    }
    let sheet: (&str, fn(usize) -> Kind, &str) = (STECKBRIEFE, Kind::Sheet, "sheet");
    let of_kommune = own.iter().filter(|own| own.about == About::Kommune);
    let of_kommune =
        of_kommune.map(|own| (own.name.as_str(), Kind::OfKommune as fn(usize) -> Kind, own.template.as_str()));
    for (name, kind, template) in [sheet].into_iter().chain(of_kommune).filter(|(name, ..)| wanted(name)) {
        documents.extend(scope.iter().map(|k| {
            let kommune = &data.kommunen[*k];
            let path = format!("{name}/{}-{}.pdf", kommune.ags.value, slug(&kommune.label.value));
            Document { kind: kind(*k), template: template.to_owned(), path, record: kommune.label.value.clone() }
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
        Problem::usage("KB307", format!("there is no indicator `{}`", crate::diag::shown(key)))
            .did_you_mean(key, known.iter().copied())
            .hint(format!("the indicators are: {}", known.join(", ")))
            .into()
    })
}
