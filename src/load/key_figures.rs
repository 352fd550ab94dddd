//! `eckwerte.toml` -> national key figures.

use rust_decimal::Decimal;

use crate::assets::Assets;
use crate::diag::Result;
use crate::model::{KeyFigure, KeyFigures, Sourced};

use super::toml_file::{TomlFile, exact};

/// Reads `data/<key>/eckwerte.toml`; an edition without one has no key figures.
///
/// # Errors
/// A malformed file.
pub fn key_figures(assets: &Assets, key: &str) -> Result<KeyFigures> {
    let path = format!("data/{key}/eckwerte.toml");
    if !assets.contains(&path) {
        return Ok(KeyFigures::default());
    }
    let file = TomlFile::open(assets, &path)?;
    let document =
        toml_edit::ImDocument::parse(file.text()).map_err(|error| file.problem(error.message(), error.span()))?;
    let mut figures = KeyFigures::default();
    collect(&file, "", document.as_table(), &mut figures);
    Ok(figures)
}

fn collect(file: &TomlFile<'_>, prefix: &str, table: &toml_edit::Table, figures: &mut KeyFigures) {
    for (name, item) in table {
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        let place = item.span().map_or_else(|| file.whole(), |span| file.place(&span));
        let number = match item {
            toml_edit::Item::Table(inner) => {
                collect(file, &path, inner, figures);
                None
            }
            toml_edit::Item::Value(toml_edit::Value::Array(list)) if path == "aufgaben.bausteine" => {
                figures.tasks = list
                    .iter()
                    .filter_map(|value| {
                        let place = value.span().map_or_else(|| place.clone(), |span| file.place(&span));
                        value.as_str().map(|text| Sourced { value: text.to_owned(), place })
                    })
                    .collect();
                None
            }
            item => {
                // As written: 3.0 was printed with one decimal.
                let written = || file.text().get(item.span()?)?.replace('_', "").parse().ok();
                let float = || item.as_float().and_then(|n| written().or_else(|| exact(n)));
                item.as_integer().map(Decimal::from).or_else(float)
            }
        };
        if let Some(value) = number {
            figures.numbers.push(KeyFigure { path, value: Sourced { value, place } });
        }
    }
}
