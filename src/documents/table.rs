//! The table of all kinds of documents. A new kind needs a file in this folder, a line in this table, a template and a
//! golden file.

use super::kind::{About, Kind, MadeBy};
use super::{annex, brochure, bundle, comparison, rankings, sheet, side_by_side, states};

/// All kinds of documents of the program itself, in the order of lists. The kinds of user documents are in
/// [`user`](super::user).
pub static ALL: [&Kind; 8] = [
    &sheet::KIND,
    &brochure::KIND,
    &rankings::KIND,
    &states::KIND,
    &comparison::KIND,
    &side_by_side::KIND,
    &annex::KIND,
    &bundle::KIND,
];

/// Returns the names of the documents that a build can make.
pub fn build_names() -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(|kind| kind.made_by != MadeBy::Bundle).map(|kind| kind.name)
}

/// Returns the names of the documents that a build makes by default.
pub fn usual_names() -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(|kind| kind.made_by == MadeBy::Build).map(|kind| kind.name)
}

/// Whether a name is that of a document of the program that each Kommune has.
pub fn is_one_per_kommune(name: &str) -> bool {
    ALL.iter().any(|kind| kind.name == name && kind.about == About::Kommune)
}
