//! Checked -> Facts: ranks, spreads and aggregates, of all and of each Land. Pure; same data in, same
//! facts out.

mod aggregate;
mod facts;
pub mod printed;
pub mod rank;
mod rows;
pub mod since;
pub mod summary;

pub use facts::{Facts, LandFacts, RatioDeviation, Summary, derive, ratio_deviations};
