//! What an edition says of itself: `edition.toml`.

use serde::Deserialize;

use crate::diag::Place;

use super::publication::Publication;
use super::values::{Sourced, Text};

/// How numbers are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `1.409,75`, as the Statistisches Bundesamt prints.
    Destatis,
    /// `1 409,75` with a narrow no-break space, as DIN 5008 has it.
    Din5008,
}

/// Where figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What indicators refer to.
    pub key: String,
    /// For footers.
    pub short: String,
    /// In full.
    pub citation: String,
}

/// The reference date of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// The day; the first of the month when `day_known` is false.
    pub date: chrono::NaiveDate,
    /// Whether the edition names a day or only a month.
    pub day_known: bool,
}

impl Stand {
    /// As machines get it: `2017-06`, or `2017-06-30` when the day is known.
    pub fn iso(self) -> String {
        self.date.format(if self.day_known { "%Y-%m-%d" } else { "%Y-%m" }).to_string()
    }
}

/// A publisher's logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// The picture, by its path in the project, below `templates/`.
    pub file: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// What an edition says of itself: `edition.toml`, and what the project says in its place.
#[derive(Debug, Clone)]
pub struct EditionDetails {
    /// Folder name below `data/` and `out/`, for example `2017`.
    pub key: String,
    /// The file it was read from.
    pub origin: Place,
    /// Title of the brochure.
    pub title: String,
    /// Subtitle of the brochure.
    pub subtitle: String,
    /// What its Kommunen are called together.
    pub group: String,
    /// Who publishes.
    pub publisher: Text,
    /// Where.
    pub place: Text,
    /// Reference date.
    pub stand: Stand,
    /// Revision state of the data, in words.
    pub revision: String,
    /// How numbers are grouped.
    pub numbers: NumberStyle,
    /// Sources, in the order printed.
    pub sources: Vec<Source>,
    /// The parts of the brochure, in the order printed: texts of the edition, or templates below
    /// `templates/brochure/`. Where both have the name, the text is the part.
    pub parts: Vec<Text>,
    /// What a build makes when nothing is named; `None` for the fact sheets, the brochure, the rankings and the state
    /// tables.
    pub documents: Option<Sourced<Vec<Text>>>,
    /// How it is published.
    pub publication: Publication,
    /// Key of the edition before, which values are compared with; `None` = with none.
    pub former: Option<Text>,
}

impl EditionDetails {
    /// A source by its key; `None` when the edition has none of that key.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.key == key)
    }
}
