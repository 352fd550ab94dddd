//! What is read of Markdown, and what is refused with its place.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::read::{LARGEST_TEXT, prose};
use super::reader::MOST_PROBLEMS;
use crate::diag::{Place, Problem, Report};
use crate::model::{Block, Inline, LinkTarget, Prose, Sourced};

fn read(text: &str) -> (Prose, Report) {
    let mut report = Report::new();
    let prose = prose("vorwort", &Arc::from("vorwort.md"), text, &mut report);
    (prose, report)
}

fn blocks(text: &str) -> Vec<Block> {
    let (prose, report) = read(text);
    assert!(report.is_empty(), "{text}: {report:?}");
    prose.blocks
}

/// The problems of a text, each as `id line:column message`.
fn problems(text: &str) -> Vec<String> {
    let (_, report) = read(text);
    let line = |p: &Problem| {
        let place = p.place.clone().expect("a place");
        assert!(!p.hints.is_empty(), "says what to do: {p}");
        format!("{} {}:{} {}", p.id, place.line, place.column, p.message)
    };
    report.problems().iter().map(line).collect()
}

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn number(text: &str, line: u32, column: u32) -> Inline {
    number_of(text, line, column, text.chars().count())
}

/// A number that has another length in the file than in print.
fn number_of(text: &str, line: u32, column: u32, length: usize) -> Inline {
    let place = Place::new(&Arc::from("vorwort.md"), line, column).with_length(length);
    Inline::Number(Sourced { value: text.to_owned(), place })
}

#[test]
fn what_is_supported_is_read() {
    let markdown = "# Vorwort\n\nEin **starkes** und *betontes*\nWort, `Code`, \\*kein* &amp; &uuml;.\n\n\
        1. eins\n2. zwei\n   - innen\n\n> Zitat\n\nA\\\nB [Netz](https://x.y) [Karte](kommune:08426)\n";
    let place = |line, column, length| Place::new(&Arc::from("vorwort.md"), line, column).with_length(length);
    let item = |s: &str| vec![Block::Paragraph(vec![text(s)])];
    assert_eq!(
        blocks(markdown),
        [
            Block::Heading { level: 1, place: place(1, 1, 9), text: vec![text("Vorwort")] },
            Block::Paragraph(vec![
                text("Ein "),
                Inline::Strong(vec![text("starkes")]),
                text(" und "),
                Inline::Emph(vec![text("betontes")]),
                text(" Wort, Code, *kein* & ü."),
            ]),
            Block::List {
                start: Some(1),
                items: vec![
                    item("eins"),
                    [item("zwei"), vec![Block::List { start: None, items: vec![item("innen")] }]].concat(),
                ],
            },
            Block::Quote(item("Zitat")),
            Block::Paragraph(vec![
                text("A"),
                Inline::Break,
                text("B "),
                Inline::Link { target: LinkTarget::Web("https://x.y".to_owned()), text: vec![text("Netz")] },
                text(" "),
                Inline::Link {
                    target: LinkTarget::Kommune(Sourced { value: "08426".to_owned(), place: place(13, 23, 22) }),
                    text: vec![text("Karte")],
                },
            ]),
        ]
    );
}

#[test]
fn tables_know_their_columns_of_numbers() {
    let found = blocks("# T\n\n| Land | Zahl |\n|---|---:|\n| Hessen | 16 |\n");
    let Block::Table { header, numbers, rows } = &found[1] else { panic!("{found:?}") };
    assert_eq!((header.len(), *numbers, rows.len()), (2, 1, 1));
    assert_eq!(rows[0][1], [number("16", 5, 12)]);
}

#[test]
fn numbers_have_their_places() {
    let found = blocks("# T\n\nDie 1\\.409,75 (12\u{202f}345) ä&nbsp;7,\n8 1. 2..3\n");
    let expected = [
        text("Die "),
        number_of("1.409,75", 3, 5, 9),
        text(" ("),
        number("12\u{202f}345", 3, 16),
        text(") ä\u{a0}"),
        number("7", 3, 31),
        text(", "),
        number("8", 4, 1),
        text(" "),
        number("1", 4, 3),
        text(". "),
        number("2", 4, 6),
        text(".."),
        number("3", 4, 9),
    ];
    assert_eq!(found[1], Block::Paragraph(expected.to_vec()));
}

#[test]
fn line_ends_of_other_systems_are_read_alike() {
    let markdown = "# T\n\nA\nB 5\n\n- x\n- y\n\n|a|b|\n|-|-|\n|c|d|\n";
    assert_eq!(blocks(&markdown.replace('\n', "\r\n")), blocks(markdown));
    assert_eq!(blocks(markdown.trim_end()), blocks(markdown));
}

#[test]
fn what_is_refused_is_named_with_its_place() {
    for (body, expected) in [
        ("Ein <b>Wort", "KB151 3:5 HTML is not printed"),
        ("<div>\nx\n</div>", "KB151 3:1 HTML is not printed"),
        ("<!-- x -->", "KB151 3:1 HTML is not printed"),
        ("Ein ![Bild](x.png)", "KB151 3:5 images are not printed"),
        ("[^1]: Note", "KB151 3:1 footnotes are not printed"),
        ("Wort[^1]", "KB151 3:5 footnotes are not printed"),
        ("```\nx\n```", "KB151 3:1 code blocks are not printed"),
        ("    x", "KB151 3:5 code blocks are not printed"),
        ("a\n\n***\n\nb", "KB151 5:1 lines across the page are not printed"),
        ("|a|b|\n|-:|-|\n|c|d|", "KB151 3:1 a column set to the left stands behind one set to the right"),
        ("ä [x](javascript:alert)", "KB152 3:3 the link leads to `javascript:alert`, which is no address on the web"),
        ("[x](file:///etc)", "KB152 3:1 the link leads to `file:///etc`, which is no address on the web"),
        ("[x](seite.html)", "KB152 3:1 the link leads to `seite.html`, which is no address on the web"),
        ("[x](https://)", "KB152 3:1 the link leads to `https://`, which is no address on the web"),
        ("[x](mailto:a)", "KB152 3:1 the link leads to `mailto:a`, which is no address on the web"),
        ("[x](https://ü.de)", "KB152 3:1 the address `https://ü.de` of the link holds the sign U+00FC"),
        ("[x](https://x.y \"z\")", "KB152 3:1 the title `z` of the link is not printed"),
        ("[](https://x.y)", "KB152 3:1 the link has no text"),
        ("![x][a]\n\n[a]: https://x.y", "KB151 3:1 images are not printed"),
        ("[a]: https://x.y", "KB152 3:1 no link uses the target [a]"),
        ("## [x](https://x.y)", "KB152 3:1 a heading holds a link"),
        ("[a <https://x.y> b](https://y.z)", "KB152 3:4 a link stands in a link"),
        ("# Noch einer", "KB153 3:1 the text has a second heading of level 1"),
        ("### Tief", "KB153 3:1 the heading has level 3, the one before it level 1"),
        ("## x\n### y\n#### z", "KB153 5:1 the heading has level 4, there are three"),
        ("- # x", "KB153 3:3 a heading stands in a list or a quotation"),
        ("##", "KB150 3:1 the heading is empty"),
        ("- a\n-", "KB150 4:1 the item of the list is empty"),
        (">", "KB150 3:1 the quotation is empty"),
        ("|a|b|\n|-|-|", "KB150 3:1 the table has a header but no rows"),
        ("> > > > > x", "KB154 3:9 lists and quotations stand more than 4 deep in each other"),
        ("*a **b *c **d *e* d** c* b** a*", "KB154 3:15 emphasis and links stand more than 4 deep in each other"),
        ("a\u{202e}b", "KB156 3:2 the text holds the invisible sign U+202E"),
        ("a\rb", "KB156 3:2 the text holds the invisible sign U+000D"),
        ("a&shy;b", "KB156 3:2 the text holds the invisible sign U+00AD"),
        ("a&#xe100;b", "KB156 3:2 the text holds the invisible sign U+E100"),
        ("a&#10;b", "KB156 3:2 the text holds the invisible sign U+000A"),
    ] {
        assert_eq!(problems(&format!("# T\n\n{body}\n")), [expected], "{body}");
    }
}

#[test]
fn a_problem_marks_what_it_is_about() {
    let x = "x".repeat(61);
    for (body, marked) in [
        ("Ein <b>Wort", "<b>".to_owned()),
        ("a [x](seite.html) b", "[x](seite.html)".to_owned()),
        ("### Tief\n\nx", "### Tief".to_owned()),
        ("|a|b|\n|-|-|", "|a|b|".to_owned()),
        ("a&shy;b", "&shy;".to_owned()),
        (&format!("a {x} b"), x.clone()),
        (&format!("a {}**{}** b", &x[..30], &x[..31]), format!("{}**{}", &x[..30], &x[..31])),
    ] {
        let text = format!("# T\n\n{body}\n");
        let (_, report) = read(&text);
        let place = report.problems()[0].place.clone().expect("a place");
        let line = text.lines().nth(place.line as usize - 1).expect("its line");
        let found: String = line
            .chars()
            .skip(place.column as usize - 1)
            .take(place.length.expect("it knows its length") as usize)
            .collect();
        assert_eq!(found, marked, "{body}");
    }
}

#[test]
fn a_text_begins_with_its_title() {
    assert_eq!(problems("Absatz\n\n## x\n"), ["KB153 1:1 the text does not begin with its title"]);
    assert_eq!(problems("## x\n\n# y\n"), ["KB153 1:1 the text does not begin with its title"]);
    assert_eq!(problems("Absatz\n\n# y\n"), ["KB153 1:1 the text does not begin with its title"]);
    assert_eq!(problems(" \n"), ["KB150 1:1 the text is empty"]);
    assert_eq!(problems(""), ["KB150 1:1 the text is empty"]);
}

#[test]
fn words_must_fit() {
    let x = |n: usize| "x".repeat(n);
    let long = |n: usize, at: &str| format!("KB155 {at} the word `{}", x(n.min(60)));
    for (body, refused) in [
        (x(60), None),
        (x(61), Some("3:1")),
        (format!("{}-{}", x(59), x(60)), None),
        (format!("a {}**{}**", x(30), x(31)), Some("3:3")),
        (format!("[https://{}](https://x.y)", x(53)), Some("3:2")),
        (format!("{}\u{a0}{}", x(30), x(30)), Some("3:1")),
        (format!("## {}", x(40)), None),
        (format!("## {}", x(41)), Some("3:4")),
        (format!("|a|b|c|d|\n|-|-|-|-|\n|1|{}|3|4|", x(23)), None),
        (format!("|a|b|c|d|\n|-|-|-|-|\n|1|{}|3|4|", x(24)), Some("5:4")),
        (format!("|a|b|\n|-|-:|\n|{}|1,5|", x(60)), None),
        (format!("|a|b|\n|-|-:|\n|1|{}|", "x ".repeat(50)), Some("3:1")),
        (format!("{}\n{}", "|a".repeat(9), "|-".repeat(9)), Some("3:1")),
    ] {
        let found = problems(&format!("# T\n\n{body}\n"));
        assert_eq!(found.len(), usize::from(refused.is_some()), "{body}: {found:?}");
        assert!(refused.is_none_or(|at| found[0].starts_with(&format!("KB155 {at} "))), "{body}: {found:?}");
    }
    assert!(problems(&format!("# T\n\n{}\n", x(61)))[0].starts_with(&long(61, "3:1")));
}

#[test]
fn all_problems_are_told_but_not_without_end() {
    assert_eq!(problems("<b>\n\n![a](b)\n\n[x](y)\n").len(), 4, "no title, HTML, an image, a link");
    let many = problems(&format!("# T\n\n{}", "a <b> ".repeat(1000)));
    assert_eq!(many.len(), MOST_PROBLEMS);
}

#[test]
fn hostile_texts_end_in_reasonable_time() {
    let deep = 100_000;
    let n = LARGEST_TEXT - 100;
    let filled = |piece: &str| piece.repeat(n / piece.len());
    for body in [
        ">".repeat(deep),
        "> ".repeat(deep),
        "- ".repeat(deep),
        "[".repeat(deep),
        format!("{}x{}", "[".repeat(deep), "](https://x.y)".repeat(deep / 2)),
        "*a ".repeat(deep),
        format!("{}x{}", "*a **b ".repeat(deep / 4), " b** a*".repeat(deep / 4)),
        filled("`"),
        filled("` `` "),
        filled("<"),
        filled("<b>"),
        filled("<!--"),
        filled("&amp;"),
        filled("1 "),
        filled("1\n"),
        filled("|"),
        filled("|a|b|\n|-|-|\n"),
        filled("- a\n"),
        filled("[a]: x\n"),
        filled("![a]("),
        filled("x"),
        filled("\u{202e}"),
        filled("* * * * "),
        filled("_a__b"),
        filled("## x\n"),
        "x".repeat(10 << 20),
    ] {
        let start = Instant::now();
        read(&format!("# T\n\n{body}\n"));
        let took = start.elapsed();
        let begin: String = body.chars().take(20).collect();
        assert!(took < Duration::from_secs(20), "{begin}: {took:?}");
    }
}
