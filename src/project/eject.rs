//! Copies single files of the program into a project, where the user can change them.

use std::path::{Path, PathBuf};

use crate::assets::{Assets, LOCK_FILE, THEME, embedded_file, embedded_files};
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::run::Outcome;
use crate::write::StagedFolder;

/// The handling of a project file that differs from the program's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnFile {
    /// The command returns an error.
    Refused,
    /// The program's file replaces it.
    Replaced,
    /// It stays, and is marked as up to date with the program's file.
    Kept,
}

/// Copies files of the program, by path or folder, into a project (`with`).
///
/// # Errors
/// No project, files that the program does not have, and files of the project that differ, if these are refused.
pub fn eject(paths: &[String], with: Option<&Path>, own: OwnFile) -> Result<Outcome> {
    let paths = named(paths)?;
    let root = project_folder(with)?;
    let mut report = Report::new();
    let assets = Assets::with_overlay(&root, &mut report)?;
    let mut lock = assets.lock_file(&mut Report::new());
    let (mut copied, mut kept, mut problems) = (Vec::new(), 0, Report::new());
    for path in paths {
        let ours = embedded_file(path).unwrap_or_default();
        let theirs = assets.overlaid(path).any(|p| p == path).then(|| assets.bytes(path)).flatten();
        match theirs {
            Some(theirs) if own == OwnFile::Kept || theirs == ours => kept += 1,
            Some(_) if own == OwnFile::Refused => problems.push(
                Problem::error("KB958", "the project's file differs from the program's")
                    .at(Place::file(&assets.shown(path)))
                    .hint(format!(
                        "`kreisblatt eject --print {path}` shows the program's, --force takes it in place of yours"
                    )),
            ),
            None if own == OwnFile::Kept => problems.push(
                Problem::error("KB958", format!("the project has no file {path} to keep"))
                    .hint("without --keep it is copied"),
            ),
            _ => copied.push(path),
        }
        lock.record(path, ours);
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let mut staged_folder = StagedFolder::open(&root)?;
    for path in &copied {
        staged_folder.stage(path, embedded_file(path).unwrap_or_default())?;
    }
    staged_folder.stage(LOCK_FILE, lock.text().as_bytes())?;
    let (_, mut report) = staged_folder.place();
    report.sort_by_place();
    let files = if copied.len() == 1 { "1 file".to_owned() } else { format!("{} files", copied.len()) };
    let summary = format!("{files} copied to {}, {kept} already there", root.display());
    let output = copied.iter().map(|path| format!("{path}\n")).collect();
    Ok(Outcome { output, report, summary, ..Outcome::default() })
}

/// Returns the project that the files are written to.
///
/// # Errors
/// No project is named.
fn project_folder(with: Option<&Path>) -> Result<PathBuf> {
    with.map(Path::to_owned).ok_or_else(|| {
        Problem::usage("KB317", "there is no project here")
            .hint("make one with `kreisblatt new DIR` and run this in it, or name it with --with DIR")
            .into()
    })
}

/// Returns the program's files with these names. A folder means all files below it, except the theme file, because
/// `kreisblatt.toml` sets the theme.
fn named(wanted: &[String]) -> Result<Vec<&'static str>> {
    let all = ours();
    let mut report = Report::new();
    let mut found = Vec::new();
    for name in wanted {
        let plain = name.trim_start_matches("./").trim_end_matches('/');
        let folder = format!("{plain}/");
        let before = found.len();
        found.extend(all.iter().filter(|path| **path == plain || (path.starts_with(&folder) && **path != THEME)));
        if found.len() == before {
            let folders = all.iter().flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]));
            report.push(
                Problem::usage("KB318", format!("the program has no file `{}`", shown(name)))
                    .did_you_mean(plain, all.iter().copied().chain(folders))
                    .hint("`kreisblatt list --assets` has them all"),
            );
        }
    }
    found.sort_unstable();
    found.dedup();
    if report.has_errors() { Err(report) } else { Ok(found) }
}

/// Returns the paths of all files of the program.
fn ours() -> Vec<&'static str> {
    embedded_files().map(|(path, _)| path).collect()
}

/// Returns the text of files of the program, by path or folder.
///
/// # Errors
/// Files that the program does not have, and files that are not text.
pub fn print(paths: &[String]) -> Result<Outcome> {
    let paths = named(paths)?;
    let mut output = String::new();
    for path in paths {
        match std::str::from_utf8(embedded_file(path).unwrap_or_default()) {
            Ok(text) => output += text,
            Err(_) => {
                let problem = Problem::error("KB958", format!("{path} is no text and cannot be printed"));
                return Err(problem.hint("leave --print out to copy it").into());
            }
        }
    }
    Ok(Outcome::printed(output, Report::new()))
}
