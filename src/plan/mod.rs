//! Converts the command line to plain values: the options of a run, its project, its meeting.

mod impose;
mod meeting;
mod project;
mod stamp;

use crate::args::{self, Build, Emit, Select};
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::model::Data;
use crate::run::{BuildOptions, WorkerOptions};
use crate::select::Selection;
use crate::typeset::WorkerKind;

pub use impose::impose_settings;
pub use meeting::meeting;
pub use project::{find_project, reject_out_inside_inputs};
pub use stamp::stamp_spot;

/// Returns the selection of a command line, including the files it names; `-` is standard input.
///
/// # Errors
/// Files that cannot be read, lines that select nothing, and files without a line that selects.
pub fn selection(select: &Select) -> Result<Selection> {
    let mut selection = Selection::all();
    selection = select.kommune.iter().fold(selection, |selection, name| selection.kommune(name));
    selection = select.state.iter().fold(selection, |selection, name| selection.state(name));
    selection = select.kind.iter().fold(selection, |selection, name| selection.of_type(name));
    selection = select.condition.iter().fold(selection, |selection, text| selection.condition(text));
    let mut report = Report::new();
    for path in &select.files {
        report.extend(selection.add_file(path).err().unwrap_or_default());
    }
    if let Some(file) = select.files.first().filter(|_| selection.is_empty() && !report.has_errors()) {
        let problem = Problem::usage("KB302", "no line of the file selects a Kommune");
        report.push(problem.at(Place::file(&file.display().to_string())).hint("write one Kommune a line"));
    }
    if report.has_errors() { Err(report) } else { Ok(selection) }
}

/// Returns the positions of the Kommunen that a command line selects.
///
/// # Errors
/// The errors of [`selection`] and [`Selection::resolve`].
pub fn selected(select: &Select, data: &Data) -> Result<Vec<usize>> {
    selection(select)?.resolve(data)
}

/// Returns the options of the workers.
pub fn workers(args: args::WorkerArgs) -> WorkerOptions {
    WorkerOptions {
        kind: WorkerKind::Process,
        jobs: args.jobs.map(usize::from),
        time_limit: args.time_limit,
        memory_limit: args.memory_limit,
    }
}

/// Returns the options of `build`.
///
/// # Errors
/// The errors of [`selection`], and an output folder inside the project's own files.
pub fn build_options(args: &Build) -> Result<BuildOptions> {
    reject_out_inside_inputs(args.project.with.as_deref(), &args.out)?;
    Ok(BuildOptions {
        selection: selection(&args.select)?,
        only: args.only.clone(),
        also: None,
        profile: args.profile,
        bleed: args.bleed,
        pad_pages: args.pad_pages,
        force: args.force,
        shard: args.shard,
        emit_typst: args.emit == Some(Emit::Typ),
        workers: workers(args.workers),
    })
}

/// Returns the position of an indicator by its key.
///
/// # Errors
/// An unknown key; the error names the nearest key.
pub fn indicator(key: &str, data: &Data) -> Result<usize> {
    data.indicator(key).ok_or_else(|| {
        let known: Vec<&str> = data.indicators.iter().map(|i| i.key.as_str()).collect();
        Problem::usage("KB307", format!("there is no indicator `{}`", shown(key)))
            .did_you_mean(key, known.iter().copied())
            .hint(format!("the indicators are: {}", known.join(", ")))
            .into()
    })
}
