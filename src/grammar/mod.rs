//! German words for names, ranks and comparisons, as a careful editor writes them.
//!
//! Names decline by the noun they begin or end with, never by a list of Kommunen; a name that the rules do not
//! know falls back to "die Kommune X", which is right for every label. All functions are pure and take any
//! text: labels are user data. Where digits may stand in a phrase it is a [`Phrase`], so that a page can
//! mark each number with its origin.

mod aggregate;
mod article;
mod compare;
mod name;
mod office;
mod phrase;
mod rank;
mod term;
mod words;

pub use aggregate::aggregate_words;
pub use article::{Case, article};
pub use compare::{ValueComparison, difference, relative};
pub use name::Name;
pub use office::{TO_ANYBODY, address};
pub use phrase::{Phrase, PhrasePart};
pub use rank::{Poles, Standing, TIES_NAMED, tie};
pub use term::term;
pub use words::{Noun, capitalised, count, dative_plural, list};
