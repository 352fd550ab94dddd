//! `manifest.json`: the files of an output folder, and the inputs of each file.

use serde::{Deserialize, Serialize};

use crate::assets::{Assets, LOCK_FILE};
use crate::compose::MANUAL;
use crate::digest::{Sha256Hasher, sha256};
use crate::documents::Settings;
use crate::model::{EditionDetails, Meeting, Shard};

use super::tracer::TRACE;

/// The name of the file.
pub const MANIFEST: &str = "manifest.json";

/// The name and version of this program in a manifest.
pub const PROGRAM: &str = concat!("kreisblatt ", env!("CARGO_PKG_VERSION"));

/// The content of `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The program and version of the last run.
    pub program: String,
    /// Key of the edition.
    pub edition: String,
    /// Reference date, `2017-06` or `2017-06-30`.
    pub stand: String,
    /// The meeting that the files belong to; `None` for a build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
    /// The files, in the order of their paths.
    pub files: Vec<FileEntry>,
}

/// A file in the manifest; fields that only documents have are `None` for other files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path below the edition's output folder, with `/` between folders.
    pub path: String,
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: usize,
    /// The number of pages.
    pub pages: Option<usize>,
    /// SHA-256 over program version, look, fonts and the text of the document; the Kennung is its beginning.
    pub inputs: Option<String>,
    /// The template of the document.
    pub template: Option<String>,
    /// The PDF standards of the document.
    pub standard: Option<String>,
    /// Document ID.
    pub kennung: Option<String>,
    /// The settings it was made with.
    #[serde(default)]
    pub settings: Option<Settings>,
    /// SHA-256 over all files it could be made from, at the last run that made or kept it.
    #[serde(default)]
    pub made_from: Option<String>,
}

impl FileEntry {
    /// Returns an entry with path, length and hash only.
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

/// Returns the SHA-256 over the program version and all files that documents of an edition can be made from, 64 hex
/// digits: its data, the data of the former edition, shared data, templates, fonts and the project settings.
pub fn made_from(assets: &Assets, edition: &EditionDetails) -> String {
    let former = edition.former.as_ref().map(|former| former.value.as_str());
    let of_other = |path: &str| {
        let folder = path.strip_prefix("data/").and_then(|path| path.split_once('/'));
        folder.is_some_and(|(folder, _)| folder != edition.key && Some(folder) != former && folder != "geo")
    };
    // README files and mappings have no effect on pages.
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

/// The file names of the manifest and the trace of a folder, or of one part of a split build.
pub struct ManifestPaths {
    manifest: String,
    trace: String,
}

impl ManifestPaths {
    /// Returns the names for a part, or for the whole folder if `shard` is `None`.
    pub fn of(shard: Option<Shard>) -> Self {
        let named = |name: &str| match (shard, name.split_once('.')) {
            (Some(shard), Some((stem, ending))) => format!("{stem}.{shard}.{ending}"),
            _ => name.to_owned(),
        };
        Self { manifest: named(MANIFEST), trace: named(TRACE) }
    }

    /// Returns the part whose manifest has this name; `None` for other files.
    pub fn shard(name: &str) -> Option<Shard> {
        let (stem, ending) = MANIFEST.split_once('.')?;
        let part = name.strip_prefix(stem)?.strip_suffix(ending)?.trim_matches('.');
        let shard: Shard = part.replace("-of-", "/").parse().ok()?;
        (Self::of(Some(shard)).manifest == name).then_some(shard)
    }

    /// Returns the name of the manifest.
    pub fn manifest(&self) -> &str {
        &self.manifest
    }

    /// Returns the name of the trace.
    pub fn trace(&self) -> &str {
        &self.trace
    }
}
