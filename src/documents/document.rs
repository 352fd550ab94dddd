//! Single documents: the documents of a build or a meeting, and how a document is composed.

use crate::compose::view::{Attachment, Shared};
use crate::compose::{ComposedDocument, Composer, FigureTable};
use crate::derive::Facts;
use crate::diag::{Problem, Report, Result};
use crate::export::DataTable;
use crate::german::{Numbers, slug};
use crate::model::{Data, Meeting, Profile};

use super::kind::{About, Context, Kind, MadeBy, Subject};
use super::settings::Settings;
use super::table::ALL;
use super::user::{self, UserTemplate};

/// A document to make.
#[derive(Clone)]
pub struct Document {
    /// Its kind.
    pub kind: &'static Kind,
    /// Its subject.
    pub subject: Subject,
    /// Its template below `templates/`, without `.typ.hbs`.
    pub template: String,
    /// Its path below the edition's output folder, with `/` between folders.
    pub path: String,
    /// Its name in messages.
    pub record: String,
}

impl Document {
    /// Creates a document of a kind that has one document for each edition.
    pub fn of_edition(kind: &'static Kind, name: &str, template: &str) -> Self {
        let path = format!("{name}.pdf");
        Self { kind, subject: Subject::Edition, template: template.to_owned(), record: path.clone(), path }
    }

    /// Creates a document about one Kommune.
    pub fn of_kommune(kind: &'static Kind, name: &str, template: &str, k: usize, data: &Data) -> Self {
        let path = format!("{name}/{}.pdf", file_stem(data, k));
        let record = data.kommunen[k].label.value.clone();
        Self { kind, subject: Subject::Kommune(k), template: template.to_owned(), path, record }
    }

    /// Creates a document that compares these Kommunen, in this order.
    pub fn of_kommunen(kind: &'static Kind, compared: &[usize], data: &Data) -> Self {
        let stems: Vec<String> = compared.iter().map(|k| file_stem(data, *k)).collect();
        let labels: Vec<&str> = compared.iter().map(|k| data.kommunen[*k].label.value.as_str()).collect();
        Self {
            kind,
            subject: Subject::Kommunen(compared.to_vec()),
            template: kind.template.to_owned(),
            path: format!("{}/{}.pdf", kind.name, stems.join("-und-")),
            record: labels.join(", "),
        }
    }

    /// Returns the name of its user template; `None` for documents of the program.
    pub fn user_template(&self) -> Option<&str> {
        if user::is_user_kind(self.kind) { self.template.rsplit('/').next() } else { None }
    }

    /// Returns its title, in German.
    pub fn title(&self) -> String {
        self.user_template().map_or_else(|| self.kind.title.to_owned(), user::title)
    }

    /// Returns its file name without folder and extension.
    fn stem(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".pdf")
    }

    /// Returns the path of the table beside it; `None` where there is none.
    pub fn table_path(&self) -> Option<String> {
        self.kind.table_file.as_ref().map(|_| format!("{}.csv", self.path.trim_end_matches(".pdf")))
    }
}

/// Returns for example `08426-landkreis-biberach`.
fn file_stem(data: &Data, k: usize) -> String {
    let kommune = &data.kommunen[k];
    format!("{}-{}", kommune.ags.value, slug(&kommune.label.value))
}

/// Returns the `wanted` documents of a build: for each name either one document per Kommune in `scope`, or one document
/// that compares the Kommunen in `compared`, in that order. Documents about the edition come first: they take longest,
/// and all workers should end at about the same time.
///
/// # Errors
/// A wanted document that compares Kommunen, with too few or too many Kommunen in `compared`.
pub fn of_build(
    data: &Data,
    user: &[UserTemplate],
    scope: &[usize],
    compared: &[usize],
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Document>> {
    let ours = ALL.iter().copied().filter(|kind| kind.made_by != MadeBy::Bundle && (kind.exists)(data).is_ok());
    let ours = ours.map(|kind| (kind.name, kind.template, kind));
    let users = user.iter().map(|user| (user.name.as_str(), user.template.as_str(), user.kind));
    let all: Vec<_> = ours.chain(users).filter(|(name, ..)| wanted(name)).collect();
    let mut documents = Vec::new();
    let mut report = Report::new();
    for (name, template, kind) in all.iter().filter(|(.., kind)| kind.about == About::Edition) {
        documents.push(Document::of_edition(kind, name, template));
    }
    for (name, template, kind) in all {
        match kind.about {
            About::Kommune => {
                documents.extend(scope.iter().map(|k| Document::of_kommune(kind, name, template, *k, data)));
            }
            About::Kommunen(least, most) if (least..=most).contains(&compared.len()) => {
                documents.push(Document::of_kommunen(kind, compared, data));
            }
            About::Kommunen(least, most) => report.push(
                Problem::usage(
                    "KB322",
                    format!("{name} compares {least} to {most} Kommunen, {} are selected", compared.len()),
                )
                .hint(format!("select them: --only {name} --kommune Biberach --kommune Essen")),
            ),
            About::Edition | About::Annex | About::Meeting => {}
        }
    }
    if report.has_errors() { Err(report) } else { Ok(documents) }
}

/// Returns all documents of an edition, except those that compare a few of its Kommunen.
pub fn of_edition(data: &Data, user: &[UserTemplate]) -> Vec<Document> {
    let everyone: Vec<usize> = (0..data.kommunen.len()).collect();
    let compares = |name: &str| ALL.iter().any(|kind| kind.name == name && matches!(kind.about, About::Kommunen(..)));
    of_build(data, user, &everyone, &everyone, |name| !compares(name))
        .expect("only documents that compare Kommunen can be refused")
}

/// Returns a document of a manifest that compares a few Kommunen, by its path and settings; `None` for other documents,
/// and when a Kommune is no longer in the data.
pub fn of_manifest(path: &str, settings: &Settings, data: &Data) -> Option<Document> {
    let (folder, _) = path.split_once('/')?;
    let kind = ALL.iter().copied().find(|kind| kind.name == folder && matches!(kind.about, About::Kommunen(..)))?;
    let position = |ags: &String| data.kommunen.iter().position(|kommune| kommune.ags.value == *ags);
    let compared: Vec<usize> = settings.selection.as_ref()?.iter().map(position).collect::<Option<_>>()?;
    Some(Document::of_kommunen(kind, &compared, data)).filter(|document| document.path == path)
}

/// The data needed to compose documents.
pub struct Sources<'a> {
    /// The data.
    pub data: &'a Data,
    /// The facts about all Kommunen: a single Kommune is compared with them.
    pub of_all: &'a Facts<'a>,
    /// The facts about the Kommunen in scope.
    pub of_scope: &'a Facts<'a>,
    /// The number format.
    pub numbers: &'a Numbers,
    /// The meeting the annexes belong to; `None` in a build.
    pub meeting: Option<&'a Meeting>,
}

impl Sources<'_> {
    /// Composes a document, `tightness` steps tighter than designed.
    ///
    /// # Errors
    /// Errors of the template, with their lines.
    pub fn compose(
        &self,
        composer: &Composer,
        document: &Document,
        settings: &Settings,
        tightness: usize,
    ) -> Result<ComposedDocument> {
        let attachments = self.attachments(document, settings);
        let context = self.context(document, settings, tightness, attachments);
        let mut figures = FigureTable::new(self.numbers);
        let view = (document.kind.view)(&context, &mut figures)?;
        composer.compose(&document.template, &document.record, view, figures)
    }

    fn context<'s>(
        &'s self,
        document: &'s Document,
        settings: &Settings,
        tightness: usize,
        attachments: Vec<Attachment>,
    ) -> Context<'s> {
        Context {
            subject: &document.subject,
            of_all: self.of_all,
            of_scope: self.of_scope,
            meeting: self.meeting,
            shared: Shared {
                facts: self.of_scope,
                draft: settings.is_draft(),
                bleed: settings.bleed,
                padded: settings.padded,
                tightness,
                annex: match (&document.subject, self.meeting) {
                    (Subject::Annex(_, number), Some(meeting)) => Some((meeting, *number)),
                    (Subject::Annex(..), None)
                    | (Subject::Kommune(_) | Subject::Kommunen(_) | Subject::Edition | Subject::Meeting, _) => None,
                },
                user_template: document.user_template(),
                attachments,
            },
        }
    }

    /// Returns the attachments of a PDF of the profile `daten`: its figures as CSV and JSON; empty in other profiles.
    pub fn attachments(&self, document: &Document, settings: &Settings) -> Vec<Attachment> {
        if settings.profile != Profile::Data {
            return Vec::new();
        }
        let kind = document.kind;
        let name = match kind.about {
            About::Kommune | About::Kommunen(..) | About::Annex => document.stem(),
            About::Edition | About::Meeting if kind.table_file.is_some() => kind.name,
            About::Edition | About::Meeting => "kommunen",
        };
        let table = self.table(document, settings);
        let file = |ending: &str, mime: &str, content: String| Attachment {
            name: format!("{name}.{ending}"),
            mime: mime.to_owned(),
            description: format!("{} ({})", kind.table_title, ending.to_uppercase()),
            content,
        };
        vec![file("csv", "text/csv", table.csv()), file("json", "application/json", table.json())]
    }

    /// Returns the figures of a document as a table.
    fn table(&self, document: &Document, settings: &Settings) -> DataTable {
        (document.kind.table)(&self.context(document, settings, 0, Vec::new()))
    }

    /// Returns the table beside a document: its path, and its content as CSV; `None` where there is none.
    pub fn table_beside(&self, document: &Document, settings: &Settings) -> Option<(String, String)> {
        Some((document.table_path()?, self.table(document, settings).csv()))
    }
}
