//! Bytes -> files: last of all, whole files or none. The one room that writes to disk.

#![expect(clippy::disallowed_methods, reason = "this is the room they belong to")]

use std::collections::BTreeSet;
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
    /// Held as long as the shelf is open: tells later runs that the waiting folder is in use.
    _lock: fs::File,
    staged: BTreeSet<String>,
}

/// How waiting folders begin, and the file in them that is locked while they are in use.
const WAITING: &str = ".kreisblatt-";
const LOCK: &str = ".lock";

fn failed(path: &Path, what: &str, error: &std::io::Error) -> Report {
    let problem = Problem::error("KB801", format!("{what}: {error}")).at(Place::file(&path.display().to_string()));
    let is_file = path.is_file() || path.parent().is_some_and(Path::is_file);
    let hint = if is_file {
        "a file stands where a folder is needed: move it away or choose another --out"
    } else if path.is_dir() && what.contains("place") {
        "a folder stands where the file is to go: move it away"
    } else {
        "check that the folder is yours to write and has room"
    };
    problem.hint(hint).into()
}

impl Shelf {
    /// Opens a folder, making it when it is not there. Waiting folders that killed runs left are removed.
    ///
    /// # Errors
    /// A folder that cannot be made or written to.
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|e| failed(root, "the output folder cannot be made", &e))?;
        remove_abandoned(root);
        let unwritable = |e: std::io::Error| failed(root, "the output folder cannot be written to", &e);
        let waiting = tempfile::Builder::new().prefix(WAITING).tempdir_in(root).map_err(unwritable)?;
        // Locked before it gets its name: nobody ever sees it free while we use it.
        let unnamed = waiting.path().join("lock");
        let lock = fs::File::create(&unnamed).map_err(unwritable)?;
        lock.lock().map_err(unwritable)?;
        fs::rename(&unnamed, waiting.path().join(LOCK)).map_err(unwritable)?;
        Ok(Self { root: root.to_owned(), waiting, _lock: lock, staged: BTreeSet::new() })
    }

    /// Lays a file ready; laid ready twice, the later one counts. `path` is relative, with `/` between folders.
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
        self.staged.insert(path.to_owned());
        Ok(())
    }

    /// Puts all files in their places, in the order of their paths. Returns the paths of those that
    /// could not take theirs, with a problem for each.
    pub fn place(&mut self) -> (Vec<String>, Report) {
        let (mut left, mut report) = (Vec::new(), Report::new());
        for path in std::mem::take(&mut self.staged) {
            let target = self.root.join(&path);
            let put = || -> std::io::Result<()> {
                if let Some(folder) = target.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::rename(self.waiting.path().join(&path), &target)
            };
            if let Err(error) = put() {
                report.extend(failed(&target, "the file cannot be put in its place", &error));
                left.push(path);
            }
        }
        (left, report)
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

/// Removes waiting folders whose lock is free: their runs are dead. What cannot be removed stays; it is
/// hidden and in nobody's way.
fn remove_abandoned(root: &Path) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for entry in entries.flatten().filter(|e| e.file_name().to_string_lossy().starts_with(WAITING)) {
        let lock = fs::OpenOptions::new().write(true).open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_only_when_committed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut shelf = Shelf::open(folder.path()).expect("opens");
        shelf.stage("a/b.txt", b"old").expect("stages");
        shelf.stage("a/b.txt", b"x").expect("stages");
        assert!(!folder.path().join("a/b.txt").exists());
        assert!(shelf.place().1.is_empty());
        drop(shelf);
        assert_eq!(fs::read(folder.path().join("a/b.txt")).expect("reads"), b"x");
        assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 1, "no waiting folder left");
    }

    #[test]
    fn folders_of_dead_runs_go_and_those_of_living_ones_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let living = Shelf::open(folder.path()).expect("opens");
        let dead = folder.path().join(".kreisblatt-dead");
        fs::create_dir(&dead).expect("a folder");
        fs::File::create(dead.join(LOCK)).expect("a lock nobody holds");
        let foreign = folder.path().join(".kreisblatt-without-lock");
        fs::create_dir(&foreign).expect("a folder");
        let _other = Shelf::open(folder.path()).expect("opens");
        assert!(living.waiting.path().exists() && foreign.exists());
        assert!(!dead.exists());
    }

    #[test]
    fn a_file_that_cannot_take_its_place_is_named_and_the_others_take_theirs() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("a.pdf/x")).expect("a folder in the way");
        let mut shelf = Shelf::open(folder.path()).expect("opens");
        shelf.stage("a.pdf", b"a").expect("stages");
        shelf.stage("b.pdf", b"b").expect("stages");
        let (left, report) = shelf.place();
        assert_eq!(left, ["a.pdf"]);
        assert!(report.problems()[0].to_string().contains("a folder stands where the file is to go"));
        assert!(folder.path().join("b.pdf").is_file());
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
