//! Cases, articles and endings.

use crate::model::Gender;

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
pub(super) fn weak_ending(gender: Gender, case: Case) -> &'static str {
    match (gender, case) {
        (Gender::Masculine, Case::Nominative)
        | (Gender::Feminine | Gender::Neuter, Case::Nominative | Case::Accusative) => "e",
        (Gender::Masculine, Case::Genitive | Case::Dative | Case::Accusative)
        | (Gender::Feminine | Gender::Neuter, Case::Genitive | Case::Dative)
        | (Gender::Plural, Case::Nominative | Case::Genitive | Case::Dative | Case::Accusative) => "en",
    }
}
