//! `praxis.toml` and `themes.toml` -> practice examples and their themes.

use serde::Deserialize;
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, shown};
use crate::german::{join_unit, parsed};
use crate::model::{Fact, FactChange, Practice, Theme};

use super::description::DescriptionFile;
use super::toml_file::{Exact, TomlFile};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemesFile {
    #[serde(default)]
    theme: Vec<ThemeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeEntry {
    key: Spanned<String>,
    title: String,
}

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
    thema: Spanned<String>,
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

/// Reads the themes of an edition: its own `themes.toml`, else `data/themes.toml`.
///
/// # Errors
/// A malformed file, and two themes with one key.
pub fn themes(assets: &Assets, key: &str) -> Result<Vec<Theme>> {
    let DescriptionFile { file, .. } = DescriptionFile::open(assets, key, "themes.toml")?;
    let parsed: ThemesFile = file.parse()?;
    let mut report = Report::new();
    let mut themes: Vec<Theme> = Vec::new();
    for entry in parsed.theme {
        let key = entry.key.get_ref();
        if themes.iter().any(|theme| theme.key == *key) {
            let message = format!("the key `{}` of a theme is already taken", shown(key));
            report.push(Problem::error("KB147", message).at(file.place(&entry.key.span())).hint("give it another key"));
        }
        themes.push(Theme { key: entry.key.into_inner(), title: entry.title });
    }
    if report.has_errors() { Err(report) } else { Ok(themes) }
}

/// Reads `data/<key>/praxis.toml`; an edition without one has no practice examples.
///
/// # Errors
/// A malformed file, a theme that is not among `themes`, and a bar without a length.
pub fn practice(assets: &Assets, key: &str, themes: &[Theme]) -> Result<Vec<Practice>> {
    let path = format!("data/{key}/praxis.toml");
    if !assets.contains(&path) {
        return Ok(Vec::new());
    }
    let file = TomlFile::open(assets, &path)?;
    let parsed: PracticeFile = file.parse()?;
    let mut report = Report::new();
    let mut examples: Vec<Practice> = Vec::new();
    for entry in parsed.praxis {
        let theme = themes.iter().position(|theme| theme.key == *entry.thema.get_ref());
        if theme.is_none() {
            report.extend(unknown_theme(&file, &entry.thema, themes));
        }
        examples.push(Practice {
            ags: file.sourced(&entry.ags),
            theme,
            title: entry.titel,
            summary: entry.kurz,
            facts: entry.fakten.into_iter().map(|entry| fact(&file, entry, &mut report)).collect(),
        });
    }
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

/// An unknown theme is told as the reader of the file tells any other word that is not one of a list.
fn unknown_theme(file: &TomlFile<'_>, theme: &Spanned<String>, themes: &[Theme]) -> Report {
    let known: Vec<String> = themes.iter().map(|theme| format!("`{}`", theme.key)).collect();
    let expected = match known.as_slice() {
        [] => "there are no themes".to_owned(),
        [one] => format!("expected {one}"),
        several => format!("expected one of {}", several.join(", ")),
    };
    file.problem(&format!("unknown variant `{}`, {expected}", shown(theme.get_ref())), Some(theme.span()))
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
fn change(text: &str) -> Option<FactChange> {
    let (before, rest) = text.split_once('→')?;
    let (before, rest) = (before.trim(), rest.trim());
    let digits = |c: char| c.is_ascii_digit() || ".,".contains(c);
    let (after, unit) = rest.split_at(rest.find(|c| !digits(c)).unwrap_or(rest.len()));
    let side = |number: &str| Some((join_unit(number, unit.trim()), parsed(number)?));
    Some(FactChange { before: side(before)?, after: side(after)? })
}
