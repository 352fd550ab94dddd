//! An indicator is data: two of them, made of columns and entries alone, stand wherever any indicator stands.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pdf::Pdf;
use crate::rows::Rows;
use crate::sandbox::{Sandbox, text_of};

const TABLE: &str = "with/data/2031/kommunen.csv";

/// A rate with a map and the headline, and a ratio of a new sum by the inhabitants with an axis of its own.
const ENTRIES: &str = r#"
[[indicator]]
key = "kita_quote"
label = "Betreuungsquote der unter Dreijährigen"
short = "Kita-Quote"
unit = "%"
decimals = 1
definition = "Anteil der betreuten Kinder unter drei Jahren."
source = "kita"
polarity = "higher_is_better"
aggregate = { weighted_mean = "population" }
range = [0, 100]
map = true
headline = { gender = "feminine", high = "hoch", low = "niedrig" }
highest = "Wo die meisten Kinder betreut werden"
lowest = "Wo die wenigsten Kinder betreut werden"

[[indicator]]
key = "aerzte"
label = "Ärztinnen und Ärzte"
short = "Ärzte"
decimals = 0
definition = "Niedergelassene Ärztinnen und Ärzte."
source = "kita"
polarity = "higher_is_better"
aggregate = "sum"
highest = "Wo die meisten Ärztinnen und Ärzte arbeiten"
lowest = "Wo die wenigsten Ärztinnen und Ärzte arbeiten"

[[indicator]]
key = "arztdichte"
label = "Ärztinnen und Ärzte je Person"
short = "Arztdichte"
unit = "je EW"
decimals = 4
definition = "Ärztinnen und Ärzte durch Einwohnerinnen und Einwohner."
source = "kita"
polarity = "higher_is_better"
aggregate = { ratio = ["aerzte", "population"] }
chart = { min = 0, max = 0.01, step = 0.005 }
highest = "Die höchsten Arztdichten"
lowest = "Die niedrigsten Arztdichten"
"#;

/// Einsand, Altmoor, Neumoor, the longest, Lückow, Großweißenstein.
const KITA: [&str; 6] = ["12.5", "33.3", "28.0", "40.2", "", "51.0"];
const AERZTE: [&str; 6] = ["0", "240", "120", "500", "", "322"];
const DICHTE: [&str; 6] = ["0", "0.0020", "0.0015", "0.0020", "", "0.0025"];

fn measured() -> Sandbox {
    let sandbox = Sandbox::with_six();
    // In front: the first with words is the one headlines are about.
    let shipped = text_of("data/indicators.toml");
    let first = shipped.find("\n[[indicator]]").expect("an entry");
    sandbox.write("with/data/indicators.toml", format!("{}{ENTRIES}\n{}", &shipped[..first], &shipped[first..]));
    let edition = sandbox.text("with/data/2031/edition.toml");
    let source =
        "\n[[source]]\nkey = \"kita\"\nshort = \"Kita\"\ncitation = \"Amt für Zahlen: Kitas und Praxen, 2031.\"\n";
    sandbox.write("with/data/2031/edition.toml", edition + source);
    let mut table = Rows::parse(&sandbox.text(TABLE));
    table.add_column("kita_quote", |at| KITA[at].to_owned());
    table.add_column("aerzte", |at| AERZTE[at].to_owned());
    table.add_column("arztdichte", |at| DICHTE[at].to_owned());
    // With nine indicators and two axes the page has no room for the longest name there may be.
    for (column, text) in [("name", "Hinterwald"), ("label", "Landkreis Hinterwald"), ("jobcenter", "")] {
        table.set("08901", column, text);
    }
    sandbox.write(TABLE, table.csv());
    sandbox
}

fn must_hold(pdf: &Pdf, what: &str, parts: &[&str]) {
    for part in parts {
        assert!(pdf.contains(part), "{what} lacks `{part}`: {}", pdf.text());
    }
}

#[test]
fn new_indicators_stand_on_every_document() {
    let sandbox = measured();
    sandbox.run(&["build", "--with", "with", "--profile", "daten"]).must_succeed();
    sandbox.run(&["verify", "--with", "with"]).must_succeed().stderr_contains("nothing deviates");
    let read = |path: &str| Pdf::read(&sandbox.bytes(&format!("out/2031/{path}")));
    let sheet = read("steckbriefe/03901-landkreis-altmoor.pdf");
    assert_eq!(sheet.pages.len(), 1);
    must_hold(
        &sheet,
        "the sheet",
        &[
            // 51.0, 40.2, 33.3: the third of five. (33.3 · 120 000 + 28.0 · 80 000) / 200 000 = 31.18.
            "Kita-Quote, % 33,3 3 von 5",
            "31,2",
            // A tie with the longest label: 500 / 250 025 is 0.0020, too.
            "Arztdichte, je EW 0,0020 2 von 5",
            "Mit einer Betreuungsquote der unter Dreijährigen von 33,3 %",
            "Kennzahlen im Bild",
            "Anteil der betreuten Kinder unter drei Jahren.",
            "Amt für Zahlen: Kitas und Praxen, 2031.",
        ],
    );
    must_hold(
        &read("ranglisten.pdf"),
        "ranglisten.pdf",
        &[
            "Wo die meisten Kinder betreut werden",
            "1 Stadt Großweißenstein Sachsen 51,0 %",
            "Wo die wenigsten Ärztinnen und Ärzte arbeiten",
            "Die höchsten Arztdichten",
        ],
    );
    must_hold(
        &read("laender.pdf"),
        "laender.pdf",
        &[
            "Kita-Quote, SGB II-Quote, Alo-SGB II, Alo-SGB III: Mittel, gewichtet mit „Einwohner“",
            "Arztdichte: Summe Ärzte durch Summe Einwohner",
            "Betreuungsquote der unter Dreijährigen, %",
            // 360 / 200 000.
            "0,0018",
        ],
    );
    let brochure = read("broschuere.pdf");
    must_hold(
        &brochure,
        "the brochure",
        &[
            // The legend of the map, the card, the full table, the methodology.
            "Kita-Quote in %, niedrigster und höchster Wert der Klasse",
            "Kita-Quote 33,3 %",
            "Landkreis Altmoor Niedersachsen 33,3 240 0,0020 120.000",
            "Summe (Ärztinnen und Ärzte) geteilt durch Summe (Einwohnerinnen und Einwohner)",
            "Mittel der Kommunen, gewichtet nach: Einwohnerinnen und Einwohner",
            "Amt für Zahlen: Kitas und Praxen, 2031.",
        ],
    );
    let titles = brochure.outline_titles();
    assert!(titles.iter().any(|title| title.contains("Betreuungsquote der unter Dreijährigen")), "{titles:?}");
    let catalogue = sandbox.text("out/2031/index.html");
    for part in ["Kita-Quote", "Arztdichte", "33,3", "0,0020"] {
        assert!(catalogue.contains(part), "{part}");
    }
    let carried: BTreeMap<String, Vec<u8>> =
        kreisblatt::internals::read(&sandbox.bytes("out/2031/steckbriefe/03901-landkreis-altmoor.pdf"))
            .expect("a PDF")
            .attachments
            .into_iter()
            .collect();
    let csv = carried.iter().find(|(name, _)| name.ends_with(".csv")).expect("a table").1;
    let csv = Rows::parse(std::str::from_utf8(csv).expect("UTF-8"));
    let row = csv.rows.iter().find(|row| csv.cell(row, "indicator") == "kita_quote").expect("a row");
    for (column, value) in [
        ("value", "33.3"),
        ("rank", "3"),
        ("of", "5"),
        ("land_mean", "31.2"),
        ("source", "Amt für Zahlen: Kitas und Praxen, 2031."),
    ] {
        assert_eq!(csv.cell(row, column), value, "{column}");
    }
}

#[test]
fn new_indicators_stand_in_every_table() {
    let sandbox = measured();
    let json = |args: &[&str]| -> Vec<Value> {
        let ran = sandbox.run(&[args, &["--with", "with", "--format", "json"]].concat());
        ran.must_succeed().json().as_array().expect("an array").clone()
    };
    let of = |rows: &[Value], key: &str, value: &str| rows.iter().find(|row| row[key] == value).expect("a row").clone();
    let listed = of(&json(&["list"]), "ags", "03901");
    assert_eq!(
        (&listed["kita_quote"], &listed["aerzte"], &listed["arztdichte"]),
        (&"33.3".into(), &240.into(), &"0.0020".into())
    );
    let first = &json(&["rank", "--by", "aerzte", "--top", "1"])[0];
    assert_eq!((&first["ags"], &first["value"]), (&"08901".into(), &"500".into()));
    let land = of(&json(&["states"]), "state", "Niedersachsen");
    assert_eq!(
        (&land["kita_quote"], &land["aerzte"], &land["arztdichte"]),
        (&"31.2".into(), &360.into(), &"0.0018".into())
    );
    assert_eq!(json(&["list", "--where", "kita_quote > 35"]).len(), 2);
    sandbox.run(&["build", "--with", "with", "--only", "ranglisten,laender"]).must_succeed();
    let rankings = sandbox.text("out/2031/ranglisten.csv");
    assert!(rankings.contains("kita_quote,highest,1,14901,Stadt Großweißenstein,Sachsen,51.0,%"), "{rankings}");
    assert!(sandbox.text("out/2031/laender.csv").lines().next().is_some_and(|head| head.contains(",arztdichte,")));
    sandbox
        .run(&["explain", "Altmoor", "Arztdichte", "--with", "with"])
        .must_succeed()
        .stdout_contains("240 / 120000 = 0,0020")
        .stdout_contains("Amt für Zahlen: Kitas und Praxen, 2031.");
}
