//! Names as keys: for files, and for finding a name however it is spelled.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Returns a name safe for files: lower case, ä→ae ö→oe ü→ue ß→ss, accents dropped, other signs to `-`, no `-`
/// at the ends or twice, at most 80 characters. A name without any letter or digit becomes `kommune`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in folded(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 80 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "kommune".to_owned() } else { slug.to_owned() }
}

/// Returns the key by which two spellings of a name are compared: it ignores case, writes `ue` for `ü`, and drops all
/// signs and spaces.
pub fn match_key(name: &str) -> String {
    folded(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns a name in lower case with umlauts written out and accents dropped.
fn folded(name: &str) -> String {
    let composed = icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(name);
    let mut spelled = String::with_capacity(name.len());
    for c in composed.to_lowercase().chars() {
        match c {
            'ä' => spelled.push_str("ae"),
            'ö' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'ß' => spelled.push_str("ss"),
            c => spelled.push(c),
        }
    }
    DecomposingNormalizerBorrowed::new_nfd()
        .normalize(&spelled)
        .chars()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_is_ascii_and_stays_in_its_folder() {
        assert_eq!(slug("Landkreis Biberach"), "landkreis-biberach");
        assert_eq!(slug("Landkreis Rotenburg (Wümme)"), "landkreis-rotenburg-wuemme");
        assert_eq!(slug("Kreis Groß-Gerau"), "kreis-gross-gerau");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("Égletons"), "egletons");
        assert_eq!(slug("///"), "kommune");
        // u + combining diaeresis is the same letter as ü
        assert_eq!(slug("Mu\u{308}nchen"), "muenchen");
    }
}
