//! list, rank, states, check: what machines read, and what SELECT means.

use serde_json::{Value, json};

use crate::rows::{Rows, indicators, plain, ranked, slug, together};
use crate::sandbox::{Ran, Sandbox};

fn run(args: &[&str]) -> Ran {
    Sandbox::new().run(args)
}

fn json_of(args: &[&str]) -> Vec<Value> {
    let ran = run(args);
    ran.must_succeed().json().as_array().expect("an array").clone()
}

/// Every object has these keys; there may be more.
fn assert_keys(rows: &[Value], keys: &[&str], command: &str) {
    assert!(!rows.is_empty(), "{command}");
    for row in rows {
        let object = row.as_object().expect("an object");
        for key in keys {
            assert!(object.contains_key(*key), "{command}: no `{key}` in {row}");
        }
    }
}

#[test]
fn list_names_every_kommune_with_its_values() {
    let table = Rows::kommunen();
    let indicators = indicators();
    let rows = json_of(&["list", "--format", "json"]);
    assert_eq!(rows.len(), 104);
    let mut keys = vec!["ags", "label", "slug", "type", "state"];
    keys.extend(indicators.iter().map(|i| i.key.as_str()));
    assert_keys(&rows, &keys, "list");
    for row in &rows {
        let source = table.of(row["ags"].as_str().expect("an AGS is text"));
        for key in ["label", "type", "state"] {
            assert_eq!(row[key], table.cell(source, key));
        }
        assert_eq!(row["slug"], slug(table.cell(source, "label")).as_str());
        for indicator in &indicators {
            let plain = plain(table.cell(source, &indicator.key), indicator.decimals);
            let wanted =
                if indicator.decimals == 0 { json!(plain.parse::<i64>().expect("whole")) } else { json!(plain) };
            assert_eq!(row[&indicator.key], wanted, "{}: {}", row["label"], indicator.key);
        }
    }
    let csv = run(&["list", "--format", "csv"]);
    let csv = Rows::parse(csv.must_succeed().stdout());
    assert_eq!(csv.header[..keys.len()], keys);
    assert_eq!(csv.rows.len(), 104);
    assert_eq!(csv.cell(csv.of("08426"), "area_km2"), "1409.75");
    let plain = run(&["list"]);
    assert_eq!(plain.must_succeed().stdout().lines().count(), 105, "a header and a line each");
    plain.stdout_contains("Landkreis Biberach").stdout_contains("08426");
}

#[test]
fn unknown_values_are_null_empty_or_a_point() {
    let sandbox = Sandbox::with_six();
    let args = ["list", "--with", "with", "--kommune", "Lückow", "--format"];
    let with = |format| sandbox.run(&[&args[..], &[format]].concat());
    let json = with("json");
    assert_eq!(json.must_succeed().json()[0]["population"], Value::Null);
    with("csv").must_succeed().stdout_contains("Brandenburg,,,,,,\n");
    with("table").must_succeed().stdout_contains("Brandenburg           .");
}

#[test]
fn rank_counts_from_either_end() {
    let table = Rows::kommunen();
    for (lowest, args) in [
        (false, vec!["rank", "--by", "sgb2_quote", "--top", "10", "--format", "json"]),
        (true, vec!["rank", "--by", "sgb2_quote", "--top", "10", "--lowest", "--format", "json"]),
    ] {
        let rows = json_of(&args);
        assert_keys(&rows, &["rank", "ags", "label", "state", "value"], "rank");
        let wanted: Vec<Value> = ranked(&table, "sgb2_quote", !lowest)
            .into_iter()
            .take(10)
            .map(|(rank, row)| {
                let cell = |name| table.cell(row, name);
                json!({"rank": rank, "ags": cell("ags"), "label": cell("label"), "state": cell("state"),
                       "value": plain(cell("sgb2_quote"), 2)})
            })
            .collect();
        assert_eq!(rows, wanted);
    }
    let first = &json_of(&["rank", "--by", "sgb2_quote", "--top", "1", "--format", "json"])[0];
    assert_eq!(
        *first,
        json!({"rank": 1, "ags": "06413", "label": "Stadt Offenbach", "state": "Hessen", "value": "15.55"})
    );
    let all = run(&["rank", "--by", "population", "--format", "csv"]);
    let all = Rows::parse(all.must_succeed().stdout());
    assert_eq!(all.header, ["rank", "ags", "label", "state", "value"]);
    assert_eq!(all.rows.len(), 104);
    assert_eq!(all.rows[0], ["1", "08111", "Stadt Stuttgart", "Baden-Württemberg", "623738"]);
}

#[test]
fn a_ranking_of_a_selection_ranks_it_among_itself() {
    let rows = json_of(&["rank", "--by", "population", "--state", "Hessen", "--format", "json"]);
    assert_eq!(rows.len(), 16);
    assert_eq!(rows[0]["rank"], 1);
    assert!(rows.iter().all(|row| row["state"] == "Hessen"));
}

#[test]
fn a_cut_through_a_tie_is_said() {
    let sandbox = Sandbox::with_six();
    let args = ["rank", "--by", "sgb2_quote", "--top", "2", "--with", "with"];
    sandbox.run(&args).must_succeed().stderr_contains("one more Kommune shares the last rank");
}

#[test]
fn states_add_up() {
    let table = Rows::kommunen();
    let rows = json_of(&["states", "--format", "json"]);
    assert_eq!(rows.len(), 13);
    assert_keys(&rows, &["ags", "state", "kommunen", "area_km2", "population"], "states");
    for row in &rows {
        let members: Vec<&Vec<String>> = table.rows.iter().filter(|r| row["state"] == table.cell(r, "state")).collect();
        assert_eq!(row["kommunen"], members.len());
        for indicator in indicators() {
            let value = together(&table, &members, &indicator).expect("a value");
            let found = row[&indicator.key].to_string();
            assert_eq!(found.trim_matches('"'), value, "{}: {}", row["state"], indicator.key);
        }
    }
    let first = rows.iter().find(|row| row["ags"] == "08").expect("Baden-Württemberg");
    for (key, value) in [
        ("state", json!("Baden-Württemberg")),
        ("kommunen", json!(11)),
        ("area_km2", json!("10510.12")),
        ("population", json!(3_198_864)),
    ] {
        assert_eq!(first[key], value, "{key}");
    }
    let csv = run(&["states", "--format", "csv"]);
    assert_eq!(
        csv.must_succeed().stdout(),
        crate::sandbox::whole().text("out/2017/laender.csv"),
        "the file says the same"
    );
    run(&["states"]).must_succeed().stdout_contains("Nordrhein-Westfalen");
}

fn labels(args: &[&str]) -> Vec<String> {
    let rows = json_of(&[&["list", "--format", "json"], args].concat());
    rows.iter().map(|row| row["label"].as_str().expect("a label").to_owned()).collect()
}

#[test]
fn select_finds_by_every_name() {
    assert_eq!(labels(&["--state", "Hessen"]).len(), 16);
    assert_eq!(labels(&["--state", "hessen", "--state", "SAARLAND"]).len(), 19);
    assert_eq!(labels(&["--state", "Thueringen"]).len(), 4);
    for name in ["08426", "Biberach", "landkreis biberach", "landkreis-biberach", "08426-landkreis-biberach"] {
        assert_eq!(labels(&["--kommune", name]), ["Landkreis Biberach"], "{name}");
    }
    assert_eq!(labels(&["--kommune", "Goettingen", "--kommune", "Essen"]).len(), 2);
    assert_eq!(labels(&["--type", "kreisfreie_stadt", "--state", "Hessen"]), ["Stadt Offenbach", "Stadt Wiesbaden"]);
}

#[test]
fn select_finds_by_conditions() {
    let table = Rows::kommunen();
    let wanted = |meets: &dyn Fn(&[String]) -> bool| -> Vec<&str> {
        let mut found: Vec<_> =
            table.rows.iter().filter(|row| meets(row)).map(|row| table.cell(row, "label")).collect();
        found.sort_unstable();
        found
    };
    let number = |row: &[String], name: &str| -> f64 { table.cell(row, name).parse().expect("a number") };
    let found = |condition: &str| {
        let mut found = labels(&["--where", condition]);
        found.sort_unstable();
        found
    };
    assert_eq!(found("sgb2_quote > 10"), wanted(&|row| number(row, "sgb2_quote") > 10.0));
    assert_eq!(
        found("sgb2_quote > 10 and not state = \"Hessen\""),
        wanted(&|row| number(row, "sgb2_quote") > 10.0 && table.cell(row, "state") != "Hessen")
    );
    assert_eq!(
        found("population < 60000 or (type = landkreis and area_km2 >= 3000)"),
        wanted(&|row| number(row, "population") < 60000.0
            || (table.cell(row, "type") == "landkreis" && number(row, "area_km2") >= 3000.0))
    );
    assert_eq!(found("office = Landrätin"), wanted(&|row| table.cell(row, "office") == "Landrätin"));
    run(&["list", "--where", "sgb2_quot > 10"]).must_fail(2).stderr_contains("did you mean `sgb2_quote`?");
    run(&["list", "--where", "sgb2_quote > 10,5"]).must_fail(2).stderr_contains("error[KB301]");
    run(&["list", "--where", "sgb2_quote > 99"]).must_fail(2).stderr_contains("matches no Kommune");
}

#[test]
fn ambiguous_and_misspelt_names_are_explained() {
    for command in ["list", "build", "states"] {
        let sandbox = Sandbox::new();
        let ran = sandbox.run(&[command, "--kommune", "Offenbach"]);
        ran.must_fail(2).stderr_contains("Stadt Offenbach (06413)").stderr_contains("Kreis Offenbach (06438)");
        assert_eq!(ran.stdout(), "");
        assert_eq!(sandbox.files("."), Vec::<String>::new(), "nothing is made");
    }
    run(&["list", "--kommune", "Biberch"]).must_fail(2).stderr_contains("did you mean `Biberach`?");
    run(&["list", "--state", "Hesen"]).must_fail(2).stderr_contains("did you mean `Hessen`?");
    run(&["list", "--type", "stadt"]).must_fail(2).stderr_contains("landkreis, kreisfreie_stadt");
    run(&["rank", "--by", "sgb2"]).must_fail(2).stderr_contains("sgb2_quote");
    run(&["list", "--edition", "2018"]).must_fail(2).stderr_contains("did you mean `2017`?");
    // All of them at once.
    let ran = run(&["list", "--kommune", "Biberch", "--state", "Hesen", "--where", "x"]);
    ran.must_fail(2).stderr_contains("Biberach").stderr_contains("Hessen").stderr_contains("KB301");
}

#[test]
fn a_wrong_command_line_exits_2() {
    for args in [
        &["bild"][..],
        &[],
        &["build", "--jobs", "0"],
        &["build", "--only", "alles"],
        &["build", "--profile", "bunt"],
        &["rank"],
        &["rank", "--by", "population", "--top", "0"],
        &["list", "--format", "yaml"],
        &["list", "--quiet", "--verbose"],
        &["check", "extra"],
    ] {
        let ran = run(args);
        ran.must_fail(2);
        assert_eq!(ran.stdout(), "", "{args:?}");
        assert!(!ran.stderr().is_empty(), "{args:?} says why");
    }
    run(&["--help"]).must_succeed().stdout_contains("build");
    run(&["--version"]).must_succeed().stdout_contains(env!("CARGO_PKG_VERSION"));
}

#[test]
fn check_speaks_to_machines() {
    let sandbox = Sandbox::with_six();
    let table = "with/data/2031/kommunen.csv";
    let csv = sandbox.text(table).replace("11.95", "119.5").replace("Dr. Anke", "Dr.  Anke");
    sandbox.write(table, csv);
    let ran = sandbox.run(&["check", "--with", "with", "--format", "json"]);
    let found = ran.must_fail(1).json();
    assert_eq!(ran.stderr(), "", "what is in the output is not said twice");
    let found = found.as_array().expect("an array");
    assert_eq!(found.len(), 2);
    assert_keys(found, &["id", "severity", "message", "file", "line", "column", "hint"], "check");
    assert_eq!(found[0]["id"], "KB121");
    assert_eq!(found[0]["severity"], "warning");
    assert_eq!(found[1]["id"], "KB117");
    assert_eq!(found[1]["severity"], "error");
    assert_eq!(found[1]["file"], table);
    assert_eq!(found[1]["line"], 7);
    assert_eq!(found[1]["column"], 127);
    for problem in found {
        assert!(problem["message"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(problem["hint"].as_str().is_some_and(|text| !text.is_empty()));
    }
    let ran = Sandbox::with_six().run(&["check", "--with", "with", "--format", "json"]);
    assert_eq!(ran.must_succeed().json(), json!([]), "nothing found is an empty list");
}

#[test]
fn results_and_messages_go_their_own_ways() {
    let sandbox = Sandbox::with_six();
    let args = ["check", "--with", "with"];
    sandbox.run(&args).must_succeed().stderr_contains("6 Kommunen checked, nothing found");
    let quiet = sandbox.run(&["check", "--with", "with", "--quiet"]);
    assert_eq!((quiet.must_succeed().stdout(), quiet.stderr()), ("", ""));
    let csv = sandbox.text("with/data/2031/kommunen.csv").replace("11.95", "119.5");
    sandbox.write("with/data/2031/kommunen.csv", csv);
    sandbox.run(&["check", "--with", "with", "--quiet"]).must_fail(1).stderr_contains("error[KB117]");
    sandbox.run(&["check", "--with", "with"]).must_fail(1).stderr_lacks("\u{1b}[");
    sandbox
        .run(&["check", "--with", "with", "--color", "always"])
        .must_fail(1)
        .stderr_contains("\u{1b}[")
        .stderr_contains("error[KB117]");
    let listed = sandbox.run(&["list", "--with", "with"]);
    assert_eq!(listed.must_fail(1).stdout(), "", "no table is made from data with errors");
    let verbose = Sandbox::with_six().run(&["build", "--with", "with", "--only", "laender", "--verbose"]);
    verbose.must_succeed().stderr_contains("laender.pdf\n");
}

#[test]
fn a_file_selects_as_the_command_line_does() {
    let sandbox = Sandbox::new();
    let list = |file: &str, more: &[&str]| {
        sandbox.write("liste.txt", file);
        let args: Vec<&str> = ["list", "--format", "csv", "--from", "liste.txt"].iter().chain(more).copied().collect();
        sandbox.run(&args)
    };
    let ags = |ran: &crate::sandbox::Ran| -> Vec<String> {
        ran.must_succeed();
        ran.stdout().lines().skip(1).map(|line| line.chars().take(5).collect()).collect()
    };
    let text = "\u{feff}# für den Kreistag\r\n\r\nLandkreis Biberach\r\n  08436 \r\nbodenseekreis\r\n";
    assert_eq!(ags(&list(text, &[])), ["08426", "08435", "08436"]);
    assert_eq!(ags(&list("Biberach\n", &["--kommune", "08436"])), ["08426", "08436"], "those of one kind add up");
    assert_eq!(
        ags(&list("--state Hessen\n--where sgb2_quote > 12\n", &[])),
        ags(&sandbox.run(&["list", "--format", "csv", "--state", "Hessen", "--where", "sgb2_quote > 12",]))
    );
    for (file, more, code, part) in [
        ("Biberch\nx y z\n", [].as_slice(), 2, "liste.txt:1: there is no Kommune `Biberch`"),
        ("Biberach\nx y z\n", &[], 2, "liste.txt:2: there is no Kommune `x y z`"),
        ("--land Hessen\n", &[], 2, "error[KB313]: liste.txt:1: `--land` selects no Kommune"),
        ("--where population >\n", &[], 2, "liste.txt:1"),
        ("--where population > 1\n--where area_km2 > 1\n", &[], 2, "liste.txt:2: there is a condition already"),
        ("# nobody\n\n", &[], 2, "error[KB302]: liste.txt: no line of the file selects a Kommune"),
    ] {
        list(file, more).must_fail(code).stderr_contains(part);
    }
    sandbox.write("liste.txt", b"M\xfcnchen\n");
    sandbox
        .run(&["list", "--from", "liste.txt"])
        .must_fail(2)
        .stderr_contains("error[KB312]")
        .stderr_contains("not UTF-8");
    sandbox
        .run(&["list", "--from", "gone.txt"])
        .must_fail(2)
        .stderr_contains("error[KB312]")
        .stderr_contains("gone.txt");
}
