//! Rules about heads of administration: their terms and titles.

use chrono::Datelike;

use crate::diag::{Problem, Report, shown};
use crate::model::{Data, Kommune, KommuneType};

/// Most years a term may still have to run at the Stand: the longest terms the Länder know have ten, and a few
/// were elected before they began.
const LONGEST_TERM: i32 = 15;

/// A term does not end before it begins.
pub fn terms_in_order(data: &Data, report: &mut Report) {
    for kommune in &data.kommunen {
        if let (Some(since), Some(until)) = (kommune.in_office_since.value, kommune.elected_until.value)
            && until < since
        {
            let message =
                format!("the term of {} ends in {until}, before it begins in {since}", shown(&kommune.head.value));
            report.push(
                Problem::error("KB119", message)
                    .at(kommune.elected_until.place.clone())
                    .hint("correct in_office_since or elected_until"),
            );
        }
    }
}

/// A term has not ended before the Stand: the head of that day is another one.
pub fn terms_reach_the_stand(data: &Data, report: &mut Report) {
    let stand = data.edition.stand.date.year();
    for kommune in data.kommunen.iter().filter(|k| in_order(k)) {
        let Some(until) = kommune.elected_until.value.filter(|until| *until < stand) else { continue };
        let message =
            format!("the term of {} ended in {until}, before the Stand {}", head(kommune), data.edition.stand.iso());
        report.push(
            Problem::warning("KB126", message)
                .at(kommune.elected_until.place.clone())
                .hint("name the head of that day, or correct the year"),
        );
    }
}

/// A term has begun by the Stand, and ends in the time a term can have. `in_office_since` is the first year in
/// office, over all terms, and may be long ago.
pub fn terms_plausible(data: &Data, report: &mut Report) {
    let stand = data.edition.stand.date.year();
    for kommune in data.kommunen.iter().filter(|k| in_order(k)) {
        if let Some(since) = kommune.in_office_since.value.filter(|since| *since > stand) {
            let message =
                format!("{} takes office in {since}, after the Stand {}", head(kommune), data.edition.stand.iso());
            report.push(
                Problem::warning("KB139", message)
                    .at(kommune.in_office_since.place.clone())
                    .hint("name the head of that day, or correct the year"),
            );
        }
        if let Some(until) = kommune.elected_until.value.filter(|until| *until > stand + LONGEST_TERM) {
            let years = until - stand;
            let message = format!("the term of {} ends in {until}, {years} years after the Stand", head(kommune));
            report.push(
                Problem::warning("KB139", message)
                    .at(kommune.elected_until.place.clone())
                    .hint(format!("no term lasts {LONGEST_TERM} years: correct the year")),
            );
        }
    }
}

/// Whether the two years are in order, as far as they are known. If they are not, neither can be judged.
fn in_order(kommune: &Kommune) -> bool {
    kommune.in_office_since.value.zip(kommune.elected_until.value).is_none_or(|(since, until)| since <= until)
}

fn head(kommune: &Kommune) -> String {
    let known = kommune.head.known().map(shown);
    known.unwrap_or_else(|| format!("the head of {}", shown(&kommune.label.value)))
}

/// A Landkreis has a Landrat or a Landrätin, a kreisfreie Stadt a mayor. Titles that say neither, like
/// Regionspräsident, fit both.
pub fn titles_fit(data: &Data, report: &mut Report) {
    for kommune in &data.kommunen {
        let Some(office) = kommune.office.known() else { continue };
        let kind = kommune.kind.value;
        if kind_of_office(office).is_none_or(|of| of == kind) {
            continue;
        }
        let message =
            format!("office `{}` of {} is not that of a {}", shown(office), shown(&kommune.label.value), kind.key());
        let hint = match kind {
            KommuneType::Landkreis => "a Landkreis has a Landrat or a Landrätin: correct the office or the type",
            KommuneType::KreisfreieStadt => {
                "a kreisfreie Stadt has an Oberbürgermeister or an Oberbürgermeisterin: correct the office or the type"
            }
        };
        report.push(Problem::warning("KB127", message).at(kommune.office.place.clone()).hint(hint));
    }
}

/// The kind of Kommune a title belongs to; `None` when it fits both.
fn kind_of_office(office: &str) -> Option<KommuneType> {
    let office = office.to_lowercase();
    let says = |words: [&str; 2]| words.iter().any(|word| office.contains(word));
    match (says(["landrat", "landrät"]), says(["bürgermeister", "buergermeister"])) {
        (true, false) => Some(KommuneType::Landkreis),
        (false, true) => Some(KommuneType::KreisfreieStadt),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_what_they_head() {
        for (office, kind) in [
            ("Landrat", Some(KommuneType::Landkreis)),
            ("Landrätin", Some(KommuneType::Landkreis)),
            ("Oberbürgermeisterin", Some(KommuneType::KreisfreieStadt)),
            ("Erster Bürgermeister", Some(KommuneType::KreisfreieStadt)),
            ("Regionspräsident", None),
            ("Städteregionsrat", None),
            ("Regionalverbandsdirektor", None),
            ("Landrat und Bürgermeister", None),
        ] {
            assert_eq!(kind_of_office(office), kind, "{office}");
        }
    }
}
