//! The fact sheet (Steckbrief) of one Kommune.

use serde::Serialize;

use crate::model::{Aggregate, Data};

use crate::compose::figures::{Figures, Handle};

use super::{
    ChartView, DocumentView, IndicatorView, KommuneView, PracticeView, Shared, cell, charts, document, extremes,
    indicator_view, kommune_view, mean, practice_view, rank,
};

/// What the template `sheet` sees.
#[derive(Debug, Serialize)]
pub struct SheetView {
    /// The document.
    pub document: DocumentView,
    /// The Kommune.
    pub kommune: KommuneView,
    /// The figures at the head of the page.
    pub key_figures: Vec<KeyFigureView>,
    /// One row per indicator.
    pub comparison: Vec<ComparisonView>,
    /// Bars, one chart per axis.
    pub charts: Vec<ChartView>,
    /// How means are made: indicators that share a method stand together.
    pub methods: Vec<MethodView>,
    /// Practice examples of the Kommune; empty when the edition has none.
    pub practice: Vec<PracticeView>,
    /// How many Kommunen of the edition lie in the same Land.
    pub in_land: Handle,
}

/// A figure at the head of the page.
#[derive(Debug, Serialize)]
pub struct KeyFigureView {
    /// Name.
    pub label: String,
    /// Value.
    pub value: Handle,
    /// Rank from the highest value.
    pub rank: Handle,
}

/// A way to make a mean.
#[derive(Debug, Serialize)]
pub struct MethodView {
    /// The indicators, separated by commas.
    pub labels: String,
    /// The way, a German phrase.
    pub method: String,
}

/// An indicator of the Kommune beside all others.
#[derive(Debug, Serialize)]
pub struct ComparisonView {
    /// The indicator.
    pub indicator: IndicatorView,
    /// Value.
    pub value: Handle,
    /// Rank from the highest value.
    pub rank: Handle,
    /// Quarter of the distribution: 1 holds the lowest values.
    pub quarter: Handle,
    /// Mean of the Land.
    pub land_mean: Handle,
    /// Mean of all.
    pub mean: Handle,
    /// Lowest value of all.
    pub lowest: Handle,
    /// Highest value of all.
    pub highest: Handle,
}

/// The view of the Kommune at a position in [`crate::model::Data::kommunen`].
pub fn sheet(shared: &Shared<'_>, k: usize, figures: &mut Figures<'_>) -> SheetView {
    let facts = shared.facts;
    let data = facts.data;
    let kommune = &data.kommunen[k];
    let land =
        facts.laender.iter().find(|l| l.land == kommune.land.value).expect("the Land of a Kommune in scope has facts");
    let mut key_figures = Vec::new();
    let mut comparison = Vec::new();
    for (at, indicator) in data.indicators.iter().enumerate() {
        if indicator.key_figure {
            key_figures.push(KeyFigureView {
                label: indicator.short.clone(),
                value: cell(kommune, at, indicator, figures),
                rank: rank(facts, k, at, figures),
            });
        }
        let all = &facts.indicators[at].all;
        let quarter = kommune.values[at].value.zip(all.spread).map(|(value, spread)| u32::from(spread.quarter(value)));
        let (lowest, highest) = extremes(facts, at, figures);
        comparison.push(ComparisonView {
            indicator: indicator_view(data, indicator),
            value: cell(kommune, at, indicator, figures),
            rank: rank(facts, k, at, figures),
            quarter: figures.rank(quarter, 4, super::ranking_origin(facts, at)),
            land_mean: mean(&land.summaries[at], indicator, figures),
            mean: mean(all, indicator, figures),
            lowest,
            highest,
        });
    }
    let label = &kommune.label.value;
    let subject = format!("Steckbrief mit Kennzahlen, Rängen und Vergleichswerten: {label}, {}", land.land.name);
    SheetView {
        document: document(
            shared,
            format!("Steckbrief {label}"),
            subject,
            &["Steckbrief", label, land.land.name],
            figures,
        ),
        kommune: kommune_view(kommune, figures),
        key_figures,
        comparison,
        charts: charts(facts, k, figures),
        methods: methods(data),
        practice: data
            .practice
            .iter()
            .filter(|p| p.theme.is_some() && p.ags.value == kommune.ags.value)
            .filter_map(|p| practice_view(data, p, figures))
            .collect(),
        in_land: figures.count(land.members.len(), "number of Kommunen in the Land"),
    }
}

/// The ways to make a mean, in the order of the indicators that use them.
fn methods(data: &Data) -> Vec<MethodView> {
    let short = |at: usize| data.indicators[at].short.as_str();
    let mut methods: Vec<MethodView> = Vec::new();
    for indicator in &data.indicators {
        let method = match indicator.aggregate {
            Aggregate::Sum => "Durchschnitt je Kommune".to_owned(),
            Aggregate::WeightedMean(weight) => format!("gewichtet nach {}", short(weight)),
            Aggregate::Ratio(top, bottom) => format!("Summe {} durch Summe {}", short(top), short(bottom)),
            Aggregate::None => "ohne Mittel".to_owned(),
        };
        match methods.iter_mut().find(|m| m.method == method) {
            Some(known) => known.labels = format!("{}, {}", known.labels, indicator.short),
            None => methods.push(MethodView { labels: indicator.short.clone(), method }),
        }
    }
    methods
}
