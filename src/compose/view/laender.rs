//! The state tables: all Länder side by side, then one table for each.

use std::sync::Arc;

use serde::Serialize;

use crate::compose::figures::{Figures, Handle};
use crate::derive::{Facts, LandFacts, Summary};
use crate::model::Kommune;
use crate::trace::Origin;

use super::{AggregateView, DocumentView, IndicatorView, Shared, document, indicator_view, mean, together};

/// What the template `laender` sees.
#[derive(Debug, Serialize)]
pub struct LaenderView {
    /// The document.
    pub document: DocumentView,
    /// The Länder side by side.
    pub overview: OverviewView,
    /// One table per Land, in German order.
    pub laender: Vec<LandView>,
}

/// The Länder side by side.
#[derive(Debug, Serialize)]
pub struct OverviewView {
    /// The columns.
    pub indicators: Vec<IndicatorView>,
    /// One row per Land.
    pub rows: Vec<OverviewRow>,
    /// All together.
    pub total: OverviewRow,
    /// How many indicators, for geometry.
    pub width: Handle,
    /// Whether Kommunen are missing from any value.
    pub partial: bool,
}

/// A row of the overview.
#[derive(Debug, Serialize)]
pub struct OverviewRow {
    /// Name of the Land.
    pub name: String,
    /// Its chapter, for links.
    pub anchor: String,
    /// Number of Kommunen.
    pub kommunen: Handle,
    /// One value per indicator.
    pub values: Vec<AggregateView>,
}

/// A Land.
#[derive(Debug, Serialize)]
pub struct LandView {
    /// Name.
    pub name: String,
    /// Its chapter, for links.
    pub anchor: String,
    /// Number of Kommunen.
    pub kommunen: Handle,
    /// Number of all Kommunen.
    pub all_kommunen: Handle,
    /// One row per indicator.
    pub rows: Vec<LandRow>,
}

/// An indicator of a Land.
#[derive(Debug, Serialize)]
pub struct LandRow {
    /// The indicator.
    pub indicator: IndicatorView,
    /// Value of the Land.
    pub value: AggregateView,
    /// Mean of the Land.
    pub mean: Handle,
    /// Lowest value of a Kommune.
    pub lowest: Handle,
    /// Kommune with the lowest value.
    pub lowest_label: String,
    /// How many others share it; empty when none does.
    pub lowest_others: Vec<Handle>,
    /// Highest value of a Kommune.
    pub highest: Handle,
    /// Kommune with the highest value.
    pub highest_label: String,
    /// How many others share it; empty when none does.
    pub highest_others: Vec<Handle>,
    /// Value of all Kommunen together.
    pub all: AggregateView,
}

/// The view of all state tables.
pub fn laender(shared: &Shared<'_>, figures: &mut Figures<'_>) -> LaenderView {
    let facts = shared.facts;
    let edition = &facts.data.edition;
    let title = format!("Ländertabellen der {} {}", edition.group, edition.key);
    let subject = format!("Summen und Mittelwerte der {} je Land", edition.group);
    LaenderView {
        document: document(shared, title, subject, &["Ländertabellen"], figures),
        overview: overview(facts, figures),
        laender: facts.laender.iter().map(|land| land_view(facts, land, figures)).collect(),
    }
}

pub(super) fn anchor(land: &LandFacts) -> String {
    format!("land-{}", land.land.key)
}

pub(super) fn overview(facts: &Facts<'_>, figures: &mut Figures<'_>) -> OverviewView {
    let indicators = &facts.data.indicators;
    let rows = facts
        .laender
        .iter()
        .map(|land| OverviewRow {
            name: land.land.name.to_owned(),
            anchor: anchor(land),
            kommunen: figures.count(land.members.len(), "number of Kommunen in the Land"),
            values: land
                .summaries
                .iter()
                .zip(indicators)
                .map(|(summary, indicator)| together(summary, indicator, figures))
                .collect(),
        })
        .collect();
    let total = OverviewRow {
        name: "Insgesamt".to_owned(),
        anchor: String::new(),
        kommunen: figures.count(facts.scope.len(), "number of Kommunen"),
        values: facts
            .indicators
            .iter()
            .zip(indicators)
            .map(|(of, indicator)| together(&of.all, indicator, figures))
            .collect(),
    };
    OverviewView {
        indicators: indicators.iter().map(|i| indicator_view(facts.data, i)).collect(),
        rows,
        total,
        width: figures.count(indicators.len(), "number of indicators"),
        partial: facts.indicators.iter().any(|of| of.all.is_partial()),
    }
}

pub(super) fn land_view(facts: &Facts<'_>, land: &LandFacts, figures: &mut Figures<'_>) -> LandView {
    let rows =
        (0..facts.data.indicators.len()).map(|at| land_row(facts, land, at, &land.summaries[at], figures)).collect();
    LandView {
        name: land.land.name.to_owned(),
        anchor: anchor(land),
        kommunen: figures.count(land.members.len(), "number of Kommunen in the Land"),
        all_kommunen: figures.count(facts.scope.len(), "number of Kommunen"),
        rows,
    }
}

fn land_row(facts: &Facts<'_>, land: &LandFacts, at: usize, summary: &Summary, figures: &mut Figures<'_>) -> LandRow {
    let data = facts.data;
    let indicator = &data.indicators[at];
    let ranked = &facts.indicators[at];
    let mut end = |order: &[usize]| {
        let members: Vec<&Kommune> =
            order.iter().filter(|k| land.members.contains(k)).map(|k| &data.kommunen[*k]).collect();
        let found = members.first();
        let value = found.and_then(|k| k.values[at].value);
        let place = found.map_or_else(|| indicator.place.clone(), |k| k.values[at].place.clone());
        let others = members.iter().skip(1).filter(|k| k.values[at].value == value).count();
        let count = (others > 0).then(|| figures.count(others, "number of others with the same value"));
        (
            figures.value(indicator, value, Arc::new(Origin::Cell(place))),
            found.map_or_else(|| crate::german::MEANINGLESS.to_owned(), |k| k.label.value.clone()),
            count.into_iter().collect(),
        )
    };
    let (lowest, lowest_label, lowest_others) = end(&ranked.from_lowest);
    let (highest, highest_label, highest_others) = end(&ranked.from_highest);
    LandRow {
        indicator: indicator_view(data, indicator),
        value: together(summary, indicator, figures),
        mean: mean(summary, indicator, figures),
        lowest,
        lowest_label,
        lowest_others,
        highest,
        highest_label,
        highest_others,
        all: together(&ranked.all, indicator, figures),
    }
}
