//! What the views of all documents share: the facts, and how the document was asked for.

use crate::derive::Facts;
use crate::model::Meeting;

use super::fields::view;

/// What the views of all documents of a run are made from.
#[derive(Debug)]
pub struct Shared<'a> {
    /// The facts the document is about.
    pub facts: &'a Facts<'a>,
    /// Whether the document is a draft.
    pub draft: bool,
    /// Whether the pages of the brochure reach 3 mm over the trimmed edge.
    pub bleed: bool,
    /// Whether empty pages make the number of pages of the brochure a multiple of four.
    pub padded: bool,
    /// How much a fact sheet is tightnessd to fit its page: 0 as designed, more where it needed a second page.
    pub tightness: usize,
    /// The meeting a fact sheet is an annex of, with its number; `None` for one that stands alone.
    pub annex: Option<(&'a Meeting, usize)>,
    /// The name of the user's own template the document is made with; `None` for documents of ours.
    pub user_template: Option<&'a str>,
    /// Files the PDF carries.
    pub attachments: Vec<Attachment>,
}

view! {
    /// A file a PDF carries.
    #[derive(Clone)]
    pub struct Attachment {
        /// File name.
        pub name: String,
        /// Media type, for example `text/csv`.
        pub mime: String,
        /// What it holds, a German phrase.
        pub description: String,
        /// Its text.
        pub content: String,
    }
}
