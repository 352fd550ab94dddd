//! Rules about keys, names and labels.

use std::collections::BTreeMap;

use crate::diag::{Problem, Report, shown};
use crate::german::match_key;
use crate::model::{Data, Kommune, KommuneType};

/// An AGS is five digits.
pub fn ags_form(data: &Data, report: &mut Report) {
    for ags in data.kommunen.iter().map(|k| &k.ags) {
        let digits = ags.value.bytes().all(|b| b.is_ascii_digit());
        if ags.value.is_empty() || (digits && ags.value.len() == 5) {
            continue;
        }
        let problem =
            Problem::error("KB115", format!("ags `{}` is not five digits", shown(&ags.value))).at(ags.place.clone());
        report.push(if digits && ags.value.len() == 4 {
            problem.hint(format!("a spreadsheet dropped the leading zero: 0{}", ags.value))
        } else {
            problem.hint("the Amtlicher Gemeindeschlüssel of a Kreis has two digits for the Land, three for the Kreis")
        });
    }
}

/// No two rows have the same AGS.
pub fn ags_unique(data: &Data, report: &mut Report) {
    let mut seen: BTreeMap<&str, &Kommune> = BTreeMap::new();
    for kommune in data.kommunen.iter().filter(|k| !k.ags.value.is_empty()) {
        if let Some(first) = seen.get(kommune.ags.value.as_str()) {
            let message = format!(
                "ags {} of {} is already that of {} in line {}",
                shown(&kommune.ags.value),
                shown(&kommune.label.value),
                shown(&first.label.value),
                first.ags.place.line,
            );
            report.push(
                Problem::error("KB114", message)
                    .at(kommune.ags.place.clone())
                    .hint("remove one of the rows or correct its key"),
            );
        } else {
            seen.insert(&kommune.ags.value, kommune);
        }
    }
}

/// The first two digits of an AGS are those of the Land.
pub fn ags_lies_in_its_land(data: &Data, report: &mut Report) {
    for kommune in &data.kommunen {
        let (ags, land) = (&kommune.ags, kommune.land.value);
        if ags.value.len() == 5 && !ags.value.starts_with(land.key) {
            let message = format!(
                "{} is said to lie in {}, whose keys begin with {}; its ags is {}",
                shown(&kommune.label.value),
                land.name,
                land.key,
                shown(&ags.value),
            );
            report.push(
                Problem::error("KB116", message).at(kommune.land.place.clone()).hint("correct the state or the ags"),
            );
        }
    }
}

/// No two rows have the same label.
pub fn labels_unique(data: &Data, report: &mut Report) {
    let mut seen: BTreeMap<String, &Kommune> = BTreeMap::new();
    for kommune in &data.kommunen {
        if let Some(first) = seen.insert(match_key(&kommune.label.value), kommune) {
            let message =
                format!("label `{}` also stands in line {}", shown(&kommune.label.value), first.label.place.line);
            report.push(
                Problem::warning("KB122", message)
                    .at(kommune.label.place.clone())
                    .hint("readers cannot tell the two apart"),
            );
        }
    }
}

/// Two rows of one Land with the same name and type are the same Kommune twice. A Stadt and a Landkreis of the same
/// name are two Kommunen.
pub fn names_unique(data: &Data, report: &mut Report) {
    let mut seen: BTreeMap<(String, &str, &str), &Kommune> = BTreeMap::new();
    for kommune in data.kommunen.iter().filter(|k| !k.name.value.is_empty()) {
        let (kind, land) = (kommune.kind.value, kommune.land.value);
        let key = (match_key(&kommune.name.value), kind.key(), land.key);
        if let Some(first) = seen.get(&key) {
            let message = format!(
                "name `{}` is already that of a {} in {}, in line {}",
                shown(&kommune.name.value),
                kind.key(),
                land.name,
                first.name.place.line,
            );
            report.push(
                Problem::warning("KB124", message)
                    .at(kommune.name.place.clone())
                    .hint("remove one of the rows, or correct the name or the type"),
            );
        } else {
            seen.insert(key, kommune);
        }
    }
}

/// A label holds the name, and does not call a Stadt a Landkreis or the other way round.
pub fn labels_fit(data: &Data, report: &mut Report) {
    for kommune in &data.kommunen {
        let (label, name) = (kommune.label.value.as_str(), kommune.name.value.as_str());
        if label.is_empty() || name.is_empty() {
            continue;
        }
        if !match_key(label).contains(&match_key(name)) {
            let message = format!("label `{}` does not contain the name `{}`", shown(label), shown(name));
            report.push(
                Problem::warning("KB128", message)
                    .at(kommune.label.place.clone())
                    .hint("correct the one that is another Kommune's"),
            );
        }
        let kind = kommune.kind.value;
        if let Some(said) = kind_in_label(label, name).filter(|said| *said != kind) {
            let message = format!("label `{}` is that of a {}, its type is {}", shown(label), said.key(), kind.key());
            report.push(
                Problem::warning("KB128", message)
                    .at(kommune.label.place.clone())
                    .hint("correct the label or the type: ranks and texts go by the type"),
            );
        }
    }
}

/// The kind a label names: a word `…kreis` means Landkreis; `Stadt` and similar words beside the name mean kreisfreie
/// Stadt. `None` when it names neither, like `Region Hannover`.
fn kind_in_label(label: &str, name: &str) -> Option<KommuneType> {
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect()
    };
    let city = |word: &String| {
        word == "stadtkreis" || word == "kreisfreie" || word == "stadt" || (word.ends_with("stadt") && word.len() > 5)
    };
    let beside = label.replacen(name, " ", 1);
    if words(&beside).iter().any(city) && !words(label).iter().any(|word| word.ends_with("landkreis")) {
        return Some(KommuneType::KreisfreieStadt);
    }
    words(label).iter().any(|word| word.ends_with("kreis") && word != "stadtkreis").then_some(KommuneType::Landkreis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_what_a_kommune_is() {
        let (landkreis, stadt) = (Some(KommuneType::Landkreis), Some(KommuneType::KreisfreieStadt));
        for (label, name, said) in [
            ("Landkreis Biberach", "Biberach", landkreis),
            ("Enzkreis", "Enzkreis", landkreis),
            ("Main-Kinzig-Kreis", "Main-Kinzig-Kreis", landkreis),
            ("Altmarkkreis Salzwedel", "Altmarkkreis Salzwedel", landkreis),
            ("Kreis Offenbach", "Offenbach", landkreis),
            ("Landkreis Neustadt an der Aisch", "Neustadt an der Aisch", landkreis),
            ("Landkreis Darmstadt-Dieburg", "Darmstadt-Dieburg", landkreis),
            ("Stadt Offenbach", "Offenbach", stadt),
            ("Kreisfreie Stadt Jena", "Jena", stadt),
            ("Stadtkreis Ulm", "Ulm", stadt),
            ("Hansestadt Rostock", "Rostock", stadt),
            ("Darmstadt", "Darmstadt", None),
            ("München", "München", None),
            ("Region Hannover", "Hannover", None),
            ("Insel Einsand", "Einsand", None),
            ("Regionalverband Saarbrücken", "Saarbrücken", None),
        ] {
            assert_eq!(kind_in_label(label, name), said, "{label}");
        }
    }
}
