//! `dcat-ap-de.jsonld`: the edition as data portals describe a dataset, each file a distribution of it.
//!
//! The vocabulary is that of DCAT-AP.de 2.0 (<https://www.dcat-ap.de/def/dcatde/2.0/spec/>), which 3.0 reads, too; it
//! stands in the file, so that nobody needs to fetch a context. Addresses are relative: to `base_url`, or else to the
//! place where the file lies. What the edition does not say (licence, day of publication, contact) is left out, never
//! guessed; GovData accepts no dataset without a licence.

use chrono::{Months, NaiveDate};
use serde_json::{Value, json};

use crate::derive::Facts;
use crate::german::{self, Numbers};
use crate::model::{Publication, Source, Stand};

use super::members::object;

/// The file.
pub const DCAT: &str = "dcat-ap-de.jsonld";

/// The page that shows all files.
const PAGE: &str = "index.html";

/// A file that is published.
#[derive(Debug)]
pub struct DcatFile<'a> {
    /// Path below the output folder: letters, digits, `-`, `.` and `/`.
    pub path: &'a str,
    /// What it is called, German.
    pub title: String,
    /// Its length.
    pub bytes: usize,
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: &'a str,
    /// PDF standards it keeps, separated by commas; `None` for other files.
    pub standard: Option<&'a str>,
}

/// The description of an edition with its files, as JSON-LD. `facts` are those about all of the edition.
pub fn dcat(facts: &Facts<'_>, numbers: &Numbers, files: &[DcatFile<'_>]) -> String {
    let edition = &facts.data.edition;
    let publication = &edition.publication;
    let labels: Vec<&str> = facts.data.indicators.iter().map(|indicator| indicator.label.as_str()).collect();
    let count = facts.scope.len();
    let description = format!(
        "{}. {} {} ({}) mit: {}. Stand: {}.",
        edition.subtitle,
        numbers.count(count),
        if count == 1 { "Kommune" } else { "Kommunen" },
        edition.group,
        labels.join(", "),
        german::stand(edition.stand)
    );
    let mut keywords = vec![edition.group.as_str()];
    keywords.extend(&labels);
    let district = |k: &usize| {
        format!("http://dcat-ap.de/def/politicalGeocoding/districtKey/{}", facts.data.kommunen[*k].ags.value)
    };
    let german = id("http://publications.europa.eu/resource/authority/language/DEU");
    let themes = publication.themes.iter();
    let themes = themes.map(|theme| format!("http://publications.europa.eu/resource/authority/data-theme/{theme}"));
    let (first, last) = period(edition.stand);
    let dataset = object([
        ("@id", json!(own("datensatz"))),
        ("@type", json!("dcat:Dataset")),
        ("dct:title", json!(edition.title)),
        ("dct:description", json!(description)),
        ("dct:publisher", id(&own("herausgeber"))),
        ("dct:language", german.clone()),
        ("dct:issued", publication.issued.map_or(Value::Null, day)),
        ("dct:modified", stand(edition.stand)),
        ("dct:temporal", json!({"@type": "dct:PeriodOfTime", "dcat:startDate": day(first), "dcat:endDate": day(last)})),
        ("dct:spatial", id("http://publications.europa.eu/resource/authority/country/DEU")),
        (
            "dcatde:politicalGeocodingLevelURI",
            id("http://dcat-ap.de/def/politicalGeocoding/Level/administrativeDistrict"),
        ),
        ("dcatde:politicalGeocodingURI", ids(facts.scope.iter().map(district))),
        ("dcatde:contributorID", publication.contributor.as_deref().map_or(Value::Null, id)),
        ("dcat:theme", ids(themes)),
        ("dcat:keyword", json!(keywords)),
        ("dcat:contactPoint", contact(publication)),
        ("dcat:landingPage", id(PAGE)),
        ("dct:provenance", (1..).zip(&edition.sources).map(provenance).collect()),
        ("owl:versionInfo", json!(edition.revision)),
        ("dcat:distribution", files.iter().map(|file| distribution(file, publication, &german)).collect()),
    ]);
    let catalogue = object([
        ("@context", context(publication)),
        ("@id", json!(own("katalog"))),
        ("@type", json!("dcat:Catalog")),
        ("dct:title", json!(format!("{}: Katalog", edition.title))),
        ("dct:description", json!(format!("{}. Alle Dateien der Ausgabe {}.", edition.subtitle, edition.key))),
        (
            "dct:publisher",
            json!({"@id": own("herausgeber"), "@type": "foaf:Agent", "foaf:name": edition.publisher.value}),
        ),
        ("dct:language", german),
        ("dcat:themeTaxonomy", id("http://publications.europa.eu/resource/authority/data-theme")),
        ("foaf:homepage", id(PAGE)),
        ("dcat:dataset", dataset),
    ]);
    serde_json::to_string_pretty(&catalogue).expect("texts and numbers can be written") + "\n"
}

/// A file as a distribution of the dataset.
fn distribution(file: &DcatFile<'_>, publication: &Publication, language: &Value) -> Value {
    let (format, media) = formats(file);
    let standards = file.standard.unwrap_or_default().split(", ").filter(|name| !name.is_empty());
    let standard = |name: &str| json!({"@id": own(name), "@type": "dct:Standard", "dct:title": name});
    object([
        ("@id", json!(own(file.path))),
        ("@type", json!("dcat:Distribution")),
        ("dct:title", json!(file.title)),
        ("dcat:accessURL", id(file.path)),
        ("dcat:downloadURL", id(file.path)),
        ("dct:format", format.map_or(Value::Null, |format| id(&format!("{FILE_TYPES}{format}")))),
        ("dcat:mediaType", media.map_or(Value::Null, |media| id(&format!("{MEDIA_TYPES}{media}")))),
        ("dcat:byteSize", typed("xsd:decimal", file.bytes.to_string())),
        (
            "spdx:checksum",
            json!({
                "@type": "spdx:Checksum",
                "spdx:algorithm": id("http://dcat-ap.de/def/hashAlgorithms/sha/256"),
                "spdx:checksumValue": typed("xsd:hexBinary", file.sha256.to_owned()),
            }),
        ),
        ("dct:language", language.clone()),
        ("dct:conformsTo", standards.map(standard).collect()),
        ("dct:license", publication.licence.as_ref().map_or(Value::Null, |licence| id(&licence.uri))),
        ("dcatde:licenseAttributionByText", json!(publication.attribution)),
    ])
}

/// The EU's list of file types, and IANA's of media types.
const FILE_TYPES: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

/// The names of a file's format in both lists; `None` where a list has none.
fn formats(file: &DcatFile<'_>) -> (Option<&'static str>, Option<&'static str>) {
    let standard = file.standard.unwrap_or_default();
    match file.path.rsplit('.').next().unwrap_or_default() {
        "pdf" if standard.contains("PDF/A-2a") => (Some("PDFA2A"), Some("application/pdf")),
        "pdf" if standard.contains("PDF/A-3a") => (Some("PDFA3"), Some("application/pdf")),
        "pdf" => (Some("PDF"), Some("application/pdf")),
        "csv" => (Some("CSV"), Some("text/csv")),
        "json" => (Some("JSON"), Some("application/json")),
        "zip" => (Some("ZIP"), Some("application/zip")),
        "xlsx" => (Some("XLSX"), Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
        _ => (None, None),
    }
}

/// The prefixes of the vocabularies, and where relative addresses begin.
fn context(publication: &Publication) -> Value {
    object([
        ("@base", json!(publication.base_url)),
        ("dcat", json!("http://www.w3.org/ns/dcat#")),
        ("dcatde", json!("http://dcat-ap.de/def/dcatde/")),
        ("dct", json!("http://purl.org/dc/terms/")),
        ("foaf", json!("http://xmlns.com/foaf/0.1/")),
        ("owl", json!("http://www.w3.org/2002/07/owl#")),
        ("rdfs", json!("http://www.w3.org/2000/01/rdf-schema#")),
        ("spdx", json!("http://spdx.org/rdf/terms#")),
        ("vcard", json!("http://www.w3.org/2006/vcard/ns#")),
        ("xsd", json!("http://www.w3.org/2001/XMLSchema#")),
    ])
}

fn id(address: &str) -> Value {
    json!({"@id": address})
}

fn ids(addresses: impl Iterator<Item = String>) -> Value {
    addresses.map(|address| id(&address)).collect()
}

/// The address of something this file itself describes.
fn own(name: &str) -> String {
    format!("{DCAT}#{name}")
}

fn typed(kind: &str, value: String) -> Value {
    json!({"@type": kind, "@value": value})
}

fn day(date: NaiveDate) -> Value {
    typed("xsd:date", date.format("%Y-%m-%d").to_string())
}

/// The reference date, no more exact than it is known.
fn stand(stand: Stand) -> Value {
    typed(if stand.day_known { "xsd:date" } else { "xsd:gYearMonth" }, stand.iso())
}

/// The first and last day the reference date stands for.
fn period(stand: Stand) -> (NaiveDate, NaiveDate) {
    let first = stand.date;
    let of_month = || first.checked_add_months(Months::new(1))?.pred_opt();
    // A Stand without a day is the first of its month.
    (first, (!stand.day_known).then(of_month).flatten().unwrap_or(first))
}

fn contact(publication: &Publication) -> Value {
    publication.contact.as_ref().map_or(Value::Null, |contact| {
        json!({
            "@type": "vcard:Kind",
            "vcard:fn": contact.name,
            "vcard:hasEmail": id(&format!("mailto:{}", contact.email)),
        })
    })
}

fn provenance((number, source): (usize, &Source)) -> Value {
    json!({
        "@id": own(&format!("quelle-{number}")),
        "@type": "dct:ProvenanceStatement",
        "rdfs:label": source.citation,
    })
}
