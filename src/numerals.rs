//! The numbers in a text: where each begins and ends.

use std::ops::Range;

/// Signs that join two digits to one number, as we print it.
const JOINS: &[char] = &['.', ',', '\u{202f}'];

/// The same as people type it: with a no-break blank too.
const TYPED_JOINS: &[char] = &['.', ',', '\u{202f}', '\u{a0}'];

/// The numbers in a printed text as byte ranges: runs of digits, joined by a single point, comma or narrow no-break
/// space between two digits. `1.409,75` is one number, `2012–2013` and `4, 5` are two.
pub fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    joined(text, JOINS)
}

/// The numbers in a printed text as they are written.
pub fn numbers_in(text: &str) -> impl Iterator<Item = &str> {
    numbers(text).map(|range| &text[range])
}

/// The numbers in a text that somebody typed, as byte ranges: here a no-break space of usual width joins digits, too.
pub fn typed_numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    joined(text, TYPED_JOINS)
}

fn joined(text: &str, joins: &'static [char]) -> impl Iterator<Item = Range<usize>> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.by_ref().find(|(_, c)| c.is_ascii_digit())?;
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = chars.peek().copied() {
            let joins = joins.contains(&c) && text[at + c.len_utf8()..].starts_with(|next: char| next.is_ascii_digit());
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
        let found = |text: &'static str| numbers_in(text).collect::<Vec<_>>();
        assert_eq!(found("Rang 52 von 104."), ["52", "104"]);
        assert_eq!(found("1.409,75\u{a0}km²"), ["1.409,75"]);
        assert_eq!(found("1\u{202f}409,75"), ["1\u{202f}409,75"]);
        assert_eq!(found("(1, 2, 2, 4)"), ["1", "2", "2", "4"]);
        assert_eq!(found("4,7–12,5\u{a0}%"), ["4,7", "12,5"]);
        assert_eq!(found("b319dab62043"), ["319", "62043"]);
        assert_eq!(found("1.6.2016 und 1..2"), ["1.6.2016", "1", "2"]);
        assert_eq!(found("km², ½"), [""; 0]);
        assert_eq!(found("1\u{a0}409"), ["1", "409"]);
        assert_eq!(typed_numbers("1\u{a0}409, 5").collect::<Vec<_>>(), [0..6, 8..9]);
    }
}
