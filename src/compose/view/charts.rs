//! Bar charts with their axes and alternative texts.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::derive::Facts;
use crate::model::{Axis, Data, Indicator, Place};
use crate::trace::Origin;

use super::fields::view;
use super::indicator::{cell, known, mean};

view! {
    /// Bars on one axis.
    pub struct ChartView {
        /// What the chart shows, for those who cannot see it.
        pub alt: String,
        /// Left end of the axis.
        pub min: FigureHandle,
        /// Right end of the axis.
        pub max: FigureHandle,
        /// Ticks, from left to right.
        pub ticks: Vec<FigureHandle>,
        /// The bars.
        pub bars: Vec<BarView>,
    }
}

view! {
    /// A bar with the means it is compared with.
    pub struct BarView {
        /// Name; empty when the bar is that of a year.
        pub label: String,
        /// The year it is that of; empty or one.
        pub year: Vec<FigureHandle>,
        /// Number.
        pub value: FigureHandle,
        /// Mean of the Land, drawn as a mark; a handle without a number draws none.
        pub land_mean: FigureHandle,
        /// Mean of all, likewise.
        pub mean: FigureHandle,
    }
}

view! {
    /// Bars in groups on one axis.
    pub struct GroupedBarsView {
        /// The axis, with all bars in the order of the groups.
        pub axis: ChartView,
        /// The groups.
        pub groups: Vec<BarGroupView>,
    }
}

view! {
    /// A group of bars.
    pub struct BarGroupView {
        /// Name.
        pub label: String,
        /// Its bars.
        pub bars: Vec<BarView>,
    }
}

/// Returns the axes of charts with their units, each with the indicators on it that the edition knows a value of.
fn axes(data: &Data) -> Vec<(Axis, &str, Vec<usize>)> {
    let mut axes: Vec<(Axis, &str, Vec<usize>)> = Vec::new();
    for at in known(data) {
        let indicator = &data.indicators[at];
        let Some(axis) = indicator.chart else { continue };
        match axes.iter_mut().find(|(known, unit, _)| *known == axis && *unit == indicator.unit) {
            Some((.., on_axis)) => on_axis.push(at),
            None => axes.push((axis, &indicator.unit, vec![at])),
        }
    }
    axes
}

/// Returns the axes on which any bar of a Kommune has a length.
fn drawn_axes(data: &Data, k: usize) -> impl Iterator<Item = (Axis, &str, Vec<usize>)> {
    let has_value = move |at: &usize| data.kommunen[k].values[*at].value.is_some();
    axes(data).into_iter().filter(move |(.., on_axis)| on_axis.iter().any(has_value))
}

/// Returns the indicators that are on a chart of a Kommune.
pub fn charted(data: &Data, k: usize) -> Vec<usize> {
    drawn_axes(data, k).flat_map(|(.., on_axis)| on_axis).collect()
}

/// Returns one chart per axis on which any bar of the Kommune has a length: the bars of all indicators that share it.
pub fn charts(facts: &Facts<'_>, k: usize, figures: &mut FigureTable<'_>) -> Vec<ChartView> {
    let data = facts.data;
    let kommune = &data.kommunen[k];
    let land = facts.land_of(kommune);
    drawn_axes(data, k)
        .map(|(axis, unit, on_axis)| {
            let numbers = figures.numbers();
            let said: Vec<String> = on_axis
                .iter()
                .map(|at| {
                    let indicator = &data.indicators[*at];
                    let value = kommune.values[*at].value.map_or_else(
                        || "nicht bekannt".to_owned(),
                        |v| numbers.with_unit(v, indicator.decimals, &indicator.unit),
                    );
                    let said = |mean: Option<Decimal>, of: &str| {
                        mean.map(|m| {
                            format!("Mittel {of} {}", numbers.with_unit(m, indicator.decimals, &indicator.unit))
                        })
                    };
                    let of_land = said(land.and_then(|l| l.summaries[*at].mean), kommune.land.value.name);
                    let means: Vec<String> =
                        [of_land, said(facts.indicators[*at].all.mean, "aller")].into_iter().flatten().collect();
                    if means.is_empty() {
                        format!("{}: {value}", indicator.label)
                    } else {
                        format!("{}: {value} ({})", indicator.label, means.join(", "))
                    }
                })
                .collect();
            let alt = format!(
                "Balkendiagramm für {}, Achse von {} bis {}. {}.",
                kommune.label.value,
                numbers.format(axis.min, axis_decimals(axis)),
                numbers.with_unit(axis.max, axis_decimals(axis), unit),
                said.join("; "),
            );
            let bars = on_axis
                .iter()
                .map(|at| {
                    let indicator = &data.indicators[*at];
                    BarView {
                        label: indicator.short.clone(),
                        year: Vec::new(),
                        value: cell(kommune, *at, indicator, figures),
                        land_mean: match land {
                            Some(land) => mean(&land.summaries[*at], indicator, figures),
                            None => no_mark(indicator, figures),
                        },
                        mean: mean(&facts.indicators[*at].all, indicator, figures),
                    }
                })
                .collect();
            axis_chart(alt, axis, unit, bars, figures)
        })
        .collect()
}

/// Returns how many decimals the numbers of an axis need.
fn axis_decimals(axis: Axis) -> u32 {
    [axis.min, axis.max, axis.step].iter().map(|n| n.normalize().scale()).max().unwrap_or(0)
}

/// Adds a handle without a number, for a bar without a mark.
pub fn no_mark(indicator: &Indicator, figures: &mut FigureTable<'_>) -> FigureHandle {
    figures.value(indicator, None, Arc::new(Origin::Cell(indicator.place.clone())))
}

/// Adds a handle without a number, for a bar of a figure that no mark goes with.
pub fn no_mark_at(place: &Place, figures: &mut FigureTable<'_>) -> FigureHandle {
    figures.decimal(None, 0, "", Arc::new(Origin::Cell(place.clone())))
}

/// Returns a chart with bars from zero to a round end not far above the highest value.
pub fn value_chart(
    alt: String,
    highest: Decimal,
    unit: &str,
    bars: Vec<BarView>,
    figures: &mut FigureTable<'_>,
) -> ChartView {
    let step = tick_step(highest);
    let max = (highest / step).ceil().max(Decimal::ONE) * step;
    axis_chart(alt, Axis { min: Decimal::ZERO, max, step }, unit, bars, figures)
}

/// Returns a step of 1, 2 or 5 times a power of ten that makes three to six ticks up to `highest`.
fn tick_step(highest: Decimal) -> Decimal {
    let mut step = Decimal::ONE;
    for factor in [2, 5, 10].iter().cycle() {
        if highest / step <= Decimal::from(6) {
            break;
        }
        step = match factor {
            2 => step * Decimal::from(2),
            5 => step / Decimal::from(2) * Decimal::from(5),
            _ => step * Decimal::from(2),
        };
    }
    step
}

/// Returns a chart with the ticks of its axis.
fn axis_chart(alt: String, axis: Axis, unit: &str, bars: Vec<BarView>, figures: &mut FigureTable<'_>) -> ChartView {
    let origin = Arc::new(Origin::Tick);
    let decimals = axis_decimals(axis);
    let mut tick = |value: Decimal| figures.decimal(Some(value), decimals, unit, Arc::clone(&origin));
    let mut ticks = Vec::new();
    let mut at = axis.min;
    while at <= axis.max {
        ticks.push(tick(at));
        at += axis.step;
    }
    ChartView { alt, min: tick(axis.min), max: tick(axis.max), ticks, bars }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        for (highest, step) in [(5, 1), (7, 2), (13, 5), (5_864_112, 1_000_000), (3_198_864, 1_000_000), (700, 200)] {
            assert_eq!(tick_step(Decimal::from(highest)), Decimal::from(step), "{highest}");
        }
    }

    #[test]
    fn small_sums_need_no_fraction() {
        assert_eq!(tick_step(Decimal::ONE), Decimal::ONE);
        assert_eq!(crate::german::plain(tick_step(Decimal::from(60)), 0), "10");
    }
}
