//! Bytes -> files: last of all, whole files or none. The one room that writes to disk.

#![expect(clippy::disallowed_methods, reason = "this is the room they belong to")]

use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::diag::{Place, Problem, Report, Result};

/// A folder that gets its files at the end: they wait in a hidden folder beside their places, and are
/// then renamed one by one. A killed run leaves old files or new files, never half ones.
#[derive(Debug)]
pub struct Shelf {
    root: PathBuf,
    waiting: TempDir,
    staged: Vec<String>,
}

fn failed(path: &Path, what: &str, error: &std::io::Error) -> Report {
    Problem::error("KB801", format!("{what}: {error}"))
        .at(Place::file(&path.display().to_string()))
        .hint("check that the folder exists, is yours to write, and has room")
        .into()
}

impl Shelf {
    /// Opens a folder, making it when it is not there.
    ///
    /// # Errors
    /// A folder that cannot be made or written to.
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|e| failed(root, "the output folder cannot be made", &e))?;
        let waiting = tempfile::Builder::new()
            .prefix(".kreisblatt-")
            .tempdir_in(root)
            .map_err(|e| failed(root, "the output folder cannot be written to", &e))?;
        Ok(Self { root: root.to_owned(), waiting, staged: Vec::new() })
    }

    /// Lays a file ready. `path` is relative, with `/` between folders.
    ///
    /// # Errors
    /// A path that would leave the folder, and a disk that does not take the file.
    pub fn stage(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let relative = Path::new(path);
        if path.is_empty() || relative.components().any(|part| !matches!(part, Component::Normal(_))) {
            let problem = Problem::error("KB802", format!("the path `{path}` would leave the output folder"));
            return Err(problem.at(Place::file(&self.root.display().to_string())).into());
        }
        let target = self.waiting.path().join(relative);
        let write = || -> std::io::Result<()> {
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::File::create(&target)?.write_all(bytes)
        };
        write().map_err(|e| failed(&target, "the file cannot be written", &e))?;
        self.staged.push(path.to_owned());
        Ok(())
    }

    /// Puts all files in their places, in the order they were laid ready.
    ///
    /// # Errors
    /// Every file that cannot take its place; the others are put in theirs.
    pub fn commit(self) -> Result<()> {
        let mut report = Report::new();
        for path in &self.staged {
            let target = self.root.join(path);
            let put = || -> std::io::Result<()> {
                if let Some(folder) = target.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::rename(self.waiting.path().join(path), &target)
            };
            if let Err(error) = put() {
                report.extend(failed(&target, "the file cannot be put in its place", &error));
            }
        }
        if report.has_errors() { Err(report) } else { Ok(()) }
    }

    /// A file that already stands in the folder; `None` when there is none.
    pub fn existing(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// Whether a file already stands in the folder.
    pub fn holds(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_only_when_committed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut shelf = Shelf::open(folder.path()).expect("opens");
        shelf.stage("a/b.txt", b"x").expect("stages");
        assert!(!folder.path().join("a/b.txt").exists());
        shelf.commit().expect("commits");
        assert_eq!(fs::read(folder.path().join("a/b.txt")).expect("reads"), b"x");
        assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 1, "no waiting folder left");
    }

    #[test]
    fn nothing_leaves_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut shelf = Shelf::open(folder.path()).expect("opens");
        for path in ["../x", "/etc/x", "a/../../x", ""] {
            assert!(shelf.stage(path, b"x").is_err(), "{path}");
        }
    }
}
