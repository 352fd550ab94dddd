//! The fact sheet of a Kommune as an annex of a meeting, with the annex number at the top.

use crate::compose::view::Shaped;
use crate::export;

use super::kind::{About, Kind, MadeBy, always, value};
use super::sheet::{self, SheetView, sheet};

/// A fact sheet as an annex.
pub static KIND: Kind = Kind {
    name: "anlage",
    singular: "anlage",
    template: sheet::KIND.template,
    about: About::Annex,
    made_by: MadeBy::Bundle,
    one_page: true,
    title: "Anlage",
    description: "",
    summary: "fact sheet of a Kommune as an annex of a meeting",
    exists: always,
    shape: SheetView::shape,
    view: |context, figures| value(&sheet(&context.shared_of_all(), context.kommune(), figures)),
    table: |context| export::sheet(context.of_all, context.kommune()),
    table_title: sheet::KIND.table_title,
    table_file: None,
};
