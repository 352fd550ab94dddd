//! `oparl.json`: a meeting with its agenda item, and the annexes as a paper with its files, for a council information
//! system.
//!
//! The objects are those of OParl 1.1 (<https://schema.oparl.org/1.1/>). A paper belongs to an agenda item through a
//! consultation, and files are written where they belong, as its chapter 3 says. What nobody told us is left out, never
//! guessed: the URLs of body and organization, whether the item is public, when objects were made and changed. Addresses
//! are those below `base_url`, or else relative to this file.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use crate::digest::sha512;
use crate::german;
use crate::model::{Meeting, Publication};

use super::members::object;

/// The file.
pub const OPARL: &str = "oparl.json";

/// A file of the paper.
#[derive(Debug)]
pub struct PaperFile<'a> {
    /// Number of the annex; `None` for the document of all annexes.
    pub annex: Option<usize>,
    /// What it is, German.
    pub name: String,
    /// Its name in the output folder: letters, digits, `-`, `_` and `.`.
    pub file_name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
}

/// The objects of a meeting as JSON: a list of the meeting and of the paper, which holds its files. `files` are the
/// document of all annexes and then the annexes that are files of their own.
pub fn oparl(meeting: &Meeting, publication: &Publication, draft: bool, files: &[PaperFile<'_>]) -> String {
    let day = meeting.date.format("%Y-%m-%d").to_string();
    let start = meeting.time.and_then(|time| {
        let start = meeting.date.and_time(time);
        Some(format!("{}{}", start.format("%Y-%m-%dT%H:%M:%S"), offset(start)?))
    });
    let own = |name: &str| format!("{}{OPARL}#{name}", meeting.base_url);
    let marked = |name: &str| if draft { format!("{name} (Entwurf)") } else { name.to_owned() };
    let [sitzung, top, vorlage, beratung] = ["sitzung", "top", "vorlage", "beratung"].map(own);
    let place = || json!({"id": own("ort"), "type": of_type("Location"), "description": meeting.place});
    let agenda_item = json!({
        "id": top,
        "type": of_type("AgendaItem"),
        "meeting": sitzung,
        "number": meeting.top,
        // The position in this list, which has one item; that in the whole agenda is not known.
        "order": 0,
        "name": meeting.title,
        "consultation": beratung,
    });
    let meeting_object = object([
        ("id", json!(sitzung)),
        ("type", of_type("Meeting")),
        ("name", json!(format!("{}, {}", meeting.body, german::weekday(meeting.date)).replace('\u{a0}', " "))),
        ("start", json!(start)),
        ("location", if meeting.place.is_empty() { Value::Null } else { place() }),
        ("agendaItem", json!([agenda_item])),
    ]);
    let file = |file: &PaperFile<'_>| {
        let address = format!("{}{}", meeting.base_url, file.file_name);
        object([
            ("id", json!(own(&file.annex.map_or_else(|| "anlagen".to_owned(), |number| format!("anlage-{number}"))))),
            ("type", of_type("File")),
            ("name", json!(marked(&file.name))),
            ("fileName", json!(file.file_name)),
            ("mimeType", json!("application/pdf")),
            // The day periods are counted from, as the schema defines it.
            ("date", json!(day)),
            ("size", json!(file.bytes.len())),
            ("sha512Checksum", json!(sha512(file.bytes))),
            ("accessUrl", json!(address)),
            ("fileLicense", json!(publication.licence.as_ref().map(|licence| &licence.uri))),
        ])
    };
    let of_all = |wanted: bool| files.iter().filter(move |file| file.annex.is_none() == wanted).map(file);
    let paper = object([
        ("id", json!(vorlage)),
        ("type", of_type("Paper")),
        ("name", json!(marked(&format!("Anlagen zu TOP {}: {}", meeting.top, meeting.title)))),
        ("date", json!(day)),
        ("paperType", json!("Anlagen")),
        ("mainFile", of_all(true).next().unwrap_or_default()),
        ("auxiliaryFile", of_all(false).collect()),
        (
            "consultation",
            json!([{"id": beratung, "type": of_type("Consultation"), "agendaItem": top, "meeting": sitzung}]),
        ),
    ]);
    let hint = "Adressen sind relativ zu dieser Datei: Es ist nicht gesagt, wo sie veröffentlicht wird (base_url).";
    let list = object([
        ("data", json!([meeting_object, paper])),
        // Properties of one's own have a prefix (chapter 3, Herstellerspezifische Erweiterungen).
        ("kreisblatt:hinweis", if meeting.base_url.is_empty() { json!(hint) } else { Value::Null }),
    ]);
    serde_json::to_string_pretty(&list).expect("texts and numbers can be written") + "\n"
}

fn of_type(name: &str) -> Value {
    json!(format!("https://schema.oparl.org/1.1/{name}"))
}

/// How far German local time is ahead of UTC: an hour more from the last Sunday of March, 2:00, to that of October, 3:00
/// (directive 2000/84/EC). `None` before 1996, when other days held.
fn offset(local: NaiveDateTime) -> Option<&'static str> {
    let last_sunday = |month: u32, hour: u32| {
        let last = NaiveDate::from_ymd_opt(local.year(), month, 31)?;
        last.checked_sub_days(Days::new(last.weekday().num_days_from_sunday().into()))?.and_hms_opt(hour, 0, 0)
    };
    let summer = (last_sunday(3, 2)?..last_sunday(10, 3)?).contains(&local);
    (local.year() >= 1996).then_some(if summer { "+02:00" } else { "+01:00" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_begins_and_ends_on_last_sundays() {
        let at = |text: &str| offset(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment"));
        for (moment, wanted) in [
            ("1995-07-01 12:00", None),
            ("1996-03-31 01:59", Some("+01:00")),
            ("1996-03-31 03:00", Some("+02:00")),
            ("2017-03-25 23:59", Some("+01:00")),
            ("2017-03-26 03:00", Some("+02:00")),
            ("2017-10-29 01:59", Some("+02:00")),
            ("2017-10-29 03:00", Some("+01:00")),
            ("2017-12-11 17:00", Some("+01:00")),
            // 31 March and 31 October are Sundays themselves.
            ("2019-03-31 17:00", Some("+02:00")),
            ("2021-10-31 02:59", Some("+02:00")),
            ("2021-10-31 17:00", Some("+01:00")),
            ("2024-02-29 08:00", Some("+01:00")),
        ] {
            assert_eq!(at(moment), wanted, "{moment}");
        }
    }
}
