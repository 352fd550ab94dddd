//! Quartiles, sums, weighted means and ratios. Exact decimals throughout; missing values enter nothing.

use rust_decimal::Decimal;

/// The five figures that describe a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// Lowest value.
    pub min: Decimal,
    /// Quarter of the values lie at or below.
    pub lower_quartile: Decimal,
    /// Half of the values lie at or below.
    pub median: Decimal,
    /// Three quarters of the values lie at or below.
    pub upper_quartile: Decimal,
    /// Highest value.
    pub max: Decimal,
}

/// The spread of the known values; `None` when none is known.
///
/// Quartiles are interpolated linearly between the neighbouring values at position (n - 1) p of the
/// sorted list (Hyndman and Fan 1996, type 7).
pub fn spread(values: &[Option<Decimal>]) -> Option<Spread> {
    let mut sorted: Vec<Decimal> = values.iter().flatten().copied().collect();
    sorted.sort_unstable();
    Some(Spread {
        min: *sorted.first()?,
        lower_quartile: quartile(&sorted, 1),
        median: quartile(&sorted, 2),
        upper_quartile: quartile(&sorted, 3),
        max: *sorted.last()?,
    })
}

fn quartile(sorted: &[Decimal], quarter: usize) -> Decimal {
    let position = (sorted.len() - 1) * quarter;
    let (below, rest) = (position / 4, position % 4);
    let low = sorted[below];
    match sorted.get(below + 1) {
        Some(high) => low + (*high - low) * Decimal::from(rest) / Decimal::from(4),
        None => low,
    }
}

impl Spread {
    /// The quarter of the distribution a value falls in: 1 holds the lowest values, 4 the highest. A
    /// value on a boundary belongs to the lower quarter.
    pub fn quarter(&self, value: Decimal) -> u8 {
        if value <= self.lower_quartile {
            1
        } else if value <= self.median {
            2
        } else if value <= self.upper_quartile {
            3
        } else {
            4
        }
    }
}

/// The sum of the known values; `None` when none is known.
pub fn sum(values: &[Option<Decimal>]) -> Option<Decimal> {
    values.iter().flatten().copied().reduce(|a, b| a + b)
}

/// The mean of the values weighted by another list, over the pairs where both are known: Σ wᵢxᵢ / Σ wᵢ.
/// `None` when there is no such pair or the weights sum to zero.
pub fn weighted_mean(values: &[Option<Decimal>], weights: &[Option<Decimal>]) -> Option<Decimal> {
    let (mut top, mut bottom) = (Decimal::ZERO, Decimal::ZERO);
    for (value, weight) in values.iter().zip(weights) {
        if let (Some(value), Some(weight)) = (value, weight) {
            top += *value * *weight;
            bottom += *weight;
        }
    }
    (!bottom.is_zero()).then(|| top / bottom)
}

/// The sum of one list by the sum of another, over the pairs where both are known. `None` when there is
/// no such pair or the denominator is zero.
pub fn ratio(numerators: &[Option<Decimal>], denominators: &[Option<Decimal>]) -> Option<Decimal> {
    let (mut top, mut bottom) = (Decimal::ZERO, Decimal::ZERO);
    for (above, below) in numerators.iter().zip(denominators) {
        if let (Some(above), Some(below)) = (above, below) {
            top += *above;
            bottom += *below;
        }
    }
    (!bottom.is_zero()).then(|| top / bottom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(values: &[i64]) -> Vec<Option<Decimal>> {
        values.iter().map(|v| Some(Decimal::from(*v))).collect()
    }

    #[test]
    fn quartiles_are_interpolated() {
        let spread = spread(&list(&[1, 2, 3, 4])).expect("values");
        assert_eq!(spread.lower_quartile.to_string(), "1.75");
        assert_eq!(spread.median.to_string(), "2.50");
        assert_eq!(spread.upper_quartile.to_string(), "3.25");
        assert_eq!(spread.quarter(Decimal::from(1)), 1);
        assert_eq!(spread.quarter(Decimal::from(3)), 3);
    }

    #[test]
    fn one_value_is_its_own_spread() {
        let spread = spread(&list(&[7])).expect("a value");
        assert_eq!((spread.min, spread.median, spread.max), (7.into(), 7.into(), 7.into()));
    }

    #[test]
    fn missing_values_enter_no_mean() {
        let values = [Some(Decimal::from(2)), None, Some(Decimal::from(8))];
        let weights = [Some(Decimal::from(1)), Some(Decimal::from(100)), None];
        assert_eq!(weighted_mean(&values, &weights), Some(Decimal::from(2)));
        assert_eq!(weighted_mean(&[None], &[Some(Decimal::ONE)]), None);
        assert_eq!(ratio(&values, &[Some(Decimal::ZERO), None, None]), None);
        assert_eq!(sum(&[None, None]), None);
    }

    proptest! {
        #[test]
        fn spread_is_ordered_and_mean_lies_inside(
            raw in proptest::collection::vec((-1000i64..1000, 1i64..1000), 1..50)
        ) {
            let values: Vec<_> = raw.iter().map(|(v, _)| Some(Decimal::from(*v))).collect();
            let weights: Vec<_> = raw.iter().map(|(_, w)| Some(Decimal::from(*w))).collect();
            let s = spread(&values).expect("values");
            prop_assert!(s.min <= s.lower_quartile && s.lower_quartile <= s.median);
            prop_assert!(s.median <= s.upper_quartile && s.upper_quartile <= s.max);
            let mean = weighted_mean(&values, &weights).expect("weights");
            prop_assert!(s.min <= mean.round_dp(9) && mean.round_dp(9) <= s.max);
            let quarters: Vec<_> = values.iter().flatten().map(|v| s.quarter(*v)).collect();
            prop_assert!(quarters.iter().all(|q| (1..=4).contains(q)));
        }
    }
}
