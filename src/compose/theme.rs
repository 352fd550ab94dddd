//! The theme of the documents: the project's accent colour and logo.

use crate::assets::{Assets, THEME, embedded_file};
use crate::model::{Colour, Logo};

use super::escape;

/// Puts the accent colour and the logo of a project into the theme file. Returns the path of the theme file when the
/// user has one of their own, which is then left as it is; `None` when the theme was applied or there is nothing to
/// apply.
pub fn apply_theme(assets: &mut Assets, accent: Option<Colour>, logo: Option<&Logo>) -> Option<&'static str> {
    if accent.is_none() && logo.is_none() {
        return None;
    }
    let default = std::str::from_utf8(embedded_file(THEME).unwrap_or_default()).unwrap_or_default();
    let mut text = String::new();
    for line in default.lines() {
        match (accent, logo) {
            (Some(colour), _) if line.starts_with("#let accent") => {
                text += &format!("#let accent = rgb(\"{colour}\")");
            }
            (_, Some(Logo { file, alt })) if line.starts_with("#let logo") => {
                let (file, alt) = (escape::literal(&format!("/{file}")), escape::literal(alt));
                text += &format!("#let logo = (file: {file}, alt: {alt})");
            }
            _ => text += line,
        }
        text.push('\n');
    }
    (!assets.replace_unless_overridden(THEME, text)).then_some(THEME)
}
