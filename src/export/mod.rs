//! Facts -> tables for machines: CSV, JSON, and plain text for a terminal. The numbers are those printed, rounded the
//! same way, as plain decimals.

mod changes;
mod comparison;
mod data_table;
mod edition;
pub mod workbook;

pub use changes::{all_changes, changes, changes_in, changes_of, signed};
pub use comparison::{comparison_blocks, comparison_summary};
pub use data_table::DataTable;
pub use edition::{kommunen, laender, ranking, rankings, sharing_last_rank, sheet};
