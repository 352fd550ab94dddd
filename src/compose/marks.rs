//! Marks: private Unicode signs in a rendered text that are taken out before Typst sees it.
//!
//! They say which template line made a line and which figure made a number. Data cannot hold them: `check` refuses
//! private signs, and `escape` drops them.

/// Opens a printed number; its index follows, then [`NUMBER_TEXT`].
pub const NUMBER: char = '\u{e000}';
/// Separates the index of a printed number from its text.
pub const NUMBER_TEXT: char = '\u{e001}';
/// Closes a printed number.
pub const NUMBER_END: char = '\u{e002}';
/// Opens a text of the data that holds digits.
pub const TEXT: char = '\u{e005}';
/// Closes such a text.
pub const TEXT_END: char = '\u{e006}';
/// Opens a line mark: `template:line`, both numbers.
pub const LINE: char = '\u{e003}';
/// Closes a line mark.
pub const LINE_END: char = '\u{e004}';
/// Opens the handle of a figure: its index in the table of figures.
pub const HANDLE: char = '\u{e100}';
/// Closes the handle of a figure.
pub const HANDLE_END: char = '\u{e101}';
/// Opens the handle of a passage: its index in the table of passages, then [`HANDLE_END`].
pub const PASSAGE: char = '\u{e102}';
/// Stands before a passage that is printed.
pub const PASSAGE_BEGIN: char = '\u{e103}';
/// Stands where the document ID will be.
pub const KENNUNG: char = '\u{e110}';
/// Stands for any value while a template is probed.
pub const PROBE: char = '\u{e123}';
/// Stands where a template printed a figure without a helper.
pub const BARE_FIGURE: char = '\u{e130}';

/// Stands where a template printed a passage without its helper.
pub const BARE_PASSAGE: char = '\u{e131}';

/// Returns a printed number with its marks; `index` is that of its figure, `typst` its escaped text.
pub fn number(index: usize, typst: &str) -> String {
    format!("{NUMBER}{index}{NUMBER_TEXT}{typst}{NUMBER_END}")
}

/// Returns whether a sign is a private one.
pub fn is_private(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c)
}
