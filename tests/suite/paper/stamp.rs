//! `kreisblatt stamp`: the stamp stands where it should on every kind of file, nothing else changes, and our own files
//! keep the standards they claim.

use page_validation::ValidationProfile;

use crate::pdf::Pdf;
use crate::sandbox::{Ran, Sandbox, data, whole};
use crate::standards::{findings, findings_in};

use super::{Picture, foreign, margins};

const TEXT: &str = "Anlage {n} zu TOP 5";

/// The text of all pages, as our own reader finds it.
pub fn read(bytes: &[u8]) -> Vec<String> {
    let reading = kreisblatt::internals::read(bytes).expect("a PDF");
    reading.pages.into_iter().map(|page| page.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Stamps the file `source.pdf` of a new sandbox, and gives the stamped file.
fn stamped(source: &[u8], options: &[&str]) -> Vec<u8> {
    let sandbox = Sandbox::new();
    sandbox.write("source.pdf", source);
    sandbox.run(&[&["stamp", "source.pdf", "--text", TEXT, "--start", "3"], options].concat()).must_succeed();
    assert_eq!(sandbox.bytes("source.pdf"), source, "the source stays as it is");
    sandbox.bytes("source-gestempelt.pdf")
}

#[test]
fn the_stamp_stands_upright_in_the_corner_and_nothing_else_changes() {
    for (name, source) in foreign::files() {
        let result = stamped(&source, &["--pages", "all"]);
        assert!(result.starts_with(&source), "{name}: every byte stays where it was");
        let pages = read(&result);
        for (page, text) in pages.iter().enumerate() {
            assert!(text.contains("Anlage 3 zu TOP 5"), "{name}: {text}");
            let (before, after) = (Picture::of(&source, page), Picture::of(&result, page));
            let place = before.difference(&after).unwrap_or_else(|| panic!("{name}: a stamp"));
            let (right, top) = margins(&after, place);
            assert!((right - 18.0).abs() < 0.4 && (top - 5.0).abs() < 0.4, "{name}: {right} mm, {top} mm");
            let [left, upper, right, lower] = place;
            assert!((180..200).contains(&(right - left)) && (30..34).contains(&(lower - upper)), "{name}: {place:?}");
            // Inside the frame there is paper and black, whatever lay there before.
            let inner = |x: usize, y: usize| after.pixels[y * after.width + x];
            assert_eq!(inner(left + 4, upper + 4), [255; 3], "{name}");
            let black = (left..right)
                .flat_map(|x| (upper + 4..lower - 4).map(move |y| (x, y)))
                .filter(|(x, y)| inner(*x, *y) == [0; 3]);
            assert!(black.count() > 100, "{name}: the text is black");
        }
        assert_eq!(stamped(&source, &["--pages", "all"]), result, "{name}: the same bytes every time");
    }
}

#[test]
fn a_unit_of_its_own_counts() {
    let mut draft = foreign::Draft::new("");
    draft.page().set("UserUnit", 2);
    let result = stamped(&draft.bytes(), &[]);
    // Where things lie on paper is twice what the page says.
    let document = lopdf::Document::load_mem(&result).expect("a PDF");
    let content = String::from_utf8_lossy(&document.get_page_content(document.get_pages()[&1])).into_owned();
    let numbers = content.split("q ").last().expect("a stamp").split_whitespace().take(6);
    let [a, _, _, d, x, y] = numbers.map(|n| n.parse::<f64>().expect("a number")).collect::<Vec<_>>()[..] else {
        panic!("{content}")
    };
    assert_eq!((a, d), (0.5, 0.5));
    assert!(x > 250.0 && x * 2.0 + 93.0 + 18.0 * 72.0 / 25.4 - 800.0 < 0.5, "{content}");
    assert!((y * 2.0 - (1200.0 - 5.0 * 72.0 / 25.4 - 15.76)).abs() < 0.1, "{content}");
}

#[test]
fn places_and_sizes_can_be_chosen() {
    let source = foreign::Draft::new("").bytes();
    let empty = Picture::of(&source, 0);
    for (position, edges) in [
        ("top-left", [true, true, false, false]),
        ("top-center", [false, true, false, false]),
        ("top-right", [false, true, true, false]),
        ("bottom-left", [true, false, false, true]),
        ("bottom-center", [false, false, false, true]),
        ("bottom-right", [false, false, true, true]),
    ] {
        let result = stamped(&source, &["--position", position, "--x", "10", "--y", "20", "--size", "14"]);
        let [left, upper, right, lower] = empty.difference(&Picture::of(&result, 0)).expect("a stamp");
        let margins =
            [left, upper, empty.width - right, empty.height - lower].map(|pixels| pixels as f64 / super::SCALE);
        for ((margin, wanted), at_edge) in margins.into_iter().zip([10.0, 20.0, 10.0, 20.0]).zip(edges) {
            assert_eq!((margin - wanted).abs() < 0.4, at_edge, "{position}: {margins:?}");
        }
        assert!((margins[0] - margins[2]).abs() < 0.4 || !position.ends_with("center"), "{position}: {margins:?}");
        let role = if position.starts_with("top") { "/Subtype /Header" } else { "/Subtype /Footer" };
        assert!(String::from_utf8_lossy(&result).contains(role));
    }
    // A long text is set smaller, and refused at last.
    let long = "Anlage 3 zu Tagesordnungspunkt 5 der 12. Sitzung des Ausschusses für Arbeit";
    let sandbox = Sandbox::new();
    sandbox.write("a.pdf", &source).run(&["stamp", "a.pdf", "--text", long]).must_succeed();
    let [left, _, right, _] = empty.difference(&Picture::of(&sandbox.bytes("a-gestempelt.pdf"), 0)).expect("a stamp");
    assert!(left as f64 / super::SCALE >= 17.7 && (empty.width - right) as f64 / super::SCALE >= 17.7);
    sandbox
        .run(&["stamp", "a.pdf", "--text", &long.repeat(2), "--force"])
        .must_fail(1)
        .stderr_contains("error[KB510]: a.pdf: ");
}

#[test]
fn our_files_keep_their_standards() {
    for (sandbox, folder, archive) in
        [(whole(), "out/2017", ValidationProfile::PdfA2a), (data(), "out/2017", ValidationProfile::PdfA3a)]
    {
        let sheet = format!("{folder}/steckbriefe/08426-landkreis-biberach.pdf");
        let book = ["broschuere", "ranglisten", "laender"].map(|name| format!("{folder}/{name}.pdf"));
        let stamp = Sandbox::new();
        for path in book.iter().chain([&sheet]) {
            stamp.write(path, sandbox.bytes(path));
        }
        let files: Vec<&str> = book.iter().chain([&sheet]).map(String::as_str).collect();
        let text = "Anlage {n} zu TOP 5, Seite {page} von {pages}";
        stamp.run(&[&["stamp", "--text", text, "--pages", "all", "--out", "neu"], &*files].concat()).must_succeed();
        let findings = match archive {
            ValidationProfile::PdfA2a => findings(&stamp, "neu"),
            archive => findings_in(&stamp, "neu", archive),
        };
        assert!(findings.is_empty(), "{findings:#?}");
        let pages = read(&stamp.bytes("neu/broschuere.pdf"));
        for (at, text) in pages.iter().enumerate() {
            assert!(text.contains(&format!("Anlage 1 zu TOP 5, Seite {} von {}", at + 1, pages.len())), "{text}");
        }
        // What a screen reader is told has not changed: the stamp is no part of it.
        let (before, after) = (stamp.bytes(&sheet), stamp.bytes("neu/08426-landkreis-biberach.pdf"));
        assert!(after.starts_with(&before) && after.len() < before.len() + 9000, "{}", after.len() - before.len());
        let headings = |pdf: &[u8]| Pdf::read(pdf).headings.into_iter().map(|heading| heading.text).collect::<Vec<_>>();
        assert_eq!(headings(&before), headings(&after));
    }
}

#[test]
fn files_are_counted_and_one_that_is_refused_stops_no_other() {
    let sandbox = Sandbox::new();
    let plain = foreign::Draft::new("").bytes();
    sandbox.write("a.pdf", &plain).write("b.pdf", &plain[..plain.len() - 20]).write("c.pdf", &plain).write("d.pdf", "");
    let ran = sandbox.run(&[
        "stamp",
        "a.pdf",
        "b.pdf",
        "c.pdf",
        "d.pdf",
        "nirgends.pdf",
        "--text",
        TEXT,
        "--start",
        "7",
        "--out",
        "neu/hier",
    ]);
    ran.must_fail(1)
        .stderr_contains("error[KB504]: b.pdf: the PDF is damaged")
        .stderr_contains("error[KB504]: d.pdf: the PDF is damaged or cannot be read: it is empty")
        .stderr_contains("error[KB503]: nirgends.pdf: ")
        .stderr_contains("2 PDFs stamped, 3 refused and left as they were");
    assert_eq!(sandbox.files("neu"), ["hier/a.pdf", "hier/c.pdf"]);
    let stamps = ["neu/hier/a.pdf", "neu/hier/c.pdf"].map(|path| read(&sandbox.bytes(path)).concat());
    assert_eq!(stamps, ["Anlage 7 zu TOP 5", "Anlage 9 zu TOP 5"]);
}

#[test]
fn no_file_is_replaced_that_was_not_meant() {
    let sandbox = Sandbox::new();
    let plain = foreign::Draft::new("").bytes();
    sandbox.write("a.pdf", &plain).write("b/a.pdf", &plain);
    let stamp = |more: &[&str]| sandbox.run(&[&["stamp", "--text", TEXT, "a.pdf"], more].concat());
    stamp(&["--out", "."]).must_fail(1).stderr_contains("would replace `./a.pdf`, which is to be stamped");
    stamp(&["--out", ".", "--force"]).must_fail(1).stderr_contains("error[KB512]: a.pdf: ");
    stamp(&["--out", "b", "b/a.pdf", "--force"]).must_fail(1).stderr_contains("2 refused");
    assert_eq!((sandbox.bytes("a.pdf"), sandbox.bytes("b/a.pdf")), (plain.clone(), plain.clone()));
    stamp(&["b/a.pdf", "--out", "neu"]).must_fail(1).stderr_contains("two stamped copies would be `neu/a.pdf`");
    stamp(&[]).must_succeed();
    let first = sandbox.bytes("a-gestempelt.pdf");
    stamp(&[]).must_fail(1).stderr_contains("there is a file `./a-gestempelt.pdf` already");
    stamp(&["--force", "--position", "top-left"]).must_succeed();
    assert_ne!(sandbox.bytes("a-gestempelt.pdf"), first);
    // A second stamp is possible, and said.
    sandbox
        .run(&["stamp", "--text", "ENTWURF", "a-gestempelt.pdf"])
        .must_succeed()
        .stderr_contains("warning[KB513]: a-gestempelt.pdf: page 1 had a stamp");
}

#[test]
fn pages_that_are_not_there_are_told() {
    let source = whole().bytes("out/2017/laender.pdf");
    let sandbox = Sandbox::new();
    sandbox.write("a.pdf", &source);
    let stamp = |pages: &str| sandbox.run(&["stamp", "--text", "TOP 5", "a.pdf", "--force", "--pages", pages]);
    stamp("2-").must_succeed();
    let pages = read(&sandbox.bytes("a-gestempelt.pdf"));
    assert!(pages.len() > 1 && !pages[0].contains("TOP 5") && pages[1..].iter().all(|page| page.contains("TOP 5")));
    stamp("900-").must_fail(1).stderr_contains("error[KB509]: a.pdf: the PDF has ");
    let wrong = |ran: Ran, part: &str| {
        ran.must_fail(2).stderr_contains(part);
    };
    wrong(stamp("0"), "give `first`, `all`, or numbers and ranges");
    wrong(sandbox.run(&["stamp", "a.pdf", "--text", "{x}"]), "places are {n}, {page} and {pages}");
    wrong(sandbox.run(&["stamp", "a.pdf", "--text", "x", "--size", "900"]), "give points from 6 to 72");
    wrong(sandbox.run(&["stamp", "a.pdf"]), "--text");
    sandbox
        .run(&["stamp", "a.pdf", "--text", "附件 3"])
        .must_fail(1)
        .stderr_contains("error[KB511]: the font has no glyph for U+9644");
}
