//! Where each file is from, and warnings about a project's copies of the program's files: copies that are outdated, and
//! editions of which the project has only a part.

use crate::diag::{Place, Problem, Report};

use super::embedded::embedded_file;
use super::files::Assets;
use super::lock::{LOCK_FILE, LockFile};
use crate::digest::sha256;

/// Most files a warning names.
const MOST_NAMED: usize = 5;

/// Where a file is from, and how it compares with the file the program has at the same path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileOrigin {
    /// Embedded in the program, and not in the project.
    Embedded,
    /// In the project alone: the program has no such file.
    Own,
    /// In the project, equal to the program's.
    Copy,
    /// In the project, different from the program's.
    Changed,
    /// A copy the user did not change; the program's file has changed since the version named here.
    Outdated(String),
    /// A copy the user changed; the program's file has changed, too, since the version named here.
    ChangedAndOutdated(String),
    /// A copy of a file the program had in the version named here, and has no more.
    Removed(String),
}

impl Assets {
    /// Returns the lock file of the project. Lines that cannot be read are reported in `warnings`.
    pub fn lock_file(&self, warnings: &mut Report) -> LockFile {
        let text = String::from_utf8_lossy(self.bytes(LOCK_FILE).unwrap_or_default()).into_owned();
        let (lock, report) = LockFile::parse(&text, &self.shown(LOCK_FILE));
        warnings.extend(report);
        lock
    }

    /// Returns where a file is from.
    pub fn origin(&self, path: &str, lock: &LockFile) -> FileOrigin {
        if !self.is_of_user(path) {
            return FileOrigin::Embedded;
        }
        if self.embedded_bytes(path).is_some() {
            return FileOrigin::Copy;
        }
        let embedded = embedded_file(path);
        let outdated =
            lock.entry(path).filter(|entry| embedded.is_none_or(|embedded| sha256(embedded) != entry.sha256));
        match (embedded, outdated) {
            (None, None) => FileOrigin::Own,
            (Some(_), None) => FileOrigin::Changed,
            (None, Some(entry)) => FileOrigin::Removed(entry.version.clone()),
            (Some(_), Some(entry)) if self.bytes(path).is_some_and(|bytes| sha256(bytes) == entry.sha256) => {
                FileOrigin::Outdated(entry.version.clone())
            }
            (Some(_), Some(entry)) => FileOrigin::ChangedAndOutdated(entry.version.clone()),
        }
    }

    /// Warns of editions of which `edition.toml` is the project's and `kommunen.csv` the embedded one. Who deleted the
    /// table of their project would otherwise get the program's without a word.
    pub(super) fn warn_partial_editions(&self, warnings: &mut Report) {
        for edition in self.editions() {
            let path = |name: &str| format!("data/{edition}/{name}");
            let table = "kommunen.csv";
            if self.is_of_user(&path("edition.toml")) && !self.is_of_user(&path(table)) && self.contains(&path(table)) {
                let what = format!(
                    "the project has edition.toml of edition {edition} and no {table}: the program's is printed"
                );
                let place = Place::file(&self.shown(&path("edition.toml")));
                warnings.push(Problem::warning("KB907", what).at(place).hint(format!(
                    "copy it into the project with `kreisblatt eject {}`, or import your own",
                    path(table)
                )));
            }
        }
    }

    /// Warns of copies of templates and fonts whose originals in the program have changed since. Data belong to the
    /// project: no warning is about them.
    pub(super) fn warn_outdated_copies(&self, warnings: &mut Report) {
        let lock = self.lock_file(warnings);
        let is_look = |path: &&str| path.starts_with("templates/") || path.starts_with("fonts/");
        let (mut unchanged, mut changed) = (Vec::new(), Vec::new());
        for path in self.overlaid("").filter(is_look) {
            match self.origin(path, &lock) {
                FileOrigin::Outdated(_) => unchanged.push(path),
                FileOrigin::ChangedAndOutdated(_) | FileOrigin::Removed(_) => changed.push(path),
                FileOrigin::Embedded | FileOrigin::Own | FileOrigin::Copy | FileOrigin::Changed => {}
            }
        }
        for (paths, what, hint) in [
            (
                unchanged,
                "copied and never changed, and the program's own has moved on",
                "take the new ones with `kreisblatt eject --force PATH`, or delete the copies",
            ),
            (
                changed,
                "changed here, and the program's own has moved on, too",
                "look at the program's own with `kreisblatt eject --print PATH`, take over what you need, and note that you \
                 did with `kreisblatt eject --keep PATH`",
            ),
        ] {
            if let [first, ..] = paths.as_slice() {
                let named = paths.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
                let more = paths.len().saturating_sub(MOST_NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                warnings.push(
                    Problem::warning("KB951", format!("{what}: {named}{more}"))
                        .at(Place::file(&self.shown(first)))
                        .hint(hint)
                        .hint("`kreisblatt list --assets` tells where every file is from"),
                );
            }
        }
    }
}
