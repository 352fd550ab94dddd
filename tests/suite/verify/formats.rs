//! `docs/formats.md` describes what is written: its schemas hold for real files, and name nothing that never comes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{deviations, manifest, trace_lines};
use crate::bundle;
use crate::sandbox::{Sandbox, data, draft, project, six, snapshot, text_of, whole};

/// A schema of the document by its title.
fn schema(title: &str) -> Value {
    let document = text_of("docs/formats.md");
    let blocks = document.split("```json\n").skip(1).map(|rest| rest.split("```").next().expect("a block"));
    let schemas = blocks.map(|block| serde_json::from_str::<Value>(block).expect("a schema is JSON"));
    schemas.into_iter().find(|schema| schema["title"] == title).unwrap_or_else(|| panic!("no schema of {title}"))
}

/// The name JSON Schema has for a value.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Holds a value against a schema, and notes the properties that were seen. Knows the words the document uses.
fn check(schema: &Value, value: &Value, at: &str, seen: &mut BTreeSet<String>) {
    for (word, says) in schema.as_object().expect("a schema is an object") {
        let number = || says.as_u64().expect("a number");
        match word.as_str() {
            "$schema" | "title" | "description" => {}
            "type" => {
                let is = type_of(value);
                let may = |name: &Value| name == is || (name == "number" && is == "integer");
                assert!(says.as_array().map_or(may(says), |names| names.iter().any(may)), "{at}: {value} is no {says}");
            }
            "enum" => assert!(says.as_array().expect("a list").contains(value), "{at}: {value} is none of {says}"),
            "minLength" => assert!(value.as_str().is_none_or(|text| text.chars().count() as u64 >= number()), "{at}"),
            "maxLength" => assert!(value.as_str().is_none_or(|text| text.chars().count() as u64 <= number()), "{at}"),
            "minimum" => assert!(value.as_u64().is_none_or(|value| value >= number()), "{at}: {value}"),
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    check(says, item, at, seen);
                }
            }
            "required" => {
                let object = value.as_object();
                for key in says.as_array().expect("a list").iter().filter_map(Value::as_str) {
                    assert!(object.is_none_or(|object| object.contains_key(key)), "{at}: {value} has no {key}");
                }
            }
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    let at = format!("{at}.{key}");
                    if let Some(schema) = says.get(key) {
                        check(schema, inner, &at, seen);
                    }
                    seen.insert(at);
                }
            }
            "additionalProperties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    match says {
                        Value::Bool(may) => assert!(*may || schema["properties"].get(key).is_some(), "{at}: {key}"),
                        schema => check(schema, inner, at, seen),
                    }
                }
            }
            word => panic!("the word `{word}` of JSON Schema is not understood here"),
        }
    }
}

/// The properties a schema names.
fn named(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}.{key}");
        named(inner, &at, found);
        found.insert(at);
    }
    if schema.get("items").is_some() {
        named(&schema["items"], at, found);
    }
}

/// Outputs of every profile, of all Kommunen and of a selection, and those for a meeting.
fn outputs() -> [(&'static Sandbox, &'static str); 5] {
    let builds = [(whole(), "out/2017"), (data(), "out/2017"), (draft(), "out/2017"), (six(), "out/2031")];
    let [whole, data, draft, six] = builds;
    [whole, data, draft, six, (bundle::all(), bundle::ALL)]
}

#[test]
fn a_manifest_has_the_keys_that_are_documented_and_no_other() {
    let schema = schema("manifest.json");
    let (mut seen, mut documented) = (BTreeSet::new(), BTreeSet::new());
    for (sandbox, folder) in outputs() {
        check(&schema, &manifest(sandbox, folder), "manifest", &mut seen);
    }
    named(&schema, "manifest", &mut documented);
    assert_eq!(seen, documented);
    assert!(documented.contains("manifest.files.settings.selection"));
    assert!(documented.contains("manifest.meeting.annexes.ags"));
}

#[test]
fn a_trace_has_the_keys_that_are_documented_and_no_other() {
    let schemas = [("number", schema("a number in trace.jsonl")), ("inputs", schema("inputs in trace.jsonl"))];
    let (mut seen, mut documented) = (BTreeSet::new(), BTreeSet::new());
    let mut kinds = BTreeSet::new();
    for (sandbox, folder) in outputs() {
        let lines = trace_lines(sandbox, folder);
        let shared = lines.iter().take_while(|line| line.get("cells").is_some()).count();
        assert!(shared > 0 && lines[shared..].iter().all(|line| line.get("cells").is_none()), "inputs come first");
        for line in &lines {
            let (name, schema) = &schemas[usize::from(line.get("cells").is_some())];
            check(schema, line, name, &mut seen);
            kinds.extend(line["kind"].as_str().map(str::to_owned));
        }
    }
    for (name, schema) in &schemas {
        named(schema, name, &mut documented);
    }
    assert_eq!(seen, documented);
    let named: BTreeSet<String> = schemas[0].1["properties"]["kind"]["enum"]
        .as_array()
        .expect("a list of kinds")
        .iter()
        .filter_map(|kind| kind.as_str().map(str::to_owned))
        .collect();
    assert_eq!(kinds, named);
}

/// The rows of the table with this first head: the text of each cell, without backticks.
fn table(head: &str) -> Vec<Vec<String>> {
    let document = text_of("docs/formats.md");
    let lines = document.lines().skip_while(|line| !line.starts_with(&format!("| {head} |")));
    let rows = lines.take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.trim_matches('|').split(" | ").map(|c| c.trim().replace('`', "")).collect();
    let mut rows: Vec<Vec<String>> = rows.map(cells).collect();
    assert!(rows.len() > 2, "a table of {head}");
    rows.drain(1..2);
    rows
}

#[test]
fn which_keys_a_number_has_is_as_documented() {
    let table = table("`kind`");
    let keys = &table[0][2..];
    let rules: BTreeMap<&str, &[String]> = table[1..].iter().map(|row| (row[0].as_str(), &row[2..])).collect();
    for (sandbox, folder) in outputs() {
        for line in trace_lines(sandbox, folder).iter().filter(|line| line.get("cells").is_none()) {
            let kind = line["kind"].as_str().expect("a kind");
            for (key, rule) in keys.iter().zip(rules[kind]) {
                match (rule.as_str(), line.get(key).is_some()) {
                    ("always", has) => assert!(has, "{line} has no {key}"),
                    ("-", has) => assert!(!has, "{line} has {key}"),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn deviations_have_the_keys_that_are_documented_and_no_other() {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&six().path("out/2031"), "out/2031").delete("out/2031/laender.pdf");
    let ran = sandbox.run(&["verify", "--with", "with", "--format", "json"]);
    let found = deviations(ran.must_fail(1));
    let keys: BTreeSet<&str> = found[0].as_object().expect("an object").keys().map(String::as_str).collect();
    let documented = table("key");
    assert_eq!(keys, documented[1..].iter().map(|row| row[0].as_str()).collect());
}

#[test]
fn every_rule_of_verify_is_documented() {
    let sources = snapshot(&project().join("src/verify"));
    let sources: String = sources.into_values().map(|source| String::from_utf8(source).expect("UTF-8")).collect();
    let ids = |text: &str| -> BTreeSet<String> {
        let at = text.match_indices("KB4").map(|(at, _)| text[at..].chars().take(5).collect::<String>());
        at.filter(|id| id[3..].chars().all(|c| c.is_ascii_digit())).collect()
    };
    let mut used = ids(&sources);
    // Says how many more there are.
    assert!(used.remove("KB419"));
    // Written as a range.
    let mut documented = ids(&text_of("docs/formats.md"));
    documented.extend(["KB402".to_owned()]);
    assert_eq!(used, documented);
}

#[test]
fn the_readme_leads_to_the_formats() {
    assert!(text_of("README.md").contains("(docs/formats.md)"));
}
