//! `kreisblatt build`: the whole line once. Check, and stop there with all problems; derive once; compose
//! and set each document; write everything at the end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::args::{Build, Emit, Profile};
use crate::assets::Pantry;
use crate::check::Checked;
use crate::compose::view::{self, Attachment, Shared};
use crate::compose::{Composed, Composer, Figures, LineOrigins, generate, hex};
use crate::derive::{Facts, derive};
use crate::diag::{Place, Problem, Report, Result};
use crate::export;
use crate::german::Numbers;
use crate::plan::{self, Document, Kind, Plan};
use crate::typeset::{Cause, Failure, Finding, Finished, Job, Limits, Pool, Standard, Verdict, Work};
use crate::write::Shelf;

use super::{Kitchen, Outcome, Progress, everyone, warnings};

const MANIFEST: &str = "manifest.json";

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
    let desk = Desk {
        plan: &plan,
        pantry,
        composer: &composer,
        checked: &checked,
        of_all: &of_all,
        of_scope,
        numbers: &numbers,
        progress,
        emit: args.emit == Some(Emit::Typ),
        state: Mutex::new(State {
            shelf: Shelf::open(&plan.folder)?,
            entries: Vec::new(),
            under_way: BTreeMap::new(),
            problems: Report::new(),
        }),
    };
    progress.begin(plan.documents.len());
    let ran = pool.run(plan.documents.len(), &desk);
    progress.end();
    ran?;
    let mut state = desk.state.into_inner().unwrap_or_else(PoisonError::into_inner);
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
    report.extend(state.finish(&checked, &plan, whole)?);
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

/// All that composing needs, and what has come back so far.
struct Desk<'a> {
    plan: &'a Plan,
    pantry: &'a Pantry,
    composer: &'a Composer,
    checked: &'a Checked,
    of_all: &'a Facts<'a>,
    of_scope: &'a Facts<'a>,
    numbers: &'a Numbers,
    progress: &'a dyn Progress,
    emit: bool,
    state: Mutex<State>,
}

struct State {
    shelf: Shelf,
    entries: Vec<Entry>,
    /// What is known of documents being set, by number.
    under_way: BTreeMap<usize, UnderWay>,
    problems: Report,
}

struct UnderWay {
    kennung: String,
    inputs: String,
    origins: LineOrigins,
}

/// A file as the manifest names it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    path: String,
    sha256: String,
    bytes: usize,
    pages: Option<usize>,
    inputs: Option<String>,
    template: Option<String>,
    standard: Option<String>,
    kennung: Option<String>,
}

/// What `manifest.json` says of the output folder.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    program: String,
    edition: String,
    stand: String,
    files: Vec<Entry>,
}

impl Desk<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn composed(&self, document: &Document, attempt: usize) -> Result<Composed> {
        let mut figures = Figures::new(self.numbers);
        let attachments = self.attachments(document);
        let shared = |facts| Shared {
            facts,
            numbers: self.numbers,
            draft: self.plan.profile == Profile::Entwurf,
            bleed: self.plan.bleed,
            padded: self.plan.padded,
            density: attempt,
            attachments,
        };
        let (template, record) = (document.template, document.record.as_str());
        match document.kind {
            Kind::Sheet(k) => {
                let view = view::sheet(&shared(self.of_all), k, &mut figures);
                self.composer.compose(template, record, &view, figures)
            }
            Kind::Brochure => {
                let view = view::brochure(&shared(self.of_scope), &mut figures);
                self.composer.compose(template, record, &view, figures)
            }
            Kind::Rankings => {
                let view = view::rankings(&shared(self.of_scope), &mut figures);
                self.composer.compose(template, record, &view, figures)
            }
            Kind::Laender => {
                let view = view::laender(&shared(self.of_scope), &mut figures);
                self.composer.compose(template, record, &view, figures)
            }
        }
    }

    /// What a PDF carries in profile `daten`: its figures as CSV and JSON.
    fn attachments(&self, document: &Document) -> Vec<Attachment> {
        if self.plan.profile != Profile::Daten {
            return Vec::new();
        }
        let (name, what, table) = match document.kind {
            Kind::Sheet(k) => {
                let name = document.path.trim_start_matches("steckbriefe/").trim_end_matches(".pdf");
                (name, "Werte, Ränge, Vergleichswerte und Definitionen", export::sheet(self.of_all, k))
            }
            Kind::Brochure => ("kommunen", "Alle Kommunen mit ihren Werten", export::kommunen(self.of_scope)),
            Kind::Rankings => ("ranglisten", "Alle Ranglisten", export::rankings(self.of_scope)),
            Kind::Laender => ("laender", "Alle Länder mit ihren Werten", export::laender(self.of_scope, true)),
        };
        let file = |ending: &str, mime: &str, content: String| Attachment {
            name: format!("{name}.{ending}"),
            mime: mime.to_owned(),
            description: format!("{what} ({})", ending.to_uppercase()),
            content,
        };
        vec![file("csv", "text/csv", table.csv()), file("json", "application/json", table.json())]
    }

    fn standard(&self) -> Standard {
        if self.plan.profile == Profile::Daten { Standard::Data } else { Standard::Archive }
    }
}

impl Work for Desk<'_> {
    fn job(&self, number: usize, attempt: usize) -> Result<Job> {
        let document = &self.plan.documents[number];
        let composed = self.composed(document, attempt)?;
        let mut state = self.state();
        if self.emit {
            let path = format!("typ/{}.typ", document.path.trim_end_matches(".pdf"));
            state.shelf.stage(&path, composed.text.as_bytes())?;
        }
        let Composed { text, kennung, inputs, origins, .. } = composed;
        state.under_way.insert(number, UnderWay { kennung, inputs, origins });
        let ident = format!("kreisblatt/{}/{}", self.checked.data().edition.key, document.path);
        Ok(Job { ident, standard: self.standard(), text })
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
                    standard: Some(self.standard().name().to_owned()),
                    kennung: Some(known.kennung),
                    ..Entry::plain(&document.path, &finished.pdf)
                };
                match state.shelf.stage(&document.path, &finished.pdf) {
                    Ok(()) => state.entries.push(entry),
                    Err(report) => state.problems.extend(report),
                }
            }
            (Err(Cause::NotComposed(report)), _) => state.problems.extend(report),
            (Err(Cause::NotSet(failure)), known) => {
                let origins = known.map(|k| k.origins).unwrap_or_default();
                state.problems.extend(explained(failure, &origins, document, self.pantry));
            }
            (Ok(_), None) => unreachable!("a document that was set was composed before"),
        }
        drop(state);
        self.progress.step(&document.path);
        Verdict::Settled
    }
}

impl Entry {
    fn plain(path: &str, bytes: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            sha256: hex(&Sha256::digest(bytes)),
            bytes: bytes.len(),
            pages: None,
            inputs: None,
            template: None,
            standard: None,
            kennung: None,
        }
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
    fn finish(mut self, checked: &Checked, plan: &Plan, whole: bool) -> Result<Report> {
        let (left, mut report) = self.shelf.place();
        self.entries.retain(|entry| !left.contains(&entry.path));
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
            let made_again = self.entries.iter().any(|e| e.path == entry.path);
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
        self.entries.sort_by(|a, b| a.path.cmp(&b.path));
        let edition = &checked.data().edition;
        let manifest = Manifest {
            program: concat!("kreisblatt ", env!("CARGO_PKG_VERSION")).to_owned(),
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
    let imports = pantry.list("templates/").filter(|path| !path.ends_with(".hbs") && !path.ends_with(".md"));
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
