//! A value beside a mean, in words.

use rust_decimal::Decimal;

use crate::german::{Numbers, join_unit, rounded, unit_of_difference};

use super::phrase::Phrase;

/// Rates that differ from their mean by less than this, in percentage points, are "etwa so hoch wie" it.
pub const NEAR_POINTS: Decimal = Decimal::from_parts(2, 0, 0, false, 1);

/// Other values that differ from their mean by less than this part of it are "etwa so hoch wie" it.
pub const NEAR_SHARE: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// From this many times the mean on, a relative difference is worded "2,5-mal so hoch".
pub const TIMES_FROM: Decimal = Decimal::TWO;

/// The most decimal places a `Decimal` has.
const MOST_DECIMALS: u32 = 28;

/// How a value compares with a mean, or with the value of another Kommune; numbers as printed, units with the space before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueComparison {
    /// Higher by so much: number and unit.
    Above(String, String),
    /// Lower by so much: number and unit.
    Below(String, String),
    /// So many times as high: the factor; `2` is worded "doppelt".
    Times(String),
    /// Nearly the same.
    Near,
    /// The same as printed.
    Equal,
}

/// Compares by the difference: `um 1,2 Prozentpunkte über dem Mittel`, `um 120 EW/km² unter dem Mittel`.
///
/// The difference is that of the numbers as printed, value minus mean, so that readers who subtract find
/// it; `decimals` and `unit` are the indicator's. The unit `%` makes percentage points; an empty one adds
/// nothing.
pub fn difference(difference: Decimal, mean: Decimal, decimals: u32, unit: &str, numbers: &Numbers) -> ValueComparison {
    let decimals = decimals.min(MOST_DECIMALS);
    let difference = rounded(difference, decimals);
    let size = difference.abs();
    let near = if unit == "%" { Some(NEAR_POINTS) } else { mean.abs().checked_mul(NEAR_SHARE) };
    if size.is_zero() {
        return ValueComparison::Equal;
    }
    if near.is_some_and(|near| size < near) {
        return ValueComparison::Near;
    }
    sided(difference, numbers.format(size, decimals), unit_of_difference(unit, size, decimals))
}

/// Compares by the ratio, for sizes: `um 23 % unter dem Mittel`, `etwa 2,5-mal so groß wie das Mittel`.
///
/// `None` when there is no ratio to speak of: a mean of zero or less, or a negative value.
pub fn relative(value: Decimal, mean: Decimal, numbers: &Numbers) -> Option<ValueComparison> {
    if mean <= Decimal::ZERO || value.is_sign_negative() {
        return None;
    }
    let ratio = value.checked_div(mean)?;
    let off = ratio.checked_sub(Decimal::ONE)?;
    Some(if value == mean {
        ValueComparison::Equal
    } else if off.abs() < NEAR_SHARE {
        ValueComparison::Near
    } else if ratio >= TIMES_FROM {
        let ratio = rounded(ratio, 1);
        ValueComparison::Times(numbers.format(ratio, if ratio.fract().is_zero() { 0 } else { 1 }))
    } else {
        sided(off, numbers.format(off.abs().checked_mul(Decimal::ONE_HUNDRED)?, 0), "%")
    })
}

fn sided(difference: Decimal, number: String, unit: &str) -> ValueComparison {
    let unit = join_unit("", unit);
    if difference.is_sign_negative() {
        ValueComparison::Below(number, unit)
    } else {
        ValueComparison::Above(number, unit)
    }
}

impl ValueComparison {
    /// The comparison without a verb, behind a comma or a dash: `um 1,2 Prozentpunkte über dem Mittel des
    /// Landes`, `etwa so hoch wie das Mittel des Landes`, `gleich dem Mittel des Landes`. At most one number.
    ///
    /// `of` is a genitive (`des Landes`, `Hessens`, `aller Kommunen`) or empty; `adjective` tells what a
    /// high value is (`hoch`, `groß`).
    pub fn phrase(&self, of: &str, adjective: &str) -> Phrase {
        let of = if of.is_empty() { String::new() } else { format!(" {of}") };
        let phrase = Phrase::default();
        match self {
            Self::Above(number, unit) => {
                phrase.text("um ").number(number.clone()).text(&format!("{unit} über dem Mittel{of}"))
            }
            Self::Below(number, unit) => {
                phrase.text("um ").number(number.clone()).text(&format!("{unit} unter dem Mittel{of}"))
            }
            Self::Times(number) if number == "2" => {
                phrase.text(&format!("etwa doppelt so {adjective} wie das Mittel{of}"))
            }
            Self::Times(number) => {
                phrase.text("etwa ").number(number.clone()).text(&format!("-mal so {adjective} wie das Mittel{of}"))
            }
            Self::Near => phrase.text(&format!("etwa so {adjective} wie das Mittel{of}")),
            Self::Equal => phrase.text(&format!("gleich dem Mittel{of}")),
        }
    }

    /// The comparison with its verb, behind a subject in the singular: `liegt um …`, `ist etwa so hoch wie
    /// …`, `entspricht dem Mittel …`. Arguments as for [`ValueComparison::phrase`].
    pub fn predicate(&self, of: &str, adjective: &str) -> Phrase {
        let verb = match self {
            Self::Above(..) | Self::Below(..) => "liegt ",
            Self::Times(_) | Self::Near => "ist ",
            Self::Equal if of.is_empty() => return Phrase::default().text("entspricht dem Mittel"),
            Self::Equal => return Phrase::default().text(&format!("entspricht dem Mittel {of}")),
        };
        Phrase::default().text(verb).followed_by(self.phrase(of, adjective))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::NumberStyle;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn numbers() -> Numbers {
        Numbers::new(NumberStyle::Destatis)
    }

    fn differs(by: &str, mean: &str, decimals: u32, unit: &str) -> String {
        difference(d(by), d(mean), decimals, unit, &numbers()).phrase("des Landes", "hoch").to_string()
    }

    #[test]
    fn rates_differ_by_percentage_points() {
        assert_eq!(differs("1.2", "5", 1, "%"), "um 1,2\u{a0}Prozentpunkte über dem Mittel des Landes");
        assert_eq!(differs("-1.23", "5", 2, "%"), "um 1,23\u{a0}Prozentpunkte unter dem Mittel des Landes");
        assert_eq!(differs("1", "5", 0, "%"), "um 1\u{a0}Prozentpunkt über dem Mittel des Landes");
        assert_eq!(differs("1", "5", 1, "%"), "um 1,0\u{a0}Prozentpunkte über dem Mittel des Landes");
        assert_eq!(differs("0.2", "5", 1, "%"), "um 0,2\u{a0}Prozentpunkte über dem Mittel des Landes");
        assert_eq!(differs("0.19", "5", 2, "%"), "etwa so hoch wie das Mittel des Landes");
        assert_eq!(differs("-0.1", "5", 1, "%"), "etwa so hoch wie das Mittel des Landes");
        assert_eq!(differs("0", "5", 1, "%"), "gleich dem Mittel des Landes");
    }

    #[test]
    fn other_units_stand_as_they_are() {
        assert_eq!(differs("1234", "5000", 0, "EW/km²"), "um 1.234\u{a0}EW/km² über dem Mittel des Landes");
        assert_eq!(differs("-1234", "5000", 0, ""), "um 1.234 unter dem Mittel des Landes");
        assert_eq!(differs("99", "5000", 0, ""), "etwa so hoch wie das Mittel des Landes");
        assert_eq!(differs("100", "5000", 0, ""), "um 100 über dem Mittel des Landes");
    }

    #[test]
    fn sizes_compare_by_ratio() {
        let compared = |value: &str, mean: &str| {
            relative(d(value), d(mean), &numbers()).map(|c| c.phrase("aller Kommunen", "groß").to_string())
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(compared("77", "100"), some("um 23\u{a0}% unter dem Mittel aller Kommunen"));
        assert_eq!(compared("180", "100"), some("um 80\u{a0}% über dem Mittel aller Kommunen"));
        assert_eq!(compared("250", "100"), some("etwa 2,5-mal so groß wie das Mittel aller Kommunen"));
        assert_eq!(compared("204", "100"), some("etwa doppelt so groß wie das Mittel aller Kommunen"));
        assert_eq!(compared("301", "100"), some("etwa 3-mal so groß wie das Mittel aller Kommunen"));
        assert_eq!(compared("101.9", "100"), some("etwa so groß wie das Mittel aller Kommunen"));
        assert_eq!(compared("100", "100"), some("gleich dem Mittel aller Kommunen"));
        assert_eq!(compared("100", "0"), None);
        assert_eq!(compared("-1", "5"), None);
    }

    #[test]
    fn each_comparison_has_its_verb() {
        let predicate =
            |by: &str| difference(d(by), d("5"), 1, "%", &numbers()).predicate("Hessens", "hoch").to_string();
        assert_eq!(predicate("-2"), "liegt um 2,0\u{a0}Prozentpunkte unter dem Mittel Hessens");
        assert_eq!(predicate("0.1"), "ist etwa so hoch wie das Mittel Hessens");
        assert_eq!(predicate("0"), "entspricht dem Mittel Hessens");
        assert_eq!(ValueComparison::Equal.predicate("", "hoch").to_string(), "entspricht dem Mittel");
        assert_eq!(ValueComparison::Equal.phrase("", "hoch").to_string(), "gleich dem Mittel");
    }

    fn decimal() -> impl Strategy<Value = Decimal> {
        (any::<[u32; 3]>(), any::<bool>(), 0u32..=28, 0u32..3).prop_map(|(p, negative, scale, zeroed)| {
            let [lo, mid, hi] = [p[0], if zeroed > 0 { 0 } else { p[1] }, if zeroed > 1 { 0 } else { p[2] }];
            Decimal::from_parts(lo, mid, hi, negative, scale)
        })
    }

    proptest! {
        #[test]
        fn no_number_is_too_large(a in decimal(), b in decimal(), decimals: u32, unit: String, word: String) {
            let _ = difference(a, b, decimals, &unit, &numbers()).predicate(&word, &word);
            let _ = difference(a, b, decimals, "%", &numbers());
            let _ = relative(a, b, &numbers()).map(|c| c.predicate(&word, &word));
        }

        #[test]
        fn the_side_is_that_of_the_difference(tenths in -1000i64..1000) {
            let by = Decimal::new(tenths, 1);
            let expected = match tenths {
                ..=-2 => "unter dem",
                0 => "gleich dem",
                2.. => "über dem",
                _ => "etwa so hoch wie das",
            };
            let text = difference(by, Decimal::TEN, 1, "%", &numbers()).phrase("", "hoch").to_string();
            let ending = format!("{expected} Mittel");
            prop_assert!(text.ends_with(&ending), "{}", text);
        }
    }
}
