//! `changes.toml` -> what changed since the former edition. Every entry is checked against both editions.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Place, Problem, Report, Result, is_invisible, shown};
use crate::model::{Changes, Comparability, Data, LAENDER, Merger, Renaming, Sourced, Text};

use super::toml_file::TomlFile;

/// Most characters of a note: a line or two under a table.
const LONGEST_NOTE: usize = 300;

/// Most characters of a word in a note: more would not fit into its narrowest column.
const LONGEST_WORD: usize = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangesEntries {
    #[serde(default)]
    merger: Vec<MergerEntry>,
    #[serde(default)]
    renamed: Vec<RenamedEntry>,
    #[serde(default)]
    area: Vec<AreaEntry>,
    #[serde(default)]
    definition: Vec<DefinitionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MergerEntry {
    from: Vec<Spanned<String>>,
    into: Spanned<String>,
    date: Option<Spanned<String>>,
    note: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RenamedEntry {
    from: Spanned<String>,
    into: Spanned<String>,
    note: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaEntry {
    ags: Spanned<String>,
    comparable: Spanned<bool>,
    note: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DefinitionEntry {
    key: Spanned<String>,
    comparable: Spanned<bool>,
    note: Option<Spanned<String>>,
}

/// Reads `data/<edition>/changes.toml`; an edition without one has no changes.
///
/// # Errors
/// A malformed file, and every entry about an unknown AGS or indicator, about the same one twice, or without effect.
pub fn changes(assets: &Assets, new: &Data, old: &Data) -> Result<Changes> {
    let path = format!("data/{}/changes.toml", new.edition.key);
    if !assets.contains(&path) {
        return Ok(Changes::default());
    }
    let file = TomlFile::open(assets, &path)?;
    let entries: ChangesEntries = file.parse()?;
    let mut report = Report::new();
    let note = |entry: &Option<Spanned<String>>, of: &Place| match entry {
        Some(note) => file.sourced(note),
        None => Sourced { value: String::new(), place: of.clone() },
    };
    let merger = |entry: &MergerEntry, report: &mut Report| {
        let into = file.sourced(&entry.into);
        let date = entry.date.as_ref().map(|date| (NaiveDate::parse_from_str(date.get_ref(), "%Y-%m-%d").ok(), date));
        if let Some((None, date)) = date {
            let problem = Problem::error("KB643", format!("date `{}` is no day", shown(date.get_ref())));
            report.push(problem.at(file.place(&date.span())).hint("write it as \"2016-11-01\""));
        }
        Merger {
            from: entry.from.iter().map(|ags| file.sourced(ags)).collect(),
            note: note(&entry.note, &into.place),
            date: date.and_then(|(date, _)| date),
            into,
        }
    };
    let renaming = |entry: &RenamedEntry| {
        let into = file.sourced(&entry.into);
        Renaming { from: file.sourced(&entry.from), note: note(&entry.note, &into.place), into }
    };
    let verdict = |of: &Spanned<String>, comparable: &Spanned<bool>, words: &Option<Spanned<String>>| {
        let of = file.sourced(of);
        let comparable = Sourced { value: *comparable.get_ref(), place: file.place(&comparable.span()) };
        Comparability { note: note(words, &of.place), of, comparable }
    };
    let changes = Changes {
        mergers: entries.merger.iter().map(|entry| merger(entry, &mut report)).collect(),
        renamed: entries.renamed.iter().map(renaming).collect(),
        areas: entries.area.iter().map(|e| verdict(&e.ags, &e.comparable, &e.note)).collect(),
        definitions: entries.definition.iter().map(|e| verdict(&e.key, &e.comparable, &e.note)).collect(),
    };
    known(&changes, new, old, &mut report);
    told_once(&changes, &mut report);
    for note in changes.notes() {
        readable(note, &mut report);
    }
    report.sort_by_place();
    if report.has_errors() { Err(report) } else { Ok(changes) }
}

/// Checks that every AGS and every key exists in its edition.
fn known(changes: &Changes, new: &Data, old: &Data, report: &mut Report) {
    let ags = |data: &'static str, of: &Data, text: &Text, report: &mut Report| {
        if of.kommunen.iter().all(|k| k.ags.value != text.value) {
            let message = format!("the {data} edition {} has no Kommune `{}`", of.edition.key, shown(&text.value));
            let known = of.kommunen.iter().map(|k| k.ags.value.as_str());
            report.push(
                Problem::error("KB643", message)
                    .at(text.place.clone())
                    .did_you_mean(&text.value, known)
                    .hint("`from` holds AGS of the former edition, `into` and `ags` those of this one"),
            );
        }
    };
    let is_in = |of: &Data, text: &Text| of.kommunen.iter().any(|k| k.ags.value == text.value);
    let both = |text: &Text, what: &str, report: &mut Report| {
        let message = format!("`{}` stands in both editions: it cannot be {what}", shown(&text.value));
        report.push(
            Problem::error("KB643", message)
                .at(text.place.clone())
                .hint("correct the AGS, or delete the entry; [[area]] tells of an area that changed"),
        );
    };
    for merger in &changes.mergers {
        for from in merger.from.iter().filter(|from| from.value != merger.into.value && is_in(new, from)) {
            if is_in(old, from) {
                both(from, "a part of what came of others", report);
            }
        }
        let is_part = merger.from.iter().any(|from| from.value == merger.into.value);
        if !is_part && is_in(old, &merger.into) && is_in(new, &merger.into) {
            both(&merger.into, "what came of others, unless `from` names it, too", report);
        }
        ags("present", new, &merger.into, report);
        let there = |text: &&Text| old.kommunen.iter().any(|k| k.ags.value == text.value);
        // A part that was not in the former edition makes the merger incomparable. No part there at all is an error.
        if merger.from.iter().filter(there).count() == 0 {
            merger.from.iter().for_each(|from| ags("former", old, from, report));
        }
        for from in merger.from.iter().filter(|from| !is_ags(&from.value)) {
            let problem = Problem::error("KB643", format!("`{}` is no AGS", shown(&from.value)));
            report.push(
                problem
                    .at(from.place.clone())
                    .hint("the AGS of a Kreis has five digits, the first two those of its Land"),
            );
        }
        if merger.from.len() < 2 {
            let problem = Problem::error("KB643", "a merger has two Kommunen or more in `from`");
            report.push(
                problem
                    .at(merger.into.place.clone())
                    .hint("write [[renamed]] for a new AGS, [[area]] for an area that changed"),
            );
        }
    }
    for renamed in &changes.renamed {
        for (text, what) in
            [(&renamed.from, "the former AGS of another one"), (&renamed.into, "the AGS of another one")]
        {
            if renamed.from.value != renamed.into.value && is_in(old, text) && is_in(new, text) {
                both(text, what, report);
            }
        }
        ags("former", old, &renamed.from, report);
        ags("present", new, &renamed.into, report);
        if renamed.from.value == renamed.into.value {
            let problem = Problem::error("KB643", format!("`{}` is renamed into itself", shown(&renamed.into.value)));
            report.push(problem.at(renamed.into.place.clone()).hint("delete the entry: the same AGS needs none"));
        }
    }
    for area in &changes.areas {
        ags("present", new, &area.of, report);
    }
    for definition in &changes.definitions {
        let keys = || new.indicators.iter().map(|indicator| indicator.key.as_str());
        if keys().all(|key| key != definition.of.value) {
            let message = format!("the edition measures no indicator `{}`", shown(&definition.of.value));
            let problem = Problem::error("KB643", message).at(definition.of.place.clone());
            report.push(problem.did_you_mean(&definition.of.value, keys()));
        }
    }
}

fn is_ags(text: &str) -> bool {
    let of_land = LAENDER.iter().any(|land| text.starts_with(land.key));
    of_land && text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Checks that each former Kommune and each present one is named once.
fn told_once(changes: &Changes, report: &mut Report) {
    let former = changes.mergers.iter().flat_map(|m| &m.from).chain(changes.renamed.iter().map(|r| &r.from));
    let present = changes.mergers.iter().map(|m| &m.into).chain(changes.renamed.iter().map(|r| &r.into));
    let areas = changes.areas.iter().map(|verdict| &verdict.of);
    let keys = changes.definitions.iter().map(|verdict| &verdict.of);
    twice(former, "as a part of something", report);
    twice(present, "as what came of others", report);
    twice(areas, "under [[area]]", report);
    twice(keys, "under [[definition]]", report);
}

fn twice<'a>(texts: impl Iterator<Item = &'a Text>, how: &str, report: &mut Report) {
    let mut first: BTreeMap<&str, &Place> = BTreeMap::new();
    for text in texts {
        if let Some(place) = first.get(text.value.as_str()) {
            let problem = Problem::error("KB644", format!("`{}` stands twice {how}", shown(&text.value)));
            report.push(problem.at(text.place.clone()).hint(format!("it stands in {place}, too: delete one of them")));
        }
        first.entry(&text.value).or_insert(&text.place);
    }
}

/// Checks that a note can be printed: it has no invisible signs, and fits.
fn readable(note: &Text, report: &mut Report) {
    if let Some(sign) = note.value.chars().find(|c| c.is_control() || is_invisible(*c)) {
        let problem = Problem::error("KB645", format!("the note holds the invisible sign U+{:04X}", u32::from(sign)));
        report.push(problem.at(note.place.clone()).hint("delete the sign"));
    }
    let length = note.value.chars().count();
    if length > LONGEST_NOTE {
        let problem = Problem::error("KB645", format!("the note has {length} characters, at most {LONGEST_NOTE} fit"));
        report.push(problem.at(note.place.clone()).hint("shorten the text"));
    }
    if let Some(word) = note.value.split([' ', '-']).find(|word| word.chars().count() > LONGEST_WORD) {
        let message =
            format!("the note holds the word `{}`, at most {LONGEST_WORD} characters fit in a line", shown(word));
        let hint = "divide the word with a blank or a hyphen";
        report.push(Problem::error("KB645", message).at(note.place.clone()).hint(hint));
    }
}
