//! Markdown files -> texts.

use std::sync::Arc;

use super::reader::Reader;
use crate::assets::Assets;
use crate::diag::{Place, Problem, Report};
use crate::model::Prose;

/// Most bytes of a text: some three hundred pages.
pub const LARGEST_TEXT: usize = 1 << 20;

/// Reads the texts of an edition in the order of their names, and their problems. Of a text with problems everything
/// else is kept, so that other rules see it; the errors stop the build.
pub fn texts(assets: &Assets, edition: &str) -> (Vec<Prose>, Report) {
    let mut report = Report::new();
    let mut texts = Vec::new();
    for name in assets.texts(edition) {
        let path = format!("data/{edition}/{name}.md");
        match assets.text(&path) {
            Ok(text) => texts.push(prose(&name, &assets.shown(&path), text, &mut report)),
            Err(problems) => report.extend(problems),
        }
    }
    (texts, report)
}

/// Reads a text and adds its problems to `report`.
pub fn prose(name: &str, file: &Arc<str>, text: &str, report: &mut Report) -> Prose {
    let start = Place::new(file, 1, 1);
    let mut prose = Prose { name: name.to_owned(), place: Place::file(file), blocks: Vec::new() };
    if text.len() > LARGEST_TEXT {
        let message = format!("the text has {} bytes, at most {LARGEST_TEXT} are read", text.len());
        report.push(Problem::error("KB150", message).at(start).hint("divide it into several files"));
        return prose;
    }
    if text.trim().is_empty() {
        let problem = Problem::error("KB150", "the text is empty").at(start);
        report.push(problem.hint("write `# Title` and below it the text, or delete the file"));
        return prose;
    }
    let mut reader = Reader::new(file, text);
    reader.signs();
    prose.blocks = reader.blocks(0);
    reader.unused_targets();
    report.extend(reader.report);
    prose
}
