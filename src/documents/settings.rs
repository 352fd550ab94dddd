//! The settings of a document.

use serde::{Deserialize, Serialize};

use crate::model::{Data, Profile};
use crate::typeset::Standard;

use super::kind::Subject;

/// The settings of a document: the data needed to compose it again. They are in the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Settings {
    /// Its purpose.
    pub profile: Profile,
    /// Whether its pages extend over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages were added.
    pub padded: bool,
    /// The number of steps by which a one-page document is set tighter than designed: 0 as designed, at most
    /// [`MAX_TIGHTNESS`](super::MAX_TIGHTNESS).
    pub tightness: usize,
    /// AGS of its Kommunen, in the order of the table, or in the order of the comparison for documents that compare a
    /// few; `None` for all Kommunen of the edition, and for documents about one Kommune.
    pub selection: Option<Vec<String>>,
}

impl Settings {
    /// Returns the settings of a document, from the settings of the run. A document about one Kommune does not depend
    /// on the selection; only documents like the brochure are cut from larger sheets.
    pub fn of(run: &Self, subject: &Subject, scope: &[usize], data: &Data) -> Self {
        let ags = |positions: &[usize]| positions.iter().map(|k| data.kommunen[*k].ags.value.clone()).collect();
        let (is_cut, selection) = match subject {
            Subject::Kommune(_) | Subject::Annex(..) => (false, None),
            Subject::Kommunen(compared) => (false, Some(ags(compared))),
            Subject::Edition | Subject::Meeting => (true, (scope.len() < data.kommunen.len()).then(|| ags(scope))),
        };
        Self { bleed: run.bleed && is_cut, padded: run.padded && is_cut, tightness: 0, selection, profile: run.profile }
    }

    /// Returns the PDF standards of the document.
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
