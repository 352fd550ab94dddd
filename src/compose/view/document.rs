//! The document itself: title, edition, sources.

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::compose::marks;
use crate::grammar::aggregate_words;
use crate::model::Data;
use crate::{german, grammar};

use super::fields::view;
use super::indicator::known;
use super::shared::{Attachment, Shared};

view! {
    /// The document itself.
    pub struct DocumentView {
        /// Title, as PDF readers show it.
        pub title: String,
        /// What stands at the head of its pages.
        pub running: String,
        /// Subject, one sentence.
        pub subject: String,
        /// Keywords.
        pub keywords: Vec<String>,
        /// Who publishes.
        pub publisher: String,
        /// Where.
        pub place: String,
        /// Title of the edition.
        pub edition_title: String,
        /// Subtitle of the edition.
        pub edition_subtitle: String,
        /// Folder name of the edition.
        pub edition: String,
        /// What the Kommunen are called together.
        pub group: String,
        /// Reference date as printed.
        pub stand: String,
        /// Revision state.
        pub revision: String,
        /// Reference date as `2017-06-01`, for code.
        pub date: String,
        /// Document ID.
        pub kennung: String,
        /// Whether it is one page.
        pub single: bool,
        /// Whether its pages have a running head.
        pub head: bool,
        /// Whether its first page is a cover.
        pub cover: bool,
        /// Whether it is a draft.
        pub draft: bool,
        /// Whether its pages reach 3 mm over the trimmed edge.
        pub bleed: bool,
        /// Whether empty pages make its number of pages a multiple of four.
        pub padded: bool,
        /// Whether the document is about a selection of the edition's Kommunen.
        pub selection: bool,
        /// How many Kommunen the document is about.
        pub total: FigureHandle,
        /// How many Kommunen the edition has.
        pub edition_total: FigureHandle,
        /// How values of several Kommunen are put together, a sentence.
        pub aggregation: String,
        /// Sources.
        pub sources: Vec<SourceView>,
        /// Files the PDF carries; empty but in profile `daten`.
        pub attachments: Vec<Attachment>,
    }
}

view! {
    /// A source.
    pub struct SourceView {
        /// For footers.
        pub short: String,
        /// In full.
        pub citation: String,
    }
}

/// Returns the view of a document about the Kommunen in scope. Its keywords are those of every document and `keywords`.
pub fn document(
    shared: &Shared<'_>,
    title: String,
    subject: String,
    keywords: &[&str],
    figures: &mut FigureTable<'_>,
) -> DocumentView {
    let data = shared.facts.data;
    let edition = &data.edition;
    let mut all = vec![edition.group.clone(), "SGB II".to_owned(), "Jobcenter".to_owned()];
    all.extend(keywords.iter().map(|k| (*k).to_owned()));
    DocumentView {
        running: title.clone(),
        title,
        subject,
        keywords: all,
        publisher: edition.publisher.value.clone(),
        place: edition.place.value.clone(),
        edition_title: edition.title.clone(),
        edition_subtitle: edition.subtitle.clone(),
        edition: edition.key.clone(),
        group: edition.group.clone(),
        stand: german::stand(edition.stand),
        revision: edition.revision.clone(),
        date: edition.stand.date.format("%Y-%m-%d").to_string(),
        kennung: marks::KENNUNG.to_string(),
        single: false,
        head: true,
        cover: false,
        draft: shared.draft,
        bleed: false,
        padded: false,
        selection: shared.facts.scope.len() < data.kommunen.len(),
        total: figures.count(shared.facts.scope.len(), "number of Kommunen in the document"),
        edition_total: figures.count(data.kommunen.len(), "number of Kommunen in the edition"),
        aggregation: aggregation(data),
        sources: edition
            .sources
            .iter()
            .map(|s| SourceView { short: s.short.clone(), citation: s.citation.clone() })
            .collect(),
        attachments: shared.attachments.clone(),
    }
}

/// Returns the title of a document made with the user's own template, from the name of the template: `Karte gross` for
/// `karte-gross`.
pub fn user_document_title(name: &str) -> String {
    grammar::capitalised(&name.replace('-', " "))
}

/// Says how values of several Kommunen are put together: `Einwohner, Fläche: Summe; SGB II-Quote: Mittel, gewichtet mit
/// „Einwohner“.`
fn aggregation(data: &Data) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for at in known(data) {
        let indicator = &data.indicators[at];
        let how = aggregate_words(indicator, &data.indicators).value;
        match groups.iter_mut().find(|(known, _)| *known == how) {
            Some((_, names)) => names.push(&indicator.short),
            None => groups.push((how, vec![&indicator.short])),
        }
    }
    let said: Vec<String> = groups.into_iter().map(|(how, names)| format!("{}: {how}", names.join(", "))).collect();
    format!("{}.", said.join("; "))
}
