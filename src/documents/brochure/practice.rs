//! Practice examples, and charts of their figures.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::view;
use crate::compose::view::{BarView, ChartView, FactView, PracticeView, no_mark_at, practice_view, value_chart};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::Facts;
use crate::model::{Fact, FactChange, Practice};
use crate::trace::Origin;

view! {
    /// A theme with its examples.
    pub struct ThemeView {
        /// Heading.
        pub title: String,
        /// Examples, in file order.
        pub examples: Vec<ExampleView>,
    }
}

view! {
    /// An example with its figures as charts where they form one.
    pub struct ExampleView {
        /// The example.
        pub example: PracticeView,
        /// Figures that stand beside each other; empty or one.
        pub bars: Vec<ChartView>,
        /// Figures before and after.
        pub changes: Vec<ChangeView>,
        /// The facts that stand in no chart.
        pub facts: Vec<FactView>,
    }
}

view! {
    /// A figure before and after.
    pub struct ChangeView {
        /// As printed: `5,0 → 3,4 %`.
        pub text: FigureHandle,
        /// What it counts.
        pub what: String,
        /// The two bars.
        pub chart: ChartView,
    }
}

/// Returns the examples by theme, in the order of the themes; interviews are separate and come last.
pub(super) fn themes(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<ThemeView> {
    let data = facts.data;
    let mut themes = Vec::new();
    for (at, theme) in data.themes.iter().enumerate() {
        let of_theme = data.practice.iter().filter(|p| p.theme == Some(at) && in_scope(facts, p));
        let examples: Vec<ExampleView> = of_theme.filter_map(|p| example(facts, p, figures)).collect();
        if !examples.is_empty() {
            themes.push(ThemeView { title: theme.title.clone(), examples });
        }
    }
    themes
}

/// Returns the interviews.
pub(super) fn interviews(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<PracticeView> {
    let all = facts.data.practice.iter().filter(|p| p.theme.is_none() && in_scope(facts, p));
    all.filter_map(|p| practice_view(facts.data, p, figures)).collect()
}

fn in_scope(facts: &Facts<'_>, practice: &Practice) -> bool {
    facts.scope.iter().any(|k| facts.data.kommunen[*k].ags.value == practice.ags.value)
}

fn example(facts: &Facts<'_>, practice: &Practice, figures: &mut FigureTable<'_>) -> Option<ExampleView> {
    let view = practice_view(facts.data, practice, figures)?;
    let barred: Vec<&Fact> = practice.facts.iter().filter(|fact| fact.bar.is_some()).collect();
    // A single bar compares nothing, so its figure stays in the list of facts.
    let barred = if barred.len() > 1 { barred } else { Vec::new() };
    let in_chart = |fact: &Fact| fact.change.is_some() || barred.iter().any(|other| std::ptr::eq(*other, fact));
    let left = practice.facts.iter().zip(&view.facts).filter(|(fact, _)| !in_chart(fact));
    let left: Vec<FactView> =
        left.map(|(_, seen)| FactView { text: seen.text.clone(), what: seen.what.clone() }).collect();
    let changes = practice
        .facts
        .iter()
        .zip(&view.facts)
        .filter_map(|(fact, seen)| {
            let chart = change(fact, fact.change.as_ref()?, figures);
            Some(ChangeView { text: seen.text.clone(), what: fact.what.clone(), chart })
        })
        .collect();
    Some(ExampleView {
        bars: bars(&practice.title, &barred, figures).into_iter().collect(),
        changes,
        facts: left,
        example: view,
    })
}

fn bars(title: &str, facts: &[&Fact], figures: &mut FigureTable<'_>) -> Option<ChartView> {
    let highest = facts.iter().filter_map(|fact| fact.bar).max()?;
    let said: Vec<String> = facts.iter().map(|fact| format!("{} {}", fact.text.value, fact.what)).collect();
    let alt = format!("Balkendiagramm zu „{title}“: {}.", said.join("; "));
    let bars = facts
        .iter()
        .map(|fact| bar(fact.what.clone(), &fact.text.value, fact.bar.unwrap_or_default(), fact, figures))
        .collect();
    Some(value_chart(alt, highest, "", bars, figures))
}

fn change(fact: &Fact, change: &FactChange, figures: &mut FigureTable<'_>) -> ChartView {
    let alt = format!("Balkendiagramm: {}; vorher {}, nachher {}.", fact.what, change.before.0, change.after.0);
    let bars = [("vorher", &change.before), ("nachher", &change.after)]
        .into_iter()
        .map(|(label, (text, value))| bar(label.to_owned(), text, *value, fact, figures))
        .collect();
    value_chart(alt, change.before.1.max(change.after.1), "", bars, figures)
}

fn bar(label: String, text: &str, value: Decimal, fact: &Fact, figures: &mut FigureTable<'_>) -> BarView {
    let place = &fact.text.place;
    BarView {
        label,
        year: Vec::new(),
        value: figures.written(text, value, Arc::new(Origin::Cell(place.clone()))),
        land_mean: no_mark_at(place, figures),
        mean: no_mark_at(place, figures),
    }
}
