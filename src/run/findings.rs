//! Deviations between earlier printed numbers and the rows, as problems: one function per kind.

use rust_decimal::Decimal;

use crate::derive::printed::{
    DeviationReason, KeyFigureDeviation, PracticeDeviation, PrintedDeviations, RankingDeviation, RankingFault,
    TotalDeviation,
};
use crate::diag::{Place, Problem, Report, nearest, shown};
use crate::german::{plain, rounded};
use crate::model::{Aggregate, Data, Kommune, LAENDER, Quantity, RowsRule};

/// Returns all deviations as warnings.
pub fn findings(data: &Data, printed: &PrintedDeviations) -> Report {
    let totals = printed.totals.iter().map(|found| total(data, found));
    let rankings = printed.rankings.iter().map(|found| ranking(data, printed, found));
    let key_figures = printed.key_figures.iter().map(|found| key_figure(data, found));
    let practice = printed.practice.iter().map(|found| fact(data, found));
    totals.chain(rankings).chain(key_figures).chain(practice).collect()
}

fn total(data: &Data, found: &TotalDeviation) -> Problem {
    let what = found.indicator.map_or("kommunen", |at| data.indicators[at].key.as_str());
    let message = format!(
        "the printed {what} of {} is {}, the rows make {} (difference {})",
        found.land.name,
        found.printed,
        found.computed,
        found.printed - found.computed,
    );
    let problem = Problem::warning("KB140", message).at(found.place.clone());
    let problem = match &found.reason {
        None => problem,
        Some(DeviationReason::Coarser) => {
            let decimals = match found.printed.scale() {
                0 => "no decimals".to_owned(),
                1 => "one decimal".to_owned(),
                n => format!("{n} decimals"),
            };
            problem.hint(format!(
                "the difference is rounding: it was printed with {decimals}, and the rows make the same so"
            ))
        }
        Some(DeviationReason::Rounding(most)) => {
            problem.hint(format!("the difference can be rounding: that of the rows makes up to {}", most.normalize()))
        }
        Some(DeviationReason::OneKommune(amounts)) => {
            let side = if found.printed > found.computed {
                "the rows may lack one that was counted"
            } else {
                "the rows may have one that was not counted"
            };
            problem.hint(format!("the difference has the size of one Kommune: {}; {side}", together(data, amounts)))
        }
    };
    problem.hint("pages print what the rows make; the brochure names both")
}

/// Returns for example `73885 inhabitants on 636.02 km²`.
fn together(data: &Data, amounts: &[(usize, Decimal)]) -> String {
    let amount = |(at, amount): &(usize, Decimal)| {
        let indicator = &data.indicators[*at];
        let unit = match indicator.unit.as_str() {
            "" if indicator.measures == Some(Quantity::Population) => "inhabitants",
            "" => &indicator.key,
            unit => unit,
        };
        format!("{amount} {unit}")
    };
    let words: Vec<String> = amounts.iter().map(amount).collect();
    let of_area = |at: usize| data.indicators[at].unit == "km²";
    let joint = if matches!(amounts, [_, (at, _)] if of_area(*at)) { " on " } else { ", " };
    words.join(joint)
}

fn ranking(data: &Data, printed: &PrintedDeviations, found: &RankingDeviation) -> Problem {
    let list = &data.printed_rankings[found.list];
    let name = shown(&list.name.value);
    let indicator = &data.indicators[list.indicator];
    let label = |k: usize| shown(&data.kommunen[k].label.value);
    let row = |k: usize| {
        let number = &data.kommunen[k].values[list.indicator];
        match number.value {
            Some(value) => format!("its row has {value}, {}", number.place),
            None => format!("its row has no value, {}", number.place),
        }
    };
    let at = |id, message: String| Problem::warning(id, message).at(found.place.clone());
    match &found.fault {
        RankingFault::Label { label: wanted, named, meant } => {
            let problem = match named.as_slice() {
                [] => at("KB138", format!("`{}` in {name} is the label of no Kommune", shown(wanted))),
                several => {
                    let all: Vec<String> = several.iter().map(|k| described(&data.kommunen[*k])).collect();
                    at("KB138", format!("`{}` in {name} is the name of several: {}", shown(wanted), all.join("; ")))
                }
            };
            match meant {
                Some(k) => problem.hint(format!("position and value are those of {}", described(&data.kommunen[*k]))),
                None if named.is_empty() => {
                    let names = data.kommunen.iter().flat_map(|k| [k.label.value.as_str(), k.name.value.as_str()]);
                    match nearest(wanted, names) {
                        Some(near) => problem.hint(format!("did you mean `{}`?", shown(near))),
                        None => problem.hint("write the label of its row; `kreisblatt list` shows all"),
                    }
                }
                None => problem.hint("write the label or the AGS of the one that is meant"),
            }
        }
        RankingFault::Value { kommune, printed, row: Some(value) } => {
            let decimals = printed.scale();
            let computed = rounded(*value, decimals);
            let message = format!(
                "the printed {} of {} in {name} is {printed}, the row makes {} (difference {})",
                indicator.key,
                label(*kommune),
                plain(computed, decimals),
                plain(printed - computed, decimals),
            );
            let is_half = (value - computed).abs() == Decimal::new(5, decimals + 1);
            let half = if is_half { "; half is rounded away from zero" } else { "" };
            at("KB141", message).hint(row(*kommune) + half)
        }
        RankingFault::Value { kommune, printed, row: None } => {
            let message = format!(
                "the printed {} of {} in {name} is {printed}, the row has none",
                indicator.key,
                label(*kommune)
            );
            at("KB141", message).hint(row(*kommune))
        }
        RankingFault::Position { kommune, printed, ranks } => {
            let first = i64::from(*ranks.start());
            let message = format!(
                "{} is printed as rank {printed} in {name}, the rows make rank {} (difference {})",
                label(*kommune),
                spoken(*ranks.start(), *ranks.end()),
                i64::from(*printed) - first,
            );
            at("KB142", message).hint(row(*kommune))
        }
        RankingFault::Missing { kommune, ranks } => {
            let message = format!(
                "{} is missing from {name}, the rows make it rank {}",
                label(*kommune),
                spoken(*ranks.start(), *ranks.end())
            );
            let problem = at("KB143", message).hint(row(*kommune));
            match unknown_label(printed, found.list) {
                Some(unknown) => problem.hint(format!("it may be the one printed as `{}`", shown(unknown))),
                None => problem,
            }
        }
        RankingFault::NotAMember { kommune, rank, length } => {
            let ranks = if *length == 1 { "1 rank".to_owned() } else { format!("{length} ranks") };
            let message =
                format!("{} does not belong in {name} of {ranks}, the rows make it rank {rank}", label(*kommune));
            at("KB143", message).hint(row(*kommune))
        }
        RankingFault::Twice { kommune } => {
            at("KB143", format!("{} stands twice in {name}", label(*kommune))).hint("one of the two is another Kommune")
        }
    }
}

/// Returns the first label in a list that matches no Kommune; `None` when all labels match.
fn unknown_label(printed: &PrintedDeviations, list: usize) -> Option<&str> {
    printed.rankings.iter().filter(|found| found.list == list).find_map(|found| {
        let RankingFault::Label { label, meant: None, .. } = &found.fault else { return None };
        Some(label.as_str())
    })
}

/// Returns `3`, or `3 to 5` for a tie.
fn spoken(first: u32, last: u32) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

fn described(kommune: &Kommune) -> String {
    format!("{} ({})", shown(&kommune.label.value), shown(&kommune.ags.value))
}

fn key_figure(data: &Data, found: &KeyFigureDeviation) -> Problem {
    let figure = &data.key_figures.numbers[found.figure];
    let printed = figure.value.value;
    let message = format!(
        "{} is printed as {printed}, the rows make {} (difference {})",
        figure.path,
        plain(found.computed, printed.scale()),
        plain(printed - found.computed, printed.scale()),
    );
    let key = |at: usize| data.indicators[at].key.as_str();
    let how = match &found.rule {
        RowsRule::Kommunen => "it is the number of rows".to_owned(),
        RowsRule::Laender { without } => {
            let names: Vec<&str> = without.iter().map(|land| land.name).collect();
            let which = match names.as_slice() {
                [] => String::new(),
                _ if LAENDER.iter().all(|land| land.is_city() == without.contains(&land)) => {
                    " that are no cities".to_owned()
                }
                names => format!(" without {}", names.join(", ")),
            };
            format!("it is the number of Länder with Kommunen{which}")
        }
        RowsRule::Sum { of, .. } => format!("it is the sum of {}", key(*of)),
        RowsRule::Share { rate, of, .. } => format!("it is the sum of {} x {}", key(*rate), key(*of)),
        RowsRule::Mean(at) => match data.indicators[*at].aggregate {
            Aggregate::WeightedMean(weight) => format!(
                "the rows' mean of {} is weighted by {}; a mean with other weights differs and can be right too",
                key(*at),
                key(weight)
            ),
            Aggregate::Sum | Aggregate::Ratio(..) | Aggregate::None => format!("it is the mean of {}", key(*at)),
        },
    };
    Problem::warning("KB144", message).at(figure.value.place.clone()).hint(how)
}

fn fact(data: &Data, found: &PracticeDeviation) -> Problem {
    let kommune = &data.kommunen[found.kommune];
    let number = &kommune.values[found.indicator];
    let decimals = found.printed.scale();
    let message = format!(
        "`{}` of {} is printed as {}, its row has {} {} (difference {})",
        shown(&found.what),
        shown(&kommune.label.value),
        found.printed,
        data.indicators[found.indicator].key,
        plain(found.row, decimals),
        plain(found.printed - found.row, decimals),
    );
    Problem::warning("KB145", message).at(found.place.clone()).hint(row_place(&number.place))
}

fn row_place(place: &Place) -> String {
    format!("the row stands at {place}; the card of the Kommune prints both")
}
