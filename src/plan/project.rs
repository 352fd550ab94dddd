//! The project of a command: the folder given with `--with`, or else the nearest folder with a `kreisblatt.toml`, from
//! the current folder upwards.

use std::path::{Path, PathBuf};

use crate::args::Cli;
use crate::diag::{Problem, Result};

/// The file that makes a folder a project.
const MARK: &str = "kreisblatt.toml";

/// The folders with the input files of documents.
const FOLDERS: [&str; 3] = ["data", "templates", "fonts"];

/// The default output folder.
const OUT: &str = "out";

/// Adds the current project to a command line. The default output folder is then also relative to the project's folder.
pub fn find_project(cli: &mut Cli) {
    let Some((with, out)) = cli.command.project() else { return };
    if with.is_some() {
        return;
    }
    let Some(root) = std::env::current_dir().ok().and_then(|here| above(&here)) else { return };
    if let Some(out) = out.filter(|out| out.as_path() == Path::new(OUT)) {
        *out = if root == Path::new(".") { out.clone() } else { root.join(OUT) };
    }
    *with = Some(root);
}

/// Returns the nearest project upwards, as a relative path: `.`, `..`, `../..`; `None` outside of a project.
fn above(here: &Path) -> Option<PathBuf> {
    let levels = here.ancestors().position(|folder| folder.join(MARK).is_file())?;
    Some(if levels == 0 { PathBuf::from(".") } else { std::iter::repeat_n("..", levels).collect() })
}

/// Rejects an output folder inside the input files.
///
/// # Errors
/// An output folder in the data, templates or fonts of the project: its files would be read as input.
pub fn reject_out_inside_inputs(project: Option<&Path>, out: &Path) -> Result<()> {
    let Some(root) = project.and_then(|project| project.canonicalize().ok()) else { return Ok(()) };
    // If the folder does not exist, its nearest existing parent is used.
    let there = out.ancestors().find_map(|above| {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        above.canonicalize().ok().map(|found| (found, out.strip_prefix(above).unwrap_or(out)))
    });
    let Some((above, rest)) = there else { return Ok(()) };
    let whole = above.join(rest);
    match FOLDERS.into_iter().find(|folder| whole.starts_with(root.join(folder))) {
        None => Ok(()),
        Some(folder) => {
            let what = format!("--out `{}` lies in the project's {folder}/", out.display());
            Err(Problem::usage("KB319", what)
                .hint("what is made would be read as a part of it: choose another folder, for example out")
                .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_project_upwards_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("mine/data/2017");
        std::fs::create_dir_all(&inner).expect("folders");
        assert_eq!(above(&inner), None);
        #[expect(clippy::disallowed_methods, reason = "the test lays out what is found")]
        std::fs::write(folder.path().join("mine").join(MARK), "").expect("a file");
        assert_eq!(above(&inner), Some(PathBuf::from("../..")));
        assert_eq!(above(&folder.path().join("mine")), Some(PathBuf::from(".")));
        assert_eq!(above(folder.path()), None);
    }
}
