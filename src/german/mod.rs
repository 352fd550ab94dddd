//! German numbers, dates, order, and names safe for files.
//!
//! Numbers and order go through ICU4X; what is ours is said where it is done: rounding half away from
//! zero, the no-break spaces, and the slug.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDate};
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_decimal::options::DecimalFormatterOptions;
use icu_decimal::{DecimalFormatter, input};
use icu_locale_core::locale;
use icu_normalizer::DecomposingNormalizerBorrowed;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::{NumberStyle, Stand};

mod names;
pub mod signs;

pub use names::kommunen_named;

/// No-break space, between a number and its unit.
pub const NO_BREAK_SPACE: char = '\u{a0}';

/// Narrow no-break space, between groups of digits in the style of DIN 5008.
pub const NARROW_NO_BREAK_SPACE: char = '\u{202f}';

/// Printed where a value is unknown (Statistisches Bundesamt, "Zeichenerklärung").
pub const UNKNOWN: &str = ".";

/// Printed where a value makes no sense (Statistisches Bundesamt, "Zeichenerklärung").
pub const MEANINGLESS: &str = "x";

/// Rounds half away from zero: 1.95 becomes 2.0 and -1.95 becomes -2.0 at one decimal place.
pub fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Rounds half away from zero and keeps trailing zeros: `6.50` at two decimal places.
pub fn plain(value: Decimal, decimals: u32) -> String {
    let mut value = rounded(value, decimals);
    value.rescale(decimals);
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    value.to_string()
}

/// Formats numbers the German way.
#[derive(Debug)]
pub struct Numbers {
    formatter: DecimalFormatter,
    style: NumberStyle,
}

impl Numbers {
    /// A formatter for one number style.
    pub fn new(style: NumberStyle) -> Self {
        let formatter = DecimalFormatter::try_new(locale!("de").into(), DecimalFormatterOptions::default())
            .expect("ICU4X's compiled data holds German");
        Self { formatter, style }
    }

    /// The number with a fixed count of decimal places: `1.409,75`. A minus is U+2212, as wide as a
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

    /// A difference with its sign: `+1,2`, `−0,4`, `±0,0`.
    pub fn signed(&self, value: Decimal, decimals: u32) -> String {
        let text = self.format(value, decimals);
        match rounded(value, decimals).cmp(&Decimal::ZERO) {
            Ordering::Less => text,
            Ordering::Equal => format!("\u{b1}{text}"),
            Ordering::Greater => format!("+{text}"),
        }
    }

    /// A count: `22.492.064`.
    pub fn count(&self, n: usize) -> String {
        self.format(Decimal::from(n), 0)
    }

    /// The number with its unit behind a no-break space; an empty unit adds nothing.
    pub fn with_unit(&self, value: Decimal, decimals: u32, unit: &str) -> String {
        join_unit(&self.format(value, decimals), unit)
    }
}

/// A printed number with its unit behind a no-break space; an empty unit adds nothing.
pub fn join_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number}{NO_BREAK_SPACE}{unit}") }
}

/// The number a German text writes: `18.500`, `5,0`; `None` when it is none. Groups have three digits.
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

/// German order (DIN 5007-1): ä like a, ß like ss, case and accents only as the last resort.
#[derive(Debug)]
pub struct Order {
    collator: CollatorBorrowed<'static>,
}

impl Default for Order {
    fn default() -> Self {
        let collator = Collator::try_new(locale!("de").into(), CollatorOptions::default())
            .expect("ICU4X's compiled data holds German");
        Self { collator }
    }
}

impl Order {
    /// Compares two names.
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        self.collator.compare(a, b)
    }
}

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

const WEEKDAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

/// A day as printed: `11. Dezember 2017`.
pub fn day(date: NaiveDate) -> String {
    format!("{}.{NO_BREAK_SPACE}{} {}", date.day(), MONTHS[date.month0() as usize], date.year())
}

/// A day with its weekday: `Montag, 11. Dezember 2017`.
pub fn weekday(date: NaiveDate) -> String {
    format!("{}, {}", WEEKDAYS[date.weekday().num_days_from_monday() as usize], day(date))
}

/// The reference date as printed: `Juni 2017`, or `30. Juni 2017` when the day is known.
pub fn stand(stand: Stand) -> String {
    if stand.day_known {
        day(stand.date)
    } else {
        format!("{} {}", MONTHS[stand.date.month0() as usize], stand.date.year())
    }
}

/// The month of a name, 1 to 12; `None` for any other word.
pub fn month_named(word: &str) -> Option<u32> {
    (1..).zip(MONTHS).find(|(_, name)| *name == word).map(|(month, _)| month)
}

/// A person's name as registers file it: family name first, titles and words like `von` behind the given
/// names (`Heide, Dr. Frank von der`). The family name is the last word: a text does not tell `Klaus Peter
/// Meier` from `Klaus Schulze Meier`.
pub fn filed(name: &str) -> String {
    let Some((given, family)) = name.trim().rsplit_once(char::is_whitespace) else { return name.trim().to_owned() };
    let given = given.trim_end();
    match given.rsplit_once(char::is_whitespace).filter(|(_, last)| BEFORE_FAMILY.contains(last)) {
        Some((given, first)) => format!("{first} {family}, {}", given.trim_end()),
        None => format!("{family}, {given}"),
    }
}

/// What family names of Westphalia begin with, as words of their own (`Schulze Pellengahr`); no given names.
const BEFORE_FAMILY: [&str; 4] = ["Große", "Lütke", "Schulte", "Schulze"];

/// A name safe for files: lower case, ä→ae ö→oe ü→ue ß→ss, accents dropped, other signs to `-`, no `-`
/// at the ends or twice, at most 80 characters. A name without any letter or digit becomes `kommune`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in folded(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 80 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "kommune".to_owned() } else { slug.to_owned() }
}

/// What two spellings of a name share: case, `ue` for `ü`, and all signs and spaces ignored.
pub fn match_key(name: &str) -> String {
    folded(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Lower case with umlauts written out and accents dropped.
fn folded(name: &str) -> String {
    let composed = icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(name);
    let mut spelled = String::with_capacity(name.len());
    for c in composed.to_lowercase().chars() {
        match c {
            'ä' => spelled.push_str("ae"),
            'ö' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'ß' => spelled.push_str("ss"),
            c => spelled.push(c),
        }
    }
    DecomposingNormalizerBorrowed::new_nfd()
        .normalize(&spelled)
        .chars()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect()
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

    #[test]
    fn registers_begin_with_the_family_name() {
        assert_eq!(filed("Dr. h.c. Sven-Georg Adenauer"), "Adenauer, Dr. h.c. Sven-Georg");
        assert_eq!(filed("Frank von der Heide"), "Heide, Frank von der");
        assert_eq!(filed("Dr. Christian Schulze Pellengahr"), "Schulze Pellengahr, Dr. Christian");
        assert_eq!(filed(" Cher "), "Cher");
    }

    #[test]
    fn umlauts_sort_with_their_base_letter() {
        let order = Order::default();
        let mut names = ["Zwickau", "Ötz", "Oldenburg", "Osnabrück", "Straße", "Strasse"];
        names.sort_by(|a, b| order.compare(a, b));
        assert_eq!(names, ["Oldenburg", "Osnabrück", "Ötz", "Strasse", "Straße", "Zwickau"]);
    }

    #[test]
    fn slug_is_ascii_and_stays_in_its_folder() {
        assert_eq!(slug("Landkreis Biberach"), "landkreis-biberach");
        assert_eq!(slug("Landkreis Rotenburg (Wümme)"), "landkreis-rotenburg-wuemme");
        assert_eq!(slug("Kreis Groß-Gerau"), "kreis-gross-gerau");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("Égletons"), "egletons");
        assert_eq!(slug("///"), "kommune");
        // u + combining diaeresis is the same letter as ü
        assert_eq!(slug("Mu\u{308}nchen"), "muenchen");
    }
}
