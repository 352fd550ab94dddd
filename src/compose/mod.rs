//! Views + templates -> Typst text.
//!
//! Templates place values, `templates/look.typ` decides how things look. Handlebars runs in strict mode, and text is
//! escaped so that it can be nothing but text.

mod composed;
mod composer;
mod errors;
mod escape;
mod figures;
mod helper_docs;
mod helpers;
mod lint;
pub(crate) mod map;
mod marks;
mod prepared;
mod probe;
mod prose;
mod sourcemap;
mod template;
mod theme;
pub mod view;

pub use composed::{ComposedDocument, LineOrigins};
pub use composer::{Composer, MANUAL};
pub use figures::{FigureHandle, FigureTable, PassageHandle};
pub use helper_docs::{HELPER_DOCS, HelperDoc};
pub use prepared::PreparedAssets;
pub use prose::add_passage;
pub use sourcemap::TextSource;
pub use theme::apply_theme;
