//! The state of the preview: the document shown with its pages, the problems, and the progress of the build. `watch` sets
//! it, the server waits for changes; this lock is all they share.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::diag::{Problem, Report, Severity};

/// The number of pages that are drawn before a browser asks for them; later ones are drawn when they are asked for.
const AHEAD: usize = 64;

/// How long a browser waits for a page.
const PATIENCE: Duration = Duration::from_secs(60);

/// A document that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewDocument {
    /// Its path below the output folder.
    pub path: String,
    /// What it is called; no two have the same name.
    pub title: String,
}

/// A document that was set.
#[derive(Debug)]
pub struct ShownDocument {
    /// Which one.
    pub listed: PreviewDocument,
    /// The Kennung of the document, which names its content.
    pub version: String,
    /// Width and height of its pages, in points.
    pub sheets: Vec<(f64, f64)>,
    /// Its first page, as SVG; `None` when it could not be drawn.
    pub first: Option<String>,
}

/// The state of the documents in the output folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BuildStatus {
    /// They are not made here.
    Off,
    /// They will be made.
    Waiting,
    /// They are being made.
    Running,
    /// They were made from the files as shown; the problems of the build name those that failed.
    Done,
}

/// A page of the document shown.
#[derive(Debug, Clone)]
pub enum PreviewPage {
    /// As SVG.
    Drawn(Arc<str>),
    /// There is no such page, or it cannot be drawn.
    Missing,
}

/// How the pages shown relate to the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// The document is being set.
    Setting,
    /// The pages are those of the files as they are.
    Current,
    /// The files are wrong; the pages are those of an earlier state.
    Wrong,
}

/// The message to the page in the browser; its script knows these names.
#[derive(Serialize)]
struct News {
    status: Status,
    /// Changes when the list of documents does.
    list: u64,
    path: String,
    title: String,
    version: String,
    sheets: Vec<(f64, f64)>,
    errors: Vec<ShownProblem>,
    warnings: Vec<ShownProblem>,
    build: BuildStatus,
    /// Errors of documents that are not shown.
    others: Vec<ShownProblem>,
}

/// A problem as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ShownProblem {
    id: &'static str,
    title: &'static str,
    message: String,
    place: Option<String>,
    /// Number of the line in its file, the line, and where in it the mark begins and ends, in characters.
    excerpt: Option<(u32, String, usize, usize)>,
    hints: Vec<String>,
}

impl ShownProblem {
    fn of(problem: &Problem) -> Self {
        let line = problem.place.as_ref().map_or(0, |place| place.line);
        let excerpt = problem.excerpt.as_deref().map(|of| (line, of.line.clone(), of.start, of.end));
        Self {
            id: problem.id,
            title: problem.title(),
            message: problem.message.clone(),
            place: problem.place.as_ref().map(ToString::to_string),
            excerpt,
            hints: problem.hints.clone(),
        }
    }
}

/// The errors of a report, and its warnings.
fn problems_of(report: &Report) -> (Vec<ShownProblem>, Vec<ShownProblem>) {
    let of = |severity: Severity| {
        report.problems().iter().filter(|problem| problem.severity == severity).map(ShownProblem::of).collect()
    };
    (of(Severity::Error), of(Severity::Warning))
}

/// The state of the preview, shared by `watch` and the server.
pub struct PreviewState {
    state: Mutex<SharedState>,
    changed: Condvar,
}

struct SharedState {
    news: News,
    /// The number of the last message, and the message as JSON.
    last_message: (u64, Arc<str>),
    documents: Vec<PreviewDocument>,
    /// The pages drawn so far (from 0) of the version shown.
    pages: BTreeMap<usize, PreviewPage>,
    /// A page that a browser waits for.
    requested: Option<usize>,
}

impl SharedState {
    fn next_page(&self) -> Option<usize> {
        let count = self.news.sheets.len();
        let open = |page: &usize| *page < count && !self.pages.contains_key(page);
        self.requested.filter(|page| open(page)).or_else(|| (0..count.min(AHEAD)).find(open))
    }
}

impl PreviewState {
    /// The state before the first document, with or without builds.
    pub fn new(build: bool) -> Self {
        let news = News {
            status: Status::Setting,
            list: 0,
            path: String::new(),
            title: String::new(),
            version: String::new(),
            sheets: Vec::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
            build: if build { BuildStatus::Waiting } else { BuildStatus::Off },
            others: Vec::new(),
        };
        let last_message = (1, Arc::from(json(&news)));
        let state = SharedState { news, last_message, documents: Vec::new(), pages: BTreeMap::new(), requested: None };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, SharedState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes everybody who waits for a message.
    fn change(&self, change: impl FnOnce(&mut SharedState)) {
        let mut state = self.state();
        change(&mut state);
        state.last_message = (state.last_message.0 + 1, Arc::from(json(&state.news)));
        drop(state);
        self.changed.notify_all();
    }

    /// Files changed: the document is being set, and the documents are to be made again.
    pub fn changed(&self) {
        self.change(|state| {
            state.news.status = Status::Setting;
            if state.news.build != BuildStatus::Off {
                state.news.build = BuildStatus::Waiting;
            }
        });
    }

    /// The document is being set.
    pub fn setting(&self) {
        self.change(|state| state.news.status = Status::Setting);
    }

    /// Sets the documents that can be chosen.
    pub fn set_documents(&self, documents: Vec<PreviewDocument>) {
        let mut state = self.state();
        if state.documents != documents {
            state.documents = documents;
            state.news.list += 1;
        }
    }

    /// Shows a document that was set from the files as they are.
    pub fn show(&self, shown: ShownDocument) {
        self.change(|state| {
            let ShownDocument { listed: PreviewDocument { path, title }, version, sheets, first } = shown;
            let news = &mut state.news;
            if (&news.path, &news.version) != (&path, &version) {
                (news.path, news.title, news.version, news.sheets) = (path, title, version, sheets);
                state.pages.clear();
                state.requested = None;
            }
            // What could not be drawn once is tried again.
            state.pages.retain(|_, page| matches!(page, PreviewPage::Drawn(_)));
            state.pages.insert(0, first.map_or(PreviewPage::Missing, |svg| PreviewPage::Drawn(svg.into())));
            state.news.errors.clear();
            state.news.status = Status::Current;
        });
    }

    /// Shows the errors of the files; the last pages stay.
    pub fn fail(&self, report: &Report) {
        self.change(|state| {
            (state.news.errors, state.news.warnings) = problems_of(report);
            state.news.status = Status::Wrong;
        });
    }

    /// Sets the warnings of a document that is as the files are.
    pub fn warn(&self, report: &Report) {
        let (_, warnings) = problems_of(report);
        if self.state().news.warnings != warnings {
            self.change(|state| state.news.warnings = warnings);
        }
    }

    /// Sets the status of the build and its problems.
    pub fn build(&self, build: BuildStatus, report: &Report) {
        self.change(|state| (state.news.build, state.news.others) = (build, problems_of(report).0));
    }

    /// The page (from 0) of a version to draw next: one a browser waits for, else the first one not drawn. `None` when
    /// there is nothing to draw, or another version is shown.
    pub fn next_page(&self, version: &str) -> Option<usize> {
        let state = self.state();
        if state.news.version == version { state.next_page() } else { None }
    }

    /// Sets a page of the version shown; `None` when it could not be drawn.
    pub fn set_page(&self, page: usize, svg: Option<String>) {
        let page_or_none = svg.map_or(PreviewPage::Missing, |svg| PreviewPage::Drawn(svg.into()));
        self.state().pages.insert(page, page_or_none);
        self.changed.notify_all();
    }

    /// Waits for a message after the one with this number; returns it as one line of JSON, with its number. `None` when
    /// none came within `patience`.
    pub fn wait_for_message(&self, after: u64, patience: Duration) -> Option<(u64, Arc<str>)> {
        let waited = self.changed.wait_timeout_while(self.state(), patience, |state| state.last_message.0 <= after);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (state.last_message.0 > after).then(|| state.last_message.clone())
    }

    /// The documents that can be chosen, as JSON.
    pub fn documents_json(&self) -> String {
        json(&self.state().documents)
    }

    /// Whether a document can be chosen.
    pub fn has_document(&self, path: &str) -> bool {
        self.state().documents.iter().any(|document| document.path == path)
    }

    /// A page (from 0) of a version. When it is not drawn yet, calls `ask` and waits for it.
    pub fn page(&self, version: &str, page: usize, ask: impl FnOnce()) -> PreviewPage {
        let mut state = self.state();
        let until = Instant::now() + PATIENCE;
        let mut ask = Some(ask);
        loop {
            if state.news.version != version || page >= state.news.sheets.len() {
                return PreviewPage::Missing;
            }
            if let Some(page) = state.pages.get(&page) {
                return page.clone();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return PreviewPage::Missing;
            }
            state.requested = Some(page);
            if let Some(ask) = ask.take() {
                ask();
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers can be written")
}
