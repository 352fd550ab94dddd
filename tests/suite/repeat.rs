//! Same data in, same bytes out: whatever the time zone, the language, the folder, the number of workers.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::NaiveDate;
use kreisblatt::assets::Assets;
use kreisblatt::diag::Report;
use kreisblatt::typeset::{Finished, Job, JobFailure, JobSource, Limits, NextStep, Pool, Standard, WorkerKind};

use crate::sandbox::{Sandbox, project, snapshot, whole, whole_elsewhere};

#[test]
fn circumstances_change_no_byte() {
    let here = snapshot(&whole().path("out/2017"));
    let mut there = snapshot(&whole_elsewhere().path("elsewhere/2017"));
    there.retain(|path, _| !path.starts_with("typ/"));
    assert!(here.len() > 104, "a whole build");
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    let different: Vec<_> = here.iter().filter(|(path, bytes)| there[*path] != **bytes).map(|(path, _)| path).collect();
    assert!(different.is_empty(), "{different:?}");
}

#[test]
fn a_second_build_changes_nothing() {
    let sandbox = Sandbox::with_six();
    let build = || {
        sandbox.run(&["build", "--with", "with"]).must_succeed().stderr_lacks("warning");
        snapshot(&sandbox.path("out"))
    };
    let first = build();
    assert!(first == build());
}

#[test]
fn the_embedded_files_as_overlay_make_the_same_pages() {
    let sandbox = Sandbox::new();
    for folder in ["data", "templates", "fonts"] {
        sandbox.copy(&project().join(folder), &format!("own/{folder}"));
    }
    let args = ["build", "--kommune", "Biberach", "--kommune", "Göttingen", "--only", "steckbriefe,laender"];
    sandbox.run(&args).must_succeed();
    let embedded = snapshot(&sandbox.path("out"));
    let overlaid: Vec<&str> = args.into_iter().chain(["--with", "own", "--out", "out2"]).collect();
    sandbox.run(&overlaid).must_succeed();
    assert!(embedded == snapshot(&sandbox.path("out2")));
}

#[test]
fn a_document_id_changes_with_its_own_document_alone() {
    let sandbox = Sandbox::with_six();
    let ids = |sandbox: &Sandbox| {
        let manifest: serde_json::Value = serde_json::from_str(&sandbox.text("out/2031/manifest.json")).expect("JSON");
        let files = manifest["files"].as_array().expect("a list").clone();
        move |path: &str| files.iter().find(|f| f["path"] == path).map(|f| f["kennung"].clone()).expect("an entry")
    };
    let args = ["build", "--with", "with", "--only", "steckbriefe"];
    sandbox.run(&args).must_succeed();
    let before = ids(&sandbox);
    let csv = sandbox.text("with/data/2031/kommunen.csv").replace("Dr. Anke Brandt", "Dr. Anja Brandt");
    sandbox.write("with/data/2031/kommunen.csv", csv);
    sandbox.run(&args).must_succeed();
    let after = ids(&sandbox);
    let (changed, other) = ("steckbriefe/03901-landkreis-altmoor.pdf", "steckbriefe/03902-landkreis-neumoor.pdf");
    assert_ne!(before(changed), after(changed));
    assert_eq!(before(other), after(other));
}

/// What a thread of this process makes of documents, against what the worker processes of the program made of them.
#[test]
fn threads_and_processes_set_the_same_bytes() {
    struct Sheets {
        jobs: Vec<(String, String)>,
        made: Mutex<BTreeMap<usize, Result<Finished, JobFailure>>>,
    }
    impl JobSource for Sheets {
        fn job(&self, number: usize, _: usize) -> Result<Job, Report> {
            let (path, text) = self.jobs[number].clone();
            Ok(Job { ident: format!("kreisblatt/2017/{path}"), standard: Standard::Archive, text })
        }

        fn wanted(&self) -> bool {
            true
        }

        fn done(&self, number: usize, _: usize, result: Result<Finished, JobFailure>) -> NextStep {
            self.made.lock().expect("no thread panics").insert(number, result);
            NextStep::Settled
        }
    }
    let folder = whole_elsewhere().path("elsewhere/2017");
    let jobs: Vec<(String, String)> = snapshot(&folder.join("typ/steckbriefe"))
        .into_iter()
        .step_by(20)
        .map(|(name, text)| {
            let path = format!("steckbriefe/{}", name.replace(".typ", ".pdf"));
            (path, String::from_utf8(text).expect("Typst text is UTF-8"))
        })
        .collect();
    assert!(jobs.len() > 4, "sheets were found");
    let numbers: Vec<usize> = (0..jobs.len()).collect();
    let source = Sheets { jobs, made: Mutex::default() };
    let limits = Limits { seconds: 60, memory: 0 };
    let date = NaiveDate::from_ymd_opt(2017, 6, 1).expect("a day");
    let mut assets = Assets::embedded();
    let loaded = kreisblatt::load::load(&assets, "2017").expect("it can be read");
    let checked = kreisblatt::check::check(loaded).expect("nothing is wrong");
    kreisblatt::compose::generate(&mut assets, checked.data());
    let pool = Pool::start(WorkerKind::Thread, 2, 1, date, &assets, limits).expect("threads start");
    pool.run(&numbers, &source).expect("all are set");
    for (number, made) in source.made.into_inner().expect("no thread panics") {
        let path = &source.jobs[number].0;
        let pdf = made.expect("it is set").pdf;
        assert!(pdf == std::fs::read(folder.join(path)).expect("it was made"), "{path}");
    }
}
