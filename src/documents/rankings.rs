//! The rankings: the ten highest and the ten lowest values of each indicator.

use std::sync::Arc;

use crate::compose::view::sentences::{PartView, Sentence};
use crate::compose::view::view;
use crate::compose::view::{
    DocumentView, IndicatorView, Shaped, Shared, anchor, cell, document, indicator_view, ranking_origin,
};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::Facts;
use crate::export;
use crate::model::RankingEnd;
use crate::trace::Origin;

use super::kind::{About, Kind, MadeBy, TableFile, always, value};

/// The rankings.
pub static KIND: Kind = Kind {
    name: "ranglisten",
    singular: "ranglisten",
    template: "rankings",
    about: About::Edition,
    made_by: MadeBy::Build,
    one_page: false,
    title: "Ranglisten",
    description: "Die Kommunen nach jedem Merkmal geordnet",
    summary: "the rankings",
    exists: always,
    shape: RankingsView::shape,
    view: |context, figures| value(&rankings(&context.shared, figures)),
    table: |context| export::rankings(context.of_scope),
    table_title: "Alle Ranglisten",
    table_file: Some(TableFile {
        title: "Ranglisten als Tabelle",
        description: "Alle Ränge von beiden Enden, zum Weiterrechnen",
    }),
};

/// The greatest number of Kommunen in a list.
pub const TOP: usize = 10;

view! {
    /// What the template `rankings` sees.
    pub struct RankingsView {
        /// The document.
        pub document: DocumentView,
        /// One pair of lists per indicator.
        pub pairs: Vec<RankingPairView>,
    }
}

view! {
    /// The two ends of a ranking.
    pub struct RankingPairView {
        /// The indicator.
        pub indicator: IndicatorView,
        /// How many Kommunen have a value.
        pub known: FigureHandle,
        /// Where half of the Kommunen lie, a sentence; empty when too few values are known.
        pub text: Vec<PartView>,
        /// From the highest and from the lowest value.
        pub lists: Vec<RankingListView>,
    }
}

view! {
    /// One top list.
    pub struct RankingListView {
        /// Heading.
        pub title: String,
        /// Entries, in order of rank.
        pub entries: Vec<RankingEntryView>,
        /// Whether Kommunen that share the last rank are left out.
        pub cut: bool,
        /// How many are left out.
        pub left_out: FigureHandle,
        /// The rank they share.
        pub shared_rank: FigureHandle,
    }
}

view! {
    /// An entry of a top list.
    pub struct RankingEntryView {
        /// Rank.
        pub rank: FigureHandle,
        /// Label of the Kommune.
        pub label: String,
        /// Card of the Kommune.
        pub anchor: String,
        /// Its Land.
        pub state: String,
        /// Abbreviation of its Land.
        pub land: String,
        /// Value.
        pub value: FigureHandle,
    }
}

/// Returns the view of all rankings.
pub fn rankings(shared: &Shared<'_>, figures: &mut FigureTable<'_>) -> RankingsView {
    let edition = &shared.facts.data.edition;
    let title = format!("Ranglisten der {} {}", edition.group, edition.key);
    let subject = format!("Höchste und niedrigste Werte der {} je Kennzahl", edition.group);
    RankingsView {
        document: document(shared, title, subject, &["Ranglisten"], figures),
        pairs: pairs(shared.facts, figures),
    }
}

/// Returns one pair of lists for each indicator that has a value for any Kommune.
pub(super) fn pairs(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<RankingPairView> {
    (0..facts.data.indicators.len())
        .filter(|at| facts.indicators[*at].all.known > 0)
        .map(|at| RankingPairView {
            indicator: indicator_view(facts.data, &facts.data.indicators[at]),
            known: figures.count(facts.indicators[at].all.known, "number of Kommunen with a value"),
            text: middle(facts, at, figures),
            lists: vec![list(facts, at, RankingEnd::Highest, figures), list(facts, at, RankingEnd::Lowest, figures)],
        })
        .collect()
}

/// Returns the range of the middle half of the Kommunen, in words; empty for fewer than four values, whose quartiles
/// have no meaning.
fn middle(facts: &Facts<'_>, at: usize, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let (indicator, all) = (&facts.data.indicators[at], &facts.indicators[at].all);
    let Some(spread) = all.spread.filter(|spread| all.known >= 4 && spread.min < spread.max) else {
        return Vec::new();
    };
    let quartile = |which: &str| {
        let rule = format!("{which} quartile of {}", indicator.key);
        Arc::new(Origin::Formula { rule, inputs: Arc::from([]) })
    };
    let mut sentence = Sentence::new(figures);
    sentence.text("Die mittlere Hälfte der ");
    sentence.count(all.known, "number of Kommunen with a value");
    sentence.text(" Werte liegt zwischen ");
    let lower = sentence.figures.decimal(Some(spread.lower_quartile), indicator.decimals, "", quartile("lower"));
    sentence.number(lower);
    sentence.text(" und ");
    sentence.value(indicator, Some(spread.upper_quartile), &quartile("upper"));
    sentence.text(", der Median beträgt ");
    sentence.value(indicator, Some(spread.median), &quartile("second"));
    sentence.text(".");
    sentence.parts()
}

fn list(facts: &Facts<'_>, at: usize, from: RankingEnd, figures: &mut FigureTable<'_>) -> RankingListView {
    let indicator = &facts.data.indicators[at];
    let ranked = &facts.indicators[at];
    let (title, order, ranks) = match from {
        RankingEnd::Highest => (&indicator.highest, &ranked.from_highest, &ranked.rank_high),
        RankingEnd::Lowest => (&indicator.lowest, &ranked.from_lowest, &ranked.rank_low),
    };
    let entries = entries(facts, at, from, TOP, figures);
    let last = order.get(TOP - 1).and_then(|k| ranks[*k]);
    let left_out = order.iter().skip(TOP).filter(|k| last.is_some() && ranks[**k] == last).count();
    RankingListView {
        title: title.clone(),
        entries,
        cut: left_out > 0,
        left_out: figures.count(left_out, "number of Kommunen that share the last rank and are not listed"),
        shared_rank: figures.rank(last, ranked.all.known, Arc::clone(&ranking_origin(facts, at))),
    }
}

/// Returns the first entries of a ranking, up to a greatest number.
pub(super) fn entries(
    facts: &Facts<'_>,
    at: usize,
    from: RankingEnd,
    most: usize,
    figures: &mut FigureTable<'_>,
) -> Vec<RankingEntryView> {
    let ranked = &facts.indicators[at];
    let (order, ranks) = match from {
        RankingEnd::Highest => (&ranked.from_highest, &ranked.rank_high),
        RankingEnd::Lowest => (&ranked.from_lowest, &ranked.rank_low),
    };
    order
        .iter()
        .take(most)
        .map(|k| {
            let kommune = &facts.data.kommunen[*k];
            RankingEntryView {
                rank: figures.rank(ranks[*k], ranked.all.known, ranking_origin(facts, at)),
                label: kommune.label.value.clone(),
                anchor: anchor(facts.data, kommune),
                state: kommune.land.value.name.to_owned(),
                land: kommune.land.value.short.to_owned(),
                value: cell(kommune, at, &facts.data.indicators[at], figures),
            }
        })
        .collect()
}
