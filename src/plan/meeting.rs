//! A meeting from the command line and its file, and the documents of the meeting.

use chrono::{NaiveDate, NaiveTime};

use crate::address::is_web_address;
use crate::args::Bundle;
use crate::diag::{Place, Problem, Report, Result, is_invisible, shown};
use crate::german::month_named;
use crate::model::{Annex, Data, Meeting, MeetingFile, Sourced, Text};
use crate::select::{all_named, kommune};

use super::selection;

/// The greatest number of characters in a text of a meeting, in a word of it, and in the number of an agenda item.
const LONGEST: usize = 200;
const LONGEST_WORD: usize = 60;
const LONGEST_TOP: usize = 20;

/// A text, with its place if it comes from a file.
type Said = Option<(String, Option<Place>)>;

/// Returns the meeting from the options and the file. Options have priority; if options select Kommunen, the Kommunen
/// of the file are ignored. Kommunen that are named twice are added to `report`.
///
/// # Errors
/// Missing and invalid entries, for example a day that does not exist or an unknown Kommune.
pub fn meeting(args: &Bundle, file: &MeetingFile, data: &Data, report: &mut Report) -> Result<Meeting> {
    let mut problems = Report::new();
    let said = |option: &Option<String>, entry: &Option<Text>| -> Said {
        let of_file = || entry.as_ref().map(|text| (text.value.clone(), Some(text.place.clone())));
        option.as_ref().map(|text| (text.clone(), None)).or_else(of_file)
    };
    let mut missing = Vec::new();
    let mut text = |name: &'static str, said: Said, needed: bool, longest: usize| {
        let (value, place) = said.unwrap_or_default();
        let value = value.trim().to_owned();
        if value.is_empty() && needed {
            missing.push(name);
        }
        let signs = |word: &str| word.chars().count();
        let word = value.split_whitespace().map(signs).max().filter(|_| name != "base_url").unwrap_or_default();
        let fault = if let Some(sign) = value.chars().find(|c| c.is_control() || is_invisible(*c)) {
            Some(format!("holds the invisible sign U+{:04X}", u32::from(sign)))
        } else if signs(&value) > longest {
            Some(format!("has {} characters, at most {longest} fit", signs(&value)))
        } else if word > LONGEST_WORD {
            Some(format!("has a word of {word} characters, at most {LONGEST_WORD} fit"))
        } else {
            None
        };
        if let Some(fault) = fault {
            problems.push(faulty(place.as_ref(), format!("{name} `{}` {fault}", shown(&value))));
        }
        (value, place)
    };
    let (body, _) = text("body", said(&args.body, &file.body), true, LONGEST);
    let (written_date, of_date) = text("date", said(&args.date, &file.date), true, LONGEST);
    let (written_time, of_time) = text("time", said(&args.time, &file.time), false, LONGEST);
    let (place, _) = text("place", said(&args.place, &file.place), false, LONGEST);
    let (top, of_top) = text("top", said(&args.top, &file.top), true, LONGEST_TOP);
    let (title, _) = text("title", said(&args.title, &file.title), true, LONGEST);
    let (base_url, of_url) = text("base_url", said(&args.base_url, &file.base_url), false, LONGEST);
    if !missing.is_empty() {
        let options: Vec<String> = missing.iter().map(|name| format!("--{name}")).collect();
        problems.push(
            Problem::usage("KB314", format!("the meeting lacks {}", missing.join(", ")))
                .hint(format!("add {}, or say it in the file given with --meeting", options.join(", "))),
        );
    }
    let date = day(&written_date).map_err(|what| problems.push(faulty(of_date.as_ref(), what)));
    let time = match written_time.as_str() {
        "" => None,
        written => NaiveTime::parse_from_str(written.trim_end_matches("Uhr").trim(), "%H:%M")
            .or_else(|_| NaiveTime::parse_from_str(written, "%H:%M:%S"))
            .map_err(|_| {
                let what = format!("`{}` is no time of day", shown(written));
                problems.push(faulty(of_time.as_ref(), what).hint("write hours and minutes: 17:00"));
            })
            .ok(),
    };
    if !top.is_empty() && !top.chars().any(char::is_alphanumeric) {
        let what = format!("`{}` is no number of an agenda item", shown(&top));
        problems.push(faulty(of_top.as_ref(), what).hint("write it as on the agenda: 5, 7.1, Ö 3"));
    }
    if !base_url.is_empty() && !is_web_address(&base_url) {
        let what = format!("`{}` is no web address", shown(&base_url));
        problems.push(faulty(of_url.as_ref(), what).hint("write it whole: https://example.org/ratsinfo/"));
    }
    let annexes = selected(args, file, data, report).map_err(|report| problems.extend(report));
    let (Ok(date), Ok(annexes), false) = (date, annexes, problems.has_errors()) else { return Err(problems) };
    let mut ranking = args.ranking || file.ranking;
    if ranking && annexes.len() == 1 {
        ranking = false;
        report.push(Problem::warning("KB554", "one Kommune is not ranked among itself: there is no ranking"));
    }
    let annexes =
        annexes.into_iter().map(|k| Annex { ags: data.kommunen[k].ags.value.clone(), tightness: 0 }).collect();
    Ok(Meeting {
        body,
        date,
        time,
        place,
        top,
        title,
        base_url: if base_url.is_empty() || base_url.ends_with('/') { base_url } else { base_url + "/" },
        separators: args.separators || file.separators,
        ranking,
        laender: args.laender || file.laender,
        annexes,
    })
}

/// Returns the problem of an invalid text from the command line, or from the file at its place.
fn faulty(place: Option<&Place>, what: String) -> Problem {
    match place {
        Some(place) => Problem::error("KB550", what).at(place.clone()),
        None => Problem::usage("KB315", what),
    }
}

/// Parses a day; an empty text is handled as missing elsewhere.
fn day(text: &str) -> Result<NaiveDate, String> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == '.' || c == '-').filter(|w| !w.is_empty()).collect();
    let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse::<u32>().ok()).flatten();
    let parts = match words.as_slice() {
        [year, month, day] if year.len() == 4 => number(year).zip(number(month)).zip(number(day)),
        [day, month, year] => {
            let month = number(month).or_else(|| month_named(month));
            number(year).filter(|_| year.len() == 4).zip(month).zip(number(day))
        }
        _ => None,
    };
    let Some(((year, month), day)) = parts else {
        return Err(format!("`{}` is no date: write 2017-12-11, 11.12.2017 or 11. Dezember 2017", shown(text)));
    };
    let year = i32::try_from(year).unwrap_or(i32::MAX);
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| format!("`{}` is no day of the calendar", shown(text)))
}

/// Returns the positions of the Kommunen in the order of their annexes: the order in which they are named, or else the
/// order of the table.
fn selected(args: &Bundle, file: &MeetingFile, data: &Data, report: &mut Report) -> Result<Vec<usize>> {
    let (found, names) = if args.select.is_empty() && !file.kommunen.is_empty() {
        let names: Vec<(String, Option<Place>)> =
            file.kommunen.iter().map(|Sourced { value, place }| (value.clone(), Some(place.clone()))).collect();
        let of_file = |problem: &Problem| problem.clone().in_data("KB550");
        let found = all_named(&names, data);
        (found.map_err(|report| report.problems().iter().map(of_file).collect::<Report>())?, names)
    } else {
        let selection = selection(&args.select)?;
        (selection.resolve(data)?, selection.named().to_vec())
    };
    let mut ordered: Vec<usize> = Vec::new();
    for (name, place) in names {
        let k = kommune(&name, data)?;
        if ordered.contains(&k) {
            let mut problem = Problem::warning("KB551", format!("`{}` is named twice; it is one annex", shown(&name)));
            problem.place = place;
            report.push(problem);
        } else if found.contains(&k) {
            ordered.push(k);
        }
    }
    Ok(if ordered.is_empty() { found } else { ordered })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let wanted = NaiveDate::from_ymd_opt(2017, 12, 1).expect("a day");
        for text in ["2017-12-01", "1.12.2017", "01.12.2017", "1. Dezember 2017", "1.\u{a0}Dezember 2017", "2017-12-1"]
        {
            assert_eq!(day(text), Ok(wanted), "{text}");
        }
        for text in ["2017-02-29", "30.2.2017", "31. November 2017", "2017-13-01", "0000-00-00", "2017-00-10"] {
            assert!(day(text).is_err_and(|what| what.contains("is no day of the calendar")), "{text}");
        }
        for text in
            ["", "17-12-01", "1.12.17", "Dezember 2017", "2017-12-01T10:00", "1. Decembre 2017", "+2017-1-1", "x"]
        {
            assert!(day(text).is_err_and(|what| what.contains("is no date")), "{text}: {:?}", day(text));
        }
    }
}
