//! The press: composes documents, keeps those an earlier run made from the same text, has the others set, and tells what
//! goes wrong with each. `build` and `bundle` share it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use rayon::prelude::*;

use crate::args::WorkerOptions;
use crate::assets::Assets;
use crate::check::Checked;
use crate::compose::view::MAX_SQUEEZE;
use crate::compose::{ComposedDocument, Composer, LineOrigins, PreparedAssets};
use crate::derive::Facts;
use crate::diag::{Place, Problem, Report, Result};
use crate::german::Numbers;
use crate::model::Meeting;
use crate::plan::{Document, Plan};
use crate::typeset::{Cause, Failure, Finding, Finished, Job, Limits, Pool, Verdict, Work};

use super::Progress;
use super::desk::Desk;
use super::folder::{Folder, Found};
use super::manifest::{Entry, Settings};
use super::traced::Tracer;

/// After so many documents of a template in a row that were stopped, the rest of them is not tried: each would take its
/// whole time.
const MOST_STOPPED: usize = 3;

/// All that making documents needs.
pub struct Press<'a> {
    /// The files, with those made from the data.
    pub assets: &'a PreparedAssets,
    /// The data.
    pub checked: &'a Checked,
    /// The facts about all Kommunen.
    pub of_all: &'a Facts<'a>,
    /// The facts about the selected ones.
    pub of_scope: &'a Facts<'a>,
    /// Hash over what the documents are made from.
    pub made_from: &'a str,
    /// The meeting they are annexes for; `None` in a build.
    pub meeting: Option<&'a Meeting>,
    /// Who sets the pages.
    pub workers: WorkerOptions,
    /// Told how far it is.
    pub progress: &'a dyn Progress,
}

impl Press<'_> {
    /// Composes the documents of these numbers and sets those that no earlier run made from the same text. Returns
    /// the folder and the shared lines of the trace.
    ///
    /// # Errors
    /// Templates that cannot be read, and workers that cannot be started. What is wrong with a document is added to
    /// `done`, and the others are made.
    pub fn make(
        &self,
        plan: &Plan,
        numbers: Vec<usize>,
        folder: Folder,
        done: &mut Done,
    ) -> Result<(Folder, BTreeMap<String, String>)> {
        let Self { assets, checked, of_all, of_scope, made_from, meeting, workers, progress } = *self;
        let files = assets.assets();
        let data = checked.data();
        let limits = Limits { seconds: workers.time_limit, memory: workers.memory_limit << 20 };
        let jobs = workers.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
        let pool = |documents: usize| {
            let workers = jobs.min(documents).max(1);
            let threads = (jobs / workers).max(1);
            Pool::start(workers, threads, data.edition.stand.date, files, limits)
        };
        let all_new = plan.force || folder.is_new();
        // Where all is to be set, the workers warm up while the templates are read.
        let early = if all_new { Some(pool(numbers.len())?) } else { None };
        let composer = Composer::new(assets)?.within(workers.time_limit);
        let german = Numbers::new(data.edition.numbers);
        let desk = Desk { composer: &composer, checked, of_all, of_scope, numbers: &german, meeting };
        let run = Run {
            plan,
            assets: files,
            desk: &desk,
            tracer: Tracer::new(files, data),
            made_from,
            memory: workers.memory_limit,
            progress,
            state: Mutex::new(State {
                folder,
                under_way: BTreeMap::new(),
                problems: Report::new(),
                made: 0,
                taken: 0,
                stopped: BTreeMap::new(),
            }),
        };
        let stale = if all_new { numbers.clone() } else { run.stale(&numbers, jobs)? };
        if !stale.is_empty() {
            progress.begin(stale.len());
            let ran = early.map_or_else(|| pool(stale.len()), Ok)?.run(&stale, &run);
            progress.end();
            ran?;
        }
        let state = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.made += state.made;
        done.taken += state.taken;
        done.kept += numbers.len() - stale.len() - state.taken;
        done.problems.extend(state.problems);
        Ok((state.folder, run.tracer.inputs()))
    }
}

/// What became of the documents of a run.
#[derive(Default)]
pub struct Done {
    /// Were set.
    pub made: usize,
    /// Stood there as they would be made again.
    pub kept: usize,
    /// Lay ready where a run was stopped.
    pub taken: usize,
    /// What went wrong.
    pub problems: Report,
}

impl Done {
    /// A line on what was done of so many documents.
    pub fn summary(&self, documents: usize, folder: &Path, report: &Report) -> String {
        let mut summary = format!("{} {} made", self.made, if self.made == 1 { "PDF" } else { "PDFs" });
        let failed = documents - self.made - self.kept - self.taken;
        for (count, what) in [(self.kept, "kept"), (self.taken, "taken over from a stopped run"), (failed, "failed")] {
            if count > 0 {
                summary += &format!(", {count} {what}");
            }
        }
        summary += &format!(" in {}", folder.display());
        if !report.is_empty() {
            summary += &format!(" ({})", report.tally());
        }
        summary
    }
}

/// What is to be made, and what has come back so far.
struct Run<'a> {
    plan: &'a Plan,
    assets: &'a Assets,
    desk: &'a Desk<'a>,
    tracer: Tracer,
    made_from: &'a str,
    /// Megabytes a worker may use.
    memory: u64,
    progress: &'a dyn Progress,
    state: Mutex<State>,
}

struct State {
    folder: Folder,
    /// What is known of documents being set, by number.
    under_way: BTreeMap<usize, ComposedDocument>,
    problems: Report,
    made: usize,
    /// How many documents of killed runs were kept.
    taken: usize,
    /// How many documents of a template were stopped one after the other.
    stopped: BTreeMap<String, usize>,
}

impl Run<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self, document: &Document) -> Settings {
        Settings::of(self.plan, document.kind, self.desk.checked.data())
    }

    /// Those of these numbers whose documents are to be set; the others are kept. `jobs` are looked at at once.
    fn stale(&self, numbers: &[usize], jobs: usize) -> Result<Vec<usize>> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
        let threads = threads.map_err(|error| Problem::error("KB701", format!("no thread can be started: {error}")))?;
        let kept = |number: &usize| self.kept(&self.plan.documents[*number]);
        let kept: Vec<bool> = threads.install(|| numbers.par_iter().map(kept).collect::<Result<_>>())?;
        Ok(numbers.iter().zip(kept).filter(|(_, kept)| !kept).map(|(number, _)| *number).collect())
    }

    /// Keeps a document when an earlier run made it from the text it would be made from now, to the same
    /// standard, and it stands there, or waits, with the bytes that run wrote.
    fn kept(&self, document: &Document) -> Result<bool> {
        if self.progress.stopped() {
            return Ok(false);
        }
        let settings = self.settings(document);
        let candidates: Vec<_> = self.state().folder.known(&document.path).cloned().collect();
        for known in candidates {
            let Some(before) = &known.entry.settings else { continue };
            // What cannot be composed is told when it is to be made.
            let Ok(composed) = self.desk.composed(document, &settings, before.tightness) else { return Ok(false) };
            let same = known.entry.inputs.as_ref() == Some(&composed.inputs)
                && known.entry.standard.as_deref() == Some(settings.standard().name());
            let found = if same { known.found(&self.plan.folder) } else { None };
            let rows = known.rows.as_ref().and_then(|rows| rows.text().ok());
            let rows = rows.and_then(|rows| self.tracer.rows_again(&composed, &rows));
            if let (Some(found), Some(rows)) = (found, rows) {
                let settings = Settings { tightness: before.tightness, ..settings };
                let entry =
                    Entry { settings: Some(settings), made_from: Some(self.made_from.to_owned()), ..known.entry };
                let mut state = self.state();
                self.emit(document, &composed, &mut state.folder)?;
                state.taken += usize::from(matches!(found, Found::Waiting(_)));
                state.folder.keep(entry, &found, &rows)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lays the composed text beside the document when it was asked for.
    fn emit(&self, document: &Document, composed: &ComposedDocument, folder: &mut Folder) -> Result<()> {
        if self.plan.emit {
            let path = format!("typ/{}.typ", document.path.trim_end_matches(".pdf"));
            folder.lay(&path, composed.text.as_bytes())?;
        }
        Ok(())
    }

    /// A document that was set, ready to be entered: its entry and its lines of the trace.
    fn entered(
        &self,
        document: &Document,
        composed: &ComposedDocument,
        attempt: usize,
        finished: Finished,
    ) -> Result<()> {
        let settings = Settings { tightness: attempt, ..self.settings(document) };
        let entry = Entry {
            pages: Some(finished.pages),
            inputs: Some(composed.inputs.clone()),
            template: Some(document.template.clone()),
            standard: Some(settings.standard().name().to_owned()),
            kennung: Some(composed.kennung.clone()),
            settings: Some(settings),
            made_from: Some(self.made_from.to_owned()),
            ..Entry::plain(&document.path, &finished.pdf)
        };
        let rows = self.tracer.rows(&document.path, composed, finished.numbers);
        let mut state = self.state();
        state.folder.take(entry, &finished.pdf, &rows)?;
        state.made += 1;
        Ok(())
    }
}

impl Work for Run<'_> {
    fn wanted(&self) -> bool {
        !self.progress.stopped()
    }

    fn job(&self, number: usize, attempt: usize) -> Result<Job> {
        if self.progress.stopped() {
            return Err(Report::new()); // It fails with nothing to say.
        }
        let document = &self.plan.documents[number];
        if self.state().stopped.get(&document.template).is_some_and(|stopped| *stopped >= MOST_STOPPED) {
            return Err(Problem::error(
                "KB214",
                format!("documents were not tried: {MOST_STOPPED} before them were stopped"),
            )
            .at(template_of(document, self.assets))
            .hint("mend what stopped those, and build again")
            .hint(format!("while setting {} ({})", document.path, document.record))
            .into());
        }
        let settings = self.settings(document);
        let mut composed = self.desk.composed(document, &settings, attempt)?;
        let mut state = self.state();
        self.emit(document, &composed, &mut state.folder)?;
        let text = std::mem::take(&mut composed.text);
        state.under_way.insert(number, composed);
        let ident = format!("kreisblatt/{}/{}", self.plan.series, document.path);
        Ok(Job { ident, standard: settings.standard(), text })
    }

    fn done(&self, number: usize, attempt: usize, result: Result<Finished, Cause>) -> Verdict {
        let document = &self.plan.documents[number];
        let known = self.state().under_way.remove(&number);
        match &result {
            Ok(_) => drop(self.state().stopped.remove(&document.template)),
            Err(cause) if cause.is_limit() => *self.state().stopped.entry(document.template.clone()).or_default() += 1,
            Err(_) => {}
        }
        let one_page = document.kind.one_page();
        let problems = match (result, known) {
            (Ok(finished), _) if one_page && finished.pages > 1 && attempt < MAX_SQUEEZE => return Verdict::Again,
            (Ok(finished), _) if one_page && finished.pages > 1 => too_long(document, finished.pages).into(),
            (Ok(finished), Some(composed)) => {
                self.entered(document, &composed, attempt, finished).err().unwrap_or_default()
            }
            (Err(Cause::NotComposed(report)), _) => report,
            (Err(Cause::NotSet(failure)), known) => {
                let origins = known.map(|composed| composed.origins).unwrap_or_default();
                explained(failure, &origins, document, self.assets, self.memory)
            }
            (Ok(_), None) => unreachable!("a document that was set was composed before"),
        };
        self.state().problems.extend(problems);
        self.progress.step(&document.path);
        Verdict::Settled
    }
}

/// A fact sheet that needs so many pages, set as tightly as may be.
pub fn too_long(document: &Document, pages: usize) -> Problem {
    Problem::error("KB604", format!("the fact sheet needs {pages} pages, one is what it may have"))
        .at(Place::file(&document.path))
        .hint(
            "its practice examples and definitions are left out already: take `key_figure` or `chart` from an indicator, or list fewer",
        )
        .hint(format!("while setting {} ({})", document.path, document.record))
}

/// The same problem of many documents told once: all sheets share a template, and one typo in it is one
/// message. The record a problem is about stands in its last hint.
pub fn grouped(mut report: Report) -> Report {
    report.sort_by_place();
    let mut groups: Vec<(Problem, usize)> = Vec::new();
    for problem in report.problems() {
        let shared = |p: &Problem| {
            (p.id, p.message.clone(), p.place.clone(), p.hints.split_last().map(|(_, rest)| rest.to_vec()))
        };
        match groups.iter_mut().find(|(first, _)| problem.place.is_some() && shared(first) == shared(problem)) {
            Some((_, more)) => *more += 1,
            None => groups.push((problem.clone(), 0)),
        }
    }
    groups
        .into_iter()
        .map(|(problem, more)| match more {
            0 => problem,
            1 => problem.hint("and one more document"),
            more => problem.hint(format!("and {more} more documents")),
        })
        .collect()
}

/// The file of a document's template, where no line of it is known.
fn template_of(document: &Document, assets: &Assets) -> Place {
    Place::file(&assets.shown(&format!("templates/{}.typ.hbs", document.template)))
}

/// What Typst or a worker's end says of a document, as problems with the template's line.
pub fn explained(failure: Failure, origins: &LineOrigins, document: &Document, assets: &Assets, memory: u64) -> Report {
    let record = format!("while setting {} ({})", document.path, document.record);
    match failure {
        Failure::Refused(findings) => {
            findings.into_iter().map(|finding| refused(finding, origins, assets).hint(&record)).collect()
        }
        Failure::Unwanted => Report::new(),
        Failure::TimedOut(seconds) => {
            Problem::error("KB602", format!("a document took longer than {seconds} seconds and was stopped"))
                .at(template_of(document, assets))
                .hint("look for a loop that never ends in the template and what it imports, or raise --time-limit")
                .hint(record)
                .into()
        }
        Failure::Died(words) => {
            let limit = if memory > 0 { format!(" (--memory-limit is {memory} MB)") } else { String::new() };
            Problem::error("KB603", format!("the worker that set a document died: {words}"))
                .at(template_of(document, assets))
                .hint(format!(
                    "when it ran out of memory{limit}, look for a list that grows without end, or raise the limit"
                ))
                .hint(record)
                .into()
        }
    }
}

fn refused(finding: Finding, origins: &LineOrigins, assets: &Assets) -> Problem {
    let template = finding.document_line.and_then(|line| origins.place(line));
    let mut problem = Problem::error("KB601", finding.message);
    match finding.at {
        Some(spot) if spot.file.is_some() => {
            let shown = assets.shown(spot.file.as_deref().unwrap_or_default());
            problem = problem.at(Place::new(&shown, spot.line, spot.column));
            if let Some(place) = template {
                problem = problem.hint(format!("called from {place}"));
            }
        }
        _ => problem.place = template,
    }
    if problem.message.starts_with("failed to load file (access denied)") || problem.message.contains("would escape") {
        return problem.hint("a template reads files below templates/ alone: put the file there");
    }
    if problem.message.starts_with("package not found") {
        return problem.hint("there are no packages: put what you need below templates/ and import it by its path");
    }
    if problem.message.contains("could not be displayed with font") {
        return problem
            .hint("no font has this sign: correct the cell, or lay a font that has it over fonts/ with --with");
    }
    finding.hints.into_iter().fold(problem, Problem::hint)
}
