//! Compares what an earlier publication printed with the rows: totals, rankings, key figures, facts of practice
//! examples. The result is a list of deviations; nothing is corrected.
//!
//! It is about all Kommunen of an edition: with a part of them in scope nothing is compared.

mod key_figures;
mod practice;
mod rankings;
mod totals;

use super::facts::Facts;

pub use key_figures::KeyFigureDeviation;
pub use practice::PracticeDeviation;
pub use rankings::{RankingDeviation, RankingFault};
pub use totals::{DeviationReason, TotalDeviation};

/// Everything that was printed and differs from the rows.
#[derive(Debug, Default)]
pub struct PrintedDeviations {
    /// State totals, in the order of their file.
    pub totals: Vec<TotalDeviation>,
    /// Rankings, in the order of their file.
    pub rankings: Vec<RankingDeviation>,
    /// National key figures, in the order of their file.
    pub key_figures: Vec<KeyFigureDeviation>,
    /// Facts of practice examples, in the order of their file.
    pub practice: Vec<PracticeDeviation>,
}

/// Compares everything that was printed with the rows. `facts` are those about all Kommunen.
pub fn printed(facts: &Facts<'_>) -> PrintedDeviations {
    if facts.scope.len() < facts.data.kommunen.len() {
        return PrintedDeviations::default();
    }
    PrintedDeviations {
        totals: totals::totals(facts),
        rankings: rankings::rankings(facts.data),
        key_figures: key_figures::key_figures(facts),
        practice: practice::practice(facts.data),
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::assets::Assets;
    use crate::check::check;
    use crate::derive::derive;
    use crate::german::rounded;
    use crate::load::load;
    use crate::model::Data;
    use proptest::prelude::*;

    fn with<T>(changes: &[(&str, &str, &str)], look: impl FnOnce(&Data, PrintedDeviations) -> T) -> T {
        let embedded = Assets::embedded();
        let mut files: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
        for (file, from, to) in changes {
            let path = format!("data/2017/{file}");
            let text = files.entry(path.clone()).or_insert_with(|| embedded.text(&path).expect("the file").to_owned());
            assert!(text.contains(from), "{from}");
            *text = text.replacen(from, to, 1);
        }
        let assets = Assets::with_files(files.into_iter().map(|(path, text)| (path, text.into_bytes())));
        let checked = check(load(&assets, "2017").expect("loads")).expect("no errors");
        let all: Vec<usize> = (0..checked.data().kommunen.len()).collect();
        look(checked.data(), printed(&derive(&checked, &all)))
    }

    const LISTS: &str = "ranglisten_gedruckt.csv";

    fn faults(changes: &[(&str, &str, &str)]) -> Vec<String> {
        with(changes, |data, printed| {
            let name = |k: usize| data.kommunen[k].label.value.clone();
            let said = |deviation: &RankingDeviation| match &deviation.fault {
                RankingFault::Label { label, meant, .. } => format!("label {label} = {:?}", meant.map(name)),
                RankingFault::Value { kommune, printed, row } => format!("value {} {printed} {row:?}", name(*kommune)),
                RankingFault::Position { kommune, printed, ranks } => {
                    format!("position {} {printed} {ranks:?}", name(*kommune))
                }
                RankingFault::Missing { kommune, ranks } => format!("missing {} {ranks:?}", name(*kommune)),
                RankingFault::NotAMember { kommune, rank, .. } => format!("stranger {} {rank}", name(*kommune)),
                RankingFault::Twice { kommune } => format!("twice {}", name(*kommune)),
            };
            printed.rankings.iter().map(said).collect()
        })
    }

    const LABEL: &str = "label Offenbach am Main = Some(\"Stadt Offenbach\")";
    const VALUE: &str = "value Landkreis Günzburg 1.9 Some(1.95)";

    #[test]
    fn the_shipped_lists_differ_in_one_label_and_one_value() {
        assert_eq!(faults(&[]), [LABEL, VALUE]);
    }

    #[test]
    fn swapped_positions_are_told_and_a_tie_may_swap() {
        let swap = [
            (LISTS, "hoechste,3,Landkreis Uckermark", "hoechste,4,Landkreis Uckermark"),
            (LISTS, "hoechste,4,Wuppertal", "hoechste,3,Wuppertal"),
        ];
        assert_eq!(
            faults(&swap),
            [LABEL, "position Stadt Wuppertal 3 4..=4", "position Landkreis Uckermark 4 3..=3", VALUE]
        );
        let tied = [swap[0], swap[1], ("kommunen.csv", "13.52", "13.78"), (LISTS, "\"13,5 %\"", "\"13,8 %\"")];
        assert_eq!(faults(&tied), [LABEL, VALUE]);
    }

    #[test]
    fn a_reversed_list_is_no_fault_but_a_swap_in_it_is() {
        let swap = [
            (LISTS, "schwaechste,9,Schweinfurt", "schwaechste,10,Schweinfurt"),
            (LISTS, "schwaechste,10,Kaufbeuren", "schwaechste,9,Kaufbeuren"),
        ];
        assert_eq!(
            faults(&swap),
            [LABEL, VALUE, "position Stadt Schweinfurt 1 2..=2", "position Stadt Kaufbeuren 2 1..=1"]
        );
    }

    #[test]
    fn who_is_missing_and_who_does_not_belong_is_told_without_the_shift() {
        let other = [(LISTS, "3,Landkreis Uckermark,\"13,8 %\"", "3,Burgenlandkreis,\"10,5 %\"")];
        assert_eq!(faults(&other), [LABEL, "stranger Burgenlandkreis 11", "missing Landkreis Uckermark 3..=3", VALUE]);
        let twice = [(LISTS, "hoechste,3,Landkreis Uckermark,\"13,8 %\"", "hoechste,3,Essen,\"15,3 %\"")];
        assert_eq!(faults(&twice), [LABEL, "twice Stadt Essen", "missing Landkreis Uckermark 3..=3", VALUE]);
    }

    #[test]
    fn an_unknown_label_that_nothing_tells_leaves_its_kommune_missing() {
        let odd = [(LISTS, "1,Offenbach am Main,\"15,6 %\"", "1,Posemuckel,\"15,7 %\"")];
        assert_eq!(faults(&odd), ["label Posemuckel = None", "missing Stadt Offenbach 1..=1", VALUE]);
        let two = [(LISTS, "1,Offenbach am Main", "1,Offenbach")];
        assert_eq!(faults(&two), ["label Offenbach = Some(\"Stadt Offenbach\")", VALUE]);
    }

    #[test]
    fn totals_know_what_their_difference_may_be() {
        let reasons = |changes: &[(&str, &str, &str)]| {
            with(changes, |data, printed| {
                let line = |total: &TotalDeviation| {
                    let key = total.indicator.map_or("kommunen", |at| data.indicators[at].key.as_str());
                    format!("{} {key} {:?}", total.land.short, total.reason)
                };
                printed.totals.iter().map(line).collect::<Vec<_>>()
            })
        };
        let one = "Some(OneKommune([(0, 73885), (1, 636.02)]))";
        let shipped = reasons(&[]);
        assert_eq!(
            shipped,
            [
                "BW area_km2 Some(Rounding(0.055))".to_owned(),
                format!("NI population {one}"),
                format!("NI area_km2 {one}"),
                "SH area_km2 Some(Coarser)".to_owned(),
            ]
        );
        // The area alone, while the inhabitants agree, is no Kommune; nor is one without inhabitants to speak of.
        let totals = "laender_gedruckt.csv";
        let alone = reasons(&[(totals, "2818782", "2744897")]);
        assert_eq!(alone[1], "NI area_km2 None");
        let empty = reasons(&[(totals, "20375.01", "22738.99")]);
        assert_eq!(empty[1..3], ["NI population None", "NI area_km2 None"], "25 on a km² is less than anywhere");
        let opposite = reasons(&[(totals, "20375.01", "19138.99")]);
        assert_eq!(opposite[1..3], ["NI population None", "NI area_km2 None"]);
        let counted = reasons(&[(totals, "Bayern,10,", "Bayern,11,")]);
        assert_eq!(counted[1], "BY kommunen None");
    }

    #[test]
    fn key_figures_are_made_where_rows_allow() {
        let found = |changes: &[(&str, &str, &str)]| {
            with(changes, |data, printed| {
                let line = |d: &KeyFigureDeviation| {
                    let figure = &data.key_figures.numbers[d.figure];
                    format!("{} {} {}", figure.path, figure.value.value, d.computed)
                };
                printed.key_figures.iter().map(line).collect::<Vec<_>>()
            })
        };
        let rates =
            ["gedruckt.alo_sgb3_prozent.optionskommunen 2.2 2.3", "gedruckt.alo_sgb2_prozent.optionskommunen 3.7 3.8"];
        assert_eq!(found(&[]), rates);
        let file = "eckwerte.toml";
        let more = found(&[
            (file, "kommunale_jobcenter = 104", "kommunale_jobcenter = 105"),
            (file, "einwohner_mio = 22.5", "einwohner_mio = 22.50"),
            (file, "leistungsberechtigte_mio = 1.5", "leistungsberechtigte_mio = 1.6"),
            (file, "flaechenlaender = 13", "flaechenlaender = 12"),
        ]);
        let expected = [
            "gedruckt.kommunale_jobcenter 105 104",
            "gedruckt.einwohner_mio 22.50 22.53",
            "gedruckt.leistungsberechtigte_mio 1.6 1.5",
            "gedruckt.flaechenlaender 12 13",
        ];
        assert_eq!(more[..4], expected);
        // A row without a value: a part is not the whole.
        assert_eq!(found(&[("kommunen.csv", "534074,778,3.46,1.8,1.8", "534074,778,3.46,,1.8")]), rates[..1]);
    }

    #[test]
    fn facts_are_compared_where_both_speak_of_the_same() {
        let found = |from: &str, to: &str| {
            with(&[("praxis.toml", from, to)], |_, printed| {
                printed.practice.iter().map(|d| format!("{} {}", d.printed, d.row)).collect::<Vec<_>>()
            })
        };
        let (text, heute) = ("text = \"5,0 → 3,4 %\"", "im SGB II, 2007 und heute");
        assert_eq!(found(heute, heute), ["3.4 3.9", "4.9 4.8"]);
        for skipped in [
            "im SGB II, heute und 2007",
            "im SGB II, 2007 und 2016",
            "im SGB II, 2007 und Mai 2017",
            "im SGB II der Frauen",
            "im SGB IIX",
            "",
        ] {
            assert_eq!(found(heute, skipped), ["4.9 4.8"], "{skipped}");
        }
        for compared in ["im SGB II", "im SGB II, 2007 und Juni 2017", "im SGB II im Juni 2017", "im SGB II (2017)"] {
            assert_eq!(found(heute, compared).len(), 2, "{compared}");
        }
        for skipped in ["über 3,4 %", "3,4–4,5 %", "3,4", "−3,4 %", "3,9 %", "4 %"] {
            assert_eq!(found(text, &format!("text = \"{skipped}\"")), ["4.9 4.8"], "{skipped}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_value_is_its_row_at_the_decimals_printed(raw in 0i64..1_000_000, scale in 0u32..4, shown in 0u32..4) {
            let row = Decimal::new(raw, scale);
            let printed = rounded(row, shown);
            let off = (row - printed).abs();
            prop_assert!(off <= Decimal::new(5, shown + 1));
            prop_assert!(off < Decimal::new(5, shown + 1) || printed.abs() >= row.abs(), "half goes away from zero");
        }
    }
}
