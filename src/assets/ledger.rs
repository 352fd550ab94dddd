//! What a project copied from the program, and as it was then: `kreisblatt.lock`. With it a copy can be told from a
//! change, and a copy of something that has moved on from one that is up to date.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::digest::sha256;

use crate::diag::{Place, Problem, Report, count, shown};

/// The name of the file, beside `kreisblatt.toml`.
pub const LEDGER: &str = "kreisblatt.lock";

/// The version of this program, as a ledger notes it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

const HEAD: &str = "\
# Which files of the program this project copied: SHA-256 as copied, version of the program, path.
# Written by `kreisblatt new` and `kreisblatt eject`; `kreisblatt list --assets` reads it.
";

/// The copies of a project, by their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    copies: BTreeMap<String, Copied>,
}

/// A file as it was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Version of the program that wrote it.
    pub version: String,
    /// SHA-256 of its bytes then, 64 hex digits.
    pub sha256: String,
}

impl Ledger {
    /// Reads a ledger. Lines that are none are left out, each with a warning: the copy it was about counts as
    /// changed then.
    pub fn parse(text: &str, file: &str) -> (Self, Report) {
        let file: Arc<str> = Arc::from(file);
        let mut ledger = Self::default();
        let mut report = Report::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let mut words = line.splitn(3, ' ');
            match (words.next(), words.next(), words.next()) {
                (Some(sha256), Some(version), Some(path))
                    if sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit()) =>
                {
                    let copied = Copied { version: version.to_owned(), sha256: sha256.to_owned() };
                    ledger.copies.insert(path.to_owned(), copied);
                }
                _ => report.push(
                    Problem::warning("KB952", format!("the line `{}` is none of {LEDGER}", shown(line)))
                        .at(Place::new(&file, count(at + 1), 0))
                        .hint("delete it; `kreisblatt eject --force PATH` writes a new one with the file"),
                ),
            }
        }
        (ledger, report)
    }

    /// Notes that a file was copied from this program.
    pub fn note(&mut self, path: &str, bytes: &[u8]) {
        let copied = Copied { version: VERSION.to_owned(), sha256: sha256(bytes) };
        self.copies.insert(path.to_owned(), copied);
    }

    /// Takes a note over from another ledger.
    pub fn keep(&mut self, path: &str, copied: Copied) {
        self.copies.insert(path.to_owned(), copied);
    }

    /// A copy by its path; `None` when none is noted.
    pub fn copied(&self, path: &str) -> Option<&Copied> {
        self.copies.get(path)
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (path, Copied { version, sha256 }) in &self.copies {
            writeln!(text, "{sha256} {version} {path}").expect("writing to a String cannot fail");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again_and_other_lines_are_named() {
        let mut ledger = Ledger::default();
        ledger.note("templates/mit Leerzeichen.typ", b"x");
        ledger.note("data/a.csv", b"");
        let (read, report) = Ledger::parse(&ledger.text(), "kreisblatt.lock");
        assert_eq!(read, ledger);
        assert!(report.is_empty());
        let (_, report) = Ledger::parse("\nabc 0.1.0 x\n<<<<<<< HEAD\n", "p/kreisblatt.lock");
        let places: Vec<String> =
            report.problems().iter().map(|p| p.place.as_ref().expect("a place").to_string()).collect();
        assert_eq!(places, ["p/kreisblatt.lock:2", "p/kreisblatt.lock:3"]);
    }
}
