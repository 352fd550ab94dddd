//! Writes files to disk: last of all, and each whole or not at all. No other room writes to disk.

#![expect(clippy::disallowed_methods, reason = "this is the room they belong to")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::diag::{Place, Problem, Report, Result};

/// A folder whose files are written at the end: they are staged in a hidden folder in it, and are then moved to their
/// places one by one. A killed run leaves old files or new files, never half ones; the files it had staged can be used
/// by the next run.
#[derive(Debug)]
pub struct StagedFolder {
    root: PathBuf,
    /// The hidden folder of staged files.
    waiting: TempDir,
    journal: fs::File,
    journal_end: u64,
    /// Locked as long as this folder is open: tells other runs that the hidden folder is in use.
    _lock: fs::File,
    /// The paths of the staged files.
    staged: BTreeSet<String>,
    abandoned: Vec<Abandoned>,
}

/// The hidden folder of a run that was killed. We hold its lock; when this is dropped, the folder is removed.
#[derive(Debug)]
struct Abandoned {
    folder: PathBuf,
    _lock: fs::File,
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        // A folder that cannot be removed stays: it is hidden and disturbs nobody.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// How the names of hidden folders begin, the file in them that is locked while they are in use, and the journal, which
/// lists the staged files.
const WAITING: &str = ".kreisblatt-";
const LOCK: &str = ".lock";
const JOURNAL: &str = ".journal";

fn failed(path: &Path, what: &str, error: &io::Error) -> Report {
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

impl StagedFolder {
    /// Opens a folder, and makes it when it does not exist. The hidden folders of killed runs are taken over; they are
    /// removed when this folder is closed.
    ///
    /// # Errors
    /// A folder that cannot be made or written to.
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|e| failed(root, "the output folder cannot be made", &e))?;
        let abandoned = abandoned(root);
        let unwritable = |e: io::Error| failed(root, "the output folder cannot be written to", &e);
        let waiting = tempfile::Builder::new().prefix(WAITING).tempdir_in(root).map_err(unwritable)?;
        let journal = fs::File::create(waiting.path().join(JOURNAL)).map_err(unwritable)?;
        // Locked before it gets its name: nobody ever sees it free while we use it.
        let unnamed = waiting.path().join("lock");
        let lock = fs::File::create(&unnamed).map_err(unwritable)?;
        lock.lock().map_err(unwritable)?;
        fs::rename(&unnamed, waiting.path().join(LOCK)).map_err(unwritable)?;
        let root = root.to_owned();
        Ok(Self { root, waiting, journal, journal_end: 0, _lock: lock, staged: BTreeSet::new(), abandoned })
    }

    /// Stages a file; a file staged twice has the later bytes. `path` is relative, with `/` between folders.
    ///
    /// # Errors
    /// A path that would leave the folder, and a disk that does not take the file.
    pub fn stage(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.stage_with(path, |file| file.write_all(bytes))
    }

    /// Stages a file that is written piece by piece.
    ///
    /// # Errors
    /// As [`Self::stage`].
    pub fn stage_with(&mut self, path: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let target = self.waiting_place(path)?;
        let written = || -> io::Result<()> {
            let mut file = BufWriter::new(fs::File::create(&target)?);
            write(&mut file)?;
            file.flush()
        };
        written().map_err(|e| failed(&target, "the file cannot be written", &e))?;
        self.staged.insert(path.to_owned());
        Ok(())
    }

    /// Stages a file out of `left`, the hidden folder of a killed run.
    ///
    /// # Errors
    /// As [`Self::stage`].
    pub fn adopt(&mut self, path: &str, left: &Path) -> Result<()> {
        let target = self.waiting_place(path)?;
        fs::rename(left.join(path), &target).map_err(|e| failed(&target, "the file cannot be taken over", &e))?;
        self.staged.insert(path.to_owned());
        Ok(())
    }

    /// The bytes of a staged file, or else of the file at its place.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        let folder = if self.staged.contains(path) { self.waiting.path() } else { &self.root };
        let path = folder.join(path);
        fs::read(&path).map_err(|e| failed(&path, "the file cannot be read", &e))
    }

    /// Unstages a file.
    pub fn withdraw(&mut self, path: &str) {
        self.staged.remove(path);
    }

    /// The path of a staged file in the hidden folder; makes its folder.
    fn waiting_place(&self, path: &str) -> Result<PathBuf> {
        let relative = Path::new(path);
        if path.is_empty() || relative.components().any(|part| !matches!(part, Component::Normal(_))) {
            let problem = Problem::error("KB802", format!("the path `{path}` would leave the output folder"));
            return Err(problem.at(Place::file(&self.root.display().to_string())).into());
        }
        let target = self.waiting.path().join(relative);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|e| failed(folder, "the folder cannot be made", &e))?;
        }
        Ok(target)
    }

    /// Writes to the journal, which a later run reads if this one is killed. Returns the range of bytes in
    /// [`Self::journal`].
    ///
    /// # Errors
    /// A journal that cannot be written.
    pub fn note(&mut self, text: &str) -> Result<Range<u64>> {
        let written = self.journal.write_all(text.as_bytes());
        written.map_err(|e| failed(&self.journal(), "the journal cannot be written", &e))?;
        let start = self.journal_end;
        self.journal_end += text.len() as u64;
        Ok(start..self.journal_end)
    }

    /// The file [`Self::note`] writes to.
    pub fn journal(&self) -> PathBuf {
        self.waiting.path().join(JOURNAL)
    }

    /// The hidden folders of killed runs, each with the path of its journal.
    pub fn abandoned(&self) -> impl Iterator<Item = (&Path, PathBuf)> {
        self.abandoned.iter().map(|left| (left.folder.as_path(), left.folder.join(JOURNAL)))
    }

    /// Moves all staged files to their places, in the order of their paths; where a file with the same bytes exists, it
    /// stays untouched. Returns the paths that could not be written, with a problem for each.
    pub fn place(&mut self) -> (Vec<String>, Report) {
        let (mut left, mut report) = (Vec::new(), Report::new());
        for path in std::mem::take(&mut self.staged) {
            let (waiting, target) = (self.waiting.path().join(&path), self.root.join(&path));
            let put = || -> io::Result<()> {
                if same(&waiting, &target).unwrap_or(false) {
                    return Ok(());
                }
                if let Some(folder) = target.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::rename(&waiting, &target)
            };
            if let Err(error) = put() {
                report.extend(failed(&target, "the file cannot be put in its place", &error));
                left.push(path);
            }
        }
        (left, report)
    }

    /// The path of a file of the folder.
    pub fn place_of(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Whether the folder has a file at this path.
    pub fn holds(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }
}

/// Writes a single file, whole or not at all. A file that exists there is replaced: the caller has checked that it may
/// be.
///
/// # Errors
/// A path that names no file, and a folder that cannot be written to.
pub fn file(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        let problem = Problem::error("KB802", "the path names no file, or one that is not UTF-8");
        return Err(problem.at(Place::file(&path.display().to_string())).hint("name another file").into());
    };
    let mut staged_folder = StagedFolder::open(folder)?;
    staged_folder.stage(name, bytes)?;
    let (_, problems) = staged_folder.place();
    if problems.has_errors() { Err(problems) } else { Ok(()) }
}

/// Whether two files hold the same bytes.
fn same(a: &Path, b: &Path) -> io::Result<bool> {
    let (a, b) = (fs::File::open(a)?, fs::File::open(b)?);
    if a.metadata()?.len() != b.metadata()?.len() {
        return Ok(false);
    }
    let (mut a, mut b) = (BufReader::new(a), BufReader::new(b));
    let (mut of_a, mut of_b) = ([0; 8192], [0; 8192]);
    loop {
        let count = a.read(&mut of_a)?;
        if count == 0 {
            return Ok(true);
        }
        b.read_exact(&mut of_b[..count])?;
        if of_a[..count] != of_b[..count] {
            return Ok(false);
        }
    }
}

/// The hidden folders whose lock is free: their runs are dead.
fn abandoned(root: &Path) -> Vec<Abandoned> {
    let Ok(entries) = fs::read_dir(root) else { return Vec::new() };
    let ours = entries.flatten().filter(|e| e.file_name().to_string_lossy().starts_with(WAITING));
    let mut found: Vec<Abandoned> = ours
        .filter_map(|entry| {
            let folder = entry.path();
            let lock = fs::OpenOptions::new().write(true).open(folder.join(LOCK)).ok()?;
            // Only for free folders: an `Abandoned` that is dropped removes its folder.
            lock.try_lock().is_ok().then(|| Abandoned { folder, _lock: lock })
        })
        .collect();
    found.sort_by(|a, b| a.folder.cmp(&b.folder));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_only_when_committed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut staged_folder = StagedFolder::open(folder.path()).expect("opens");
        staged_folder.stage("a/b.txt", b"old").expect("stages");
        staged_folder.stage("a/b.txt", b"x").expect("stages");
        assert!(!folder.path().join("a/b.txt").exists());
        assert!(staged_folder.place().1.is_empty());
        drop(staged_folder);
        assert_eq!(fs::read(folder.path().join("a/b.txt")).expect("reads"), b"x");
        assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 1, "no waiting folder left");
    }

    #[test]
    fn folders_of_dead_runs_go_and_those_of_living_ones_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let living = StagedFolder::open(folder.path()).expect("opens");
        let dead = folder.path().join(".kreisblatt-dead");
        fs::create_dir(&dead).expect("a folder");
        fs::File::create(dead.join(LOCK)).expect("a lock nobody holds");
        let foreign = folder.path().join(".kreisblatt-without-lock");
        fs::create_dir(&foreign).expect("a folder");
        let other = StagedFolder::open(folder.path()).expect("opens");
        assert!(dead.exists(), "it may still be of use");
        drop(other);
        assert!(living.waiting.path().exists() && foreign.exists());
        assert!(!dead.exists());
    }

    #[test]
    fn a_file_that_cannot_take_its_place_is_named_and_the_others_take_theirs() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("a.pdf/x")).expect("a folder in the way");
        let mut staged_folder = StagedFolder::open(folder.path()).expect("opens");
        staged_folder.stage("a.pdf", b"a").expect("stages");
        staged_folder.stage("b.pdf", b"b").expect("stages");
        let (left, report) = staged_folder.place();
        assert_eq!(left, ["a.pdf"]);
        assert!(report.problems()[0].to_string().contains("a folder stands where the file is to go"));
        assert!(folder.path().join("b.pdf").is_file());
    }

    #[test]
    fn nothing_leaves_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut staged_folder = StagedFolder::open(folder.path()).expect("opens");
        for path in ["../x", "/etc/x", "a/../../x", ""] {
            assert!(staged_folder.stage(path, b"x").is_err(), "{path}");
        }
    }

    #[test]
    fn what_a_killed_run_had_ready_is_taken_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut killed = StagedFolder::open(folder.path()).expect("opens");
        killed.stage("a/b.txt", b"ready").expect("stages");
        assert_eq!(killed.note("a\n").expect("notes"), 0..2);
        assert_eq!(killed.note("b\n").expect("notes"), 2..4);
        // As a kill leaves it: the folder stays, the lock is free.
        let StagedFolder { waiting, _lock, .. } = killed;
        let left = waiting.keep();
        drop(_lock);
        let mut next = StagedFolder::open(folder.path()).expect("opens");
        let found: Vec<PathBuf> = next.abandoned().map(|(folder, _)| folder.to_owned()).collect();
        assert_eq!(found, std::slice::from_ref(&left));
        let journals: Vec<PathBuf> = next.abandoned().map(|(_, journal)| journal).collect();
        assert_eq!(fs::read(&journals[0]).expect("reads"), b"a\nb\n");
        next.adopt("a/b.txt", &left).expect("adopts");
        assert!(next.place().1.is_empty());
        drop(next);
        assert!(!left.exists());
        assert_eq!(fs::read(folder.path().join("a/b.txt")).expect("reads"), b"ready");
    }

    #[test]
    fn a_file_with_the_same_bytes_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.txt");
        fs::write(&file, b"same").expect("writes");
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        let set = || fs::OpenOptions::new().write(true).open(&file)?.set_modified(long_ago);
        set().expect("a time");
        let modified = || fs::metadata(&file).and_then(|m| m.modified()).expect("a time");
        let mut staged_folder = StagedFolder::open(folder.path()).expect("opens");
        staged_folder.stage("a.txt", b"same").expect("stages");
        assert!(staged_folder.place().1.is_empty());
        assert_eq!(modified(), long_ago);
        staged_folder.stage("a.txt", b"else").expect("stages");
        assert!(staged_folder.place().1.is_empty());
        assert_ne!(modified(), long_ago);
        assert_eq!(fs::read(&file).expect("reads"), b"else");
    }
}
