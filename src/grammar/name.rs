//! Names of Kommunen and Länder in all cases.

use crate::model::{Gender, KommuneType, Land};

use super::article::{Case, article, weak_ending};
use super::words::Noun;

/// A noun that names begin with: the noun, gender, ending of the genitive, preposition of place.
type NameNoun = (&'static str, Gender, &'static str, &'static str);

/// The nouns that the endings in [`noun_of`] do not cover.
const NAME_NOUNS: [NameNoun; 10] = [
    ("Stadt", Gender::Feminine, "", "in"),
    ("Region", Gender::Feminine, "", "in"),
    ("Städteregion", Gender::Feminine, "", "in"),
    // As Aachen spells itself.
    ("StädteRegion", Gender::Feminine, "", "in"),
    ("Regionalverband", Gender::Masculine, "es", "in"),
    ("Grafschaft", Gender::Feminine, "", "in"),
    ("Gemeinde", Gender::Feminine, "", "in"),
    ("Bezirk", Gender::Masculine, "s", "in"),
    ("Land", Gender::Neuter, "es", "in"),
    ("Insel", Gender::Feminine, "", "auf"),
];

/// Adjectives in front of such a noun, without ending and in lower case; those in `-isch` come on top.
const ADJECTIVES: [&str; 4] = ["frei", "groß", "kreisfrei", "kreisangehörig"];

/// The adjectives that are no part of the name and so lose their capital: "die kreisfreie Stadt X".
const NOT_OF_THE_NAME: [&str; 2] = ["kreisfrei", "kreisangehörig"];

/// A name in all cases, with its article where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    gender: Option<Gender>,
    nominative: String,
    genitive: String,
    dative: String,
    accusative: String,
    locative: String,
    /// The noun and what follows it, where several such names can share the noun in the plural.
    shared: Option<(Noun, String)>,
}

impl Name {
    /// The name of a Kommune by its label.
    ///
    /// A label that begins or ends with a noun the rules know declines with it. Any other label is a bare
    /// city name without article (`München`) when the kind says so, and else follows "die Kommune".
    pub fn new(label: &str, kind: KommuneType) -> Self {
        let label = label.trim();
        if let Some(name) = Self::by_noun(label) {
            return name;
        }
        // An article in a label is no city's ("Den Haag" lies elsewhere).
        let first = label.split_whitespace().next().unwrap_or_default();
        let is_name = first.starts_with(char::is_uppercase) && !["Der", "Die", "Das"].contains(&first);
        match kind {
            KommuneType::KreisfreieStadt if is_name => Self::bare(label, "der Stadt"),
            KommuneType::KreisfreieStadt => Self::behind("Stadt", label),
            KommuneType::Landkreis => Self::behind("Kommune", label),
        }
    }

    /// The name of a Land: `Hessen` without article, `das Saarland` with it.
    pub fn of_land(land: &Land) -> Self {
        match land.name {
            "Saarland" => Self::declined(Gender::Neuter, "in", |_, case| {
                if case == Case::Genitive { "Saarlandes".to_owned() } else { "Saarland".to_owned() }
            }),
            name => Self::bare(name, "des Landes"),
        }
    }

    /// Who or what: `der Landkreis Biberach`, `die Stadt Essen`, `München`.
    pub fn nominative(&self) -> &str {
        &self.nominative
    }

    /// Whose: `des Landkreises Biberach`, `der Stadt Essen`, `Münchens`, `der Stadt Mainz`.
    pub fn genitive(&self) -> &str {
        &self.genitive
    }

    /// To or with whom: `dem Landkreis Biberach`, `der Stadt Essen`, `München`.
    pub fn dative(&self) -> &str {
        &self.dative
    }

    /// Whom or what: `den Landkreis Biberach`, `die Stadt Essen`, `München`.
    pub fn accusative(&self) -> &str {
        &self.accusative
    }

    /// Where: `im Landkreis Biberach`, `in der Stadt Essen`, `in München`.
    pub fn locative(&self) -> &str {
        &self.locative
    }

    /// The name in one of the four cases.
    #[cfg(test)]
    pub fn case(&self, case: Case) -> &str {
        match case {
            Case::Nominative => &self.nominative,
            Case::Genitive => &self.genitive,
            Case::Dative => &self.dative,
            Case::Accusative => &self.accusative,
        }
    }

    /// Its gender; `None` for a name without article, which is neuter.
    #[cfg(test)]
    pub fn gender(&self) -> Option<Gender> {
        self.gender
    }

    /// The noun and what follows it; `None` unless names like it can share the noun in the plural.
    pub(super) fn shared(&self) -> Option<(Noun, &str)> {
        self.shared.as_ref().map(|(noun, rest)| (*noun, rest.as_str()))
    }

    /// A name with article; `form` is the name behind the article.
    fn declined(gender: Gender, place: &str, form: impl Fn(Gender, Case) -> String) -> Self {
        let with_article = |case| format!("{} {}", article(gender, case), form(gender, case));
        let dative = with_article(Case::Dative);
        let locative = match dative.strip_prefix("dem ") {
            Some(noun) if place == "in" => format!("im {noun}"),
            _ => format!("{place} {dative}"),
        };
        Self {
            gender: Some(gender),
            nominative: with_article(Case::Nominative),
            genitive: with_article(Case::Genitive),
            accusative: with_article(Case::Accusative),
            dative,
            locative,
            shared: None,
        }
    }

    /// A label as it stands behind a feminine noun.
    fn behind(noun: &str, label: &str) -> Self {
        Self::declined(Gender::Feminine, "in", |_, _| format!("{noun} {label}").trim_end().to_owned())
    }

    /// A name without article. Its genitive takes -s; where that cannot be heard (behind s, ß, x, z:
    /// Duden, "geografische Namen") or would stand inside the name ("Frankfurts am Main"), a noun leads it.
    fn bare(name: &str, noun: &str) -> Self {
        let silent = name.ends_with(|c: char| !c.is_alphabetic() || "sßxz".contains(c) || c.is_uppercase());
        let one_word = name.chars().all(|c| c.is_alphabetic() || c == '-');
        let genitive = if silent || !one_word { format!("{noun} {name}") } else { format!("{name}s") };
        Self {
            gender: None,
            nominative: name.to_owned(),
            genitive,
            dative: name.to_owned(),
            accusative: name.to_owned(),
            locative: format!("in {name}"),
            shared: None,
        }
    }

    /// A label with a noun the rules know: adjectives, the noun, and the rest as it stands.
    fn by_noun(label: &str) -> Option<Self> {
        // Each word keeps the space behind it, so that a no-break space in a label stays one.
        let words: Vec<&str> = label.split_inclusive(char::is_whitespace).collect();
        let at = words.iter().position(|w| !leads(w.trim_end()))?;
        let (word, rest) = (words[at].trim_end(), words[at + 1..].concat());
        let (_, gender, genitive, place) = noun_of(word, &rest)?;
        let before: Option<Vec<LeadingWord<'_>>> = words[..at].iter().map(|w| LeadingWord::new(w, gender)).collect();
        let before = before?;
        let space = &words[at][word.len()..];
        let mut name = Self::declined(gender, place, |gender, case| {
            let front: String = before.iter().map(|b| b.declined(gender, case)).collect();
            let ending = if case == Case::Genitive { genitive } else { "" };
            format!("{front}{word}{ending}{space}{rest}")
        });
        let shares = before.is_empty() && !rest.is_empty() && !rest.contains(" und ") && !rest.contains(',');
        let noun =
            [Noun::Landkreis, Noun::Kreis, Noun::Stadt].into_iter().find(|n| n.singular(Case::Nominative) == word);
        name.shared = noun.filter(|_| shares).map(|noun| (noun, rest));
        Some(name)
    }
}

/// Whether a word can stand in front of the noun: `Freie`, `und`, `Hanse-`, `Märkischer`.
fn leads(word: &str) -> bool {
    word == "und"
        || word.ends_with('-')
        || ["e", "er", "es"].iter().any(|ending| word.strip_suffix(ending).is_some_and(is_adjective))
}

/// Whether a stem is one of the adjectives known.
fn is_adjective(stem: &str) -> bool {
    let stem = stem.to_lowercase();
    stem.ends_with("isch") || ADJECTIVES.contains(&stem.as_str())
}

/// The noun a word is, by the table or its ending; `None` for any other word.
fn noun_of(word: &str, rest: &str) -> Option<NameNoun> {
    // Kreis, Landkreis, Stadtkreis, Enzkreis, Main-Kinzig-Kreis.
    if word.ends_with("kreis") || word == "Kreis" || word.ends_with("-Kreis") {
        return Some(("Kreis", Gender::Masculine, "es", "in"));
    }
    // Landeshauptstadt, Hansestadt, Documenta-Stadt: a title when a name follows, else a name (Darmstadt).
    // Of the names, Neustadt alone is common enough with another name behind it.
    let is_title = (word.ends_with("stadt") && word != "Neustadt") || word.ends_with("-Stadt");
    if is_title && rest.starts_with(char::is_uppercase) {
        return Some(("Stadt", Gender::Feminine, "", "in"));
    }
    NAME_NOUNS.into_iter().find(|(noun, ..)| *noun == word)
}

/// A word in front of the noun, with the space behind it.
enum LeadingWord<'a> {
    /// Declines: the stem and the space.
    Adjective(String, &'a str),
    /// `und`, `Hanse-`.
    Fixed(&'a str),
}

impl<'a> LeadingWord<'a> {
    /// `None` for an adjective that does not agree with the noun.
    fn new(piece: &'a str, gender: Gender) -> Option<Self> {
        let word = piece.trim_end();
        if word == "und" || word.ends_with('-') {
            return Some(Self::Fixed(piece));
        }
        let ending = match gender {
            Gender::Masculine => "er",
            Gender::Feminine | Gender::Plural => "e",
            Gender::Neuter => "es",
        };
        let stem = word.strip_suffix(ending).filter(|stem| is_adjective(stem))?;
        let lower = stem.to_lowercase();
        let stem = if NOT_OF_THE_NAME.contains(&lower.as_str()) { lower } else { stem.to_owned() };
        Some(Self::Adjective(stem, &piece[word.len()..]))
    }

    fn declined(&self, gender: Gender, case: Case) -> String {
        match self {
            Self::Adjective(stem, space) => format!("{stem}{}{space}", weak_ending(gender, case)),
            Self::Fixed(piece) => (*piece).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assets::Assets;
    use crate::model::LAENDER;

    const L: KommuneType = KommuneType::Landkreis;
    const S: KommuneType = KommuneType::KreisfreieStadt;

    /// The forms in one line: nominative, genitive, dative, accusative, locative.
    fn forms(name: &Name) -> String {
        let cases = [Case::Nominative, Case::Genitive, Case::Dative, Case::Accusative];
        let mut forms: Vec<&str> = cases.iter().map(|case| name.case(*case)).collect();
        forms.push(name.locative());
        forms.join(" | ")
    }

    /// One line per label of the edition 2017, sorted; read by eye when it changes.
    const GOLDEN: &str = include_str!("labels.txt");

    /// One line per pattern and odd label, also of other editions, and at the end what no rule knows.
    const PATTERNS: &str = include_str!("patterns.txt");

    #[test]
    fn all_labels_decline_as_written_down() {
        let assets = Assets::embedded();
        let table = assets.text("data/2017/kommunen.csv").expect("the edition is embedded");
        let mut rows = csv::Reader::from_reader(table.as_bytes());
        let headers = rows.headers().expect("a header").clone();
        let column = |name: &str| headers.iter().position(|h| h == name).expect("the column is there");
        let (label, kind) = (column("label"), column("type"));
        let mut lines: Vec<String> = rows
            .records()
            .map(|row| {
                let row = row.expect("a row");
                let kind = KommuneType::ALL.into_iter().find(|k| k.key() == &row[kind]).expect("a kind");
                forms(&Name::new(&row[label], kind))
            })
            .collect();
        lines.sort();
        assert_eq!(lines.len(), 104);
        assert_eq!(lines, GOLDEN.lines().collect::<Vec<_>>());
    }

    #[test]
    fn every_pattern_declines() {
        for line in PATTERNS.lines() {
            let (kind, rest) = line.split_once(": ").expect("a kind");
            let (label, expected) = rest.split_once(" = ").expect("a label");
            let kind = KommuneType::ALL.into_iter().find(|k| k.key() == kind).expect("a known kind");
            assert_eq!(forms(&Name::new(label, kind)), expected, "{label}");
        }
        assert_eq!(Name::new("", L).genitive(), "der Kommune");
        assert_eq!(Name::new(" Landkreis St.\u{a0}Wendel ", L).locative(), "im Landkreis St.\u{a0}Wendel");
        assert_eq!(Name::new("Landkreis\u{a0}Leer", L).genitive(), "des Landkreises\u{a0}Leer");
    }

    #[test]
    fn all_laender_decline() {
        let names: Vec<Name> = LAENDER.iter().map(Name::of_land).collect();
        let genitives: Vec<&str> = names.iter().map(Name::genitive).collect();
        assert_eq!(
            genitives,
            [
                "Schleswig-Holsteins",
                "Hamburgs",
                "Niedersachsens",
                "Bremens",
                "Nordrhein-Westfalens",
                "Hessens",
                "des Landes Rheinland-Pfalz",
                "Baden-Württembergs",
                "Bayerns",
                "des Saarlandes",
                "Berlins",
                "Brandenburgs",
                "Mecklenburg-Vorpommerns",
                "Sachsens",
                "Sachsen-Anhalts",
                "Thüringens",
            ]
        );
        for (land, name) in LAENDER.iter().zip(&names) {
            if land.name == "Saarland" {
                let expected = "das Saarland | des Saarlandes | dem Saarland | das Saarland | im Saarland";
                assert_eq!(forms(name), expected);
                assert_eq!(name.gender(), Some(Gender::Neuter));
            } else {
                assert_eq!([name.nominative(), name.dative(), name.accusative()], [land.name; 3]);
                assert_eq!(name.locative(), format!("in {}", land.name));
                assert_eq!(name.gender(), None);
            }
        }
    }

    /// Labels near the rules: their words in any order, between anything else.
    fn label() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            Just("Landkreis".to_owned()),
            Just("Kreisfreie".to_owned()),
            Just("Märkischer".to_owned()),
            Just("Hanse-".to_owned()),
            Just("und".to_owned()),
            Just("Stadt".to_owned()),
            Just("Enzkreis".to_owned()),
            Just("Insel".to_owned()),
            Just("\u{a0}".to_owned()),
            any::<String>(),
        ];
        proptest::collection::vec(word, 0..5).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn every_form_holds_the_words_of_the_label(label in label(), city in any::<bool>()) {
            let name = Name::new(&label, if city { S } else { L });
            let forms = forms(&name).to_lowercase();
            for form in forms.split(" | ").take(if label.contains('|') { 0 } else { 5 }) {
                for word in label.to_lowercase().split_whitespace() {
                    // Adjectives change their ending.
                    let kept = word.strip_suffix("er").or(word.strip_suffix('e')).unwrap_or(word);
                    prop_assert!(form.contains(kept), "{form:?} without {word:?}");
                }
            }
        }
    }
}
