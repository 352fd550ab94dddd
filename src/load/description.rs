//! Files that describe an edition: `themes.toml`, `key_figures.toml`, `printed_lists.toml`. An edition without one of
//! its own has that of the program, or of the project, in `data/`.

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, shown};
use crate::model::{Indicator, Text};

use super::toml_file::TomlFile;

/// Opens `data/<key>/<name>`, else `data/<name>`; whether it is the edition's own comes second.
///
/// # Errors
/// A file that is not UTF-8.
pub fn description_file<'a>(assets: &'a Assets, key: &str, name: &str) -> Result<(TomlFile<'a>, bool)> {
    let own = format!("data/{key}/{name}");
    let is_own = assets.contains(&own);
    let path = if is_own { own } else { format!("data/{name}") };
    Ok((TomlFile::open(assets, &path)?, is_own))
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
