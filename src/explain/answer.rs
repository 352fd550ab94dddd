//! The answer to `explain`: where a number comes from, and its text form.

use std::fmt::Write as _;

use serde::Serialize;

/// The greatest number of formula inputs that are listed without `--all`.
const MOST_INPUTS: usize = 12;

/// The facts about one number.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The name of the number.
    pub subject: String,
    /// The number as printed; the official sign when it is not known.
    pub printed: String,
    /// The document that prints it; `None` when the request names an indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The cell that contains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The rule that computes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The formula with numbers in place of names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filled_in: Option<String>,
    /// The cells that the rule uses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<AnswerInput>,
    /// Further facts: name and text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<(String, String)>,
}

/// A cell that is an input of a number.
#[derive(Debug, Serialize)]
pub struct AnswerInput {
    /// The place of the cell.
    pub cell: String,
    /// Its indicator and Kommune.
    pub of: String,
    /// Its value.
    pub value: String,
}

impl Answer {
    /// Returns an answer with the printed number only.
    pub fn new(subject: String, printed: String) -> Self {
        Self {
            subject,
            printed,
            document: None,
            cell: None,
            rule: None,
            filled_in: None,
            inputs: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds a note.
    pub fn note(&mut self, name: &str, text: impl Into<String>) {
        self.notes.push((name.to_owned(), text.into()));
    }
}

/// Returns the answer as text, with `all` inputs of a formula or the first ones only.
pub fn text(answer: &Answer, all: bool) -> String {
    let mut text = format!("{}: {}\n", answer.subject, answer.printed);
    let mut line = |name: &str, said: &str| {
        writeln!(text, "  {name:<11} {said}").expect("writing to a String cannot fail");
    };
    for (name, said) in [
        ("document", &answer.document),
        ("cell", &answer.cell),
        ("formula", &answer.rule),
        ("filled in", &answer.filled_in),
    ] {
        if let Some(said) = said {
            line(name, said);
        }
    }
    let most = if all { answer.inputs.len() } else { MOST_INPUTS };
    for input in answer.inputs.iter().take(most) {
        line("input", &format!("{} {} = {}", input.cell, input.of, input.value));
    }
    if answer.inputs.len() > most {
        line("", &format!("and {} more inputs (--all lists them)", answer.inputs.len() - most));
    }
    for (name, said) in &answer.notes {
        line(name, said);
    }
    text
}
