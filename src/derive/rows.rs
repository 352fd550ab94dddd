//! Rows of the table: their order, and the values of a column.

use rust_decimal::Decimal;

use crate::german::GermanOrder;
use crate::model::{Data, Kommune};

/// Sorts positions by name, then label, then AGS.
pub(super) fn in_german_order(data: &Data, mut positions: Vec<usize>, order: &GermanOrder) -> Vec<usize> {
    let key = |at: usize| -> &Kommune { &data.kommunen[at] };
    positions.sort_by(|a, b| {
        let (a, b) = (key(*a), key(*b));
        order
            .compare(&a.name.value, &b.name.value)
            .then_with(|| order.compare(&a.label.value, &b.label.value))
            .then_with(|| a.ags.value.cmp(&b.ags.value))
    });
    positions
}

/// The values of the indicator at a position, one per Kommune of `scope`.
pub(super) fn column(data: &Data, at: usize, scope: &[usize]) -> Vec<Option<Decimal>> {
    scope.iter().map(|k| data.kommunen[*k].values[at].value).collect()
}
