//! What a template may see: one struct per kind of document, ready values only.
//!
//! A view never holds a missing value: a missing number is a handle that prints the official sign, a
//! missing text reads "keine Angabe". `kreisblatt fields` prints the doc comments of these structs for people who write
//! templates.

#[macro_use]
mod fields;

mod brochure;
mod bundle;
mod comparison;
mod laender;
mod maps;
mod rankings;
mod sentences;
mod sheet;

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::derive::{Facts, Summary};
use crate::german::{self, Numbers};
use crate::grammar::{self, aggregate_words};
use crate::model::{Axis, Data, Indicator, Kommune, Meeting, Place, Practice, Text};
use crate::trace::Origin;

use super::figures::{Figures, Handle};
use super::marks;

pub use brochure::{BrochureView, brochure};
pub use bundle::{AnnexView, BundleView, MeetingView, bundle};
pub use comparison::{ComparisonView, SinceView, comparison};
pub use fields::{Field, Shaped, fields, illustrate};
pub use laender::{LaenderView, laender};
pub use maps::{AllMapView, ChoroplethView, LandMapView};
pub use rankings::{RankingsView, rankings};
pub use sentences::PartView;
pub use sheet::{MAX_SQUEEZE, SheetView, sheet};

/// Printed for a text that is not known.
pub const NOT_GIVEN: &str = "keine Angabe";

/// Printed for an office without a title.
const NO_TITLE: &str = "Leitung der Verwaltung";

/// What all documents of a run share.
#[derive(Debug)]
pub struct Shared<'a> {
    /// The facts the document is about.
    pub facts: &'a Facts<'a>,
    /// How numbers are written.
    pub numbers: &'a Numbers,
    /// Whether the document is a draft.
    pub draft: bool,
    /// Whether the pages of the brochure reach 3 mm over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages make the number of pages of the brochure a multiple of four.
    pub padded: bool,
    /// How tight a fact sheet is set: 0 as designed, more where it needed a second page.
    pub density: usize,
    /// The meeting a fact sheet is an annex of, with its number; `None` for one that stands alone.
    pub annex: Option<(&'a Meeting, usize)>,
    /// The name of the template of the user's own it is made for; `None` for documents of ours.
    pub own: Option<&'a str>,
    /// Files the PDF carries.
    pub attachments: Vec<Attachment>,
}

view! {
    /// A file a PDF carries.
    #[derive(Clone)]
    pub struct Attachment {
        /// File name.
        pub name: String,
        /// Media type, for example `text/csv`.
        pub mime: String,
        /// What it holds, a German phrase.
        pub description: String,
        /// Its text.
        pub content: String,
    }
}

view! {
    /// The document itself.
    pub struct DocumentView {
        /// Title, as PDF readers show it.
        pub title: String,
        /// What stands at the head of its pages.
        pub running: String,
        /// Subject, one sentence.
        pub subject: String,
        /// Keywords.
        pub keywords: Vec<String>,
        /// Who publishes.
        pub publisher: String,
        /// Where.
        pub place: String,
        /// Title of the edition.
        pub edition_title: String,
        /// Subtitle of the edition.
        pub edition_subtitle: String,
        /// Folder name of the edition.
        pub edition: String,
        /// What the Kommunen are called together.
        pub group: String,
        /// Reference date as printed.
        pub stand: String,
        /// Revision state.
        pub revision: String,
        /// Reference date as `2017-06-01`, for code.
        pub date: String,
        /// Document ID.
        pub kennung: String,
        /// Whether it is one page.
        pub single: bool,
        /// Whether its pages have a running head.
        pub head: bool,
        /// Whether its first page is a cover.
        pub cover: bool,
        /// Whether it is a draft.
        pub draft: bool,
        /// Whether its pages reach 3 mm over the trimmed edge.
        pub bleed: bool,
        /// Whether empty pages make its number of pages a multiple of four.
        pub padded: bool,
        /// Whether the document is about a selection of the edition's Kommunen.
        pub selection: bool,
        /// How many Kommunen the document is about.
        pub total: Handle,
        /// How many Kommunen the edition has.
        pub edition_total: Handle,
        /// How values of several Kommunen are put together, a sentence.
        pub aggregation: String,
        /// Sources.
        pub sources: Vec<SourceView>,
        /// Files the PDF carries; empty but in profile `daten`.
        pub attachments: Vec<Attachment>,
    }
}

view! {
    /// A source.
    pub struct SourceView {
        /// For footers.
        pub short: String,
        /// In full.
        pub citation: String,
    }
}

view! {
    /// A Kommune's identity.
    pub struct KommuneView {
        /// Amtlicher Gemeindeschlüssel.
        pub ags: String,
        /// Name without the kind.
        pub name: String,
        /// As addressed.
        pub label: String,
        /// Name of its card, for links; empty in a brochure without cards.
        pub anchor: String,
        /// Name of its entry in the register, likewise.
        pub register: String,
        /// `Landkreis` or `kreisfreie Stadt`.
        pub kind: String,
        /// Its Land.
        pub state: String,
        /// Name of its Jobcenter.
        pub jobcenter: String,
        /// Organisation form of its Jobcenter.
        pub organisation: String,
        /// Whether the name or the organisation form of its Jobcenter is known.
        pub jobcenter_known: bool,
        /// Office title of its head.
        pub office: String,
        /// Name of its head.
        pub head: String,
        /// Party of its head.
        pub party: String,
        /// Whether the party is known.
        pub party_known: bool,
        /// Whether anything is known of its head: name, party or term.
        pub head_known: bool,
        /// Year the head took office.
        pub in_office_since: Handle,
        /// Year the term ends.
        pub elected_until: Handle,
        /// The term of office as of the Stand, in words.
        pub term: Vec<PartView>,
    }
}

view! {
    /// A Kommune mentioned.
    pub struct MentionView {
        /// Label.
        pub label: String,
        /// Card; empty in a brochure without cards.
        pub anchor: String,
    }
}

view! {
    /// An indicator's names.
    pub struct IndicatorView {
        /// Key.
        pub key: String,
        /// Full name.
        pub label: String,
        /// For narrow columns.
        pub short: String,
        /// Unit; empty for a count.
        pub unit: String,
        /// What is measured.
        pub definition: String,
        /// How several Kommunen are put together, a German phrase.
        pub aggregation: String,
        /// Full citation of its source.
        pub source: String,
    }
}

view! {
    /// A name with a number.
    pub struct ValueView {
        /// Name.
        pub label: String,
        /// Number.
        pub value: Handle,
    }
}

view! {
    /// A value of several Kommunen together.
    pub struct AggregateView {
        /// Number.
        pub value: Handle,
        /// Whether Kommunen are missing from it, because a value of theirs is not known.
        pub partial: bool,
    }
}

view! {
    /// Bars on one axis.
    pub struct ChartView {
        /// What the chart shows, for those who cannot see it.
        pub alt: String,
        /// Left end of the axis.
        pub min: Handle,
        /// Right end of the axis.
        pub max: Handle,
        /// Ticks, from left to right.
        pub ticks: Vec<Handle>,
        /// The bars.
        pub bars: Vec<BarView>,
    }
}

view! {
    /// A bar with the means it is compared with.
    pub struct BarView {
        /// Name; empty when the bar is that of a year.
        pub label: String,
        /// The year it is that of; empty or one.
        pub year: Vec<Handle>,
        /// Number.
        pub value: Handle,
        /// Mean of the Land, drawn as a mark; a handle without a number draws none.
        pub land_mean: Handle,
        /// Mean of all, likewise.
        pub mean: Handle,
    }
}

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
        pub text: Handle,
        /// What it counts.
        pub what: String,
    }
}

fn document(
    shared: &Shared<'_>,
    title: String,
    subject: String,
    keywords: &[&str],
    figures: &mut Figures<'_>,
) -> DocumentView {
    let data = shared.facts.data;
    let edition = &data.edition;
    let mut all = vec![edition.group.clone(), "SGB II".to_owned(), "Jobcenter".to_owned()];
    all.extend(keywords.iter().map(|k| (*k).to_owned()));
    DocumentView {
        running: title.clone(),
        title,
        subject,
        keywords: all,
        publisher: edition.publisher.value.clone(),
        place: edition.place.value.clone(),
        edition_title: edition.title.clone(),
        edition_subtitle: edition.subtitle.clone(),
        edition: edition.key.clone(),
        group: edition.group.clone(),
        stand: german::stand(edition.stand),
        revision: edition.revision.clone(),
        date: edition.stand.date.format("%Y-%m-%d").to_string(),
        kennung: marks::KENNUNG.to_string(),
        single: false,
        head: true,
        cover: false,
        draft: shared.draft,
        bleed: false,
        padded: false,
        selection: shared.facts.scope.len() < data.kommunen.len(),
        total: figures.count(shared.facts.scope.len(), "number of Kommunen in the document"),
        edition_total: figures.count(data.kommunen.len(), "number of Kommunen in the edition"),
        aggregation: aggregation(data),
        sources: edition
            .sources
            .iter()
            .map(|s| SourceView { short: s.short.clone(), citation: s.citation.clone() })
            .collect(),
        attachments: shared.attachments.clone(),
    }
}

/// What a document of the user's own is called by the name of its template: `karte-gross` is `Karte gross`.
pub fn own_title(name: &str) -> String {
    grammar::capitalised(&name.replace('-', " "))
}

/// How values of several Kommunen are put together: `Einwohner, Fläche: Summe; SGB II-Quote: Mittel, gewichtet mit
/// „Einwohner“.`
fn aggregation(data: &Data) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for at in known(data) {
        let indicator = &data.indicators[at];
        let how = aggregate_words(indicator, &data.indicators).value;
        match groups.iter_mut().find(|(known, _)| *known == how) {
            Some((_, names)) => names.push(&indicator.short),
            None => groups.push((how, vec![&indicator.short])),
        }
    }
    let said: Vec<String> = groups.into_iter().map(|(how, names)| format!("{}: {how}", names.join(", "))).collect();
    format!("{}.", said.join("; "))
}

/// The indicators of which the edition knows any value: tables and charts leave out the others.
fn known(data: &Data) -> impl Iterator<Item = usize> + '_ {
    (0..data.indicators.len()).filter(|at| data.kommunen.iter().any(|kommune| kommune.values[*at].value.is_some()))
}

fn given(text: &Text) -> String {
    text.known().unwrap_or(NOT_GIVEN).to_owned()
}

/// The part of the brochure that holds the cards, and the one that holds the registers.
const CARDS: &str = "laender";
const REGISTERS: &str = "register";

/// The name of the card of a Kommune; empty in a brochure without cards.
fn anchor(data: &Data, kommune: &Kommune) -> String {
    if data.has_part(CARDS) { format!("kommune-{}", kommune.ags.value) } else { String::new() }
}

/// The name of the register's entry of a Kommune; empty in a brochure without registers.
fn entry(data: &Data, kommune: &Kommune) -> String {
    if data.has_part(REGISTERS) { format!("register-{}", kommune.ags.value) } else { String::new() }
}

fn mention(data: &Data, kommune: &Kommune) -> MentionView {
    MentionView { label: kommune.label.value.clone(), anchor: anchor(data, kommune) }
}

fn kommune_view(data: &Data, kommune: &Kommune, figures: &mut Figures<'_>) -> KommuneView {
    KommuneView {
        ags: kommune.ags.value.clone(),
        name: kommune.name.value.clone(),
        label: kommune.label.value.clone(),
        anchor: anchor(data, kommune),
        register: entry(data, kommune),
        kind: kommune.kind.value.german().to_owned(),
        state: kommune.land.value.name.to_owned(),
        jobcenter: given(&kommune.jobcenter),
        organisation: given(&kommune.organisation),
        jobcenter_known: [&kommune.jobcenter, &kommune.organisation].iter().any(|text| text.known().is_some()),
        office: kommune.office.known().unwrap_or(NO_TITLE).to_owned(),
        head: given(&kommune.head),
        party: given(&kommune.party),
        party_known: kommune.party.known().is_some(),
        head_known: [&kommune.head, &kommune.party].iter().any(|text| text.known().is_some())
            || [&kommune.in_office_since, &kommune.elected_until].iter().any(|year| year.value.is_some()),
        in_office_since: figures.year(&kommune.in_office_since),
        elected_until: figures.year(&kommune.elected_until),
        term: sentences::term(kommune, data.edition.stand, figures),
    }
}

fn cell(kommune: &Kommune, at: usize, indicator: &Indicator, figures: &mut Figures<'_>) -> Handle {
    let number = &kommune.values[at];
    figures.value(indicator, number.value, Arc::new(Origin::Cell(number.place.clone())))
}

fn rank(facts: &Facts<'_>, k: usize, at: usize, figures: &mut Figures<'_>) -> Handle {
    let indicator = &facts.indicators[at];
    figures.rank(indicator.rank_high[k], indicator.all.known, ranking_origin(facts, at))
}

fn ranking_origin(facts: &Facts<'_>, at: usize) -> Arc<Origin> {
    Arc::clone(&facts.indicators[at].rank_origin)
}

fn aggregate(summary: &Summary, indicator: &Indicator, figures: &mut Figures<'_>) -> Handle {
    figures.value(indicator, summary.aggregate, Arc::clone(&summary.origin))
}

fn together(summary: &Summary, indicator: &Indicator, figures: &mut Figures<'_>) -> AggregateView {
    AggregateView { value: aggregate(summary, indicator, figures), partial: summary.is_partial() }
}

fn mean(summary: &Summary, indicator: &Indicator, figures: &mut Figures<'_>) -> Handle {
    figures.value(indicator, summary.mean, Arc::clone(&summary.mean_origin))
}

/// The lowest and the highest value of a group, with the cells they stand in.
fn extremes(facts: &Facts<'_>, at: usize, figures: &mut Figures<'_>) -> (Handle, Handle) {
    let indicator = &facts.data.indicators[at];
    let mut end = |list: &[usize]| {
        let number = list.first().map(|k| &facts.data.kommunen[*k].values[at]);
        let place = number.map_or_else(|| indicator.place.clone(), |n| n.place.clone());
        figures.value(indicator, number.and_then(|n| n.value), Arc::new(Origin::Cell(place)))
    };
    let ranked = &facts.indicators[at];
    (end(&ranked.from_lowest), end(&ranked.from_highest))
}

fn indicator_view(data: &Data, indicator: &Indicator) -> IndicatorView {
    let source = data.edition.source(&indicator.source);
    IndicatorView {
        key: indicator.key.clone(),
        label: indicator.label.clone(),
        short: indicator.short.clone(),
        unit: indicator.unit.clone(),
        definition: indicator.definition.clone(),
        aggregation: aggregate_words(indicator, &data.indicators).definition,
        source: source.map_or_else(|| NOT_GIVEN.to_owned(), |s| s.citation.clone()),
    }
}

fn practice_view(data: &Data, example: &Practice, figures: &mut Figures<'_>) -> Option<PracticeView> {
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

/// The axes of charts with their units, each with the indicators on it that the edition knows a value of.
fn axes(data: &Data) -> Vec<(Axis, &str, Vec<usize>)> {
    let mut axes: Vec<(Axis, &str, Vec<usize>)> = Vec::new();
    for at in known(data) {
        let indicator = &data.indicators[at];
        let Some(axis) = indicator.chart else { continue };
        match axes.iter_mut().find(|(known, unit, _)| *known == axis && *unit == indicator.unit) {
            Some((.., on_axis)) => on_axis.push(at),
            None => axes.push((axis, &indicator.unit, vec![at])),
        }
    }
    axes
}

/// The axes on which any bar of a Kommune has a length.
fn drawn_axes(data: &Data, k: usize) -> impl Iterator<Item = (Axis, &str, Vec<usize>)> {
    let has_value = move |at: &usize| data.kommunen[k].values[*at].value.is_some();
    axes(data).into_iter().filter(move |(.., on_axis)| on_axis.iter().any(has_value))
}

/// The indicators that are on a chart of a Kommune.
fn charted(data: &Data, k: usize) -> Vec<usize> {
    drawn_axes(data, k).flat_map(|(.., on_axis)| on_axis).collect()
}

/// One chart per axis on which any bar of the Kommune has a length: the bars of all indicators that share it.
fn charts(facts: &Facts<'_>, k: usize, figures: &mut Figures<'_>) -> Vec<ChartView> {
    let data = facts.data;
    let kommune = &data.kommunen[k];
    let land = facts.land_of(kommune);
    drawn_axes(data, k)
        .map(|(axis, unit, on_axis)| {
            let numbers = figures.numbers();
            let said: Vec<String> = on_axis
                .iter()
                .map(|at| {
                    let indicator = &data.indicators[*at];
                    let value = kommune.values[*at].value.map_or_else(
                        || "nicht bekannt".to_owned(),
                        |v| numbers.with_unit(v, indicator.decimals, &indicator.unit),
                    );
                    let said = |mean: Option<Decimal>, of: &str| {
                        mean.map(|m| {
                            format!("Mittel {of} {}", numbers.with_unit(m, indicator.decimals, &indicator.unit))
                        })
                    };
                    let of_land = said(land.and_then(|l| l.summaries[*at].mean), kommune.land.value.name);
                    let means: Vec<String> =
                        [of_land, said(facts.indicators[*at].all.mean, "aller")].into_iter().flatten().collect();
                    if means.is_empty() {
                        format!("{}: {value}", indicator.label)
                    } else {
                        format!("{}: {value} ({})", indicator.label, means.join(", "))
                    }
                })
                .collect();
            let alt = format!(
                "Balkendiagramm für {}, Achse von {} bis {}. {}.",
                kommune.label.value,
                numbers.format(axis.min, axis_decimals(axis)),
                numbers.with_unit(axis.max, axis_decimals(axis), unit),
                said.join("; "),
            );
            let bars = on_axis
                .iter()
                .map(|at| {
                    let indicator = &data.indicators[*at];
                    BarView {
                        label: indicator.short.clone(),
                        year: Vec::new(),
                        value: cell(kommune, *at, indicator, figures),
                        land_mean: match land {
                            Some(land) => mean(&land.summaries[*at], indicator, figures),
                            None => no_mark(indicator, figures),
                        },
                        mean: mean(&facts.indicators[*at].all, indicator, figures),
                    }
                })
                .collect();
            axis_chart(alt, axis, unit, bars, figures)
        })
        .collect()
}

fn axis_decimals(axis: Axis) -> u32 {
    [axis.min, axis.max, axis.step].iter().map(|n| n.normalize().scale()).max().unwrap_or(0)
}

/// A handle without a number, for a bar without a mark.
fn no_mark(indicator: &Indicator, figures: &mut Figures<'_>) -> Handle {
    figures.value(indicator, None, Arc::new(Origin::Cell(indicator.place.clone())))
}

/// A handle without a number, for a bar of a figure that no mark goes with.
fn no_mark_at(place: &Place, figures: &mut Figures<'_>) -> Handle {
    figures.decimal(None, 0, "", Arc::new(Origin::Cell(place.clone())))
}

/// Bars from zero to a round end not far above the highest value.
fn value_chart(alt: String, highest: Decimal, unit: &str, bars: Vec<BarView>, figures: &mut Figures<'_>) -> ChartView {
    let step = tick_step(highest);
    let max = (highest / step).ceil().max(Decimal::ONE) * step;
    axis_chart(alt, Axis { min: Decimal::ZERO, max, step }, unit, bars, figures)
}

/// A step of 1, 2 or 5 times a power of ten that makes three to six ticks up to `highest`.
fn tick_step(highest: Decimal) -> Decimal {
    let mut step = Decimal::ONE;
    for factor in [2, 5, 10].iter().cycle() {
        if highest / step <= Decimal::from(6) {
            break;
        }
        step = match factor {
            2 => step * Decimal::from(2),
            5 => step / Decimal::from(2) * Decimal::from(5),
            _ => step * Decimal::from(2),
        };
    }
    step
}

fn axis_chart(alt: String, axis: Axis, unit: &str, bars: Vec<BarView>, figures: &mut Figures<'_>) -> ChartView {
    let origin = Arc::new(Origin::Tick);
    let decimals = axis_decimals(axis);
    let mut tick = |value: Decimal| figures.decimal(Some(value), decimals, unit, Arc::clone(&origin));
    let mut ticks = Vec::new();
    let mut at = axis.min;
    while at <= axis.max {
        ticks.push(tick(at));
        at += axis.step;
    }
    ChartView { alt, min: tick(axis.min), max: tick(axis.max), ticks, bars }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        for (highest, step) in [(5, 1), (7, 2), (13, 5), (5_864_112, 1_000_000), (3_198_864, 1_000_000), (700, 200)] {
            assert_eq!(tick_step(Decimal::from(highest)), Decimal::from(step), "{highest}");
        }
    }

    #[test]
    fn small_sums_need_no_fraction() {
        assert_eq!(tick_step(Decimal::ONE), Decimal::ONE);
        assert_eq!(crate::german::plain(tick_step(Decimal::from(60)), 0), "10");
    }
}
