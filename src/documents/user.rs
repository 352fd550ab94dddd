//! User documents: each template below `templates/dokumente/` defines one, by its path alone. Documents about a Kommune
//! have the fields of the fact sheet, documents about the edition the fields of the brochure.

use crate::assets::Assets;
use crate::compose::view::{Shaped, user_document_title};
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::export;

use super::brochure::{self, BrochureView};
use super::kind::{About, Kind, MadeBy, always, value};
use super::sheet::{self, SheetView};
use super::table::build_names;

/// The folder of user templates in the assets.
pub const USER_TEMPLATES: &str = "templates/dokumente/";

/// The extension of templates.
const ENDING: &str = ".typ.hbs";

/// Names with another meaning on the command line or in the output folder.
const TAKEN: [&str; 10] =
    ["steckbrief", "bundle", "anlagen", "typ", "fonts", "bogen", "tagung", "index", "manifest", "trace"];

/// User documents about a Kommune.
static OF_KOMMUNE: Kind = Kind {
    name: "",
    singular: "",
    template: "",
    about: About::Kommune,
    made_by: MadeBy::BuildOnly,
    one_page: false,
    title: "",
    description: "",
    summary: "for each Kommune, with the fields of the fact sheet",
    exists: always,
    shape: SheetView::shape,
    view: |context, figures| value(&sheet::sheet(&context.shared_of_all(), context.kommune(), figures)),
    table: |context| export::sheet(context.of_all, context.kommune()),
    table_title: sheet::KIND.table_title,
    table_file: None,
};

/// User documents about the edition.
static OF_EDITION: Kind = Kind {
    name: "",
    singular: "",
    template: "",
    about: About::Edition,
    made_by: MadeBy::BuildOnly,
    one_page: false,
    title: "",
    description: "",
    summary: "one for the edition, with the fields of the brochure",
    exists: always,
    shape: BrochureView::shape,
    view: |context, figures| value(&brochure::brochure(&context.shared, figures)),
    table: |context| export::kommunen(context.of_scope),
    table_title: brochure::KIND.table_title,
    table_file: None,
};

/// The folders of the templates, each with the kind of its documents.
const FOLDERS: [(&str, &Kind); 2] = [("kommune", &OF_KOMMUNE), ("edition", &OF_EDITION)];

/// Whether a kind is one of the kinds of user documents.
pub fn is_user_kind(kind: &Kind) -> bool {
    FOLDERS.iter().any(|(_, user)| std::ptr::eq(*user, kind))
}

/// Returns the German title of a user document, from the name of its template: `karte-gross` becomes `Karte gross`.
pub fn title(name: &str) -> String {
    user_document_title(name)
}

/// A user template.
#[derive(Clone)]
pub struct UserTemplate {
    /// Its name: lower-case letters, digits and hyphens.
    pub name: String,
    /// The kind of its documents.
    pub kind: &'static Kind,
    /// Its template below `templates/`, without `.typ.hbs`.
    pub template: String,
}

/// Returns all user templates.
///
/// # Errors
/// A template in another folder, a name that is invalid or reserved, and a name that is in both folders.
pub fn user_templates(assets: &Assets) -> Result<Vec<UserTemplate>> {
    among(assets.list(USER_TEMPLATES).map(|path| (path, Place::file(&assets.shown(path)))))
}

/// Finds the templates among files below [`USER_TEMPLATES`]: paths of the assets, each with its place for messages.
/// Texts and pictures beside the templates are ignored.
fn among<'a>(files: impl Iterator<Item = (&'a str, Place)>) -> Result<Vec<UserTemplate>> {
    let mut report = Report::new();
    let mut found: Vec<UserTemplate> = Vec::new();
    for (path, place) in files.filter(|(path, _)| path.ends_with(".hbs")) {
        match one(path, &found) {
            Ok(user) => found.push(user),
            Err(problem) => report.push(problem.at(place)),
        }
    }
    if report.has_errors() { Err(report) } else { Ok(found) }
}

fn one(path: &str, before: &[UserTemplate]) -> Result<UserTemplate, Problem> {
    let inner = path.strip_prefix(USER_TEMPLATES).unwrap_or(path);
    let (folder, file) = inner.split_once('/').unwrap_or(("", inner));
    let Some((_, kind)) = FOLDERS.into_iter().find(|(name, _)| *name == folder) else {
        let problem = Problem::error("KB990", format!("`{}` makes no document where it lies", shown(file)));
        return Err(problem.did_you_mean(folder, FOLDERS.map(|(name, _)| name)).hint(format!(
            "{USER_TEMPLATES}kommune/ holds documents for each Kommune, {USER_TEMPLATES}edition/ those of the edition"
        )));
    };
    let Some(name) = file.strip_suffix(ENDING) else {
        let problem = Problem::error("KB990", format!("`{}` is no template", shown(file)));
        return Err(problem.hint(format!("the name of a template ends with {ENDING}")));
    };
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(sign)) {
        let problem = Problem::error("KB990", format!("`{}` cannot be the name of a document", shown(name)));
        return Err(
            problem.hint("a name is lower-case letters, digits and hyphens: files and folders are called by it")
        );
    }
    let taken = if build_names().any(|taken| taken == name) || TAKEN.contains(&name) {
        Some("it means something else already")
    } else {
        before.iter().any(|user| user.name == name).then_some("the other folder has one of this name")
    };
    if let Some(why) = taken {
        let problem = Problem::error("KB991", format!("no document of your own can be called `{name}`: {why}"));
        return Err(problem.hint("give the file another name"));
    }
    let template = path.trim_start_matches("templates/").trim_end_matches(ENDING).to_owned();
    Ok(UserTemplate { name: name.to_owned(), kind, template })
}

/// Finds the document with a name from the command line or the project's file, among documents of the program and user
/// documents.
///
/// # Errors
/// An unknown name; the error names the nearest name.
pub fn document_named<'a>(wanted: &str, user: &'a [UserTemplate]) -> Result<&'a str, Problem> {
    let mut names: Vec<&'a str> = build_names().collect();
    names.extend(user.iter().map(|user| user.name.as_str()));
    names.iter().copied().find(|name| *name == wanted).ok_or_else(|| {
        let listed = names.join(", ");
        Problem::usage("KB303", format!("there is no document `{}`", shown(wanted)))
            .did_you_mean(wanted, names.iter().copied())
            .hint(format!("there are: {listed}; a template below {USER_TEMPLATES} makes one more"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Result<Vec<String>> {
        let found = among(paths.iter().map(|path| (*path, Place::file(path))))?;
        Ok(found.into_iter().map(|user| user.name).collect())
    }

    #[test]
    fn a_template_is_a_document_by_its_place() {
        let paths = ["templates/dokumente/edition/a-1.typ.hbs", "templates/dokumente/kommune/b.typ.hbs"];
        assert_eq!(names(&paths).expect("two"), ["a-1", "b"]);
        assert_eq!(
            names(&["templates/dokumente/README.md", "templates/dokumente/kommune/wappen.svg"]).expect("none").len(),
            0
        );
    }

    #[test]
    fn misplaced_and_misnamed_templates_are_told() {
        for (paths, part) in [
            (&["templates/dokumente/karte.typ.hbs"][..], "makes no document where it lies"),
            (&["templates/dokumente/komune/karte.typ.hbs"], "did you mean `kommune`?"),
            (&["templates/dokumente/kommune/x/karte.typ.hbs"], "cannot be the name"),
            (&["templates/dokumente/kommune/karte.hbs"], "ends with .typ.hbs"),
            (&["templates/dokumente/kommune/Karte.typ.hbs"], "lower-case"),
            (&["templates/dokumente/kommune/größe.typ.hbs"], "lower-case"),
            (&["templates/dokumente/edition/laender.typ.hbs"], "means something else"),
            (&["templates/dokumente/edition/a.typ.hbs", "templates/dokumente/kommune/a.typ.hbs"], "the other folder"),
        ] {
            let text = names(paths).expect_err("a problem").problems()[0].to_string();
            assert!(text.contains(part), "{paths:?}: {text}");
        }
    }
}
