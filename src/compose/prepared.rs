//! The assets together with the files made from the data: the boundaries of the maps, and the parts of the brochure.

use crate::assets::Assets;
use crate::model::{Data, Text};

use super::map;

/// The template that includes the parts of the brochure.
const PARTS: &str = "templates/brochure-parts.typ.hbs";

/// Assets that have the files made from the data in them. Templates import or include these files, so a
/// [`Composer`](super::Composer) takes no other assets, and neither should a typesetting worker.
#[derive(Debug, Clone)]
pub struct PreparedAssets {
    assets: Assets,
}

impl PreparedAssets {
    /// Returns assets with the files made from the data added: the boundaries, and the parts of the brochure in the edition's
    /// order, each beginning on a new page. Files that are there already stay, so that doing it twice changes nothing.
    pub fn new(mut assets: Assets, data: &Data) -> Self {
        assets.add_generated(PARTS, data.edition.parts.iter().map(|part| included_part(part, data)).collect());
        for (path, text) in map::modules(data) {
            assets.add_generated(path, text);
        }
        Self { assets }
    }

    /// The assets with an empty brochure and no maps.
    #[cfg(test)]
    pub fn without_data(mut assets: Assets) -> Self {
        assets.add_generated(PARTS, String::new());
        Self { assets }
    }

    /// Returns the files.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }
}

/// The lines of the brochure's template that include a part: a text of the edition, or else a template.
fn included_part(part: &Text, data: &Data) -> String {
    let name = &part.value;
    let printed = match data.text(name) {
        Some(_) => format!("#look.prose[\n{{{{prose texts.[{name}]}}}}\n]"),
        None => format!("{{{{> brochure/{name}}}}}"),
    };
    format!("#pagebreak(weak: true)\n{printed}\n")
}
