//! What an import makes: the new `kommunen.csv`, and what is different in it, for the account of the command.

use std::collections::BTreeMap;

use serde::Serialize;

use super::number::NumberNotation;
use super::sheet::CellPosition;
use crate::diag::Report;

/// A cell that is not what it was.
#[derive(Debug, Clone, Serialize)]
pub struct CellChange {
    /// Whose.
    pub ags: String,
    /// Their label.
    pub label: String,
    /// The column.
    pub column: String,
    /// As it was; empty = not known.
    pub old: String,
    /// As it is.
    pub new: String,
    /// Where it was delivered.
    pub place: String,
}

/// A Kommune.
#[derive(Debug, Clone, Serialize)]
pub struct KommuneName {
    /// Its key.
    pub ags: String,
    /// What it is called.
    pub label: String,
}

/// A Kommune the base does not have.
#[derive(Debug, Clone, Serialize)]
pub struct NewKommune {
    /// Its key.
    pub ags: String,
    /// What it is called from now on.
    pub label: String,
    /// Whether the label was made from name and type.
    pub label_derived: bool,
}

/// A row that was found by a name without its kind.
#[derive(Debug, Clone, Serialize)]
pub struct NamedRow {
    /// Where it was delivered.
    pub place: String,
    /// The name.
    pub name: String,
    /// The Kommune it was taken for.
    pub ags: String,
    /// Its label.
    pub label: String,
}

/// What was delivered otherwise than it is taken.
#[derive(Debug, Clone, Serialize)]
pub struct RewrittenCell {
    /// Where it was delivered.
    pub place: String,
    /// As delivered.
    pub from: String,
    /// As taken.
    pub to: String,
}

/// A column whose numbers could be read in two ways.
#[derive(Debug, Clone, Serialize)]
pub struct DecidedNotation {
    /// The indicator.
    pub key: String,
    /// How they are read.
    pub numbers: NumberNotation,
    /// The cell that decides, and where it stands.
    pub by: String,
}

/// A table with the delivered cells in it.
#[derive(Debug, Default)]
pub struct MergedTable {
    /// The text of `kommunen.csv`.
    pub text: String,
    /// How many rows it has.
    pub rows: usize,
    /// How many of them were delivered.
    pub delivered: usize,
    /// Cells that differ from those of an edition that was there; none for a new one.
    pub changes: Vec<CellChange>,
    /// Kommunen the base does not have.
    pub new_kommunen: Vec<NewKommune>,
    /// Kommunen of the base the file does not have.
    pub missing: Vec<KommuneName>,
    /// Columns of the base that a new edition takes over, with how many cells say something.
    pub carried: BTreeMap<String, usize>,
    /// Signs for "no value", with how often they stand in the columns taken.
    pub signs: BTreeMap<String, usize>,
    /// Numbers with more digits than a spreadsheet shows.
    pub rounded: Vec<RewrittenCell>,
    /// Columns with numbers like `1.409`, and how other cells decided on them.
    pub decided: Vec<DecidedNotation>,
    /// Rows that were found by a name without its kind.
    pub by_name: Vec<NamedRow>,
    /// What a person should look at.
    pub warnings: Report,
    /// Where the cells of the text stand (line and column), and where they were delivered.
    pub(super) origins: BTreeMap<(u32, u32), CellPosition>,
}

impl MergedTable {
    /// The delivered cell that stands at a line and a column of the text.
    pub fn origin(&self, line: u32, column: u32) -> Option<CellPosition> {
        self.origins.get(&(line, column)).copied()
    }
}
