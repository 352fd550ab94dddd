//! `index.html`: that it is sound HTML, asks for nothing, links to what is there, and says what the table says; what a
//! browser makes of it (`browser`).

mod browser;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

use crate::rows::{Rows, german, indicators, slug};
use crate::sandbox::{Sandbox, data, draft, six, whole};

/// An element of a page.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    /// The text in it, without that of a style or script in elements within it.
    text: String,
    /// The position of the one it stands in; `None` for the root.
    parent: Option<usize>,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Elements without an end (HTML Living Standard, 13.1.2).
const VOID: [&str; 4] = ["meta", "link", "input", "br"];

/// Text with its character references read.
fn read(text: &str) -> String {
    assert!(!text.contains(['<', '>']), "a sign that should be escaped: {text}");
    let mut plain = text.to_owned();
    for (reference, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        plain = plain.replace(reference, sign);
    }
    let ampersands = text.matches('&').count();
    let references =
        ["&lt;", "&gt;", "&quot;", "&#39;", "&amp;"].iter().map(|r| text.matches(r).count()).sum::<usize>();
    assert_eq!(ampersands, references, "an & that should be escaped: {text}");
    plain
}

/// The elements of a page in the order they begin. Strict: all is closed in order, attributes stand in double quotes.
fn elements(page: &str) -> Vec<Element> {
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("the doctype stands first");
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    while let Some((text, behind)) = rest.split_once('<') {
        let text = read(text);
        open.iter().for_each(|at| elements[*at].text.push_str(&text));
        if let Some(name) = behind.strip_prefix('/') {
            let (name, behind) = name.split_once('>').expect("a tag ends");
            let last = open.pop().expect("what ends has begun");
            assert_eq!(elements[last].name, name, "elements end in order");
            rest = behind;
            continue;
        }
        // No `>` stands in an attribute: it would be escaped.
        let (tag, behind) = behind.split_once('>').expect("a tag ends");
        let (name, mut inside) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while !inside.trim_start().is_empty() {
            let end = inside.find(['=', ' ']).unwrap_or(inside.len());
            let own = inside[..end].trim().to_owned();
            assert!(own.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "attribute `{own}` in <{tag}>");
            inside = &inside[end..];
            let mut value = "";
            if let Some(quoted) = inside.strip_prefix("=\"") {
                (value, inside) = quoted.split_once('"').expect("a value ends");
            }
            inside = inside.strip_prefix(' ').unwrap_or(inside);
            attributes.push((own, read(value)));
        }
        let parent = open.last().copied();
        elements.push(Element { name: name.to_owned(), attributes, text: String::new(), parent });
        rest = behind;
        if ["style", "script"].contains(&name) {
            let (raw, behind) = rest.split_once(&format!("</{name}>")).expect("it ends");
            elements.last_mut().expect("it began").text = raw.to_owned();
            rest = behind;
        } else if !VOID.contains(&name) {
            open.push(elements.len() - 1);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "all is closed, and nothing stands behind");
    elements
}

/// The children of an element.
fn within(elements: &[Element], parent: usize) -> Vec<usize> {
    (0..elements.len()).filter(|at| elements[*at].parent == Some(parent)).collect()
}

/// The rows of the table's body: the positions of their cells.
fn table_rows(elements: &[Element]) -> Vec<Vec<usize>> {
    let body = elements.iter().position(|element| element.name == "tbody").expect("a table has a body");
    within(elements, body).into_iter().map(|row| within(elements, row)).collect()
}

/// What every page holds to, and its elements.
fn sound(sandbox: &Sandbox, folder: &str) -> Vec<Element> {
    let page = sandbox.text(&format!("{folder}/index.html"));
    let elements = elements(&page);
    let one = |name: &str| {
        let mut found = elements.iter().filter(|element| element.name == name);
        let first = found.next().unwrap_or_else(|| panic!("a page has a <{name}>"));
        assert!(found.next().is_none(), "one <{name}>");
        first
    };
    assert_eq!(one("html").get("lang"), Some("de"));
    for name in ["title", "h1", "main", "caption", "thead"] {
        assert!(!one(name).text.trim().is_empty(), "{name}");
    }
    let ids: Vec<&str> = elements.iter().filter_map(|element| element.get("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each id once: {ids:?}");
    for element in &elements {
        for name in ["for", "aria-labelledby", "aria-describedby"] {
            assert!(element.get(name).is_none_or(|id| ids.contains(&id)), "{element:?}");
        }
        for name in ["style", "onclick", "onload", "srcset", "action", "target"] {
            assert_eq!(element.get(name), None, "{element:?}");
        }
        assert_eq!(element.get("src"), None, "everything is in the page: {element:?}");
        let Some(target) = element.get("href") else { continue };
        match (element.name.as_str(), target.strip_prefix('#')) {
            ("link", _) => assert_eq!((element.get("rel"), target), (Some("icon"), "data:,"), "no icon is asked for"),
            (_, Some(id)) => assert!(ids.contains(&id), "{target}"),
            _ => assert!(sandbox.path(&format!("{folder}/{target}")).is_file(), "{target} is not there"),
        }
    }
    for name in ["input", "select"] {
        for field in elements.iter().filter(|element| element.name == name) {
            let id = field.get("id").expect("a field has an id");
            assert!(elements.iter().any(|label| label.name == "label" && label.get("for") == Some(id)), "{id}");
        }
    }
    let policy = elements.iter().find(|element| element.get("http-equiv") == Some("Content-Security-Policy"));
    let policy = policy.and_then(|element| element.get("content")).expect("a policy");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for name in ["style", "script"] {
        let hash = format!("{name}-src 'sha256-{}'", BASE64.encode(Sha256::digest(&one(name).text)));
        assert!(policy.contains(&format!("{hash};")), "{hash} is not in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let (style, script) = (&one("style").text, &one("script").text);
    assert!(!style.contains("url(") && !style.contains("@import"), "the style asks for nothing");
    assert!(!["fetch", "XMLHttpRequest", "innerHTML", "http"].iter().any(|word| script.contains(word)));
    elements
}

/// The labels of all Kommunen on a page that is sound, in its order.
pub fn labels(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let elements = sound(sandbox, folder);
    let links = elements.iter().filter(|element| element.name == "a" && element.text.ends_with(')'));
    let labels = links.filter_map(|link| link.text.rsplit_once(" (Steckbrief, "));
    labels.map(|(label, _)| label.to_owned()).collect()
}

#[test]
fn the_page_is_sound_however_it_is_built() {
    for (sandbox, folder) in [(whole(), "out/2017"), (six(), "out/2031"), (draft(), "out/2017"), (data(), "out/2017")] {
        sound(sandbox, folder);
    }
}

#[test]
fn the_table_says_what_the_data_says() {
    let table = Rows::kommunen();
    let indicators = indicators();
    let elements = sound(whole(), "out/2017");
    let rows = table_rows(&elements);
    assert_eq!(rows.len(), table.rows.len());
    let text = |at: usize| elements[at].text.trim().to_owned();
    let heads = elements.iter().filter(|element| element.name == "th" && element.get("scope") == Some("col"));
    let keys: Vec<&str> = heads.map(|head| head.get("data-key").expect("a column has a key")).collect();
    let wanted: Vec<&str> =
        ["name", "state", "type"].into_iter().chain(indicators.iter().map(|i| i.key.as_str())).collect();
    assert_eq!(keys, wanted);
    let mut seen = BTreeSet::new();
    for (rank, cells) in rows.iter().enumerate() {
        assert_eq!(cells.len(), wanted.len());
        let head = &elements[cells[0]];
        assert_eq!((head.name.as_str(), head.get("scope")), ("th", Some("row")));
        assert_eq!(head.get("data-value"), Some(rank.to_string().as_str()));
        let row = table.rows.iter().find(|row| head.text.ends_with(table.cell(row, "ags"))).expect("it names its AGS");
        let (ags, label) = (table.cell(row, "ags"), table.cell(row, "label"));
        assert!(seen.insert(ags), "{ags} twice");
        let link = elements.iter().find(|element| element.parent == Some(cells[0]) && element.name == "a");
        let link = link.expect("a link to its sheet");
        assert_eq!(link.get("href"), Some(format!("steckbriefe/{ags}-{}.pdf", slug(label)).as_str()));
        let bytes = whole().bytes(&format!("out/2017/steckbriefe/{ags}-{}.pdf", slug(label))).len();
        let size = format!("{label} (Steckbrief, PDF, 1 Seite, {}\u{a0}kB)", (bytes + 500) / 1000);
        assert_eq!(link.text, size);
        assert_eq!(text(cells[1]), table.cell(row, "state"));
        let kind = if table.cell(row, "type") == "landkreis" { "Landkreis" } else { "kreisfreie Stadt" };
        assert_eq!(text(cells[2]), kind);
        for (indicator, cell) in indicators.iter().zip(&cells[3..]) {
            let value = table.cell(row, &indicator.key);
            assert_eq!(text(*cell), german(value, indicator.decimals), "{ags} {}", indicator.key);
            assert_eq!(elements[*cell].get("data-value"), Some(value), "{ags} {}", indicator.key);
        }
    }
    // German order: Ä with A, by name and not by label.
    let order: Vec<&str> =
        rows.iter().map(|cells| elements[cells[0]].text.split(" (Steckbrief").next().unwrap_or_default()).collect();
    let at =
        |label: &str| order.iter().position(|other| *other == label).unwrap_or_else(|| panic!("{label}: {order:?}"));
    assert!(at("Landkreis Ammerland") < at("Landkreis Biberach"));
    assert!(at("Stadt Mülheim an der Ruhr") > at("Landkreis Meißen"));
    assert!(at("Stadt Mülheim an der Ruhr") < at("Stadt Münster"));
}

#[test]
fn documents_are_listed_with_pages_and_size() {
    let elements = sound(whole(), "out/2017");
    let links: Vec<(&str, &str)> =
        elements.iter().filter_map(|element| Some((element.get("href")?, element.text.as_str()))).collect();
    let brochure = whole().bytes("out/2017/broschuere.pdf").len();
    let size = format!("{},{}\u{a0}MB", brochure / 1_000_000, brochure % 1_000_000 / 100_000);
    let rounded = format!("{},{}\u{a0}MB", brochure / 1_000_000, brochure % 1_000_000 / 100_000 + 1);
    let (_, text) = links.iter().find(|(target, _)| *target == "broschuere.pdf").expect("the brochure");
    assert!(text.starts_with("Broschüre (PDF, ") && text.contains(" Seiten, "), "{text}");
    assert!(text.ends_with(&format!("{size})")) || text.ends_with(&format!("{rounded})")), "{text}");
    let manifest: serde_json::Value =
        serde_json::from_str(&whole().text("out/2017/manifest.json")).expect("a manifest is JSON");
    for file in manifest["files"].as_array().expect("a list of files") {
        let path = file["path"].as_str().expect("a path");
        assert_eq!(
            links.iter().filter(|(target, _)| *target == path).count(),
            usize::from(path != "index.html"),
            "{path}"
        );
    }
    assert!(links.iter().any(|(target, _)| *target == "manifest.json"));
    assert!(elements.iter().any(|element| element.name == "dd" && element.text == "Juni 2017"), "the Stand");
}

#[test]
fn a_partial_build_lists_what_stands_in_the_folder() {
    let sandbox = Sandbox::with_six();
    sandbox.run(&["build", "--with", "with", "--kommune", "Altmoor"]).must_succeed();
    let elements = sound(&sandbox, "out/2031");
    let links = |elements: &[Element]| -> BTreeSet<String> {
        let files = elements.iter().filter(|element| element.name == "a").filter_map(|element| element.get("href"));
        files.filter(|target| !target.starts_with('#')).map(str::to_owned).collect()
    };
    let altmoor = "steckbriefe/03901-landkreis-altmoor.pdf";
    let own = ["dcat-ap-de.jsonld", "manifest.json", "trace.jsonl"];
    assert_eq!(links(&elements), [altmoor].iter().chain(&own).map(|path| (*path).to_owned()).collect());
    let rows = table_rows(&elements);
    assert_eq!(rows.len(), 6, "all Kommunen with their values");
    let without =
        rows.iter().filter(|cells| elements[cells[0]].text.ends_with("kein Steckbrief in diesem Ordner")).count();
    assert_eq!(without, 5);
    // More of it later: both stand there.
    sandbox.run(&["build", "--with", "with", "--only", "ranglisten", "--state", "Niedersachsen"]).must_succeed();
    let elements = sound(&sandbox, "out/2031");
    assert!(links(&elements).contains(altmoor) && links(&elements).contains("ranglisten.csv"));
    let about = elements.iter().filter(|e| e.name == "small" && e.text.contains("nur 2 ausgewählte Kommunen"));
    assert_eq!(about.count(), 2, "the rankings and their table are about two Kommunen alone");
    // A file that is gone is listed no more.
    sandbox.delete(&format!("out/2031/{altmoor}"));
    sandbox.run(&["build", "--with", "with", "--kommune", "Neumoor", "--profile", "entwurf"]).must_succeed();
    let elements = sound(&sandbox, "out/2031");
    assert!(!links(&elements).contains(altmoor));
    let neumoor = elements.iter().find(|e| e.name == "a" && e.text.starts_with("Landkreis Neumoor")).expect("a link");
    assert!(neumoor.text.ends_with(", Entwurf)"), "{}", neumoor.text);
}

#[test]
fn unknown_values_are_a_sign_with_words_and_sort_as_such() {
    let elements = sound(six(), "out/2031");
    let rows = table_rows(&elements);
    let gaps = rows.iter().find(|cells| elements[cells[0]].text.contains("Lückow")).expect("the row with gaps");
    for cell in &gaps[3..] {
        assert_eq!((elements[*cell].text.as_str(), elements[*cell].get("data-value")), (".nicht bekannt", None));
    }
    let zero = rows.iter().find(|cells| elements[cells[0]].text.contains("Einsand")).expect("the island");
    assert_eq!((elements[zero[6]].text.as_str(), elements[zero[6]].get("data-value")), ("0,00", Some("0.00")));
    assert!(elements.iter().any(|element| element.name == "p" && element.text.contains("„.“ = nicht bekannt")));
}

#[test]
fn a_page_of_the_users_is_checked_before_anything_is_made() {
    let frame = crate::sandbox::text_of("templates/catalogue/page.html");
    let path = "with/templates/catalogue/page.html";
    for (text, parts) in [
        (frame.replace("{{documents}}", "{{document}}"), &["KB540", "page.html:25:3", "did you mean `documents`?"][..]),
        (frame.replace("{{policy}}", ""), &["KB540", "lacks `{{policy}}`"]),
        (frame.replace("{{notes}}", "{{notes"), &["KB540"]),
    ] {
        let sandbox = Sandbox::with_six();
        sandbox.write(path, text);
        let ran = sandbox.run(&["build", "--with", "with"]);
        ran.must_fail(1);
        for part in parts {
            ran.stderr_contains(part);
        }
        assert_eq!(sandbox.files("out"), Vec::<String>::new(), "nothing is made");
    }
    let sandbox = Sandbox::with_six();
    sandbox.write("with/templates/catalogue/script.js", "// </SCRIPT>\n");
    sandbox
        .run(&["build", "--with", "with"])
        .must_fail(1)
        .stderr_contains("error[KB541]: with/templates/catalogue/script.js:1:4");
    // What is sound is taken, with its hash in the policy; line ends of another system are read as a browser does. No
    // document gets another Kennung by it.
    let sandbox = Sandbox::with_six();
    sandbox.write("with/templates/catalogue/style.css", "body { color: #111; }\r\n");
    sandbox.write(path, frame.replace("<h2 id=\"dokumente\">Dokumente", "<h2 id=\"dokumente\">Dateien"));
    sandbox.run(&["build", "--with", "with"]).must_succeed();
    let elements = sound(&sandbox, "out/2031");
    assert!(elements.iter().any(|element| element.name == "h2" && element.text == "Dateien"));
    assert!(sandbox.bytes("out/2031/broschuere.pdf") == six().bytes("out/2031/broschuere.pdf"));
    sandbox.run(&["verify", "--with", "with"]).must_succeed();
}
