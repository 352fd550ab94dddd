//! Ranks in words: superlatives near the ends, "Rang 52 von 104" between, and who shares a rank.

use crate::german::{NO_BREAK_SPACE, Numbers};
use crate::model::Gender;

use super::article::{Case, article, weak_ending};
use super::name::Name;
use super::phrase::Phrase;
use super::words::{Noun, list};

/// The last rank that is worded as a superlative: "die zwölfthöchste". Words end where number words do.
pub const SUPERLATIVE_RANKS: u32 = 12;

/// Only this part of a ranking, at either end, is worded as a superlative: of 16 the first and last four.
/// The first rank always is.
pub const SUPERLATIVE_SHARE: usize = 4;

/// The most Kommunen that a tie names; more are counted.
pub const TIES_NAMED: usize = 3;

/// What stands before the superlative, from rank two on.
const ORDINALS: [&str; 11] =
    ["zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt", "elft", "zwölft"];

/// Superlatives that no rule makes; compounds ("einwohnerstark") end like their last part.
const IRREGULAR: [(&str, &str); 11] = [
    ("hoch", "höchst"),
    ("groß", "größt"),
    ("stark", "stärkst"),
    ("schwach", "schwächst"),
    ("lang", "längst"),
    ("kurz", "kürzest"),
    ("alt", "ältest"),
    ("jung", "jüngst"),
    ("arm", "ärmst"),
    ("viel", "meist"),
    ("gut", "best"),
];

/// The superlative of an adjective without its ending: `höchst` of `hoch`, `dichtest` of `dicht`.
fn superlative(adjective: &str) -> String {
    if let Some((stem, made)) = IRREGULAR.iter().find_map(|(end, made)| Some((adjective.strip_suffix(end)?, made))) {
        return format!("{stem}{made}");
    }
    // Behind d, t and hissing sounds -est, but not behind participles and the ending -isch (Duden,
    // "Vergleichsformen"); in "frisch", the only such word, it is no ending.
    let hisses = adjective.ends_with(['d', 't', 's', 'ß', 'x', 'z']) || adjective.ends_with("sch");
    let short = adjective.ends_with("end") || adjective.ends_with("isch") && !adjective.ends_with("frisch");
    format!("{adjective}{}", if hisses && !short { "est" } else { "st" })
}

/// The article and superlative of a rank: `die höchste`, `der dritthöchsten`; `None` for rank 0 and for
/// ranks after [`SUPERLATIVE_RANKS`].
///
/// The adjective is its basic form in lower case (`hoch`, `niedrig`, `dicht`); gender and case are those of
/// the noun that follows.
pub fn ordinal_superlative(rank: u32, adjective: &str, gender: Gender, case: Case) -> Option<String> {
    let ordinal = match rank {
        0 => return None,
        1 => "",
        rank => ORDINALS.get(usize::try_from(rank - 2).ok()?)?,
    };
    let (article, ending) = (article(gender, case), weak_ending(gender, case));
    Some(format!("{article} {ordinal}{}{ending}", superlative(adjective)))
}

/// A rank of so many: `Rang 52 von 104`, with a no-break space before the rank. Its numbers: rank, of.
pub fn rank_of(rank: u32, of: usize, numbers: &Numbers) -> Phrase {
    Phrase::default()
        .text(&format!("Rang{NO_BREAK_SPACE}"))
        .number(numbers.format(rank.into(), 0))
        .text(" von ")
        .number(numbers.count(of))
}

/// The adjectives at the ends of a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poles<'a> {
    /// Of the highest value: `hoch`, `groß`, `dicht`.
    pub high: &'a str,
    /// Of the lowest value: `niedrig`, `klein`, `dünn`.
    pub low: &'a str,
}

/// Where a Kommune stands in a ranking, as an editor would put it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Near an end: the rank from there, with the adjective of that end.
    Superlative {
        /// Rank from the end named, at most [`SUPERLATIVE_RANKS`].
        rank: u32,
        /// The adjective of the end named.
        adjective: &'a str,
    },
    /// Between the ends: the rank from the highest value.
    Rank {
        /// Rank from the highest value.
        rank: u32,
        /// How many have a rank.
        of: usize,
    },
}

impl<'a> Standing<'a> {
    /// The standing by the ranks from both ends among `of` Kommunen with a value.
    ///
    /// `None` when there is nothing to say: fewer than two values, all values equal, or ranks that cannot be.
    pub fn new(from_highest: u32, from_lowest: u32, of: usize, poles: Poles<'a>) -> Option<Self> {
        let possible = |rank: u32| rank >= 1 && usize::try_from(rank).is_ok_and(|rank| rank <= of);
        if of < 2 || (from_highest, from_lowest) == (1, 1) || !possible(from_highest) || !possible(from_lowest) {
            return None;
        }
        let last = u32::try_from(of / SUPERLATIVE_SHARE).unwrap_or(u32::MAX).clamp(1, SUPERLATIVE_RANKS);
        let (rank, adjective) =
            if from_highest <= from_lowest { (from_highest, poles.high) } else { (from_lowest, poles.low) };
        Some(if rank <= last { Self::Superlative { rank, adjective } } else { Self::Rank { rank: from_highest, of } })
    }

    /// The standing in words: `die dritthöchste SGB II-Quote` in the case given, or `Rang 52 von 104`, which
    /// does without the noun.
    ///
    /// The two need different sentences ("hat …" and "liegt auf …"): match on the standing first.
    pub fn phrase(self, noun: &str, gender: Gender, case: Case, numbers: &Numbers) -> Phrase {
        match self {
            Self::Superlative { rank, adjective } => match ordinal_superlative(rank, adjective, gender, case) {
                Some(text) => Phrase::default().text(format!("{text} {noun}").trim_end()),
                None => Phrase::default().text(&format!("Rang{NO_BREAK_SPACE}")).number(numbers.format(rank.into(), 0)),
            },
            Self::Rank { rank, of } => rank_of(rank, of, numbers),
        }
    }
}

/// Who shares a rank: `gleichauf mit dem Enzkreis und der Stadt Essen`; `None` when nobody does.
///
/// Names of one kind share their noun: `mit den Landkreisen Leer und Peine`. More than [`TIES_NAMED`] are
/// counted: `gleichauf mit fünf weiteren Kommunen`.
pub fn tie(others: &[Name], numbers: &Numbers) -> Option<Phrase> {
    let phrase = Phrase::default().text("gleichauf mit ");
    if others.is_empty() {
        return None;
    }
    if others.len() > TIES_NAMED {
        let noun = Noun::Kommune.plural(Case::Dative);
        return Some(phrase.cardinal(others.len(), numbers).text(&format!(" weiteren {noun}")));
    }
    let datives: Vec<&str> = others.iter().map(Name::dative).collect();
    Some(phrase.text(&in_plural(others).unwrap_or_else(|| list(&datives))))
}

/// `den Landkreisen Leer und Peine`; `None` unless there are several and all have the same noun.
fn in_plural(names: &[Name]) -> Option<String> {
    let shared: Vec<(Noun, &str)> = names.iter().map(Name::shared).collect::<Option<_>>()?;
    let noun = shared.first()?.0;
    let rests: Vec<&str> = shared.iter().filter(|(other, _)| *other == noun).map(|(_, rest)| *rest).collect();
    (rests.len() == names.len() && rests.len() > 1)
        .then(|| format!("den {} {}", noun.plural(Case::Dative), list(&rests)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{KommuneType, NumberStyle};

    const QUOTE: Poles<'_> = Poles { high: "hoch", low: "niedrig" };

    fn numbers() -> Numbers {
        Numbers::new(NumberStyle::Destatis)
    }

    #[test]
    fn superlatives_are_formed() {
        let table = [
            ("hoch", "höchst"),
            ("niedrig", "niedrigst"),
            ("groß", "größt"),
            ("klein", "kleinst"),
            ("dicht", "dichtest"),
            ("dünn", "dünnst"),
            ("gering", "geringst"),
            ("schlecht", "schlechtest"),
            ("gut", "best"),
            ("bedeutend", "bedeutendst"),
            ("praktisch", "praktischst"),
            ("frisch", "frischest"),
            ("einwohnerstark", "einwohnerstärkst"),
            ("einwohnerschwach", "einwohnerschwächst"),
            ("alt", "ältest"),
            ("viel", "meist"),
        ];
        for (adjective, expected) in table {
            assert_eq!(superlative(adjective), expected);
        }
    }

    #[test]
    fn ordinals_run_to_twelve() {
        let all: Vec<String> =
            (1..).map_while(|rank| ordinal_superlative(rank, "hoch", Gender::Feminine, Case::Nominative)).collect();
        let expected = "die höchste, die zweithöchste, die dritthöchste, die vierthöchste, die fünfthöchste, \
            die sechsthöchste, die siebthöchste, die achthöchste, die neunthöchste, die zehnthöchste, \
            die elfthöchste, die zwölfthöchste";
        assert_eq!(all.join(", "), expected);
        assert_eq!(all.len(), usize::try_from(SUPERLATIVE_RANKS).expect("small"));
        assert_eq!(ordinal_superlative(0, "hoch", Gender::Feminine, Case::Nominative), None);
        assert_eq!(ordinal_superlative(u32::MAX, "hoch", Gender::Feminine, Case::Nominative), None);
    }

    #[test]
    fn superlatives_agree_with_their_noun() {
        let third = |gender, case| ordinal_superlative(3, "hoch", gender, case).expect("rank three has a word");
        assert_eq!(third(Gender::Feminine, Case::Dative), "der dritthöchsten");
        assert_eq!(third(Gender::Feminine, Case::Accusative), "die dritthöchste");
        assert_eq!(third(Gender::Masculine, Case::Nominative), "der dritthöchste");
        assert_eq!(third(Gender::Masculine, Case::Accusative), "den dritthöchsten");
        assert_eq!(third(Gender::Neuter, Case::Genitive), "des dritthöchsten");
        assert_eq!(third(Gender::Neuter, Case::Accusative), "das dritthöchste");
        assert_eq!(third(Gender::Plural, Case::Nominative), "die dritthöchsten");
    }

    #[test]
    fn ends_are_superlatives_and_the_middle_a_rank() {
        let words = |high, low, of| {
            let standing = Standing::new(high, low, of, QUOTE).expect("there is something to say");
            standing.phrase("SGB II-Quote", Gender::Feminine, Case::Accusative, &numbers()).to_string()
        };
        assert_eq!(words(1, 104, 104), "die höchste SGB II-Quote");
        assert_eq!(words(12, 93, 104), "die zwölfthöchste SGB II-Quote");
        assert_eq!(words(13, 92, 104), "Rang\u{a0}13 von 104");
        assert_eq!(words(52, 53, 104), "Rang\u{a0}52 von 104");
        assert_eq!(words(92, 13, 104), "Rang\u{a0}92 von 104");
        assert_eq!(words(93, 12, 104), "die zwölftniedrigste SGB II-Quote");
        assert_eq!(words(104, 1, 104), "die niedrigste SGB II-Quote");
        assert_eq!(words(4, 13, 16), "die vierthöchste SGB II-Quote");
        assert_eq!(words(5, 12, 16), "Rang\u{a0}5 von 16");
        assert_eq!(words(2, 2, 3), "Rang\u{a0}2 von 3");
        assert_eq!(words(2, 1, 2), "die niedrigste SGB II-Quote");
        // A tie of three at the low end: the rank from there counts.
        assert_eq!(words(8, 1, 10), "die niedrigste SGB II-Quote");
    }

    #[test]
    fn nothing_is_said_where_nothing_differs() {
        assert_eq!(Standing::new(1, 1, 1, QUOTE), None);
        assert_eq!(Standing::new(1, 1, 30, QUOTE), None);
        assert_eq!(Standing::new(0, 4, 30, QUOTE), None);
        assert_eq!(Standing::new(3, 40, 30, QUOTE), None);
    }

    #[test]
    fn ties_are_named_or_counted() {
        let names = |labels: &[&str]| -> Vec<Name> {
            let kind = |label: &str| {
                if label.contains("kreis") { KommuneType::Landkreis } else { KommuneType::KreisfreieStadt }
            };
            labels.iter().map(|label| Name::new(label, kind(label))).collect()
        };
        let tie = |labels: &[&str]| super::tie(&names(labels), &numbers()).map(|phrase| phrase.to_string());
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(tie(&[]), None);
        assert_eq!(tie(&["Landkreis Peine"]), some("gleichauf mit dem Landkreis Peine"));
        assert_eq!(
            tie(&["Landkreis Peine", "Stadt Jena"]),
            some("gleichauf mit dem Landkreis Peine und der Stadt Jena")
        );
        assert_eq!(
            tie(&["Enzkreis", "Stadt Jena", "München"]),
            some("gleichauf mit dem Enzkreis, der Stadt Jena und München")
        );
        assert_eq!(tie(&["Landkreis Leer", "Landkreis Peine"]), some("gleichauf mit den Landkreisen Leer und Peine"));
        assert_eq!(
            tie(&["Stadt Essen", "Stadt Hamm", "Stadt Jena"]),
            some("gleichauf mit den Städten Essen, Hamm und Jena")
        );
        assert_eq!(
            tie(&["Landkreis Wald und See", "Landkreis Peine"]),
            some("gleichauf mit dem Landkreis Wald und See und dem Landkreis Peine")
        );
        assert_eq!(tie(&["Stadt Jena"; 5]), some("gleichauf mit fünf weiteren Kommunen"));
        assert_eq!(tie(&["Stadt Jena"; 13]), some("gleichauf mit 13 weiteren Kommunen"));
    }

    proptest! {
        #[test]
        fn every_possible_rank_has_words(high in any::<u32>(), low in any::<u32>(), of in any::<usize>(), noun: String) {
            let of = of % 300;
            let spread = (high % 320, low % 320);
            if let Some(standing) = Standing::new(spread.0, spread.1, of, QUOTE) {
                let text = standing.phrase(&noun, Gender::Feminine, Case::Dative, &numbers()).to_string();
                match standing {
                    Standing::Superlative { rank, .. } => {
                        prop_assert!(rank <= SUPERLATIVE_RANKS);
                        prop_assert!(text.contains(noun.trim_end()));
                    }
                    Standing::Rank { rank, of } => prop_assert_eq!(text, format!("Rang\u{a0}{rank} von {of}")),
                }
            }
        }

        #[test]
        fn no_word_is_too_odd(rank: u32, of: usize, word: String) {
            let _ = ordinal_superlative(rank, &word, Gender::Masculine, Case::Genitive);
            let _ = Standing::new(rank, rank, of, Poles { high: &word, low: &word });
            let standing = Standing::Superlative { rank, adjective: &word };
            let _ = standing.phrase(&word, Gender::Plural, Case::Dative, &numbers());
            let _ = rank_of(rank, of, &numbers());
        }
    }
}
