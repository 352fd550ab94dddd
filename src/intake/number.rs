//! Numbers as offices write them, read strictly: a text is a number, a sign for "no value", or refused. A text that
//! could be two numbers is returned as both; only its column can decide.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::diag::shown;
use crate::german::rounded;

/// How the numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberNotation {
    /// `1.409,75`.
    German,
    /// `1409.75`.
    Plain,
}

/// A text read as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberReading {
    /// A number, and the notation it shows; `None` when both write it like this (`398`).
    Value(Decimal, Option<NumberNotation>),
    /// `1.409`: one number in German, another one plain.
    Either {
        /// 1409.
        german: Decimal,
        /// 1.409.
        plain: Decimal,
    },
    /// No value: an empty text or a sign that stands for none.
    Absent,
    /// Neither; why.
    Refused(String),
}

/// Most digits before and after the decimal point, as `kommunen.csv` has them.
pub const MOST_DIGITS: usize = 12;
const MOST_DECIMALS: usize = 9;

/// Signs and words for "no value" (Statistisches Bundesamt, "Zeichenerklärung", and what offices write besides).
const ABSENT: [&str; 19] = [
    "-",
    "–",
    "—",
    "−",
    ".",
    "·",
    "x",
    "/",
    "…",
    "...",
    "k.a.",
    "n.v.",
    "n.b.",
    "n/a",
    "#nv",
    "keineangabe",
    "keineangaben",
    "nichtverfügbar",
    "unbekannt",
];

/// Units in other spellings.
const UNITS: [(&str, &str); 7] = [
    ("qkm", "km2"),
    ("prozent", "%"),
    ("v.h.", "%"),
    ("einwohner/km2", "ew/km2"),
    ("ewjekm2", "ew/km2"),
    ("einwohnerjekm2", "ew/km2"),
    ("euro", "€"),
];

/// A unit in one spelling: lower case, without blanks, `²` as `2`.
pub fn plain_unit(unit: &str) -> String {
    let unit: String = unit.to_lowercase().replace('²', "2").chars().filter(|c| !c.is_whitespace()).collect();
    UNITS.iter().find(|(other, _)| *other == unit).map_or(unit, |(_, ours)| (*ours).to_owned())
}

/// Whether a character groups digits beside the point: blanks of all widths and apostrophes.
fn groups(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' | '\'' | '’')
}

/// Reads a text as a value of a unit (empty = a plain count).
pub fn reading(text: &str, unit: &str) -> NumberReading {
    let text = text.trim();
    let tightnessd: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    if tightnessd.is_empty() || ABSENT.contains(&tightnessd.as_str()) {
        return NumberReading::Absent;
    }
    let (negative, digits) = match text.strip_prefix(['-', '−', '–']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let end = digits.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
    // `km2` ends with a digit: what follows the first letter belongs to the unit.
    let end = digits.find(|c: char| c.is_alphabetic() || c == '%').map_or(end, |letter| end.min(letter));
    let (number, tail) = digits.split_at(end);
    let (number, tail) = (number.trim_end_matches(groups), tail.trim());
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return NumberReading::Refused("is not a number".to_owned());
    }
    if !tail.is_empty() && plain_unit(tail) != plain_unit(unit) {
        let expected = if unit.is_empty() { "a plain count".to_owned() } else { format!("`{unit}`") };
        return NumberReading::Refused(format!("has `{}` behind the number, the unit is {expected}", shown(tail)));
    }
    let read = unsigned(number);
    let signed = |mut value: Decimal| {
        value.set_sign_negative(negative && !value.is_zero());
        value
    };
    match read {
        NumberReading::Value(value, notation) => NumberReading::Value(signed(value), notation),
        NumberReading::Either { german, plain } => {
            NumberReading::Either { german: signed(german), plain: signed(plain) }
        }
        other => other,
    }
}

/// Digits with points, commas and blanks between them.
fn unsigned(text: &str) -> NumberReading {
    let refused = |why: &str| NumberReading::Refused(why.to_owned());
    if let Some(odd) = text.chars().find(|c| !(c.is_ascii_digit() || matches!(c, '.' | ',') || groups(*c))) {
        return NumberReading::Refused(format!("holds `{}`, which no number has", shown(&odd.to_string())));
    }
    let (whole, fraction) = match text.split_once(',') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let blanks = whole.contains(groups);
    if let Some(fraction) = fraction {
        if fraction.contains(',') {
            return refused("has two commas; German numbers have one, plain ones none");
        }
        if fraction.contains('.') {
            return refused("has a point behind its comma, which neither German nor plain numbers have");
        }
        if blanks && whole.contains('.') {
            return refused("groups its digits in two ways");
        }
        return match grouped(whole, if blanks { GroupSign::Blank } else { GroupSign::Point }) {
            Some(whole) => decimal(&whole, fraction, Some(NumberNotation::German)),
            None => refused("has groups of digits that are not three long"),
        };
    }
    if blanks {
        let (whole, fraction) = whole.split_once('.').map_or((whole, None), |(w, f)| (w, Some(f)));
        return match grouped(whole, GroupSign::Blank) {
            Some(whole) => decimal(&whole, fraction.unwrap_or("0"), fraction.map(|_| NumberNotation::Plain)),
            None => refused("has groups of digits that are not three long"),
        };
    }
    match whole.split_once('.') {
        None => decimal(whole, "0", None),
        Some((_, rest)) if rest.contains('.') => match grouped(whole, GroupSign::Point) {
            Some(whole) => decimal(&whole, "0", Some(NumberNotation::German)),
            None => refused("has groups of digits that are not three long"),
        },
        Some((first, rest)) => {
            let plain = decimal(first, rest, Some(NumberNotation::Plain));
            let german =
                grouped(whole, GroupSign::Point).map(|whole| decimal(&whole, "0", Some(NumberNotation::German)));
            match (german, plain) {
                (Some(NumberReading::Value(german, _)), NumberReading::Value(plain, _)) => {
                    NumberReading::Either { german, plain }
                }
                (_, plain) => plain,
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum GroupSign {
    Point,
    Blank,
}

/// The digits of a number whose groups have three; a group before the first gap has one to three and does not begin
/// with zero. `None` when they do not.
fn grouped(text: &str, gap: GroupSign) -> Option<String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = match gap {
        GroupSign::Point => text.split('.').collect(),
        GroupSign::Blank => text.split(groups).collect(),
    };
    let sound = match parts.as_slice() {
        [one] => digits(one),
        [first, rest @ ..] => {
            digits(first)
                && first.len() <= 3
                && !first.starts_with('0')
                && rest.iter().all(|part| part.len() == 3 && digits(part))
        }
        [] => false,
    };
    sound.then(|| parts.concat())
}

fn decimal(whole: &str, fraction: &str, notation: Option<NumberNotation>) -> NumberReading {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return NumberReading::Refused("is not a number".to_owned());
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return NumberReading::Refused("begins with a zero, as keys do and numbers do not".to_owned());
    }
    if whole.len() > MOST_DIGITS || fraction.len() > MOST_DECIMALS {
        return NumberReading::Refused(format!(
            "has too many digits; at most {MOST_DIGITS} before and {MOST_DECIMALS} after the decimal point are read"
        ));
    }
    let text = if notation.is_some() && fraction != "0" { format!("{whole}.{fraction}") } else { whole.to_owned() };
    match text.parse() {
        Ok(value) => NumberReading::Value(value, notation),
        Err(_) => NumberReading::Refused("is not a number".to_owned()),
    }
}

/// The decimal a spreadsheet's binary number stands for: its shortest form; more than fifteen significant digits or
/// nine decimals, which no spreadsheet shows, are rounded, and the second value says so. `None` when it is no number of
/// sensible size.
pub fn of_double(n: f64) -> Option<(Decimal, bool)> {
    if !n.is_finite() || n.abs() >= 1e12 {
        return None;
    }
    let shortest = n.to_string();
    let digits = shortest.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    let value: Decimal = if digits <= 15 && shortest.len() < 28 {
        shortest.parse().ok()?
    } else {
        Decimal::from_scientific(&format!("{n:.14e}")).unwrap_or_default()
    };
    let rounded = rounded(value, 9).normalize();
    Some((rounded, digits > 15 || rounded != value))
}

/// The number as `kommunen.csv` holds it: plain, exact, with at least so many decimal places.
pub fn written(value: Decimal, decimals: u32) -> String {
    let mut value = value;
    if value.scale() < decimals {
        value.rescale(decimals);
    }
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn german_and_plain_numbers_are_read() {
        let (german, plain) = (Some(NumberNotation::German), Some(NumberNotation::Plain));
        for (text, unit, value, style) in [
            ("1.409,75", "km²", "1409.75", german),
            ("1409.75", "km²", "1409.75", plain),
            ("1 409,75", "km²", "1409.75", german),
            ("1\u{202f}409,75 km²", "km²", "1409.75", german),
            ("1’409.75 km2", "km²", "1409.75", plain),
            ("1.787.408", "", "1787408", german),
            ("623738", "", "623738", None),
            ("623 738", "", "623738", None),
            ("12,4 %", "%", "12.4", german),
            ("12,4\u{a0}Prozent", "%", "12.4", german),
            ("6,50", "%", "6.50", german),
            ("0.409", "%", "0.409", plain),
            ("1409.750", "", "1409.750", plain),
            ("−3,5", "%", "-3.5", german),
            ("– 3,5", "%", "-3.5", german),
            ("-0", "", "0", None),
            ("778 EW/km²", "EW/km²", "778", None),
        ] {
            assert_eq!(reading(text, unit), NumberReading::Value(d(value), style), "{text}");
        }
        assert_eq!(reading("1.409", ""), NumberReading::Either { german: d("1409"), plain: d("1.409") });
        assert_eq!(reading("-12.400", ""), NumberReading::Either { german: d("-12400"), plain: d("-12.400") });
        for text in ["", " ", "–", "-", ".", "x", "X", "/", "…", "...", "k. A.", "n. v.", "keine Angabe", "\u{a0}"]
        {
            assert_eq!(reading(text, "%"), NumberReading::Absent, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_reason() {
        for (text, unit, why) in [
            ("12,4 %", "km²", "has `%` behind the number, the unit is `km²`"),
            ("5 EW", "", "has `EW` behind the number, the unit is a plain count"),
            ("1,409.75", "", "has a point behind its comma"),
            ("1,2,3", "", "has two commas"),
            ("1.40,5", "", "groups of digits that are not three long"),
            ("12.34.56", "", "groups of digits that are not three long"),
            ("1 40", "", "groups of digits that are not three long"),
            ("1 000.000,5", "", "groups its digits in two ways"),
            ("abc", "", "is not a number"),
            ("+5", "", "is not a number"),
            ("(5)", "", "is not a number"),
            ("1e5", "", "behind the number"),
            ("5,", "", "behind the number"),
            (",5", "", "is not a number"),
            ("007", "", "begins with a zero"),
            ("1234567890123", "", "too many digits"),
            ("0,1234567891", "", "too many digits"),
            ("١٢", "", "is not a number"),
            ("1\u{0}2", "", "no number has"),
        ] {
            match reading(text, unit) {
                NumberReading::Refused(found) => assert!(found.contains(why), "{text}: {found}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn doubles_become_what_was_typed() {
        for (n, value, rounded) in [
            (12.4, "12.4", false),
            (0.1 + 0.2, "0.3", true),
            (1.1 * 1.1, "1.21", true),
            (1409.75, "1409.75", false),
            (123738.0 / 56.73, "2181.173982020", true),
            (-0.0, "0", false),
            (623738.0, "623738", false),
            (1e-20, "0", true),
        ] {
            assert_eq!(of_double(n), Some((d(value), rounded)), "{n}");
        }
        assert_eq!(of_double(f64::NAN), None);
        assert_eq!(of_double(1e12), None);
        assert_eq!(written(d("6.5"), 2), "6.50");
        assert_eq!(written(d("6.505"), 2), "6.505");
        assert_eq!(written(d("-0"), 1), "0.0");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(units in -999_999_999_999i64..999_999_999_999, decimals in 0u32..5) {
            use crate::german::Numbers;
            use crate::model::NumberStyle;
            let value = Decimal::new(units, decimals);
            for style in [NumberStyle::Destatis, NumberStyle::Din5008] {
                let text = Numbers::new(style).format(value, decimals);
                match reading(&text, "") {
                    NumberReading::Value(read, _) => prop_assert_eq!(read, value, "{}", text),
                    NumberReading::Either { german, .. } => prop_assert_eq!(german, value, "{}", text),
                    other => prop_assert!(false, "{}: {:?}", text, other),
                }
            }
            match reading(&value.to_string(), "") {
                NumberReading::Value(read, _) => prop_assert_eq!(read, value),
                NumberReading::Either { plain, .. } => prop_assert_eq!(plain, value),
                other => prop_assert!(false, "{}: {:?}", value, other),
            }
        }

        #[test]
        fn no_text_makes_it_stumble(text in ".{0,40}", unit in "(|%|km²|EW/km²)") {
            if let NumberReading::Value(value, _) = reading(&text, &unit) {
                let again = reading(&written(value, 0), &unit);
                let same = matches!(again, NumberReading::Value(other, _) | NumberReading::Either { plain: other, .. } if other == value);
                prop_assert!(same, "{}: {:?}", text, again);
            }
        }
    }
}
