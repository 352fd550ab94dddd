//! What a second build keeps and makes again, what a killed one leaves, and builds in parts.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::sandbox::{PROGRAM, Ran, Sandbox, snapshot};

const CSV: &str = "with/data/2031/kommunen.csv";
const BUILD: [&str; 4] = ["build", "--verbose", "--with", "with"];

fn built(sandbox: &Sandbox) -> Ran {
    let ran = sandbox.run(&BUILD);
    ran.must_succeed();
    ran
}

/// The PDFs a build says it made.
fn made(ran: &Ran) -> BTreeSet<String> {
    ran.stderr().lines().filter(|line| line.ends_with(".pdf")).map(str::to_owned).collect()
}

/// The PDFs of a folder that differ between two of its states.
fn differing(sandbox: &Sandbox, a: &str, b: &str) -> BTreeSet<String> {
    let (a, b) = (snapshot(&sandbox.path(a)), snapshot(&sandbox.path(b)));
    let pdfs = a.keys().chain(b.keys()).filter(|path| path.ends_with(".pdf"));
    pdfs.filter(|path| a.get(*path) != b.get(*path)).cloned().collect()
}

/// An edition of six Kommunen, built, and where it lies.
fn six() -> Sandbox {
    let sandbox = Sandbox::with_six();
    assert_eq!(made(&built(&sandbox)).len(), 9);
    sandbox
}

/// What a build of everything into an empty folder makes.
fn fresh(sandbox: &Sandbox, out: &str) {
    sandbox.run(&["build", "--with", "with", "--out", out]).must_succeed();
}

#[test]
fn an_unchanged_build_makes_nothing_and_touches_no_file() {
    let sandbox = six();
    let times = || {
        let files = sandbox.files("out").into_iter();
        files
            .map(|path| sandbox.path(&format!("out/{path}")).metadata().and_then(|m| m.modified()).ok())
            .collect::<Vec<_>>()
    };
    let (before, bytes) = (times(), snapshot(&sandbox.path("out")));
    let ran = built(&sandbox);
    ran.stderr_contains("0 PDFs made, 9 kept");
    assert_eq!(made(&ran), BTreeSet::new());
    assert_eq!(before, times());
    assert!(bytes == snapshot(&sandbox.path("out")));
    sandbox.run(&["build", "--with", "with", "--force"]).must_succeed().stderr_contains("9 PDFs made in");
    assert!(bytes == snapshot(&sandbox.path("out")));
}

#[test]
fn a_changed_cell_makes_exactly_what_says_something_else() {
    let sandbox = six();
    let whole = sandbox.text(CSV);
    let edits: [(&str, &str, usize); 4] = [
        // The head of one Kommune stands on its sheet and in the brochure.
        ("Dr. Anke Brandt", "Dr. Anja Brandtmann-Oldenhausen", 2),
        // The AGS' order in the table is nothing anybody prints.
        ("swap", "", 0),
        // A Jobcenter's name.
        ("Jobcenter Altmoor,", "Jobcenter Moor,", 2),
        // A value changes ranks and means of all.
        ("value", "", 9),
    ];
    for (at, (from, to, least)) in edits.into_iter().enumerate() {
        let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        match from {
            "swap" => {
                // A comment of its own would be no CSV; an empty line moves all rows below it.
                lines.insert(1, String::new());
            }
            "value" => {
                let head: Vec<&str> = lines[0].split(',').collect();
                let column = head.iter().position(|name| *name == "sgb2_quote").expect("a column");
                let mut row: Vec<&str> = lines[1].split(',').collect();
                row[column] = "14.9";
                lines[1] = row.join(",");
            }
            _ => {
                assert!(whole.contains(from), "{from}");
                lines = whole.replace(from, to).lines().map(str::to_owned).collect();
            }
        }
        let (standing, anew) = (format!("before{at}"), format!("anew{at}"));
        sandbox.write(CSV, &whole);
        let _ = built(&sandbox);
        sandbox.copy(&sandbox.path("out"), &standing);
        sandbox.write(CSV, lines.join("\n") + "\n");
        let made = made(&built(&sandbox));
        fresh(&sandbox, &anew);
        assert_eq!(made, differing(&sandbox, &standing, &anew).iter().map(|p| p.replace("2031/", "")).collect());
        assert!(made.len() >= least, "{from}: {made:?}");
        // Trace and manifest, too: places of cells that moved are those of today.
        assert!(snapshot(&sandbox.path("out")) == snapshot(&sandbox.path(&anew)), "{from}");
    }
}

#[test]
fn what_somebody_altered_or_deleted_is_made_again() {
    let sandbox = six();
    let before = snapshot(&sandbox.path("out"));
    let sheet = "out/2031/steckbriefe/03901-landkreis-altmoor.pdf";
    let mut bytes = sandbox.bytes(sheet);
    sandbox.delete(sheet);
    assert_eq!(made(&built(&sandbox)).len(), 1);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    sandbox.write(sheet, bytes);
    assert_eq!(made(&built(&sandbox)).len(), 1);
    sandbox.write("out/2031/ranglisten.csv", "x");
    built(&sandbox).stderr_contains("0 PDFs made");
    assert!(before == snapshot(&sandbox.path("out")));
    let trace = sandbox.text("out/2031/trace.jsonl");
    sandbox.write("out/2031/trace.jsonl", trace.replacen("\"page\":1", "\"page\":2", 1));
    let ran = built(&sandbox);
    ran.stderr_contains("warning[KB807]").stderr_contains("documents it spoke of are made again");
    assert_eq!(made(&ran).len(), 9);
    sandbox.delete("out/2031/manifest.json");
    assert_eq!(made(&built(&sandbox)).len(), 9);
    assert!(before == snapshot(&sandbox.path("out")));
}

#[test]
fn options_templates_and_fonts_make_again_what_they_change() {
    let sandbox = six();
    let with = |more: &[&str]| {
        let args: Vec<&str> = BUILD.iter().chain(more).copied().collect();
        let ran = sandbox.run(&args);
        ran.must_succeed();
        made(&ran)
    };
    assert_eq!(with(&["--profile", "entwurf"]).len(), 9);
    assert_eq!(with(&["--profile", "daten"]).len(), 9);
    assert_eq!(with(&[]).len(), 9);
    assert_eq!(with(&["--bleed"]), BTreeSet::from(["broschuere.pdf".to_owned()]));
    assert_eq!(with(&["--bleed", "--only", "broschuere"]), BTreeSet::new());
    // A partial build leaves the others as they are; a selection changes no sheet.
    assert_eq!(with(&["--kommune", "03901"]), BTreeSet::new());
    assert_eq!(with(&["--state", "Niedersachsen", "--only", "laender"]), BTreeSet::from(["laender.pdf".to_owned()]));
    assert_eq!(with(&[]), BTreeSet::from(["broschuere.pdf".to_owned(), "laender.pdf".to_owned()]));
    let template = crate::sandbox::text_of("templates/laender.typ.hbs");
    sandbox.write("with/templates/laender.typ.hbs", template.replacen("Länder", "Bundesländer", 1));
    assert_eq!(with(&[]), BTreeSet::from(["laender.pdf".to_owned()]));
    let look = crate::sandbox::text_of("templates/look.typ");
    sandbox.write("with/templates/look.typ", look + "\n// Another look.\n");
    assert_eq!(with(&[]).len(), 9);
}

#[test]
fn a_partial_build_says_when_others_are_of_an_earlier_state() {
    let sandbox = six();
    sandbox.write(CSV, sandbox.text(CSV).replace("Dr. Anke Brandt", "Dr. Anja Brandt"));
    let ran = sandbox.run(&["build", "--with", "with", "--kommune", "03902"]);
    ran.must_succeed().stderr_contains("warning[KB808]: 8 documents in the folder are of an earlier state");
    built(&sandbox).stderr_lacks("KB808");
}

/// A build that is killed after a time; whether it was still running.
fn killed(sandbox: &Sandbox, after: Duration) -> bool {
    let mut child = Command::new(PROGRAM)
        .args(BUILD)
        .current_dir(sandbox.root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    sleep(after);
    let running = child.try_wait().expect("it can be asked").is_none();
    // Killed as `kill -9` does it.
    let _ = child.kill();
    child.wait().expect("it ends");
    running
}

#[test]
fn a_killed_build_leaves_whole_files_and_the_next_one_completes_them() {
    let sandbox = six();
    sandbox.write("out/2031/notes.txt", "foreign").write("out/2031/steckbriefe/own.pdf", "foreign");
    let old = snapshot(&sandbox.path("out"));
    sandbox.copy(&sandbox.path("out"), "old");
    sandbox.write(CSV, sandbox.text(CSV).replace("Dr. ", "Prof. Dr. "));
    let edition = sandbox.text("with/data/2031/edition.toml");
    sandbox.write("with/data/2031/edition.toml", edition.replacen("title = \"", "title = \"Neu: ", 1));
    let started = Instant::now();
    sandbox.run(&["build", "--with", "with", "--out", "new"]).must_succeed();
    let length = started.elapsed();
    let new = snapshot(&sandbox.path("new"));
    let (mut stopped, mut taken_over) = (0, 0);
    for moment in 0..20_u32 {
        sandbox.clear("out").copy(&sandbox.path("old"), "out");
        // Moments spread over the whole run and beside each other's multiples.
        stopped += u32::from(killed(&sandbox, length * (moment * 7 % 20 + 1) / 20));
        let is_hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
        for (path, bytes) in snapshot(&sandbox.path("out")).iter().filter(|(path, _)| !is_hidden(path)) {
            let whole = [&old, &new].iter().any(|state| state.get(path) == Some(bytes));
            assert!(whole, "moment {moment}: {path} is neither of the old build nor of the new one");
        }
        let ran = built(&sandbox);
        taken_over += u32::from(ran.stderr().contains("taken over from a stopped run"));
        let now = snapshot(&sandbox.path("out"));
        let foreign = ["2031/notes.txt", "2031/steckbriefe/own.pdf"];
        assert!(foreign.iter().all(|path| now[*path] == b"foreign"));
        let ours: Vec<_> = now.into_iter().filter(|(path, _)| !foreign.contains(&path.as_str())).collect();
        assert!(ours == new.clone().into_iter().collect::<Vec<_>>(), "moment {moment}: completed");
    }
    assert!(stopped >= 5, "{stopped} of 20 builds were still running");
    assert!(taken_over >= 1, "no build took over what another one had ready");
}

#[test]
fn the_parts_of_a_split_build_join_to_the_whole() {
    let sandbox = Sandbox::with_six();
    fresh(&sandbox, "whole");
    let part = |part: &str, more: &[&str]| {
        let args: Vec<&str> = ["build", "--with", "with", "--shard", part].iter().chain(more).copied().collect();
        sandbox.run(&args)
    };
    let merged = || sandbox.run(&["merge-manifests", "--with", "with"]);
    merged().must_fail(1).stderr_contains("error[KB809]: out/2031: there are no parts to merge");
    for number in ["1/3", "3/3"] {
        part(number, &[]).must_succeed().stderr_contains("3 PDFs made");
    }
    merged().must_fail(1).stderr_contains("error[KB809]: out/2031: of 3 parts 1 are missing: 2/3");
    part("2/3", &[]).must_succeed();
    part("2/3", &[]).must_succeed().stderr_contains("0 PDFs made, 3 kept");
    merged().must_succeed().stderr_contains("11 files of 3 parts merged in");
    let mut now = snapshot(&sandbox.path("out"));
    now.retain(|path, _| !path.contains("-of-"));
    assert!(now == snapshot(&sandbox.path("whole")));
    sandbox.run(&["verify", "--with", "with"]).must_succeed();
    built(&sandbox).stderr_contains("0 PDFs made, 9 kept");
    for wrong in ["0/3", "4/3", "x", "1/0", "1"] {
        part(wrong, &[]).must_fail(2).stderr_contains("for example 1/4");
    }
    part("5/99", &[]).must_succeed();
    merged().must_fail(1).stderr_contains("there are parts of several builds: *-of-3, *-of-99");
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let sandbox = Sandbox::with_six();
    let part = |part: &str, more: &[&str]| {
        let args: Vec<&str> = ["build", "--with", "with", "--shard", part].iter().chain(more).copied().collect();
        sandbox.run(&args).must_succeed();
    };
    let merged = || sandbox.run(&["merge-manifests", "--with", "with"]);
    part("1/2", &[]);
    part("2/2", &["--only", "steckbriefe"]);
    merged().must_fail(1).stderr_contains("the parts 1-of-2 and 2-of-2 both made this file");
    part("2/2", &[]);
    sandbox.write(CSV, sandbox.text(CSV).replace("Dr. Anke Brandt", "Dr. Anja Brandt"));
    part("2/2", &[]);
    merged().must_fail(1).stderr_contains("part 1-of-2 was made from other data or templates");
    part("1/2", &[]);
    let manifest = sandbox.text("out/2031/manifest.1-of-2.json");
    let file = manifest.split('"').find(|word| word.ends_with(".pdf")).expect("a file").to_owned();
    sandbox.write(&format!("out/2031/{file}"), "x");
    merged()
        .must_fail(1)
        .stderr_contains("the file is not the one its part wrote, or not there")
        .stderr_contains(&file);
    sandbox.write("out/2031/manifest.2-of-2.json", "{");
    merged().must_fail(1).stderr_contains("cannot be read").stderr_contains("build it again with --shard 2/2");
    assert!(!sandbox.path("out/2031/manifest.json").exists());
}

#[test]
fn rows_with_errors_are_left_out_on_request() {
    let sandbox = Sandbox::with_six();
    let table = sandbox.text(CSV).replace("1200.00,120000", "1200 ha,120000").replace("08901,Nord", "8901,Nord");
    sandbox.write(CSV, table);
    sandbox.run(&["build", "--with", "with"]).must_fail(1).stderr_contains("error[KB1");
    assert!(!sandbox.path("out").exists());
    let ran = sandbox.run(&["build", "--with", "with", "--keep-going"]);
    ran.must_fail(1)
        .stderr_contains("the row is left out: --keep-going")
        .stderr_contains("with/data/2031/kommunen.csv:3:");
    for ags in ["03901", "8901"] {
        ran.stderr_contains(&format!("warning[KB146]: the row of `{ags}` is left out of all documents"));
    }
    let sheets = sandbox.files("out/2031/steckbriefe");
    assert_eq!(sheets.len(), 4, "{sheets:?}");
    assert!(!sheets.iter().any(|path| path.contains("altmoor") || path.contains("hinterwald")));
    // What is wrong elsewhere still stops all.
    sandbox.write("with/data/2031/edition.toml", "title = 1");
    sandbox.run(&["build", "--with", "with", "--keep-going"]).must_fail(1).stderr_lacks("KB146");
    // The 2017 edition without a row that a practice example is about.
    let whole = crate::sandbox::text_of("data/2017/kommunen.csv").replace("1409.75", "x");
    sandbox.write("own/data/2017/kommunen.csv", whole);
    let args = ["build", "--with", "own", "--edition", "2017", "--only", "laender", "--keep-going"];
    sandbox.run(&args).must_fail(1).stderr_contains("the row of `08426` is left out").stderr_contains("1 PDF made");
}
