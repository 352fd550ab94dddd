//! Printed state totals against those of the rows.

use rust_decimal::Decimal;

use crate::derive::facts::Facts;
use crate::german::rounded;
use crate::model::{Aggregate, Data, Land, Place};

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
    pub reason: Option<DeviationReason>,
}

/// What the size of a difference suggests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviationReason {
    /// The total was printed with fewer decimals, and equals that of the rows when that is rounded likewise.
    Coarser,
    /// The rounding of the rows can add up to this much.
    Rounding(Decimal),
    /// It has the size of one Kommune: the differences, with the positions of their indicators.
    OneKommune(Vec<(usize, Decimal)>),
}

/// The printed totals that are not those of the rows, in the order of their file.
pub fn totals(facts: &Facts<'_>) -> Vec<TotalDeviation> {
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

/// Whether rounding explains a difference: the total has fewer decimals than the rows, or each row was rounded.
fn rounding(printed: Decimal, computed: Decimal, rows: usize, measured: bool) -> Option<DeviationReason> {
    if !measured {
        return None; // Kommunen are counted, not rounded.
    }
    let scale = printed.scale();
    if rounded(computed, scale) == printed {
        return Some(DeviationReason::Coarser);
    }
    let most = Decimal::new(5, scale + 1) * Decimal::from(rows);
    (scale > 0 && (printed - computed).abs() <= most).then_some(DeviationReason::Rounding(most))
}

/// Marks the differences of a Land that one Kommune more or less explains. Each must lie between the smallest and
/// the largest value of the table, all must have one sign, and the ratio of two must lie between those of the table. A
/// sum that differs is not marked when the other part of its ratio was compared and does not differ.
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
                deviation.reason = Some(DeviationReason::OneKommune(amounts));
            }
        }
    }
}
