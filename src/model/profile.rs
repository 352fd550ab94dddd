//! What documents are made for, and into how many parts a build is split.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What PDFs are for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Profile {
    /// For records and readers: PDF/A-2a and PDF/UA-1.
    #[default]
    #[serde(rename = "archiv")]
    Archive,
    /// For people who calculate: PDF/A-3a and PDF/UA-1, with the figures attached as CSV and JSON.
    #[serde(rename = "daten")]
    Data,
    /// As [`Profile::Archive`], marked as a draft on every page.
    #[serde(rename = "entwurf")]
    Draft,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Archive, Self::Data, Self::Draft];

    /// Its name on the command line and in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archiv",
            Self::Data => "daten",
            Self::Draft => "entwurf",
        }
    }
}

/// One part of a build that is split. The parts take the documents in turn, so that they take equally long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// Which part, from 1.
    pub part: usize,
    /// How many parts there are.
    pub of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            _ => Err("write the part and how many there are, for example 1/4".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    /// As file names have it: `1-of-4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-of-{}", self.part, self.of)
    }
}
