//! `kreisblatt build`: what comes out, and that the paper says what the table says.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::pdf::{Bookmark, Pdf, Target, holds, labels_in};
use crate::rows::{Indicator, Rows, exact, german, indicators, plain, printed, quotient, ranked, slug, together};
use crate::sandbox::{Sandbox, data, draft, snapshot, text_of, whole, whole_elsewhere};

const BROCHURE: &str = "broschuere.pdf";

fn read(path: &str) -> Pdf {
    Pdf::read(&whole().bytes(&format!("out/2017/{path}")))
}

/// The brochure, read once: it has many pages.
fn brochure() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| read(BROCHURE).text())
}

fn manifest(sandbox: &Sandbox, folder: &str) -> Value {
    serde_json::from_str(&sandbox.text(&format!("{folder}/manifest.json"))).expect("a manifest is JSON")
}

fn manifest_paths(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let manifest = manifest(sandbox, folder);
    let files = manifest["files"].as_array().expect("a list of files");
    files.iter().map(|file| file["path"].as_str().expect("a path").to_owned()).collect()
}

/// The contract's path of the sheet of a row.
fn sheet_path(table: &Rows, row: &[String]) -> String {
    format!("steckbriefe/{}-{}.pdf", table.cell(row, "ags"), slug(table.cell(row, "label")))
}

fn laender_of(table: &Rows) -> BTreeSet<&str> {
    table.rows.iter().map(|row| table.cell(row, "state")).collect()
}

fn rows_of<'a>(table: &'a Rows, state: &str) -> Vec<&'a Vec<String>> {
    table.rows.iter().filter(|row| table.cell(row, "state") == state).collect()
}

#[test]
fn every_file_of_the_contract_is_there_and_no_other() {
    let table = Rows::kommunen();
    assert_eq!(table.rows.len(), 104);
    let mut wanted: Vec<String> = table.rows.iter().map(|row| sheet_path(&table, row)).collect();
    let others = [
        "broschuere.pdf",
        "ranglisten.pdf",
        "ranglisten.csv",
        "laender.pdf",
        "laender.csv",
        "index.html",
        "dcat-ap-de.jsonld",
        "manifest.json",
        "trace.jsonl",
    ];
    wanted.extend(others.map(str::to_owned));
    wanted.sort();
    assert!(wanted.iter().any(|path| path == "steckbriefe/08426-landkreis-biberach.pdf"));
    let found = whole().files("out/2017");
    assert_eq!(found, wanted);
    assert_eq!(whole().files("out").iter().filter(|path| !path.starts_with("2017/")).count(), 0);
}

#[test]
fn every_sheet_is_one_page_and_says_its_whole_row() {
    let table = Rows::kommunen();
    let indicators = indicators();
    let texts = [
        "ags",
        "name",
        "label",
        "state",
        "jobcenter",
        "organisation",
        "office",
        "head",
        "party",
        "in_office_since",
        "elected_until",
    ];
    let mut missing = Vec::new();
    for row in &table.rows {
        let path = sheet_path(&table, row);
        let sheet = read(&path);
        let label = table.cell(row, "label");
        assert_eq!(sheet.pages.len(), 1, "{path}");
        assert_eq!(sheet.language, "de-DE", "{path}");
        assert!(sheet.title.contains(label), "{path}: {}", sheet.title);
        assert_eq!(sheet.title, sheet.info_title, "{path}");
        let page = &sheet.pages[0];
        assert_eq!(page.off_the_page(), Vec::<&str>::new(), "{path}");
        let kind = if table.cell(row, "type") == "landkreis" { "Landkreis" } else { "kreisfreie Stadt" };
        let mut parts: Vec<String> = texts.iter().map(|name| table.cell(row, name).to_owned()).collect();
        parts.push(kind.to_owned());
        parts.extend(indicators.iter().map(|i| i.label.clone()));
        parts.extend(indicators.iter().map(|i| printed(table.cell(row, &i.key), i)));
        // A value with a unit may stand in a column whose head names the unit.
        parts.extend(indicators.iter().map(|i| german(table.cell(row, &i.key), i.decimals)));
        missing.extend(
            parts
                .into_iter()
                .filter(|part| !part.is_empty() && !page.contains(part))
                .map(|part| format!("{path}: {part}")),
        );
    }
    assert!(missing.is_empty(), "not on the sheets:\n{}", missing.join("\n"));
}

#[test]
fn unknown_cells_are_printed_as_such_and_never_left_blank() {
    let table = Rows::kommunen();
    let with_gaps: Vec<_> = table.rows.iter().filter(|row| table.cell(row, "jobcenter").is_empty()).collect();
    assert!(!with_gaps.is_empty(), "the edition has gaps");
    for row in with_gaps {
        let path = sheet_path(&table, row);
        assert!(read(&path).contains("Jobcenter keine Angabe"), "{path}");
    }
}

#[test]
fn ranks_on_the_sheets_are_those_of_the_table() {
    let table = Rows::kommunen();
    let ranks = ranked(&table, "sgb2_quote", true);
    for (rank, row) in ranks.iter().step_by(9) {
        let path = sheet_path(&table, row);
        assert!(read(&path).contains(&format!("{rank} von {}", ranks.len())), "{path}: rank {rank}");
    }
}

#[test]
fn the_manifest_is_true() {
    let manifest = manifest(whole(), "out/2017");
    let files = manifest["files"].as_array().expect("a list of files");
    let listed: Vec<String> = manifest_paths(whole(), "out/2017");
    let on_disk: Vec<String> = whole().files("out/2017").into_iter().filter(|path| path != "manifest.json").collect();
    assert_eq!(listed, on_disk, "the manifest lists every file but itself, in order");
    let mut seen = BTreeSet::new();
    for file in files {
        let path = file["path"].as_str().expect("a path");
        let bytes = whole().bytes(&format!("out/2017/{path}"));
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file["sha256"], hash.as_str(), "{path}");
        assert_eq!(file["bytes"], bytes.len(), "{path}");
        if !path.ends_with(".pdf") {
            continue;
        }
        let pdf = Pdf::read(&bytes);
        assert_eq!(file["pages"], pdf.pages.len(), "{path}");
        let kennung = file["kennung"].as_str().expect("a document ID");
        assert_eq!(kennung.len(), 12, "{path}: {kennung}");
        assert!(kennung.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{path}: {kennung}");
        for (at, page) in pdf.pages.iter().enumerate() {
            assert!(page.contains(kennung), "{path}, page {}: {kennung}", at + 1);
        }
        assert!(seen.insert(kennung.to_owned()), "{path}: {kennung} is another document's");
        for key in ["inputs", "template", "standard"] {
            assert!(file[key].as_str().is_some_and(|text| !text.is_empty()), "{path}: {key}");
        }
    }
}

/// The part of a text between two headings; to the end when the second is not there.
fn between<'t>(text: &'t str, from: &str, to: Option<&str>) -> &'t str {
    // Headings are short enough to stand on one line of the text.
    let start = text.find(from).unwrap_or_else(|| panic!("no heading `{from}`")) + from.len();
    let end = to.and_then(|to| text[start..].find(to)).map_or(text.len(), |end| start + end);
    &text[start..end]
}

/// The ten Kommunen below a heading are these, in this order, each with its value.
fn assert_list(table: &Rows, section: &str, wanted: &[(usize, &Vec<String>)], indicator: &Indicator) {
    let labels: BTreeSet<&str> = table.rows.iter().map(|row| table.cell(row, "label")).collect();
    let wanted_labels: Vec<&str> = wanted.iter().map(|(_, row)| table.cell(row, "label")).collect();
    let mut found = labels_in(section, &labels);
    found.truncate(wanted.len());
    assert_eq!(found, wanted_labels, "{}", indicator.key);
    for (rank, row) in wanted {
        let value = printed(table.cell(row, &indicator.key), indicator);
        let line = format!("{rank} {} {} {value}", table.cell(row, "label"), table.cell(row, "state"));
        assert!(holds(section, &line), "{}: `{line}` is not in\n{section}", indicator.key);
    }
}

#[test]
fn rankings_name_the_right_ten_in_the_right_order() {
    let table = Rows::kommunen();
    let text = read("ranglisten.pdf").text();
    for indicator in indicators() {
        let highest = between(&text, &indicator.highest, Some(&indicator.lowest));
        assert_list(&table, highest, &ranked(&table, &indicator.key, true)[..10], &indicator);
        let lowest = between(&text, &indicator.lowest, None);
        assert_list(&table, lowest, &ranked(&table, &indicator.key, false)[..10], &indicator);
    }
}

#[test]
fn rankings_name_the_ten_an_earlier_publication_names() {
    let earlier = Rows::parse(&text_of("data/2017/ranglisten_gedruckt.csv"));
    let table = Rows::kommunen();
    let labels: BTreeSet<&str> = table.rows.iter().map(|row| table.cell(row, "label")).collect();
    let text = read("ranglisten.pdf").text();
    let all = indicators();
    let indicator = |key: &str| all.iter().find(|i| i.key == key).expect("an indicator");
    let lists = [
        ("sgb2_quote_hoechste", &indicator("sgb2_quote").highest),
        ("sgb2_quote_niedrigste", &indicator("sgb2_quote").lowest),
        ("einwohnerstaerkste", &indicator("population").highest),
        ("einwohnerschwaechste", &indicator("population").lowest),
    ];
    for (list, heading) in lists {
        let named: Vec<&str> = earlier
            .rows
            .iter()
            .filter(|row| earlier.cell(row, "list") == list)
            .map(|row| earlier.cell(row, "label_as_printed"))
            .collect();
        assert_eq!(named.len(), 10, "{list}");
        let mut found = labels_in(between(&text, heading, None), &labels);
        found.truncate(10);
        // The earlier lists run from the tenth smallest down to the smallest for the least populous.
        let named: BTreeSet<&str> = named.into_iter().collect();
        for label in &found {
            // It says `Essen` and `Offenbach am Main` for `Stadt Essen` and `Stadt Offenbach`.
            let bare = label.strip_prefix("Stadt ").unwrap_or(label);
            let same =
                |other: &&str| *other == bare || other.strip_prefix(bare).is_some_and(|rest| rest.starts_with(' '));
            assert!(named.iter().any(same), "{list}: {label} is not among {named:?}");
        }
    }
}

#[test]
fn the_ranking_table_is_complete_and_in_order() {
    let table = Rows::kommunen();
    let file = Rows::parse(&whole().text("out/2017/ranglisten.csv"));
    for indicator in indicators() {
        for (list, highest_first) in [("highest", true), ("lowest", false)] {
            let of_list =
                |row: &&Vec<String>| file.cell(row, "indicator") == indicator.key && file.cell(row, "list") == list;
            let found: Vec<(String, &str, String)> = file
                .rows
                .iter()
                .filter(of_list)
                .map(|row| {
                    (file.cell(row, "rank").to_owned(), file.cell(row, "ags"), file.cell(row, "value").to_owned())
                })
                .collect();
            let wanted: Vec<(String, &str, String)> = ranked(&table, &indicator.key, highest_first)
                .into_iter()
                .map(|(rank, row)| {
                    let value = plain(table.cell(row, &indicator.key), indicator.decimals);
                    (rank.to_string(), table.cell(row, "ags"), value)
                })
                .collect();
            assert_eq!(found, wanted, "{} {list}", indicator.key);
        }
    }
}

#[test]
fn state_tables_add_up() {
    let table = Rows::kommunen();
    let file = Rows::parse(&whole().text("out/2017/laender.csv"));
    let laender = laender_of(&table);
    assert_eq!(laender.len(), 13);
    assert_eq!(file.rows.len(), 13);
    let pdf = read("laender.pdf");
    let text = pdf.text();
    for row in &file.rows {
        let state = file.cell(row, "state");
        let members = rows_of(&table, state);
        assert_eq!(file.cell(row, "kommunen"), members.len().to_string(), "{state}");
        assert_eq!(file.cell(row, "ags"), &table.cell(members[0], "ags")[..2], "{state}");
        let mut line = format!("{state} {}", members.len());
        for indicator in indicators() {
            let wanted = together(&table, &members, &indicator).expect("every Land has values");
            assert_eq!(file.cell(row, &indicator.key), wanted, "{state}: {}", indicator.key);
            line += &format!(" {}", german(&wanted, indicator.decimals));
        }
        assert!(holds(&text, &line), "laender.pdf does not hold `{line}`");
        assert!(pdf.outline_titles().contains(&state), "{state} is a chapter");
    }
    // Sums of an exact table, as they were worked out by hand once.
    let of = |state: &str, key: &str| {
        let row = file.rows.iter().find(|row| file.cell(row, "state") == state).expect("a Land");
        file.cell(row, key).to_owned()
    };
    assert_eq!(of("Baden-Württemberg", "area_km2"), "10510.12");
    assert_eq!(of("Baden-Württemberg", "population"), "3198864");
    assert_eq!(of("Hessen", "population"), "3679359");
}

#[test]
fn the_brochure_has_all_its_parts() {
    let pdf = read(BROCHURE);
    let titles = pdf.outline_titles();
    let table = Rows::kommunen();
    let chapters: Vec<&str> = pdf.outline.iter().filter(|e| e.level == 1).map(|e| e.title.as_str()).collect();
    let wanted = [
        "Impressum",
        "Inhalt",
        "Zu dieser Ausgabe",
        "Das Ganze auf einen Blick",
        "Die Kommunen auf der Karte",
        "Die Länder im Vergleich",
        "Was ein Jobcenter verbinden kann",
        "Aus der Praxis",
        "Ranglisten",
        "Die Kommunen nach Ländern",
        "Alle Kommunen",
        "Ämter und Organisation",
        "Methodik",
        "Register",
        "Hinweise",
    ];
    assert_eq!(chapters, wanted);
    let mut wanted = vec![
        "Einwohnerinnen und Einwohner nach Ländern",
        "Hinweise zur Plausibilität",
        "Kommunen",
        "Verwaltungsspitzen",
    ];
    wanted.extend(laender_of(&table));
    let missing: Vec<_> = wanted.iter().filter(|title| !titles.contains(title)).collect();
    assert!(missing.is_empty(), "not in the outline: {missing:?}\n{titles:#?}");
    let astray: Vec<_> = pdf.outline.iter().filter(|entry| entry.page.is_none()).collect();
    assert!(astray.is_empty(), "bookmarks that lead nowhere: {astray:?}");
    assert!(pdf.outline.is_sorted_by_key(|entry| entry.page), "bookmarks follow the pages");
    assert_eq!(pdf.language, "de-DE");
    assert_eq!(pdf.title, "Kommunale Jobcenter im Vergleich");
    for (at, page) in pdf.pages.iter().enumerate() {
        assert_eq!(page.off_the_page(), Vec::<&str>::new(), "page {}", at + 1);
    }
}

#[test]
fn the_brochure_names_everyone_and_everything() {
    let table = Rows::kommunen();
    let text = brochure();
    let mut wanted: Vec<String> = Vec::new();
    for row in &table.rows {
        wanted.extend(["label", "head", "jobcenter", "party"].map(|name| table.cell(row, name).to_owned()));
        wanted.push(format!(
            "im Amt seit {}, gewählt bis {}",
            table.cell(row, "in_office_since"),
            table.cell(row, "elected_until")
        ));
    }
    let key_figures: toml::Table = text_of("data/2017/eckwerte.toml").parse().expect("TOML");
    let tasks = key_figures["aufgaben"]["bausteine"].as_array().expect("a list of tasks");
    assert_eq!(tasks.len(), 9);
    wanted.extend(tasks.iter().map(|task| task.as_str().expect("a text").to_owned()));
    let practice: toml::Table = text_of("data/2017/praxis.toml").parse().expect("TOML");
    for (list, keys) in [("praxis", ["titel", "kurz"]), ("interview", ["person", "kurz"])] {
        for entry in practice[list].as_array().expect("a list of examples") {
            wanted.extend(keys.map(|key| entry[key].as_str().expect("a text").to_owned()));
            for fact in entry.get("fakten").and_then(toml::Value::as_array).into_iter().flatten() {
                // A unit the text does not name is printed behind it.
                let text = fact["text"].as_str().expect("a text");
                let unit = fact.get("einheit").and_then(toml::Value::as_str).filter(|unit| !text.contains(unit));
                let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
                let (value, what) = (format!("{text}{unit}"), fact["was"].as_str().expect("a text"));
                // At a bar the number stands behind what it is the number of.
                let bar = fact.get("diagramm").and_then(toml::Value::as_bool).unwrap_or_default();
                wanted.push(if bar { format!("{what} {value}") } else { format!("{value} {what}") });
            }
        }
    }
    let missing: Vec<String> = wanted.into_iter().filter(|part| !part.is_empty() && !holds(text, part)).collect();
    assert!(missing.is_empty(), "not in the brochure:\n{}", missing.join("\n"));
}

#[test]
fn the_full_table_of_the_brochure_holds_every_row() {
    let table = Rows::kommunen();
    let indicators = indicators();
    let missing: Vec<String> = table
        .rows
        .iter()
        .map(|row| {
            let values: Vec<String> = indicators.iter().map(|i| german(table.cell(row, &i.key), i.decimals)).collect();
            format!("{} {} {}", table.cell(row, "label"), table.cell(row, "state"), values.join(" "))
        })
        .filter(|line| !holds(brochure(), line))
        .collect();
    assert!(missing.is_empty(), "no such rows:\n{}", missing.join("\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let pdf = read(BROCHURE);
    let links = pdf.pages.iter().flat_map(|page| &page.links);
    let (mut inside, mut broken) = (0, Vec::new());
    for link in links {
        match &link.target {
            Target::Spot(_) => inside += 1,
            Target::Uri(uri) => broken.push(format!("a printed brochure links to {uri}")),
            Target::Broken(target) => broken.push(target.clone()),
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    // Contents, register and lists: each Kommune is linked at least from the register.
    assert!(inside >= 104 + 13, "only {inside} links");
}

#[test]
fn the_register_names_the_right_pages() {
    let pdf = read(BROCHURE);
    let table = Rows::kommunen();
    // The title of a card has its number before it.
    let named = |entry: &Bookmark, title: &str| entry.title.rsplit('\u{a0}').next() == Some(title);
    let page_of = |title: &str| pdf.outline.iter().rfind(|e| named(e, title)).and_then(|e| e.page).expect("a bookmark");
    let register = page_of("Register");
    let text: String = pdf.pages[register - 1..].iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\n");
    let cards: BTreeSet<usize> = table.rows.iter().map(|row| page_of(table.cell(row, "label"))).collect();
    let links = pdf.pages[register - 1..].iter().flat_map(|page| &page.links);
    let targets: BTreeSet<usize> =
        links.filter_map(|link| if let Target::Spot(spot) = link.target { Some(spot.page) } else { None }).collect();
    assert_eq!(targets, cards, "the register links to every page with a card and to no other");
    for row in table.rows.iter().step_by(7) {
        let (name, state) = (table.cell(row, "name"), table.cell(row, "state"));
        let page = page_of(table.cell(row, "label"));
        assert!(pdf.pages[page - 1].contains(table.cell(row, "head")), "the card of {name} is on page {page}");
        let entry = text.find(name).unwrap_or_else(|| panic!("{name} is in the register"));
        let rest = &text[entry..];
        let number =
            rest.find(&format!("({state})")).map(|at| &rest[at + state.len() + 2..]).expect("its Land follows");
        // Leaders, then the number of the page.
        let printed = number.trim_start_matches(|c: char| c == '.' || c.is_whitespace());
        let digits: String = printed.chars().take_while(char::is_ascii_digit).collect();
        assert_eq!(digits, page.to_string(), "{name}: {}", printed.chars().take(20).collect::<String>());
    }
}

#[test]
fn a_selection_makes_its_sheets_and_leaves_the_rest_alone() {
    let sandbox = Sandbox::new();
    sandbox.run(&["build", "--kommune", "Biberach", "--kommune", "06413"]).must_succeed();
    let first = ["steckbriefe/06413-stadt-offenbach.pdf", "steckbriefe/08426-landkreis-biberach.pdf"];
    assert_eq!(
        sandbox.files("out/2017"),
        ["dcat-ap-de.jsonld", "index.html", "manifest.json", first[0], first[1], "trace.jsonl"]
    );
    sandbox.write("out/2017/notizen.txt", "meine").write("out/2017/steckbriefe/99999-alt.pdf", "alt");
    let before = snapshot(&sandbox.path("out/2017"));

    sandbox.run(&["build", "--state", "Hessen"]).must_succeed();
    let table = Rows::kommunen();
    let hessen: Vec<String> = rows_of(&table, "Hessen").into_iter().map(|row| sheet_path(&table, row)).collect();
    assert_eq!(hessen.len(), 16);
    let after = snapshot(&sandbox.path("out/2017"));
    let new: Vec<&String> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    // Offenbach lies in Hessen and was there before.
    assert_eq!(new.len(), 15);
    assert!(hessen.iter().all(|path| after.contains_key(path)));
    let ours = |path: &str| ["dcat-ap-de.jsonld", "index.html", "manifest.json", "trace.jsonl"].contains(&path);
    for (path, bytes) in before.iter().filter(|(path, _)| !ours(path)) {
        assert_eq!(after.get(path), Some(bytes), "{path} stays as it was");
    }
    let mut listed = hessen;
    listed.extend([first[1], "dcat-ap-de.jsonld", "index.html", "trace.jsonl"].map(str::to_owned));
    listed.sort();
    assert_eq!(
        manifest_paths(&sandbox, "out/2017"),
        listed,
        "entries of earlier sheets are kept, strangers not taken in"
    );
    // A sheet says the same whether it is made alone or with all others.
    assert!(
        sandbox.bytes("out/2017/steckbriefe/06413-stadt-offenbach.pdf")
            == whole().bytes("out/2017/steckbriefe/06413-stadt-offenbach.pdf")
    );
}

#[test]
fn only_what_is_asked_for_is_made() {
    let sandbox = Sandbox::new();
    sandbox.run(&["build", "--only", "laender", "--state", "Saarland"]).must_succeed();
    assert_eq!(
        sandbox.files("out/2017"),
        ["dcat-ap-de.jsonld", "index.html", "laender.csv", "laender.pdf", "manifest.json", "trace.jsonl"]
    );
    let file = Rows::parse(&sandbox.text("out/2017/laender.csv"));
    assert_eq!(file.rows.len(), 1);
    assert_eq!(file.cell(&file.rows[0], "state"), "Saarland");
}

#[test]
fn a_kommune_that_is_gone_is_named_and_not_deleted() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&["build", "--with", "with"]).must_succeed();
    let csv = sandbox.text("with/data/2031/kommunen.csv");
    let without: String =
        csv.lines().filter(|line| !line.starts_with("12901")).map(|line| format!("{line}\n")).collect();
    sandbox.write("with/data/2031/kommunen.csv", without);
    let left = "steckbriefe/12901-landkreis-lueckow.pdf";
    sandbox.run(&["build", "--with", "with"]).must_succeed().stderr_contains("warning[").stderr_contains(left);
    assert!(sandbox.files("out/2031").contains(&left.to_owned()), "nothing is deleted");
    assert!(!manifest_paths(&sandbox, "out/2031").contains(&left.to_owned()));
}

#[test]
fn drafts_say_so_on_every_page() {
    let mut pages = 0;
    for path in draft().files("out/2017").iter().filter(|path| path.ends_with(".pdf")) {
        let pdf = Pdf::read(&draft().bytes(&format!("out/2017/{path}")));
        for (at, page) in pdf.pages.iter().enumerate() {
            assert!(page.contains("ENTWURF"), "{path}, page {}", at + 1);
            pages += 1;
        }
    }
    assert!(pages > 20, "the brochure is among them");
    assert!(!read("steckbriefe/08426-landkreis-biberach.pdf").contains("ENTWURF"));
    assert!(!holds(brochure(), "ENTWURF"));
}

/// The two files a PDF of the profile `daten` carries, as tables: the same figures as CSV and as JSON.
fn carried(path: &str) -> (Pdf, Rows) {
    let pdf = Pdf::read(&data().bytes(&format!("out/2017/{path}")));
    let stem = path.trim_start_matches("steckbriefe/").trim_end_matches(".pdf");
    let files: Vec<[&str; 3]> = pdf.files.iter().map(|f| [&*f.name, &*f.relationship, &*f.mime]).collect();
    let (csv, json) = (format!("{stem}.csv"), format!("{stem}.json"));
    let wanted = [[csv.as_str(), "Data", "text/csv"], [json.as_str(), "Data", "application/json"]];
    // The brochure carries the Kommunen, whatever it is called itself.
    let wanted = if path == BROCHURE {
        [["kommunen.csv", "Data", "text/csv"], ["kommunen.json", "Data", "application/json"]]
    } else {
        wanted
    };
    assert_eq!(files, wanted, "{path}");
    let text = |at: usize| std::str::from_utf8(&pdf.files[at].content).expect("UTF-8");
    let table = Rows::parse(text(0));
    let json: Vec<serde_json::Map<String, Value>> = serde_json::from_str(text(1)).expect("an array of objects");
    assert_eq!(json.len(), table.rows.len(), "{path}");
    for (object, row) in json.iter().zip(&table.rows) {
        let keys: BTreeSet<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(keys, table.header.iter().map(String::as_str).collect(), "{path}");
        for (key, cell) in table.header.iter().zip(row) {
            let value = match &object[key] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(value, *cell, "{path}: {key}");
        }
    }
    (pdf, table)
}

#[test]
fn sheets_carry_their_figures() {
    let table = Rows::kommunen();
    let everyone: Vec<&Vec<String>> = table.rows.iter().collect();
    let definitions: toml::Table = text_of("data/indicators.toml").parse().expect("TOML");
    // Every Land, and of the large ones some.
    for row in table.rows.iter().step_by(4) {
        let path = sheet_path(&table, row);
        let (pdf, figures) = carried(&path);
        let land = rows_of(&table, table.cell(row, "state"));
        assert_eq!(figures.rows.len(), indicators().len(), "{path}");
        for (at, indicator) in indicators().iter().enumerate() {
            let cell = |name: &str| figures.cell(&figures.rows[at], name);
            let decimals = indicator.decimals;
            for name in ["ags", "label", "state"] {
                assert_eq!(cell(name), table.cell(row, name), "{path}");
            }
            assert_eq!(cell("indicator"), indicator.key, "{path}");
            assert_eq!(cell("unit"), indicator.unit, "{path}");
            let definition = definitions["indicator"][at]["definition"].as_str().expect("a definition");
            assert_eq!(cell("definition"), definition, "{path}");
            let ranked = ranked(&table, &indicator.key, true);
            let (rank, _) = ranked.iter().find(|(_, other)| *other == row).expect("every Kommune has a value");
            let mean = |rows: &[&Vec<String>]| mean(&table, rows, indicator);
            let extreme = |at: usize| plain(table.cell(ranked[at].1, &indicator.key), decimals);
            for (name, wanted) in [
                ("value", plain(table.cell(row, &indicator.key), decimals)),
                ("rank", rank.to_string()),
                ("of", ranked.len().to_string()),
                ("land_mean", mean(&land)),
                ("mean", mean(&everyone)),
                ("highest", extreme(0)),
                ("lowest", extreme(ranked.len() - 1)),
            ] {
                assert_eq!(cell(name), wanted, "{path}: {name} of {}", indicator.key);
            }
            assert!(matches!(cell("quarter"), "1" | "2" | "3" | "4"), "{path}");
            // What it carries is what it prints.
            for name in ["value", "land_mean", "mean", "lowest", "highest"] {
                let printed = german(cell(name), decimals);
                assert!(pdf.contains(&printed), "{path} does not print {name} of {}: {printed}", indicator.key);
            }
            assert!(pdf.contains(&format!("{} von {}", cell("rank"), cell("of"))), "{path}");
        }
    }
}

/// The mean of an indicator over rows: what they have together, divided where that is a sum.
fn mean(table: &Rows, rows: &[&Vec<String>], indicator: &Indicator) -> String {
    if indicator.aggregate.as_str() != Some("sum") {
        return together(table, rows, indicator).expect("every Land has values");
    }
    let values: Vec<i128> = rows.iter().filter_map(|row| exact(table.cell(row, &indicator.key))).collect();
    let count = i128::try_from(values.len()).expect("a small number");
    quotient(values.iter().sum(), count * exact("1").expect("a number"), indicator.decimals)
}

#[test]
fn the_other_documents_carry_their_tables() {
    let same = |carried: &Rows, file: &str| {
        let written = Rows::parse(&whole().text(&format!("out/2017/{file}")));
        assert_eq!((&carried.header, &carried.rows), (&written.header, &written.rows), "{file}");
    };
    same(&carried("ranglisten.pdf").1, "ranglisten.csv");
    same(&carried("laender.pdf").1, "laender.csv");
    let (_, kommunen) = carried(BROCHURE);
    let table = Rows::kommunen();
    for row in &table.rows {
        let own = kommunen.of(table.cell(row, "ags"));
        for indicator in indicators() {
            let wanted = plain(table.cell(row, &indicator.key), indicator.decimals);
            assert_eq!(kommunen.cell(own, &indicator.key), wanted, "{}", table.cell(row, "label"));
        }
    }
    assert_eq!(kommunen.rows.len(), 104);
}

#[test]
fn nothing_is_attached_unasked() {
    for path in ["laender.pdf", "steckbriefe/08426-landkreis-biberach.pdf"] {
        assert!(read(path).files.is_empty(), "{path}");
    }
}

#[test]
fn emitted_sources_are_complete() {
    let files = whole_elsewhere().files("elsewhere/2017/typ");
    let table = Rows::kommunen();
    for row in &table.rows {
        let path = sheet_path(&table, row).replace(".pdf", ".typ");
        assert!(files.contains(&path), "{path}");
    }
    for path in ["broschuere.typ", "ranglisten.typ", "laender.typ", "templates/look.typ"] {
        assert!(files.iter().any(|file| file == path), "{path}");
    }
    let fonts = snapshot(&crate::sandbox::project().join("fonts"));
    for path in fonts.keys().filter(|path| path.ends_with(".ttf")) {
        assert!(files.contains(&format!("fonts/{path}")), "{path}");
    }
    for path in files.iter().filter(|path| path.ends_with(".typ")) {
        let text = whole_elsewhere().text(&format!("elsewhere/2017/typ/{path}"));
        let errors = typst_syntax::parse(&text).errors_and_warnings().0;
        assert!(errors.is_empty(), "{path}: {errors:?}");
        for import in text.lines().filter_map(|line| line.trim().strip_prefix("#import \"")) {
            let target = import.split('"').next().expect("a path in quotes");
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = target.strip_prefix('/').map_or_else(|| format!("{folder}/{target}"), str::to_owned);
            assert!(files.contains(&target), "{path} imports {target}");
        }
        assert!(!text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)), "{path} holds a private sign");
    }
}
