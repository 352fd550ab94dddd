//! Where figures disagree: printed totals with the rows, a cell with two others.

use std::sync::Arc;

use serde::Serialize;

use crate::compose::figures::{Figures, Handle};
use crate::compose::view::anchor;
use crate::derive::{Facts, RatioDeviation, printed_deviations, ratio_deviations};
use crate::model::Aggregate;
use crate::trace::Origin;

/// A printed total that is not that of the rows.
#[derive(Debug, Serialize)]
pub struct DeviationView {
    /// Land.
    pub land: String,
    /// What is counted.
    pub label: String,
    /// As printed.
    pub printed: Handle,
    /// Of the rows.
    pub computed: Handle,
    /// Printed less computed.
    pub difference: Handle,
}

/// A value that is not what two others make it.
#[derive(Debug, Serialize)]
pub struct NoteView {
    /// Label of the Kommune.
    pub label: String,
    /// Card.
    pub anchor: String,
    /// The indicator.
    pub indicator: String,
    /// As in the table.
    pub value: Handle,
    /// Computed from the two others.
    pub computed: Handle,
}

pub(super) fn deviations(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<DeviationView> {
    if facts.scope.len() < facts.data.kommunen.len() {
        return Vec::new(); // Printed totals are those of all Kommunen.
    }
    printed_deviations(facts)
        .into_iter()
        .map(|found| {
            let indicator = found.indicator.map(|at| &facts.data.indicators[at]);
            let decimals = indicator.map_or(0, |i| i.decimals);
            let unit = indicator.map_or("", |i| i.unit.as_str());
            let cell = Arc::new(Origin::Cell(found.place.clone()));
            let computed = Arc::new(Origin::Formula { rule: "total of the rows".to_owned(), inputs: Arc::from([]) });
            let difference = Arc::new(Origin::Formula {
                rule: "printed - computed".to_owned(),
                inputs: Arc::from([found.place.clone()]),
            });
            DeviationView {
                land: found.land.name.to_owned(),
                label: indicator.map_or_else(|| "Zahl der Kommunen".to_owned(), |i| i.label.clone()),
                printed: figures.decimal(Some(found.printed), decimals, unit, cell),
                computed: figures.decimal(Some(found.computed), decimals, unit, computed),
                difference: figures.decimal(Some(found.printed - found.computed), decimals, unit, difference),
            }
        })
        .collect()
}

pub(super) fn notes(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<NoteView> {
    let data = facts.data;
    let note = |found: RatioDeviation| {
        let (kommune, indicator) = (&data.kommunen[found.kommune], &data.indicators[found.indicator]);
        let Aggregate::Ratio(top, bottom) = indicator.aggregate else { return None };
        let inputs = Arc::from([kommune.values[top].place.clone(), kommune.values[bottom].place.clone()]);
        let rule = format!("{} / {}", data.indicators[top].key, data.indicators[bottom].key);
        let cell = Arc::new(Origin::Cell(kommune.values[found.indicator].place.clone()));
        Some(NoteView {
            label: kommune.label.value.clone(),
            anchor: anchor(data, kommune),
            indicator: indicator.label.clone(),
            value: figures.value(indicator, Some(found.value), cell),
            computed: figures.value(indicator, Some(found.computed), Arc::new(Origin::Formula { rule, inputs })),
        })
    };
    ratio_deviations(facts).into_iter().filter_map(note).collect()
}
