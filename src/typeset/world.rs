//! What Typst may read: our text, the files of the look, our fonts, the date of the edition. Nothing else, no network.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{Datelike, NaiveDate};
use typst::diag::{FileError, FileResult, PackageError};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::assets::Assets;

use super::fonts::{FontSet, fonts};

/// The path of the document's own text. One for all documents: file ids are 16 bit and never freed.
const MAIN: &str = "/document.typ";

/// The folder of the assets a document may read from.
const READABLE: &str = "templates/";

/// A Typst world over the assets.
pub struct DocumentWorld {
    assets: Assets,
    library: LazyHash<Library>,
    fonts: FontSet,
    main: Source,
    date: NaiveDate,
    /// Files already read, parsed once for all documents.
    sources: Mutex<HashMap<FileId, Source>>,
}

impl DocumentWorld {
    /// A world with an empty document. `date` is today for Typst.
    pub fn new(assets: Assets, date: NaiveDate) -> Self {
        let main = RootedPath::new(VirtualRoot::Project, VirtualPath::new(MAIN).expect("a fixed path")).intern();
        Self {
            fonts: fonts(&assets),
            assets,
            library: LazyHash::new(Library::default()),
            main: Source::new(main, String::new()),
            date,
            sources: Mutex::default(),
        }
    }

    /// Replaces the document by another one.
    pub fn set_document(&mut self, text: String) {
        self.main = Source::new(self.main.id(), text);
    }

    /// Replaces the document by a later state of it: the parts that did not change are not read again.
    pub fn update_document(&mut self, text: &str) {
        self.main.replace(text);
    }

    /// Uses the templates of other assets from now on; the fonts stay.
    pub fn replace_assets(&mut self, assets: Assets) {
        let sources = self.sources.get_mut().unwrap_or_else(PoisonError::into_inner);
        sources.retain(|id, source| {
            let text = assets.bytes(&path_of(*id)).and_then(|bytes| std::str::from_utf8(bytes).ok());
            text.map(|text| source.replace(text)).is_some()
        });
        self.assets = assets;
    }

    /// Today, for Typst and for the PDF.
    pub fn date(&self) -> Option<Datetime> {
        let month = u8::try_from(self.date.month()).ok()?;
        let day = u8::try_from(self.date.day()).ok()?;
        Datetime::from_ymd(self.date.year(), month, day)
    }

    /// The path of a file in the assets; `None` for the document's own text.
    pub fn asset_path(&self, id: FileId) -> Option<String> {
        (id != self.main.id()).then(|| path_of(id))
    }

    fn bytes(&self, id: FileId) -> FileResult<&[u8]> {
        if let VirtualRoot::Package(spec) = id.root() {
            return Err(FileError::Package(PackageError::NotFound(spec.clone())));
        }
        let path = path_of(id);
        if !path.starts_with(READABLE) {
            return Err(FileError::AccessDenied);
        }
        self.assets.bytes(&path).ok_or_else(|| FileError::NotFound(path.into()))
    }
}

fn path_of(id: FileId) -> String {
    id.vpath().get_without_slash().to_owned()
}

impl World for DocumentWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = sources.get(&id) {
            return Ok(source.clone());
        }
        let text = std::str::from_utf8(self.bytes(id)?).map_err(|_| FileError::InvalidUtf8)?;
        let source = Source::new(id, text.to_owned());
        sources.insert(id, source.clone());
        Ok(source)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.main.id() {
            return Ok(Bytes::from_string(self.main.clone()));
        }
        Ok(Bytes::new(self.bytes(id)?.to_vec()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.date()
    }
}
