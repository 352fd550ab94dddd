//! `manifest.json`: the files of an output folder, and what each was made from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::args::Profile;
use crate::compose::hex;
use crate::model::Data;
use crate::plan::Plan;
use crate::typeset::Standard;

/// The file.
pub const MANIFEST: &str = "manifest.json";

/// This program, as a manifest names it.
pub const PROGRAM: &str = concat!("kreisblatt ", env!("CARGO_PKG_VERSION"));

/// What `manifest.json` says of the output folder.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Program and version that wrote it last.
    pub program: String,
    /// Key of the edition.
    pub edition: String,
    /// Reference date, `2017-06` or `2017-06-30`.
    pub stand: String,
    /// The files, in the order of their paths.
    pub files: Vec<Entry>,
}

/// A file as the manifest names it; what only documents have is `None` for other files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Path below the edition's output folder, with `/` between folders.
    pub path: String,
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
    /// Its length.
    pub bytes: usize,
    /// How many pages.
    pub pages: Option<usize>,
    /// SHA-256 over program version, look, fonts and the document's own text; the Kennung is its beginning.
    pub inputs: Option<String>,
    /// Template it was made with.
    pub template: Option<String>,
    /// PDF standards it keeps.
    pub standard: Option<String>,
    /// Document ID.
    pub kennung: Option<String>,
    /// How it was asked for.
    #[serde(default)]
    pub settings: Option<Settings>,
}

/// How a document was asked for: what it takes to compose it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Settings {
    /// What it is for.
    pub profile: Profile,
    /// Whether its pages reach over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages were added.
    pub padded: bool,
    /// How tight a fact sheet is set: 0 as designed.
    pub tightness: usize,
    /// AGS of the Kommunen it is about; `None` for all of the edition.
    pub selection: Option<Vec<String>>,
}

impl Settings {
    /// How the documents of a build are asked for.
    pub fn of(plan: &Plan, data: &Data) -> Self {
        let all = plan.scope.len() == data.kommunen.len();
        let selection = || plan.scope.iter().map(|k| data.kommunen[*k].ags.value.clone()).collect();
        Self {
            profile: plan.profile,
            bleed: plan.bleed,
            padded: plan.padded,
            tightness: 0,
            selection: (!all).then(selection),
        }
    }

    /// The PDF standards of the document.
    pub fn standard(&self) -> Standard {
        if self.profile == Profile::Daten { Standard::Data } else { Standard::Archive }
    }
}

impl Entry {
    /// A file of which no more is known than its bytes.
    pub fn plain(path: &str, bytes: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            sha256: sha256(bytes),
            bytes: bytes.len(),
            pages: None,
            inputs: None,
            template: None,
            standard: None,
            kennung: None,
            settings: None,
        }
    }
}

/// SHA-256 of bytes, as 64 hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
