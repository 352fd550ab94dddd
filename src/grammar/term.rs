//! Terms of office in words.

use chrono::Datelike;

use crate::model::Stand;

use super::phrase::Phrase;

/// A term of office as of the Stand: `im Amt seit 2014, gewählt bis 2020`; `None` when neither year is known.
///
/// Years are whole: a term ending in the Stand's own year has not ended yet. One that ended before says so
/// and leaves open who held the office since, which the table does not tell: `Amtsantritt 2006, Amtszeit
/// 2016 abgelaufen`. Who takes office after the Stand is `im Amt ab` that year. Numbers: since, until.
pub fn term(since: Option<i32>, until: Option<i32>, stand: Stand) -> Option<Phrase> {
    let now = stand.date.year();
    let ended = until.is_some_and(|year| year < now);
    let mut phrase = Phrase::default();
    if let Some(year) = since {
        let words = match ended {
            true => "Amtsantritt ",
            false if year > now => "im Amt ab ",
            false => "im Amt seit ",
        };
        phrase = phrase.text(words).number(year.to_string());
    }
    if let Some(year) = until {
        let comma = if since.is_some() { ", " } else { "" };
        let (before, after) = if ended { ("Amtszeit ", " abgelaufen") } else { ("gewählt bis ", "") };
        phrase = phrase.text(&format!("{comma}{before}")).number(year.to_string()).text(after);
    }
    (since.is_some() || until.is_some()).then_some(phrase)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    fn of_2017(since: Option<i32>, until: Option<i32>) -> Option<String> {
        let date = NaiveDate::from_ymd_opt(2017, 6, 1).expect("a date");
        term(since, until, Stand { date, day_known: false }).map(|phrase| phrase.to_string())
    }

    #[test]
    fn terms_are_worded_by_the_stand() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of_2017(Some(2014), Some(2020)), some("im Amt seit 2014, gewählt bis 2020"));
        assert_eq!(of_2017(Some(2017), Some(2017)), some("im Amt seit 2017, gewählt bis 2017"));
        assert_eq!(of_2017(Some(2006), Some(2016)), some("Amtsantritt 2006, Amtszeit 2016 abgelaufen"));
        assert_eq!(of_2017(Some(2018), Some(2026)), some("im Amt ab 2018, gewählt bis 2026"));
        assert_eq!(of_2017(Some(2014), None), some("im Amt seit 2014"));
        assert_eq!(of_2017(None, Some(2020)), some("gewählt bis 2020"));
        assert_eq!(of_2017(None, Some(2016)), some("Amtszeit 2016 abgelaufen"));
        assert_eq!(of_2017(None, None), None);
    }

    proptest! {
        #[test]
        fn known_years_are_named(since: Option<i32>, until: Option<i32>) {
            let text = of_2017(since, until);
            prop_assert_eq!(text.is_none(), since.is_none() && until.is_none());
            for year in [since, until].into_iter().flatten() {
                prop_assert!(text.clone().unwrap_or_default().contains(&year.to_string()));
            }
        }
    }
}
