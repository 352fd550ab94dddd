//! `eckwerte.toml` -> key figures, with what `key_figures.toml` says of them.

use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Place, Problem, Report, Result, Severity, shown};
use crate::model::{
    Aggregate, FigureComparison, FigureDistance, FigurePair, FigureTrend, KeyFigure, KeyFigures, LAENDER, Land,
    ListedFigure, RowsRule, Sourced, Text,
};

use super::description::{DescriptionFile, NamedIndicators};
use super::toml_file::{Exact, TomlFile, exact};

/// Stands for the key of any indicator in the path of a key figure.
const ANY_KEY: &str = "{key}";

/// Stands for a year in the path of a trend.
const ANY_YEAR: &str = "{year}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureEntries {
    #[serde(default)]
    key_figure: Vec<FigureEntry>,
    #[serde(default)]
    comparison: Vec<ComparisonEntry>,
    #[serde(default)]
    trend: Vec<TrendEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureEntry {
    path: Spanned<String>,
    label: Option<String>,
    short: Option<String>,
    unit: Option<String>,
    rows: Option<Spanned<RowsEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsEntry {
    count: Option<Counted>,
    #[serde(default)]
    without: Vec<Spanned<String>>,
    sum: Option<Spanned<String>>,
    share: Option<Spanned<String>>,
    of: Option<Spanned<String>>,
    mean: Option<Spanned<String>>,
    per: Option<Spanned<Exact>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Counted {
    Kommunen,
    Laender,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComparisonEntry {
    title: Spanned<String>,
    intro: Option<String>,
    note: Option<String>,
    others: String,
    of_others: String,
    #[serde(default)]
    unit: String,
    pairs: Vec<PairEntry>,
    distance: Option<DistanceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PairEntry {
    label: String,
    subject: String,
    further: String,
    own: Spanned<String>,
    other: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DistanceEntry {
    path: Spanned<String>,
    subject: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrendEntry {
    title: Spanned<String>,
    path: Spanned<String>,
    note: Option<String>,
    measured: String,
    subject: String,
    #[serde(default)]
    unit: String,
}

/// The numbers and texts of `eckwerte.toml`, not yet described.
#[derive(Debug, Default)]
struct FigureFile {
    numbers: Vec<(String, Sourced<Decimal>)>,
    tasks: Vec<Text>,
}

/// Reads `data/<key>/eckwerte.toml` and what the edition's own `key_figures.toml`, else `data/key_figures.toml`, says
/// of its numbers; an edition without `eckwerte.toml` has no key figures. The second value holds warnings.
///
/// # Errors
/// A malformed file, and a description that names an indicator or a Land there is not, or has no rule where it needs
/// one.
pub fn key_figures(assets: &Assets, key: &str, indicators: NamedIndicators<'_>) -> Result<(KeyFigures, Report)> {
    let path = format!("data/{key}/eckwerte.toml");
    if !assets.contains(&path) {
        return Ok((KeyFigures::default(), Report::new()));
    }
    let file = TomlFile::open(assets, &path)?;
    let document =
        toml_edit::ImDocument::parse(file.text()).map_err(|error| file.problem(error.message(), error.span()))?;
    let mut figures = FigureFile::default();
    collect(&file, "", document.as_table(), &mut figures);
    let DescriptionFile { file, of_edition, of_program } = DescriptionFile::open(assets, key, "key_figures.toml")?;
    let entries: FigureEntries = file.parse()?;
    let indicators = NamedIndicators { strict: indicators.strict && of_edition, ..indicators };
    let mut description = Description { file, of_program, figures: &figures, indicators, report: Report::new() };
    let described = KeyFigures {
        numbers: description.numbers(&entries.key_figure),
        listed: description.listed(&entries.key_figure),
        comparisons: entries.comparison.iter().map(|entry| description.comparison(entry)).collect(),
        trends: entries.trend.iter().filter_map(|entry| description.trend(entry)).collect(),
        tasks: figures.tasks.clone(),
    };
    let report = description.report;
    if report.has_errors() { Err(report) } else { Ok((described, report)) }
}

fn collect(file: &TomlFile<'_>, prefix: &str, table: &toml_edit::Table, figures: &mut FigureFile) {
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
            figures.numbers.push((path, Sourced { value, place }));
        }
    }
}

/// A description being read against the figures it is about.
struct Description<'a> {
    file: TomlFile<'a>,
    /// Whether it is the one of the program.
    of_program: bool,
    figures: &'a FigureFile,
    indicators: NamedIndicators<'a>,
    report: Report,
}

impl Description<'_> {
    /// All numbers, each with the first entry about its path.
    fn numbers(&mut self, entries: &[FigureEntry]) -> Vec<KeyFigure> {
        let rules: Vec<Option<RowsRule>> = entries.iter().map(|entry| self.rule_of_entry(entry)).collect();
        let figures = self.figures;
        let described = |(path, value): &(String, Sourced<Decimal>)| {
            let exact = entries.iter().position(|entry| entry.path.get_ref() == path);
            let (at, any) = match exact {
                Some(at) => (Some(at), None),
                None => self.pattern(entries, path).unzip(),
            };
            let entry = at.map(|at| &entries[at]);
            let rule = match any {
                Some(indicator) => self.rule_of_any(entry.and_then(|entry| entry.rows.as_ref()), indicator),
                None => at.and_then(|at| rules[at].clone()),
            };
            let of_indicator = || {
                let Some(RowsRule::Mean(at)) = rule else { return None };
                Some(self.indicators.measured[at].unit.clone())
            };
            let unit = entry.and_then(|entry| entry.unit.clone()).or_else(of_indicator);
            let counts = matches!(rule, Some(RowsRule::Kommunen | RowsRule::Laender { .. }));
            KeyFigure {
                path: path.clone(),
                value: value.clone(),
                unit: unit.unwrap_or_default(),
                short: entry.and_then(|entry| entry.short.clone().or_else(|| entry.label.clone().filter(|_| counts))),
                rule,
            }
        };
        figures.numbers.iter().map(described).collect()
    }

    /// The first entry whose path has a place for any key, and the indicator whose key stands there.
    fn pattern(&self, entries: &[FigureEntry], path: &str) -> Option<(usize, usize)> {
        entries.iter().enumerate().find_map(|(at, entry)| {
            let (before, after) = entry.path.get_ref().split_once(ANY_KEY)?;
            let key = path.strip_prefix(before)?.strip_suffix(after)?;
            Some((at, self.indicators.measured.iter().position(|indicator| indicator.key == key)?))
        })
    }

    /// The rule of an entry about one figure; `None` when it has none, or the edition does not measure an indicator of it.
    fn rule_of_entry(&mut self, entry: &FigureEntry) -> Option<RowsRule> {
        if !entry.path.get_ref().contains(ANY_KEY) {
            self.number(&entry.path);
        }
        let rows = entry.rows.as_ref()?;
        let (RowsEntry { count, without, sum, share, of, mean, per }, span) = (rows.get_ref(), rows.span());
        let per = match per {
            Some(per) if per.get_ref().0 <= Decimal::ZERO => {
                self.wrong("`per` is not more than zero".to_owned(), self.file.place(&per.span()));
                return None;
            }
            Some(per) => per.get_ref().0,
            None => Decimal::ONE,
        };
        let laender: Vec<&'static Land> = without.iter().filter_map(|name| self.land(name)).collect();
        match (count, sum, share, of, mean) {
            (Some(Counted::Kommunen), None, None, None, None) => Some(RowsRule::Kommunen),
            (Some(Counted::Laender), None, None, None, None) => Some(RowsRule::Laender { without: laender }),
            (None, Some(of), None, None, None) => Some(RowsRule::Sum { of: self.indicator(of)?, per }),
            (None, None, Some(rate), Some(of), None) => {
                let (rate, of) = (self.indicator(rate), self.indicator(of));
                Some(RowsRule::Share { rate: rate?, of: of?, per })
            }
            (None, None, None, None, Some(mean)) => {
                let at = self.indicator(mean)?;
                let is_weighted = matches!(self.indicators.measured[at].aggregate, Aggregate::WeightedMean(_));
                if !is_weighted && self.indicators.strict {
                    let message = format!("`{}` has no weighted mean", shown(mean.get_ref()));
                    self.wrong(message, self.file.place(&mean.span()));
                }
                is_weighted.then_some(RowsRule::Mean(at))
            }
            _ => {
                let message = "`rows` has one of `count`, `sum`, `share` with `of`, and `mean`".to_owned();
                self.wrong(message, self.file.place(&span));
                None
            }
        }
    }

    /// The rule of an entry about the figures of any indicator: where it says `{key}`, this one.
    fn rule_of_any(&self, rows: Option<&Spanned<RowsEntry>>, indicator: usize) -> Option<RowsRule> {
        let rows = rows?.get_ref();
        let is_any = |key: &Option<Spanned<String>>| key.as_ref().is_some_and(|key| key.get_ref() == ANY_KEY);
        let is_weighted = matches!(self.indicators.measured[indicator].aggregate, Aggregate::WeightedMean(_));
        if is_any(&rows.mean) && is_weighted {
            return Some(RowsRule::Mean(indicator));
        }
        let per = rows.per.as_ref().map_or(Decimal::ONE, |per| per.get_ref().0);
        is_any(&rows.sum).then_some(RowsRule::Sum { of: indicator, per })
    }

    /// The figures that have a name, in the order of their entries.
    fn listed(&mut self, entries: &[FigureEntry]) -> Vec<ListedFigure> {
        let figure = |entry: &FigureEntry| {
            let value = find(self.figures, entry.path.get_ref())?.clone();
            let unit = entry.unit.clone().unwrap_or_default();
            Some(ListedFigure { label: entry.label.clone()?, unit, value })
        };
        entries.iter().filter_map(figure).collect()
    }

    fn comparison(&mut self, entry: &ComparisonEntry) -> FigureComparison {
        self.own_words("comparison", "intro", entry.intro.as_deref(), &entry.title);
        self.own_words("comparison", "note", entry.note.as_deref(), &entry.title);
        let mut pairs = Vec::new();
        for pair in &entry.pairs {
            let (own, other) = (self.number(&pair.own), self.number(&pair.other));
            if let (Some(own), Some(other)) = (own, other) {
                let (label, subject, further) = (pair.label.clone(), pair.subject.clone(), pair.further.clone());
                pairs.push(FigurePair { label, subject, further, own, other });
            }
        }
        let distance = entry.distance.as_ref().and_then(|distance| {
            let value = self.number(&distance.path).filter(|number| !number.value.is_zero())?;
            Some(FigureDistance { subject: distance.subject.clone(), value })
        });
        FigureComparison {
            title: entry.title.get_ref().clone(),
            intro: entry.intro.clone(),
            note: entry.note.clone(),
            others: entry.others.clone(),
            of_others: entry.of_others.clone(),
            unit: entry.unit.clone(),
            pairs,
            distance,
        }
    }

    /// A figure over the years; `None` when the edition has it of no year.
    fn trend(&mut self, entry: &TrendEntry) -> Option<FigureTrend> {
        self.own_words("trend", "note", entry.note.as_deref(), &entry.title);
        let Some((before, after)) = entry.path.get_ref().split_once(ANY_YEAR) else {
            let message = format!("the path of a trend has `{ANY_YEAR}` where the year stands");
            self.wrong(message, self.file.place(&entry.path.span()));
            return None;
        };
        let year = |(path, value): &(String, Sourced<Decimal>)| {
            Some((path.strip_prefix(before)?.strip_suffix(after)?.parse().ok()?, value.clone()))
        };
        let mut years: Vec<(i32, Sourced<Decimal>)> = self.figures.numbers.iter().filter_map(year).collect();
        years.sort_by_key(|(year, _)| *year);
        if years.is_empty() {
            self.absent(&entry.path);
            return None;
        }
        Some(FigureTrend {
            title: entry.title.get_ref().clone(),
            note: entry.note.clone(),
            measured: entry.measured.clone(),
            subject: entry.subject.clone(),
            unit: entry.unit.clone(),
            years,
        })
    }

    /// The number at a path. An edition's own description that names one the edition does not have is warned of.
    fn number(&mut self, path: &Spanned<String>) -> Option<Sourced<Decimal>> {
        let found = find(self.figures, path.get_ref()).cloned();
        if found.is_none() {
            self.absent(path);
        }
        found
    }

    fn absent(&mut self, path: &Spanned<String>) {
        if self.indicators.strict {
            let message = format!("eckwerte.toml has no number `{}`", shown(path.get_ref()));
            let known = self.figures.numbers.iter().map(|(path, _)| path.as_str());
            let problem = Problem { severity: Severity::Warning, ..Problem::error("KB147", message) };
            let problem = problem.at(self.file.place(&path.span())).did_you_mean(path.get_ref(), known);
            self.report.push(problem.hint("it is not printed"));
        }
    }

    /// The template's own words are about the edition 2017: a description of one's own has words of its own.
    fn own_words(&mut self, what: &str, field: &str, words: Option<&str>, title: &Spanned<String>) {
        if !self.of_program && words.is_none_or(|words| words.trim().is_empty()) {
            let message = format!("the {what} `{}` has no `{field}`", shown(title.get_ref()));
            self.wrong(message, self.file.place(&title.span()));
        }
    }

    fn indicator(&mut self, key: &Spanned<String>) -> Option<usize> {
        // Where any key may stand there is nothing to find yet.
        if key.get_ref() == ANY_KEY {
            return None;
        }
        self.indicators.position(&self.file.sourced(key), &mut self.report)
    }

    fn land(&mut self, name: &Spanned<String>) -> Option<&'static Land> {
        let found = LAENDER.iter().find(|land| land.name == name.get_ref());
        if found.is_none() {
            let message = format!("`{}` is none of the sixteen Länder", shown(name.get_ref()));
            let place = self.file.place(&name.span());
            let problem = Problem::error("KB147", message).at(place);
            self.report.push(problem.did_you_mean(name.get_ref(), LAENDER.iter().map(|land| land.name)));
        }
        found
    }

    fn wrong(&mut self, message: String, place: Place) {
        let hint = "data/README.md explains how key figures are described";
        self.report.push(Problem::error("KB147", message).at(place).hint(hint));
    }
}

/// The number at a path; `None` when the file has none there.
fn find<'a>(figures: &'a FigureFile, path: &str) -> Option<&'a Sourced<Decimal>> {
    figures.numbers.iter().find(|(known, _)| known == path).map(|(_, value)| value)
}
