//! The trace: where each printed number comes from, a cell or a rule with its inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diag::Place;

/// The origin of a number on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Read from one cell or entry.
    Cell(Place),
    /// Computed by us.
    Formula {
        /// The rule, in words, for example `sum of population`.
        rule: String,
        /// The cells it was computed from, in the order of the table.
        inputs: Arc<[Place]>,
    },
    /// A tick of an axis.
    Tick,
}

/// What kind of number a number on a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// A value of one cell or entry.
    Cell,
    /// Computed.
    Formula,
    /// A tick of an axis.
    Tick,
    /// A date or year of the edition itself.
    Date,
    /// Digits in a text of the data or of a template: an AGS, a title, `PDF/UA-1`.
    Text,
    /// A page number.
    Page,
    /// Digits of the document ID.
    Kennung,
    /// Made by Typst itself: a page number in the contents, the number of a list item.
    Generated,
}

/// A line of `trace.jsonl`: one number on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceLine {
    /// The document, below the edition's output folder.
    pub file: String,
    /// Page, from 1.
    pub page: usize,
    /// Where its baseline begins, in points from the left edge of the sheet.
    pub x: f64,
    /// The same from the lower edge.
    pub y: f64,
    /// As printed: `1.409,75`.
    pub text: String,
    /// What it is.
    pub kind: NumberKind,
    /// Where it begins in the composed text of the document, in bytes; `None` when another file wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
    /// Which of the numbers the template printed, from 0; `None` for digits no helper printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
    /// The cell or entry it was read from, as `file:line:column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// How it was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The name of the [`Inputs`] it was computed from; `None` when it counts something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<String>,
    /// The line of a template or of the look that wrote it, as `file:line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// A line of `trace.jsonl` that many numbers share: the cells they were computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Its name: eight hex digits of a hash over the cells.
    pub inputs: String,
    /// The cells as `line:column`, by file.
    pub cells: BTreeMap<String, Vec<String>>,
}
