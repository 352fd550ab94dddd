//! An edition with other key figures, other themes and other printed lists: described by data alone, checked and printed.

use crate::pdf::Pdf;
use crate::sandbox::Sandbox;

const FIGURES: &str = "\
[statistik]
werkstaetten = 5
laender = 5
flaeche_tsd = 4.6
geringverdiener_tsd = 31.2
quote_alo_sgb2 = 3.2
quote_alo_sgb3 = 9.9
besuche_2020 = 100
besuche_2025 = 90
besuche_2030 = 112

[statistik.umsatz]
eigene = 12.5
uebrige = 9.5
abstand = -2
";

const DESCRIPTION: &str = r#"
[[key_figure]]
path = "statistik.werkstaetten"
label = "Werkstätten, die allen offenstehen"
rows = { count = "kommunen" }

[[key_figure]]
path = "statistik.laender"
label = "Länder mit Werkstatt"
rows = { count = "laender", without = ["Berlin"] }

[[key_figure]]
path = "statistik.flaeche_tsd"
label = "Einzugsgebiet"
unit = "Tsd. km²"
rows = { sum = "area_km2", per = 1000 }

[[key_figure]]
path = "statistik.geringverdiener_tsd"
unit = "Tsd."
short = "Besuchsberechtigte"
rows = { share = "sgb2_quote", of = "population", per = 1000 }

[[key_figure]]
path = "statistik.quote_{key}"
rows = { mean = "{key}" }

[[comparison]]
title = "Vergleich mit den übrigen Kreisen"
intro = "Die übrigen Kreise haben keine eigene Werkstatt."
note = "Beide Werte nennt die Werkstattstatistik."
others = "übrige Kreise"
of_others = "jenem der übrigen Kreise"
unit = "€"
distance = { path = "statistik.umsatz.abstand", subject = "der Umsatz je Stunde" }

[[comparison.pairs]]
label = "Umsatz je Besuch"
subject = "Der Umsatz je Besuch"
further = "der je Werkstatt"
own = "statistik.umsatz.eigene"
other = "statistik.umsatz.uebrige"

[[trend]]
title = "Besuche im Land"
path = "statistik.besuche_{year}"
measured = "Besuche in Werkstätten"
subject = "ihre Zahl"
unit = "Tsd."
note = "Jahressummen der Werkstattstatistik."
"#;

const THEMES: &str = r#"
[[theme]]
key = "hallen"
title = "Hallen und Höfe"

[[theme]]
key = "gaerten"
title = "Gärten für alle"
"#;

const PRACTICE: &str = r#"
[[praxis]]
ags = "03901"
kommune = "Landkreis Altmoor"
thema = "gaerten"
titel = "Ein Garten im Moor"
kurz = "Torf bleibt, wo er ist."

[[praxis]]
ags = "14901"
kommune = "Stadt Großweißenstein"
thema = "hallen"
titel = "Eine Halle für alle"
kurz = "Wer bauen will, findet Platz."
"#;

const LIST_NAMES: &str = r#"
[[ending]]
name = "oben"
end = "highest"

[[list]]
name = "flaechenzwerge"
indicator = "area_km2"
end = "lowest"
"#;

const LISTS: &str = "\
list,position,label_as_printed,value_as_printed
flaechenzwerge,1,Insel Einsand,\"0,05 km²\"
flaechenzwerge,2,Landkreis Neumoor,\"800,50 km²\"
sgb2_quote_oben,1,Stadt Großweißenstein,\"12,1 %\"
einwohnerstaerkste,1,Landkreis Altmoor,120.000
";

/// The six Kommunen without the one of which nothing is known, with key figures, themes and lists of another subject.
fn workshops() -> Sandbox {
    let sandbox = Sandbox::with_six();
    let edition = |name: &str| format!("with/data/2031/{name}");
    let table = sandbox.text(&edition("kommunen.csv"));
    let known: Vec<&str> = table.lines().filter(|line| !line.starts_with("12901")).collect();
    sandbox.write(&edition("kommunen.csv"), known.join("\n") + "\n");
    let parts = "\n[brochure]\nparts = [\"umschlag\", \"ueberblick\", \"praxis\", \"laender\", \"methodik\"]\n";
    let settings = sandbox.text(&edition("edition.toml")) + parts;
    sandbox.write(&edition("edition.toml"), settings);
    for (name, text) in [
        ("eckwerte.toml", FIGURES),
        ("key_figures.toml", DESCRIPTION),
        ("themes.toml", THEMES),
        ("praxis.toml", PRACTICE),
        ("printed_lists.toml", LIST_NAMES),
        ("ranglisten_gedruckt.csv", LISTS),
    ] {
        sandbox.write(&edition(name), text);
    }
    sandbox
}

#[test]
fn other_key_figures_themes_and_lists_are_printed() {
    let sandbox = workshops();
    sandbox.run(&["build", "--with", "with", "--edition", "2031", "--only", "broschuere"]).must_succeed();
    let pdf = Pdf::read(&sandbox.bytes("out/2031/broschuere.pdf"));
    for part in [
        "Vergleich mit den übrigen Kreisen",
        "Die übrigen Kreise haben keine eigene Werkstatt. Der Umsatz je Besuch der Testkommunen liegt um \
         3,0\u{a0}€ über jenem der übrigen Kreise.",
        "Beide Werte nennt die Werkstattstatistik. Nach Angabe der Quelle liegt der Umsatz je Stunde der Testkommunen \
         um rund 2\u{a0}€ unter jenem der übrigen Kreise.",
        "Besuche im Land",
        "Von 2020 bis 2030 ist ihre Zahl um 12\u{a0}Tsd. gestiegen, das sind 12\u{a0}%.",
        "Jahressummen der Werkstattstatistik.",
        "Werkstätten, die allen offenstehen 5",
        "Länder mit Werkstatt 5",
        "Einzugsgebiet 4,6\u{a0}Tsd. km²",
        "Länder mit Werkstatt Anzahl 5 4",
        "Besuchsberechtigte Summe 31,2\u{a0}Tsd. 31,1\u{a0}Tsd.",
        "Arbeitslosenquote im SGB III Mittel nach Einwohnern 9,9\u{a0}% 2,1\u{a0}%",
        "Stadt Großweißenstein: Wert 12,1\u{a0}% 12,0\u{a0}%",
    ] {
        assert!(pdf.contains(part), "not in the brochure: {part}");
    }
    let headings: Vec<&str> = pdf.headings.iter().map(|heading| heading.text.as_str()).collect();
    let position = |text: &str| headings.iter().position(|heading| heading.contains(text));
    assert!(
        position("Hallen und Höfe") < position("Gärten für alle"),
        "themes in the order of their file: {headings:?}"
    );
    assert!(position("Hallen und Höfe").is_some(), "{headings:?}");
    for other in ["gemeinsame", "Bundesagentur", "Arbeitslose im SGB II im Bund", "Jahresdurchschnitt", "Jugend und"] {
        assert!(!pdf.contains(other), "of the edition 2017, and in this brochure: {other}");
    }
}

#[test]
fn other_key_figures_and_lists_are_compared_with_the_rows() {
    let ran = workshops().run(&["check", "--with", "with", "--edition", "2031"]);
    for message in [
        "eckwerte.toml:3:11: statistik.laender is printed as 5, the rows make 4 (difference 1)",
        "it is the number of Länder with Kommunen without Berlin",
        "statistik.geringverdiener_tsd is printed as 31.2, the rows make 31.1 (difference 0.1)",
        "statistik.quote_alo_sgb3 is printed as 9.9, the rows make 2.1 (difference 7.8)",
        "Landkreis Neumoor does not belong in flaechenzwerge of 2 ranks, the rows make it rank 3",
        "Stadt Großweißenstein is missing from flaechenzwerge, the rows make it rank 2",
        "the printed sgb2_quote of Stadt Großweißenstein in sgb2_quote_oben is 12.1, the row makes 12.0",
        "the printed ranking `einwohnerstaerkste` is of no indicator and not compared",
        "a list is called KEY_oben; known are: ",
    ] {
        ran.stderr_contains(message);
    }
    ran.must_succeed();
    assert_eq!(ran.stderr().matches("warning[KB144]").count(), 3, "{}", ran.stderr());
}
