//! What a kind of document is: the columns of the table in `table.rs`.

use serde_json::Value;

use crate::compose::FigureTable;
use crate::compose::view::{FieldShape, Shaped, Shared};
use crate::derive::Facts;
use crate::diag::{Problem, Result};
use crate::export::DataTable;
use crate::model::{Data, Meeting};

/// A kind of document. Planning, composing, verifying, `fields`, the catalogue and the manual read all they need to know
/// from here.
pub struct Kind {
    /// Its name on the command line, and that of its file (`NAME.pdf`) or of the folder of its files.
    pub name: &'static str,
    /// Its name for `fields`, where that is another one: a document on its own has no plural.
    pub singular: &'static str,
    /// Its template below `templates/`, without `.typ.hbs`. Kinds of the user's own have one for each document.
    pub template: &'static str,
    /// What one document of the kind is about.
    pub about: About,
    /// Which command makes it.
    pub made_by: MadeBy,
    /// Whether a document has one page and no more: it is set tighter until it fits.
    pub one_page: bool,
    /// What a document of the kind is called, in German.
    pub title: &'static str,
    /// What stands in it, in German, for the catalogue; empty where the title says it all.
    pub description: &'static str,
    /// What it is, in English, for the list of `fields`.
    pub summary: &'static str,
    /// Fails where an edition has no such document, with the reason.
    pub exists: fn(&Data) -> Result<()>,
    /// What its template sees: the fields.
    pub shape: fn() -> FieldShape,
    /// The values of the fields for one document.
    pub view: fn(&Context<'_>, &mut FigureTable<'_>) -> Result<Value>,
    /// Its figures as a table.
    pub table: fn(&Context<'_>) -> DataTable,
    /// What the table holds, in German.
    pub table_title: &'static str,
    /// The file with the table that lies beside the PDF (`NAME.csv`); `None` where there is none.
    pub table_file: Option<TableFile>,
}

/// How the catalogue presents the table beside a document.
pub struct TableFile {
    /// What it is called, in German.
    pub title: &'static str,
    /// What it holds, in German.
    pub description: &'static str,
}

/// What a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One Kommune: there is one document for each.
    Kommune,
    /// A few Kommunen that are compared: at least and at most so many.
    Kommunen(usize, usize),
    /// The edition, or the Kommunen selected of it.
    Edition,
    /// One annex of a meeting: a Kommune.
    Annex,
    /// A meeting.
    Meeting,
}

/// Which command makes a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeBy {
    /// `build`, also where it is asked for nothing in particular.
    Build,
    /// `build --only NAME`, or a project that lists it.
    BuildOnly,
    /// `bundle`.
    Bundle,
}

/// What one document is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The Kommune at a position in [`Data::kommunen`].
    Kommune(usize),
    /// These Kommunen (positions), in the order they are compared.
    Kommunen(Vec<usize>),
    /// All Kommunen in scope.
    Edition,
    /// A Kommune (position) as an annex of a meeting, with its number from 1.
    Annex(usize, usize),
    /// All annexes of a meeting.
    Meeting,
}

impl Subject {
    /// The one Kommune it is, its position in [`Data::kommunen`]; `None` for several.
    pub fn kommune(&self) -> Option<usize> {
        match self {
            Self::Kommune(k) | Self::Annex(k, _) => Some(*k),
            Self::Kommunen(_) | Self::Edition | Self::Meeting => None,
        }
    }
}

/// What the view of a document is made from.
pub struct Context<'a> {
    /// What the document is about.
    pub subject: &'a Subject,
    /// The facts about all Kommunen of the edition: single ones are compared with them.
    pub of_all: &'a Facts<'a>,
    /// The facts about the Kommunen in scope.
    pub of_scope: &'a Facts<'a>,
    /// The meeting whose annexes are made; `None` in a build.
    pub meeting: Option<&'a Meeting>,
    /// What all documents of a run share; its facts are `of_scope`.
    pub shared: Shared<'a>,
}

impl<'a> Context<'a> {
    /// The same with the facts about all Kommunen, for what compares with them.
    pub fn shared_of_all(&self) -> Shared<'a> {
        Shared { facts: self.of_all, attachments: self.shared.attachments.clone(), ..self.shared }
    }

    /// The Kommune the document is about.
    ///
    /// # Panics
    /// A document about several: the table gives its kind no view that asks for one.
    pub fn kommune(&self) -> usize {
        self.subject.kommune().expect("a view of one Kommune is asked for by documents about one")
    }
}

/// A view as the template gets it.
///
/// # Errors
/// A view that is no JSON: a fault of ours.
pub fn value<V: Shaped + serde::Serialize>(view: &V) -> Result<Value> {
    serde_json::to_value(view)
        .map_err(|error| Problem::error("KB210", format!("the view cannot be written: {error}")).into())
}

/// For kinds every edition has.
///
/// # Errors
/// None.
pub fn always(_: &Data) -> Result<()> {
    Ok(())
}
