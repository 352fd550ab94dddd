//! The documents of the program: one file for each kind, and the table of all kinds in `table`.
//!
//! `kind` defines a kind of document, `document` the documents of a build, `of_meeting` the documents of a meeting,
//! `user` the documents made with user templates. The fields of a template are in the file of its kind; fields that
//! several kinds share are in `compose::view`.

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
pub use document::{Document, Sources, of_build, of_edition, of_manifest};
pub use fields::{Described, described, fields};
pub use kind::Subject;
pub use settings::Settings;
pub(crate) use sheet::KIND as SHEET;
pub use sheet::MAX_TIGHTNESS;
pub use table::{ALL, build_names, is_one_per_kommune, usual_names};
pub use user::{UserTemplate, document_named, user_templates};
