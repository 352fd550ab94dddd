//! The figures of one document: every number that may be printed, as text and with its origin.
//!
//! A view holds only handles; the helpers look them up. So no number reaches a page but through a
//! helper, and every number printed is known with its origin.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::derive::since::NoDifference;
use crate::german::{self, MEANINGLESS, Numbers, UNKNOWN};
use crate::model::{Indicator, Prose, Text, Year};
use crate::trace::Origin;

use super::{escape, marks, prose};

/// A number as a template sees it: a handle that only the helpers can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    fn new(index: usize) -> Self {
        Self(format!("{}{index}{}", marks::HANDLE, marks::HANDLE_END))
    }

    /// The index a handle's text points at; `None` for any other text.
    pub fn index(text: &str) -> Option<usize> {
        text.strip_prefix(marks::HANDLE)?.strip_suffix(marks::HANDLE_END)?.parse().ok()
    }
}

/// A text of the edition as a template sees it: a handle that only the helper `prose` can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Passage(String);

impl Passage {
    /// The index a passage's text points at; `None` for any other text.
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

/// What a helper needs of a figure: text, unit, plain form, and of how many.
impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.text, &self.unit, &self.plain, &self.of).serialize(serializer)
    }
}

/// The table of figures of one document, and how numbers are written in it.
#[derive(Debug)]
pub struct Figures<'a> {
    numbers: &'a Numbers,
    list: Vec<Figure>,
    passages: Vec<String>,
}

impl<'a> Figures<'a> {
    /// An empty table.
    pub fn new(numbers: &'a Numbers) -> Self {
        Self { numbers, list: Vec::new(), passages: Vec::new() }
    }

    /// The figures and the passages as Typst, each in the order of their handles.
    pub fn into_lists(self) -> (Vec<Figure>, Vec<String>) {
        (self.list, self.passages)
    }

    /// How numbers are written.
    pub fn numbers(&self) -> &'a Numbers {
        self.numbers
    }

    fn add(&mut self, figure: Figure) -> Handle {
        self.list.push(figure);
        Handle::new(self.list.len() - 1)
    }

    /// A value of an indicator; `None` prints as "unknown".
    pub fn value(&mut self, indicator: &Indicator, value: Option<Decimal>, origin: Arc<Origin>) -> Handle {
        self.decimal(value, indicator.decimals, &indicator.unit, origin)
    }

    /// A number with decimals and a unit; `None` prints as "unknown".
    pub fn decimal(&mut self, value: Option<Decimal>, decimals: u32, unit: &str, origin: Arc<Origin>) -> Handle {
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

    /// A difference of an indicator, with its sign; what is not known prints as "unknown", what cannot be compared
    /// as "not meaningful". Rates differ by percentage points.
    pub fn difference(
        &mut self,
        indicator: &Indicator,
        difference: Result<Decimal, NoDifference>,
        origin: Arc<Origin>,
    ) -> Handle {
        let unit = if indicator.unit == "%" { "Pp." } else { &indicator.unit };
        let sign = match difference {
            Ok(value) => return self.signed(Some(value), indicator.decimals, unit, origin),
            Err(reason) if reason.is_unknown() => UNKNOWN,
            Err(_) => MEANINGLESS,
        };
        self.add(Figure { text: sign.to_owned(), unit: String::new(), plain: None, of: None, origin })
    }

    /// A number with its sign; `None` prints as "not meaningful".
    pub fn signed(&mut self, value: Option<Decimal>, decimals: u32, unit: &str, origin: Arc<Origin>) -> Handle {
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

    /// A count of things we made or counted ourselves.
    pub fn count(&mut self, n: usize, rule: &str) -> Handle {
        let origin = Origin::Formula { rule: rule.to_owned(), inputs: Arc::from([]) };
        self.decimal(Some(Decimal::from(n)), 0, "", Arc::new(origin))
    }

    /// A rank of so many; `None` prints as "not meaningful".
    pub fn rank(&mut self, rank: Option<u32>, of: usize, origin: Arc<Origin>) -> Handle {
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

    /// A year, never grouped; `None` prints as "unknown".
    pub fn year(&mut self, year: &Year) -> Handle {
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

    /// A text of the data that reads as a figure and has a length in a chart.
    pub fn written(&mut self, text: &str, value: Decimal, origin: Arc<Origin>) -> Handle {
        let plain = Some(german::plain(value, value.scale()));
        self.add(Figure { text: text.to_owned(), unit: String::new(), plain, of: None, origin })
    }

    /// A text of the edition; `has_card` says whether the Kommune of an AGS has a card in the document that
    /// a link can lead to.
    pub fn passage(&mut self, text: &Prose, has_card: impl Fn(&str) -> bool) -> Passage {
        let typst = prose::typst(text, self, &has_card);
        self.passages.push(typst);
        Passage(format!("{}{}{}", marks::PASSAGE, self.passages.len() - 1, marks::HANDLE_END))
    }

    /// A number of a text of the edition, printed as it stands: Typst with the marks of a printed number.
    pub(super) fn in_text(&mut self, number: &Text) -> String {
        self.verbatim(&number.value, Arc::new(Origin::Cell(number.place.clone())));
        marks::number(self.list.len() - 1, &escape::markup(&number.value))
    }

    /// A text of the data that reads as a figure (`über 22.000`), printed as it stands.
    pub fn verbatim(&mut self, text: &str, origin: Arc<Origin>) -> Handle {
        self.add(Figure { text: text.to_owned(), unit: String::new(), plain: None, of: None, origin })
    }
}
