//! What there is to be seen: the document shown with its pages, what is wrong, and how far the build is. One side sets
//! it, the other waits for news; between them stands this lock and nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::diag::{Problem, Report, Severity};

/// So many pages are made before anybody asks for them; those behind when they are asked for.
const AHEAD: usize = 64;

/// How long a browser waits for a page.
const PATIENCE: Duration = Duration::from_secs(60);

/// A document that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its path below the output folder.
    pub path: String,
    /// What it is called; no two have the same name.
    pub title: String,
}

/// A document that was set.
#[derive(Debug)]
pub struct Shown {
    /// Which one.
    pub listed: Listed,
    /// Names this state of it: its Kennung.
    pub version: String,
    /// Width and height of its pages, in points.
    pub sheets: Vec<(f64, f64)>,
    /// Its first page, as SVG; `None` when it could not be drawn.
    pub first: Option<String>,
}

/// How far the documents in the output folder are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Build {
    /// They are not made here.
    Off,
    /// They will be made.
    Waiting,
    /// They are being made.
    Running,
    /// They were made from what is shown; `problems` of the build tell which failed.
    Done,
}

/// A page of the document shown.
#[derive(Debug, Clone)]
pub enum Page {
    /// As SVG.
    Drawn(Arc<str>),
    /// There is no such page, or it cannot be drawn.
    Missing,
}

/// Where the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// Being set.
    Setting,
    /// As the files are.
    Current,
    /// The files are wrong; the pages are those of an earlier state.
    Wrong,
}

/// What the page is told; its script knows these names.
#[derive(Serialize)]
struct News {
    status: Status,
    /// Changes when the list of documents does.
    list: u64,
    path: String,
    title: String,
    version: String,
    sheets: Vec<(f64, f64)>,
    errors: Vec<Told>,
    warnings: Vec<Told>,
    build: Build,
    /// Errors of documents that are not shown.
    others: Vec<Told>,
}

/// A problem as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Told {
    id: &'static str,
    title: &'static str,
    message: String,
    place: Option<String>,
    /// Number of the line in its file, the line, and where in it the mark begins and ends, in characters.
    excerpt: Option<(u32, String, usize, usize)>,
    hints: Vec<String>,
}

impl Told {
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

/// Errors, then warnings.
fn told(report: &Report) -> (Vec<Told>, Vec<Told>) {
    let of = |severity: Severity| {
        report.problems().iter().filter(|problem| problem.severity == severity).map(Told::of).collect()
    };
    (of(Severity::Error), of(Severity::Warning))
}

/// What there is to be seen.
pub struct Stage {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    news: News,
    /// The news as JSON, and how often there were any.
    said: (u64, Arc<str>),
    listed: Vec<Listed>,
    /// Pages (from 0) of the version shown; the others are not made yet.
    pages: BTreeMap<usize, Page>,
    /// A page somebody waits for.
    wished: Option<usize>,
}

impl State {
    fn missing(&self) -> Option<usize> {
        let count = self.news.sheets.len();
        let open = |page: &usize| *page < count && !self.pages.contains_key(page);
        self.wished.filter(|page| open(page)).or_else(|| (0..count.min(AHEAD)).find(open))
    }
}

impl Stage {
    /// An empty stage, with or without builds.
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
            build: if build { Build::Waiting } else { Build::Off },
            others: Vec::new(),
        };
        let said = (1, Arc::from(json(&news)));
        let state = State { news, said, listed: Vec::new(), pages: BTreeMap::new(), wished: None };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is to be seen, and tells everybody.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        state.said = (state.said.0 + 1, Arc::from(json(&state.news)));
        drop(state);
        self.changed.notify_all();
    }

    /// Files changed: the document is being set, and the documents are to be made again.
    pub fn changed(&self) {
        self.change(|state| {
            state.news.status = Status::Setting;
            if state.news.build != Build::Off {
                state.news.build = Build::Waiting;
            }
        });
    }

    /// The document is being set.
    pub fn setting(&self) {
        self.change(|state| state.news.status = Status::Setting);
    }

    /// The documents that can be chosen.
    pub fn list(&self, listed: Vec<Listed>) {
        let mut state = self.state();
        if state.listed != listed {
            state.listed = listed;
            state.news.list += 1;
        }
    }

    /// A document was set, and is as the files are.
    pub fn show(&self, shown: Shown) {
        self.change(|state| {
            let Shown { listed: Listed { path, title }, version, sheets, first } = shown;
            let news = &mut state.news;
            if (&news.path, &news.version) != (&path, &version) {
                (news.path, news.title, news.version, news.sheets) = (path, title, version, sheets);
                state.pages.clear();
                state.wished = None;
            }
            // What could not be drawn once is tried again.
            state.pages.retain(|_, page| matches!(page, Page::Drawn(_)));
            state.pages.insert(0, first.map_or(Page::Missing, |svg| Page::Drawn(svg.into())));
            state.news.errors.clear();
            state.news.status = Status::Current;
        });
    }

    /// The files are wrong: the last pages stay.
    pub fn fail(&self, report: &Report) {
        self.change(|state| {
            (state.news.errors, state.news.warnings) = told(report);
            state.news.status = Status::Wrong;
        });
    }

    /// What a person should look at, though the document is as the files are.
    pub fn warn(&self, report: &Report) {
        let (_, warnings) = told(report);
        if self.state().news.warnings != warnings {
            self.change(|state| state.news.warnings = warnings);
        }
    }

    /// How far the build is, and what went wrong in it.
    pub fn build(&self, build: Build, report: &Report) {
        self.change(|state| (state.news.build, state.news.others) = (build, told(report).0));
    }

    /// The page (from 0) of a version to make next: one somebody waits for, else the first; `None` when nothing is to be
    /// done, or another version is shown.
    pub fn missing(&self, version: &str) -> Option<usize> {
        let state = self.state();
        if state.news.version == version { state.missing() } else { None }
    }

    /// Puts a page of the version shown in its place.
    pub fn put(&self, page: usize, svg: Option<String>) {
        let page_or_none = svg.map_or(Page::Missing, |svg| Page::Drawn(svg.into()));
        self.state().pages.insert(page, page_or_none);
        self.changed.notify_all();
    }

    /// The news after those of a number, as one line of JSON and with their number; `None` when there were none in so
    /// long a time.
    pub fn news(&self, after: u64, patience: Duration) -> Option<(u64, Arc<str>)> {
        let waited = self.changed.wait_timeout_while(self.state(), patience, |state| state.said.0 <= after);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (state.said.0 > after).then(|| state.said.clone())
    }

    /// The documents that can be chosen, as JSON.
    pub fn documents(&self) -> String {
        json(&self.state().listed)
    }

    /// Whether a document can be chosen.
    pub fn lists(&self, path: &str) -> bool {
        self.state().listed.iter().any(|listed| listed.path == path)
    }

    /// A page (from 0) of a version. Where it is not made yet, `ask` is called, and the page is waited for.
    pub fn page(&self, version: &str, page: usize, ask: impl FnOnce()) -> Page {
        let mut state = self.state();
        let until = Instant::now() + PATIENCE;
        let mut ask = Some(ask);
        loop {
            if state.news.version != version || page >= state.news.sheets.len() {
                return Page::Missing;
            }
            if let Some(page) = state.pages.get(&page) {
                return page.clone();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Page::Missing;
            }
            state.wished = Some(page);
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
