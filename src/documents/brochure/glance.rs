//! The whole at a glance: totals, and what the nation's key figures say.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::sentences::{PartView, Sentence};
use crate::compose::view::view;
use crate::compose::view::{AggregateView, BarView, ChartView, ValueView, no_mark_at, together, value_chart};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::{Facts, LandFacts};
use crate::german::rounded;
use crate::grammar::{self, Case, Name, Noun};
use crate::model::{Data, Kind, Place, Sourced};
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

view! {
    /// The Kommunen of the edition beside the gemeinsame Einrichtungen.
    pub struct ComparisonView {
        /// The rates of both.
        pub rows: Vec<CompareView>,
        /// The same as bars: one group per rate.
        pub chart: GroupedView,
        /// What the figures say.
        pub text: Vec<PartView>,
    }
}

view! {
    /// Two figures side by side.
    pub struct CompareView {
        /// What is compared.
        pub label: String,
        /// Of the Kommunen of the edition.
        pub own: FigureHandle,
        /// Of the gemeinsame Einrichtungen.
        pub other: FigureHandle,
    }
}

view! {
    /// Bars in groups on one axis.
    pub struct GroupedView {
        /// The axis, with all bars in the order of the groups.
        pub axis: ChartView,
        /// The groups.
        pub groups: Vec<GroupView>,
    }
}

view! {
    /// A group of bars.
    pub struct GroupView {
        /// Name.
        pub label: String,
        /// Its bars.
        pub bars: Vec<BarView>,
    }
}

view! {
    /// A figure over the years.
    pub struct TrendView {
        /// The years with their figures.
        pub years: Vec<YearView>,
        /// The same as bars.
        pub chart: ChartView,
        /// What the figures say; empty with one year alone.
        pub text: Vec<PartView>,
    }
}

view! {
    /// A figure of a year.
    pub struct YearView {
        /// Year.
        pub year: FigureHandle,
        /// Figure.
        pub value: FigureHandle,
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
        landkreise: figures.count(of_kind(Kind::Landkreis), "number of Landkreise"),
        cities: figures.count(of_kind(Kind::KreisfreieStadt), "number of kreisfreie Städte"),
        laender: figures.count(facts.laender.len(), "number of Länder"),
        values,
        examples: figures.count(examples, "number of practice examples"),
        text: spread_over_laender(facts, figures),
    }
}

/// How many Kommunen of which kind lie in how many Länder, and where most and fewest do; nothing of one alone.
fn spread_over_laender(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let data = facts.data;
    if facts.scope.len() == 1 {
        return Vec::new();
    }
    let numbers = figures.numbers();
    let of_kind = |kind| facts.scope.iter().filter(|k| data.kommunen[**k].kind.value == kind).count();
    let (kreise, cities) = (of_kind(Kind::Landkreis), of_kind(Kind::KreisfreieStadt));
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

/// Länder with the number of Kommunen they have: `Hessen (16)`, `Hessen und Bayern (je 10)`.
fn named_with(sentence: &mut Sentence<'_, '_>, laender: &[&LandFacts], n: usize) {
    let names: Vec<Name> = laender.iter().map(|land| Name::of_land(land.land)).collect();
    sentence.list(&names, |sentence, name| sentence.text(name.nominative()));
    sentence.text(if names.len() > 1 { " (je " } else { " (" });
    sentence.count(n, "number of Kommunen in the Land");
    sentence.text(")");
}

fn key_figure(number: &Sourced<Decimal>, unit: &str, figures: &mut FigureTable<'_>) -> FigureHandle {
    let value = number.value.normalize();
    figures.decimal(Some(value), value.scale(), unit, Arc::new(Origin::Cell(number.place.clone())))
}

/// The national figures a brochure names, with their path in `eckwerte.toml` and their unit.
const NATIONAL: [(&str, &str, &str); 6] = [
    ("gedruckt.kommunale_jobcenter", "Kommunale Jobcenter (zugelassene kommunale Träger)", ""),
    ("gedruckt.einwohner_mio", "Einwohnerinnen und Einwohner in ihrem Gebiet", "Mio."),
    ("gedruckt.leistungsberechtigte_mio", "betreute Leistungsberechtigte", "Mio."),
    ("gedruckt.flaechenlaender", "Flächenländer", ""),
    (
        "gedruckt.anteil_der_bevoelkerung_der_flaechenlaender_prozent",
        "Anteil an der Bevölkerung der Flächenländer (knapp)",
        "%",
    ),
    ("gedruckt.bund.integrationen_pro_jahr_mio", "Integrationen in Arbeit je Jahr im Bund (gut)", "Mio."),
];

pub(super) fn national(data: &Data, figures: &mut FigureTable<'_>) -> Vec<ValueView> {
    NATIONAL
        .iter()
        .filter_map(|(path, label, unit)| {
            let number = data.key_figures.number(path)?;
            Some(ValueView { label: (*label).to_owned(), value: key_figure(number, unit, figures) })
        })
        .collect()
}

/// The rates that are published for both kinds of Jobcenter.
const RATES: [(&str, &str); 2] =
    [("alo_sgb2_prozent", "Arbeitslosenquote im SGB II"), ("alo_sgb3_prozent", "Arbeitslosenquote im SGB III")];

/// What the Jobcenter of the other kind are called.
const OTHERS: &str = "gemeinsame Einrichtungen";

/// A rate of theirs, behind that of the Kommunen.
const OF_OTHERS: &str = "jener der gemeinsamen Einrichtungen";

/// Both kinds of Jobcenter side by side; `None` when no rate is published for both.
pub(super) fn comparison(data: &Data, figures: &mut FigureTable<'_>) -> Option<ComparisonView> {
    let pairs: Vec<(&str, &Sourced<Decimal>, &Sourced<Decimal>)> = RATES
        .into_iter()
        .filter_map(|(group, label)| {
            let number = |of: &str| data.key_figures.number(&format!("gedruckt.{group}.{of}"));
            Some((label, number("optionskommunen")?, number("gemeinsame_einrichtungen")?))
        })
        .collect();
    let highest = pairs.iter().flat_map(|(_, own, other)| [own.value, other.value]).max()?;
    let group = &data.edition.group;
    let rows = pairs
        .iter()
        .map(|(label, own, other)| CompareView {
            label: (*label).to_owned(),
            own: key_figure(own, "%", figures),
            other: key_figure(other, "%", figures),
        })
        .collect();
    let groups: Vec<GroupView> = pairs
        .iter()
        .map(|(label, own, other)| GroupView {
            label: (*label).to_owned(),
            bars: [(group.as_str(), own), (OTHERS, other)]
                .into_iter()
                .map(|(label, number)| BarView {
                    label: label.to_owned(),
                    year: Vec::new(),
                    value: key_figure(number, "%", figures),
                    land_mean: no_mark_at(&number.place, figures),
                    mean: no_mark_at(&number.place, figures),
                })
                .collect(),
        })
        .collect();
    let said: Vec<String> = pairs
        .iter()
        .map(|(label, own, other)| {
            let said = |n: Decimal| figures.numbers().with_unit(n, n.normalize().scale(), "%");
            format!("{label}: {group} {}, {OTHERS} {}", said(own.value), said(other.value))
        })
        .collect();
    let alt = format!("Balkendiagramm. {}.", said.join("; "));
    let axis = value_chart(alt, highest, "%", Vec::new(), figures);
    Some(ComparisonView { rows, chart: GroupedView { axis, groups }, text: compared(data, &pairs, figures) })
}

/// How far the rates lie apart.
fn compared(
    data: &Data,
    pairs: &[(&str, &Sourced<Decimal>, &Sourced<Decimal>)],
    figures: &mut FigureTable<'_>,
) -> Vec<PartView> {
    let mut sentence = Sentence::new(figures);
    for (at, (label, own, other)) in pairs.iter().enumerate() {
        let rate = label.strip_prefix("Arbeitslosenquote ").unwrap_or(label);
        if at == 0 {
            sentence.text(&format!("Die Arbeitslosenquote {rate} der {} liegt ", data.edition.group));
        } else {
            sentence.text(&format!(", die {rate} "));
        }
        difference(&mut sentence, own, other, OF_OTHERS);
    }
    sentence.text(".");
    sentence.parts()
}

/// `um 0,4 Prozentpunkte unter …`, or `gleichauf mit …`.
fn difference(sentence: &mut Sentence<'_, '_>, own: &Sourced<Decimal>, other: &Sourced<Decimal>, of: &str) {
    let off = own.value - other.value;
    if off.is_zero() {
        sentence.text(&format!("gleichauf mit {of}"));
        return;
    }
    let inputs: Arc<[Place]> = Arc::from([own.place.clone(), other.place.clone()]);
    let origin = Arc::new(Origin::Formula { rule: "difference of the two rates".to_owned(), inputs });
    let decimals = own.value.normalize().scale().max(other.value.normalize().scale());
    sentence.text("um ");
    let number = sentence.figures.decimal(Some(rounded(off.abs(), decimals)), decimals, "", origin);
    sentence.number(number);
    let side = if off.is_sign_negative() { "unter" } else { "über" };
    sentence.text(&format!("\u{a0}Prozentpunkte {side} {of}"));
}

/// How far the SGB II-Quote lies from that of the gemeinsame Einrichtungen, which its source tells in words only
/// (`über 1 %`); empty when the edition has no such figure.
pub(super) fn distance(data: &Data, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let path = "gedruckt.sgb2_quote.abstand_zu_gemeinsamen_einrichtungen_prozentpunkte";
    let Some(number) = data.key_figures.number(path).filter(|number| !number.value.is_zero()) else {
        return Vec::new();
    };
    let mut sentence = Sentence::new(figures);
    sentence.text(&format!("Nach Angabe der Quelle liegt die SGB II-Quote der {} um rund ", data.edition.group));
    let size = number.value.abs().normalize();
    let rule = "size of the difference".to_owned();
    let origin = Arc::new(Origin::Formula { rule, inputs: Arc::from([number.place.clone()]) });
    let handle = sentence.figures.decimal(Some(size), size.scale(), "", origin);
    sentence.number(handle);
    let points = if size == Decimal::ONE { "Prozentpunkt" } else { "Prozentpunkte" };
    let side = if number.value.is_sign_negative() { "unter" } else { "über" };
    sentence.text(&format!("\u{a0}{points} {side} {OF_OTHERS}."));
    sentence.parts()
}

/// The unemployed of the nation by year; `None` when the edition has no such figure.
pub(super) fn unemployed(data: &Data, figures: &mut FigureTable<'_>) -> Option<TrendView> {
    let mut years: Vec<(i32, &Sourced<Decimal>)> = data
        .key_figures
        .numbers
        .iter()
        .filter_map(|number| {
            let year = number.path.strip_prefix("gedruckt.bund.arbeitslose_sgb2_")?.strip_suffix("_mio")?;
            Some((year.parse().ok()?, &number.value))
        })
        .collect();
    years.sort_unstable_by_key(|(year, _)| *year);
    let highest = years.iter().map(|(_, number)| number.value).max()?;
    let written = |year: i32, number: &Sourced<Decimal>| Sourced { value: Some(year), place: number.place.clone() };
    let bars = years
        .iter()
        .map(|(year, number)| BarView {
            label: String::new(),
            year: vec![figures.year(&written(*year, number))],
            value: key_figure(number, "Mio.", figures),
            land_mean: no_mark_at(&number.place, figures),
            mean: no_mark_at(&number.place, figures),
        })
        .collect();
    let said: Vec<String> = years
        .iter()
        .map(|(year, n)| format!("{year}: {}", figures.numbers().with_unit(n.value, n.value.scale(), "Mio.")))
        .collect();
    // The unit ends in a full stop.
    let alt = format!("Balkendiagramm: Arbeitslose im SGB II im Jahresdurchschnitt. {}", said.join("; "));
    let chart = value_chart(alt, highest, "Mio.", bars, figures);
    let rows = years
        .iter()
        .map(|(year, number)| YearView {
            year: figures.year(&written(*year, number)),
            value: key_figure(number, "Mio.", figures),
        })
        .collect();
    Some(TrendView { years: rows, chart, text: trend(&years, figures) })
}

/// How the figure of the last year differs from that of the first.
fn trend(years: &[(i32, &Sourced<Decimal>)], figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let ([(first, before), .., (last, after)], mut sentence) = (years, Sentence::new(figures)) else {
        return Vec::new();
    };
    let off = after.value - before.value;
    let inputs: Arc<[Place]> = Arc::from([before.place.clone(), after.place.clone()]);
    let origin = |rule: &str| Arc::new(Origin::Formula { rule: rule.to_owned(), inputs: Arc::clone(&inputs) });
    let year = |year: i32, of: &Sourced<Decimal>| Sourced { value: Some(year), place: of.place.clone() };
    sentence.text("Von ");
    let number = sentence.figures.year(&year(*first, before));
    sentence.number(number);
    sentence.text(" bis ");
    let number = sentence.figures.year(&year(*last, after));
    sentence.number(number);
    if off.is_zero() || before.value <= Decimal::ZERO {
        sentence.text(if off.is_zero() {
            " ist ihre Zahl gleich geblieben."
        } else {
            " hat sich ihre Zahl verändert."
        });
        return sentence.parts();
    }
    sentence.text(" ist ihre Zahl um ");
    let decimals = before.value.scale().max(after.value.scale());
    let number = sentence.figures.decimal(Some(off.abs()), decimals, "", origin("last year - first year"));
    sentence.number(number);
    sentence.text("\u{a0}Mio. ");
    sentence.text(if off.is_sign_negative() { "gesunken" } else { "gestiegen" });
    sentence.text(", das sind ");
    let share = off.abs() / before.value * Decimal::ONE_HUNDRED;
    let number = sentence.figures.decimal(Some(share), 0, "", origin("(last year - first year) / first year"));
    sentence.number(number);
    sentence.text("\u{a0}%.");
    sentence.parts()
}
