//! Shows a document on a page of this machine while its files change, and makes all documents again like `build`. The
//! page comes first: a resident worker sets the document shown, its first page is shown at once, the other pages
//! follow, and only then the documents are written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use std::path::PathBuf;

use crate::assets::Assets;
use crate::compose::Composer;
use crate::diag::{Report, Result};
use crate::documents::{Document, MAX_TIGHTNESS, SHEET, Sources};
use crate::model::Data;
use crate::preview::{self, BuildStatus, PreviewDocument, PreviewRequest, PreviewState, ShownDocument};
use crate::run::{
    self, BuildOptions, OpenEdition, OpenMode, Outcome, Progress, RunPlan, of_failure, plan_build, too_long,
    with_edition,
};
use crate::typeset::{Failure, ResidentWorker};

/// The options of `watch`.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// The project whose files are watched.
    pub project: PathBuf,
    /// Key of the edition; `None` = that of the project, or the newest.
    pub edition: Option<String>,
    /// Name of the document shown first; `None` = the first fact sheet.
    pub document: Option<String>,
    /// Port of the page; 0 = any free port.
    pub port: u16,
    /// Whether the documents are also written.
    pub build: bool,
    /// Whether the files are checked at intervals, instead of waiting for events of the system.
    pub poll: bool,
    /// The output folder.
    pub out: PathBuf,
    /// The documents that are written.
    pub documents: BuildOptions,
}

/// An event during `watch`.
enum Event {
    /// Files of the project changed.
    Changed,
    /// A browser sent a request.
    Requested(PreviewRequest),
    /// A build ended.
    Built(Box<Outcome>),
}

/// Watches a project. Ends when the process is stopped from outside; returns at once if it cannot begin.
///
/// # Errors
/// A port that is not free, and a command line with errors that no change of a file can fix.
pub fn watch(args: &WatchOptions, progress: &dyn Progress) -> Result<Outcome> {
    let (send, events) = channel();
    let state = Arc::new(PreviewState::new(args.build));
    let sender = send.clone();
    // The receiver exists as long as the program runs.
    let on_request = move |request| drop(sender.send(Event::Requested(request)));
    let port = preview::serve(args.port, Arc::clone(&state), on_request)?;
    let sender = send.clone();
    let stale = Arc::new(AtomicBool::new(false));
    let saved = Arc::clone(&stale);
    let report = preview::watch(&args.project, args.poll, move || {
        saved.store(true, Ordering::SeqCst);
        drop(sender.send(Event::Changed));
    });
    let mut watching = Watching {
        announcement: Some((format!("http://127.0.0.1:{port}/"), report)),
        args,
        progress,
        state,
        send,
        events,
        chosen: None,
        resident: None,
        stale,
        building: None,
        outdated: false,
        told: Report::new(),
    };
    loop {
        watching.stale.store(false, Ordering::SeqCst);
        let outcome = args.with_edition(|edition| watching.until_changed(edition));
        if outcome.report.has_errors() {
            if watching.announcement.is_some() && outcome.exit_code() == 2 {
                return Ok(outcome); // No change of a file can fix a command line.
            }
            watching.announce();
            watching.fail(&outcome.report);
            while let Event::Requested(PreviewRequest::Document(path)) = watching.next() {
                watching.chosen = Some(path); // The document is shown when the files are fixed.
            }
        }
        watching.state.changed();
    }
}

impl WatchOptions {
    fn with_edition(&self, work: impl FnOnce(&OpenEdition) -> Result<Outcome>) -> Outcome {
        with_edition(Some(&self.project), self.edition.as_deref(), OpenMode::Whole, work)
    }
}

/// The state that is kept when the files change.
struct Watching<'a> {
    /// The address of the page and the problems of watching; `None` once they were printed.
    announcement: Option<(String, Report)>,
    args: &'a WatchOptions,
    progress: &'a dyn Progress,
    state: Arc<PreviewState>,
    send: Sender<Event>,
    events: Receiver<Event>,
    /// The path of the document the user chose; `None` before the first choice.
    chosen: Option<String>,
    /// The worker that sets the document shown; `None` before the first document.
    resident: Option<ResidentWorker>,
    /// Whether files changed after they were read.
    stale: Arc<AtomicBool>,
    /// The stop flag of the running build; `None` when no build is running.
    building: Option<Arc<AtomicBool>>,
    /// Whether the documents must be written again.
    outdated: bool,
    /// The last report on the terminal, so that the same report is not printed twice.
    told: Report,
}

/// One state of the files, with what it takes to set its documents.
struct Snapshot<'a> {
    assets: &'a Assets,
    plan: &'a RunPlan,
    composer: &'a Composer,
    sources: Sources<'a>,
}

impl Watching<'_> {
    /// Prints the address of the page, once the command line is known to be right.
    fn announce(&mut self) {
        if let Some((address, report)) = self.announcement.take() {
            self.progress.say(&address);
            self.progress.tell(&report, "");
        }
    }

    /// Shows one state of the files until they change.
    fn until_changed(&mut self, edition: &OpenEdition) -> Result<Outcome> {
        let mut report = edition.opening_warnings();
        let data = edition.data();
        let options = &self.args.documents;
        let plan = plan_build(options, &self.args.out, &edition.user_templates()?, data)?;
        self.announce();
        self.state.set_documents(plan.documents.iter().map(|document| listed(document, data)).collect());
        let composer = edition.composer(options.workers.time_limit)?;
        let of_all = edition.facts();
        let selected = (!options.selection.is_empty()).then(|| edition.facts_of(&plan.scope));
        let of_scope = selected.as_ref().unwrap_or(&of_all);
        let sources = Sources { data, of_all: &of_all, of_scope, numbers: edition.numbers(), meeting: None };
        let snapshot = Snapshot { assets: edition.prepared_assets(), plan: &plan, composer: &composer, sources };
        self.show(&snapshot);
        self.outdated = self.args.build;
        report.extend(edition.data_warnings(&of_all));
        let report = report.with_excerpts(|shown| snapshot.assets.source(shown));
        loop {
            self.state.warn(&report);
            match self.next() {
                Event::Requested(PreviewRequest::Document(path)) => {
                    self.chosen = Some(path);
                    self.state.setting();
                    self.show(&snapshot);
                }
                _ => return Ok(Outcome::default()),
            }
        }
    }

    /// Sets the chosen document and shows it on the page, or shows why it cannot be set.
    fn show(&mut self, snapshot: &Snapshot<'_>) {
        let Some(document) = self.document(snapshot.plan) else { return };
        match self.shown(snapshot, document) {
            Ok(shown) => {
                self.state.show(shown);
                if self.told.has_errors() {
                    self.told = Report::new();
                }
            }
            Err(_) if self.stale.load(Ordering::SeqCst) => {} // The next state follows.
            Err(report) => {
                let report = report.with_excerpts(|shown| snapshot.assets.source(shown));
                self.state.fail(&report);
                if !self.args.build {
                    self.tell(&report, ""); // With builds, the build reports the errors of all documents.
                }
            }
        }
    }

    /// Returns the chosen document if it still exists, or else the first document of the requested kind, or else the
    /// first document of the plan.
    fn document<'p>(&self, plan: &'p RunPlan) -> Option<&'p Document> {
        let chosen = plan.documents.iter().find(|document| Some(&document.path) == self.chosen.as_ref());
        let wanted = self.args.document.as_deref().unwrap_or(SHEET.name);
        chosen.or_else(|| plan.documents.iter().find(|document| is(document, wanted))).or(plan.documents.first())
    }

    /// Sets a document; a fact sheet with the tightness it needs.
    fn shown(&mut self, snapshot: &Snapshot<'_>, document: &Document) -> Result<ShownDocument> {
        let data = snapshot.sources.data;
        let settings = snapshot.plan.settings_of(document, data);
        let memory = self.args.documents.workers.memory_limit;
        for tightness in 0.. {
            let composed = snapshot.sources.compose(snapshot.composer, document, &settings, tightness)?;
            let stale = Arc::clone(&self.stale);
            let wanted = || !stale.load(Ordering::SeqCst);
            let result = self.resident(snapshot)?.show(&composed.kennung, &composed.text, snapshot.assets, &wanted);
            let sheets = result.map_err(|failure: Failure| {
                of_failure(failure, &composed.origins, document, snapshot.assets, memory)
            })?;
            if document.kind.one_page && sheets.len() > 1 {
                if tightness < MAX_TIGHTNESS {
                    continue;
                }
                return Err(too_long(document, sheets.len()).into());
            }
            let first = self.resident(snapshot)?.page(0);
            return Ok(ShownDocument { listed: listed(document, data), version: composed.kennung, sheets, first });
        }
        unreachable!("the greatest tightness returns")
    }

    /// Returns the resident worker; starts a new one when fonts or the edition's date changed.
    fn resident(&mut self, snapshot: &Snapshot<'_>) -> Result<&mut ResidentWorker> {
        let date = snapshot.sources.data.edition.stand.date;
        self.resident = self.resident.take().filter(|resident| resident.suits(date, snapshot.assets));
        match &mut self.resident {
            Some(resident) => Ok(resident),
            none => {
                let workers = self.args.documents.workers;
                Ok(none.insert(ResidentWorker::start(
                    workers.kind,
                    workers.jobs(),
                    date,
                    snapshot.assets,
                    workers.limits(),
                )?))
            }
        }
    }

    /// Shows problems on the page and on the terminal.
    fn fail(&mut self, report: &Report) {
        self.state.fail(report);
        self.tell(report, "");
    }

    fn tell(&mut self, report: &Report, summary: &str) {
        let nothing = Report::new();
        self.progress.tell(if self.told == *report { &nothing } else { report }, summary);
        self.told = report.clone();
    }

    /// Returns the next event: files changed, or another document is requested. Until then, draws the other pages and
    /// then makes the documents.
    fn next(&mut self) -> Event {
        loop {
            let missing = self.resident.as_mut().and_then(|resident| {
                let page = self.state.next_page(resident.held()?)?;
                Some((page, resident))
            });
            let event = match missing {
                Some((page, resident)) => match self.events.try_recv() {
                    Ok(event) => event,
                    Err(_) => {
                        self.state.set_page(page, resident.page(page));
                        continue;
                    }
                },
                None => {
                    self.build_if_outdated();
                    self.events.recv().expect("a sender of events is here")
                }
            };
            match event {
                Event::Changed => {
                    if let Some(stop) = &self.building {
                        stop.store(true, Ordering::Relaxed);
                    }
                    self.outdated = false;
                    return event;
                }
                Event::Requested(PreviewRequest::Document(_)) => return event,
                Event::Requested(PreviewRequest::Page) => {}
                Event::Built(outcome) => self.built(&outcome),
            }
        }
    }

    /// Starts to write the documents, unless an earlier build has not stopped yet.
    fn build_if_outdated(&mut self) {
        if !self.outdated || self.building.is_some() {
            return;
        }
        self.outdated = false;
        let stop = Arc::new(AtomicBool::new(false));
        self.building = Some(Arc::clone(&stop));
        self.state.build(BuildStatus::Running, &Report::new());
        let (args, send) = (self.args.clone(), self.send.clone());
        thread::spawn(move || {
            let unseen = Unseen { stop };
            let outcome = args.with_edition(|edition| run::build(edition, &args.documents, &args.out, &unseen));
            // When the program ends, there is no receiver.
            let _ = send.send(Event::Built(Box::new(outcome)));
        });
    }

    /// Handles the end of a build; the result of a stopped build is ignored.
    fn built(&mut self, outcome: &Outcome) {
        let stopped = self.building.take().is_some_and(|stop| stop.load(Ordering::Relaxed));
        if !stopped {
            self.state.build(BuildStatus::Done, &outcome.report);
            self.tell(&outcome.report, &outcome.summary);
        }
    }
}

/// The progress of a background build, which can be stopped.
struct Unseen {
    stop: Arc<AtomicBool>,
}

impl Progress for Unseen {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Whether a document has this name, or is one of several with this name.
fn is(document: &Document, name: &str) -> bool {
    document.path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/') || rest == ".pdf")
}

/// Returns the list entry of a document on the page. Titles of documents about a Kommune contain its AGS, so that they
/// are unique.
fn listed(document: &Document, data: &Data) -> PreviewDocument {
    let ags = |k: usize| &data.kommunen[k].ags.value;
    let title = match document.subject.kommune() {
        Some(k) if document.user_template().is_some() => {
            format!("{}: {} ({})", document.title(), document.record, ags(k))
        }
        Some(k) => format!("{} ({})", document.record, ags(k)),
        None if document.record == document.path => document.title(),
        None => format!("{}: {}", document.title(), document.record),
    };
    PreviewDocument { path: document.path.clone(), title }
}
