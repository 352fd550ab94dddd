//! Deviations between figures: earlier printed numbers and the rows, and cells that do not match two other cells.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::view;
use crate::compose::view::{MentionView, anchor, mention};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::printed::{
    DeviationReason, KeyFigureDeviation, PracticeDeviation, PrintedDeviations, RankingDeviation, RankingFault,
    TotalDeviation,
};
use crate::derive::{Facts, RatioDeviation, ratio_deviations};
use crate::german::rounded;
use crate::model::{Aggregate, Data, Place, Quantity, RankingEnd, RowsRule};
use crate::trace::Origin;

view! {
    /// A printed total that is not that of the rows.
    pub struct DeviationView {
        /// Land.
        pub land: String,
        /// What is counted.
        pub label: String,
        /// As printed.
        pub printed: FigureHandle,
        /// Of the rows.
        pub computed: FigureHandle,
        /// Printed less computed.
        pub difference: FigureHandle,
        /// What the size of the difference suggests; empty when it suggests nothing.
        pub remark: String,
    }
}

view! {
    /// Something else that was printed and is not as the rows have it.
    pub struct PrintedView {
        /// The Kommune it is about; empty or one.
        pub kommune: Vec<MentionView>,
        /// The list, the key figure, or the Kommune.
        pub subject: String,
        /// What of it.
        pub label: String,
        /// As printed.
        pub printed: SideView,
        /// Of the rows.
        pub computed: SideView,
    }
}

view! {
    /// A number or words.
    pub struct SideView {
        /// The number; empty or one.
        pub number: Vec<FigureHandle>,
        /// The words; empty when there is a number.
        pub words: String,
        /// The card of the Kommune that the words name; empty when they name none.
        pub anchor: String,
    }
}

impl SideView {
    fn number(handle: FigureHandle) -> Self {
        Self { number: vec![handle], words: String::new(), anchor: String::new() }
    }

    fn words(words: impl Into<String>) -> Self {
        Self { number: Vec::new(), words: words.into(), anchor: String::new() }
    }
}

view! {
    /// A value that is not what two others make it.
    pub struct NoteView {
        /// Label of the Kommune.
        pub label: String,
        /// Card.
        pub anchor: String,
        /// The indicator.
        pub indicator: String,
        /// As in the table.
        pub value: FigureHandle,
        /// Computed from the two others.
        pub computed: FigureHandle,
    }
}

fn formula(rule: &str, inputs: impl Into<Arc<[Place]>>) -> Arc<Origin> {
    Arc::new(Origin::Formula { rule: rule.to_owned(), inputs: inputs.into() })
}

fn cell(place: &Place) -> Arc<Origin> {
    Arc::new(Origin::Cell(place.clone()))
}

pub(super) fn deviations(
    facts: &Facts<'_>,
    printed: &PrintedDeviations,
    figures: &mut FigureTable<'_>,
) -> Vec<DeviationView> {
    printed.totals.iter().map(|found| deviation(facts, found, figures)).collect()
}

fn deviation(facts: &Facts<'_>, found: &TotalDeviation, figures: &mut FigureTable<'_>) -> DeviationView {
    let indicator = found.indicator.map(|at| &facts.data.indicators[at]);
    let decimals = indicator.map_or(0, |i| i.decimals);
    let unit = indicator.map_or("", |i| i.unit.as_str());
    let land = facts.laender.iter().find(|land| land.land == found.land);
    let total = found.indicator.zip(land).map(|(at, land)| Arc::clone(&land.summaries[at].origin));
    let computed = total.unwrap_or_else(|| formula("number of rows", []));
    DeviationView {
        land: found.land.name.to_owned(),
        label: indicator.map_or_else(|| "Zahl der Kommunen".to_owned(), |i| i.label.clone()),
        printed: figures.decimal(Some(found.printed), found.printed.scale(), unit, cell(&found.place)),
        computed: figures.decimal(Some(found.computed), decimals, unit, computed),
        difference: figures.decimal(
            Some(found.printed - found.computed),
            decimals,
            unit,
            formula("printed - computed", [found.place.clone()]),
        ),
        remark: match found.reason {
            None => String::new(),
            Some(DeviationReason::Coarser | DeviationReason::Rounding(_)) => "Rundung".to_owned(),
            Some(DeviationReason::OneKommune(_)) => "Größe einer Kommune".to_owned(),
        },
    }
}

pub(super) fn rankings(data: &Data, printed: &PrintedDeviations, figures: &mut FigureTable<'_>) -> Vec<PrintedView> {
    printed.rankings.iter().map(|found| ranking(data, found, figures)).collect()
}

fn ranking(data: &Data, found: &RankingDeviation, figures: &mut FigureTable<'_>) -> PrintedView {
    let list = &data.printed_rankings[found.list];
    let indicator = &data.indicators[list.indicator];
    let value_place = |k: usize| data.kommunen[k].values[list.indicator].place.clone();
    let rank = |rank: u32, origin: Arc<Origin>, figures: &mut FigureTable<'_>| {
        SideView::number(figures.decimal(Some(Decimal::from(rank)), 0, "", origin))
    };
    let by_row = |k: usize| formula("rank of the row", [value_place(k)]);
    let about = |k: usize| vec![mention(data, &data.kommunen[k])];
    let (kommune, label, printed, computed) = match &found.fault {
        RankingFault::Label { label: written, named, meant } => {
            let row = match (meant, named.as_slice()) {
                (Some(k), _) => {
                    let MentionView { label, anchor } = mention(data, &data.kommunen[*k]);
                    SideView { anchor, ..SideView::words(label) }
                }
                (None, []) => SideView::words("in keiner Zeile"),
                (None, _) => SideView::words("mehrdeutig"),
            };
            (Vec::new(), "Name", SideView::words(written.clone()), row)
        }
        RankingFault::Value { kommune, printed, row } => {
            let decimals = printed.scale();
            let number = figures.decimal(Some(*printed), decimals, &indicator.unit, cell(&found.place));
            let origin = formula("row at the decimals printed", [value_place(*kommune)]);
            let row = row.map(|row| rounded(row, decimals));
            let computed = figures.decimal(row, decimals, &indicator.unit, origin);
            (about(*kommune), "Wert", SideView::number(number), SideView::number(computed))
        }
        RankingFault::Position { kommune, printed, ranks } => {
            let printed = rank(*printed, cell(&found.place), figures);
            (about(*kommune), "Rang", printed, rank(*ranks.start(), by_row(*kommune), figures))
        }
        RankingFault::Missing { kommune, ranks } => {
            let row = rank(*ranks.start(), by_row(*kommune), figures);
            (about(*kommune), "Rang", SideView::words("nicht genannt"), row)
        }
        RankingFault::NotAMember { kommune, rank: made, .. } => {
            let row = rank(*made, by_row(*kommune), figures);
            (about(*kommune), "Rang", SideView::words("genannt"), row)
        }
        RankingFault::Twice { kommune } => {
            (about(*kommune), "genannt", SideView::words("zweimal"), SideView::words("einmal"))
        }
    };
    let subject = match list.end {
        RankingEnd::Highest => indicator.highest.clone(),
        RankingEnd::Lowest => indicator.lowest.clone(),
    };
    PrintedView { kommune, subject, label: label.to_owned(), printed, computed }
}

pub(super) fn key_figures(
    facts: &Facts<'_>,
    printed: &PrintedDeviations,
    figures: &mut FigureTable<'_>,
) -> Vec<PrintedView> {
    printed.key_figures.iter().map(|found| key_figure(facts, found, figures)).collect()
}

fn key_figure(facts: &Facts<'_>, found: &KeyFigureDeviation, figures: &mut FigureTable<'_>) -> PrintedView {
    let data = facts.data;
    let figure = &data.key_figures.numbers[found.figure];
    let column = |at: usize| data.kommunen.iter().map(move |k| k.values[at].place.clone());
    let name = |at: usize| data.indicators[at].label.clone();
    let (subject, label, origin) = match &found.rule {
        RowsRule::Kommunen => ("Kommunen".to_owned(), "Anzahl", formula("number of rows", [])),
        RowsRule::Laender { .. } => ("Länder".to_owned(), "Anzahl", formula("number of Länder", [])),
        RowsRule::Sum { of, per } => {
            (name(*of), "Summe", formula(&format!("sum{}", divided_by(*per)), column(*of).collect::<Vec<_>>()))
        }
        RowsRule::Share { rate, of, per } => {
            let inputs: Vec<Place> = column(*rate).chain(column(*of)).collect();
            let rule = if is_million(*per) { String::new() } else { divided_by(*per) };
            let origin = formula(&format!("sum of rate x number{rule}"), inputs);
            (format!("{} × {}", name(*rate), name(*of)), "Summe", origin)
        }
        RowsRule::Mean(at) => {
            let by_population = matches!(data.indicators[*at].aggregate, Aggregate::WeightedMean(weight)
                if data.indicators[weight].measures == Some(Quantity::Population));
            let label = if by_population { "Mittel nach Einwohnern" } else { "Mittel" };
            (name(*at), label, Arc::clone(&facts.indicators[*at].all.origin))
        }
    };
    let decimals = figure.value.value.scale();
    let number = figures.decimal(Some(figure.value.value), decimals, &figure.unit, cell(&figure.value.place));
    let computed = figures.decimal(Some(found.computed), decimals, &figure.unit, origin);
    PrintedView {
        kommune: Vec::new(),
        subject: figure.short.clone().unwrap_or(subject),
        label: label.to_owned(),
        printed: SideView::number(number),
        computed: SideView::number(computed),
    }
}

/// Returns the divisor of a sum, as text after it.
fn divided_by(per: Decimal) -> String {
    if per == Decimal::ONE {
        return String::new();
    }
    if is_million(per) { " in millions".to_owned() } else { format!(" / {}", per.normalize()) }
}

fn is_million(per: Decimal) -> bool {
    per == Decimal::from(1_000_000)
}

pub(super) fn practice(data: &Data, printed: &PrintedDeviations, figures: &mut FigureTable<'_>) -> Vec<PrintedView> {
    printed.practice.iter().map(|found| fact(data, found, figures)).collect()
}

fn fact(data: &Data, found: &PracticeDeviation, figures: &mut FigureTable<'_>) -> PrintedView {
    let (kommune, indicator) = (&data.kommunen[found.kommune], &data.indicators[found.indicator]);
    let decimals = found.printed.scale();
    let number = figures.decimal(Some(found.printed), decimals, &indicator.unit, cell(&found.place));
    let origin = formula("row at the decimals printed", [kommune.values[found.indicator].place.clone()]);
    let computed = figures.decimal(Some(found.row), decimals, &indicator.unit, origin);
    PrintedView {
        kommune: vec![mention(data, kommune)],
        subject: kommune.label.value.clone(),
        label: indicator.label.clone(),
        printed: SideView::number(number),
        computed: SideView::number(computed),
    }
}

pub(super) fn notes(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<NoteView> {
    let data = facts.data;
    let note = |found: RatioDeviation| {
        let (kommune, indicator) = (&data.kommunen[found.kommune], &data.indicators[found.indicator]);
        let Aggregate::Ratio(top, bottom) = indicator.aggregate else { return None };
        let inputs = Arc::from([kommune.values[top].place.clone(), kommune.values[bottom].place.clone()]);
        let rule = format!("{} / {}", data.indicators[top].key, data.indicators[bottom].key);
        let cell = Arc::new(Origin::Cell(kommune.values[found.indicator].place.clone()));
        Some(NoteView {
            label: kommune.label.value.clone(),
            anchor: anchor(data, kommune),
            indicator: indicator.label.clone(),
            value: figures.value(indicator, Some(found.value), cell),
            computed: figures.value(indicator, Some(found.computed), Arc::new(Origin::Formula { rule, inputs })),
        })
    };
    ratio_deviations(facts).into_iter().filter_map(note).collect()
}
