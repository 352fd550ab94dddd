//! Our fonts: which signs they have, how wide a text is, and which glyphs it is made of.

use std::collections::BTreeMap;

use icu_normalizer::ComposingNormalizerBorrowed;
use printpdf::ParsedFont;
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{BufferClusterLevel, Feature, UnicodeBuffer};

use crate::assets::Assets;
use crate::diag::{Place, Problem, Result, is_invisible};

use super::units::POINTS_PER_MM;

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// For running text.
    Regular,
    /// For what readers must find first.
    Semibold,
    /// For names.
    Bold,
}

impl Weight {
    const ALL: [Self; 3] = [Self::Regular, Self::Semibold, Self::Bold];

    /// The name of its font file and of its font.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "SourceSans3-Regular",
            Self::Semibold => "SourceSans3-Semibold",
            Self::Bold => "SourceSans3-Bold",
        }
    }
}

/// A glyph of a text, chosen and placed by its face.
pub struct ShapedGlyph {
    /// Its number in the face.
    pub id: u16,
    /// How far the next glyph is from it, kerning included, in parts of the face's em.
    pub advance: i32,
    /// The text it stands for; empty for a glyph that is part of the sign before.
    pub text: String,
}

/// A face of our fonts.
pub struct FontFace<'p> {
    /// Its font file.
    pub bytes: &'p [u8],
    /// The face as rustybuzz reads it.
    pub shaper: rustybuzz::Face<'p>,
    /// The face as printpdf reads it.
    pub printed: ParsedFont,
}

/// Our faces, ready to measure and draw with.
pub struct Faces<'p>(BTreeMap<Weight, FontFace<'p>>);

impl<'p> Faces<'p> {
    /// Reads the faces of the assets.
    ///
    /// # Errors
    /// A font file that is not there or no font, which a user's folder may have put in place of ours.
    pub fn open(assets: &'p Assets) -> Result<Self> {
        let mut faces = BTreeMap::new();
        for weight in Weight::ALL {
            let path = format!("fonts/source-sans-3/{}.ttf", weight.name());
            let face = assets.bytes(&path).and_then(|bytes| {
                let printed = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
                Some(FontFace { bytes, shaper: rustybuzz::Face::from_slice(bytes, 0)?, printed })
            });
            let Some(face) = face else {
                return Err(Problem::error("KB501", "the file is not a font text can be drawn with")
                    .at(Place::file(&assets.shown(&path)))
                    .hint("replace it by a static TrueType font, or take it away: ours is used then")
                    .into());
            };
            faces.insert(weight, face);
        }
        Ok(Self(faces))
    }

    /// The face of a weight.
    pub fn face(&self, weight: Weight) -> &FontFace<'p> {
        &self.0[&weight]
    }

    /// The first sign of a text that the face cannot show; `None` when it can show all.
    pub fn missing(&self, weight: Weight, text: &str) -> Option<char> {
        let shaper = &self.face(weight).shaper;
        let shows = |sign: char| !sign.is_control() && !is_invisible(sign) && shaper.glyph_index(sign).is_some();
        text.chars().find(|sign| !shows(*sign))
    }

    /// How wide a text is in millimetres, kerning included.
    pub fn width_mm(&self, weight: Weight, size: f64, text: &str) -> f64 {
        let advance: i32 = self.glyphs(weight, text).iter().map(|glyph| glyph.advance).sum();
        f64::from(advance) / f64::from(self.face(weight).shaper.units_per_em()) * size / POINTS_PER_MM
    }

    /// How high its capitals are in millimetres.
    pub fn capitals_mm(&self, weight: Weight, size: f64) -> f64 {
        let shaper = &self.face(weight).shaper;
        let height = shaper.capital_height().unwrap_or_else(|| shaper.ascender());
        f64::from(height) / f64::from(shaper.units_per_em()) * size / POINTS_PER_MM
    }

    /// The glyphs of a text, one per sign wherever the face has one: there are no ligatures, and letters are composed
    /// with their marks, so every glyph stands for the same text everywhere.
    pub fn glyphs(&self, weight: Weight, text: &str) -> Vec<ShapedGlyph> {
        let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_cluster_level(BufferClusterLevel::Characters);
        let features = [b"liga", b"clig"].map(|tag| Feature::new(Tag::from_bytes(tag), 0, ..));
        let shaped = rustybuzz::shape(&self.face(weight).shaper, &features, buffer);
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).enumerate();
        glyphs
            .map(|(at, (info, position))| {
                let end = starts[at..].iter().find(|start| **start > starts[at]).copied().unwrap_or(text.len());
                let first = at == 0 || starts[at - 1] != starts[at];
                ShapedGlyph {
                    // A font has at most 65,535 glyphs.
                    id: u16::try_from(info.glyph_id).unwrap_or_default(),
                    advance: position.x_advance,
                    text: if first { text.get(starts[at]..end).unwrap_or_default().to_owned() } else { String::new() },
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_measured_with_its_kerning() {
        let assets = Assets::embedded();
        let faces = Faces::open(&assets).expect("our fonts");
        let width = |text: &str| faces.width_mm(Weight::Regular, 100.0, text);
        assert!(width("AV") < width("A") + width("V"));
        assert!((width("mm") - 2.0 * width("m")).abs() < 1e-9);
        assert_eq!(faces.missing(Weight::Bold, "Čapek-Größe Ångström"), None);
        for sign in ['語', '\u{202e}', '\u{ad}', '\n'] {
            assert_eq!(faces.missing(Weight::Bold, &format!("a{sign}b")), Some(sign));
        }
    }
}
