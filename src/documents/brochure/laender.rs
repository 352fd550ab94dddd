//! The comparison of the Länder, and one chapter for each Land.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::maps::{LandMapView, land_map};
use crate::compose::view::sentences::{PartView, Sentence, whose};
use crate::compose::view::view;
use crate::compose::view::{
    BarView, ChartView, KommuneView, ValueView, aggregate, cell, charted, charts, known, kommune_view, no_mark,
    value_chart,
};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::{Facts, LandFacts};
use crate::german::rounded;
use crate::grammar::{self, Case, Name, Noun};
use crate::model::{Aggregate, Indicator, KommuneType};
use crate::trace::Origin;

use crate::documents::states::{LandView, land_view};

view! {
    /// The chapter of a Land.
    pub struct ChapterView {
        /// Its summary.
        pub land: LandView,
        /// What stands out, a few sentences.
        pub text: Vec<PartView>,
        /// A map with its Kommunen, numbered as their cards; empty when there are no boundaries, else one.
        pub map: Vec<LandMapView>,
        /// Its Kommunen.
        pub cards: Vec<CardView>,
    }
}

view! {
    /// The card of a Kommune.
    pub struct CardView {
        /// Its place among the cards of the Land, from 1.
        pub position: FigureHandle,
        /// The Kommune.
        pub kommune: KommuneView,
        /// Values without a bar.
        pub values: Vec<ValueView>,
        /// Bars.
        pub charts: Vec<ChartView>,
    }
}

view! {
    /// A sum by Land as bars, with what it says.
    pub struct SumView {
        /// The indicator's name.
        pub label: String,
        /// Bars, one per Land.
        pub chart: ChartView,
        /// Whether Kommunen are missing from a bar; its label has a dagger then.
        pub partial: bool,
        /// What they say.
        pub text: Vec<PartView>,
    }
}

/// Returns the inhabitants by Land: the sums of the first indicator that is a count and can be added.
pub(super) fn sums(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Option<SumView> {
    let data = facts.data;
    let at = data.indicators.iter().position(|i| i.aggregate == Aggregate::Sum && i.unit.is_empty())?;
    let indicator = &data.indicators[at];
    let values: Vec<(&LandFacts, Decimal)> =
        facts.laender.iter().filter_map(|land| Some((land, land.summaries[at].aggregate?))).collect();
    let highest = values.iter().map(|(_, value)| *value).max()?;
    let said: Vec<String> = values
        .iter()
        .map(|(land, value)| format!("{} {}", land.land.name, figures.numbers().format(*value, indicator.decimals)))
        .collect();
    let alt = format!("Balkendiagramm: {} je Land. {}.", indicator.label, said.join("; "));
    let bars = values
        .iter()
        .map(|(land, _)| BarView {
            label: format!("{}{}", land.land.name, if land.summaries[at].is_partial() { " †" } else { "" }),
            year: Vec::new(),
            value: aggregate(&land.summaries[at], indicator, figures),
            land_mean: no_mark(indicator, figures),
            mean: no_mark(indicator, figures),
        })
        .collect();
    let chart = value_chart(alt, highest, "", bars, figures);
    let partial = values.iter().any(|(land, _)| land.summaries[at].is_partial());
    Some(SumView { label: indicator.label.clone(), chart, partial, text: shares(facts, at, values, figures) })
}

/// Names the Länder with the highest and the lowest value, and how few Länder make up half of the sum.
fn shares(
    facts: &Facts<'_>,
    at: usize,
    mut values: Vec<(&LandFacts, Decimal)>,
    figures: &mut FigureTable<'_>,
) -> Vec<PartView> {
    let indicator = &facts.data.indicators[at];
    let (Some(total), true) = (facts.indicators[at].all.aggregate.filter(|t| *t > Decimal::ZERO), values.len() > 1)
    else {
        return Vec::new();
    };
    // A stable sort: Länder with the same value stay in German order.
    values.sort_by_key(|(_, value)| std::cmp::Reverse(*value));
    let mut sentence = Sentence::new(figures);
    let (first, last) = (values[0], values[values.len() - 1]);
    sentence.text(&format!("{} hat mit ", grammar::capitalised(Name::of_land(first.0.land).nominative())));
    sentence.value(indicator, Some(first.1), &first.0.summaries[at].origin);
    sentence.text(" den größten Anteil (");
    let rule = format!("{} of the Land / of all", indicator.key);
    let share = Arc::new(Origin::Formula { rule, inputs: Arc::from([]) });
    let number = sentence.figures.decimal(Some(first.1 / total * Decimal::ONE_HUNDRED), 1, "", share);
    sentence.number(number);
    sentence.text(&format!("\u{a0}% der Summe), {} mit ", Name::of_land(last.0.land).nominative()));
    sentence.value(indicator, Some(last.1), &last.0.summaries[at].origin);
    sentence.text(" den kleinsten.");
    let mut sum = Decimal::ZERO;
    let half: Vec<Name> = values
        .iter()
        .take_while(|(_, value)| {
            let short_of_half = sum * Decimal::TWO <= total;
            sum += *value;
            short_of_half
        })
        .map(|(land, _)| Name::of_land(land.land))
        .collect();
    if half.len() > 1 && half.len() <= 4 && half.len() < values.len() {
        sentence.text(" Mehr als die Hälfte der Summe entfällt auf ");
        sentence.list(&half, |sentence, name| sentence.text(name.accusative()));
        sentence.text(".");
    }
    sentence.parts()
}

pub(super) fn chapter(facts: &Facts<'_>, land: &LandFacts, figures: &mut FigureTable<'_>) -> ChapterView {
    let data = facts.data;
    let cards = land
        .members
        .iter()
        .enumerate()
        .map(|(position, k)| {
            let kommune = &data.kommunen[*k];
            let charted = charted(data, *k);
            let values = known(data)
                .filter(|at| !charted.contains(at))
                .map(|at| ValueView {
                    label: data.indicators[at].short.clone(),
                    value: cell(kommune, at, &data.indicators[at], figures),
                })
                .collect();
            CardView {
                position: figures.count(position + 1, "position of the card in its Land"),
                kommune: kommune_view(data, kommune, figures),
                values,
                charts: charts(facts, *k, figures),
            }
        })
        .collect();
    ChapterView {
        land: land_view(facts, land, true, figures),
        map: land_map(facts, land, figures),
        text: introduction(facts, land, figures),
        cards,
    }
}

/// Returns the introduction of a Land: the number of its Kommunen, and its mean and extremes for the headline
/// indicator.
fn introduction(facts: &Facts<'_>, land: &LandFacts, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let data = facts.data;
    let numbers = figures.numbers();
    let name = Name::of_land(land.land);
    let of_kind = |kind| land.members.iter().filter(|k| data.kommunen[**k].kind.value == kind).count();
    let kinds: Vec<(usize, Noun)> =
        [(of_kind(KommuneType::Landkreis), Noun::Landkreis), (of_kind(KommuneType::KreisfreieStadt), Noun::Stadt)]
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .collect();
    let counted =
        Arc::new(Origin::Formula { rule: "number of Kommunen in the Land".to_owned(), inputs: Arc::from([]) });
    let mut sentence = Sentence::new(figures);
    let verb = if land.members.len() == 1 { "gehört" } else { "gehören" };
    sentence.text(&format!("{} {verb} ", grammar::capitalised(name.locative())));
    sentence.list(&kinds, |sentence, (n, noun)| {
        let noun = if *noun == Noun::Landkreis && called_kreis(facts, land) { Noun::Kreis } else { *noun };
        sentence.phrase(&grammar::count(*n, noun, Case::Nominative, numbers), &counted);
    });
    sentence.text(&format!(" zu den {}.", grammar::dative_plural(&data.edition.group)));
    let found = data.indicators.iter().enumerate().find_map(|(at, i)| Some((at, i, i.headline.as_ref()?)));
    let Some((at, indicator, words)) = found else { return sentence.parts() };
    let (summary, all) = (&land.summaries[at], &facts.indicators[at].all);
    if let (Some(own), Some(mean), true) = (summary.mean, all.mean, summary.known > 1) {
        let off = rounded(own, indicator.decimals) - rounded(mean, indicator.decimals);
        let comparison = grammar::difference(off, mean, indicator.decimals, &indicator.unit, numbers);
        sentence.text(&format!(" Das Mittel ({}) beträgt ", indicator.label));
        sentence.value(indicator, Some(own), &summary.mean_origin);
        sentence.text(if summary.is_partial() { " (ohne Kommunen mit unbekanntem Wert) und " } else { " und " });
        let of = whose(&data.edition.group, None, all);
        let rule = format!("{} of the Land - of all", indicator.key);
        // The cells of all Länder include the cells of this Land.
        let inputs =
            if let Origin::Formula { inputs, .. } = all.mean_origin.as_ref() { inputs } else { &Arc::from([]) };
        let difference = Arc::new(Origin::Formula { rule, inputs: Arc::clone(inputs) });
        sentence.phrase(&comparison.predicate(&of, &words.high), &difference);
        sentence.text(".");
    }
    let value = |k: usize| data.kommunen[k].values[at].value;
    let end = |order: &[usize]| -> Vec<usize> {
        let members: Vec<usize> = order.iter().copied().filter(|k| land.members.contains(k)).collect();
        let first = members.first().copied();
        members.into_iter().take_while(|k| first.is_some_and(|first| value(*k) == value(first))).collect()
    };
    let (high, low) = (end(&facts.indicators[at].from_highest), end(&facts.indicators[at].from_lowest));
    if let ([first, ..], [last, ..]) = (high.as_slice(), low.as_slice())
        && value(*first) != value(*last)
    {
        sentence.text(" Der höchste Wert steht ");
        one_end(&mut sentence, facts, at, &high);
        sentence.text(", der niedrigste ");
        one_end(&mut sentence, facts, at, &low);
        sentence.text(".");
    }
    sentence.parts()
}

/// Writes the Kommunen with a value: `im Bodenseekreis und im Enzkreis (2,43 %)`; if there are too many to name, their
/// number.
fn one_end(sentence: &mut Sentence<'_, '_>, facts: &Facts<'_>, at: usize, who: &[usize]) {
    let indicator: &Indicator = &facts.data.indicators[at];
    let Some(number) = who.first().map(|k| &facts.data.kommunen[*k].values[at]) else { return };
    if who.len() > grammar::TIES_NAMED {
        sentence.text("in ");
        sentence.count(who.len(), "number of Kommunen with this value");
        sentence.text("\u{a0}Kommunen");
    } else {
        sentence.list(who, |sentence, k| {
            let kommune = &facts.data.kommunen[*k];
            sentence.text(Name::new(&kommune.label.value, kommune.kind.value).locative());
        });
    }
    sentence.text(" (");
    sentence.value(indicator, number.value, &Arc::new(Origin::Cell(number.place.clone())));
    sentence.text(")");
}

/// Whether the Land uses the word Kreis for its Landkreise: none of their labels begins with "Landkreis".
fn called_kreis(facts: &Facts<'_>, land: &LandFacts) -> bool {
    let labels = land.members.iter().map(|k| facts.data.kommunen[*k].label.value.as_str());
    !labels.into_iter().any(|label| label.starts_with("Landkreis"))
}
