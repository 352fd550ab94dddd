//! The list of fields as text, Markdown and JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::compose::view::Field;
use crate::compose::{HELPER_DOCS, HelperDoc};

/// The greatest length of an example, in characters.
const LONGEST: usize = 70;

/// A page about one document.
#[derive(Debug, Serialize)]
pub struct FieldsPage<'a> {
    /// Its name.
    pub document: &'a str,
    /// The file of its template.
    pub template: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The helpers that print them.
    pub helpers: &'a [HelperDoc],
}

/// A document in the list of all documents.
#[derive(Debug, Serialize)]
pub struct ListedDocument<'a> {
    /// Its name.
    pub document: &'a str,
    /// The file of its template.
    pub template: String,
    /// Its description.
    pub what: &'a str,
}

pub fn json(page: &impl Serialize) -> String {
    serde_json::to_string_pretty(page).expect("a page can be written") + "\n"
}

/// Cuts a long example.
fn short(example: &str) -> String {
    let mut text: String = example.chars().take(LONGEST).collect();
    if example.chars().count() > LONGEST {
        text.push('…');
    }
    text
}

/// How to read field names: printed on every page.
const READING: &str = "Paths begin at the document; inside {{#each comparison}} a row's own fields stand alone ({{quantity value}}), \
and ../ leads back out. [] is an item of a list, NAME any name. Texts print as they are: {{kommune.label}}. A number needs a \
helper: {{num n}}, {{quantity n}}, {{percent n}}, {{rank n}}; a sentence {{say s}}, a text of the edition {{prose t}}. A \
list \"empty or one\" is a field that may be missing: {{#each locator}} … {{/each}}.";

pub fn list_text(documents: &[ListedDocument<'_>]) -> String {
    let mut text = "Documents (`kreisblatt fields DOCUMENT` tells their fields)\n\n".to_owned();
    for ListedDocument { document, template, what } in documents {
        line(&mut text, &format!("  {document:<13} {what}\n  {:<13} {template}", ""));
    }
    text
}

pub fn helpers_text() -> String {
    let mut text = "Helpers\n\n".to_owned();
    for HelperDoc { name, arguments, prints, example, result } in &HELPER_DOCS {
        line(&mut text, &format!("  {name} {arguments}\n      {prints}\n      {example}  ->  {result}"));
    }
    text
}

pub fn page_text(page: &FieldsPage<'_>) -> String {
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

pub fn list_markdown(documents: &[ListedDocument<'_>]) -> String {
    let mut text = "# Documents\n\n| document | template | what |\n|---|---|---|\n".to_owned();
    for ListedDocument { document, template, what } in documents {
        line(&mut text, &format!("| `{document}` | `{template}` | {what} |"));
    }
    text
}

pub fn helpers_markdown() -> String {
    let mut text = "# Helpers\n\n| write | what it prints | for example | gives |\n|---|---|---|---|\n".to_owned();
    for HelperDoc { name, arguments, prints, example, result } in &HELPER_DOCS {
        let example = cell(example);
        line(&mut text, &format!("| `{name} {arguments}` | {} | `{example}` | {} |", cell(prints), cell(result)));
    }
    text
}

pub fn page_markdown(page: &FieldsPage<'_>) -> String {
    let mut text = format!("# Fields of {}\n\nTemplate `{}`. {}\n\n", page.document, page.template, marked(READING));
    text += "| field | type | meaning | for example |\n|---|---|---|---|\n";
    for Field { path, holds, meaning, example } in &page.fields {
        let example = example.as_deref().map(short).unwrap_or_default();
        line(&mut text, &format!("| `{path}` | {holds} | {} | {} |", cell(meaning), cell(&example)));
    }
    text + "\n" + &helpers_markdown()
}

/// Formats a text for a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

/// Formats the tags of a text as code.
fn marked(text: &str) -> String {
    text.replace("{{", "`{{").replace("}}", "}}`")
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_table_stay_cells() {
        assert_eq!(cell("a|b <c>"), "a\\|b &lt;c>");
        assert_eq!(short(&"x".repeat(80)).chars().count(), LONGEST + 1);
    }
}
