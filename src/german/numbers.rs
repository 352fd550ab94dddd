//! German numbers. ICU4X formats them; rounding half away from zero and the no-break spaces are ours.

use std::cmp::Ordering;

use icu_decimal::options::DecimalFormatterOptions;
use icu_decimal::{DecimalFormatter, input};
use icu_locale_core::locale;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::NumberStyle;

/// No-break space, between a number and its unit.
pub const NO_BREAK_SPACE: char = '\u{a0}';

/// Narrow no-break space, between groups of digits in the style of DIN 5008.
pub const NARROW_NO_BREAK_SPACE: char = '\u{202f}';

/// Printed where a value is unknown (Statistisches Bundesamt, "Zeichenerklärung").
pub const UNKNOWN: &str = ".";

/// Printed where a value would not be meaningful (Statistisches Bundesamt, "Zeichenerklärung").
pub const MEANINGLESS: &str = "x";

/// Rounds half away from zero: 1.95 becomes 2.0 and -1.95 becomes -2.0 at one decimal place.
pub fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Rounds half away from zero, and keeps trailing zeros: `6.50` at two decimal places.
pub fn plain(value: Decimal, decimals: u32) -> String {
    let mut value = rounded(value, decimals);
    value.rescale(decimals);
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    value.to_string()
}

/// The German format of numbers.
#[derive(Debug)]
pub struct Numbers {
    formatter: DecimalFormatter,
    style: NumberStyle,
}

impl Numbers {
    /// Returns the format of a number style.
    pub fn new(style: NumberStyle) -> Self {
        let formatter = DecimalFormatter::try_new(locale!("de").into(), DecimalFormatterOptions::default())
            .expect("ICU4X's compiled data holds German");
        Self { formatter, style }
    }

    /// Returns the number with a fixed count of decimal places: `1.409,75`. A minus is U+2212, as wide as a
    /// digit.
    pub fn format(&self, value: Decimal, decimals: u32) -> String {
        let plain = plain(value, decimals);
        let number = input::Decimal::try_from_str(&plain).expect("a Decimal prints as digits, sign and point");
        let mut text = self.formatter.format(&number).to_string();
        if self.style == NumberStyle::Din5008 {
            text = text.replace('.', &NARROW_NO_BREAK_SPACE.to_string());
        }
        text.replace('-', "\u{2212}")
    }

    /// Returns a difference with its sign: `+1,2`, `−0,4`, `±0,0`.
    pub fn signed(&self, value: Decimal, decimals: u32) -> String {
        let text = self.format(value, decimals);
        match rounded(value, decimals).cmp(&Decimal::ZERO) {
            Ordering::Less => text,
            Ordering::Equal => format!("\u{b1}{text}"),
            Ordering::Greater => format!("+{text}"),
        }
    }

    /// Returns a count: `22.492.064`.
    pub fn count(&self, n: usize) -> String {
        self.format(Decimal::from(n), 0)
    }

    /// Returns the number with its unit behind a no-break space; an empty unit adds nothing.
    pub fn with_unit(&self, value: Decimal, decimals: u32, unit: &str) -> String {
        join_unit(&self.format(value, decimals), unit)
    }
}

/// Returns a printed number with its unit behind a no-break space; an empty unit adds nothing.
pub fn join_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number}{NO_BREAK_SPACE}{unit}") }
}

/// Returns the unit of a difference: rates differ by percentage points.
pub fn difference_unit(unit: &str) -> &str {
    if unit == "%" { "Prozentpunkte" } else { unit }
}

/// Returns the unit behind a difference of this size, printed with this many decimals: `1 Prozentpunkt`, but
/// `1,0 Prozentpunkte`.
pub fn unit_of_difference(unit: &str, size: Decimal, decimals: u32) -> &str {
    if unit == "%" && decimals == 0 && size == Decimal::ONE { "Prozentpunkt" } else { difference_unit(unit) }
}

/// Parses a number as German texts write it: `18.500`, `5,0`. `None` when the text is no number. Groups have three
/// digits.
pub fn parsed(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once(',').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let mut groups = whole.split('.');
    let first = groups.next().filter(|first| digits(first))?;
    let grouped = whole.contains('.');
    if (grouped && first.len() > 3) || groups.any(|group| group.len() != 3 || !digits(group)) {
        return None;
    }
    if fraction.is_some_and(|fraction| !digits(fraction)) {
        return None;
    }
    text.replace('.', "").replace(',', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn half_rounds_away_from_zero() {
        assert_eq!(rounded(d("1.95"), 1), d("2.0"));
        assert_eq!(rounded(d("-1.95"), 1), d("-2.0"));
        assert_eq!(rounded(d("2.5"), 0), d("3"));
        assert_eq!(rounded(d("1.949"), 1), d("1.9"));
    }

    #[test]
    fn both_number_styles_group_by_three() {
        let destatis = Numbers::new(NumberStyle::Destatis);
        let din = Numbers::new(NumberStyle::Din5008);
        assert_eq!(destatis.format(d("1409.75"), 2), "1.409,75");
        assert_eq!(din.format(d("1409.75"), 2), "1\u{202f}409,75");
        assert_eq!(destatis.format(d("623738"), 0), "623.738");
        assert_eq!(destatis.format(d("1"), 1), "1,0");
        assert_eq!(destatis.format(d("-0.04"), 1), "0,0");
        assert_eq!(destatis.format(d("-3.5"), 1), "\u{2212}3,5");
        assert_eq!(destatis.with_unit(d("6.5"), 2, "%"), "6,50\u{a0}%");
    }

    #[test]
    fn written_numbers_are_read() {
        for (text, value) in [("5,0", "5.0"), ("18.500", "18500"), ("1.409,75", "1409.75"), ("398", "398")] {
            assert_eq!(parsed(text), Some(d(value)), "{text}");
        }
        for text in ["", ",5", "5,", "1.40", "1409.750", "1..000", "−5", "5 %", "1,2,3"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
