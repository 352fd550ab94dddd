//! The pantry: the embedded files, and the user's folder laid over them.
//!
//! One list for everything: reading, listing and hashing walk the same map. Whole files win, nothing is
//! merged. The user's folder is read once, at the start, so that a run sees one state of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::diag::{Place, Problem, Report, Result};

static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static FONTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fonts");

/// The folders the pantry holds; an overlay folder has the same shape.
const SHELVES: [(&str, &Dir<'_>); 3] = [("data", &DATA), ("templates", &TEMPLATES), ("fonts", &FONTS)];

/// The files of the catalogue page: no PDF depends on them.
pub const CATALOGUE: &str = "templates/catalogue/";

/// The names of these folders.
pub fn folders() -> [&'static str; 3] {
    SHELVES.map(|(name, _)| name)
}

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
const EDITION_FILES: [&str; 7] = [
    "edition.toml",
    "kommunen.csv",
    "laender_gedruckt.csv",
    "ranglisten_gedruckt.csv",
    "eckwerte.toml",
    "praxis.toml",
    "*.md",
];

/// Largest file an overlay may hold, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// A file's bytes: embedded in the program, or read from the overlay.
#[derive(Debug, Clone)]
enum Jar {
    Embedded(&'static [u8]),
    Overlaid { bytes: Arc<[u8]>, shown: Arc<str> },
}

/// All files a run can see, by their path in the shape of the repository (`data/2017/kommunen.csv`).
#[derive(Debug, Clone)]
pub struct Pantry {
    jars: BTreeMap<String, Jar>,
}

impl Pantry {
    /// The embedded files alone.
    pub fn embedded() -> Self {
        let mut jars = BTreeMap::new();
        for (name, dir) in SHELVES {
            collect_embedded(name, dir, &mut jars);
        }
        Self { jars }
    }

    /// The embedded files with a folder laid over them.
    ///
    /// # Errors
    /// A folder that cannot be read, a file that cannot be read or is larger than 64 MB, a name near one
    /// we know (`template/`), and a folder with nothing in it for us. Names we do not know are warnings,
    /// added to `warnings`.
    pub fn with_overlay(folder: &Path, warnings: &mut Report) -> Result<Self> {
        let mut pantry = Self::embedded();
        let mut report = Report::new();
        let entries = sorted_entries(folder).map_err(|_| {
            Report::from(
                Problem::error("KB308", format!("--with `{}` is no folder that can be read", folder.display()))
                    .hint("give a folder shaped like the project: data/, templates/ and fonts/ in it are used"),
            )
        })?;
        let mut found = false;
        for path in entries {
            let name = file_name(&path);
            let place = Place::file(&path.display().to_string());
            if path.is_dir() && SHELVES.iter().any(|(shelf, _)| *shelf == name) {
                found = true;
                pantry.overlay_folder(&path, &name, &mut report);
            } else if is_leftover(&name) || IGNORED.contains(&name.as_str()) {
                // Tool files and a repository's own papers.
            } else {
                let known = SHELVES.map(|(shelf, _)| shelf);
                let problem =
                    Problem::error("KB902", format!("unknown name `{name}` in the folder laid over the project"))
                        .at(place)
                        .did_you_mean(&name, known);
                stranger(problem, "it is not used; data/, templates/ and fonts/ are", &mut report, warnings);
            }
        }
        if !found && !report.has_errors() {
            report.push(
                Problem::error("KB903", "the folder holds none of data/, templates/, fonts/")
                    .at(Place::file(&folder.display().to_string()))
                    .hint("give the folder that contains them: its shape is that of the project"),
            );
        }
        pantry.strangers(&mut report, warnings);
        if report.has_errors() { Err(report) } else { Ok(pantry) }
    }

    /// Overlaid files nobody will read: an error with a suggestion where the name is near one we know, a
    /// warning elsewhere. A folder below `data/` without an `edition.toml` is an error.
    fn strangers(&self, report: &mut Report, warnings: &mut Report) {
        let editions = self.editions();
        let mut incomplete: Vec<&str> = Vec::new();
        for (path, _) in self.overlaid("") {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let known: Vec<&str> = match folder {
                "data" => vec!["indicators.toml"],
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
                    let embedded = TEMPLATES.get_file(&path["templates/".len()..]).is_some();
                    let ours =
                        self.list("templates/").filter(|p| *p != path && matches!(self.jars[*p], Jar::Embedded(_)));
                    let names = ours.filter_map(|p| p.strip_prefix(folder)?.strip_prefix('/'));
                    if !embedded && let Some(near) = crate::diag::nearest(name, names) {
                        let problem = Problem::warning("KB902", format!("the template `{name}` is new"));
                        warnings
                            .push(problem.at(Place::file(&self.shown(path))).hint(format!("did you mean `{near}`?")));
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

    /// A pantry with these overlaid files, for a worker that gets them from its parent.
    pub fn with_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut pantry = Self::embedded();
        for (path, bytes) in files {
            let shown = Arc::from(path.as_str());
            pantry.jars.insert(path, Jar::Overlaid { bytes: bytes.into(), shown });
        }
        pantry
    }

    /// Lays a single file of the user's at a path of the pantry.
    ///
    /// # Errors
    /// A file that cannot be read or is larger than 64 MB.
    pub fn lay(&mut self, path: &str, file: &Path) -> Result<()> {
        let shown = Arc::from(file.display().to_string());
        self.jars.insert(path.to_owned(), Jar::Overlaid { bytes: read_file(file)?.into(), shown });
        Ok(())
    }

    /// Puts another text in the place of a file; users find it where they did.
    pub fn replace(&mut self, path: &str, text: String) {
        let shown = self.shown(path);
        self.jars.insert(path.to_owned(), Jar::Overlaid { bytes: text.into_bytes().into(), shown });
    }

    /// Adds a file made from the data, for templates to import. A file of the user's at its place stays.
    pub fn add_generated(&mut self, path: &str, text: String) {
        let shown = Arc::from(path);
        let jar = Jar::Overlaid { bytes: text.into_bytes().into(), shown };
        self.jars.entry(path.to_owned()).or_insert(jar);
    }

    fn overlay_folder(&mut self, folder: &Path, prefix: &str, report: &mut Report) {
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
            if path.is_dir() {
                self.overlay_folder(&path, &inner, report);
                continue;
            }
            match read_file(&path) {
                Ok(bytes) => {
                    let shown = Arc::from(path.display().to_string());
                    self.jars.insert(inner, Jar::Overlaid { bytes: bytes.into(), shown });
                }
                Err(problem) => report.push(problem),
            }
        }
    }

    /// A file's bytes; `None` when there is no such file.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.jars.get(path).map(|jar| match jar {
            Jar::Embedded(bytes) => bytes,
            Jar::Overlaid { bytes, .. } => bytes.as_ref(),
        })
    }

    /// A file's bytes for as long as the program runs, when it is embedded.
    pub fn embedded_bytes(&self, path: &str) -> Option<&'static [u8]> {
        match self.jars.get(path) {
            Some(Jar::Embedded(bytes)) => Some(bytes),
            _ => None,
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
        match self.jars.get(path) {
            Some(Jar::Overlaid { shown, .. }) => Arc::clone(shown),
            _ => Arc::from(path),
        }
    }

    /// The text of a file by the path under which a user finds it; wrong bytes are replaced. `None` when there
    /// is no such file.
    pub fn source(&self, shown: &str) -> Option<Cow<'_, str>> {
        let path = self.jars.iter().find_map(|(path, jar)| match jar {
            Jar::Overlaid { shown: here, .. } => (here.as_ref() == shown).then_some(path.as_str()),
            Jar::Embedded(_) => (path == shown).then_some(path.as_str()),
        })?;
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

    /// The overlaid files below `prefix`: what a worker needs besides the program itself.
    pub fn overlaid<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.list(prefix).filter_map(|path| match &self.jars[path] {
            Jar::Overlaid { bytes, .. } => Some((path, bytes.as_ref())),
            Jar::Embedded(_) => None,
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

fn collect_embedded(prefix: &str, dir: &'static Dir<'static>, jars: &mut BTreeMap<String, Jar>) {
    for file in dir.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        jars.insert(format!("{prefix}/{name}"), Jar::Embedded(file.contents()));
    }
    for inner in dir.dirs() {
        collect_embedded(prefix, inner, jars);
    }
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

fn read_file(path: &Path) -> std::result::Result<Vec<u8>, Problem> {
    let place = Place::file(&path.display().to_string());
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
        let pantry = Pantry::embedded();
        assert!(pantry.contains("data/2017/kommunen.csv"));
        assert!(pantry.contains("templates/look.typ"));
        assert_eq!(pantry.list("fonts/").filter(|p| p.ends_with(".ttf")).count(), 8);
        assert_eq!(pantry.editions(), ["2017"]);
    }

    #[test]
    fn texts_are_lower_case_markdown_files() {
        let file = |name: &str| (format!("data/x/{name}"), Vec::new());
        let names = ["b.md", "a-1.md", "a.md", "README.md", "Vorwort.md", "notiz.markdown", "innen/c.md", ".md"];
        assert_eq!(Pantry::with_files(names.map(file)).texts("x"), ["a", "a-1", "b"]);
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
        let pantry = Pantry::with_files(files);
        let report = pantry.text("data/x.csv").expect_err("not UTF-8");
        let text = report.problems()[0].to_string();
        assert!(text.contains("data/x.csv:2:2"), "{text}");
        assert!(text.contains("Windows-1252"), "{text}");
        assert!(text.contains("ünchen"), "{text}");
    }
}
