//! Projects: `new`, `kreisblatt.toml`, `eject` and `list --assets`.

use lopdf::{Document, Object};

use crate::pdf::Pdf;
use crate::sandbox::{Sandbox, snapshot, text_of};
use crate::standards::findings;

const SHEET: &str = "out/2017/steckbriefe/08426-landkreis-biberach.pdf";

const LOGO: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60"><rect width="60" height="60" fill="#7a1f2b"/></svg>"##;

/// What a PDF says of its author.
fn author(bytes: &[u8]) -> String {
    let document = Document::load_mem(bytes).expect("a PDF");
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info)).expect("properties").1;
    let author = info.as_dict().and_then(|info| info.get(b"Author")).expect("an author");
    lopdf::decode_text_string(author).expect("text")
}

/// Whether a PDF fills with a colour, given by its red, green and blue of 255.
fn paints(bytes: &[u8], colour: [u8; 3]) -> bool {
    let document = Document::load_mem(bytes).expect("a PDF");
    let [red, green, blue] = colour.map(|part| f32::from(part) / 255.0);
    let operands = format!("{red} {green} {blue} scn");
    let contents = document.get_pages().into_values().map(|page| document.get_page_content(page));
    contents.into_iter().any(|content: Vec<u8>| String::from_utf8_lossy(&content).contains(&operands))
}

/// The alternative texts of a PDF.
fn alternatives(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).expect("a PDF");
    let alt =
        |object: &Object| object.as_dict().and_then(|tag| tag.get(b"Alt")).and_then(lopdf::decode_text_string).ok();
    document.objects.values().filter_map(alt).collect()
}

/// A project `mine` made from the shipped edition, with these options.
fn project(options: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let args: Vec<&str> = ["new", "mine"].iter().chain(options).copied().collect();
    sandbox.run(&args).must_succeed();
    sandbox
}

#[test]
fn a_new_project_makes_the_same_bytes_as_the_program_alone() {
    let sandbox = project(&[]);
    let build = ["build", "--kommune", "08426", "--only", "steckbriefe,ranglisten", "--out"];
    let with = |out: &'static str| [build.as_slice(), &[out]].concat();
    sandbox.run_in("mine", &[], &with("made")).must_succeed();
    sandbox.run(&with("plain")).must_succeed();
    for file in ["steckbriefe/08426-landkreis-biberach.pdf", "ranglisten.pdf", "ranglisten.csv"] {
        assert_eq!(
            sandbox.bytes(&format!("mine/made/2017/{file}")),
            sandbox.bytes(&format!("plain/2017/{file}")),
            "{file}"
        );
    }
}

#[test]
fn a_project_is_found_from_any_folder_in_it_and_its_out_is_used() {
    let sandbox = project(&["--publisher", "Landkreis Musterland", "--place", "Musterstadt"]);
    let build = ["build", "--kommune", "08426"];
    sandbox.run_in("mine/data/2017", &[], &build).must_succeed().stderr_contains("in ../../out/2017");
    assert_eq!(author(&sandbox.bytes(&format!("mine/{SHEET}"))), "Landkreis Musterland");
    sandbox.run_in("mine/templates", &[], &["verify"]).must_succeed();
    // Outside, the program alone.
    sandbox.run(&build).must_succeed();
    assert_eq!(author(&sandbox.bytes(SHEET)), "Redaktion kreisblatt");
    // A named folder wins.
    sandbox.run_in("mine", &[], &["list", "--with", "../none"]).must_fail(2).stderr_contains("KB308");
}

#[test]
fn colour_logo_numbers_and_parts_reach_the_pages() {
    let sandbox = Sandbox::new();
    sandbox.write("Zeichen.SVG", LOGO);
    let options = ["--accent", "#7a1f2b", "--logo", "Zeichen.SVG", "--logo-alt", "Logo von Musterland"];
    sandbox.run(&[["new", "mine"].as_slice(), &options].concat()).must_succeed();
    let settings = sandbox.text("mine/kreisblatt.toml");
    assert!(settings.contains("[logo]\nfile = \"templates/logo.svg\"\nalt = \"Logo von Musterland\"\n"), "{settings}");
    assert_eq!(sandbox.text("mine/templates/logo.svg"), LOGO);
    let settings = settings.replace("\"destatis\"", "\"din5008\"");
    let (before, rest) = settings.split_once("parts = [").expect("the parts are listed");
    let (_, after) = rest.split_once("]\n").expect("the list ends");
    sandbox.write("mine/kreisblatt.toml", format!("{before}parts = [\"umschlag\", \"ranglisten\"]\n{after}"));
    sandbox.run_in("mine", &[], &["build", "--only", "broschuere,steckbriefe", "--kommune", "08426"]).must_succeed();
    let sheet = sandbox.bytes(&format!("mine/{SHEET}"));
    assert!(Pdf::read(&sheet).contains("1\u{202f}409,75"), "numbers in the style of DIN 5008");
    assert!(paints(&sheet, [0x7a, 0x1f, 0x2b]), "the accent colour");
    let brochure = sandbox.bytes("mine/out/2017/broschuere.pdf");
    assert!(alternatives(&brochure).contains(&"Logo von Musterland".to_owned()));
    assert!(!Pdf::read(&brochure).contains("Impressum"));
    assert_eq!(findings(&sandbox, "mine/out/2017"), Vec::<String>::new());
    sandbox.run_in("mine", &[], &["verify"]).must_succeed();
    // Another colour, another Kennung; the build notices.
    let settings = sandbox.text("mine/kreisblatt.toml").replace("#7a1f2b", "#1f4e79");
    sandbox.write("mine/kreisblatt.toml", settings);
    sandbox.run_in("mine", &[], &["build", "--kommune", "08426"]).must_succeed().stderr_contains("1 PDF made");
    let other = sandbox.bytes(&format!("mine/{SHEET}"));
    assert!(paints(&other, [0x1f, 0x4e, 0x79]), "the other colour");
}

#[test]
fn nothing_is_made_among_what_it_is_made_of() {
    let sandbox = Sandbox::new();
    sandbox.write("mine/kreisblatt.toml", "").write("mine/data/README.md", "x");
    for out in ["data", "data/2017", "./templates", "../mine/fonts/neu"] {
        for command in [["build", "--only", "karte"].as_slice(), &["tents"]] {
            let ran = sandbox.run_in("mine", &[], &[command, &["--kommune", "08426", "--out", out]].concat());
            ran.must_fail(2).stderr_contains("KB319").stderr_contains(out);
        }
    }
    let meeting = ["--body", "x", "--date", "2017-12-11", "--top", "5", "--title", "x", "--kommune", "08426"];
    let bundle = [["bundle", "--out", "data"].as_slice(), &meeting].concat();
    sandbox.run_in("mine", &[], &bundle).must_fail(2).stderr_contains("KB319");
    assert_eq!(sandbox.files("mine"), ["data/README.md", "kreisblatt.toml"]);
    sandbox.run_in("mine", &[], &["build", "--kommune", "08426", "--out", "daten"]).must_succeed();
}

#[test]
fn what_kreisblatt_toml_cannot_say_is_told_with_its_line() {
    let sandbox = Sandbox::new();
    for (text, parts) in [
        ("publischer = \"x\"\n", ["KB130", "kreisblatt.toml:1:1", "did you mean `publisher`?"].as_slice()),
        ("publisher = \"\"\n", &["KB953", "kreisblatt.toml:1:13"]),
        ("accent = \"blue\"\n", &["KB954", "kreisblatt.toml:1:10", "accent `blue` is no colour", "#1f4e79"]),
        ("accent = \"#ffcc00\"\n", &["KB954", "1.4 to 1", "#866b00"]),
        ("accent = \"#ffcc0é\"\n", &["KB954", "is no colour"]),
        ("numbers = \"roman\"\n", &["KB130", "kreisblatt.toml:1:11", "destatis"]),
        ("parts = [\"umschlag\", \"rangliste\"]\n", &["KB135", "kreisblatt.toml:1:22", "did you mean `ranglisten`?"]),
        ("parts = []\n", &["KB135", "kreisblatt.toml:1:9"]),
        ("documents = [\"steckbreife\"]\n", &["KB992", "kreisblatt.toml:1:14", "did you mean `steckbriefe`?"]),
        ("documents = []\n", &["KB992", "kreisblatt.toml:1:13", "documents is empty"]),
        ("edition = \"2071\"\n", &["KB957", "kreisblatt.toml:1:11", "did you mean `2017`?"]),
        ("[logo]\nfile = \"templates/look.svg\"\nalt = \"x\"\n", &["KB955", "kreisblatt.toml:2:8", "no file"]),
        ("[logo]\nfile = \"../logo.svg\"\nalt = \"x\"\n", &["KB955", "kreisblatt.toml:2:8", "below templates/"]),
        ("[logo]\nfile = \"templates/../../x.svg\"\nalt = \"x\"\n", &["KB955", "kreisblatt.toml:2:8"]),
        ("[logo]\nfile = \"templates/falsch.png\"\nalt = \"x\"\n", &["KB955", "is not what its name says"]),
        (
            "[logo]\nfile = \"templates/falsch.png\"\nalt = \" \"\n",
            &["KB955", "kreisblatt.toml:3:7", "alternative text"],
        ),
        ("edition = \n", &["KB130", "kreisblatt.toml:1"]),
    ] {
        sandbox.write("p/kreisblatt.toml", text).write("p/templates/falsch.png", LOGO);
        let ran = sandbox.run(&["check", "--with", "p"]);
        ran.must_fail(1);
        for part in parts {
            ran.stderr_contains(part);
        }
    }
    sandbox.write("p/kreisblatt.toml", b"publisher = \"M\xfcnchen\"\n");
    sandbox
        .run(&["check", "--with", "p"])
        .must_fail(1)
        .stderr_contains("KB101")
        .stderr_contains("kreisblatt.toml:1:15");
}

#[test]
fn a_logo_that_cannot_be_printed_is_refused_where_it_is_named() {
    let sandbox = Sandbox::new();
    let png = |width, height| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let grain = |x: u32, y: u32| image::Luma([(x * x + y * y * 7) as u8]);
        let picture = image::GrayImage::from_fn(width, height, grain);
        picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
        bytes.into_inner()
    };
    let svg = |inner: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 60 14\">{inner}</svg>");
    let sound = svg("<title>Kreis 08</title><path d=\"M0 0h60v14H0z\"/>");
    let truncated = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    for (name, bytes, said) in [
        ("a.svg", b"<svg".to_vec(), "cannot be read"),
        ("a.svg", svg("<text y=\"9\">Landkreis 08426</text>").into(), "convert the text to paths"),
        ("a.svg", svg("<g><text y=\"9\"><tspan>x</tspan></text></g>").into(), "has live text"),
        ("a.svg", svg("<image href=\"wappen.png\" width=\"9\" height=\"9\"/>").into(), "outside of it, `wappen.png`"),
        ("a.svg", svg("").into(), "is empty"),
        ("a.svg", sound.replace(" viewBox=\"0 0 60 14\"", "").into(), "neither a viewBox nor width and height"),
        ("a.svg", sound.replace("60 14", "0 0").into(), "neither a viewBox"),
        ("a.svg", sound.replace("60 14", "600 14").into(), "600 wide and 14 high"),
        ("a.png", truncated(png(64, 64)), "cannot be decoded"),
        ("a.png", png(5000, 4000), "5000 × 4000 pixels"),
        ("a.png", png(3, 90), "3 wide and 90 high"),
        ("a.jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec(), "cannot be decoded"),
    ] {
        sandbox.write("p/kreisblatt.toml", format!("[logo]\nfile = \"templates/{name}\"\nalt = \"x\"\n"));
        sandbox.write(&format!("p/templates/{name}"), bytes);
        let ran = sandbox.run(&["check", "--with", "p"]);
        ran.must_fail(1).stderr_contains("KB955").stderr_contains("kreisblatt.toml:2:8").stderr_contains(said);
    }
    // The same file, whole.
    for (name, bytes) in [("a.svg", sound.into_bytes()), ("a.png", png(64, 32))] {
        sandbox.write("p/kreisblatt.toml", format!("[logo]\nfile = \"templates/{name}\"\nalt = \"x\"\n"));
        sandbox.write(&format!("p/templates/{name}"), bytes);
        sandbox.run(&["check", "--with", "p"]).must_succeed();
    }
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let sandbox = Sandbox::new();
    sandbox
        .write("mine/Angebot.docx", "x")
        .write("datei", "x")
        .write("leer/.git/HEAD", "x")
        .write("leer/.gitignore", "meins\n");
    sandbox.run(&["new", "mine"]).must_fail(2).stderr_contains("KB316").stderr_contains("Angebot.docx");
    sandbox.run(&["new", "datei"]).must_fail(2).stderr_contains("KB316");
    assert_eq!(sandbox.files("mine"), ["Angebot.docx"]);
    sandbox.run(&["new", "leer"]).must_succeed();
    assert_eq!(sandbox.text("leer/.gitignore"), "meins\n");
    sandbox.run(&["new", "x", "--accent", "#eeeeee"]).must_fail(1).stderr_contains("KB954").stderr_lacks("toml:");
    sandbox.run(&["new", "x", "--from", "2071"]).must_fail(2).stderr_contains("KB306");
    sandbox.run(&["new", "x", "--logo", "fehlt.svg", "--logo-alt", "x"]).must_fail(1).stderr_contains("fehlt.svg");
    sandbox.run(&["new", "x", "--logo", "datei", "--logo-alt", "x"]).must_fail(1).stderr_contains("KB955");
    sandbox.run(&["new", "x", "--logo", "datei"]).must_fail(2);
    assert!(!sandbox.path("x").exists(), "a project that cannot be is not begun");
}

#[test]
fn a_project_can_be_made_from_another() {
    let sandbox = Sandbox::with_six();
    sandbox.write("with/kreisblatt.toml", "publisher = \"Amt Altmoor\"\n# bleibt\nplace = \"Altmoor\"\n");
    sandbox.run(&["new", "mine", "--with", "with", "--from", "2031", "--accent", "#224466"]).must_succeed();
    let settings = sandbox.text("mine/kreisblatt.toml");
    assert_eq!(settings, "publisher = \"Amt Altmoor\"\n# bleibt\nplace = \"Altmoor\"\naccent = \"#224466\"\n");
    for path in ["kommunen.csv", "edition.toml", "vorwort.md"].map(|name| format!("data/2031/{name}")) {
        assert_eq!(sandbox.bytes(&format!("mine/{path}")), sandbox.bytes(&format!("with/{path}")), "{path}");
    }
    assert!(!sandbox.path("mine/data/2017").exists(), "one edition");
    // With the edition before, where it is compared with one.
    sandbox.copy(&crate::sandbox::project().join("tests/data/danach"), "with");
    sandbox.run(&["new", "next", "--with", "with", "--from", "2032"]).must_succeed();
    assert!(sandbox.path("next/data/2031/kommunen.csv").is_file());
    sandbox.run_in("next", &[], &["check"]).must_succeed();
    sandbox.run_in("mine", &[], &["check"]).must_succeed();
}

/// The origin `list --assets` tells of a file.
fn origin(sandbox: &Sandbox, path: &str) -> (String, Option<String>) {
    let ran = sandbox.run_in("mine", &[], &["list", "--assets", "--format", "json"]);
    let files: Vec<serde_json::Value> = serde_json::from_str(ran.must_succeed().stdout()).expect("JSON");
    let file = files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("{path} is listed"));
    (file["origin"].as_str().expect("a word").to_owned(), file["since"].as_str().map(str::to_owned))
}

/// The lock file with another hash and version for a file: as if an older program had copied it.
fn copied_before(sandbox: &Sandbox, path: &str, bytes: &[u8]) {
    let hash = kreisblatt::internals::sha256(bytes);
    let lock = sandbox.text("mine/kreisblatt.lock");
    let old = |line: &str| match line.ends_with(&format!(" {path}")) {
        true => format!("{hash} 0.0.9 {path}\n"),
        false => format!("{line}\n"),
    };
    sandbox.write("mine/kreisblatt.lock", lock.lines().map(old).collect::<String>());
}

#[test]
fn every_file_tells_where_it_is_from_and_whether_the_default_has_moved_on() {
    let sandbox = project(&[]);
    let look = "templates/look.typ";
    let is = |origin: &str, since: Option<&str>| (origin.to_owned(), since.map(str::to_owned));
    assert_eq!(origin(&sandbox, look), is("copy", None));
    assert_eq!(origin(&sandbox, "templates/look/theme.typ"), is("embedded", None));
    sandbox.run_in("mine", &[], &["check"]).must_succeed().stderr_lacks("KB951");
    // Copied from an older program, and never changed: outdated.
    let older = text_of(look) + "// 0.0.9\n";
    sandbox.write(&format!("mine/{look}"), &older);
    assert_eq!(origin(&sandbox, look), is("changed", None));
    copied_before(&sandbox, look, older.as_bytes());
    assert_eq!(origin(&sandbox, look), is("outdated", Some("0.0.9")));
    sandbox.run_in("mine", &[], &["check"]).must_succeed().stderr_contains("KB951").stderr_contains("never changed");
    // Changed as well.
    sandbox.write(&format!("mine/{look}"), older + "// meins\n");
    assert_eq!(origin(&sandbox, look), is("changed, outdated", Some("0.0.9")));
    let ran = sandbox.run_in("mine", &[], &["check"]);
    ran.must_succeed().stderr_contains("KB951").stderr_contains("eject --keep").stderr_contains(look);
    // Taken account of.
    sandbox.run_in("mine", &[], &["eject", "--keep", look]).must_succeed();
    assert_eq!(origin(&sandbox, look), is("changed", None));
    assert!(sandbox.text(&format!("mine/{look}")).ends_with("// meins\n"));
    // Gone from the program.
    sandbox.write("mine/templates/alt.typ", "x");
    let lock = sandbox.text("mine/kreisblatt.lock");
    sandbox.write("mine/kreisblatt.lock", format!("{lock}{} 0.0.9 templates/alt.typ\n", "0".repeat(64)));
    assert_eq!(origin(&sandbox, "templates/alt.typ"), is("gone", Some("0.0.9")));
    sandbox.write("mine/templates/parts/eigenes.typ.hbs", "x");
    assert_eq!(origin(&sandbox, "templates/parts/eigenes.typ.hbs"), is("own", None));
    // A lock file that a merge broke is no reason to stop.
    sandbox.write("mine/kreisblatt.lock", "<<<<<<< HEAD\n");
    sandbox
        .run_in("mine", &[], &["check"])
        .must_succeed()
        .stderr_contains("KB952")
        .stderr_contains("kreisblatt.lock:1");
}

#[test]
fn single_files_are_ejected_and_never_replaced_unasked() {
    let sandbox = Sandbox::new();
    sandbox.write("mine/kreisblatt.toml", "");
    sandbox.run(&["eject", "templates/look.typ"]).must_fail(2).stderr_contains("KB317");
    sandbox
        .run_in("mine", &[], &["eject", "templates/lok.typ"])
        .must_fail(2)
        .stderr_contains("did you mean `templates/look.typ`?");
    sandbox.run_in("mine", &[], &["eject", "./templates/look.typ", "templates/brochure/"]).must_succeed();
    assert_eq!(sandbox.text("mine/templates/look.typ"), text_of("templates/look.typ"));
    assert!(sandbox.path("mine/templates/brochure/vorwort.typ.hbs").is_file());
    assert_eq!(sandbox.files("mine/data"), Vec::<String>::new());
    sandbox.write("mine/templates/look.typ", "// meins\n");
    let before = snapshot(&sandbox.path("mine"));
    let ran = sandbox.run_in("mine", &[], &["eject", "templates/look.typ", "templates/sheet.typ.hbs"]);
    ran.must_fail(1).stderr_contains("KB958").stderr_contains("--force");
    assert_eq!(snapshot(&sandbox.path("mine")), before, "nothing was written");
    let shown = sandbox.run_in("mine", &[], &["eject", "--print", "templates/look.typ"]);
    assert_eq!(shown.must_succeed().stdout(), text_of("templates/look.typ"));
    sandbox.run_in("mine", &[], &["eject", "--print", "fonts/source-sans-3"]).must_fail(1).stderr_contains("KB958");
    sandbox.run_in("mine", &[], &["eject", "--force", "templates/look.typ"]).must_succeed();
    assert_eq!(sandbox.text("mine/templates/look.typ"), text_of("templates/look.typ"));
}

#[test]
fn a_theme_of_ones_own_wins_and_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("mine/kreisblatt.toml", "accent = \"#7a1f2b\"\n");
    sandbox.run_in("mine", &[], &["eject", "templates/look/theme.typ"]).must_succeed();
    let ran = sandbox.run_in("mine", &[], &["build", "--kommune", "08426"]);
    ran.must_succeed().stderr_contains("KB956").stderr_contains("templates/look/theme.typ");
    assert!(paints(&sandbox.bytes(&format!("mine/{SHEET}")), [0x1f, 0x4e, 0x79]));
}

#[test]
fn the_version_names_the_commit_where_there_is_one() {
    let ran = Sandbox::new().run(&["--version"]);
    let said = ran.must_succeed().stdout().trim().to_owned();
    let version = format!("kreisblatt {}", env!("CARGO_PKG_VERSION"));
    let commit = said.strip_prefix(&version).expect("name and version").trim();
    let hash = commit.trim_matches(['(', ')']).trim_end_matches(", with changes");
    assert!(commit.is_empty() || (hash.len() == 12 && hash.bytes().all(|b| b.is_ascii_hexdigit())), "{said}");
    assert_eq!(commit.is_empty(), !crate::sandbox::project().join(".git").exists(), "{said}");
}

#[test]
fn a_text_of_one_edition_among_the_parts_of_the_project_stops_no_other() {
    let sandbox = Sandbox::with_six();
    sandbox.copy(&crate::sandbox::project().join("tests/data/danach"), "with");
    sandbox.write("with/kreisblatt.toml", "parts = [\"umschlag\", \"grusswort\", \"tabelle\"]\n");
    sandbox.write("with/data/2032/grusswort.md", "# Grußwort\n\nNur in diesem Jahr.\n");
    // The edition before has no such text, and needs none to be compared with.
    sandbox.run(&["build", "--with", "with", "--only", "broschuere"]).must_succeed().stderr_lacks("KB959");
    assert!(Pdf::read(&sandbox.bytes("out/2032/broschuere.pdf")).contains("Nur in diesem Jahr."));
    let ran = sandbox.run(&["build", "--with", "with", "--only", "broschuere", "--edition", "2031"]);
    ran.must_succeed()
        .stderr_contains("warning[KB959]: with/kreisblatt.toml:1:22")
        .stderr_contains("data/2031/grusswort.md");
    // A text nobody has is a slip.
    sandbox.write("with/kreisblatt.toml", "parts = [\"umschlag\", \"gruswort\", \"tabelle\"]\n");
    sandbox.run(&["check", "--with", "with"]).must_fail(1).stderr_contains("KB135").stderr_contains("`grusswort`");
    // The next edition begins without it.
    sandbox.write("with/kreisblatt.toml", "parts = [\"umschlag\", \"grusswort\", \"tabelle\"]\n");
    sandbox.run(&["export", "x.csv", "--with", "with"]).must_succeed();
    sandbox.run(&["import", "x.csv", "--with", "with", "--edition", "2033", "--stand", "2033-02"]).must_succeed();
}
