//! The Gegenüberstellung: two or three Kommunen side by side on one page.

use crate::pdf::{Pdf, holds};
use crate::sandbox::{Sandbox, project, six_compared, snapshot};
use crate::standards;

/// The arguments that make it of these Kommunen of the six.
fn args<'a>(kommunen: &[&'a str]) -> Vec<&'a str> {
    let named = kommunen.iter().flat_map(|kommune| ["--kommune", *kommune]);
    ["build", "--with", "with", "--only", "gegenueberstellung"].into_iter().chain(named).collect()
}

/// The file of Altmoor and Großweißenstein, below the folder of the edition.
const PAIR: &str = "gegenueberstellung/03901-landkreis-altmoor-und-14901-stadt-grossweissenstein.pdf";

#[test]
fn columns_stand_in_the_order_in_which_kommunen_are_named() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["Großweißenstein", "Lückow", "Altmoor"])).must_succeed();
    let path =
        "gegenueberstellung/14901-stadt-grossweissenstein-und-12901-landkreis-lueckow-und-03901-landkreis-altmoor";
    let page = Pdf::read(&sandbox.bytes(&format!("out/2031/{path}.pdf"))).text();
    let header = "Kennzahl Stadt Großweißenstein Landkreis Lückow Landkreis Altmoor Mittel aller";
    assert!(holds(&page, header), "{page}");
    sandbox.run(&["verify", "out", "--with", "with"]).must_succeed().stderr_contains("nothing deviates");
}

#[test]
fn differences_are_those_of_the_printed_values() {
    let page = Pdf::read(&six_compared().bytes(&format!("out/2031/{PAIR}"))).text();
    // Rates of 11,95 % and 5,25 %; two Kommunen have the latter.
    assert!(holds(&page, "SGB II-Quote, % 5,25 Rang 2* 11,95 Rang 1*"), "{page}");
    assert!(
        holds(&page, "in der Stadt Großweißenstein um 6,70 Prozentpunkte höher als im Landkreis Altmoor"),
        "{page}"
    );
}

#[test]
fn what_is_unknown_is_compared_with_nothing() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["Lückow", "Altmoor"])).must_succeed();
    let path = "gegenueberstellung/12901-landkreis-lueckow-und-03901-landkreis-altmoor";
    let page = Pdf::read(&sandbox.bytes(&format!("out/2031/{path}.pdf"))).text();
    assert!(holds(&page, "SGB II-Quote nicht für zwei Kommunen bekannt"), "{page}");
}

#[test]
fn the_longest_names_fit_one_page_that_conforms() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["08901", "03901", "14901"])).must_succeed();
    sandbox.run(&args(&["08901", "12901"])).must_succeed();
    for path in sandbox.files("out/2031").iter().filter(|path| path.ends_with(".pdf")) {
        assert_eq!(Pdf::read(&sandbox.bytes(&format!("out/2031/{path}"))).pages.len(), 1, "{path}");
    }
    let findings = standards::findings(&sandbox, "out/2031");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn the_longest_names_of_the_shipped_edition_fit() {
    let sandbox = Sandbox::new();
    let table = std::fs::read_to_string(project().join("data/2017/kommunen.csv")).expect("the table");
    let mut longest: Vec<&str> = table.lines().skip(1).collect();
    let label = |line: &str| line.split(',').nth(2).map_or(0, |label| label.chars().count());
    longest.sort_by_key(|line| std::cmp::Reverse(label(line)));
    let keys: Vec<&str> = longest.iter().filter_map(|line| line.split(',').next()).take(6).collect();
    for three in keys.chunks(3) {
        let named = three.iter().flat_map(|key| ["--kommune", *key]);
        let args: Vec<&str> = ["build", "--only", "gegenueberstellung"].into_iter().chain(named).collect();
        sandbox.run(&args).must_succeed();
    }
    sandbox.run(&["verify", "out"]).must_succeed();
}

#[test]
fn one_kommune_is_too_few_and_four_are_too_many() {
    let sandbox = Sandbox::with_six();
    for kommunen in [&["Altmoor"][..], &["Altmoor", "Neumoor", "Lückow", "Einsand"], &[]] {
        sandbox.run(&args(kommunen)).must_fail(2).stderr_contains("error[KB322]: gegenueberstellung compares 2 to 3");
    }
    // One Kommune named twice is one.
    sandbox.run(&args(&["Altmoor", "03901"])).must_fail(2).stderr_contains("KB322");
    assert!(!sandbox.path("out").exists());
    // A state that has two is as good as two names.
    let of_state = ["build", "--with", "with", "--only", "gegenueberstellung", "--state", "Niedersachsen"];
    sandbox.run(&of_state).must_succeed().stderr_contains("1 PDF made");
}

#[test]
fn a_whole_build_keeps_it_and_its_bytes() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["Altmoor", "Großweißenstein"])).must_succeed();
    let before = sandbox.bytes(&format!("out/2031/{PAIR}"));
    sandbox.run(&["build", "--with", "with"]).must_succeed();
    assert_eq!(before, sandbox.bytes(&format!("out/2031/{PAIR}")));
    sandbox.run(&["verify", "out", "--with", "with"]).must_succeed();
    let all = snapshot(&sandbox.path("out"));
    sandbox.run(&["build", "--with", "with", "--verbose"]).must_succeed().stderr_contains("0 PDFs made, 10 kept");
    assert!(all == snapshot(&sandbox.path("out")));
}

#[test]
fn a_whole_build_makes_it_again_where_the_data_changed() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["Altmoor", "Großweißenstein"])).must_succeed();
    let table = sandbox.text("with/data/2031/kommunen.csv");
    sandbox.write("with/data/2031/kommunen.csv", table.replace("11.95", "11.96"));
    let ran = sandbox.run(&["build", "--with", "with"]);
    ran.must_succeed().stderr_lacks("KB808");
    sandbox.run(&["verify", "out", "--with", "with"]).must_succeed();
    // Who deletes it does not want it any more.
    sandbox.delete(&format!("out/2031/{PAIR}"));
    sandbox.run(&["build", "--with", "with"]).must_succeed();
    assert!(!sandbox.path(&format!("out/2031/{PAIR}")).exists());
    sandbox.run(&["verify", "out", "--with", "with"]).must_succeed();
}

#[test]
fn a_whole_build_no_longer_names_it_where_a_kommune_is_gone() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["Altmoor", "Einsand"])).must_succeed();
    let table = sandbox.text("with/data/2031/kommunen.csv");
    let rows: Vec<&str> = table.lines().filter(|line| !line.starts_with("01901")).collect();
    sandbox.write("with/data/2031/kommunen.csv", rows.join("\n") + "\n");
    let ran = sandbox.run(&["build", "--with", "with"]);
    let path = "gegenueberstellung/03901-landkreis-altmoor-und-01901-insel-einsand.pdf";
    ran.must_succeed().stderr_contains(&format!("warning[KB804]: {path}"));
    assert!(sandbox.path(&format!("out/2031/{path}")).exists(), "nothing of the user's is deleted");
}

#[test]
fn parts_of_a_build_can_be_merged_beside_it() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["Altmoor", "Großweißenstein"])).must_succeed();
    for part in ["1/2", "2/2"] {
        sandbox.run(&["build", "--with", "with", "--shard", part]).must_succeed();
    }
    sandbox.run(&["merge-manifests", "--with", "with"]).must_succeed();
    sandbox.run(&["verify", "out", "--with", "with"]).must_succeed();
}

#[test]
fn a_digit_changed_in_the_table_is_found_on_it() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&args(&["Altmoor", "Großweißenstein"])).must_succeed();
    let table = sandbox.text("with/data/2031/kommunen.csv");
    sandbox.write("with/data/2031/kommunen.csv", table.replace("11.95", "11.96"));
    let ran = sandbox.run(&["verify", "out", "--with", "with"]);
    ran.must_fail(1).stderr_contains(PAIR);
}

#[test]
fn it_is_listed_and_its_fields_are_described() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&["fields"]).must_succeed().stdout_contains("gegenueberstellung");
    let fields = ["fields", "gegenueberstellung", "--with", "with"];
    sandbox.run(&fields).must_succeed().stdout_contains("rows[].difference");
    sandbox.run(&args(&["Altmoor", "Großweißenstein"])).must_succeed();
    let index = sandbox.text("out/2031/index.html");
    assert!(index.contains(PAIR) && index.contains("Gegenüberstellung"), "{index}");
    sandbox.run(&["build", "--help"]).must_succeed().stdout_contains("gegenueberstellung");
}
