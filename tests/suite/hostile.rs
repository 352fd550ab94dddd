//! Data is hostile until checked: a clear problem or a correct page, never a crash, never code run.

use crate::pdf::Pdf;
use crate::rows::{Rows, slug};
use crate::sandbox::{SIX_EDITION, Sandbox, snapshot};

const TABLE: &str = "with/data/2031/kommunen.csv";

/// Texts that mean something to one of the languages a text passes through, or to a file system.
const TEXTS: [&str; 30] = [
    "#eval(\"1\")",
    "#import \"/etc/passwd\": *",
    "#{ panic() }",
    "$ x^2 $",
    "{{x}}",
    "{{{x}}}",
    "{{#each this}}",
    "{{> sheet}}",
    "<b>&amp;</b>",
    "<script>alert(1)</script>",
    "&#x41;",
    "$(id)",
    "`ls`",
    "; rm -rf /",
    "../../etc/passwd",
    "..\\..\\windows",
    "C:\\kommune.pdf",
    "*x* _y_ = 1.",
    "\"], [x",
    "@a <b>",
    "a // b /* c */",
    "http://x.y/?z=1&q",
    "x -- y --- z",
    "x ... y",
    "1. April",
    "= Titel",
    "- Punkt + Plus / Term",
    "„deutsche“ \"gerade\" 'einfache' “andere”",
    "~ \\ \\u{41} \\n",
    "%PDF-1.7 %d %s",
];

fn long() -> String {
    let words = "Verwaltungsgemeinschaft an der Oberen und Unteren Aue im Hügelland ".repeat(2);
    words.chars().take(99).collect::<String>().trim_end().to_owned() + "x"
}

/// The six Kommunen, and behind them one Kommune per text that uses it wherever a text can stand.
fn table() -> (Rows, Vec<String>) {
    let sandbox = Sandbox::with_six();
    let mut table = Rows::parse(&sandbox.text(TABLE));
    let model = table.rows[1].clone();
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.push(long());
    for (at, text) in texts.iter().enumerate() {
        let mut row = model.clone();
        row[0] = format!("05{:03}", at + 100);
        for name in ["name", "label", "jobcenter", "organisation", "office", "head", "party"] {
            let column = table.column(name);
            row[column].clone_from(text);
        }
        let state = table.column("state");
        row[state] = "Nordrhein-Westfalen".to_owned();
        table.rows.push(row);
    }
    (table, texts)
}

#[test]
fn markup_in_any_language_is_printed_as_it_stands() {
    let (table, texts) = table();
    let sandbox = Sandbox::with_six();
    sandbox.write(TABLE, table.csv()).write("ziel/liegt-daneben.txt", "bleibt");
    let outside = |sandbox: &Sandbox| {
        let mut files = snapshot(sandbox.root());
        files.retain(|path, _| !path.starts_with("ziel/out/"));
        files
    };
    let before = outside(&sandbox);
    sandbox.run(&["build", "--with", "with", "--out", "ziel/out"]).must_succeed();
    assert!(before == outside(&sandbox), "files are written only below the output folder");

    let files = sandbox.files("ziel/out/2031/steckbriefe");
    let mut wrong = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let ags = format!("05{:03}", at + 100);
        let path = files.iter().find(|path| path.starts_with(&format!("{ags}-"))).expect("a sheet of each");
        assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'), "{path}");
        assert!(path.len() <= 100, "{path}");
        let pdf = Pdf::read(&sandbox.bytes(&format!("ziel/out/2031/steckbriefe/{path}")));
        assert_eq!(pdf.pages.len(), 1, "{text}");
        assert!(pdf.title.ends_with(text.as_str()), "{text}: {}", pdf.title);
        let page = &pdf.pages[0];
        for part in [
            format!("Name {text}"),
            format!("Jobcenter {text}"),
            format!("Organisationsform {text}"),
            format!("{text} {text} ({text})"),
        ] {
            if !page.contains(&part) {
                wrong.push(format!("`{part}` does not stand on the sheet {path}:\n{}\n", page.text));
            }
        }
        let off = page.off_the_page();
        if !off.is_empty() {
            wrong.push(format!("`{text}` leaves the page of {path}: {off:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // The catalogue has them, too, and a browser reads them as text.
    let labels = crate::catalogue::labels(&sandbox, "ziel/out/2031");
    for text in &texts {
        assert!(labels.contains(text), "{text}: {labels:?}");
    }
    let Some(mut browser) = crate::browser::browser() else { return };
    let page = sandbox.path("ziel/out/2031/index.html").canonicalize().expect("it is there");
    browser.open(&format!("file://{}#q=%3Cscript%3Ealert(1)", page.display()));
    let shown = "[...document.querySelectorAll('tbody tr')].filter(row => row.offsetHeight).map(row => row.cells[0].textContent).join()";
    assert!(browser.text(shown).starts_with("<script>alert(1)</script> (Steckbrief"), "{}", browser.text(shown));
    assert_eq!(browser.value("document.scripts.length"), 1);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn markup_in_any_language_stands_in_the_brochure_and_the_lists() {
    let (mut table, texts) = table();
    // The words of one text each, so that all lists have one Kommune at a time to name.
    let population = table.column("population");
    for (at, row) in table.rows.iter_mut().enumerate().skip(6) {
        row[population] = (300_000 + at * 1000).to_string();
    }
    let density = table.column("density_per_km2");
    table.rows.iter_mut().skip(6).for_each(|row| row[density].clear());
    let sandbox = Sandbox::with_six();
    sandbox.write(TABLE, table.csv());
    sandbox.run(&["build", "--with", "with", "--only", "broschuere,ranglisten,laender"]).must_succeed();
    let brochure = Pdf::read(&sandbox.bytes("out/2031/broschuere.pdf"));
    let text = brochure.text();
    let missing: Vec<_> = texts
        .iter()
        .filter(|text_of_row| {
            !crate::pdf::holds(&text, &format!("Jobcenter: {text_of_row} Organisationsform: {text_of_row}"))
        })
        .collect();
    assert!(missing.is_empty(), "not in the brochure: {missing:#?}");
    let titles = brochure.outline_titles();
    // The number of its card stands before each.
    let cards: Vec<&str> = titles.iter().filter_map(|title| Some(title.split_once('\u{a0}')?.1)).collect();
    let missing: Vec<_> = texts.iter().filter(|text| !cards.contains(&text.as_str())).collect();
    assert!(missing.is_empty(), "not in the outline: {missing:#?}\n{titles:#?}");
    let off: Vec<&str> = brochure.pages.iter().flat_map(|page| page.off_the_page()).collect();
    assert_eq!(off, Vec::<&str>::new(), "leaves the page");
    // Machine formats hold the same texts.
    let listed = sandbox.run(&["list", "--with", "with", "--format", "json"]);
    let listed = listed.must_succeed().json();
    for text in &texts {
        let found = listed.as_array().expect("a list").iter().any(|row| row["label"] == text.as_str());
        assert!(found, "{text}");
    }
}

#[test]
fn a_word_wider_than_the_page_is_refused_or_stays_on_it() {
    let wide = "W".repeat(100);
    let sandbox = Sandbox::with_six();
    let row = |table: &mut Rows| {
        for name in ["name", "label", "jobcenter", "head"] {
            table.set("03901", name, &wide);
        }
    };
    sandbox.write(TABLE, six(row));
    let ran = sandbox.run(&["build", "--with", "with"]);
    if ran.stderr().contains("error[") {
        ran.must_fail(1).stderr_contains(&place("name")).stderr_contains("  hint: ");
        return;
    }
    ran.must_succeed();
    let mut off = Vec::new();
    for path in sandbox.files("out/2031").iter().filter(|path| path.ends_with(".pdf")) {
        let pdf = Pdf::read(&sandbox.bytes(&format!("out/2031/{path}")));
        assert!(!path.starts_with("steckbriefe/") || pdf.pages.len() == 1, "{path}");
        let pieces: usize = pdf.pages.iter().map(|page| page.off_the_page().len()).sum();
        if pieces > 0 {
            off.push(format!("{path}: {pieces} pieces of text leave the page"));
        }
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

/// Runs `check` and `build` over a table that cannot be used. The messages hold the parts; nothing that
/// was in the output folder changes, and nothing new appears in it.
fn refused(table: impl AsRef<[u8]>, parts: &[&str]) {
    let sandbox = Sandbox::with_six();
    sandbox
        .write(TABLE, table)
        .write("out/2031/manifest.json", "{\"alt\": true}\n")
        .write("out/2031/ranglisten.pdf", "alt")
        .write("out/2031/steckbriefe/01901-insel-einsand.pdf", "alt");
    let before = snapshot(sandbox.root());
    for command in ["check", "build"] {
        let ran = sandbox.run(&[command, "--with", "with"]);
        ran.must_fail(1);
        for part in parts {
            ran.stderr_contains(part);
        }
        ran.stderr_contains("error[KB1").stderr_lacks("panicked at");
        let lines: Vec<&str> = ran.stderr().lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("error[")) {
            let hint = lines.get(at + 1).is_some_and(|next| next.starts_with("  hint: "));
            assert!(hint, "says what is wrong, but not what to do next: {line}");
        }
        assert!(before == snapshot(sandbox.root()), "nothing is written: {}", ran.stderr());
    }
}

/// The table of the six, changed.
fn six(change: impl Fn(&mut Rows)) -> String {
    let sandbox = Sandbox::with_six();
    let mut table = Rows::parse(&sandbox.text(TABLE));
    change(&mut table);
    table.csv()
}

/// The table of the six with one cell changed.
fn six_but(ags: &str, column: &str, value: &str) -> String {
    six(|table| {
        table.set(ags, column, value);
    })
}

/// The place of a cell of the second row, as messages name it.
fn place(column: &str) -> String {
    let text = six(|_| {});
    let table = Rows::parse(&text);
    let before = &table.rows[1][..table.column(column)];
    // No cell of this row needs quotes.
    let at: usize = before.iter().map(|cell| cell.chars().count() + 1).sum();
    format!("{TABLE}:3:{}", at + 1)
}

/// A table with one cell of the second row changed is refused at that cell.
fn refused_cell(column: &str, value: &str, parts: &[&str]) {
    let place = place(column);
    let mut parts = parts.to_vec();
    parts.push(&place);
    refused(six_but("03901", column, value), &parts);
}

#[test]
fn control_and_direction_signs_are_refused_by_name() {
    refused_cell("head", "Anke\u{0}Brandt", &["U+0000", "Anke\\u{0}Brandt"]);
    refused_cell("head", "Anke\u{1b}[31m", &["U+001B"]);
    refused_cell("label", "Landkreis\nAltmoor", &["U+000A"]);
    refused_cell("label", "Landkreis \u{202e}roomtlA", &["U+202E"]);
    refused_cell("name", "Alt\u{200f}moor", &["U+200F"]);
    refused_cell("name", "Alt\u{ad}moor", &["U+00AD"]);
    refused_cell("jobcenter", "Job\u{2028}center", &["U+2028"]);
    refused_cell("party", "\u{e110}", &["U+E110"]);
}

#[test]
fn absurd_lengths_are_refused() {
    refused_cell("label", &"x".repeat(101), &["101 characters", "at most 100"]);
    refused_cell("name", &"Ö".repeat(5000), &["5000 characters"]);
    refused_cell("head", &"y ".repeat(50_000), &["characters"]);
}

#[test]
fn other_encodings_are_refused_by_name() {
    let text = six(|_| {});
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    // The first sign beyond ASCII is the ä of Landrätin, in the row of Altmoor.
    let line = text.lines().nth(2).expect("the row of Altmoor");
    let column = line.find('ä').map(|at| line[..at].chars().count() + 1).expect("a Landrätin");
    refused(latin, &["Windows-1252", &format!("{TABLE}:3:{column}"), "iconv"]);
    let little: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    refused(little, &["UTF-16LE", &format!("{TABLE}:1:1"), "iconv"]);
    let big: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    refused(big, &["UTF-16BE", &format!("{TABLE}:1:1")]);
}

#[test]
fn a_byte_order_mark_and_crlf_are_no_problem() {
    let sandbox = Sandbox::with_six();
    let text = six(|_| {}).replace('\n', "\r\n");
    sandbox.write(TABLE, format!("\u{feff}{text}"));
    sandbox.run(&["check", "--with", "with"]).must_succeed().stderr_lacks("error").stderr_lacks("warning");
}

#[test]
fn files_that_are_no_table_are_refused() {
    let text = six(|_| {});
    let first = format!("{TABLE}:1:1");
    refused("", &["the file is empty", &first]);
    refused("\n \n", &["the file is empty", &first]);
    let header = text.lines().next().expect("a header");
    refused(format!("{header}\n"), &["a header but no rows", &format!("{TABLE}:1:{}", header.len() + 1)]);
    refused(text.replace(',', ";"), &["separated by `;`", &first]);
    refused(text.replace(',', "\t"), &[&first]);
    refused(format!("{text}05901,Kurz\n"), &["2 fields, the header has 18", &format!("{TABLE}:8:1")]);
    refused(format!("{text}05901,\"Offen\n"), &["never closed", &format!("{TABLE}:8:7")]);
    refused(b"%PDF-1.7\n%\x80\x80\x80\x80\n".as_slice(), &[&format!("{TABLE}:2:2")]);
}

#[test]
fn broken_numbers_are_refused_with_the_right_form() {
    refused_cell("population", "viele", &["`viele`, which is not a number", "Landkreis Altmoor"]);
    refused_cell("area_km2", "1.200,00", &["`1.200,00`", "1200.00"]);
    refused_cell("sgb2_quote", "5,25 %", &["5.25"]);
    refused_cell("population", "1e5", &["`1e5`"]);
    refused_cell("population", "NaN", &["`NaN`"]);
    refused_cell("population", "0x10", &["`0x10`"]);
    refused_cell("population", &"9".repeat(400), &["too many digits"]);
    refused_cell("in_office_since", "'26", &["`'26`, which is not a year"]);
}

#[test]
fn numbers_that_cannot_be_are_refused() {
    refused_cell("sgb2_quote", "100.01", &["100.01", "between 0 and 100"]);
    refused_cell("alo_sgb2", "-0.1", &["-0.1"]);
    refused_cell("population", "0", &["between 1 and"]);
    refused_cell("elected_until", "2025", &["2025, before it begins in 2026"]);
}

#[test]
fn columns_that_are_missing_or_misspelt_are_refused() {
    let end_of_header = |text: &str| format!("{TABLE}:1:{}", text.lines().next().expect("a header").len() + 1);
    let missing = six(|table| {
        table.remove_column("head");
    });
    refused(&missing, &["column `head` is missing", &end_of_header(&missing)]);
    let missing = six(|table| {
        table.remove_column("alo_sgb3");
    });
    refused(&missing, &["column `alo_sgb3` is missing", "not_measured"]);
    let misspelt = six(|table| table.header[8] = "popluation".to_owned());
    refused(&misspelt, &["column `population` is missing", "`popluation`", &end_of_header(&misspelt)]);
    let twice = six(|table| {
        table.add_column("head", |_| String::new());
    });
    let at = twice.lines().next().expect("a header").len() - "head".len() + 1;
    refused(&twice, &["column `head` stands twice", &format!("{TABLE}:1:{at}")]);
}

#[test]
fn wrong_keys_are_refused() {
    // The later of two rows is the one named, with the line of the first.
    refused(six_but("03902", "ags", "03901"), &["ags 03901", "line 3", &format!("{TABLE}:4:1")]);
    refused_cell("ags", "3901", &["`3901` is not five digits", "03901"]);
    refused_cell("ags", "0390l", &["`0390l` is not five digits"]);
    refused_cell("ags", "", &["the cell `ags` is empty"]);
    refused_cell("ags", "../..", &["`../..` is not five digits"]);
    // Which of the two is wrong nobody knows; the state is the one pointed at.
    refused(six_but("03901", "ags", "08902"), &["08902", "Niedersachsen", &place("state")]);
    refused_cell("state", "Preußen", &["`Preußen` is none of the sixteen Länder"]);
    refused_cell("state", "Niedersaxen", &["did you mean `Niedersachsen`?"]);
    refused_cell("type", "Landkreis", &["`Landkreis`", "did you mean `landkreis`?"]);
    refused_cell("type", "gemeinde", &["landkreis, kreisfreie_stadt"]);
}

#[test]
fn all_problems_are_shown_at_once() {
    let table = six(|table| {
        table.set("01901", "population", "-1").set("03901", "state", "Hesssen").set("08901", "elected_until", "1999");
        table.set("14901", "head", "\u{7}");
    });
    refused(table, &["is -1", "did you mean `Hessen`?", "ends in 1999", "U+0007"]);
}

#[test]
fn a_sign_no_font_has_fails_its_sheet_alone_and_by_name() {
    let sandbox = Sandbox::with_six();
    sandbox.write(TABLE, six_but("03901", "head", "漢 Brandt"));
    sandbox.write("out/2031/steckbriefe/03901-landkreis-altmoor.pdf", "alt");
    let ran = sandbox.run(&["build", "--with", "with", "--only", "steckbriefe"]);
    ran.must_fail(1).stderr_contains("Landkreis Altmoor").stderr_contains("漢").stderr_contains("  hint: ");
    let problems = ran.stderr().lines().filter(|line| line.starts_with("error[")).count();
    assert_eq!(problems, 1, "one problem, said once:\n{}", ran.stderr());
    let made = sandbox.files(&format!("out/{SIX_EDITION}/steckbriefe"));
    assert_eq!(made.len(), 6, "{made:?}");
    assert_eq!(sandbox.bytes("out/2031/steckbriefe/03901-landkreis-altmoor.pdf"), b"alt", "the old file stays whole");
    for path in made.iter().filter(|path| !path.starts_with("03901")) {
        assert!(sandbox.bytes(&format!("out/2031/steckbriefe/{path}")).starts_with(b"%PDF-"), "{path}");
    }
}

#[test]
fn two_labels_that_read_alike_have_files_of_their_own() {
    let sandbox = Sandbox::with_six();
    sandbox.write(TABLE, six_but("03902", "label", "LANDKREIS  ALTMOOR"));
    sandbox.run(&["build", "--with", "with", "--only", "steckbriefe"]).must_succeed().stderr_contains("warning[KB1");
    let same = slug("Landkreis Altmoor");
    let files = sandbox.files("out/2031/steckbriefe");
    for ags in ["03901", "03902"] {
        assert!(files.contains(&format!("{ags}-{same}.pdf")), "{files:?}");
    }
}

#[test]
fn an_output_folder_that_cannot_be_used_is_named() {
    let sandbox = Sandbox::with_six();
    sandbox.write("datei", "keine Mappe");
    let ran = sandbox.run(&["build", "--with", "with", "--out", "datei"]);
    ran.must_fail(1).stderr_contains("datei").stderr_contains("output folder").stderr_contains("  hint: ");
    assert_eq!(sandbox.bytes("datei"), b"keine Mappe");
}
