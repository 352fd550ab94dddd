//! `kreisblatt merge-manifests`: joins the parts of a split build.

use crate::args::MergeManifests;
use crate::run::{self, Outcome};

use super::with_edition::with_edition;

/// `kreisblatt merge-manifests`.
pub fn merge(args: &MergeManifests) -> Outcome {
    with_edition(&args.project, |edition| run::merge(edition, &args.folder))
}
