//! Rules about values: ranges, decimals, and values of a row that depend on each other.

use rust_decimal::Decimal;

use crate::diag::{Place, Problem, Report, shown};
use crate::german::rounded;
use crate::model::{Aggregate, Data, Kommune};

/// All values there are: the row, the indicator's position, the value, its place.
fn known_values(data: &Data) -> impl Iterator<Item = (&Kommune, usize, Decimal, &Place)> {
    data.kommunen.iter().flat_map(|kommune| {
        kommune
            .values
            .iter()
            .enumerate()
            .filter_map(move |(at, number)| Some((kommune, at, number.value?, &number.place)))
    })
}

/// A value lies in the range of its indicator.
pub fn values_in_range(data: &Data, report: &mut Report) {
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

/// At least one Kommune has a value of each indicator.
pub fn indicators_have_values(data: &Data, report: &mut Report) {
    for (at, indicator) in data.indicators.iter().enumerate() {
        if data.kommunen.iter().all(|kommune| kommune.values[at].value.is_none()) {
            let message = format!("no Kommune has a value of {}: every page prints it as not known", indicator.key);
            report.push(Problem::warning("KB159", message).at(data.edition.origin.clone()).hint(format!(
                "to print nothing of it, write it in edition.toml: not_measured = [\"{}\"]",
                indicator.key
            )));
        }
    }
}

/// A value has no more decimals than are printed.
pub fn values_printed_in_full(data: &Data, report: &mut Report) {
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
pub fn ratios_recomputed(data: &Data, report: &mut Report) {
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

/// A rate that in no sensible row exceeds another one (`at_most` of its indicator).
pub fn rates_within_others(data: &Data, report: &mut Report) {
    for (kommune, at, value, place) in known_values(data) {
        let indicator = &data.indicators[at];
        let Some(other) = indicator.at_most else { continue };
        let number = &kommune.values[other];
        let Some(limit) = number.value.filter(|limit| value > *limit) else { continue };
        let other = &data.indicators[other].key;
        let message = format!(
            "{} of {} is {value}, more than its {other} of {limit} (difference {})",
            indicator.key,
            shown(&kommune.label.value),
            value - limit,
        );
        report.push(
            Problem::warning("KB125", message)
                .at(place.clone())
                .hint(format!("look at both cells, {other} stands at {}", number.place))
                .hint("where that can be, delete at_most in data/indicators.toml"),
        );
    }
}
