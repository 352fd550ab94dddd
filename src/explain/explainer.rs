//! Finds the origin of a number of a Kommune: its cell, or its formula with the inputs filled in; its rank and its
//! neighbours; its definition and its source.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::compose::Composer;
use crate::derive::since::Since;
use crate::derive::{Facts, Summary};
use crate::diag::{Place, Problem, Result, nearest, shown};
use crate::documents::{Settings, Sources, is_one_per_kommune, of_build};
use crate::german::{Numbers, difference_unit, join_unit, match_key, plain};
use crate::model::{Aggregate, Data, IDENTITY, Kommune, identity};
use crate::numerals::{numbers, numbers_in};
use crate::trace::Origin;

use super::answer::{Answer, AnswerInput};

/// Returns the indicator with this key, label or short name.
pub fn indicator_named(what: &str, data: &Data) -> Option<usize> {
    let wanted = match_key(what);
    data.indicators.iter().position(|i| [&i.key, &i.label, &i.short].into_iter().any(|name| match_key(name) == wanted))
}

/// Returns the Kommune and the indicator of each cell.
fn cells(data: &Data) -> BTreeMap<Place, (usize, usize)> {
    let of = |(k, kommune): (usize, &Kommune)| {
        let places: Vec<Place> = kommune.values.iter().map(|number| number.place.clone()).collect();
        places.into_iter().enumerate().map(move |(at, place)| (place, (k, at)))
    };
    data.kommunen.iter().enumerate().flat_map(of).collect()
}

/// Explains the numbers of one Kommune.
pub struct Explainer<'a> {
    facts: &'a Facts<'a>,
    numbers: &'a Numbers,
    /// The Kommune and the indicator (positions) of each cell.
    cells: BTreeMap<Place, (usize, usize)>,
    /// The position of the Kommune.
    k: usize,
}

impl<'a> Explainer<'a> {
    /// Creates an explainer for the Kommune at position `k`; `facts` are the facts about all Kommunen.
    pub fn new(facts: &'a Facts<'a>, numbers: &'a Numbers, k: usize) -> Self {
        Self { facts, numbers, cells: cells(facts.data), k }
    }
}

impl Explainer<'_> {
    fn data(&self) -> &Data {
        self.facts.data
    }

    fn kommune(&self) -> &Kommune {
        &self.data().kommunen[self.k]
    }

    fn printed(&self, at: usize, value: Option<Decimal>) -> String {
        let indicator = &self.data().indicators[at];
        let with_unit = |value| self.numbers.with_unit(value, indicator.decimals, &indicator.unit);
        value.map_or_else(|| crate::german::UNKNOWN.to_owned(), with_unit)
    }

    /// Explains the value of an indicator, and the values it is compared with.
    pub fn indicator(&self, at: usize) -> Vec<Answer> {
        let data = self.data();
        let (indicator, of) = (&data.indicators[at], &self.facts.indicators[at]);
        let number = &self.kommune().values[at];
        let mut value = Answer::new(format!("{} ({})", indicator.label, indicator.key), self.printed(at, number.value));
        value.cell = Some(number.place.to_string());
        if let Aggregate::Ratio(top, bottom) = indicator.aggregate {
            let (a, b) = (self.kommune().values[top].value, self.kommune().values[bottom].value);
            if let (Some(a), Some(b)) = (a, b)
                && !b.is_zero()
            {
                let made = self.printed(at, a.checked_div(b));
                value.note(
                    "recomputed",
                    format!("{} / {} = {a} / {b} = {made}", data.indicators[top].key, data.indicators[bottom].key),
                );
            }
        }
        if let (Some(high), Some(low)) = (of.rank_high[self.k], of.rank_low[self.k]) {
            value.note("rank", format!("{high} of {} from the highest, {low} from the lowest", of.all.known));
            value.note("rule", "1 + number of Kommunen with a higher value; equal values share a rank (1, 2, 2, 4)");
            for (name, step) in [("next above", -1), ("next below", 1)] {
                if let Some(other) = self.neighbour(at, step) {
                    value.note(name, other);
                }
            }
        }
        if let (Some(v), Some(spread)) = (number.value, of.all.spread) {
            let quarter = format!("{} of 4 from the lowest", spread.quarter(v));
            let between = [spread.min, spread.lower_quartile, spread.median, spread.upper_quartile, spread.max];
            let bounds = between.map(|bound| self.numbers.format(bound, indicator.decimals)).join(" | ");
            value.note("quarter", format!("{quarter}; lowest, quartiles, highest: {bounds}"));
        }
        if let (Some(since), Some(former)) = (&self.facts.since, &data.former) {
            self.note_change(&mut value, at, since, &former.data.edition.key);
        }
        value.note("definition", indicator.definition.clone());
        value.note("source", data.edition.source(&indicator.source).map_or("not named", |s| s.citation.as_str()));
        let mut answers = vec![value];
        let land = self.facts.land_of(self.kommune()).map(|land| (land.land.name, &land.summaries[at]));
        let all = (data.edition.group.as_str(), &of.all);
        for (name, summary) in land.into_iter().chain([all]) {
            answers.push(self.mean(at, name, summary));
        }
        answers
    }

    /// Adds the former value, and the difference or the reason why there is none.
    fn note_change(&self, answer: &mut Answer, at: usize, since: &Since, former: &str) {
        let indicator = &self.data().indicators[at];
        let change = &since.changes[self.k][at];
        if change.old.is_some() {
            let from = match change.old_origin.as_ref() {
                Origin::Cell(place) => place.to_string(),
                Origin::Formula { rule, inputs } => {
                    let cells: Vec<String> = inputs.iter().map(ToString::to_string).collect();
                    format!("{rule}: {}", cells.join(", "))
                }
                Origin::Tick => String::new(),
            };
            answer.note("former", format!("{} in edition {former} ({from})", self.printed(at, change.old)));
        }
        let said = match change.difference {
            Ok(difference) => {
                let number = self.numbers.signed(difference, indicator.decimals);
                join_unit(&number, difference_unit(&indicator.unit))
            }
            Err(reason) => format!("not comparable: {}", reason.key()),
        };
        let ranks = change.old_rank.zip(since.ranks[at][self.k]).filter(|_| change.difference.is_ok());
        let ranks = ranks.map(|(old, new)| {
            format!("; rank {old} of {} before, {new} of {} now", since.indicators[at].known, since.known[at])
        });
        answer.note("change", said + &ranks.unwrap_or_default());
    }

    /// Returns the Kommune directly above or below in the ranking.
    fn neighbour(&self, at: usize, step: isize) -> Option<String> {
        let order = &self.facts.indicators[at].from_highest;
        let here = order.iter().position(|k| *k == self.k)?;
        let other = *order.get(here.checked_add_signed(step)?)?;
        let kommune = &self.data().kommunen[other];
        Some(format!("{}, {}", kommune.label.value, self.printed(at, kommune.values[at].value)))
    }

    /// Explains the mean of a group, with its formula filled in.
    fn mean(&self, at: usize, of: &str, summary: &Summary) -> Answer {
        let data = self.data();
        let indicator = &data.indicators[at];
        let mut answer = Answer::new(format!("mean of {}, {of}", indicator.key), self.printed(at, summary.mean));
        self.origin(&mut answer, &summary.mean_origin);
        let members = self.facts.scope.iter().filter(|k| {
            let land = data.kommunen[**k].land.value.name;
            land == of || of == data.edition.group
        });
        let sum = |columns: &[usize]| -> Option<Decimal> {
            members.clone().try_fold(Decimal::ZERO, |sum, k| {
                let values: Option<Vec<Decimal>> = columns.iter().map(|c| data.kommunen[*k].values[*c].value).collect();
                let product =
                    values.map_or(Some(Decimal::ZERO), |v| v.into_iter().try_fold(Decimal::ONE, Decimal::checked_mul));
                sum.checked_add(product?)
            })
        };
        let known = summary.known;
        let exact = summary.mean.map_or_else(|| "not known".to_owned(), |mean| plain(mean, indicator.decimals + 3));
        answer.filled_in = match indicator.aggregate {
            Aggregate::Sum => sum(&[at]).map(|sum| format!("{sum} / {known} = {exact}")),
            Aggregate::WeightedMean(weight) if summary.counted == summary.members => {
                sum(&[at, weight]).zip(sum(&[weight])).map(|(top, bottom)| format!("{top} / {bottom} = {exact}"))
            }
            Aggregate::Ratio(top, bottom) if summary.counted == summary.members => {
                sum(&[top]).zip(sum(&[bottom])).map(|(top, bottom)| format!("{top} / {bottom} = {exact}"))
            }
            Aggregate::WeightedMean(_) | Aggregate::Ratio(..) | Aggregate::None => None,
        };
        if summary.is_partial() {
            answer.note(
                "left out",
                format!("{} of {} Kommunen: a value is not known", summary.members - summary.counted, summary.members),
            );
        }
        answer
    }

    fn origin(&self, answer: &mut Answer, origin: &Origin) {
        match origin {
            Origin::Cell(place) => answer.cell = Some(place.to_string()),
            Origin::Tick => answer.rule = Some("tick of an axis".to_owned()),
            Origin::Formula { rule, inputs } => {
                answer.rule = Some(rule.clone());
                answer.inputs = inputs.iter().map(|place| self.input(place)).collect();
            }
        }
    }

    fn input(&self, place: &Place) -> AnswerInput {
        let data = self.data();
        let (of, value) = match self.cells.get(place) {
            Some((k, at)) => {
                let kommune = &data.kommunen[*k];
                let value = kommune.values[*at].value.map_or_else(|| "not known".to_owned(), |v| v.to_string());
                (format!("{} of {}", data.indicators[*at].key, kommune.label.value), value)
            }
            None => (String::new(), String::new()),
        };
        AnswerInput { cell: place.to_string(), of, value }
    }

    /// Explains a text of the row, for example the name of the head of administration or of the Jobcenter.
    fn in_words(&self, wanted: &str) -> Option<Answer> {
        let kommune = self.kommune();
        // If label and name are equal, the answer is about the label.
        let columns = identity::column("label").into_iter().chain(&IDENTITY).filter(|column| !column.is_year());
        let key = match_key(wanted);
        let mut texts = columns.map(|column| (column, column.printed(kommune).into_owned()));
        let (column, text) = texts.find(|(_, text)| match_key(text) == key)?;
        let (place, column) = (column.place(kommune), column.key);
        let mut answer = Answer::new(format!("{column} of {}", kommune.label.value), text);
        answer.cell = Some(place.to_string());
        Some(answer)
    }

    /// Explains everything on the fact sheet that is printed like `wanted`: numbers, or a text of the row.
    pub fn on_paper(&self, wanted: &str, composer: &Composer) -> Result<Vec<Answer>> {
        let data = self.data();
        let settings = Settings::default();
        let sources = Sources { data, of_all: self.facts, of_scope: self.facts, numbers: self.numbers, meeting: None };
        let digits: Vec<&str> = numbers_in(wanted).collect();
        // The digits of a misspelt key (`sgb2_qote`) are not a number.
        let glued = numbers(wanted).any(|range| wanted[..range.start].ends_with(char::is_alphabetic));
        if digits.is_empty() || glued {
            return self.in_words(wanted).map(|answer| vec![answer]).ok_or_else(|| {
                let known: Vec<&str> = data.indicators.iter().map(|i| i.key.as_str()).collect();
                let what = format!("`{}` is no indicator, and no text or number of this Kommune", shown(wanted));
                let mut problem = Problem::usage("KB320", what);
                if let Some(near) = nearest(wanted, known.iter().copied()) {
                    problem = problem.hint(format!("did you mean `{near}`?"));
                }
                let known = known.join(", ");
                problem
                    .hint(format!("the indicators are: {known}; numbers are written as on the page: \"1.409,75\""))
                    .into()
            });
        }
        let mut answers = Vec::new();
        for document in of_build(data, &[], &[self.k], &[], is_one_per_kommune)? {
            let composed = sources.compose(composer, &document, &settings, 0)?;
            for number in 0..composed.source_map.numbers.len() {
                let printed = composed.printed(number).unwrap_or_default();
                let has: Vec<&str> = numbers_in(&printed).collect();
                // One number may be part of a figure (`4,7–12,5 %`); several numbers must be the whole figure (`98 von
                // 104`).
                let meant = if let [only] = digits[..] { has.contains(&only) } else { has == digits };
                if !meant {
                    continue;
                }
                let Some(origin) = composed.origin(number) else { continue };
                let mut answer = Answer::new("number on the fact sheet".to_owned(), printed);
                answer.document = Some(document.path.clone());
                self.origin(&mut answer, &origin);
                if let Origin::Cell(place) = origin.as_ref()
                    && self.cells.contains_key(place)
                {
                    answer.subject = self.input(place).of;
                }
                answers.push(answer);
            }
        }
        if answers.is_empty() {
            return Err(Problem::usage(
                "KB321",
                format!("the fact sheet of {} prints no number {}", self.kommune().label.value, digits.join(" … ")),
            )
            .hint("write it as it stands on the page; `kreisblatt explain KOMMUNE` lists the indicators")
            .into());
        }
        // Numbers with the same text and the same origin are listed once.
        answers.dedup_by(|a, b| a.printed == b.printed && a.cell == b.cell && a.rule == b.rule);
        Ok(answers)
    }
}
