//! Makes documents: composes them, keeps those that an earlier run made from the same text, and has workers set the
//! others. `build` and `bundle` use it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use crate::assets::Assets;
use crate::compose::{ComposedDocument, Composer};
use crate::derive::Facts;
use crate::diag::{Problem, Report, Result};
use crate::documents::{Document, MAX_TIGHTNESS, Settings, Sources};
use crate::model::{Data, Meeting};
use crate::typeset::{Finished, Job, JobFailure, JobSource, NextStep, Pool};

use super::edition::OpenEdition;
use super::folder::{FoundIn, OutputFolder};
use super::manifest::FileEntry;
use super::options::WorkerOptions;
use super::plan::RunPlan;
use super::problems::{self, template_of, too_long};
use super::progress::Progress;
use super::tracer::Tracer;

/// After this many stopped documents of a template in a row, its other documents are not tried, because each could take
/// the full time limit.
const MOST_STOPPED: usize = 3;

/// The data needed to make documents.
pub struct Production<'a> {
    /// The edition.
    pub edition: &'a OpenEdition,
    /// The facts about all Kommunen.
    pub of_all: &'a Facts<'a>,
    /// The facts about the selected Kommunen.
    pub of_scope: &'a Facts<'a>,
    /// The hash of all files the documents are made from.
    pub made_from: &'a str,
    /// The meeting the documents belong to; `None` in a build.
    pub meeting: Option<&'a Meeting>,
    /// The workers.
    pub workers: WorkerOptions,
    /// Receives the progress of the run.
    pub progress: &'a dyn Progress,
}

impl Production<'_> {
    /// Composes the documents of these numbers and sets those that no earlier run made from the same text. Returns the
    /// folder and the shared lines of the trace.
    ///
    /// # Errors
    /// Templates that cannot be read, and workers that cannot be started. Errors of single documents are added to
    /// `tally`, and the other documents are made.
    pub fn make(
        &self,
        plan: &RunPlan,
        numbers: Vec<usize>,
        folder: OutputFolder,
        tally: &mut Tally,
    ) -> Result<(OutputFolder, BTreeMap<String, String>)> {
        let Self { edition, of_all, of_scope, made_from, meeting, workers, progress } = *self;
        let (data, assets, jobs) = (edition.data(), edition.prepared_assets(), workers.jobs());
        let pool = |documents: usize| {
            let processes = jobs.min(documents).max(1);
            let threads = (jobs / processes).max(1);
            Pool::start(workers.kind, processes, threads, data.edition.stand.date, assets, workers.limits())
        };
        let all_new = plan.force || folder.is_new();
        // If all documents must be set, the workers start while the templates are read.
        let early = if all_new { Some(pool(numbers.len())?) } else { None };
        let composer = edition.composer(workers.time_limit)?;
        let sources = Sources { data, of_all, of_scope, numbers: edition.numbers(), meeting };
        let run = Run {
            plan,
            data,
            assets,
            composer: &composer,
            sources: &sources,
            tracer: Tracer::new(assets, data),
            made_from,
            memory: workers.memory_limit,
            progress,
            state: Mutex::new(RunState {
                folder,
                under_way: BTreeMap::new(),
                problems: Report::new(),
                made: 0,
                taken_over: 0,
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
        tally.made += state.made;
        tally.taken_over += state.taken_over;
        tally.kept += numbers.len() - stale.len() - state.taken_over;
        tally.problems.extend(state.problems);
        Ok((state.folder, run.tracer.inputs()))
    }
}

/// The results of the documents of a run.
#[derive(Debug, Default)]
pub struct Tally {
    /// The number of documents that were set.
    pub made: usize,
    /// The number of documents that were up to date.
    pub kept: usize,
    /// The number of documents taken from a killed run.
    pub taken_over: usize,
    /// The problems of documents.
    pub problems: Report,
}

impl Tally {
    /// Returns a line about the results of this many documents.
    pub fn summary(&self, documents: usize, folder: &Path, report: &Report) -> String {
        let mut summary = format!("{} {} made", self.made, if self.made == 1 { "PDF" } else { "PDFs" });
        let failed = documents - self.made - self.kept - self.taken_over;
        for (count, what) in
            [(self.kept, "kept"), (self.taken_over, "taken over from a stopped run"), (failed, "failed")]
        {
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

/// The data and the state of a run.
struct Run<'a> {
    plan: &'a RunPlan,
    data: &'a Data,
    assets: &'a Assets,
    composer: &'a Composer,
    sources: &'a Sources<'a>,
    tracer: Tracer,
    made_from: &'a str,
    /// Megabytes a worker may use.
    memory: u64,
    progress: &'a dyn Progress,
    state: Mutex<RunState>,
}

struct RunState {
    folder: OutputFolder,
    /// Documents being set, by number.
    under_way: BTreeMap<usize, ComposedDocument>,
    problems: Report,
    made: usize,
    /// The number of kept documents from killed runs.
    taken_over: usize,
    /// The number of stopped documents in a row, by template.
    stopped: BTreeMap<String, usize>,
}

impl Run<'_> {
    fn state(&self) -> MutexGuard<'_, RunState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self, document: &Document) -> Settings {
        self.plan.settings_of(document, self.data)
    }

    /// Returns the numbers of the documents that must be set, and keeps the others. Checks `jobs` documents in
    /// parallel.
    fn stale(&self, numbers: &[usize], jobs: usize) -> Result<Vec<usize>> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
        let threads = threads.map_err(|error| Problem::error("KB701", format!("no thread can be started: {error}")))?;
        let kept = |number: &usize| self.kept(&self.plan.documents[*number]);
        let kept: Vec<bool> = threads.install(|| numbers.par_iter().map(kept).collect::<Result<_>>())?;
        Ok(numbers.iter().zip(kept).filter(|(_, kept)| !kept).map(|(number, _)| *number).collect())
    }

    /// Keeps a document if an earlier run made it from the same text and to the same standard, and if its file in the
    /// output folder or in a waiting folder is unchanged.
    fn kept(&self, document: &Document) -> Result<bool> {
        if self.progress.stopped() {
            return Ok(false);
        }
        let settings = self.settings(document);
        let candidates: Vec<_> = self.state().folder.known(&document.path).cloned().collect();
        for known in candidates {
            let Some(before) = &known.entry.settings else { continue };
            // Errors of composing are reported when the document is made.
            let Ok(composed) = self.sources.compose(self.composer, document, &settings, before.tightness) else {
                return Ok(false);
            };
            let same = known.entry.inputs.as_ref() == Some(&composed.inputs)
                && known.entry.standard.as_deref() == Some(settings.standard().name());
            let found = if same { known.find(&self.plan.folder) } else { None };
            let rows = known.rows.as_ref().and_then(|rows| rows.text().ok());
            let rows = rows.and_then(|rows| self.tracer.rows_again(&composed, &rows));
            if let (Some(found), Some(rows)) = (found, rows) {
                let settings = Settings { tightness: before.tightness, ..settings };
                let entry =
                    FileEntry { settings: Some(settings), made_from: Some(self.made_from.to_owned()), ..known.entry };
                let mut state = self.state();
                self.emit(document, &composed, &mut state.folder)?;
                state.taken_over += usize::from(matches!(found, FoundIn::Waiting(_)));
                state.folder.adopt_document(entry, &found, &rows)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Stages the composed text of the document, if the plan asks for it.
    fn emit(&self, document: &Document, composed: &ComposedDocument, folder: &mut OutputFolder) -> Result<()> {
        if self.plan.emit_typst {
            let path = format!("typ/{}.typ", document.path.trim_end_matches(".pdf"));
            folder.stage_unlisted(&path, composed.text.as_bytes())?;
        }
        Ok(())
    }

    /// Enters a typeset document: its entry and its lines of the trace.
    fn entered(
        &self,
        document: &Document,
        composed: &ComposedDocument,
        tightness: usize,
        finished: Finished,
    ) -> Result<()> {
        let settings = Settings { tightness, ..self.settings(document) };
        let entry = FileEntry {
            pages: Some(finished.pages),
            inputs: Some(composed.inputs.clone()),
            template: Some(document.template.clone()),
            standard: Some(settings.standard().name().to_owned()),
            kennung: Some(composed.kennung.clone()),
            settings: Some(settings),
            made_from: Some(self.made_from.to_owned()),
            ..FileEntry::plain(&document.path, &finished.pdf)
        };
        let rows = self.tracer.rows(&document.path, composed, finished.numbers);
        let mut state = self.state();
        state.folder.stage_document(entry, &finished.pdf, &rows)?;
        state.made += 1;
        Ok(())
    }
}

impl JobSource for Run<'_> {
    fn wanted(&self) -> bool {
        !self.progress.stopped()
    }

    fn job(&self, number: usize, tightness: usize) -> Result<Job> {
        if self.progress.stopped() {
            return Err(Report::new()); // The document fails without a message.
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
        let mut composed = self.sources.compose(self.composer, document, &settings, tightness)?;
        let mut state = self.state();
        self.emit(document, &composed, &mut state.folder)?;
        let text = std::mem::take(&mut composed.text);
        state.under_way.insert(number, composed);
        let ident = format!("kreisblatt/{}/{}", self.plan.series, document.path);
        Ok(Job { ident, standard: settings.standard(), text })
    }

    fn done(&self, number: usize, tightness: usize, result: Result<Finished, JobFailure>) -> NextStep {
        let document = &self.plan.documents[number];
        let known = self.state().under_way.remove(&number);
        match &result {
            Ok(_) => drop(self.state().stopped.remove(&document.template)),
            Err(cause) if cause.is_limit() => *self.state().stopped.entry(document.template.clone()).or_default() += 1,
            Err(_) => {}
        }
        let one_page = document.kind.one_page;
        let problems = match (result, known) {
            (Ok(finished), _) if one_page && finished.pages > 1 && tightness < MAX_TIGHTNESS => return NextStep::Again,
            (Ok(finished), _) if one_page && finished.pages > 1 => too_long(document, finished.pages).into(),
            (Ok(finished), Some(composed)) => {
                self.entered(document, &composed, tightness, finished).err().unwrap_or_default()
            }
            (Err(JobFailure::NotComposed(report)), _) => report,
            (Err(JobFailure::NotSet(failure)), known) => {
                let origins = known.map(|composed| composed.origins).unwrap_or_default();
                problems::of_failure(failure, &origins, document, self.assets, self.memory)
            }
            (Ok(_), None) => unreachable!("a document that was set was composed before"),
        };
        self.state().problems.extend(problems);
        self.progress.step(&document.path);
        NextStep::Settled
    }
}
