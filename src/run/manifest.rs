//! `manifest.json`: the files of an output folder, and what each was made from.

use serde::{Deserialize, Serialize};

use crate::assets::{Assets, LOCK_FILE};
use crate::compose::MANUAL;
use crate::digest::{Sha256Hasher, sha256};
use crate::documents::Settings;
use crate::model::{EditionDetails, Meeting, Shard};

use super::tracer::TRACE;

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
    pub files: Vec<FileEntry>,
}

/// A file as the manifest names it; what only documents have is `None` for other files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileEntry {
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

impl FileEntry {
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
pub fn made_from(assets: &Assets, edition: &EditionDetails) -> String {
    let former = edition.former.as_ref().map(|former| former.value.as_str());
    let of_other = |path: &str| {
        let folder = path.strip_prefix("data/").and_then(|path| path.split_once('/'));
        folder.is_some_and(|(folder, _)| folder != edition.key && Some(folder) != former && folder != "geo")
    };
    // What is said of files and of deliveries reaches no page.
    let of_data = |path: &str| path.ends_with("README.md") || path.ends_with("/mapping.toml");
    let aside = |path: &str| path == LOCK_FILE || path == MANUAL || (path.starts_with("data/") && of_data(path));
    let mut hash = Sha256Hasher::new();
    hash.update(PROGRAM);
    for path in assets.list("").filter(|path| !of_other(path) && !aside(path)) {
        let bytes = assets.bytes(path).unwrap_or_default();
        hash.update(format!("\n{path} {}\n", bytes.len()));
        hash.update(bytes);
    }
    hash.hex()
}

/// The names of the manifest and the trace of a folder, or of one part of a split build.
pub struct ManifestPaths {
    manifest: String,
    trace: String,
}

impl ManifestPaths {
    /// The names for a part; those of the whole folder for `None`.
    pub fn of(shard: Option<Shard>) -> Self {
        let named = |name: &str| match (shard, name.split_once('.')) {
            (Some(shard), Some((stem, ending))) => format!("{stem}.{shard}.{ending}"),
            _ => name.to_owned(),
        };
        Self { manifest: named(MANIFEST), trace: named(TRACE) }
    }

    /// The part whose manifest has this name; `None` for other files.
    pub fn shard(name: &str) -> Option<Shard> {
        let (stem, ending) = MANIFEST.split_once('.')?;
        let part = name.strip_prefix(stem)?.strip_suffix(ending)?.trim_matches('.');
        let shard: Shard = part.replace("-of-", "/").parse().ok()?;
        (Self::of(Some(shard)).manifest == name).then_some(shard)
    }

    /// The name of the manifest.
    pub fn manifest(&self) -> &str {
        &self.manifest
    }

    /// The name of the trace.
    pub fn trace(&self) -> &str {
        &self.trace
    }
}
