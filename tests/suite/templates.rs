//! Templates and indicators are the user's: what they may do, and how they fail.

use crate::contact::{Faults, faults, sheets};
use crate::pdf::Pdf;
use crate::rows::Rows;
use crate::sandbox::{Ran, Sandbox, text_of};

const SHEET: &str = "with/templates/parts/sheet.typ.hbs";
const TABLE: &str = "with/data/2031/kommunen.csv";
const ALTMOOR: &str = "steckbriefe/03901-landkreis-altmoor.pdf";

/// The sheet's template as shipped, with a line put before its first heading of level two.
fn sheet_with(line: &str) -> String {
    let template = text_of("templates/parts/sheet.typ.hbs");
    let at = template.find("\n== ").expect("the sheet has a heading") + 1;
    format!("{}{line}\n\n{}", &template[..at], &template[at..])
}

/// The line of the shipped template that [`sheet_with`] puts its line on.
fn line_of_insert() -> usize {
    let template = text_of("templates/parts/sheet.typ.hbs");
    template.lines().position(|line| line.starts_with("== ")).expect("the sheet has a heading") + 1
}

fn build_sheets(sandbox: &Sandbox) -> Ran {
    sandbox.run(&["build", "--with", "with", "--only", "steckbriefe", "--jobs", "2"])
}

/// The sheet of Altmoor with a line put in fails with this message at that line, and nothing is written
/// in its place; the program lives on.
fn refused(line: &str, parts: &[&str]) {
    let sandbox = Sandbox::with_six();
    sandbox.write(SHEET, sheet_with(line)).write(&format!("out/2031/{ALTMOOR}"), "alt");
    let ran = sandbox.run(&["build", "--with", "with", "--kommune", "Altmoor"]);
    ran.must_fail(1).stderr_contains(&format!("{SHEET}:{}", line_of_insert())).stderr_lacks("panicked at");
    for part in parts {
        ran.stderr_contains(part);
    }
    assert_eq!(sandbox.bytes(&format!("out/2031/{ALTMOOR}")), b"alt", "{line}: the old file stays");
}

#[test]
fn the_line_put_in_is_harmless_by_itself() {
    let sandbox = Sandbox::with_six();
    sandbox.write(SHEET, sheet_with("Eingefügt: {{kommune.label}}."));
    sandbox.run(&["build", "--with", "with", "--kommune", "Altmoor"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes(&format!("out/2031/{ALTMOOR}")));
    assert!(pdf.contains("Eingefügt: Landkreis Altmoor."));
}

#[test]
fn a_field_that_is_not_there_is_named_everywhere() {
    for line in [
        "{{kommune.lable}}",
        "{{#if kommune.lable}}x{{/if}}",
        "{{#unless kommune.lable}}x{{/unless}}",
        "{{#each kommune.lable}}x{{else}}y{{/each}}",
        "{{#with kommune.lable}}x{{/with}}",
        "#text({{str kommune.lable}})",
        "{{#if draft}}{{else if kommune.lable}}x{{/if}}",
    ] {
        // A field of the outermost view is another typo, in the last of them.
        let field = if line.contains("draft") { "draft" } else { "lable" };
        refused(line, &["error[KB2", field, "Landkreis Altmoor", "  hint: "]);
    }
    refused("{{kommune.lable}}", &["did you mean `label`?"]);
    refused("{{num kommune.in_ofice_since}}", &["did you mean `in_office_since`?"]);
}

#[test]
fn words_and_parts_that_are_not_there_are_named() {
    refused("{{quantitiy kommune.in_office_since}}", &["did you mean `quantity`?"]);
    refused("{{> parts/sings}}", &["did you mean `parts/signs`?"]);
}

#[test]
fn a_template_that_is_none_is_refused_before_anything_is_made() {
    for line in ["{{#if kommune.label}}x", "{{kommune.label", "{{/each}}"] {
        let sandbox = Sandbox::with_six();
        sandbox.write(SHEET, sheet_with(line));
        build_sheets(&sandbox).must_fail(1).stderr_contains("error[KB200]").stderr_contains(&format!("{SHEET}:"));
        assert_eq!(sandbox.files("out"), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn values_may_only_be_text() {
    refused("{{{kommune.label}}}", &["raw output"]);
    refused("{{&kommune.label}}", &["raw output"]);
    for line in [
        "#let x = {{kommune.label}}",
        "#{ {{kommune.label}} }",
        "$ {{kommune.label}} $",
        "#link(<{{kommune.label}}>)[x]",
        "`{{kommune.label}}`",
        "// {{kommune.label}}",
    ] {
        refused(line, &["error[KB207]", "more than text", "Landkreis Altmoor", "  hint: "]);
    }
    refused("{{kommune.in_office_since}}", &["error[KB206]", "without a helper"]);
    refused("{{num kommune.label}}", &["prints numbers"]);
}

#[test]
fn what_typst_refuses_points_into_the_template() {
    refused("#unbekannt()", &["error[KB601]", "unbekannt", "Landkreis Altmoor"]);
    refused("#panic(\"absichtlich\")", &["absichtlich"]);
    refused("#read(\"/etc/passwd\")", &["error[KB601]"]);
    refused("#import \"@preview/example:0.1.0\": *", &["error[KB601]"]);
    refused("#image(\"/data/2031/kommunen.csv\")", &["error[KB601]"]);
    refused("#text(font: \"Keine Schrift\")[x]", &["keine schrift"]);
    refused("#image(\"/templates/nichts.png\")", &["nichts.png"]);
    refused("#figure(rect(), kind: \"chart\")", &["error[KB601]"]);
}

#[test]
fn an_error_in_the_look_names_the_look_and_who_called_it() {
    let sandbox = Sandbox::with_six();
    let look = text_of("templates/look.typ");
    let line = look.lines().count() + 2;
    sandbox.write("with/templates/look.typ", format!("{look}\n#let kaputt() = nirgends\n"));
    sandbox.write(SHEET, sheet_with("#look.kaputt()"));
    let ran = build_sheets(&sandbox);
    ran.must_fail(1).stderr_contains(&format!("with/templates/look.typ:{line}:")).stderr_contains("nirgends");
    ran.stderr_contains(&format!("called from {SHEET}:{}", line_of_insert()));
}

#[test]
fn a_partial_that_includes_itself_is_refused() {
    let sandbox = Sandbox::with_six();
    sandbox.write("with/templates/parts/eins.typ.hbs", "{{> parts/zwei}}\n");
    sandbox.write("with/templates/parts/zwei.typ.hbs", "{{> parts/eins}}\n");
    sandbox.write(SHEET, sheet_with("{{> parts/eins}}"));
    let ran = build_sheets(&sandbox);
    ran.must_fail(1).stderr_contains("error[KB204]").stderr_contains("parts/eins > parts/zwei > parts/eins");
    ran.stderr_contains("with/templates/parts/eins.typ.hbs");
    assert_eq!(sandbox.files("out"), Vec::<String>::new());
}

/// A template that does harm for one Kommune only: the others are made, the build says which one failed.
fn fails_alone(harm: &str, options: &[&str], parts: &[&str]) {
    let sandbox = Sandbox::with_six();
    sandbox.write(SHEET, sheet_with(&format!("{{{{#if (eq kommune.name \"Altmoor\")}}}}{harm}{{{{/if}}}}")));
    sandbox.write(&format!("out/2031/{ALTMOOR}"), "alt");
    let ran = sandbox.run(&[&["build", "--with", "with", "--only", "steckbriefe"], options].concat());
    ran.must_fail(1).stderr_contains("Landkreis Altmoor").stderr_contains("  hint: ").stderr_lacks("panicked at");
    ran.stderr_contains("5 PDFs made").stderr_contains("1 failed");
    for part in parts {
        ran.stderr_contains(part);
    }
    assert_eq!(sandbox.bytes(&format!("out/2031/{ALTMOOR}")), b"alt", "the old file stays");
    let files = sandbox.files("out/2031/steckbriefe");
    assert_eq!(files.len(), 6);
    for path in files.iter().filter(|path| !ALTMOOR.ends_with(path.as_str())) {
        let pdf = Pdf::read(&sandbox.bytes(&format!("out/2031/steckbriefe/{path}")));
        assert_eq!(pdf.pages.len(), 1, "{path}");
    }
    let manifest = sandbox.text("out/2031/manifest.json");
    assert!(!manifest.contains("altmoor"), "a file this build did not make is not vouched for");
}

#[test]
fn a_failure_stays_with_its_kommune() {
    fails_alone("#unbekannt()", &[], &["error[KB601]"]);
}

#[test]
fn a_template_that_never_ends_is_stopped() {
    // Typst itself ends a `while true`; nothing ends loops that are merely long.
    let harm = "#for a in range(1000000) { for b in range(1000000) { let c = a * b } }";
    fails_alone(harm, &["--time-limit", "2"], &["error[KB602]", "longer than 2 seconds", "--time-limit"]);
}

/// Memory is limited by the system; where it knows no such limit there is none.
#[cfg(target_os = "linux")]
#[test]
fn a_template_that_wants_all_memory_ends_its_worker_only() {
    let harm = "#{ let l = range(1000); for i in range(30) { l = l + l }; [#l.len()] }";
    fails_alone(harm, &["--memory-limit", "1000"], &["error[KB603]", "--memory-limit"]);
}

#[test]
fn what_typst_itself_ends_is_told_with_its_line() {
    for (harm, part) in [
        ("#while true {}", "condition is always true"),
        ("#let f(x) = f(x + 1)\n#f(1)", "maximum function call depth exceeded"),
        ("#let f(x) = box(width: 100%, f(x))\n#f(1)", "maximum function call depth exceeded"),
    ] {
        refused(harm, &["error[KB601]", part]);
    }
}

#[test]
fn endless_pages_are_stopped() {
    // By their time or by their memory, whichever is first.
    let harm = "#for i in range(100000000) { pagebreak() }";
    fails_alone(harm, &["--time-limit", "2"], &["error[KB60", "templates/sheet.typ.hbs"]);
}

/// Lists within lists grow before Typst sees anything: composing has the same limit of time.
#[test]
fn lists_within_lists_are_stopped_where_they_stand() {
    let mut harm = "{{#each comparison}}".to_owned();
    for depth in 1..14 {
        harm += &format!("{{{{#each {}comparison}}}}", "../".repeat(depth));
    }
    harm += &"{{/each}}".repeat(14);
    fails_alone(
        &harm,
        &["--time-limit", "2"],
        &["error[KB211]", "after 2 seconds", "parts/sheet.typ.hbs", "--time-limit"],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn giant_things_end_their_worker_only() {
    for harm in ["#(\"a\" * 10000000000)", "#((\"x\",) * 1000000000)"] {
        fails_alone(
            harm,
            &["--memory-limit", "1500"],
            &["error[KB603]", "--memory-limit is 1500 MB", "templates/sheet.typ.hbs"],
        );
    }
}

#[test]
fn blocks_too_deep_to_read_are_refused() {
    let deep = "{{#if kommune.label}}".repeat(20_000) + &"{{/if}}".repeat(20_000);
    let tag = format!("{{{{#if {}kommune.label{}}}}}x{{{{/if}}}}", "(not ".repeat(5000), ")".repeat(5000));
    for harm in [deep, tag] {
        refused(&harm, &["error[KB213]"]);
    }
    // Partials may stand as deep as files go, and each as deep as it may by itself.
    let sandbox = Sandbox::with_six();
    for part in 0..9 {
        let inner = if part < 8 { format!("{{{{> parts/p{}}}}}", part + 1) } else { "x".to_owned() };
        let text = format!("{}{inner}{}", "{{#if kommune.label}}".repeat(49), "{{/if}}".repeat(49));
        sandbox.write(&format!("with/templates/parts/p{part}.typ.hbs"), text);
    }
    sandbox.write(SHEET, sheet_with("{{> parts/p0}}"));
    build_sheets(&sandbox)
        .must_fail(1)
        .stderr_contains("error[KB204]")
        .stderr_contains("too deep")
        .stderr_lacks("overflow");
    for part in 3..9 {
        sandbox.write(&format!("with/templates/parts/p{part}.typ.hbs"), "x");
    }
    build_sheets(&sandbox).must_succeed();
}

/// When every document runs into the limit, the first ones tell it.
#[test]
fn a_build_does_not_wait_for_each_of_many_that_never_end() {
    let sandbox = Sandbox::new();
    let template = text_of("templates/dokumente/kommune/karte.typ.hbs");
    let harm = "#for a in range(1000000) { for b in range(1000000) { let c = a * b } }";
    sandbox.write("mine/templates/dokumente/kommune/endlos.typ.hbs", template + harm);
    let started = std::time::Instant::now();
    let ran = sandbox.run(&["build", "--with", "mine", "--only", "endlos,laender", "--time-limit", "1", "--jobs", "2"]);
    ran.must_fail(1)
        .stderr_contains("error[KB602]")
        .stderr_contains("error[KB214]")
        .stderr_contains("1 PDF made, 104 failed");
    assert!(started.elapsed().as_secs() < 60, "104 seconds if each were tried");
}

#[test]
fn nothing_outside_the_templates_is_read() {
    const ALONE: &str = "below templates/ alone";
    for (line, part) in [
        ("#read(\"/etc/passwd\")", ALONE),
        ("#read(\"../../../x\")", ALONE),
        ("#include \"/data/2031/kommunen.csv\"", ALONE),
        ("#csv(\"/data/2031/kommunen.csv\")", ALONE),
        ("#plugin(\"/fonts/x.wasm\")", ALONE),
        ("#import \"@preview/cetz:0.3.0\": canvas", "there are no packages"),
        ("{{> ../../x}}", "there is no partial"),
    ] {
        refused(line, &["error[KB", part]);
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_refused() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::with_six();
    sandbox.write("draussen.typ", "#let geheim = 1").write("with/templates/innen.typ", "#let innen = 1");
    symlink(sandbox.path("with/templates/innen.typ"), sandbox.path("with/templates/auch.typ")).expect("a link");
    sandbox.run(&["build", "--with", "with", "--only", "laender"]).must_succeed();
    symlink(sandbox.path("draussen.typ"), sandbox.path("with/templates/link.typ")).expect("a link");
    let ran = sandbox.run(&["build", "--with", "with", "--only", "laender"]);
    ran.must_fail(1).stderr_contains("error[KB993]: with/templates/link.typ: the link leads out of the project");
    sandbox.delete("with/templates/link.typ");
    symlink("/dev/zero", sandbox.path("with/templates/null.png")).expect("a link");
    symlink("..", sandbox.path("with/templates/kreis")).expect("a link");
    let ran = sandbox.run(&["build", "--with", "with", "--only", "laender"]);
    ran.must_fail(1)
        .stderr_contains("null.png: the link leads out")
        .stderr_contains("kreis: the link leads to a folder");
}

/// The line of a template is shown also where only its number is known.
#[test]
fn the_line_typst_refuses_is_drawn() {
    let sandbox = Sandbox::with_six();
    sandbox.write(SHEET, sheet_with("#unbekannt()"));
    let ran = sandbox.run(&["build", "--with", "with", "--kommune", "Altmoor", "--color", "always"]);
    ran.must_fail(1).stderr_contains("#unbekannt()").stderr_contains("^^^^^^^^^^^^");
}

#[test]
fn a_deeply_nested_template_is_survived() {
    let harm = format!("#{{{}1{}}}", "(".repeat(3000), ")".repeat(3000));
    let sandbox = Sandbox::with_six();
    sandbox.write(SHEET, sheet_with(&harm));
    let ran = sandbox.run(&["build", "--with", "with", "--kommune", "Altmoor"]);
    ran.stderr_lacks("panicked at").stderr_lacks("overflow");
    let made = sandbox.path(&format!("out/2031/{ALTMOOR}")).exists();
    if made {
        ran.must_succeed()
    } else {
        ran.must_fail(1).stderr_contains("error[KB")
    };
}

/// Data alone makes a new indicator appear everywhere: no Rust, no template.
#[test]
fn a_new_indicator_is_data() {
    let sandbox = Sandbox::with_six();
    let entry = r#"
[[indicator]]
key = "kita_quote"
label = "Betreuungsquote der unter Dreijährigen"
short = "Kita-Quote"
unit = "%"
decimals = 1
definition = "Anteil der betreuten Kinder unter drei Jahren."
source = "brochure-2017"
polarity = "higher_is_better"
aggregate = { weighted_mean = "population" }
range = [0, 100]
highest = "Die Kommunen mit der höchsten Betreuungsquote"
lowest = "Die Kommunen mit der niedrigsten Betreuungsquote"
"#;
    sandbox.write("with/data/indicators.toml", text_of("data/indicators.toml") + entry);
    let mut table = Rows::parse(&sandbox.text(TABLE));
    let values = ["12.5", "33.3", "28.0", "40.25", "", "51.0"];
    table.add_column("kita_quote", |at| values[at].to_owned());
    sandbox.write(TABLE, table.csv());
    let ran = sandbox.run(&["build", "--with", "with", "--emit", "typ"]);
    ran.must_succeed().stderr_contains("KB120").stderr_contains("40.25");
    let read = |path: &str| Pdf::read(&sandbox.bytes(&format!("out/2031/{path}")));
    let sheet = read(ALTMOOR);
    assert_eq!(sheet.pages.len(), 1);
    // Name, value, rank, and what it means: how the sheet arranges them is the template's affair.
    for part in ["Kita-Quote", "33,3", "3 von 5", "Anteil der betreuten Kinder unter drei Jahren."] {
        assert!(sheet.contains(part), "{part}: {}", sheet.text());
    }
    let rankings = read("ranglisten.pdf");
    assert!(rankings.contains("Die Kommunen mit der höchsten Betreuungsquote"));
    assert!(rankings.contains("1 Stadt Großweißenstein Sachsen 51,0 %"));
    let laender = read("laender.pdf");
    assert!(laender.contains("Kita-Quote (%)"));
    // (33,3 · 120 000 + 28,0 · 80 000) / 200 000
    assert!(sandbox.text("out/2031/laender.csv").contains(",31.2,"));
    assert!(laender.contains("31,2"));
    let brochure = read("broschuere.pdf");
    assert!(brochure.contains("Kita-Quote 33,3 %"), "on the card");
    assert!(brochure.contains("Anteil der betreuten Kinder unter drei Jahren."), "in the methodology");
    assert!(brochure.outline_titles().contains(&"Betreuungsquote der unter Dreijährigen in %"), "a pair of lists");
    let listed = sandbox.run(&["list", "--with", "with", "--format", "json"]);
    let listed = listed.must_succeed().json();
    assert_eq!(listed[0]["kita_quote"].as_str().map(str::is_empty), Some(false));
    sandbox
        .run(&["rank", "--with", "with", "--by", "kita_quote", "--top", "1", "--format", "csv"])
        .must_succeed()
        .stdout_contains("1,14901,Stadt Großweißenstein,Sachsen,51.0");
    let findings = crate::standards::findings(&sandbox, "out/2031");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn an_edition_may_measure_less() {
    let sandbox = Sandbox::with_six();
    let edition = sandbox.text("with/data/2031/edition.toml");
    let less = "not_measured = [\"sgb2_quote\", \"alo_sgb2\", \"alo_sgb3\"]";
    sandbox.write("with/data/2031/edition.toml", edition.replace("not_measured = []", less));
    let mut table = Rows::parse(&sandbox.text(TABLE));
    for column in ["sgb2_quote", "alo_sgb2", "alo_sgb3"] {
        table.remove_column(column);
    }
    sandbox.write(TABLE, table.csv());
    sandbox.run(&["build", "--with", "with"]).must_succeed().stderr_lacks("warning");
    for path in sandbox.files("out/2031/steckbriefe") {
        let sheet = Pdf::read(&sandbox.bytes(&format!("out/2031/steckbriefe/{path}")));
        assert_eq!(sheet.pages.len(), 1, "{path}");
        assert!(!sheet.contains("SGB II-Quote"), "{path}: nothing is said of what is not measured");
        assert!(sheet.contains("Einwohnerinnen und Einwohner"), "{path}");
    }
    assert!(!Pdf::read(&sandbox.bytes("out/2031/broschuere.pdf")).contains("SGB II-Quote"));
    let findings = crate::standards::findings(&sandbox, "out/2031");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn one_indicator_is_enough() {
    let sandbox = Sandbox::with_six();
    let indicators = text_of("data/indicators.toml");
    let second = indicators.match_indices("\n[[indicator]]").nth(1).expect("a second indicator").0;
    sandbox.write("with/data/indicators.toml", &indicators[..second]);
    let mut table = Rows::parse(&sandbox.text(TABLE));
    for column in ["area_km2", "density_per_km2", "sgb2_quote", "alo_sgb2", "alo_sgb3"] {
        table.remove_column(column);
    }
    sandbox.write(TABLE, table.csv());
    sandbox.run(&["build", "--with", "with"]).must_succeed();
    for path in sandbox.files("out/2031").iter().filter(|path| path.starts_with("steckbriefe/")) {
        assert_eq!(Pdf::read(&sandbox.bytes(&format!("out/2031/{path}"))).pages.len(), 1, "{path}");
    }
}

/// The fact sheets of all Kommunen as shipped, with an overlay of indicators and their columns: one page
/// each, and nothing on them out of its place.
fn sheets_stay_good(indicators: &str, change: impl Fn(&mut Rows)) -> Vec<(String, Pdf)> {
    let sandbox = Sandbox::new();
    let mut table = Rows::kommunen();
    change(&mut table);
    sandbox.write("with/data/indicators.toml", indicators).write("with/data/2017/kommunen.csv", table.csv());
    let ran = sandbox.run(&["build", "--with", "with", "--only", "steckbriefe", "--jobs", "4"]);
    ran.must_succeed();
    let mut found = Faults::default();
    let mut read = Vec::new();
    for (name, bytes) in sheets(&sandbox, "2017") {
        found.add(&name, faults(&bytes));
        read.push((name, Pdf::read(&bytes)));
    }
    found.must_be_none();
    assert_eq!(read.len(), 104);
    read
}

/// The Kommunen of which one of the [`eight_indicators`] is known, by position.
const NET_KNOWN: [usize; 3] = [0, 7, 50];

/// Two more indicators, without a sentence or an axis of their own. Of one nearly nothing is known: what
/// cannot be compared must not tear a hole, nor push anything off the page.
pub fn eight_indicators() -> String {
    let entry = |key: &str, short: &str, definition: &str| {
        format!(
            r#"
[[indicator]]
key = "{key}"
label = "{short} insgesamt"
short = "{short}"
unit = "%"
decimals = 1
definition = "{definition}"
source = "brochure-2017"
polarity = "higher_is_better"
aggregate = {{ weighted_mean = "population" }}
range = [0, 100]
highest = "Die Kommunen mit den höchsten Werten: {short}"
lowest = "Die Kommunen mit den niedrigsten Werten: {short}"
"#
        )
    };
    let kita = entry("kita_quote", "Kita-Quote", "Anteil der betreuten Kinder unter drei Jahren.");
    let net = entry("netz_quote", "Glasfaser", "Anteil der Haushalte mit Anschluss an das Glasfasernetz.");
    text_of("data/indicators.toml") + &kita + &net
}

/// Adds the columns of the [`eight_indicators`] to a table of six.
pub fn add_columns(table: &mut Rows) {
    let net = |at: usize| if NET_KNOWN.contains(&at) { format!("{}.5", 20 + at) } else { String::new() };
    table.add_column("kita_quote", |at| format!("{}.{}", 12 + at % 60, at % 10));
    table.add_column("netz_quote", net);
}

#[test]
fn eight_indicators_fit_a_sheet() {
    let sheets = sheets_stay_good(&eight_indicators(), add_columns);
    for (name, sheet) in &sheets {
        assert!(sheet.contains("Kita-Quote") && sheet.contains("Glasfaser"), "{name}");
    }
    let ranked = |sheet: &Pdf| ["1 von 3", "2 von 3", "3 von 3"].iter().any(|rank| sheet.pages[0].says(rank));
    let with_rank = sheets.iter().filter(|(_, sheet)| ranked(sheet)).count();
    assert_eq!(with_rank, NET_KNOWN.len(), "where nothing is known there is no rank");
}

#[test]
fn a_sheet_too_full_leaves_its_practice_examples_to_the_brochure() {
    let sandbox = Sandbox::new();
    let mut table = Rows::kommunen();
    add_columns(&mut table);
    let wide = "range = [0, 100]\nkey_figure = true\nchart = { min = 0, max = 100, step = 20 }\n";
    sandbox.write("with/data/2017/kommunen.csv", table.csv());
    let build = ["build", "--with", "with", "--only", "steckbriefe", "--kommune", "01054"];
    let path = "out/2017/steckbriefe/01054-kreis-nordfriesland.pdf";
    for (indicators, has_facts, has_definitions) in [
        (eight_indicators(), true, true),
        (eight_indicators().replacen("range = [0, 100]\nhighest", &format!("{wide}highest"), 1), false, true),
        (eight_indicators().replace("range = [0, 100]\nhighest", &format!("{wide}highest")), false, false),
    ] {
        sandbox.write("with/data/indicators.toml", indicators);
        sandbox.run(&build).must_succeed();
        let bytes = sandbox.bytes(path);
        assert_eq!(faults(&bytes), Vec::<String>::new());
        let sheet = Pdf::read(&bytes);
        assert_eq!(sheet.contains("Zahl laut Beitrag"), has_facts);
        assert_eq!(sheet.contains("Was hier aus der Praxis keinen Platz hat, steht in der Broschüre."), !has_facts);
        assert!(
            has_definitions || sheet.contains("Definitionen der Kennzahlen: Broschüre") || sheet.contains("Anteil der")
        );
        sandbox.run(&["verify", "--with", "with"]).must_succeed();
    }
}

#[test]
fn three_indicators_fill_a_sheet() {
    let all = text_of("data/indicators.toml");
    let kept = ["population", "area_km2", "sgb2_quote"];
    const ENTRY: &str = "\n[[indicator]]";
    let mut parts = all.split(ENTRY);
    let head = parts.next().expect("a split gives a part").to_owned();
    let of_interest = |entry: &&str| kept.iter().any(|key| entry.contains(&format!("key = \"{key}\"")));
    let indicators = parts.filter(of_interest).fold(head, |text, entry| text + ENTRY + entry);
    let sheets = sheets_stay_good(&indicators, |table| {
        for column in ["density_per_km2", "alo_sgb2", "alo_sgb3"] {
            table.remove_column(column);
        }
    });
    for (name, sheet) in &sheets {
        assert!(sheet.contains("SGB II-Quote") && !sheet.contains("Alo-SGB"), "{name}");
    }
}
