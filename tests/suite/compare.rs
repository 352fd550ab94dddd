//! compare, and what documents say of the former edition: differences, ranks, mergers, and what cannot be compared.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::contact::faults;
use crate::pdf::Pdf;
use crate::rows::{Rows, exact, indicators};
use crate::sandbox::{SIX_LATER, Sandbox, project, six_later, text_of};

fn two_years() -> Sandbox {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&project().join(SIX_LATER), "with");
    sandbox
}

/// The rows of `compare 2031 2032` with more options, by AGS (of one that vanished its former) and indicator.
fn compared(sandbox: &Sandbox, options: &[&str]) -> BTreeMap<(String, String), Value> {
    let args = [&["compare", "2031", "2032", "--with", "with", "--format", "json"], options].concat();
    let rows = sandbox.run(&args).must_succeed().json();
    let rows = rows.as_array().expect("an array").iter();
    rows.map(|row| {
        let ags = row["ags"].as_str().or(row["former_ags"].as_str()).expect("an AGS").to_owned();
        ((ags, row["indicator"].as_str().expect("a key").to_owned()), row.clone())
    })
    .collect()
}

fn fields(row: &Value, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| row[*name].clone()).collect()
}

#[test]
fn what_changed_is_what_a_hand_computes() {
    let rows = compared(&two_years(), &[]);
    // Five Kommunen and one that vanished, six indicators each.
    assert_eq!(rows.len(), 36);
    let names =
        ["status", "old", "new", "difference", "relative_percent", "old_rank", "old_of", "rank", "of", "reason"];
    let none = Value::Null;
    for (ags, key, expected) in [
        // 120 000 + 80 000 inhabitants; 1 000 / 200 000 = 0.5 %. Ranks of 2032: 252 000, 201 000, 129 000, 90 000, 50 000.
        ("03910", "population", json!(["merged", "200000", "201000", "1000", "0.5", none, 5, 2, 5, none])),
        // 1 200.00 + 800.50 km².
        ("03910", "area_km2", json!(["merged", "2000.50", "2000.50", "0.00", "0.0", none, 5, 2, 5, none])),
        // 200 000 / 2 000.5 = 99.975, printed 100.
        ("03910", "density_per_km2", json!(["merged", "100", "100", "0", none, none, 5, 2, 5, none])),
        // Both had 5.25; a tie with Neusee on rank 2 of the four that are known.
        ("03910", "sgb2_quote", json!(["merged", "5.25", "5.05", "-0.20", none, none, 5, 2, 4, none])),
        // (3.0 · 120 000 + 3.5 · 80 000) / 200 000 = 3.2. The definition is another one, and said to be the same.
        ("03910", "alo_sgb2", json!(["merged", "3.2", "3.3", "0.1", none, none, 5, 2, 4, none])),
        ("03910", "alo_sgb3", json!(["merged", "2.0", "2.1", none, none, none, 5, 2, 4, "definition"])),
        // 1 975 / 250 025 = 0.79 %; its area grew by 0.39 %, which is no other area.
        ("08909", "population", json!(["renamed", "250025", "252000", "1975", "0.8", 1, 5, 1, 5, none])),
        ("08909", "area_km2", json!(["renamed", "2500.25", "2510.00", "9.75", "0.4", 1, 5, 1, 5, none])),
        ("08909", "sgb2_quote", json!(["renamed", "2.10", "2.10", "0.00", none, 4, 5, 4, 4, none])),
        // 66.00 to 64.40 km² is 2.5 % more: another area.
        ("14901", "sgb2_quote", json!(["same", "11.95", "11.45", none, none, 1, 5, 1, 4, "area"])),
        ("14901", "population", json!(["same", "128800", "129000", none, none, 2, 5, 3, 5, "area"])),
        ("12901", "population", json!(["same", none, "90000", none, none, none, 5, 4, 5, "unknown_before"])),
        ("12901", "alo_sgb3", json!(["same", none, none, none, none, none, 5, none, 4, "definition"])),
        ("13901", "population", json!(["new", none, "50000", none, none, none, 5, 5, 5, "new"])),
        ("01901", "population", json!(["vanished", "1", none, none, none, 5, 5, none, none, "vanished"])),
    ] {
        let row = &rows[&(ags.to_owned(), key.to_owned())];
        assert_eq!(json!(fields(row, &names)), expected, "{ags} {key}");
    }
    let moor = &rows[&("03910".to_owned(), "alo_sgb2".to_owned())];
    assert_eq!(
        fields(moor, &["former_ags", "computed", "comparable", "difference_unit", "rank_move"]),
        [json!("03901 03902"), json!(true), json!(true), json!("Prozentpunkte"), Value::Null]
    );
    assert_eq!(rows[&("08909".to_owned(), "alo_sgb2".to_owned())]["rank_move"], json!(0));
}

#[test]
fn the_summary_fits_a_terminal_and_names_what_cannot_be_compared() {
    let sandbox = two_years();
    let ran = sandbox.run(&["compare", "2031", "2032", "--with", "with"]);
    for part in [
        "2031 (2031-02-28) -> 2032 (2032-02-29): 6 Kommunen before, 5 now",
        "13901 Landkreis Neusee: new",
        "01901 Insel Einsand: vanished",
        "03910 Landkreis Moor: merged from 03901 03902",
        "14901 Stadt Großweißenstein: not comparable: area",
        "alo_sgb3: not comparable: definition",
        "2031: Arbeitslosenquote im Rechtskreis SGB III (Arbeitslosenversicherung). [%]",
        "2032: Arbeitslosenquote im Rechtskreis SGB III, ab 1. Januar 2032 ohne Aufstockende. [%]",
        // 1 000 + 1 975.
        "population: 2 compared, 2 higher, 0 lower, 0 the same; together +2975",
    ] {
        ran.must_succeed().stdout_contains(part);
    }
    let one = sandbox.run(&["compare", "2031", "2032", "--with", "with", "--by", "sgb2_quote", "--kommune", "Moor"]);
    one.must_succeed().stdout_contains("Landkreis Moor  5.25  5.05       -0.20");
    for ran in [&ran, &one] {
        let tables = ran.stdout().lines().filter(|line| !line.starts_with("  "));
        let longest = tables.map(|line| line.chars().count()).max();
        assert!(longest <= Some(100), "{longest:?}: {}", ran.stdout());
    }
    let csv = sandbox.run(&["compare", "2031", "2032", "--with", "with", "--format", "csv", "--state", "Sachsen"]);
    let csv = Rows::parse(csv.must_succeed().stdout());
    assert_eq!(csv.rows.len(), 6, "a selection has its Kommunen alone");
    assert_eq!(csv.cell(&csv.rows[0], "reason"), "area");
}

#[test]
fn documents_say_what_changed_and_stay_whole() {
    let sandbox = six_later();
    sandbox.run(&["verify", "--with", "with"]).must_succeed().stderr_contains("nothing deviates");
    let findings = crate::standards::findings(sandbox, "out/2032");
    assert!(findings.is_empty(), "{findings:#?}");
    let read = |path: &str| Pdf::read(&sandbox.bytes(&format!("out/2032/{path}")));
    let sheets: Vec<String> =
        sandbox.files("out/2032").into_iter().filter(|path| path.starts_with("steckbriefe/")).collect();
    assert_eq!(sheets.len(), 5);
    for path in &sheets {
        let sheet = read(path);
        assert_eq!(sheet.pages.len(), 1, "{path}");
        assert!(sheet.contains("+/− seit 28. Februar 2031*"), "{path}: {}", sheet.text());
        let faults = faults(&sandbox.bytes(&format!("out/2032/{path}")));
        assert!(faults.is_empty(), "{path}: {faults:?}");
    }
    let moor = read("steckbriefe/03910-landkreis-moor.pdf");
    for part in [
        "SGB II-Quote, % 5,05 −0,20",
        "Einwohner 201.000 +1.000",
        "Fläche, km² 2.000,50 ±0,00",
        "Alo-SGB III, % 2,1 x",
        "Frühere Werte sind für das heutige Gebiet berechnet aus: Landkreis Altmoor, Landkreis Neumoor.",
        "Zusammenschluss nach dem Moorgesetz.",
        "Nicht vergleichbar (x), Definition geändert: Alo-SGB III.",
        "Der Wortlaut von Alo-SGB II ist neu, gezählt wird wie früher.",
    ] {
        assert!(moor.contains(part), "{part}: {}", moor.text());
    }
    assert!(read("steckbriefe/14901-stadt-grossweissenstein.pdf").contains("Nicht vergleichbar (x): Gebiet geändert."));
    assert!(read("steckbriefe/13901-landkreis-neusee.pdf").contains("Nicht vergleichbar (x): neu in dieser Ausgabe."));
    let document = read("vergleich.pdf");
    for part in [
        "Vergleich der Testkommunen 2031 und 2032",
        "zusammengelegt am 1. November 2031; frühere Werte für das heutige Gebiet berechnet",
        "nicht mehr in dieser Ausgabe",
        "nicht vergleichbar: Gebiet geändert",
        "Landkreis Moor† NI 200.000 201.000 +1.000 +0,5 x 2",
        "Frei erfunden für Tests, 2031.",
    ] {
        assert!(document.contains(part), "{part}: {}", document.text());
    }
    // Niedersachsen is what it was, Sachsen is not.
    let laender = read("laender.pdf");
    assert!(laender.contains("201.000 +1.000"), "{}", laender.text());
    let brochure = read("broschuere.pdf");
    for part in ["Veränderungen seit 28. Februar 2031", "Landkreis Moor† Niedersachsen +1.000 ±0,00 ±0 −0,20 +0,1 x"]
    {
        assert!(brochure.contains(part), "{part}");
    }
    let csv = sandbox.run(&["compare", "2031", "2032", "--with", "with", "--format", "csv"]);
    assert_eq!(sandbox.text("out/2032/vergleich.csv"), csv.stdout());
    assert!(sandbox.text("out/2032/index.html").contains("vergleich.pdf"));
    let explained = sandbox.run(&["explain", "Moor", "sgb2_quote", "--with", "with"]);
    explained.must_succeed().stdout_contains("5,25\u{a0}% in edition 2031").stdout_contains("−0,20\u{a0}Prozentpunkte");
}

#[test]
fn a_changed_former_edition_is_noticed() {
    let sandbox = two_years();
    let build = ["build", "--with", "with", "--kommune", "Moor", "--only", "steckbriefe,vergleich"];
    sandbox.run(&build).must_succeed().stderr_contains("2 PDFs made");
    sandbox.run(&build).must_succeed().stderr_contains("2 kept");
    let table = "with/data/2031/kommunen.csv";
    let mut rows = Rows::parse(&sandbox.text(table));
    rows.set("03901", "population", "120001").set("03901", "density_per_km2", "100");
    sandbox.write(table, rows.csv());
    let verified = sandbox.run(&["verify", "--with", "with"]);
    verified.must_fail(1).stderr_contains("expected 999, found 1.000").stderr_contains("KB416");
    sandbox.run(&build).must_succeed().stderr_contains("2 PDFs made");
    sandbox.run(&["verify", "--with", "with"]).must_succeed();
    // The sheets of the former edition know nothing of a later one.
    sandbox
        .run(&["build", "--with", "with", "--edition", "2031", "--only", "vergleich"])
        .must_fail(1)
        .stderr_contains("KB640");
}

#[test]
fn any_two_editions_make_a_document() {
    let sandbox = two_years();
    let args = ["compare", "2031", "2032", "--with", "with", "--pdf", "neu/vergleich.pdf"];
    sandbox.run(&args).must_succeed().stderr_contains("pages made in neu/vergleich.pdf");
    let first = sandbox.bytes("neu/vergleich.pdf");
    assert_eq!(sandbox.files("neu"), ["vergleich.pdf"]);
    assert!(crate::standards::findings(&sandbox, "neu").is_empty());
    sandbox.run(&args).must_fail(1).stderr_contains("KB646");
    sandbox.run(&[&args[..], &["--force"]].concat()).must_succeed();
    assert_eq!(sandbox.bytes("neu/vergleich.pdf"), first);
    sandbox.run(&["compare", "2032", "2031", "--with", "with"]).must_fail(1).stderr_contains("KB642");
    sandbox.run(&["compare", "2031", "2031", "--with", "with"]).must_fail(1).stderr_contains("KB642");
    sandbox.run(&["compare", "2030", "2032", "--with", "with"]).must_fail(2).stderr_contains("did you mean `2031`?");
}

/// An edition of all 104 that are compared with themselves, perturbed; every third indicator is not known somewhere.
#[test]
fn old_and_difference_make_new_for_all() {
    let sandbox = Sandbox::new();
    let (before, mut after) = (Rows::kommunen(), Rows::kommunen());
    let keys: Vec<String> =
        indicators().into_iter().map(|indicator| indicator.key).filter(|key| key != "area_km2").collect();
    let mut ags: Vec<String> = before.rows.iter().map(|row| before.cell(row, "ags").to_owned()).collect();
    for (at, ags) in ags.iter().enumerate() {
        for (n, key) in keys.iter().enumerate() {
            let old = before.cell(before.of(ags), key).to_owned();
            // The first digit of the number becomes another one; some values are not known any more.
            let digit = char::from(b'1' + u8::try_from((at + n) % 9).expect("a digit"));
            let new = if (at * 7 + n) % 29 == 0 { String::new() } else { format!("{digit}{}", &old[1..]) };
            after.set(ags, key, &new);
        }
    }
    let edition = text_of("data/2017/edition.toml").replace("stand = \"2017-06\"", "stand = \"2018-06\"");
    sandbox.write("with/data/2018/edition.toml", edition).write("with/data/2018/kommunen.csv", after.csv());
    // Whatever the rates are: what is compared here is arithmetic.
    let free: String = text_of("data/indicators.toml")
        .lines()
        .filter(|l| !l.starts_with("at_most") && !l.starts_with("range"))
        .map(|l| format!("{l}\n"))
        .collect();
    sandbox.write("with/data/indicators.toml", free);
    let rows = sandbox.run(&["compare", "2017", "2018", "--with", "with", "--format", "json"]).must_succeed().json();
    let rows = rows.as_array().expect("rows");
    assert_eq!(rows.len(), 104 * 6);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let number = |value: &Value| exact(&text(value).unwrap_or_default());
    let mut differing = 0;
    for row in rows {
        let (old, new, difference) = (number(&row["old"]), number(&row["new"]), number(&row["difference"]));
        assert_eq!(row["comparable"], json!(old.is_some() && new.is_some()), "{row}");
        if let (Some(old), Some(new), Some(difference)) = (old, new, difference) {
            assert_eq!(old + difference, new, "{row}");
            differing += usize::from(difference != 0);
            let ranks = (row["old_rank"].as_i64().expect("a rank"), row["rank"].as_i64().expect("a rank"));
            assert_eq!(row["rank_move"].as_i64(), Some(ranks.0 - ranks.1), "{row}");
        }
    }
    assert!(differing > 300, "{differing}");
    ags.sort();
    ags.dedup();
    assert_eq!(ags.len(), 104);
}

#[test]
fn a_column_of_the_new_edition_alone_is_asked_of_no_other() {
    let sandbox = two_years();
    let entry = "\n[[indicator]]\nkey = \"kita_quote\"\nlabel = \"Kita-Quote\"\nunit = \"%\"\ndecimals = 1\n\
                 definition = \"Anteil der betreuten Kinder.\"\nsource = \"neu\"\npolarity = \"higher_is_better\"\n\
                 aggregate = { weighted_mean = \"population\" }\n";
    // In the file of all editions: the former one has neither column nor source.
    sandbox
        .delete("with/data/2032/indicators.toml")
        .write("with/data/indicators.toml", text_of("data/indicators.toml") + entry);
    let edition = sandbox.text("with/data/2032/edition.toml");
    sandbox.write(
        "with/data/2032/edition.toml",
        edition + "\n[[source]]\nkey = \"neu\"\nshort = \"Neu\"\ncitation = \"Neu.\"\n",
    );
    let mut table = Rows::parse(&sandbox.text("with/data/2032/kommunen.csv"));
    table.add_column("kita_quote", |at| format!("{}.5", 20 + at));
    sandbox.write("with/data/2032/kommunen.csv", table.csv());
    let rows = compared(&sandbox, &[]);
    assert_eq!(rows[&("12901".to_owned(), "kita_quote".to_owned())]["reason"], json!("not_measured_before"));
    assert_eq!(
        rows[&("03910".to_owned(), "alo_sgb3".to_owned())]["comparable"],
        json!(true),
        "one definition for both"
    );
}

#[test]
fn what_is_wrong_with_the_changes_is_said_with_its_place() {
    let merger = "[[merger]]\nfrom = [\"03901\", \"03902\"]\ninto = \"03910\"\n";
    for (file, text, expected) in [
        (
            "changes.toml",
            "[[merger]]\nfrom = [\"03991\", \"03992\"]\ninto = \"03910\"\n",
            "KB643]: with/data/2032/changes.toml:2:9: the former edition 2031 has no Kommune `03991`",
        ),
        (
            "changes.toml",
            "[[merger]]\nfrom = [\"03901\", \"03902\"]\ninto = \"03911\"\n",
            "changes.toml:3:8: the present edition 2032 has no Kommune `03911`",
        ),
        (
            "changes.toml",
            "[[merger]]\nfrom = [\"03901\"]\ninto = \"03910\"\n",
            "changes.toml:3:8: a merger has two Kommunen or more",
        ),
        (
            "changes.toml",
            "[[merger]]\nfrom = [\"03901\", \"39\"]\ninto = \"03910\"\n",
            "changes.toml:2:18: `39` is no AGS",
        ),
        (
            "changes.toml",
            "[[renamed]]\nfrom = \"14901\"\ninto = \"14901\"\n",
            "changes.toml:3:8: `14901` is renamed into itself",
        ),
        (
            "changes.toml",
            "[[renamed]]\nfrom = \"14901\"\ninto = \"13901\"\n",
            "changes.toml:2:8: `14901` stands in both editions: it cannot be the former AGS of another one",
        ),
        (
            "changes.toml",
            "[[renamed]]\nfrom = \"01901\"\ninto = \"12901\"\n",
            "changes.toml:3:8: `12901` stands in both editions: it cannot be the AGS of another one",
        ),
        (
            "changes.toml",
            "[[merger]]\nfrom = [\"03901\", \"12901\"]\ninto = \"03910\"\n",
            "changes.toml:2:18: `12901` stands in both editions: it cannot be a part of what came of others",
        ),
        (
            "changes.toml",
            "[[merger]]\nfrom = [\"03901\", \"03902\"]\ninto = \"14901\"\n",
            "changes.toml:3:8: `14901` stands in both editions",
        ),
        ("changes.toml", "[[area]]\nags = \"14902\"\ncomparable = true\n", "did you mean `14901`?"),
        (
            "changes.toml",
            "[[definition]]\nkey = \"alo_sgb4\"\ncomparable = true\n",
            "changes.toml:2:7: the edition measures no indicator `alo_sgb4`",
        ),
        (
            "changes.toml",
            "[[area]]\nags = \"14901\"\ncomparable = true\nnote = \"a\u{202e}b\"\n",
            "KB645]: with/data/2032/changes.toml:4:8: the note holds the invisible sign U+202E",
        ),
        ("changes.toml", "[[mergers]]\n", "unknown field `mergers`"),
        (
            "edition.toml",
            "former = \"2013\"\n",
            "KB641]: with/data/2032/edition.toml:8:10: former names the edition `2013`, which there is not",
        ),
        ("edition.toml", "former = \"2032\"\n", "former names the edition itself"),
    ] {
        let sandbox = two_years();
        let path = format!("with/data/2032/{file}");
        let whole = if file == "edition.toml" {
            sandbox.text(&path).replace("former = \"2031\"\n", text)
        } else {
            text.to_owned()
        };
        sandbox.write(&path, whole);
        sandbox.run(&["check", "--with", "with"]).must_fail(1).stderr_contains(expected);
    }
    let sandbox = two_years();
    let twice = format!("{merger}{merger}");
    sandbox.write("with/data/2032/changes.toml", twice);
    let ran = sandbox.run(&["check", "--with", "with"]);
    ran.must_fail(1)
        .stderr_contains("KB644]: with/data/2032/changes.toml:5:9: `03901` stands twice as a part of something");
    // What is wrong in the former edition is told as its own.
    let sandbox = two_years();
    let table = sandbox.text("with/data/2031/kommunen.csv");
    sandbox.write("with/data/2031/kommunen.csv", table.replace(",120000,", ",120 000,"));
    sandbox.run(&["check", "--with", "with"]).must_fail(1).stderr_contains("with/data/2031/kommunen.csv:3:");
}

#[test]
fn a_merger_of_one_that_was_not_there_is_not_comparable() {
    let sandbox = two_years();
    let changes = sandbox.text("with/data/2032/changes.toml").replace("\"03902\"", "\"03905\"");
    sandbox.write("with/data/2032/changes.toml", changes);
    let rows = compared(&sandbox, &[]);
    let moor = &rows[&("03910".to_owned(), "population".to_owned())];
    assert_eq!(fields(moor, &["old", "difference", "reason"]), [Value::Null, Value::Null, json!("part_missing")]);
    assert_eq!(rows[&("03902".to_owned(), "population".to_owned())]["status"], json!("vanished"));
    // A word of the editors counts more than the guard, both ways.
    sandbox.write(
        "with/data/2032/changes.toml",
        "[[area]]\nags = \"14901\"\ncomparable = true\n[[area]]\nags = \"12901\"\ncomparable = false\n",
    );
    let rows = compared(&sandbox, &[]);
    assert_eq!(rows[&("14901".to_owned(), "population".to_owned())]["difference"], json!("200"));
    assert_eq!(rows[&("12901".to_owned(), "population".to_owned())]["reason"], json!("area"));
}
