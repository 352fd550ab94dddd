//! How a document was asked for.

use serde::{Deserialize, Serialize};

use crate::model::{Data, Profile};
use crate::typeset::Standard;

use super::kind::Subject;

/// How a document was asked for: what it takes to compose it again. Stands in the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Settings {
    /// What it is for.
    pub profile: Profile,
    /// Whether its pages reach over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages were added.
    pub padded: bool,
    /// How much tighter than designed a document of one page is set: 0 as designed, at most
    /// [`MAX_TIGHTNESS`](super::MAX_TIGHTNESS).
    pub tightness: usize,
    /// AGS of the Kommunen it is about, in the order of the table, or for documents that compare a few in the order named;
    /// `None` for all of the edition, and for documents about one Kommune.
    pub selection: Option<Vec<String>>,
}

impl Settings {
    /// The settings of a document, from those that hold for all documents of a run. What is about one Kommune is the same
    /// whatever else is selected; only the brochure and its like are cut from larger sheets.
    pub fn of(run: &Self, subject: &Subject, scope: &[usize], data: &Data) -> Self {
        let ags = |positions: &[usize]| positions.iter().map(|k| data.kommunen[*k].ags.value.clone()).collect();
        let (is_cut, selection) = match subject {
            Subject::Kommune(_) | Subject::Annex(..) => (false, None),
            Subject::Kommunen(compared) => (false, Some(ags(compared))),
            Subject::Edition | Subject::Meeting => (true, (scope.len() < data.kommunen.len()).then(|| ags(scope))),
        };
        Self { bleed: run.bleed && is_cut, padded: run.padded && is_cut, tightness: 0, selection, profile: run.profile }
    }

    /// The PDF standards of the document.
    pub fn standard(&self) -> Standard {
        match self.profile {
            Profile::Archive | Profile::Draft => Standard::Archive,
            Profile::Data => Standard::Data,
        }
    }

    /// Whether the document is marked as a draft.
    pub fn is_draft(&self) -> bool {
        self.profile == Profile::Draft
    }
}
