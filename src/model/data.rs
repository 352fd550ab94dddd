//! Everything an edition holds.

use super::changes::Changes;
use super::edition::EditionDetails;
use super::geo::Boundaries;
use super::indicator::{Indicator, Quantity};
use super::key_figures::KeyFigures;
use super::kommune::Kommune;
use super::practice::{Practice, Theme};
use super::printed::{PrintedLand, PrintedRanking};
use super::prose::Prose;

/// Everything an edition holds, typed, each value with its place.
#[derive(Debug, Clone)]
pub struct Data {
    /// The edition itself.
    pub edition: EditionDetails,
    /// What is measured, in the order printed.
    pub indicators: Vec<Indicator>,
    /// The Kommunen, in file order.
    pub kommunen: Vec<Kommune>,
    /// Totals an earlier publication printed; empty when the edition has none.
    pub printed_laender: Vec<PrintedLand>,
    /// Rankings an earlier publication printed, in file order; empty when the edition has none.
    pub printed_rankings: Vec<PrintedRanking>,
    /// National key figures.
    pub key_figures: KeyFigures,
    /// Themes of the practice examples, in the order printed.
    pub themes: Vec<Theme>,
    /// Practice examples, in file order.
    pub practice: Vec<Practice>,
    /// Boundaries for maps.
    pub boundaries: Boundaries,
    /// The texts, in the order of their names; empty when the edition has none.
    pub texts: Vec<Prose>,
    /// The edition it is compared with; `None` = with none.
    pub former: Option<Box<Former>>,
}

impl Data {
    /// Whether the brochure has that part of ours: it is listed, and no text of the edition stands in for it.
    pub fn has_part(&self, name: &str) -> bool {
        self.text(name).is_none() && self.edition.parts.iter().any(|part| part.value == name)
    }

    /// The position of an indicator by its key.
    pub fn indicator(&self, key: &str) -> Option<usize> {
        self.indicators.iter().position(|i| i.key == key)
    }

    /// The position of the indicator that measures a quantity; `None` when none does.
    pub fn quantity(&self, quantity: Quantity) -> Option<usize> {
        self.indicators.iter().position(|i| i.measures == Some(quantity))
    }

    /// A text by the name of its file, without `.md`; `None` when the edition has none of that name.
    pub fn text(&self, name: &str) -> Option<&Prose> {
        self.texts.iter().find(|text| text.name == name)
    }
}

/// The edition an edition is compared with, and what lies between them.
#[derive(Debug, Clone)]
pub struct Former {
    /// Its data; it is compared with no other.
    pub data: Data,
    /// What changed since, as far as a person has to say it.
    pub changes: Changes,
}
