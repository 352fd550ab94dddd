//! Sentences made from facts: what they say is decided here, the German wording in `grammar`.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::derive::{Facts, Summary};
use crate::german::{NO_BREAK_SPACE, join_unit, rounded};
use crate::grammar::{self, Case, Name, Phrase, PhrasePart, Poles, Standing, ValueComparison};
use crate::model::{Gender, Headline, Indicator, Kommune};
use crate::trace::Origin;

use super::fields::{FieldShape, Shaped};
use super::indicator::{cell, ranking_origin};

/// A piece of a sentence: a text, and the number behind it.
#[derive(Debug, Clone, Serialize)]
pub struct PartView {
    /// Words, signs and units; may be empty.
    pub text: String,
    /// Empty or one number.
    pub number: Vec<FigureHandle>,
}

impl Shaped for PartView {
    fn shape() -> FieldShape {
        FieldShape::Sentence
    }

    /// A sentence is a list of its pieces.
    fn listed() -> FieldShape {
        FieldShape::Sentence
    }
}

/// A sentence under construction.
pub struct Sentence<'s, 'f> {
    parts: Vec<PartView>,
    /// The figures of the document.
    pub figures: &'s mut FigureTable<'f>,
}

impl<'s, 'f> Sentence<'s, 'f> {
    /// Returns an empty sentence.
    pub fn new(figures: &'s mut FigureTable<'f>) -> Self {
        Self { parts: Vec::new(), figures }
    }

    /// Returns the sentence as templates get it.
    pub fn parts(self) -> Vec<PartView> {
        self.parts
    }

    /// Adds words.
    pub fn text(&mut self, text: &str) {
        self.parts.push(PartView { text: text.to_owned(), number: Vec::new() });
    }

    /// Adds a number.
    pub fn number(&mut self, number: FigureHandle) {
        self.parts.push(PartView { text: String::new(), number: vec![number] });
    }

    /// Adds a count, in digits.
    pub fn count(&mut self, n: usize, what: &str) {
        let number = self.figures.count(n, what);
        self.number(number);
    }

    /// Adds a value of an indicator with its unit.
    pub fn value(&mut self, indicator: &Indicator, value: Option<Decimal>, origin: &Arc<Origin>) {
        let number = self.figures.value(indicator, value, Arc::clone(origin));
        self.number(number);
        if value.is_some() {
            self.text(&join_unit("", &indicator.unit));
        }
    }

    /// Adds items as `a, b und c`; `say` adds one.
    pub fn list<T>(&mut self, items: &[T], mut say: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.text(if at + 1 == items.len() { " und " } else { ", " });
            }
            say(self, item);
        }
    }

    /// Adds a phrase of `grammar` whose numbers all come from the same origin.
    pub fn phrase(&mut self, phrase: &Phrase, origin: &Arc<Origin>) {
        for part in phrase.parts() {
            match part {
                PhrasePart::Text(text) => self.text(text),
                PhrasePart::Number(number) => {
                    let number = self.figures.verbatim(number, Arc::clone(origin));
                    self.number(number);
                }
            }
        }
    }
}

/// Says which Kommunen a mean is of, in the genitive: those of a Land (`in Bayern`) or all, as far as they have a
/// value.
pub fn whose(group: &str, place: Option<&str>, summary: &Summary) -> String {
    let known = if summary.is_partial() { WITH_A_VALUE } else { "" };
    place.map_or_else(|| format!("aller {group}{known}"), |place| format!("der {group} {place}{known}"))
}

/// Printed behind the Kommunen of a mean when some of them have no value.
const WITH_A_VALUE: &str = " mit bekanntem Wert";

/// Returns the headline: the rank of the Kommune by the first indicator that has words for it, and how its value
/// compares with the means of its Land and of all. Empty when no indicator has words.
pub fn headline(facts: &Facts<'_>, k: usize, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let data = facts.data;
    let found = data.indicators.iter().enumerate().find_map(|(at, i)| Some((at, i, i.headline.as_ref()?)));
    let Some((at, indicator, words)) = found else { return Vec::new() };
    let kommune = &data.kommunen[k];
    let name = Name::new(&kommune.label.value, kommune.kind.value);
    let mut sentence = Sentence::new(figures);
    let Some(value) = kommune.values[at].value else {
        let article = grammar::article(words.gender, Case::Nominative);
        sentence.text(&format!(
            "{} {} {} ist nicht bekannt.",
            grammar::capitalised(article),
            indicator.label,
            name.genitive()
        ));
        return sentence.parts;
    };
    standing(&mut sentence, facts, k, at, &name, words);
    comparisons(&mut sentence, facts, kommune, at, value, words);
    sentence.parts
}

fn standing(sentence: &mut Sentence<'_, '_>, facts: &Facts<'_>, k: usize, at: usize, name: &Name, words: &Headline) {
    let data = facts.data;
    let (indicator, of_all) = (&data.indicators[at], &facts.indicators[at]);
    let (Some(high), Some(low)) = (of_all.rank_high[k], of_all.rank_low[k]) else { return };
    let origin = ranking_origin(facts, at);
    let value = cell(&data.kommunen[k], at, indicator, sentence.figures);
    let unit = if indicator.unit.is_empty() { String::new() } else { format!("{NO_BREAK_SPACE}{}", indicator.unit) };
    let numbers = sentence.figures.numbers();
    let ranked = match of_all.all.known < of_all.all.members {
        true => format!("{}{WITH_A_VALUE}", data.edition.group),
        false => data.edition.group.clone(),
    };
    let poles = Poles { high: &words.high, low: &words.low };
    let standing = Standing::new(high, low, of_all.all.known, poles);
    match standing {
        Some(near_an_end @ Standing::Superlative { .. }) => {
            sentence.text(&format!("{} hat ", grammar::capitalised(name.nominative())));
            let phrase = near_an_end.phrase(&indicator.label, words.gender, Case::Accusative, numbers);
            sentence.phrase(&phrase, &origin);
            sentence.text(" der ");
            let known = sentence.figures.count(of_all.all.known, "number of Kommunen with a value");
            sentence.number(known);
            sentence.text(&format!(" {ranked}"));
            if let Some(tie) = grammar::tie(&others(facts, k, at), numbers) {
                sentence.text(", ");
                sentence.phrase(&tie, &origin);
            }
            sentence.text(": ");
            sentence.number(value);
            sentence.text(&format!("{unit}."));
        }
        other => {
            let article = if words.gender == Gender::Feminine { "einer" } else { "einem" };
            sentence.text(&format!("Mit {article} {} von ", indicator.label));
            sentence.number(value);
            sentence.text(&format!("{unit} liegt {}", name.nominative()));
            match other {
                Some(rank) => {
                    sentence.text(" auf ");
                    sentence.phrase(&rank.phrase("", words.gender, Case::Nominative, numbers), &origin);
                    sentence.text(&format!(" {ranked}"));
                    if let Some(tie) = grammar::tie(&others(facts, k, at), numbers) {
                        sentence.text(", ");
                        sentence.phrase(&tie, &origin);
                    }
                }
                // One Kommune with a value, or all alike.
                None => sentence.text(" gleichauf mit allen anderen"),
            }
            sentence.text(".");
        }
    }
}

/// Returns the names of the other Kommunen with the same rank, in German order.
fn others(facts: &Facts<'_>, k: usize, at: usize) -> Vec<Name> {
    let of_all = &facts.indicators[at];
    let order = if of_all.rank_high[k] <= of_all.rank_low[k] { &of_all.from_highest } else { &of_all.from_lowest };
    order
        .iter()
        .filter(|other| **other != k && of_all.rank_high[**other] == of_all.rank_high[k])
        .map(|other| &facts.data.kommunen[*other])
        .map(|kommune| Name::new(&kommune.label.value, kommune.kind.value))
        .collect()
}

fn comparisons(
    sentence: &mut Sentence<'_, '_>,
    facts: &Facts<'_>,
    kommune: &Kommune,
    at: usize,
    value: Decimal,
    words: &Headline,
) {
    let indicator = &facts.data.indicators[at];
    let mut last: Option<ValueComparison> = None;
    let land = facts.land_of(kommune).filter(|land| land.summaries[at].known > 1);
    let group = &facts.data.edition.group;
    let of_land = land.map(|land| {
        let summary = &land.summaries[at];
        (summary, whose(group, Some(Name::of_land(land.land).locative()), summary))
    });
    let all = &facts.indicators[at].all;
    // Of one Land all are the same.
    let of_all =
        (all.known > 1 && !(of_land.is_some() && facts.laender.len() == 1)).then(|| (all, whose(group, None, all)));
    for (summary, of) in [of_land, of_all].into_iter().flatten() {
        let Some((comparison, origin)) = compared(sentence, indicator, value, summary) else { continue };
        let is_distance = |c: &ValueComparison| matches!(c, ValueComparison::Above(..) | ValueComparison::Below(..));
        match &last {
            None => {
                sentence.text(" Der Wert ");
                sentence.phrase(&comparison.predicate(&of, &words.high), &origin);
            }
            // "ist etwa so hoch wie … und wie …", "liegt um … und um …", but "ist … und liegt um …".
            Some(ValueComparison::Near) if comparison == ValueComparison::Near => {
                sentence.text(&format!(" und wie das Mittel {of}"))
            }
            Some(before) if is_distance(before) && is_distance(&comparison) => {
                sentence.text(" und ");
                sentence.phrase(&comparison.phrase(&of, &words.high), &origin);
            }
            Some(_) => {
                sentence.text(" und ");
                sentence.phrase(&comparison.predicate(&of, &words.high), &origin);
            }
        }
        last = Some(comparison);
    }
    if last.is_some() {
        sentence.text(".");
    }
}

/// Compares a value with a mean. The difference is that of the printed numbers, so that readers who subtract get the
/// same.
fn compared(
    sentence: &Sentence<'_, '_>,
    indicator: &Indicator,
    value: Decimal,
    summary: &Summary,
) -> Option<(ValueComparison, Arc<Origin>)> {
    let mean = rounded(summary.mean?, indicator.decimals);
    let off = rounded(value, indicator.decimals) - mean;
    let numbers = sentence.figures.numbers();
    let comparison = grammar::difference(off, mean, indicator.decimals, &indicator.unit, numbers);
    let Origin::Formula { rule, inputs } = summary.mean_origin.as_ref() else { return None };
    let rule = format!("{} - {rule}", indicator.key);
    Some((comparison, Arc::new(Origin::Formula { rule, inputs: Arc::clone(inputs) })))
}
