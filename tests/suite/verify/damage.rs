//! Files swapped, deleted, cut, added to; tables, attachments, trace and manifest changed; other templates. And
//! what deviates in nothing: every way a build can be asked for.

use std::collections::BTreeSet;

use lopdf::{Document, Object};
use serde_json::Value;

use super::{deviations, manifest, text, vouch_for};
use crate::sandbox::{Sandbox, data, draft, project, six, text_of, whole, whole_elsewhere};

const FOLDER: &str = "out/2031";
const ALTMOOR: &str = "steckbriefe/03901-landkreis-altmoor.pdf";
const NEUMOOR: &str = "steckbriefe/03902-landkreis-neumoor.pdf";

/// The six Kommunen, built, on a sandbox of their own.
fn six_built() -> Sandbox {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&six().path(FOLDER), FOLDER);
    sandbox
}

fn verify(sandbox: &Sandbox) -> crate::sandbox::Ran {
    sandbox.run(&["verify", "--with", "with", "--format", "json"])
}

/// What `verify` finds wrong.
fn found(sandbox: &Sandbox) -> Vec<Value> {
    deviations(verify(sandbox).must_fail(1))
}

fn below(path: &str) -> String {
    format!("{FOLDER}/{path}")
}

/// Rules and files of deviations, each pair once.
fn told(found: &[Value]) -> BTreeSet<(&str, &str)> {
    found.iter().map(|d| (text(&d["id"]), text(&d["file"]))).collect()
}

#[test]
fn every_way_to_ask_for_a_build_verifies() {
    let sound = |sandbox: &Sandbox, args: &[&str]| {
        let ran = sandbox.run(&[&["verify"], args].concat());
        ran.must_succeed().stderr_contains("numbers verified in ").stderr_contains(", nothing deviates");
        assert_eq!(ran.stdout(), "");
    };
    sound(whole(), &[]);
    sound(whole_elsewhere(), &["elsewhere"]);
    sound(data(), &[]);
    sound(draft(), &["out/2017"]);
    sound(&six_built(), &["--with", "with"]);
    let sandbox = Sandbox::with_six();
    for (at, args) in [
        &["--only", "laender"][..],
        &["--only", "steckbriefe,broschuere", "--kommune", "Altmoor", "--kommune", "Neumoor"],
        &["--where", "population > 100000", "--only", "ranglisten,laender,broschuere"],
        &["--profile", "entwurf"],
        &["--profile", "daten"],
        &["--profile", "daten", "--bleed", "--pad-pages"],
        &["--only", "broschuere", "--bleed"],
    ]
    .into_iter()
    .enumerate()
    {
        let out = format!("out{at}");
        sandbox.run(&[&["build", "--with", "with", "--out", &out], args].concat()).must_succeed();
        sound(&sandbox, &[&out, "--with", "with"]);
    }
    // Builds of several kinds over each other.
    for args in [&["--kommune", "Altmoor"][..], &["--only", "ranglisten", "--state", "Niedersachsen"]] {
        sandbox.run(&[&["build", "--with", "with", "--out", "out3"], args].concat()).must_succeed();
        sound(&sandbox, &["out3", "--with", "with"]);
    }
}

#[test]
fn two_sheets_swapped_are_both_found_with_or_without_their_hashes() {
    let sandbox = six_built();
    sandbox.write(&below(ALTMOOR), six().bytes(&below(NEUMOOR))).write(&below(NEUMOOR), six().bytes(&below(ALTMOOR)));
    let swapped = found(&sandbox);
    for (file, other) in [(ALTMOOR, NEUMOOR), (NEUMOOR, ALTMOOR)] {
        let what = format!("the file has the content of {other}");
        assert!(swapped.iter().any(|d| d["id"] == "KB411" && d["file"] == file && d["what"] == what.as_str()));
    }
    vouch_for(&sandbox, FOLDER, ALTMOOR);
    vouch_for(&sandbox, FOLDER, NEUMOOR);
    let swapped = found(&sandbox);
    for (file, own, others) in [(ALTMOOR, "120.000", "80.000"), (NEUMOOR, "80.000", "120.000")] {
        let value = |d: &Value| d["file"] == file && d["page"] == 1 && d["expected"] == own && d["found"] == others;
        assert!(swapped.iter().any(value), "{file}: {swapped:?}");
    }
    assert_eq!(told(&swapped).into_iter().filter(|(id, _)| *id == "KB411").count(), 0);
}

#[test]
fn files_deleted_cut_or_longer_are_found() {
    let sandbox = six_built();
    sandbox.delete(&below(ALTMOOR));
    assert_eq!(told(&found(&sandbox)), BTreeSet::from([("KB410", ALTMOOR)]));

    let sandbox = six_built();
    let mut bytes = sandbox.bytes(&below(ALTMOOR));
    bytes.push(b'\n');
    sandbox.write(&below(ALTMOOR), &bytes);
    let longer = found(&sandbox);
    assert_eq!(told(&longer), BTreeSet::from([("KB411", ALTMOOR)]), "the numbers are still right");
    let hashes = [&longer[0]["expected"], &longer[0]["found"]].map(|hash| text(hash).len());
    assert_eq!(hashes, [64, 64]);

    for keep in [0, 1, 1_000, bytes.len() / 2, bytes.len() - 100] {
        sandbox.write(&below(ALTMOOR), &bytes[..keep]);
        vouch_for(&sandbox, FOLDER, ALTMOOR);
        let cut = found(&sandbox);
        assert_eq!(told(&cut), BTreeSet::from([("KB411", ALTMOOR)]), "{keep} bytes");
        assert!(text(&cut[0]["what"]).starts_with("the PDF cannot be read: "), "{keep} bytes: {}", cut[0]["what"]);
    }
}

#[test]
fn a_digit_changed_in_a_table_beside_the_pages_is_found() {
    for (path, cell, other) in [("ranglisten.csv", "250025", "250024"), ("laender.csv", "2500.25", "2500.26")] {
        let sandbox = six_built();
        let table = sandbox.text(&below(path));
        assert!(table.contains(cell), "{path}: {table}");
        sandbox.write(&below(path), table.replace(cell, other));
        assert_eq!(told(&found(&sandbox)), BTreeSet::from([("KB411", path)]));
        vouch_for(&sandbox, FOLDER, path);
        let changed = found(&sandbox);
        assert_eq!(told(&changed), BTreeSet::from([("KB416", path)]));
        assert_eq!(changed[0]["what"], "the table says other than the data");
    }
}

#[test]
fn a_digit_changed_in_a_file_that_speaks_of_the_others_is_found_with_its_line() {
    let digest = manifest(six(), FOLDER)["files"][0]["sha256"].clone();
    let digest = text(&digest).to_owned();
    let other = format!("{}{}", &digest[..63], if digest.ends_with('0') { '1' } else { '0' });
    for (path, part, changed) in [
        ("index.html", ">1.200,00<", ">1.200,01<"),
        ("index.html", "data-value=\"5.25\"", "data-value=\"5.26\""),
        ("index.html", "03901-landkreis-altmoor.pdf", "03902-landkreis-neumoor.pdf"),
        ("dcat-ap-de.jsonld", &digest, &other),
        ("dcat-ap-de.jsonld", "districtKey/03901", "districtKey/03911"),
    ] {
        let sandbox = six_built();
        let sound = sandbox.text(&below(path));
        assert!(sound.contains(part), "{path}: {part}");
        sandbox.write(&below(path), sound.replacen(part, changed, 1));
        vouch_for(&sandbox, FOLDER, path);
        let all = found(&sandbox);
        assert_eq!(told(&all), BTreeSet::from([("KB416", path)]));
        let what = text(&all[0]["what"]);
        assert!(what.starts_with("it says other than data and manifest: line "), "{what}");
        let sign = changed.chars().zip(part.chars()).find(|(a, b)| a != b).expect("they differ").0;
        assert!(what.split('`').nth(1).is_some_and(|line| line.contains(sign)), "{what}");
    }
}

#[test]
fn a_digit_changed_in_an_attachment_is_found_with_its_line() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&["build", "--with", "with", "--profile", "daten"]).must_succeed();
    let mut document = Document::load_mem(&sandbox.bytes(&below(ALTMOOR))).expect("a PDF that can be read");
    let mut changed = 0;
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if !stream.dict.has_type(b"EmbeddedFile") {
            continue;
        }
        let content = String::from_utf8(stream.get_plain_content().expect("a file that can be read")).expect("UTF-8");
        if let Some(at) = content.find("120000") {
            let content = format!("{}120001{}", &content[..at], &content[at + 6..]);
            stream.set_plain_content(content.into_bytes());
            stream.compress().expect("memory takes it");
            changed += 1;
        }
    }
    assert_eq!(changed, 2, "CSV and JSON");
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory takes it");
    sandbox.write(&below(ALTMOOR), bytes);
    vouch_for(&sandbox, FOLDER, ALTMOOR);
    let all = found(&sandbox);
    assert_eq!(told(&all), BTreeSet::from([("KB416", ALTMOOR)]));
    assert_eq!(all.len(), 2);
    for (d, file) in all.iter().zip(["03901-landkreis-altmoor.csv", "03901-landkreis-altmoor.json"]) {
        let what = text(&d["what"]);
        assert!(what.starts_with(&format!("the attached {file} says other than the data: line ")), "{what}");
        assert!(what.contains("120001") && what.contains("120000"), "{what}");
    }
}

/// The first line of the trace that holds all of these.
fn line_with<'t>(trace: &'t str, parts: &[&str]) -> &'t str {
    trace.lines().find(|line| parts.iter().all(|part| line.contains(part))).expect("the trace has such a line")
}

#[test]
fn a_trace_with_a_line_removed_changed_or_unreadable_is_found() {
    let trace = six().text(&below("trace.jsonl"));
    let line = line_with(&trace, &[ALTMOOR, "\"1.200,00\"", "\"cell\""]);
    let place = "data/2031/kommunen.csv:3:";
    assert!(line.contains(place), "{line}");
    for (changed, expected) in [
        (trace.replace(&format!("{line}\n"), ""), ("KB413", Value::Null, "1.200,00".into())),
        (
            trace.replace(line, &line.replace("1.200,00", "1.300,00")),
            ("KB412", Value::from("1.300,00"), Value::from("1.200,00")),
        ),
        (trace.replace(line, &line.replace("\"x\":", "\"x\":-")), ("KB412", "1.200,00".into(), Value::Null)),
        (trace.replace(line, &line.replace("\"page\":1", "\"page\":2")), ("KB412", "1.200,00".into(), Value::Null)),
        (trace.replace(line, &line.replace("\"page\":1", "\"page\":0")), ("KB413", Value::Null, "1.200,00".into())),
    ] {
        let sandbox = six_built();
        sandbox.write(&below("trace.jsonl"), changed);
        assert!(told(&found(&sandbox)).contains(&("KB411", "trace.jsonl")), "the hash");
        vouch_for(&sandbox, FOLDER, "trace.jsonl");
        let all = found(&sandbox);
        let (id, expected, now) = expected;
        let is = |d: &Value| d["id"] == id && d["file"] == ALTMOOR && d["expected"] == expected && d["found"] == now;
        assert!(all.iter().any(is), "{id}: {all:?}");
        assert!(!told(&all).contains(&("KB411", "trace.jsonl")));
    }
    let sandbox = six_built();
    let unreadable = trace.replace(line, &line.replace("\"page\":1", "\"page\":one"));
    sandbox.write(&below("trace.jsonl"), unreadable);
    vouch_for(&sandbox, FOLDER, "trace.jsonl");
    let all = found(&sandbox);
    let number = 1 + trace.lines().position(|other| other == line).expect("a line");
    let unreadable = |d: &&Value| d["id"] == "KB411" && d["file"] == "trace.jsonl";
    let told_line = all.iter().find(unreadable).expect("the line is told");
    assert!(text(&told_line["what"]).starts_with(&format!("line {number} cannot be read: ")), "{told_line}");
    assert!(all.iter().any(|d| d["id"] == "KB413" && d["found"] == "1.200,00"), "and the number it spoke of");
    sandbox.delete(&below("trace.jsonl"));
    verify(&sandbox).must_fail(1).stderr_contains("error[KB403]");
}

/// Lines are added where no number is: on a page there is not, in a file nobody vouches for.
#[test]
fn a_line_of_the_trace_without_a_number_is_found() {
    let trace = six().text(&below("trace.jsonl"));
    let line = line_with(&trace, &[ALTMOOR, "\"kind\":\"page\""]);
    for page in ["0", "2", "4000000000"] {
        let sandbox = six_built();
        let added = line.replace("\"page\":1", &format!("\"page\":{page}"));
        assert_ne!(added, line);
        sandbox.write(&below("trace.jsonl"), format!("{trace}{added}\n"));
        vouch_for(&sandbox, FOLDER, "trace.jsonl");
        let all = found(&sandbox);
        assert_eq!(told(&all), BTreeSet::from([("KB412", ALTMOOR)]), "page {page}");
        assert_eq!(all[0]["found"], Value::Null);
    }
    let sandbox = six_built();
    let added = line.replace(ALTMOOR, "steckbriefe/03903-landkreis-hochmoor.pdf");
    sandbox.write(&below("trace.jsonl"), format!("{trace}{added}\n"));
    vouch_for(&sandbox, FOLDER, "trace.jsonl");
    let all = found(&sandbox);
    assert_eq!(told(&all), BTreeSet::from([("KB411", "trace.jsonl")]));
    assert!(text(&all[0]["what"]).contains("03903-landkreis-hochmoor.pdf"), "{}", all[0]["what"]);
}

#[test]
fn a_manifest_missing_unreadable_or_changed_is_told() {
    let sandbox = six_built();
    let sound = manifest(&sandbox, FOLDER);
    let path = below("manifest.json");
    for broken in ["", "{", "[]", "{\"files\": 7}", "\u{feff}{}"] {
        sandbox.write(&path, broken);
        let ran = verify(&sandbox);
        ran.must_fail(1).stderr_contains("error[KB402]: out/2031/manifest.json: the manifest cannot be read");
        assert_eq!(ran.stdout(), "");
    }
    let with = |change: &dyn Fn(&mut Value)| {
        let mut manifest = sound.clone();
        let files = manifest["files"].as_array_mut().expect("a list of files");
        change(files.iter_mut().find(|file| file["path"] == ALTMOOR).expect("the sheet"));
        sandbox.write(&path, manifest.to_string());
        found(&sandbox)
    };
    let kennung = with(&|file| file["inputs"] = "0".repeat(64).into());
    assert_eq!(told(&kennung), BTreeSet::from([("KB415", ALTMOOR)]));
    let profile = with(&|file| file["settings"]["profile"] = "entwurf".into());
    let beside = [("KB415", ALTMOOR), ("KB416", "dcat-ap-de.jsonld"), ("KB416", "index.html")];
    assert_eq!(told(&profile), BTreeSet::from(beside), "they call no file a draft");
    let renamed = with(&|file| file["path"] = "steckbriefe/03901-landkreis-hochmoor.pdf".into());
    let other = "steckbriefe/03901-landkreis-hochmoor.pdf";
    assert!(told(&renamed).is_superset(&BTreeSet::from([("KB410", other), ("KB417", ALTMOOR)])), "{renamed:?}");
    sandbox.delete(&path);
    verify(&sandbox).must_fail(1).stderr_contains("error[KB401]");
}

#[test]
fn a_pdf_nobody_vouches_for_is_found() {
    let sandbox = six_built();
    let strangers = ["broschuere-neu.pdf", "steckbriefe/99999-nirgends.pdf"];
    for path in strangers {
        sandbox.write(&below(path), six().bytes(&below(ALTMOOR)));
    }
    sandbox.write(&below("notes.txt"), "not ours");
    assert_eq!(told(&found(&sandbox)), strangers.map(|path| ("KB417", path)).into_iter().collect());
}

#[test]
fn other_templates_and_another_look_make_other_kennungen() {
    let documents: BTreeSet<String> = six().files(FOLDER).into_iter().filter(|path| path.ends_with(".pdf")).collect();
    for (path, of) in [
        ("templates/look.typ", "."),
        ("templates/sheet.typ.hbs", "steckbriefe/"),
        ("templates/laender.typ.hbs", "laender.pdf"),
    ] {
        let sandbox = six_built();
        sandbox.write(&format!("with/{path}"), text_of(path) + "\n// Changed.\n");
        let all = found(&sandbox);
        let files: BTreeSet<String> = all.iter().map(|d| text(&d["file"]).to_owned()).collect();
        let expected = documents.iter().filter(|path| of == "." || path.starts_with(of)).cloned().collect();
        assert_eq!(files, expected, "{path}");
        for d in &all {
            assert_eq!(d["id"], "KB415", "{d}");
            let [expected, built] = [&d["expected"], &d["found"]].map(text);
            assert!(expected.len() == 12 && built.len() == 12 && expected != built, "{d}");
            let bytes = sandbox.text(&below("manifest.json"));
            assert!(bytes.contains(&format!("\"kennung\": \"{built}\"")), "the manifest says {built}");
        }
    }
    // Bytes that are the same change nothing.
    let sandbox = six_built();
    sandbox.copy(&project().join("templates"), "with/templates");
    verify(&sandbox).must_succeed();
}
