//! Documents of the user's own: templates that are documents by their place, and take part in everything.

use lopdf::Document;
use serde_json::Value;

use crate::pdf::Pdf;
use crate::sandbox::{Sandbox, text_of};

const KARTE: &str = "templates/dokumente/kommune/karte.typ.hbs";

fn build(sandbox: &Sandbox, args: &[&str]) -> crate::sandbox::Ran {
    sandbox.run(&[&["build", "--jobs", "4"], args].concat())
}

fn verified(sandbox: &Sandbox, with: &[&str]) {
    sandbox.run(&[&["verify", "out"], with].concat()).must_succeed().stderr_contains("nothing deviates");
}

fn manifest(sandbox: &Sandbox, edition: &str) -> Value {
    serde_json::from_str(&sandbox.text(&format!("out/{edition}/manifest.json"))).expect("JSON")
}

/// Width and height of the first page, in millimetres.
fn size(bytes: &[u8]) -> (f32, f32) {
    let document = Document::load_mem(bytes).expect("a PDF");
    let page = *document.get_pages().values().next().expect("a page");
    let of_page = document.get_dictionary(page).expect("a page");
    let numbers: Vec<f32> = of_page
        .get(b"MediaBox")
        .and_then(lopdf::Object::as_array)
        .expect("a box")
        .iter()
        .map(|number| number.as_float().expect("a number") / 72.0 * 25.4)
        .collect();
    (numbers[2].round(), numbers[3].round())
}

/// The story of a user: a card of their own, written with what `fields` tells.
#[test]
fn a_card_of_ones_own_for_all_kommunen() {
    let sandbox = Sandbox::new();
    let fields = sandbox.run(&["fields", "karte", "--format", "json"]).must_succeed().json();
    let has = |path: &str| fields["fields"].as_array().expect("fields").iter().any(|field| field["path"] == path);
    assert!(has("kommune.jobcenter") && has("comparison[].indicator.label") && has("comparison[].land_mean"));
    let more = "#v(1fr)\n== Jobcenter\n\n{{kommune.jobcenter}}, {{cases.locative}}.\n\n{{#each comparison}}{{#if (eq indicator.key \
        \"sgb2_quote\")}}{{indicator.label}}: {{quantity value}}, Mittel des Landes {{quantity land_mean}}.{{/if}}{{/each}}\n";
    let template = text_of(KARTE).replacen("#v(1fr)\n", more, 1);
    sandbox.write("mine/templates/dokumente/kommune/visitenkarte.typ.hbs", template);
    build(&sandbox, &["--with", "mine", "--only", "visitenkarte"]).must_succeed().stderr_contains("104 PDFs made");
    assert_eq!(sandbox.files("out/2017/visitenkarte").len(), 104);
    let bytes = sandbox.bytes("out/2017/visitenkarte/08426-landkreis-biberach.pdf");
    let card = Pdf::read(&bytes);
    assert_eq!((card.pages.len(), size(&bytes)), (1, (210.0, 148.0)));
    assert_eq!(card.title, "Visitenkarte Landkreis Biberach");
    assert!(
        card.contains("im Landkreis Biberach.") && card.contains("SGB II-Quote: 2,27 %, Mittel des Landes 4,04 %."),
        "{}",
        card.text()
    );
    assert!(crate::standards::findings(&sandbox, "out/2017/visitenkarte").is_empty());
    verified(&sandbox, &["--with", "mine"]);
    // A second build keeps what would come out the same.
    build(&sandbox, &["--with", "mine", "--only", "visitenkarte"])
        .must_succeed()
        .stderr_contains("0 PDFs made, 104 kept");
}

#[test]
fn the_examples_take_part_in_everything() {
    let sandbox = Sandbox::new();
    build(&sandbox, &["--only", "anschreiben,karte"]).must_succeed().stderr_contains("208 PDFs made");
    assert!(crate::standards::findings(&sandbox, "out/2017").is_empty());
    verified(&sandbox, &[]);
    for path in sandbox.files("out/2017").iter().filter(|path| path.ends_with(".pdf")) {
        let pdf = Pdf::read(&sandbox.bytes(&format!("out/2017/{path}")));
        assert_eq!(pdf.pages.len(), 1, "{path}");
        assert!(pdf.contains("Kennung: "), "{path}");
    }
    let page = sandbox.text("out/2017/index.html");
    assert!(
        page.contains("Anschreiben: 104 Dokumente") && page.contains("href=\"karte/08426-landkreis-biberach.pdf\"")
    );
    let read = |name: &str| Pdf::read(&sandbox.bytes(&format!("out/2017/anschreiben/{name}.pdf"))).text();
    let letter = read("08426-landkreis-biberach");
    assert!(letter.contains("Herrn Landrat") && letter.contains("Sehr geehrter Herr Landrat,"), "{letter}");
    assert!(letter.contains("Steckbrief des Landkreises Biberach"), "{letter}");
    assert!(read("08111-stadt-stuttgart").contains("Sehr geehrter Herr Oberbürgermeister,"));
    // A number changed on a page, and a letter nobody vouches for, are found.
    sandbox.write("out/2017/anschreiben/99999-fremd.pdf", "%PDF-1.7");
    let table = text_of("data/2017/kommunen.csv").replacen("1409.75", "1409.76", 1);
    sandbox.write("mine/data/2017/kommunen.csv", table);
    let ran = sandbox.run(&["verify", "out", "--with", "mine"]);
    ran.must_fail(1).stderr_contains("KB417").stderr_contains("anschreiben/99999-fremd.pdf");
    ran.stderr_contains("error[KB414]: anschreiben/08426-landkreis-biberach.pdf")
        .stderr_contains("expected 1.409,76, found 1.409,75");
    // A build of everything else leaves them with their entries.
    sandbox.delete("out/2017/anschreiben/99999-fremd.pdf");
    build(&sandbox, &["--only", "laender"]).must_succeed();
    build(&sandbox, &[]).must_succeed().stderr_lacks("KB804");
    assert!(manifest(&sandbox, "2017").to_string().contains("\"anschreiben/08426-landkreis-biberach.pdf\""));
    verified(&sandbox, &[]);
}

#[test]
fn the_longest_and_the_emptiest_fit_and_nobody_is_guessed_at() {
    let sandbox = Sandbox::with_six();
    build(&sandbox, &["--with", "with", "--only", "anschreiben,karte"]).must_succeed();
    assert!(crate::standards::findings(&sandbox, "out/2031").is_empty());
    verified(&sandbox, &["--with", "with"]);
    for path in sandbox.files("out/2031").iter().filter(|path| path.ends_with(".pdf")) {
        let bytes = sandbox.bytes(&format!("out/2031/{path}"));
        assert_eq!(Pdf::read(&bytes).pages.len(), 1, "{path}");
    }
    let read = |name: &str| Pdf::read(&sandbox.bytes(&format!("out/2031/anschreiben/{name}.pdf"))).text();
    assert!(read("03901-landkreis-altmoor").contains("Sehr geehrte Frau Landrätin,"));
    assert!(read("14901-stadt-grossweissenstein").contains("Sehr geehrte Frau Oberbürgermeisterin,"));
    assert!(read("12901-landkreis-lueckow").contains("Sehr geehrte Damen und Herren,"));
}

#[test]
fn a_document_of_the_edition_sees_the_brochure() {
    let sandbox = Sandbox::with_six();
    let template = "{{> parts/paper}}\n\n= {{document.title}}\n\n{{#each pairs}}\n== {{indicator.label}}\n\n{{#each lists}}\n=== {{title}}\n\n{{> parts/top-list}}\n{{/each}}\n{{/each}}\n";
    sandbox.write("with/templates/dokumente/edition/kurz-und-gut.typ.hbs", template);
    build(&sandbox, &["--with", "with", "--only", "kurz-und-gut"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes("out/2031/kurz-und-gut.pdf"));
    assert_eq!(pdf.title, "Kurz und gut: Sechs erfundene Kommunen");
    assert!(pdf.contains("Stadt Großweißenstein"));
    assert!(crate::standards::findings(&sandbox, "out/2031").is_empty());
    verified(&sandbox, &["--with", "with"]);
    // About a selection it says so, as the rankings do.
    build(&sandbox, &["--with", "with", "--only", "kurz-und-gut", "--kommune", "Altmoor"]).must_succeed();
    verified(&sandbox, &["--with", "with"]);
    assert!(Pdf::read(&sandbox.bytes("out/2031/kurz-und-gut.pdf")).contains("Landkreis Altmoor"));
}

#[test]
fn profiles_hold_for_them() {
    let sandbox = Sandbox::with_six();
    build(&sandbox, &["--with", "with", "--only", "karte", "--profile", "daten"]).must_succeed();
    let findings = crate::standards::findings_in(&sandbox, "out/2031", page_validation::ValidationProfile::PdfA3a);
    assert!(findings.is_empty(), "{findings:#?}");
    verified(&sandbox, &["--with", "with"]);
    build(&sandbox, &["--with", "with", "--only", "karte", "--profile", "entwurf"]).must_succeed();
    assert!(Pdf::read(&sandbox.bytes("out/2031/karte/03901-landkreis-altmoor.pdf")).contains("ENTWURF"));
    verified(&sandbox, &["--with", "with"]);
}

#[test]
fn names_are_known_everywhere() {
    let sandbox = Sandbox::with_six();
    let ran = build(&sandbox, &["--with", "with", "--only", "anschreben"]);
    ran.must_fail(2).stderr_contains("error[KB303]").stderr_contains("did you mean `anschreiben`?");
    ran.stderr_contains("laender, vergleich, gegenueberstellung, anschreiben, karte");
    sandbox.run(&["build", "--help"]).must_succeed().stdout_contains("steckbriefe, broschuere, ranglisten, laender");
    // What the project lists is what a build makes; a slip there is told with its line.
    sandbox.write("with/kreisblatt.toml", "documents = [\"laender\", \"karte\"]\n");
    build(&sandbox, &["--with", "with"]).must_succeed().stderr_contains("7 PDFs made");
    sandbox.write("with/kreisblatt.toml", "documents = [\"laender\",\n  \"kartte\"]\n");
    let ran = build(&sandbox, &["--with", "with"]);
    ran.must_fail(1).stderr_contains("error[KB992]: with/kreisblatt.toml:2:3").stderr_contains("did you mean `karte`?");
}

#[test]
fn misplaced_templates_are_told_before_anything_is_made() {
    for (path, id, part) in [
        ("templates/dokumente/karte.typ.hbs", "KB990", "makes no document where it lies"),
        ("templates/dokumente/komune/karte.typ.hbs", "KB990", "did you mean `kommune`?"),
        ("templates/dokumente/kommune/Größe.typ.hbs", "KB990", "lower-case letters"),
        ("templates/dokumente/edition/laender.typ.hbs", "KB991", "another name"),
        ("templates/dokumente/edition/karte.typ.hbs", "KB991", "the other folder"),
    ] {
        let sandbox = Sandbox::with_six();
        sandbox.write(&format!("with/{path}"), "{{> parts/paper}}\n");
        let ran = build(&sandbox, &["--with", "with"]);
        ran.must_fail(1).stderr_contains(&format!("error[{id}]")).stderr_contains(part);
        assert_eq!(sandbox.files("out"), Vec::<String>::new(), "{path}");
    }
}

/// A template of the user's own that is wrong: told with its file and line, and the other documents are made.
#[test]
fn errors_point_into_templates_of_ones_own() {
    let file = "with/templates/dokumente/kommune/eigen.typ.hbs";
    let head = text_of(KARTE);
    let line = head.lines().count() + 1;
    for (wrong, id) in [
        ("{{kommune.lable}}", "KB208"),
        ("{{nmu in_land}}", "KB202"),
        ("{{> parts/sings}}", "KB203"),
        ("{{num kommune.label}}", "KB209"),
        ("{{in_land}}", "KB206"),
        ("#let x = {{kommune.label}}", "KB207"),
        ("{{{kommune.label}}}", "KB201"),
        ("#unbekannt()", "KB601"),
        ("#text(font: \"Keine Schrift\")[x]", "KB601"),
        ("#let a = (", "KB601"),
        ("{{#if kommune.label}}", "KB200"),
    ] {
        let sandbox = Sandbox::with_six();
        sandbox.write(file, format!("{head}{wrong}\n"));
        let ran =
            sandbox.run(&["build", "--with", "with", "--only", "eigen", "--kommune", "Altmoor", "--color", "always"]);
        let drawn: String = ran
            .must_fail(1)
            .stderr()
            .split('\u{1b}')
            .map(|part| part.split_once('m').map_or(part, |(_, rest)| rest))
            .collect();
        assert!(drawn.contains(&format!("error[{id}]")), "{wrong}: {drawn}");
        assert!(drawn.contains(&format!("{file}:{line}")), "{wrong}: {drawn}");
        assert!(drawn.contains(&format!("{line} | {wrong}")), "{wrong}: the line is shown\n{drawn}");
    }
}
