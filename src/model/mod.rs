//! The nouns: Kommune, Land, Indicator, Edition, and values that know where they were read.

mod changes;
mod colour;
mod data;
mod edition;
mod geo;
pub mod identity;
mod indicator;
mod key_figures;
mod kommune;
mod meeting;
mod practice;
mod printed;
mod profile;
mod prose;
mod publication;
mod values;

pub use crate::diag::Place;
pub use changes::{Changes, Comparability, Merger, Renaming};
pub use colour::Colour;
pub use data::{Data, Former};
pub use edition::{EditionDetails, Logo, NumberStyle, Source, Stand};
pub use geo::{Boundaries, Boundary, Ring};
pub use identity::IDENTITY;
pub use indicator::{Aggregate, Axis, Gender, Headline, Indicator, Polarity, Quantity};
pub use key_figures::{
    FigureComparison, FigureDistance, FigurePair, FigureTrend, KeyFigure, KeyFigures, ListedFigure, RowsRule,
};
pub use kommune::{Kommune, KommuneType, LAENDER, Land};
pub use meeting::{Annex, Meeting, MeetingFile};
pub use practice::{Fact, FactChange, Practice, Theme};
pub use printed::{PrintedLand, PrintedRank, PrintedRanking, RankingEnd};
pub use profile::{Profile, Shard};
pub use prose::{Block, Inline, LinkTarget, Prose};
pub use publication::{Contact, Licence, Publication, THEMES};
pub use values::{NumberCell, Sourced, Text, Year};
