//! `kreisblatt.toml`: settings of a project for all its editions. They win over `edition.toml`.

use serde::Deserialize;
use toml::Spanned;

use crate::assets::{Assets, PROJECT};
use crate::diag::{Problem, Report, Result, shown};
use crate::model::{Colour, Logo, NumberStyle, Sourced, Text};

use super::logo::logo;
use super::toml_file::TomlFile;

/// The document that explains the fields.
const MANUAL: &str = "docs/guide/own-look.md";

/// The settings of a project. `None` = not set: the edition or the program decides.
#[derive(Debug, Default)]
pub struct Project {
    /// The edition a command works with when none is named.
    pub edition: Option<Text>,
    /// Who publishes.
    pub publisher: Option<Text>,
    /// Where.
    pub place: Option<Text>,
    /// The accent colour.
    pub accent: Option<Colour>,
    /// The publisher's logo.
    pub logo: Option<Logo>,
    /// How numbers are grouped.
    pub numbers: Option<NumberStyle>,
    /// The parts of the brochure, in the order printed.
    pub parts: Option<Sourced<Vec<Text>>>,
    /// What a build makes when nothing is named.
    pub documents: Option<Sourced<Vec<Text>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectEntries {
    edition: Option<Spanned<String>>,
    publisher: Option<Spanned<String>>,
    place: Option<Spanned<String>>,
    accent: Option<Spanned<String>>,
    numbers: Option<NumberStyle>,
    parts: Option<Spanned<Vec<Spanned<String>>>>,
    documents: Option<Spanned<Vec<Spanned<String>>>>,
    logo: Option<LogoEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogoEntry {
    file: Spanned<String>,
    alt: Spanned<String>,
}

/// Reads `kreisblatt.toml`; without one nothing is set.
///
/// # Errors
/// A malformed file, a colour that is none or that nobody could read, a logo that is not there or no picture.
pub fn project(assets: &Assets) -> Result<Project> {
    if !assets.contains(PROJECT) {
        return Ok(Project::default());
    }
    let file = TomlFile::open(assets, PROJECT)?.explained_in(MANUAL);
    let entries: ProjectEntries = file.parse()?;
    let mut report = Report::new();
    let mut said = |text: Option<Spanned<String>>, what: &str| {
        let text = text.map(|text| file.sourced(&text));
        if let Some(text) = text.as_ref().filter(|text| text.value.trim().is_empty()) {
            let problem = Problem::error("KB953", format!("{what} is empty")).at(text.place.clone());
            report.push(problem.hint(match what {
                "edition" => "write its key, or delete the line: the newest edition is taken then",
                _ => "write it, or delete the line: what edition.toml says is printed then",
            }));
        }
        text
    };
    let publisher = said(entries.publisher, "publisher");
    let place = said(entries.place, "place");
    let edition = said(entries.edition, "edition");
    let accent = entries.accent.and_then(|text| accent(&file.sourced(&text), &mut report));
    let logo = entries.logo.and_then(|entry| {
        let (path, alt) = (file.sourced(&entry.file), file.sourced(&entry.alt));
        logo(assets, path, alt).map_err(|problem| report.push(problem)).ok()
    });
    if report.has_errors() {
        return Err(report);
    }
    Ok(Project {
        edition,
        publisher,
        place,
        accent,
        logo,
        numbers: entries.numbers,
        parts: entries.parts.map(|parts| file.listed(&parts)),
        documents: entries.documents.map(|documents| file.listed(&documents)),
    })
}

/// The least contrast of text with what it stands on: WCAG 2.1, success criterion 1.4.3.
const CONTRAST: f64 = 4.5;

/// The darkest ground headings stand on: the field behind the title of a fact sheet.
const GROUND: Colour = Colour { red: 242, green: 242, blue: 242 };

/// The accent colour: headings and links are set in it, and white stands on it.
fn accent(text: &Text, report: &mut Report) -> Option<Colour> {
    let Some(colour) = Colour::parsed(&text.value) else {
        let message = format!("accent `{}` is no colour", shown(&text.value));
        let problem = Problem::error("KB954", message).at(text.place.clone());
        report.push(problem.hint("write its six hex digits behind `#`, for example \"#1f4e79\""));
        return None;
    };
    let contrast = colour.contrast(GROUND);
    if contrast < CONTRAST {
        let message = format!(
            "accent {colour} is too light to be read: its contrast with the page is {contrast:.1} to 1, and headings are set in it"
        );
        let mut problem = Problem::error("KB954", message).at(text.place.clone());
        let darker = (0..=255u8).rev().map(|part| colour.darker(part)).find(|dark| dark.contrast(GROUND) >= CONTRAST);
        if let Some(dark) = darker {
            problem = problem.hint(format!("take a darker one; of the same hue {dark} is the lightest"));
        }
        report.push(problem.hint("4.5 to 1 is the least for text (WCAG 2.1, 1.4.3)"));
        return None;
    }
    Some(colour)
}
