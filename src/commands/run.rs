//! Calls the function of each command.

use crate::args::{Cli, Command};
use crate::diag::Problem;
use crate::run::{Outcome, Progress};

use super::with_edition::outcome;
use super::{
    build, bundle, check, compare, explain, export, fields, import, impose, manual, merge, project, stamp, tables,
    tents, verify, watch,
};

/// Runs the command of a command line.
pub fn run(cli: &Cli, progress: &dyn Progress) -> Outcome {
    match &cli.command {
        Command::Build(args) => build::build(args, progress),
        Command::Bundle(args) => bundle::bundle(args, progress),
        Command::MergeManifests(args) => merge::merge(args),
        Command::Verify(args) => verify::verify(args),
        Command::Watch(args) => outcome(watch::watch(args, progress)),
        Command::List(args) if args.assets => outcome(project::assets(args)),
        Command::List(args) => tables::list(args),
        Command::Rank(args) => tables::rank(args),
        Command::States(args) => tables::states(args),
        Command::Check(args) => check::check(args),
        Command::Explain(args) => explain::explain(args),
        Command::Compare(args) => compare::compare(args),
        Command::Fields(args) => fields::fields(args),
        Command::New(args) => outcome(project::new(args)),
        Command::Eject(args) => outcome(project::eject(args)),
        Command::Import(args) => import::import(args),
        Command::Export(args) => export::export(args),
        Command::Impose(args) => outcome(impose::impose(args)),
        Command::Stamp(args) => outcome(stamp::stamp(args, progress)),
        Command::Tents(args) => tents::tents(args),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man => outcome(manual::page()),
        Command::Worker => outcome(
            crate::typeset::serve()
                .map(|()| Outcome::default())
                .map_err(|error| Problem::error("KB702", format!("the worker lost its parent: {error}")).into()),
        ),
    }
}
