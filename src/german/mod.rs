//! German numbers, dates, order of names, names safe for files, and letters that only look alike.

mod dates;
mod keys;
mod names;
mod numbers;
mod order;
pub mod signs;

pub use dates::{day, month_named, stand, weekday};
pub use keys::{match_key, slug};
pub use names::kommunen_named;
pub use numbers::{
    MEANINGLESS, NO_BREAK_SPACE, Numbers, UNKNOWN, difference_unit, join_unit, parsed, plain, rounded,
    unit_of_difference,
};
pub use order::{GermanOrder, filed};
