//! TOML files -> edition, indicators.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use crate::address::{is_mailbox, is_web_address};
use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, shown};
use crate::model::{
    Aggregate, Axis, Contact, Edition, Headline, Indicator, Licence, NumberStyle, Polarity, Publication, Quantity,
    Source, Sourced, Stand, THEMES, Text,
};

use super::project::project;
use super::toml_file::{Exact, TomlFile};

/// The identity columns of `kommunen.csv`; no indicator may take their names.
pub const IDENTITY: [&str; 12] = [
    "ags",
    "name",
    "label",
    "type",
    "state",
    "jobcenter",
    "organisation",
    "office",
    "head",
    "party",
    "in_office_since",
    "elected_until",
];

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

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicationEntry {
    base_url: Option<Spanned<String>>,
    licence: Option<Spanned<Licence>>,
    attribution: Option<String>,
    issued: Option<Spanned<String>>,
    contact: Option<Spanned<Contact>>,
    contributor: Option<Spanned<String>>,
    #[serde(default)]
    themes: Vec<Spanned<String>>,
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
/// warnings. Of a former edition nothing is printed but values: it has no parts, and what came before it does not matter.
///
/// # Errors
/// A missing or malformed file, an unknown field, and a `stand` that is no date.
pub fn edition(assets: &Assets, key: &str, is_former: bool) -> Result<(Edition, Vec<Text>, Report)> {
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
    let edition = Edition {
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

/// How the edition is published, once every address in it can be one.
fn publication(file: &TomlFile<'_>, entry: PublicationEntry) -> Result<Publication> {
    let mut report = Report::new();
    let mut wrong = |what: String, span: Range<usize>, hint: String| {
        report.push(Problem::error("KB131", what).at(file.place(&span)).hint(hint));
    };
    let with_scheme = "write it whole, for example \"https://www.example.org/kreisblatt/2017/\"";
    if let Some(url) =
        entry.base_url.as_ref().filter(|url| !(is_web_address(url.get_ref()) && url.get_ref().ends_with('/')))
    {
        let what = format!("base_url `{}` is not the address of a folder", shown(url.get_ref()));
        wrong(what, url.span(), format!("{with_scheme}, with `/` at its end and without `?` and `#`"));
    }
    if let Some(licence) = entry.licence.as_ref().filter(|licence| !is_web_address(&licence.get_ref().uri)) {
        let what = format!("uri `{}` of the licence is no address", shown(&licence.get_ref().uri));
        let hint =
            "https://www.dcat-ap.de/def/licenses/ lists them, for example http://dcat-ap.de/def/licenses/dl-by-de/2.0";
        wrong(what, licence.span(), hint.to_owned());
    }
    if let Some(contributor) = entry.contributor.as_ref().filter(|uri| !is_web_address(uri.get_ref())) {
        let what = format!("contributor `{}` is no address", shown(contributor.get_ref()));
        wrong(what, contributor.span(), "https://www.dcat-ap.de/def/contributors/ lists them".to_owned());
    }
    let issued = entry.issued.as_ref().map(|text| (NaiveDate::parse_from_str(text.get_ref(), "%Y-%m-%d").ok(), text));
    if let Some((None, text)) = issued {
        let what = format!("issued `{}` is no date", shown(text.get_ref()));
        wrong(what, text.span(), "write the day of publication: \"2017-07-03\"".to_owned());
    }
    if let Some(contact) = entry.contact.as_ref().filter(|contact| !is_mailbox(&contact.get_ref().email)) {
        let what = format!("email `{}` is no address", shown(&contact.get_ref().email));
        wrong(what, contact.span(), "write it bare: \"statistik@example.org\"".to_owned());
    }
    for theme in entry.themes.iter().filter(|theme| !THEMES.contains(&theme.get_ref().as_str())) {
        let what = format!("`{}` is no theme of data portals", shown(theme.get_ref()));
        wrong(what, theme.span(), format!("the themes are: {}", THEMES.join(", ")));
    }
    if report.has_errors() {
        report.sort_by_place();
        return Err(report);
    }
    Ok(Publication {
        base_url: entry.base_url.map(Spanned::into_inner),
        licence: entry.licence.map(Spanned::into_inner),
        attribution: entry.attribution,
        issued: issued.and_then(|(day, _)| day),
        contact: entry.contact.map(Spanned::into_inner),
        contributor: entry.contributor.map(Spanned::into_inner),
        themes: entry.themes.into_iter().map(Spanned::into_inner).collect(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorsFile {
    #[serde(default)]
    indicator: Vec<Spanned<IndicatorEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorEntry {
    key: Spanned<String>,
    label: Spanned<String>,
    short: Option<Spanned<String>>,
    #[serde(default)]
    unit: String,
    decimals: Spanned<u32>,
    definition: String,
    source: Spanned<String>,
    polarity: Polarity,
    aggregate: Spanned<AggregateEntry>,
    range: Option<Spanned<(Exact, Exact)>>,
    at_most: Option<Spanned<String>>,
    #[serde(default)]
    key_figure: bool,
    headline: Option<Headline>,
    chart: Option<Spanned<AxisEntry>>,
    #[serde(default)]
    map: bool,
    highest: Option<String>,
    lowest: Option<String>,
    measures: Option<Quantity>,
    #[serde(default)]
    also: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AggregateEntry {
    Sum,
    None,
    WeightedMean(String),
    Ratio(String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxisEntry {
    min: Exact,
    max: Exact,
    step: Exact,
}

/// Reads the edition's own `indicators.toml`, else `data/indicators.toml`, without the indicators it does not measure.
///
/// # Errors
/// A malformed file, and every entry that cannot be used: a key that is taken or no identifier, too many
/// decimals, an unknown source, an aggregate of indicators that are not there, an axis without length.
///
/// With the columns of a former edition an indicator without one is none it measures, and what only its own pages
/// would need (the source, others to put Kommunen together by) is not asked for.
pub fn indicators(
    assets: &Assets,
    edition: &Edition,
    not_measured: &[Text],
    columns: Option<&[Text]>,
) -> Result<Vec<Indicator>> {
    let own = format!("data/{}/indicators.toml", edition.key);
    let file = TomlFile::open(assets, if assets.contains(&own) { &own } else { "data/indicators.toml" })?;
    let parsed: IndicatorsFile = file.parse()?;
    let mut report = Report::new();
    let all_keys: Vec<&str> = parsed.indicator.iter().map(|i| i.get_ref().key.get_ref().as_str()).collect();
    for key in not_measured {
        if !all_keys.contains(&key.value.as_str()) {
            let message = format!("not_measured names `{}`, which is no indicator", shown(&key.value));
            report.push(
                Problem::error("KB131", message)
                    .at(key.place.clone())
                    .did_you_mean(&key.value, all_keys.iter().copied()),
            );
        }
    }
    let entries: Vec<&Spanned<IndicatorEntry>> = parsed
        .indicator
        .iter()
        .filter(|entry| {
            let names = |texts: &[Text]| texts.iter().any(|text| text.value == *entry.get_ref().key.get_ref());
            !names(not_measured) && columns.is_none_or(names)
        })
        .collect();
    let keys: Vec<&str> = entries.iter().map(|i| i.get_ref().key.get_ref().as_str()).collect();
    if keys.is_empty() {
        let message = "the edition measures no indicator at all";
        report.push(Problem::error("KB131", message).at(file.whole()));
    }
    report.extend(namesakes(&file, &entries));
    let mut indicators = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let place = file.place(&entry.get_ref().key.span());
        match indicator(&file, entry.get_ref(), at, (&keys, &all_keys), edition, columns.is_some()) {
            Ok(indicator) => indicators.push(Indicator { place, ..indicator }),
            Err(problems) => report.extend(problems),
        }
    }
    if report.has_errors() { Err(report) } else { Ok(indicators) }
}

/// Indicators that are called like one before them: no reader could tell their columns apart.
fn namesakes(file: &TomlFile<'_>, entries: &[&Spanned<IndicatorEntry>]) -> Report {
    let mut report = Report::new();
    let mut seen: BTreeMap<(bool, String), &str> = BTreeMap::new();
    for entry in entries.iter().map(|entry| entry.get_ref()) {
        let short = entry.short.as_ref().unwrap_or(&entry.label);
        for (is_short, name) in [(false, &entry.label), (true, short)] {
            let key = entry.key.get_ref().as_str();
            let Some(other) = seen.insert((is_short, name.get_ref().trim().to_lowercase()), key) else { continue };
            let what = format!("`{key}` is called `{}`, as `{other}` is", shown(name.get_ref()));
            let problem = Problem::error("KB132", what).at(file.place(&name.span()));
            report.push(match is_short && entry.short.is_none() {
                true => {
                    problem.hint("where there is no `short`, the label stands in tables: give it a `short` of its own")
                }
                false => problem.hint("their columns could not be told apart: call one of them otherwise"),
            });
            break;
        }
    }
    report
}

fn indicator(
    file: &TomlFile<'_>,
    entry: &IndicatorEntry,
    at: usize,
    (keys, all_keys): (&[&str], &[&str]),
    edition: &Edition,
    is_former: bool,
) -> Result<Indicator> {
    let mut report = Report::new();
    let key = entry.key.get_ref().as_str();
    let mut wrong = |message: String, span: Range<usize>| {
        let hint = "data/README.md explains the fields of an indicator";
        report.push(Problem::error("KB132", message).at(file.place(&span)).hint(hint));
    };
    let is_identifier = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !is_identifier {
        wrong(format!("key `{}` must be lower-case letters, digits and `_`", shown(key)), entry.key.span());
    }
    if IDENTITY.contains(&key) || keys[..at].contains(&key) {
        wrong(format!("key `{key}` is already taken"), entry.key.span());
    }
    if *entry.decimals.get_ref() > 6 {
        wrong(
            format!("decimals of `{key}` is {}; at most 6 can be printed", entry.decimals.get_ref()),
            entry.decimals.span(),
        );
    }
    let source = entry.source.get_ref();
    if edition.source(source).is_none() && !is_former {
        wrong(
            format!("source `{}` of `{key}` is not among the sources of edition.toml", shown(source)),
            entry.source.span(),
        );
    }
    let mut find = |name: &String| {
        let found = keys.iter().position(|k| k == name);
        if found.is_none() && !is_former {
            wrong(
                format!("aggregate of `{key}` needs the indicator `{}`, which the edition does not have", shown(name)),
                entry.aggregate.span(),
            );
        }
        found
    };
    let aggregate = match entry.aggregate.get_ref() {
        AggregateEntry::Sum => Some(Aggregate::Sum),
        AggregateEntry::None => None,
        AggregateEntry::WeightedMean(weight) => find(weight).map(Aggregate::WeightedMean),
        AggregateEntry::Ratio(top, bottom) => {
            find(top).zip(find(bottom)).map(|(top, bottom)| Aggregate::Ratio(top, bottom))
        }
    }
    .unwrap_or(Aggregate::None);
    let chart = entry.chart.as_ref().map(|spanned| {
        let axis = spanned.get_ref();
        Axis { min: axis.min.0, max: axis.max.0, step: axis.step.0 }
    });
    if let (Some(axis), Some(spanned)) = (chart, &entry.chart) {
        let sound =
            axis.max > axis.min && axis.step > Decimal::ZERO && (axis.max - axis.min) / axis.step <= Decimal::from(20);
        if !sound {
            wrong(format!("chart of `{key}` must run from min to a larger max in at most 20 steps"), spanned.span());
        }
    }
    let range = entry.range.as_ref().map(|spanned| (spanned.get_ref().0.0, spanned.get_ref().1.0));
    if let (Some((low, high)), Some(spanned)) = (range, &entry.range)
        && low > high
    {
        wrong(format!("range of `{key}` runs from {low} down to {high}"), spanned.span());
    }
    // Without the other indicator in this edition there is nothing to compare with.
    let at_most = entry.at_most.as_ref().and_then(|name| keys.iter().position(|k| k == name.get_ref()));
    if let Some(name) = &entry.at_most {
        let other = name.get_ref();
        if other == key {
            wrong(format!("at_most of `{key}` is itself"), name.span());
        } else if !all_keys.contains(&other.as_str()) {
            wrong(format!("at_most of `{key}` is `{}`, which is no indicator", shown(other)), name.span());
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    let label = entry.label.get_ref().clone();
    Ok(Indicator {
        key: key.to_owned(),
        short: entry.short.as_ref().map_or_else(|| label.clone(), |short| short.get_ref().clone()),
        unit: entry.unit.clone(),
        decimals: *entry.decimals.get_ref(),
        definition: entry.definition.clone(),
        source: source.clone(),
        polarity: entry.polarity,
        aggregate,
        range,
        at_most,
        key_figure: entry.key_figure,
        headline: entry.headline.clone(),
        chart,
        map: entry.map,
        highest: entry.highest.clone().unwrap_or_else(|| format!("{label}: die höchsten Werte")),
        lowest: entry.lowest.clone().unwrap_or_else(|| format!("{label}: die niedrigsten Werte")),
        measures: entry.measures.or_else(|| quantity_of_key(key)),
        also: entry.also.clone(),
        label,
        place: file.whole(),
    })
}

/// What an indicator measures when its entry does not say: two keys are the same in every edition.
fn quantity_of_key(key: &str) -> Option<Quantity> {
    match key {
        "population" => Some(Quantity::Population),
        "area_km2" => Some(Quantity::Area),
        _ => None,
    }
}
