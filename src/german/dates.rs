//! German dates.

use chrono::{Datelike, NaiveDate};

use crate::model::Stand;

use super::numbers::NO_BREAK_SPACE;

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

const WEEKDAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

/// Returns a day as printed: `11. Dezember 2017`.
pub fn day(date: NaiveDate) -> String {
    format!("{}.{NO_BREAK_SPACE}{} {}", date.day(), MONTHS[date.month0() as usize], date.year())
}

/// Returns a day with its weekday: `Montag, 11. Dezember 2017`.
pub fn weekday(date: NaiveDate) -> String {
    format!("{}, {}", WEEKDAYS[date.weekday().num_days_from_monday() as usize], day(date))
}

/// Returns the reference date as printed: `Juni 2017`, or `30. Juni 2017` when the day is known.
pub fn stand(stand: Stand) -> String {
    if stand.day_known {
        day(stand.date)
    } else {
        format!("{} {}", MONTHS[stand.date.month0() as usize], stand.date.year())
    }
}

/// Returns the number of a month, 1 to 12, by its name; `None` for any other word.
pub fn month_named(word: &str) -> Option<u32> {
    (1..).zip(MONTHS).find(|(_, name)| *name == word).map(|(month, _)| month)
}
