//! The `edition.toml` of a new edition, made from the one before.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value, value};

/// Who delivered a file, as the new edition cites it.
#[derive(Debug, Clone)]
pub struct Deliverer {
    /// For footers.
    pub short: String,
    /// In full.
    pub citation: String,
}

/// Title, subtitle and group of an edition that follows no other: those of another edition would be wrong here.
const PLAIN: [(&str, &str); 3] =
    [("title", "Kommunen im Vergleich"), ("subtitle", "Steckbriefe und Strukturdaten"), ("group", "Kommunen")];

/// The text of a new edition's `edition.toml`. `former` is the edition it follows (`None` = none, so that title and
/// group become general ones), `stand` its reference date as written, `sources` the keys of the sources whose
/// indicators were delivered, `delivered` the keys of these indicators, and `is_part` tells which parts of the brochure
/// the new edition has, too. Returns `None` when the text is no TOML.
pub fn edition_file(
    text: &str,
    former: Option<&str>,
    stand: &str,
    (sources, delivered): (&[String], &[String]),
    deliverer: &Deliverer,
    is_part: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut document: DocumentMut = text.trim_start_matches('\u{feff}').parse().ok()?;
    set(&mut document, "stand", stand);
    set(&mut document, "revision", "Erste Fassung");
    document.remove("former");
    match former {
        Some(former) => drop(document.insert("former", value(former))),
        None => PLAIN.iter().for_each(|(field, words)| set(&mut document, field, words)),
    }
    if let Some(list) = document.get_mut("not_measured").and_then(Item::as_array_mut) {
        list.retain(|key| key.as_str().is_none_or(|key| !delivered.iter().any(|other| other == key)));
    }
    if let Some(list) =
        document.get_mut("brochure").and_then(|table| table.get_mut("parts")).and_then(Item::as_array_mut)
    {
        list.retain(|part| part.as_str().is_none_or(&is_part));
    }
    if let Some(publication) = document.get_mut("publication").and_then(Item::as_table_mut) {
        publication.remove("issued");
    }
    let all = document.entry("source").or_insert(Item::ArrayOfTables(ArrayOfTables::new())).as_array_of_tables_mut()?;
    let mut before: Vec<Table> = Vec::new();
    for source in all.iter_mut() {
        let key = source.get("key").and_then(Item::as_str).unwrap_or_default().to_owned();
        if !sources.contains(&key) {
            continue;
        }
        // Names and offices still come from the former source, which is kept under another key.
        if let Some(former) = former {
            let mut old = Table::new();
            old.insert("key", value(format!("{former}-{key}")));
            for field in ["short", "citation"] {
                old.insert(field, source.get(field).cloned().unwrap_or_default());
            }
            before.push(old);
        }
        source.insert("short", value(&deliverer.short));
        source.insert("citation", value(&deliverer.citation));
    }
    for old in before {
        all.push(old);
    }
    Some(document.to_string())
}

/// Sets a field, keeping the comment behind its value.
fn set(document: &mut DocumentMut, key: &str, text: &str) {
    match document.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = Value::from(text);
            *old.decor_mut() = decor;
        }
        None => {
            document.insert(key, value(text));
        }
    }
}
