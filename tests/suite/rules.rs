//! Every ID the program can say is explained, and what is explained can be said.

use std::collections::{BTreeMap, BTreeSet};

use kreisblatt::Severity;
use kreisblatt::internals::rules;

use crate::sandbox::{Sandbox, project, snapshot};

/// Every `"KBnnn"` of the sources with what stands before it on its line, tests apart.
fn said() -> BTreeMap<String, Vec<String>> {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, bytes) in snapshot(&project().join("src")).into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let source = String::from_utf8(bytes).expect("sources are UTF-8");
        let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let code: String = code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
        for (at, _) in code.match_indices("\"KB") {
            let id = code.get(at + 1..at + 6).unwrap_or_default();
            let is_id = id[2..].bytes().all(|b| b.is_ascii_digit()) && code.get(at + 6..at + 7) == Some("\"");
            if is_id {
                let before = code[..at].trim_end().trim_end_matches('(').to_owned();
                let word = before.rsplit([' ', '=', '(', '\n']).next().unwrap_or_default().to_owned();
                said.entry(id.to_owned()).or_default().push(format!("{path}: {word}"));
            }
        }
    }
    said
}

#[test]
fn every_id_is_explained_and_no_explanation_is_left_over() {
    let said: BTreeSet<String> = said().into_keys().collect();
    let explained: BTreeSet<String> = rules::all().iter().map(|rule| rule.id.to_owned()).collect();
    assert!(said.len() > 80, "the IDs were found: {said:?}");
    let missing: Vec<_> = said.difference(&explained).collect();
    let orphaned: Vec<_> = explained.difference(&said).collect();
    assert!(missing.is_empty(), "src/diag/rules.md does not explain {missing:?}");
    assert!(orphaned.is_empty(), "src/diag/rules.md explains {orphaned:?}, which nothing says");
}

/// How a problem that stops a build is made.
const STOPPING: [&str; 3] = ["Problem::error", "Problem::usage", "Problem::stopped"];

/// The exit code is a field of each problem. By their IDs, a wrong command line (2) is the family KB3xx; a problem of
/// that family that were made as an error of the data, or the other way round, would change the exit code.
#[test]
fn the_family_kb3_is_a_wrong_command_line_and_no_other_is() {
    let mut wrong = Vec::new();
    let mut usage = 0;
    for (id, places) in said() {
        for place in places {
            let made = |how: &str| place.ends_with(how);
            let right = match (id.starts_with("KB3"), id.as_str()) {
                (true, "KB310") => made("Problem::warning"),
                (true, _) => made("Problem::usage"),
                (false, "KB211") => made("Problem::stopped"),
                (false, _) => !made("Problem::usage") && !made("Problem::stopped"),
            };
            usage += usize::from(made("Problem::usage"));
            if !right {
                wrong.push(format!("{id} in {place}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(usage > 20, "they were found: {usage}");
}

/// Where a name on the command line becomes a name in a file, its problem becomes one of the data: exit code 1.
#[test]
fn only_in_data_gives_a_problem_another_id() {
    for (path, bytes) in snapshot(&project().join("src")).into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let source = String::from_utf8(bytes).expect("sources are UTF-8");
        assert!(!source.contains("Problem { id"), "{path} changes the ID of a problem and not its kind");
    }
}

#[test]
fn every_rule_is_as_bad_as_its_section_says() {
    for (id, places) in said() {
        let rule = rules::rule(&id).expect("it is explained");
        let stops =
            places.iter().any(|place| STOPPING.iter().any(|how| place.ends_with(how)) || place.contains("markdown"));
        let warns = places.iter().any(|place| place.ends_with("Problem::warning"));
        // Where neither word is beside the ID, the severity is decided elsewhere.
        if stops || warns {
            assert_eq!(rule.severity, if stops { Severity::Error } else { Severity::Warning }, "{id}: {places:?}");
        }
    }
}

#[test]
fn explanations_can_be_asked_for() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["check", "--explain", "KB107"]);
    ran.must_succeed().stdout_contains("error[KB107]: a cell is not a number\n\n");
    assert_eq!(ran.stderr(), "");
    assert!(ran.stdout().lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout());
    assert_eq!(sandbox.run(&["check", "--explain", "kb107"]).must_succeed().stdout(), ran.stdout());
    for args in [&["check", "--explain", "list"][..], &["check", "--explain"]] {
        let ran = sandbox.run(args);
        ran.must_succeed();
        for rule in rules::all() {
            ran.stdout_contains(&format!("{} {:7} {}\n", rule.id, rule.severity.word(), rule.title));
        }
    }
    let ran = sandbox.run(&["check", "--explain", "KB109x"]);
    ran.must_fail(2)
        .stderr_contains("error[KB311]: there is no rule `KB109x`")
        .stderr_contains("did you mean `KB109`?");
    assert_eq!(ran.stdout(), "");
    sandbox.run(&["check", "--explain", "KB107", "--format", "json"]).must_fail(2);
}
