//! A delivered file -> an edition: its sheet, its table, which column is which, and the rows of `kommunen.csv` it
//! makes.
//!
//! Strict throughout: what cannot be read without doubt is refused with its cell, and what is left out is told.

mod base;
mod cells;
mod delimited;
mod header;
mod limits;
mod mapping;
mod merge;
mod merged;
mod new_edition;
pub mod number;
mod open;
mod rows;
mod sheet;
mod table;
mod workbook;
mod xml;

pub use base::BaseTable;
pub use mapping::{Mapping, MatchedColumns, matched};
pub use merge::{MergeOptions, merged};
pub use merged::{CellChange, DecidedNotation, KommuneName, MergedTable, NamedRow, NewKommune, RewrittenCell};
pub use new_edition::{Deliverer, edition_file};
pub use number::NumberNotation;
pub use open::{Delivered, TableLocation, bytes, delivered};
