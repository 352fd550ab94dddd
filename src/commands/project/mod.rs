//! `kreisblatt new`, `eject` and `list --assets`: a project's files, and how they stand to those of the program.

use std::path::{Path, PathBuf};

use serde_json::Value;
use toml_edit::DocumentMut;

use crate::args::{Eject, List, New};
use crate::assets::{Assets, FileOrigin, LOCK_FILE, LockFile, PROJECT, THEME, embedded_file, embedded_files};
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::export::DataTable;
use crate::load::{PARTS, project};
use crate::plan;
use crate::write::StagedFolder;

use super::Outcome;
use super::tables::written;

const SETTINGS: &str = include_str!("kreisblatt.toml");
const README: &str = include_str!("README.md");

/// What stands above the logo in `kreisblatt.toml`, and what stands there without one.
const ABOUT_LOGO: &str = "
# The logo, on the cover of the brochure and on every fact sheet: a picture below templates/, and what it shows, for
# readers who do not see it.
";
const NO_LOGO: &str = "\
# [logo]
# file = \"templates/logo.svg\"
# alt = \"Logo des Landkreises Biberach\"
";

/// Where the logo of a new project goes, without its ending.
const LOGO: &str = "templates/logo";

/// `kreisblatt new`.
pub fn new(args: &New) -> Result<Outcome> {
    empty(&args.folder)?;
    let mut report = Report::new();
    let mut assets = match &args.with {
        Some(folder) => Assets::with_overlay(folder, &mut report)?,
        None => Assets::embedded(),
    };
    let said = project(&assets)?.edition.map(|edition| edition.value);
    let edition = plan::edition(args.from.as_deref().or(said.as_deref()), &assets.editions())?;
    let logo = match &args.logo {
        Some(file) => Some(logo(&mut assets, file)?),
        None => None,
    };
    let settings = settings(&assets, &edition, args, logo.as_deref())?;
    assets.replace(PROJECT, settings.clone());
    // What cannot be used later is told now, when nothing has been written.
    project(&assets).map_err(|report| {
        report.problems().iter().cloned().map(|p| Problem { place: None, ..p }).collect::<Report>()
    })?;
    let former = former(&assets, &edition);
    // A theme of the other project's own says what its kreisblatt.toml does not.
    let theme = assets.overlaid(THEME).any(|path| path == THEME);
    let is_ours = |path: &str| {
        let of_former = || former.as_deref().is_some_and(|key| is_copied(path, key));
        is_copied(path, &edition) || of_former() || (theme && path == THEME)
    };
    let mut staged_folder = StagedFolder::open(&args.folder)?;
    let recorded = assets.lock_file(&mut Report::new());
    let mut lock = LockFile::default();
    let mut files = 0;
    for path in assets.list("").filter(|path| is_ours(path) || Some(*path) == logo.as_deref()) {
        let bytes = assets.bytes(path).unwrap_or_default();
        if embedded_file(path) == Some(bytes) {
            lock.record(path, bytes);
        } else if let Some(entry) = recorded.entry(path) {
            lock.keep(path, entry.clone());
        }
        staged_folder.stage(path, bytes)?;
        files += 1;
    }
    let readme = README.replace("VERSION", env!("CARGO_PKG_VERSION")).replace("EDITION", &edition);
    let beside = [
        (PROJECT, settings.as_str()),
        ("README.md", &readme),
        (LOCK_FILE, &lock.text()),
        (".gitignore", "/out/\n.kreisblatt-*\n"),
    ];
    for (path, text) in beside {
        // Hidden files may stand there already.
        if !staged_folder.holds(path) {
            staged_folder.stage(path, text.as_bytes())?;
        }
    }
    report.extend(staged_folder.place().1);
    let folder = args.folder.display();
    let summary = format!(
        "project made in {folder}: edition {edition}, {files} files copied; next: cd {folder} && kreisblatt build"
    );
    Ok(Outcome { output: String::new(), report, summary })
}

/// The edition before, which an edition is compared with; `None` when it names none that is there.
fn former(assets: &Assets, edition: &str) -> Option<String> {
    let said: DocumentMut = assets.text(&format!("data/{edition}/edition.toml")).ok()?.parse().ok()?;
    let key = said.get("former")?.as_str()?;
    assets.editions().contains(&key).then(|| key.to_owned())
}

/// Refuses a folder that holds something already; hidden files do not count.
fn empty(folder: &Path) -> Result<()> {
    let place = Place::file(&folder.display().to_string());
    let wrong = |message: String, hint: &str| Err(Problem::error("KB316", message).at(place.clone()).hint(hint).into());
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => wrong(format!("no project can be made there: {error}"), "name another folder"),
        Ok(entries) => {
            let mut names: Vec<String> =
                entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
            names.retain(|name| !name.starts_with('.'));
            names.sort();
            match names.first() {
                None => Ok(()),
                Some(first) => wrong(
                    format!("the folder is not empty: it holds `{}`", shown(first)),
                    "name a new one; nothing that is there is replaced. Single files come with `kreisblatt eject`",
                ),
            }
        }
    }
}

/// Whether a new project gets a file: what its edition needs, templates and fonts. Colour and logo stand in
/// `kreisblatt.toml`.
fn is_copied(path: &str, edition: &str) -> bool {
    match path.strip_prefix("data/").and_then(|inner| inner.split_once('/')) {
        Some((folder, _)) => folder == edition || folder == "geo",
        None => path.contains('/') && path != THEME,
    }
}

/// Lays the logo where the project will have it, and returns its path.
fn logo(assets: &mut Assets, file: &Path) -> Result<String> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let path = format!("{LOGO}.{ending}");
    assets.add_from_disk(&path, file)?;
    Ok(path)
}

/// The text of `kreisblatt.toml`: that of the project it is made from, else ours with what the edition says; and what
/// the options say in place of both.
fn settings(assets: &Assets, edition: &str, args: &New, logo: Option<&str>) -> Result<String> {
    let parsed = |path: &str| -> Result<DocumentMut> {
        let broken =
            |error: toml_edit::TomlError| Problem::error("KB130", error.message()).at(Place::file(&assets.shown(path)));
        Ok(assets.text(path)?.parse().map_err(broken)?)
    };
    let mut document: DocumentMut;
    if assets.contains(PROJECT) {
        document = parsed(PROJECT)?;
        if document.contains_key("edition") {
            document["edition"] = toml_edit::value(edition);
        }
    } else {
        document = SETTINGS.parse().expect("our own file is TOML");
        let said = parsed(&format!("data/{edition}/edition.toml"))?;
        for key in ["publisher", "place", "numbers"] {
            if let Some(value) = said.get(key).and_then(toml_edit::Item::as_str) {
                document[key] = toml_edit::value(value);
            }
        }
        let listed = said.get("brochure").and_then(|table| table.get("parts")).and_then(toml_edit::Item::as_array);
        let listed: Vec<&str> =
            listed.map_or_else(|| PARTS.to_vec(), |parts| parts.iter().filter_map(|p| p.as_str()).collect());
        let mut parts: toml_edit::Array = listed.into_iter().collect();
        for part in parts.iter_mut() {
            part.decor_mut().set_prefix("\n  ");
        }
        parts.set_trailing("\n");
        parts.set_trailing_comma(true);
        document["parts"] = toml_edit::value(parts);
        if logo.is_none() {
            document.set_trailing(format!("{ABOUT_LOGO}{NO_LOGO}"));
        }
    }
    for (key, value) in [("publisher", &args.publisher), ("place", &args.place), ("accent", &args.accent)] {
        if let Some(value) = value {
            document[key] = toml_edit::value(value);
        }
    }
    if let (Some(file), Some(alt)) = (logo, &args.logo_alt) {
        let mut table = toml_edit::Table::new();
        table.decor_mut().set_prefix(ABOUT_LOGO);
        table["file"] = toml_edit::value(file);
        table["alt"] = toml_edit::value(alt);
        document["logo"] = toml_edit::Item::Table(table);
    }
    Ok(document.to_string())
}

/// `kreisblatt eject`.
pub fn eject(args: &Eject) -> Result<Outcome> {
    let paths = named(&args.paths)?;
    if args.print {
        return printed(&paths);
    }
    let root = project_folder(args.with.as_deref())?;
    let mut report = Report::new();
    let assets = Assets::with_overlay(&root, &mut report)?;
    let mut lock = assets.lock_file(&mut Report::new());
    let (mut copied, mut kept, mut problems) = (Vec::new(), 0, Report::new());
    for path in paths {
        let ours = embedded_file(path).unwrap_or_default();
        let theirs = assets.overlaid(path).any(|p| p == path).then(|| assets.bytes(path)).flatten();
        match theirs {
            Some(theirs) if args.keep || theirs == ours => kept += 1,
            Some(_) if !args.force => problems.push(
                Problem::error("KB958", "the project's file differs from the program's")
                    .at(Place::file(&assets.shown(path)))
                    .hint(format!(
                        "`kreisblatt eject --print {path}` shows the program's, --force takes it in place of yours"
                    )),
            ),
            None if args.keep => problems.push(
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
    Ok(Outcome { output: copied.iter().map(|path| format!("{path}\n")).collect(), report, summary })
}

/// The project a command writes to.
///
/// # Errors
/// None is named, and the command runs in none.
pub fn project_folder(with: Option<&Path>) -> Result<PathBuf> {
    with.map(Path::to_owned).ok_or_else(|| {
        Problem::error("KB317", "there is no project here")
            .hint("make one with `kreisblatt new DIR` and run this in it, or name it with --with DIR")
            .into()
    })
}

/// The program's files of these names; a folder stands for all below it but what `kreisblatt.toml` says.
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
                Problem::error("KB318", format!("the program has no file `{}`", shown(name)))
                    .did_you_mean(plain, all.iter().copied().chain(folders))
                    .hint("`kreisblatt list --assets` has them all"),
            );
        }
    }
    found.sort_unstable();
    found.dedup();
    if report.has_errors() { Err(report) } else { Ok(found) }
}

/// The paths of all files of the program.
fn ours() -> Vec<&'static str> {
    embedded_files().map(|(path, _)| path).collect()
}

fn printed(paths: &[&str]) -> Result<Outcome> {
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
    Ok(Outcome { output, ..Default::default() })
}

/// `kreisblatt list --assets`.
pub fn assets(args: &List) -> Result<Outcome> {
    let mut report = Report::new();
    let assets = super::assets(&args.from, &mut report)?;
    let lock = assets.lock_file(&mut Report::new());
    let mut table = DataTable::new(["path", "origin", "since"]);
    for path in assets.list("") {
        let (origin, since) = match assets.origin(path, &lock) {
            FileOrigin::Embedded => ("embedded", None),
            FileOrigin::Own => ("own", None),
            FileOrigin::Copy => ("copy", None),
            FileOrigin::Changed => ("changed", None),
            FileOrigin::Outdated(version) => ("outdated", Some(version)),
            FileOrigin::ChangedAndOutdated(version) => ("changed, outdated", Some(version)),
            FileOrigin::Removed(version) => ("gone", Some(version)),
        };
        table.push([Value::from(path), Value::from(origin), since.map_or(Value::Null, Value::from)]);
    }
    let summary = "embedded: in the program alone; copy: the same in the project; own: in the project alone; changed: yours in \
                   place of ours; outdated: ours has moved on since that version; gone: the program no longer has it";
    Ok(Outcome { output: written(&table, args.format), report, summary: summary.to_owned() })
}
