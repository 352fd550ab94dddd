//! The table of all kinds of documents. A new kind is a file beside this one, a line here, a template and a golden file.

use super::kind::{About, Kind, MadeBy};
use super::{annex, brochure, bundle, comparison, rankings, sheet, side_by_side, states};

/// All kinds of documents the program itself makes, in the order they are listed. Documents of the user's own have the
/// kinds in [`user`](super::user).
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

/// The names of the documents a build can be asked for.
pub fn build_names() -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(|kind| kind.made_by != MadeBy::Bundle).map(|kind| kind.name)
}

/// The names of the documents a build makes that is asked for none.
pub fn usual_names() -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(|kind| kind.made_by == MadeBy::Build).map(|kind| kind.name)
}

/// Whether a name is that of a document of ours that each Kommune has one of.
pub fn is_one_per_kommune(name: &str) -> bool {
    ALL.iter().any(|kind| kind.name == name && kind.about == About::Kommune)
}
