//! Rankings. Equal values share a rank and the next rank skips: 1, 2, 2, 4 ("standard competition
//! ranking"). A missing value takes no rank.

use rust_decimal::Decimal;

use crate::model::RankingEnd;

/// The rank of each value, in the order given; `None` for a missing value.
pub fn ranks(values: &[Option<Decimal>], from: RankingEnd) -> Vec<Option<u32>> {
    let mut sorted: Vec<Decimal> = values.iter().flatten().copied().collect();
    sorted.sort_unstable();
    values
        .iter()
        .map(|value| {
            let value = (*value)?;
            let better = match from {
                RankingEnd::Lowest => sorted.partition_point(|other| *other < value),
                RankingEnd::Highest => sorted.len() - sorted.partition_point(|other| *other <= value),
            };
            Some(u32::try_from(better + 1).unwrap_or(u32::MAX))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(texts: &[&str]) -> Vec<Option<Decimal>> {
        texts.iter().map(|t| t.parse().ok()).collect()
    }

    #[test]
    fn tie_shares_rank_and_the_next_skips() {
        let values = values(&["5", "7", "", "7", "9", "7.0"]);
        assert_eq!(ranks(&values, RankingEnd::Highest), [Some(5), Some(2), None, Some(2), Some(1), Some(2)]);
        assert_eq!(ranks(&values, RankingEnd::Lowest), [Some(1), Some(2), None, Some(2), Some(5), Some(2)]);
    }

    proptest! {
        #[test]
        fn rank_is_one_more_than_the_count_of_better_values(
            raw in proptest::collection::vec(proptest::option::of(-50i64..50), 0..60)
        ) {
            let values: Vec<_> = raw.iter().map(|v| v.map(Decimal::from)).collect();
            let high = ranks(&values, RankingEnd::Highest);
            let low = ranks(&values, RankingEnd::Lowest);
            for (at, value) in values.iter().enumerate() {
                let better = |f: fn(&Decimal, &Decimal) -> bool| {
                    value.map(|v| u32::try_from(values.iter().flatten().filter(|o| f(o, &v)).count() + 1).expect("small"))
                };
                prop_assert_eq!(high[at], better(|o, v| o > v));
                prop_assert_eq!(low[at], better(|o, v| o < v));
            }
        }
    }
}
