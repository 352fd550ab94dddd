//! `kreisblatt tents`: everybody is there, in order, upright on both sides, and every name fits.

use kreisblatt::internals::GermanOrder;

use crate::pdf::Pdf;
use crate::rows::Rows;
use crate::sandbox::{SIX_EDITION, Sandbox};

use super::{Picture, SCALE, stamp::read};

const TENTS: &str = "out/2017/tagung/tischaufsteller.pdf";
const BADGES: &str = "out/2017/tagung/namensschilder.pdf";

const GUESTS: &str = "title;name;kommune\n\
    Gast;Prof. Dr. Dr. Annegret Kramp-Karrenbauer-Schulze Pellengahr;Deutscher Landkreistag\n\
    ;Jiří Čapek;\n\
    Staatssekretärin;\"Ann-Kathrin von und zu der Heide-Großweißenstein\";Ministerium für Arbeit und Soziales, Gesundheit und Demografie\n";

/// The box round the ink of some rows of a picture, in millimetres from its left, upper, right and lower edge.
fn ink(picture: &Picture, rows: std::ops::Range<usize>) -> [f64; 4] {
    let dark = |x: usize, y: usize| picture.pixels[y * picture.width + x][0] < 245;
    let places = rows.flat_map(|y| (0..picture.width).map(move |x| (x, y))).filter(|(x, y)| dark(*x, *y));
    let [l, u, r, w] = places
        .fold([usize::MAX, usize::MAX, 0, 0], |[l, u, r, w], (x, y)| [l.min(x), u.min(y), r.max(x + 1), w.max(y + 1)]);
    [l, u, picture.width - r, picture.height - w].map(|pixels| pixels as f64 / SCALE)
}

#[test]
fn everybody_has_a_tent_in_german_order() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["tents"])
        .must_succeed()
        .stderr_contains("104 name tents made in out/2017/tagung/tischaufsteller.pdf");
    let bytes = sandbox.bytes(TENTS);
    let pages = read(&bytes);
    let table = Rows::kommunen();
    let cells = |row: &Vec<String>| ["name", "label", "office", "head"].map(|name| table.cell(row, name).to_owned());
    let mut rows: Vec<[String; 4]> = table.rows.iter().map(cells).collect();
    let order = GermanOrder::default();
    rows.sort_by(|a, b| order.compare(&a[0], &b[0]).then_with(|| order.compare(&a[1], &b[1])));
    assert_eq!(pages.len(), rows.len());
    for (page, [_, label, office, head]) in pages.iter().zip(&rows) {
        let once = format!("{office} {head} {label}");
        assert_eq!(*page, format!("{once} {once}"), "title, name and Kommune, for both sides");
    }
    let pdf = Pdf::read(&bytes);
    assert_eq!(pdf.info_title, "Tischaufsteller: Kommunale Jobcenter im Vergleich");
    assert_eq!(pdf.language, "de-DE");
    assert_eq!(pdf.fonts.len(), 2);
    assert!(bytes.len() < 120_000, "{} bytes", bytes.len());
    sandbox.run(&["tents", "--out", "noch einmal"]).must_succeed();
    assert_eq!(sandbox.bytes("noch einmal/2017/tagung/tischaufsteller.pdf"), bytes, "the same bytes every time");
}

#[test]
fn tents_stand_upright_on_both_sides_and_every_name_fits() {
    let sandbox = Sandbox::new();
    sandbox.write("gäste.csv", GUESTS);
    sandbox.run(&["tents", "--state", "Saarland", "--names", "gäste.csv"]).must_succeed();
    let bytes = sandbox.bytes(TENTS);
    let pages = read(&bytes);
    assert!(pages.iter().any(|page| page.starts_with("Jiří Čapek Jiří Čapek")));
    assert!(
        pages[pages.len() - 3]
            .contains("Prof. Dr. Dr. Annegret Kramp-Karrenbauer-Schulze Pellengahr Deutscher Landkreistag")
    );
    for page in 0..pages.len() {
        let picture = Picture::of(&bytes, page);
        // Between the fold and either edge, without the marks.
        let fold = picture.height / 2;
        let (upper, lower) = (ink(&picture, 0..fold - 4), ink(&picture, fold + 4..picture.height));
        for [left, _, right, _] in [upper, lower] {
            assert!(left > 14.5 && right > 14.5 && (left - right).abs() < 1.5, "page {page}: {left} mm, {right} mm");
        }
        assert!(upper[1] > 15.0 && lower[3] > 15.0, "page {page}");
        // One side turned by 180 degrees is the other.
        let turned = [upper[2], upper[3], upper[0], upper[1]];
        assert!(turned.iter().zip(lower).all(|(a, b)| (a - b).abs() < 0.5), "page {page}: {turned:?} {lower:?}");
        // The marks: at the fold, outside of what is read.
        let [left, at, right, _] = ink(&picture, fold - 4..fold + 4);
        assert!((left - 4.0).abs() < 0.5 && (right - 4.0).abs() < 1.5 && (at - 148.5).abs() < 0.5, "page {page}");
    }
}

#[test]
fn badges_stand_ten_on_a_sheet_between_marks() {
    let sandbox = Sandbox::new();
    sandbox.write("gäste.csv", GUESTS);
    sandbox
        .run(&["tents", "--format", "badge", "--names", "gäste.csv"])
        .must_succeed()
        .stderr_contains("107 badges made");
    let bytes = sandbox.bytes(BADGES);
    let pages = read(&bytes);
    assert_eq!(pages.len(), 11);
    assert!(
        pages[0].starts_with("Landrat Michael Ziche Altmarkkreis Salzwedel Landrat Jörg Bensberg Landkreis Ammerland")
    );
    for page in 0..pages.len() {
        let picture = Picture::of(&bytes, page);
        let row = |y: f64| (y * SCALE) as usize;
        // Every row of badges keeps its text off its edges.
        for badge in 0..5 {
            let top = 11.0 + 55.0 * f64::from(badge);
            let inked = |from: f64, to: f64| ink(&picture, row(top + from)..row(top + to));
            let clear = |[left, _, right, _]: [f64; 4]| left > 15.0 && right > 15.0;
            assert!(clear(inked(1.0, 4.0)) && clear(inked(51.0, 54.0)) && clear(inked(4.0, 51.0)), "page {page}");
        }
        let [left, top, right, bottom] = ink(&picture, 0..picture.height);
        assert!([left - 8.0, right - 8.0, top - 4.0, bottom - 4.0].iter().all(|off| off.abs() < 0.5), "the marks");
    }
}

#[test]
fn who_is_not_known_has_a_seat_all_the_same() {
    let sandbox = Sandbox::with_six();
    let ran = sandbox.run(&["tents", "--with", "with"]);
    ran.must_succeed()
        .stderr_contains("warning[KB515]: with/data/2031/kommunen.csv:")
        .stderr_contains("who heads Landkreis Lückow is not known");
    let pages = read(&sandbox.bytes(&format!("out/{SIX_EDITION}/tagung/tischaufsteller.pdf")));
    assert_eq!(pages.len(), 6);
    assert!(pages.iter().any(
        |page| page.ends_with("Landkreis Lückow Landkreis Lückow") || page.matches("Landkreis Lückow").count() == 2
    ));
    // The longest label there may be.
    assert!(pages.iter().any(|page| page.contains("Nordwestliches")));
}

#[test]
fn what_cannot_be_printed_is_left_out_and_named() {
    let sandbox = Sandbox::new();
    let long = "x".repeat(120);
    sandbox.write("gäste.csv", format!("kommune,name\nhier,{long}\nhier,附件\nhier,A\u{202e}B\nhier,Frida Gut\n"));
    let ran = sandbox.run(&["tents", "--kommune", "Biberach", "--names", "gäste.csv"]);
    ran.must_fail(1)
        .stderr_contains("error[KB516]: gäste.csv:2: ")
        .stderr_contains("error[KB511]: gäste.csv:3: the font has no glyph for U+9644")
        .stderr_contains("error[KB511]: gäste.csv:4: the font has no glyph for U+202E")
        .stderr_contains("2 name tents made in out/2017/tagung/tischaufsteller.pdf, 3 left out");
    assert_eq!(read(&sandbox.bytes(TENTS)).len(), 2);
    for (table, reason) in [
        ("", "error[KB517]: gäste.csv:1: the column `name` is missing"),
        ("titel;nam\n", "error[KB517]: gäste.csv:1: the column `name` is missing"),
        ("title;name\nx;\n", "error[KB517]: gäste.csv:2: the row has no name"),
        ("title;name\nx\n", "error[KB517]: gäste.csv:2: "),
    ] {
        sandbox.write("gäste.csv", table);
        sandbox.run(&["tents", "--names", "gäste.csv"]).must_fail(1).stderr_contains(reason);
    }
    sandbox.write("gäste.csv", b"name\nM\xfcller\n");
    sandbox.run(&["tents", "--names", "gäste.csv"]).must_fail(1).stderr_contains("is not UTF-8");
    sandbox.run(&["tents", "--names", "nirgends.csv"]).must_fail(1).stderr_contains("error[KB517]: nirgends.csv: ");
}

/// A meeting is none of the edition's business: no manifest names its files, and nobody misses them there.
#[test]
fn tents_do_not_disturb_a_build() {
    let sandbox = Sandbox::with_six();
    let run = |args: &[&str]| sandbox.run(&[args, &["--with", "with"]].concat());
    run(&["build"]).must_succeed();
    run(&["tents"]).must_succeed();
    run(&["verify"]).must_succeed();
    run(&["build"]).must_succeed().stderr_lacks("KB804");
}
