//! Reading a folder of the user's: its entries in order, its files, and links that may not be followed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diag::{Place, Problem, Report, Result};

/// Largest file that is read, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// Returns a path as users write it: without the `./` of the current folder.
pub fn path_shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// Returns the last part of a path.
pub fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Returns the paths of a folder's entries in order.
///
/// # Errors
/// A folder that cannot be read.
pub fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Report::from(
            Problem::error("KB901", format!("the folder cannot be read: {error}"))
                .at(Place::file(&folder.display().to_string())),
        )
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Returns what forbids reading an entry of a project folder; `None` when it may be read. Forbidden are a link out of
/// the folder, a link to a folder (it could lead round in circles), and what is neither file nor folder (reading it
/// might never end).
pub fn forbidden_entry(root: &Path, path: &Path) -> Option<Problem> {
    let kind = fs::symlink_metadata(path).ok()?.file_type();
    let problem = |id, message: String| Some(Problem::error(id, message).at(Place::file(&path_shown(path))));
    if !kind.is_symlink() {
        return if kind.is_file() || kind.is_dir() {
            None
        } else {
            problem("KB901", "the entry is neither a file nor a folder".to_owned())
        };
    }
    let hint = "a project holds what it reads: put a copy in its place";
    let (root, target) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
    if !target.starts_with(root) {
        problem("KB993", "the link leads out of the project".to_owned())?.hint(hint).into()
    } else if !target.is_file() {
        problem("KB993", "the link leads to a folder".to_owned())?.hint(hint).into()
    } else {
        None
    }
}

/// Reads a file.
///
/// # Errors
/// A file that cannot be read or is larger than 64 MB.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Problem> {
    let place = Place::file(&path_shown(path));
    let unreadable =
        |error: std::io::Error| Problem::error("KB901", format!("the file cannot be read: {error}")).at(place.clone());
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST_FILE {
        let message = format!("the file has {size} bytes; the limit is {LARGEST_FILE}");
        return Err(Problem::error("KB905", message).at(place.clone()));
    }
    fs::read(path).map_err(unreadable)
}
