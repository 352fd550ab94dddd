//! The German order of names, and names as registers sort them.

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

/// The German order of names (DIN 5007-1): ä like a, ß like ss, case and accents only as the last resort.
#[derive(Debug)]
pub struct GermanOrder {
    collator: CollatorBorrowed<'static>,
}

impl Default for GermanOrder {
    fn default() -> Self {
        let collator = Collator::try_new(locale!("de").into(), CollatorOptions::default())
            .expect("ICU4X's compiled data holds German");
        Self { collator }
    }
}

impl GermanOrder {
    /// Compares two names.
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        self.collator.compare(a, b)
    }
}

/// Returns a person's name as registers sort it: family name first, titles and words like `von` behind the given names
/// (`Heide, Dr. Frank von der`). The family name is the last word: a text does not tell `Klaus Peter
/// Meier` from `Klaus Schulze Meier`.
pub fn filed(name: &str) -> String {
    let Some((given, family)) = name.trim().rsplit_once(char::is_whitespace) else { return name.trim().to_owned() };
    let given = given.trim_end();
    match given.rsplit_once(char::is_whitespace).filter(|(_, last)| BEFORE_FAMILY.contains(last)) {
        Some((given, first)) => format!("{first} {family}, {}", given.trim_end()),
        None => format!("{family}, {given}"),
    }
}

/// The first words of Westphalian family names of two words (`Schulze Pellengahr`). None of them is a given name.
const BEFORE_FAMILY: [&str; 4] = ["Große", "Lütke", "Schulte", "Schulze"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_begin_with_the_family_name() {
        assert_eq!(filed("Dr. h.c. Sven-Georg Adenauer"), "Adenauer, Dr. h.c. Sven-Georg");
        assert_eq!(filed("Frank von der Heide"), "Heide, Frank von der");
        assert_eq!(filed("Dr. Christian Schulze Pellengahr"), "Schulze Pellengahr, Dr. Christian");
        assert_eq!(filed(" Cher "), "Cher");
    }

    #[test]
    fn umlauts_sort_with_their_base_letter() {
        let order = GermanOrder::default();
        let mut names = ["Zwickau", "Ötz", "Oldenburg", "Osnabrück", "Straße", "Strasse"];
        names.sort_by(|a, b| order.compare(a, b));
        assert_eq!(names, ["Oldenburg", "Osnabrück", "Ötz", "Strasse", "Straße", "Zwickau"]);
    }
}
