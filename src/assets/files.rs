//! All files of a run: the embedded ones and those of the user that replace them, by path.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::diag::{Place, Problem, Result};

use super::disk::read_file;
use super::embedded::{embedded_file, embedded_files};
use super::names::is_text;
use super::utf8;

/// One file.
#[derive(Debug, Clone)]
struct AssetFile {
    bytes: AssetBytes,
    /// The path under which the user finds the file; `None` for an embedded file.
    shown: Option<Arc<str>>,
}

/// The bytes of a file.
#[derive(Debug, Clone)]
enum AssetBytes {
    /// The bytes are embedded in the program.
    Embedded(&'static [u8]),
    /// The bytes were read from the user's folder, or made from the data.
    Owned(Arc<[u8]>),
}

impl AssetFile {
    fn bytes(&self) -> &[u8] {
        match &self.bytes {
            AssetBytes::Embedded(bytes) => bytes,
            AssetBytes::Owned(bytes) => bytes,
        }
    }

    /// Makes a file of the user's. Bytes equal to the embedded file stay [`AssetBytes::Embedded`], so that workers need
    /// not be sent them.
    fn of_user(path: &str, bytes: Vec<u8>, shown: Arc<str>) -> Self {
        let bytes = match embedded_file(path) {
            Some(embedded) if embedded == bytes => AssetBytes::Embedded(embedded),
            _ => AssetBytes::Owned(bytes.into()),
        };
        Self { bytes, shown: Some(shown) }
    }
}

/// All files a run can see, by their path in the shape of the repository (`data/2017/kommunen.csv`).
#[derive(Debug, Clone)]
pub struct Assets {
    files: BTreeMap<String, AssetFile>,
}

impl Assets {
    /// Returns the embedded files alone.
    pub fn embedded() -> Self {
        let file = |(path, bytes): (&str, &'static [u8])| {
            (path.to_owned(), AssetFile { bytes: AssetBytes::Embedded(bytes), shown: None })
        };
        Self { files: embedded_files().map(file).collect() }
    }

    /// Returns the embedded files with these files in place of theirs. A worker gets its assets this way from its
    /// parent.
    pub fn with_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut assets = Self::embedded();
        for (path, bytes) in files {
            let shown = Arc::from(path.as_str());
            assets.put(&path, bytes, shown);
        }
        assets
    }

    /// Puts a file of the user's at a path. `shown` is where the user finds it.
    pub(super) fn put(&mut self, path: &str, bytes: Vec<u8>, shown: Arc<str>) {
        self.files.insert(path.to_owned(), AssetFile::of_user(path, bytes, shown));
    }

    /// Puts a file from the disk at a path of the assets.
    ///
    /// # Errors
    /// A file that cannot be read or is larger than 64 MB.
    pub fn add_from_disk(&mut self, path: &str, file: &Path) -> Result<()> {
        self.put(path, read_file(file)?, Arc::from(file.display().to_string()));
        Ok(())
    }

    /// Replaces the text of a file. The path shown to users stays.
    pub fn replace(&mut self, path: &str, text: String) {
        let shown = self.shown(path);
        self.put(path, text.into_bytes(), shown);
    }

    /// Replaces the text of an embedded file. A file of the user's stays, and the answer is false.
    pub fn replace_unless_overridden(&mut self, path: &str, text: String) -> bool {
        let free = !self.is_of_user(path);
        if free {
            self.replace(path, text);
        }
        free
    }

    /// Adds a file made from the data, for templates to import. A file that is there already stays.
    pub fn add_generated(&mut self, path: &str, text: String) {
        if !self.contains(path) {
            self.put(path, text.into_bytes(), Arc::from(path));
        }
    }

    /// Returns the bytes of a file; `None` when there is no such file.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AssetFile::bytes)
    }

    /// Returns the bytes of a file for as long as the program runs; `None` when they are not those embedded in the
    /// program.
    pub fn embedded_bytes(&self, path: &str) -> Option<&'static [u8]> {
        match self.files.get(path)?.bytes {
            AssetBytes::Embedded(bytes) => Some(bytes),
            AssetBytes::Owned(_) => None,
        }
    }

    /// Returns the text of a file.
    ///
    /// # Errors
    /// A missing file, and a file that is not UTF-8, with the place of the first wrong byte and a guess at its
    /// encoding.
    pub fn text(&self, path: &str) -> Result<&str> {
        let Some(bytes) = self.bytes(path) else {
            return Err(Problem::error("KB904", "there is no such file")
                .at(Place::file(path))
                .did_you_mean(path, self.files.keys().map(String::as_str))
                .into());
        };
        Ok(utf8::text(bytes, &self.shown(path))?)
    }

    /// Returns the path under which a user finds the file: in the project folder, or in this repository.
    pub fn shown(&self, path: &str) -> Arc<str> {
        self.files.get(path).and_then(|file| file.shown.clone()).unwrap_or_else(|| Arc::from(path))
    }

    /// Returns the text of a file by the path shown to users; wrong bytes are replaced. `None` when there is no such
    /// file.
    pub fn source(&self, shown: &str) -> Option<Cow<'_, str>> {
        let is_shown = |path: &str, file: &AssetFile| file.shown.as_deref().unwrap_or(path) == shown;
        let path = self.files.iter().find_map(|(path, file)| is_shown(path, file).then_some(path.as_str()))?;
        let text = String::from_utf8_lossy(self.bytes(path)?);
        Some(match text.strip_prefix('\u{feff}') {
            Some(rest) => Cow::Owned(rest.to_owned()),
            None => text,
        })
    }

    /// Returns whether there is such a file.
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Returns whether the file at a path is one of the user's, or made from the data.
    pub fn is_of_user(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|file| file.shown.is_some())
    }

    /// Returns all paths that begin with `prefix` (`templates/`), in the order of their bytes.
    pub fn list<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.files
            .range(prefix.to_owned()..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| path.starts_with(prefix))
    }

    /// Returns the paths that begin with `prefix` and at which the user has a file.
    pub fn overlaid<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.list(prefix).filter(|path| self.is_of_user(path))
    }

    /// Returns the files whose paths begin with `prefix` and whose bytes are not those embedded: what a worker needs to
    /// be sent.
    pub fn differing<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.list(prefix).filter_map(|path| match &self.files[path].bytes {
            AssetBytes::Owned(bytes) => Some((path, bytes.as_ref())),
            AssetBytes::Embedded(_) => None,
        })
    }

    /// Returns the names of the texts of an edition, its Markdown files without `.md`, in order.
    pub fn texts(&self, edition: &str) -> Vec<String> {
        let folder = format!("data/{edition}/");
        let files = self.list(&folder).filter_map(|path| path.strip_prefix(&folder)).filter(|name| is_text(name));
        let mut names: Vec<String> = files.map(|name| name.trim_end_matches(".md").to_owned()).collect();
        names.sort();
        names
    }

    /// Returns the keys of all editions: the folders of `data/` that hold an `edition.toml`.
    pub fn editions(&self) -> Vec<&str> {
        self.list("data/")
            .filter_map(|path| path.strip_prefix("data/")?.strip_suffix("/edition.toml"))
            .filter(|key| !key.contains('/'))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_templates_and_fonts_are_embedded() {
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
