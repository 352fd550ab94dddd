//! The overview chapter: totals, and a map of the Kommunen.

use std::sync::Arc;

use crate::compose::view::sentences::{PartView, Sentence};
use crate::compose::view::view;
use crate::compose::view::{AggregateView, together};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::{Facts, LandFacts};
use crate::grammar::{self, Case, Name, Noun};
use crate::model::KommuneType;
use crate::trace::Origin;

view! {
    /// The whole at a glance.
    pub struct GlanceView {
        /// Number of Landkreise and Kreise.
        pub landkreise: FigureHandle,
        /// Number of kreisfreie Städte.
        pub cities: FigureHandle,
        /// Number of Länder.
        pub laender: FigureHandle,
        /// Values of all together, one per indicator that has one.
        pub values: Vec<TotalView>,
        /// Number of practice examples.
        pub examples: FigureHandle,
        /// Where the Kommunen lie, a sentence or two.
        pub text: Vec<PartView>,
    }
}

view! {
    /// A value of all together, with its name.
    pub struct TotalView {
        /// Name.
        pub label: String,
        /// Value.
        pub total: AggregateView,
        /// How many Kommunen entered it.
        pub counted: FigureHandle,
    }
}

pub(super) fn glance(facts: &Facts<'_>, examples: usize, figures: &mut FigureTable<'_>) -> GlanceView {
    let data = facts.data;
    let of_kind = |kind| facts.scope.iter().filter(|k| data.kommunen[**k].kind.value == kind).count();
    let values = data
        .indicators
        .iter()
        .zip(&facts.indicators)
        .filter(|(_, of)| of.all.aggregate.is_some())
        .map(|(indicator, of)| TotalView {
            label: indicator.label.clone(),
            total: together(&of.all, indicator, figures),
            counted: figures.count(of.all.counted, "number of Kommunen that entered the value"),
        })
        .collect();
    GlanceView {
        landkreise: figures.count(of_kind(KommuneType::Landkreis), "number of Landkreise"),
        cities: figures.count(of_kind(KommuneType::KreisfreieStadt), "number of kreisfreie Städte"),
        laender: figures.count(facts.laender.len(), "number of Länder"),
        values,
        examples: figures.count(examples, "number of practice examples"),
        text: spread_over_laender(facts, figures),
    }
}

/// Returns a sentence with the number of Kommunen by kind, the number of Länder, and the Länder with the most and
/// fewest Kommunen; empty for a single Kommune.
fn spread_over_laender(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let data = facts.data;
    if facts.scope.len() == 1 {
        return Vec::new();
    }
    let numbers = figures.numbers();
    let of_kind = |kind| facts.scope.iter().filter(|k| data.kommunen[**k].kind.value == kind).count();
    let (kreise, cities) = (of_kind(KommuneType::Landkreis), of_kind(KommuneType::KreisfreieStadt));
    let counted = Arc::new(Origin::Formula { rule: "number of Länder".to_owned(), inputs: Arc::from([]) });
    let mut sentence = Sentence::new(figures);
    sentence.text("Die ");
    sentence.count(facts.scope.len(), "number of Kommunen in the document");
    sentence.text(&format!(" {} liegen in ", data.edition.group));
    sentence.phrase(&grammar::count(facts.laender.len(), Noun::Land, Case::Dative, numbers), &counted);
    sentence.text(".");
    match (kreise, cities) {
        (0, _) => sentence.text(" Alle sind kreisfreie Städte."),
        (_, 0) => sentence.text(" Alle sind Landkreise oder Kreise."),
        _ => {
            sentence.text(" ");
            sentence.count(kreise, "number of Landkreise");
            let are = if kreise == 1 { "ist ein Landkreis oder Kreis" } else { "sind Landkreise oder Kreise" };
            sentence.text(&format!(" von ihnen {are}, "));
            sentence.count(cities, "number of kreisfreie Städte");
            sentence.text(if cities == 1 { " ist eine kreisfreie Stadt." } else { " sind kreisfreie Städte." });
        }
    }
    let most = facts.laender.iter().map(|land| land.members.len()).max().unwrap_or(0);
    let fewest = facts.laender.iter().map(|land| land.members.len()).min().unwrap_or(0);
    if most > fewest {
        let with = |n: usize| -> Vec<&LandFacts> { facts.laender.iter().filter(|l| l.members.len() == n).collect() };
        sentence.text(" Die meisten hat ");
        named_with(&mut sentence, &with(most), most);
        sentence.text(", die wenigsten ");
        named_with(&mut sentence, &with(fewest), fewest);
        sentence.text(".");
    }
    sentence.parts()
}

/// Writes Länder with the number of their Kommunen: `Hessen (16)`, `Hessen und Bayern (je 10)`.
fn named_with(sentence: &mut Sentence<'_, '_>, laender: &[&LandFacts], n: usize) {
    let names: Vec<Name> = laender.iter().map(|land| Name::of_land(land.land)).collect();
    sentence.list(&names, |sentence, name| sentence.text(name.nominative()));
    sentence.text(if names.len() > 1 { " (je " } else { " (" });
    sentence.count(n, "number of Kommunen in the Land");
    sentence.text(")");
}
