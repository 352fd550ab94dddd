//! Same data in, same bytes out: whatever the time zone, the language, the folder, the number of workers.

use kreisblatt::{BuildOptions, Edition, Selection, WorkerKind, WorkerOptions};

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

/// What threads of this process make of documents, against what the worker processes of the program made of them.
#[test]
fn threads_and_processes_set_the_same_bytes() {
    let folder = whole_elsewhere().path("elsewhere/2017");
    let edition = Edition::open(None, Some("2017")).expect("the edition");
    let options = BuildOptions {
        selection: Selection::all().state("Hessen"),
        only: vec!["steckbriefe".to_owned()],
        workers: WorkerOptions { jobs: Some(2), ..WorkerOptions::default() },
        ..BuildOptions::default()
    };
    assert_eq!(options.workers.kind, WorkerKind::Thread);
    let files = edition.build(&options).expect("all are set");
    let sheets: Vec<_> = files.iter().filter(|(path, _)| path.starts_with("steckbriefe/")).collect();
    assert_eq!(sheets.len(), 16);
    for (path, pdf) in sheets {
        assert!(*pdf == std::fs::read(folder.join(path)).expect("it was made"), "{path}");
    }
}
