//! The edition's key figures: their list, comparisons with others, figures over the years.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::sentences::{PartView, Sentence};
use crate::compose::view::view;
use crate::compose::view::{BarGroupView, BarView, ChartView, GroupedBarsView, ValueView, no_mark_at, value_chart};
use crate::compose::{FigureHandle, FigureTable};
use crate::german::{difference_unit, join_unit, rounded, unit_of_difference};
use crate::model::{Data, FigureComparison, FigurePair, FigureTrend, ListedFigure, Place, Sourced};
use crate::trace::Origin;

view! {
    /// Key figures of the edition's Kommunen beside those of others.
    pub struct FigureComparisonView {
        /// Heading.
        pub title: String,
        /// Who the others are, a sentence; empty where the template has to say it.
        pub intro: String,
        /// What stands below the bars; empty where the template has to say it.
        pub note: String,
        /// The rates of both.
        pub rows: Vec<FigurePairView>,
        /// The same as bars: one group per rate.
        pub chart: GroupedBarsView,
        /// What the figures say.
        pub text: Vec<PartView>,
        /// A difference that the source gives in place of figures; empty when it gives none.
        pub distance: Vec<PartView>,
    }
}

view! {
    /// Two figures side by side.
    pub struct FigurePairView {
        /// What is compared.
        pub label: String,
        /// Of the Kommunen of the edition.
        pub own: FigureHandle,
        /// Of the others.
        pub other: FigureHandle,
    }
}

view! {
    /// A figure over the years.
    pub struct TrendView {
        /// Heading.
        pub title: String,
        /// What stands below the bars; empty where the template has to say it.
        pub note: String,
        /// The years with their figures.
        pub years: Vec<YearView>,
        /// The same as bars.
        pub chart: ChartView,
        /// What the figures say; empty with one year alone.
        pub text: Vec<PartView>,
    }
}

view! {
    /// A figure of a year.
    pub struct YearView {
        /// Year.
        pub year: FigureHandle,
        /// Figure.
        pub value: FigureHandle,
    }
}

fn key_figure(number: &Sourced<Decimal>, unit: &str, figures: &mut FigureTable<'_>) -> FigureHandle {
    let value = number.value.normalize();
    figures.decimal(Some(value), value.scale(), unit, Arc::new(Origin::Cell(number.place.clone())))
}

/// Returns the key figures that are printed with their names.
pub(super) fn listed(data: &Data, figures: &mut FigureTable<'_>) -> Vec<ValueView> {
    let view = |figure: &ListedFigure| ValueView {
        label: figure.label.clone(),
        value: key_figure(&figure.value, &figure.unit, figures),
    };
    data.key_figures.listed.iter().map(view).collect()
}

/// Returns the comparisons that have figures in the edition.
pub(super) fn comparisons(data: &Data, figures: &mut FigureTable<'_>) -> Vec<FigureComparisonView> {
    data.key_figures.comparisons.iter().filter_map(|about| comparison(&data.edition.group, about, figures)).collect()
}

/// Returns figures side by side; `None` when the edition has no figure for both sides.
fn comparison(group: &str, about: &FigureComparison, figures: &mut FigureTable<'_>) -> Option<FigureComparisonView> {
    let (pairs, unit) = (&about.pairs, about.unit.as_str());
    let highest = pairs.iter().flat_map(|pair| [pair.own.value, pair.other.value]).max()?;
    let rows = pairs
        .iter()
        .map(|pair| FigurePairView {
            label: pair.label.clone(),
            own: key_figure(&pair.own, unit, figures),
            other: key_figure(&pair.other, unit, figures),
        })
        .collect();
    let groups: Vec<BarGroupView> = pairs
        .iter()
        .map(|pair| BarGroupView {
            label: pair.label.clone(),
            bars: [(group, &pair.own), (about.others.as_str(), &pair.other)]
                .into_iter()
                .map(|(label, number)| BarView {
                    label: label.to_owned(),
                    year: Vec::new(),
                    value: key_figure(number, unit, figures),
                    land_mean: no_mark_at(&number.place, figures),
                    mean: no_mark_at(&number.place, figures),
                })
                .collect(),
        })
        .collect();
    let said: Vec<String> = pairs
        .iter()
        .map(|pair| {
            let said = |n: Decimal| figures.numbers().with_unit(n, n.normalize().scale(), unit);
            let (own, other) = (said(pair.own.value), said(pair.other.value));
            format!("{}: {group} {own}, {} {other}", pair.label, about.others)
        })
        .collect();
    let alt = full_stop(format!("Balkendiagramm. {}", said.join("; ")));
    let axis = value_chart(alt, highest, unit, Vec::new(), figures);
    Some(FigureComparisonView {
        title: about.title.clone(),
        intro: about.intro.clone().unwrap_or_default(),
        note: about.note.clone().unwrap_or_default(),
        rows,
        chart: GroupedBarsView { axis, groups },
        text: compared(group, about, figures),
        distance: distance(group, about, figures),
    })
}

/// Adds a full stop, unless the text already ends with one (`Mio.`).
fn full_stop(mut text: String) -> String {
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

/// Returns the difference between the figures of both sides, in words.
fn compared(group: &str, about: &FigureComparison, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let mut sentence = Sentence::new(figures);
    for (at, pair) in about.pairs.iter().enumerate() {
        if at == 0 {
            sentence.text(&format!("{} der {group} liegt ", pair.subject));
        } else {
            sentence.text(&format!(", {} ", pair.further));
        }
        difference(&mut sentence, pair, about);
    }
    sentence.text(".");
    sentence.parts()
}

/// Writes `um 0,4 Prozentpunkte unter …`, or `gleichauf mit …`.
fn difference(sentence: &mut Sentence<'_, '_>, FigurePair { own, other, .. }: &FigurePair, about: &FigureComparison) {
    let off = own.value - other.value;
    if off.is_zero() {
        sentence.text(&format!("gleichauf mit {}", about.of_others));
        return;
    }
    let inputs: Arc<[Place]> = Arc::from([own.place.clone(), other.place.clone()]);
    let origin = Arc::new(Origin::Formula { rule: "difference of the two rates".to_owned(), inputs });
    let decimals = own.value.normalize().scale().max(other.value.normalize().scale());
    sentence.text("um ");
    let number = sentence.figures.decimal(Some(rounded(off.abs(), decimals)), decimals, "", origin);
    sentence.number(number);
    let unit = join_unit("", difference_unit(&about.unit));
    sentence.text(&format!("{unit} {} {}", side(off), about.of_others));
}

/// Returns the direction of a difference.
fn side(off: Decimal) -> &'static str {
    if off.is_sign_negative() { "unter" } else { "über" }
}

/// Returns a difference that the source gives only in words (`über 1 %`); empty when there is none.
fn distance(group: &str, about: &FigureComparison, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let Some(distance) = &about.distance else { return Vec::new() };
    let number = &distance.value;
    let mut sentence = Sentence::new(figures);
    sentence.text(&format!("Nach Angabe der Quelle liegt {} der {group} um rund ", distance.subject));
    let size = number.value.abs().normalize();
    let rule = "size of the difference".to_owned();
    let origin = Arc::new(Origin::Formula { rule, inputs: Arc::from([number.place.clone()]) });
    let handle = sentence.figures.decimal(Some(size), size.scale(), "", origin);
    sentence.number(handle);
    let unit = unit_of_difference(&about.unit, size, size.scale());
    sentence.text(&format!("{} {} {}.", join_unit("", unit), side(number.value), about.of_others));
    sentence.parts()
}

/// Returns the difference of the first comparison that has one, even if the comparison has no figures; empty when none
/// has a difference.
pub(super) fn first_distance(
    data: &Data,
    comparisons: &[FigureComparisonView],
    figures: &mut FigureTable<'_>,
) -> Vec<PartView> {
    if let Some(comparison) = comparisons.iter().find(|comparison| !comparison.distance.is_empty()) {
        return comparison.distance.clone();
    }
    let without_figures = data.key_figures.comparisons.iter().find(|about| about.distance.is_some());
    without_figures.map(|about| distance(&data.edition.group, about, figures)).unwrap_or_default()
}

/// Returns the figures over the years.
pub(super) fn trends(data: &Data, figures: &mut FigureTable<'_>) -> Vec<TrendView> {
    data.key_figures.trends.iter().filter_map(|about| trend(about, figures)).collect()
}

/// Returns a figure over the years; `None` without a year.
fn trend(about: &FigureTrend, figures: &mut FigureTable<'_>) -> Option<TrendView> {
    let (years, unit) = (&about.years, about.unit.as_str());
    let highest = years.iter().map(|(_, number)| number.value).max()?;
    let written = |year: i32, number: &Sourced<Decimal>| Sourced { value: Some(year), place: number.place.clone() };
    let bars = years
        .iter()
        .map(|(year, number)| BarView {
            label: String::new(),
            year: vec![figures.year(&written(*year, number))],
            value: key_figure(number, unit, figures),
            land_mean: no_mark_at(&number.place, figures),
            mean: no_mark_at(&number.place, figures),
        })
        .collect();
    let said: Vec<String> = years
        .iter()
        .map(|(year, n)| format!("{year}: {}", figures.numbers().with_unit(n.value, n.value.scale(), unit)))
        .collect();
    let alt = full_stop(format!("Balkendiagramm: {}. {}", about.measured, said.join("; ")));
    let chart = value_chart(alt, highest, unit, bars, figures);
    let rows = years
        .iter()
        .map(|(year, number)| YearView {
            year: figures.year(&written(*year, number)),
            value: key_figure(number, unit, figures),
        })
        .collect();
    Some(TrendView {
        title: about.title.clone(),
        note: about.note.clone().unwrap_or_default(),
        years: rows,
        chart,
        text: changed(about, figures),
    })
}

/// Returns the difference between the last and the first year, in words.
fn changed(about: &FigureTrend, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let ([(first, before), .., (last, after)], mut sentence) = (about.years.as_slice(), Sentence::new(figures)) else {
        return Vec::new();
    };
    let off = after.value - before.value;
    let inputs: Arc<[Place]> = Arc::from([before.place.clone(), after.place.clone()]);
    let origin = |rule: &str| Arc::new(Origin::Formula { rule: rule.to_owned(), inputs: Arc::clone(&inputs) });
    let year = |year: i32, of: &Sourced<Decimal>| Sourced { value: Some(year), place: of.place.clone() };
    sentence.text("Von ");
    let number = sentence.figures.year(&year(*first, before));
    sentence.number(number);
    sentence.text(" bis ");
    let number = sentence.figures.year(&year(*last, after));
    sentence.number(number);
    let subject = &about.subject;
    if off.is_zero() {
        sentence.text(&format!(" ist {subject} gleich geblieben."));
        return sentence.parts();
    }
    if before.value <= Decimal::ZERO {
        sentence.text(&format!(" hat sich {subject} verändert."));
        return sentence.parts();
    }
    sentence.text(&format!(" ist {subject} um "));
    let decimals = before.value.scale().max(after.value.scale());
    let number = sentence.figures.decimal(Some(off.abs()), decimals, "", origin("last year - first year"));
    sentence.number(number);
    sentence.text(&format!("{} ", join_unit("", difference_unit(&about.unit))));
    sentence.text(if off.is_sign_negative() { "gesunken" } else { "gestiegen" });
    sentence.text(", das sind ");
    let share = off.abs() / before.value * Decimal::ONE_HUNDRED;
    let number = sentence.figures.decimal(Some(share), 0, "", origin("(last year - first year) / first year"));
    sentence.number(number);
    sentence.text("\u{a0}%.");
    sentence.parts()
}
