//! Pages are whole: no heading without its text, no card in pieces, no void but at a chapter's end, and a
//! head and a foot that say where one is.

use std::collections::BTreeSet;

use super::{BOTTOM, Changed, FILE, MM, TITLE, TOP, cards, content, faults, none, numbered, shipped, without_kennung};
use crate::contact::page_faults;
use crate::pdf::{Area, Heading, Page, Pdf, Point, flat, holds};
use crate::rows::{Rows, indicators, printed};
use crate::sandbox::{Sandbox, six, whole};
use crate::templates::{add_columns, eight_indicators};

/// The width of a column of cards, in which every text below a heading begins.
const COLUMN: f64 = 50.0 * MM;

/// How far below its heading the text of a section begins at most.
const NEAR: f64 = 60.0 * MM;

/// The largest brochure, in bytes.
const HEAVIEST: usize = 2_000_000;

/// Whether a point lies in an area.
pub fn within((x, y): Point, ((left, low), (right, high)): Area) -> bool {
    (left..=right).contains(&x) && (low..=high).contains(&y)
}

/// Pages on which nothing stands.
pub fn empty(pdf: &Pdf) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, page) in numbered(pdf) {
        if content(page).next().is_none() {
            faults.push(format!("page {number} is empty"));
        }
        faults.extend(page.off_the_page().iter().map(|text| format!("page {number}: `{text}` leaves the page")));
    }
    faults
}

/// Headings below which no text of their section stands near, on the same page.
pub fn orphans(pdf: &Pdf) -> Vec<String> {
    let orphan = |heading: &&Heading| !has_text(pdf, heading);
    let said = |heading: &Heading| format!("page {}: nothing stands below `{}`", heading.page, heading.text);
    pdf.headings.iter().filter(orphan).map(said).collect()
}

fn has_text(pdf: &Pdf, heading: &Heading) -> bool {
    let page = &pdf.pages[heading.page - 1];
    let others: Vec<&Heading> = pdf.headings.iter().filter(|other| other.page == heading.page).collect();
    let below = |(x, y): Point| y < heading.low - 1.0 && (heading.left - 1.0..heading.left + COLUMN).contains(&x);
    let of_heading = |(x, y): Point| {
        others
            .iter()
            .any(|h| (h.left - 1.0..h.left + COLUMN).contains(&x) && (h.low - 1.0..h.height + 1.0).contains(&y))
    };
    let texts = content(page).map(|run| run.start).filter(|start| below(*start) && !of_heading(*start));
    let text = texts.map(|(_, y)| y).fold(f64::MIN, f64::max);
    let ends = others.iter().filter(|other| other.level <= heading.level && below((other.left, other.height)));
    let end = ends.map(|other| other.height).fold(f64::MIN, f64::max);
    heading.low - text <= NEAR && text > end
}

/// The frames of the cards on a page: a heavy line above, and hairlines down both sides and below.
pub fn frames(page: &Page) -> Vec<Area> {
    tops(page).filter_map(|top| frame(page, top)).collect()
}

/// The heavy lines above cards: of the accent colour, as wide as a column of three.
fn tops(page: &Page) -> impl Iterator<Item = Area> {
    let lines = page.shapes.iter().filter(|shape| shape.outline.is_some_and(|grey| (0.2..0.35).contains(&grey)));
    lines
        .map(|shape| shape.bounds())
        .filter(|((left, low), (right, high))| high - low < 0.1 && (54.0 * MM..56.0 * MM).contains(&(right - left)))
}

fn frame(page: &Page, ((left, top), (right, _)): Area) -> Option<Area> {
    let near = |a: f64, b: f64| (a - b).abs() < 1.5;
    let lines = || page.shapes.iter().filter(|shape| shape.outline.is_some()).map(|shape| shape.bounds());
    let side = |x: f64| {
        let mut sides = lines().filter(|(from, to)| near(from.0, x) && near(to.0, x) && near(to.1, top));
        sides.find(|(from, to)| to.1 - from.1 > COLUMN / 3.0).map(|(from, _)| from.1)
    };
    let low = side(left)?;
    let closed =
        lines().any(|(from, to)| near(from.0, left) && near(to.0, right) && near(from.1, low) && near(to.1, low));
    (closed && near(side(right)?, low)).then_some(((left, low), (right, top)))
}

/// Cards that do not stand in one frame each, and text among the cards that stands in none.
pub fn torn_cards(pdf: &Pdf) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, page) in numbered(pdf) {
        let frames = frames(page);
        let cards: Vec<&Heading> = cards(pdf).into_values().filter(|card| card.page == number).collect();
        let (lines, frame_count) = (tops(page).count(), frames.len());
        if lines != cards.len() || frame_count != cards.len() {
            faults.push(format!("page {number}: {} cards, {frame_count} frames, {lines} heavy lines", cards.len()));
        }
        for card in &cards {
            let around = frames.iter().filter(|frame| within((card.left, card.height), **frame)).count();
            if around != 1 {
                faults.push(format!("page {number}: {around} frames around `{}`", card.text));
            }
        }
        let Some(highest) = frames.iter().map(|frame| frame.1.1).reduce(f64::max) else { continue };
        let lost = |start: Point, end: Point| !frames.iter().any(|frame| within(start, *frame) && within(end, *frame));
        for run in content(page).filter(|run| run.start.1 < highest && lost(run.start, run.end)) {
            faults.push(format!("page {number}: `{}` stands in no card", run.text));
        }
    }
    faults
}

/// The text of the card of every Kommune, by AGS.
fn card_texts(pdf: &Pdf) -> Vec<String> {
    let pages = pdf.pages.iter();
    pages.flat_map(|page| frames(page).into_iter().map(|frame| page.text_in(&[frame]))).collect()
}

/// What a card says, in its order: the texts of its row, and every value with its name.
fn said_of(table: &Rows, row: &[String]) -> Vec<String> {
    let or_not_given = |name: &str| match table.cell(row, name) {
        "" => "keine Angabe",
        text => text,
    };
    let kind = if table.cell(row, "type") == "landkreis" { "Landkreis" } else { "kreisfreie Stadt" };
    let mut said = vec![
        table.cell(row, "label").to_owned(),
        format!("{kind} · AGS {} · Register", table.cell(row, "ags")),
        format!("Jobcenter: {}", or_not_given("jobcenter")),
        format!("{} {}", or_not_given("office"), or_not_given("head")),
        or_not_given("party").to_owned(),
        format!("im Amt seit {}, gewählt bis {}", or_not_given("in_office_since"), or_not_given("elected_until")),
    ];
    if ["jobcenter", "organisation"].iter().any(|name| !table.cell(row, name).is_empty()) {
        said.push(format!("Organisationsform: {}", or_not_given("organisation")));
    }
    let shorts = ["Einwohner", "Fläche", "Dichte", "SGB II-Quote", "Alo-SGB II", "Alo-SGB III"];
    for (indicator, short) in indicators().iter().zip(shorts) {
        said.push(format!("{short} {}", printed(table.cell(row, &indicator.key), indicator)));
    }
    said
}

/// Every card holds its whole row within its frame.
fn assert_cards(pdf: &Pdf, table: &Rows, more: impl Fn(&[String]) -> Vec<String>) {
    none(&torn_cards(pdf));
    let texts = card_texts(pdf);
    assert_eq!(texts.len(), table.rows.len());
    let mut missing = Vec::new();
    for row in &table.rows {
        let ags = format!("AGS {}", table.cell(row, "ags"));
        let text = texts.iter().find(|text| holds(text, &ags)).unwrap_or_else(|| panic!("no card with {ags}"));
        let said = said_of(table, row).into_iter().chain(more(row));
        missing.extend(said.filter(|part| !holds(text, part)).map(|part| format!("{ags}: `{part}`")));
    }
    none(&missing);
}

#[test]
fn no_heading_is_orphaned() {
    assert!(shipped().headings.len() > 150);
    none(&orphans(shipped()));
}

#[test]
fn every_card_stands_whole_in_its_frame() {
    assert_cards(shipped(), &Rows::kommunen(), |_| Vec::new());
}

#[test]
fn a_card_of_eight_indicators_is_whole() {
    let changed = Changed::without(&["laender_gedruckt.csv"]);
    changed.0.write("with/data/indicators.toml", eight_indicators());
    changed.change("kommunen.csv", |text| {
        let mut table = Rows::parse(text);
        add_columns(&mut table);
        table.csv()
    });
    let pdf = changed.sound();
    let mut table = Rows::kommunen();
    add_columns(&mut table);
    assert_cards(&pdf, &table, |row| {
        let value = |key: &str| match table.cell(row, key) {
            "" => ".".to_owned(),
            cell => format!("{} %", cell.replace('.', ",")),
        };
        vec![format!("Kita-Quote {}", value("kita_quote")), format!("Glasfaser {}", value("netz_quote"))]
    });
    let mut faults = Vec::new();
    for (number, page) in numbered(&pdf) {
        faults.extend(page_faults(page, number == 1).into_iter().map(|fault| format!("page {number}: {fault}")));
    }
    none(&faults);
}

/// The legend of a map of an indicator, which stands below the map.
const LEGEND: &str = "niedrigster und höchster Wert der Klasse";

#[test]
fn a_map_of_an_indicator_stands_with_its_heading() {
    for pdf in [shipped(), &Pdf::read(&six().bytes("out/2031/broschuere.pdf"))] {
        let titles = ["Bevölkerungsdichte", "SGB II-Quote"];
        let headings: Vec<&Heading> =
            pdf.headings.iter().filter(|h| h.level == 2 && titles.contains(&h.text.as_str())).collect();
        assert_eq!(headings.len(), titles.len());
        for heading in headings {
            assert!(holds(&pdf.pages[heading.page - 1].text, LEGEND), "{}, page {}", heading.text, heading.page);
        }
    }
}

/// Judges that let everything pass are none.
#[test]
fn orphans_and_torn_cards_are_seen() {
    let mut pdf = Pdf::read(&whole().bytes(&format!("out/2017/{FILE}")));
    let heading = pdf.headings.iter().find(|heading| heading.text == "Weitere Eckwerte").expect("a section");
    let (page, low) = (heading.page - 1, heading.low);
    pdf.pages[page].runs.retain(|run| !run.is_content() || run.start.1 >= low);
    let found = orphans(&pdf);
    assert!(matches!(found.as_slice(), [fault] if fault.contains("Weitere Eckwerte")), "{found:?}");
    let card = cards(&pdf)["Landkreis Biberach"];
    let (page, height) = (card.page - 1, card.height);
    let run = pdf.pages[page].runs.iter_mut().find(|run| run.start.1 < height - 20.0).expect("the text of the card");
    run.end.0 += 400.0;
    assert_eq!(torn_cards(&pdf).len(), 1);
    pdf.pages[page].shapes.retain(|shape| shape.outline.is_none());
    // The cards below the map of their Land, and what stood beside them.
    assert!(torn_cards(&pdf).len() > 2);
}

/// The names of the Länder: their headings begin a chapter, too.
fn laender(table: &Rows) -> BTreeSet<&str> {
    table.rows.iter().map(|row| table.cell(row, "state")).collect()
}

fn begins_chapter(heading: &Heading, laender: &BTreeSet<&str>) -> bool {
    heading.level == 1 || heading.level == 2 && laender.contains(heading.text.as_str())
}

/// The part of its text area that a page fills, from above.
fn filled(page: &Page) -> f64 {
    let ink = content(page).map(|run| run.start.1).chain(page.shapes.iter().map(|shape| shape.bounds().0.1));
    let lowest = ink.filter(|y| *y > BOTTOM - 1.0).fold(page.height - TOP, f64::min);
    (page.height - TOP - lowest) / (page.height - TOP - BOTTOM)
}

#[test]
fn only_the_last_page_of_a_chapter_is_half_empty() {
    let table = Rows::kommunen();
    let laender = laender(&table);
    let mut short = 0;
    for (number, page) in numbered(shipped()).filter(|(_, page)| filled(page) < 0.5) {
        short += 1;
        let Some(next) = shipped().pages.get(number) else { continue };
        let begins = |heading: &&Heading| heading.page == number + 1 && begins_chapter(heading, &laender);
        let first = shipped().headings.iter().find(begins);
        let on_top = |heading: &Heading| content(next).all(|run| run.start.1 <= heading.height + 1.0);
        let rest = 100.0 * (1.0 - filled(page));
        assert!(first.is_some_and(on_top), "page {number} is empty to {rest:.0} % and its chapter goes on");
    }
    assert!(short > 0, "some chapter ends on a page with room");
}

/// The text in the upper or the lower margin, in which nothing else stands.
fn margin(page: &Page, inside: impl Fn(f64) -> bool) -> String {
    let runs = page.runs.iter().filter(|run| !run.is_content() && inside(run.start.1));
    flat(&runs.map(|run| run.text.as_str()).collect::<Vec<_>>().join(" "))
}

fn head(page: &Page) -> String {
    margin(page, |y| y > page.height - TOP)
}

fn foot(page: &Page) -> String {
    margin(page, |y| y < BOTTOM)
}

#[test]
fn heads_name_the_chapter_and_feet_the_page() {
    let table = Rows::kommunen();
    let laender = laender(&table);
    let count = shipped().pages.len();
    assert_eq!(head(&shipped().pages[0]) + &foot(&shipped().pages[0]), "", "the cover has neither");
    for (number, page) in numbered(shipped()).skip(1) {
        let begun = |heading: &&Heading| heading.page <= number && begins_chapter(heading, &laender);
        let chapter = shipped().headings.iter().rfind(begun).expect("a chapter has begun");
        assert_eq!(head(page), format!("{TITLE} {}", chapter.text), "page {number}");
        let foot = foot(page);
        assert!(foot.starts_with("Stand: Juni 2017 Kennung: "), "page {number}: {foot}");
        assert!(foot.ends_with(&format!(" Seite {number} von {count}")), "page {number}: {foot}");
    }
    let labels: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    assert_eq!(shipped().labels, labels);
}

#[test]
fn the_brochure_is_no_heavier_than_a_letter_may_be() {
    let bytes = whole().bytes(&format!("out/2017/{FILE}")).len();
    assert!(bytes < HEAVIEST, "{bytes} bytes");
}

/// The corners of A4, `beyond` its edges.
fn a4(((x, y), _): Area, beyond: f64) -> Area {
    ((x - beyond, y - beyond), (x + 210.0 * MM + beyond, y + 297.0 * MM + beyond))
}

fn same(a: Area, b: Area) -> bool {
    let near = |a: Point, b: Point| (a.0 - b.0).abs() < 0.02 && (a.1 - b.1).abs() < 0.02;
    near(a.0, b.0) && near(a.1, b.1)
}

#[test]
fn a_bleed_adds_three_millimetres_and_changes_no_word() {
    let sandbox = Sandbox::new();
    sandbox.run(&["build", "--only", "broschuere", "--bleed"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes(&format!("out/2017/{FILE}")));
    for (number, page) in numbered(&pdf) {
        let trim = page.trim.unwrap_or_else(|| panic!("page {number} has no edge to cut"));
        assert!(same(trim, a4(trim, 0.0)), "page {number}: {trim:?}");
        let bleed = page.bleed.unwrap_or_else(|| panic!("page {number} does not say where its bleed ends"));
        assert!(same(bleed, a4(trim, 3.0 * MM)) && same(bleed, page.media), "page {number}: {bleed:?}");
    }
    for (number, page) in numbered(shipped()) {
        let whole = |area: Option<Area>| area.is_none_or(|area| same(area, page.media));
        assert!(same(page.media, a4(page.media, 0.0)), "page {number}: {:?}", page.media);
        assert!(whole(page.trim) && whole(page.bleed), "page {number}");
    }
    let field = |page: &Page| page.shapes.first().map(|shape| shape.bounds()).expect("the cover has a field");
    let (ground, sheet) = (field(&pdf.pages[0]), pdf.pages[0].media);
    assert!(ground.0.0 <= sheet.0.0 && ground.1.0 >= sheet.1.0 && ground.1.1 >= sheet.1.1, "it reaches the bleed");
    assert_eq!(without_kennung(&pdf, &sandbox, "2017"), without_kennung(shipped(), whole(), "2017"));
    // Links lead to the same places on the sheet: 3 mm further in.
    none(&[faults(&pdf), super::links::misled(&pdf), crate::standards::findings(&sandbox, "out/2017")].concat());
}

const FREE: &str = "Diese Seite bleibt frei.";

#[test]
fn padding_makes_the_pages_a_multiple_of_four() {
    let sandbox = Sandbox::new();
    sandbox.run(&["build", "--only", "broschuere", "--pad-pages"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes(&format!("out/2017/{FILE}")));
    let (before, after) = (shipped().pages.len(), pdf.pages.len());
    assert_ne!(before % 4, 0, "the shipped brochure needs padding");
    assert_eq!(after, before.next_multiple_of(4));
    for (number, page) in numbered(&pdf).skip(1) {
        assert!(foot(page).ends_with(&format!(" Seite {number} von {after}")), "page {number}: {}", foot(page));
        if number > before {
            assert_eq!(content(page).map(|run| run.text.as_str()).collect::<Vec<_>>(), [FREE], "page {number}");
            assert_eq!(head(page), TITLE, "page {number} is of no chapter");
        }
    }
    let counted = |count: usize| format!(" von {count}\n");
    let text = without_kennung(&pdf, &sandbox, "2017").replace(&counted(after), &counted(before));
    assert!(text.starts_with(&without_kennung(shipped(), whole(), "2017")), "what was there stays as it was");
    none(&[faults(&pdf), crate::standards::findings(&sandbox, "out/2017")].concat());
}

/// Parts of one page each, as many as are asked for.
#[test]
fn padding_adds_nothing_where_nothing_is_missing() {
    let parts = ["umschlag", "impressum", "inhalt", "vorwort", "hinweise"];
    for count in 1..=parts.len() {
        let pdf = Changed::with_parts(&parts[..count]).build(&["--pad-pages"]);
        let free = pdf.pages.iter().filter(|page| page.says(FREE)).count();
        assert_eq!((pdf.pages.len(), free), (count.next_multiple_of(4), count.next_multiple_of(4) - count));
    }
}

/// A part may print nothing, first or last: what is added stands behind it all the same.
#[test]
fn padding_counts_pages_and_not_parts() {
    let changed = Changed::without(&["praxis.toml"]);
    for parts in [["impressum", "inhalt", "praxis"], ["praxis", "inhalt", "impressum"]] {
        changed.list(&parts);
        assert_eq!(changed.build(&[]).pages.len(), 2, "{parts:?}");
        let pdf = changed.build(&["--pad-pages", "--bleed"]);
        assert_eq!(pdf.pages.len(), 4, "{parts:?}");
        assert_eq!(pdf.pages.iter().filter(|page| page.says(FREE)).count(), 2, "{parts:?}");
    }
}

#[test]
fn bleed_and_padding_need_a_brochure() {
    let sandbox = Sandbox::with_six();
    for option in ["--bleed", "--pad-pages"] {
        for only in [["--only", "steckbriefe"], ["--only", "laender,ranglisten"], ["--kommune", "Altmoor"]] {
            let ran = sandbox.run(&["build", "--with", "with", only[0], only[1], option]);
            ran.must_fail(2).stderr_contains("error[KB309]").stderr_contains(option);
            ran.stderr_contains("  hint: add --only broschuere");
            assert_eq!(sandbox.files("out"), Vec::<String>::new());
        }
    }
}
