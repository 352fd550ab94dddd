//! One way the data can be wrong per folder of `tests/broken`, and the exact messages.
//!
//! A case is `<case>/with/…`, laid over the invented edition of six Kommunen file by file, and
//! `<case>/expected.txt`: what `kreisblatt check` says of it on standard error. `UPDATE=1` rewrites the
//! expectations; without one a case fails.

#![expect(clippy::disallowed_methods, reason = "UPDATE=1 rewrites the expectations")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::sandbox::{Sandbox, project, snapshot, update};

fn cases() -> Vec<PathBuf> {
    let folder = project().join("tests/broken");
    let entries = fs::read_dir(&folder).expect("tests/broken is there");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    cases.sort();
    cases
}

#[test]
fn every_case_gets_its_exact_messages() {
    let mut wrong = Vec::new();
    for case in cases() {
        let name = case.file_name().expect("a case has a name").to_string_lossy().into_owned();
        let sandbox = Sandbox::with_six();
        sandbox.copy(&case.join("with"), "with");
        let before = snapshot(sandbox.root());
        let ran = sandbox.run(&["check", "--with", "with"]);
        let said = ran.stderr().to_owned();
        assert!(before == snapshot(sandbox.root()), "{name}: check writes nothing");
        assert_eq!(ran.stdout(), "", "{name}: messages go to standard error");
        // Errors stop, warnings do not.
        if said.contains("error[") {
            ran.must_fail(1)
        } else {
            ran.must_succeed()
        };
        assert!(said.contains("error[KB") || said.contains("warning[KB"), "{name} is not wrong at all:\n{said}");
        let path = case.join("expected.txt");
        if update() {
            fs::write(&path, &said).expect("expectations can be written");
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(expected) if expected == said => {}
            Ok(expected) => wrong.push(format!("{name}: expected\n{expected}\nbut it says\n{said}")),
            Err(error) => wrong.push(format!("{name}: expected.txt: {error}; UPDATE=1 writes it. It says\n{said}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_on_data_has_a_case() {
    if update() {
        return; // The expectations are being rewritten beside this test.
    }
    let ids = |text: &str| -> BTreeSet<String> {
        text.match_indices("KB1").filter_map(|(at, _)| text.get(at..at + 5)).map(str::to_owned).collect()
    };
    let expected: String =
        cases().iter().map(|case| fs::read_to_string(case.join("expected.txt")).unwrap_or_default()).collect();
    let mut rules = BTreeSet::new();
    for (path, bytes) in snapshot(&project().join("src")) {
        if ["load/", "check/", "run/findings"].iter().any(|start| path.starts_with(start)) {
            rules.extend(ids(&String::from_utf8(bytes).expect("sources are UTF-8")));
        }
    }
    assert!(rules.len() > 20, "the rules were found: {rules:?}");
    let covered = ids(&expected);
    let missing: Vec<_> = rules.difference(&covered).collect();
    assert!(missing.is_empty(), "no case in tests/broken for {missing:?}");
}
