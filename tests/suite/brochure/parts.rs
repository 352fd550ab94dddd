//! The edition decides on the parts, and what it does not have leaves no trace.

use super::{Changed, chapter, chapters, none, numbered, shipped, without_kennung};
use crate::pdf::Pdf;
use crate::sandbox::whole;

#[test]
fn parts_are_printed_in_the_order_listed() {
    let listed = ["umschlag", "register", "hinweise", "laender", "tabelle", "inhalt"];
    let pdf = Changed::with_parts(&listed).sound();
    assert_eq!(
        chapters(&pdf),
        ["Register", "Hinweise", "Die Kommunen nach Ländern", "Alle Kommunen", "Inhalt"],
        "these, in this order, and no other"
    );
}

#[test]
fn without_cards_nothing_links_to_them() {
    let parts =
        ["umschlag", "inhalt", "einwohner", "praxis", "ranglisten", "tabelle", "aemter", "methodik", "register"];
    let pdf = Changed::with_parts(&parts).sound();
    assert!(super::cards(&pdf).is_empty());
    assert!(pdf.contains("Biberach, Landkreis (Baden-Württemberg)"), "the register names who has no card");
    let contents = pdf.headings.iter().find(|heading| heading.text == "Inhalt").expect("contents").page;
    let linking: Vec<usize> = numbered(&pdf).filter(|(_, page)| !page.links.is_empty()).map(|(at, _)| at).collect();
    assert_eq!(linking, [contents]);
}

#[test]
fn without_a_register_no_card_links_to_it() {
    let pdf = Changed::with_parts(&["umschlag", "inhalt", "laender"]).sound();
    assert_eq!(super::cards(&pdf).len(), 104);
    assert!(!pdf.contains("Register"));
}

#[test]
fn without_a_cover_the_first_page_has_a_foot() {
    let pdf = Changed::with_parts(&["inhalt", "methodik"]).build(&[]);
    for (number, page) in numbered(&pdf) {
        assert!(page.contains(&format!("Seite {number} von {}", pdf.pages.len())), "page {number}");
        assert!(page.contains("Kennung: "), "page {number}");
    }
}

#[test]
fn an_own_part_is_a_template() {
    let changed = Changed::with_parts(&["umschlag", "gruss", "inhalt"]);
    let text = "= Ein Gruß\n\n{{document.title}} grüßt alle {{num document.total}} {{document.group}}.\n";
    changed.0.write("with/templates/brochure/gruss.typ.hbs", text);
    let pdf = changed.sound();
    assert_eq!(chapters(&pdf), ["Ein Gruß", "Inhalt"]);
    assert!(pdf.pages[1].contains("Kommunale Jobcenter im Vergleich grüßt alle 104 Optionskommunen."));
}

#[test]
fn parts_that_are_not_there_or_there_twice_are_refused() {
    let changed = Changed::with_parts(&["umschlag", "registr"]);
    let refused = |parts: &[&str]| {
        changed.list(parts);
        let ran = changed.run(&[]);
        ran.must_fail(1).stderr_contains("error[KB135]").stderr_contains("with/data/2099/edition.toml:");
        assert_eq!(changed.0.files("out"), Vec::<String>::new());
        ran
    };
    let said = refused(&["umschlag", "registr"]);
    said.stderr_contains("`registr`").stderr_contains("did you mean `register`?").stderr_contains("NAME.typ.hbs");
    refused(&["inhalt", "umschlag", "inhalt"]).stderr_contains("`inhalt` of the brochure is listed twice");
}

/// The order of parts an edition need not list is the one the shipped edition lists.
#[test]
fn an_edition_without_a_list_has_all_parts() {
    let changed = Changed::without(&[]);
    changed.change("edition.toml", |text| text.split_once("\n# The parts").expect("a list").0.to_owned());
    let pdf = changed.build(&[]);
    let text = without_kennung(&pdf, &changed.0, Changed::KEY).replace(Changed::KEY, "2017");
    assert!(text == without_kennung(shipped(), whole(), "2017"), "{:#?}", chapters(&pdf));
}

#[test]
fn no_practice_no_chapter() {
    let pdf = Changed::without(&["praxis.toml"]).sound();
    assert!(!pdf.contains("Aus der Praxis") && !pdf.contains("Beispiele aus der Praxis"));
    assert_eq!(chapters(&pdf).len(), chapters(shipped()).len() - 1);
}

#[test]
fn no_printed_totals_no_deviations() {
    let pdf = Changed::without(&["laender_gedruckt.csv"]).sound();
    let methods = chapter(&pdf, "Methodik");
    assert!(crate::pdf::holds(&methods, "gehören nicht zu dieser Ausgabe."));
    assert!(!crate::pdf::holds(&methods, "Differenz"));
    assert_eq!(chapters(&pdf), chapters(shipped()));
}

#[test]
fn no_key_figures_no_comparison_and_no_tasks() {
    let pdf = Changed::without(&["eckwerte.toml"]).sound();
    for gone in ["Was ein Jobcenter verbinden kann", "Arbeitslose im SGB II im Bund", "Weitere Eckwerte"] {
        assert!(!pdf.contains(gone), "{gone}");
    }
    assert_eq!(chapters(&pdf).len(), chapters(shipped()).len() - 1);
}

#[test]
fn the_table_alone_makes_a_brochure() {
    let files = ["praxis.toml", "vorwort.md", "laender_gedruckt.csv", "eckwerte.toml", "ranglisten_gedruckt.csv"];
    let changed = Changed::without(&files);
    assert_eq!(changed.0.files("with"), ["data/2099/edition.toml", "data/2099/kommunen.csv"]);
    let pdf = changed.sound();
    assert_eq!(chapters(&pdf).len(), chapters(shipped()).len() - 2);
    assert_eq!(super::cards(&pdf).len(), 104);
}

#[test]
fn a_land_without_kommunen_has_no_chapter() {
    let changed = Changed::without(&[]);
    for file in ["kommunen.csv", "laender_gedruckt.csv"] {
        changed.keep(file, |table, row| table.cell(row, "state") != "Thüringen");
    }
    let pdf = changed.sound();
    assert_eq!(super::cards(&pdf).len(), 100);
    assert!(!pdf.contains("Thüringen"));
    assert!(pdf.contains("Die 100 Optionskommunen liegen in zwölf Ländern."));
}

/// What a brochure of one Kommune says, in which nothing can be compared.
fn of_one(ags: &str) -> Pdf {
    let changed = Changed::without(&["praxis.toml", "laender_gedruckt.csv"]);
    changed.keep("kommunen.csv", |table, row| table.cell(row, "ags") == ags);
    changed.sound()
}

#[test]
fn one_kommune_makes_a_brochure() {
    for (ags, label) in [("08426", "Landkreis Biberach"), ("08111", "Stadt Stuttgart")] {
        let pdf = of_one(ags);
        assert_eq!(super::cards(&pdf).keys().collect::<Vec<_>>(), [&label]);
        let plural = ["Die 1 Optionskommunen", "Alle sind", "1 Ländern"];
        none(&plural.iter().filter(|words| pdf.contains(words)).map(|words| (*words).to_owned()).collect::<Vec<_>>());
    }
}

/// `1 sind kreisfreie Städte` would be wrong.
#[test]
fn one_of_a_kind_is_singular() {
    for (gone, said) in [
        ("landkreis", "1 von ihnen ist ein Landkreis oder Kreis, 15 sind kreisfreie Städte."),
        ("kreisfreie_stadt", "89 von ihnen sind Landkreise oder Kreise, 1 ist eine kreisfreie Stadt."),
    ] {
        let changed = Changed::without(&["praxis.toml", "laender_gedruckt.csv"]);
        changed.list(&["ueberblick"]);
        changed.keep("kommunen.csv", |table, row| {
            ["08426", "08111"].contains(&table.cell(row, "ags")) || table.cell(row, "type") != gone
        });
        assert!(changed.build(&[]).contains(said), "{said}");
    }
}
