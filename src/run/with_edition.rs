//! Opens an edition, works with it, and adds the source line to every problem: only this module has both the problems
//! and the files.

use std::path::Path;

use crate::assets::Assets;
use crate::diag::{Report, Result};

use super::edition::{OpenEdition, OpenMode};
use super::outcome::Outcome;

/// Opens the embedded files, overlaid with the files of a project; warnings about the project's files are added to
/// `warnings`.
///
/// # Errors
/// A folder that cannot be read, or a path that is not a folder.
pub fn open_assets(project: Option<&Path>, warnings: &mut Report) -> Result<Assets> {
    match project {
        Some(folder) => Assets::with_overlay(folder, warnings),
        None => Ok(Assets::embedded()),
    }
}

/// Opens, loads and checks an edition and works with it. `key` names the edition; without it, the edition of the
/// project is used, or else the newest.
pub fn with_edition(
    project: Option<&Path>,
    key: Option<&str>,
    mode: OpenMode<'_>,
    work: impl FnOnce(&OpenEdition) -> Result<Outcome>,
) -> Outcome {
    with_opened(project, key, mode, |opened| opened.map_err(|(report, _)| report).and_then(work))
}

/// Does the same; `work` is also called for an edition that cannot be opened, with its problems and its files.
pub fn with_opened(
    project: Option<&Path>,
    key: Option<&str>,
    mode: OpenMode<'_>,
    work: impl FnOnce(Result<&OpenEdition, (Report, &Assets)>) -> Result<Outcome>,
) -> Outcome {
    let mut warnings = Report::new();
    let assets = match open_assets(project, &mut warnings) {
        Ok(assets) => assets,
        Err(report) => return report.into(),
    };
    match OpenEdition::open(assets, key, mode, warnings) {
        Ok(edition) => {
            let outcome = work(Ok(&edition)).unwrap_or_else(Outcome::from);
            Outcome { report: edition.with_excerpts(outcome.report), ..outcome }
        }
        Err(failed) => {
            let (report, assets) = *failed;
            let outcome = work(Err((report, &assets))).unwrap_or_else(Outcome::from);
            Outcome { report: outcome.report.with_excerpts(|shown| assets.source(shown)), ..outcome }
        }
    }
}
