//! The reader of finished PDFs against what the pages were set from: every number at its place.

use std::collections::BTreeMap;

use kreisblatt::internals::TraceLine;
use kreisblatt::internals::{PdfReading, read};

use crate::pdf::{Link, Pdf, Target};
use crate::sandbox::{self, Sandbox};

/// A number by page, height, place and text.
type Number = (usize, i64, i64, String);

/// The numbers of all documents as they were set.
fn set(sandbox: &Sandbox, folder: &str) -> BTreeMap<String, Vec<Number>> {
    let mut set: BTreeMap<String, Vec<Number>> = BTreeMap::new();
    for line in sandbox.text(&format!("{folder}/trace.jsonl")).lines() {
        if let Ok(line) = serde_json::from_str::<TraceLine>(line) {
            let [x, y] = [line.x, line.y].map(|points| (points * 100.0).round() as i64);
            set.entry(line.file).or_default().push((line.page, y, x, line.text));
        }
    }
    set
}

fn reading(sandbox: &Sandbox, path: &str) -> PdfReading {
    read(&sandbox.bytes(path)).unwrap_or_else(|what| panic!("{path}: {what}"))
}

/// All numbers stand in the files as they were set, each within two hundredths of a point.
fn agrees(sandbox: &Sandbox, folder: &str) {
    let set = set(sandbox, folder);
    let mut wrong = Vec::new();
    let mut numbers = 0;
    for path in sandbox.files(folder).into_iter().filter(|path| path.ends_with(".pdf")) {
        let reading = reading(sandbox, &format!("{folder}/{path}"));
        let mut wanted = set.get(&path).cloned().unwrap_or_default();
        numbers += wanted.len();
        for (at, page) in reading.pages.iter().enumerate() {
            wrong.extend(page.disguised.iter().map(|what| format!("{path} {}: {what}", at + 1)));
            for found in &page.numbers {
                let here = |(on, y, x, text): &Number| {
                    *on == at + 1 && *text == found.text && y.abs_diff(found.y) <= 2 && x.abs_diff(found.x) <= 2
                };
                match wanted.iter().position(here) {
                    Some(same) => drop(wanted.swap_remove(same)),
                    None => wrong.push(format!("{path} {}: {found:?} was not set", at + 1)),
                }
            }
            assert!(!page.text.contains('\u{fffd}'), "{path} {}: a sign says nothing", at + 1);
            assert!(page.links.iter().all(|link| link.page.is_some()), "{path} {}: {:?}", at + 1, page.links);
        }
        wrong.extend(wanted.into_iter().map(|number| format!("{path}: {number:?} was not found")));
    }
    assert!(wrong.is_empty(), "{} of {numbers} numbers\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    assert!(numbers > 100, "the numbers were found");
}

#[test]
fn every_number_stands_where_it_was_set() {
    agrees(sandbox::whole(), "out/2017");
}

#[test]
fn every_number_of_the_small_edition_stands_where_it_was_set() {
    agrees(sandbox::six(), "out/2031");
}

#[test]
fn with_a_bleed_too() {
    let sandbox = Sandbox::new();
    sandbox.run(&["build", "--only", "broschuere", "--bleed", "--pad-pages"]).must_succeed();
    agrees(&sandbox, "out/2017");
}

/// The tests' own reader finds the same files and links.
#[test]
fn what_documents_carry_is_read() {
    let sandbox = sandbox::data();
    let mut files = 0;
    for path in sandbox.files("out/2017").into_iter().filter(|path| path.ends_with(".pdf")) {
        let path = format!("out/2017/{path}");
        let (reading, pdf) = (reading(sandbox, &path), Pdf::read(&sandbox.bytes(&path)));
        let carried: Vec<_> = pdf.files.into_iter().map(|file| (file.name, file.content)).collect();
        assert_eq!(reading.attachments, carried, "{path}");
        files += carried.len();
        for (page, other) in reading.pages.iter().zip(&pdf.pages) {
            let to_page =
                |link: &Link| if let Target::Spot(spot) = &link.target { Some(Some(spot.page)) } else { None };
            let links: Vec<_> = other.links.iter().filter_map(to_page).collect();
            assert_eq!(page.links.iter().map(|link| link.page).collect::<Vec<_>>(), links, "{path}");
        }
    }
    assert!(files > 100, "the files were found");
}

#[test]
fn a_damaged_file_is_told() {
    let sandbox = sandbox::six();
    let path = sandbox.files("out/2031").into_iter().find(|path| path.starts_with("steckbriefe/")).expect("a sheet");
    let whole = sandbox.bytes(&format!("out/2031/{path}"));
    let before = read(&whole).expect("it can be read");
    for end in (0..whole.len()).step_by(500).chain(whole.len() - 30..whole.len()) {
        assert!(read(&whole[..end]).is_err(), "the first {end} bytes");
    }
    // Most of a file is fonts and structure, where damage does not touch the text.
    let (mut same, mut at, mut damaged) = (0, 7_u64, whole.clone());
    for round in 0..400_usize {
        at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = usize::try_from(at >> 40).expect("24 bits") % whole.len();
        damaged[place] ^= 1 << (round % 8);
        same += usize::from(read(&damaged).is_ok_and(|reading| reading == before));
        // Some rounds leave the damage in.
        if round % 4 > 0 {
            damaged[place] = whole[place];
        } else if round % 16 == 0 {
            damaged.clone_from(&whole);
        }
    }
    assert!(same < 400, "no damage was told");
}
