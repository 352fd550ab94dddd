//! `kreisblatt new`, `eject` and `list --assets`.

use crate::args::{Eject, List, New};
use crate::diag::{Report, Result};
use crate::project::{self, NewProject, ORIGINS, OwnFile};
use crate::run::Outcome;

use super::tables::written;
use super::with_edition;

/// `kreisblatt new`.
pub fn new(args: &New) -> Result<Outcome> {
    project::new(&NewProject {
        folder: args.folder.clone(),
        from: args.from.clone(),
        with: args.with.clone(),
        publisher: args.publisher.clone(),
        place: args.place.clone(),
        accent: args.accent.clone(),
        logo: args.logo.clone(),
        logo_alt: args.logo_alt.clone(),
    })
}

/// `kreisblatt eject`.
pub fn eject(args: &Eject) -> Result<Outcome> {
    let own = match (args.force, args.keep) {
        (true, _) => OwnFile::Replaced,
        (false, true) => OwnFile::Kept,
        (false, false) => OwnFile::Refused,
    };
    if args.print { project::print(&args.paths) } else { project::eject(&args.paths, args.with.as_deref(), own) }
}

/// `kreisblatt list --assets`.
pub fn assets(args: &List) -> Result<Outcome> {
    let mut report = Report::new();
    let assets = with_edition::assets(&args.project, &mut report)?;
    let output = written(&project::origins(&assets), args.format);
    Ok(Outcome { output, report, summary: ORIGINS.to_owned(), ..Outcome::default() })
}
