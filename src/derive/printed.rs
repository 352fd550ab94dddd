//! What was printed before against what the rows make: totals, rankings, key figures, facts of practice
//! examples. Deviations as data; nothing is corrected.
//!
//! All of it is about all Kommunen of an edition: with a part of them in scope nothing is compared.

use std::ops::RangeInclusive;

use chrono::Datelike;
use rust_decimal::Decimal;

use crate::german::{kommunen_named, month_named, parsed, rounded};
use crate::model::{Aggregate, Data, End, Fact, KeyFigure, Land, Place, PrintedRanking, Stand};

use super::Facts;

/// Everything printed before that is not what the rows make.
#[derive(Debug, Default)]
pub struct Printed {
    /// State totals, in the order of their file.
    pub totals: Vec<TotalDeviation>,
    /// Rankings, in the order of their file.
    pub rankings: Vec<RankingDeviation>,
    /// National key figures, in the order of their file.
    pub key_figures: Vec<KeyFigureDeviation>,
    /// Facts of practice examples, in the order of their file.
    pub practice: Vec<PracticeDeviation>,
}

/// A printed state total that is not that of the rows.
#[derive(Debug, Clone)]
pub struct TotalDeviation {
    /// The Land.
    pub land: &'static Land,
    /// The indicator's position; `None` for the number of Kommunen.
    pub indicator: Option<usize>,
    /// As printed.
    pub printed: Decimal,
    /// Of the rows, rounded as the indicator is printed.
    pub computed: Decimal,
    /// Where the printed total stands.
    pub place: Place,
    /// What the size of the difference suggests; `None` = nothing.
    pub reason: Option<Reason>,
}

/// What the size of a difference suggests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Rounded to the decimals printed, the rows make the printed total.
    Coarser,
    /// Rounding of the rows alone can make up to so much.
    Rounding(Decimal),
    /// It has the size of one Kommune: the differences of the indicators at these positions.
    OneKommune(Vec<(usize, Decimal)>),
}

/// Something in a printed ranking that is not as the rows have it.
#[derive(Debug, Clone)]
pub struct RankingDeviation {
    /// Position of the list in [`Data::printed_rankings`].
    pub list: usize,
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub fault: RankingFault,
}

/// What is wrong with an entry of a printed ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RankingFault {
    /// The label is no Kommune's, or that of several.
    Label {
        /// As printed.
        label: String,
        /// Positions of the Kommunen that have that label; none or several.
        named: Vec<usize>,
        /// The one that position and value, and if they are those of several the name, leave; `None` when none
        /// does. Its absence is not told again.
        meant: Option<usize>,
    },
    /// The value is not that of the row at the decimals printed.
    Value {
        /// Position of the Kommune.
        kommune: usize,
        /// As printed.
        printed: Decimal,
        /// That of the row; `None` when the row has none.
        row: Option<Decimal>,
    },
    /// The position is not that which the rows make.
    Position {
        /// Position of the Kommune.
        kommune: usize,
        /// The rank as printed, counted from the end the list is about.
        printed: u32,
        /// The ranks the rows make: several for a tie.
        ranks: RangeInclusive<u32>,
    },
    /// A Kommune that belongs in the list is not there.
    Missing {
        /// Position of the Kommune.
        kommune: usize,
        /// Its ranks.
        ranks: RangeInclusive<u32>,
    },
    /// A Kommune that does not belong in the list is there. One without a value is told by that.
    Stranger {
        /// Position of the Kommune.
        kommune: usize,
        /// The first of its ranks.
        rank: u32,
        /// How many ranks the list has.
        length: u32,
    },
    /// A Kommune stands there twice.
    Twice {
        /// Position of the Kommune.
        kommune: usize,
    },
}

/// A printed key figure that is not what the rows make.
#[derive(Debug, Clone)]
pub struct KeyFigureDeviation {
    /// Its path in `eckwerte.toml`.
    pub path: String,
    /// As printed.
    pub printed: Decimal,
    /// Of the rows, rounded to the decimals printed.
    pub computed: Decimal,
    /// Decimal places printed.
    pub decimals: u32,
    /// How the rows make it.
    pub figure: KeyFigureOf,
    /// Where it stands.
    pub place: Place,
}

/// A key figure the rows can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFigureOf {
    /// The number of Kommunen.
    Kommunen,
    /// The number of Länder that are no cities and have Kommunen.
    Laender,
    /// The sum of an indicator, in millions (its position).
    Millions(usize),
    /// The sum of a rate in per cent times the number it is of, in millions (their positions).
    ShareMillions(usize, usize),
    /// The mean of an indicator over all rows (its position), by its own rule.
    Mean(usize),
}

/// A fact of a practice example that is not as the row has it.
#[derive(Debug, Clone)]
pub struct PracticeDeviation {
    /// Position of the Kommune.
    pub kommune: usize,
    /// Position of the indicator.
    pub indicator: usize,
    /// What the fact says it counts.
    pub what: String,
    /// As printed.
    pub printed: Decimal,
    /// That of the row, rounded to the decimals printed.
    pub row: Decimal,
    /// Where the fact stands.
    pub place: Place,
}

/// Compares everything that was printed with the rows. `facts` are those about all Kommunen.
pub fn printed(facts: &Facts<'_>) -> Printed {
    if facts.scope.len() < facts.data.kommunen.len() {
        return Printed::default();
    }
    Printed {
        totals: totals(facts),
        rankings: rankings(facts.data),
        key_figures: key_figures(facts),
        practice: practice(facts.data),
    }
}

// ---- totals

fn totals(facts: &Facts<'_>) -> Vec<TotalDeviation> {
    let data = facts.data;
    let mut all = Vec::new();
    for printed in &data.printed_laender {
        let Some(land) = facts.laender.iter().find(|l| l.land == printed.land.value) else { continue };
        let counted = (None, &printed.kommunen, Some(Decimal::from(land.members.len())));
        let totals = printed.values.iter().map(|(at, number)| (Some(*at), number, land.summaries[*at].aggregate));
        let mut found = Vec::new();
        for (indicator, number, computed) in std::iter::once(counted).chain(totals) {
            let (Some(printed_value), Some(computed)) = (number.value, computed) else { continue };
            let decimals = indicator.map_or(0, |at| data.indicators[at].decimals);
            let computed = rounded(computed, decimals);
            if printed_value != computed {
                let reason = rounding(printed_value, computed, land.members.len(), indicator.is_some());
                let place = number.place.clone();
                found.push(TotalDeviation {
                    land: land.land,
                    indicator,
                    printed: printed_value,
                    computed,
                    place,
                    reason,
                });
            }
        }
        let compared: Vec<usize> =
            printed.values.iter().filter(|(_, number)| number.value.is_some()).map(|(at, _)| *at).collect();
        one_kommune(data, &compared, &mut found);
        all.extend(found);
    }
    all
}

/// What rounding can explain: the total printed coarser than the rows, or rows rounded one by one.
fn rounding(printed: Decimal, computed: Decimal, rows: usize, measured: bool) -> Option<Reason> {
    if !measured {
        return None; // Kommunen are counted, not rounded.
    }
    let scale = printed.scale();
    if rounded(computed, scale) == printed {
        return Some(Reason::Coarser);
    }
    let most = Decimal::new(5, scale + 1) * Decimal::from(rows);
    (scale > 0 && (printed - computed).abs() <= most).then_some(Reason::Rounding(most))
}

/// Marks the differences of a Land that one Kommune more or less explains: each lies between the smallest and
/// the largest value of the table, all have one sign, and where two make a ratio, it is one the table knows
/// too. A sum that was compared and agrees speaks against it when it makes a ratio with one that does not.
fn one_kommune(data: &Data, compared: &[usize], found: &mut [TotalDeviation]) {
    let sums: Vec<(usize, Decimal)> = found
        .iter()
        .filter(|deviation| deviation.reason.is_none())
        .filter_map(|deviation| Some((deviation.indicator?, deviation.printed - deviation.computed)))
        .filter(|(at, _)| data.indicators[*at].aggregate == Aggregate::Sum)
        .collect();
    let range_of = |values: &dyn Fn(usize) -> Option<Decimal>| -> Option<(Decimal, Decimal)> {
        let values: Vec<Decimal> = (0..data.kommunen.len()).filter_map(values).collect();
        Some((*values.iter().min()?, *values.iter().max()?))
    };
    let within = |n: Decimal, range: Option<(Decimal, Decimal)>| range.is_some_and(|(low, high)| low <= n && n <= high);
    let value = |k: usize, at: usize| data.kommunen[k].values[at].value;
    let plausible = |(at, off): &(usize, Decimal)| within(off.abs(), range_of(&|k| value(k, *at)));
    for &(at, off) in sums.iter().filter(|sum| plausible(sum)) {
        let mut together = vec![(at, off)];
        let mut fits = true;
        for indicator in &data.indicators {
            let Aggregate::Ratio(top, bottom) = indicator.aggregate else { continue };
            let partner = if top == at { bottom } else { top };
            if (top != at && bottom != at) || top == bottom || !compared.contains(&partner) {
                continue;
            }
            let Some(&(_, other)) = sums.iter().find(|sum| sum.0 == partner && plausible(sum)) else {
                fits = false;
                continue;
            };
            let (above, below) = if top == at { (off, other) } else { (other, off) };
            let ratios = range_of(&|k| value(k, top)?.checked_div(value(k, bottom)?));
            fits &= off.is_sign_negative() == other.is_sign_negative()
                && above.checked_div(below).is_some_and(|ratio| within(ratio, ratios));
            together.push((partner, other));
        }
        if fits {
            together.sort_by_key(|(at, _)| *at);
            together.dedup();
            let amounts = together.into_iter().map(|(at, off)| (at, off.abs())).collect();
            if let Some(deviation) = found.iter_mut().find(|deviation| deviation.indicator == Some(at)) {
                deviation.reason = Some(Reason::OneKommune(amounts));
            }
        }
    }
}

// ---- rankings

fn rankings(data: &Data) -> Vec<RankingDeviation> {
    let mut found = Vec::new();
    for (list, ranking) in data.printed_rankings.iter().enumerate() {
        for (place, fault) in ranking_faults(data, ranking) {
            found.push(RankingDeviation { list, place, fault });
        }
    }
    found
}

/// A line of a printed ranking: what the comparison needs of it.
#[derive(Debug, Clone)]
struct Line {
    /// The position as printed.
    position: u32,
    /// The Kommune; `None` when the label is nobody's.
    kommune: Option<usize>,
    /// The value as printed.
    value: Option<Decimal>,
}

fn ranking_faults(data: &Data, ranking: &PrintedRanking) -> Vec<(Place, RankingFault)> {
    let values: Vec<Option<Decimal>> = data.kommunen.iter().map(|k| k.values[ranking.indicator].value).collect();
    let named: Vec<Vec<usize>> = ranking.entries.iter().map(|e| kommunen_named(&e.label.value, data)).collect();
    let mut lines: Vec<Option<Line>> = ranking
        .entries
        .iter()
        .zip(&named)
        .map(|(entry, named)| {
            let kommune = if let [one] = named.as_slice() { Some(*one) } else { None };
            Some(Line { position: entry.position.value?, kommune, value: entry.value.value })
        })
        .collect();
    let known: Vec<Line> = lines.iter().flatten().cloned().collect();
    let length =
        known.iter().map(|line| line.position).max().unwrap_or(0).max(u32::try_from(known.len()).unwrap_or(u32::MAX));
    let reversed = is_reversed(&known, ranking.end);
    let ranks = Ranks::new(&values, ranking.end);
    let rank_of = |line: &Line| if reversed { length + 1 - line.position } else { line.position };
    let mut faults: Vec<(Place, RankingFault)> = Vec::new();

    // Labels nobody has, or several: position and value may tell who is meant.
    for (at, entry) in ranking.entries.iter().enumerate() {
        if named[at].len() == 1 {
            continue;
        }
        let meant = lines[at].as_ref().and_then(|line| {
            let taken: Vec<usize> = lines.iter().flatten().filter_map(|line| line.kommune).collect();
            let free =
                (0..values.len()).filter(|k| !taken.contains(k) && (named[at].is_empty() || named[at].contains(k)));
            let fits = |k: &usize| {
                let value =
                    values[*k].zip(line.value).is_some_and(|(row, printed)| rounded(row, printed.scale()) == printed);
                value && ranks.of(*k).is_some_and(|ranks| ranks.contains(&rank_of(line)))
            };
            let fitting: Vec<usize> = free.filter(fits).collect();
            let by_name =
                || fitting.iter().copied().filter(|k| entry.label.value.contains(&data.kommunen[*k].name.value));
            match fitting.as_slice() {
                [one] => Some(*one),
                _ => Some(by_name().next()?).filter(|_| by_name().count() == 1),
            }
        });
        if let (Some(line), Some(_)) = (&mut lines[at], meant) {
            line.kommune = meant;
        }
        let label = entry.label.value.clone();
        faults.push((entry.label.place.clone(), RankingFault::Label { label, named: named[at].clone(), meant }));
    }

    let mut seen: Vec<usize> = Vec::new();
    let mut members: Vec<(usize, u32)> = Vec::new(); // Kommune and printed rank of those that belong.
    for (entry, line) in ranking.entries.iter().zip(&lines) {
        let Some((line, kommune)) = line.as_ref().and_then(|line| Some((line, line.kommune?))) else { continue };
        if seen.contains(&kommune) {
            faults.push((entry.label.place.clone(), RankingFault::Twice { kommune }));
            continue;
        }
        seen.push(kommune);
        if let Some(printed) = line.value
            && values[kommune].is_none_or(|row| rounded(row, printed.scale()) != printed)
        {
            faults.push((entry.value.place.clone(), RankingFault::Value { kommune, printed, row: values[kommune] }));
        }
        match ranks.of(kommune) {
            Some(range) if *range.start() <= length => members.push((kommune, rank_of(line))),
            Some(ranks) => {
                let rank = *ranks.start();
                faults.push((entry.label.place.clone(), RankingFault::Stranger { kommune, rank, length }));
            }
            None => {}
        }
    }
    let places: Vec<(usize, &Place)> = ranking
        .entries
        .iter()
        .zip(&lines)
        .filter_map(|(entry, line)| Some((line.as_ref()?.kommune?, &entry.position.place)))
        .collect();
    for (kommune, printed) in displaced(&members, &values, ranking.end) {
        let (Some(ranks), Some((_, place))) = (ranks.of(kommune), places.iter().find(|(k, _)| *k == kommune)) else {
            continue;
        };
        if !ranks.contains(&printed) {
            faults.push(((*place).clone(), RankingFault::Position { kommune, printed, ranks }));
        }
    }
    // A line nobody can read may be the one that seems to be missing.
    let unread = lines.iter().filter(|line| line.is_none()).count();
    if unread == 0 {
        let mut missing: Vec<usize> = (0..values.len())
            .filter(|k| !seen.contains(k) && ranks.of(*k).is_some_and(|range| *range.end() <= length))
            .collect();
        missing.sort_by_key(|k| ranks.of(*k).map(|range| *range.start()));
        for kommune in missing {
            if let Some(ranks) = ranks.of(kommune) {
                faults.push((ranking.name.place.clone(), RankingFault::Missing { kommune, ranks }));
            }
        }
    }
    faults
}

/// The ranks of values from one end; a tie has as many as it has members.
struct Ranks<'a> {
    values: &'a [Option<Decimal>],
    sorted: Vec<Decimal>,
    end: End,
}

impl<'a> Ranks<'a> {
    fn new(values: &'a [Option<Decimal>], end: End) -> Self {
        let mut sorted: Vec<Decimal> = values.iter().flatten().copied().collect();
        sorted.sort_unstable_by(|a, b| if end == End::Highest { b.cmp(a) } else { a.cmp(b) });
        Self { values, sorted, end }
    }

    fn of(&self, k: usize) -> Option<RangeInclusive<u32>> {
        let value = self.values[k]?;
        let before = |other: &Decimal| if self.end == End::Highest { *other > value } else { *other < value };
        let first = self.sorted.partition_point(before);
        let ties = self.sorted[first..].partition_point(|other| *other == value);
        let rank = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some(rank(first + 1)..=rank(first + ties))
    }
}

/// Whether a list is printed from its last rank to its first: more of its values go the other way than go its
/// own.
fn is_reversed(lines: &[Line], end: End) -> bool {
    let mut values: Vec<(u32, Decimal)> = lines.iter().filter_map(|line| Some((line.position, line.value?))).collect();
    values.sort_by_key(|(position, _)| *position);
    let steps =
        |up: bool| values.windows(2).filter(|two| if up { two[1].1 > two[0].1 } else { two[1].1 < two[0].1 }).count();
    match end {
        End::Highest => steps(true) > steps(false),
        End::Lowest => steps(false) > steps(true),
    }
}

/// The members of a list (Kommune, printed rank) that do not stand where their values put them among
/// themselves. Members of a tie may stand in any order.
fn displaced(members: &[(usize, u32)], values: &[Option<Decimal>], end: End) -> Vec<(usize, u32)> {
    let mut printed = members.to_vec();
    printed.sort_by_key(|(_, rank)| *rank);
    let mut sorted = printed.clone();
    sorted.sort_by(
        |(a, _), (b, _)| if end == End::Highest { values[*b].cmp(&values[*a]) } else { values[*a].cmp(&values[*b]) },
    );
    printed
        .iter()
        .zip(&sorted)
        .filter(|((here, _), (due, _))| values[*here] != values[*due])
        .map(|(member, _)| *member)
        .collect()
}

// ---- key figures

/// Länder that are cities: not Flächenländer.
const CITIES: [&str; 3] = ["02", "04", "11"];

fn key_figures(facts: &Facts<'_>) -> Vec<KeyFigureDeviation> {
    let figures = facts.data.key_figures.numbers.iter();
    figures.filter_map(|figure| key_figure(facts, figure)).collect()
}

fn key_figure(facts: &Facts<'_>, figure: &KeyFigure) -> Option<KeyFigureDeviation> {
    let of = figure_of(&figure.path, facts.data)?;
    let decimals = figure.value.value.scale();
    let computed = rounded(made(facts, of)?, decimals);
    (computed != figure.value.value).then(|| KeyFigureDeviation {
        path: figure.path.clone(),
        printed: figure.value.value,
        computed,
        decimals,
        figure: of,
        place: figure.value.place.clone(),
    })
}

/// What a key figure says of the rows; `None` for one they cannot make.
fn figure_of(path: &str, data: &Data) -> Option<KeyFigureOf> {
    let name = path.strip_prefix("gedruckt.")?;
    Some(match name {
        "kommunale_jobcenter" => KeyFigureOf::Kommunen,
        "flaechenlaender" => KeyFigureOf::Laender,
        "einwohner_mio" => KeyFigureOf::Millions(data.indicator("population")?),
        "leistungsberechtigte_mio" => {
            KeyFigureOf::ShareMillions(data.indicator("sgb2_quote")?, data.indicator("population")?)
        }
        _ => {
            let at = data.indicator(name.strip_suffix("_prozent.optionskommunen")?)?;
            matches!(data.indicators[at].aggregate, Aggregate::WeightedMean(_)).then_some(KeyFigureOf::Mean(at))?
        }
    })
}

/// A key figure from the rows; `None` when a row lacks a value it needs: a part is not the whole.
fn made(facts: &Facts<'_>, of: KeyFigureOf) -> Option<Decimal> {
    let data = facts.data;
    let million = Decimal::from(1_000_000);
    let column = |at: usize| data.kommunen.iter().map(move |k| k.values[at].value);
    let whole = |at: usize| Some(&facts.indicators[at].all).filter(|all| !all.is_partial());
    match of {
        KeyFigureOf::Kommunen => Some(Decimal::from(data.kommunen.len())),
        KeyFigureOf::Laender => {
            Some(Decimal::from(facts.laender.iter().filter(|land| !CITIES.contains(&land.land.key)).count()))
        }
        KeyFigureOf::Millions(at) => Some(column(at).sum::<Option<Decimal>>()? / million),
        KeyFigureOf::ShareMillions(rate, of) => {
            let people: Option<Decimal> = column(rate).zip(column(of)).map(|(rate, of)| Some(rate? * of?)).sum();
            Some(people? / Decimal::ONE_HUNDRED / million)
        }
        KeyFigureOf::Mean(at) => whole(at)?.aggregate,
    }
}

// ---- practice

fn practice(data: &Data) -> Vec<PracticeDeviation> {
    let mut found = Vec::new();
    for example in &data.practice {
        let Some(k) = data.kommunen.iter().position(|k| k.ags.value == example.ags.value) else { continue };
        for fact in &example.facts {
            let Some((at, printed)) = said_of_row(fact, data) else { continue };
            let Some(value) = data.kommunen[k].values[at].value else { continue };
            let row = rounded(value, printed.scale());
            if row != printed {
                found.push(PracticeDeviation {
                    kommune: k,
                    indicator: at,
                    what: fact.what.clone(),
                    printed,
                    row,
                    place: fact.text.place.clone(),
                });
            }
        }
    }
    found
}

/// The indicator a fact is about and the number it gives for the Stand; `None` when it speaks of something
/// else, of another date, or only roughly (`über 50 %`).
fn said_of_row(fact: &Fact, data: &Data) -> Option<(usize, Decimal)> {
    let names = data.indicators.iter().enumerate().filter_map(|(at, indicator)| {
        let rest = fact.what.strip_prefix(&indicator.label)?;
        (!rest.starts_with(char::is_alphanumeric)).then_some((at, rest))
    });
    let (at, rest) = names.min_by_key(|(_, rest)| rest.len())?;
    is_of_stand(rest, data.edition.stand).then_some(())?;
    let text = fact.text.value.rsplit('→').next().unwrap_or_default();
    let number = text.trim().strip_suffix(&data.indicators[at].unit)?.trim();
    Some((at, parsed(number)?))
}

/// Whether what follows the label of an indicator names no other date than the Stand, and nothing that would
/// make it another figure (`der unter 25-Jährigen`). Of several dates the last counts: it is that of the last
/// number.
fn is_of_stand(rest: &str, stand: Stand) -> bool {
    let mut month: Option<u32> = None;
    let mut last = true;
    for word in rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '/')).filter(|w| !w.is_empty())
    {
        let year = word.parse::<i32>().ok().filter(|year| word.len() == 4 && (1900..=2200).contains(year));
        if let Some(year) = year {
            last = year == stand.date.year() && month.is_none_or(|month| month == stand.date.month());
            month = None;
        } else if let Some(named) = month_named(word) {
            month = Some(named);
            last = named == stand.date.month();
        } else {
            match word {
                "heute" | "derzeit" | "aktuell" => last = true,
                "und" | "im" | "Stand" => {}
                // Who says so, not what.
                "laut" => break,
                _ => return false,
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::check::check;
    use crate::derive::derive;
    use crate::load::load;
    use proptest::prelude::*;

    fn with<T>(changes: &[(&str, &str, &str)], look: impl FnOnce(&Data, Printed) -> T) -> T {
        let embedded = Assets::embedded();
        let mut files: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
        for (file, from, to) in changes {
            let path = format!("data/2017/{file}");
            let text = files.entry(path.clone()).or_insert_with(|| embedded.text(&path).expect("the file").to_owned());
            assert!(text.contains(from), "{from}");
            *text = text.replacen(from, to, 1);
        }
        let assets = Assets::with_files(files.into_iter().map(|(path, text)| (path, text.into_bytes())));
        let checked = check(load(&assets, "2017").expect("loads")).expect("no errors");
        let all: Vec<usize> = (0..checked.data().kommunen.len()).collect();
        look(checked.data(), printed(&derive(&checked, &all)))
    }

    const LISTS: &str = "ranglisten_gedruckt.csv";

    fn faults(changes: &[(&str, &str, &str)]) -> Vec<String> {
        with(changes, |data, printed| {
            let name = |k: usize| data.kommunen[k].label.value.clone();
            let said = |deviation: &RankingDeviation| match &deviation.fault {
                RankingFault::Label { label, meant, .. } => format!("label {label} = {:?}", meant.map(name)),
                RankingFault::Value { kommune, printed, row } => format!("value {} {printed} {row:?}", name(*kommune)),
                RankingFault::Position { kommune, printed, ranks } => {
                    format!("position {} {printed} {ranks:?}", name(*kommune))
                }
                RankingFault::Missing { kommune, ranks } => format!("missing {} {ranks:?}", name(*kommune)),
                RankingFault::Stranger { kommune, rank, .. } => format!("stranger {} {rank}", name(*kommune)),
                RankingFault::Twice { kommune } => format!("twice {}", name(*kommune)),
            };
            printed.rankings.iter().map(said).collect()
        })
    }

    const LABEL: &str = "label Offenbach am Main = Some(\"Stadt Offenbach\")";
    const VALUE: &str = "value Landkreis Günzburg 1.9 Some(1.95)";

    #[test]
    fn the_shipped_lists_differ_in_one_label_and_one_value() {
        assert_eq!(faults(&[]), [LABEL, VALUE]);
    }

    #[test]
    fn swapped_positions_are_told_and_a_tie_may_swap() {
        let swap = [
            (LISTS, "hoechste,3,Landkreis Uckermark", "hoechste,4,Landkreis Uckermark"),
            (LISTS, "hoechste,4,Wuppertal", "hoechste,3,Wuppertal"),
        ];
        assert_eq!(
            faults(&swap),
            [LABEL, "position Stadt Wuppertal 3 4..=4", "position Landkreis Uckermark 4 3..=3", VALUE]
        );
        let tied = [swap[0], swap[1], ("kommunen.csv", "13.52", "13.78"), (LISTS, "\"13,5 %\"", "\"13,8 %\"")];
        assert_eq!(faults(&tied), [LABEL, VALUE]);
    }

    #[test]
    fn a_reversed_list_is_no_fault_but_a_swap_in_it_is() {
        let swap = [
            (LISTS, "schwaechste,9,Schweinfurt", "schwaechste,10,Schweinfurt"),
            (LISTS, "schwaechste,10,Kaufbeuren", "schwaechste,9,Kaufbeuren"),
        ];
        assert_eq!(
            faults(&swap),
            [LABEL, VALUE, "position Stadt Schweinfurt 1 2..=2", "position Stadt Kaufbeuren 2 1..=1"]
        );
    }

    #[test]
    fn who_is_missing_and_who_does_not_belong_is_told_without_the_shift() {
        let other = [(LISTS, "3,Landkreis Uckermark,\"13,8 %\"", "3,Burgenlandkreis,\"10,5 %\"")];
        assert_eq!(faults(&other), [LABEL, "stranger Burgenlandkreis 11", "missing Landkreis Uckermark 3..=3", VALUE]);
        let twice = [(LISTS, "hoechste,3,Landkreis Uckermark,\"13,8 %\"", "hoechste,3,Essen,\"15,3 %\"")];
        assert_eq!(faults(&twice), [LABEL, "twice Stadt Essen", "missing Landkreis Uckermark 3..=3", VALUE]);
    }

    #[test]
    fn an_unknown_label_that_nothing_tells_leaves_its_kommune_missing() {
        let odd = [(LISTS, "1,Offenbach am Main,\"15,6 %\"", "1,Posemuckel,\"15,7 %\"")];
        assert_eq!(faults(&odd), ["label Posemuckel = None", "missing Stadt Offenbach 1..=1", VALUE]);
        let two = [(LISTS, "1,Offenbach am Main", "1,Offenbach")];
        assert_eq!(faults(&two), ["label Offenbach = Some(\"Stadt Offenbach\")", VALUE]);
    }

    #[test]
    fn totals_know_what_their_difference_may_be() {
        let reasons = |changes: &[(&str, &str, &str)]| {
            with(changes, |data, printed| {
                let line = |total: &TotalDeviation| {
                    let key = total.indicator.map_or("kommunen", |at| data.indicators[at].key.as_str());
                    format!("{} {key} {:?}", total.land.short, total.reason)
                };
                printed.totals.iter().map(line).collect::<Vec<_>>()
            })
        };
        let one = "Some(OneKommune([(0, 73885), (1, 636.02)]))";
        let shipped = reasons(&[]);
        assert_eq!(
            shipped,
            [
                "BW area_km2 Some(Rounding(0.055))".to_owned(),
                format!("NI population {one}"),
                format!("NI area_km2 {one}"),
                "SH area_km2 Some(Coarser)".to_owned(),
            ]
        );
        // The area alone, while the inhabitants agree, is no Kommune; nor is one without inhabitants to speak of.
        let totals = "laender_gedruckt.csv";
        let alone = reasons(&[(totals, "2818782", "2744897")]);
        assert_eq!(alone[1], "NI area_km2 None");
        let empty = reasons(&[(totals, "20375.01", "22738.99")]);
        assert_eq!(empty[1..3], ["NI population None", "NI area_km2 None"], "25 on a km² is less than anywhere");
        let opposite = reasons(&[(totals, "20375.01", "19138.99")]);
        assert_eq!(opposite[1..3], ["NI population None", "NI area_km2 None"]);
        let counted = reasons(&[(totals, "Bayern,10,", "Bayern,11,")]);
        assert_eq!(counted[1], "BY kommunen None");
    }

    #[test]
    fn key_figures_are_made_where_rows_allow() {
        let found = |changes: &[(&str, &str, &str)]| {
            with(changes, |_, printed| {
                let line = |d: &KeyFigureDeviation| format!("{} {} {}", d.path, d.printed, d.computed);
                printed.key_figures.iter().map(line).collect::<Vec<_>>()
            })
        };
        let rates =
            ["gedruckt.alo_sgb3_prozent.optionskommunen 2.2 2.3", "gedruckt.alo_sgb2_prozent.optionskommunen 3.7 3.8"];
        assert_eq!(found(&[]), rates);
        let file = "eckwerte.toml";
        let more = found(&[
            (file, "kommunale_jobcenter = 104", "kommunale_jobcenter = 105"),
            (file, "einwohner_mio = 22.5", "einwohner_mio = 22.50"),
            (file, "leistungsberechtigte_mio = 1.5", "leistungsberechtigte_mio = 1.6"),
            (file, "flaechenlaender = 13", "flaechenlaender = 12"),
        ]);
        let expected = [
            "gedruckt.kommunale_jobcenter 105 104",
            "gedruckt.einwohner_mio 22.50 22.53",
            "gedruckt.leistungsberechtigte_mio 1.6 1.5",
            "gedruckt.flaechenlaender 12 13",
        ];
        assert_eq!(more[..4], expected);
        // A row without a value: a part is not the whole.
        assert_eq!(found(&[("kommunen.csv", "534074,778,3.46,1.8,1.8", "534074,778,3.46,,1.8")]), rates[..1]);
    }

    #[test]
    fn facts_are_compared_where_both_speak_of_the_same() {
        let found = |from: &str, to: &str| {
            with(&[("praxis.toml", from, to)], |_, printed| {
                printed.practice.iter().map(|d| format!("{} {}", d.printed, d.row)).collect::<Vec<_>>()
            })
        };
        let (text, heute) = ("text = \"5,0 → 3,4 %\"", "im SGB II, 2007 und heute");
        assert_eq!(found(heute, heute), ["3.4 3.9", "4.9 4.8"]);
        for skipped in [
            "im SGB II, heute und 2007",
            "im SGB II, 2007 und 2016",
            "im SGB II, 2007 und Mai 2017",
            "im SGB II der Frauen",
            "im SGB IIX",
            "",
        ] {
            assert_eq!(found(heute, skipped), ["4.9 4.8"], "{skipped}");
        }
        for compared in ["im SGB II", "im SGB II, 2007 und Juni 2017", "im SGB II im Juni 2017", "im SGB II (2017)"] {
            assert_eq!(found(heute, compared).len(), 2, "{compared}");
        }
        for skipped in ["über 3,4 %", "3,4–4,5 %", "3,4", "−3,4 %", "3,9 %", "4 %"] {
            assert_eq!(found(text, &format!("text = \"{skipped}\"")), ["4.9 4.8"], "{skipped}");
        }
    }

    proptest! {
        #[test]
        fn a_list_in_the_order_of_its_values_has_nobody_displaced(
            raw in proptest::collection::vec(0i64..12, 1..30), seed in any::<u64>()
        ) {
            let values: Vec<Option<Decimal>> = raw.iter().map(|n| Some(Decimal::from(*n))).collect();
            // Any order within a tie: sorted by value, then by a scrambled number.
            let scrambled = |k: usize| (k as u64).wrapping_mul(seed | 1).rotate_left(17);
            let mut order: Vec<usize> = (0..raw.len()).collect();
            order.sort_by_key(|k| (std::cmp::Reverse(raw[*k]), scrambled(*k)));
            let members: Vec<(usize, u32)> = order.iter().copied().zip(1..).collect();
            prop_assert_eq!(displaced(&members, &values, End::Highest), []);
            let ranks = Ranks::new(&values, End::Highest);
            for (k, rank) in &members {
                prop_assert!(ranks.of(*k).is_some_and(|ranks| ranks.contains(rank)));
            }
            let lines: Vec<Line> = members
                .iter()
                .map(|(k, rank)| Line { position: *rank, kommune: Some(*k), value: values[*k] })
                .collect();
            prop_assert!(!is_reversed(&lines, End::Highest));
            let differ = raw.iter().any(|n| *n != raw[0]);
            prop_assert_eq!(is_reversed(&lines, End::Lowest), differ);
        }

        #[test]
        fn two_that_change_places_are_the_two_displaced(
            raw in proptest::collection::btree_set(0i64..1000, 2..30), a in any::<u16>(), b in any::<u16>()
        ) {
            let values: Vec<Option<Decimal>> = raw.iter().map(|n| Some(Decimal::from(*n))).collect();
            let (a, b) = (usize::from(a) % raw.len(), usize::from(b) % raw.len());
            let mut order: Vec<usize> = (0..raw.len()).collect();
            order.swap(a, b);
            let members: Vec<(usize, u32)> = order.into_iter().zip(1..).collect();
            let mut found: Vec<usize> = displaced(&members, &values, End::Lowest).into_iter().map(|(k, _)| k).collect();
            found.sort_unstable();
            let mut expected = if a == b { vec![] } else { vec![a, b] };
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_printed_value_is_its_row_at_the_decimals_printed(raw in 0i64..1_000_000, scale in 0u32..4, shown in 0u32..4) {
            let row = Decimal::new(raw, scale);
            let printed = rounded(row, shown);
            let off = (row - printed).abs();
            prop_assert!(off <= Decimal::new(5, shown + 1));
            prop_assert!(off < Decimal::new(5, shown + 1) || printed.abs() >= row.abs(), "half goes away from zero");
        }
    }
}
