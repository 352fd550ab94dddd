//! Which Kommunen a map draws, and lengths on a map.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::derive::Facts;
use crate::grammar::{Case, Noun};
use crate::model::Kommune;
use crate::trace::Origin;

/// Returns the Kommune at a position in the data.
pub fn kommune<'f>(facts: &'f Facts<'_>, k: usize) -> &'f Kommune {
    &facts.data.kommunen[k]
}

fn has_boundary(facts: &Facts<'_>, k: usize) -> bool {
    facts.data.boundaries.kreise.iter().any(|shape| shape.key == kommune(facts, k).ags.value)
}

/// Returns the AGS of those Kommunen that have a boundary to draw.
pub fn drawn(facts: &Facts<'_>, members: &[usize]) -> Vec<String> {
    let members = members.iter().filter(|k| has_boundary(facts, **k));
    members.map(|k| kommune(facts, *k).ags.value.clone()).collect()
}

/// Adds a length on paper in millimetres.
pub fn length(millimetres: f64, figures: &mut FigureTable<'_>) -> FigureHandle {
    let origin = Origin::Formula { rule: "length on a map in mm".to_owned(), inputs: Arc::from([]) };
    figures.decimal(Decimal::from_f64_retain(millimetres), 2, "", Arc::new(origin))
}

/// Returns `Kommune` or `Kommunen`.
pub fn noun(count: usize) -> &'static str {
    if count == 1 { Noun::Kommune.singular(Case::Nominative) } else { Noun::Kommune.plural(Case::Nominative) }
}
