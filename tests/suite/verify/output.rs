//! What `verify` says: to people, to machines, by its exit code.

use super::deviations;
use crate::sandbox::{Sandbox, six, text_of, whole};

fn changed_six() -> Sandbox {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&six().path("out/2031"), "out/2031");
    let table = "with/data/2031/kommunen.csv";
    sandbox.write(table, sandbox.text(table).replace("1200.00,120000", "1200.00,121000"));
    sandbox.delete("out/2031/laender.pdf");
    sandbox
}

#[test]
fn every_deviation_has_the_same_keys_and_json_stands_alone() {
    let sandbox = changed_six();
    let ran = sandbox.run(&["verify", "--with", "with", "--format", "json"]);
    let all = deviations(ran.must_fail(1));
    assert!(all.len() > 20, "{all:?}");
    for deviation in &all {
        let mut keys: Vec<&str> = deviation.as_object().expect("an object").keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["at", "expected", "file", "found", "id", "origin", "page", "what"]);
        for key in ["id", "file", "what"] {
            assert!(deviation[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {deviation}");
        }
        for key in ["expected", "found", "origin"] {
            assert!(deviation[key].is_null() || deviation[key].is_string(), "{key}: {deviation}");
        }
        assert!(deviation["page"].is_null() || deviation["page"].as_u64().is_some_and(|page| page > 0));
    }
    let sound = six().run(&["verify", "--with", "with", "--format", "json"]);
    assert_eq!(deviations(sound.must_succeed()).len(), 0, "nothing found is an empty list");
}

#[test]
fn people_are_told_where_the_number_comes_from() {
    let ran = changed_six().run(&["verify", "--with", "with"]);
    ran.must_fail(1).stderr_contains(
        "error[KB414]: steckbriefe/03901-landkreis-altmoor.pdf: page 1: the data says another number now: \
         expected 121.000, found 120.000\n  hint: origin: with/data/2031/kommunen.csv:3:87\n",
    );
    ran.stderr_contains("error[KB410]: laender.pdf: the file cannot be read").stderr_contains(" deviations\n");
    assert_eq!(ran.stdout(), "");
}

#[test]
fn the_same_folder_gives_the_same_answer() {
    for format in ["text", "json"] {
        let sandbox = changed_six();
        let run = || sandbox.run(&["verify", "--with", "with", "--format", format]);
        let (first, second) = (run(), run());
        assert_eq!(first.must_fail(1).stdout(), second.stdout());
        assert_eq!(first.stderr(), second.stderr());
        let before = sandbox.files("out");
        assert_eq!(before.len(), six().files("out").len() - 1, "nothing is written");
    }
}

#[test]
fn of_one_file_people_are_told_the_first_deviations_and_machines_all() {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&six().path("out/2031"), "out/2031");
    let trace = sandbox.text("out/2031/trace.jsonl");
    sandbox.write(
        "out/2031/trace.jsonl",
        trace.replace("{\"file\":\"broschuere.pdf\",\"page\":5", "{\"file\":\"broschuere.pdf\",\"page\":6"),
    );
    sandbox.run(&["verify", "--with", "with"]).must_fail(1).stderr_contains("more deviations in this file");
    let all = sandbox.run(&["verify", "--with", "with", "--format", "json"]);
    assert!(deviations(all.must_fail(1)).len() > 26);
    all.stderr_contains("more deviations in this file");
}

#[test]
fn data_with_errors_is_told_and_what_it_changed() {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&six().path("out/2031"), "out/2031");
    let table = "with/data/2031/kommunen.csv";
    let sound = sandbox.text(table);
    sandbox.write(table, sound.replace("2026,2034", "2076,2034"));
    let ran = sandbox.run(&["verify", "--with", "with", "--format", "json"]);
    ran.must_fail(1).stderr_contains("error[KB119]").stderr_contains("kommunen.csv:3:");
    let all = deviations(&ran);
    assert!(all.iter().all(|d| d["id"] == "KB414" && d["expected"] == "2076" && d["found"] == "2026"), "{all:?}");
    assert!(all.iter().any(|d| d["file"] == "steckbriefe/03901-landkreis-altmoor.pdf" && d["page"] == 1));
    // An error in what no page prints.
    sandbox
        .write(table, sound)
        .write("with/data/indicators.toml", text_of("data/indicators.toml") + "\n[[indicator]]\n");
    let ran = sandbox.run(&["verify", "--with", "with"]);
    ran.must_fail(1).stderr_contains("nothing deviates from the trace, but the data has errors");
}

#[test]
fn exit_codes_tell_damage_from_a_wrong_command_line() {
    let sandbox = Sandbox::with_six();
    for args in [
        &["verify", "--format", "yaml"][..],
        &["verify", "out", "more"],
        &["verify", "--only", "laender"],
        &["verify", "--jobs", "2"],
    ] {
        let ran = sandbox.run(args);
        ran.must_fail(2);
        assert_eq!(ran.stdout(), "", "{args:?}");
    }
    for args in [&["verify"][..], &["verify", "with"], &["verify", "nowhere", "--format", "json"]] {
        let ran = sandbox.run(args);
        ran.must_fail(1).stderr_contains("error[KB401]: there is no manifest.json in ");
        assert_eq!(ran.stdout(), "", "{args:?}");
    }
    whole().run(&["verify", "--edition", "2018"]).must_fail(1).stderr_contains("error[KB401]");
    whole().run(&["verify", "out", "--edition", "2017", "--quiet"]).must_succeed();
}
