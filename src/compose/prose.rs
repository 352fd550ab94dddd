//! A text of the edition -> Typst that can be nothing but text.
//!
//! Every formatting is written as a function call (`#strong[…]`, never `*…*`), so that nothing depends on what stands
//! before or after it; the text between is escaped sign by sign. A passage begins with `#` and ends with a line break:
//! nothing behind it can become part of its last call.

use crate::model::{Block, Inline, LinkTarget, Prose};

use super::escape;
use super::figures::{FigureTable, PassageHandle};

/// Adds a text of the edition to the figures of a document. `has_card` says whether the Kommune of an AGS has a card in
/// the document; a link to a Kommune without a card is plain text.
pub fn add_passage(figures: &mut FigureTable<'_>, text: &Prose, has_card: impl Fn(&str) -> bool) -> PassageHandle {
    let typst = typst(text, figures, &has_card);
    figures.passage(typst)
}

/// Returns a text as Typst; its numbers are added to `figures` and marked.
fn typst(prose: &Prose, figures: &mut FigureTable<'_>, has_card: &dyn Fn(&str) -> bool) -> String {
    let mut writer = ProseWriter { figures, has_card, out: String::new() };
    writer.blocks(&prose.blocks);
    writer.out.push('\n');
    writer.out
}

struct ProseWriter<'f, 'n, 'c> {
    figures: &'f mut FigureTable<'n>,
    has_card: &'c dyn Fn(&str) -> bool,
    out: String,
}

impl ProseWriter<'_, '_, '_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for (at, block) in blocks.iter().enumerate() {
            if at > 0 {
                self.out.push_str("\n\n");
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text, .. } => {
                self.out.push_str(&format!("#heading(level: {level})"));
                self.bracketed(text);
            }
            Block::Paragraph(text) => self.inlines(text),
            Block::List { start, items } => {
                // Items of several paragraphs stand as far apart as paragraphs.
                let is_paragraph = |block: &&Block| matches!(block, Block::Paragraph(_));
                let tight = items.iter().all(|item| item.iter().filter(is_paragraph).count() < 2);
                match start {
                    Some(start) => self.out.push_str(&format!("#enum(start: {start}, tight: {tight}")),
                    None => self.out.push_str(&format!("#list(tight: {tight}")),
                }
                for item in items {
                    self.out.push_str(", [");
                    self.blocks(item);
                    self.out.push(']');
                }
                self.out.push(')');
            }
            Block::Quote(inner) => {
                self.out.push_str("#quote(block: true)[");
                self.blocks(inner);
                self.out.push(']');
            }
            Block::Table { header, numbers, rows } => {
                let widths = ["1fr"].repeat(*numbers).into_iter().chain(std::iter::repeat("auto"));
                let columns: Vec<&str> = widths.take(header.len()).collect();
                // An array of one needs its comma.
                self.out.push_str(&format!("#look.sheet-table(columns: ({},), ", columns.join(", ")));
                self.out.push_str(&format!("numbers: {numbers}, rows: top, header: ("));
                self.cells(header);
                self.out.push_str(",)");
                for row in rows {
                    self.out.push_str(",\n  ");
                    self.cells(row);
                }
                self.out.push(')');
            }
        }
    }

    fn cells(&mut self, cells: &[Vec<Inline>]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            self.bracketed(cell);
        }
    }

    fn bracketed(&mut self, text: &[Inline]) {
        self.out.push('[');
        self.inlines(text);
        self.out.push(']');
    }

    fn inlines(&mut self, text: &[Inline]) {
        for piece in text {
            match piece {
                Inline::Text(text) => self.text(text),
                Inline::Number(number) => {
                    let number = self.figures.number_in_text(number);
                    self.out.push_str(&number);
                }
                Inline::Strong(inner) => {
                    self.out.push_str("#strong");
                    self.bracketed(inner);
                }
                Inline::Emph(inner) => {
                    self.out.push_str("#emph");
                    self.bracketed(inner);
                }
                Inline::Link { target: LinkTarget::Web(address), text } => {
                    self.out.push_str(&format!("#link({})", escape::literal(address)));
                    self.bracketed(text);
                }
                Inline::Link { target: LinkTarget::Kommune(ags), text } if (self.has_card)(&ags.value) => {
                    let card = escape::literal(&format!("kommune-{}", ags.value));
                    self.out.push_str(&format!("#look.mention({card})"));
                    self.bracketed(text);
                }
                Inline::Link { text, .. } => self.inlines(text),
                Inline::Break => self.out.push_str("#linebreak()"),
            }
        }
    }

    /// Writes a piece of text. Blanks at its ends stand between two pieces, so they stay blanks.
    fn text(&mut self, text: &str) {
        let (begins, ends) = (text.starts_with(' '), text.len() > 1 && text.ends_with(' '));
        if begins {
            self.out.push(' ');
        }
        self.out.push_str(&escape::markup(text.trim_matches(' ')));
        if ends {
            self.out.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use typst_syntax::{SyntaxKind, SyntaxNode, parse};

    use super::super::{marks, sourcemap};
    use super::*;
    use crate::diag::Report;
    use crate::german::Numbers;
    use crate::model::NumberStyle;

    /// A Markdown text as Typst, without its marks, and its figures; `None` when it is refused.
    fn made(markdown: &str) -> Option<(Prose, sourcemap::Unmarked, Vec<super::super::figures::Figure>)> {
        let mut report = Report::new();
        let prose = crate::load::markdown::prose("vorwort", &Arc::from("vorwort.md"), markdown, &mut report);
        if report.has_errors() {
            return None;
        }
        let numbers = Numbers::new(NumberStyle::Destatis);
        let mut figures = FigureTable::new(&numbers);
        let text = typst(&prose, &mut figures, &|ags| ags == "08426");
        Some((prose, sourcemap::unmark(&text), figures.into_lists().0))
    }

    const RICH: &str = "\
# Vorwort 2017

Die **104 Kommunen** haben *über 1.409,75 km²*,
siehe [Netz](https://x.y/a?b=1#c) und [Biberach](kommune:08426), nicht [Essen](kommune:05113).\\
A4 #eval(\"1\") \\*x\\* $x$ @a `code` -- \"so\".

## Liste

- eins

  zwei
- drei

  3. vier
  4. fünf

> Zitat

| Land | Zahl 2 | % |
|------|-------:|--:|
| *Hessen* | 16 | 1,5 |
";

    #[test]
    fn a_rich_text_is_written_in_functions_alone() {
        let (_, done, figures) = made(RICH).expect("a text");
        assert_eq!(
            done.text,
            r##"#heading(level: 1)[Vorwort 2017]

Die #strong[104 Kommunen] haben #emph[über 1\u{2e}409\u{2c}75 km²]\u{2c} siehe #link("https://x.y/a?b=1#c")[Netz] und #look.mention("kommune-08426")[Biberach]\u{2c} nicht Essen\u{2e}#linebreak()A4 \u{23}eval\u{28}\u{22}1\u{22}\u{29} \u{2a}x\u{2a} \u{24}x\u{24} \u{40}a code \u{2d}\u{2d} \u{22}so\u{22}\u{2e}

#heading(level: 2)[Liste]

#list(tight: false, [eins

zwei], [drei

#enum(start: 3, tight: true, [vier], [fünf])])

#quote(block: true)[Zitat]

#look.sheet-table(columns: (1fr, auto, auto,), numbers: 1, rows: top, header: ([Land], [Zahl 2], [\u{25}],),
  [#emph[Hessen]], [16], [1\u{2c}5])
"##
        );
        let printed: Vec<&str> = done.numbers.iter().map(|p| &done.text[p.range.clone()]).collect();
        assert_eq!(printed, ["2017", "104", "1\\u{2e}409\\u{2c}75", "4", "1", "2", "16", "1\\u{2c}5"]);
        for (at, printed) in done.numbers.iter().enumerate() {
            assert_eq!(printed.figure, at);
        }
        let origins: Vec<String> = figures.iter().map(|f| format!("{} {:?}", f.text, f.origin)).collect();
        assert!(origins[2].starts_with("1.409,75 ") && origins[2].contains("line: 3, column: 34"), "{}", origins[2]);
    }

    const CALLS: [&str; 9] =
        ["heading", "strong", "emph", "link", "list", "enum", "quote", "linebreak", "look.sheet-table"];

    /// Adds what a tree shows to `shown`; the text of a node that has no business in a text as an error.
    fn only_text(node: &SyntaxNode, shown: &mut String) -> Result<(), String> {
        let text = node.full_text();
        let fine = match node.kind() {
            SyntaxKind::Text | SyntaxKind::Space => {
                shown.push_str(&text);
                return Ok(());
            }
            SyntaxKind::Escape => {
                let hex = text.strip_prefix("\\u{").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
                shown.extend(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32));
                return Ok(());
            }
            SyntaxKind::Markup | SyntaxKind::ContentBlock | SyntaxKind::Args => true,
            SyntaxKind::FuncCall => {
                let callee = node.children().next().expect("a call has a callee").full_text();
                for argument in node.children().skip(1) {
                    only_text(argument, shown)?;
                }
                return if CALLS.contains(&&*callee) || callee == "look.mention" {
                    Ok(())
                } else {
                    Err(callee.to_string())
                };
            }
            SyntaxKind::Named => {
                let (name, value) = text.split_once(": ").expect("a named argument");
                if name == "header" {
                    true
                } else {
                    let number = |value: &str| !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
                    let fine = match name {
                        "level" | "start" | "numbers" => number(value),
                        "tight" | "block" => matches!(value, "true" | "false"),
                        "rows" => value == "top",
                        "columns" => {
                            let inner = value.strip_prefix('(').and_then(|v| v.strip_suffix(",)"));
                            inner.is_some_and(|v| v.split(", ").all(|v| matches!(v, "1fr" | "auto")))
                        }
                        _ => false,
                    };
                    return if fine { Ok(()) } else { Err(text.to_string()) };
                }
            }
            SyntaxKind::Array => true,
            // Of a named header, and in arguments.
            SyntaxKind::Ident => text == "header",
            SyntaxKind::Str | SyntaxKind::Parbreak | SyntaxKind::Hash | SyntaxKind::Comma | SyntaxKind::Colon => true,
            SyntaxKind::LeftBracket | SyntaxKind::RightBracket => true,
            SyntaxKind::LeftParen | SyntaxKind::RightParen => true,
            _ => false,
        };
        if !fine {
            return Err(format!("{:?} {text}", node.kind()));
        }
        node.children().try_for_each(|child| only_text(child, shown))
    }

    fn said(blocks: &[Block], out: &mut String) {
        for block in blocks {
            match block {
                Block::Heading { text, .. } | Block::Paragraph(text) => said_in(text, out),
                Block::List { items, .. } => items.iter().for_each(|item| said(item, out)),
                Block::Quote(inner) => said(inner, out),
                Block::Table { header, rows, .. } => {
                    header.iter().chain(rows.iter().flatten()).for_each(|cell| said_in(cell, out));
                }
            }
        }
    }

    fn said_in(text: &[Inline], out: &mut String) {
        for piece in text {
            match piece {
                Inline::Text(text) => out.push_str(text),
                Inline::Number(number) => out.push_str(&number.value),
                Inline::Strong(inner) | Inline::Emph(inner) | Inline::Link { text: inner, .. } => said_in(inner, out),
                Inline::Break => {}
            }
        }
    }

    /// A text is refused, or becomes Typst that shows its words and does nothing else.
    fn refused_or_text(markdown: &str) -> Result<bool, TestCaseError> {
        let Some((prose, done, figures)) = made(markdown) else { return Ok(false) };
        let tree = parse(&done.text);
        prop_assert!(tree.errors_and_warnings().0.is_empty(), "{:?}\n{}", markdown, done.text);
        prop_assert!(!done.text.contains(marks::is_private), "{}", done.text);
        let mut shown = String::new();
        let verdict = only_text(&tree, &mut shown);
        prop_assert!(verdict.is_ok(), "{:?}: {:?}\n{}", markdown, verdict, done.text);
        let mut expected = String::new();
        said(&prose.blocks, &mut expected);
        let solid = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(solid(&shown), solid(&expected), "{:?}\n{}", markdown, done.text);
        prop_assert_eq!(done.numbers.len(), figures.len());
        let digits = expected.chars().filter(char::is_ascii_digit).count();
        let printed: usize = figures.iter().map(|f| f.text.chars().filter(char::is_ascii_digit).count()).sum();
        prop_assert_eq!(digits, printed, "every digit is part of a number");
        Ok(true)
    }

    const PIECES: [&str; 64] = [
        "# ",
        "## ",
        "### ",
        "#",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "3) ",
        "> ",
        "*",
        "**",
        "_",
        "__",
        "***",
        "`",
        "``",
        "[",
        "](",
        ")",
        "](https://x.y)",
        "](kommune:08426)",
        "](mailto:a@b.c)",
        "[a](https://x.y/\"]#[)",
        "<https://x.y>",
        "<",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&#35;",
        "\\",
        "\\*",
        "\\#",
        "\\\n",
        "  \n",
        "\n",
        "\n\n",
        "\n\n## ",
        "    ",
        "\t",
        "|",
        "|-|-|\n",
        "\n\n|a|b|\n|-|-:|\n|c|1|\n\n",
        "---",
        "--",
        "...",
        "~",
        "$",
        "@",
        "#eval(1)",
        "#[",
        "/*",
        "//",
        "https://x.y",
        "{{x}}",
        "\"",
        "'",
        "1.409,75",
        "12\u{202f}345",
        " ",
        "Wort",
        "é",
        "]",
        "(x)",
    ];

    fn pieces() -> impl Strategy<Value = String> {
        let piece = proptest::sample::select(PIECES.as_slice());
        proptest::collection::vec(piece, 0..25).prop_map(|pieces| format!("# T\n\n{}", pieces.concat()))
    }

    #[test]
    fn pieces_of_markdown_are_mostly_texts() {
        for markdown in PIECES {
            refused_or_text(&format!("# T\n\n{markdown}x\n")).expect(markdown);
        }
        assert!(refused_or_text(RICH).expect("only text"), "it is accepted");
        // The strategy below says something only when it makes texts at all.
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let made = |_| made(&pieces().new_tree(&mut runner).expect("a text").current()).is_some();
        let texts = (0..200).map(made).filter(|made| *made).count();
        assert!(texts > 40, "{texts} of 200");
    }

    proptest! {
        #[test]
        fn any_string_is_refused_or_text(text in any::<String>()) {
            refused_or_text(&text)?;
            refused_or_text(&format!("# T\n\n{text}"))?;
        }

        #[test]
        fn any_markdown_is_refused_or_text(text in pieces()) {
            refused_or_text(&text)?;
        }
    }
}
