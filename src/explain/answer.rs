//! An answer to where a number comes from, and how people read it.

use std::fmt::Write as _;

use serde::Serialize;

/// The most inputs of a formula that are listed unless all are asked for.
const MOST_INPUTS: usize = 12;

/// What is known of a number.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// What the number is.
    pub subject: String,
    /// As printed; the official sign when it is not known.
    pub printed: String,
    /// The document that prints it; `None` when an indicator was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The cell it was read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// How it was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The formula with numbers in place of names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filled_in: Option<String>,
    /// What went into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<AnswerInput>,
    /// What else is worth knowing: name and text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<(String, String)>,
}

/// A cell that went into a number.
#[derive(Debug, Serialize)]
pub struct AnswerInput {
    /// Where it stands.
    pub cell: String,
    /// Which indicator of which Kommune it is.
    pub of: String,
    /// What it holds.
    pub value: String,
}

impl Answer {
    /// An answer that says no more than what is printed.
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

/// An answer for people; `all` inputs of a formula, or the first ones.
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
