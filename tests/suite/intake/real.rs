//! Files nobody here wrote: the list of all Kreise as a package has it, and as the Statistisches Bundesamt publishes it.

use crate::intake::cell;
use crate::sandbox::{Sandbox, project};

const CSV: &str = "tests/data/landkreise-deutschland/districts.csv";
const XLSX: &str = "tests/data/landkreise-deutschland/04-kreise.xlsx";
const TABLE: &str = "with/data/2018/kommunen.csv";

fn imported(file: &str, more: &[&str]) -> (Sandbox, crate::sandbox::Ran) {
    let sandbox = Sandbox::new();
    sandbox.write("with/data/README.md", "A project.");
    let file = project().join(file);
    let file = file.to_str().expect("a path in UTF-8");
    let ran =
        sandbox.run(&[&["import", file, "--with", "with", "--edition", "2018", "--stand", "2018-12"], more].concat());
    ran.must_succeed();
    (sandbox, ran)
}

#[test]
fn the_list_of_all_kreise_becomes_an_edition_and_sheets() {
    let (sandbox, ran) = imported(CSV, &["--base", "none"]);
    for said in [
        "UTF-8, separated by semicolons, header in line 1",
        "edition 2018: new, beginning with nothing",
        "edition.toml says (read it again):\n  group = \"Kommunen\"\n  subtitle = \"Steckbriefe und Strukturdaten\"",
        "taken: 401 Kommunen, 6 columns",
        "`population_per_km2` -> density_per_km2 (by its name)",
        "`NUTS3`: no column of ours is near",
        "`population_male`: may be population",
        "01051 Kreis Dithmarschen (called so from name and type)",
        "not delivered, printed as not known: sgb2_quote, alo_sgb2, alo_sgb3",
        "edition has 401 rows; checked, 3 warnings",
    ] {
        ran.stdout_contains(said);
    }
    assert_eq!(sandbox.text(TABLE).lines().count(), 402);
    assert_eq!(cell(&sandbox, TABLE, "01002", "label"), "Stadt Kiel");
    assert_eq!(cell(&sandbox, TABLE, "03241", "label"), "Region Hannover");
    assert_eq!(cell(&sandbox, TABLE, "05382", "label"), "Rhein-Sieg-Kreis");
    assert_eq!(cell(&sandbox, TABLE, "08221", "type"), "kreisfreie_stadt");
    assert_eq!(cell(&sandbox, TABLE, "01051", "area_km2"), "1428.17");
    assert_eq!(cell(&sandbox, TABLE, "01051", "sgb2_quote"), "");
    sandbox
        .run(&["check", "--with", "with"])
        .must_succeed()
        .stderr_contains("401 Kommunen checked")
        .stderr_contains("warning[KB159]: with/data/2018/edition.toml: no Kommune has a value of sgb2_quote");
    sandbox.run(&["build", "--with", "with", "--kommune", "05382", "--kommune", "01001"]).must_succeed();
    let sheet = crate::pdf::Pdf::read(&sandbox.bytes("out/2018/steckbriefe/05382-rhein-sieg-kreis.pdf")).text();
    assert!(sheet.contains("599.780") && sheet.contains("ist nicht bekannt"), "{sheet}");
    sandbox.run(&["build", "--with", "with", "--only", "ranglisten,laender"]).must_succeed();
}

#[test]
fn the_workbook_of_the_office_says_the_same() {
    let (of_office, ran) = imported(XLSX, &["--base", "none"]);
    for said in [
        "sheet `Kreisfreie Städte u. Landkreise`, header in Kreisfreie Städte u. Landkreise!4",
        "`Schlüssel-nummer` -> ags",
        "`Bevölkerung²⁾ insgesamt` -> population",
        "`Bevölkerung²⁾ je km²` -> density_per_km2",
        "`Fläche in km²` -> area_km2",
        "`Bevölkerung²⁾ männlich`: may be population",
        "031 is the key of a Land or a region",
        "no AGS: `Insgesamt`",
        "`Deckblatt`: no table of Kommunen",
    ] {
        ran.stdout_contains(said);
    }
    let (of_package, _) = imported(CSV, &["--base", "none"]);
    assert!(of_office.text(TABLE) == of_package.text(TABLE), "two files of one source");
}

#[test]
fn a_new_edition_begins_with_the_names_and_offices_of_the_one_before() {
    let (sandbox, ran) = imported(CSV, &[]);
    for said in [
        "edition 2018: new, beginning with the names and offices of 2017",
        "columns carried over from 2017, perhaps outdated: 11",
        "  head: 104 cells",
        "new Kommunen: 297",
    ] {
        ran.stdout_contains(said);
    }
    // Names as the edition before has them, values as the file has them, none of the old ones.
    assert_eq!(cell(&sandbox, TABLE, "08426", "head"), "Dr. Heiko Schmid");
    assert_eq!(cell(&sandbox, TABLE, "08426", "label"), "Landkreis Biberach");
    assert_eq!(cell(&sandbox, TABLE, "08426", "population"), "199742");
    assert_eq!(cell(&sandbox, TABLE, "08426", "sgb2_quote"), "");
    let settings = sandbox.text("with/data/2018/edition.toml");
    for said in [
        "former = \"2017\"",
        "stand = \"2018-12\" ",
        "Gelieferte Tabelle districts.csv.",
        "key = \"2017-brochure-2017\"",
    ] {
        assert!(settings.contains(said), "{said}: {settings}");
    }
    assert!(
        sandbox
            .text("with/data/2018/mapping.toml")
            .contains("header = \"population_per_km2\"\nkey = \"density_per_km2\"")
    );
}
