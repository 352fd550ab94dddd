//! Headers of delivered columns: the name, and qualifiers such as unit, group or year. Two spellings of a name mean the
//! same column; another qualifier means another value.

use super::number::plain_unit;
use crate::german::match_key;

/// Whether a character is a raised one: the sign of a footnote, but for the unit `m²`.
fn is_raised(c: char, before: Option<char>) -> bool {
    matches!(c, '\u{b9}' | '\u{b3}' | '\u{2070}'..='\u{207f}') || (c == '²' && before.is_none_or(|c| c != 'm'))
}

/// A header without footnote signs and bracketed text, and the bracketed texts.
fn scanned(header: &str) -> (String, Vec<String>) {
    let (mut plain, mut inner, mut depth, mut before) = (String::new(), String::new(), 0_usize, None);
    let mut bracketed = Vec::new();
    let mut signs = header.chars();
    while let Some(c) = signs.next() {
        match c {
            // A raised sign that has no form of its own.
            '^' => drop(signs.next()),
            '(' | '[' => depth += 1,
            ')' | ']' if depth > 0 => {
                depth -= 1;
                let said = std::mem::take(&mut inner);
                // `(1)` is a footnote.
                let is_note = said.len() < 3 && said.bytes().all(|b| b.is_ascii_digit());
                bracketed.extend((!is_note).then_some(said));
            }
            // `Bevölkerung2)`: the footnote goes with its digit.
            ')' => plain.truncate(plain.trim_end_matches(|c: char| c.is_ascii_digit()).len()),
            '*' | '†' => {}
            c if is_raised(c, before) => {}
            c if depth > 0 => inner.push(c),
            c => plain.push(c),
        }
        before = Some(c);
    }
    // A bracket that is never closed.
    bracketed.extend((!inner.trim().is_empty()).then_some(inner));
    (plain.trim().to_owned(), bracketed)
}

/// A header without footnote signs, and what it says besides its name, in brackets, behind `in` or a comma: `Einwohner
/// (2016) in 1.000` is `Einwohner` with `2016` and `1.000`.
pub fn qualified(header: &str) -> (String, Vec<String>) {
    let (mut plain, mut qualifiers) = scanned(header);
    while let Some((at, length)) = [" in ", ", "].iter().filter_map(|mark| Some((plain.rfind(mark)?, mark.len()))).max()
    {
        qualifiers.push(plain[at + length..].to_owned());
        plain.truncate(at);
    }
    if let Some(bare) = plain.strip_suffix('%') {
        plain = bare.trim_end().to_owned();
        qualifiers.push("%".to_owned());
    }
    (plain, qualifiers.into_iter().map(|said| said.trim().to_owned()).filter(|said| !said.is_empty()).collect())
}

/// A header in the form in which two spellings of it are the same: without notes in brackets, footnote signs and the
/// unit, case and signs ignored.
pub fn header_key(header: &str) -> String {
    let plain = scanned(header).0.to_lowercase().replace('²', "2");
    let units = [" in km2", " in qkm", " in %", " in prozent", " in 1000", " in 1.000", ", %", " %"];
    match_key(units.iter().find_map(|unit| plain.strip_suffix(unit)).unwrap_or(&plain))
}

/// Whether a qualifier leaves an indicator what it is: its own unit, or the year of the edition.
/// `in 1.000`, `Frauen` and `2015` make another value of it.
pub fn says_nothing_new(said: &str, unit: &str, year: Option<i32>) -> bool {
    let said = said.trim().to_lowercase();
    let bare = said.strip_prefix("in ").unwrap_or(&said);
    let is_count = ["anzahl", "absolut", "insgesamt", "personen"].contains(&bare);
    if plain_unit(bare) == plain_unit(unit) || (unit.is_empty() && is_count) {
        return true;
    }
    let words: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_year = |word: &str| word.len() == 4 && year.is_some_and(|year| word.parse() == Ok(year));
    let is_day = |word: &str| word.len() < 3 && word.bytes().all(|b| b.is_ascii_digit());
    let tells_time = |word: &&str| is_year(word) || is_day(word) || DATE_WORDS.contains(word);
    words.iter().any(|word| is_year(word)) && words.iter().all(tells_time)
}

/// Words that reference dates are written with.
const DATE_WORDS: [&str; 21] = [
    "stand",
    "am",
    "zum",
    "ende",
    "jahresende",
    "jahresmittel",
    "jahresdurchschnitt",
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "jahr",
    "im",
];

/// The factor that the numbers below a header need for an indicator of a unit, as `mapping.toml` writes it; `None` when
/// the header names no factor.
pub fn factor_of(header: &str, unit: &str) -> Option<&'static str> {
    let (_, qualifiers) = qualified(header);
    let bare = |said: &String| match_key(said.trim().strip_prefix("in ").unwrap_or(said));
    let said = |words: &[&str]| qualifiers.iter().any(|said| words.contains(&bare(said).as_str()));
    match unit {
        "" if said(&["1000", "tsd", "tausend"]) => Some("1000"),
        "" if said(&["mio", "million", "millionen"]) => Some("1000000"),
        "km²" if said(&["ha", "hektar"]) => Some("0.01"),
        _ => None,
    }
}

/// Whether a text is a year, as tables of several years have it in the second line of their header.
pub fn is_year(text: &str) -> bool {
    let text = text.trim();
    text.len() == 4 && text.parse().is_ok_and(|year: u16| (1900..2100).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_notes_and_units() {
        for (header, key) in [
            ("Einwohner (31.12.2017)", "einwohner"),
            ("Bevölkerung2) insgesamt", "bevoelkerunginsgesamt"),
            ("Fläche in km2", "flaeche"),
            ("Fläche in km²", "flaeche"),
            ("Schlüssel- nummer", "schluesselnummer"),
            ("area_km2", "areakm2"),
            ("SGB II-Quote (%)", "sgbiiquote"),
            ("je km2", "jekm2"),
        ] {
            assert_eq!(header_key(header), key, "{header}");
        }
    }

    #[test]
    fn a_header_says_more_than_a_name() {
        let year = Some(2018);
        for (header, unit, sure) in [
            ("Einwohner", "", true),
            ("Einwohner (31.12.2018)", "", true),
            ("Einwohner, Stand: 30. Juni 2018", "", true),
            ("Einwohner (Anzahl)", "", true),
            ("Einwohner¹ 2)", "", true),
            ("Einwohner (31.12.2017)", "", false),
            ("Einwohner (2015)", "", false),
            ("Einwohner in 1.000", "", false),
            ("Einwohner (in Tsd.)", "", false),
            ("Einwohner (weiblich)", "", false),
            ("Einwohner (Vorjahr)", "", false),
            ("Einwohner in %", "", false),
            ("Quote in %", "%", true),
            ("Quote %", "%", true),
            ("Quote (v. H.)", "%", true),
            ("Quote (‰)", "%", false),
            ("Quote (Veränderung in %-Punkten)", "%", false),
            ("Fläche in km2", "km²", true),
            ("Fläche, qkm", "km²", true),
            ("Fläche (ha)", "km²", false),
        ] {
            let (plain, qualifiers) = qualified(header);
            assert!(["Einwohner", "Quote", "Fläche"].contains(&plain.as_str()), "{header}: {plain}");
            assert_eq!(qualifiers.iter().all(|said| says_nothing_new(said, unit, year)), sure, "{header}");
        }
        assert_eq!(factor_of("Einwohner (in 1 000)", ""), Some("1000"));
        assert_eq!(factor_of("Einwohner in Tsd.", ""), Some("1000"));
        assert_eq!(factor_of("Fläche in ha", "km²"), Some("0.01"));
        assert_eq!(factor_of("Quote (1.000)", "%"), None);
    }
}
