//! Reports changes of the files that a run reads, and of no other files.

use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::EventKind;
use notify::{Config, Event, PollWatcher, RecursiveMode};

use crate::assets::{PROJECT, folders, is_leftover};
use crate::diag::{Place, Problem, Report};

/// The time without events before a change is reported: one save causes several events.
const QUIET: Duration = Duration::from_millis(15);

/// The greatest time until a change is reported.
const LATEST: Duration = Duration::from_millis(300);

/// The interval for checking files where the system does not report changes.
const POLL: Duration = Duration::from_millis(400);

/// The interval for checking whether the watched folders still exist.
const FOLDER_CHECK: Duration = Duration::from_secs(2);

/// Watches as long as the program runs and calls `changed` after each change. If the system does not report changes, or
/// with `poll`, the files are checked at intervals. Returns warnings about that.
pub fn watch(root: &Path, poll: bool, changed: impl Fn() + Send + 'static) -> Report {
    let mut report = Report::new();
    // Events contain paths in the form of the watched path, so the watched path must be absolute for comparisons.
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let watcher = match Watcher::new(&root, poll) {
        Ok(watcher) => Ok(watcher),
        Err(error) => {
            let problem = Problem::warning("KB972", format!("the system does not tell of changed files: {error}"));
            let hint =
                "they are looked at every 0.4 seconds instead; on Linux, fs.inotify.max_user_watches may be raised";
            report.push(problem.at(Place::file(&root.display().to_string())).hint(hint));
            Watcher::new(&root, true)
        }
    };
    match watcher {
        Ok(watcher) => drop(thread::spawn(move || watcher.run(&changed))),
        Err(error) => {
            let problem = Problem::warning("KB972", format!("the files cannot be watched: {error}"));
            report.push(problem.at(Place::file(&root.display().to_string())).hint("start watch again after a change"));
        }
    }
    report
}

/// Watches the folder of the project, and all its subfolders that a run reads, with their whole content.
struct Watcher {
    root: PathBuf,
    notify: Box<dyn notify::Watcher + Send>,
    events: Receiver<notify::Result<Event>>,
    /// Whether the project folder existed at the last check.
    there: bool,
}

impl Watcher {
    fn new(root: &Path, poll: bool) -> notify::Result<Self> {
        let (send, events) = channel();
        let notify: Box<dyn notify::Watcher + Send> = if poll {
            let config = Config::default().with_poll_interval(POLL).with_compare_contents(true);
            Box::new(PollWatcher::new(send, config)?)
        } else {
            Box::new(notify::recommended_watcher(send)?)
        };
        let mut watcher = Self { root: root.to_owned(), notify, events, there: true };
        watcher.notify.watch(root, RecursiveMode::NonRecursive)?;
        watcher.follow()?;
        Ok(watcher)
    }

    /// Watches the folders that exist now.
    fn follow(&mut self) -> notify::Result<()> {
        for folder in folders() {
            let folder = self.root.join(folder);
            // An error is fine here: the folder is not watched yet, or its watch ended when the folder was deleted.
            let _ = self.notify.unwatch(&folder);
            if folder.is_dir() {
                self.notify.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(())
    }

    fn run(mut self, changed: &dyn Fn()) {
        loop {
            let mut relevant = match self.events.recv_timeout(FOLDER_CHECK) {
                Ok(event) => self.is_relevant(event),
                Err(RecvTimeoutError::Timeout) => self.came_back(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if !relevant {
                continue;
            }
            let latest = Instant::now() + LATEST;
            while Instant::now() < latest
                && let Ok(event) = self.events.recv_timeout(QUIET)
            {
                relevant |= self.is_relevant(event);
            }
            changed();
        }
    }

    /// Whether the project folder exists again after it was gone.
    fn came_back(&mut self) -> bool {
        let was = std::mem::replace(&mut self.there, self.root.is_dir());
        let back = self.there && !was;
        if back {
            let _ = self.notify.unwatch(&self.root);
            let _ = self.notify.watch(&self.root, RecursiveMode::NonRecursive);
            let _ = self.follow();
        }
        back
    }

    /// Whether an event is about a file that a run reads. New folders are watched from then on.
    fn is_relevant(&mut self, event: notify::Result<Event>) -> bool {
        let Ok(event) = event else { return true };
        if matches!(event.kind, EventKind::Access(_)) {
            return false; // This program reads the files itself.
        }
        if event.need_rescan() || event.paths.contains(&self.root) {
            let _ = self.follow();
            return true;
        }
        let is_folder = |path: &PathBuf| folders().iter().any(|folder| *path == self.root.join(folder));
        let content = matches!(event.kind, EventKind::Modify(notify::event::ModifyKind::Data(_)));
        if !content && event.paths.iter().any(is_folder) {
            let _ = self.follow();
            return true;
        }
        event.paths.iter().any(|path| path.strip_prefix(&self.root).is_ok_and(is_read))
    }
}

/// Whether a run reads this file; `path` is relative to the project.
fn is_read(path: &Path) -> bool {
    let mut parts = path.components().map(|part| match part {
        Component::Normal(name) => name.to_string_lossy(),
        _ => "".into(),
    });
    let Some(first) = parts.next() else { return false };
    if !folders().contains(&&*first) {
        return first == PROJECT;
    }
    parts.all(|name| !is_leftover(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_reads_is_watched() {
        for path in ["data", "data/2017/kommunen.csv", "templates/look/ink.typ", "fonts/A/a.ttf", "kreisblatt.toml"] {
            assert!(is_read(Path::new(path)), "{path}");
        }
        for path in
            ["out/2017/a.pdf", "notes.txt", ".git/index", "data/.a.swp", "templates/sheet.typ.hbs~", "data/4913"]
        {
            assert!(!is_read(Path::new(path)), "{path}");
        }
    }
}
