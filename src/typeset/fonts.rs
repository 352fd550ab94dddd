//! The fonts: the user's, then ours, never the system's.

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::assets::Assets;

/// All faces in a fixed order, with Typst's index of them.
pub struct FontSet {
    /// What Typst looks faces up in.
    pub book: LazyHash<FontBook>,
    /// The faces, by their index in the book.
    pub faces: Vec<Font>,
}

/// Reads the faces of the assets. Of two equal faces Typst takes the first, so overlaid files come first.
pub fn fonts(assets: &Assets) -> FontSet {
    let is_font = |path: &&str| [".ttf", ".otf", ".ttc"].iter().any(|end| path.to_lowercase().ends_with(end));
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        assets.list("fonts/").filter(is_font).partition(|path| assets.embedded_bytes(path).is_some());
    let mut faces = Vec::new();
    for path in theirs.into_iter().chain(ours) {
        let bytes = match assets.embedded_bytes(path) {
            Some(bytes) => Bytes::new(bytes),
            None => Bytes::new(assets.bytes(path).unwrap_or_default().to_vec()),
        };
        faces.extend(Font::iter(bytes));
    }
    FontSet { book: LazyHash::new(FontBook::from_fonts(&faces)), faces }
}
