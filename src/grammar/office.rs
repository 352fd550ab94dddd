//! How the head of an administration is addressed. The title of the office tells the gender; a name never does.

use crate::model::Gender;

/// The salutation of a letter to nobody in particular.
pub const TO_ANYBODY: &str = "Sehr geehrte Damen und Herren,";

/// What the last word of a title ends with, with the gender of who holds the office. A `Stadtrat` may be a body.
const ENDINGS: [(&str, Gender); 10] = [
    ("landrat", Gender::Masculine),
    ("regionsrat", Gender::Masculine),
    ("bürgermeister", Gender::Masculine),
    ("präsident", Gender::Masculine),
    ("direktor", Gender::Masculine),
    ("landrätin", Gender::Feminine),
    ("regionsrätin", Gender::Feminine),
    ("bürgermeisterin", Gender::Feminine),
    ("präsidentin", Gender::Feminine),
    ("direktorin", Gender::Feminine),
];

/// The words a title may begin with, and as they are in the address.
const BEFORE: [(&str, &str); 4] =
    [("Erster", "Ersten"), ("Regierender", "Regierenden"), ("Erste", "Erste"), ("Regierende", "Regierende")];

/// How somebody is addressed who holds an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The line before the name: `Herrn Landrat`, `Frau Landrätin`.
    pub line: String,
    /// `Sehr geehrter Herr Landrat,`; the title stands for the name.
    pub salutation: String,
}

/// The address by the title of an office; `None` for a title that tells no gender for certain: two of them, an
/// acting head, a word we do not know.
pub fn address(title: &str) -> Option<Address> {
    let (before, noun) = match title.split_once(' ') {
        Some((before, noun)) => (Some(BEFORE.iter().find(|(word, _)| *word == before)?), noun),
        None => (None, title),
    };
    if !noun.chars().all(|c| c.is_alphabetic() || c == '-') {
        return None;
    }
    let lower = noun.to_lowercase();
    let (ending, gender) = ENDINGS.iter().find(|(ending, _)| lower.ends_with(ending))?;
    if before.is_some_and(|(word, _)| word.ends_with('r') != (*gender == Gender::Masculine)) {
        return None;
    }
    if *gender == Gender::Feminine {
        return Some(Address { line: format!("Frau {title}"), salutation: format!("Sehr geehrte Frau {title},") });
    }
    // "Herrn" is an accusative, and what stands behind it declines with it.
    let accusative = if *ending == "präsident" { format!("{noun}en") } else { noun.to_owned() };
    let before = before.map(|(_, word)| format!("{word} ")).unwrap_or_default();
    Some(Address { line: format!("Herrn {before}{accusative}"), salutation: format!("Sehr geehrter Herr {title},") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_tells_how_to_write() {
        for (title, line, salutation) in [
            ("Landrat", "Herrn Landrat", "Sehr geehrter Herr Landrat,"),
            ("Landrätin", "Frau Landrätin", "Sehr geehrte Frau Landrätin,"),
            ("Oberbürgermeister", "Herrn Oberbürgermeister", "Sehr geehrter Herr Oberbürgermeister,"),
            ("Oberbürgermeisterin", "Frau Oberbürgermeisterin", "Sehr geehrte Frau Oberbürgermeisterin,"),
            ("Erster Bürgermeister", "Herrn Ersten Bürgermeister", "Sehr geehrter Herr Erster Bürgermeister,"),
            ("Erste Bürgermeisterin", "Frau Erste Bürgermeisterin", "Sehr geehrte Frau Erste Bürgermeisterin,"),
            ("Regionspräsident", "Herrn Regionspräsidenten", "Sehr geehrter Herr Regionspräsident,"),
            ("Städteregionsrat", "Herrn Städteregionsrat", "Sehr geehrter Herr Städteregionsrat,"),
            (
                "Regionalverbandsdirektorin",
                "Frau Regionalverbandsdirektorin",
                "Sehr geehrte Frau Regionalverbandsdirektorin,",
            ),
        ] {
            let found = address(title).expect(title);
            assert_eq!((found.line.as_str(), found.salutation.as_str()), (line, salutation));
        }
    }

    #[test]
    fn a_title_that_does_not_tell_is_not_guessed_at() {
        for title in [
            "",
            "Landrat/Landrätin",
            "Landrat (komm.)",
            "Landrat und Bürgermeister",
            "Stadtrat",
            "Amtierender Landrat",
            "Erste Bürgermeister",
            "Leitung",
        ] {
            assert_eq!(address(title), None, "{title}");
        }
    }
}
