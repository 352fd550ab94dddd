//! The guide in `docs/guide/`: every command of it runs as written, and leads from an empty folder to a brochure of one's
//! own.

use std::fs;
use std::process::Command;

use lopdf::{Document, Object};

use crate::pdf::Pdf;
use crate::sandbox::{PROGRAM, Sandbox, project, text_of};
use crate::standards::findings;

/// The chapters in their order, each with the folder it begins in.
const CHAPTERS: [(&str, &str); 6] = [
    ("start", "."),
    ("own-data", "mine"),
    ("own-look", "mine"),
    ("council-meeting", "mine"),
    ("printer", "mine"),
    ("trust", "mine"),
];

/// The program under its name. `watch` ends only when it is told to: here as soon as it has told its address.
const PRELUDE: &str = r#"
set -eu
kreisblatt() {
  if [ "$1" != watch ]; then "$PROGRAM" "$@"; return; fi
  said=$(mktemp)
  "$PROGRAM" "$@" > "$said" 2>&1 &
  watching=$!
  tries=0
  until grep -q 'http://127.0.0.1:' "$said" || [ $tries -ge 300 ]; do tries=$((tries + 1)); sleep 0.1; done
  kill $watching
  grep 'http://127.0.0.1:' "$said"
}
"#;

/// The commands of a chapter: its blocks marked `sh`.
fn commands(chapter: &str) -> String {
    let text = text_of(format!("docs/guide/{chapter}.md"));
    let blocks = text.split("```sh\n").skip(1).map(|block| block.split("```").next().expect("a block ends"));
    blocks.collect::<Vec<_>>().join("\n")
}

/// An empty folder in which the guide was followed from its beginning to its end.
fn followed() -> Sandbox {
    let sandbox = Sandbox::new();
    for (chapter, folder) in CHAPTERS {
        let commands = commands(chapter);
        assert!(commands.contains("kreisblatt "), "{chapter} has commands");
        let ran = Command::new("sh")
            .args(["-c", &format!("{PRELUDE}\n{commands}")])
            .env("PROGRAM", PROGRAM)
            .current_dir(sandbox.path(folder))
            .output()
            .expect("a shell");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(ran.status.success(), "{chapter}: {}\n{}", said(&ran.stdout), said(&ran.stderr));
    }
    sandbox
}

#[test]
fn the_guide_leads_from_an_empty_folder_to_a_brochure_of_ones_own() {
    let sandbox = followed();
    assert!(sandbox.text(".local/completions/kreisblatt").contains("--state"));
    assert!(sandbox.text(".local/man/man1/kreisblatt.1").contains(".TH kreisblatt 1"));
    let made = "mine/out/2017";
    let bytes = sandbox.bytes(&format!("{made}/broschuere.pdf"));
    let brochure = Pdf::read(&bytes);
    let says = |text: &str| assert!(brochure.contains(text), "the brochure says `{text}`");
    // The foreword, the publisher, and the indicator with its definition, its source and a value.
    says("Diese Ausgabe ist die erste, die wir selbst herausgeben.");
    says("Landkreis Musterland, Musterstadt");
    says("Wohnungen in Wohn- und Nichtwohngebäuden.");
    says("Landkreis Musterland: Bestand an Wohnungen, Erhebung 2017.");
    says("133.905");
    // The colour, and the logo with its text.
    let document = Document::load_mem(&bytes).expect("a PDF");
    let content = |page: u32| {
        let id = document.get_pages()[&page];
        String::from_utf8_lossy(&document.get_page_content(id)).into_owned()
    };
    let [red, green, blue] = [0x7a, 0x1f, 0x2b].map(|part: u8| f32::from(part) / 255.0);
    assert!(content(1).contains(&format!("{red} {green} {blue} scn")), "the cover has the accent colour");
    let alt =
        |object: &Object| object.as_dict().and_then(|tag| tag.get(b"Alt")).and_then(lopdf::decode_text_string).ok();
    let alternatives: Vec<String> = document.objects.values().filter_map(alt).collect();
    assert!(alternatives.contains(&"Logo des Landkreises Musterland".to_owned()));
    let sheet = Pdf::read(&sandbox.bytes(&format!("{made}/steckbriefe/08426-landkreis-biberach.pdf")));
    assert!(sheet.contains("Wohnungen") && sheet.contains("84.512"), "the indicator stands on the fact sheet");
    // Sheets for the press and name tents are paper alone.
    let (paper, judged): (Vec<String>, Vec<String>) = findings(&sandbox, made)
        .into_iter()
        .partition(|finding| finding.starts_with("bogen/") || finding.starts_with("tagung/"));
    assert_eq!(judged, Vec::<String>::new(), "besides {} about paper", paper.len());
}

#[test]
fn the_guide_has_no_chapter_that_is_not_run_and_its_links_lead_somewhere() {
    let folder = project().join("docs/guide");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the guide")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().trim_end_matches(".md").to_owned())
        .collect();
    names.sort();
    let mut known: Vec<&str> = CHAPTERS.iter().map(|(name, _)| *name).chain(["README"]).collect();
    known.sort_unstable();
    assert_eq!(names, known);
    for name in names {
        let text = text_of(format!("docs/guide/{name}.md"));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().expect("a first part");
            assert!(link.starts_with("https://") || folder.join(file).exists(), "{name}: {link}");
        }
    }
}
