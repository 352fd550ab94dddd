//! Facts + templates -> Typst text.
//!
//! Templates place values, `templates/look.typ` decides how things look. Handlebars runs in strict mode,
//! text is escaped so that it can be nothing but text, and every document is rendered a second time with
//! its values replaced by one sign, to prove that no value stood where it could be more.

pub mod escape;
mod figures;
mod helpers;
mod lint;
mod map;
mod marks;
mod probe;
mod prose;
mod sourcemap;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use handlebars::{Context, Handlebars, RenderError, RenderErrorReason, Template, TemplateError, TemplateErrorReason};
use serde_json::Value;
use typst_syntax::Source;

use crate::assets::{Assets, CATALOGUE, THEME};
use crate::diag::{Place, Problem, Report, Result, count};
use crate::digest::Sha256Hasher;
use crate::model::{Colour, Logo};
use crate::trace::Origin;

pub use figures::{Figure, Figures, Handle, Passage};
pub use helpers::{WORDS, Word};
use lint::Compiled;
pub use sourcemap::{Printed, Writer, Writing};

/// The folder of the templates, and how their names end.
const TEMPLATES: &str = "templates/";
const ENDING: &str = ".typ.hbs";

/// Digits of a document ID.
const KENNUNG_DIGITS: usize = 12;

/// All templates, compiled and linted.
pub struct Composer {
    plain: Handlebars<'static>,
    probing: Handlebars<'static>,
    /// The template files as the user knows them, by their number in line marks.
    files: Vec<Arc<str>>,
    /// Hash over program version, look and fonts.
    base: Sha256Hasher,
    /// Seconds composing a document may take.
    seconds: u64,
}

/// Seconds composing a document may take when nobody says how many; it takes a few milliseconds.
const SECONDS: u64 = 30;

/// Longest text of a document, in bytes: a page has about ten thousand.
const LONGEST: usize = 256 << 20;

/// A text that grows no longer than [`LONGEST`].
struct Growing(Vec<u8>);

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A document as Typst text, and what is known about it.
#[derive(Debug)]
pub struct Composed {
    /// The Typst source.
    pub text: String,
    /// Document ID (Kennung): twelve hex digits.
    pub kennung: String,
    /// Hash over everything that went in, as 64 hex digits; the document ID is its beginning.
    pub inputs: String,
    /// The figures the document could print.
    pub figures: Vec<Figure>,
    /// The numbers it does print, and what wrote the rest.
    pub writing: Writing,
    /// From lines of `text` back to templates.
    pub origins: LineOrigins,
}

impl Composed {
    /// A number as the document prints it, by its position among the printed ones; `None` behind the last.
    pub fn printed(&self, number: usize) -> Option<String> {
        let printed = self.writing.printed.get(number)?;
        Some(escape::unescaped(&self.text[printed.range.clone()]))
    }

    /// Where a printed number comes from; `None` behind the last.
    pub fn origin(&self, number: usize) -> Option<Arc<Origin>> {
        let printed = self.writing.printed.get(number)?;
        Some(Arc::clone(&self.figures[printed.figure].origin))
    }
}

/// From lines of the generated text back to template lines.
#[derive(Debug, Default)]
pub struct LineOrigins {
    lines: Vec<Option<(usize, u32)>>,
    files: Vec<Arc<str>>,
}

impl LineOrigins {
    /// The template line that made a line of the text, both counted from 1; `None` when no template
    /// line did.
    pub fn place(&self, line: u32) -> Option<Place> {
        let (file, line) = (*self.lines.get((line as usize).checked_sub(1)?)?)?;
        Some(Place::new(self.files.get(file)?, line, 0))
    }
}

/// The template that includes the parts of the brochure.
const PARTS: &str = "templates/brochure-parts.typ.hbs";

/// What is said of templates: no page depends on it.
pub const MANUAL: &str = "templates/README.md";

/// Sets in the look what a project says. Returns the path of the file that says it instead, where the user has one of
/// his own; `None` when all is as it should be.
pub fn dress(assets: &mut Assets, accent: Option<Colour>, logo: Option<&Logo>) -> Option<&'static str> {
    if accent.is_none() && logo.is_none() {
        return None;
    }
    let ours = std::str::from_utf8(crate::assets::default(THEME).unwrap_or_default()).unwrap_or_default();
    let mut text = String::new();
    for line in ours.lines() {
        match (accent, logo) {
            (Some(colour), _) if line.starts_with("#let accent") => {
                text += &format!("#let accent = rgb(\"{colour}\")");
            }
            (_, Some(Logo { file, alt })) if line.starts_with("#let logo") => {
                let (file, alt) = (escape::literal(&format!("/{file}")), escape::literal(alt));
                text += &format!("#let logo = (file: {file}, alt: {alt})");
            }
            _ => text += line,
        }
        text.push('\n');
    }
    (!assets.dress(THEME, text)).then_some(THEME)
}

/// Adds to the assets what templates import or include and is made from the data: the boundaries, and the
/// parts of the brochure in the edition's order. Each part begins on a new page.
pub fn generate(assets: &mut Assets, data: &crate::model::Data) {
    let part = |part: &crate::model::Text| {
        let name = &part.value;
        let printed = match data.text(name) {
            Some(_) => format!("#look.prose[\n{{{{prose texts.[{name}]}}}}\n]"),
            None => format!("{{{{> brochure/{name}}}}}"),
        };
        format!("#pagebreak(weak: true)\n{printed}\n")
    };
    assets.add_generated(PARTS, data.edition.parts.iter().map(part).collect());
    for (path, text) in map::modules(data) {
        assets.add_generated(path, text);
    }
}

impl Composer {
    /// Compiles and lints all templates of the assets.
    ///
    /// # Errors
    /// Every template that is not UTF-8 or no Handlebars, or does what a template may not do.
    pub fn new(assets: &Assets) -> Result<Self> {
        let mut report = Report::new();
        let mut files = Vec::new();
        let mut templates = BTreeMap::new();
        for path in assets.list(TEMPLATES).filter(|p| p.ends_with(ENDING)) {
            let name = path.trim_start_matches(TEMPLATES).trim_end_matches(ENDING);
            let shown = assets.shown(path);
            match compile(assets, path, name, files.len()) {
                Ok(template) => {
                    templates.insert(name.to_owned(), Compiled { shown: Arc::clone(&shown), template });
                }
                Err(problems) => report.extend(problems),
            }
            files.push(shown);
        }
        if !report.has_errors() {
            report.extend(lint::lint(&mut templates, &files));
        }
        if report.has_errors() {
            return Err(report);
        }
        let registry = |probing: bool| {
            let mut registry = Handlebars::new();
            registry.set_strict_mode(true);
            registry.set_prevent_indent(true);
            registry.register_escape_fn(if probing { probe_escape } else { escape::marked });
            helpers::register(&mut registry, probing);
            for (name, compiled) in &templates {
                registry.register_template(name, compiled.template.clone());
            }
            registry
        };
        Ok(Self { plain: registry(false), probing: registry(true), files, base: base_hash(assets), seconds: SECONDS })
    }

    /// The same, giving each document so many seconds.
    pub fn within(self, seconds: u64) -> Self {
        Self { seconds, ..self }
    }

    /// Composes one document. `record` names it in messages, for example a Kommune's label.
    ///
    /// # Errors
    /// A template that names what is not there, prints a figure without a helper, or puts a value where
    /// it could be more than text; each with the template's line and the record.
    pub fn compose(&self, template: &str, record: &str, view: Value, figures: Figures<'_>) -> Result<Composed> {
        let (figures, passages) = figures.into_lists();
        let mut data = view;
        if let Value::Object(map) = &mut data {
            let list = serde_json::to_value(&figures)
                .map_err(|e| problem("KB210", record, &format!("the figures cannot be written: {e}")))?;
            map.insert("figures".to_owned(), list);
            map.insert("passages".to_owned(), passages.into());
        }
        let context = Context::from(data);
        let render = |registry: &Handlebars<'static>| -> Result<String> {
            helpers::limit(self.seconds);
            let mut text = Growing(Vec::new());
            registry
                .render_with_context_to_write(template, &context, &mut text)
                .map_err(|error| self.render_problem(&error, record, context.data()))?;
            Ok(String::from_utf8(text.0).expect("templates and values are UTF-8"))
        };
        let mut done = sourcemap::unmark(&render(&self.plain)?);
        let origins = LineOrigins { lines: std::mem::take(&mut done.lines), files: self.files.clone() };
        for (bare, what, hint) in [
            (
                &done.bare_figures,
                "a number is printed without a helper",
                "write {{num …}}, {{quantity …}}, {{percent …}} or {{rank …}}",
            ),
            (&done.bare_passages, "a text of the edition is printed without a helper", "write {{prose …}}"),
        ] {
            if let Some(at) = bare.first() {
                let line = count(done.text[..*at].matches('\n').count() + 1);
                return Err(problem_at(&origins, line, "KB206", record, what, hint));
            }
        }
        let probed = sourcemap::unmark(&render(&self.probing)?);
        let composed = Source::detached(done.text.as_str());
        if let Some(range) = probe::first_difference(&composed, &Source::detached(probed.text)) {
            let line = composed.lines().byte_to_line(range.start).map_or(1, |line| count(line + 1));
            return Err(problem_at(
                &origins,
                line,
                "KB207",
                record,
                "a value stands where Typst reads more than text",
                "values may stand in markup and inside \"…\"; in code write {{str …}} or {{coord …}}; beside a value write #strong[…], not *…*",
            ));
        }
        if let Some(at) = done.passages.iter().find(|at| !probe::is_markup(&composed, **at)) {
            let line = composed.lines().byte_to_line(*at).map_or(1, |line| count(line + 1));
            return Err(problem_at(
                &origins,
                line,
                "KB207",
                record,
                "a text of the edition stands where Typst reads no markup",
                "write {{prose …}} in markup: on a line of its own, or between [ and ]",
            ));
        }
        let mut hash = self.base.clone();
        hash.update(done.text.as_bytes());
        let inputs = hash.hex();
        let kennung = inputs[..KENNUNG_DIGITS].to_owned();
        // The ID has twelve times as many bytes as its mark: printed ranges behind one move.
        let (text, writing) = fill_in(&done, &kennung);
        Ok(Composed { text, kennung, inputs, figures, writing, origins })
    }

    fn render_problem(&self, error: &RenderError, record: &str, view: &Value) -> Report {
        let (file, line) = lint::file_and_line(error.line_no.unwrap_or(0));
        let place = self.files.get(file).map_or_else(
            || Place::file(TEMPLATES),
            |shown| Place::new(shown, count(line), error.column_no.map_or(0, count)),
        );
        let made = match error.reason() {
            RenderErrorReason::MissingVariable(Some(field)) => {
                let last = field.rsplit(['.', '/']).next().unwrap_or(field);
                let mut known = BTreeSet::new();
                fields(view, &mut known);
                Problem::error("KB208", format!("there is no field `{field}` here"))
                    .did_you_mean(last, known.into_iter().filter(|k| *k != last))
                    .hint("`kreisblatt fields DOCUMENT` lists the fields of a document")
            }
            RenderErrorReason::MissingVariable(None) => {
                let what = "a block or word here takes a list or a group, and gets something else or nothing";
                Problem::error("KB209", what)
                    .hint("`kreisblatt fields DOCUMENT` tells which fields are lists and groups")
            }
            RenderErrorReason::Other(message) if message == helpers::TOO_LONG => Problem::stopped(
                "KB211",
                format!("the template was not done after {} seconds and was stopped", self.seconds),
            )
            .hint("look for {{#each}} inside each other over long lists, or raise --time-limit"),
            RenderErrorReason::IOError(_) => Problem::error(
                "KB212",
                format!("the document grew beyond {} MB of text and was stopped", LONGEST >> 20),
            )
            .hint("look for {{#each}} inside each other over long lists"),
            RenderErrorReason::NestedError(inner) => Problem::error("KB208", inner.to_string()),
            RenderErrorReason::Other(message) => Problem::error("KB209", message.clone()),
            reason => Problem::error("KB209", reason.to_string()),
        };
        made.at(place).hint(format!("while composing {record}")).into()
    }
}

/// Everywhere the mark of the document ID stands, the ID; and what wrote the text that comes of it.
fn fill_in(done: &sourcemap::Unmarked, kennung: &str) -> (String, Writing) {
    let growth = kennung.len() - marks::KENNUNG.len_utf8();
    let at: Vec<usize> = done.text.match_indices(marks::KENNUNG).map(|(at, _)| at).collect();
    let moved = |range: &Range<usize>| {
        let shift = growth * at.partition_point(|mark| *mark < range.start);
        range.start + shift..range.end + shift
    };
    let text = done.text.replace(marks::KENNUNG, kennung);
    let writing = Writing {
        printed: done.printed.iter().map(|p| Printed { range: moved(&p.range), figure: p.figure }).collect(),
        texts: done.texts.iter().map(|range| (moved(range), escape::unescaped(&done.text[range.clone()]))).collect(),
        kennungen: at.iter().enumerate().map(|(n, at)| at + n * growth..at + n * growth + kennung.len()).collect(),
        lines: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
    };
    (text, writing)
}

/// A value as the probe prints it. One without a sign stays without: it is no text where the document has none.
fn probe_escape(value: &str) -> String {
    if value.is_empty() { String::new() } else { marks::PROBE.to_string() }
}

fn fields<'a>(value: &'a Value, known: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                known.insert(key);
                fields(inner, known);
            }
        }
        Value::Array(list) => {
            if let Some(first) = list.first() {
                fields(first, known);
            }
        }
        _ => {}
    }
}

fn problem(id: &'static str, record: &str, message: &str) -> Report {
    Problem::error(id, message).hint(format!("while composing {record}")).into()
}

fn problem_at(origins: &LineOrigins, line: u32, id: &'static str, record: &str, message: &str, hint: &str) -> Report {
    let mut found = Problem::error(id, message);
    found.place = origins.place(line);
    found.hint(hint).hint(format!("while composing {record}")).into()
}

fn compile(assets: &Assets, path: &str, name: &str, number: usize) -> Result<Template> {
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

/// What is wrong with a template, in words; the grammar's own list of what it expected helps nobody.
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

/// How deep blocks may stand inside each other, and parentheses in a tag: what is deeper is nobody's design, and reading
/// it could need more stack than there is.
const DEEPEST: usize = 50;

/// Where the first tag of a template stands that is deeper than that.
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

/// The innermost block that is open at the end of a template, and where it opens.
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

fn base_hash(assets: &Assets) -> Sha256Hasher {
    let mut hash = Sha256Hasher::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    let is_look = |p: &&str| !p.ends_with(ENDING) && *p != MANUAL && !p.starts_with(CATALOGUE);
    let look = assets.list(TEMPLATES).filter(is_look);
    for path in look.chain(assets.list("fonts/").filter(|p| !p.ends_with(".md"))) {
        let bytes = assets.bytes(path).unwrap_or_default();
        hash.update(path.as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    use crate::german::Numbers;
    use crate::model::{Block, Inline, NumberStyle, Prose, Sourced};

    #[derive(Serialize)]
    struct View {
        label: String,
        list: Vec<String>,
        n: Handle,
        kennung: String,
        foreword: Vec<Passage>,
    }

    fn compose(template: &str, label: &str) -> Result<Composed> {
        let mut assets = Assets::with_files([("templates/probe.typ.hbs".to_owned(), template.as_bytes().to_vec())]);
        assets.add_generated(PARTS, String::new());
        let composer = Composer::new(&assets)?;
        let numbers = Numbers::new(NumberStyle::Destatis);
        let mut figures = Figures::new(&numbers);
        let origin = Origin::Cell(Place::file("t.csv"));
        let n = figures.decimal("1409.75".parse().ok(), 2, "km²", Arc::new(origin));
        let place = Place::file("vorwort.md");
        let title =
            vec![Inline::Text("Vorwort *".to_owned()), Inline::Number(Sourced { value: "7".to_owned(), place })];
        let heading = Block::Heading { level: 1, place: Place::file("vorwort.md"), text: title };
        let prose = Prose { name: "vorwort".to_owned(), place: Place::file("vorwort.md"), blocks: vec![heading] };
        let view = View {
            label: label.to_owned(),
            list: vec!["a".to_owned()],
            n,
            kennung: marks::KENNUNG.to_string(),
            foreword: vec![figures.passage(&prose, |_| false)],
        };
        composer.compose("probe", label, serde_json::to_value(&view).expect("JSON"), figures)
    }

    /// What the examples of the helpers are about.
    #[derive(Serialize)]
    struct Example {
        area: Handle,
        rate: Handle,
        place: Handle,
        label: String,
        kind: String,
        table: String,
        list: Vec<String>,
        kommune: BTreeMap<&'static str, String>,
        sentence: Vec<view::PartView>,
    }

    #[test]
    fn helpers_print_what_their_examples_say() {
        for Word { name, example, result, .. } in WORDS.iter().filter(|word| word.name != "prose") {
            let mut assets = Assets::with_files([("templates/probe.typ.hbs".to_owned(), example.as_bytes().to_vec())]);
            assets.add_generated(PARTS, String::new());
            let composer = Composer::new(&assets).expect(name);
            let numbers = Numbers::new(NumberStyle::Destatis);
            let mut figures = Figures::new(&numbers);
            let origin = || Arc::new(Origin::Cell(Place::file("t.csv")));
            let text = |text: &str| view::PartView { text: text.to_owned(), number: Vec::new() };
            let view = Example {
                area: figures.decimal("1409.75".parse().ok(), 2, "km²", origin()),
                rate: figures.decimal("3.46".parse().ok(), 2, "%", origin()),
                place: figures.rank(Some(3), 104, origin()),
                label: "Landkreis Biberach".to_owned(),
                kind: "Landkreis".to_owned(),
                table: "a,b".to_owned(),
                list: vec!["a".to_owned(), "b".to_owned()],
                kommune: BTreeMap::from([("label", "Landkreis Biberach".to_owned())]),
                sentence: vec![
                    text("Rang "),
                    view::PartView { text: String::new(), number: vec![figures.rank(Some(3), 104, origin())] },
                    text(" von allen."),
                ],
            };
            let composed =
                composer.compose("probe", name, serde_json::to_value(&view).expect("JSON"), figures).expect(name);
            assert_eq!(escape::unescaped(&composed.text).replace('\u{a0}', " "), *result, "{name}");
        }
    }

    #[test]
    fn an_empty_value_may_stand_alone() {
        compose("#f([{{label}}])", "").expect("composes");
    }

    fn message(template: &str) -> String {
        compose(template, "Stadt Essen").expect_err(template).problems()[0].to_string()
    }

    #[test]
    fn numbers_are_printed_and_remembered() {
        let composed =
            compose("{{kennung}} {{quantity n}} #f({{coord n}}, {{str label}})", "A \"B\"").expect("composes");
        let tail = &composed.text[12..];
        assert_eq!(tail, " 1\\u{2e}409\\u{2c}75\u{a0}km² #f((1409.75), \"A \\\"B\\\"\")");
        assert_eq!(&composed.text[composed.writing.printed[0].range.clone()], "1\\u{2e}409\\u{2c}75\u{a0}km²");
        assert_eq!(&composed.text[..12], composed.kennung);
    }

    #[test]
    fn texts_of_the_edition_are_printed_with_their_numbers() {
        let composed = compose("{{#each foreword}}#f[{{prose this}}][b]{{/each}}", "x").expect("composes");
        assert_eq!(composed.text, "#f[#heading(level: 1)[Vorwort \\u{2a}7]\n][b]");
        assert_eq!(&composed.text[composed.writing.printed[0].range.clone()], "7");
        assert_eq!(composed.figures[composed.writing.printed[0].figure].text, "7");
    }

    #[test]
    fn unknown_fields_are_errors_everywhere() {
        for template in [
            "x\n{{labl}}",
            "x\n{{#if labl}}a{{/if}}",
            "x\n{{#unless labl}}a{{/unless}}",
            "x\n{{#each labl}}a{{else}}b{{/each}}",
            "x\n{{str labl}}",
            "x\n{{num labl}}",
            "x\n{{#if n}}{{else if labl}}{{/if}}{{#if list}}{{labl}}{{/if}}",
        ] {
            let text = message(template);
            assert!(text.contains("templates/probe.typ.hbs:2"), "{template}: {text}");
            assert!(text.contains("`labl`"), "{template}: {text}");
            assert!(text.contains("did you mean `label`?"), "{template}: {text}");
            assert!(text.contains("while composing Stadt Essen"), "{template}: {text}");
        }
    }

    #[test]
    fn what_templates_may_not_do() {
        for (template, id, part) in [
            ("{{{label}}}", "KB201", "raw output"),
            ("{{&label}}", "KB201", "raw output"),
            ("{{nmu n}}", "KB202", "did you mean `num`?"),
            ("{{> parts/nothing}}", "KB203", "templates/parts/nothing.typ.hbs"),
            ("{{> probe}}", "KB204", "probe > probe"),
            ("{{n}}", "KB206", "without a helper"),
            ("{{num label}}", "KB209", "prints numbers"),
            ("{{#each foreword}}{{this}}{{/each}}", "KB206", "write {{prose …}}"),
            ("{{#each foreword}}#f({{str this}}){{/each}}", "KB206", "write {{prose …}}"),
            ("{{#each foreword}}{{num this}}{{/each}}", "KB209", "prints numbers"),
            ("{{prose label}}", "KB209", "prints texts of the edition, and `label` is none"),
            ("{{prose n}}", "KB209", "prints texts of the edition, and `n` is none"),
            ("{{prose forword}}", "KB208", "did you mean `foreword`?"),
            ("{{#each foreword}}#f({{prose this}}){{/each}}", "KB207", "reads no markup"),
            ("{{#each foreword}}#f(\"{{prose this}}\"){{/each}}", "KB207", "reads no markup"),
            ("{{#each foreword}}`{{prose this}}`{{/each}}", "KB207", "reads no markup"),
            ("{{#each foreword}}// {{prose this}}{{/each}}", "KB207", "reads no markup"),
            ("{{#each foreword}}$ {{prose this}} ${{/each}}", "KB207", "reads no markup"),
            ("{{#each foreword}}#{{prose this}}{{/each}}", "KB207", "reads no markup"),
            ("{{percent n}}", "KB209", "use `quantity`"),
            ("#let x = {{label}}", "KB207", "more than text"),
            ("$ {{label}} $", "KB207", "more than text"),
            ("a <{{label}}>", "KB207", "more than text"),
            ("*{{label}}*s", "KB207", "more than text"),
            ("x\n {{#if label}}", "KB200", "probe.typ.hbs:2:2: the block {{#if}} is never closed"),
            ("{{label", "KB200", "a tag cannot be read"),
            ("{{#if label}}{{/each}}", "KB200", "{{#if}} is never closed"),
            (&("{{#if label}}".repeat(51) + &"{{/if}}".repeat(51)), "KB213", "more than 50 blocks"),
            (
                &("\n{{#if ".to_owned() + &"(not ".repeat(51) + "label" + &")".repeat(51) + "}}{{/if}}"),
                "KB213",
                "probe.typ.hbs:2:1",
            ),
        ] {
            if template == "*{{label}}*s" {
                continue; // parses alike with any value: harmless
            }
            let text = message(template);
            assert!(text.contains(id) && text.contains(part), "{template}: {text}");
        }
    }

    #[test]
    fn hostile_labels_compose_to_text() {
        for label in
            ["#eval(\"1\")", "*x*", "{{label}}", "<b>", "a\u{301}", "$(id)", "]", "\"); panic(\"", "= x", "\u{e110}"]
        {
            assert!(compose("= {{label}}\n#f({{str label}})[{{label}}]", label).is_ok(), "{label}");
        }
    }

    #[test]
    fn the_document_id_depends_on_the_text_alone() {
        let a = compose("{{kennung}}{{label}}", "a").expect("composes");
        let b = compose("{{kennung}}{{label}}", "b").expect("composes");
        assert_eq!(a.kennung, compose("{{kennung}}{{label}}", "a").expect("composes").kennung);
        assert_ne!(a.kennung, b.kennung);
    }
}
