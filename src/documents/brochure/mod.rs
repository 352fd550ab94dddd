//! The comparative brochure of an edition.

mod glance;
mod key_figures;
mod laender;
mod offices;
mod plausibility;
mod practice;
mod register;

use std::collections::BTreeMap;

use crate::compose::view::maps::{AllMapView, ChoroplethView, all_map, choropleths};
use crate::compose::view::sentences::PartView;
use crate::compose::view::view;
use crate::compose::view::{
    CARDS, DocumentView, IndicatorView, PracticeView, Shaped, Shared, ValueView, anchor, cell, document,
    indicator_view, known, user_document_title,
};
use crate::compose::{FigureHandle, FigureTable, PassageHandle, add_passage};
use crate::derive::Facts;
use crate::derive::printed::printed;
use crate::export;
use crate::german::GermanOrder;
use crate::model::Data;

use super::comparison::{self, ChangesRowView, SinceView, since_of_all};
use super::kind::{About, Kind, MadeBy, always, value};
use super::rankings::{RankingPairView, pairs};
use super::states::{OverviewView, overview};
use glance::GlanceView;
use key_figures::{FigureComparisonView, TrendView};
use laender::{ChapterView, SumView};
use offices::{TallyView, TermsView};
use plausibility::{DeviationView, NoteView, PrintedView};
use practice::ThemeView;
use register::RegisterView;

/// The brochure.
pub static KIND: Kind = Kind {
    name: "broschuere",
    singular: "broschuere",
    template: "brochure",
    about: About::Edition,
    made_by: MadeBy::Build,
    one_page: false,
    title: "Broschüre",
    description: "Vergleich aller Kommunen mit Karten, Ranglisten und einem Kapitel je Land",
    summary: "the brochure; its parts see the same fields",
    exists: always,
    shape: BrochureView::shape,
    view: |context, figures| value(&brochure(&context.shared, figures)),
    table: |context| export::kommunen(context.of_scope),
    table_title: "Alle Kommunen mit ihren Werten",
    table_file: None,
};

/// The cover: the name of this part when it comes first.
const COVER: &str = "umschlag";

view! {
    /// What the template `brochure` sees.
    pub struct BrochureView {
        /// The document.
        pub document: DocumentView,
        /// The texts of the edition that stand among the parts, by their names.
        pub texts: BTreeMap<String, PassageHandle>,
        /// The whole at a glance.
        pub glance: GlanceView,
        /// National key figures; empty when the edition has none.
        pub national: Vec<ValueView>,
        /// Comparisons with others.
        pub comparison: Vec<FigureComparisonView>,
        /// The difference of the first comparison that has one; empty when none has.
        pub distance: Vec<PartView>,
        /// Figures over the years.
        pub unemployed: Vec<TrendView>,
        /// A map of all Kommunen; empty when there are no boundaries, else one.
        pub map: Vec<AllMapView>,
        /// Maps of indicators.
        pub maps: Vec<ChoroplethView>,
        /// Inhabitants by Land as bars; empty or one.
        pub sums: Vec<SumView>,
        /// The Länder side by side.
        pub overview: OverviewView,
        /// The tasks a Jobcenter can combine; empty when the edition names none.
        pub tasks: Vec<String>,
        /// How many tasks.
        pub task_count: FigureHandle,
        /// Practice examples by theme.
        pub themes: Vec<ThemeView>,
        /// Interviews.
        pub interviews: Vec<PracticeView>,
        /// Top-10 lists.
        pub pairs: Vec<RankingPairView>,
        /// One chapter per Land.
        pub laender: Vec<ChapterView>,
        /// The indicators the edition knows a value of: columns of the full table, and the definitions.
        pub indicators: Vec<IndicatorView>,
        /// How many indicators, for geometry.
        pub width: FigureHandle,
        /// The full table, in German order.
        pub all: Vec<BrochureRowView>,
        /// The former edition; empty or one.
        pub since: Vec<SinceView>,
        /// The full table of differences; empty without a former edition.
        pub changes: Vec<ChangesRowView>,
        /// The Länder of the document with their abbreviations, a line.
        pub abbreviations: String,
        /// Offices: terms ending by year.
        pub terms: TermsView,
        /// Offices: parties.
        pub parties: TallyView,
        /// Offices: titles.
        pub offices: TallyView,
        /// Organisation forms of the Jobcenter.
        pub organisations: TallyView,
        /// Whether the edition has totals an earlier publication printed.
        pub printed_before: bool,
        /// Where printed totals and the rows differ; empty when they do not.
        pub deviations: Vec<DeviationView>,
        /// Where printed rankings and the rows differ.
        pub printed_rankings: Vec<PrintedView>,
        /// Where printed key figures and the rows differ.
        pub printed_key_figures: Vec<PrintedView>,
        /// Where facts of practice examples and the rows differ.
        pub printed_practice: Vec<PrintedView>,
        /// Other plausibility notes, from `check`.
        pub notes: Vec<NoteView>,
        /// All Kommunen in the order of their names.
        pub register: Vec<RegisterView>,
        /// The heads of administration in the order of their family names.
        pub heads: Vec<RegisterView>,
    }
}

view! {
    /// A row of the full table.
    pub struct BrochureRowView {
        /// Label.
        pub label: String,
        /// Card.
        pub anchor: String,
        /// Land.
        pub state: String,
        /// One value per indicator.
        pub values: Vec<FigureHandle>,
    }
}

/// Returns the view of the brochure.
pub fn brochure(shared: &Shared<'_>, figures: &mut FigureTable<'_>) -> BrochureView {
    let facts = shared.facts;
    let data = facts.data;
    let edition = &data.edition;
    let order = GermanOrder::default();
    let own = shared.user_template.map(user_document_title);
    let (what, title) = match &own {
        Some(own) => (own.as_str(), format!("{own}: {}", edition.title)),
        None => ("Broschüre", edition.title.clone()),
    };
    let subject = match &own {
        Some(own) => format!("{own} der {}: Kennzahlen und Vergleiche", edition.group),
        None => format!(
            "Vergleichende Broschüre der {}: Kennzahlen, Ranglisten, Länderkapitel, Praxisbeispiele",
            edition.group
        ),
    };
    let themes = practice::themes(facts, figures);
    let printed = printed(facts);
    let comparison = key_figures::comparisons(data, figures);
    BrochureView {
        document: DocumentView {
            cover: shared.user_template.is_none() && edition.parts.first().is_some_and(|part| part.value == COVER),
            bleed: shared.bleed,
            padded: shared.padded,
            ..document(shared, title, subject, &[what, "Vergleich"], figures)
        },
        texts: texts(facts, figures),
        glance: glance::glance(facts, themes.iter().map(|t| t.examples.len()).sum(), figures),
        national: key_figures::listed(data, figures),
        distance: key_figures::first_distance(data, &comparison, figures),
        comparison,
        unemployed: key_figures::trends(data, figures),
        map: all_map(facts, figures),
        maps: choropleths(facts, figures),
        sums: laender::sums(facts, figures).into_iter().collect(),
        overview: overview(facts, true, figures),
        tasks: data.key_figures.tasks.iter().map(|t| t.value.clone()).collect(),
        task_count: figures.count(data.key_figures.tasks.len(), "number of tasks"),
        themes,
        interviews: practice::interviews(facts, figures),
        pairs: pairs(facts, figures),
        laender: facts.laender.iter().map(|land| laender::chapter(facts, land, figures)).collect(),
        indicators: known(data).map(|at| indicator_view(data, &data.indicators[at])).collect(),
        width: figures.count(known(data).count(), "number of indicators"),
        all: facts.scope.iter().map(|k| row(data, *k, figures)).collect(),
        since: since_of_all(facts).into_iter().collect(),
        changes: comparison::rows(facts, true, figures),
        abbreviations: abbreviations(facts),
        terms: offices::terms(facts, figures),
        parties: offices::tally(facts, &order, figures, |k| k.party.known()),
        offices: offices::tally(facts, &order, figures, |k| k.office.known()),
        organisations: offices::tally(facts, &order, figures, |k| k.organisation.known()),
        printed_before: !data.printed_laender.is_empty(),
        deviations: plausibility::deviations(facts, &printed, figures),
        printed_rankings: plausibility::rankings(data, &printed, figures),
        printed_key_figures: plausibility::key_figures(facts, &printed, figures),
        printed_practice: plausibility::practice(data, &printed, figures),
        notes: plausibility::notes(facts, figures),
        register: register::kommunen(facts),
        heads: register::heads(facts, &order),
    }
}

/// Returns the text parts. Their links lead to cards in the document.
fn texts(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> BTreeMap<String, PassageHandle> {
    let data = facts.data;
    let mut passage = |name: &str| {
        let text = data.text(name)?;
        let has_card =
            |ags: &str| data.has_part(CARDS) && facts.scope.iter().any(|k| data.kommunen[*k].ags.value == ags);
        Some((name.to_owned(), add_passage(figures, text, has_card)))
    };
    data.edition.parts.iter().filter_map(|part| passage(&part.value)).collect()
}

fn row(data: &Data, k: usize, figures: &mut FigureTable<'_>) -> BrochureRowView {
    let kommune = &data.kommunen[k];
    BrochureRowView {
        label: kommune.label.value.clone(),
        anchor: anchor(data, kommune),
        state: kommune.land.value.name.to_owned(),
        values: known(data).map(|at| cell(kommune, at, &data.indicators[at], figures)).collect(),
    }
}

/// Returns the abbreviations in tables and their meanings: `BW Baden-Württemberg, BY Bayern`.
fn abbreviations(facts: &Facts<'_>) -> String {
    let laender: Vec<String> =
        facts.laender.iter().map(|land| format!("{} {}", land.land.short, land.land.name)).collect();
    laender.join(", ")
}
