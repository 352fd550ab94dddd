//! Text cells: signs, lengths, white space, letters that look like others.

use crate::diag::{Problem, Report, is_invisible, shown};
use crate::german::signs::{Oddity, look_alike};
use crate::model::{Data, Text, identity};

/// Most characters of a name or label: what a fact sheet's title band can hold.
pub const LONGEST_LABEL: usize = 100;

/// Most characters of any other text cell.
pub const LONGEST_TEXT: usize = 200;

/// Most characters of a single word: more would run out of its column. The longest of the 2017 edition has
/// 25.
pub const LONGEST_WORD: usize = 40;

/// The text cells of all rows with their columns, and the labels of printed rankings.
fn texts(data: &Data) -> impl Iterator<Item = (&'static str, &Text)> {
    let printed = data.printed_rankings.iter().flat_map(|ranking| &ranking.entries);
    data.kommunen.iter().flat_map(identity::texts).chain(printed.map(|entry| ("label_as_printed", &entry.label)))
}

/// Control characters, marks that steer the direction of text, and private signs.
pub fn signs_no_name_needs(data: &Data, report: &mut Report) {
    for (column, text) in texts(data) {
        if let Some(sign) = text.value.chars().find(|c| c.is_control() || is_invisible(*c)) {
            let message =
                format!("{column} `{}` holds the invisible sign U+{:04X}", shown(&text.value), u32::from(sign),);
            report.push(Problem::error("KB112", message).at(text.place.clone()).hint("delete the sign"));
        }
    }
}

/// A text fits where it is printed, and so does each of its words.
pub fn lengths(data: &Data, report: &mut Report) {
    for (column, text) in texts(data) {
        let words = text.value.split([' ', '-', '/', '\u{a0}']);
        let longest = words.max_by_key(|word| word.chars().count()).unwrap_or_default();
        let letters = longest.chars().count();
        if letters > LONGEST_WORD {
            let message = format!(
                "{column} holds the word `{}` of {letters} characters, at most {LONGEST_WORD} fit in a line",
                shown(longest)
            );
            report.push(
                Problem::error("KB113", message)
                    .at(text.place.clone())
                    .hint("divide the word with a blank or a hyphen"),
            );
        }
        let limit = if matches!(column, "name" | "label" | "label_as_printed") { LONGEST_LABEL } else { LONGEST_TEXT };
        let length = text.value.chars().count();
        if length > limit {
            let message = format!("{column} `{}` has {length} characters, at most {limit} fit", shown(&text.value));
            report.push(Problem::error("KB113", message).at(text.place.clone()).hint("shorten the text"));
        }
    }
}

/// Blanks at the ends or in a row, and spaces that are not the everyday one. A tab is a control character.
pub fn stray_whitespace(data: &Data, report: &mut Report) {
    for (column, text) in texts(data) {
        if text.value.trim() != text.value || text.value.contains("  ") {
            let message = format!("{column} `{}` has blanks at its ends or in a row", shown(&text.value));
            report.push(Problem::warning("KB121", message).at(text.place.clone()).hint("remove them"));
        }
        let space = |c: &char| c.is_whitespace() && *c != ' ' && !c.is_control() && !is_invisible(*c);
        if let Some(sign) = text.value.chars().find(space) {
            let message = format!("{column} `{}` holds the space U+{:04X}", shown(&text.value), u32::from(sign));
            let hint = "write an everyday space: names with another one are not found and sort elsewhere";
            report.push(Problem::warning("KB121", message).at(text.place.clone()).hint(hint));
        }
    }
}

/// Signs that look like others: a name with one is another name to every search.
pub fn look_alikes(data: &Data, report: &mut Report) {
    for (column, text) in texts(data) {
        let Some((sign, oddity)) = look_alike(&text.value) else { continue };
        let code = u32::from(sign);
        let (what, hint) = match oddity {
            Oddity::Script(script) => (
                format!("the {script} letter U+{code:04X} (`{sign}`) among Latin ones"),
                "write the Latin letter it looks like".to_owned(),
            ),
            Oddity::Form(plain) => {
                (format!("U+{code:04X} (`{sign}`), which only looks like `{plain}`"), format!("write `{plain}`"))
            }
            Oddity::Decomposed(letter) => (
                format!("the combining mark U+{code:04X} behind a letter"),
                format!("write `{letter}` as one letter, U+{:04X}: save the table in the form NFC", u32::from(letter)),
            ),
            Oddity::Mark => (
                format!("the combining mark U+{code:04X}"),
                "no letter is written with it: delete it or write the letter that is meant".to_owned(),
            ),
            Oddity::Hyphen => {
                (format!("the hyphen U+{code:04X}, which only looks like `-`"), "write `-`, U+002D".to_owned())
            }
        };
        let message = format!("{column} `{}` holds {what}", shown(&text.value));
        report.push(Problem::warning("KB129", message).at(text.place.clone()).hint(hint));
    }
}
