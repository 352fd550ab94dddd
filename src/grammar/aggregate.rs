//! How several Kommunen are put together, in German: every wording of an indicator's rule stands here.

use crate::model::{Aggregate, Indicator};

/// The rule of an indicator in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregateWords {
    /// What the value of a group is, behind the short name of the indicator: `Mittel, gewichtet mit „Einwohner“`.
    pub value: String,
    /// The same at length, with full names: `Mittel der Kommunen, gewichtet nach: Einwohnerinnen und Einwohner`.
    pub definition: String,
    /// How the mean is made that one Kommune is compared with: `gewichtet mit „Einwohner“`.
    pub mean: String,
}

/// The rule of an indicator in words; `indicators` are all of its edition.
pub fn aggregate_words(indicator: &Indicator, indicators: &[Indicator]) -> AggregateWords {
    let short = |at: usize| indicators[at].short.as_str();
    let label = |at: usize| indicators[at].label.as_str();
    let (value, definition, mean) = match indicator.aggregate {
        Aggregate::Sum => (
            "Summe".to_owned(),
            "Summe der Kommunen; als Mittel der Durchschnitt je Kommune".to_owned(),
            "Durchschnitt je Kommune".to_owned(),
        ),
        Aggregate::WeightedMean(weight) => {
            let weighted = format!("gewichtet mit „{}“", short(weight));
            let definition = format!("Mittel der Kommunen, gewichtet nach: {}", label(weight));
            (format!("Mittel, {weighted}"), definition, weighted)
        }
        Aggregate::Ratio(top, bottom) => {
            let ratio = format!("Summe {} durch Summe {}", short(top), short(bottom));
            let definition = format!("Summe ({}) geteilt durch Summe ({})", label(top), label(bottom));
            (ratio.clone(), definition, ratio)
        }
        Aggregate::None => {
            ("nicht zusammengefasst".to_owned(), "wird nicht zusammengefasst".to_owned(), "ohne Mittel".to_owned())
        }
    };
    AggregateWords { value, definition, mean }
}
