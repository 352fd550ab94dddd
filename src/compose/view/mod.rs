//! The parts of views that several documents share. A view is a struct with all that a template may see, ready to
//! print.
//!
//! A view never holds a missing value: a missing number is a handle that prints the official sign, a missing text reads
//! "keine Angabe". `kreisblatt fields` prints the doc comments of these structs for the authors of templates.

mod charts;
mod document;
pub(crate) mod fields;
mod indicator;
mod kommune;
pub(crate) mod maps;
mod practice;
pub(crate) mod sentences;
mod shared;
mod unknown;

pub use charts::{BarGroupView, BarView, ChartView, GroupedBarsView};
pub(crate) use charts::{charted, charts, no_mark, no_mark_at, value_chart};
pub(crate) use document::document;
pub use document::{DocumentView, user_document_title};
pub(crate) use fields::view;
pub use fields::{Field, FieldShape, Shaped, fields, illustrate};
pub use indicator::{AggregateView, IndicatorView, ValueView};
pub(crate) use indicator::{aggregate, cell, extremes, indicator_view, known, mean, rank, ranking_origin, together};
pub(crate) use kommune::{CARDS, anchor, entry, kommune_view, mention};
pub use kommune::{KommuneView, MentionView};
pub(crate) use practice::practice_view;
pub use practice::{FactView, PracticeView};
pub use shared::{Attachment, Shared};
pub(crate) use unknown::NO_TITLE;
pub use unknown::NOT_GIVEN;
