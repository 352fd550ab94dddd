//! Template files -> compiled Handlebars templates, with messages a template author understands.

use std::sync::Arc;

use handlebars::{Template, TemplateError, TemplateErrorReason};

use crate::assets::Assets;
use crate::diag::{Place, Problem, Result, count};

use super::{lint, sourcemap};

/// The folder of the templates.
pub const FOLDER: &str = "templates/";

/// How the names of template files end. The other files of the folder are the look.
pub const ENDING: &str = ".typ.hbs";

/// How deep blocks may stand inside each other, and parentheses in a tag. Nobody needs more, and parsing it could take
/// more stack than there is.
const DEEPEST: usize = 50;

/// Compiles a template file; `number` is the number of the file in line marks.
///
/// # Errors
/// A file that is not UTF-8, or no Handlebars, or nests too deep.
pub fn compile(assets: &Assets, path: &str, name: &str, number: usize) -> Result<Template> {
    let text = assets.text(path)?;
    if let Some(offset) = too_deep(text) {
        return Err(Problem::error(
            "KB213",
            format!("more than {DEEPEST} blocks or parentheses stand inside each other"),
        )
        .at(Place::at_offset(&assets.shown(path), text, offset))
        .hint("make an inner part a file of its own, or ask for less at once")
        .into());
    }
    let marked = sourcemap::mark_lines(number, text);
    let mut template = Template::compile_with_name(marked, name.to_owned())
        .map_err(|error| unreadable(&error, text, &assets.shown(path)))?;
    lint::number_lines(&mut template, number);
    Ok(template)
}

/// Returns the problem of a template that cannot be parsed. The parser's own list of what it expected helps nobody.
fn unreadable(error: &TemplateError, text: &str, shown: &Arc<str>) -> Problem {
    if let Some((word, offset)) = unclosed_block(text) {
        return Problem::error("KB200", format!("the block {{{{#{word}}}}} is never closed"))
            .at(Place::at_offset(shown, text, offset))
            .hint(format!("write {{{{/{word}}}}} where it ends"));
    }
    let (line, column) = error.pos().unwrap_or((0, 0));
    let what = match error.reason() {
        TemplateErrorReason::InvalidSyntax(_) => "a tag cannot be read".to_owned(),
        reason => reason.to_string(),
    };
    Problem::error("KB200", what)
        .at(Place::new(shown, count(line), count(column)))
        .hint("every {{ needs its }}, every {{/block}} its {{#block}}")
}

/// Returns where the first tag of a template stands that nests deeper than [`DEEPEST`]; `None` when there is none.
fn too_deep(text: &str) -> Option<usize> {
    let mut blocks = 0_usize;
    for (offset, _) in text.match_indices("{{") {
        let (tag, _) = text[offset + 2..].split_once("}}")?;
        let tag = tag.trim_start().trim_start_matches('~').trim_start();
        match tag.bytes().next() {
            Some(b'#') => blocks += 1,
            Some(b'/') => blocks = blocks.saturating_sub(1),
            _ => {}
        }
        if blocks > DEEPEST || tag.bytes().filter(|b| *b == b'(').count() > DEEPEST {
            return Some(offset);
        }
    }
    None
}

/// Returns the innermost block that is open at the end of a template, and where it opens.
fn unclosed_block(text: &str) -> Option<(String, usize)> {
    let mut open: Vec<(String, usize)> = Vec::new();
    for (offset, _) in text.match_indices("{{") {
        let tag = text[offset + 2..].trim_start_matches('~');
        let word = |rest: &str| {
            rest.split(|c: char| c.is_whitespace() || "}~".contains(c)).next().unwrap_or_default().to_owned()
        };
        if let Some(rest) = tag.strip_prefix('#') {
            open.push((word(rest), offset));
        } else if let Some(rest) = tag.strip_prefix('/')
            && open.last().is_some_and(|(name, _)| *name == word(rest))
        {
            open.pop();
        }
    }
    open.pop()
}
