//! Values as messages show them, and the known name that was probably meant.

/// The known name nearest to a wrong one, at most three edits (a third of its length) away.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Shows a value in a message: control characters escaped, cut after sixty characters.
pub fn shown(value: &str) -> String {
    let mut text: String = value
        .chars()
        .take(60)
        .flat_map(|c| if c.is_control() || is_invisible(c) { c.escape_unicode().collect::<Vec<_>>() } else { vec![c] })
        .collect();
    if value.chars().count() > 60 {
        text.push('…');
    }
    text
}

/// A number of things in words that take an s: `1 part`, `2 parts`.
pub fn counted(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// Whether a character steers the direction of text or shows nothing at all: no name needs one, and
/// one of them can make a page say something else than the table.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}'
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_is_offered_only_when_near() {
        let known = ["population", "area_km2"];
        assert_eq!(nearest("popluation", known), Some("population"));
        assert_eq!(nearest("einwohner", known), None);
    }

    #[test]
    fn shown_values_hide_nothing() {
        assert_eq!(shown("a\u{202e}b\n"), "a\\u{202e}b\\u{a}");
    }
}
