//! What goes wrong while a document is composed, as problems with the template line and the record.

use std::collections::BTreeSet;
use std::sync::Arc;

use handlebars::{RenderError, RenderErrorReason};
use serde_json::Value;

use crate::diag::{Place, Problem, Report, count};

use super::composed::LineOrigins;
use super::{helpers, lint, template};

/// The limits a document was composed with, as messages name them.
#[derive(Debug, Clone, Copy)]
pub struct ComposeLimits {
    /// Seconds.
    pub seconds: u64,
    /// Longest text in bytes.
    pub bytes: usize,
}

/// Returns the problem of a template that failed while it was rendered. `files` are the template files by number,
/// `view` is what the template could see, `record` names the document.
pub fn render_problem(
    error: &RenderError,
    record: &str,
    view: &Value,
    files: &[Arc<str>],
    limits: ComposeLimits,
) -> Report {
    let (file, line) = lint::file_and_line(error.line_no.unwrap_or(0));
    let place = files.get(file).map_or_else(
        || Place::file(template::FOLDER),
        |shown| Place::new(shown, count(line), error.column_no.map_or(0, count)),
    );
    let problem = match error.reason() {
        RenderErrorReason::MissingVariable(Some(field)) => {
            let last = field.rsplit(['.', '/']).next().unwrap_or(field);
            let mut known = BTreeSet::new();
            field_names(view, &mut known);
            Problem::error("KB208", format!("there is no field `{field}` here"))
                .did_you_mean(last, known.into_iter().filter(|k| *k != last))
                .hint("`kreisblatt fields DOCUMENT` lists the fields of a document")
        }
        RenderErrorReason::MissingVariable(None) => {
            let what = "a block or word here takes a list or a group, and gets something else or nothing";
            Problem::error("KB209", what).hint("`kreisblatt fields DOCUMENT` tells which fields are lists and groups")
        }
        RenderErrorReason::Other(message) if message == helpers::TIME_LIMIT_EXCEEDED => Problem::stopped(
            "KB211",
            format!("the template was not done after {} seconds and was stopped", limits.seconds),
        )
        .hint("look for {{#each}} inside each other over long lists, or raise --time-limit"),
        RenderErrorReason::IOError(_) => Problem::error(
            "KB212",
            format!("the document grew beyond {} MB of text and was stopped", limits.bytes >> 20),
        )
        .hint("look for {{#each}} inside each other over long lists"),
        RenderErrorReason::NestedError(inner) => Problem::error("KB208", inner.to_string()),
        RenderErrorReason::Other(message) => Problem::error("KB209", message.clone()),
        reason => Problem::error("KB209", reason.to_string()),
    };
    problem.at(place).hint(format!("while composing {record}")).into()
}

/// Returns a problem of a whole document.
pub fn problem(id: &'static str, record: &str, message: &str) -> Report {
    Problem::error(id, message).hint(format!("while composing {record}")).into()
}

/// Returns a problem at a line of a composed text, placed at the template line that made it.
pub fn problem_at(
    origins: &LineOrigins,
    line: u32,
    id: &'static str,
    record: &str,
    message: &str,
    hint: &str,
) -> Report {
    let mut problem = Problem::error(id, message);
    problem.place = origins.place(line);
    problem.hint(hint).hint(format!("while composing {record}")).into()
}

/// Collects the names of all fields of a view.
fn field_names<'a>(value: &'a Value, known: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                known.insert(key);
                field_names(inner, known);
            }
        }
        Value::Array(list) => {
            if let Some(first) = list.first() {
                field_names(first, known);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
