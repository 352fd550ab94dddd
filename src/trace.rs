//! Where a printed number comes from: a cell, or a rule with its inputs. And what a printed number is.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::Place;

/// The origin of a number on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Read from one cell or entry.
    Cell(Place),
    /// Computed by us.
    Formula {
        /// The rule, in words, for example `sum of population`.
        rule: String,
        /// The cells that went in, in the order of the table.
        inputs: Arc<[Place]>,
    },
}

/// The numbers in a text as byte ranges: runs of digits, joined by a single point, comma or narrow no-break
/// space between two digits. `1.409,75` is one number, `2012–2013` and `4, 5` are two.
pub fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.by_ref().find(|(_, c)| c.is_ascii_digit())?;
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = chars.peek().copied() {
            let joins = matches!(c, '.' | ',' | '\u{202f}')
                && text[at + c.len_utf8()..].starts_with(|next: char| next.is_ascii_digit());
            if !(c.is_ascii_digit() || joins) {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_whole() {
        let found = |text: &'static str| numbers(text).map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(found("Rang 52 von 104."), ["52", "104"]);
        assert_eq!(found("1.409,75\u{a0}km²"), ["1.409,75"]);
        assert_eq!(found("1\u{202f}409,75"), ["1\u{202f}409,75"]);
        assert_eq!(found("(1, 2, 2, 4)"), ["1", "2", "2", "4"]);
        assert_eq!(found("4,7–12,5\u{a0}%"), ["4,7", "12,5"]);
        assert_eq!(found("b319dab62043"), ["319", "62043"]);
        assert_eq!(found("1.6.2016 und 1..2"), ["1.6.2016", "1", "2"]);
        assert_eq!(found("km², ½"), [""; 0]);
    }
}
