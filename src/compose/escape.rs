//! Escaping: any text -> Typst that can be nothing but that text. Nothing else in the program escapes text for Typst.
//!
//! In markup and inside string literals every ASCII punctuation sign becomes Typst's `\u{hex}`: no sign
//! is left that could start anything, and nothing depends on what stands before or after. The result is
//! not valid in code position; there only the helper `str` may stand, which writes a whole literal.

use std::fmt::Write as _;

use super::marks;

/// Escapes text for Typst markup and for the inside of a string literal. Line breaks become blanks,
/// blanks that Typst would drop or join are escaped, other control characters and private signs vanish.
pub fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    let mut after_blank = true;
    while let Some(c) = chars.next() {
        let blank = is_blank(c);
        if blank {
            let before_blank = chars.peek().is_none_or(|next| is_blank(*next));
            out.push_str(if after_blank || before_blank { "\\u{20}" } else { " " });
        } else if c == marks::KENNUNG || c == marks::PROBE {
            out.push(c);
        } else if let Some(bare) = bare(c) {
            out.push(bare);
        } else if c.is_control() || marks::is_private(c) {
            continue;
        } else if c.is_ascii_punctuation() {
            write!(out, "\\u{{{:x}}}", u32::from(c)).expect("writing to a String cannot fail");
        } else {
            out.push(c);
        }
        after_blank = blank;
    }
    out
}

/// Escapes text as [`markup`] does, and puts marks round a text with digits, so that these digits can be told from
/// printed numbers.
pub fn marked(text: &str) -> String {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return markup(text);
    }
    format!("{}{}{}", marks::TEXT, markup(text), marks::TEXT_END)
}

/// Returns the text that [`markup`] escaped.
pub fn unescaped(typst: &str) -> String {
    let mut text = String::with_capacity(typst.len());
    let mut rest = typst;
    while let Some((before, escape)) = rest.split_once("\\u{") {
        text.push_str(before);
        let Some((hex, after)) = escape.split_once('}') else { break };
        text.extend(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32));
        rest = after;
    }
    text + rest
}

/// Writes text as a Typst string literal, quotes included, for code position. Line breaks become blanks,
/// other control characters and private signs vanish.
pub fn literal(text: &str) -> String {
    quoted(text, |c, out| {
        if let Some(bare) = bare(c) {
            out.push(bare);
        } else if is_blank(c) {
            out.push(' ');
        } else if !(c.is_control() || marks::is_private(c)) {
            out.push(c);
        }
    })
}

/// Writes the content of a file as a Typst string literal, quotes included: every character stays, line
/// breaks and control characters as escapes. Private signs vanish.
pub fn content(text: &str) -> String {
    quoted(text, |c, out| {
        if c.is_control() || (is_blank(c) && c != ' ') {
            write!(out, "\\u{{{:x}}}", u32::from(c)).expect("writing to a String cannot fail");
        } else if !marks::is_private(c) {
            out.push(c);
        }
    })
}

/// Returns the mark for a handle that no helper looked up; `None` for any other sign.
fn bare(c: char) -> Option<char> {
    match c {
        marks::HANDLE => Some(marks::BARE_FIGURE),
        marks::PASSAGE => Some(marks::BARE_PASSAGE),
        _ => None,
    }
}

/// Quotes a text; `put` writes the signs that are neither quote nor backslash nor a mark to keep.
fn quoted(text: &str, put: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            marks::KENNUNG | marks::PROBE => out.push(c),
            c => put(c, &mut out),
        }
    }
    out.push('"');
    out
}

/// Returns whether a sign is a blank, or a line break for Typst.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use typst_syntax::{SyntaxKind, SyntaxNode, parse, parse_code};

    /// The text a piece of markup shows, or `None` when it holds anything but text.
    fn shown(node: &SyntaxNode) -> Option<String> {
        match node.kind() {
            SyntaxKind::Text | SyntaxKind::Space => Some(node.leaf_text().to_string()),
            SyntaxKind::Escape => {
                let hex = node.leaf_text().strip_prefix("\\u{")?.strip_suffix('}')?;
                char::from_u32(u32::from_str_radix(hex, 16).ok()?).map(String::from)
            }
            SyntaxKind::Markup => node.children().map(shown).collect(),
            _ => None,
        }
    }

    fn expected(text: &str) -> String {
        text.chars()
            .filter(|c| is_blank(*c) || !(c.is_control() || marks::is_private(*c)))
            .map(|c| if is_blank(c) { ' ' } else { c })
            .collect()
    }

    #[test]
    fn markup_of_many_languages_stays_text() {
        for text in [
            "1. April",
            "- x",
            "= y",
            "*fett*",
            "_k_",
            "#eval(\"1\")",
            "$x$",
            "@ref",
            "<label>",
            "a // b",
            "/* c */",
            "...",
            "--",
            "'q' \"q\"",
            "http://a.b/c?d=e&f",
            "{{x}}",
            "{{{x}}}",
            "<b>&amp;</b>",
            "$(rm -rf /)",
            "`ls`",
            "\\",
            "\\u{41}",
            "~",
            "../../etc",
            "a\u{a0}b",
            "  zwei  Blanks  ",
            "x;y",
            "[Klammer]",
            "a:b",
            "\u{2028}",
        ] {
            assert_eq!(shown(&parse(&markup(text))).as_deref(), Some(expected(text).as_str()), "{text}");
        }
    }

    /// Any text without private signs, which data cannot hold.
    fn any_text() -> impl Strategy<Value = String> {
        let text = prop_oneof![
            any::<String>(),
            proptest::collection::vec(
                prop_oneof![
                    Just('#'),
                    Just('['),
                    Just(']'),
                    Just('$'),
                    Just('\\'),
                    Just('"'),
                    Just('*'),
                    Just('\n'),
                    Just(' '),
                    Just('/'),
                    Just('{'),
                    Just('}'),
                    Just('1'),
                    Just('.'),
                    Just('u'),
                    Just('='),
                    any::<char>()
                ],
                0..30,
            )
            .prop_map(|chars| chars.into_iter().collect()),
        ];
        text.prop_map(|text: String| text.chars().filter(|c| !marks::is_private(*c)).collect())
    }

    #[test]
    fn private_signs_of_data_vanish_and_bare_figures_show() {
        assert_eq!(markup("a\u{e000}b\u{f8ff}c"), "abc");
        assert_eq!(literal("a\u{e003}b"), "\"ab\"");
        assert_eq!(content("a\u{e003}b\n"), "\"ab\\u{a}\"");
        assert_eq!(markup("\u{e100}7\u{e101}"), "\u{e130}7");
        assert_eq!(markup("\u{e102}7\u{e101}"), "\u{e131}7");
    }

    proptest! {
        #[test]
        fn any_text_in_markup_is_that_text(text in any_text()) {
            prop_assert_eq!(shown(&parse(&markup(&text))), Some(expected(&text)));
        }

        #[test]
        fn any_text_in_a_literal_is_that_text(text in any_text()) {
            let tree = parse_code(&literal(&text));
            let strings: Vec<_> = tree.children().collect();
            prop_assert_eq!(strings.len(), 1);
            let string: typst_syntax::ast::Str<'_> = strings[0].cast().expect("a string literal");
            prop_assert_eq!(string.get().to_string(), expected(&text));
        }

        #[test]
        fn content_keeps_every_character(text in any_text()) {
            let tree = parse_code(&content(&text));
            let strings: Vec<_> = tree.children().collect();
            prop_assert_eq!(strings.len(), 1);
            let string: typst_syntax::ast::Str<'_> = strings[0].cast().expect("a string literal");
            let kept: String = text.chars().filter(|c| !marks::is_private(*c)).collect();
            prop_assert_eq!(string.get().to_string(), kept);
        }

        #[test]
        fn escaped_text_inside_a_literal_is_that_text(text in any_text()) {
            let tree = parse_code(&format!("\"{}\"", markup(&text)));
            let strings: Vec<_> = tree.children().collect();
            prop_assert_eq!(strings.len(), 1);
            let string: typst_syntax::ast::Str<'_> = strings[0].cast().expect("a string literal");
            prop_assert_eq!(string.get().to_string(), expected(&text));
        }
    }
}
