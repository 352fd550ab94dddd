//! `dcat-ap-de.jsonld`: what DCAT-AP.de asks of a catalogue, a dataset and its distributions; the files as they are;
//! and nothing the edition does not say.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rows::Rows;
use crate::sandbox::{Sandbox, draft, six, whole};

const FILE: &str = "dcat-ap-de.jsonld";

fn read(sandbox: &Sandbox, folder: &str) -> Value {
    serde_json::from_str(&sandbox.text(&format!("{folder}/{FILE}"))).expect("JSON")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is a list"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text"))
}

fn distributions(catalogue: &Value) -> &Vec<Value> {
    list(&catalogue["dcat:dataset"]["dcat:distribution"])
}

/// Every name in it has a prefix of its context; every address is whole, or that of a file beside it.
fn sound(value: &Value, context: &Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
                let prefix = name.split_once(':').map(|(prefix, _)| prefix);
                assert!(name.starts_with('@') || prefix.is_some_and(|prefix| context[prefix].is_string()), "{name}");
                if name == "@type" {
                    let (prefix, _) = text(value).split_once(':').expect("a prefix");
                    assert!(context[prefix].is_string(), "{value}");
                }
                if name == "@id" {
                    let address = text(value);
                    let sign = |c: char| c.is_ascii_alphanumeric() || "-._~:/#@%".contains(c);
                    assert!(!address.is_empty() && address.chars().all(sign), "{address}");
                }
                assert!(!value.is_null(), "{name}: what is not known is left out");
                sound(value, context);
            }
        }
        Value::Array(values) => {
            assert!(!values.is_empty(), "an empty list says nothing");
            values.iter().for_each(|value| sound(value, context));
        }
        _ => {}
    }
}

#[test]
fn catalogue_dataset_and_distributions_have_what_they_must() {
    for (sandbox, folder) in [(whole(), "out/2017"), (six(), "out/2031")] {
        let catalogue = read(sandbox, folder);
        sound(&catalogue, &catalogue["@context"]);
        // Pflicht and Empfohlen in DCAT-AP.de 2.0, as far as an edition knows of it.
        assert_eq!(catalogue["@type"], "dcat:Catalog");
        for name in ["dct:title", "dct:description", "dct:language", "foaf:homepage", "dcat:themeTaxonomy"] {
            assert!(!catalogue[name].is_null(), "{name}");
        }
        let publisher = &catalogue["dct:publisher"];
        assert_eq!(publisher["@type"], "foaf:Agent");
        assert!(!text(&publisher["foaf:name"]).is_empty());
        let dataset = &catalogue["dcat:dataset"];
        assert_eq!(dataset["@type"], "dcat:Dataset");
        assert_eq!(dataset["dct:publisher"]["@id"], publisher["@id"]);
        for name in ["dct:title", "dct:description", "dcat:keyword", "dct:temporal", "dct:spatial", "dct:provenance"] {
            assert!(!dataset[name].is_null(), "{name}");
        }
        for one in distributions(&catalogue) {
            assert_eq!(one["@type"], "dcat:Distribution");
            for name in
                ["dcat:accessURL", "dcat:downloadURL", "dct:title", "dct:format", "dcat:mediaType", "dct:language"]
            {
                assert!(!one[name].is_null(), "{name}: {one}");
            }
        }
        // The vocabulary stands in the file: nobody needs to fetch one.
        let addresses = catalogue["@context"].as_object().expect("prefixes").values();
        assert!(addresses.into_iter().all(|address| text(address).starts_with("http")));
    }
}

#[test]
fn the_dataset_is_about_the_kommunen_of_the_edition() {
    let dataset = &read(whole(), "out/2017")["dcat:dataset"];
    let table = Rows::kommunen();
    let wanted: BTreeSet<String> = table
        .rows
        .iter()
        .map(|row| format!("http://dcat-ap.de/def/politicalGeocoding/districtKey/{}", table.cell(row, "ags")))
        .collect();
    let districts = list(&dataset["dcatde:politicalGeocodingURI"]);
    assert_eq!(districts.len(), 104);
    assert_eq!(districts.iter().map(|one| text(&one["@id"]).to_owned()).collect::<BTreeSet<_>>(), wanted);
    let level = "http://dcat-ap.de/def/politicalGeocoding/Level/administrativeDistrict";
    assert_eq!(dataset["dcatde:politicalGeocodingLevelURI"]["@id"], level);
    // A month is a month, not its first day.
    assert_eq!(dataset["dct:modified"], json!({"@type": "xsd:gYearMonth", "@value": "2017-06"}));
    let period = &dataset["dct:temporal"];
    assert_eq!(
        (&period["dcat:startDate"]["@value"], &period["dcat:endDate"]["@value"]),
        (&json!("2017-06-01"), &json!("2017-06-30"))
    );
    let day = &read(six(), "out/2031")["dcat:dataset"];
    assert_eq!(day["dct:modified"], json!({"@type": "xsd:date", "@value": "2031-02-28"}));
    assert_eq!(day["dct:temporal"]["dcat:startDate"], day["dct:temporal"]["dcat:endDate"]);
    let description = text(&dataset["dct:description"]);
    for part in ["104 Kommunen (Optionskommunen)", "SGB II-Quote", "Stand: Juni 2017."] {
        assert!(description.contains(part), "{description}");
    }
}

#[test]
fn every_published_file_is_a_distribution_with_its_size_and_hash() {
    let sandbox = whole();
    let catalogue = read(sandbox, "out/2017");
    let found: BTreeSet<&str> =
        distributions(&catalogue).iter().map(|one| text(&one["dcat:downloadURL"]["@id"])).collect();
    let about_files = [FILE, "index.html", "manifest.json", "trace.jsonl"];
    let files = sandbox.files("out/2017");
    let wanted: BTreeSet<&str> = files.iter().map(String::as_str).filter(|path| !about_files.contains(path)).collect();
    assert_eq!(found, wanted);
    for one in distributions(&catalogue) {
        let path = text(&one["dcat:downloadURL"]["@id"]);
        let bytes = sandbox.bytes(&format!("out/2017/{path}"));
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(one["dcat:byteSize"], json!({"@type": "xsd:decimal", "@value": bytes.len().to_string()}), "{path}");
        assert_eq!(
            one["spdx:checksum"]["spdx:checksumValue"],
            json!({"@type": "xsd:hexBinary", "@value": hash}),
            "{path}"
        );
        let format = text(&one["dct:format"]["@id"]).rsplit('/').next().unwrap_or_default();
        let standards: Vec<&str> = one["dct:conformsTo"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|standard| text(&standard["dct:title"]))
            .collect();
        if path.ends_with(".pdf") {
            assert_eq!((format, standards), ("PDFA2A", vec!["PDF/A-2a", "PDF/UA-1"]), "{path}");
        } else {
            assert_eq!((format, standards), ("CSV", vec![]), "{path}");
        }
    }
    let biberach =
        distributions(&catalogue).iter().find(|one| text(&one["dct:title"]) == "Steckbrief Landkreis Biberach");
    let target = biberach.map(|one| text(&one["dcat:accessURL"]["@id"]));
    assert_eq!(target, Some("steckbriefe/08426-landkreis-biberach.pdf"));
}

#[test]
fn drafts_are_not_published_and_nothing_is_guessed() {
    let catalogue = read(draft(), "out/2017");
    sound(&catalogue, &catalogue["@context"]);
    let formats: BTreeSet<&str> =
        distributions(&catalogue).iter().map(|one| text(&one["dcat:mediaType"]["@id"])).collect();
    assert_eq!(formats, BTreeSet::from(["https://www.iana.org/assignments/media-types/text/csv"]));
    let catalogue = read(six(), "out/2031");
    let dataset = &catalogue["dcat:dataset"];
    for name in ["dct:issued", "dcat:theme", "dcat:contactPoint", "dcatde:contributorID"] {
        assert!(dataset[name].is_null(), "{name}");
    }
    assert!(catalogue["@context"]["@base"].is_null());
    assert!(distributions(&catalogue).iter().all(|one| one["dct:license"].is_null()));
}

#[test]
fn what_the_edition_says_of_its_publication_is_said() {
    let sandbox = Sandbox::with_six();
    let edition = "with/data/2031/edition.toml";
    let said = "\n[publication]\nbase_url = \"https://www.example.org/kreisblatt/2031/\"\n\
        licence = { name = \"Datenlizenz <Deutschland>\", uri = \"http://dcat-ap.de/def/licenses/dl-by-de/2.0\" }\n\
        attribution = \"Niemand & Co.\"\nissued = \"2031-03-15\"\n\
        contact = { name = \"Amt für Statistik\", email = \"statistik@example.org\" }\n\
        contributor = \"http://dcat-ap.de/def/contributors/beispiel\"\nthemes = [\"SOCI\"]\n";
    sandbox.write(edition, sandbox.text(edition) + said);
    sandbox
        .run(&["build", "--with", "with", "--only", "steckbriefe,laender", "--state", "Niedersachsen"])
        .must_succeed();
    let catalogue = read(&sandbox, "out/2031");
    sound(&catalogue, &catalogue["@context"]);
    assert_eq!(catalogue["@context"]["@base"], "https://www.example.org/kreisblatt/2031/");
    let dataset = &catalogue["dcat:dataset"];
    assert_eq!(dataset["dct:issued"], json!({"@type": "xsd:date", "@value": "2031-03-15"}));
    assert_eq!(dataset["dcat:contactPoint"]["vcard:hasEmail"]["@id"], "mailto:statistik@example.org");
    assert_eq!(dataset["dcatde:contributorID"]["@id"], "http://dcat-ap.de/def/contributors/beispiel");
    assert_eq!(
        dataset["dcat:theme"],
        json!([{"@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI"}])
    );
    for one in distributions(&catalogue) {
        assert_eq!(one["dct:license"]["@id"], "http://dcat-ap.de/def/licenses/dl-by-de/2.0");
        assert_eq!(one["dcatde:licenseAttributionByText"], "Niemand & Co.");
    }
    let titles: Vec<&str> = distributions(&catalogue).iter().map(|one| text(&one["dct:title"])).collect();
    let (table, states) = ("Länder als Tabelle (Auswahl: 2 von 6)", "Ländertabellen (Auswahl: 2 von 6)");
    assert_eq!(titles, [table, states, "Steckbrief Landkreis Altmoor", "Steckbrief Landkreis Neumoor"]);
    let page = sandbox.text("out/2031/index.html");
    for part in ["Datenlizenz &lt;Deutschland&gt;", "Niemand &amp; Co.", "Amt für Statistik, statistik@example.org"] {
        assert!(page.contains(part), "{part}");
    }
    sandbox.run(&["verify", "--with", "with"]).must_succeed();
}
