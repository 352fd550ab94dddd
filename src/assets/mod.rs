//! The assets: the embedded files, and the user's folder laid over them.
//!
//! One list for everything: reading, listing and hashing walk the same map. Whole files win, nothing is
//! merged. The user's folder is read once, at the start, so that a run sees one state of it.

mod ledger;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};

use crate::diag::{Place, Problem, Report, Result};

pub use ledger::{LEDGER, Ledger, sha256};

static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static FONTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fonts");

/// The folders the assets holds; an overlay folder has the same shape.
const FOLDERS: [(&str, &Dir<'_>); 3] = [("data", &DATA), ("templates", &TEMPLATES), ("fonts", &FONTS)];

/// The names of these folders.
pub fn folders() -> [&'static str; 3] {
    FOLDERS.map(|(name, _)| name)
}

/// The files of the catalogue page: no PDF depends on them.
pub const CATALOGUE: &str = "templates/catalogue/";

/// The colour and the logo of the look.
pub const THEME: &str = "templates/look/theme.typ";

/// What a project says of itself: publisher, colour, logo and so on. A folder with this file is a project.
pub const PROJECT: &str = "kreisblatt.toml";

/// Whether a name is that of a hidden file or of one an editor leaves behind: nobody means it to be read.
pub fn is_leftover(name: &str) -> bool {
    let ends = ["~", ".swp", ".swx", ".swo", ".bak", ".tmp"];
    name.starts_with(['.', '#']) || name == "4913" || ends.iter().any(|end| name.ends_with(end))
}

/// Names in an overlay folder that are plainly not meant for us.
const IGNORED: [&str; 13] = [
    "README.md",
    "LICENSE",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "CHANGELOG.md",
    "NOTICE.md",
    "out",
    "src",
    "tests",
    "benches",
    "docs",
    "Cargo.toml",
    "Cargo.lock",
];

/// The files of an edition; `*.md` are its texts.
const EDITION_FILES: [&str; 13] = [
    "edition.toml",
    "kommunen.csv",
    "indicators.toml",
    "changes.toml",
    "laender_gedruckt.csv",
    "ranglisten_gedruckt.csv",
    "eckwerte.toml",
    "praxis.toml",
    "mapping.toml",
    "key_figures.toml",
    "printed_lists.toml",
    "themes.toml",
    "*.md",
];

/// Most files a warning names.
const MOST_NAMED: usize = 5;

/// Largest file an overlay may hold, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// Where a file of the assets is from, and how it stands to what the program itself has at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Embedded in the program.
    Embedded,
    /// The user's, and the program has none there.
    Own,
    /// The user's copy, the same as the program's.
    Copy,
    /// The user's, not the same as the program's.
    Changed,
    /// A copy the user did not change, of a file the program has changed since that version.
    Outdated(String),
    /// A copy the user changed, of a file the program has changed since that version.
    Overtaken(String),
    /// A copy of a file the program had in that version and has no more.
    Left(String),
}

/// A file of the assets.
#[derive(Debug, Clone)]
struct Jar {
    bytes: Content,
    /// Where a user finds it; `None` for an embedded file.
    shown: Option<Arc<str>>,
}

/// A file's bytes: those of the program, or read from the overlay.
#[derive(Debug, Clone)]
enum Content {
    Ours(&'static [u8]),
    Other(Arc<[u8]>),
}

impl Jar {
    fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Content::Ours(bytes) => bytes,
            Content::Other(bytes) => bytes,
        }
    }

    /// A file of the user's. A copy of ours stays ours, so that workers need not be sent it.
    fn overlaid(path: &str, bytes: Vec<u8>, shown: Arc<str>) -> Self {
        let bytes = match default(path) {
            Some(ours) if ours == bytes => Content::Ours(ours),
            _ => Content::Other(bytes.into()),
        };
        Self { bytes, shown: Some(shown) }
    }
}

/// The files of the program.
static DEFAULTS: LazyLock<BTreeMap<String, &'static [u8]>> = LazyLock::new(|| {
    let mut files = BTreeMap::new();
    for (name, dir) in FOLDERS {
        collect(name, dir, &mut files);
    }
    files
});

/// The file the program itself has at a path; `None` when it has none.
pub fn default(path: &str) -> Option<&'static [u8]> {
    DEFAULTS.get(path).copied()
}

/// All files of the program, by their paths.
pub fn defaults() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    DEFAULTS.iter().map(|(path, bytes)| (path.as_str(), *bytes))
}

/// All files a run can see, by their path in the shape of the repository (`data/2017/kommunen.csv`).
#[derive(Debug, Clone)]
pub struct Assets {
    jars: BTreeMap<String, Jar>,
}

impl Assets {
    /// The embedded files alone.
    pub fn embedded() -> Self {
        let jar =
            |(path, bytes): (&String, &&'static [u8])| (path.clone(), Jar { bytes: Content::Ours(bytes), shown: None });
        Self { jars: DEFAULTS.iter().map(jar).collect() }
    }

    /// The embedded files with a folder laid over them.
    ///
    /// # Errors
    /// A folder that cannot be read, a file that cannot be read or is larger than 64 MB, a name near one
    /// we know (`template/`), and a folder with nothing in it for us. Names we do not know are warnings,
    /// added to `warnings`.
    pub fn with_overlay(folder: &Path, warnings: &mut Report) -> Result<Self> {
        let mut assets = Self::embedded();
        let mut report = Report::new();
        let entries = sorted_entries(folder).map_err(|_| {
            Report::from(
                Problem::error("KB308", format!("--with `{}` is no folder that can be read", folder.display()))
                    .hint("give a folder shaped like the project: data/, templates/ and fonts/ in it are used"),
            )
        })?;
        let mut found = false;
        // A project is a place to work in: what lies there besides is nobody's business.
        let project = folder.join(PROJECT).is_file();
        for path in entries {
            let name = file_name(&path);
            let place = Place::file(&path_shown(&path));
            if path.is_dir() && FOLDERS.iter().any(|(folder, _)| *folder == name) {
                found = true;
                assets.overlay_folder(folder, &path, &name, &mut report);
            } else if name == PROJECT || name == LEDGER {
                found = true;
                match read_file(&path) {
                    Ok(bytes) => {
                        let shown = Arc::from(path_shown(&path));
                        let jar = Jar::overlaid(&name, bytes, shown);
                        assets.jars.insert(name, jar);
                    }
                    Err(problem) => report.push(problem),
                }
            } else if is_leftover(&name) || IGNORED.contains(&name.as_str()) {
                // Tool files and a repository's own papers.
            } else {
                let known = FOLDERS.map(|(folder, _)| folder).into_iter().chain([PROJECT]);
                let problem =
                    Problem::error("KB902", format!("unknown name `{name}` in the folder laid over the project"))
                        .at(place)
                        .did_you_mean(&name, known);
                let hint = format!("it is not used; data/, templates/, fonts/ and {PROJECT} are");
                match (project, problem.hints.is_empty()) {
                    (false, _) => stranger(problem, &hint, &mut report, warnings),
                    (true, false) => {
                        warnings.push(Problem { severity: crate::diag::Severity::Warning, ..problem.hint(hint) });
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
        assets.strangers(&mut report, warnings);
        assets.halves(warnings);
        assets.overtaken(warnings);
        if report.has_errors() { Err(report) } else { Ok(assets) }
    }

    /// Overlaid files nobody will read: an error with a suggestion where the name is near one we know, a
    /// warning elsewhere. A folder below `data/` without an `edition.toml` is an error.
    fn strangers(&self, report: &mut Report, warnings: &mut Report) {
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
                // A new name is a partial or an import of the user's own; a near one a slip.
                _ if folder.starts_with("templates") => {
                    let place = Place::file(&self.shown(path));
                    let names = DEFAULTS.keys().filter_map(|p| p.strip_prefix(folder)?.strip_prefix('/'));
                    if default(path).is_some() {
                        continue;
                    }
                    if let Some(near) = crate::diag::nearest(name, names) {
                        let problem = Problem::warning("KB902", format!("the template `{name}` is new"));
                        warnings.push(problem.at(place).hint(format!("did you mean `{near}`?")));
                    } else if name.ends_with(".hbs") && !name.ends_with(".typ.hbs") {
                        let problem = Problem::warning("KB902", format!("`{name}` is not read as a template"));
                        let stem = name.trim_end_matches(".hbs");
                        warnings.push(
                            problem.at(place).hint(format!("the names of templates end in .typ.hbs: `{stem}.typ.hbs`")),
                        );
                    }
                    continue;
                }
                _ => continue,
            };
            if known.contains(&name) || name == "README.md" {
                continue;
            }
            let problem =
                Problem::error("KB902", format!("`{name}` is no file of {folder}/")).at(Place::file(&self.shown(path)));
            let problem = match meant_text(name).filter(|_| known.contains(&"*.md")) {
                Some(text) => problem.hint(format!("did you mean `{text}`?")),
                None => problem.did_you_mean(name, known.iter().copied()),
            };
            let hint = format!("it is not used; known are: {}", known.join(", "));
            stranger(problem, &hint, report, warnings);
        }
    }

    /// Warns of editions of which the project has a part and the program the rest: a table that was deleted would come
    /// back in silence.
    fn halves(&self, warnings: &mut Report) {
        for edition in self.editions() {
            let path = |name: &str| format!("data/{edition}/{name}");
            let is_own = |name: &str| self.jars.get(&path(name)).is_some_and(|jar| jar.shown.is_some());
            let table = "kommunen.csv";
            if is_own("edition.toml") && !is_own(table) && self.contains(&path(table)) {
                let what = format!(
                    "the project has edition.toml of edition {edition} and no {table}: the program's is printed"
                );
                let place = Place::file(&self.shown(&path("edition.toml")));
                warnings.push(Problem::warning("KB907", what).at(place).hint(format!(
                    "copy it into the project with `kreisblatt eject {}`, or import your own",
                    path(table)
                )));
            }
        }
    }

    /// What the project copied, as its ledger has it; lines that are none are named in `warnings`.
    pub fn ledger(&self, warnings: &mut Report) -> Ledger {
        let text = String::from_utf8_lossy(self.bytes(LEDGER).unwrap_or_default()).into_owned();
        let (ledger, report) = Ledger::parse(&text, &self.shown(LEDGER));
        warnings.extend(report);
        ledger
    }

    /// Where a file is from.
    pub fn origin(&self, path: &str, ledger: &Ledger) -> Origin {
        let Some(Jar { bytes, shown: Some(_) }) = self.jars.get(path) else { return Origin::Embedded };
        let (ours, copied) = (default(path), ledger.copied(path));
        let moved_on = copied.filter(|copied| ours.is_none_or(|ours| sha256(ours) != copied.sha256));
        match (bytes, ours, moved_on) {
            (Content::Ours(_), ..) => Origin::Copy,
            (_, None, None) => Origin::Own,
            (_, Some(_), None) => Origin::Changed,
            (_, None, Some(copied)) => Origin::Left(copied.version.clone()),
            (Content::Other(bytes), Some(_), Some(copied)) if sha256(bytes) == copied.sha256 => {
                Origin::Outdated(copied.version.clone())
            }
            (_, Some(_), Some(copied)) => Origin::Overtaken(copied.version.clone()),
        }
    }

    /// Warns of copies of templates and fonts that the program has changed since. Data are the project's own.
    fn overtaken(&self, warnings: &mut Report) {
        let ledger = self.ledger(warnings);
        let is_look = |path: &&str| path.starts_with("templates/") || path.starts_with("fonts/");
        let (mut unchanged, mut changed) = (Vec::new(), Vec::new());
        for path in self.overlaid("").filter(is_look) {
            match self.origin(path, &ledger) {
                Origin::Outdated(_) => unchanged.push(path),
                Origin::Overtaken(_) | Origin::Left(_) => changed.push(path),
                Origin::Embedded | Origin::Own | Origin::Copy | Origin::Changed => {}
            }
        }
        for (paths, what, hint) in [
            (
                unchanged,
                "copied and never changed, and the program's own has moved on",
                "take the new ones with `kreisblatt eject --force PATH`, or delete the copies",
            ),
            (
                changed,
                "changed here, and the program's own has moved on, too",
                "look at the program's own with `kreisblatt eject --print PATH`, take over what you need, and note that you \
                 did with `kreisblatt eject --keep PATH`",
            ),
        ] {
            if let [first, ..] = paths.as_slice() {
                let named = paths.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
                let more = paths.len().saturating_sub(MOST_NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                warnings.push(
                    Problem::warning("KB951", format!("{what}: {named}{more}"))
                        .at(Place::file(&self.shown(first)))
                        .hint(hint)
                        .hint("`kreisblatt list --assets` tells where every file is from"),
                );
            }
        }
    }

    /// A assets with these overlaid files, for a worker that gets them from its parent.
    pub fn with_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut assets = Self::embedded();
        for (path, bytes) in files {
            let shown = Arc::from(path.as_str());
            let jar = Jar::overlaid(&path, bytes, shown);
            assets.jars.insert(path, jar);
        }
        assets
    }

    /// Lays a single file of the user's at a path of the assets.
    ///
    /// # Errors
    /// A file that cannot be read or is larger than 64 MB.
    pub fn lay(&mut self, path: &str, file: &Path) -> Result<()> {
        let shown = Arc::from(file.display().to_string());
        self.jars.insert(path.to_owned(), Jar::overlaid(path, read_file(file)?, shown));
        Ok(())
    }

    /// Puts another text in the place of a file; users find it where they did.
    pub fn replace(&mut self, path: &str, text: String) {
        let shown = self.shown(path);
        self.jars.insert(path.to_owned(), Jar::overlaid(path, text.into_bytes(), shown));
    }

    /// Puts a text in the place of an embedded file. One of the user's stays, and the answer is false.
    pub fn dress(&mut self, path: &str, text: String) -> bool {
        let free = self.jars.get(path).is_none_or(|jar| jar.shown.is_none());
        if free {
            self.replace(path, text);
        }
        free
    }

    /// Adds a file made from the data, for templates to import. A file of the user's at its place stays.
    pub fn add_generated(&mut self, path: &str, text: String) {
        let shown = Arc::from(path);
        let jar = Jar::overlaid(path, text.into_bytes(), shown);
        self.jars.entry(path.to_owned()).or_insert(jar);
    }

    fn overlay_folder(&mut self, root: &Path, folder: &Path, prefix: &str, report: &mut Report) {
        if let Some(problem) = strayed(root, folder) {
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
            if path.is_dir() && default(&inner).is_some() {
                let problem = Problem::error("KB901", "this is a folder, and the program has a file of this name");
                report.push(problem.at(Place::file(&path_shown(&path))).hint("rename the folder"));
                continue;
            }
            if path.is_dir() {
                self.overlay_folder(root, &path, &inner, report);
                continue;
            }
            if let Some(problem) = strayed(root, &path) {
                report.push(problem);
                continue;
            }
            match read_file(&path) {
                Ok(bytes) => {
                    let shown = Arc::from(path_shown(&path));
                    let jar = Jar::overlaid(&inner, bytes, shown);
                    self.jars.insert(inner, jar);
                }
                Err(problem) => report.push(problem),
            }
        }
    }

    /// A file's bytes; `None` when there is no such file.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.jars.get(path).map(Jar::bytes)
    }

    /// A file's bytes for as long as the program runs, when it is embedded.
    pub fn embedded_bytes(&self, path: &str) -> Option<&'static [u8]> {
        match self.jars.get(path)?.bytes {
            Content::Ours(bytes) => Some(bytes),
            Content::Other(_) => None,
        }
    }

    /// A file's text.
    ///
    /// # Errors
    /// A missing file, and a file that is not UTF-8, with the place of the first wrong byte and a guess
    /// at its encoding.
    pub fn text(&self, path: &str) -> Result<&str> {
        let Some(bytes) = self.bytes(path) else {
            return Err(Problem::error("KB904", "there is no such file")
                .at(Place::file(path))
                .did_you_mean(path, self.jars.keys().map(String::as_str))
                .into());
        };
        let shown = self.shown(path);
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
            return Err(not_utf8(&shown, encoding.name(), 1, 1, None).into());
        }
        std::str::from_utf8(bytes).map_err(|error| {
            let start = error.valid_up_to();
            let valid = String::from_utf8_lossy(&bytes[..start]);
            let line_start = valid.rfind('\n').map_or(0, |at| at + 1);
            let line = crate::diag::count(valid.matches('\n').count() + 1);
            let column = crate::diag::count(valid[line_start..].chars().count() + 1);
            let line_end = bytes[start..].iter().position(|b| *b == b'\n' || *b == b'\r');
            let end = line_end.map_or(bytes.len(), |n| start + n).min(start + 20);
            let (guess, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes[start..end]);
            not_utf8(&shown, "Windows-1252", line, column, Some(&guess)).into()
        })
    }

    /// The path under which a user finds the file: in the overlay folder, or in the project.
    pub fn shown(&self, path: &str) -> Arc<str> {
        self.jars.get(path).and_then(|jar| jar.shown.clone()).unwrap_or_else(|| Arc::from(path))
    }

    /// The text of a file by the path under which a user finds it; wrong bytes are replaced. `None` when there
    /// is no such file.
    pub fn source(&self, shown: &str) -> Option<Cow<'_, str>> {
        let found_as = |path: &str, jar: &Jar| jar.shown.as_deref().unwrap_or(path) == shown;
        let path = self.jars.iter().find_map(|(path, jar)| found_as(path, jar).then_some(path.as_str()))?;
        let text = String::from_utf8_lossy(self.bytes(path)?);
        Some(match text.strip_prefix('\u{feff}') {
            Some(rest) => Cow::Owned(rest.to_owned()),
            None => text,
        })
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &str) -> bool {
        self.jars.contains_key(path)
    }

    /// All paths below a folder (`templates/`), in the order of their bytes.
    pub fn list<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.jars
            .range(prefix.to_owned()..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| path.starts_with(prefix))
    }

    /// The paths below `prefix` at which the user's folder has a file.
    pub fn overlaid<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.list(prefix).filter(|path| self.jars[*path].shown.is_some())
    }

    /// The files below `prefix` that are not the program's own: what a worker needs besides it.
    pub fn differing<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.list(prefix).filter_map(|path| match &self.jars[path].bytes {
            Content::Other(bytes) => Some((path, bytes.as_ref())),
            Content::Ours(_) => None,
        })
    }

    /// The texts of an edition: the names of its Markdown files without `.md`, in order.
    pub fn texts(&self, edition: &str) -> Vec<String> {
        let folder = format!("data/{edition}/");
        let files = self.list(&folder).filter_map(|path| path.strip_prefix(&folder)).filter(|name| is_text(name));
        let mut names: Vec<String> = files.map(|name| name.trim_end_matches(".md").to_owned()).collect();
        names.sort();
        names
    }

    /// The keys of all editions: the folders of `data/` that hold an `edition.toml`.
    pub fn editions(&self) -> Vec<&str> {
        self.list("data/")
            .filter_map(|path| path.strip_prefix("data/")?.strip_suffix("/edition.toml"))
            .filter(|key| !key.contains('/'))
            .collect()
    }
}

/// Whether a file of an edition is one of its texts: lower-case letters, digits, `-` and `_`, then `.md`.
fn is_text(name: &str) -> bool {
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    name.strip_suffix(".md").is_some_and(|stem| !stem.is_empty() && stem.chars().all(sign))
}

/// How a Markdown file would have to be called to be a text; `None` when its name is not that of one.
fn meant_text(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    if !["md", "markdown", "mdown", "mkd"].contains(&ending.to_lowercase().as_str()) {
        return None;
    }
    let mut plain = String::new();
    for c in stem.to_lowercase().chars() {
        match c {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            c if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' => plain.push(c),
            _ if !plain.ends_with('-') => plain.push('-'),
            _ => {}
        }
    }
    let plain = plain.trim_matches('-');
    (!plain.is_empty()).then(|| format!("{plain}.md"))
}

/// A name nobody reads: an error when it has a suggestion, since it is a slip then, else a warning.
fn stranger(problem: Problem, hint: &str, report: &mut Report, warnings: &mut Report) {
    if problem.hints.is_empty() {
        warnings.push(Problem { severity: crate::diag::Severity::Warning, ..problem.hint(hint) });
    } else {
        report.push(problem);
    }
}

fn not_utf8(shown: &str, encoding: &str, line: u32, column: u32, guess: Option<&str>) -> Problem {
    let read_as = guess.map_or_else(String::new, |guess| {
        let guess = crate::diag::shown(guess);
        format!(" (read as {encoding} the text here is `{guess}`)")
    });
    Problem::error("KB101", format!("the file is not UTF-8, it looks like {encoding}{read_as}"))
        .at(Place::new(&Arc::from(shown), line, column))
        .hint(format!("save it as UTF-8, for example: iconv -f {} -t UTF-8", encoding.to_uppercase()))
}

fn collect(prefix: &str, dir: &'static Dir<'static>, files: &mut BTreeMap<String, &'static [u8]>) {
    for file in dir.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        files.insert(format!("{prefix}/{name}"), file.contents());
    }
    for inner in dir.dirs() {
        collect(prefix, inner, files);
    }
}

/// A path as users write it: without the `./` of the folder they are in.
fn path_shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Report::from(
            Problem::error("KB901", format!("the folder cannot be read: {error}"))
                .at(Place::file(&folder.display().to_string())),
        )
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// What is wrong with an entry of a folder laid over the project: a link out of it, a link to a folder, which could
/// lead round in circles, and what is neither file nor folder and need not end.
fn strayed(root: &Path, path: &Path) -> Option<Problem> {
    let kind = fs::symlink_metadata(path).ok()?.file_type();
    let problem = |id, message: String| Some(Problem::error(id, message).at(Place::file(&path_shown(path))));
    if !kind.is_symlink() {
        return if kind.is_file() || kind.is_dir() {
            None
        } else {
            problem("KB901", "the entry is neither a file nor a folder".to_owned())
        };
    }
    let hint = "a project holds what it reads: put a copy in its place";
    let (root, target) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
    if !target.starts_with(root) {
        problem("KB993", "the link leads out of the project".to_owned())?.hint(hint).into()
    } else if !target.is_file() {
        problem("KB993", "the link leads to a folder".to_owned())?.hint(hint).into()
    } else {
        None
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Problem> {
    let place = Place::file(&path_shown(path));
    let unreadable =
        |error: std::io::Error| Problem::error("KB901", format!("the file cannot be read: {error}")).at(place.clone());
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST_FILE {
        let message = format!("the file has {size} bytes; the limit is {LARGEST_FILE}");
        return Err(Problem::error("KB905", message).at(place.clone()));
    }
    fs::read(path).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pantry_holds_data_templates_and_fonts() {
        let assets = Assets::embedded();
        assert!(assets.contains("data/2017/kommunen.csv"));
        assert!(assets.contains("templates/look.typ"));
        assert_eq!(assets.list("fonts/").filter(|p| p.ends_with(".ttf")).count(), 8);
        assert_eq!(assets.editions(), ["2017"]);
    }

    #[test]
    fn texts_are_lower_case_markdown_files() {
        let file = |name: &str| (format!("data/x/{name}"), Vec::new());
        let names = ["b.md", "a-1.md", "a.md", "README.md", "Vorwort.md", "notiz.markdown", "innen/c.md", ".md"];
        assert_eq!(Assets::with_files(names.map(file)).texts("x"), ["a", "a-1", "b"]);
        for (name, meant) in [
            ("Vorwort.md", Some("vorwort.md")),
            ("vorwort.MD", Some("vorwort.md")),
            ("vorwort.markdown", Some("vorwort.md")),
            ("Grußwort der Präsidentin.md", Some("grusswort-der-praesidentin.md")),
            ("README.txt", None),
            ("é.md", None),
        ] {
            assert_eq!(meant_text(name).as_deref(), meant, "{name}");
        }
    }

    #[test]
    fn windows_1252_is_named_with_its_place() {
        let files = [("data/x.csv".to_owned(), b"a\nM\xfcnchen\n".to_vec())];
        let assets = Assets::with_files(files);
        let report = assets.text("data/x.csv").expect_err("not UTF-8");
        let text = report.problems()[0].to_string();
        assert!(text.contains("data/x.csv:2:2"), "{text}");
        assert!(text.contains("Windows-1252"), "{text}");
        assert!(text.contains("ünchen"), "{text}");
    }
}
