//! `kreisblatt fields`: the fields that a template may use, each with an example from the edition in use, and all
//! helpers.

use crate::args::{self, PageFormat};
use crate::compose::HELPER_DOCS;
use crate::diag::{Problem, Report, Result, shown};
use crate::documents::fields_text::{
    FieldsPage, ListedDocument, helpers_markdown, helpers_text, json, list_markdown, list_text, page_markdown,
    page_text,
};
use crate::documents::{self, Described, described};
use crate::run::{OpenEdition, Outcome};
use crate::select;

use super::with_edition::with_edition;

/// `kreisblatt fields`.
pub fn fields(args: &args::Fields) -> Outcome {
    with_edition(&args.project, |edition| Ok(Outcome::printed(output(args, edition)?, edition.opening_warnings())))
}

fn output(args: &args::Fields, edition: &OpenEdition) -> Result<String> {
    let user = edition.user_templates()?;
    let documents = described(&user);
    let Some(wanted) = args.document.as_deref() else { return Ok(list(args, &documents)) };
    let document = documents.iter().find(|document| [document.name, document.also].contains(&wanted));
    let document = document.ok_or_else(|| unknown(wanted, &documents))?;
    if args.kommune.is_some() && !document.is_about_kommunen() {
        let what = format!("--kommune is about documents about Kommunen, and {} is about the edition", document.name);
        return Err(Problem::usage("KB330", what).hint("leave --kommune away").into());
    }
    let first = args.kommune.as_deref().map_or(Ok(0), |name| select::kommune(name, edition.data()))?;
    let fields = documents::fields(document, &edition.facts(), edition.numbers(), first)?;
    let page = FieldsPage { document: document.name, template: file(document), fields, helpers: &HELPER_DOCS };
    Ok(match args.format {
        PageFormat::Text => page_text(&page),
        PageFormat::Markdown => page_markdown(&page),
        PageFormat::Json => json(&page),
    })
}

/// Returns the list of documents and helpers.
fn list(args: &args::Fields, documents: &[Described<'_>]) -> String {
    let mut listed = Vec::new();
    for document in documents {
        listed.push(ListedDocument { document: document.name, template: file(document), what: document.summary });
    }
    match args.format {
        PageFormat::Text if args.helpers => helpers_text(),
        PageFormat::Text => list_text(&listed) + "\n" + &helpers_text(),
        PageFormat::Markdown if args.helpers => helpers_markdown(),
        PageFormat::Markdown => list_markdown(&listed) + "\n" + &helpers_markdown(),
        PageFormat::Json if args.helpers => json(&HELPER_DOCS),
        PageFormat::Json => json(&serde_json::json!({ "documents": listed, "helpers": HELPER_DOCS })),
    }
}

/// Returns the file of a document's template.
fn file(document: &Described<'_>) -> String {
    format!("templates/{}.typ.hbs", document.template)
}

fn unknown(wanted: &str, documents: &[Described<'_>]) -> Report {
    let names = || documents.iter().map(|document| document.name);
    Problem::usage("KB303", format!("there is no document `{}`", shown(wanted)))
        .did_you_mean(wanted, names())
        .hint(format!("there are: {}", names().collect::<Vec<_>>().join(", ")))
        .into()
}
