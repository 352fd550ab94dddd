//! Data -> Checked: compares the cells with each other. One function per rule; all rules always run.

mod identity;
mod offices;
mod references;
mod texts;
mod values;

use crate::diag::{Report, Result, Severity};
use crate::load::Loaded;
use crate::model::Data;

pub use values::ratio_deviation;

/// Data without errors: the only kind documents are made from.
#[derive(Debug)]
pub struct Checked {
    data: Data,
    warnings: Report,
}

impl Checked {
    /// The data.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Warnings, which stop nothing.
    pub fn warnings(&self) -> &Report {
        &self.warnings
    }
}

/// Runs all rules over an edition, and over the edition it is compared with. Of that one only errors are reported.
///
/// # Errors
/// All problems, errors and warnings, when there is at least one error.
pub fn check(loaded: Loaded) -> Result<Checked> {
    let Loaded { data, mut report } = loaded;
    for CheckRule { id, run } in RULES {
        let before = report.problems().len();
        run(&data, &mut report);
        debug_assert!(report.problems()[before..].iter().all(|p| p.id == id), "the rule {id} speaks for itself");
    }
    if let Some(former) = &data.former {
        let mut of_former = Report::new();
        RULES.iter().for_each(|rule| (rule.run)(&former.data, &mut of_former));
        report.extend(of_former.problems().iter().filter(|p| p.severity == Severity::Error).cloned().collect());
    }
    report.sort_by_place();
    if report.has_errors() { Err(report) } else { Ok(Checked { data, warnings: report }) }
}

/// A rule: a function that reports problems under the ID of the rule and no other.
struct CheckRule {
    /// The ID of its problems; severity, title and explanation are in [`crate::diag::rules`].
    id: &'static str,
    run: fn(&Data, &mut Report),
}

const fn rule(id: &'static str, run: fn(&Data, &mut Report)) -> CheckRule {
    CheckRule { id, run }
}

/// All rules; the order is that of their subjects, problems are sorted by place.
const RULES: [CheckRule; 23] = [
    rule("KB112", texts::signs_no_name_needs),
    rule("KB113", texts::lengths),
    rule("KB121", texts::stray_whitespace),
    rule("KB129", texts::look_alikes),
    rule("KB115", identity::ags_form),
    rule("KB114", identity::ags_unique),
    rule("KB116", identity::ags_lies_in_its_land),
    rule("KB122", identity::labels_unique),
    rule("KB124", identity::names_unique),
    rule("KB128", identity::labels_fit),
    rule("KB117", values::values_in_range),
    rule("KB120", values::values_printed_in_full),
    rule("KB159", values::indicators_have_values),
    rule("KB118", values::ratios_recomputed),
    rule("KB125", values::rates_within_others),
    rule("KB119", offices::terms_in_order),
    rule("KB126", offices::terms_reach_the_stand),
    rule("KB139", offices::terms_plausible),
    rule("KB127", offices::titles_fit),
    rule("KB133", references::practice_of_known_kommunen),
    rule("KB157", references::links_to_known_kommunen),
    rule("KB158", references::texts_are_printed),
    rule("KB123", references::boundaries_of_all),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::assets::Assets;
    use crate::load::load;

    fn edition(change: impl Fn(String) -> String) -> Result<Checked> {
        let path = "data/2017/kommunen.csv";
        let text = Assets::embedded().text(path).expect("the table").to_owned();
        let assets = Assets::with_files([(path.to_owned(), change(text).into_bytes())]);
        check(load(&assets, "2017").expect("loads"))
    }

    fn ids(result: Result<Checked>) -> Vec<&'static str> {
        let report = result.map_or_else(|report| report, |checked| checked.warnings);
        report.problems().iter().map(|p| p.id).collect()
    }

    #[test]
    fn the_shipped_edition_has_no_errors() {
        assert!(edition(|t| t).is_ok());
    }

    #[test]
    fn each_rule_finds_what_it_is_for() {
        let base = ids(edition(|t| t));
        for (from, to, id) in [
            ("08118,Ludwigsburg", "08111,Ludwigsburg", "KB114"),
            ("08118,Ludwigsburg", "8118,Ludwigsburg", "KB115"),
            ("08118,Ludwigsburg", "09118,Ludwigsburg", "KB116"),
            ("534074,778,3.46", "534074,778,103.46", "KB117"),
            ("534074,778,3.46", "534074,777,3.46", "KB118"),
            ("parteilos,1996,2020", "parteilos,2021,2020", "KB119"),
            ("534074,778,3.46", "534074,778,3.466", "KB120"),
            ("Dr. Rainer Haas", "Dr.  Rainer Haas", "KB121"),
            ("Dr. Rainer Haas", "Dr.\u{a0}Rainer Haas", "KB121"),
            ("Dr. Rainer Haas", "Dr. R\u{430}iner Haas", "KB129"),
            ("Klaus Pavel", "Klaus Pa\u{fe}el", ""),
            ("Landkreis Tuttlingen", "Kreisfreie Stadt Tuttlingen", "KB128"),
            ("Landkreis Tuttlingen", "Landkreis Trossingen", "KB128"),
            ("08327,Tuttlingen", "08327,Biberach", "KB124 KB128"),
            ("534074,778,3.46,1.8", "534074,778,3.46,3.5", "KB125"),
            ("parteilos,1996,2020", "parteilos,1996,2016", "KB126"),
            ("parteilos,1996,2020", "parteilos,2018,2020", "KB139"),
            ("parteilos,1996,2020", "parteilos,1996,2033", "KB139"),
            ("Landrat,Dr. Rainer Haas", "Oberbürgermeister,Dr. Rainer Haas", "KB127"),
            ("Landrat,Dr. Rainer Haas", "Regionspräsident,Dr. Rainer Haas", ""),
            ("Landkreis Ludwigsburg", "Ostalbkreis", "KB122 KB128"),
            ("Dr. Rainer Haas", "Dr. Rainer\u{202e} Haas", "KB112"),
        ] {
            let found = ids(edition(|t| t.replace(from, to)));
            // A wrong AGS is also one without a boundary.
            let new: BTreeSet<_> = found.iter().filter(|id| !base.contains(id) && **id != "KB123").copied().collect();
            assert_eq!(new, id.split_whitespace().collect(), "{from} -> {to}: {found:?}");
        }
    }

    #[test]
    fn absurd_lengths_are_refused() {
        let found = ids(edition(|t| t.replace("Landkreis Ludwigsburg", &"x".repeat(5000))));
        assert!(found.contains(&"KB113"));
    }
}
