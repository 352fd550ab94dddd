//! `kreisblatt fields`: what a template may use, on one page: every field of a document with an example of the
//! edition in use, and every helper. Fields are told by the views' doc comments, helpers by their table.

use std::fmt::Write as _;

use serde::Serialize;

use crate::args::{self, PageFormat};
use crate::compose::view::{
    self, BrochureView, BundleView, ComparisonView, Field, LaenderView, RankingsView, Shaped, Shared, SheetView,
};
use crate::compose::{FigureTable, HELPER_DOCS, HelperDoc};
use crate::derive::{Facts, derive};
use crate::diag::{Problem, Report, Result, shown};
use crate::german::Numbers;
use crate::model::{Annex, Meeting};
use crate::plan::{self, About, Own};

use super::{Kitchen, Outcome, everyone, own};

/// Our documents with what else they are called, their templates, and what they are.
const OURS: [(&str, &str, &str, &str); 6] = [
    ("steckbrief", "steckbriefe", "sheet", "fact sheet of a Kommune"),
    ("broschuere", "broschuere", "brochure", "the brochure; its parts see the same fields"),
    ("ranglisten", "ranglisten", "rankings", "the rankings"),
    ("laender", "laender", "laender", "the state tables"),
    ("vergleich", "vergleich", "comparison", "the comparison with the former edition"),
    ("bundle", "anlagen", "bundle", "the annexes of a meeting in one document"),
];

/// Most characters of an example.
const LONGEST: usize = 70;

/// A page about a document.
#[derive(Debug, Serialize)]
struct Page<'a> {
    document: &'a str,
    template: String,
    fields: Vec<Field>,
    helpers: &'a [HelperDoc],
}

/// A document in the list of all.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    document: &'a str,
    template: String,
    what: &'a str,
}

/// `kreisblatt fields`.
pub fn fields(args: &args::Fields, kitchen: Kitchen<'_>) -> Result<Outcome> {
    let Kitchen { assets, checked, warnings: report } = kitchen;
    let own = own(assets)?;
    let documents = documents(&own);
    let output = match args.document.as_deref() {
        None => match args.format {
            PageFormat::Text if args.helpers => helpers_text(),
            PageFormat::Text => list_text(&documents) + "\n" + &helpers_text(),
            PageFormat::Markdown if args.helpers => helpers_markdown(),
            PageFormat::Markdown => list_markdown(&documents) + "\n" + &helpers_markdown(),
            PageFormat::Json if args.helpers => json(&HELPER_DOCS),
            PageFormat::Json => json(&serde_json::json!({ "documents": documents, "helpers": HELPER_DOCS })),
        },
        Some(wanted) => {
            let known = |listed: &&Listed<'_>| {
                listed.document == wanted
                    || OURS.iter().any(|(name, other, ..)| *name == listed.document && *other == wanted)
            };
            let listed = documents.iter().find(known).ok_or_else(|| unknown(wanted, &documents))?;
            let of_all = derive(&checked, &everyone(&checked));
            let first = args.kommune.as_deref().map_or(Ok(0), |name| plan::kommune(name, checked.data()))?;
            let numbers = Numbers::new(checked.data().edition.numbers);
            let fields = illustrated(listed.document, &own, &of_all, &numbers, first);
            let page =
                Page { document: listed.document, template: listed.template.clone(), fields, helpers: &HELPER_DOCS };
            match args.format {
                PageFormat::Text => page_text(&page),
                PageFormat::Markdown => page_markdown(&page),
                PageFormat::Json => json(&page),
            }
        }
    };
    Ok(Outcome { output, report, ..Default::default() })
}

fn unknown(wanted: &str, documents: &[Listed<'_>]) -> Report {
    let names = || documents.iter().map(|listed| listed.document);
    Problem::error("KB303", format!("there is no document `{}`", shown(wanted)))
        .did_you_mean(wanted, names())
        .hint(format!("there are: {}", names().collect::<Vec<_>>().join(", ")))
        .into()
}

fn documents(own: &[Own]) -> Vec<Listed<'_>> {
    let file = |template: &str| format!("templates/{template}.typ.hbs");
    let ours = OURS.iter().map(|(document, _, template, what)| Listed { document, template: file(template), what });
    let own = own.iter().map(|own| Listed {
        document: &own.name,
        template: file(&own.template),
        what: match own.about {
            About::Kommune => "for each Kommune, with the fields of the fact sheet",
            About::Edition => "one for the edition, with the fields of the brochure",
        },
    });
    ours.chain(own).collect()
}

/// The fields of a document, each with the first example the edition has; of documents about a Kommune first those of
/// the one at a position.
fn illustrated(document: &str, own: &[Own], of_all: &Facts<'_>, numbers: &Numbers, first: usize) -> Vec<Field> {
    let own = own.iter().find(|own| own.name == document);
    let shared = |annex| Shared {
        facts: of_all,
        numbers,
        draft: false,
        bleed: false,
        padded: false,
        squeeze: 0,
        annex,
        user_template: own.map(|own| own.name.as_str()),
        attachments: vec![view::Attachment {
            name: "tabelle.csv".to_owned(),
            mime: "text/csv".to_owned(),
            description: "Werte als CSV".to_owned(),
            content: "ags,label".to_owned(),
        }],
    };
    let meeting = meeting(of_all, first);
    let mut figures = FigureTable::new(numbers);
    match (document, own.map(|own| own.about)) {
        ("steckbrief", _) | (_, Some(About::Kommune)) => {
            let mut fields = view::fields(&SheetView::shape());
            let others = (0..of_all.data.kommunen.len()).filter(|k| *k != first);
            for (k, annex) in
                [(first, None)].into_iter().chain(others.map(|k| (k, None))).chain([(first, Some((&meeting, 1)))])
            {
                let mut figures = FigureTable::new(numbers);
                let view = view::sheet(&shared(annex), k, &mut figures);
                view::illustrate(&mut fields, &SheetView::shape(), &json_of(&view), figures);
            }
            fields
        }
        ("ranglisten", _) => {
            let view = view::rankings(&shared(None), &mut figures);
            with_examples::<RankingsView>(&view, figures)
        }
        ("laender", _) => {
            let view = view::laender(&shared(None), &mut figures);
            with_examples::<LaenderView>(&view, figures)
        }
        ("vergleich", _) => {
            let mut fields = view::fields(&ComparisonView::shape());
            if let Some(view) = view::comparison(&shared(None), &mut figures) {
                view::illustrate(&mut fields, &ComparisonView::shape(), &json_of(&view), figures);
            }
            fields
        }
        ("bundle", _) => {
            let view = view::bundle(&shared(None), of_all, &meeting, &[first], &mut figures);
            with_examples::<BundleView>(&view, figures)
        }
        _ => {
            let view = view::brochure(&shared(None), &mut figures);
            with_examples::<BrochureView>(&view, figures)
        }
    }
}

fn with_examples<V: view::Shaped + Serialize>(view: &V, figures: FigureTable<'_>) -> Vec<Field> {
    let mut fields = view::fields(&V::shape());
    view::illustrate(&mut fields, &V::shape(), &json_of(view), figures);
    fields
}

fn json_of(view: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(view).expect("views are JSON")
}

/// A meeting for examples: the edition has none.
fn meeting(of_all: &Facts<'_>, k: usize) -> Meeting {
    let data = of_all.data;
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
        annexes: vec![Annex { ags: data.kommunen[k].ags.value.clone(), tightness: 0 }],
    }
}

fn json(page: &impl Serialize) -> String {
    serde_json::to_string_pretty(page).expect("a page can be written") + "\n"
}

/// An example, cut where it is long.
fn short(example: &str) -> String {
    let mut text: String = example.chars().take(LONGEST).collect();
    if example.chars().count() > LONGEST {
        text.push('…');
    }
    text
}

/// How fields are read: said on every page.
const READING: &str = "Paths begin at the document; inside {{#each comparison}} a row's own fields stand alone ({{quantity value}}), \
and ../ leads back out. [] is an item of a list, NAME any name. Texts print as they are: {{kommune.label}}. A number needs a \
helper: {{num n}}, {{quantity n}}, {{percent n}}, {{rank n}}; a sentence {{say s}}, a text of the edition {{prose t}}. A \
list \"empty or one\" is a field that may be missing: {{#each locator}} … {{/each}}.";

fn list_text(documents: &[Listed<'_>]) -> String {
    let mut text = "Documents (`kreisblatt fields DOCUMENT` tells their fields)\n\n".to_owned();
    for Listed { document, template, what } in documents {
        line(&mut text, &format!("  {document:<13} {what}\n  {:<13} {template}", ""));
    }
    text
}

fn helpers_text() -> String {
    let mut text = "Helpers\n\n".to_owned();
    for HelperDoc { name, arguments, prints, example, result } in &HELPER_DOCS {
        line(&mut text, &format!("  {name} {arguments}\n      {prints}\n      {example}  ->  {result}"));
    }
    text
}

fn page_text(page: &Page<'_>) -> String {
    let mut text =
        format!("Fields of {} ({})\n\n{}\n\n", page.document, page.template, crate::diag::wrapped(READING, 100));
    for Field { path, holds, meaning, example } in &page.fields {
        line(&mut text, &format!("{path}  ({holds})"));
        if !meaning.is_empty() {
            line(&mut text, &format!("    {meaning}"));
        }
        if let Some(example) = example {
            line(&mut text, &format!("    for example: {}", short(example)));
        }
    }
    text + "\n" + &helpers_text()
}

fn list_markdown(documents: &[Listed<'_>]) -> String {
    let mut text = "# Documents\n\n| document | template | what |\n|---|---|---|\n".to_owned();
    for Listed { document, template, what } in documents {
        line(&mut text, &format!("| `{document}` | `{template}` | {what} |"));
    }
    text
}

fn helpers_markdown() -> String {
    let mut text = "# Helpers\n\n| write | what it prints | for example | gives |\n|---|---|---|---|\n".to_owned();
    for HelperDoc { name, arguments, prints, example, result } in &HELPER_DOCS {
        let example = cell(example);
        line(&mut text, &format!("| `{name} {arguments}` | {} | `{example}` | {} |", cell(prints), cell(result)));
    }
    text
}

fn page_markdown(page: &Page<'_>) -> String {
    let mut text = format!("# Fields of {}\n\nTemplate `{}`. {}\n\n", page.document, page.template, marked(READING));
    text += "| field | type | meaning | for example |\n|---|---|---|---|\n";
    for Field { path, holds, meaning, example } in &page.fields {
        let example = example.as_deref().map(short).unwrap_or_default();
        line(&mut text, &format!("| `{path}` | {holds} | {} | {} |", cell(meaning), cell(&example)));
    }
    text + "\n" + &helpers_markdown()
}

/// A text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

/// A text with its tags as code.
fn marked(text: &str) -> String {
    text.replace("{{", "`{{").replace("}}", "}}`")
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::assets::Assets;
    use crate::check::check;
    use crate::load::load;

    /// The fields of a view as its JSON has them: what stands in handles and sentences is none.
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

    /// The page of a document against a view of it: everything the view has is on the page. Adds which fields the view
    /// has, as their names with what is said of them: structs stand in several places.
    fn complete<V: view::Shaped + Serialize>(view: &V, seen: &mut BTreeMap<(String, &'static str), bool>) {
        let fields = view::fields(&V::shape());
        let sentences =
            fields.iter().filter(|field| field.holds == "sentence").map(|field| field.path.as_str()).collect();
        let mut found = BTreeSet::new();
        paths(&serde_json::to_value(view).expect("a view is JSON"), "", &sentences, &mut found);
        let told: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        let untold: Vec<&String> = found.iter().filter(|path| !told.contains(path.as_str())).collect();
        assert!(untold.is_empty(), "not on the page: {untold:?}");
        for field in fields.iter().filter(|field| !field.meaning.is_empty()) {
            let name = field.path.rsplit('.').next().unwrap_or_default().to_owned();
            *seen.entry((name, field.meaning)).or_default() |= found.contains(&field.path);
        }
    }

    /// The six with the edition after theirs, which has them as its former one.
    fn with_next(mut six: Assets) -> Assets {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/danach");
        for file in ["edition.toml", "kommunen.csv", "indicators.toml", "changes.toml"] {
            let path = format!("data/2032/{file}");
            six.add_from_disk(&path, &folder.join(&path)).expect("a file of the edition");
        }
        six
    }

    #[test]
    fn pages_tell_all_that_views_have_and_no_more() {
        let six = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sechs");
        let mut six = Assets::with_overlay(&six, &mut Report::new()).expect("the six Kommunen");
        // A density that is not the ratio of the two others: the brochure has a note on it.
        let table = six.text("data/2031/kommunen.csv").expect("a table").replace("120000,100,", "120000,130,");
        six.replace("data/2031/kommunen.csv", table);
        let mut seen = BTreeMap::new();
        for (assets, edition) in [(Assets::embedded(), "2017"), (with_next(six.clone()), "2032"), (six, "2031")] {
            let checked = load(&assets, edition).and_then(check).expect("an edition");
            let everyone = everyone(&checked);
            let of_all = derive(&checked, &everyone);
            let numbers = Numbers::new(checked.data().edition.numbers);
            let mut figures = FigureTable::new(&numbers);
            let shared = |annex, own| Shared {
                facts: &of_all,
                numbers: &numbers,
                draft: false,
                bleed: false,
                padded: false,
                squeeze: 0,
                annex,
                user_template: own,
                attachments: vec![view::Attachment {
                    name: String::new(),
                    mime: String::new(),
                    description: String::new(),
                    content: String::new(),
                }],
            };
            let meeting = Meeting {
                annexes: everyone
                    .iter()
                    .map(|k| Annex { ags: of_all.data.kommunen[*k].ags.value.clone(), tightness: 0 })
                    .collect(),
                ..meeting(&of_all, 0)
            };
            for k in &everyone {
                complete(&view::sheet(&shared(None, None), *k, &mut figures), &mut seen);
                complete(&view::sheet(&shared(Some((&meeting, 1)), Some("karte")), *k, &mut figures), &mut seen);
            }
            complete(&view::rankings(&shared(None, None), &mut figures), &mut seen);
            complete(&view::laender(&shared(None, None), &mut figures), &mut seen);
            if let Some(view) = view::comparison(&shared(None, None), &mut figures) {
                complete(&view, &mut seen);
            }
            complete(&view::brochure(&shared(None, None), &mut figures), &mut seen);
            complete(&view::bundle(&shared(None, None), &of_all, &meeting, &everyone, &mut figures), &mut seen);
        }
        let never: Vec<_> = seen.into_iter().filter(|(_, seen)| !seen).map(|(name, _)| name).collect();
        assert!(never.is_empty(), "on the page, and in no view: {never:?}");
    }

    #[test]
    fn cells_of_a_table_stay_cells() {
        assert_eq!(cell("a|b <c>"), "a\\|b &lt;c>");
        assert_eq!(short(&"x".repeat(80)).chars().count(), LONGEST + 1);
    }
}
