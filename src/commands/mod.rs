//! The hall: one recipe per command, read from top to bottom. Each returns what to print and a report;
//! none prints, and none knows the terminal.

mod align;
mod build;
mod cells;
mod desk;
mod manifest;
mod tables;
mod traced;
mod verify;

use clap::CommandFactory;

use crate::args::{self, Cli, Command, ReportFormat};
use crate::assets::Pantry;
use crate::check::{Checked, check};
use crate::derive::{Facts, derive, printed_deviations};
use crate::diag::{Problem, Report, Result};
use crate::load::load;
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
}

/// Runs a command.
pub fn run(cli: &Cli, progress: &dyn Progress) -> Outcome {
    let result = match &cli.command {
        Command::Build(args) => build::build(args, progress),
        Command::List(args) => tables::list(args),
        Command::Rank(args) => tables::rank(args),
        Command::States(args) => tables::states(args),
        Command::Check(args) => check_command(args),
        Command::Verify(args) => verify::verify(args),
        Command::Completions { shell } => Ok(completions(*shell)),
        Command::Man => manual(),
        Command::Worker => worker(),
    };
    result.unwrap_or_else(|report| Outcome { report, ..Default::default() })
}

/// Opens the pantry, then loads and checks the edition.
fn open(from: &args::From) -> Result<(Pantry, Checked, Report)> {
    let mut warnings = Report::new();
    let pantry = match &from.with {
        Some(folder) => Pantry::with_overlay(folder, &mut warnings)?,
        None => Pantry::embedded(),
    };
    let edition = plan::edition(from.edition.as_deref(), &pantry.editions())?;
    let checked = load(&pantry, &edition).and_then(check)?;
    Ok((pantry, checked, warnings))
}

/// The positions of all Kommunen.
fn everyone(checked: &Checked) -> Vec<usize> {
    (0..checked.data().kommunen.len()).collect()
}

/// What `check` found, and where an earlier publication printed other totals than those of the rows.
/// `of_all` are the facts about all its Kommunen.
fn warnings(checked: &Checked, of_all: &Facts<'_>) -> Report {
    let data = checked.data();
    let mut report = checked.warnings().clone();
    for found in printed_deviations(of_all) {
        let what = found.indicator.map_or("kommunen", |at| data.indicators[at].key.as_str());
        let message = format!(
            "the printed {what} of {} is {}, the rows make {} (difference {})",
            found.land.name,
            found.printed,
            found.computed,
            found.printed - found.computed,
        );
        report.push(
            Problem::warning("KB140", message)
                .at(found.place)
                .hint("pages print what the rows make; the brochure names both"),
        );
    }
    report
}

fn check_command(args: &args::Check) -> Result<Outcome> {
    let (report, kommunen) = match open(&args.from) {
        Ok((_, checked, mut report)) => {
            report.extend(warnings(&checked, &derive(&checked, &everyone(&checked))));
            (report, checked.data().kommunen.len())
        }
        // A wrong command line is not a finding about the data.
        Err(report) if report.problems().iter().all(|p| p.id.starts_with("KB3")) => return Err(report),
        Err(report) => (report, 0),
    };
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
    };
    Ok(Outcome { output, report, summary })
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
