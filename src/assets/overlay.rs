//! Reading a project folder over the embedded files. A whole file of the project replaces the embedded one; nothing is
//! merged. The folder is read once, at the start, so that a run sees one state of it.

use std::path::Path;
use std::sync::Arc;

use crate::diag::{Place, Problem, Report, Result, Severity, nearest};

use super::disk::{file_name, forbidden_entry, path_shown, read_file, sorted_entries};
use super::embedded::{embedded_file, embedded_files, folders};
use super::files::Assets;
use super::lock::LOCK_FILE;
use super::names::{EDITION_FILES, IGNORED, PROJECT, corrected_text_name, is_leftover, is_text};

impl Assets {
    /// Returns the embedded files with those of a project folder in their places.
    ///
    /// # Errors
    /// A folder that cannot be read, a file that cannot be read or is larger than 64 MB, a name near one we know
    /// (`template/`), and a folder that holds nothing we read. Unknown names are warnings, added to `warnings`.
    pub fn with_overlay(folder: &Path, warnings: &mut Report) -> Result<Self> {
        let mut assets = Self::embedded();
        let mut report = Report::new();
        let entries = sorted_entries(folder).map_err(|_| {
            Report::from(
                Problem::usage("KB308", format!("--with `{}` is no folder that can be read", folder.display()))
                    .hint("give a folder shaped like the project: data/, templates/ and fonts/ in it are used"),
            )
        })?;
        let mut found = false;
        // People work in a project folder: other files in it are their own business.
        let is_project = folder.join(PROJECT).is_file();
        for path in entries {
            let name = file_name(&path);
            if path.is_dir() && folders().contains(&name.as_str()) {
                found = true;
                assets.overlay_folder(folder, &path, &name, &mut report);
            } else if name == PROJECT || name == LOCK_FILE {
                found = true;
                match read_file(&path) {
                    Ok(bytes) => assets.put(&name, bytes, Arc::from(path_shown(&path))),
                    Err(problem) => report.push(problem),
                }
            } else if !(is_leftover(&name) || IGNORED.contains(&name.as_str())) {
                let known = folders().into_iter().chain([PROJECT]);
                let problem =
                    Problem::error("KB902", format!("unknown name `{name}` in the folder laid over the project"))
                        .at(Place::file(&path_shown(&path)))
                        .did_you_mean(&name, known);
                let hint = format!("it is not used; data/, templates/, fonts/ and {PROJECT} are");
                match (is_project, problem.hints.is_empty()) {
                    (false, _) => report_unknown_name(problem, &hint, &mut report, warnings),
                    (true, false) => {
                        warnings.push(Problem { severity: Severity::Warning, ..problem.hint(hint) });
                    }
                    (true, true) => {}
                }
            }
        }
        if !found && !report.has_errors() {
            report.push(
                Problem::error("KB903", format!("the folder holds none of data/, templates/, fonts/, {PROJECT}"))
                    .at(Place::file(&folder.display().to_string()))
                    .hint("give the folder that contains them: its shape is that of the project"),
            );
        }
        assets.check_names(&mut report, warnings);
        assets.warn_partial_editions(warnings);
        assets.warn_outdated_copies(warnings);
        if report.has_errors() { Err(report) } else { Ok(assets) }
    }

    /// Reads a folder of the project and all folders in it. `prefix` is its path in the assets.
    fn overlay_folder(&mut self, root: &Path, folder: &Path, prefix: &str, report: &mut Report) {
        if let Some(problem) = forbidden_entry(root, folder) {
            return report.push(problem);
        }
        let entries = match sorted_entries(folder) {
            Ok(entries) => entries,
            Err(problems) => return report.extend(problems),
        };
        for path in entries {
            let name = file_name(&path);
            if is_leftover(&name) {
                continue;
            }
            let inner = format!("{prefix}/{name}");
            if path.is_dir() && embedded_file(&inner).is_some() {
                let problem = Problem::error("KB901", "this is a folder, and the program has a file of this name");
                report.push(problem.at(Place::file(&path_shown(&path))).hint("rename the folder"));
                continue;
            }
            if path.is_dir() {
                self.overlay_folder(root, &path, &inner, report);
                continue;
            }
            if let Some(problem) = forbidden_entry(root, &path) {
                report.push(problem);
                continue;
            }
            match read_file(&path) {
                Ok(bytes) => self.put(&inner, bytes, Arc::from(path_shown(&path))),
                Err(problem) => report.push(problem),
            }
        }
    }

    /// Reports files of the project that nothing reads: an error with a suggestion where the name is near a known one,
    /// a warning otherwise. A folder below `data/` without an `edition.toml` is an error.
    fn check_names(&self, report: &mut Report, warnings: &mut Report) {
        let editions = self.editions();
        let mut incomplete: Vec<&str> = Vec::new();
        for path in self.overlaid("") {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let known: Vec<&str> = match folder {
                "data" => vec!["indicators.toml", "key_figures.toml", "printed_lists.toml", "themes.toml"],
                "data/geo" if name.ends_with(".geojson") => continue,
                "data/geo" => vec!["*.geojson"],
                _ if folder.starts_with("data/") => {
                    let edition = &folder["data/".len()..];
                    if !editions.contains(&edition) && !incomplete.contains(&edition) {
                        incomplete.push(edition);
                        let problem = Problem::error("KB906", format!("edition `{edition}` has no edition.toml"));
                        let place = Place::file(&self.shown(path));
                        report.push(problem.at(place).hint("copy data/2017/edition.toml beside it and change it"));
                    }
                    if is_text(name) {
                        continue;
                    }
                    EDITION_FILES.to_vec()
                }
                _ if folder.starts_with("templates") => {
                    self.check_template_name(path, folder, name, warnings);
                    continue;
                }
                _ => continue,
            };
            if known.contains(&name) || name == "README.md" {
                continue;
            }
            let problem =
                Problem::error("KB902", format!("`{name}` is no file of {folder}/")).at(Place::file(&self.shown(path)));
            let problem = match corrected_text_name(name).filter(|_| known.contains(&"*.md")) {
                Some(text) => problem.hint(format!("did you mean `{text}`?")),
                None => problem.did_you_mean(name, known.iter().copied()),
            };
            let hint = format!("it is not used; known are: {}", known.join(", "));
            report_unknown_name(problem, &hint, report, warnings);
        }
    }

    /// Warns of a template whose name is near one of ours or has the wrong ending. Other new names are fine: the user's
    /// own partials and imports.
    fn check_template_name(&self, path: &str, folder: &str, name: &str, warnings: &mut Report) {
        if embedded_file(path).is_some() {
            return;
        }
        let place = Place::file(&self.shown(path));
        let names = embedded_files().filter_map(|(path, _)| path.strip_prefix(folder)?.strip_prefix('/'));
        if let Some(near) = nearest(name, names) {
            let problem = Problem::warning("KB902", format!("the template `{name}` is new"));
            warnings.push(problem.at(place).hint(format!("did you mean `{near}`?")));
        } else if name.ends_with(".hbs") && !name.ends_with(".typ.hbs") {
            let problem = Problem::warning("KB902", format!("`{name}` is not read as a template"));
            let stem = name.trim_end_matches(".hbs");
            warnings.push(problem.at(place).hint(format!("the names of templates end in .typ.hbs: `{stem}.typ.hbs`")));
        }
    }
}

/// Reports a name that nothing reads: as an error when it has a suggestion, since it is a slip then, else as a warning.
fn report_unknown_name(problem: Problem, hint: &str, report: &mut Report, warnings: &mut Report) {
    if problem.hints.is_empty() {
        warnings.push(Problem { severity: Severity::Warning, ..problem.hint(hint) });
    } else {
        report.push(problem);
    }
}
