//! Phrases: words with numbers that a page can mark.

use std::fmt::{self, Display};

/// A piece of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhrasePart {
    /// Words, signs and units.
    Text(String),
    /// A number in digits, as printed, without its unit.
    Number(String),
}

/// A phrase that may hold numbers; it displays as plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrase {
    parts: Vec<PhrasePart>,
}

impl Phrase {
    /// The pieces in reading order.
    pub fn parts(&self) -> &[PhrasePart] {
        &self.parts
    }

    /// The phrase with another one behind it.
    #[must_use]
    pub(super) fn followed_by(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// The text with each number replaced by what `mark` makes of it, in reading order.
    pub fn with_numbers(&self, mut mark: impl FnMut(&str) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                PhrasePart::Text(text) => text.clone(),
                PhrasePart::Number(number) => mark(number),
            })
            .collect()
    }

    /// Adds words.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.parts.push(PhrasePart::Text(text.to_owned()));
        self
    }

    /// Adds a number in digits.
    #[must_use]
    pub fn number(mut self, number: String) -> Self {
        self.parts.push(PhrasePart::Number(number));
        self
    }
}

impl Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_numbers(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_phrase_can_be_marked() {
        let phrase = Phrase::default().text("Rang ").number("52".to_owned()).text(" von ").number("104".to_owned());
        assert_eq!(phrase.to_string(), "Rang 52 von 104");
        assert_eq!(phrase.with_numbers(|n| format!("<{n}>")), "Rang <52> von <104>");
        assert_eq!(phrase.parts().len(), 4);
    }
}
