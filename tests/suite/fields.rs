//! `fields`: the page a template writer reads, made from the code.

use serde_json::Value;

use crate::sandbox::{Sandbox, project, text_of, update};

fn page(sandbox: &Sandbox, args: &[&str]) -> Value {
    sandbox.run(&[&["fields", "--format", "json"], args].concat()).must_succeed().json()
}

/// A field of a page by its path.
fn field<'a>(page: &'a Value, path: &str) -> &'a Value {
    let fields = page["fields"].as_array().expect("a list of fields");
    fields.iter().find(|field| field["path"] == path).unwrap_or_else(|| panic!("no {path}"))
}

#[test]
fn a_field_is_told_with_type_meaning_and_example() {
    let sandbox = Sandbox::new();
    let sheet = page(&sandbox, &["steckbrief", "--kommune", "Biberach"]);
    assert_eq!(sheet["template"], "templates/sheet.typ.hbs");
    for (path, holds, meaning, example) in [
        ("kommune.label", "text", "As addressed.", "Landkreis Biberach"),
        ("comparison[].indicator.unit", "text", "Unit; empty for a count.", "km²"),
        ("key_figures[].value", "number", "Value.", "194.019"),
        ("key_figures[].rank", "number", "Rank from the highest value.", "52"),
        ("kommune.party_known", "yes/no", "Whether the party is known.", "yes"),
        ("cases.genitive", "text", "Whose: `des Landkreises Biberach`, `Münchens`.", "des Landkreises Biberach"),
        ("letter.salutation", "text", "", "Sehr geehrter Herr Landrat,"),
    ] {
        let field = field(&sheet, path);
        assert_eq!(field["type"], holds, "{path}");
        assert!(field["meaning"].as_str().expect("a text").contains(meaning), "{field}");
        assert_eq!(field["example"], example, "{path}");
    }
    let headline = field(&sheet, "headline")["example"].as_str().expect("a sentence").to_owned();
    assert!(headline.starts_with("Der Landkreis Biberach hat die siebtniedrigste SGB II-Quote"), "{headline}");
    // What this Kommune does not have is shown as another one has it.
    assert!(field(&sheet, "practice[].title")["example"].is_string());
    assert!(sheet["helpers"].as_array().expect("helpers").iter().any(|helper| helper["name"] == "quantity"));
}

#[test]
fn every_document_has_its_page_in_every_format() {
    let sandbox = Sandbox::new();
    let listed = page(&sandbox, &[]);
    let names: Vec<&str> =
        listed["documents"].as_array().expect("documents").iter().filter_map(|d| d["document"].as_str()).collect();
    assert_eq!(
        names,
        [
            "steckbrief",
            "broschuere",
            "ranglisten",
            "laender",
            "vergleich",
            "gegenueberstellung",
            "bundle",
            "anschreiben",
            "karte"
        ]
    );
    for name in names {
        sandbox
            .run(&["fields", name])
            .must_succeed()
            .stdout_contains("document.title  (text)")
            .stdout_contains("Helpers");
        sandbox
            .run(&["fields", name, "--format", "markdown"])
            .must_succeed()
            .stdout_contains("| `document.title` | text |");
        assert!(page(&sandbox, &[name])["fields"].as_array().is_some_and(|fields| fields.len() > 30), "{name}");
    }
    sandbox.run(&["fields", "steckbriefe"]).must_succeed();
    sandbox.run(&["fields", "--helpers"]).must_succeed().stdout_contains("{{percent rate}}  ->  3,46 %");
}

#[test]
fn an_unknown_document_is_named_with_the_nearest() {
    let ran = Sandbox::new().run(&["fields", "steckbreif"]);
    ran.must_fail(2).stderr_contains("error[KB303]").stderr_contains("did you mean `steckbrief`?");
}

/// The lists in `templates/README.md` are what the command prints: one truth. `UPDATE=1` writes them anew.
#[test]
#[expect(clippy::disallowed_methods, reason = "UPDATE=1 rewrites the page")]
fn the_readme_of_the_templates_has_the_helpers_of_the_program() {
    const BEGIN: &str = "<!-- kreisblatt fields --helpers --format markdown -->\n";
    const END: &str = "<!-- end -->\n";
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["fields", "--helpers", "--format", "markdown"]);
    let table = ran.must_succeed().stdout().split_once("\n\n").expect("a heading").1;
    let readme = text_of("templates/README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("the mark where the table begins");
    let (_, behind) = rest.split_once(END).expect("the mark where it ends");
    let now = format!("{before}{BEGIN}{table}{END}{behind}");
    if update() {
        std::fs::write(project().join("templates/README.md"), now).expect("it can be written");
    } else {
        assert!(readme == now, "UPDATE=1 cargo test --test suite fields");
    }
}
