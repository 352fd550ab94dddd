//! `kreisblatt watch`: shows a document on a page of this machine while its files change, and makes everything again as
//! `build` does. The page comes first: what is shown is set by a worker that stays, its first page is shown at once, the
//! others follow, and only then the documents are written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::args::{self, Profile, Watch};
use crate::assets::Assets;
use crate::catalogue;
use crate::compose::view::{MAX_SQUEEZE, user_document_title};
use crate::compose::{Composer, PreparedAssets};
use crate::derive::derive;
use crate::diag::{Problem, Report, Result};
use crate::german::Numbers;
use crate::model::Data;
use crate::plan::{self, Document, Plan};
use crate::preview::{self, Build, Listed, Shown, Stage, Wish};
use crate::typeset::{Failure, Limits, Resident};

use super::desk::Desk;
use super::manifest::Settings;
use super::press::{explained, too_long};
use super::{Kitchen, Outcome, Progress, build, everyone, over, own, warnings};

/// What happens while it watches.
enum Event {
    /// Files of the project.
    Changed,
    /// Somebody looks at the page.
    Wished(Wish),
    /// A build has ended.
    Built(Box<Outcome>),
}

/// `kreisblatt watch`. Ends when it is stopped from outside, or before it begins.
pub fn watch(args: &Watch, progress: &dyn Progress) -> Outcome {
    watched(args, progress).unwrap_or_else(|report| Outcome { report, ..Default::default() })
}

fn watched(args: &Watch, progress: &dyn Progress) -> Result<Outcome> {
    let Some(project) = &args.from.with else {
        return Err(Problem::error("KB970", "there is no project whose files could change")
            .hint("make a project first: kreisblatt new DIR; then start watch in it, or with --with DIR")
            .into());
    };
    let (send, events) = channel();
    let stage = Arc::new(Stage::new(!args.no_build));
    let sender = send.clone();
    // Who is told is there as long as the program runs.
    let wish = move |wish| drop(sender.send(Event::Wished(wish)));
    let port = preview::serve(args.port, Arc::clone(&stage), wish)?;
    let sender = send.clone();
    let stale = Arc::new(AtomicBool::new(false));
    let saved = Arc::clone(&stale);
    let report = preview::watch(project, args.poll, move || {
        saved.store(true, Ordering::SeqCst);
        drop(sender.send(Event::Changed));
    });
    progress.say(&format!("http://127.0.0.1:{port}/"));
    progress.tell(&report, "");
    let mut watching = Watching {
        args,
        progress,
        build: build_args(args),
        stage,
        send,
        events,
        chosen: None,
        resident: None,
        stale,
        building: None,
        outdated: false,
        told: Report::new(),
    };
    let mut first = true;
    loop {
        watching.stale.store(false, Ordering::SeqCst);
        let outcome = over(&args.from, |kitchen| watching.until_changed(kitchen));
        if outcome.report.has_errors() {
            if first && outcome.exit_code() == 2 {
                return Ok(outcome); // No change of a file mends a command line.
            }
            watching.fail(&outcome.report);
            while let Event::Wished(Wish::Document(path)) = watching.next() {
                watching.chosen = Some(path); // It is shown when the files are mended.
            }
        }
        first = false;
        watching.stage.changed();
    }
}

/// The build that belongs to it.
fn build_args(args: &Watch) -> args::Build {
    args::Build {
        from: args.from.clone(),
        select: args.select.clone(),
        only: Vec::new(),
        // Made also where a selection or the project leaves it out.
        also: args.document.clone(),
        out: args.out.clone(),
        profile: Profile::Archiv,
        bleed: false,
        pad_pages: false,
        force: false,
        keep_going: false,
        shard: None,
        emit: None,
        workers: args.workers,
    }
}

/// What lasts from one state of the files to the next.
struct Watching<'a> {
    args: &'a Watch,
    progress: &'a dyn Progress,
    build: args::Build,
    stage: Arc<Stage>,
    send: Sender<Event>,
    events: Receiver<Event>,
    /// The path of the document somebody chose; `None` before.
    chosen: Option<String>,
    /// The worker that sets what is shown; `None` before the first document.
    resident: Option<Resident>,
    /// Whether files changed since they were read.
    stale: Arc<AtomicBool>,
    /// Tells the build under way that it is to stop; `None` when there is none.
    building: Option<Arc<AtomicBool>>,
    /// Whether the documents are to be written again.
    outdated: bool,
    /// What was told last: the same is not told twice.
    told: Report,
}

/// One state of the files, ready to be set.
struct Scene<'a> {
    assets: &'a Assets,
    plan: &'a Plan,
    desk: Desk<'a>,
}

impl Watching<'_> {
    /// Shows one state of the files, until they change.
    fn until_changed(&mut self, kitchen: Kitchen<'_>) -> Result<Outcome> {
        let Kitchen { assets, checked, warnings: mut report } = kitchen;
        let data = checked.data();
        let plan = plan::build(&self.build, &own(assets)?, data)?;
        self.stage.list(plan.documents.iter().map(|document| listed(document, data)).collect());
        let prepared = PreparedAssets::new(assets.clone(), data);
        *assets = prepared.assets().clone();
        let assets = &prepared;
        let composer = Composer::new(assets)?.within(self.args.workers.time_limit);
        let of_all = derive(&checked, &everyone(&checked));
        let selected = (!self.args.select.is_empty()).then(|| derive(&checked, &plan.scope));
        let of_scope = selected.as_ref().unwrap_or(&of_all);
        let numbers = Numbers::new(data.edition.numbers);
        let desk = Desk {
            composer: &composer,
            checked: &checked,
            of_all: &of_all,
            of_scope,
            numbers: &numbers,
            meeting: None,
        };
        let scene = Scene { assets: assets.assets(), plan: &plan, desk };
        self.show(&scene);
        self.outdated = !self.args.no_build;
        report.extend(warnings(&checked, &of_all));
        let report = report.with_excerpts(|shown| scene.assets.source(shown));
        loop {
            self.stage.warn(&report);
            match self.next() {
                Event::Wished(Wish::Document(path)) => {
                    self.chosen = Some(path);
                    self.stage.setting();
                    self.show(&scene);
                }
                _ => return Ok(Outcome::default()),
            }
        }
    }

    /// Sets the document chosen, and puts it on the stage, or why it cannot be set.
    fn show(&mut self, scene: &Scene<'_>) {
        let Some(document) = self.document(scene.plan) else { return };
        match self.shown(scene, document) {
            Ok(shown) => {
                self.stage.show(shown);
                if self.told.has_errors() {
                    self.told = Report::new();
                }
            }
            Err(_) if self.stale.load(Ordering::SeqCst) => {} // The next state is coming.
            Err(report) => {
                let report = report.with_excerpts(|shown| scene.assets.source(shown));
                self.stage.fail(&report);
                if self.args.no_build {
                    self.tell(&report, ""); // A build says it of all documents at once.
                }
            }
        }
    }

    /// The document chosen, if it is still there; else of the kind asked for, else a fact sheet. The first one of a kind
    /// that was selected.
    fn document<'p>(&self, plan: &'p Plan) -> Option<&'p Document> {
        let chosen = plan.documents.iter().find(|document| Some(&document.path) == self.chosen.as_ref());
        let wanted = self.args.document.as_deref().unwrap_or(plan::STECKBRIEFE);
        chosen.or_else(|| plan.documents.iter().find(|document| is(document, wanted))).or(plan.documents.first())
    }

    /// Sets a document; a fact sheet as tightly as it must be.
    fn shown(&mut self, scene: &Scene<'_>, document: &Document) -> Result<Shown> {
        let data = scene.desk.checked.data();
        let settings = Settings::of(scene.plan, document.kind, data);
        for attempt in 0.. {
            let composed = scene.desk.composed(document, &settings, attempt)?;
            let stale = Arc::clone(&self.stale);
            let wanted = || !stale.load(Ordering::SeqCst);
            let result = self.resident(scene)?.show(&composed.kennung, &composed.text, scene.assets, &wanted);
            let sheets = result.map_err(|failure: Failure| {
                explained(failure, &composed.origins, document, scene.assets, self.args.workers.memory_limit)
            })?;
            if document.kind.one_page() && sheets.len() > 1 {
                if attempt < MAX_SQUEEZE {
                    continue;
                }
                return Err(too_long(document, sheets.len()).into());
            }
            let first = self.resident(scene)?.page(0);
            return Ok(Shown { listed: listed(document, data), version: composed.kennung, sheets, first });
        }
        unreachable!("the tightest attempt returns")
    }

    /// The worker that stays; another one when fonts or the edition's date changed.
    fn resident(&mut self, scene: &Scene<'_>) -> Result<&mut Resident> {
        let date = scene.desk.checked.data().edition.stand.date;
        self.resident = self.resident.take().filter(|resident| resident.suits(date, scene.assets));
        match &mut self.resident {
            Some(resident) => Ok(resident),
            none => {
                let workers = self.args.workers;
                let limits = Limits { seconds: workers.time_limit, memory: workers.memory_limit << 20 };
                let threads =
                    workers.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
                Ok(none.insert(Resident::start(threads, date, scene.assets, limits)?))
            }
        }
    }

    /// Shows what is wrong, on the page and on the terminal.
    fn fail(&mut self, report: &Report) {
        self.stage.fail(report);
        self.tell(report, "");
    }

    fn tell(&mut self, report: &Report, summary: &str) {
        let nothing = Report::new();
        self.progress.tell(if self.told == *report { &nothing } else { report }, summary);
        self.told = report.clone();
    }

    /// What happens next: files change, or another document is wanted. Until then the other pages are made, and then the
    /// documents.
    fn next(&mut self) -> Event {
        loop {
            let missing = self.resident.as_mut().and_then(|resident| {
                let page = self.stage.missing(resident.held()?)?;
                Some((page, resident))
            });
            let event = match missing {
                Some((page, resident)) => match self.events.try_recv() {
                    Ok(event) => event,
                    Err(_) => {
                        self.stage.put(page, resident.page(page));
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
                Event::Wished(Wish::Document(_)) => return event,
                Event::Wished(Wish::Page) => {}
                Event::Built(outcome) => self.built(&outcome),
            }
        }
    }

    /// Begins to write the documents, unless an earlier build has not stopped yet.
    fn build_if_outdated(&mut self) {
        if !self.outdated || self.building.is_some() {
            return;
        }
        self.outdated = false;
        let stop = Arc::new(AtomicBool::new(false));
        self.building = Some(Arc::clone(&stop));
        self.stage.build(Build::Running, &Report::new());
        let (args, send) = (self.build.clone(), self.send.clone());
        thread::spawn(move || {
            let outcome = over(&args.from, |kitchen| build::build(&args, kitchen, &Unseen { stop }));
            // Nobody waits for it when the program ends.
            let _ = send.send(Event::Built(Box::new(outcome)));
        });
    }

    /// A build has ended; what one that was stopped says counts for nothing.
    fn built(&mut self, outcome: &Outcome) {
        let stopped = self.building.take().is_some_and(|stop| stop.load(Ordering::Relaxed));
        if !stopped {
            self.stage.build(Build::Done, &outcome.report);
            self.tell(&outcome.report, &outcome.summary);
        }
    }
}

/// A build nobody watches, which can be stopped.
struct Unseen {
    stop: Arc<AtomicBool>,
}

impl Progress for Unseen {
    fn begin(&self, _: usize) {}
    fn step(&self, _: &str) {}
    fn end(&self) {}
    fn say(&self, _: &str) {}
    fn tell(&self, _: &Report, _: &str) {}
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Whether a document is the one of a name, or one of several.
fn is(document: &Document, name: &str) -> bool {
    document.path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/') || rest == ".pdf")
}

/// A document as the page lists it. Those about a Kommune are told apart by its AGS, the user's own by what they are
/// called.
fn listed(document: &Document, data: &Data) -> Listed {
    let of = document.kind.kommune().map(|k| format!("{} ({})", document.record, data.kommunen[k].ags.value));
    let title = match (document.own().map(user_document_title), of) {
        (Some(own), Some(of)) => format!("{own}: {of}"),
        (Some(title), None) | (None, Some(title)) => title,
        (None, None) => catalogue::title(&document.path).to_owned(),
    };
    Listed { path: document.path.clone(), title }
}
