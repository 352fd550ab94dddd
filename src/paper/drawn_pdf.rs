//! A drawing as PDF: a document by itself, or forms that another document paints.
//!
//! printpdf embeds the font it is given as a whole. So it is given a subset that holds just the glyphs drawn: widths
//! and ToUnicode then agree with it by themselves, and nothing has to be mended afterwards.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use printpdf::{FontId, PdfDocument, PdfFont, PdfSaveOptions};
use rustybuzz::ttf_parser::{RawFace, Tag};
use subsetter::GlyphRemapper;

use crate::diag::{Problem, Result};
use crate::digest::{Sha256Hasher, sha256_bytes};

use super::drawing::PdfDrawing;

/// The metadata of a document.
#[derive(Debug, Clone)]
pub struct DocumentInfo<'a> {
    /// Its title.
    pub title: &'a str,
    /// Who made it.
    pub author: &'a str,
    /// The day it is dated.
    pub date: NaiveDate,
}

impl PdfDrawing<'_, '_> {
    /// The pages as printpdf writes them, with subsets of the faces.
    ///
    /// # Errors
    /// A font that cannot be made smaller, which a user's folder may have put in place of ours.
    fn printed(self) -> Result<Document> {
        let mut document = PdfDocument::new("");
        let mut counts = BTreeMap::new();
        for (weight, used) in &self.used {
            let face = self.faces.face(*weight);
            let bytes = subsetter::subset(face.bytes, 0, used).map_err(|error| {
                Problem::error("KB501", format!("the font {} cannot be made smaller: {error}", weight.name()))
                    .hint("replace it by a static TrueType font, or take it away: ours is used then")
            })?;
            let mut font = face.printed.clone();
            font.glyph_widths = used
                .remapped_gids()
                .zip(0..)
                .filter_map(|(old, new)| Some((new, *face.printed.glyph_widths.get(&old)?)))
                .collect();
            font.codepoint_to_glyph.clear();
            let name = format!("{}+{}", subset_tag(used), weight.name());
            counts.insert(name.clone().into_bytes(), glyph_count(&bytes));
            font.original_bytes = bytes;
            font.font_name = Some(name);
            document.resources.fonts.map.insert(FontId(weight.name().to_owned()), PdfFont::new(font));
        }
        document.pages = self.pages;
        let mut written = printpdf::to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut Vec::new());
        list_glyphs(&mut written, &counts);
        Ok(written)
    }

    /// The drawing as a document: with title and language, no date but the given one, and the same bytes every time.
    ///
    /// # Errors
    /// A font that cannot be made smaller.
    pub fn document(self, about: &DocumentInfo<'_>) -> Result<Vec<u8>> {
        let mut document = self.printed()?;
        let text = |text: &str| {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            Object::String(units.flat_map(u16::to_be_bytes).collect(), StringFormat::Hexadecimal)
        };
        let date = Object::string_literal(format!("D:{}000000Z", about.date.format("%Y%m%d")));
        let info = document.add_object(dictionary! {
            "Title" => text(about.title),
            "Author" => text(about.author),
            "Producer" => text(concat!("kreisblatt ", env!("CARGO_PKG_VERSION"))),
            "CreationDate" => date.clone(),
            "ModDate" => date,
        });
        document.trailer.set("Info", info);
        if let Ok(catalog) = document.catalog_mut() {
            catalog.set("Lang", Object::string_literal("de-DE"));
            catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
        }
        document.version = "1.7".to_owned();
        document.trailer.remove(b"ID");
        finished(&mut document);
        let bytes = saved(&mut document.clone())?;
        let id = Object::String(sha256_bytes(&bytes)[..16].to_vec(), StringFormat::Hexadecimal);
        document.trailer.set("ID", vec![id.clone(), id]);
        saved(&mut document)
    }

    /// Adds each page to another document, as a form as large as the page; in the order of the pages.
    ///
    /// # Errors
    /// A font that cannot be made smaller.
    pub fn forms(self, document: &mut Document) -> Result<Vec<ObjectId>> {
        let mut drawn = self.printed()?;
        let mut forms = Vec::new();
        for page in drawn.get_pages().into_values() {
            let form = form(&drawn, page).map_err(|error| broken(&error))?;
            forms.push(Object::Reference(drawn.add_object(form)));
        }
        drawn.trailer = dictionary! { "Root" => forms };
        finished(&mut drawn);
        drawn.renumber_objects_with(document.max_id + 1);
        let forms = drawn.trailer.get(b"Root").and_then(Object::as_array).map_err(|error| broken(&error))?;
        let forms = forms.iter().filter_map(|form| form.as_reference().ok()).collect();
        document.max_id = drawn.max_id;
        document.objects.append(&mut drawn.objects);
        Ok(forms)
    }
}

/// A page as a form: its content, its box, and of its resources the fonts.
fn form(document: &Document, page: ObjectId) -> lopdf::Result<Stream> {
    let dict = document.get_dictionary(page)?;
    let resources = document.dereference(dict.get(b"Resources")?)?.1.as_dict()?;
    let fonts = document.dereference(resources.get(b"Font")?)?.1.as_dict()?.clone();
    let mut used = Dictionary::new();
    if !fonts.is_empty() {
        used.set("Font", fonts);
    }
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => dict.get(b"MediaBox")?.clone(),
        "Resources" => used,
    };
    Ok(Stream::new(dict, document.get_page_content(page)))
}

/// Drops what nothing refers to, and packs what is left.
fn finished(document: &mut Document) {
    document.prune_objects();
    document.compress();
}

fn saved(document: &mut Document) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| broken(&lopdf::Error::from(error)))?;
    Ok(bytes)
}

fn broken(error: &lopdf::Error) -> Problem {
    Problem::error("KB502", format!("what was drawn cannot be written down: {error}"))
}

/// How many glyphs a font has (OpenType, table `maxp`); 0 of one that does not say.
fn glyph_count(font: &[u8]) -> usize {
    let face = RawFace::parse(font, 0).ok();
    let table = face.and_then(|face| face.table(Tag::from_bytes(b"maxp")));
    table.and_then(|table| table.get(4..6)).map_or(0, |count| usize::from(count[0]) << 8 | usize::from(count[1]))
}

/// Gives each subset the list of its glyphs, which PDF/A-1 asks for (ISO 19005-1, 6.3.5); all that are in the font.
fn list_glyphs(document: &mut Document, counts: &BTreeMap<Vec<u8>, usize>) {
    let of = |object: &Object| {
        let name = object.as_dict().ok()?.get(b"FontName").and_then(Object::as_name).ok()?;
        counts.get(name).copied()
    };
    let fonts: Vec<(ObjectId, usize)> = document.objects.iter().filter_map(|(id, o)| Some((*id, of(o)?))).collect();
    for (font, count) in fonts {
        let mut bits = vec![0_u8; count.div_ceil(8)];
        (0..count).for_each(|glyph| bits[glyph / 8] |= 0x80 >> (glyph % 8));
        let list = document.add_object(Stream::new(Dictionary::new(), bits));
        if let Ok(font) = document.get_dictionary_mut(font) {
            font.set("CIDSet", list);
        }
    }
}

/// Six capital letters that tell one subset of a font from another (ISO 32000-1, 9.6.4).
fn subset_tag(used: &GlyphRemapper) -> String {
    let mut hash = Sha256Hasher::new();
    used.remapped_gids().for_each(|glyph| hash.update(glyph.to_be_bytes()));
    hash.bytes().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::paper::drawing::{Align, InkColour, TextStyle};
    use crate::paper::faces::{Faces, Weight};

    const PLAIN: TextStyle =
        TextStyle { weight: Weight::Regular, size: 10.0, colour: InkColour::BLACK, align: Align::Left };

    #[test]
    fn a_document_says_what_was_written_and_holds_little_else() {
        let assets = Assets::embedded();
        let faces = Faces::open(&assets).expect("our fonts");
        let drawn = || {
            let mut drawing = PdfDrawing::new(&faces);
            drawing.page(210.0, 297.0);
            drawing.text((20.0, 200.0), "AVATAR für Jiří Čapek, Großkreis fi, Bu\u{308}ro", PLAIN);
            drawing.line((0.0, 10.0), (5.0, 10.0), 0.25, InkColour::BLACK, Some(1.0));
            drawing.placed((210.0, 297.0), true, |drawing| drawing.text((20.0, 200.0), "Kopf", PLAIN));
            drawing
                .document(&DocumentInfo { title: "Täfelchen", author: "wir", date: NaiveDate::default() })
                .expect("drawn")
        };
        let bytes = drawn();
        assert_eq!(bytes, drawn());
        assert!(bytes.len() < 20_000, "{} bytes", bytes.len());
        let reading = crate::pdf::read(&bytes).expect("a PDF");
        assert!(reading.pages[0].text.contains("AVATAR für Jiří Čapek"), "{:?}", reading.pages[0].text);
        assert!(reading.pages[0].text.contains("Kopf"));
        assert!(reading.pages[0].text.contains("Büro"), "composed");
    }

    #[test]
    fn forms_join_another_document() {
        let assets = Assets::embedded();
        let faces = Faces::open(&assets).expect("our fonts");
        let mut drawing = PdfDrawing::new(&faces);
        for text in ["eins", "zwei"] {
            drawing.page(40.0, 10.0);
            drawing.text((1.0, 1.0), text, PLAIN);
        }
        let mut other = Document::with_version("1.7");
        let first = other.add_object(dictionary! {});
        let forms = drawing.forms(&mut other).expect("drawn");
        assert_eq!(forms.len(), 2);
        assert!(forms.iter().all(|form| *form != first && other.get_object(*form).is_ok()));
        assert_eq!(other.max_id as usize, other.objects.len(), "nothing else came along");
    }
}
