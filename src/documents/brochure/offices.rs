//! The numbers of heads of administration and organisation forms.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::sentences::{PartView, Sentence};
use crate::compose::view::view;
use crate::compose::view::{BarView, ChartView, MentionView, NOT_GIVEN, mention, no_mark_at, value_chart};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::Facts;
use crate::german::GermanOrder;
use crate::model::{Kommune, Place};
use crate::trace::Origin;

view! {
    /// How many Kommunen have what, most frequent first.
    pub struct TallyView {
        /// The things; empty when none is known.
        pub rows: Vec<CountView>,
        /// The largest count, for geometry.
        pub most: FigureHandle,
        /// What stands out; empty when nothing does.
        pub text: Vec<PartView>,
    }
}

view! {
    /// A thing and how many Kommunen have it.
    pub struct CountView {
        /// The thing.
        pub label: String,
        /// How many Kommunen.
        pub count: FigureHandle,
        /// Which ones.
        pub kommunen: Vec<MentionView>,
    }
}

view! {
    /// The years in which terms of office end.
    pub struct TermsView {
        /// The years as bars, also those in which none ends; empty or one chart.
        pub chart: Vec<ChartView>,
        /// The years in which terms end.
        pub rows: Vec<YearOfTerms>,
        /// What stands out.
        pub text: Vec<PartView>,
    }
}

view! {
    /// A year in which terms end.
    pub struct YearOfTerms {
        /// The year.
        pub year: FigureHandle,
        /// How many terms.
        pub count: FigureHandle,
        /// Whose.
        pub kommunen: Vec<MentionView>,
    }
}

/// The greatest number of years in a chart; for more years there is only the table.
const MOST_YEARS: i32 = 20;

pub(super) fn terms(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> TermsView {
    let data = facts.data;
    let mut by_year: BTreeMap<i32, Vec<&Kommune>> = BTreeMap::new();
    for kommune in facts.scope.iter().map(|k| &data.kommunen[*k]) {
        if let Some(year) = kommune.elected_until.value {
            by_year.entry(year).or_default().push(kommune);
        }
    }
    let unknown = facts.scope.len() - by_year.values().map(Vec::len).sum::<usize>();
    TermsView {
        chart: terms_chart(&by_year, figures).into_iter().collect(),
        text: terms_text(&by_year, unknown, figures),
        rows: by_year
            .into_iter()
            .map(|(year, kommunen)| YearOfTerms {
                year: figures.verbatim(&year.to_string(), cells(&kommunen)),
                count: figures.count(kommunen.len(), "number of terms that end in the year"),
                kommunen: kommunen.into_iter().map(|kommune| mention(data, kommune)).collect(),
            })
            .collect(),
    }
}

/// Returns the cells with the end of each term of office.
fn cells(kommunen: &[&Kommune]) -> Arc<Origin> {
    let inputs: Arc<[Place]> = kommunen.iter().map(|kommune| kommune.elected_until.place.clone()).collect();
    Arc::new(Origin::Formula { rule: "year of elected_until".to_owned(), inputs })
}

fn terms_chart(by_year: &BTreeMap<i32, Vec<&Kommune>>, figures: &mut FigureTable<'_>) -> Option<ChartView> {
    let ((first, of_first), (last, _)) = (by_year.first_key_value()?, by_year.last_key_value()?);
    if last - first >= MOST_YEARS || first == last {
        return None;
    }
    let count = |year: i32| by_year.get(&year).map_or(0, Vec::len);
    let highest = (*first..=*last).map(count).max().unwrap_or(0);
    let said: Vec<String> = (*first..=*last).map(|year| format!("{year}: {}", count(year))).collect();
    let alt = format!("Balkendiagramm: Amtszeiten nach dem Jahr, in dem sie enden. {}.", said.join("; "));
    let place = &of_first.first()?.elected_until.place;
    let bars = (*first..=*last)
        .map(|year| BarView {
            label: String::new(),
            year: vec![figures.verbatim(&year.to_string(), cells(by_year.get(&year).map_or(&[], Vec::as_slice)))],
            value: figures.count(count(year), "number of terms that end in the year"),
            land_mean: no_mark_at(place, figures),
            mean: no_mark_at(place, figures),
        })
        .collect();
    Some(value_chart(alt, Decimal::from(highest), "", bars, figures))
}

fn terms_text(by_year: &BTreeMap<i32, Vec<&Kommune>>, unknown: usize, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let mut sentence = Sentence::new(figures);
    let most = by_year.values().map(Vec::len).max().unwrap_or(0);
    let fullest: Vec<(i32, &Vec<&Kommune>)> =
        by_year.iter().filter(|(_, of)| of.len() == most).map(|(year, of)| (*year, of)).collect();
    if by_year.len() > 1 && fullest.len() <= 3 {
        sentence.text("Die meisten Amtszeiten enden ");
        sentence.list(&fullest, |sentence, (year, kommunen)| {
            let year = sentence.figures.verbatim(&year.to_string(), cells(kommunen));
            sentence.number(year);
        });
        sentence.text(if fullest.len() > 1 { " (je " } else { " (" });
        sentence.count(most, "number of terms that end in the year");
        sentence.text(").");
    }
    if unknown > 0 {
        sentence.text(" Nicht bekannt ist das Ende der Amtszeit bei ");
        sentence.count(unknown, "number of Kommunen without the end of a term");
        sentence.text(if unknown == 1 { " Kommune." } else { " Kommunen." });
    }
    sentence.parts()
}

/// Counts the Kommunen by text, most frequent first; Kommunen without a text come last. Empty when no Kommune has a
/// text.
pub(super) fn tally<'f>(
    facts: &'f Facts<'_>,
    order: &GermanOrder,
    figures: &mut FigureTable<'_>,
    of: impl Fn(&'f Kommune) -> Option<&'f str>,
) -> TallyView {
    let data = facts.data;
    let mut groups: BTreeMap<&str, Vec<&Kommune>> = BTreeMap::new();
    for kommune in facts.scope.iter().map(|k| &data.kommunen[*k]) {
        if let Some(name) = of(kommune) {
            groups.entry(name).or_default().push(kommune);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| order.compare(a.0, b.0)));
    let known = groups.len();
    let unknown: Vec<&Kommune> =
        facts.scope.iter().map(|k| &data.kommunen[*k]).filter(|kommune| of(kommune).is_none()).collect();
    if known > 0 && !unknown.is_empty() {
        groups.push((NOT_GIVEN, unknown));
    }
    let text = leaders(&groups[..known], facts.scope.len(), figures);
    let most = groups.iter().map(|(_, kommunen)| kommunen.len()).max().unwrap_or(0);
    let rows = groups
        .into_iter()
        .map(|(name, kommunen)| CountView {
            label: name.to_owned(),
            count: figures.count(kommunen.len(), "number of Kommunen"),
            kommunen: kommunen.into_iter().map(|kommune| mention(data, kommune)).collect(),
        })
        .collect();
    TallyView { rows, most: figures.count(most, "largest count"), text }
}

/// Names the most frequent texts; empty when all are equally frequent.
fn leaders(groups: &[(&str, Vec<&Kommune>)], of: usize, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let mut sentence = Sentence::new(figures);
    let differ = groups.first().zip(groups.last()).is_some_and(|(a, b)| a.1.len() > b.1.len());
    if !differ {
        return Vec::new();
    }
    let named: Vec<&(&str, Vec<&Kommune>)> = groups.iter().take(3).collect();
    sentence.text("Am häufigsten: ");
    sentence.list(&named, |sentence, (name, kommunen)| {
        sentence.text(&format!("{name} ("));
        sentence.count(kommunen.len(), "number of Kommunen");
        sentence.text(")");
    });
    sentence.text("; Kommunen insgesamt: ");
    sentence.count(of, "number of Kommunen in the document");
    sentence.text(".");
    sentence.parts()
}
