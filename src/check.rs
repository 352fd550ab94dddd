//! Data -> Checked: what cells say of each other, one function per rule, all rules always run.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::diag::{Problem, Report, Result, is_invisible, nearest, shown};
use crate::german::{match_key, rounded};
use crate::load::Loaded;
use crate::model::{Aggregate, Data, Kommune, Prose, Text};

/// Most characters of a name or label: what a fact sheet's title band can hold.
pub const LONGEST_LABEL: usize = 100;

/// Most characters of any other text cell.
pub const LONGEST_TEXT: usize = 200;

/// Most characters of a single word: more would run out of its column. The longest of the 2017 edition has
/// 25.
pub const LONGEST_WORD: usize = 40;

/// Data without errors: the only kind documents are made from.
#[derive(Debug)]
pub struct Checked {
    data: Data,
    warnings: Report,
}

impl Checked {
    /// The data.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// What a person should look at; stops nothing.
    pub fn warnings(&self) -> &Report {
        &self.warnings
    }
}

/// Runs all rules over what was read.
///
/// # Errors
/// All problems, errors and warnings, when there is at least one error.
pub fn check(loaded: Loaded) -> Result<Checked> {
    let Loaded { data, mut report } = loaded;
    for rule in RULES {
        rule(&data, &mut report);
    }
    report.sort_by_place();
    if report.has_errors() { Err(report) } else { Ok(Checked { data, warnings: report }) }
}

const RULES: [fn(&Data, &mut Report); 15] = [
    signs_no_name_needs,
    lengths,
    stray_whitespace,
    ags_form,
    ags_unique,
    ags_lies_in_its_land,
    labels_unique,
    values_in_range,
    values_printed_in_full,
    ratios_recomputed,
    terms_in_order,
    practice_of_known_kommunen,
    links_to_known_kommunen,
    texts_are_printed,
    boundaries_of_all,
];

fn texts(kommune: &Kommune) -> [(&'static str, &Text); 8] {
    [
        ("ags", &kommune.ags),
        ("name", &kommune.name),
        ("label", &kommune.label),
        ("jobcenter", &kommune.jobcenter),
        ("organisation", &kommune.organisation),
        ("office", &kommune.office),
        ("head", &kommune.head),
        ("party", &kommune.party),
    ]
}

/// Control characters, marks that steer the direction of text, and private signs.
fn signs_no_name_needs(data: &Data, report: &mut Report) {
    for (column, text) in data.kommunen.iter().flat_map(texts) {
        if let Some(sign) = text.value.chars().find(|c| c.is_control() || is_invisible(*c)) {
            let message =
                format!("{column} `{}` holds the invisible sign U+{:04X}", shown(&text.value), u32::from(sign),);
            report.push(Problem::error("KB112", message).at(text.place.clone()).hint("delete the sign"));
        }
    }
}

fn lengths(data: &Data, report: &mut Report) {
    for (column, text) in data.kommunen.iter().flat_map(texts) {
        let words = text.value.split([' ', '-', '/', '\u{a0}']);
        let longest = words.max_by_key(|word| word.chars().count()).unwrap_or_default();
        let letters = longest.chars().count();
        if letters > LONGEST_WORD {
            let message = format!(
                "{column} holds the word `{}` of {letters} characters, at most {LONGEST_WORD} fit in a line",
                shown(longest)
            );
            report.push(
                Problem::error("KB113", message)
                    .at(text.place.clone())
                    .hint("divide the word with a blank or a hyphen"),
            );
        }
        let limit = if matches!(column, "name" | "label") { LONGEST_LABEL } else { LONGEST_TEXT };
        let length = text.value.chars().count();
        if length > limit {
            let message = format!("{column} `{}` has {length} characters, at most {limit} fit", shown(&text.value));
            report.push(Problem::error("KB113", message).at(text.place.clone()).hint("shorten the text"));
        }
    }
}

fn stray_whitespace(data: &Data, report: &mut Report) {
    for (column, text) in data.kommunen.iter().flat_map(texts) {
        if text.value.trim() != text.value || text.value.contains("  ") {
            let message = format!("{column} `{}` has blanks at its ends or in a row", shown(&text.value));
            report.push(Problem::warning("KB121", message).at(text.place.clone()).hint("remove them"));
        }
    }
}

fn ags_form(data: &Data, report: &mut Report) {
    for ags in data.kommunen.iter().map(|k| &k.ags) {
        let digits = ags.value.bytes().all(|b| b.is_ascii_digit());
        if ags.value.is_empty() || (digits && ags.value.len() == 5) {
            continue;
        }
        let problem =
            Problem::error("KB115", format!("ags `{}` is not five digits", shown(&ags.value))).at(ags.place.clone());
        report.push(if digits && ags.value.len() == 4 {
            problem.hint(format!("a spreadsheet dropped the leading zero: 0{}", ags.value))
        } else {
            problem.hint("the Amtlicher Gemeindeschlüssel of a Kreis has two digits for the Land, three for the Kreis")
        });
    }
}

fn ags_unique(data: &Data, report: &mut Report) {
    let mut seen: BTreeMap<&str, &Kommune> = BTreeMap::new();
    for kommune in data.kommunen.iter().filter(|k| !k.ags.value.is_empty()) {
        if let Some(first) = seen.get(kommune.ags.value.as_str()) {
            let message = format!(
                "ags {} of {} is already that of {} in line {}",
                shown(&kommune.ags.value),
                shown(&kommune.label.value),
                shown(&first.label.value),
                first.ags.place.line,
            );
            report.push(
                Problem::error("KB114", message)
                    .at(kommune.ags.place.clone())
                    .hint("remove one of the rows or correct its key"),
            );
        } else {
            seen.insert(&kommune.ags.value, kommune);
        }
    }
}

fn ags_lies_in_its_land(data: &Data, report: &mut Report) {
    for kommune in &data.kommunen {
        let (ags, land) = (&kommune.ags, kommune.land.value);
        if ags.value.len() == 5 && !ags.value.starts_with(land.key) {
            let message = format!(
                "{} is said to lie in {}, whose keys begin with {}; its ags is {}",
                shown(&kommune.label.value),
                land.name,
                land.key,
                shown(&ags.value),
            );
            report.push(
                Problem::error("KB116", message).at(kommune.land.place.clone()).hint("correct the state or the ags"),
            );
        }
    }
}

fn labels_unique(data: &Data, report: &mut Report) {
    let mut seen: BTreeMap<String, &Kommune> = BTreeMap::new();
    for kommune in &data.kommunen {
        if let Some(first) = seen.insert(match_key(&kommune.label.value), kommune) {
            let message =
                format!("label `{}` also stands in line {}", shown(&kommune.label.value), first.label.place.line);
            report.push(
                Problem::warning("KB122", message)
                    .at(kommune.label.place.clone())
                    .hint("readers cannot tell the two apart"),
            );
        }
    }
}

fn values_in_range(data: &Data, report: &mut Report) {
    for (kommune, at, value, place) in known_values(data) {
        let indicator = &data.indicators[at];
        if let Some((low, high)) = indicator.range
            && (value < low || value > high)
        {
            let message = format!(
                "{} of {} is {value}, which cannot be: it lies between {low} and {high}",
                indicator.key,
                shown(&kommune.label.value),
            );
            report.push(
                Problem::error("KB117", message)
                    .at(place.clone())
                    .hint("correct the value, or the range in data/indicators.toml"),
            );
        }
    }
}

fn values_printed_in_full(data: &Data, report: &mut Report) {
    for (kommune, at, value, place) in known_values(data) {
        let indicator = &data.indicators[at];
        if rounded(value, indicator.decimals) != value {
            let message = format!(
                "{} of {} is {value}, but only {} decimals are printed",
                indicator.key,
                shown(&kommune.label.value),
                indicator.decimals,
            );
            report.push(
                Problem::warning("KB120", message)
                    .at(place.clone())
                    .hint("raise decimals in data/indicators.toml, or round the value"),
            );
        }
    }
}

/// An indicator that is the ratio of two others must be that in every row, to the last printed digit.
fn ratios_recomputed(data: &Data, report: &mut Report) {
    for (kommune, at, _, place) in known_values(data) {
        let indicator = &data.indicators[at];
        let Aggregate::Ratio(top, bottom) = indicator.aggregate else { continue };
        if let Some((value, computed)) = ratio_deviation(data, kommune, at) {
            let message = format!(
                "{} of {} is {value}, but {} / {} is {computed} (difference {})",
                indicator.key,
                shown(&kommune.label.value),
                data.indicators[top].key,
                data.indicators[bottom].key,
                value - computed,
            );
            report.push(
                Problem::warning("KB118", message)
                    .at(place.clone())
                    .hint("one of the three values is wrong or rounded differently"),
            );
        }
    }
}

/// A value of an indicator that is the ratio of two others, and that ratio as it would be printed, when
/// the two differ; `None` when they agree, cannot be compared, or the indicator is no ratio.
pub fn ratio_deviation(data: &Data, kommune: &Kommune, at: usize) -> Option<(Decimal, Decimal)> {
    let indicator = &data.indicators[at];
    let Aggregate::Ratio(top, bottom) = indicator.aggregate else { return None };
    let (value, above, below) = (kommune.values[at].value?, kommune.values[top].value?, kommune.values[bottom].value?);
    if below.is_zero() {
        return None;
    }
    let computed = rounded(above / below, indicator.decimals);
    (value != computed).then_some((value, computed))
}

fn terms_in_order(data: &Data, report: &mut Report) {
    for kommune in &data.kommunen {
        if let (Some(since), Some(until)) = (kommune.in_office_since.value, kommune.elected_until.value)
            && until < since
        {
            let message =
                format!("the term of {} ends in {until}, before it begins in {since}", shown(&kommune.head.value));
            report.push(
                Problem::error("KB119", message)
                    .at(kommune.elected_until.place.clone())
                    .hint("correct in_office_since or elected_until"),
            );
        }
    }
}

fn practice_of_known_kommunen(data: &Data, report: &mut Report) {
    for example in &data.practice {
        if !data.kommunen.iter().any(|k| k.ags.value == example.ags.value) {
            let message =
                format!("practice example of ags `{}`, which is not in kommunen.csv", shown(&example.ags.value));
            report.push(Problem::warning("KB133", message).at(example.ags.place.clone()).hint("it is left out"));
        }
    }
}

/// A text that is no part of the brochure is printed nowhere.
fn texts_are_printed(data: &Data, report: &mut Report) {
    let parts: Vec<&str> = data.edition.parts.iter().map(|part| part.value.as_str()).collect();
    for text in data.texts.iter().filter(|text| !parts.contains(&text.name.as_str())) {
        let message = format!("the text `{}` is no part of the brochure and is printed nowhere", text.name);
        let problem = Problem::warning("KB158", message).at(text.place.clone());
        report.push(
            problem
                .did_you_mean(&text.name, parts.iter().copied())
                .hint(format!("list \"{}\" under [brochure] parts in edition.toml, or delete the file", text.name)),
        );
    }
}

/// A link to the card of a Kommune that is not there would lead nowhere.
fn links_to_known_kommunen(data: &Data, report: &mut Report) {
    for ags in data.texts.iter().flat_map(Prose::kommunen) {
        if !data.kommunen.iter().any(|k| k.ags.value == ags.value) {
            let message = format!("the link leads to ags `{}`, which is not in kommunen.csv", shown(&ags.value));
            let problem = Problem::error("KB157", message).at(ags.place.clone());
            let near = nearest(&ags.value, data.kommunen.iter().map(|k| k.ags.value.as_str()));
            report.push(match data.kommunen.iter().find(|k| near == Some(k.ags.value.as_str())) {
                Some(k) => problem.hint(format!("did you mean `{}`, {}?", k.ags.value, shown(&k.label.value))),
                None => problem.hint("write kommune: and the AGS of a row, for example kommune:08426"),
            });
        }
    }
}

/// One message for all: an edition without geometry for hundreds of Kommunen is one fault, not hundreds.
fn boundaries_of_all(data: &Data, report: &mut Report) {
    if data.boundaries.kreise.is_empty() {
        return;
    }
    let known: BTreeSet<&str> = data.boundaries.kreise.iter().map(|shape| shape.key.as_str()).collect();
    let mut missing = data.kommunen.iter().filter(|k| !known.contains(k.ags.value.as_str()));
    if let Some(first) = missing.next() {
        let others = match missing.count() {
            0 => String::new(),
            1 => ", nor has one other".to_owned(),
            n => format!(", nor have {n} others"),
        };
        let message = format!("{} has no boundary in data/geo{others}", shown(&first.label.value));
        report.push(Problem::warning("KB123", message).at(first.ags.place.clone()).hint("its fact sheet has no map"));
    }
}

fn known_values(data: &Data) -> impl Iterator<Item = (&Kommune, usize, Decimal, &crate::diag::Place)> {
    data.kommunen.iter().flat_map(|kommune| {
        kommune
            .values
            .iter()
            .enumerate()
            .filter_map(move |(at, number)| Some((kommune, at, number.value?, &number.place)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Pantry;
    use crate::load::load;

    fn edition(change: impl Fn(String) -> String) -> Result<Checked> {
        let path = "data/2017/kommunen.csv";
        let text = Pantry::embedded().text(path).expect("the table").to_owned();
        let pantry = Pantry::with_files([(path.to_owned(), change(text).into_bytes())]);
        check(load(&pantry, "2017").expect("loads"))
    }

    fn ids(result: Result<Checked>) -> Vec<&'static str> {
        let report = result.map_or_else(|report| report, |checked| checked.warnings);
        report.problems().iter().map(|p| p.id).collect()
    }

    #[test]
    fn the_shipped_edition_has_no_errors() {
        assert!(edition(|t| t).is_ok());
    }

    #[test]
    fn each_rule_finds_what_it_is_for() {
        let base = ids(edition(|t| t));
        for (from, to, id) in [
            ("08118,Ludwigsburg", "08111,Ludwigsburg", "KB114"),
            ("08118,Ludwigsburg", "8118,Ludwigsburg", "KB115"),
            ("08118,Ludwigsburg", "09118,Ludwigsburg", "KB116"),
            ("534074,778,3.46", "534074,778,103.46", "KB117"),
            ("534074,778,3.46", "534074,777,3.46", "KB118"),
            ("parteilos,1996,2020", "parteilos,2021,2020", "KB119"),
            ("534074,778,3.46", "534074,778,3.466", "KB120"),
            ("Dr. Rainer Haas", "Dr.  Rainer Haas", "KB121"),
            ("Landkreis Ludwigsburg", "Ostalbkreis", "KB122"),
            ("Dr. Rainer Haas", "Dr. Rainer\u{202e} Haas", "KB112"),
        ] {
            let found = ids(edition(|t| t.replace(from, to)));
            // A wrong AGS is also one without a boundary.
            let new: Vec<_> = found.iter().filter(|id| !base.contains(id) && **id != "KB123").collect();
            assert_eq!(new, [&id], "{from} -> {to}: {found:?}");
        }
    }

    #[test]
    fn absurd_lengths_are_refused() {
        let found = ids(edition(|t| t.replace("Landkreis Ludwigsburg", &"x".repeat(5000))));
        assert!(found.contains(&"KB113"));
    }
}
