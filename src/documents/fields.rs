//! The fields that a template may use: the fields of each kind of document, with examples from an edition.

use crate::compose::FigureTable;
use crate::compose::view::{self, Attachment, Field, Shared};
use crate::derive::Facts;
use crate::diag::Result;
use crate::german::Numbers;
use crate::model::{Annex, Data, Meeting};

use super::kind::{About, Context, Kind, Subject};
use super::table::ALL;
use super::user::UserTemplate;

/// A document whose fields can be listed.
pub struct Described<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its name on the command line of `build`, if it is a different one.
    pub also: &'a str,
    /// Its template below `templates/`, without `.typ.hbs`.
    pub template: &'a str,
    /// Its description, in English.
    pub summary: &'static str,
    kind: &'static Kind,
    user: Option<&'a str>,
}

impl Described<'_> {
    /// Whether its examples depend on the first Kommune.
    pub fn is_about_kommunen(&self) -> bool {
        match self.kind.about {
            About::Kommune | About::Kommunen(..) | About::Annex | About::Meeting => true,
            About::Edition => false,
        }
    }
}

/// Returns the documents whose fields can be listed: first those of the program, then user documents. An annex has the
/// fields of a fact sheet.
pub fn described(user: &[UserTemplate]) -> Vec<Described<'_>> {
    let ours = ALL.iter().copied().filter(|kind| kind.about != About::Annex).map(|kind| Described {
        name: kind.singular,
        also: kind.name,
        template: kind.template,
        summary: kind.summary,
        kind,
        user: None,
    });
    let users = user.iter().map(|user| Described {
        name: &user.name,
        also: &user.name,
        template: &user.template,
        summary: user.kind.summary,
        kind: user.kind,
        user: Some(&user.name),
    });
    ours.chain(users).collect()
}

/// Returns the fields of a document, each with the first example in the edition. For documents about a Kommune,
/// examples of the Kommune at position `first` are preferred. If the edition has no document of the kind, the fields
/// have no examples.
///
/// # Errors
/// A view that cannot be built.
pub fn fields(document: &Described<'_>, of_all: &Facts<'_>, numbers: &Numbers, first: usize) -> Result<Vec<Field>> {
    let kind = document.kind;
    let shape = (kind.shape)();
    let mut fields = view::fields(&shape);
    if (kind.exists)(of_all.data).is_err() {
        return Ok(fields);
    }
    let meeting = example_meeting(of_all.data, &[first]);
    for subject in example_subjects(kind, of_all.data, first) {
        let context = context(&subject, of_all, &meeting, document.user);
        let mut figures = FigureTable::new(numbers);
        let view = (kind.view)(&context, &mut figures)?;
        view::illustrate(&mut fields, &shape, &view, figures);
    }
    Ok(fields)
}

/// Returns the subjects of example documents, so that for each field at least one of them has a value.
fn example_subjects(kind: &Kind, data: &Data, first: usize) -> Vec<Subject> {
    let others = (0..data.kommunen.len()).filter(|k| *k != first);
    match kind.about {
        About::Kommune | About::Annex => {
            [first].into_iter().chain(others).map(Subject::Kommune).chain([Subject::Annex(first, 1)]).collect()
        }
        About::Kommunen(_, most) => vec![Subject::Kommunen([first].into_iter().chain(others).take(most).collect())],
        About::Edition => vec![Subject::Edition],
        About::Meeting => vec![Subject::Meeting],
    }
}

fn context<'a>(
    subject: &'a Subject,
    of_all: &'a Facts<'a>,
    meeting: &'a Meeting,
    user: Option<&'a str>,
) -> Context<'a> {
    let annex = match subject {
        Subject::Annex(_, number) => Some((meeting, *number)),
        Subject::Kommune(_) | Subject::Kommunen(_) | Subject::Edition | Subject::Meeting => None,
    };
    let attachment = Attachment {
        name: "tabelle.csv".to_owned(),
        mime: "text/csv".to_owned(),
        description: "Werte als CSV".to_owned(),
        content: "ags,label".to_owned(),
    };
    let shared = Shared {
        facts: of_all,
        draft: false,
        bleed: false,
        padded: false,
        tightness: 0,
        annex,
        user_template: user,
        attachments: vec![attachment],
    };
    Context { subject, of_all, of_scope: of_all, meeting: Some(meeting), shared }
}

/// Returns an example meeting, with these Kommunen (positions) as annexes: the edition has no meeting.
fn example_meeting(data: &Data, annexes: &[usize]) -> Meeting {
    let annex = |k: &usize| Annex { ags: data.kommunen[*k].ags.value.clone(), tightness: 0 };
    Meeting {
        body: "Kreistag".to_owned(),
        date: data.edition.stand.date,
        time: chrono::NaiveTime::from_hms_opt(17, 0, 0),
        place: "Sitzungssaal".to_owned(),
        top: "5".to_owned(),
        title: data.edition.title.clone(),
        base_url: String::new(),
        separators: true,
        ranking: true,
        laender: true,
        annexes: annexes.iter().map(annex).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::assets::Assets;
    use crate::check::check;
    use crate::compose::view::FieldShape;
    use crate::derive::derive;
    use crate::diag::Report;
    use crate::load::load;

    /// Collects the fields of a view from its JSON; the content of handles and sentences is not a field.
    fn paths(value: &Value, path: &str, sentences: &BTreeSet<&str>, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let name = if path == "texts" { "NAME" } else { name };
                    let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                    found.insert(path.clone());
                    paths(value, &path, sentences, found);
                }
            }
            Value::Array(items) if !sentences.contains(path) => {
                let path = format!("{path}[]");
                items.iter().for_each(|item| paths(item, &path, sentences, found));
            }
            _ => {}
        }
    }

    /// Compares the fields of a shape with a view: every field of the view must be in the list. Adds the fields that
    /// the view has, with their name and description, because structs occur in several places.
    fn complete(shape: &FieldShape, view: &Value, seen: &mut BTreeMap<(String, &'static str), bool>) {
        let fields = view::fields(shape);
        let sentences =
            fields.iter().filter(|field| field.holds == "sentence").map(|field| field.path.as_str()).collect();
        let mut found = BTreeSet::new();
        paths(view, "", &sentences, &mut found);
        let told: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        let untold: Vec<&String> = found.iter().filter(|path| !told.contains(path.as_str())).collect();
        assert!(untold.is_empty(), "not in the list: {untold:?}");
        for field in fields.iter().filter(|field| !field.meaning.is_empty()) {
            let name = field.path.rsplit('.').next().unwrap_or_default().to_owned();
            *seen.entry((name, field.meaning)).or_default() |= found.contains(&field.path);
        }
    }

    /// Returns the edition with six Kommunen together with its next edition, which has it as its former edition.
    fn with_next(mut six: Assets) -> Assets {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/danach");
        for file in ["edition.toml", "kommunen.csv", "indicators.toml", "changes.toml"] {
            let path = format!("data/2032/{file}");
            six.add_from_disk(&path, &folder.join(&path)).expect("a file of the edition");
        }
        six
    }

    #[test]
    fn lists_have_all_that_views_have_and_no_more() {
        let six = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sechs");
        let mut six = Assets::with_overlay(&six, &mut Report::new()).expect("the six Kommunen");
        // A density that is not the ratio of the two other values, so that the brochure has a note about it.
        let table = six.text("data/2031/kommunen.csv").expect("a table").replace("120000,100,", "120000,130,");
        six.replace("data/2031/kommunen.csv", table);
        let mut seen = BTreeMap::new();
        for (assets, edition) in [(Assets::embedded(), "2017"), (with_next(six.clone()), "2032"), (six, "2031")] {
            let checked = load(&assets, edition).and_then(check).expect("an edition");
            let everyone: Vec<usize> = (0..checked.data().kommunen.len()).collect();
            let of_all = derive(&checked, &everyone);
            let numbers = Numbers::new(checked.data().edition.numbers);
            let meeting = example_meeting(checked.data(), &everyone);
            for kind in ALL.iter().filter(|kind| (kind.exists)(checked.data()).is_ok()) {
                let user = matches!(kind.about, About::Kommune).then_some("karte");
                for subject in example_subjects(kind, checked.data(), 0) {
                    for user in [None, user] {
                        let context = context(&subject, &of_all, &meeting, user);
                        let view = (kind.view)(&context, &mut FigureTable::new(&numbers)).expect("a view");
                        complete(&(kind.shape)(), &view, &mut seen);
                    }
                }
            }
        }
        let never: Vec<_> = seen.into_iter().filter(|(_, seen)| !seen).map(|(name, _)| name).collect();
        assert!(never.is_empty(), "in the list, and in no view: {never:?}");
    }
}
