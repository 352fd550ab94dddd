//! The figures of one document: every number it may print, as text and with its origin.
//!
//! A view holds only handles; the template helpers look them up. So a number reaches a page through a helper only, and
//! the origin of every printed number is known.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::derive::since::NoDifference;
use crate::german::{self, MEANINGLESS, Numbers, UNKNOWN};
use crate::model::{Indicator, Text, Year};
use crate::trace::Origin;

use super::{escape, marks};

/// A number as a template sees it. Only the helpers can look up the number behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FigureHandle(String);

impl FigureHandle {
    fn new(index: usize) -> Self {
        Self(format!("{}{index}{}", marks::HANDLE, marks::HANDLE_END))
    }

    /// Returns the position in the table of figures that a handle's text names; `None` for any other text.
    pub fn index(text: &str) -> Option<usize> {
        text.strip_prefix(marks::HANDLE)?.strip_suffix(marks::HANDLE_END)?.parse().ok()
    }
}

/// A text of the edition as a template sees it. Only the helper `prose` can look up the text behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PassageHandle(String);

impl PassageHandle {
    /// Returns the position in the table of passages that a handle's text names; `None` for any other text.
    pub fn index(text: &str) -> Option<usize> {
        text.strip_prefix(marks::PASSAGE)?.strip_suffix(marks::HANDLE_END)?.parse().ok()
    }
}

/// A number that may be printed.
#[derive(Debug, Clone)]
pub struct Figure {
    /// As printed, without unit; the official sign when there is no number.
    pub text: String,
    /// Unit as printed; empty for a plain count.
    pub unit: String,
    /// Plain decimal for geometry; `None` when there is no number.
    pub plain: Option<String>,
    /// Of how many, when the figure is a rank.
    pub of: Option<String>,
    /// Where the number comes from.
    pub origin: Arc<Origin>,
}

/// Serializes what a helper needs of a figure: text, unit, plain form, and of how many.
impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.text, &self.unit, &self.plain, &self.of).serialize(serializer)
    }
}

/// The table of figures and passages of one document, and how numbers are written in it.
#[derive(Debug)]
pub struct FigureTable<'a> {
    numbers: &'a Numbers,
    list: Vec<Figure>,
    passages: Vec<String>,
}

impl<'a> FigureTable<'a> {
    /// An empty table.
    pub fn new(numbers: &'a Numbers) -> Self {
        Self { numbers, list: Vec::new(), passages: Vec::new() }
    }

    /// Returns the figures, and the passages as Typst, each in the order of their handles.
    pub fn into_lists(self) -> (Vec<Figure>, Vec<String>) {
        (self.list, self.passages)
    }

    /// Returns the format of numbers.
    pub fn numbers(&self) -> &'a Numbers {
        self.numbers
    }

    fn add(&mut self, figure: Figure) -> FigureHandle {
        self.list.push(figure);
        FigureHandle::new(self.list.len() - 1)
    }

    /// Adds a value of an indicator; `None` prints as "unknown".
    pub fn value(&mut self, indicator: &Indicator, value: Option<Decimal>, origin: Arc<Origin>) -> FigureHandle {
        self.decimal(value, indicator.decimals, &indicator.unit, origin)
    }

    /// Adds a number with decimals and a unit; `None` prints as "unknown".
    pub fn decimal(&mut self, value: Option<Decimal>, decimals: u32, unit: &str, origin: Arc<Origin>) -> FigureHandle {
        let figure = match value {
            Some(value) => Figure {
                text: self.numbers.format(value, decimals),
                unit: unit.to_owned(),
                plain: Some(german::plain(value, decimals)),
                of: None,
                origin,
            },
            None => Figure { text: UNKNOWN.to_owned(), unit: String::new(), plain: None, of: None, origin },
        };
        self.add(figure)
    }

    /// Adds a difference of an indicator, with its sign. An unknown difference prints as "unknown", one between values
    /// that cannot be compared as "not meaningful". The unit of a difference of rates is the percentage point.
    pub fn difference(
        &mut self,
        indicator: &Indicator,
        difference: Result<Decimal, NoDifference>,
        origin: Arc<Origin>,
    ) -> FigureHandle {
        let unit = if indicator.unit == "%" { "Pp." } else { &indicator.unit };
        let sign = match difference {
            Ok(value) => return self.signed(Some(value), indicator.decimals, unit, origin),
            Err(reason) if reason.is_unknown() => UNKNOWN,
            Err(_) => MEANINGLESS,
        };
        self.add(Figure { text: sign.to_owned(), unit: String::new(), plain: None, of: None, origin })
    }

    /// Adds a number with its sign; `None` prints as "not meaningful".
    pub fn signed(&mut self, value: Option<Decimal>, decimals: u32, unit: &str, origin: Arc<Origin>) -> FigureHandle {
        let text = value.map(|value| self.numbers.signed(value, decimals));
        let unit = if text.is_some() { unit } else { "" };
        self.add(Figure {
            text: text.unwrap_or_else(|| MEANINGLESS.to_owned()),
            unit: unit.to_owned(),
            plain: value.map(|value| german::plain(value, decimals)),
            of: None,
            origin,
        })
    }

    /// Adds a count of things; `rule` says what was counted.
    pub fn count(&mut self, n: usize, rule: &str) -> FigureHandle {
        let origin = Origin::Formula { rule: rule.to_owned(), inputs: Arc::from([]) };
        self.decimal(Some(Decimal::from(n)), 0, "", Arc::new(origin))
    }

    /// Adds a rank and of how many; `None` prints as "not meaningful".
    pub fn rank(&mut self, rank: Option<u32>, of: usize, origin: Arc<Origin>) -> FigureHandle {
        let figure = match rank {
            Some(rank) => Figure {
                text: self.numbers.format(Decimal::from(rank), 0),
                unit: String::new(),
                plain: Some(rank.to_string()),
                of: Some(self.numbers.count(of)),
                origin,
            },
            None => Figure { text: MEANINGLESS.to_owned(), unit: String::new(), plain: None, of: None, origin },
        };
        self.add(figure)
    }

    /// Adds a year, never grouped; `None` prints as "unknown".
    pub fn year(&mut self, year: &Year) -> FigureHandle {
        let origin = Arc::new(Origin::Cell(year.place.clone()));
        let text = year.value.map(|y| y.to_string());
        self.add(Figure {
            plain: text.clone(),
            text: text.unwrap_or_else(|| UNKNOWN.to_owned()),
            unit: String::new(),
            of: None,
            origin,
        })
    }

    /// Adds a number printed as the data write it (`über 22.000`); `value` is its length in a chart.
    pub fn written(&mut self, text: &str, value: Decimal, origin: Arc<Origin>) -> FigureHandle {
        let plain = Some(german::plain(value, value.scale()));
        self.add(Figure { text: text.to_owned(), unit: String::new(), plain, of: None, origin })
    }

    /// Adds a text of the edition, as Typst.
    pub(super) fn passage(&mut self, typst: String) -> PassageHandle {
        self.passages.push(typst);
        PassageHandle(format!("{}{}{}", marks::PASSAGE, self.passages.len() - 1, marks::HANDLE_END))
    }

    /// Adds a number of a text of the edition, printed as it stands. Returns it as Typst, with the marks of a printed
    /// number.
    pub(super) fn number_in_text(&mut self, number: &Text) -> String {
        self.verbatim(&number.value, Arc::new(Origin::Cell(number.place.clone())));
        marks::number(self.list.len() - 1, &escape::markup(&number.value))
    }

    /// Adds a number printed as the data write it (`über 22.000`), which no chart can show.
    pub fn verbatim(&mut self, text: &str, origin: Arc<Origin>) -> FigureHandle {
        self.add(Figure { text: text.to_owned(), unit: String::new(), plain: None, of: None, origin })
    }
}
