//! The result of an import: the new `kommunen.csv`, and everything the command reports about it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::number::NumberNotation;
use super::sheet::CellPosition;
use crate::diag::Report;

/// A cell whose value changed.
#[derive(Debug, Clone, Serialize)]
pub struct CellChange {
    /// AGS of its Kommune.
    pub ags: String,
    /// Label of its Kommune.
    pub label: String,
    /// The column.
    pub column: String,
    /// The value before; empty = not known.
    pub old: String,
    /// The value now; empty = not known.
    pub new: String,
    /// Where it was delivered.
    pub place: String,
}

/// A Kommune by key and label.
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

/// A delivered text that was changed to be taken: a key without its zero, a rounded number.
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
    /// The cell that decides: its text and its position.
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
    /// Cells whose value changed; empty for a new edition.
    pub changes: Vec<CellChange>,
    /// Kommunen the base does not have.
    pub new_kommunen: Vec<NewKommune>,
    /// Kommunen of the base the file does not have.
    pub missing: Vec<KommuneName>,
    /// Columns that a new edition takes over from its base, with the number of cells that are not empty.
    pub carried: BTreeMap<String, usize>,
    /// Signs that were read as "not known", with the number of cells that hold each.
    pub signs: BTreeMap<String, usize>,
    /// Numbers with more digits than a spreadsheet shows.
    pub rounded: Vec<RewrittenCell>,
    /// Columns with numbers like `1.409`, and how other cells decided on them.
    pub decided: Vec<DecidedNotation>,
    /// Rows that were found by a name without its kind.
    pub by_name: Vec<NamedRow>,
    /// Warnings.
    pub warnings: Report,
    /// The positions of delivered cells, by line and column of the text.
    pub(super) origins: BTreeMap<(u32, u32), CellPosition>,
}

impl MergedTable {
    /// The position a cell of the text was delivered at; `None` when it was not delivered.
    pub fn origin(&self, line: u32, column: u32) -> Option<CellPosition> {
        self.origins.get(&(line, column)).copied()
    }
}
