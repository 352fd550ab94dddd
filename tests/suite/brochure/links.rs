//! Links, registers, contents and bookmarks lead to what they name.

use std::collections::{BTreeMap, BTreeSet};

use super::{Changed, Target, cards, chapter, content, none, numbered, pages, pages_of, shipped};
use crate::pdf::{Heading, Page, Pdf, Spot, flat, labels_in};
use crate::rows::{Rows, indicators};

/// How far above the base line of its heading a destination lies: the height of the largest type and room.
const ABOVE: std::ops::Range<f64> = 8.0..30.0;

/// The same for a line of a register; the lines follow each other closely.
const ABOVE_ENTRY: std::ops::Range<f64> = 12.0..19.0;

/// Whether a destination shows what begins at a point.
fn shows(spot: Spot, page: usize, (left, height): (f64, f64), above: std::ops::Range<f64>) -> bool {
    let Some((x, y)) = spot.point else { return false };
    spot.page == page && (x - left).abs() < 1.0 && above.contains(&(y - height))
}

fn shows_heading(spot: Spot, heading: &Heading) -> bool {
    shows(spot, heading.page, (heading.left, heading.height), ABOVE)
}

/// The links of a page: what they say, without leaders, and where they lead to.
fn links(page: &Page) -> impl Iterator<Item = (String, Spot)> {
    page.links.iter().filter_map(|link| {
        let Target::Spot(spot) = link.target else { return None };
        Some((one_line(&page.text_in(&link.areas)), spot))
    })
}

/// A text as one line: a hyphen at the end of a line belongs to the word.
fn one_line(text: &str) -> String {
    flat(text).replace("-\n", "-").replace('\n', " ").trim().to_owned()
}

/// What a destination shows: a heading, or the line of a register.
fn shown(pdf: &Pdf, spot: Spot) -> Option<String> {
    let heading = pdf.headings.iter().find(|heading| shows_heading(spot, heading));
    let line = || {
        let page = pdf.pages.get(spot.page - 1)?;
        content(page).find(|run| run.size < 9.0 && shows(spot, spot.page, run.start, ABOVE_ENTRY))
    };
    heading.map(|heading| heading.text.clone()).or_else(|| line().map(|run| run.text.clone()))
}

/// Links and bookmarks that lead to nothing.
pub fn astray(pdf: &Pdf) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, page) in numbered(pdf) {
        for link in &page.links {
            let text = page.text_in(&link.areas);
            match &link.target {
                Target::Spot(spot) if shown(pdf, *spot).is_some() => {}
                target => faults.push(format!("page {number}: `{text}` leads to {target:?}, where nothing begins")),
            }
            if text.trim().is_empty() {
                faults.push(format!("page {number}: a link to {:?} lies on no text", link.target));
            }
        }
    }
    for entry in &pdf.outline {
        let right = |heading: &Heading| {
            heading.text == entry.title && entry.spot.is_some_and(|spot| shows_heading(spot, heading))
        };
        if !pdf.headings.iter().any(right) {
            faults.push(format!("the bookmark `{}` does not lead to its heading: {:?}", entry.title, entry.spot));
        }
    }
    faults
}

/// Links that name a Kommune and do not lead to its card.
pub fn misled(pdf: &Pdf) -> Vec<String> {
    let cards = cards(pdf);
    let mut faults = Vec::new();
    for (number, page) in numbered(pdf) {
        for (text, spot) in links(page) {
            if cards.get(text.as_str()).is_some_and(|card| !shows_heading(spot, card)) {
                faults.push(format!("page {number}: `{text}` leads to {spot:?}: {:?}", shown(pdf, spot)));
            }
        }
    }
    faults
}

#[test]
fn every_link_and_bookmark_leads_to_a_heading_or_an_entry() {
    none(&astray(shipped()));
}

#[test]
fn links_that_name_a_kommune_lead_to_its_card() {
    assert_eq!(cards(shipped()).len(), 104);
    none(&misled(shipped()));
}

/// A judge that lets everything pass is none.
#[test]
fn links_that_mislead_are_seen() {
    let mut pdf = Pdf::read(&crate::sandbox::whole().bytes("out/2017/broschuere.pdf"));
    let page = pages_of(&pdf, "Alle Kommunen").start;
    let link = &mut pdf.pages[page - 1].links[3];
    let Target::Spot(spot) = &mut link.target else { panic!("the table links to cards") };
    let (x, y) = spot.point.expect("a point");
    spot.point = Some((x + 160.0, y));
    assert_eq!(misled(&pdf).len(), 1);
    pdf.pages[page - 1].links[3].target = Target::Spot(Spot { page: 2, point: Some((x, 5.0)) });
    pdf.outline[0].spot = None;
    assert_eq!(astray(&pdf).len(), 2);
}

/// The entries of a register on the pages of the registers: what they say, and the number printed.
fn entries() -> Vec<(String, usize)> {
    let pages = pages_of(shipped(), "Register");
    let all: Vec<(String, Spot)> = pages.flat_map(|at| links(&shipped().pages[at - 1])).collect();
    let entry = |pair: &[(String, Spot)]| match pair {
        [(name, spot), (number, same)] => {
            assert_eq!(spot, same, "{name}");
            assert!(shown(shipped(), *spot).is_some_and(|title| super::card_of(&title).is_some()), "{name}");
            (name.clone(), number.parse().unwrap_or_else(|_| panic!("{name}: `{number}` is no page")))
        }
        _ => panic!("an entry has a name and a page: {pair:?}"),
    };
    all.chunks(2).map(entry).collect()
}

/// A name as it is looked up: what it is filed under comes first.
fn looked_up(table: &Rows, row: &[String]) -> String {
    let (label, name) = (table.cell(row, "label"), table.cell(row, "name"));
    match label.strip_suffix(name).map(str::trim) {
        Some(kind) if !kind.is_empty() => format!("{name}, {kind}"),
        _ => label.to_owned(),
    }
}

#[test]
fn registers_print_the_page_of_the_card() {
    let table = Rows::kommunen();
    let cards = cards(shipped());
    let entries = entries();
    assert_eq!(entries.len(), 2 * 104);
    let text = chapter(shipped(), "Register");
    let page_of = |row: &[String]| cards[table.cell(row, "label")].page;
    let (kommunen, heads) = entries.split_at(104);
    let wanted: BTreeSet<(String, usize)> =
        table.rows.iter().map(|row| (looked_up(&table, row), page_of(row))).collect();
    assert_eq!(kommunen.iter().cloned().collect::<BTreeSet<_>>(), wanted);
    let mut left: Vec<&(String, usize)> = heads.iter().collect();
    for row in &table.rows {
        let (label, head) = (table.cell(row, "label"), table.cell(row, "head"));
        // `Haas, Dr. Rainer`: all its words, the family name first.
        let words = |name: &str| name.replace(',', "").split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
        let own = |(name, page): &(String, usize)| words(name) == words(head) && *page == page_of(row);
        let at = left.iter().position(|entry| own(entry)).unwrap_or_else(|| panic!("no entry of {head}, {label}"));
        let (name, _) = left.remove(at);
        let about = format!("{name} ({}, {label})", table.cell(row, "office"));
        assert!(crate::pdf::holds(&text, &about), "{about}");
        let about = format!("{} ({})", looked_up(&table, row), table.cell(row, "state"));
        assert!(crate::pdf::holds(&text, &about), "{about}");
    }
}

#[test]
fn every_card_leads_back_to_its_entry() {
    let table = Rows::kommunen();
    let mut found = 0;
    for (number, page) in numbered(shipped()) {
        for (frame, link) in page.links.iter().flat_map(|link| {
            let frames = pages::frames(page).into_iter().filter(|frame| pages::within(link.areas[0].0, *frame));
            frames.map(move |frame| (frame, link))
        }) {
            let text = page.text_in(&[frame]);
            let row = table.rows.iter().find(|row| text.contains(table.cell(row, "ags"))).expect("a card has its AGS");
            assert_eq!(page.text_in(&link.areas), "Register", "page {number}");
            let Target::Spot(spot) = link.target else { panic!("page {number}: {:?}", link.target) };
            assert_eq!(shown(shipped(), spot), Some(looked_up(&table, row)));
            found += 1;
        }
    }
    assert_eq!(found, 104);
}

#[test]
fn contents_print_the_pages_of_their_headings() {
    let page = &shipped().pages[pages_of(shipped(), "Inhalt").start - 1];
    let mut wanted: Vec<(&str, usize)> = Vec::new();
    for heading in shipped().headings.iter().filter(|heading| heading.level <= 2) {
        wanted.push((&heading.text, heading.page));
    }
    // Headings to read on, not to look up.
    let aside = ["Impressum", "Zu dieser Ausgabe", "Hinweise"].map(|title| pages_of(shipped(), title));
    let inside = |page: &usize| aside.iter().any(|pages| pages.contains(page));
    let chapters: Vec<&str> = super::chapters(shipped());
    wanted.retain(|(title, page)| *title != "Inhalt" && (chapters.contains(title) || !inside(page)));
    let mut found = Vec::new();
    for (text, spot) in links(page) {
        let text = text.replace('\u{2060}', "");
        let (title, number) = text.rsplit_once(' ').unwrap_or_else(|| panic!("`{text}` has no page"));
        assert_eq!(shown(shipped(), spot).as_deref(), Some(title));
        found.push((title.to_owned(), number.parse::<usize>().expect("a page")));
    }
    let wanted: Vec<(String, usize)> = wanted.into_iter().map(|(title, page)| (title.to_owned(), page)).collect();
    assert_eq!(found, wanted);
}

/// The labels that stand in small type on a page, outside of cards and of names (`Eigenbetrieb der Stadt
/// Jena`); and those that are links.
fn in_tables<'l>(page: &Page, labels: &BTreeSet<&'l str>, names: &BTreeSet<&str>) -> (Vec<&'l str>, Vec<&'l str>) {
    let frames = pages::frames(page);
    let small = |run: &&crate::pdf::Run| run.size < 9.0 && !frames.iter().any(|frame| pages::within(run.start, *frame));
    let mut text = String::new();
    for run in content(page).filter(small).filter(|run| !names.contains(run.text.as_str())) {
        text.push_str(&run.text);
        // Whether a word goes on decides what comes before it.
        text.push('\n');
    }
    let linked = links(page).filter_map(|(text, _)| labels.get(text.as_str()).copied()).collect();
    (labels_in(&text, labels), linked)
}

#[test]
fn every_kommune_in_a_table_is_a_link() {
    let table = Rows::kommunen();
    let labels: BTreeSet<&str> = table.rows.iter().map(|row| table.cell(row, "label")).collect();
    let names: BTreeSet<&str> = table.rows.iter().map(|row| table.cell(row, "organisation")).collect();
    let sorted = |mut labels: Vec<&'_ str>| {
        labels.sort_unstable();
        labels.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let registers = pages_of(shipped(), "Register");
    let mut by_chapter: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, page) in numbered(shipped()).filter(|(number, _)| !registers.contains(number)) {
        let (named, linked) = in_tables(page, &labels, &names);
        assert_eq!(sorted(named.clone()), sorted(linked), "page {number}");
        let chapter = shipped().headings.iter().rfind(|h| h.level == 1 && h.page <= number);
        *by_chapter.entry(chapter.map_or("", |heading| heading.text.as_str())).or_default() += named.len();
    }
    by_chapter.retain(|_, count| *count > 0);
    let laender: BTreeSet<&str> = table.rows.iter().map(|row| table.cell(row, "state")).collect();
    let known = table.rows.iter().filter(|row| !table.cell(row, "elected_until").is_empty()).count();
    let wanted = BTreeMap::from([
        ("Ranglisten", 20 * indicators().len()),
        ("Die Kommunen nach Ländern", 2 * indicators().len() * laender.len()),
        ("Alle Kommunen", table.rows.len()),
        ("Ämter und Organisation", known),
        ("Aus der Praxis", 17 + 1),
        // What was printed otherwise: two places in rankings, two facts of practice examples.
        ("Methodik", 2 + 2),
    ]);
    assert_eq!(by_chapter, wanted);
}

/// The notes on plausibility name Kommunen that were printed otherwise, and where a value contradicts two others:
/// here one does.
#[test]
fn a_kommune_in_the_notes_is_a_link() {
    let changed = Changed::without(&["laender_gedruckt.csv"]);
    changed.change("kommunen.csv", |text| {
        let mut table = Rows::parse(text);
        table.set("08118", "density_per_km2", "878");
        table.csv()
    });
    let pdf = changed.build(&[]);
    none(&[astray(&pdf), misled(&pdf)].concat());
    let pages = pages_of(&pdf, "Methodik");
    let linked: Vec<String> = pages.flat_map(|at| links(&pdf.pages[at - 1])).map(|(text, _)| text).collect();
    let printed = ["Stadt Offenbach", "Landkreis Günzburg", "Kreis Nordfriesland", "Landkreis Meißen"];
    assert_eq!(linked, [&printed[..], &["Landkreis Ludwigsburg"]].concat());
    let row = "Landkreis Ludwigsburg Bevölkerungsdichte 878 EW/km² 778 EW/km²";
    assert!(crate::pdf::holds(&chapter(&pdf, "Methodik"), row), "{row}");
}
