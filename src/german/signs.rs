//! Signs that look like others: letters of another script, fullwidth forms, two signs for one letter.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::Script;

/// Why a sign looks like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// A Cyrillic or Greek letter in a text that also has Latin ones; the name of its script.
    Script(&'static str),
    /// A fullwidth or mathematical form of an everyday sign; that sign.
    Form(char),
    /// A letter and a mark that have a composed form; the composed letter.
    Decomposed(char),
    /// A mark above or below a letter with which it has no composed form.
    Mark,
    /// A hyphen that is not the everyday one.
    Hyphen,
}

/// Returns the first sign of a text that looks like another one, and why; `None` when there is none.
///
/// Letters of other scripts count only beside Latin ones: a text all in Greek imitates nothing. Typographic
/// apostrophes, quotation marks and dashes do not count.
pub fn look_alike(text: &str) -> Option<(char, Oddity)> {
    if text.is_ascii() {
        return None;
    }
    let scripts = CodePointMapData::<Script>::new();
    let latin = text.chars().any(|c| scripts.get(c) == Script::Latin && !is_wide(c));
    let mut before = None;
    for c in text.chars() {
        let odd = match scripts.get(c) {
            Script::Cyrillic if latin => Some(Oddity::Script("Cyrillic")),
            Script::Greek if latin => Some(Oddity::Script("Greek")),
            _ if matches!(c, '\u{2010}' | '\u{2011}') => Some(Oddity::Hyphen),
            _ => form(c).map(Oddity::Form).or_else(|| mark(before, c)),
        };
        if let Some(odd) = odd {
            return Some((c, odd));
        }
        before = Some(c);
    }
    None
}

/// Returns whether a sign is a fullwidth form of an ASCII sign.
fn is_wide(c: char) -> bool {
    ('\u{ff01}'..='\u{ff5e}').contains(&c)
}

/// Returns the everyday sign a fullwidth or mathematical one stands for; `None` for any other sign.
fn form(c: char) -> Option<char> {
    if is_wide(c) {
        return char::from_u32(u32::from(c) - 0xfee0);
    }
    // Mathematical letters and digits (bold, sans-serif, double-struck).
    if !('\u{1d400}'..='\u{1d7ff}').contains(&c) {
        return None;
    }
    let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(c.encode_utf8(&mut [0; 4])).into_owned();
    plain.chars().next().filter(|plain| *plain != c)
}

/// Returns why a combining mark is reported, given the sign before it; `None` when it is no combining mark.
fn mark(before: Option<char>, c: char) -> Option<Oddity> {
    if CodePointMapData::<Script>::new().get(c) != Script::Inherited || !('\u{300}'..='\u{36f}').contains(&c) {
        return None;
    }
    let pair: String = before.into_iter().chain([c]).collect();
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&pair).into_owned();
    let mut signs = composed.chars();
    Some(match (signs.next(), signs.next()) {
        (Some(letter), None) if letter != c => Oddity::Decomposed(letter),
        _ => Oddity::Mark,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn look_alikes_are_told_apart() {
        for (text, expected) in [
            ("Landkreis Bi\u{0435}berach", Some(('\u{435}', Oddity::Script("Cyrillic")))),
            ("\u{0421}DU", Some(('\u{421}', Oddity::Script("Cyrillic")))),
            ("\u{039f}ldenburg", Some(('\u{39f}', Oddity::Script("Greek")))),
            ("\u{ff10}8426", Some(('\u{ff10}', Oddity::Form('0')))),
            ("\u{1d7ce}8426", Some(('\u{1d7ce}', Oddity::Form('0')))),
            ("Mu\u{308}nchen", Some(('\u{308}', Oddity::Decomposed('ü')))),
            ("q\u{308}", Some(('\u{308}', Oddity::Mark))),
            ("Baden\u{2011}Baden", Some(('\u{2011}', Oddity::Hyphen))),
            ("Baden\u{2010}Baden", Some(('\u{2010}', Oddity::Hyphen))),
            ("Straße – „Ærø“ ’s-Hertogenbosch, D’Or", None),
            ("\u{41c}\u{43e}\u{441}\u{43a}\u{432}\u{430}", None),
            ("東京 Tokio, Łódź, Đorđe, km²", None),
        ] {
            assert_eq!(look_alike(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn composed_latin_text_has_no_look_alike(text in "[a-zA-Z0-9äöüÄÖÜßéèçñøåłčž .,()/’–-]{0,40}") {
            prop_assert_eq!(look_alike(&text), None);
        }

        #[test]
        fn a_slipped_in_cyrillic_letter_is_found(front in "[a-z]{1,8}", letter in "[а-яА-Я]", back in "[a-z]{0,8}") {
            let found = look_alike(&format!("{front}{letter}{back}"));
            prop_assert_eq!(found, letter.chars().next().map(|c| (c, Oddity::Script("Cyrillic"))));
        }
    }
}
