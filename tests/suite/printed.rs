//! What was printed before against the rows, recomputed here with arithmetic of its own: `check` says exactly
//! these deviations of the shipped edition, and the brochure prints them.

use std::collections::BTreeSet;

use crate::pdf::Pdf;
use crate::rows::{Rows, exact, plain, quotient, ranked, together};
use crate::sandbox::{Sandbox, project, text_of, whole};

fn table(name: &str) -> Rows {
    Rows::parse(&text_of(project().join("data/2017").join(name)))
}

/// Places (`file:line`) of the warnings with one of these IDs.
fn said(ids: &[&str]) -> BTreeSet<String> {
    let found = Sandbox::new().run(&["check", "--format", "json"]).must_succeed().json();
    let found = found.as_array().expect("an array").clone();
    let of = |problem: &serde_json::Value| ids.contains(&problem["id"].as_str().expect("an ID"));
    let place = |problem: &serde_json::Value| {
        let file = problem["file"].as_str().expect("a file").trim_start_matches("data/2017/").to_owned();
        format!("{file}:{}", problem["line"])
    };
    found.iter().filter(|problem| of(problem)).map(place).collect()
}

#[test]
fn totals_are_those_of_the_rows_but_where_it_is_said() {
    let (rows, printed) = (Rows::kommunen(), table("laender_gedruckt.csv"));
    let indicators = crate::rows::indicators();
    let mut wrong = BTreeSet::new();
    for (at, land) in printed.rows.iter().enumerate() {
        let of_land: Vec<&Vec<String>> =
            rows.rows.iter().filter(|row| rows.cell(row, "state") == printed.cell(land, "state")).collect();
        let mut same = printed.cell(land, "kommunen") == of_land.len().to_string();
        for key in ["area_km2", "population"] {
            let indicator = indicators.iter().find(|i| i.key == key).expect("an indicator");
            let sum = together(&rows, &of_land, indicator).expect("a sum");
            same &= exact(&sum) == exact(printed.cell(land, key));
        }
        if !same {
            wrong.insert(format!("laender_gedruckt.csv:{}", at + 2));
        }
    }
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert_eq!(said(&["KB140"]), wrong);
}

#[test]
fn rankings_are_those_of_the_rows_but_where_it_is_said() {
    let (rows, printed) = (Rows::kommunen(), table("ranglisten_gedruckt.csv"));
    let mut wrong = BTreeSet::new();
    for (list, key, highest, reversed) in [
        ("sgb2_quote_hoechste", "sgb2_quote", true, false),
        ("sgb2_quote_niedrigste", "sgb2_quote", false, false),
        ("einwohnerstaerkste", "population", true, false),
        ("einwohnerschwaechste", "population", false, true),
    ] {
        let mut top: Vec<&Vec<String>> = ranked(&rows, key, highest).into_iter().take(10).map(|(_, row)| row).collect();
        if reversed {
            top.reverse();
        }
        let lines = printed.rows.iter().enumerate().filter(|(_, row)| printed.cell(row, "list") == list);
        for ((line, entry), row) in lines.zip(top) {
            let label = printed.cell(entry, "label_as_printed");
            let known = [rows.cell(row, "label"), rows.cell(row, "name")].contains(&label);
            let value = printed.cell(entry, "value_as_printed").trim_end_matches(" %");
            let decimals = value.split_once(',').map_or(0, |(_, decimals)| decimals.len());
            let value = value.replace('.', "").replace(',', ".");
            let rounded = plain(rows.cell(row, key), u32::try_from(decimals).expect("few"));
            if !known || value != rounded {
                wrong.insert(format!("ranglisten_gedruckt.csv:{}", line + 2));
            }
        }
    }
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert_eq!(said(&["KB137", "KB138", "KB141", "KB142", "KB143"]), wrong);
}

#[test]
fn key_figures_are_those_of_the_rows_but_where_it_is_said() {
    let rows = Rows::kommunen();
    let sum = |of: &dyn Fn(&[String]) -> i128| rows.rows.iter().map(|row| of(row)).sum::<i128>();
    let value = |row: &[String], key: &str| exact(rows.cell(row, key)).expect("a value");
    let unit = exact("1").expect("one");
    let people = sum(&|row| value(row, "population"));
    let mean = |key: &str| quotient(sum(&|row| value(row, key) * value(row, "population") / unit), people, 1);
    let laender: BTreeSet<&str> = rows.rows.iter().map(|row| rows.cell(row, "state")).collect();
    let text = text_of("data/2017/eckwerte.toml");
    let printed = |name: &str, nth: usize| -> (usize, String) {
        let found = text.lines().enumerate().filter(|(_, line)| line.starts_with(&format!("{name} ="))).nth(nth);
        let (at, line) = found.expect("a figure");
        let value = line.split_once('=').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
        (at + 1, value.trim().to_owned())
    };
    let shares = sum(&|row| value(row, "sgb2_quote") * value(row, "population") / unit);
    let mut wrong = BTreeSet::new();
    for (name, nth, made) in [
        ("kommunale_jobcenter", 0, rows.rows.len().to_string()),
        ("flaechenlaender", 0, laender.len().to_string()),
        ("einwohner_mio", 0, quotient(people, 1_000_000 * unit, 1)),
        ("leistungsberechtigte_mio", 0, quotient(shares, 100_000_000 * unit, 1)),
        ("optionskommunen", 0, mean("alo_sgb3")),
        ("optionskommunen", 1, mean("alo_sgb2")),
    ] {
        let (line, value) = printed(name, nth);
        if value != made {
            wrong.insert(format!("eckwerte.toml:{line}"));
        }
    }
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert_eq!(said(&["KB144"]), wrong);
}

#[test]
fn the_brochure_prints_every_deviation_on_its_page() {
    let pdf = Pdf::read(&whole().bytes("out/2017/broschuere.pdf"));
    for part in [
        "10.510,16\u{a0}km² 10.510,12\u{a0}km² 0,04 Rundung",
        "2.818.782 2.744.897 73.885 Größe einer Kommune",
        "20.375,01\u{a0}km² 19.738,99\u{a0}km² 636,02 Größe einer Kommune",
        "4.154\u{a0}km² 4.154,07\u{a0}km² \u{2212}0,07 Rundung",
        "Name Offenbach am Main Stadt Offenbach",
        "Landkreis Günzburg: Wert 1,9\u{a0}% 2,0\u{a0}%",
        "Arbeitslosenquote im SGB III Mittel nach Einwohnern 2,2\u{a0}% 2,3\u{a0}%",
        "Arbeitslosenquote im SGB II Mittel nach Einwohnern 3,7\u{a0}% 3,8\u{a0}%",
        "Kreis Nordfriesland Arbeitslosenquote im SGB II 3,4\u{a0}% 3,9\u{a0}%",
        "Landkreis Meißen Arbeitslosenquote im SGB II 4,9\u{a0}% 4,8\u{a0}%",
    ] {
        assert!(pdf.contains(part), "not in the brochure: {part}");
    }
    for page in &pdf.pages {
        assert!(page.off_the_page().is_empty(), "{:?}", page.off_the_page());
    }
    // About a part of the Kommunen nothing was printed before.
    let sandbox = Sandbox::new();
    sandbox.run(&["build", "--state", "Hessen", "--only", "broschuere"]).must_succeed();
    let part = Pdf::read(&sandbox.bytes("out/2017/broschuere.pdf"));
    assert!(!part.contains("Größe einer Kommune") && !part.contains("weichen ab:"));
}
