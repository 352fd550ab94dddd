//! The words printed where a text is not known.

use crate::model::Text;

/// Printed for a text that is not known.
pub const NOT_GIVEN: &str = "keine Angabe";

/// Printed for an office without a title.
pub const NO_TITLE: &str = "Leitung der Verwaltung";

/// Returns a text, or [`NOT_GIVEN`].
pub fn given(text: &Text) -> String {
    text.known().unwrap_or(NOT_GIVEN).to_owned()
}
