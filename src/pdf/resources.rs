//! The resources of pages: fonts, forms and properties, looked up by name.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::damage::Damage;
use super::file::PdfFile;
use super::font::Font;
use super::value::{Dict, PdfValue};

/// The resources of a page or a form.
#[derive(Default)]
pub struct Resources<'a> {
    /// All of them.
    pub dict: Dict<'a>,
    fonts: OnceCell<Dict<'a>>,
    forms: OnceCell<Dict<'a>>,
    properties: OnceCell<Dict<'a>>,
}

impl<'a> Resources<'a> {
    /// The resources of a dictionary.
    pub fn new(dict: Dict<'a>) -> Self {
        Self { dict, ..Self::default() }
    }

    /// The font of a name; `None` when there is none.
    pub fn font(&self, file: &PdfFile<'a>, name: &[u8]) -> Result<Option<&PdfValue<'a>>, Damage> {
        self.entry(file, "Font", &self.fonts, name)
    }

    /// The form or image of a name; `None` when there is none.
    pub fn form(&self, file: &PdfFile<'a>, name: &[u8]) -> Result<Option<&PdfValue<'a>>, Damage> {
        self.entry(file, "XObject", &self.forms, name)
    }

    /// The properties of marked content of a name; `None` when there are none.
    pub fn properties(&self, file: &PdfFile<'a>, name: &[u8]) -> Result<Option<&PdfValue<'a>>, Damage> {
        self.entry(file, "Properties", &self.properties, name)
    }

    /// An entry of one of the dictionaries in it, which is then `known`.
    fn entry<'r>(
        &'r self,
        file: &PdfFile<'a>,
        kind: &str,
        known: &'r OnceCell<Dict<'a>>,
        name: &[u8],
    ) -> Result<Option<&'r PdfValue<'a>>, Damage> {
        if known.get().is_none() {
            let dict = file.dict(&self.dict, kind)?;
            file.charge(dict.0.len() * size_of::<PdfValue<'_>>())?;
            known.get_or_init(|| dict);
        }
        let dict = known.get();
        file.charge(dict.map_or(0, |dict| dict.0.len()))?;
        Ok(dict.and_then(|dict| dict.bytes(name)))
    }
}

/// The fonts of a file by the numbers of their objects, each read once.
#[derive(Default)]
pub struct FontCache(RefCell<HashMap<u32, Rc<Font>>>);

impl FontCache {
    /// A font, from the value that stands for it; `None` when that is no dictionary.
    ///
    /// # Errors
    /// A font that is damaged.
    pub fn get<'a>(&self, file: &PdfFile<'a>, font: &PdfValue<'a>) -> Result<Option<Rc<Font>>, Damage> {
        let reference = font.reference();
        if let Some(known) = reference.and_then(|number| self.0.borrow().get(&number).cloned()) {
            return Ok(Some(known));
        }
        let font = file.resolved(font)?;
        let Some(dict) = font.dict() else { return Ok(None) };
        let font = Rc::new(Font::read(file, dict)?);
        if let Some(number) = reference {
            self.0.borrow_mut().insert(number, Rc::clone(&font));
        }
        Ok(Some(font))
    }
}
