//! How problems are written: as lines, drawn with their line, as JSON, as SARIF.

use serde_json::Value;

use crate::sandbox::Sandbox;

const TABLE: &str = "with/data/2031/kommunen.csv";

/// The six with a value out of its range, a doubled blank, and a printed ranking with a wrong value.
fn wrong() -> Sandbox {
    let sandbox = Sandbox::with_six();
    let csv = sandbox.text(TABLE).replace("11.95", "119.5").replace("Dr. Anke", "Dr.  Anke");
    sandbox.write(TABLE, csv);
    sandbox
}

fn warned() -> Sandbox {
    let sandbox = Sandbox::with_six();
    let list = "list,position,label_as_printed,value_as_printed\nsgb2_quote_hoechste,1,Großweißenstein,\"11,9 %\"\n";
    sandbox.write("with/data/2031/ranglisten_gedruckt.csv", list);
    sandbox
}

#[test]
fn lines_stay_lines_where_no_terminal_is() {
    let ran = wrong().run(&["check", "--with", "with"]);
    ran.must_fail(1).stderr_contains(
        "error[KB117]: with/data/2031/kommunen.csv:7:127: sgb2_quote of Stadt Großweißenstein is 119.5, which cannot \
         be: it lies between 0 and 100\n  hint: correct the value, or the range in data/indicators.toml\n",
    );
    ran.stderr_lacks("\u{1b}[").stderr_lacks("^^^");
}

/// What stands on a terminal, without the colours.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for (at, part) in text.split('\u{1b}').enumerate() {
        plain.push_str(if at == 0 { part } else { part.split_once('m').map_or(part, |(_, rest)| rest) });
    }
    plain
}

#[test]
fn a_drawn_problem_shows_the_whole_cell() {
    for command in
        [&["check"][..], &["build", "--only", "laender"], &["list"], &["states"], &["rank", "--by", "area_km2"]]
    {
        let args = [command, &["--with", "with", "--color", "always"]].concat();
        let ran = wrong().run(&args);
        ran.must_fail(1).stderr_contains("\u{1b}[");
        let said = plain(ran.stderr());
        for part in [
            "error[KB117]: sgb2_quote of Stadt Großweißenstein is 119.5",
            " --> with/data/2031/kommunen.csv:7:127\n",
            ",119.5,",
            "^^^^^\n",
            "^^^^^^^^^^^^^^^\n",
            "= hint: correct the value, or the range in data/indicators.toml\n",
        ] {
            assert!(said.contains(part), "{args:?}: no `{part}` in\n{said}");
        }
        assert!(said.lines().filter(|line| line.contains(" | ")).all(|line| line.chars().count() <= 100), "{said}");
    }
    // A file that cannot be read is shown too, and one that is no part of the data has no line.
    let sandbox = Sandbox::with_six();
    sandbox.write("with/data/2031/edition.toml", "title = \"x\"\nstant = \"2017\"\n");
    let ran = sandbox.run(&["check", "--with", "with", "--color", "always"]);
    let said = plain(ran.must_fail(1).stderr());
    assert!(said.contains("2 | stant = \"2017\"\n") && said.contains("| ^^^^^\n"), "{said}");
}

#[test]
fn no_control_character_of_the_data_reaches_a_terminal() {
    let sandbox = Sandbox::with_six();
    let csv =
        sandbox.text(TABLE).replace("Dr. Anke", "Dr.\u{1b}[31m\u{7}\u{202e}Anke\u{9b}2J").replace("Amt,", "A\tmt,");
    sandbox.write(TABLE, csv);
    for args in [&["check", "--with", "with"][..], &["check", "--with", "with", "--color", "always"]] {
        let ran = sandbox.run(args);
        let said = plain(ran.must_fail(1).stderr_contains("KB112").stderr());
        let steering = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        assert!(!said.contains(steering), "{args:?}: {said:?}");
    }
}

#[test]
fn json_names_the_rule() {
    let found = wrong().run(&["check", "--with", "with", "--format", "json"]).must_fail(1).json();
    assert_eq!(found[0]["title"], "stray white space");
    assert_eq!(found[1]["title"], "a value that cannot be");
}

/// The required properties of SARIF 2.1.0 (sections 3.13 to 3.30), and what hosts ask for besides.
fn assert_sarif(log: &Value) {
    let text = |value: &Value, what: &str| {
        assert!(value.as_str().is_some_and(|text| !text.is_empty()), "{what}: {value}");
    };
    assert_eq!(log["version"], "2.1.0");
    text(&log["$schema"], "$schema");
    assert_eq!(log["runs"].as_array().expect("runs").len(), 1);
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "kreisblatt");
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = driver["rules"].as_array().expect("rules");
    for rule in rules {
        text(&rule["id"], "a rule's id");
        text(&rule["shortDescription"]["text"], "a rule's title");
        text(&rule["fullDescription"]["text"], "a rule's explanation");
        text(&rule["help"]["text"], "a rule's help");
        assert!(["error", "warning"].contains(&rule["defaultConfiguration"]["level"].as_str().expect("a level")));
    }
    for result in run["results"].as_array().expect("results") {
        text(&result["message"]["text"], "a message");
        assert!(["error", "warning"].contains(&result["level"].as_str().expect("a level")));
        let at = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[at]["id"], result["ruleId"]);
        for location in result["locations"].as_array().expect("locations") {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
            let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=@/%".contains(c);
            assert!(!uri.starts_with('/') && uri.chars().all(allowed), "{uri}");
            let region = &physical["region"];
            if let Some(line) = region.get("startLine") {
                assert!(line.as_u64().is_some_and(|line| line > 0));
                if let (Some(start), Some(end)) = (region["startColumn"].as_u64(), region["endColumn"].as_u64()) {
                    assert!(0 < start && start <= end, "{region}");
                }
            }
        }
    }
}

#[test]
fn sarif_has_rules_levels_regions_and_relative_uris() {
    let ran = wrong().run(&["check", "--with", "with", "--format", "sarif"]);
    let log = ran.must_fail(1).json();
    assert_eq!(ran.stderr(), "");
    assert_sarif(&log);
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    let result = &results[1];
    assert_eq!((&result["ruleId"], &result["level"]), (&"KB117".into(), &"error".into()));
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], TABLE);
    assert_eq!(physical["region"], serde_json::json!({ "startLine": 7, "startColumn": 127, "endColumn": 132 }));
    assert!(result["message"]["text"].as_str().is_some_and(|text| text.contains("\nhint: correct the value")));

    // An absolute folder below the one we stand in is written relative to it too.
    let sandbox = warned();
    let folder = sandbox.root().canonicalize().expect("the folder is there").join("with");
    let ran =
        sandbox.run(&["check", "--with", folder.to_str().expect("a temporary path is UTF-8"), "--format", "sarif"]);
    let log = ran.must_succeed().json();
    assert_sarif(&log);
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "with/data/2031/ranglisten_gedruckt.csv");

    let nothing = Sandbox::with_six().run(&["check", "--with", "with", "--format", "sarif"]).must_succeed().json();
    assert_sarif(&nothing);
    assert_eq!(nothing["runs"][0]["results"], serde_json::json!([]));
    assert_sarif(&Sandbox::new().run(&["check", "--format", "sarif"]).must_succeed().json());
    // A wrong command line is no finding.
    let ran = Sandbox::new().run(&["check", "--edition", "1999", "--format", "sarif"]);
    assert_eq!(ran.must_fail(2).stderr_contains("KB306").stdout(), "");
}
