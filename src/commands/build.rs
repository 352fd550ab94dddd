//! `kreisblatt build`: the whole line once. Check, and stop there with all problems; derive once; compose
//! and set each document; write everything at the end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::args::{Build, Emit};
use crate::assets::{CATALOGUE, Pantry};
use crate::check::Checked;
use crate::compose::{Composed, Composer, LineOrigins, generate};
use crate::derive::derive;
use crate::diag::{Place, Problem, Report, Result};
use crate::export;
use crate::german::Numbers;
use crate::plan::{self, Document, Kind, Plan};
use crate::typeset::{Cause, Failure, Finding, Finished, Job, Limits, Pool, Verdict, Work};
use crate::write::Shelf;

use super::beside::{BESIDE, Beside};
use super::desk::Desk;
use super::manifest::{Entry, MANIFEST, Manifest, PROGRAM, Settings};
use super::traced::{Source, TRACE, Texts, Trace};
use super::{Kitchen, Outcome, Progress, everyone, warnings};

/// How often a fact sheet that needs a second page is set again, tighter each time.
const DENSEST: usize = 2;

/// `kreisblatt build`.
pub fn build(args: &Build, kitchen: Kitchen<'_>, progress: &dyn Progress) -> Result<Outcome> {
    let Kitchen { pantry, checked, warnings: mut report } = kitchen;
    generate(pantry, checked.data());
    let pantry = &*pantry;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let plan = plan::build(args, checked.data(), cores)?;
    let limits = Limits { seconds: args.time_limit, memory: args.memory_limit << 20 };
    let date = checked.data().edition.stand.date;
    // The workers warm up while the templates are read.
    let pool = Pool::start(plan.workers, plan.threads, date, pantry, limits)?;
    let composer = Composer::new(pantry)?;
    let of_all = derive(&checked, &everyone(&checked));
    let selected = (!args.select.is_empty()).then(|| derive(&checked, &plan.scope));
    let of_scope = selected.as_ref().unwrap_or(&of_all);
    let numbers = Numbers::new(checked.data().edition.numbers);
    let beside = Beside::open(pantry, &of_all, &numbers)?;
    let settings = Settings::of(&plan, checked.data());
    let desk = Desk { composer: &composer, checked: &checked, of_all: &of_all, of_scope, numbers: &numbers };
    let run = Run {
        plan: &plan,
        pantry,
        desk: &desk,
        settings: &settings,
        texts: &Texts::of(checked.data()),
        progress,
        emit: args.emit == Some(Emit::Typ),
        state: Mutex::new(State {
            shelf: Shelf::open(&plan.folder)?,
            entries: Vec::new(),
            under_way: BTreeMap::new(),
            trace: Trace::new(pantry),
            problems: Report::new(),
        }),
    };
    progress.begin(plan.documents.len());
    let ran = pool.run(plan.documents.len(), &run);
    progress.end();
    ran?;
    let mut state = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let made = state.entries.len();
    if plan.rankings {
        state.put("ranglisten.csv", export::rankings(of_scope).csv().as_bytes())?;
    }
    if plan.laender {
        state.put("laender.csv", export::laender(of_scope, true).csv().as_bytes())?;
    }
    if args.emit == Some(Emit::Typ) {
        emit_imports(pantry, &mut state.shelf)?;
    }
    report.extend(warnings(&checked, &of_all));
    state.problems.sort_by_place();
    report.extend(grouped(&state.problems));
    let whole = args.select.is_empty() && args.only.is_empty();
    report.extend(state.finish(&checked, &plan, &beside, whole)?);
    let failed = plan.documents.len() - made;
    let files = if made == 1 { "PDF" } else { "PDFs" };
    let mut summary = format!("{made} {files} made in {}", plan.folder.display());
    if failed > 0 {
        summary += &format!(", {failed} failed");
    }
    if !report.is_empty() {
        summary += &format!(" ({})", report.tally());
    }
    Ok(Outcome { output: String::new(), report, summary })
}

/// What is to be made, and what has come back so far.
struct Run<'a> {
    plan: &'a Plan,
    pantry: &'a Pantry,
    desk: &'a Desk<'a>,
    settings: &'a Settings,
    texts: &'a Texts,
    progress: &'a dyn Progress,
    emit: bool,
    state: Mutex<State>,
}

struct State {
    shelf: Shelf,
    entries: Vec<Entry>,
    /// What is known of documents being set, by number.
    under_way: BTreeMap<usize, UnderWay>,
    trace: Trace,
    problems: Report,
}

struct UnderWay {
    kennung: String,
    inputs: String,
    source: Source,
}

impl Run<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work for Run<'_> {
    fn job(&self, number: usize, attempt: usize) -> Result<Job> {
        let document = &self.plan.documents[number];
        let composed = self.desk.composed(document, self.settings, attempt)?;
        let mut state = self.state();
        if self.emit {
            let path = format!("typ/{}.typ", document.path.trim_end_matches(".pdf"));
            state.shelf.stage(&path, composed.text.as_bytes())?;
        }
        let Composed { text, kennung, inputs, figures, writing, origins } = composed;
        state.under_way.insert(number, UnderWay { kennung, inputs, source: Source { figures, writing, origins } });
        let ident = format!("kreisblatt/{}/{}", self.desk.checked.data().edition.key, document.path);
        Ok(Job { ident, standard: self.settings.standard(), text })
    }

    fn done(&self, number: usize, attempt: usize, result: std::result::Result<Finished, Cause>) -> Verdict {
        let document = &self.plan.documents[number];
        let mut state = self.state();
        let known = state.under_way.remove(&number);
        let one_page = matches!(document.kind, Kind::Sheet(_));
        match (result, known) {
            (Ok(finished), _) if one_page && finished.pages > 1 && attempt < DENSEST => return Verdict::Again,
            (Ok(finished), _) if one_page && finished.pages > 1 => state.problems.push(
                Problem::error(
                    "KB604",
                    format!("the fact sheet needs {} pages, one is what it may have", finished.pages),
                )
                .at(Place::file(&document.path))
                .hint("shorten the practice examples, or show fewer indicators")
                .hint(format!("while setting {} ({})", document.path, document.record)),
            ),
            (Ok(finished), Some(known)) => {
                let entry = Entry {
                    pages: Some(finished.pages),
                    inputs: Some(known.inputs),
                    template: Some(document.template.to_owned()),
                    standard: Some(self.settings.standard().name().to_owned()),
                    kennung: Some(known.kennung),
                    settings: Some(Settings { tightness: attempt, ..self.settings.clone() }),
                    ..Entry::plain(&document.path, &finished.pdf)
                };
                match state.shelf.stage(&document.path, &finished.pdf) {
                    Ok(()) => {
                        state.trace.add(&document.path, &known.source, finished.numbers, self.texts);
                        state.entries.push(entry);
                    }
                    Err(report) => state.problems.extend(report),
                }
            }
            (Err(Cause::NotComposed(report)), _) => state.problems.extend(report),
            (Err(Cause::NotSet(failure)), known) => {
                let origins = known.map(|k| k.source.origins).unwrap_or_default();
                state.problems.extend(explained(failure, &origins, document, self.pantry));
            }
            (Ok(_), None) => unreachable!("a document that was set was composed before"),
        }
        drop(state);
        self.progress.step(&document.path);
        Verdict::Settled
    }
}

impl State {
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.shelf.stage(path, bytes)?;
        self.entries.push(Entry::plain(path, bytes));
        Ok(())
    }

    /// Puts all files in their places, then the manifest of those that took theirs. A partial build keeps
    /// the entries of files that still stand; a whole one names what an earlier build left behind.
    fn finish(mut self, checked: &Checked, plan: &Plan, beside: &Beside<'_>, whole: bool) -> Result<Report> {
        let (left, mut report) = self.shelf.place();
        self.entries.retain(|entry| !left.contains(&entry.path));
        for path in &left {
            self.trace.forget(path);
        }
        let earlier = match self.shelf.existing(MANIFEST).map(|bytes| serde_json::from_slice::<Manifest>(&bytes)) {
            Some(Ok(manifest)) => manifest.files,
            Some(Err(error)) => {
                report.push(
                    Problem::warning(
                        "KB803",
                        format!("the manifest of an earlier build cannot be read and is replaced: {error}"),
                    )
                    .at(Place::file(MANIFEST)),
                );
                Vec::new()
            }
            None => Vec::new(),
        };
        for entry in earlier {
            let path = entry.path.as_str();
            let made_again =
                path == TRACE || BESIDE.contains(&path) || self.entries.iter().any(|e| e.path == entry.path);
            if made_again || !self.shelf.holds(&entry.path) {
                continue;
            }
            // A document of this build that failed leaves the earlier one standing, with its entry.
            let planned = left.contains(&entry.path) || plan.documents.iter().any(|d| d.path == entry.path);
            if whole && !planned {
                report.push(
                    Problem::warning("KB804", "the file is left from an earlier build and belongs to this one no more")
                        .at(Place::file(&entry.path))
                        .hint("delete it if you do not need it"),
                );
            } else {
                self.entries.push(entry);
            }
        }
        let standing: Vec<&str> = self.entries.iter().map(|entry| entry.path.as_str()).collect();
        let before = self.shelf.existing(TRACE).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let trace = self.trace.text(&before, &standing).or_else(|line| {
            report.push(
                Problem::warning("KB807", "the trace of an earlier build cannot be read and is replaced")
                    .at(Place { line: crate::diag::count(line), ..Place::file(TRACE) })
                    .hint("build everything again to have all documents in it"),
            );
            self.trace.text("", &[])
        });
        let trace = trace.expect("a trace without an earlier one can be written");
        self.put(TRACE, trace.as_bytes())?;
        for (path, text) in beside.files(&self.entries) {
            self.put(path, text.as_bytes())?;
        }
        report.extend(self.shelf.place().1);
        self.entries.sort_by(|a, b| a.path.cmp(&b.path));
        let edition = &checked.data().edition;
        let manifest = Manifest {
            program: PROGRAM.to_owned(),
            edition: edition.key.clone(),
            stand: edition.stand.iso(),
            files: self.entries,
        };
        let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest can be written");
        text.push('\n');
        self.shelf.stage(MANIFEST, text.as_bytes())?;
        report.extend(self.shelf.place().1);
        Ok(report)
    }
}

/// Lays beside the emitted sources all they import, so that `typst compile --root typ --font-path
/// typ/fonts` sets the same pages.
fn emit_imports(pantry: &Pantry, shelf: &mut Shelf) -> Result<()> {
    let is_import = |path: &&str| !path.ends_with(".hbs") && !path.ends_with(".md") && !path.starts_with(CATALOGUE);
    let imports = pantry.list("templates/").filter(is_import);
    for path in imports.chain(pantry.list("fonts/")) {
        shelf.stage(&format!("typ/{path}"), pantry.bytes(path).unwrap_or_default())?;
    }
    Ok(())
}

/// The same problem of many documents told once: all sheets share a template, and one typo in it is one
/// message. The record a problem is about stands in its last hint.
fn grouped(report: &Report) -> Report {
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

/// What Typst or a worker's end says of a document, as problems with the template's line.
fn explained(failure: Failure, origins: &LineOrigins, document: &Document, pantry: &Pantry) -> Report {
    let record = format!("while setting {} ({})", document.path, document.record);
    match failure {
        Failure::Refused(findings) => {
            findings.into_iter().map(|finding| refused(finding, origins, pantry).hint(&record)).collect()
        }
        Failure::TimedOut(seconds) => {
            Problem::error("KB602", format!("{} took longer than {seconds} seconds and was stopped", document.path))
                .hint("look for a loop that never ends in the template, or raise --time-limit")
                .hint(record)
                .into()
        }
        Failure::Died(words) => Problem::error("KB603", format!("the worker that set {} died: {words}", document.path))
            .hint("when it ran out of memory, look for a list that grows without end, or raise --memory-limit")
            .hint(record)
            .into(),
    }
}

fn refused(finding: Finding, origins: &LineOrigins, pantry: &Pantry) -> Problem {
    let template = finding.document_line.and_then(|line| origins.place(line));
    let mut problem = Problem::error("KB601", finding.message);
    match finding.at {
        Some(spot) if spot.file.is_some() => {
            let shown = pantry.shown(spot.file.as_deref().unwrap_or_default());
            problem = problem.at(Place::new(&shown, spot.line, spot.column));
            if let Some(place) = template {
                problem = problem.hint(format!("called from {place}"));
            }
        }
        _ => problem.place = template,
    }
    if problem.message.contains("could not be displayed with font") {
        return problem
            .hint("no font has this sign: correct the cell, or lay a font that has it over fonts/ with --with");
    }
    finding.hints.into_iter().fold(problem, Problem::hint)
}
