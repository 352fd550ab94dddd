//! The comparative brochure of an edition.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::compose::figures::{Figures, Handle};
use crate::derive::{Facts, LandFacts, RatioDeviation, printed_deviations, ratio_deviations};
use crate::german::Order;
use crate::model::{Aggregate, Axis, Data, Kind, Kommune, Sourced, Theme};
use crate::trace::Origin;

use super::laender::{LandView, OverviewView, land_view, overview};
use super::maps::{AllMapView, ChoroplethView, LandMapView, all_map, choropleths, land_map};
use super::rankings::{PairView, pairs};
use super::{
    AggregateView, BarView, ChartView, DocumentView, IndicatorView, KommuneView, PracticeView, Shared, ValueView,
    aggregate, anchor, axis_chart, cell, charts, document, indicator_view, kommune_view, no_mark, practice_view,
    together,
};

/// What the template `brochure` sees.
#[derive(Debug, Serialize)]
pub struct BrochureView {
    /// The document.
    pub document: DocumentView,
    /// Paragraphs of the foreword; empty when the edition has none.
    pub foreword: Vec<String>,
    /// The whole at a glance.
    pub glance: GlanceView,
    /// National key figures; empty when the edition has none.
    pub national: Vec<ValueView>,
    /// Comparison with the gemeinsame Einrichtungen; empty when the edition has none.
    pub comparison: Vec<CompareView>,
    /// Difference of the SGB II-Quote to the gemeinsame Einrichtungen; empty or one.
    pub distance: Vec<ValueView>,
    /// Unemployed by year; empty when the edition has none.
    pub unemployed: Vec<YearView>,
    /// A map of all Kommunen; empty when there are no boundaries, else one.
    pub map: Vec<AllMapView>,
    /// Maps of indicators.
    pub maps: Vec<ChoroplethView>,
    /// Inhabitants by Land as bars; empty or one chart.
    pub land_chart: Vec<ChartView>,
    /// The Länder side by side.
    pub overview: OverviewView,
    /// The tasks a Jobcenter can combine; empty when the edition names none.
    pub tasks: Vec<String>,
    /// How many tasks.
    pub task_count: Handle,
    /// Practice examples by theme.
    pub themes: Vec<ThemeView>,
    /// Interviews.
    pub interviews: Vec<PracticeView>,
    /// Top-10 lists.
    pub pairs: Vec<PairView>,
    /// One chapter per Land.
    pub laender: Vec<ChapterView>,
    /// The indicators: columns of the full table, and the definitions.
    pub indicators: Vec<IndicatorView>,
    /// How many indicators, for geometry.
    pub width: Handle,
    /// The full table, in German order.
    pub all: Vec<RowView>,
    /// Offices: terms ending by year.
    pub terms: Vec<CountView>,
    /// Offices: parties, most frequent first.
    pub parties: Vec<CountView>,
    /// Offices: titles, most frequent first.
    pub offices: Vec<CountView>,
    /// Organisation forms of the Jobcenter, most frequent first.
    pub organisations: Vec<CountView>,
    /// Where printed totals and the rows differ; empty when they do not.
    pub deviations: Vec<DeviationView>,
    /// Other plausibility notes, from `check`.
    pub notes: Vec<NoteView>,
    /// All Kommunen in the order of their names.
    pub register: Vec<RegisterView>,
}

/// The whole at a glance.
#[derive(Debug, Serialize)]
pub struct GlanceView {
    /// Number of Landkreise and Kreise.
    pub landkreise: Handle,
    /// Number of kreisfreie Städte.
    pub cities: Handle,
    /// Number of Länder.
    pub laender: Handle,
    /// Values of all together, one per indicator that has one.
    pub values: Vec<TotalView>,
    /// Number of practice examples.
    pub examples: Handle,
}

/// A value of all together, with its name.
#[derive(Debug, Serialize)]
pub struct TotalView {
    /// Name.
    pub label: String,
    /// Value.
    pub total: AggregateView,
    /// How many Kommunen entered it.
    pub counted: Handle,
}

/// Two figures side by side.
#[derive(Debug, Serialize)]
pub struct CompareView {
    /// What is compared.
    pub label: String,
    /// Of the Kommunen of the edition.
    pub own: Handle,
    /// Of the gemeinsame Einrichtungen.
    pub other: Handle,
}

/// A figure of a year.
#[derive(Debug, Serialize)]
pub struct YearView {
    /// Year.
    pub year: Handle,
    /// Figure.
    pub value: Handle,
}

/// A theme with its examples.
#[derive(Debug, Serialize)]
pub struct ThemeView {
    /// Heading.
    pub title: String,
    /// Examples, in file order.
    pub examples: Vec<PracticeView>,
}

/// The chapter of a Land.
#[derive(Debug, Serialize)]
pub struct ChapterView {
    /// Its summary.
    pub land: LandView,
    /// A map with its Kommunen, numbered as their cards; empty when there are no boundaries, else one.
    pub map: Vec<LandMapView>,
    /// Its Kommunen.
    pub cards: Vec<CardView>,
}

/// The card of a Kommune.
#[derive(Debug, Serialize)]
pub struct CardView {
    /// The Kommune.
    pub kommune: KommuneView,
    /// Values without a bar.
    pub values: Vec<ValueView>,
    /// Bars.
    pub charts: Vec<ChartView>,
}

/// A row of the full table.
#[derive(Debug, Serialize)]
pub struct RowView {
    /// Label.
    pub label: String,
    /// Card.
    pub anchor: String,
    /// Land.
    pub state: String,
    /// One value per indicator.
    pub values: Vec<Handle>,
}

/// A thing and how many Kommunen have it.
#[derive(Debug, Serialize)]
pub struct CountView {
    /// The thing.
    pub label: String,
    /// How many Kommunen.
    pub count: Handle,
    /// Which ones.
    pub kommunen: Vec<MentionView>,
}

/// A Kommune mentioned.
#[derive(Debug, Serialize)]
pub struct MentionView {
    /// Label.
    pub label: String,
    /// Card.
    pub anchor: String,
}

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

/// An entry of the register.
#[derive(Debug, Serialize)]
pub struct RegisterView {
    /// As it is looked up: `Biberach, Landkreis`.
    pub entry: String,
    /// Card.
    pub anchor: String,
    /// Land.
    pub state: String,
}

/// The view of the brochure.
pub fn brochure(shared: &Shared<'_>, figures: &mut Figures<'_>) -> BrochureView {
    let facts = shared.facts;
    let data = facts.data;
    let edition = &data.edition;
    let order = Order::default();
    let subject = format!(
        "Vergleichende Broschüre der {}: Kennzahlen, Ranglisten, Länderkapitel, Praxisbeispiele",
        edition.group
    );
    let themes: Vec<ThemeView> = Theme::ALL
        .into_iter()
        .filter_map(|theme| {
            let examples: Vec<_> = data
                .practice
                .iter()
                .filter(|p| p.theme == Some(theme) && in_scope(facts, &p.ags.value))
                .filter_map(|p| practice_view(data, p, figures))
                .collect();
            (!examples.is_empty()).then(|| ThemeView { title: theme.german().to_owned(), examples })
        })
        .collect();
    let interviews = data
        .practice
        .iter()
        .filter(|p| p.theme.is_none() && in_scope(facts, &p.ags.value))
        .filter_map(|p| practice_view(data, p, figures))
        .collect();
    BrochureView {
        document: DocumentView {
            cover: true,
            ..document(shared, edition.title.clone(), subject, &["Broschüre", "Vergleich"], figures)
        },
        foreword: data.foreword.clone(),
        glance: glance(facts, themes.iter().map(|t| t.examples.len()).sum(), figures),
        national: national(data, figures),
        comparison: comparison(data, figures),
        distance: distance(data, figures),
        unemployed: unemployed(data, figures),
        map: all_map(facts, figures),
        maps: choropleths(facts, figures),
        land_chart: land_chart(facts, figures).into_iter().collect(),
        overview: overview(facts, figures),
        tasks: data.key_figures.tasks.iter().map(|t| t.value.clone()).collect(),
        task_count: figures.count(data.key_figures.tasks.len(), "number of tasks"),
        themes,
        interviews,
        pairs: pairs(facts, figures),
        laender: facts.laender.iter().map(|land| chapter(facts, land, figures)).collect(),
        indicators: data.indicators.iter().map(|i| indicator_view(data, i)).collect(),
        width: figures.count(data.indicators.len(), "number of indicators"),
        all: facts.scope.iter().map(|k| row(data, *k, figures)).collect(),
        terms: terms(facts, figures),
        parties: tally(facts, &order, figures, |k| k.party.known()),
        offices: tally(facts, &order, figures, |k| k.office.known()),
        organisations: tally(facts, &order, figures, |k| k.organisation.known()),
        deviations: deviations(facts, figures),
        notes: notes(facts, figures),
        register: facts.scope.iter().map(|k| register(&data.kommunen[*k])).collect(),
    }
}

fn in_scope(facts: &Facts<'_>, ags: &str) -> bool {
    facts.scope.iter().any(|k| facts.data.kommunen[*k].ags.value == ags)
}

fn glance(facts: &Facts<'_>, examples: usize, figures: &mut Figures<'_>) -> GlanceView {
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
    }
}

fn key_figure(number: &Sourced<Decimal>, unit: &str, figures: &mut Figures<'_>) -> Handle {
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

fn national(data: &Data, figures: &mut Figures<'_>) -> Vec<ValueView> {
    NATIONAL
        .iter()
        .filter_map(|(path, label, unit)| {
            let number = data.key_figures.number(path)?;
            Some(ValueView { label: (*label).to_owned(), value: key_figure(number, unit, figures) })
        })
        .collect()
}

fn comparison(data: &Data, figures: &mut Figures<'_>) -> Vec<CompareView> {
    [("alo_sgb2_prozent", "Arbeitslosenquote im SGB II"), ("alo_sgb3_prozent", "Arbeitslosenquote im SGB III")]
        .into_iter()
        .filter_map(|(group, label)| {
            let number = |of: &str| data.key_figures.number(&format!("gedruckt.{group}.{of}"));
            let (own, other) = (number("optionskommunen")?, number("gemeinsame_einrichtungen")?);
            Some(CompareView {
                label: label.to_owned(),
                own: key_figure(own, "%", figures),
                other: key_figure(other, "%", figures),
            })
        })
        .collect()
}

fn distance(data: &Data, figures: &mut Figures<'_>) -> Vec<ValueView> {
    let path = "gedruckt.sgb2_quote.abstand_zu_gemeinsamen_einrichtungen_prozentpunkte";
    let number = data.key_figures.number(path).into_iter();
    number
        .map(|number| ValueView {
            label: "Abstand der SGB II-Quote zu den gemeinsamen Einrichtungen".to_owned(),
            value: key_figure(
                number,
                if number.value.abs() == Decimal::ONE { "Prozentpunkt" } else { "Prozentpunkte" },
                figures,
            ),
        })
        .collect()
}

fn unemployed(data: &Data, figures: &mut Figures<'_>) -> Vec<YearView> {
    let numbers = &data.key_figures.numbers;
    numbers
        .iter()
        .filter_map(|number| {
            let year = number.path.strip_prefix("gedruckt.bund.arbeitslose_sgb2_")?.strip_suffix("_mio")?;
            let year = Sourced { value: Some(year.parse().ok()?), place: number.value.place.clone() };
            Some(YearView { year: figures.year(&year), value: key_figure(&number.value, "Mio.", figures) })
        })
        .collect()
}

/// Inhabitants by Land: the first indicator that is a plain count and adds up.
fn land_chart(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Option<ChartView> {
    let data = facts.data;
    let at = data.indicators.iter().position(|i| i.aggregate == Aggregate::Sum && i.unit.is_empty())?;
    let indicator = &data.indicators[at];
    let values: Vec<(&LandFacts, Decimal)> =
        facts.laender.iter().filter_map(|land| Some((land, land.summaries[at].aggregate?))).collect();
    let highest = values.iter().map(|(_, value)| *value).max()?;
    let step = tick_step(highest);
    let axis = Axis { min: Decimal::ZERO, max: (highest / step).ceil() * step, step };
    let said: Vec<String> = values
        .iter()
        .map(|(land, value)| format!("{} {}", land.land.name, figures.numbers().format(*value, indicator.decimals)))
        .collect();
    let alt = format!("Balkendiagramm: {} je Land. {}.", indicator.label, said.join("; "));
    let bars = values
        .iter()
        .map(|(land, _)| BarView {
            label: land.land.name.to_owned(),
            value: aggregate(&land.summaries[at], indicator, figures),
            land_mean: no_mark(indicator, figures),
            mean: no_mark(indicator, figures),
        })
        .collect();
    Some(axis_chart(alt, axis, "", bars, figures))
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

fn chapter(facts: &Facts<'_>, land: &LandFacts, figures: &mut Figures<'_>) -> ChapterView {
    let data = facts.data;
    let cards = land
        .members
        .iter()
        .map(|k| {
            let kommune = &data.kommunen[*k];
            let values = data
                .indicators
                .iter()
                .enumerate()
                .filter(|(_, indicator)| indicator.chart.is_none())
                .map(|(at, indicator)| ValueView {
                    label: indicator.short.clone(),
                    value: cell(kommune, at, indicator, figures),
                })
                .collect();
            CardView {
                kommune: kommune_view(kommune, data.edition.stand, figures),
                values,
                charts: charts(facts, *k, figures),
            }
        })
        .collect();
    ChapterView { land: land_view(facts, land, figures), map: land_map(facts, land, figures), cards }
}

fn row(data: &Data, k: usize, figures: &mut Figures<'_>) -> RowView {
    let kommune = &data.kommunen[k];
    RowView {
        label: kommune.label.value.clone(),
        anchor: anchor(kommune),
        state: kommune.land.value.name.to_owned(),
        values: data.indicators.iter().enumerate().map(|(at, i)| cell(kommune, at, i, figures)).collect(),
    }
}

fn mention(kommune: &Kommune) -> MentionView {
    MentionView { label: kommune.label.value.clone(), anchor: anchor(kommune) }
}

fn terms(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<CountView> {
    let mut by_year: BTreeMap<i32, Vec<&Kommune>> = BTreeMap::new();
    for kommune in facts.scope.iter().map(|k| &facts.data.kommunen[*k]) {
        if let Some(year) = kommune.elected_until.value {
            by_year.entry(year).or_default().push(kommune);
        }
    }
    by_year
        .into_iter()
        .map(|(year, kommunen)| CountView {
            label: year.to_string(),
            count: figures.count(kommunen.len(), "number of terms that end in the year"),
            kommunen: kommunen.into_iter().map(mention).collect(),
        })
        .collect()
}

fn tally<'f>(
    facts: &'f Facts<'_>,
    order: &Order,
    figures: &mut Figures<'_>,
    of: impl Fn(&'f Kommune) -> Option<&'f str>,
) -> Vec<CountView> {
    let mut groups: BTreeMap<&str, Vec<&Kommune>> = BTreeMap::new();
    for kommune in facts.scope.iter().map(|k| &facts.data.kommunen[*k]) {
        if let Some(name) = of(kommune) {
            groups.entry(name).or_default().push(kommune);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| order.compare(a.0, b.0)));
    let unknown: Vec<&Kommune> =
        facts.scope.iter().map(|k| &facts.data.kommunen[*k]).filter(|kommune| of(kommune).is_none()).collect();
    if !unknown.is_empty() {
        groups.push((super::NOT_GIVEN, unknown));
    }
    groups
        .into_iter()
        .map(|(name, kommunen)| CountView {
            label: name.to_owned(),
            count: figures.count(kommunen.len(), "number of Kommunen"),
            kommunen: kommunen.into_iter().map(mention).collect(),
        })
        .collect()
}

fn deviations(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<DeviationView> {
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

fn notes(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<NoteView> {
    let data = facts.data;
    let note = |found: RatioDeviation| {
        let (kommune, indicator) = (&data.kommunen[found.kommune], &data.indicators[found.indicator]);
        let Aggregate::Ratio(top, bottom) = indicator.aggregate else { return None };
        let inputs = Arc::from([kommune.values[top].place.clone(), kommune.values[bottom].place.clone()]);
        let rule = format!("{} / {}", data.indicators[top].key, data.indicators[bottom].key);
        let cell = Arc::new(Origin::Cell(kommune.values[found.indicator].place.clone()));
        Some(NoteView {
            label: kommune.label.value.clone(),
            anchor: anchor(kommune),
            indicator: indicator.label.clone(),
            value: figures.value(indicator, Some(found.value), cell),
            computed: figures.value(indicator, Some(found.computed), Arc::new(Origin::Formula { rule, inputs })),
        })
    };
    ratio_deviations(facts).into_iter().filter_map(note).collect()
}

fn register(kommune: &Kommune) -> RegisterView {
    let (label, name) = (&kommune.label.value, &kommune.name.value);
    let kind = label.strip_suffix(name.as_str()).map(str::trim).filter(|kind| !kind.is_empty());
    RegisterView {
        entry: kind.map_or_else(|| label.clone(), |kind| format!("{name}, {kind}")),
        anchor: anchor(kommune),
        state: kommune.land.value.name.to_owned(),
    }
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
