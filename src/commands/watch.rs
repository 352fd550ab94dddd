//! `kreisblatt watch`: a preview that follows every change.

use crate::args::Watch;
use crate::diag::{Problem, Result};
use crate::plan;
use crate::run::{BuildOptions, Outcome, Progress};
use crate::watch::{self, WatchOptions};

/// `kreisblatt watch`. Ends when it is stopped from outside, or before it begins.
///
/// # Errors
/// No project, and what keeps it from beginning.
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
        // Made also where a selection or the project leaves it out.
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
