//! Which Kommunen of an edition a selection means.

use std::collections::BTreeSet;

use crate::diag::{Place, Problem, Report, Result, nearest, shown};
use crate::german::{kommunen_named, match_key};
use crate::model::{Data, Kommune, KommuneType, LAENDER};

use super::condition::Condition;
use super::selection::{Selection, Selector};

impl Selection {
    /// The positions of the selected Kommunen in [`Data::kommunen`], in file order.
    ///
    /// # Errors
    /// A name nobody has (with the nearest), a name several have (with all of them), an unknown Land or type,
    /// a condition that cannot be read, and a selection that matches nothing.
    pub fn resolve(&self, data: &Data) -> Result<Vec<usize>> {
        Ok(resolved(self, data)?.0)
    }

    /// The same positions in the order the Kommunen are named; where none are named, in file order.
    ///
    /// # Errors
    /// As [`Selection::resolve`].
    pub fn resolve_in_order(&self, data: &Data) -> Result<Vec<usize>> {
        let (found, named) = resolved(self, data)?;
        if self.kommunen.is_empty() {
            return Ok(found);
        }
        // A Kommune that is named twice comes once.
        let mut rest: BTreeSet<usize> = found.into_iter().collect();
        Ok(named.into_iter().filter(|k| rest.remove(k)).collect())
    }
}

/// The positions of the selected Kommunen in file order, and those of the named Kommunen in the order named.
fn resolved(selection: &Selection, data: &Data) -> Result<(Vec<usize>, Vec<usize>)> {
    let Selection { kommunen, states, types: kinds, conditions } = selection;
    let mut report = Report::new();
    let named = all_named(kommunen, data).unwrap_or_else(|problems| {
        report.extend(problems);
        Vec::new()
    });
    let mut found_in = |place: &Option<Place>, found: Result<usize, Box<Problem>>| {
        found
            .map_err(|mut problem| {
                problem.place.clone_from(place);
                report.push(*problem);
            })
            .ok()
    };
    let lands: Vec<usize> = states
        .iter()
        .filter_map(|(name, at)| {
            let names = LAENDER.iter().map(|l| l.name);
            found_in(at, one_of(name, names, "--state", "is none of the sixteen Länder"))
        })
        .collect();
    let types: Vec<usize> = kinds
        .iter()
        .filter_map(|(name, at)| {
            found_in(at, one_of(name, KommuneType::ALL.map(KommuneType::key).into_iter(), "--type", "is unknown"))
        })
        .collect();
    let mut condition = None;
    for (text, place) in conditions {
        let parsed = if condition.is_none() {
            Condition::parse(text, data)
        } else {
            Err(Box::new(Problem::usage("KB313", "there is a condition already").hint("join them with `and` or `or`")))
        };
        match parsed {
            Ok(parsed) => condition = Some(parsed),
            Err(mut problem) => {
                problem.place = place.clone().or(problem.place);
                report.push(*problem);
            }
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    let found: Vec<usize> = (0..data.kommunen.len())
        .filter(|k| {
            let kommune = &data.kommunen[*k];
            (kommunen.is_empty() || named.contains(k))
                && (states.is_empty() || lands.iter().any(|l| &LAENDER[*l] == kommune.land.value))
                && (kinds.is_empty() || types.iter().any(|i| KommuneType::ALL[*i] == kommune.kind.value))
                && condition.as_ref().is_none_or(|c| c.meets(kommune))
        })
        .collect();
    if found.is_empty() {
        let problem = Problem::usage("KB302", "the selection matches no Kommune");
        return Err(problem
            .hint("options of different kinds narrow each other down; `kreisblatt list` shows all")
            .into());
    }
    Ok((found, named))
}

/// The positions of the Kommunen of these names, in the order named.
///
/// # Errors
/// Names nobody has and names several have, all of them, at their places.
pub fn all_named(names: &[Selector], data: &Data) -> Result<Vec<usize>> {
    let mut report = Report::new();
    let mut found = Vec::new();
    for (name, place) in names {
        match one(name, data) {
            Ok(k) => found.push(k),
            Err(mut problem) => {
                problem.place.clone_from(place);
                report.push(*problem);
            }
        }
    }
    if report.has_errors() { Err(report) } else { Ok(found) }
}

/// The position of the one Kommune a name means.
///
/// # Errors
/// A name nobody has (with the nearest), and a name several have (with all of them).
pub fn kommune(name: &str, data: &Data) -> Result<usize> {
    one(name, data).map_err(|problem| (*problem).into())
}

fn one_of<'a>(
    wanted: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    option: &str,
    fault: &str,
) -> Result<usize, Box<Problem>> {
    let key = match_key(wanted);
    names.clone().position(|name| match_key(name) == key).ok_or_else(|| {
        let listed = names.clone().collect::<Vec<_>>().join(", ");
        Box::new(
            Problem::usage("KB303", format!("{option} `{}` {fault}", shown(wanted)))
                .did_you_mean(wanted, names)
                .hint(format!("known are: {listed}")),
        )
    })
}

fn one(wanted: &str, data: &Data) -> Result<usize, Box<Problem>> {
    let key = match_key(wanted);
    match kommunen_named(wanted, data).as_slice() {
        [] => {}
        [one] => return Ok(*one),
        many => {
            let list: Vec<String> = many.iter().map(|k| described(&data.kommunen[*k])).collect();
            return Err(Box::new(
                Problem::usage("KB304", format!("--kommune `{}` means several: {}", shown(wanted), list.join("; ")))
                    .hint("write the label or the AGS of the one you mean"),
            ));
        }
    }
    let problem = Problem::usage("KB305", format!("there is no Kommune `{}`", shown(wanted)));
    let names = data.kommunen.iter().flat_map(|k| [k.label.value.as_str(), k.name.value.as_str()]);
    let part: Vec<String> = data
        .kommunen
        .iter()
        .filter(|k| key.len() >= 3 && match_key(&k.label.value).contains(&key))
        .map(described)
        .take(8)
        .collect();
    Err(Box::new(match (nearest(wanted, names), part.is_empty()) {
        (Some(name), _) => problem.hint(format!("did you mean `{name}`?")),
        (None, false) => problem.hint(format!("did you mean one of: {}?", part.join("; "))),
        (None, true) => problem.hint("`kreisblatt list` shows all with their AGS"),
    }))
}

fn described(kommune: &Kommune) -> String {
    format!("{} ({})", kommune.label.value, kommune.ags.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::german::slug;
    use crate::load::load;

    fn data() -> Data {
        load(&Assets::embedded(), "2017").expect("the edition").data
    }

    fn by_name(name: &str) -> Result<Vec<usize>> {
        Selection::all().kommune(name).resolve(&data())
    }

    #[test]
    fn a_kommune_is_found_by_every_name_it_has() {
        let data = data();
        for name in
            ["08426", "landkreis-biberach", "08426-landkreis-biberach", "Landkreis Biberach", "BIBERACH", "biberach "]
        {
            let found = by_name(name).expect(name);
            assert_eq!(data.kommunen[found[0]].ags.value, "08426", "{name}");
        }
        assert_eq!(by_name("Landkreis Muenchen").expect("found"), by_name("münchen").expect("found"));
    }

    #[test]
    fn ambiguous_and_unknown_names_are_explained() {
        let text = by_name("Offenbach").expect_err("two").problems()[0].to_string();
        assert!(text.contains("Stadt Offenbach (06413)") && text.contains("Kreis Offenbach (06438)"), "{text}");
        let text = by_name("Biberch").expect_err("none").problems()[0].to_string();
        assert!(text.contains("did you mean `Biberach`?"), "{text}");
    }

    #[test]
    fn all_labels_and_slugs_are_unique_keys() {
        let data = data();
        for (k, kommune) in data.kommunen.iter().enumerate() {
            assert_eq!(by_name(&kommune.label.value).expect("found"), [k]);
            assert_eq!(by_name(&slug(&kommune.label.value)).expect("found"), [k]);
        }
    }
}
