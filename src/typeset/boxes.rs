//! The boxes of pages with a bleed. Typst says how large the sheet is and where it is cut; print shops also
//! ask where the bleed ends, and there it is the whole sheet (PDF 32000-1, 14.11.2).

use lopdf::{Document, Object};

/// The PDF with a BleedBox on each page that has a TrimBox.
///
/// # Errors
/// A PDF that cannot be read or written again, in words.
pub fn with_bleed(pdf: &[u8]) -> Result<Vec<u8>, String> {
    let mut document = Document::load_mem(pdf).map_err(|error| error.to_string())?;
    let mut bleed = 0.0;
    for page in document.get_pages().into_values() {
        let page = document.get_dictionary_mut(page).map_err(|error| error.to_string())?;
        if let Ok(trim) = page.get(b"TrimBox").and_then(Object::as_array) {
            bleed = trim.first().and_then(|left| left.as_float().ok()).unwrap_or(bleed);
            let sheet = page.get(b"MediaBox").map_err(|error| error.to_string())?.clone();
            page.set("BleedBox", sheet);
        }
    }
    for object in document.objects.values_mut() {
        move_destinations(object, bleed);
    }
    let mut bytes = Vec::with_capacity(pdf.len());
    document.save_to(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Moves what links and bookmarks lead to: Typst 0.15.1 counts it from the corner of the cut page, PDF from
/// that of the sheet.
fn move_destinations(object: &mut Object, bleed: f32) {
    match object {
        Object::Array(list) => {
            if let [_, Object::Name(kind), x, y, ..] = list.as_mut_slice()
                && kind == b"XYZ"
            {
                for (at, by) in [(x, bleed), (y, -bleed)] {
                    if let Ok(was) = at.as_float() {
                        *at = Object::Real(was + by);
                    }
                }
            }
            list.iter_mut().for_each(|inner| move_destinations(inner, bleed));
        }
        Object::Dictionary(entries) => entries.iter_mut().for_each(|(_, inner)| move_destinations(inner, bleed)),
        Object::Stream(stream) => stream.dict.iter_mut().for_each(|(_, inner)| move_destinations(inner, bleed)),
        _ => {}
    }
}
