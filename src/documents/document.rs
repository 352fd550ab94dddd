//! Single documents: which ones a build or a meeting has, and how one is composed.

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
    /// What kind it is.
    pub kind: &'static Kind,
    /// What it is about.
    pub subject: Subject,
    /// Its template below `templates/`, without `.typ.hbs`.
    pub template: String,
    /// Its path below the edition's output folder, with `/` between folders.
    pub path: String,
    /// What messages call it.
    pub record: String,
}

impl Document {
    /// The document of a kind that is the only one of its edition.
    pub fn of_edition(kind: &'static Kind, name: &str, template: &str) -> Self {
        let path = format!("{name}.pdf");
        Self { kind, subject: Subject::Edition, template: template.to_owned(), record: path.clone(), path }
    }

    /// The document of a kind about one Kommune.
    pub fn of_kommune(kind: &'static Kind, name: &str, template: &str, k: usize, data: &Data) -> Self {
        let path = format!("{name}/{}.pdf", file_stem(data, k));
        let record = data.kommunen[k].label.value.clone();
        Self { kind, subject: Subject::Kommune(k), template: template.to_owned(), path, record }
    }

    /// The document of a kind that compares these Kommunen, in their order.
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

    /// The name of the template of the user's own it is made with; `None` for documents of ours.
    pub fn user_template(&self) -> Option<&str> {
        if user::is_user_kind(self.kind) { self.template.rsplit('/').next() } else { None }
    }

    /// What documents of its kind are called, in German.
    pub fn title(&self) -> String {
        self.user_template().map_or_else(|| self.kind.title.to_owned(), user::title)
    }

    /// The name of its file without folder and ending.
    fn stem(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".pdf")
    }

    /// The path of the table beside it; `None` where there is none.
    pub fn table_path(&self) -> Option<String> {
        self.kind.table_file.as_ref().map(|_| format!("{}.csv", self.path.trim_end_matches(".pdf")))
    }
}

/// `08426-landkreis-biberach`.
fn file_stem(data: &Data, k: usize) -> String {
    let kommune = &data.kommunen[k];
    format!("{}-{}", kommune.ags.value, slug(&kommune.label.value))
}

/// The documents a build has by their names, as far as they are `wanted`: one for each Kommune in `scope`, or one that
/// compares those in `compared`, in that order. Documents about the edition come first: they take longest, and no worker
/// should end long after the others.
///
/// # Errors
/// A wanted document that compares Kommunen, with fewer or more in scope than it takes.
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

/// All documents an edition has, but those that compare a few of its Kommunen.
pub fn of_edition(data: &Data, user: &[UserTemplate]) -> Vec<Document> {
    let everyone: Vec<usize> = (0..data.kommunen.len()).collect();
    let compares = |name: &str| ALL.iter().any(|kind| kind.name == name && matches!(kind.about, About::Kommunen(..)));
    of_build(data, user, &everyone, &everyone, |name| !compares(name))
        .expect("only documents that compare Kommunen can be refused")
}

/// The document that compares a few Kommunen and that a manifest names, by its path and how it was asked for; `None` for other
/// documents, and where a Kommune is not there any more.
pub fn of_manifest(path: &str, settings: &Settings, data: &Data) -> Option<Document> {
    let kind = kept_kind(path)?;
    let position = |ags: &String| data.kommunen.iter().position(|kommune| kommune.ags.value == *ags);
    let compared: Vec<usize> = settings.selection.as_ref()?.iter().map(position).collect::<Option<_>>()?;
    Some(Document::of_kommunen(kind, &compared, data)).filter(|document| document.path == path)
}

/// The kind of a document that stays in the output folder until it is made again, because a whole build does not make it;
/// `None` for all others. Documents of the user's own stay, too: they are known by their templates.
pub fn kept_kind(path: &str) -> Option<&'static Kind> {
    let (folder, _) = path.split_once('/')?;
    ALL.iter().copied().find(|kind| {
        kind.name == folder && matches!(kind.about, About::Kommunen(..)) && kind.made_by == MadeBy::BuildOnly
    })
}

/// What all documents are composed from.
pub struct Sources<'a> {
    /// The data.
    pub data: &'a Data,
    /// The facts about all Kommunen: single ones are compared with them.
    pub of_all: &'a Facts<'a>,
    /// The facts about the Kommunen in scope.
    pub of_scope: &'a Facts<'a>,
    /// How numbers are written.
    pub numbers: &'a Numbers,
    /// The meeting whose annexes are made; `None` in a build.
    pub meeting: Option<&'a Meeting>,
}

impl Sources<'_> {
    /// Composes a document, set `tightness` steps tighter than designed.
    ///
    /// # Errors
    /// What templates may not do, with their lines.
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

    /// What a PDF of the profile `daten` carries: its figures as CSV and JSON; nothing in other profiles.
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

    /// The figures of a document as a table.
    fn table(&self, document: &Document, settings: &Settings) -> DataTable {
        (document.kind.table)(&self.context(document, settings, 0, Vec::new()))
    }

    /// The table that lies beside a document: its path, and its content as CSV; `None` where there is none.
    pub fn table_beside(&self, document: &Document, settings: &Settings) -> Option<(String, String)> {
        Some((document.table_path()?, self.table(document, settings).csv()))
    }
}
