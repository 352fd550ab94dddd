//! `kreisblatt watch`: a preview that is updated after every change.

use crate::args::Watch;
use crate::diag::{Problem, Result};
use crate::plan;
use crate::run::{BuildOptions, Outcome, Progress};
use crate::watch::{self, WatchOptions};

/// `kreisblatt watch`. Ends when the process is stopped from outside; returns at once if it cannot begin.
///
/// # Errors
/// No project, and the errors at the start of watching.
pub fn watch(args: &Watch, progress: &dyn Progress) -> Result<Outcome> {
    let Some(project) = args.project.with.clone() else {
        return Err(Problem::error("KB970", "there is no project whose files could change")
            .hint("make a project first: kreisblatt new DIR; then start watch in it, or with --with DIR")
            .into());
    };
    if args.no_build && args.workers.jobs.is_some() {
        let problem = Problem::usage("KB330", "--jobs is about the documents, which --no-build does not make");
        return Err(problem.hint("leave one of them away").into());
    }
    plan::reject_out_inside_inputs(Some(&project), &args.out)?;
    let documents = BuildOptions {
        selection: plan::selection(&args.select)?,
        // This document is also made if the selection or the project excludes it.
        also: args.document.clone(),
        workers: plan::workers(args.workers),
        ..BuildOptions::default()
    };
    let options = WatchOptions {
        project,
        edition: args.project.edition.clone(),
        document: args.document.clone(),
        port: args.port,
        build: !args.no_build,
        poll: args.poll,
        out: args.out.clone(),
        documents,
    };
    watch::watch(&options, progress)
}
