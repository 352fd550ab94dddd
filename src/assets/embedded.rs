//! The files embedded in the program: data, templates and fonts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static FONTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fonts");

/// The embedded folders with their names. A project folder has the same shape.
const FOLDERS: [(&str, &Dir<'_>); 3] = [("data", &DATA), ("templates", &TEMPLATES), ("fonts", &FONTS)];

/// All embedded files by path.
static FILES: LazyLock<BTreeMap<String, &'static [u8]>> = LazyLock::new(|| {
    let mut files = BTreeMap::new();
    for (name, dir) in FOLDERS {
        collect(name, dir, &mut files);
    }
    files
});

/// Returns the names of the folders that hold assets: `data`, `templates`, `fonts`.
pub fn folders() -> [&'static str; 3] {
    FOLDERS.map(|(name, _)| name)
}

/// Returns the bytes of an embedded file; `None` when the program has no file at this path.
pub fn embedded_file(path: &str) -> Option<&'static [u8]> {
    FILES.get(path).copied()
}

/// Returns all embedded files with their paths, in the order of the paths.
pub fn embedded_files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().map(|(path, bytes)| (path.as_str(), *bytes))
}

fn collect(prefix: &str, dir: &'static Dir<'static>, files: &mut BTreeMap<String, &'static [u8]>) {
    for file in dir.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        files.insert(format!("{prefix}/{name}"), file.contents());
    }
    for inner in dir.dirs() {
        collect(prefix, inner, files);
    }
}
