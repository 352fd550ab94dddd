//! Lists, number words, capitals, and the nouns that are counted.

use crate::german::Numbers;
use crate::model::Gender;

use super::article::Case;
use super::phrase::Phrase;

/// A noun that is counted or shared by several names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// Die Kommune, die Kommunen.
    Kommune,
    /// Der Landkreis, die Landkreise.
    Landkreis,
    /// Der Kreis, die Kreise.
    Kreis,
    /// Die Stadt, die Städte.
    Stadt,
    /// Das Land, die Länder.
    Land,
}

impl Noun {
    /// Its gender.
    pub fn gender(self) -> Gender {
        match self {
            Self::Kommune | Self::Stadt => Gender::Feminine,
            Self::Landkreis | Self::Kreis => Gender::Masculine,
            Self::Land => Gender::Neuter,
        }
    }

    /// One of it: `Landkreis`, `Landkreises`.
    pub fn singular(self, case: Case) -> &'static str {
        match (self, case) {
            (Self::Kommune, _) => "Kommune",
            (Self::Stadt, _) => "Stadt",
            (Self::Landkreis, Case::Genitive) => "Landkreises",
            (Self::Landkreis, _) => "Landkreis",
            (Self::Kreis, Case::Genitive) => "Kreises",
            (Self::Kreis, _) => "Kreis",
            (Self::Land, Case::Genitive) => "Landes",
            (Self::Land, _) => "Land",
        }
    }

    /// Several of it: `Landkreise`, `Landkreisen`.
    pub fn plural(self, case: Case) -> &'static str {
        match (self, case) {
            (Self::Kommune, _) => "Kommunen",
            (Self::Stadt, Case::Dative) => "Städten",
            (Self::Stadt, _) => "Städte",
            (Self::Landkreis, Case::Dative) => "Landkreisen",
            (Self::Landkreis, _) => "Landkreise",
            (Self::Kreis, Case::Dative) => "Kreisen",
            (Self::Kreis, _) => "Kreise",
            (Self::Land, Case::Dative) => "Ländern",
            (Self::Land, _) => "Länder",
        }
    }
}

const CARDINALS: [&str; 11] =
    ["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"];

/// The number as a word, from `zwei` to `zwölf`; `None` for one and none, which decline, and for more,
/// which are printed in digits (Duden, "Zahlen und Ziffern").
pub fn cardinal(n: usize) -> Option<&'static str> {
    CARDINALS.get(n.checked_sub(2)?).copied()
}

impl Phrase {
    /// Adds a number of two or more: a word up to twelve, then digits.
    pub(super) fn cardinal(self, n: usize, numbers: &Numbers) -> Self {
        match cardinal(n) {
            Some(word) => self.text(word),
            None => self.number(numbers.count(n)),
        }
    }
}

/// So many of a noun, in a case: `kein Landkreis`, `eine Stadt`, `zwei Landkreise`, `in 13 Ländern`.
///
/// A genitive that no ending would show goes with `von`: `zweier Länder`, but `von vier Ländern`.
pub fn count(n: usize, noun: Noun, case: Case, numbers: &Numbers) -> Phrase {
    let phrase = Phrase::default();
    match (n, case) {
        (0 | 1, _) => {
            let stem = if n == 0 { "kein" } else { "ein" };
            let ending = match (noun.gender(), case) {
                (Gender::Feminine, Case::Nominative | Case::Accusative) | (Gender::Plural, _) => "e",
                (Gender::Feminine, Case::Genitive | Case::Dative) => "er",
                (Gender::Masculine | Gender::Neuter, Case::Genitive) => "es",
                (Gender::Masculine | Gender::Neuter, Case::Dative) => "em",
                (Gender::Masculine, Case::Accusative) => "en",
                (Gender::Masculine | Gender::Neuter, _) => "",
            };
            phrase.text(&format!("{stem}{ending} {}", noun.singular(case)))
        }
        (2, Case::Genitive) => phrase.text(&format!("zweier {}", noun.plural(case))),
        (3, Case::Genitive) => phrase.text(&format!("dreier {}", noun.plural(case))),
        (_, Case::Genitive) => {
            phrase.text("von ").cardinal(n, numbers).text(&format!(" {}", noun.plural(Case::Dative)))
        }
        _ => phrase.cardinal(n, numbers).text(&format!(" {}", noun.plural(case))),
    }
}

/// The dative of a plural: `Kommunen`, `Kreisen` of `Kreise`; nothing is added behind n and s.
pub fn dative_plural(plural: &str) -> String {
    if plural.ends_with(['n', 's']) { plural.to_owned() } else { format!("{plural}n") }
}

/// The text with its first letter as a capital, for the start of a sentence.
pub fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// The items in one line: `a, b und c`; empty without items.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push_str(if at + 1 == items.len() { " und " } else { ", " });
        }
        text.push_str(item.as_ref());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NumberStyle;

    #[test]
    fn only_the_first_letter_grows() {
        assert_eq!(capitalised("der Landkreis Biberach"), "Der Landkreis Biberach");
        assert_eq!(capitalised("überall"), "Überall");
        assert_eq!(capitalised("München"), "München");
        assert_eq!(capitalised("12 Kommunen"), "12 Kommunen");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn und_stands_before_the_last() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a und b");
        assert_eq!(list(&["a", "b", "c"]), "a, b und c");
    }

    #[test]
    fn counts_agree_with_noun_and_case() {
        let numbers = Numbers::new(NumberStyle::Destatis);
        let count = |n, noun, case| count(n, noun, case, &numbers).to_string();
        assert_eq!(count(0, Noun::Landkreis, Case::Nominative), "kein Landkreis");
        assert_eq!(count(0, Noun::Stadt, Case::Nominative), "keine Stadt");
        assert_eq!(count(1, Noun::Landkreis, Case::Nominative), "ein Landkreis");
        assert_eq!(count(1, Noun::Landkreis, Case::Accusative), "einen Landkreis");
        assert_eq!(count(1, Noun::Kreis, Case::Dative), "einem Kreis");
        assert_eq!(count(1, Noun::Stadt, Case::Dative), "einer Stadt");
        assert_eq!(count(1, Noun::Land, Case::Accusative), "ein Land");
        assert_eq!(count(1, Noun::Land, Case::Genitive), "eines Landes");
        assert_eq!(count(2, Noun::Landkreis, Case::Nominative), "zwei Landkreise");
        assert_eq!(count(2, Noun::Stadt, Case::Genitive), "zweier Städte");
        assert_eq!(count(3, Noun::Kommune, Case::Genitive), "dreier Kommunen");
        assert_eq!(count(4, Noun::Land, Case::Genitive), "von vier Ländern");
        assert_eq!(count(12, Noun::Stadt, Case::Dative), "zwölf Städten");
        assert_eq!(count(13, Noun::Land, Case::Dative), "13 Ländern");
        assert_eq!(count(1104, Noun::Kommune, Case::Nominative), "1.104 Kommunen");
    }

    #[test]
    fn plurals_take_an_n_in_the_dative() {
        let words = ["Optionskommunen", "Kreise", "Städte", "Jobcenter", "Teams"].map(dative_plural);
        assert_eq!(words, ["Optionskommunen", "Kreisen", "Städten", "Jobcentern", "Teams"]);
    }

    #[test]
    fn words_run_from_two_to_twelve() {
        assert_eq!([1, 2, 12, 13].map(cardinal), [None, Some("zwei"), Some("zwölf"), None]);
        assert_eq!([0, usize::MAX].map(cardinal), [None, None]);
    }
}
