//! Files that describe an edition: `themes.toml`, `key_figures.toml`, `printed_lists.toml`. An edition without one of
//! its own has that of the program, or of the project, in `data/`.

use crate::assets::{self, Assets};
use crate::diag::{Problem, Report, Result, shown};
use crate::model::{Indicator, Text};

use super::toml_file::TomlFile;

/// A description file of an edition.
pub struct DescriptionFile<'a> {
    /// The file.
    pub file: TomlFile<'a>,
    /// Whether it is about this edition alone.
    pub of_edition: bool,
    /// Whether it is the one the program has, unchanged.
    pub of_program: bool,
}

impl<'a> DescriptionFile<'a> {
    /// Opens `data/<key>/<name>`, else `data/<name>`.
    ///
    /// # Errors
    /// A file that is not UTF-8.
    pub fn open(assets: &'a Assets, key: &str, name: &str) -> Result<Self> {
        let own = format!("data/{key}/{name}");
        let of_edition = assets.contains(&own);
        let path = if of_edition { own } else { format!("data/{name}") };
        let of_program = !of_edition && assets.bytes(&path) == assets::embedded_file(&path);
        Ok(Self { file: TomlFile::open(assets, &path)?, of_edition, of_program })
    }
}

/// The indicators a description may name.
#[derive(Debug, Clone, Copy)]
pub struct NamedIndicators<'a> {
    /// Those the edition measures.
    pub measured: &'a [Indicator],
    /// The keys of those it does not measure.
    pub not_measured: &'a [Text],
    /// Whether a key that is neither is a mistake: in an edition's own description it is, in the one for all it is not.
    pub strict: bool,
}

impl NamedIndicators<'_> {
    /// The position of an indicator; `None` when the edition does not measure it, or, told in `report`, when there is
    /// none of that key.
    pub fn position(&self, key: &Text, report: &mut Report) -> Option<usize> {
        let found = self.measured.iter().position(|indicator| indicator.key == key.value);
        let known = || self.not_measured.iter().any(|other| other.value == key.value);
        if found.is_none() && self.strict && !known() {
            let message = format!("`{}` is no indicator", shown(&key.value));
            report.push(
                Problem::error("KB147", message)
                    .at(key.place.clone())
                    .did_you_mean(&key.value, self.measured.iter().map(|indicator| indicator.key.as_str()))
                    .hint("name an indicator by its key in indicators.toml"),
            );
        }
        found
    }
}
