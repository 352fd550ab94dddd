//! One cell of a table -> a number, a year or a Land, or a problem that names the cell.

use rust_decimal::Decimal;

use crate::diag::{Problem, Report, shown};
use crate::german::signs::{Oddity, look_alike};
use crate::model::{LAENDER, Land, NumberCell, Sourced, Text, Year};

/// Most digits a number may have before its decimal point: sums and products stay exact.
const MOST_DIGITS: usize = 12;

/// Most digits behind it.
const MOST_DECIMALS: usize = 9;

/// The Land of a name; `None` for any other text, which is reported unless it is empty.
pub fn land(cell: &Text, report: &mut Report) -> Option<Sourced<&'static Land>> {
    let found = LAENDER.iter().find(|land| land.name == cell.value);
    if found.is_none() && !cell.value.is_empty() {
        let message = format!("state `{}` is none of the sixteen Länder", shown(&cell.value));
        report.push(
            Problem::error("KB109", message)
                .at(cell.place.clone())
                .did_you_mean(&cell.value, LAENDER.iter().map(|l| l.name))
                .hint(format!("the Länder are: {}", LAENDER.iter().map(|l| l.name).collect::<Vec<_>>().join(", "))),
        );
    }
    found.map(|value| Sourced { value, place: cell.place.clone() })
}

/// Reads a plain decimal number; an empty cell is `None` and no problem.
pub fn number(cell: &Text, column: &str, label: &str, report: &mut Report) -> NumberCell {
    let unknown = |place| Sourced { value: None, place };
    let raw = cell.value.as_str();
    if raw.trim().is_empty() {
        return unknown(cell.place.clone());
    }
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !(all_digits(whole) && all_digits(part)) {
        let mut problem =
            Problem::error("KB107", format!("{column} of {} is `{}`, which is not a number", shown(label), shown(raw)))
                .at(cell.place.clone());
        problem = match german_to_plain(raw) {
            Some(plain) => problem.hint(format!("write it without grouping and with a decimal point: {plain}")),
            None => problem.hint("write digits and a decimal point, for example 1409.75; leave the cell empty when the value is not known"),
        };
        if let Some((sign, Oddity::Form(plain))) = look_alike(raw) {
            problem = problem.hint(format!("`{sign}` is U+{:04X}, which only looks like `{plain}`", u32::from(sign)));
        }
        report.push(problem);
        return unknown(cell.place.clone());
    }
    if whole.len() > MOST_DIGITS || part.len() > MOST_DECIMALS {
        let message = format!("{column} of {} is `{}`, which has too many digits", shown(label), shown(raw));
        let hint = format!("at most {MOST_DIGITS} digits before and {MOST_DECIMALS} after the decimal point");
        report.push(Problem::error("KB107", message).at(cell.place.clone()).hint(hint));
        return unknown(cell.place.clone());
    }
    let value: Decimal = raw.parse().expect("digits, one point and a minus make a decimal");
    Sourced { value: Some(value), place: cell.place.clone() }
}

/// A German number like `1.409,75 %` in plain form; `None` when it is no number.
fn german_to_plain(raw: &str) -> Option<String> {
    let cleaned: String = raw.chars().filter(|c| !c.is_whitespace() && !matches!(c, '%' | '\u{202f}')).collect();
    let plain = if cleaned.contains(',') { cleaned.replace('.', "").replace(',', ".") } else { cleaned };
    let parsed: Option<Decimal> = plain.parse().ok();
    parsed.filter(|_| plain != raw).map(|_| plain)
}

/// Reads a year of four digits; an empty cell is `None` and no problem.
pub fn year(cell: &Text, column: &str, label: &str, report: &mut Report) -> Year {
    let raw = cell.value.as_str();
    let is_year = raw.len() == 4 && raw.bytes().all(|b| b.is_ascii_digit());
    let value = raw.parse().ok().filter(|year| is_year && (1900..=2200).contains(year));
    if value.is_none() && !raw.is_empty() {
        let message = format!("{column} of {} is `{}`, which is not a year", shown(label), shown(raw));
        report
            .push(Problem::error("KB108", message).at(cell.place.clone()).hint("write four digits, for example 2014"));
    }
    Sourced { value, place: cell.place.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Place;

    fn cell(value: &str) -> Text {
        Sourced { value: value.to_owned(), place: Place::file("t.csv") }
    }

    #[test]
    fn empty_is_unknown_and_never_zero() {
        let mut report = Report::new();
        assert_eq!(number(&cell(" "), "x", "y", &mut report).value, None);
        assert!(report.is_empty());
    }

    #[test]
    fn german_numbers_are_refused_with_the_plain_form() {
        for (raw, hint) in [
            ("1.409,75", "1409.75"),
            ("6,5 %", "6.5"),
            ("1_000", "write digits"),
            ("1e5", "write digits"),
            ("+1", "write digits"),
        ] {
            let mut report = Report::new();
            assert_eq!(number(&cell(raw), "x", "y", &mut report).value, None);
            let text = report.problems()[0].to_string();
            assert!(text.contains(hint), "{text}");
        }
    }

    #[test]
    fn absurd_numbers_are_refused() {
        let mut report = Report::new();
        number(&cell("1234567890123"), "x", "y", &mut report);
        number(&cell("0.1234567890"), "x", "y", &mut report);
        assert_eq!(report.problems().len(), 2);
    }
}
