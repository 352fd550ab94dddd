//! The files of a meeting: its annexes, the document of all annexes, and their archive.

use std::path::PathBuf;

use crate::diag::Result;
use crate::german::slug;
use crate::model::{Data, Meeting};

use super::document::Document;
use super::kind::Subject;
use super::meeting::annexed;
use super::{annex, bundle};

/// Returns the beginning of file names: `TOP-5`.
fn prefix(meeting: &Meeting) -> String {
    format!("TOP-{}", slug(&meeting.top).to_uppercase())
}

/// Returns the folder of the agenda item, relative to the folder of the edition.
pub fn folder(meeting: &Meeting) -> PathBuf {
    PathBuf::from(format!("sitzung-{}-{}", meeting.date, prefix(meeting).to_lowercase()))
}

/// Returns the annexes of a meeting, each as a document.
///
/// # Errors
/// A Kommune that is not in the data.
pub fn annexes(meeting: &Meeting, data: &Data) -> Result<Vec<Document>> {
    let digits = meeting.annexes.len().to_string().len().max(2);
    let document = |(at, k): (usize, usize)| {
        let (kommune, number) = (&data.kommunen[k], at + 1);
        let (ags, label) = (&kommune.ags.value, &kommune.label.value);
        Document {
            kind: &annex::KIND,
            subject: Subject::Annex(k, number),
            template: annex::KIND.template.to_owned(),
            path: format!("{}_Anlage-{number:0digits$}_{ags}-{}.pdf", prefix(meeting), slug(label)),
            record: label.clone(),
        }
    };
    Ok(annexed(meeting, data)?.into_iter().enumerate().map(document).collect())
}

/// Returns the name of the archive that contains all annexes of a meeting as files.
pub fn archive(meeting: &Meeting) -> String {
    format!("{}_Anlagen.zip", prefix(meeting))
}

/// Returns the document that contains all annexes of a meeting.
pub fn whole(meeting: &Meeting) -> Document {
    let path = format!("{}_Anlagen.pdf", prefix(meeting));
    let template = bundle::KIND.template.to_owned();
    Document { kind: &bundle::KIND, subject: Subject::Meeting, template, record: path.clone(), path }
}
