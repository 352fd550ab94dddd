//! `manifest.json`: the files of an output folder, and what each was made from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::args::Profile;
use crate::assets::{Assets, LOCK_FILE, hex, sha256};
use crate::compose::MANUAL;
use crate::model::{Data, Edition, Meeting};
use crate::plan::{Kind, Plan};
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
    /// The meeting the files are annexes for; `None` for a build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
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
    /// SHA-256 over all files it could be made from, as the last run found them that made or kept it.
    #[serde(default)]
    pub made_from: Option<String>,
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
    /// How a document of a build is asked for. What is about one Kommune is the same whatever else is selected, and
    /// its pages are never cut.
    pub fn of(plan: &Plan, kind: Kind, data: &Data) -> Self {
        let of_kommune = kind.kommune().is_some();
        let all = plan.scope.len() == data.kommunen.len();
        let selection = || plan.scope.iter().map(|k| data.kommunen[*k].ags.value.clone()).collect();
        Self {
            profile: plan.profile,
            bleed: plan.bleed && !of_kommune,
            padded: plan.padded && !of_kommune,
            tightness: 0,
            selection: (!all && !of_kommune).then(selection),
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
            made_from: None,
        }
    }
}

/// SHA-256 over program version and all files documents of an edition can be made from, 64 hex digits: its own
/// data, that of the edition before, what editions share, templates, fonts and what the project says.
pub fn made_from(assets: &Assets, edition: &Edition) -> String {
    let former = edition.former.as_ref().map(|former| former.value.as_str());
    let of_other = |path: &str| {
        let folder = path.strip_prefix("data/").and_then(|path| path.split_once('/'));
        folder.is_some_and(|(folder, _)| folder != edition.key && Some(folder) != former && folder != "geo")
    };
    // What is said of files and of deliveries reaches no page.
    let of_data = |path: &str| path.ends_with("README.md") || path.ends_with("/mapping.toml");
    let aside = |path: &str| path == LOCK_FILE || path == MANUAL || (path.starts_with("data/") && of_data(path));
    let mut hash = Sha256::new();
    hash.update(PROGRAM);
    for path in assets.list("").filter(|path| !of_other(path) && !aside(path)) {
        let bytes = assets.bytes(path).unwrap_or_default();
        hash.update(format!("\n{path} {}\n", bytes.len()));
        hash.update(bytes);
    }
    hex(&hash.finalize())
}
