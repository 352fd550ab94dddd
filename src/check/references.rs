//! Rules about references between the files of an edition: to rows, parts and boundaries.

use std::collections::BTreeSet;

use crate::diag::{Problem, Report, nearest, shown};
use crate::model::{Data, Prose};

/// A practice example is of a Kommune that is there.
pub fn practice_of_known_kommunen(data: &Data, report: &mut Report) {
    for example in &data.practice {
        if !data.kommunen.iter().any(|k| k.ags.value == example.ags.value) {
            let message =
                format!("practice example of ags `{}`, which is not in kommunen.csv", shown(&example.ags.value));
            report.push(Problem::warning("KB133", message).at(example.ags.place.clone()).hint("it is left out"));
        }
    }
}

/// A text that is no part of the brochure is printed nowhere.
pub fn texts_are_printed(data: &Data, report: &mut Report) {
    let parts: Vec<&str> = data.edition.parts.iter().map(|part| part.value.as_str()).collect();
    for text in data.texts.iter().filter(|text| !parts.contains(&text.name.as_str())) {
        let message = format!("the text `{}` is no part of the brochure and is printed nowhere", text.name);
        let problem = Problem::warning("KB158", message).at(text.place.clone());
        report.push(
            problem
                .did_you_mean(&text.name, parts.iter().copied())
                .hint(format!("list \"{}\" under [brochure] parts in edition.toml, or delete the file", text.name)),
        );
    }
}

/// A link to the card of a Kommune that is not there would lead nowhere.
pub fn links_to_known_kommunen(data: &Data, report: &mut Report) {
    for ags in data.texts.iter().flat_map(Prose::kommunen) {
        if !data.kommunen.iter().any(|k| k.ags.value == ags.value) {
            let message = format!("the link leads to ags `{}`, which is not in kommunen.csv", shown(&ags.value));
            let problem = Problem::error("KB157", message).at(ags.place.clone());
            let near = nearest(&ags.value, data.kommunen.iter().map(|k| k.ags.value.as_str()));
            report.push(match data.kommunen.iter().find(|k| near == Some(k.ags.value.as_str())) {
                Some(k) => problem.hint(format!("did you mean `{}`, {}?", k.ags.value, shown(&k.label.value))),
                None => problem.hint("write kommune: and the AGS of a row, for example kommune:08426"),
            });
        }
    }
}

/// One message for all: an edition without geometry for hundreds of Kommunen is one fault, not hundreds.
pub fn boundaries_of_all(data: &Data, report: &mut Report) {
    if data.boundaries.kreise.is_empty() {
        return;
    }
    let known: BTreeSet<&str> = data.boundaries.kreise.iter().map(|shape| shape.key.as_str()).collect();
    let mut missing = data.kommunen.iter().filter(|k| !known.contains(k.ags.value.as_str()));
    if let Some(first) = missing.next() {
        let others = match missing.count() {
            0 => String::new(),
            1 => ", nor has one other".to_owned(),
            n => format!(", nor have {n} others"),
        };
        let message = format!("{} has no boundary in data/geo{others}", shown(&first.label.value));
        report.push(Problem::warning("KB123", message).at(first.ags.place.clone()).hint("its fact sheet has no map"));
    }
}
