//! The maps of the brochure, in a brochure of maps alone.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::contact::{Faults, page_faults};
use crate::pdf::{Page, Pdf};
use crate::rows::{Rows, exact};
use crate::sandbox::{Sandbox, project};
use crate::standards::findings;

/// Every kind of map: the cover's, all Kommunen, the indicators, and one page for each Land.
const TEMPLATE: &str = "{{> parts/paper}}
#look.cover-map(height: 120mm)
#pagebreak()
= Alle
{{#each map}}
{{> parts/map}}
{{/each}}
{{#if maps}}
#pagebreak()
= Karten
#grid(columns: (82mm, 82mm), column-gutter: 6mm,
{{#each maps}}
[
{{> parts/choropleth}}
],
{{/each}}
)
{{/if}}
{{#each laender}}
{{#each map}}
#pagebreak()
= {{../land.name}}
{{> parts/land-map}}
{{/each}}
{{/each}}
";

/// How much lighter or darker each class of a map must be than the next, and the lightest than paper.
const APART: f64 = 0.15;

/// A brochure of maps; `options` go to the build.
fn build(sandbox: &Sandbox, edition: &str, options: &[&str]) -> Pdf {
    sandbox.write("with/templates/brochure.typ.hbs", TEMPLATE);
    sandbox.run(&[&["build", "--with", "with", "--only", "broschuere"], options].concat()).must_succeed();
    Pdf::read(&sandbox.bytes(&format!("out/{edition}/broschuere.pdf")))
}

/// The maps of the edition as shipped, built once.
fn shipped() -> &'static (Sandbox, Pdf) {
    static SHIPPED: OnceLock<(Sandbox, Pdf)> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let sandbox = Sandbox::new();
        let pdf = build(&sandbox, "2017", &[]);
        (sandbox, pdf)
    })
}

fn page<'p>(pdf: &'p Pdf, title: &str) -> &'p Page {
    let at = pdf.outline.iter().find(|entry| entry.title == title).and_then(|entry| entry.page);
    &pdf.pages[at.unwrap_or_else(|| panic!("no page `{title}`: {:?}", pdf.outline_titles())) - 1]
}

fn laender(table: &Rows) -> BTreeSet<&str> {
    table.rows.iter().map(|row| table.cell(row, "state")).collect()
}

fn sound(pdf: &Pdf) {
    let mut found = Faults::default();
    for (at, page) in pdf.pages.iter().enumerate() {
        found.add(&format!("page {}", at + 1), page_faults(page, false));
    }
    found.must_be_none();
}

#[test]
fn maps_keep_their_page_and_conform() {
    let (sandbox, pdf) = shipped();
    sound(pdf);
    let findings = findings(sandbox, "out/2017");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn the_map_of_all_names_every_land_with_its_number() {
    let (_, pdf) = shipped();
    let table = Rows::kommunen();
    let page = page(pdf, "Alle");
    for land in laender(&table) {
        let count = table.rows.iter().filter(|row| table.cell(row, "state") == land).count();
        let noun = if count == 1 { "Kommune" } else { "Kommunen" };
        assert!(page.contains(&format!("{land} {count} {noun}")), "{land}: {}", page.text);
    }
    assert!(!page.contains("Hamburg"), "a Land without Kommunen has no label");
}

/// The numbers that stand on a page by themselves.
fn numbers(page: &Page) -> Vec<usize> {
    let mut found: Vec<usize> = page.runs.iter().filter_map(|run| run.text.trim().parse().ok()).collect();
    found.sort_unstable();
    found
}

#[test]
fn the_map_of_a_land_numbers_all_its_kommunen() {
    let (_, pdf) = shipped();
    let table = Rows::kommunen();
    for land in laender(&table) {
        let count = table.rows.iter().filter(|row| table.cell(row, "state") == land).count();
        assert_eq!(numbers(page(pdf, land)), (1..=count).collect::<Vec<_>>(), "{land}");
    }
}

#[test]
fn with_all_kreise_every_number_is_on_the_map_of_its_land() {
    let sandbox = Sandbox::new();
    sandbox.write("with/data/README.md", "A project.");
    let table = project().join("tests/data/landkreise-deutschland/districts.csv");
    let table = table.to_str().expect("a path in UTF-8");
    let edition = ["--edition", "2018", "--stand", "2018-12", "--base", "none"];
    sandbox.run(&[&["import", table, "--with", "with"][..], &edition].concat()).must_succeed();
    let pdf = build(&sandbox, "2018", &["--edition", "2018"]);
    let rows = Rows::parse(&sandbox.text("with/data/2018/kommunen.csv"));
    let mut all = 0;
    for land in laender(&rows) {
        let count = rows.rows.iter().filter(|row| rows.cell(row, "state") == land).count();
        let page = page(&pdf, land);
        assert_eq!(numbers(page), (1..=count).collect::<Vec<_>>(), "{land}");
        assert!(!page.contains("Ohne Nummer"), "{land}: {}", page.text);
        let smallest = page.runs.iter().map(|run| run.size).fold(f64::INFINITY, f64::min);
        assert!(smallest >= 5.5, "{land}: type of {smallest} pt");
        all += count;
    }
    assert_eq!(all, 401);
}

#[test]
fn a_kommune_without_a_number_on_the_map_is_named_below_it() {
    let sandbox = Sandbox::with_six();
    let kreise = "with/data/geo/kreise_2031.geojson";
    let all = sandbox.text(kreise);
    let without: Vec<&str> = all.lines().filter(|line| !line.contains("03902")).collect();
    sandbox.write(kreise, without.join("\n"));
    let pdf = build(&sandbox, "2031", &[]);
    let page = page(&pdf, "Niedersachsen");
    assert!(page.contains("Ohne Nummer auf der Karte: 2 Landkreis Neumoor."), "{}", page.text);
    assert_eq!(numbers(page), [1]);
}

#[test]
fn legends_name_the_lowest_and_the_highest_value() {
    let (_, pdf) = shipped();
    let page = page(pdf, "Karten");
    let table = Rows::kommunen();
    let mut values: Vec<i128> = table.rows.iter().filter_map(|row| exact(table.cell(row, "density_per_km2"))).collect();
    values.sort_unstable();
    let whole = |value: i128| crate::rows::german(&(value / exact("1").expect("a number")).to_string(), 0);
    let (lowest, highest) = (whole(values[0]), whole(values[values.len() - 1]));
    assert!(page.contains(&format!("Unterstes Viertel {lowest}")), "{}", page.text);
    assert!(page.contains(&format!("{highest} 26")), "{}", page.text);
    assert!(page.contains("liegen 26 Kommunen, davon 9 in Nordrhein-Westfalen"), "{}", page.text);
    assert!(!page.contains("Nicht bekannt"), "every value is known");
}

#[test]
fn classes_stay_apart_in_grey() {
    let (_, pdf) = shipped();
    let page = page(pdf, "Karten");
    let filled = page.shapes.iter().filter_map(|shape| shape.fill);
    let shades: BTreeSet<i64> = filled.chain([1.0]).map(|grey| (grey * 1000.0).round() as i64).collect();
    assert_eq!(shades.len(), 5, "four classes and paper: {shades:?}");
    let list: Vec<i64> = shades.into_iter().collect();
    assert!(list.windows(2).all(|pair| (pair[1] - pair[0]) as f64 / 1000.0 >= APART), "{list:?}");
}

#[test]
fn gaps_and_ties_have_their_place() {
    let sandbox = Sandbox::with_six();
    let pdf = build(&sandbox, "2031", &[]);
    sound(&pdf);
    let page = page(&pdf, "Karten");
    assert!(page.contains("Nicht bekannt 1"), "Lückow has no value: {}", page.text);
    let legends = |name: &str| page.text.matches(name).count();
    let found = ["Unterstes", "Zweites", "Drittes", "Oberstes"].map(|quarter| legends(&format!("{quarter} Viertel")));
    assert_eq!(found, [2, 1, 0, 2], "classes without Kommunen are left out");
    assert!(page.contains("liegt eine Kommune: die Stadt Großweißenstein in Sachsen."), "{}", page.text);
    let findings = findings(&sandbox, "out/2031");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn a_selection_is_a_map_of_the_selected() {
    let sandbox = Sandbox::new();
    let pdf = build(&sandbox, "2017", &["--state", "Hessen"]);
    sound(&pdf);
    let all = page(&pdf, "Alle");
    assert!(all.contains("Hessen 16 Kommunen") && !all.contains("Bayern"), "{}", all.text);
    assert_eq!(numbers(page(&pdf, "Hessen")), (1..=16).collect::<Vec<_>>());
}

#[test]
fn without_boundaries_there_are_no_maps() {
    let sandbox = Sandbox::with_six();
    let none = "{\"type\": \"FeatureCollection\", \"features\": []}";
    sandbox.write("with/data/geo/kreise_2031.geojson", none).write("with/data/geo/laender_2031.geojson", none);
    sandbox.write("with/templates/brochure.typ.hbs", TEMPLATE.replace("#look.cover-map(height: 120mm)", ""));
    sandbox.run(&["build", "--with", "with", "--only", "broschuere"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes("out/2031/broschuere.pdf"));
    assert_eq!(pdf.outline_titles(), ["Alle"]);
    // The Kommunen without their Länder: no labels, no maps of Länder.
    let sandbox = Sandbox::with_six();
    sandbox.write("with/data/geo/laender_2031.geojson", none);
    let pdf = build(&sandbox, "2031", &[]);
    assert_eq!(pdf.outline_titles(), ["Alle", "Karten", "Bevölkerungsdichte", "SGB II-Quote"]);
}
