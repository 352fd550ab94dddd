//! `edition.toml` -> an edition. What `kreisblatt.toml` says of the same things wins over it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, shown};
use crate::model::{EditionDetails, NumberStyle, Source, Sourced, Stand, Text};

use super::project::project;
use super::publication::{PublicationEntry, publication};
use super::toml_file::TomlFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionFile {
    title: String,
    subtitle: String,
    group: String,
    publisher: Spanned<String>,
    place: Spanned<String>,
    stand: Spanned<String>,
    revision: String,
    #[serde(default = "destatis")]
    numbers: NumberStyle,
    #[serde(default)]
    not_measured: Vec<Spanned<String>>,
    #[serde(default)]
    source: Vec<SourceEntry>,
    brochure: Option<BrochureEntry>,
    #[serde(default)]
    publication: PublicationEntry,
    former: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BrochureEntry {
    parts: Spanned<Vec<Spanned<String>>>,
}

/// The parts of a brochure whose edition lists none, in the order printed.
pub const PARTS: [&str; 16] = [
    "umschlag",
    "impressum",
    "inhalt",
    "vorwort",
    "ueberblick",
    "karte",
    "einwohner",
    "aufgaben",
    "praxis",
    "ranglisten",
    "laender",
    "tabelle",
    "aemter",
    "methodik",
    "register",
    "hinweise",
];

/// Where the templates of parts stand, and how their names end.
const PART_TEMPLATES: (&str, &str) = ("templates/brochure/", ".typ.hbs");

fn destatis() -> NumberStyle {
    NumberStyle::Destatis
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    key: String,
    short: String,
    citation: String,
}

/// Reads `data/<key>/edition.toml`; the second value lists the indicators the edition does not measure, the third holds
/// warnings. A former edition is only compared: it gets no parts, and the edition before it is ignored.
///
/// # Errors
/// A missing or malformed file, an unknown field, and a `stand` that is no date.
pub fn edition(assets: &Assets, key: &str, is_former: bool) -> Result<(EditionDetails, Vec<Text>, Report)> {
    let path = format!("data/{key}/edition.toml");
    let file = TomlFile::open(assets, &path)?;
    let parsed: EditionFile = file.parse()?;
    let stand_text = parsed.stand.get_ref();
    let day = NaiveDate::parse_from_str(stand_text, "%Y-%m-%d").ok();
    let month = NaiveDate::parse_from_str(&format!("{stand_text}-01"), "%Y-%m-%d").ok();
    let Some(date) = day.or(month) else {
        return Err(Problem::error("KB131", format!("stand `{}` is no date", shown(stand_text)))
            .at(file.place(&parsed.stand.span()))
            .hint("write the year and month, or the day: \"2017-06\" or \"2017-06-30\"")
            .into());
    };
    let project = project(assets)?;
    let mut warnings = Report::new();
    let of_project = project.parts.map(|listed| without_those_of_others(assets, key, listed, &mut warnings));
    let parts = match of_project.or_else(|| parsed.brochure.map(|entry| file.listed(&entry.parts))) {
        _ if is_former => Vec::new(),
        Some(listed) => parts(assets, key, listed)?,
        None => PARTS.map(|name| Sourced { value: name.to_owned(), place: file.whole() }).to_vec(),
    };
    let publication = publication(&file, parsed.publication)?;
    let edition = EditionDetails {
        key: key.to_owned(),
        origin: file.whole(),
        title: parsed.title,
        subtitle: parsed.subtitle,
        group: parsed.group,
        publisher: project.publisher.unwrap_or_else(|| file.sourced(&parsed.publisher)),
        place: project.place.unwrap_or_else(|| file.sourced(&parsed.place)),
        stand: Stand { date, day_known: day.is_some() },
        revision: parsed.revision,
        numbers: project.numbers.unwrap_or(parsed.numbers),
        sources: parsed
            .source
            .into_iter()
            .map(|s| Source { key: s.key, short: s.short, citation: s.citation })
            .collect(),
        parts,
        documents: project.documents,
        publication,
        former: former(assets, &file, key, parsed.former.as_ref().filter(|_| !is_former))?,
    };
    let not_measured = parsed.not_measured.iter().map(|key| file.sourced(key)).collect();
    Ok((edition, not_measured, warnings))
}

/// The parts a project lists, without texts that other editions have and this one has not: the list is for all of them.
fn without_those_of_others(
    assets: &Assets,
    key: &str,
    listed: Sourced<Vec<Text>>,
    warnings: &mut Report,
) -> Sourced<Vec<Text>> {
    let (folder, ending) = PART_TEMPLATES;
    let has = |edition: &str, name: &str| assets.contains(&format!("data/{edition}/{name}.md"));
    let elsewhere = |part: &Text| {
        let name = &part.value;
        let here = has(key, name) || assets.contains(&format!("{folder}{name}{ending}"));
        assets.editions().into_iter().find(|edition| !here && has(edition, name))
    };
    let mut kept = Vec::new();
    for part in listed.value {
        match elsewhere(&part) {
            None => kept.push(part),
            Some(other) => warnings.push(
                Problem::warning(
                    "KB959",
                    format!("the edition {key} has no text `{}`, and is printed without", part.value),
                )
                .at(part.place.clone())
                .hint(format!("write data/{key}/{}.md; that of {other} stands in data/{other}/", part.value)),
            ),
        }
    }
    Sourced { value: kept, place: listed.place }
}

/// The edition before, once there is one of that key.
fn former(assets: &Assets, file: &TomlFile<'_>, key: &str, entry: Option<&Spanned<String>>) -> Result<Option<Text>> {
    let Some(former) = entry.map(|former| file.sourced(former)) else { return Ok(None) };
    let known: Vec<&str> = assets.editions().into_iter().filter(|known| *known != key).collect();
    if known.contains(&former.value.as_str()) {
        return Ok(Some(former));
    }
    let message = match former.value == key {
        true => "former names the edition itself".to_owned(),
        false => format!("former names the edition `{}`, which there is not", shown(&former.value)),
    };
    let problem = Problem::error("KB641", message).at(former.place).did_you_mean(&former.value, known.iter().copied());
    let others =
        if known.is_empty() { "there is no other".to_owned() } else { format!("there are: {}", known.join(", ")) };
    Err(problem
        .hint(format!("name the edition before this one, a folder below data/, or delete the line; {others}"))
        .into())
}

/// The parts of the brochure: each a template of its own or a text of the edition.
fn parts(assets: &Assets, key: &str, Sourced { value: listed, place }: Sourced<Vec<Text>>) -> Result<Vec<Text>> {
    let (folder, ending) = PART_TEMPLATES;
    let texts = format!("data/{key}/");
    let templates = assets.list(folder).filter_map(|path| path.strip_prefix(folder)?.strip_suffix(ending));
    let known: BTreeSet<&str> = templates
        .chain(assets.list(&texts).filter_map(|path| path.strip_prefix(texts.as_str())?.strip_suffix(".md")))
        .filter(|name| *name != "README")
        .collect();
    let mut report = Report::new();
    for (at, part) in listed.iter().enumerate() {
        if !known.contains(part.value.as_str()) {
            let message = format!("there is no part `{}` of the brochure", shown(&part.value));
            let own = format!("an own part is a file {folder}NAME{ending} or {texts}NAME.md");
            report.push(
                Problem::error("KB135", message)
                    .at(part.place.clone())
                    .did_you_mean(&part.value, known.iter().copied())
                    .hint(format!("the parts are: {}; {own}", known.iter().copied().collect::<Vec<_>>().join(", "))),
            );
        } else if listed[..at].iter().any(|before| before.value == part.value) {
            let message = format!("the part `{}` of the brochure is listed twice", part.value);
            report.push(
                Problem::error("KB135", message).at(part.place.clone()).hint("a part stands in one place: delete one"),
            );
        }
    }
    if listed.is_empty() {
        let message = "the brochure has no part at all";
        report.push(
            Problem::error("KB135", message).at(place).hint("list its parts, or delete `parts` to have all of them"),
        );
    }
    if report.has_errors() { Err(report) } else { Ok(listed) }
}
