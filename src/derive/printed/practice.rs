//! Facts of practice examples against the row of their Kommune.

use chrono::Datelike;
use rust_decimal::Decimal;

use crate::german::{month_named, parsed, rounded};
use crate::model::{Data, Fact, Place, Stand};

/// A fact of a practice example that differs from the row of its Kommune.
#[derive(Debug, Clone)]
pub struct PracticeDeviation {
    /// Position of the Kommune.
    pub kommune: usize,
    /// Position of the indicator.
    pub indicator: usize,
    /// What the fact says it counts.
    pub what: String,
    /// As printed.
    pub printed: Decimal,
    /// That of the row, rounded to the decimals printed.
    pub row: Decimal,
    /// Where the fact stands.
    pub place: Place,
}

/// The facts that differ from the row, in the order of their file.
pub fn practice(data: &Data) -> Vec<PracticeDeviation> {
    let mut found = Vec::new();
    for example in &data.practice {
        let Some(k) = data.kommunen.iter().position(|k| k.ags.value == example.ags.value) else { continue };
        for fact in &example.facts {
            let Some((at, printed)) = said_of_row(fact, data) else { continue };
            let Some(value) = data.kommunen[k].values[at].value else { continue };
            let row = rounded(value, printed.scale());
            if row != printed {
                found.push(PracticeDeviation {
                    kommune: k,
                    indicator: at,
                    what: fact.what.clone(),
                    printed,
                    row,
                    place: fact.text.place.clone(),
                });
            }
        }
    }
    found
}

/// The indicator a fact is about, and its number at the Stand; `None` when the fact is about something else or another
/// date, or its number is only rough (`über 50 %`).
fn said_of_row(fact: &Fact, data: &Data) -> Option<(usize, Decimal)> {
    let names = data.indicators.iter().enumerate().filter_map(|(at, indicator)| {
        let rest = fact.what.strip_prefix(&indicator.label)?;
        (!rest.starts_with(char::is_alphanumeric)).then_some((at, rest))
    });
    let (at, rest) = names.min_by_key(|(_, rest)| rest.len())?;
    is_of_stand(rest, data.edition.stand).then_some(())?;
    let text = fact.text.value.rsplit('→').next().unwrap_or_default();
    let number = text.trim().strip_suffix(&data.indicators[at].unit)?.trim();
    Some((at, parsed(number)?))
}

/// Whether what follows the label of an indicator names no other date than the Stand, and nothing that would
/// make it another figure (`der unter 25-Jährigen`). Of several dates the last counts: it is that of the last
/// number.
fn is_of_stand(rest: &str, stand: Stand) -> bool {
    let mut month: Option<u32> = None;
    let mut last = true;
    for word in rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '/')).filter(|w| !w.is_empty())
    {
        let year = word.parse::<i32>().ok().filter(|year| word.len() == 4 && (1900..=2200).contains(year));
        if let Some(year) = year {
            last = year == stand.date.year() && month.is_none_or(|month| month == stand.date.month());
            month = None;
        } else if let Some(named) = month_named(word) {
            month = Some(named);
            last = named == stand.date.month();
        } else {
            match word {
                "heute" | "derzeit" | "aktuell" => last = true,
                "und" | "im" | "Stand" => {}
                // The source of the figure follows.
                "laut" => break,
                _ => return false,
            }
        }
    }
    last
}
