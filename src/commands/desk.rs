//! The desk where documents are composed: facts and templates side by side. `build` and `verify` share it.

use crate::args::Profile;
use crate::check::Checked;
use crate::compose::view::{self, Attachment, Shared};
use crate::compose::{ComposedDocument, Composer, FigureTable};
use crate::derive::Facts;
use crate::diag::{Problem, Result};
use crate::export;
use crate::german::Numbers;
use crate::model::Meeting;
use crate::plan::{self, Document, Kind};

use super::manifest::Settings;

/// All that composing needs.
pub struct Desk<'a> {
    /// The templates.
    pub composer: &'a Composer,
    /// The data.
    pub checked: &'a Checked,
    /// The facts about all Kommunen: fact sheets compare with them.
    pub of_all: &'a Facts<'a>,
    /// The facts about the selected Kommunen: the other documents are about them.
    pub of_scope: &'a Facts<'a>,
    /// How numbers are written.
    pub numbers: &'a Numbers,
    /// The meeting whose annexes are made; `None` in a build.
    pub meeting: Option<&'a Meeting>,
}

impl Desk<'_> {
    /// Composes a document; `attempt` says how tight a fact sheet is set.
    ///
    /// # Errors
    /// What templates may not do, with their lines.
    pub fn composed(&self, document: &Document, settings: &Settings, attempt: usize) -> Result<ComposedDocument> {
        let data = self.checked.data();
        let mut figures = FigureTable::new(self.numbers);
        let attachments = self.attachments(document, settings);
        let shared = |facts| Shared {
            facts,
            numbers: self.numbers,
            draft: settings.profile == Profile::Entwurf,
            bleed: settings.bleed,
            padded: settings.padded,
            squeeze: attempt,
            annex: match (document.kind, self.meeting) {
                (Kind::Annex(_, number), Some(meeting)) => Some((meeting, number)),
                _ => None,
            },
            user_template: document.own(),
            attachments,
        };
        let (template, record) = (document.template.as_str(), document.record.as_str());
        match document.kind {
            Kind::Sheet(k) | Kind::Annex(k, _) | Kind::OfKommune(k) => {
                let view = view::sheet(&shared(self.of_all), k, &mut figures);
                self.composer.compose(template, record, json(&view), figures)
            }
            Kind::Brochure | Kind::OfEdition => {
                let view = view::brochure(&shared(self.of_scope), &mut figures);
                self.composer.compose(template, record, json(&view), figures)
            }
            Kind::Rankings => {
                let view = view::rankings(&shared(self.of_scope), &mut figures);
                self.composer.compose(template, record, json(&view), figures)
            }
            Kind::Laender => {
                let view = view::laender(&shared(self.of_scope), &mut figures);
                self.composer.compose(template, record, json(&view), figures)
            }
            Kind::Comparison => {
                let view = view::comparison(&shared(self.of_scope), &mut figures);
                let view = view.ok_or_else(|| Problem::error("KB640", "a comparison without a former edition"))?;
                self.composer.compose(template, record, json(&view), figures)
            }
            Kind::Bundle => {
                let meeting = self.meeting.ok_or_else(|| Problem::error("KB552", "a bundle without a meeting"))?;
                let annexes: Vec<usize> =
                    meeting.annexes.iter().map(|annex| plan::kommune(&annex.ags, data)).collect::<Result<_>>()?;
                let view = view::bundle(&shared(self.of_scope), self.of_all, meeting, &annexes, &mut figures);
                self.composer.compose(template, record, json(&view), figures)
            }
        }
    }

    /// What a PDF carries in profile `daten`: its figures as CSV and JSON.
    pub fn attachments(&self, document: &Document, settings: &Settings) -> Vec<Attachment> {
        if settings.profile != Profile::Daten {
            return Vec::new();
        }
        let (name, what, table) = match document.kind {
            Kind::Sheet(k) | Kind::Annex(k, _) | Kind::OfKommune(k) => {
                let file = document.path.rsplit('/').next().unwrap_or_default();
                let name = file.trim_end_matches(".pdf");
                (name, "Werte, Ränge, Vergleichswerte und Definitionen", export::sheet(self.of_all, k))
            }
            Kind::Brochure | Kind::Bundle | Kind::OfEdition => {
                ("kommunen", "Alle Kommunen mit ihren Werten", export::kommunen(self.of_scope))
            }
            Kind::Rankings => ("ranglisten", "Alle Ranglisten", export::rankings(self.of_scope)),
            Kind::Comparison => {
                ("vergleich", "Alle Veränderungen gegenüber der früheren Ausgabe", export::all_changes(self.of_scope))
            }
            Kind::Laender => ("laender", "Alle Länder mit ihren Werten", export::laender(self.of_scope, true)),
        };
        let file = |ending: &str, mime: &str, content: String| Attachment {
            name: format!("{name}.{ending}"),
            mime: mime.to_owned(),
            description: format!("{what} ({})", ending.to_uppercase()),
            content,
        };
        vec![file("csv", "text/csv", table.csv()), file("json", "application/json", table.json())]
    }
}

/// A view as templates get it.
fn json(view: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(view).expect("views are JSON")
}
