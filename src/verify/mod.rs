//! Compares finished files with their inputs, in both directions: the manifest lists the files, the trace lists the
//! numbers on their pages, the data gives the expected numbers. The PDFs are read back from their bytes.

mod align;
mod cells;
mod compare;
mod deviation;
mod files;
mod folder;
mod numbers;
mod recomposed;

use crate::assets::Assets;
use crate::diag::Result;
use crate::run::OpenEdition;

pub use deviation::{Deviation, MOST_SHOWN, problems};
pub use folder::BuiltFolder;

/// Verifies an output folder against the edition it was made from; or only against the data files, if the data has
/// errors and no document can be made.
///
/// # Errors
/// Templates that cannot be used, and documents that cannot be composed.
pub fn verify(folder: &BuiltFolder, edition: Result<&OpenEdition, &Assets>) -> Result<Vec<Deviation>> {
    let mut deviations = folder.unreadable.clone();
    let readings = files::read_files(folder, &mut deviations);
    match edition {
        Ok(edition) => deviations.extend(recomposed::against_data(edition, folder, &readings)?),
        Err(assets) => deviations.extend(cells::fields_now(assets, &folder.trace)),
    }
    deviations.extend(files::unnamed_in_trace(folder));
    deviations.extend(files::unnamed_files(folder));
    deviations.sort();
    deviations.dedup();
    Ok(deviations)
}
