//! The documentation of the template helpers: `kreisblatt fields` prints it, and the template checks know the helpers
//! by it.

use serde::Serialize;

/// The documentation of a helper.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct HelperDoc {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in Handlebars' order.
    pub arguments: &'static str,
    /// What it prints, and where it may stand.
    pub prints: &'static str,
    /// An example.
    pub example: &'static str,
    /// What the example prints.
    pub result: &'static str,
}

/// An entry of [`HELPER_DOCS`].
const fn doc(
    name: &'static str,
    arguments: &'static str,
    prints: &'static str,
    example: &'static str,
    result: &'static str,
) -> HelperDoc {
    HelperDoc { name, arguments, prints, example, result }
}

/// All helpers a template may use, ours and those of Handlebars. The examples are about a Landkreis of 1409.75 km²,
/// with a rate of 3.46 % and rank 3 of 104; a test prints them.
pub const HELPER_DOCS: [HelperDoc; 21] = [
    doc(
        "num",
        "NUMBER",
        "A number without its unit, in German digits; `.` when it is not known.",
        "{{num area}}",
        "1.409,75",
    ),
    doc("quantity", "NUMBER", "A number with its unit.", "{{quantity area}}", "1.409,75 km²"),
    doc("percent", "NUMBER", "A percentage with its sign; refuses other units.", "{{percent rate}}", "3,46 %"),
    doc("rank", "NUMBER", "A rank and of how many.", "{{rank place}}", "3 von 104"),
    doc(
        "say",
        "SENTENCE",
        "A sentence made from the data, its numbers traced.",
        "{{say sentence}}",
        "Rang 3 von allen.",
    ),
    doc(
        "prose",
        "TEXT OF THE EDITION",
        "Headings, paragraphs and lists of a text of the edition; in markup only.",
        "{{prose texts.vorwort}}",
        "the text of vorwort.md",
    ),
    doc(
        "str",
        "TEXT or NUMBER",
        "A string literal for code: what stands in parentheses behind a `#`.",
        "#upper({{str label}})",
        "#upper(\"Landkreis Biberach\")",
    ),
    doc(
        "coord",
        "NUMBER",
        "A plain number for lengths and positions in code; `none` when it is not known.",
        "#line(length: {{coord rate}} * 1mm)",
        "#line(length: (3.46) * 1mm)",
    ),
    doc(
        "data",
        "TEXT",
        "The content of a file as a string literal, line breaks kept; for pdf.attach.",
        "#pdf.attach(\"t.csv\", bytes({{data table}}))",
        "#pdf.attach(\"t.csv\", bytes(\"a,b\"))",
    ),
    doc(
        "if",
        "CONDITION",
        "Its content where the condition is yes, a text or list not empty; else that of `else`.",
        "{{#if list}}ja{{else}}nein{{/if}}",
        "ja",
    ),
    doc("unless", "CONDITION", "Its content where `if` prints none.", "{{#unless list}}leer{{/unless}}", ""),
    doc(
        "each",
        "LIST",
        "Its content for each item, which is `this`; also `@first`, `@last`, `@index`, and `else` for an empty list.",
        "{{#each list}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}",
        "a, b",
    ),
    doc(
        "with",
        "GROUP",
        "Its content, with the fields of a group by their own names.",
        "{{#with kommune}}{{label}}{{/with}}",
        "Landkreis Biberach",
    ),
    doc(
        "lookup",
        "LIST or GROUP, KEY",
        "An item by its number from 0, or a field by its name.",
        "{{lookup list 1}}",
        "b",
    ),
    doc(
        "eq",
        "A, B",
        "Whether two texts, or two numbers, are alike; stands in parentheses.",
        "{{#if (eq kind \"Landkreis\")}}ja{{/if}}",
        "ja",
    ),
    doc(
        "ne",
        "A, B",
        "Whether two texts, or two numbers, differ.",
        "{{#if (ne kind \"Landkreis\")}}ja{{else}}nein{{/if}}",
        "nein",
    ),
    doc(
        "gt",
        "A, B",
        "Whether A is more than B: numbers of the data, `@index`, or numbers as code has them; never of one not known.",
        "{{#if (gt rate 3.4)}}ja{{/if}}",
        "ja",
    ),
    doc("lt", "A, B", "Whether A is less than B.", "{{#each list}}{{#if (lt @index 1)}}{{this}}{{/if}}{{/each}}", "a"),
    doc("and", "A, B", "Whether both are yes.", "{{#if (and list label)}}ja{{/if}}", "ja"),
    doc("or", "A, B", "Whether one is yes.", "{{#if (or list label)}}ja{{/if}}", "ja"),
    doc("not", "A", "Whether it is no.", "{{#if (not list)}}ja{{else}}nein{{/if}}", "nein"),
];

/// Returns the names of all helpers.
pub fn helper_names() -> impl Iterator<Item = &'static str> + Clone {
    HELPER_DOCS.iter().map(|helper| helper.name)
}
