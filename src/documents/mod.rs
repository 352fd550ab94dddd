//! The documents the program makes: one file for each kind, and the table of all kinds in `table`.
//!
//! `kind` says what a kind of document is, `document` which documents a build has, `of_meeting` those of a meeting, `user`
//! those made with templates of the user's own. What a template sees, its fields, stands in the file of its kind; what
//! several kinds see stands in `compose::view`.

mod annex;
mod brochure;
mod bundle;
mod comparison;
mod document;
mod fields;
pub(crate) mod fields_text;
mod kind;
mod meeting;
pub(crate) mod of_meeting;
mod rankings;
mod settings;
mod sheet;
mod side_by_side;
mod states;
mod table;
mod user;

pub(crate) use brochure::KIND as BROCHURE;
pub(crate) use comparison::KIND as COMPARISON;
pub use document::{Document, Sources, kept_kind, of_build, of_edition, of_manifest};
pub use fields::{Described, described, fields};
pub use kind::Subject;
pub use settings::Settings;
pub(crate) use sheet::KIND as SHEET;
pub use sheet::MAX_TIGHTNESS;
pub use table::{ALL, build_names, is_one_per_kommune, usual_names};
pub use user::{UserTemplate, document_named, user_templates};
