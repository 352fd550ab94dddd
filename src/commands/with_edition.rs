//! Opens the edition of a command.

use crate::args::ProjectArgs;
use crate::assets::Assets;
use crate::diag::{Report, Result};
use crate::run::{self, OpenEdition, OpenMode, Outcome};

/// Returns the files of program and project.
///
/// # Errors
/// A folder that cannot be read, or a path that is not a folder.
pub fn assets(project: &ProjectArgs, warnings: &mut Report) -> Result<Assets> {
    run::open_assets(project.with.as_deref(), warnings)
}

/// Opens, loads and checks the edition, and works with it.
pub fn with_edition(project: &ProjectArgs, work: impl FnOnce(&OpenEdition) -> Result<Outcome>) -> Outcome {
    with_edition_in(project, OpenMode::Whole, work)
}

/// Does the same for an edition in a given mode.
pub fn with_edition_in(
    project: &ProjectArgs,
    mode: OpenMode<'_>,
    work: impl FnOnce(&OpenEdition) -> Result<Outcome>,
) -> Outcome {
    run::with_edition(project.with.as_deref(), project.edition.as_deref(), mode, work)
}

/// Returns the outcome of a command that may fail.
pub fn outcome(result: Result<Outcome>) -> Outcome {
    result.unwrap_or_else(Outcome::from)
}
