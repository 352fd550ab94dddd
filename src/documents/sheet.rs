//! The fact sheet (Steckbrief) of one Kommune.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::sentences::{PartView, headline};
use crate::compose::view::view;
use crate::compose::view::{
    ChartView, DocumentView, IndicatorView, KommuneView, NO_TITLE, PracticeView, Shaped, Shared, cell, charts,
    document, extremes, indicator_view, kommune_view, mean, practice_view, rank, ranking_origin, user_document_title,
};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::Facts;
use crate::derive::summary::Spread;
use crate::export;
use crate::german;
use crate::grammar::{self, Name, aggregate_words};
use crate::model::{Data, Indicator, Kommune, Polarity};
use crate::trace::Origin;

use super::comparison::{SinceView, change, since_of};
use super::kind::{About, Kind, MadeBy, always, value};
use super::meeting::{AnnexView, annex_view, running};

/// The fact sheet of a Kommune.
pub static KIND: Kind = Kind {
    name: "steckbriefe",
    singular: "steckbrief",
    template: "sheet",
    about: About::Kommune,
    made_by: MadeBy::Build,
    one_page: true,
    title: "Steckbrief",
    description: "",
    summary: "fact sheet of a Kommune",
    exists: always,
    shape: SheetView::shape,
    view: |context, figures| value(&sheet(&context.shared_of_all(), context.kommune(), figures)),
    table: |context| export::sheet(context.of_all, context.kommune()),
    table_title: "Werte, Ränge, Vergleichswerte und Definitionen",
    table_file: None,
};

view! {
    /// What the template `sheet` sees.
    pub struct SheetView {
        /// The document.
        pub document: DocumentView,
        /// The annex it is; empty or one.
        pub annex: Vec<AnnexView>,
        /// The Kommune.
        pub kommune: KommuneView,
        /// Its label in all cases, with the article where it has one.
        pub cases: CasesView,
        /// How its head is written to.
        pub letter: LetterView,
        /// A sentence or two on where it stands; empty when no indicator has words for it.
        pub headline: Vec<PartView>,
        /// Its place on a map of Germany; empty or one, empty when there is no boundary.
        pub locator: Vec<LocatorView>,
        /// The figures at the head of the page.
        pub key_figures: Vec<KeyFigureView>,
        /// The former edition; empty or one.
        pub since: Vec<SinceView>,
        /// One row per indicator.
        pub comparison: Vec<ComparedView>,
        /// The indicators whose charts run from high to low, separated by commas; empty when none does.
        pub reversed: String,
        /// Heading of the bars.
        pub charts_title: String,
        /// Bars, one chart per axis.
        pub charts: Vec<ChartView>,
        /// Whether a bar runs out of its axis.
        pub beyond: bool,
        /// How means are made: indicators that share a method stand together.
        pub methods: Vec<MethodView>,
        /// Practice examples of the Kommune; empty when the edition has none, or the page no room.
        pub practice: Vec<PracticeView>,
        /// Whether practice examples are left out, or their figures, because the page has no room for them.
        pub practice_cut: bool,
        /// Whether the definitions of the indicators are left out, because the page has no room for them.
        pub definitions_cut: bool,
        /// How many Kommunen of the edition lie in the same Land.
        pub in_land: FigureHandle,
        /// Whether Kommunen are missing from a mean of the page, because a value of theirs is not known.
        pub partial: bool,
        /// How tight the page is set, from 0.
        pub density: FigureHandle,
    }
}

view! {
    /// A label in all cases.
    pub struct CasesView {
        /// Who or what: `der Landkreis Biberach`, `München`.
        pub nominative: String,
        /// Whose: `des Landkreises Biberach`, `Münchens`.
        pub genitive: String,
        /// To or with whom: `dem Landkreis Biberach`.
        pub dative: String,
        /// Whom or what: `den Landkreis Biberach`.
        pub accusative: String,
        /// Where: `im Landkreis Biberach`, `in München`.
        pub locative: String,
    }
}

view! {
    /// How a head of administration is written to. The office alone tells the gender, never a name.
    pub struct LetterView {
        /// Lines of the address behind that of the Kommune: `Herrn Landrat`, then the name.
        pub addressee: Vec<String>,
        /// `Sehr geehrter Herr Landrat,`, or `Sehr geehrte Damen und Herren,` where nobody or no such office is known.
        pub salutation: String,
    }
}

view! {
    /// A Kommune's place on a map.
    pub struct LocatorView {
        /// Key of the Land.
        pub land: String,
        /// What the map shows, for those who cannot see it.
        pub alt: String,
    }
}

view! {
    /// A figure at the head of the page.
    pub struct KeyFigureView {
        /// Name.
        pub label: String,
        /// Whether there is one.
        pub known: bool,
        /// Value.
        pub value: FigureHandle,
        /// Rank from the highest value.
        pub rank: FigureHandle,
    }
}

view! {
    /// An indicator of the Kommune beside all others: a row of the spine chart.
    pub struct ComparedView {
        /// The indicator.
        pub indicator: IndicatorView,
        /// Value.
        pub value: FigureHandle,
        /// Difference to the former edition; empty or one.
        pub change: Vec<FigureHandle>,
        /// Rank from the highest value.
        pub rank: FigureHandle,
        /// Quarter of the distribution: 1 holds the lowest values.
        pub quarter: FigureHandle,
        /// Mean of the Land.
        pub land_mean: FigureHandle,
        /// Whether Kommunen are missing from it, because a value of theirs is not known.
        pub land_partial: bool,
        /// Mean of all.
        pub mean: FigureHandle,
        /// Whether Kommunen are missing from it.
        pub partial: bool,
        /// Value at the left end of the chart: the worst, or the lowest where neither is worse.
        pub left: FigureHandle,
        /// Value at the right end.
        pub right: FigureHandle,
        /// What the chart shows, for those who cannot see it.
        pub alt: String,
        /// Positions from 0 (left) to 1 (right), for geometry.
        pub at: SpineView,
    }
}

view! {
    /// Where the marks of a spine chart stand, from 0 (left) to 1 (right).
    pub struct SpineView {
        /// The Kommune.
        pub value: FigureHandle,
        /// The quartile nearer the left end.
        pub left_quartile: FigureHandle,
        /// Median.
        pub median: FigureHandle,
        /// The quartile nearer the right end.
        pub right_quartile: FigureHandle,
        /// Mean of the Land; not drawn where it lies outside the scale.
        pub land_mean: FigureHandle,
    }
}

view! {
    /// A way to make a mean.
    pub struct MethodView {
        /// The indicators, separated by commas.
        pub labels: String,
        /// The way, a German phrase.
        pub method: String,
    }
}

/// From this tightness on, practice examples are printed without their figures.
const WITHOUT_FACTS: usize = 3;

/// From this tightness on, practice examples are left out.
const WITHOUT_EXAMPLES: usize = 4;

/// From this tightness on, the definitions of indicators are left out; they are in the brochure.
const WITHOUT_DEFINITIONS: usize = 5;

/// The greatest tightness: how often a fact sheet that needs a second page is set again.
pub const MAX_TIGHTNESS: usize = WITHOUT_DEFINITIONS;

/// Returns the view of the Kommune at this position in [`Data::kommunen`].
pub fn sheet(shared: &Shared<'_>, k: usize, figures: &mut FigureTable<'_>) -> SheetView {
    let facts = shared.facts;
    let data = facts.data;
    let kommune = &data.kommunen[k];
    let land = facts.land_of(kommune).expect("the Land of a Kommune in scope has facts");
    let key_figures = data
        .indicators
        .iter()
        .enumerate()
        .filter(|(_, indicator)| indicator.key_figure)
        .map(|(at, indicator)| KeyFigureView {
            label: indicator.short.clone(),
            known: kommune.values[at].value.is_some(),
            value: cell(kommune, at, indicator, figures),
            rank: rank(facts, k, at, figures),
        })
        .collect();
    let land_means: Vec<Option<Decimal>> = land.summaries.iter().map(|s| s.mean).collect();
    let comparison = (0..data.indicators.len())
        .map(|at| {
            let indicator = &data.indicators[at];
            let all = &facts.indicators[at].all;
            let quarter = kommune.values[at].value.zip(all.spread).map(|(v, spread)| u32::from(spread.quarter(v)));
            let (lowest, highest) = extremes(facts, at, figures);
            let worst_is_low = indicator.polarity != Polarity::HigherIsWorse;
            let (left, right) = if worst_is_low { (lowest, highest) } else { (highest, lowest) };
            ComparedView {
                indicator: indicator_view(data, indicator),
                value: cell(kommune, at, indicator, figures),
                change: facts.since.iter().map(|since| change(indicator, &since.changes[k][at], figures)).collect(),
                rank: rank(facts, k, at, figures),
                quarter: figures.rank(quarter, 4, ranking_origin(facts, at)),
                land_mean: mean(&land.summaries[at], indicator, figures),
                land_partial: land.summaries[at].is_partial(),
                mean: mean(all, indicator, figures),
                partial: all.is_partial(),
                left,
                right,
                alt: spine_alt(facts, kommune, k, at, land_means[at], figures),
                at: spine(indicator, kommune.values[at].value, all.spread, land_means[at], figures),
            }
        })
        .collect();
    let examples = || data.practice.iter().filter(|p| p.theme.is_some() && p.ags.value == kommune.ags.value);
    let practice: Vec<PracticeView> = match shared.tightness {
        WITHOUT_EXAMPLES.. => Vec::new(),
        density => examples()
            .filter_map(|p| practice_view(data, p, figures))
            .map(|view| if density < WITHOUT_FACTS { view } else { PracticeView { facts: Vec::new(), ..view } })
            .collect(),
    };
    let practice_cut = shared.tightness >= WITHOUT_FACTS && examples().next().is_some() && data.has_part("praxis");
    let label = &kommune.label.value;
    let mut subject = format!("Steckbrief mit Kennzahlen, Rängen und Vergleichswerten: {label}, {}", land.land.name);
    let has_boundary = data.boundaries.kreise.iter().any(|shape| shape.key == kommune.ags.value);
    let locator = has_boundary.then(|| LocatorView {
        land: land.land.key.to_owned(),
        alt: format!("Karte von Deutschland mit den Grenzen der Länder; hervorgehoben: {label} ({}).", land.land.name),
    });
    let mut title = format!("Steckbrief {label}");
    let mut running = title.clone();
    if let Some((meeting, number)) = shared.annex {
        title = format!("Anlage {number} zu TOP {}: {title}", meeting.top);
        subject = format!("{}, {}. {subject}", meeting.body, german::weekday(meeting.date));
        running = self::running(meeting);
    }
    if let Some(own) = shared.user_template {
        title = format!("{} {label}", user_document_title(own));
        subject = format!(
            "{} mit Kennzahlen, Rängen und Vergleichswerten: {label}, {}",
            user_document_title(own),
            land.land.name
        );
        running = title.clone();
    }
    SheetView {
        document: DocumentView {
            running,
            single: true,
            head: shared.draft || shared.annex.is_some(),
            ..document(shared, title, subject, &["Steckbrief", label, land.land.name], figures)
        },
        annex: shared.annex.map(|(meeting, number)| annex_view(meeting, number, figures)).into_iter().collect(),
        kommune: kommune_view(data, kommune, figures),
        cases: cases(kommune),
        letter: letter(kommune),
        headline: headline(facts, k, figures),
        locator: locator.into_iter().collect(),
        key_figures,
        since: since_of(facts, k).into_iter().collect(),
        comparison,
        reversed: data
            .indicators
            .iter()
            .filter(|i| i.polarity == Polarity::HigherIsWorse)
            .map(|i| i.short.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        charts_title: charts_title(data).to_owned(),
        charts: charts(facts, k, figures),
        beyond: data.indicators.iter().zip(&kommune.values).any(|(indicator, number)| {
            let axis = indicator.chart.zip(number.value);
            axis.is_some_and(|(axis, value)| value > axis.max)
        }),
        methods: methods(data),
        practice,
        practice_cut,
        definitions_cut: shared.tightness >= WITHOUT_DEFINITIONS,
        in_land: figures.count(land.members.len(), "number of Kommunen in the Land"),
        // The values of all Kommunen include the values of every Land.
        partial: facts.indicators.iter().any(|of| of.all.is_partial()),
        density: figures.count(shared.tightness, "tightness of the page"),
    }
}

fn cases(kommune: &Kommune) -> CasesView {
    let name = Name::new(&kommune.label.value, kommune.kind.value);
    CasesView {
        nominative: name.nominative().to_owned(),
        genitive: name.genitive().to_owned(),
        dative: name.dative().to_owned(),
        accusative: name.accusative().to_owned(),
        locative: name.locative().to_owned(),
    }
}

fn letter(kommune: &Kommune) -> LetterView {
    let (office, head) = (kommune.office.known(), kommune.head.known());
    // An office without a known head may be vacant.
    let address = office.filter(|_| head.is_some()).and_then(grammar::address);
    let title = address.as_ref().map_or_else(|| office.unwrap_or(NO_TITLE).to_owned(), |address| address.line.clone());
    LetterView {
        addressee: [title].into_iter().chain(head.map(str::to_owned)).collect(),
        salutation: address.map_or_else(|| grammar::TO_ANYBODY.to_owned(), |address| address.salutation),
    }
}

/// Computes the marks of a spine chart. The scale goes from the lowest to the highest value; if a higher value is
/// worse, the scale is reversed, so that the better end is always on the right. Without a spread, or if all values are
/// equal, all marks are in the middle.
fn spine(
    indicator: &Indicator,
    value: Option<Decimal>,
    spread: Option<Spread>,
    land_mean: Option<Decimal>,
    figures: &mut FigureTable<'_>,
) -> SpineView {
    let origin = Arc::new(Origin::Formula { rule: "position on the scale".to_owned(), inputs: Arc::from([]) });
    let mut place = |value: Option<Decimal>| {
        let position = value.zip(spread).map(|(value, spread)| {
            let length = spread.max - spread.min;
            if length.is_zero() {
                return Decimal::new(5, 1);
            }
            let share = (value - spread.min) / length;
            if indicator.polarity == Polarity::HigherIsWorse { Decimal::ONE - share } else { share }
        });
        let on_scale = position.filter(|p| *p >= Decimal::ZERO && *p <= Decimal::ONE);
        figures.decimal(on_scale, 4, "", Arc::clone(&origin))
    };
    let (mut near, mut far) = (spread.map(|s| s.lower_quartile), spread.map(|s| s.upper_quartile));
    if indicator.polarity == Polarity::HigherIsWorse {
        std::mem::swap(&mut near, &mut far);
    }
    SpineView {
        value: place(value),
        left_quartile: place(near),
        median: place(spread.map(|s| s.median)),
        right_quartile: place(far),
        land_mean: place(land_mean),
    }
}

fn spine_alt(
    facts: &Facts<'_>,
    kommune: &Kommune,
    k: usize,
    at: usize,
    land_mean: Option<Decimal>,
    figures: &FigureTable<'_>,
) -> String {
    let indicator = &facts.data.indicators[at];
    let of_all = &facts.indicators[at];
    let numbers = figures.numbers();
    let said = |value: Decimal| numbers.with_unit(value, indicator.decimals, &indicator.unit);
    let Some(spread) = of_all.all.spread else {
        return format!("{}: für keine Kommune bekannt.", indicator.label);
    };
    let own = match (kommune.values[at].value, of_all.rank_high[k]) {
        (Some(value), Some(rank)) => format!("{}, Rang {rank} von {}", said(value), of_all.all.known),
        _ => "nicht bekannt".to_owned(),
    };
    let land =
        land_mean.map_or_else(String::new, |mean| format!("Mittel {}: {}; ", kommune.land.value.name, said(mean)));
    format!(
        "{} {}: {own}. {land}Spanne aller Kommunen von {} bis {}, mittlere Hälfte von {} bis {}, Median {}.",
        indicator.label,
        kommune.label.value,
        said(spread.min),
        said(spread.max),
        said(spread.lower_quartile),
        said(spread.upper_quartile),
        said(spread.median),
    )
}

/// Returns the title of the bar charts.
fn charts_title(data: &Data) -> &'static str {
    let rates = data.indicators.iter().filter(|i| i.chart.is_some()).all(|i| i.unit == "%");
    if rates { "Quoten" } else { "Kennzahlen im Bild" }
}

/// Returns the methods for means, in the order of the indicators that use them.
fn methods(data: &Data) -> Vec<MethodView> {
    let mut methods: Vec<MethodView> = Vec::new();
    for indicator in &data.indicators {
        let method = aggregate_words(indicator, &data.indicators).mean;
        match methods.iter_mut().find(|m| m.method == method) {
            Some(known) => known.labels = format!("{}, {}", known.labels, indicator.short),
            None => methods.push(MethodView { labels: indicator.short.clone(), method }),
        }
    }
    methods
}
