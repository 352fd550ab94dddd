//! The hall: one recipe per command, read from top to bottom. Each returns what to print and a report;
//! none prints, and none knows the terminal.

mod align;
mod beside;
mod build;
mod bundle;
mod cells;
mod compare;
mod desk;
mod explain;
mod export;
mod fields;
mod findings;
mod folder;
mod import;
mod impose;
mod manifest;
mod merge;
mod press;
mod project;
mod rules;
mod sound;
mod stamp;
mod tables;
mod tents;
mod traced;
mod verify;
mod watch;

use clap::CommandFactory;

use crate::args::{self, Cli, Command, ReportFormat};
use crate::assets::{Assets, PROJECT};
use crate::check::{Checked, check};
use crate::compose::apply_theme;
use crate::derive::printed::printed;
use crate::derive::{Facts, derive};
use crate::diag::{Place, Problem, Report, Result, sarif};
use crate::load::{load, project};
use crate::plan;

/// What a command leaves behind.
#[derive(Debug, Default)]
pub struct Outcome {
    /// For standard output.
    pub output: String,
    /// Problems, for standard error.
    pub report: Report,
    /// One line on what was done; empty when there is nothing to say.
    pub summary: String,
}

impl Outcome {
    /// 0 made everything, 1 data or templates have problems, 2 wrong command line (problems KB3xx).
    pub fn exit_code(&self) -> u8 {
        let errors = || self.report.problems().iter().filter(|p| p.severity == crate::diag::Severity::Error);
        match (errors().next(), errors().all(|p| p.id.starts_with("KB3"))) {
            (None, _) => 0,
            (Some(_), true) => 2,
            (Some(_), false) => 1,
        }
    }
}

/// Told how far a build is.
pub trait Progress: Sync {
    /// So many documents will be made.
    fn begin(&self, documents: usize);
    /// A document was made, or failed.
    fn step(&self, path: &str);
    /// No more will come.
    fn end(&self);
    /// A line for standard output, now: the command goes on.
    fn say(&self, line: &str);
    /// What a command that goes on has to report, now.
    fn tell(&self, report: &Report, summary: &str);
    /// Whether what is being made is no longer wanted.
    fn stopped(&self) -> bool {
        false
    }
}

/// Runs a command.
pub fn run(cli: &Cli, progress: &dyn Progress) -> Outcome {
    let result = match &cli.command {
        Command::Build(args) => {
            return over_rows(&args.from, args.keep_going, |kitchen| build::build(args, kitchen, progress));
        }
        Command::Bundle(args) => return over(&args.from, |kitchen| bundle::bundle(args, kitchen, progress)),
        Command::New(args) => project::new(args),
        Command::Eject(args) => project::eject(args),
        Command::List(args) if args.assets => project::assets(args),
        Command::List(args) => return over(&args.from, |kitchen| tables::list(args, kitchen)),
        Command::Rank(args) => return over(&args.from, |kitchen| tables::rank(args, kitchen)),
        Command::States(args) => return over(&args.from, |kitchen| tables::states(args, kitchen)),
        Command::Check(args) => return check_command(args),
        Command::Explain(args) => return over(&args.from, |kitchen| explain::explain(args, kitchen)),
        Command::Compare(args) => return compare::compare(args),
        Command::Fields(args) => return over(&args.from, |kitchen| fields::fields(args, kitchen)),
        Command::MergeManifests(args) => return over(&args.from, |kitchen| merge::merge(args, kitchen)),
        Command::Verify(args) => return verify::verify(args),
        Command::Impose(args) => impose::impose(args),
        Command::Stamp(args) => stamp::stamp(args, progress),
        Command::Tents(args) => return over(&args.from, |kitchen| tents::tents(args, kitchen)),
        Command::Import(args) => return import::import(args),
        Command::Export(args) => return over(&args.from, |kitchen| export::export(args, kitchen)),
        Command::Watch(args) => return watch::watch(args, progress),
        Command::Completions { shell } => Ok(completions(*shell)),
        Command::Man => manual(),
        Command::Worker => worker(),
    };
    result.unwrap_or_else(|report| Outcome { report, ..Default::default() })
}

/// What a command works with: the assets, the checked edition, and what opening them warned of.
struct Kitchen<'a> {
    assets: &'a mut Assets,
    checked: Checked,
    warnings: Report,
}

/// The embedded files with the user's folder laid over them; what there is to say of the folder is added to
/// `warnings`.
fn assets(from: &args::From, warnings: &mut Report) -> Result<Assets> {
    match &from.with {
        Some(folder) => Assets::with_overlay(folder, warnings),
        None => Ok(Assets::embedded()),
    }
}

/// Sets in the look what the project says, and chooses the edition: the one asked for, else that of the project,
/// else the newest.
fn furnished(assets: &mut Assets, from: &args::From, warnings: &mut Report) -> Result<String> {
    let project = project(assets)?;
    if let Some(own) = apply_theme(assets, project.accent, project.logo.as_ref()) {
        warnings.push(
            Problem::warning(
                "KB956",
                format!("the accent colour and logo of {PROJECT} are not used: {own} says others"),
            )
            .at(Place::file(&assets.shown(own)))
            .hint("delete that file, or say both in it alone"),
        );
    }
    match (&from.edition, &project.edition) {
        (None, Some(said)) => plan::edition(Some(&said.value), &assets.editions()).map_err(|report| {
            let problems = report.problems().iter().cloned();
            problems.map(|problem| Problem { id: "KB957", ..problem }.at(said.place.clone())).collect()
        }),
        (wanted, _) => plan::edition(wanted.as_deref(), &assets.editions()),
    }
}

/// Opens the assets, loads and checks the edition, works with them, and looks up the line of every problem of
/// any of these: the one place that has both the problems and the files.
fn over(from: &args::From, work: impl FnOnce(Kitchen<'_>) -> Result<Outcome>) -> Outcome {
    over_rows(from, false, work)
}

/// The same; with `keep_going` rows that have errors are left out.
fn over_rows(from: &args::From, keep_going: bool, work: impl FnOnce(Kitchen<'_>) -> Result<Outcome>) -> Outcome {
    let loaded = |assets: &mut Assets, edition: &str, warnings: &mut Report| match keep_going {
        true => sound::sound(assets, edition, warnings),
        false => load(assets, edition).and_then(check),
    };
    over_loaded(from, loaded, work)
}

/// The same, with what `loaded` reads and checks of an edition.
fn over_loaded(
    from: &args::From,
    loaded: impl FnOnce(&mut Assets, &str, &mut Report) -> Result<Checked>,
    work: impl FnOnce(Kitchen<'_>) -> Result<Outcome>,
) -> Outcome {
    let mut warnings = Report::new();
    let failed = |report| Outcome { report, ..Default::default() };
    let mut assets = match assets(from, &mut warnings) {
        Ok(assets) => assets,
        Err(report) => return failed(report),
    };
    let edition = furnished(&mut assets, from, &mut warnings);
    let result = match edition.and_then(|edition| loaded(&mut assets, &edition, &mut warnings)) {
        Ok(checked) => work(Kitchen { assets: &mut assets, checked, warnings }),
        Err(report) => {
            warnings.extend(report);
            Err(warnings)
        }
    };
    let mut outcome = result.unwrap_or_else(failed);
    outcome.report = outcome.report.with_excerpts(|shown| assets.source(shown));
    outcome
}

/// The positions of all Kommunen.
fn everyone(checked: &Checked) -> Vec<usize> {
    (0..checked.data().kommunen.len()).collect()
}

/// The documents of the user's own.
///
/// # Errors
/// Templates that lie in the wrong folder or have no name a document can have.
fn own(assets: &Assets) -> Result<Vec<plan::Own>> {
    plan::own(assets.list(plan::OWN).map(|path| (path, Place::file(&assets.shown(path)))))
}

/// What `check` found, and where the rows differ from what was printed before. `of_all` are the facts about all
/// its Kommunen.
fn warnings(checked: &Checked, of_all: &Facts<'_>) -> Report {
    let mut report = checked.warnings().clone();
    report.extend(findings::findings(checked.data(), &printed(of_all)));
    report.sort_by_place();
    report
}

fn check_command(args: &args::Check) -> Outcome {
    if let Some(id) = &args.explain {
        return rules::explain(id).unwrap_or_else(|report| Outcome { report, ..Default::default() });
    }
    let mut kommunen = 0;
    let Outcome { report, .. } = over(&args.from, |Kitchen { assets, checked, warnings: mut report }| {
        report.extend(warnings(&checked, &derive(&checked, &everyone(&checked))));
        report
            .extend(own(assets).and_then(|own| plan::usual(checked.data(), &own).map(drop)).err().unwrap_or_default());
        kommunen = checked.data().kommunen.len();
        Ok(Outcome { report, ..Default::default() })
    });
    let outcome = Outcome { report, ..Default::default() };
    if outcome.exit_code() == 2 {
        return outcome; // A wrong command line is not a finding about the data.
    }
    let report = outcome.report;
    let summary = match (report.is_empty(), kommunen) {
        (true, _) => format!("{kommunen} Kommunen checked, nothing found"),
        (false, 0) => format!("found {}", report.tally()),
        (false, _) => format!("{kommunen} Kommunen checked, found {}", report.tally()),
    };
    let output = match args.format {
        ReportFormat::Text => String::new(),
        ReportFormat::Json => {
            let mut text = serde_json::to_string_pretty(report.problems()).expect("problems can be written");
            text.push('\n');
            text
        }
        ReportFormat::Sarif => sarif(&report, std::env::current_dir().ok().as_deref()),
    };
    Outcome { output, report, summary }
}

fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kreisblatt", &mut script);
    Outcome { output: String::from_utf8_lossy(&script).into_owned(), ..Default::default() }
}

fn manual() -> Result<Outcome> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|error| Problem::error("KB806", format!("the manual page cannot be written: {error}")))?;
    Ok(Outcome { output: String::from_utf8_lossy(&page).into_owned(), ..Default::default() })
}

fn worker() -> Result<Outcome> {
    crate::typeset::serve().map_err(|error| Problem::error("KB702", format!("the worker lost its parent: {error}")))?;
    Ok(Outcome::default())
}
