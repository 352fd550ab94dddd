//! Printed rankings against those of the rows.

use std::ops::RangeInclusive;

use rust_decimal::Decimal;

use crate::german::{kommunen_named, rounded};
use crate::model::{Data, Place, PrintedRanking, RankingEnd};

/// Something in a printed ranking that is not as the rows have it.
#[derive(Debug, Clone)]
pub struct RankingDeviation {
    /// Position of the list in [`Data::printed_rankings`].
    pub list: usize,
    /// The cell it is about.
    pub place: Place,
    /// What it is.
    pub fault: RankingFault,
}

/// What is wrong with an entry of a printed ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RankingFault {
    /// No Kommune has the label, or several have it.
    Label {
        /// As printed.
        label: String,
        /// Positions of the Kommunen that have that label; none or several.
        named: Vec<usize>,
        /// The only Kommune that has the printed position and value; of several such Kommunen, the only one whose name
        /// is in the label. `None` when there is none. It counts as a member of the list.
        meant: Option<usize>,
    },
    /// The value is not that of the row at the decimals printed.
    Value {
        /// Position of the Kommune.
        kommune: usize,
        /// As printed.
        printed: Decimal,
        /// That of the row; `None` when the row has none.
        row: Option<Decimal>,
    },
    /// The position is not one of the ranks of the row.
    Position {
        /// Position of the Kommune.
        kommune: usize,
        /// The rank as printed, counted from the end the list is about.
        printed: u32,
        /// The ranks the rows make: several for a tie.
        ranks: RangeInclusive<u32>,
    },
    /// A Kommune that belongs in the list is not there.
    Missing {
        /// Position of the Kommune.
        kommune: usize,
        /// Its ranks.
        ranks: RangeInclusive<u32>,
    },
    /// A Kommune that does not belong in the list is there. One without a value is a [`RankingFault::Value`].
    NotAMember {
        /// Position of the Kommune.
        kommune: usize,
        /// The first of its ranks.
        rank: u32,
        /// How many ranks the list has.
        length: u32,
    },
    /// A Kommune stands there twice.
    Twice {
        /// Position of the Kommune.
        kommune: usize,
    },
}

/// Everything in the printed rankings that is not as the rows have it, in the order of their file.
pub fn rankings(data: &Data) -> Vec<RankingDeviation> {
    let mut found = Vec::new();
    for (list, ranking) in data.printed_rankings.iter().enumerate() {
        for (place, fault) in ranking_faults(data, ranking) {
            found.push(RankingDeviation { list, place, fault });
        }
    }
    found
}

/// A line of a printed ranking, as far as it is compared.
#[derive(Debug, Clone)]
struct PrintedLine {
    /// The position as printed.
    position: u32,
    /// The Kommune; `None` when no Kommune, or more than one, has the label.
    kommune: Option<usize>,
    /// The value as printed.
    value: Option<Decimal>,
}

/// The faults of a ranking, each with the cell it is about.
fn ranking_faults(data: &Data, ranking: &PrintedRanking) -> Vec<(Place, RankingFault)> {
    let values: Vec<Option<Decimal>> = data.kommunen.iter().map(|k| k.values[ranking.indicator].value).collect();
    let named: Vec<Vec<usize>> = ranking.entries.iter().map(|e| kommunen_named(&e.label.value, data)).collect();
    let mut lines: Vec<Option<PrintedLine>> = ranking
        .entries
        .iter()
        .zip(&named)
        .map(|(entry, named)| {
            let kommune = if let [one] = named.as_slice() { Some(*one) } else { None };
            Some(PrintedLine { position: entry.position.value?, kommune, value: entry.value.value })
        })
        .collect();
    let known: Vec<PrintedLine> = lines.iter().flatten().cloned().collect();
    let length =
        known.iter().map(|line| line.position).max().unwrap_or(0).max(u32::try_from(known.len()).unwrap_or(u32::MAX));
    let reversed = is_reversed(&known, ranking.end);
    let ranks = Ranks::new(&values, ranking.end);
    let rank_of = |line: &PrintedLine| if reversed { length + 1 - line.position } else { line.position };
    let mut faults: Vec<(Place, RankingFault)> = Vec::new();

    // A label of no Kommune or of several: position and value may leave only one.
    for (at, entry) in ranking.entries.iter().enumerate() {
        if named[at].len() == 1 {
            continue;
        }
        let meant = lines[at].as_ref().and_then(|line| {
            let taken: Vec<usize> = lines.iter().flatten().filter_map(|line| line.kommune).collect();
            let free =
                (0..values.len()).filter(|k| !taken.contains(k) && (named[at].is_empty() || named[at].contains(k)));
            let fits = |k: &usize| {
                let value =
                    values[*k].zip(line.value).is_some_and(|(row, printed)| rounded(row, printed.scale()) == printed);
                value && ranks.of(*k).is_some_and(|ranks| ranks.contains(&rank_of(line)))
            };
            let fitting: Vec<usize> = free.filter(fits).collect();
            let by_name =
                || fitting.iter().copied().filter(|k| entry.label.value.contains(&data.kommunen[*k].name.value));
            match fitting.as_slice() {
                [one] => Some(*one),
                _ => Some(by_name().next()?).filter(|_| by_name().count() == 1),
            }
        });
        if let (Some(line), Some(_)) = (&mut lines[at], meant) {
            line.kommune = meant;
        }
        let label = entry.label.value.clone();
        faults.push((entry.label.place.clone(), RankingFault::Label { label, named: named[at].clone(), meant }));
    }

    let mut seen: Vec<usize> = Vec::new();
    let mut members: Vec<(usize, u32)> = Vec::new(); // Kommune and printed rank of those that belong.
    for (entry, line) in ranking.entries.iter().zip(&lines) {
        let Some((line, kommune)) = line.as_ref().and_then(|line| Some((line, line.kommune?))) else { continue };
        if seen.contains(&kommune) {
            faults.push((entry.label.place.clone(), RankingFault::Twice { kommune }));
            continue;
        }
        seen.push(kommune);
        if let Some(printed) = line.value
            && values[kommune].is_none_or(|row| rounded(row, printed.scale()) != printed)
        {
            faults.push((entry.value.place.clone(), RankingFault::Value { kommune, printed, row: values[kommune] }));
        }
        match ranks.of(kommune) {
            Some(range) if *range.start() <= length => members.push((kommune, rank_of(line))),
            Some(ranks) => {
                let rank = *ranks.start();
                faults.push((entry.label.place.clone(), RankingFault::NotAMember { kommune, rank, length }));
            }
            None => {}
        }
    }
    let places: Vec<(usize, &Place)> = ranking
        .entries
        .iter()
        .zip(&lines)
        .filter_map(|(entry, line)| Some((line.as_ref()?.kommune?, &entry.position.place)))
        .collect();
    for (kommune, printed) in displaced(&members, &values, ranking.end) {
        let (Some(ranks), Some((_, place))) = (ranks.of(kommune), places.iter().find(|(k, _)| *k == kommune)) else {
            continue;
        };
        if !ranks.contains(&printed) {
            faults.push(((*place).clone(), RankingFault::Position { kommune, printed, ranks }));
        }
    }
    // A line without a readable position may be the one that seems to be missing.
    let unread = lines.iter().filter(|line| line.is_none()).count();
    if unread == 0 {
        let mut missing: Vec<usize> = (0..values.len())
            .filter(|k| !seen.contains(k) && ranks.of(*k).is_some_and(|range| *range.end() <= length))
            .collect();
        missing.sort_by_key(|k| ranks.of(*k).map(|range| *range.start()));
        for kommune in missing {
            if let Some(ranks) = ranks.of(kommune) {
                faults.push((ranking.name.place.clone(), RankingFault::Missing { kommune, ranks }));
            }
        }
    }
    faults
}

/// The ranks of values from one end; a tie has as many as it has members.
struct Ranks<'a> {
    values: &'a [Option<Decimal>],
    sorted: Vec<Decimal>,
    end: RankingEnd,
}

impl<'a> Ranks<'a> {
    fn new(values: &'a [Option<Decimal>], end: RankingEnd) -> Self {
        let mut sorted: Vec<Decimal> = values.iter().flatten().copied().collect();
        sorted.sort_unstable_by(|a, b| if end == RankingEnd::Highest { b.cmp(a) } else { a.cmp(b) });
        Self { values, sorted, end }
    }

    fn of(&self, k: usize) -> Option<RangeInclusive<u32>> {
        let value = self.values[k]?;
        let before = |other: &Decimal| if self.end == RankingEnd::Highest { *other > value } else { *other < value };
        let first = self.sorted.partition_point(before);
        let ties = self.sorted[first..].partition_point(|other| *other == value);
        let rank = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some(rank(first + 1)..=rank(first + ties))
    }
}

/// Whether a list is printed from its last rank to its first: more of its values go the other way than go its
/// own.
fn is_reversed(lines: &[PrintedLine], end: RankingEnd) -> bool {
    let mut values: Vec<(u32, Decimal)> = lines.iter().filter_map(|line| Some((line.position, line.value?))).collect();
    values.sort_by_key(|(position, _)| *position);
    let steps =
        |up: bool| values.windows(2).filter(|two| if up { two[1].1 > two[0].1 } else { two[1].1 < two[0].1 }).count();
    match end {
        RankingEnd::Highest => steps(true) > steps(false),
        RankingEnd::Lowest => steps(false) > steps(true),
    }
}

/// The members of a list (Kommune, printed rank) that do not stand where their values put them among
/// themselves. Members of a tie may stand in any order.
fn displaced(members: &[(usize, u32)], values: &[Option<Decimal>], end: RankingEnd) -> Vec<(usize, u32)> {
    let mut printed = members.to_vec();
    printed.sort_by_key(|(_, rank)| *rank);
    let mut sorted = printed.clone();
    sorted.sort_by(
        |(a, _), (b, _)| {
            if end == RankingEnd::Highest { values[*b].cmp(&values[*a]) } else { values[*a].cmp(&values[*b]) }
        },
    );
    printed
        .iter()
        .zip(&sorted)
        .filter(|((here, _), (due, _))| values[*here] != values[*due])
        .map(|(member, _)| *member)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_in_the_order_of_its_values_has_nobody_displaced(
            raw in proptest::collection::vec(0i64..12, 1..30), seed in any::<u64>()
        ) {
            let values: Vec<Option<Decimal>> = raw.iter().map(|n| Some(Decimal::from(*n))).collect();
            // Any order within a tie: sorted by value, then by a scrambled number.
            let scrambled = |k: usize| (k as u64).wrapping_mul(seed | 1).rotate_left(17);
            let mut order: Vec<usize> = (0..raw.len()).collect();
            order.sort_by_key(|k| (std::cmp::Reverse(raw[*k]), scrambled(*k)));
            let members: Vec<(usize, u32)> = order.iter().copied().zip(1..).collect();
            prop_assert_eq!(displaced(&members, &values, RankingEnd::Highest), []);
            let ranks = Ranks::new(&values, RankingEnd::Highest);
            for (k, rank) in &members {
                prop_assert!(ranks.of(*k).is_some_and(|ranks| ranks.contains(rank)));
            }
            let lines: Vec<PrintedLine> = members
                .iter()
                .map(|(k, rank)| PrintedLine { position: *rank, kommune: Some(*k), value: values[*k] })
                .collect();
            prop_assert!(!is_reversed(&lines, RankingEnd::Highest));
            let differ = raw.iter().any(|n| *n != raw[0]);
            prop_assert_eq!(is_reversed(&lines, RankingEnd::Lowest), differ);
        }

        #[test]
        fn two_that_change_places_are_the_two_displaced(
            raw in proptest::collection::btree_set(0i64..1000, 2..30), a in any::<u16>(), b in any::<u16>()
        ) {
            let values: Vec<Option<Decimal>> = raw.iter().map(|n| Some(Decimal::from(*n))).collect();
            let (a, b) = (usize::from(a) % raw.len(), usize::from(b) % raw.len());
            let mut order: Vec<usize> = (0..raw.len()).collect();
            order.swap(a, b);
            let members: Vec<(usize, u32)> = order.into_iter().zip(1..).collect();
            let mut found: Vec<usize> = displaced(&members, &values, RankingEnd::Lowest).into_iter().map(|(k, _)| k).collect();
            found.sort_unstable();
            let mut expected = if a == b { vec![] } else { vec![a, b] };
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
