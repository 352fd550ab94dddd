//! A meeting of a body of a Kommune, and the fact sheets that go with an item of its agenda.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::values::Text;

/// A meeting with the item whose annexes are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Who meets: `Kreistag des Landkreises Biberach`.
    pub body: String,
    /// The day.
    pub date: NaiveDate,
    /// When it begins; `None` when it is not said.
    pub time: Option<NaiveTime>,
    /// Where; empty when it is not said.
    pub place: String,
    /// Number of the agenda item (Tagesordnungspunkt): `5`, `Ö 7.1`.
    pub top: String,
    /// What the item is about.
    pub title: String,
    /// Address below which the records system publishes, ending with `/`; empty when it is not said.
    pub base_url: String,
    /// Whether a page of its own stands before each annex.
    pub separators: bool,
    /// Whether the Kommunen are ranked among themselves.
    pub ranking: bool,
    /// Whether the table of their Länder is added.
    pub laender: bool,
    /// The fact sheets, in the order of their numbers.
    pub annexes: Vec<Annex>,
}

/// A fact sheet as an annex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex {
    /// AGS of its Kommune.
    pub ags: String,
    /// How tight it is set: 0 as designed.
    pub tightness: usize,
}

/// What a meeting's file says; `None` and empty lists for what it leaves out.
#[derive(Debug, Default)]
pub struct MeetingFile {
    /// Who meets.
    pub body: Option<Text>,
    /// The day, as written.
    pub date: Option<Text>,
    /// When it begins, as written.
    pub time: Option<Text>,
    /// Where.
    pub place: Option<Text>,
    /// Number of the agenda item.
    pub top: Option<Text>,
    /// What it is about.
    pub title: Option<Text>,
    /// Address below which the records system publishes.
    pub base_url: Option<Text>,
    /// A page before each annex.
    pub separators: bool,
    /// The Kommunen ranked among themselves.
    pub ranking: bool,
    /// The table of their Länder.
    pub laender: bool,
    /// The Kommunen, in the order of the annexes.
    pub kommunen: Vec<Text>,
}
