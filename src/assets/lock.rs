//! The lock file of a project, `kreisblatt.lock`: which files the project copied from the program, and the hash of each
//! at that time. It tells an unchanged copy from a changed one, and an up-to-date copy from an outdated one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::diag::{Place, Problem, Report, count, shown};

use crate::digest::sha256;

/// The name of the lock file; it lies beside `kreisblatt.toml`.
pub const LOCK_FILE: &str = "kreisblatt.lock";

/// The version of this program, as the lock file records it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

const HEAD: &str = "\
# Which files of the program this project copied: SHA-256 as copied, version of the program, path.
# Written by `kreisblatt new` and `kreisblatt eject`; `kreisblatt list --assets` reads it.
";

/// The content of a lock file: the copied files by their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockFile {
    entries: BTreeMap<String, LockEntry>,
}

/// The record of one copied file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockEntry {
    /// Version of the program that copied the file.
    pub version: String,
    /// SHA-256 of the copied bytes, 64 hex digits.
    pub sha256: String,
}

impl LockFile {
    /// Parses the text of a lock file. A line that cannot be read is skipped with a warning; the file it was about then
    /// counts as changed by the user.
    pub fn parse(text: &str, file: &str) -> (Self, Report) {
        let file: Arc<str> = Arc::from(file);
        let mut lock = Self::default();
        let mut report = Report::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let mut words = line.splitn(3, ' ');
            match (words.next(), words.next(), words.next()) {
                (Some(sha256), Some(version), Some(path))
                    if sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit()) =>
                {
                    lock.keep(path, LockEntry { version: version.to_owned(), sha256: sha256.to_owned() });
                }
                _ => report.push(
                    Problem::warning("KB952", format!("the line `{}` is none of {LOCK_FILE}", shown(line)))
                        .at(Place::new(&file, count(at + 1), 0))
                        .hint("delete it; `kreisblatt eject --force PATH` writes a new one with the file"),
                ),
            }
        }
        (lock, report)
    }

    /// Records that a file was copied from this version of the program.
    pub fn record(&mut self, path: &str, bytes: &[u8]) {
        self.keep(path, LockEntry { version: VERSION.to_owned(), sha256: sha256(bytes) });
    }

    /// Adds an entry of another lock file.
    pub fn keep(&mut self, path: &str, entry: LockEntry) {
        self.entries.insert(path.to_owned(), entry);
    }

    /// Returns the entry of a path; `None` when the file was not copied.
    pub fn entry(&self, path: &str) -> Option<&LockEntry> {
        self.entries.get(path)
    }

    /// Returns the text of the lock file.
    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (path, LockEntry { version, sha256 }) in &self.entries {
            writeln!(text, "{sha256} {version} {path}").expect("writing to a String cannot fail");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_entries_are_read_again_and_other_lines_are_reported() {
        let mut lock = LockFile::default();
        lock.record("templates/mit Leerzeichen.typ", b"x");
        lock.record("data/a.csv", b"");
        let (read, report) = LockFile::parse(&lock.text(), "kreisblatt.lock");
        assert_eq!(read, lock);
        assert!(report.is_empty());
        let (_, report) = LockFile::parse("\nabc 0.1.0 x\n<<<<<<< HEAD\n", "p/kreisblatt.lock");
        let places: Vec<String> =
            report.problems().iter().map(|p| p.place.as_ref().expect("a place").to_string()).collect();
        assert_eq!(places, ["p/kreisblatt.lock:2", "p/kreisblatt.lock:3"]);
    }
}
