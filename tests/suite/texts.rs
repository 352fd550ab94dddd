//! Texts of an edition, written in Markdown: what of them is on paper.

use crate::pdf::{Pdf, Target};
use crate::sandbox::{Sandbox, project, text_of};

const FOREWORD: &str = "\
# Grußwort zu *dieser* Ausgabe

Die **104 Kommunen** haben *über 20 Millionen* Einwohner, siehe
[Landkreis Biberach](kommune:08426) und das
[Statistische Bundesamt](https://www.destatis.de/).\\
Fragen an <post@beispiel.example>; #eval(\"1\") bleibt Text.

## Was man wissen muss

- Jede Kommune hat eine Karte.
- Jede Zahl hat eine Quelle:

  1. die Tabelle,
  2. die Eckwerte.

> Wer zählt, der zählt.

### Zwei Zeilen

| Jahr | Was geschah | Kommunen | Anteil |
|------|-------------|---------:|-------:|
| 2005 | Die *ersten* beginnen. | 69 | 66,3 % |
| 2012 | Weitere kommen [hinzu](kommune:08118). | 104 | 100 % |
";

#[test]
fn a_foreword_in_markdown_is_printed_with_all_it_says() {
    let sandbox = Sandbox::new();
    sandbox.write("with/data/2017/vorwort.md", FOREWORD);
    sandbox.run(&["build", "--with", "with", "--only", "broschuere", "--emit", "typ"]).must_succeed();
    let findings = crate::standards::findings(&sandbox, "out/2017");
    assert!(findings.is_empty(), "{findings:#?}");
    let pdf = Pdf::read(&sandbox.bytes("out/2017/broschuere.pdf"));
    for part in [
        "Die 104 Kommunen haben über 20 Millionen Einwohner, siehe Landkreis Biberach und das Statistische Bundesamt.",
        "Fragen an post@beispiel.example; #eval(\"1\") bleibt Text.",
        "Jede Kommune hat eine Karte.",
        "2. die Eckwerte.",
        "Wer zählt, der zählt.",
        "2005 Die ersten beginnen. 69 66,3 %",
        "2012 Weitere kommen hinzu. 104 100 %",
    ] {
        assert!(pdf.contains(part), "{part}: {}", pdf.text());
    }
    let levels = |title: &str| -> Vec<usize> {
        pdf.outline.iter().filter(|entry| entry.title == title).map(|entry| entry.level).collect()
    };
    assert_eq!(levels("Grußwort zu dieser Ausgabe"), [1]);
    assert_eq!(levels("Was man wissen muss"), [2]);
    assert!(!pdf.contains("Zu dieser Ausgabe"), "the text that stands in for a foreword is gone");
    let page = pdf.pages.iter().find(|page| page.contains("Wer zählt, der zählt.")).expect("the page of the foreword");
    let web: Vec<&str> = page
        .links
        .iter()
        .filter_map(|l| if let Target::Uri(to) = &l.target { Some(to.as_str()) } else { None })
        .collect();
    assert_eq!(web, ["https://www.destatis.de/", "mailto:post@beispiel.example"]);
    let cards: Vec<usize> =
        page.links.iter().filter_map(|l| if let Target::Spot(to) = &l.target { Some(to.page) } else { None }).collect();
    // Behind the number of the card.
    let card_of = |name: &str| {
        pdf.outline.iter().find(|entry| entry.level == 3 && entry.title.ends_with(name)).and_then(|entry| entry.page)
    };
    let expected = ["Landkreis Biberach", "Landkreis Ludwigsburg"].map(|name| card_of(name).expect("a card"));
    assert_eq!(cards, expected);
}

#[test]
fn a_link_to_a_card_that_is_not_in_the_selection_is_text() {
    let sandbox = Sandbox::new();
    sandbox.write("with/data/2017/vorwort.md", FOREWORD);
    sandbox.run(&["build", "--with", "with", "--only", "broschuere", "--state", "Saarland"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes("out/2017/broschuere.pdf"));
    assert!(pdf.contains("siehe Landkreis Biberach und das"));
    let broken = pdf.pages.iter().flat_map(|page| &page.links).any(|link| matches!(link.target, Target::Broken(_)));
    assert!(!broken);
}

#[test]
fn a_text_of_any_name_is_known_and_read() {
    let sandbox = Sandbox::with_six();
    sandbox.write("with/data/2031/nachwort-2.md", "# Nachwort\n\nEnde.\n");
    let ran = sandbox.run(&["check", "--with", "with"]);
    ran.must_succeed().stderr_contains("warning[KB158]").stderr_contains("list \"nachwort-2\" under [brochure] parts");
    sandbox.write("with/data/2031/nachwort-2.md", "Ende.\n").write("with/data/2031/vorwort.md", "# A\n\n<b>\n");
    let ran = sandbox.run(&["check", "--with", "with"]);
    ran.must_fail(1).stderr_contains("nachwort-2.md:1:1").stderr_contains("vorwort.md:3:1").stderr_contains("2 errors");
}

#[test]
fn a_text_printed_without_its_helper_is_refused() {
    let sandbox = Sandbox::with_six();
    sandbox.write("with/data/2031/gruss.md", "# Gruß\n\nGuten Tag.\n");
    let edition = text_of(project().join("tests/data/sechs/data/2031/edition.toml"));
    sandbox.write("with/data/2031/edition.toml", format!("{edition}\n[brochure]\nparts = [\"gruss\", \"probe\"]\n"));
    for (line, parts) in [
        ("{{this}}", ["error[KB206]", "write {{prose …}}"]),
        ("#text({{prose this}})", ["error[KB207]", "in markup"]),
        ("{{num this}}", ["error[KB209]", "prints numbers"]),
    ] {
        let template = "with/templates/brochure/probe.typ.hbs";
        sandbox.write(
            template,
            format!("= Vorwort\n\n{{{{#with texts}}}}\n{}\n{{{{/with}}}}\n", line.replace("this", "gruss")),
        );
        let ran = sandbox.run(&["build", "--with", "with", "--only", "broschuere"]);
        ran.must_fail(1).stderr_contains(&format!("{template}:4"));
        for part in parts {
            ran.stderr_contains(part);
        }
    }
}

#[test]
fn hostile_texts_are_refused_at_once() {
    let sandbox = Sandbox::with_six();
    for (text, id) in [
        ("x".repeat(10 << 20), "KB150"),
        (format!("# T\n\n{}", ">".repeat(100_000)), "KB154"),
        (format!("# T\n\n{}x{}", "*a **b ".repeat(50_000), " b** a*".repeat(50_000)), "KB154"),
        (format!("# T\n\n{}", "[".repeat(100_000)), "KB155"),
        (format!("# T\n\n{}", "<b> ".repeat(100_000)), "these are 100 problems"),
    ] {
        sandbox.write("with/data/2031/vorwort.md", &text);
        let ran = sandbox.run(&["check", "--with", "with"]);
        ran.must_fail(1).stderr_contains(id).stderr_lacks("panicked").stderr_lacks("overflow");
    }
}
