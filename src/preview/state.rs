//! The state of the preview: the document shown with its pages, the problems, and the progress of the build. `watch`
//! sets it, the server waits for changes; they share nothing but this lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::diag::{Problem, Report, Severity};

/// The number of pages that are drawn before a browser asks for them; later pages are drawn on request.
const AHEAD: usize = 64;

/// The greatest time a browser waits for a page.
const PATIENCE: Duration = Duration::from_secs(60);

/// A document that the user can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewDocument {
    /// Its path below the output folder.
    pub path: String,
    /// Its title; no two documents have the same title.
    pub title: String,
}

/// A typeset document.
#[derive(Debug)]
pub struct ShownDocument {
    /// Its entry in the list of documents.
    pub listed: PreviewDocument,
    /// The Kennung of the document, which identifies its content.
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
    /// `watch` does not make documents.
    Off,
    /// The documents will be made.
    Waiting,
    /// The documents are being made.
    Running,
    /// The documents were made from the files as shown; the problems of the build name the documents that failed.
    Done,
}

/// A page of the document shown.
#[derive(Debug, Clone)]
pub enum PreviewPage {
    /// The page as SVG.
    Drawn(Arc<str>),
    /// The page does not exist or cannot be drawn.
    Missing,
}

/// The relation between the pages shown and the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// The document is being typeset.
    Setting,
    /// The pages are made from the current files.
    Current,
    /// The files have errors; the pages are made from an earlier state.
    Wrong,
}

/// The message to the page in the browser; its script uses these names.
#[derive(Serialize)]
struct News {
    status: Status,
    /// The version of the list of documents.
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

/// A problem in the form the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ShownProblem {
    id: &'static str,
    title: &'static str,
    message: String,
    place: Option<String>,
    /// The number of the line in its file, the line, and the start and end of the mark in it, in characters.
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

/// Returns the errors and the warnings of a report.
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
    /// The page that a browser waits for.
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
    /// Returns the state before the first document, with or without builds.
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

    /// Changes the state and wakes all threads that wait for a message.
    fn change(&self, change: impl FnOnce(&mut SharedState)) {
        let mut state = self.state();
        change(&mut state);
        state.last_message = (state.last_message.0 + 1, Arc::from(json(&state.news)));
        drop(state);
        self.changed.notify_all();
    }

    /// Reports that files changed: the document is being typeset, and the documents must be made again.
    pub fn changed(&self) {
        self.change(|state| {
            state.news.status = Status::Setting;
            if state.news.build != BuildStatus::Off {
                state.news.build = BuildStatus::Waiting;
            }
        });
    }

    /// Reports that the document is being typeset.
    pub fn setting(&self) {
        self.change(|state| state.news.status = Status::Setting);
    }

    /// Sets the documents that the user can choose.
    pub fn set_documents(&self, documents: Vec<PreviewDocument>) {
        let mut state = self.state();
        if state.documents != documents {
            state.documents = documents;
            state.news.list += 1;
        }
    }

    /// Shows a document that was made from the current files.
    pub fn show(&self, shown: ShownDocument) {
        self.change(|state| {
            let ShownDocument { listed: PreviewDocument { path, title }, version, sheets, first } = shown;
            let news = &mut state.news;
            if (&news.path, &news.version) != (&path, &version) {
                (news.path, news.title, news.version, news.sheets) = (path, title, version, sheets);
                state.pages.clear();
                state.requested = None;
            }
            // Pages that could not be drawn are tried again.
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

    /// Sets the warnings of a document that is made from the current files.
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

    /// Returns the page (from 0) of a version to draw next: a page that a browser waits for, or else the first page
    /// that is not drawn. `None` when all pages are drawn or another version is shown.
    pub fn next_page(&self, version: &str) -> Option<usize> {
        let state = self.state();
        if state.news.version == version { state.next_page() } else { None }
    }

    /// Sets a page of the version shown; `svg` is `None` when the page could not be drawn.
    pub fn set_page(&self, page: usize, svg: Option<String>) {
        let page_or_none = svg.map_or(PreviewPage::Missing, |svg| PreviewPage::Drawn(svg.into()));
        self.state().pages.insert(page, page_or_none);
        self.changed.notify_all();
    }

    /// Waits for a message after the message with this number. Returns it as one line of JSON, with its number; `None`
    /// when no message came within `patience`.
    pub fn wait_for_message(&self, after: u64, patience: Duration) -> Option<(u64, Arc<str>)> {
        let waited = self.changed.wait_timeout_while(self.state(), patience, |state| state.last_message.0 <= after);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (state.last_message.0 > after).then(|| state.last_message.clone())
    }

    /// Returns the documents that the user can choose, as JSON.
    pub fn documents_json(&self) -> String {
        json(&self.state().documents)
    }

    /// Whether the user can choose this document.
    pub fn has_document(&self, path: &str) -> bool {
        self.state().documents.iter().any(|document| document.path == path)
    }

    /// Returns a page (from 0) of a version. If the page is not drawn yet, calls `ask` and waits for it.
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
