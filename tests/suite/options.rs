//! An option is either of use or refused: none is accepted and ignored.

use crate::sandbox::{Sandbox, six, six_later};

/// Command lines with an option that would do nothing, and what the refusal says.
const USELESS: [(&[&str], &str); 16] = [
    (&["explain", "Altmoor", "--all"], "INDICATOR|TEXT"),
    (&["explain", "Altmoor", "--format", "sarif"], "invalid value 'sarif'"),
    (&["fields", "--kommune", "Altmoor"], "DOCUMENT"),
    (&["fields", "--helpers", "--kommune", "Altmoor"], "DOCUMENT"),
    (&["fields", "broschuere", "--kommune", "Altmoor"], "error[KB330]"),
    (&["fields", "ranglisten", "--kommune", "Altmoor"], "error[KB330]"),
    (&["compare", "2031", "2032", "--time-limit", "5"], "--pdf"),
    (&["compare", "2031", "2032", "--memory-limit", "7"], "--pdf"),
    (&["compare", "2031", "2032", "--jobs", "3"], "--pdf"),
    (&["compare", "2031", "2032", "--by", "population", "--pdf", "v.pdf"], "cannot be used with"),
    (&["eject", "--print", "templates/look.typ", "--with", "with"], "cannot be used with"),
    (&["import", "x.csv", "--dry-run", "--force"], "cannot be used with"),
    (&["import", "x.csv", "--edition", "2040", "--stand", "2040-12", "--source", ""], "--source"),
    (&["watch", "--no-build", "--out", "zz"], "cannot be used with"),
    (&["watch", "--with", "with", "--no-build", "--jobs", "3"], "error[KB330]"),
    (&["stamp", "x.pdf", "--text", "Anlage", "--start", "7"], "error[KB330]"),
];

#[test]
fn an_option_that_would_do_nothing_is_refused() {
    let sandbox = Sandbox::with_six();
    let before = sandbox.files("");
    for (args, says) in USELESS {
        sandbox.run(args).must_fail(2).stderr_contains(says);
    }
    assert_eq!(before, sandbox.files(""), "nothing was written");
}

#[test]
fn options_of_an_import_fit_the_edition() {
    let sandbox = Sandbox::with_six();
    sandbox.write("x.csv", sandbox.bytes("with/data/2031/kommunen.csv"));
    let args = ["import", "x.csv", "--with", "with", "--edition", "2040", "--stand", "2040-12"];
    for more in [&["--force"][..], &["--base", "none", "--keep-missing"]] {
        sandbox.run(&[&args[..], more].concat()).must_fail(2).stderr_contains("error[KB330]");
    }
    assert!(!sandbox.path("with/data/2040").exists());
}

#[test]
fn an_edition_that_a_folder_does_not_hold_is_not_verified_as_another() {
    let sandbox = six();
    let args = ["verify", "out/2031", "--with", "with", "--edition"];
    sandbox.run(&[&args[..], &["2032"]].concat()).must_fail(2).stderr_contains("holds the edition 2031, not 2032");
    sandbox.run(&[&args[..], &["2031"]].concat()).must_succeed();
}

#[test]
fn deviations_are_written_in_every_format_offered() {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&six().path("out/2031"), "out/2031").delete("out/2031/laender.pdf");
    let ran = sandbox.run(&["verify", "--with", "with", "--format", "sarif"]);
    let log = ran.must_fail(1).json();
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert!(results.iter().any(|result| result["ruleId"] == "KB410"), "{log}");
}

#[test]
fn programs_get_every_deviation() {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&six().path("out/2031"), "out/2031");
    let table = sandbox.text("with/data/2031/kommunen.csv");
    sandbox.write("with/data/2031/kommunen.csv", table.replace("120000", "120001").replace("5.25", "5.75"));
    let args = |format| ["verify", "--with", "with", "--format", format];
    let all = sandbox.run(&args("json")).must_fail(1).json().as_array().expect("a list").len();
    let log = sandbox.run(&args("sarif")).must_fail(1).json();
    assert_eq!(log["runs"][0]["results"].as_array().expect("results").len(), all);
    sandbox.run(&args("text")).must_fail(1).stderr_contains("error[KB419]");
}

#[test]
fn an_indicator_named_twice_is_compared_once() {
    let sandbox = six_later();
    let args = ["compare", "2031", "2032", "--with", "with", "--format", "csv", "--by", "population"];
    let once = sandbox.run(&args);
    let twice = sandbox.run(&[&args[..], &["--by", "population"]].concat());
    assert_eq!(once.must_succeed().stdout(), twice.must_succeed().stdout());
}

#[test]
fn a_wrong_command_line_is_refused_before_a_page_is_served() {
    let sandbox = Sandbox::with_six();
    for wrong in [["--document", "nix"], ["--kommune", "NIX"], ["--document", ""]] {
        let ran = sandbox.run(&["watch", "--with", "with", wrong[0], wrong[1]]);
        assert_eq!(ran.must_fail(2).stdout(), "", "no address of a page that is not there");
    }
}

#[test]
fn colour_holds_for_help_and_errors_of_the_command_line() {
    let sandbox = Sandbox::new();
    let coloured = |args: &[&str]| {
        let ran = sandbox.run(args);
        format!("{}{}", ran.stdout(), ran.stderr()).contains('\u{1b}')
    };
    assert!(coloured(&["--color", "always", "build", "--help"]));
    assert!(coloured(&["list", "--bad", "--color=always"]));
    assert!(!coloured(&["--color", "never", "build", "--help"]));
}

#[test]
fn the_manual_page_has_every_command_with_its_options() {
    let sandbox = Sandbox::new();
    let page = sandbox.run(&["man"]);
    let page = page.must_succeed().stdout();
    for part in [".SH \"BUILD\"", ".SH \"MERGE-MANIFESTS\"", "\\-\\-pad\\-pages", "\\-\\-back\\-cover"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("kreisblatt-build(1)"), "no other page is there to be read");
}
