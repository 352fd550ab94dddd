//! Totals and rankings as an earlier publication printed them.

use serde::Deserialize;

use super::kommune::Land;
use super::values::{NumberCell, Sourced, Text};

/// A total as an earlier publication printed it: one row of `laender_gedruckt.csv`.
#[derive(Debug, Clone)]
pub struct PrintedLand {
    /// The Land.
    pub land: Sourced<&'static Land>,
    /// Number of Kommunen.
    pub kommunen: NumberCell,
    /// Totals with the index of their indicator.
    pub values: Vec<(usize, NumberCell)>,
}

/// The end of a list that counts as first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankingEnd {
    /// The highest value.
    Highest,
    /// The lowest value.
    Lowest,
}

/// A ranking as an earlier publication printed it: the rows of one list of `ranglisten_gedruckt.csv`.
#[derive(Debug, Clone)]
pub struct PrintedRanking {
    /// Name of the list in the file, for example `sgb2_quote_hoechste`.
    pub name: Text,
    /// The indicator ranked by (its index in `Data::indicators`).
    pub indicator: usize,
    /// Which end of the ranking it shows.
    pub end: RankingEnd,
    /// Its rows, in file order.
    pub entries: Vec<PrintedRank>,
}

/// A row of a printed ranking.
#[derive(Debug, Clone)]
pub struct PrintedRank {
    /// The position as printed, from 1; `None` where the cell is no number.
    pub position: Sourced<Option<u32>>,
    /// The Kommune as printed: not always the label of its row.
    pub label: Text,
    /// The value as printed, with as many decimals; `None` where the cell is no number.
    pub value: NumberCell,
}
