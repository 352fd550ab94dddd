//! What an edition says of the one before it: mergers, new keys, and what cannot be compared (`changes.toml`).

use chrono::NaiveDate;

use super::values::{Sourced, Text};

/// Several Kommunen of the former edition that are one now.
#[derive(Debug, Clone)]
pub struct Merger {
    /// Their AGS in the former edition.
    pub from: Vec<Text>,
    /// The AGS of what came of them.
    pub into: Text,
    /// The day it took effect; `None` when it is not said.
    pub date: Option<NaiveDate>,
    /// What is to be said of it; empty when nothing is.
    pub note: Text,
}

/// A Kommune whose AGS is another one now; its area is the same.
#[derive(Debug, Clone)]
pub struct Renaming {
    /// Its AGS in the former edition.
    pub from: Text,
    /// Its AGS now.
    pub into: Text,
    /// What is to be said of it; empty when nothing is.
    pub note: Text,
}

/// A person's word on whether something can be compared with the former edition.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// AGS of a Kommune, or key of an indicator.
    pub of: Text,
    /// Whether its values can be compared.
    pub comparable: Sourced<bool>,
    /// Why; empty when it is not said.
    pub note: Text,
}

/// `changes.toml`: all of it empty when the edition has no such file.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Mergers, in file order.
    pub mergers: Vec<Merger>,
    /// New keys, in file order.
    pub renamed: Vec<Renaming>,
    /// On the areas of Kommunen, by their AGS now.
    pub areas: Vec<Verdict>,
    /// On the definitions of indicators, by their keys.
    pub definitions: Vec<Verdict>,
}

impl Changes {
    /// What is printed of it.
    pub fn notes(&self) -> impl Iterator<Item = &Text> {
        let of_kommunen = self.mergers.iter().map(|m| &m.note).chain(self.renamed.iter().map(|r| &r.note));
        of_kommunen.chain(self.areas.iter().chain(&self.definitions).map(|verdict| &verdict.note))
    }
}
