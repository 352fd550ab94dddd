//! German words for names, ranks and comparisons, as a careful editor writes them.
//!
//! Names decline by the noun they begin or end with, never by a list of Kommunen; what the rules do not
//! know falls back to "die Kommune X", which is right for every label. All functions are pure and take any
//! text: labels are user data. Where digits may stand in a phrase it is a [`Phrase`], so that a page can
//! mark each number with its origin.

mod compare;
mod name;
mod office;
mod rank;
mod term;
mod words;

use std::fmt::{self, Display};

pub use compare::{Comparison, NEAR_POINTS, NEAR_SHARE, TIMES_FROM, difference, relative};
pub use name::Name;
pub use office::{Address, TO_ANYBODY, address};
pub use rank::{Poles, SUPERLATIVE_RANKS, SUPERLATIVE_SHARE, Standing, TIES_NAMED, ordinal_superlative, rank_of, tie};
pub use term::term;
pub use words::{Noun, cardinal, count, dative_plural, list};

/// The four cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Who or what.
    Nominative,
    /// Whose.
    Genitive,
    /// To or with whom.
    Dative,
    /// Whom or what.
    Accusative,
}

/// What an article agrees with: the three genders, and the plural, where gender makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Der Landkreis.
    Masculine,
    /// Die Stadt.
    Feminine,
    /// Das Land.
    Neuter,
    /// Die Kommunen.
    Plural,
}

/// The definite article: `der`, `des`, `dem`, `den`, `die`, `das`.
pub fn article(gender: Gender, case: Case) -> &'static str {
    use Case::{Accusative, Dative, Genitive, Nominative};
    use Gender::{Feminine, Masculine, Neuter, Plural};
    match (gender, case) {
        (Masculine, Nominative) | (Feminine, Genitive | Dative) | (Plural, Genitive) => "der",
        (Masculine | Neuter, Genitive) => "des",
        (Masculine | Neuter, Dative) => "dem",
        (Masculine, Accusative) | (Plural, Dative) => "den",
        (Feminine | Plural, Nominative | Accusative) => "die",
        (Neuter, Nominative | Accusative) => "das",
    }
}

/// The ending of an adjective behind the definite article: `e` or `en`.
fn weak_ending(gender: Gender, case: Case) -> &'static str {
    match (gender, case) {
        (Gender::Masculine, Case::Nominative)
        | (Gender::Feminine | Gender::Neuter, Case::Nominative | Case::Accusative) => "e",
        _ => "en",
    }
}

/// The text with its first letter as a capital, for the start of a sentence.
pub fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// A piece of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words, signs and units.
    Text(String),
    /// A number in digits, as printed, without its unit.
    Number(String),
}

/// A phrase that may hold numbers; it displays as plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrase {
    parts: Vec<Part>,
}

impl Phrase {
    /// The pieces in reading order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text with each number replaced by what `mark` makes of it, in reading order.
    pub fn with_numbers(&self, mut mark: impl FnMut(&str) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Number(number) => mark(number),
            })
            .collect()
    }

    fn text(mut self, text: &str) -> Self {
        self.parts.push(Part::Text(text.to_owned()));
        self
    }

    fn number(mut self, number: String) -> Self {
        self.parts.push(Part::Number(number));
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
    fn only_the_first_letter_grows() {
        assert_eq!(capitalised("der Landkreis Biberach"), "Der Landkreis Biberach");
        assert_eq!(capitalised("überall"), "Überall");
        assert_eq!(capitalised("München"), "München");
        assert_eq!(capitalised("12 Kommunen"), "12 Kommunen");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn numbers_of_a_phrase_can_be_marked() {
        let phrase = Phrase::default().text("Rang ").number("52".to_owned()).text(" von ").number("104".to_owned());
        assert_eq!(phrase.to_string(), "Rang 52 von 104");
        assert_eq!(phrase.with_numbers(|n| format!("<{n}>")), "Rang <52> von <104>");
        assert_eq!(phrase.parts().len(), 4);
    }
}
