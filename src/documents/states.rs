//! The state tables: a table of all Länder, then one table for each Land.

use std::sync::Arc;

use crate::compose::view::view;
use crate::compose::view::{
    AggregateView, CARDS, DocumentView, IndicatorView, Shaped, Shared, anchor, document, indicator_view, known, mean,
    together,
};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::{Facts, LandFacts};
use crate::export;
use crate::german;
use crate::model::{Data, Kommune};
use crate::trace::Origin;

use super::comparison::{SinceView, group_change, since_of_all};
use super::kind::{About, Kind, MadeBy, TableFile, always, value};

/// The state tables.
pub static KIND: Kind = Kind {
    name: "laender",
    singular: "laender",
    template: "laender",
    about: About::Edition,
    made_by: MadeBy::Build,
    one_page: false,
    title: "Ländertabellen",
    description: "Summen und Mittelwerte der Länder",
    summary: "the state tables",
    exists: always,
    shape: StateTablesView::shape,
    view: |context, figures| value(&laender(&context.shared, figures)),
    table: |context| export::laender(context.of_scope, true),
    table_title: "Alle Länder mit ihren Werten",
    table_file: Some(TableFile {
        title: "Länder als Tabelle", description: "Die Werte der Länder, zum Weiterrechnen"
    }),
};

view! {
    /// What the template `laender` sees.
    pub struct StateTablesView {
        /// The document.
        pub document: DocumentView,
        /// The Länder side by side.
        pub overview: OverviewView,
        /// The former edition; empty or one.
        pub since: Vec<SinceView>,
        /// One table per Land, in German order.
        pub laender: Vec<LandView>,
    }
}

view! {
    /// The Länder side by side.
    pub struct OverviewView {
        /// The columns.
        pub indicators: Vec<IndicatorView>,
        /// One row per Land.
        pub rows: Vec<StateRowView>,
        /// All together.
        pub total: StateRowView,
        /// How many indicators, for geometry.
        pub width: FigureHandle,
        /// Whether Kommunen are missing from any value.
        pub partial: bool,
        /// Labels of the indicators without any value in the edition, which tables leave out; empty when there are none.
        pub left_out: String,
    }
}

view! {
    /// A row of the overview.
    pub struct StateRowView {
        /// Name of the Land.
        pub name: String,
        /// Its chapter, for links.
        pub anchor: String,
        /// Number of Kommunen.
        pub kommunen: FigureHandle,
        /// One value per indicator.
        pub values: Vec<AggregateView>,
    }
}

view! {
    /// A Land.
    pub struct LandView {
        /// Name.
        pub name: String,
        /// Its chapter, for links.
        pub anchor: String,
        /// Number of Kommunen.
        pub kommunen: FigureHandle,
        /// Number of all Kommunen.
        pub all_kommunen: FigureHandle,
        /// Reference date of the former edition as printed; empty or one.
        pub since: Vec<String>,
        /// One row per indicator.
        pub rows: Vec<LandRow>,
    }
}

view! {
    /// An indicator of a Land.
    pub struct LandRow {
        /// The indicator.
        pub indicator: IndicatorView,
        /// Value of the Land.
        pub value: AggregateView,
        /// Its difference to the former edition; empty or one.
        pub change: Vec<FigureHandle>,
        /// Mean of the Land.
        pub mean: FigureHandle,
        /// The Kommune with the lowest value.
        pub lowest: EndView,
        /// The Kommune with the highest value.
        pub highest: EndView,
        /// Value of all Kommunen together.
        pub all: AggregateView,
    }
}

view! {
    /// An end of a Land's values.
    pub struct EndView {
        /// Value.
        pub value: FigureHandle,
        /// The Kommune that has it.
        pub label: String,
        /// Its card; empty in a document without cards.
        pub anchor: String,
        /// How many others share it; empty when none does.
        pub others: Vec<FigureHandle>,
    }
}

/// Returns the view of all state tables.
pub fn laender(shared: &Shared<'_>, figures: &mut FigureTable<'_>) -> StateTablesView {
    let facts = shared.facts;
    let edition = &facts.data.edition;
    let title = format!("Ländertabellen der {} {}", edition.group, edition.key);
    let subject = format!("Summen und Mittelwerte der {} je Land", edition.group);
    StateTablesView {
        document: document(shared, title, subject, &["Ländertabellen"], figures),
        overview: overview(facts, false, figures),
        since: since_of_all(facts).into_iter().collect(),
        laender: facts.laender.iter().map(|land| land_view(facts, land, false, figures)).collect(),
    }
}

/// Returns the anchor of the chapter of a Land; empty in a brochure without such chapters.
pub(super) fn land_anchor(data: &Data, land: &LandFacts) -> String {
    if data.has_part(CARDS) { format!("land-{}", land.land.key) } else { String::new() }
}

/// Returns the table of all Länder; `linked` is true when the document has chapters that they can link to.
pub(super) fn overview(facts: &Facts<'_>, linked: bool, figures: &mut FigureTable<'_>) -> OverviewView {
    let indicators = &facts.data.indicators;
    let shown: Vec<usize> = known(facts.data).collect();
    let left_out: Vec<&str> =
        (0..indicators.len()).filter(|at| !shown.contains(at)).map(|at| indicators[at].label.as_str()).collect();
    let rows = facts
        .laender
        .iter()
        .map(|land| StateRowView {
            name: land.land.name.to_owned(),
            anchor: if linked { land_anchor(facts.data, land) } else { String::new() },
            kommunen: figures.count(land.members.len(), "number of Kommunen in the Land"),
            values: shown.iter().map(|at| together(&land.summaries[*at], &indicators[*at], figures)).collect(),
        })
        .collect();
    let total = StateRowView {
        name: "Insgesamt".to_owned(),
        anchor: String::new(),
        kommunen: figures.count(facts.scope.len(), "number of Kommunen"),
        values: shown.iter().map(|at| together(&facts.indicators[*at].all, &indicators[*at], figures)).collect(),
    };
    OverviewView {
        indicators: shown.iter().map(|at| indicator_view(facts.data, &indicators[*at])).collect(),
        rows,
        total,
        width: figures.count(shown.len(), "number of indicators"),
        partial: shown.iter().any(|at| facts.indicators[*at].all.is_partial()),
        left_out: left_out.join(", "),
    }
}

/// Returns the table of a Land; `linked` is true when the document has cards that its Kommunen can link to.
pub(super) fn land_view(facts: &Facts<'_>, land: &LandFacts, linked: bool, figures: &mut FigureTable<'_>) -> LandView {
    let rows = known(facts.data).map(|at| land_row(facts, land, at, linked, figures)).collect();
    LandView {
        name: land.land.name.to_owned(),
        anchor: if linked { land_anchor(facts.data, land) } else { String::new() },
        kommunen: figures.count(land.members.len(), "number of Kommunen in the Land"),
        all_kommunen: figures.count(facts.scope.len(), "number of Kommunen"),
        since: facts.data.former.iter().map(|former| german::stand(former.data.edition.stand)).collect(),
        rows,
    }
}

fn land_row(facts: &Facts<'_>, land: &LandFacts, at: usize, linked: bool, figures: &mut FigureTable<'_>) -> LandRow {
    let data = facts.data;
    let indicator = &data.indicators[at];
    let (ranked, summary) = (&facts.indicators[at], &land.summaries[at]);
    let mut end = |order: &[usize]| {
        let members: Vec<&Kommune> =
            order.iter().filter(|k| land.members.contains(k)).map(|k| &data.kommunen[*k]).collect();
        let found = members.first();
        let value = found.and_then(|k| k.values[at].value);
        let place = found.map_or_else(|| indicator.place.clone(), |k| k.values[at].place.clone());
        let others = members.iter().skip(1).filter(|k| k.values[at].value == value).count();
        let count = (others > 0).then(|| figures.count(others, "number of others with the same value"));
        EndView {
            value: figures.value(indicator, value, Arc::new(Origin::Cell(place))),
            label: found.map_or_else(|| crate::german::MEANINGLESS.to_owned(), |k| k.label.value.clone()),
            anchor: found.filter(|_| linked).map(|k| anchor(data, k)).unwrap_or_default(),
            others: count.into_iter().collect(),
        }
    };
    let (lowest, highest) = (end(&ranked.from_lowest), end(&ranked.from_highest));
    LandRow {
        indicator: indicator_view(data, indicator),
        value: together(summary, indicator, figures),
        change: group_change(summary, indicator, figures).into_iter().collect(),
        mean: mean(summary, indicator, figures),
        lowest,
        highest,
        all: together(&ranked.all, indicator, figures),
    }
}
