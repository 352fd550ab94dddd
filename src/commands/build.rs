//! `kreisblatt build`: the documents of an edition.

use crate::args::Build;
use crate::plan;
use crate::run::{self, OpenMode, Outcome, Progress};

use super::with_edition::with_edition_in;

/// `kreisblatt build`.
pub fn build(args: &Build, progress: &dyn Progress) -> Outcome {
    let mode = if args.keep_going { OpenMode::WithoutFaultyRows } else { OpenMode::Whole };
    with_edition_in(&args.project, mode, |edition| {
        run::build(edition, &plan::build_options(args)?, &args.out, progress)
    })
}
