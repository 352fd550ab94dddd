//! Values that know where they were read.

use rust_decimal::Decimal;

use crate::diag::Place;

/// A value with the place it was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The cell or entry it was read from.
    pub place: Place,
}

/// A text cell; an empty text means: not known.
pub type Text = Sourced<String>;

/// A number cell; `None` means: not known (an empty cell), never zero.
pub type NumberCell = Sourced<Option<Decimal>>;

/// A year cell; `None` means: not known.
pub type Year = Sourced<Option<i32>>;

impl Text {
    /// The text, or `None` when it is not known.
    pub fn known(&self) -> Option<&str> {
        (!self.value.is_empty()).then_some(self.value.as_str())
    }
}
