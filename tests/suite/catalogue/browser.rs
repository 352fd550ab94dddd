//! The page in a browser: search, filters, sorting and links to a view; keyboard, names, contrast; paper; and that no
//! request leaves the machine.

#![expect(clippy::disallowed_methods, reason = "CONTACT_SHEET=1 writes pictures")]

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::browser::{Browser, browser};
use crate::rows::{Rows, ranked};
use crate::sandbox::{Sandbox, six, whole};

fn address(sandbox: &Sandbox, folder: &str, hash: &str) -> String {
    format!("file://{}/{folder}/index.html{hash}", sandbox.root().canonicalize().expect("it is there").display())
}

/// A browser with the page of the whole edition.
fn opened(hash: &str) -> Option<Browser> {
    let mut browser = browser()?;
    browser.resize(1280, 900);
    browser.open(&address(whole(), "out/2017", hash));
    Some(browser)
}

/// The AGS of the rows that are shown, in their order.
const SHOWN: &str = "[...document.querySelectorAll('tbody tr')].filter(tr => tr.offsetHeight).map(tr => tr.querySelector('small').textContent.slice(0, 5))";

fn shown(browser: &mut Browser) -> Vec<String> {
    let list = browser.value(SHOWN);
    list.as_array().expect("a list").iter().map(|ags| ags.as_str().expect("an AGS").to_owned()).collect()
}

fn status(browser: &mut Browser) -> String {
    browser.text("document.querySelector('[role=status]').textContent")
}

/// Writes into the search field as a person does.
fn search(browser: &mut Browser, text: &str) {
    browser.value("document.querySelector('#q').focus(), document.querySelector('#q').select()");
    browser.types(text);
}

fn choose(browser: &mut Browser, id: &str, option: &str) {
    let option = json!(option);
    browser.value(&format!(
        "(() => {{ const field = document.querySelector('#{id}'); field.value = {option}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
    ));
}

fn sort_by(browser: &mut Browser, key: &str) {
    browser.value(&format!("document.querySelector('th[data-key={key}] button').click()"));
}

/// The AGS of rows of the table that meet a condition.
fn wanted(table: &Rows, meets: impl Fn(&[String]) -> bool) -> Vec<String> {
    let rows = table.rows.iter().filter(|row| meets(row));
    let mut found: Vec<String> = rows.map(|row| table.cell(row, "ags").to_owned()).collect();
    found.sort();
    found
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

#[test]
fn search_and_filters_narrow_the_table_and_say_so() {
    let Some(mut browser) = opened("") else { return };
    let table = Rows::kommunen();
    assert_eq!(shown(&mut browser).len(), 104);
    assert_eq!(status(&mut browser), "104 von 104 Kommunen sortiert nach Kommune, aufsteigend");
    for (text, ags) in [
        ("biberach", vec!["08426"]),
        ("08426", vec!["08426"]),
        ("Muelheim", vec!["05117"]),
        ("MÜLHEIM", vec!["05117"]),
        ("mülheim ruhr", vec!["05117"]),
        ("Kreis Gross Gerau", vec!["06433"]),
        ("gibt es nicht", vec![]),
    ] {
        search(&mut browser, text);
        assert_eq!(sorted(shown(&mut browser)), ags, "{text}");
        let said = format!("{} von 104 Kommunen Suche „{text}“; sortiert nach", ags.len());
        assert!(status(&mut browser).starts_with(&said), "{}", status(&mut browser));
    }
    search(&mut browser, "hessen");
    let of_hessen = wanted(&table, |row| table.cell(row, "state") == "Hessen");
    assert_eq!(sorted(shown(&mut browser)), of_hessen, "a Land is found, too");
    search(&mut browser, "jobcenter ravensburg");
    let jobcenter = wanted(&table, |row| table.cell(row, "jobcenter").contains("Ravensburg"));
    assert_eq!(sorted(shown(&mut browser)), jobcenter);
    browser.value("document.querySelector('#alles').click()");
    assert_eq!(shown(&mut browser).len(), 104);
    choose(&mut browser, "state", "Hessen");
    assert_eq!(sorted(shown(&mut browser)), of_hessen);
    choose(&mut browser, "type", "kreisfreie Stadt");
    let cities =
        wanted(&table, |row| table.cell(row, "state") == "Hessen" && table.cell(row, "type") == "kreisfreie_stadt");
    assert_eq!(sorted(shown(&mut browser)), cities);
    assert_eq!(cities.len(), 2);
    assert!(status(&mut browser).starts_with("2 von 104 Kommunen Land Hessen; Art kreisfreie Stadt; "));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn every_column_sorts_both_ways_with_unknown_values_last() {
    let Some(mut browser) = opened("") else { return };
    let table = Rows::kommunen();
    for key in ["population", "sgb2_quote", "alo_sgb3"] {
        for (highest, direction) in [(true, "descending"), (false, "ascending")] {
            sort_by(&mut browser, key);
            let values = |ags: &[String]| -> Vec<String> {
                ags.iter().map(|ags| table.cell(table.of(ags), key).to_owned()).collect()
            };
            let ranks = ranked(&table, key, highest);
            let ags: Vec<String> = ranks.iter().map(|(_, row)| table.cell(row, "ags").to_owned()).collect();
            assert_eq!(values(&shown(&mut browser)), values(&ags), "{key} {direction}");
            let sorts = "[...document.querySelectorAll('[aria-sort]')].map(th => `${th.dataset.key} ${th.ariaSort}`)";
            assert_eq!(browser.value(sorts), json!([format!("{key} {direction}")]));
        }
    }
    sort_by(&mut browser, "name");
    let by_name = shown(&mut browser);
    sort_by(&mut browser, "name");
    assert_eq!(shown(&mut browser), by_name.into_iter().rev().collect::<Vec<_>>());

    browser.open(&address(six(), "out/2031", ""));
    for _ in 0..2 {
        sort_by(&mut browser, "sgb2_quote");
        let list = shown(&mut browser);
        assert_eq!(list.last().map(String::as_str), Some("12901"), "not known is neither high nor low: {list:?}");
        let at = |ags: &str| list.iter().position(|other| other == ags);
        assert!(at("03901") < at("03902"), "equal values stay in the order of their names: {list:?}");
    }
    assert_eq!(shown(&mut browser)[0], "01901", "zero is a value");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_address_holds_the_view_and_brings_it_back() {
    let Some(mut browser) = opened("") else { return };
    search(&mut browser, "kreis");
    choose(&mut browser, "state", "Baden-Württemberg");
    sort_by(&mut browser, "sgb2_quote");
    let (view, said) = (shown(&mut browser), status(&mut browser));
    let hash = browser.text("location.hash");
    assert_eq!(hash, "#q=kreis&state=Baden-W%C3%BCrttemberg&sort=-sgb2_quote");
    assert!(view.len() > 3 && view.len() < 104);
    browser.open(&address(whole(), "out/2017", &hash));
    assert_eq!((shown(&mut browser), status(&mut browser)), (view.clone(), said));
    assert_eq!(browser.text("document.querySelector('#state').value"), "Baden-Württemberg");
    // Another hash on the open page is another view; nonsense is all of it; a place on the page changes nothing.
    browser.value("new Promise(done => { addEventListener('hashchange', done, { once: true }); location.hash = '#state=Hessen'; }).then(() => 0)");
    assert_eq!(shown(&mut browser).len(), 16);
    browser.value("new Promise(done => { addEventListener('hashchange', done, { once: true }); location.hash = '#kommunen'; }).then(() => 0)");
    assert_eq!(shown(&mut browser).len(), 16);
    browser.open(&address(whole(), "out/2017", "#state=%3Cscript%3E&type=x&sort=constructor&q=%3Cimg%20src%3Dx%3E"));
    assert!(status(&mut browser).starts_with("0 von 104 Kommunen Suche „<img src=x>“; sortiert nach Kommune"));
    assert_eq!(browser.value("document.images.length"), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn without_scripts_the_page_is_whole() {
    let Some(mut browser) = browser() else { return };
    browser.scripts(false);
    browser.open(&address(whole(), "out/2017", "#state=Hessen"));
    let nodes = browser.accessible();
    let of = |role: &str| nodes.iter().filter(|(own, ..)| own == role).count();
    assert_eq!(of("rowheader"), 104);
    assert_eq!(of("columnheader"), 9);
    assert_eq!(of("searchbox") + of("combobox") + of("button"), 0, "what needs a script is not offered");
    assert!(
        nodes.iter().any(|(role, name, _)| role == "link" && name.starts_with("Landkreis Biberach (Steckbrief, PDF"))
    );
}

#[test]
fn no_request_leaves_the_page() {
    let Some(mut browser) = opened("#q=kreis") else { return };
    search(&mut browser, "stadt");
    sort_by(&mut browser, "population");
    let requests = browser.requests();
    assert!(requests[0].starts_with("file://"), "{requests:?}");
    let others: Vec<_> = requests[1..].iter().filter(|address| *address != "data:,").collect();
    assert_eq!(others, Vec::<&String>::new());
    // Whatever a script put into the page would not run and not reach anything.
    let breach = "new Promise(done => { document.addEventListener('securitypolicyviolation', e => done(e.violatedDirective)); \
        const image = new Image(); image.src = 'https://kreisblatt.invalid/x.png'; document.body.append(image); })";
    assert_eq!(browser.text(breach), "img-src");
    let script = "(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); return window.ran === undefined; })()";
    assert_eq!(browser.value(script), true);
}

#[test]
fn keyboard_names_and_contrast_are_those_of_an_accessible_page() {
    let Some(mut browser) = opened("") else { return };
    let active = "(e => e.id || e.textContent.trim())(document.activeElement)";
    browser.presses("Tab");
    assert_eq!(browser.text(active), "Zur Tabelle der Kommunen");
    let seen = "document.activeElement.getBoundingClientRect().left >= 0 && getComputedStyle(document.activeElement).outlineStyle === 'solid'";
    assert_eq!(browser.value(seen), true, "the skip link and its focus are seen");
    browser.presses("Enter");
    assert_eq!(browser.text("document.activeElement.id"), "kommunen");
    for id in ["q", "state", "type", "alles"] {
        browser.presses("Tab");
        assert_eq!(browser.text(active), id);
        let outline = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)";
        assert!(browser.value(outline).as_f64().expect("a width") >= 2.0, "{id}");
    }
    browser.presses("Tab");
    assert_eq!(browser.text("document.activeElement.className"), "scroll");
    for _ in 0..4 {
        browser.presses("Tab");
    }
    assert_eq!(browser.text(active), "Einwohner");
    browser.presses("Enter");
    assert!(status(&mut browser).ends_with("sortiert nach Einwohner, absteigend"));

    let nodes = browser.accessible();
    for (role, name, node) in &nodes {
        let must = ["link", "button", "searchbox", "combobox", "table", "columnheader", "rowheader", "search"];
        assert!(!must.contains(&role.as_str()) || !name.trim().is_empty(), "{role} without a name: {node}");
    }
    let names = |role: &str| -> Vec<&str> {
        nodes.iter().filter(|(own, ..)| own == role).map(|(_, name, _)| name.as_str()).collect()
    };
    assert_eq!(names("searchbox"), ["Suche"]);
    assert_eq!(names("combobox"), ["Land", "Art"]);
    for heading in ["Kommunale Jobcenter im Vergleich", "Dokumente", "Kommunen", "Merkmale", "Quellen"] {
        assert!(names("heading").contains(&heading), "{heading}: {:?}", names("heading"));
    }
    assert!(names("button").contains(&"SGB II-Quote in %"), "{:?}", names("button"));
    assert_eq!(nodes.iter().filter(|(role, ..)| role == "status").count(), 1);
    assert_eq!(names("rowheader").len(), 104);

    // Of every text in sight the colours, and how far they are from each other (WCAG 2, 1.4.3).
    let contrast = "(() => {
      const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
      const ground = (e) => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
      let least = 99;
      for (const e of document.querySelectorAll('body *')) {
        if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.offsetHeight || ['SCRIPT', 'OPTION'].includes(e.tagName)) continue;
        const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        least = Math.min(least, (a + 0.05) / (b + 0.05));
      }
      return least;
    })()";
    let least = browser.value(contrast).as_f64().expect("a ratio");
    assert!((4.5..30.0).contains(&least), "{least}");
}

#[test]
fn it_fits_every_window() {
    let Some(mut browser) = opened("") else { return };
    for (sandbox, folder) in [(whole(), "out/2017"), (six(), "out/2031")] {
        browser.open(&address(sandbox, folder, ""));
        for width in [320, 360, 768, 1024, 1280, 1920] {
            browser.resize(width, 1000);
            let wider = browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert_eq!(wider, 0, "{folder}: at {width} px the page itself scrolls sideways");
            if std::env::var_os("CONTACT_SHEET").is_some() {
                let name = format!("catalogue-{}-{width}.png", folder.replace('/', "-"));
                let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
                fs::write(path, browser.picture()).expect("cargo's folder can be written to");
            }
        }
    }
}

#[test]
fn printed_it_is_the_table_with_its_selection_in_words() {
    let Some(mut browser) = opened("") else { return };
    let pages = |pdf: &[u8]| -> Vec<String> {
        let document = lopdf::Document::load_mem(pdf).expect("a PDF");
        document.get_pages().keys().map(|n| document.extract_text(&[*n]).expect("its text")).collect()
    };
    let all = browser.printed();
    let document = lopdf::Document::load_mem(&all).expect("a PDF");
    let page = *document.get_pages().values().next().expect("a page");
    let of_page = document.get_dictionary(page).expect("a page is a dictionary");
    let media = of_page.get(b"MediaBox").and_then(lopdf::Object::as_array).expect("its size");
    let side = |at: usize| media[at].as_float().expect("a length");
    assert!((side(2) - 841.9).abs() < 1.0 && (side(3) - 595.3).abs() < 1.0, "A4, across: {media:?}");
    let texts = pages(&all);
    assert!(texts.len() > 3, "{} pages", texts.len());
    let heads = texts.iter().filter(|text| text.contains("Einwohner") && text.contains("Dichte")).count();
    assert!(heads >= texts.len() - 1, "{heads} of {} pages have the heads of the columns", texts.len());
    let text = texts.concat();
    for part in ["Landkreis Biberach", "1.409,75", "Stand:", "Juni 2017"] {
        assert!(text.contains(part), "{part}");
    }
    for part in ["Zurücksetzen", "Suche", "Broschüre", "manifest", "steckbriefe/", "Zur Tabelle"] {
        assert!(!text.contains(part), "{part}");
    }
    browser.open(&address(whole(), "out/2017", "#state=Hessen&type=Landkreis&sort=-sgb2_quote"));
    let text = pages(&browser.printed()).concat().replace('\n', " ");
    assert!(text.contains("14 von 104 Kommunen"), "{text}");
    assert!(text.contains("Land Hessen; Art Landkreis; sortiert nach SGB II-Quote in %, absteigend"), "{text}");
    assert!(!text.contains("Biberach"));
}
