//! `sitzung.toml` -> a meeting, and the Kommunen whose fact sheets are its annexes. Command line options win over it.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::assets::Assets;
use crate::diag::Result;
use crate::model::{MeetingFile, Sourced};

use super::toml_file::TomlFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeetingEntries {
    body: Option<Spanned<String>>,
    date: Option<Spanned<TextLike>>,
    time: Option<Spanned<TextLike>>,
    place: Option<Spanned<String>>,
    top: Option<Spanned<TextLike>>,
    title: Option<Spanned<String>>,
    base_url: Option<Spanned<String>>,
    #[serde(default)]
    separators: bool,
    #[serde(default)]
    ranking: bool,
    #[serde(default)]
    laender: bool,
    #[serde(default)]
    kommunen: Vec<Spanned<String>>,
}

/// A text, or what TOML also lets stand without quotation marks: `5`, `2017-12-11`.
#[derive(Deserialize)]
#[serde(untagged)]
enum TextLike {
    Text(String),
    Number(i64),
    Date(Datetime),
}

/// Reads the file that lies at a path of the assets.
///
/// # Errors
/// A file that is no TOML, and fields it may not have, each with its line.
pub fn meeting(assets: &Assets, path: &str) -> Result<MeetingFile> {
    let file = TomlFile::open(assets, path)?.explained_in("docs/sitzung.md");
    let entries: MeetingEntries = file.parse()?;
    let text = |entry: Option<Spanned<String>>| entry.map(|text| file.sourced(&text));
    let written = |entry: Option<Spanned<TextLike>>| {
        entry.map(|written| {
            let place = file.place(&written.span());
            let value = match written.into_inner() {
                TextLike::Text(text) => text,
                TextLike::Number(number) => number.to_string(),
                TextLike::Date(date) => date.to_string(),
            };
            Sourced { value, place }
        })
    };
    Ok(MeetingFile {
        body: text(entries.body),
        date: written(entries.date),
        time: written(entries.time),
        place: text(entries.place),
        top: written(entries.top),
        title: text(entries.title),
        base_url: text(entries.base_url),
        separators: entries.separators,
        ranking: entries.ranking,
        laender: entries.laender,
        kommunen: entries.kommunen.iter().map(|name| file.sourced(name)).collect(),
    })
}
