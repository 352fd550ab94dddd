//! Printed key figures against those the rows make.

use rust_decimal::Decimal;

use crate::derive::facts::Facts;
use crate::german::rounded;
use crate::model::RowsRule;

/// A printed key figure that is not what the rows make.
#[derive(Debug, Clone)]
pub struct KeyFigureDeviation {
    /// Its position in `KeyFigures::numbers`.
    pub figure: usize,
    /// How the rows make it.
    pub rule: RowsRule,
    /// Of the rows, rounded to the decimals printed.
    pub computed: Decimal,
}

/// The key figures that the rows make otherwise, in the order of their file.
pub fn key_figures(facts: &Facts<'_>) -> Vec<KeyFigureDeviation> {
    let mut found = Vec::new();
    for (figure, number) in facts.data.key_figures.numbers.iter().enumerate() {
        let Some(rule) = &number.rule else { continue };
        let Some(made) = made(facts, rule) else { continue };
        let computed = rounded(made, number.value.value.scale());
        if computed != number.value.value {
            found.push(KeyFigureDeviation { figure, rule: rule.clone(), computed });
        }
    }
    found
}

/// A key figure from the rows; `None` when a row lacks a value it needs: a part is not the whole.
fn made(facts: &Facts<'_>, rule: &RowsRule) -> Option<Decimal> {
    let data = facts.data;
    let column = |at: usize| data.kommunen.iter().map(move |k| k.values[at].value);
    match rule {
        RowsRule::Kommunen => Some(Decimal::from(data.kommunen.len())),
        RowsRule::Laender { without } => {
            Some(Decimal::from(facts.laender.iter().filter(|land| !without.contains(&land.land)).count()))
        }
        RowsRule::Sum { of, per } => Some(column(*of).sum::<Option<Decimal>>()? / per),
        RowsRule::Share { rate, of, per } => {
            let people: Option<Decimal> = column(*rate).zip(column(*of)).map(|(rate, of)| Some(rate? * of?)).sum();
            Some(people? / Decimal::ONE_HUNDRED / per)
        }
        RowsRule::Mean(at) => {
            let all = &facts.indicators[*at].all;
            all.aggregate.filter(|_| !all.is_partial())
        }
    }
}
