//! `kreisblatt bundle`: fact sheets as annexes of an agenda item, all in one document and one by one; what the command
//! line and `sitzung.toml` may say; `oparl.json`; and that `verify` vouches for all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::sync::OnceLock;

use page_validation::ValidationProfile;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

use crate::contact::page_faults;
use crate::pdf::{Page, Pdf, Target, flat};
use crate::rows::{Rows, german, slug};
use crate::sandbox::{Ran, Sandbox, project, snapshot, text_of, whole};
use crate::standards::{findings, findings_in};

/// Where the bundle of all Kommunen lies.
pub const ALL: &str = "out/2017/sitzung-2017-12-11-top-5";

/// Where bundles of the six Kommunen lie.
const SIX: &str = "out/2031/sitzung-2031-03-04-top-5";

/// The largest document of all annexes, in bytes.
const HEAVIEST: usize = 6_000_000;

/// The annexes of all Kommunen, one by one, too.
pub fn all() -> &'static Sandbox {
    static DESK: OnceLock<Sandbox> = OnceLock::new();
    DESK.get_or_init(|| {
        let sandbox = Sandbox::new();
        let meeting = ["--body", "Kreistag des Landkreises Biberach", "--date", "2017-12-11", "--time", "17:00"];
        let item = ["--top", "5", "--title", "Zugelassene kommunale Träger im Vergleich"];
        let more = ["--split", "--ranking", "--laender", "--jobs", "4"];
        sandbox.run(&[&["bundle"], &meeting[..], &item, &more].concat()).must_succeed().stderr_lacks("warning");
        sandbox
    })
}

/// The document of all annexes of all Kommunen.
fn document() -> &'static Pdf {
    static PDF: OnceLock<Pdf> = OnceLock::new();
    PDF.get_or_init(|| Pdf::read(&all().bytes(&format!("{ALL}/TOP-5_Anlagen.pdf"))))
}

/// Number, AGS and label of each annex of all Kommunen.
fn annexes() -> Vec<(usize, String, String)> {
    let table = Rows::kommunen();
    let annex = |(at, row): (usize, &Vec<String>)| {
        (at + 1, table.cell(row, "ags").to_owned(), table.cell(row, "label").to_owned())
    };
    table.rows.iter().enumerate().map(annex).collect()
}

/// The bundle of six, or of some of them, with more options.
fn six(sandbox: &Sandbox, options: &[&str]) -> Ran {
    let meeting = ["bundle", "--with", "with", "--body", "Rat", "--date", "2031-03-04", "--top", "5"];
    sandbox.run(&[&meeting[..], &["--title", "Vergleich"], options].concat())
}

/// What a page says, head and foot left out, as one line.
fn said(page: &Page) -> String {
    let runs = page.runs.iter().filter(|run| run.is_content()).map(|run| run.text.as_str());
    one_line(&runs.collect::<Vec<_>>().join("\n"))
}

/// What stands in the head of a page.
fn head(page: &Page) -> String {
    let runs = page.runs.iter().filter(|run| !run.is_content() && run.start.1 > page.height - 50.0);
    one_line(&runs.map(|run| run.text.as_str()).collect::<String>())
}

fn one_line(text: &str) -> String {
    flat(text).replace('\n', " ").trim().to_owned()
}

fn json(sandbox: &Sandbox, path: &str) -> Value {
    serde_json::from_str(&sandbox.text(path)).expect("JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files of an archive with their bytes, in its order.
fn unzipped(bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive that can be read");
    let count = archive.len();
    let mut content = |at| {
        let mut file = archive.by_index(at).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it can be read");
        (file.name().expect("a name").into_owned(), bytes)
    };
    (0..count).map(&mut content).collect()
}

/// What is wrong with the pages of a document; the mark of a draft lies across them on purpose.
fn faults(pdf: &Pdf) -> Vec<String> {
    let of_page = |(at, page): (usize, &Page)| {
        let meant = |fault: &String| fault == "`ENTWURF` does not stand upright";
        let faults = page_faults(page, false).into_iter().filter(move |fault| !meant(fault));
        faults.map(move |fault| format!("page {}: {fault}", at + 1))
    };
    pdf.pages.iter().enumerate().flat_map(of_page).collect()
}

/// Verifies a folder with `with` laid over, and gives what deviates.
fn deviations(sandbox: &Sandbox, folder: &str) -> Vec<(String, String)> {
    let ran = sandbox.run(&["verify", folder, "--with", "with", "--format", "json"]);
    let list = ran.json();
    let list = list.as_array().expect("a list");
    list.iter().map(|one| (text(&one["id"]).to_owned(), text(&one["file"]).to_owned())).collect()
}

/// Makes the manifest say that a file is as it is now.
fn vouch_for(sandbox: &Sandbox, folder: &str, path: &str) {
    let bytes = sandbox.bytes(&format!("{folder}/{path}"));
    let mut manifest = json(sandbox, &format!("{folder}/manifest.json"));
    let files = manifest["files"].as_array_mut().expect("a list of files");
    let entry = files.iter_mut().find(|file| file["path"] == path).expect("the manifest names the file");
    entry["sha256"] = hex(&Sha256::digest(&bytes)).into();
    entry["bytes"] = bytes.len().into();
    sandbox.write(&format!("{folder}/manifest.json"), manifest.to_string());
}

#[test]
fn all_files_conform_and_the_document_is_not_too_heavy() {
    let findings = findings(all(), ALL);
    assert!(findings.is_empty(), "{findings:#?}");
    let bytes = all().bytes(&format!("{ALL}/TOP-5_Anlagen.pdf")).len();
    assert!(bytes < HEAVIEST, "{bytes} bytes");
}

#[test]
fn the_folder_holds_the_files_that_are_promised() {
    let name =
        |(number, ags, label): (usize, String, String)| format!("TOP-5_Anlage-{number:03}_{ags}-{}.pdf", slug(&label));
    let mut wanted: Vec<String> = annexes().into_iter().map(name).collect();
    let others = ["TOP-5_Anlagen.pdf", "TOP-5_Anlagen.zip", "manifest.json", "oparl.json", "trace.jsonl"];
    wanted.extend(others.map(str::to_owned));
    wanted.sort();
    assert_eq!(all().files(ALL), wanted);
    assert_eq!(all().files("out").len(), wanted.len(), "nothing stands elsewhere");
}

#[test]
fn each_annex_has_its_page_that_says_what_the_sheet_of_a_build_says() {
    let pdf = document();
    let count = pdf.pages.len();
    let front = count - 104;
    for (number, ags, label) in annexes() {
        let annex = format!("Anlage {number} zu TOP 5");
        let page = &pdf.pages[front + number - 1];
        let foot = format!("Seite {} von {count}", front + number);
        assert!(page.contains(&foot), "{annex}: {foot}");
        assert_eq!(head(page), format!("Sitzung am 11. Dezember 2017{annex}"));
        let path = format!("{ALL}/TOP-5_Anlage-{number:03}_{ags}-{}.pdf", slug(&label));
        let file = Pdf::read(&all().bytes(&path));
        assert_eq!(file.pages.len(), 1, "{path}");
        assert_eq!(file.title, format!("{annex}: Steckbrief {label}"));
        assert!(file.pages[0].contains("Seite 1 von 1"), "{path}");
        assert_eq!(head(&file.pages[0]), head(page), "{path}");
        let sheet = Pdf::read(&whole().bytes(&format!("out/2017/steckbriefe/{ags}-{}.pdf", slug(&label))));
        let wanted = format!("{annex} {}", said(&sheet.pages[0]));
        assert_eq!(said(page), wanted, "{annex} in the document");
        assert_eq!(said(&file.pages[0]), wanted, "{path}");
    }
}

#[test]
fn the_contents_lead_to_every_annex_and_name_its_page() {
    let pdf = document();
    let mut wanted = vec![
        ("Rangliste der Kommunen dieser Anlagen".to_owned(), "Rangliste der Kommunen dieser Anlagen".to_owned()),
        ("Tabelle der Länder".to_owned(), "Tabelle der Länder".to_owned()),
    ];
    wanted.extend(annexes().into_iter().map(|(n, _, label)| (label.clone(), format!("Anlage {n} zu TOP 5 {label}"))));
    let links: Vec<(String, usize)> = pdf
        .pages
        .iter()
        .flat_map(|page| page.links.iter().map(move |link| (one_line(&page.text_in(&link.areas)), &link.target)))
        .map(|(text, target)| match target {
            Target::Spot(spot) => (text, spot.page),
            other => panic!("`{text}` leads to {other:?}"),
        })
        .collect();
    // Each row: what it is, and its page.
    assert_eq!(links.len(), 2 * wanted.len());
    for (pair, (label, heading)) in links.chunks(2).zip(&wanted) {
        let [(what, page), (number, same)] = pair else { panic!("pairs") };
        assert_eq!((what, number, same), (label, &page.to_string(), page));
        let stands = pdf.headings.iter().any(|h| h.page == *page && h.level == 1 && one_line(&h.text) == *heading);
        assert!(stands, "`{heading}` is not the heading of page {page}");
        assert!(pdf.pages[page - 1].contains(&format!("Seite {page} von ")));
    }
    // The rows name the numbers of the annexes, in order.
    let contents: String = (1..3).map(|at| said(&pdf.pages[at]) + " ").collect();
    for (number, _, label) in annexes() {
        assert!(contents.contains(&format!(" {number} {label} ")), "{number} {label}: {contents}");
    }
}

#[test]
fn the_outline_is_complete_and_in_order() {
    let pdf = document();
    let first: Vec<(&str, Option<usize>)> =
        pdf.outline.iter().filter(|entry| entry.level == 1).map(|entry| (entry.title.as_str(), entry.page)).collect();
    let front = pdf.pages.len() - 104;
    let mut wanted =
        vec!["Inhalt".to_owned(), "Rangliste der Kommunen dieser Anlagen".into(), "Tabelle der Länder".into()];
    wanted.extend(annexes().into_iter().map(|(number, _, label)| format!("Anlage {number} zu TOP 5 {label}")));
    assert_eq!(first.iter().map(|(title, _)| *title).collect::<Vec<_>>(), wanted);
    for (page, chapter) in [(1, "Inhalt"), (2, "Inhalt"), (3, "Rangliste"), (front - 1, "Länder")] {
        assert_eq!(head(&pdf.pages[page]), format!("Sitzung am 11. Dezember 2017TOP 5: {chapter}"));
    }
    let pages: Vec<usize> = first.iter().map(|(title, page)| page.unwrap_or_else(|| panic!("{title}"))).collect();
    assert_eq!(&pages[..2], [2, 4]);
    assert_eq!(pages[2], front);
    assert_eq!(pages[3..], (front + 1..=pdf.pages.len()).collect::<Vec<_>>());
    // Every indicator has its bookmark below that of the rankings.
    let below: Vec<&str> = pdf.outline.iter().filter(|e| e.level == 2).map(|e| e.title.as_str()).take(6).collect();
    assert_eq!(below, crate::rows::indicators().iter().map(|i| i.label.as_str()).collect::<Vec<_>>());
}

#[test]
fn pages_keep_their_margins_and_nothing_lies_on_anything() {
    let faults = faults(document());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_rankings_and_the_table_are_about_the_annexes() {
    let sandbox = Sandbox::new();
    let args = ["bundle", "--body", "Rat", "--date", "2017-12-11", "--top", "5", "--title", "Vergleich"];
    let more = ["--state", "Hessen", "--ranking", "--laender"];
    sandbox.run(&[&args[..], &more].concat()).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes(&format!("{ALL}/TOP-5_Anlagen.pdf")));
    let all = one_line(&pdf.text());
    assert!(all.contains("Verglichen sind allein die Kommunen dieser Anlagen, 16 von 104;"), "{all}");
    let rank = sandbox.run(&["rank", "--by", "sgb2_quote", "--state", "Hessen", "--format", "json"]);
    let rank = rank.json();
    for entry in rank.as_array().expect("a list") {
        let value = german(text(&entry["value"]), 2);
        let line = format!("{} {} Hessen {value} %", entry["rank"], text(&entry["label"]));
        assert!(all.contains(&line), "{line}");
    }
    assert!(all.contains("Hessen 16 "), "the table of the Länder counts them");
    // On the sheets the ranks are those among all.
    assert!(all.contains("Rang 1 von 104"));
}

#[test]
fn the_archive_holds_the_annexes_as_they_are() {
    let archive = unzipped(all().bytes(&format!("{ALL}/TOP-5_Anlagen.zip")));
    let files: Vec<String> = all().files(ALL).into_iter().filter(|path| path.contains("_Anlage-")).collect();
    assert_eq!(archive.iter().map(|(name, _)| name).collect::<Vec<_>>(), files.iter().collect::<Vec<_>>());
    for (name, bytes) in archive {
        assert!(bytes == all().bytes(&format!("{ALL}/{name}")), "{name}");
    }
}

#[test]
fn oparl_describes_meeting_item_paper_and_files_as_they_are() {
    let oparl = json(all(), &format!("{ALL}/oparl.json"));
    let of_type = |name: &str| format!("https://schema.oparl.org/1.1/{name}");
    let [meeting, paper] = oparl["data"].as_array().expect("a list").as_slice() else { panic!("meeting and paper") };
    assert_eq!(meeting["type"], of_type("Meeting"));
    assert_eq!(meeting["name"], "Kreistag des Landkreises Biberach, Montag, 11. Dezember 2017");
    assert_eq!(meeting["start"], "2017-12-11T17:00:00+01:00");
    assert!(meeting.get("location").is_none(), "nobody said where");
    let items = meeting["agendaItem"].as_array().expect("a list");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["type"], of_type("AgendaItem"));
    assert_eq!((&items[0]["number"], &items[0]["order"]), (&"5".into(), &0.into()));
    assert_eq!(items[0]["name"], "Zugelassene kommunale Träger im Vergleich");
    assert_eq!(items[0]["meeting"], meeting["id"]);
    assert_eq!(paper["type"], of_type("Paper"));
    assert_eq!((&paper["date"], &paper["paperType"]), (&"2017-12-11".into(), &"Anlagen".into()));
    let consultation = &paper["consultation"][0];
    assert_eq!(consultation["id"], items[0]["consultation"]);
    assert_eq!((&consultation["agendaItem"], &consultation["meeting"]), (&items[0]["id"], &meeting["id"]));
    assert_eq!(paper["mainFile"]["fileName"], "TOP-5_Anlagen.pdf");
    let auxiliary = paper["auxiliaryFile"].as_array().expect("a list");
    let names: Vec<&str> = auxiliary.iter().map(|file| text(&file["fileName"])).collect();
    assert_eq!(names, all().files(ALL).iter().filter(|path| path.contains("_Anlage-")).collect::<Vec<_>>());
    let mut ids = vec![&meeting["id"], &items[0]["id"], &paper["id"], &consultation["id"]];
    for file in auxiliary.iter().chain([&paper["mainFile"]]) {
        let bytes = all().bytes(&format!("{ALL}/{}", text(&file["fileName"])));
        assert_eq!(file["type"], of_type("File"));
        assert_eq!(file["size"], bytes.len());
        assert_eq!(file["sha512Checksum"], hex(&Sha512::digest(&bytes)));
        assert_eq!((&file["mimeType"], &file["date"]), (&"application/pdf".into(), &"2017-12-11".into()));
        assert_eq!(file["accessUrl"], file["fileName"], "no address is invented");
        assert!(!text(&file["name"]).ends_with(".pdf"));
        ids.push(&file["id"]);
    }
    assert_eq!(auxiliary[8]["name"], "Anlage 9 zu TOP 5: Steckbrief Landkreis Biberach");
    assert!(ids.iter().all(|id| text(id).starts_with("oparl.json#")), "{ids:?}");
    let count = ids.len();
    ids.sort_by_key(|id| text(id));
    ids.dedup();
    assert_eq!(ids.len(), count, "every object has an ID of its own");
    assert!(text(&oparl["kreisblatt:hinweis"]).contains("relativ zu dieser Datei"));
    // Empty lists, empty texts and nulls say nothing (chapter 2.4).
    let written = all().text(&format!("{ALL}/oparl.json"));
    assert!(![": null", ": []", ": \"\""].iter().any(|empty| written.contains(empty)));
}

#[test]
fn with_an_address_every_url_is_whole() {
    let sandbox = Sandbox::with_six();
    let address = "https://ratsinfo.example.org/to/2031-03-04/5";
    let more = ["--base-url", address, "--place", "Sitzungssaal", "--time", "9:30", "--kommune", "Altmoor"];
    six(&sandbox, &[&more[..], &["--split", "--profile", "entwurf"]].concat()).must_succeed();
    let oparl = json(&sandbox, &format!("{SIX}/oparl.json"));
    assert!(oparl.get("kreisblatt:hinweis").is_none());
    let file = &oparl["data"][1]["auxiliaryFile"][0];
    assert_eq!(file["accessUrl"], format!("{address}/TOP-5_Anlage-01_03901-landkreis-altmoor.pdf"));
    assert_eq!(file["id"], format!("{address}/oparl.json#anlage-1"));
    assert_eq!(file["name"], "Anlage 1 zu TOP 5: Steckbrief Landkreis Altmoor (Entwurf)", "a draft is named as such");
    let meeting = &oparl["data"][0];
    assert_eq!(meeting["id"], format!("{address}/oparl.json#sitzung"));
    assert_eq!(meeting["location"]["description"], "Sitzungssaal");
    assert_eq!(meeting["start"], "2031-03-04T09:30:00+01:00");
    assert!(deviations(&sandbox, SIX).is_empty());
    // In summer an hour more; a meeting without time has no start.
    six(&sandbox, &["--date", "2031-07-01", "--time", "17:00"]).must_fail(2); // clap: named twice
    let summer = ["bundle", "--with", "with", "--body", "Rat", "--date", "1.7.2031", "--top", "5", "--title", "x"];
    sandbox.run(&[&summer[..], &["--time", "17 Uhr"]].concat()).must_fail(2).stderr_contains("error[KB315]: `17 Uhr`");
    sandbox.run(&[&summer[..], &["--time", "17:00 Uhr"]].concat()).must_succeed();
    let oparl = json(&sandbox, "out/2031/sitzung-2031-07-01-top-5/oparl.json");
    assert_eq!(oparl["data"][0]["start"], "2031-07-01T17:00:00+02:00");
    sandbox.run(&summer).must_succeed();
    let oparl = json(&sandbox, "out/2031/sitzung-2031-07-01-top-5/oparl.json");
    assert!(oparl["data"][0].get("start").is_none());
}

#[test]
fn the_same_meeting_makes_the_same_bytes() {
    let (here, there) = (Sandbox::with_six(), Sandbox::with_six());
    let options = ["--split", "--ranking", "--laender", "--separators"];
    six(&here, &[&options[..], &["--jobs", "1"]].concat()).must_succeed();
    let args = ["bundle", "--with", "with", "--body", "Rat", "--date", "4. März 2031", "--top", "5", "--title"];
    let environment = [("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8")];
    let args = [&args[..], &["Vergleich", "--jobs", "3"], &options].concat();
    there.run_in(".", &environment, &args).must_succeed();
    let first = snapshot(&here.path("out"));
    assert!(first == snapshot(&there.path("out")));
    // Once more in the same folder: nothing is set again.
    six(&here, &options).must_succeed().stderr_contains("0 PDFs made, 7 kept in ");
    assert!(first == snapshot(&here.path("out")));
}

#[test]
fn a_smaller_bundle_names_what_is_left_of_a_larger_one() {
    let sandbox = Sandbox::with_six();
    six(&sandbox, &["--split"]).must_succeed();
    let ran = six(&sandbox, &["--split", "--kommune", "Altmoor", "--kommune", "Neumoor"]);
    ran.must_succeed().stderr_contains("warning[KB804]: TOP-5_Anlage-06_14901-stadt-grossweissenstein.pdf");
    // The numbers have changed: all six of the first run are left.
    assert_eq!(ran.stderr().matches("warning[KB804]").count(), 6, "{}", ran.stderr());
    let archive = unzipped(sandbox.bytes(&format!("{SIX}/TOP-5_Anlagen.zip")));
    assert_eq!(archive.len(), 2);
    // `verify` sees them, too.
    let found = deviations(&sandbox, SIX);
    assert!(found.iter().all(|(id, _)| id == "KB417") && found.len() == 6, "{found:?}");
    // Without single files, they and their archive are left, and nothing speaks of them.
    let ran = six(&sandbox, &["--kommune", "Altmoor", "--kommune", "Neumoor"]);
    ran.must_succeed().stderr_contains("warning[KB804]: TOP-5_Anlagen.zip");
    let paper = &json(&sandbox, &format!("{SIX}/oparl.json"))["data"][1];
    assert!(paper.get("auxiliaryFile").is_none(), "{paper}");
}

#[test]
fn annexes_stand_in_the_order_in_which_kommunen_are_named() {
    let sandbox = Sandbox::with_six();
    sandbox.write("liste.txt", "Neumoor\n# einer noch\n01901\n");
    for (options, wanted) in [
        (&["--kommune", "Neumoor", "--kommune", "Insel Einsand", "--kommune", "03901"][..], "03902 01901 03901"),
        (&["--from", "liste.txt"], "03902 01901"),
        (&["--state", "Niedersachsen"], "03901 03902"),
        (&[], "01901 03901 03902 08901 12901 14901"),
    ] {
        six(&sandbox, options).must_succeed();
        let manifest = json(&sandbox, &format!("{SIX}/manifest.json"));
        let annexes = manifest["meeting"]["annexes"].as_array().expect("a list");
        assert_eq!(annexes.iter().map(|annex| text(&annex["ags"])).collect::<Vec<_>>().join(" "), wanted);
    }
    six(&sandbox, &["--kommune", "Neumoor", "--kommune", "03902"])
        .must_succeed()
        .stderr_contains("warning[KB551]: `03902` is named twice; it is one annex");
}

const MEETING: &str = "body = \"Kreistag\"\ndate = 2031-03-04\ntime = 17:30:00\nplace = \"Großer Saal\"\ntop = 5\n\
    title = \"Vergleich\"\nbase_url = \"https://example.org/to-5\"\nseparators = true\nranking = true\nlaender = true\n\
    kommunen = [\"Neumoor\", \"01901\"]\n";

#[test]
fn a_file_says_all_and_options_win_over_it() {
    let sandbox = Sandbox::with_six();
    sandbox.write("sitzung.toml", MEETING);
    let bundle = ["bundle", "--with", "with", "--meeting", "sitzung.toml"];
    sandbox.run(&bundle).must_succeed();
    let wanted: Value = serde_json::json!({
        "body": "Kreistag", "date": "2031-03-04", "time": "17:30:00", "place": "Großer Saal", "top": "5",
        "title": "Vergleich", "base_url": "https://example.org/to-5/", "separators": true, "ranking": true, "laender": true,
        "annexes": [{"ags": "03902", "tightness": 0}, {"ags": "01901", "tightness": 0}],
    });
    assert_eq!(json(&sandbox, &format!("{SIX}/manifest.json"))["meeting"], wanted);
    let pdf = Pdf::read(&sandbox.bytes(&format!("{SIX}/TOP-5_Anlagen.pdf")));
    for part in ["Kreistag", "TOP 5", "Vergleich", "Dienstag, 4. März 2031, 17:30 Uhr", "Großer Saal", "2 Steckbriefe"]
    {
        assert!(pdf.pages[0].contains(part), "{part}: {}", pdf.pages[0].text);
    }
    // Cover, contents, ranking, table, and a page before each annex.
    assert_eq!(pdf.pages.len(), 4 + 2 * 2);
    assert_eq!(said(&pdf.pages[4]), "Anlage 1 zu TOP 5 Landkreis Neumoor");
    assert!(said(&pdf.pages[5]).starts_with("Anlage 1 zu TOP 5 Landkreis Neumoor Landkreis ·"));
    assert!(findings(&sandbox, SIX).is_empty());

    let options = ["--body", "Rat", "--date", "5.3.2031", "--time", "8:00", "--place", "Aula", "--top", "Ö 7.1"];
    let more = ["--title", "Anderes", "--base-url", "http://x.example/", "--kommune", "Altmoor", "--out", "out2"];
    sandbox.run(&[&bundle[..], &options, &more].concat()).must_succeed();
    let meeting = &json(&sandbox, "out2/2031/sitzung-2031-03-05-top-oe-7-1/manifest.json")["meeting"];
    for (key, wanted) in [
        ("body", "Rat"),
        ("date", "2031-03-05"),
        ("time", "08:00:00"),
        ("place", "Aula"),
        ("top", "Ö 7.1"),
        ("title", "Anderes"),
        ("base_url", "http://x.example/"),
    ] {
        assert_eq!(meeting[key], wanted, "{key}");
    }
    assert_eq!(meeting["annexes"], serde_json::json!([{"ags": "03901", "tightness": 0}]));
    // As texts the same as TOML's own values.
    let texts =
        MEETING.replace("2031-03-04", "\"4. März 2031\"").replace("17:30:00", "\"17:30\"").replace("= 5", "= \"5\"");
    sandbox.write("texte.toml", texts);
    sandbox.run(&["bundle", "--with", "with", "--meeting", "texte.toml", "--out", "out3"]).must_succeed();
    let folder = SIX.replace("out/", "out3/");
    assert_eq!(json(&sandbox, &format!("{folder}/manifest.json"))["meeting"], wanted);
}

#[test]
fn what_is_missing_or_cannot_be_is_told_at_once_with_its_place() {
    let sandbox = Sandbox::with_six();
    let bundle = |more: &[&str]| sandbox.run(&[&["bundle", "--with", "with"], more].concat());
    bundle(&[])
        .must_fail(2)
        .stderr_contains("error[KB314]: the meeting lacks body, date, top, title")
        .stderr_contains("add --body, --date, --top, --title, or say it in the file given with --meeting");
    let sound = ["--body", "Rat", "--title", "Vergleich", "--top", "5", "--date", "2031-03-04"];
    let (sound_but_date, sound_but_top) = (&sound[..6], [&sound[..4], &sound[6..]].concat());
    for (day, fault) in [
        ("2031-02-29", "`2031-02-29` is no day of the calendar"),
        ("30.2.2031", "`30.2.2031` is no day of the calendar"),
        ("31. November 2031", "`31. November 2031` is no day of the calendar"),
        ("4.3.31", "`4.3.31` is no date: write 2017-12-11, 11.12.2017 or 11. Dezember 2017"),
        ("morgen", "`morgen` is no date"),
    ] {
        let ran = bundle(&[sound_but_date, &["--date", day]].concat());
        ran.must_fail(2).stderr_contains(&format!("error[KB315]: {fault}"));
        sandbox.write("sitzung.toml", format!("body = \"Rat\"\ntitle = \"x\"\ntop = 5\n  date = \"{day}\"\n"));
        let ran = bundle(&["--meeting", "sitzung.toml"]);
        ran.must_fail(1).stderr_contains(&format!("error[KB550]: sitzung.toml:4:10: {fault}"));
    }
    for (option, value, fault) in [
        ("--time", "25:00", "`25:00` is no time of day"),
        ("--base-url", "ratsinfo.example.org", "`ratsinfo.example.org` is no web address"),
        ("--base-url", "https://", "`https://` is no web address"),
        ("--base-url", "https://x.example/?to=5", "`https://x.example/?to=5` is no web address"),
        ("--place", "Saal\u{202e}", "holds the invisible sign U+202E"),
        ("--place", "Saal\nAltbau", "holds the invisible sign U+000A"),
    ] {
        bundle(&[&sound[..], &[option, value]].concat()).must_fail(2).stderr_contains("KB315").stderr_contains(fault);
    }
    for (top, fault) in [
        ("../..", "`../..` is no number of an agenda item"),
        ("123456789012345678901", "has 21 characters, at most 20 fit"),
    ] {
        bundle(&[&sound_but_top[..], &["--top", top]].concat()).must_fail(2).stderr_contains(fault);
    }
    let long = "x".repeat(61);
    bundle(&[&sound[2..], &["--body", &long]].concat())
        .must_fail(2)
        .stderr_contains("has a word of 61 characters, at most 60 fit");
    bundle(&[&sound[2..], &["--body", &"x ".repeat(101)]].concat())
        .must_fail(2)
        .stderr_contains("has 201 characters, at most 200 fit");
    // All of it at once.
    let ran = bundle(&["--date", "30.2.2031", "--time", "x", "--kommune", "Nirgendwo"]);
    for part in ["KB314", "is no day of the calendar", "is no time of day", "Nirgendwo"] {
        ran.must_fail(2).stderr_contains(part);
    }
    assert!(sandbox.files("out").is_empty(), "nothing was written");
}

#[test]
fn a_file_that_is_wrong_is_told_with_its_line() {
    let sandbox = Sandbox::with_six();
    for (from, to, wanted) in [
        ("\"01901\"", "\"Nirgendwo\"", "error[KB550]: sitzung.toml:11:24: there is no Kommune `Nirgendwo`"),
        ("\"01901\"", "\"Landkreis Altmor\"", "Landkreis Altmoor"),
        ("title", "titel", "sitzung.toml:6:1: "),
        ("ranking = true", "ranking = \"ja\"", "sitzung.toml:9:"),
        ("top = 5", "top = [5]", "sitzung.toml:5:"),
        ("date = 2031-03-04", "date = 2031-02-30", "sitzung.toml:2:"),
        ("body = ", "body ", "error[KB130]: sitzung.toml:1:"),
        ("body = ", "body ", "hint: docs/sitzung.md"),
    ] {
        assert!(MEETING.contains(from), "{from}");
        sandbox.write("sitzung.toml", MEETING.replacen(from, to, 1));
        let ran = sandbox.run(&["bundle", "--with", "with", "--meeting", "sitzung.toml"]);
        ran.must_fail(1).stderr_contains(wanted);
    }
    sandbox.write("sitzung.toml", MEETING.replace("\"01901\"", "\"03902\""));
    sandbox
        .run(&["bundle", "--with", "with", "--meeting", "sitzung.toml"])
        .must_succeed()
        .stderr_contains("warning[KB551]: sitzung.toml:11:24: `03902` is named twice")
        .stderr_contains("warning[KB554]: one Kommune is not ranked");
    sandbox
        .run(&["bundle", "--with", "with", "--meeting", "nirgends.toml"])
        .must_fail(1)
        .stderr_contains("nirgends.toml");
}

#[test]
fn texts_of_a_meeting_are_nothing_but_text() {
    let compound = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte";
    let wide = "W".repeat(60);
    assert_eq!(compound.chars().count(), 60);
    let mut longest = "Beschlussvorlage zur Weiterentwicklung der zugelassenen kommunalen Trägerschaft ".repeat(3);
    longest.truncate(200);
    let longest = longest.trim();
    for text in [
        "#eval(\"1\") #{ panic() } $x^2$ *x* _y_ `z` @a <b>",
        "„deutsche“ \"gerade\" 'einfache' \\ \\u{41} ~ -- ...",
        "</script><b>&amp;</b> {{title}} {{{title}}} {{> sheet}}",
        "= Titel 1. April - Punkt // Kommentar /* x */",
        compound,
        &wide,
        longest,
    ] {
        let sandbox = Sandbox::with_six();
        let args =
            ["bundle", "--with", "with", "--date", "2031-03-04", "--top", "5", "--kommune", "Altmoor", "--split"];
        let texts = ["--body", text, "--title", text, "--place", text, "--separators", "--laender"];
        sandbox.run(&[&args[..], &texts].concat()).must_succeed();
        let pdf = Pdf::read(&sandbox.bytes(&format!("{SIX}/TOP-5_Anlagen.pdf")));
        assert_eq!(pdf.title, format!("TOP 5: {text}"));
        let times = flat(&pdf.pages[0].text).replace('\n', " ").matches(&flat(text)).count();
        let found = [text].iter().all(|text| pdf.pages[0].contains(text));
        assert!(found && (times == 3 || text == longest), "{text}, {times} times: {}", pdf.pages[0].text);
        let faults = faults(&pdf);
        assert!(faults.is_empty(), "{text}: {faults:#?}");
        let findings = findings(&sandbox, SIX);
        assert!(findings.is_empty(), "{text}: {findings:#?}");
        assert_eq!(json(&sandbox, &format!("{SIX}/oparl.json"))["data"][0]["agendaItem"][0]["name"], text);
        assert!(deviations(&sandbox, SIX).is_empty(), "{text}");
    }
}

#[test]
fn numbers_of_agenda_items_never_lead_out_of_the_folder() {
    let sandbox = Sandbox::with_six();
    let wide = "W".repeat(20);
    for (top, name) in [
        ("Ö 7.1", "OE-7-1"),
        ("5/2", "5-2"),
        ("../x", "X"),
        ("..\\C:5", "C-5"),
        ("c)", "C"),
        (wide.as_str(), wide.as_str()),
    ] {
        let args = ["bundle", "--with", "with", "--body", "Rat", "--date", "2031-03-04", "--title", "Vergleich"];
        let more = ["--kommune", "Altmoor", "--split", "--profile", "entwurf", "--laender", "--top", top];
        sandbox.run(&[&args[..], &more].concat()).must_succeed();
        let folder = format!("out/2031/sitzung-2031-03-04-top-{}", name.to_lowercase());
        let path = format!("{folder}/TOP-{name}_Anlagen.pdf");
        let pdf = Pdf::read(&sandbox.bytes(&path));
        assert!(pdf.pages[0].contains(&format!("TOP {top}")), "{top}");
        let faults = faults(&pdf);
        assert!(faults.is_empty(), "{top}: {faults:#?}");
        let annex = Pdf::read(&sandbox.bytes(&format!("{folder}/TOP-{name}_Anlage-01_03901-landkreis-altmoor.pdf")));
        assert!(annex.pages[0].contains(&format!("Anlage 1 zu TOP {top}")), "{top}");
        assert!(annex.pages[0].off_the_page().is_empty(), "{top}");
    }
    assert!(
        sandbox.files(".").iter().all(|path| path.starts_with("with/") || path.starts_with("out/2031/sitzung-2031-"))
    );
}

#[test]
fn one_kommune_is_one_annex() {
    let sandbox = Sandbox::with_six();
    six(&sandbox, &["--kommune", "Lückow", "--ranking", "--laender", "--split"])
        .must_succeed()
        .stderr_contains("warning[KB554]: one Kommune is not ranked among itself");
    let pdf = Pdf::read(&sandbox.bytes(&format!("{SIX}/TOP-5_Anlagen.pdf")));
    assert!(pdf.pages[0].contains("Anlage: ein Steckbrief"));
    assert_eq!(pdf.pages.len(), 4);
    assert!(pdf.pages[2].contains("Gezählt sind allein die Kommunen dieser Anlagen, 1 von 6."));
    assert!(findings(&sandbox, SIX).is_empty());
    assert!(deviations(&sandbox, SIX).is_empty());
}

#[test]
fn longest_labels_gaps_and_practice_keep_their_page() {
    let sandbox = Sandbox::with_six();
    six(&sandbox, &["--split", "--ranking", "--laender", "--separators"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes(&format!("{SIX}/TOP-5_Anlagen.pdf")));
    let faults = faults(&pdf);
    assert!(faults.is_empty(), "{faults:#?}");
    let findings = findings(&sandbox, SIX);
    assert!(findings.is_empty(), "{findings:#?}");
    assert!(deviations(&sandbox, SIX).is_empty());
    let label = "Landkreis Nordwestliches Hinterwaldshausen-Unterniederbachtal und Obere Seenplatte an der Großen Aue";
    let bookmark = format!("Anlage 4 zu TOP 5 {label}");
    assert!(pdf.outline_titles().contains(&bookmark.as_str()), "{:?}", pdf.outline_titles());
    assert!(pdf.contains("Ohne bekannten Wert: Landkreis Lückow."));
    assert!(pdf.contains("Eine Werkstatt für alle"));
}

#[test]
fn a_sheet_that_must_be_set_tighter_is_one_page_in_the_document_too() {
    let sandbox = Sandbox::with_six();
    let practice = sandbox.text("with/data/2031/praxis.toml");
    let example = "[[praxis]]\nags = \"14901\"\nkommune = \"Stadt Großweißenstein\"\nthema = \"jugend\"\n\
        titel = \"Noch ein Beispiel\"\nkurz = \"Es steht auf demselben Blatt.\"\nfakten = [\n";
    let fact = "{ text = \"12\", wert = 12, was = \"Werkstätten\" },\n";
    let mut needed = BTreeSet::new();
    // Two facts are a line; without its facts an example is a few, and many of them are too much again.
    for (facts, examples) in [(4, 1), (8, 1), (12, 1), (16, 1), (2, 12)] {
        let more = format!("{example}{}]\n\n", fact.repeat(facts)).repeat(examples) + &practice;
        sandbox.write("with/data/2031/praxis.toml", more);
        let ran = six(&sandbox, &["--split", "--kommune", "Altmoor", "--kommune", "14901"]);
        ran.must_succeed();
        let annexes = json(&sandbox, &format!("{SIX}/manifest.json"))["meeting"]["annexes"].clone();
        assert_eq!(annexes[0]["tightness"], 0);
        let pdf = Pdf::read(&sandbox.bytes(&format!("{SIX}/TOP-5_Anlagen.pdf")));
        assert_eq!(pdf.pages.len(), 2 + 2, "{facts} facts");
        let faults = faults(&pdf);
        assert!(faults.is_empty(), "{facts} facts: {faults:#?}");
        assert!(deviations(&sandbox, SIX).is_empty(), "{facts} facts");
        // More than a page holds is left to the brochure.
        let tightness = annexes[1]["tightness"].as_u64().expect("a number");
        assert_eq!(pdf.contains("Noch ein Beispiel"), tightness < 4, "{facts} facts");
        assert_eq!(pdf.contains("Was hier aus der Praxis keinen Platz hat"), tightness > 2, "{facts} facts");
        needed.insert(tightness);
    }
    assert!(needed.is_superset(&BTreeSet::from([2, 3, 4])), "every tightness was needed: {needed:?}");
    // So many indicators have no room on any page: nothing of it is made.
    let mut table = Rows::parse(&sandbox.text("with/data/2031/kommunen.csv"));
    let mut indicators = text_of("data/indicators.toml");
    for n in 0..30 {
        table.add_column(&format!("zahl_{n}"), |_| "1".to_owned());
        indicators += &format!(
            "\n[[indicator]]\nkey = \"zahl_{n}\"\nlabel = \"Zahl {n}\"\ndecimals = 0\ndefinition = \"Eine Zahl.\"\n\
             source = \"brochure-2017\"\npolarity = \"neutral\"\naggregate = \"sum\"\nhighest = \"Hoch {n}\"\nlowest = \"Tief {n}\"\n"
        );
    }
    sandbox.write("with/data/2031/kommunen.csv", table.csv()).write("with/data/indicators.toml", indicators);
    six(&sandbox, &["--split", "--kommune", "Altmoor", "--kommune", "14901"])
        .must_fail(1)
        .stderr_contains("KB604")
        .stderr_contains("TOP-5_Anlage-02_14901-stadt-grossweissenstein.pdf");
}

#[test]
fn drafts_and_documents_with_data_are_what_they_say() {
    let sandbox = Sandbox::with_six();
    let options = ["--split", "--kommune", "Altmoor", "--kommune", "Neumoor", "--ranking", "--separators"];
    six(&sandbox, &[&options[..], &["--profile", "entwurf"]].concat()).must_succeed();
    assert!(findings(&sandbox, SIX).is_empty());
    assert!(deviations(&sandbox, SIX).is_empty());
    for path in sandbox.files(SIX).iter().filter(|path| path.ends_with(".pdf")) {
        let pdf = Pdf::read(&sandbox.bytes(&format!("{SIX}/{path}")));
        assert!(pdf.pages.iter().all(|page| page.contains("ENTWURF")), "{path}");
    }
    six(&sandbox, &[&options[..], &["--profile", "daten"]].concat()).must_succeed();
    let findings = findings_in(&sandbox, SIX, ValidationProfile::PdfA3a);
    assert!(findings.is_empty(), "{findings:#?}");
    assert!(deviations(&sandbox, SIX).is_empty());
    let carried = |path: &str| {
        let pdf = Pdf::read(&sandbox.bytes(&format!("{SIX}/{path}")));
        pdf.files.into_iter().map(|file| (file.name, file.content)).collect::<BTreeMap<_, _>>()
    };
    let table = Rows::parse(std::str::from_utf8(&carried("TOP-5_Anlagen.pdf")["kommunen.csv"]).expect("UTF-8"));
    assert_eq!(table.rows.len(), 2, "those of the annexes");
    let annex = carried("TOP-5_Anlage-01_03901-landkreis-altmoor.pdf");
    assert!(annex.len() == 2 && annex.values().all(|content| !content.is_empty()), "{:?}", annex.keys());
}

#[test]
fn verify_vouches_for_all_and_names_what_was_changed() {
    all().run(&["verify", ALL]).must_succeed().stderr_contains(", nothing deviates");
    let sandbox = Sandbox::with_six();
    six(&sandbox, &["--split", "--ranking"]).must_succeed();
    let annex = "TOP-5_Anlage-02_03901-landkreis-altmoor.pdf";
    let fresh = snapshot(&sandbox.path(SIX));
    let restore = || {
        for (path, bytes) in &fresh {
            sandbox.write(&format!("{SIX}/{path}"), bytes);
        }
    };
    let ids = |found: &[(String, String)], file: &str| -> Vec<String> {
        found.iter().filter(|(_, of)| of == file).map(|(id, _)| id.clone()).collect()
    };
    // A byte of an annex: the file is another one, and what speaks of it says so.
    let mut bytes = fresh[annex].clone();
    bytes[11] ^= 1; // In a comment: readers see the same.
    sandbox.write(&format!("{SIX}/{annex}"), &bytes);
    assert_eq!(ids(&deviations(&sandbox, SIX), annex), ["KB411"]);
    vouch_for(&sandbox, SIX, annex);
    let found = deviations(&sandbox, SIX);
    assert_eq!(ids(&found, "oparl.json"), ["KB416"], "{found:?}");
    assert_eq!(ids(&found, "TOP-5_Anlagen.zip"), ["KB416"], "{found:?}");
    restore();
    // Another annex in its place.
    sandbox.write(&format!("{SIX}/{annex}"), &fresh["TOP-5_Anlage-03_03902-landkreis-neumoor.pdf"]);
    let ran = sandbox.run(&["verify", SIX, "--with", "with"]);
    ran.must_fail(1).stderr_contains("expected 120.000, found 80.000");
    restore();
    // Words of the description, and the content of the archive.
    let forged = sandbox.text(&format!("{SIX}/oparl.json")).replace("Vergleich", "Vorlage");
    sandbox.write(&format!("{SIX}/oparl.json"), forged);
    vouch_for(&sandbox, SIX, "oparl.json");
    let archive = fresh["TOP-5_Anlagen.zip"].iter().map(|b| if *b == b'%' { b'#' } else { *b }).collect::<Vec<u8>>();
    sandbox.write(&format!("{SIX}/TOP-5_Anlagen.zip"), archive);
    vouch_for(&sandbox, SIX, "TOP-5_Anlagen.zip");
    let found = deviations(&sandbox, SIX);
    let wanted = ["TOP-5_Anlagen.zip", "oparl.json"].map(|file| ("KB416".to_owned(), file.to_owned()));
    assert_eq!(found, wanted);
    restore();
    // The meeting of the manifest is what the pages are composed from.
    let manifest = sandbox.text(&format!("{SIX}/manifest.json")).replace("\"body\": \"Rat\"", "\"body\": \"Bund\"");
    sandbox.write(&format!("{SIX}/manifest.json"), manifest);
    let found = deviations(&sandbox, SIX);
    assert_eq!(ids(&found, annex), ["KB415"], "{found:?}");
    assert_eq!(ids(&found, "TOP-5_Anlagen.pdf"), ["KB415"], "{found:?}");
    restore();
    // A cell: its annex, and the document of all.
    let table = sandbox.text("with/data/2031/kommunen.csv").replace("120000", "120001");
    sandbox.write("with/data/2031/kommunen.csv", table);
    let ran = sandbox.run(&["verify", SIX, "--with", "with"]);
    let ran = ran.must_fail(1);
    ran.stderr_contains(&format!("{annex}: page 1: the data says another number now: expected 120.001, found 120.000"));
    ran.stderr_contains("TOP-5_Anlagen.pdf: page 3: ");
}

/// The words of a command line as a shell reads them.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            sign => words.last_mut().expect("a word").push(sign),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_paper_on_meetings_speaks_of_commands_and_fields_that_work() {
    let paper = text_of("docs/sitzung.md");
    let block = |kind: &str| {
        let rest = paper.split(&format!("```{kind}\n")).nth(1).expect("a block");
        rest.split("```").next().expect("its end").to_owned()
    };
    let sandbox = Sandbox::new();
    let command = block("sh").replace("\\\n", " ");
    let command = words(command.trim());
    let args: Vec<&str> = command[1..].iter().map(String::as_str).collect();
    sandbox.run(&args).must_succeed().stderr_lacks("warning");
    let verify = paper.split("`kreisblatt verify ").nth(1).expect("the command").split('`').next().expect("its end");
    sandbox.run(&["verify", verify]).must_succeed();
    assert!(sandbox.files(verify).contains(&"TOP-5_Anlage-09_08426-landkreis-biberach.pdf".to_owned()));
    let table = paper.split("| file | what |").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("the table");
    let files: Vec<&str> = table.split("\n| ").filter_map(|row| row.split('|').next()?.split('`').nth(1)).collect();
    assert_eq!(files.len(), 5, "{table}");
    for file in files {
        let file = file.to_owned();
        assert!(sandbox.files(verify).contains(&file), "{file}: {:?}", sandbox.files(verify));
    }
    let fields = block("toml");
    sandbox.write("sitzung.toml", &fields);
    sandbox.run(&["bundle", "--meeting", "sitzung.toml", "--out", "out2"]).must_succeed().stderr_lacks("warning");
    let meeting = &json(&sandbox, &format!("{}/manifest.json", ALL.replace("out/", "out2/")))["meeting"];
    for field in ["body", "date", "time", "place", "top", "title", "base_url", "separators", "ranking", "laender"] {
        assert!(fields.contains(&format!("\n{field} = ")) || fields.starts_with(&format!("{field} = ")), "{field}");
        assert!(!meeting[field].is_null(), "{field}");
    }
    assert_eq!(meeting["annexes"].as_array().map(Vec::len), Some(3));
    assert!(project().join("docs/sitzung.png").is_file());
}

/// Standard input can be read but once.
#[test]
fn annexes_are_named_on_standard_input() {
    use std::io::Write as _;
    let sandbox = Sandbox::new();
    let mut child = std::process::Command::new(crate::sandbox::PROGRAM)
        .args(["bundle", "--from", "-", "--body", "Kreistag", "--date", "2017-12-11", "--top", "5", "--title", "Titel"])
        .current_dir(sandbox.root())
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(b"08436\nBiberach\n").expect("it is read");
    let ended = child.wait_with_output().expect("it ends");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let manifest: Value = serde_json::from_str(&sandbox.text(&format!("{ALL}/manifest.json"))).expect("JSON");
    let annexes = manifest["meeting"]["annexes"].as_array().expect("a list");
    let ags: Vec<_> = annexes.iter().map(|annex| annex["ags"].as_str().expect("an AGS")).collect();
    assert_eq!(ags, ["08436", "08426"], "in the order named");
}
