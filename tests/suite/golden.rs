//! Every kind of document of the invented edition, as Typst text and as facts about its PDF.
//!
//! `UPDATE=1` rewrites `tests/golden`; read that diff before committing it. The document ID is left out: it
//! changes with every stroke of the look and would hide what else changed.

#![expect(clippy::disallowed_methods, reason = "UPDATE=1 rewrites the goldens")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use crate::pdf::Pdf;
use crate::sandbox::{Sandbox, project, six, six_compared, six_later, snapshot, update};

/// The goldens, and the documents they are of.
const DOCUMENTS: [(&str, &str); 9] = [
    ("broschuere", "broschuere"),
    ("laender", "laender"),
    ("ranglisten", "ranglisten"),
    ("steckbrief", "steckbriefe/14901-stadt-grossweissenstein"),
    ("steckbrief-luecken", "steckbriefe/12901-landkreis-lueckow"),
    (
        "steckbrief-lang",
        "steckbriefe/08901-landkreis-nordwestliches-hinterwaldshausen-unterniederbachtal-und-obere-seenplat",
    ),
    ("vergleich", "vergleich"),
    ("steckbrief-vergleich", "steckbriefe/03910-landkreis-moor"),
    ("gegenueberstellung", "gegenueberstellung/03901-landkreis-altmoor-und-14901-stadt-grossweissenstein"),
];

/// The sandbox a golden was built on, and its output folder.
fn built(golden: &str) -> (&'static Sandbox, &'static str) {
    match golden {
        "vergleich" | "steckbrief-vergleich" => (six_later(), "out/2032"),
        "gegenueberstellung" => (six_compared(), "out/2031"),
        _ => (six(), "out/2031"),
    }
}

fn kennung((sandbox, folder): (&Sandbox, &str), path: &str) -> String {
    let manifest = sandbox.text(&format!("{folder}/manifest.json"));
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let files = manifest["files"].as_array().expect("a list of files");
    let file = files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path} in the manifest"));
    file["kennung"].as_str().expect("a document ID").to_owned()
}

/// What is said of a PDF: its pages, title, language, fonts, outline, and the text of every page.
fn facts(pdf: &Pdf) -> String {
    let mut facts = format!("pages: {}\ntitle: {}\nlanguage: {}\n", pdf.pages.len(), pdf.title, pdf.language);
    let fonts: Vec<&str> = pdf.fonts.iter().map(String::as_str).collect();
    facts += &format!("fonts: {}\noutline:\n", fonts.join(", "));
    for entry in &pdf.outline {
        let page = entry.page.map_or_else(|| "nowhere".to_owned(), |page| format!("page {page}"));
        writeln!(facts, "{}{} ({page})", "  ".repeat(entry.level), entry.title).expect("a String takes it");
    }
    for (at, page) in pdf.pages.iter().enumerate() {
        write!(facts, "\n--- page {}\n{}\n", at + 1, page.text).expect("a String takes it");
    }
    facts
}

/// The first lines that differ, with their number: whole files would bury them.
fn difference(expected: &str, found: &str) -> String {
    let mut shown = String::new();
    let count = expected.lines().count().max(found.lines().count());
    let line = |text: &str, at: usize| text.lines().nth(at).unwrap_or("(end)").to_owned();
    for at in (0..count).filter(|at| line(expected, *at) != line(found, *at)).take(3) {
        write!(shown, "  line {}:\n  - {}\n  + {}\n", at + 1, line(expected, at), line(found, at)).expect("it fits");
    }
    shown
}

#[test]
fn documents_are_as_they_were() {
    let folder = project().join("tests/golden");
    let mut wrong = Vec::new();
    for (golden, document) in DOCUMENTS {
        let (sandbox, out) = built(golden);
        let kennung = kennung((sandbox, out), &format!("{document}.pdf"));
        let source = sandbox.text(&format!("{out}/typ/{document}.typ"));
        assert!(source.contains(&kennung), "{document}: the document ID stands in the source");
        let facts = facts(&Pdf::read(&sandbox.bytes(&format!("{out}/{document}.pdf"))));
        for (ending, text) in [("typ", source), ("txt", facts)] {
            let name = format!("{golden}.{ending}");
            let text = text.replace(&kennung, "[KENNUNG]");
            if update() {
                fs::write(folder.join(&name), &text).expect("goldens can be written");
                continue;
            }
            match fs::read_to_string(folder.join(&name)) {
                Ok(expected) if expected == text => {}
                Ok(expected) => wrong.push(format!("{name}:\n{}", difference(&expected, &text))),
                Err(error) => wrong.push(format!("{name}: {error}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE=1 rewrites tests/golden", wrong.join("\n"));
}

#[test]
fn every_golden_is_used() {
    let used: BTreeSet<String> =
        DOCUMENTS.iter().flat_map(|(golden, _)| ["typ", "txt"].map(|ending| format!("{golden}.{ending}"))).collect();
    let found: BTreeSet<String> = snapshot(&project().join("tests/golden")).into_keys().collect();
    let unused: Vec<_> = found.difference(&used).collect();
    assert!(unused.is_empty(), "nobody compares with {unused:?}");
}

#[test]
fn the_invented_edition_is_what_it_is_for() {
    let read = |path: &str| Pdf::read(&six().bytes(&format!("out/2031/{path}.pdf")));
    let (_, gaps) = DOCUMENTS[4];
    let gaps = read(gaps);
    assert!(gaps.pages[0].contains("keine Angabe"), "unknown texts are said to be so");
    assert!(gaps.pages[0].contains("SGB II-Quote . nicht bekannt"), "no value, no rank");
    assert!(!gaps.pages[0].contains("Dichte 0"), "unknown is not zero");
    let (_, city) = DOCUMENTS[3];
    assert!(read(city).pages[0].contains("Oberbürgermeisterin Sabine Weiß-Groß"), "the title is the stored one");
    let island = read("steckbriefe/01901-insel-einsand");
    assert!(island.pages[0].contains("SGB II-Quote 0,00 %"), "zero is a value");
    // Altmoor and Neumoor share the second highest rate: 1, 2, 2, 4.
    let rankings = read("ranglisten").text();
    for line in [
        "2 Landkreis Altmoor Niedersachsen 5,25 %",
        "2 Landkreis Neumoor Niedersachsen 5,25 %",
        "4 Landkreis Nordwestliches",
    ] {
        assert!(crate::pdf::holds(&rankings, line), "{line}");
    }
    assert!(!crate::pdf::holds(&rankings, "Landkreis Lückow"), "who has no value takes no rank");
}

#[test]
fn the_invented_edition_conforms() {
    let findings = crate::standards::findings(six(), "out/2031");
    assert!(findings.is_empty(), "{findings:#?}");
}
