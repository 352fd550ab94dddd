//! A practice example of a Kommune.

use std::sync::Arc;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::model::{Data, Practice};
use crate::trace::Origin;

use super::fields::view;
use super::kommune::anchor;

view! {
    /// A practice example.
    pub struct PracticeView {
        /// Label of its Kommune.
        pub label: String,
        /// Card of its Kommune.
        pub anchor: String,
        /// Heading; for an interview the person.
        pub title: String,
        /// A sentence or two.
        pub summary: String,
        /// Its figures.
        pub facts: Vec<FactView>,
    }
}

view! {
    /// A fact of a practice example.
    pub struct FactView {
        /// As printed.
        pub text: FigureHandle,
        /// What it counts.
        pub what: String,
    }
}

/// Returns the view of a practice example; `None` when the edition has no such Kommune.
pub fn practice_view(data: &Data, example: &Practice, figures: &mut FigureTable<'_>) -> Option<PracticeView> {
    let kommune = data.kommunen.iter().find(|k| k.ags.value == example.ags.value)?;
    let facts = example
        .facts
        .iter()
        .map(|fact| FactView {
            text: figures.verbatim(&fact.text.value, Arc::new(Origin::Cell(fact.text.place.clone()))),
            what: fact.what.clone(),
        })
        .collect();
    Some(PracticeView {
        label: kommune.label.value.clone(),
        anchor: anchor(data, kommune),
        title: example.title.clone(),
        summary: example.summary.clone(),
        facts,
    })
}
