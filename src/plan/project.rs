//! The project a command works in: the folder given with `--with`, else the nearest one upwards that holds a
//! `kreisblatt.toml`.

use std::path::{Path, PathBuf};

use crate::args::Cli;

/// The file that makes a folder a project.
const MARK: &str = "kreisblatt.toml";

/// The output folder of a command line that names none.
const OUT: &str = "out";

/// Adds to a command line the project it is run in. Below the project's folder its `out` is meant, too.
pub fn settle(cli: &mut Cli) {
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
