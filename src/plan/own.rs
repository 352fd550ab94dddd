//! Documents of the user's own: a template below `templates/dokumente/` is one, by its place and name alone.

use crate::args::DOCUMENTS;
use crate::diag::{Place, Problem, Report, Result, shown};

/// The folder of their templates in the assets.
pub const OWN: &str = "templates/dokumente/";

/// What a template's name ends with.
const ENDING: &str = ".typ.hbs";

/// Names that mean something else on the command line or in the output folder.
const TAKEN: [&str; 10] =
    ["steckbrief", "bundle", "anlagen", "typ", "fonts", "bogen", "tagung", "index", "manifest", "trace"];

/// What a document of the user's own is about; its template lies in a folder of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One Kommune: there is one for each.
    Kommune,
    /// The edition.
    Edition,
}

impl About {
    /// Both, with their folders.
    const FOLDERS: [(&str, Self); 2] = [("kommune", Self::Kommune), ("edition", Self::Edition)];
}

/// A document of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Its name: lower-case letters, digits and hyphens.
    pub name: String,
    /// What it is about.
    pub about: About,
    /// Its template.
    pub template: String,
}

/// The documents of the user's own by the files below [`OWN`]: paths of the assets, each with the place where the
/// user finds it. Texts and pictures beside the templates are none.
///
/// # Errors
/// A template in another folder, a name that cannot be one or is taken, and one that stands in both folders.
pub fn own<'a>(files: impl Iterator<Item = (&'a str, Place)>) -> Result<Vec<Own>> {
    let mut report = Report::new();
    let mut found: Vec<Own> = Vec::new();
    for (path, place) in files.filter(|(path, _)| path.ends_with(".hbs")) {
        match one(path, &found) {
            Ok(own) => found.push(own),
            Err(problem) => report.push(problem.at(place)),
        }
    }
    if report.has_errors() { Err(report) } else { Ok(found) }
}

fn one(path: &str, before: &[Own]) -> Result<Own, Problem> {
    let inner = path.strip_prefix(OWN).unwrap_or(path);
    let (folder, file) = inner.split_once('/').unwrap_or(("", inner));
    let Some((_, about)) = About::FOLDERS.into_iter().find(|(name, _)| *name == folder) else {
        let problem = Problem::error("KB990", format!("`{}` makes no document where it lies", shown(file)));
        return Err(problem
            .did_you_mean(folder, About::FOLDERS.map(|(name, _)| name))
            .hint(format!("{OWN}kommune/ holds documents for each Kommune, {OWN}edition/ those of the edition")));
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
    let taken = if DOCUMENTS.contains(&name) || TAKEN.contains(&name) {
        Some("it means something else already")
    } else {
        before.iter().any(|own| own.name == name).then_some("the other folder has one of this name")
    };
    if let Some(why) = taken {
        let problem = Problem::error("KB991", format!("no document of your own can be called `{name}`: {why}"));
        return Err(problem.hint("give the file another name"));
    }
    let template = path.trim_start_matches("templates/").trim_end_matches(ENDING).to_owned();
    Ok(Own { name: name.to_owned(), about, template })
}

/// The name that one of the command line or of a project's file means, among ours and the user's own.
///
/// # Errors
/// A name nobody has, with the nearest.
pub fn document_named<'a>(wanted: &str, own: &'a [Own]) -> Result<&'a str, Problem> {
    let names = || DOCUMENTS.into_iter().chain(own.iter().map(|own| own.name.as_str()));
    names().find(|name| *name == wanted).ok_or_else(|| {
        let listed = names().collect::<Vec<_>>().join(", ");
        Problem::usage("KB303", format!("there is no document `{}`", shown(wanted)))
            .did_you_mean(wanted, names())
            .hint(format!("there are: {listed}; a template below {OWN} makes one more"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Result<Vec<String>> {
        let found = own(paths.iter().map(|path| (*path, Place::file(path))))?;
        Ok(found.into_iter().map(|own| own.name).collect())
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
