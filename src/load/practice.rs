//! `praxis.toml` -> practice examples.

use serde::Deserialize;
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result};
use crate::german::{join_unit, parsed};
use crate::model::{Change, Fact, Practice, Theme};

use super::toml_file::{Exact, TomlFile};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PracticeFile {
    #[serde(default)]
    praxis: Vec<PracticeEntry>,
    #[serde(default)]
    interview: Vec<InterviewEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PracticeEntry {
    ags: Spanned<String>,
    /// The label, for people who read the file; the page takes it from the row.
    #[serde(rename = "kommune")]
    _kommune: String,
    thema: Theme,
    titel: String,
    kurz: String,
    #[serde(default)]
    fakten: Vec<FactEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactEntry {
    text: Spanned<String>,
    was: String,
    #[serde(rename = "wert")]
    value: Option<Exact>,
    /// Whether it is a bar of the example's chart.
    #[serde(rename = "diagramm")]
    chart: Option<Spanned<bool>>,
    /// Printed behind the text where that does not name it.
    #[serde(rename = "einheit")]
    unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InterviewEntry {
    ags: Spanned<String>,
    #[serde(rename = "kommune")]
    _kommune: String,
    person: String,
    kurz: String,
}

/// Reads `data/<key>/praxis.toml`; an edition without one has no practice examples.
///
/// # Errors
/// A malformed file or an unknown theme.
pub fn practice(assets: &Assets, key: &str) -> Result<Vec<Practice>> {
    let path = format!("data/{key}/praxis.toml");
    if !assets.contains(&path) {
        return Ok(Vec::new());
    }
    let file = TomlFile::open(assets, &path)?;
    let parsed: PracticeFile = file.parse()?;
    let mut report = Report::new();
    let examples: Vec<Practice> = parsed
        .praxis
        .into_iter()
        .map(|entry| Practice {
            ags: file.sourced(&entry.ags),
            theme: Some(entry.thema),
            title: entry.titel,
            summary: entry.kurz,
            facts: entry.fakten.into_iter().map(|entry| fact(&file, entry, &mut report)).collect(),
        })
        .collect();
    if report.has_errors() {
        return Err(report);
    }
    let interviews = parsed.interview.into_iter().map(|entry| Practice {
        ags: file.sourced(&entry.ags),
        theme: None,
        title: entry.person,
        summary: entry.kurz,
        facts: Vec::new(),
    });
    Ok(examples.into_iter().chain(interviews).collect())
}

fn fact(file: &TomlFile<'_>, entry: FactEntry, report: &mut Report) -> Fact {
    let mut text = file.sourced(&entry.text);
    if let Some(unit) = entry.unit.filter(|unit| !text.value.contains(unit.as_str())) {
        text.value = join_unit(&text.value, &unit);
    }
    let value = entry.value.map(|exact| exact.0);
    let mut bar = None;
    if let Some(chart) = entry.chart.filter(|chart| *chart.get_ref()) {
        bar = value.filter(|value| !value.is_sign_negative());
        if bar.is_none() {
            let message =
                format!("`diagramm` of `{}` needs a `wert` of zero or more: the length of its bar", entry.was);
            report.push(
                Problem::error("KB136", message).at(file.place(&chart.span())).hint("add it, or delete `diagramm`"),
            );
        }
    }
    let change = change(&text.value);
    Fact { text, what: entry.was, bar, change }
}

/// The two numbers of a text like `5,0 → 3,4 %`, each with the unit behind them; `None` for any other text.
fn change(text: &str) -> Option<Change> {
    let (before, rest) = text.split_once('→')?;
    let (before, rest) = (before.trim(), rest.trim());
    let digits = |c: char| c.is_ascii_digit() || ".,".contains(c);
    let (after, unit) = rest.split_at(rest.find(|c| !digits(c)).unwrap_or(rest.len()));
    let side = |number: &str| Some((join_unit(number, unit.trim()), parsed(number)?));
    Some(Change { before: side(before)?, after: side(after)? })
}
