//! Files that are wrong: each gets a message that says what and where, and the project stays as it was.

use rust_xlsxwriter::{Format, Formula};

use crate::intake::{archive, ods, ods_rows, raw_xlsx, texts, workbook};
use crate::sandbox::{Sandbox, project, snapshot};

/// A case: the file, more arguments, and what is said.
struct Case {
    file: &'static str,
    bytes: Vec<u8>,
    args: &'static [&'static str],
    said: &'static str,
}

fn case(file: &'static str, bytes: impl AsRef<[u8]>, said: &'static str) -> Case {
    Case { file, bytes: bytes.as_ref().to_vec(), args: &[], said }
}

fn header(sheet: &mut rust_xlsxwriter::Worksheet) {
    sheet.write_string(0, 0, "AGS").expect("a cell").write_string(0, 1, "Einwohner").expect("a cell");
    sheet.write_string(1, 0, "03901").expect("a cell");
}

fn workbooks() -> Vec<Case> {
    let good = texts(&[&["AGS", "Einwohner"], &["03901", "120000"]]);
    let mut flipped = good.clone();
    let middle = flipped.len() / 3;
    for byte in &mut flipped[middle..middle + 40] {
        *byte = !*byte;
    }
    let two = |hidden: bool| {
        let mut book = rust_xlsxwriter::Workbook::new();
        for name in ["Januar", "Juli"] {
            let sheet = book.add_worksheet();
            sheet.set_name(name).expect("a name");
            header(sheet);
            sheet.set_hidden(hidden);
        }
        book.add_worksheet().set_name("Deckblatt").expect("a name");
        book.worksheet_from_name("Deckblatt").expect("it is there").set_active(true);
        book.save_to_buffer().expect("a workbook")
    };
    let date = Format::new().set_num_format("dd.mm.yyyy");
    vec![
        case("cut.xlsx", &good[..good.len() / 2], "error[KB613]: cut.xlsx: the workbook is damaged: "),
        case("flipped.xlsx", flipped, "error[KB613]: flipped.xlsx: the workbook is damaged: "),
        case("noise.xlsx", [7_u8; 900], "error[KB613]: noise.xlsx: the file is no .xlsx: it does not begin like one"),
        case("empty.xlsx", "", "error[KB611]: empty.xlsx: the file is empty"),
        case(
            "letter.xlsx",
            archive(&[("word/document.xml", b"<w/>")]),
            "error[KB612]: letter.xlsx: the file is an archive without a table",
        ),
        case("binary.xlsb", archive(&[("xl/workbook.bin", b"x")]), "the workbook is in Excel's binary format"),
        case(
            "old.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more",
            "error[KB612]: old.xls: the file is in Excel's old format (.xls)\n  hint: open it and save it as .xlsx",
        ),
        case(
            "locked.xlsx",
            [b"\xd0\xcf\x11\xe0".to_vec(), "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect()]
                .concat(),
            "error[KB612]: locked.xlsx: the workbook is protected with a password",
        ),
        case(
            "page.xls",
            "\n<html><body><table><tr><td>AGS</td></tr></table></body></html>",
            "the file is a web page, whatever its name says",
        ),
        case("sheet.pdf", "%PDF-1.7", "the file is a PDF"),
        case(
            "error.xlsx",
            workbook(|sheet| {
                header(sheet);
                sheet.write_formula(1, 1, Formula::new("=1/0").set_result("#DIV/0!")).expect("a cell");
            }),
            "error[KB622]: error.xlsx: Tabelle1!B2: population is the error `#DIV/0!` of a formula",
        ),
        case(
            "date.xlsx",
            workbook(|sheet| {
                header(sheet);
                sheet.write_number_with_format(1, 1, 43000.0, &date).expect("a cell");
            }),
            "Tabelle1!B2: population is a date\n  hint: spreadsheets make dates of texts like 3.4",
        ),
        case(
            "truth.xlsx",
            workbook(|sheet| {
                header(sheet);
                sheet.write_boolean(1, 1, true).expect("a cell");
            }),
            "Tabelle1!B2: population is the truth value `true`",
        ),
        case(
            "percent.xlsx",
            workbook(|sheet| {
                header(sheet);
                sheet.write_number_with_format(1, 1, 0.5, &Format::new().set_num_format("0%")).expect("a cell");
            }),
            "error[KB620]: percent.xlsx: Tabelle1!B2: population is a percentage, and its unit is none",
        ),
        case(
            "merged.xlsx",
            workbook(|sheet| {
                header(sheet);
                sheet.write_string(2, 0, "03902").expect("a cell");
                sheet.merge_range(1, 1, 2, 1, "120000", &Format::new()).expect("a range");
            }),
            "error[KB622]: merged.xlsx: Tabelle1!B2: population stands in the merged cell B2:B3\n  hint: unmerge it",
        ),
        case(
            "twice.xlsx",
            texts(&[&["AGS", "Einwohner", "Einwohner"], &["03901", "1", "2"]]),
            "error[KB618]: twice.xlsx: Tabelle1!C1: the header `Einwohner` already stands in Tabelle1!B1",
        ),
        case(
            "rows.xlsx",
            texts(&[&["AGS", "Einwohner"], &["03901", "1"], &["3901", "2"]]),
            "error[KB623]: rows.xlsx: Tabelle1!A3: `03901` already stands in Tabelle1!2",
        ),
        case(
            "hidden.xlsx",
            two(true),
            "hint: its sheets: `Januar` (hidden), `Juli` (hidden), `Deckblatt` (no table of Kommunen)",
        ),
        case(
            "several.xlsx",
            two(false),
            "several sheets hold a table of Kommunen\n  hint: choose one with --sheet: `Januar`, `Juli`",
        ),
        Case {
            args: &["--sheet", "Januer"],
            ..case("named.xlsx", two(false), "there is no sheet `Januer`\n  hint: did you mean `Januar`?")
        },
        Case {
            args: &["--header", "7"],
            ..case("header.xlsx", two(false), "error[KB617]: header.xlsx: no table of Kommunen is found")
        },
        case("bare.xlsx", texts(&[&["Liste"], &["a", "b"]]), "error[KB617]: bare.xlsx: no table of Kommunen is found"),
        case(
            "norows.xlsx",
            texts(&[&["AGS", "Einwohner"]]),
            "error[KB617]: norows.xlsx: no table of Kommunen is found\n  hint: its sheets: `Tabelle1` (a header, and no row of a Kommune)",
        ),
        case(
            "strange.xlsx",
            texts(&[&["AGS", "Katzen"], &["03901", "1"]]),
            "error[KB628]: strange.xlsx: no column of Tabelle1!1 can be matched with ours\n  hint: its headers are: `AGS`, `Katzen`",
        ),
        case(
            "deep.xlsx",
            raw_xlsx(
                "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>AGS</t></is></c></row><row r=\"999999\"><c r=\"A999999\"><v>1</v></c></row>",
            ),
            "error[KB614]: deep.xlsx: sheet `Tabelle1` has more than 100000 rows",
        ),
        case(
            "million.xlsx",
            raw_xlsx(
                &(1..=1_000_000)
                    .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c></row>"))
                    .collect::<String>(),
            ),
            "error[KB614]: million.xlsx: sheet `Tabelle1` has more than 100000 rows",
        ),
        case(
            "bomb.xlsx",
            archive(&[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", &vec![b' '; 200 << 20])]),
            "error[KB614]: bomb.xlsx: the workbook has more than 128 MB when unpacked",
        ),
        case(
            "laughs.xlsx",
            archive(&[(
                "xl/workbook.xml",
                b"<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">]><workbook>&lol;</workbook>",
            )]),
            "error[KB613]: laughs.xlsx: the workbook is damaged: xl/workbook.xml declares a document type",
        ),
        case(
            "hollow.xlsx",
            archive(&[("xl/workbook.xml", b"<workbook>")]),
            "error[KB613]: hollow.xlsx: the workbook is damaged: ",
        ),
        case(
            "nonsense.xlsx",
            raw_xlsx("<row r=\"1\"><c r=\"ZZZZZZZZ99999999999\"><v>1</v></c></row>"),
            "error[KB613]: nonsense.xlsx: the workbook is damaged: ",
        ),
    ]
}

fn tables() -> Vec<Case> {
    let mut latin = b"AGS;Einwohner;Partei\n03901;1;Gr\xfcne\n".to_vec();
    latin.extend("03902;1;Grüne\n".as_bytes());
    let covered = "<table:table table:name=\"T\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>AGS</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>Einwohner</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type=\"string\"><text:p>03901</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>";
    let repeated = format!(
        "<table:table table:name=\"T\">{}</table:table>",
        ods_rows(&[&["AGS", "Einwohner"], &["03901", "1"]]).replacen(
            "<table:table-row>",
            "<table:table-row table:number-rows-repeated=\"1000000\">",
            1
        ),
    );
    vec![
        case("empty.csv", " \n\n", "error[KB611]: empty.csv: the file is empty"),
        case("nul.csv", "AGS;Einwohner\n03901;1\0\n", "error[KB615]: nul.csv:2:8: the file holds a NUL"),
        case("mixed.csv", latin, "error[KB615]: mixed.csv:2: the file mixes UTF-8 (as in line 3) and another encoding"),
        case(
            "dos.csv",
            b"AGS;Einwohner;Partei\n03901;1;Gr\x81ne\n",
            "error[KB615]: dos.csv:2: the file is neither UTF-8 nor Windows-1252: byte 81",
        ),
        case(
            "quote.csv",
            "AGS;Partei\n03901;\"Gr\u{fc}ne\n03902;SPD\n",
            "error[KB616]: quote.csv:2: a double quote is opened and never closed",
        ),
        case(
            "ragged.csv",
            "AGS;Einwohner;Fläche\n03901;120000;1200\n03902;80.000;5;1\n",
            "error[KB616]: ragged.csv:3: the row has 4 fields, the header has 3",
        ),
        case(
            "short.csv",
            "AGS;Einwohner;Fläche\n03901;120000;1200\n03902\n",
            "error[KB616]: short.csv:3: the row has 1 fields, the header has 3",
        ),
        case(
            "prose.csv",
            "Sehr geehrte Damen und Herren,\nanbei die Zahlen.\n",
            "error[KB617]: prose.csv: no table of Kommunen is found",
        ),
        case(
            "million.csv",
            format!("AGS;Einwohner\n{}", "03901;1\n".repeat(1_000_000)),
            "error[KB614]: million.csv: the file has more than 100000 rows",
        ),
        case("key.csv", "AGS;Einwohner\n0390x1;1\n", "error[KB623]: key.csv:2:1: line 2, field 1: `0390x1` is no AGS"),
        case("land.csv", "AGS;Einwohner\n99901;1\n", "line 2, field 1: `99901` begins with the key of no Land"),
        case("long.csv", "AGS;Einwohner\n039011;1\n", "line 2, field 1: `039011` has 6 digits"),
        case(
            "unit.csv",
            "AGS;Fläche\n03901;12,4 %\n",
            "error[KB620]: unit.csv:2:7: line 2, field 2: area_km2 is `12,4 %`, which has `%` behind the number, the unit is `km²`",
        ),
        case("words.csv", "AGS;Einwohner\n03901;viele\n", "population is `viele`, which is not a number"),
        case(
            "english.csv",
            "AGS;Fläche\n03901;\"1,409.75\"\n",
            "has a point behind its comma, which neither German nor plain numbers have",
        ),
        case(
            "type.csv",
            "AGS;Name;Typ;Einwohner\n15001;Dessau;Gau;1\n",
            "error[KB625]: type.csv:2:1: line 2, field 1: 15001 is a new Kommune, and its type `Gau` is unknown",
        ),
        case("covered.ods", ods(covered), "error[KB622]: covered.ods: T!B2: population is covered by a merged cell"),
        case(
            "repeated.ods",
            ods(&repeated),
            "error[KB614]: repeated.ods: a sheet has more than 100000 rows or 4000000 cells",
        ),
        // A reader that waits for the end of its element waits for ever.
        case(
            "cut.ods",
            ods("<table:table table:name=\"T\"><table:table-row>"),
            "error[KB613]: cut.ods: the workbook is damaged: content.xml is cut short",
        ),
        case(
            "locked.ods",
            archive(&[
                ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
                ("content.xml", b"noise"),
            ]),
            "error[KB612]: locked.ods: the table is protected with a password",
        ),
        case("json.csv", "[{\"AGS\": \"03901\"}]", "the file is JSON"),
    ]
}

fn refuse(cases: Vec<Case>) {
    let sandbox = Sandbox::with_six();
    let before = snapshot(&sandbox.path("with"));
    let mut wrong = Vec::new();
    for Case { file, bytes, args, said } in cases {
        sandbox.write(file, bytes);
        let ran = sandbox.run(&[&["import", file, "--with", "with", "--force"], args].concat());
        ran.must_fail(1).stderr_lacks("panicked");
        if !ran.stderr().contains(said) {
            wrong.push(format!("{file}: expected\n{said}\nbut it says\n{}", ran.stderr()));
        }
        sandbox.delete(file);
    }
    assert!(before == snapshot(&sandbox.path("with")), "nothing is written, nothing lost");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn workbooks_that_are_wrong_get_a_clear_message() {
    refuse(workbooks());
}

#[test]
fn tables_that_are_wrong_get_a_clear_message() {
    refuse(tables());
}

#[test]
fn files_that_are_none_get_a_clear_message() {
    let sandbox = Sandbox::with_six();
    sandbox
        .run(&["import", "with", "--with", "with"])
        .must_fail(1)
        .stderr_contains("error[KB611]: with: this is a folder");
    sandbox
        .run(&["import", "gibtsnicht.csv", "--with", "with"])
        .must_fail(1)
        .stderr_contains("error[KB611]: gibtsnicht.csv: the file cannot be read");
}

#[test]
fn many_problems_are_told_at_once_and_cut_off() {
    let sandbox = Sandbox::with_six();
    let rows: String = (0..60).map(|n| format!("03{:03};viele\n", 100 + n)).collect();
    sandbox.write("a.csv", format!("AGS;Einwohner\n{rows}"));
    let ran = sandbox.run(&["import", "a.csv", "--with", "with"]);
    ran.must_fail(1)
        .stderr_contains("a.csv:41:7: line 41, field 2: population is `viele`")
        .stderr_contains("80 more problems like these");
}

#[test]
fn a_damaged_copy_of_the_offices_workbook_is_refused_or_read() {
    // Every part of it cut short: a message, never a crash.
    let whole =
        std::fs::read(project().join("tests/data/landkreise-deutschland/04-kreise.xlsx")).expect("the workbook");
    let sandbox = Sandbox::with_six();
    for part in 1..8 {
        sandbox.write("cut.xlsx", &whole[..whole.len() * part / 8]);
        sandbox
            .run(&["import", "cut.xlsx", "--with", "with", "--dry-run"])
            .must_fail(1)
            .stderr_contains("error[KB613]");
    }
}
