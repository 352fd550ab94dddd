//! The definition of a kind of document: the columns of the table in `table.rs`.

use serde_json::Value;

use crate::compose::FigureTable;
use crate::compose::view::{FieldShape, Shaped, Shared};
use crate::derive::Facts;
use crate::diag::{Problem, Result};
use crate::export::DataTable;
use crate::model::{Data, Meeting};

/// A kind of document. Planning, composing, verifying, `fields`, the catalogue and the manual read everything about a
/// kind from this struct.
pub struct Kind {
    /// Its name on the command line, and the name of its file (`NAME.pdf`) or of the folder of its files.
    pub name: &'static str,
    /// Its name for `fields`, if it is a different one: the name of a single document is not in the plural.
    pub singular: &'static str,
    /// Its template below `templates/`, without `.typ.hbs`. Kinds of user documents have one template for each
    /// document.
    pub template: &'static str,
    /// What one document of this kind is about.
    pub about: About,
    /// The command that makes it.
    pub made_by: MadeBy,
    /// Whether a document must have exactly one page: it is set tighter until it fits.
    pub one_page: bool,
    /// The title of a document of this kind, in German.
    pub title: &'static str,
    /// The content of the document, in German, for the catalogue; empty when the title is sufficient.
    pub description: &'static str,
    /// The description, in English, for the list of `fields`.
    pub summary: &'static str,
    /// Returns an error with the reason when the edition has no such document.
    pub exists: fn(&Data) -> Result<()>,
    /// The fields that its template can use.
    pub shape: fn() -> FieldShape,
    /// The values of the fields for one document.
    pub view: fn(&Context<'_>, &mut FigureTable<'_>) -> Result<Value>,
    /// Its figures as a table.
    pub table: fn(&Context<'_>) -> DataTable,
    /// The content of the table, in German.
    pub table_title: &'static str,
    /// The file with the table that lies beside the PDF (`NAME.csv`); `None` where there is none.
    pub table_file: Option<TableFile>,
}

/// The description of the table beside a document in the catalogue.
pub struct TableFile {
    /// The title, in German.
    pub title: &'static str,
    /// The content, in German.
    pub description: &'static str,
}

/// What the documents of a kind are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One Kommune; there is one document for each Kommune.
    Kommune,
    /// A few Kommunen that are compared: the minimum and the maximum number.
    Kommunen(usize, usize),
    /// The edition, or the selected Kommunen of it.
    Edition,
    /// One annex of a meeting: one Kommune.
    Annex,
    /// A meeting.
    Meeting,
}

/// The command that makes a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeBy {
    /// `build`, even without `--only`.
    Build,
    /// `build --only NAME`, or `build` in a project that lists the document.
    BuildOnly,
    /// `bundle`.
    Bundle,
}

/// What one document is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The Kommune at this position in [`Data::kommunen`].
    Kommune(usize),
    /// These Kommunen (positions), in the order of the comparison.
    Kommunen(Vec<usize>),
    /// All Kommunen in scope.
    Edition,
    /// A Kommune (position) as an annex of a meeting, with the annex number from 1.
    Annex(usize, usize),
    /// All annexes of a meeting.
    Meeting,
}

impl Subject {
    /// Returns the position of its Kommune in [`Data::kommunen`]; `None` for several Kommunen.
    pub fn kommune(&self) -> Option<usize> {
        match self {
            Self::Kommune(k) | Self::Annex(k, _) => Some(*k),
            Self::Kommunen(_) | Self::Edition | Self::Meeting => None,
        }
    }
}

/// The data that the view of a document is made from.
pub struct Context<'a> {
    /// What the document is about.
    pub subject: &'a Subject,
    /// The facts about all Kommunen of the edition: a single Kommune is compared with them.
    pub of_all: &'a Facts<'a>,
    /// The facts about the Kommunen in scope.
    pub of_scope: &'a Facts<'a>,
    /// The meeting the annexes belong to; `None` in a build.
    pub meeting: Option<&'a Meeting>,
    /// The data that all documents of a run share; its facts are `of_scope`.
    pub shared: Shared<'a>,
}

impl<'a> Context<'a> {
    /// Returns the shared data with the facts about all Kommunen, for comparisons with them.
    pub fn shared_of_all(&self) -> Shared<'a> {
        Shared { facts: self.of_all, attachments: self.shared.attachments.clone(), ..self.shared }
    }

    /// Returns the Kommune the document is about.
    ///
    /// # Panics
    /// Panics for a document about several Kommunen: no such kind has a view that calls this function.
    pub fn kommune(&self) -> usize {
        self.subject.kommune().expect("a view of one Kommune is asked for by documents about one")
    }
}

/// Converts a view to JSON for the template.
///
/// # Errors
/// A view that cannot be converted to JSON, which is an error in the program.
pub fn value<V: Shaped + serde::Serialize>(view: &V) -> Result<Value> {
    serde_json::to_value(view)
        .map_err(|error| Problem::error("KB210", format!("the view cannot be written: {error}")).into())
}

/// The `exists` function of kinds that every edition has.
///
/// # Errors
/// None.
pub fn always(_: &Data) -> Result<()> {
    Ok(())
}
