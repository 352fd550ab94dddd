//! `indicators.toml` -> the indicators of an edition.

use std::collections::BTreeMap;
use std::ops::Range;

use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, shown};
use crate::model::{Aggregate, Axis, EditionDetails, Headline, Indicator, Polarity, Quantity, Text, identity};

use super::toml_file::{Exact, TomlFile};

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
    measures: Option<Quantity>,
    #[serde(default)]
    key_figure: bool,
    headline: Option<Headline>,
    chart: Option<Spanned<AxisEntry>>,
    #[serde(default)]
    map: bool,
    highest: Option<String>,
    lowest: Option<String>,
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
/// `columns` are those of a former edition, `None` for any other one. A former edition measures only indicators that
/// have a column, and needs neither their sources nor what their aggregates are made of.
pub fn indicators(
    assets: &Assets,
    edition: &EditionDetails,
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

/// Reports indicators with the label or the short name of another one: their columns would look the same.
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
    edition: &EditionDetails,
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
    if identity::column(key).is_some() || keys[..at].contains(&key) {
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
        measures: entry.measures.or_else(|| quantity_of_key(key)),
        key_figure: entry.key_figure,
        headline: entry.headline.clone(),
        chart,
        map: entry.map,
        highest: entry.highest.clone().unwrap_or_else(|| format!("{label}: die höchsten Werte")),
        lowest: entry.lowest.clone().unwrap_or_else(|| format!("{label}: die niedrigsten Werte")),
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
