//! Makes a project: a folder with data, templates, fonts and `kreisblatt.toml`.

use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use crate::assets::{Assets, LOCK_FILE, LockFile, PROJECT, THEME, embedded_file};
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::load::{PARTS, project};
use crate::run::{Outcome, edition_key, open_assets};
use crate::write::StagedFolder;

const SETTINGS: &str = include_str!("kreisblatt.toml");
const README: &str = include_str!("README.md");

/// The comment above the logo in `kreisblatt.toml`, and the text for a project without a logo.
const ABOUT_LOGO: &str = "
# The logo, on the cover of the brochure and on every fact sheet: a picture below templates/, and what it shows, for
# readers who do not see it.
";
const NO_LOGO: &str = "\
# [logo]
# file = \"templates/logo.svg\"
# alt = \"Logo des Landkreises Biberach\"
";

/// The path of the logo in a new project, without its extension.
const LOGO: &str = "templates/logo";

/// The options of a new project.
#[derive(Debug, Default)]
pub struct NewProject {
    /// Folder of the project; it is created, and must be empty if it exists.
    pub folder: PathBuf,
    /// Edition to begin with; `None` = the newest.
    pub from: Option<String>,
    /// Project whose files are copied; `None` = the files of the program.
    pub with: Option<PathBuf>,
    /// The publisher; `None` = as in the edition. This also applies to the fields below.
    pub publisher: Option<String>,
    /// The place of publication.
    pub place: Option<String>,
    /// Accent colour: `#1f4e79`.
    pub accent: Option<String>,
    /// Picture of the publisher's logo; `None` = no logo.
    pub logo: Option<PathBuf>,
    /// The alternative text of the logo, for readers who do not see it.
    pub logo_alt: Option<String>,
}

/// Makes a project.
///
/// # Errors
/// A folder that is not empty, an unknown edition, and a colour or logo that cannot be used; no file is written in
/// these cases.
pub fn new(args: &NewProject) -> Result<Outcome> {
    empty(&args.folder)?;
    let mut report = Report::new();
    let mut assets = open_assets(args.with.as_deref(), &mut report)?;
    let said = project(&assets)?.edition.map(|edition| edition.value);
    let edition = edition_key(args.from.as_deref().or(said.as_deref()), &assets.editions())?;
    let logo = match &args.logo {
        Some(file) => Some(logo(&mut assets, file)?),
        None => None,
    };
    let settings = settings(&assets, &edition, args, logo.as_deref())?;
    assets.replace(PROJECT, settings.clone());
    // Problems that would appear later are reported now, before files are written.
    project(&assets).map_err(|report| {
        report.problems().iter().cloned().map(|p| Problem { place: None, ..p }).collect::<Report>()
    })?;
    let former = former(&assets, &edition);
    // The theme file of the other project contains the settings that its kreisblatt.toml does not.
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
        // Hidden files may already exist there.
        if !staged_folder.holds(path) {
            staged_folder.stage(path, text.as_bytes())?;
        }
    }
    report.extend(staged_folder.place().1);
    let folder = args.folder.display();
    let summary = format!(
        "project made in {folder}: edition {edition}, {files} files copied; next: cd {folder} && kreisblatt build"
    );
    Ok(Outcome::made(summary, report))
}

/// Returns the former edition of an edition; `None` when it names none or the named edition does not exist.
fn former(assets: &Assets, edition: &str) -> Option<String> {
    let said: DocumentMut = assets.text(&format!("data/{edition}/edition.toml")).ok()?.parse().ok()?;
    let key = said.get("former")?.as_str()?;
    assets.editions().contains(&key).then(|| key.to_owned())
}

/// Refuses a folder that is not empty; hidden files are ignored.
fn empty(folder: &Path) -> Result<()> {
    let place = Place::file(&folder.display().to_string());
    let wrong = |message: String, hint: &str| Err(Problem::usage("KB316", message).at(place.clone()).hint(hint).into());
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

/// Whether a file is copied to a new project: the files of its edition, templates and fonts. Colour and logo are in
/// `kreisblatt.toml`.
fn is_copied(path: &str, edition: &str) -> bool {
    match path.strip_prefix("data/").and_then(|inner| inner.split_once('/')) {
        Some((folder, _)) => folder == edition || folder == "geo",
        None => path.contains('/') && path != THEME,
    }
}

/// Adds the logo at its path in the project, and returns the path.
fn logo(assets: &mut Assets, file: &Path) -> Result<String> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let path = format!("{LOGO}.{ending}");
    assets.add_from_disk(&path, file)?;
    Ok(path)
}

/// Returns the text of `kreisblatt.toml`: that of the source project, or else the default with the values of the
/// edition; options override both.
fn settings(assets: &Assets, edition: &str, args: &NewProject, logo: Option<&str>) -> Result<String> {
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
