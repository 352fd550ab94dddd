//! The project a command works in: the folder given with `--with`, else the nearest one upwards that holds a
//! `kreisblatt.toml`.

use std::path::{Path, PathBuf};

use crate::args::Cli;
use crate::diag::{Problem, Result};

/// The file that makes a folder a project.
const MARK: &str = "kreisblatt.toml";

/// The folders documents are made of.
const FOLDERS: [&str; 3] = ["data", "templates", "fonts"];

/// The output folder of a command line that names none.
const OUT: &str = "out";

/// Adds to a command line the project it is run in. Below the project's folder its `out` is meant, too.
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

/// The nearest project upwards, as a path from here: `.`, `..`, `../..`; `None` outside of one.
fn above(here: &Path) -> Option<PathBuf> {
    let levels = here.ancestors().position(|folder| folder.join(MARK).is_file())?;
    Some(if levels == 0 { PathBuf::from(".") } else { std::iter::repeat_n("..", levels).collect() })
}

/// Refuses an output folder among the files documents are made of.
///
/// # Errors
/// An output folder in the data, templates or fonts of the project: what is made would be read as if it were part of it.
pub fn reject_out_inside_inputs(project: Option<&Path>, out: &Path) -> Result<()> {
    let Some(root) = project.and_then(|project| project.canonicalize().ok()) else { return Ok(()) };
    // Of a folder that is not there yet, the nearest above it that is.
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
