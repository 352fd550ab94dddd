//! The round trip: an edition exported, imported and built again gives the same bytes; and what `export` writes.

use calamine::{Data, Reader, Xlsx};

use crate::sandbox::{SIX, Sandbox, project, snapshot, text_of, whole};

#[test]
fn an_exported_edition_comes_back_byte_for_byte() {
    let sandbox = Sandbox::new();
    sandbox.write("with/data/README.md", "A project.");
    sandbox.run(&["export", "edition.xlsx"]).must_succeed().stderr_contains("104 Kommunen of edition 2017 written");
    let ran = sandbox.run(&["import", "edition.xlsx", "--with", "with"]);
    ran.must_succeed().stdout_contains("taken: 104 Kommunen, 18 columns").stdout_contains("\nnothing changed\n");
    assert!(sandbox.text("with/data/2017/kommunen.csv") == text_of("data/2017/kommunen.csv"));
    // The same documents as without the detour.
    sandbox
        .run(&["build", "--with", "with", "--kommune", "08426", "--only", "steckbriefe,ranglisten,laender"])
        .must_succeed();
    let direct = Sandbox::new();
    direct.run(&["build", "--kommune", "08426", "--only", "steckbriefe,ranglisten,laender"]).must_succeed();
    let (made, wanted) = (snapshot(&sandbox.path("out/2017")), snapshot(&direct.path("out/2017")));
    assert!(made.len() >= 5);
    for (path, bytes) in &wanted {
        assert!(made.get(path) == Some(bytes), "{path}");
    }
    // Once more, and as CSV: there is nothing left to do.
    sandbox.run(&["import", "edition.xlsx", "--with", "with"]).must_succeed().stderr_contains("nothing changed");
    sandbox.run(&["export", "edition.csv"]).must_succeed();
    sandbox.run(&["import", "edition.csv", "--with", "with"]).must_succeed().stderr_contains("nothing changed");
}

#[test]
fn the_whole_build_is_the_same_after_a_round_trip() {
    let sandbox = Sandbox::new();
    sandbox.write("with/data/README.md", "A project.");
    sandbox.run(&["export", "edition.xlsx"]).must_succeed();
    sandbox.run(&["import", "edition.xlsx", "--with", "with"]).must_succeed();
    sandbox.run(&["build", "--with", "with", "--jobs", "4"]).must_succeed();
    let (made, wanted) = (snapshot(&sandbox.path("out/2017")), snapshot(&whole().path("out/2017")));
    assert_eq!(made.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    assert_eq!(wanted.keys().filter(|path| path.ends_with(".pdf")).count(), 107);
    for (path, bytes) in &wanted {
        assert!(made.get(path) == Some(bytes), "{path}");
    }
}

#[test]
fn gaps_quotes_and_long_names_survive() {
    let sandbox = Sandbox::with_six();
    let table = "with/data/2031/kommunen.csv";
    let before = sandbox.text(table);
    sandbox.run(&["export", "sechs.xlsx", "--with", "with"]).must_succeed();
    sandbox.run(&["import", "sechs.xlsx", "--with", "with"]).must_succeed().stderr_contains("mapping.toml");
    assert_eq!(sandbox.text(table), before);
    // As a new edition: the same values, written the same way.
    sandbox
        .run(&["import", "sechs.xlsx", "--with", "with", "--edition", "2032", "--stand", "2032-02-28"])
        .must_succeed();
    assert_eq!(sandbox.text("with/data/2032/kommunen.csv"), before);
    let settings = sandbox.text("with/data/2032/edition.toml");
    assert!(settings.contains("former = \"2031\"") && settings.contains("stand = \"2032-02-28\""), "{settings}");
    assert!(
        settings.contains("key = \"2031-brochure-2017\"") && settings.contains("Gelieferte Tabelle sechs.xlsx."),
        "{settings}"
    );
}

#[test]
fn the_workbook_is_one_a_person_can_work_with() {
    let sandbox = Sandbox::new();
    sandbox.copy(&project().join(SIX), "with");
    for name in ["a.xlsx", "b.xlsx"] {
        sandbox.run(&["export", name, "--with", "with", "--state", "Sachsen"]).must_succeed();
    }
    assert!(sandbox.bytes("a.xlsx") == sandbox.bytes("b.xlsx"), "no clock in it");
    let mut book: Xlsx<_> = calamine::open_workbook(sandbox.path("a.xlsx")).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Kommunen", "Erläuterungen"]);
    let table = book.worksheet_range("Kommunen").expect("the table");
    assert_eq!(table.height(), 2);
    assert_eq!(table.get((0, 0)), Some(&Data::String("ags".to_owned())));
    assert_eq!(table.get((1, 0)), Some(&Data::String("14901".to_owned())));
    let notes = book.worksheet_range("Erläuterungen").expect("the notes");
    let said: Vec<String> = notes.rows().map(|row| row[0].to_string()).collect();
    assert!(said.contains(&"sgb2_quote".to_owned()) && said[0].contains("28.\u{a0}Februar 2031"), "{said:?}");
    let xml = String::from_utf8_lossy(&part(&sandbox.bytes("a.xlsx"), "xl/worksheets/sheet1.xml")).into_owned();
    for wanted in ["<autoFilter ref=\"A1:R2\"/>", "state=\"frozen\"", "t=\"s\""] {
        assert!(xml.contains(wanted), "{wanted}: {xml}");
    }
}

fn part(archive: &[u8], name: &str) -> Vec<u8> {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).expect("an archive");
    let mut bytes = Vec::new();
    archive.by_name(name).expect("the part").read_to_end(&mut bytes).expect("reads");
    bytes
}

#[test]
fn export_replaces_nothing_unasked() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", "mine");
    sandbox.run(&["export", "a.csv"]).must_fail(1).stderr_contains("error[KB631]: a.csv: there is a file of that name");
    assert_eq!(sandbox.text("a.csv"), "mine");
    sandbox.run(&["export", "a.csv", "--force", "--state", "Sachsen"]).must_succeed();
    assert_eq!(sandbox.text("a.csv").lines().count(), 6);
    sandbox.run(&["export", "a.pdf"]).must_fail(1).stderr_contains("`.pdf` is no format to export");
    sandbox.run(&["export", "gibt/es/nicht/a.csv"]).must_succeed();
}
