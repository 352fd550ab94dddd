//! View + template -> composed document.
//!
//! Every document is rendered twice: with its values, and with one private sign in place of every value. Both must have
//! the same syntax tree; where they differ, a value stood where Typst reads more than text.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use handlebars::{Context, Handlebars};
use serde_json::Value;
use typst_syntax::Source;

use crate::assets::{Assets, CATALOGUE};
use crate::diag::{Report, Result, count};
use crate::digest::Sha256Hasher;

use super::composed::{ComposedDocument, LineOrigins, fill_in_kennung};
use super::errors::{ComposeLimits, problem, problem_at, render_problem};
use super::figures::FigureTable;
use super::lint::{self, LintedTemplate};
use super::prepared::PreparedAssets;
use super::template::{self, compile};
use super::{escape, helpers, marks, probe, sourcemap};

/// The manual for authors of templates. No page depends on it.
pub const MANUAL: &str = "templates/README.md";

/// Digits of a document ID.
const KENNUNG_DIGITS: usize = 12;

/// Seconds composing a document may take unless [`Composer::within`] sets another limit; it takes a few milliseconds.
const SECONDS: u64 = 30;

/// Longest text of a document, in bytes: a page has about ten thousand.
const LONGEST: usize = 256 << 20;

/// All templates, compiled and linted.
pub struct Composer {
    /// Renders templates with their values.
    plain: Handlebars<'static>,
    /// Renders templates with [`marks::PROBE`] in place of every value.
    probing: Handlebars<'static>,
    /// The template files as users find them, by their number in line marks.
    files: Vec<Arc<str>>,
    /// Hash over program version, look and fonts.
    base: Sha256Hasher,
    /// Seconds composing a document may take.
    seconds: u64,
}

impl Composer {
    /// Compiles and lints all templates of the assets.
    ///
    /// # Errors
    /// Every template that is not UTF-8, or no Handlebars, or does what a template may not do.
    pub fn new(assets: &PreparedAssets) -> Result<Self> {
        let assets = assets.assets();
        let mut report = Report::new();
        let mut files = Vec::new();
        let mut templates = BTreeMap::new();
        for path in assets.list(template::FOLDER).filter(|path| path.ends_with(template::ENDING)) {
            let name = path.trim_start_matches(template::FOLDER).trim_end_matches(template::ENDING);
            let shown = assets.shown(path);
            match compile(assets, path, name, files.len()) {
                Ok(template) => {
                    templates.insert(name.to_owned(), LintedTemplate { shown: Arc::clone(&shown), template });
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

    /// Returns the composer with another limit for the time a document may take.
    pub fn within(self, seconds: u64) -> Self {
        Self { seconds, ..self }
    }

    /// Composes one document: `view` is what the template may see, as JSON. `record` names the document in messages, for
    /// example by a Kommune's label.
    ///
    /// # Errors
    /// A template that names a field that does not exist, prints a figure without a helper, or puts a value where it
    /// could be more than text; each with the template's line and the record.
    pub fn compose(
        &self,
        template: &str,
        record: &str,
        mut view: Value,
        figures: FigureTable<'_>,
    ) -> Result<ComposedDocument> {
        let (figures, passages) = figures.into_lists();
        if let Value::Object(map) = &mut view {
            let list = serde_json::to_value(&figures)
                .map_err(|e| problem("KB210", record, &format!("the figures cannot be written: {e}")))?;
            map.insert("figures".to_owned(), list);
            map.insert("passages".to_owned(), passages.into());
        }
        let context = Context::from(view);
        let mut done = sourcemap::unmark(&self.render(&self.plain, template, record, &context)?);
        let origins = LineOrigins::new(std::mem::take(&mut done.lines), self.files.clone());
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
        let probed = sourcemap::unmark(&self.render(&self.probing, template, record, &context)?);
        let composed = Source::detached(done.text.as_str());
        let line_at = |byte: usize| composed.lines().byte_to_line(byte).map_or(1, |line| count(line + 1));
        if let Some(range) = probe::first_difference(&composed, &Source::detached(probed.text)) {
            return Err(problem_at(
                &origins,
                line_at(range.start),
                "KB207",
                record,
                "a value stands where Typst reads more than text",
                "values may stand in markup and inside \"…\"; in code write {{str …}} or {{coord …}}; beside a value write #strong[…], not *…*",
            ));
        }
        if let Some(at) = done.passages.iter().find(|at| !probe::is_markup(&composed, **at)) {
            return Err(problem_at(
                &origins,
                line_at(*at),
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
        let (text, source_map) = fill_in_kennung(&done, &kennung);
        Ok(ComposedDocument { text, kennung, inputs, figures, source_map, origins })
    }

    fn render(
        &self,
        registry: &Handlebars<'static>,
        template: &str,
        record: &str,
        context: &Context,
    ) -> Result<String> {
        helpers::set_time_limit(self.seconds);
        let mut text = LimitedText(Vec::new());
        registry.render_with_context_to_write(template, context, &mut text).map_err(|error| {
            let limits = ComposeLimits { seconds: self.seconds, bytes: LONGEST };
            render_problem(&error, record, context.data(), &self.files, limits)
        })?;
        Ok(String::from_utf8(text.0).expect("templates and values are UTF-8"))
    }
}

/// A text that grows no longer than [`LONGEST`].
struct LimitedText(Vec<u8>);

impl Write for LimitedText {
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

/// What the probe prints for a value. An empty value stays empty: it is no text where the document has none.
fn probe_escape(value: &str) -> String {
    if value.is_empty() { String::new() } else { marks::PROBE.to_string() }
}

/// Returns the hash over program version, look and fonts that every document ID begins from.
fn base_hash(assets: &Assets) -> Sha256Hasher {
    let mut hash = Sha256Hasher::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes());
    let is_look = |p: &&str| !p.ends_with(template::ENDING) && *p != MANUAL && !p.starts_with(CATALOGUE);
    let look = assets.list(template::FOLDER).filter(is_look);
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
    use serde::Serialize;

    use super::super::figures::{FigureHandle, PassageHandle};
    use super::super::helper_docs::{HELPER_DOCS, HelperDoc};
    use super::super::prose::add_passage;
    use super::*;
    use crate::compose::view::sentences::PartView;
    use crate::diag::Place;
    use crate::german::Numbers;
    use crate::model::{Block, Inline, NumberStyle, Prose, Sourced};
    use crate::trace::Origin;

    #[derive(Serialize)]
    struct ProbeView {
        label: String,
        list: Vec<String>,
        n: FigureHandle,
        kennung: String,
        foreword: Vec<PassageHandle>,
    }

    fn compose(template: &str, label: &str) -> Result<ComposedDocument> {
        let assets = Assets::with_files([("templates/probe.typ.hbs".to_owned(), template.as_bytes().to_vec())]);
        let composer = Composer::new(&PreparedAssets::without_data(assets))?;
        let numbers = Numbers::new(NumberStyle::Destatis);
        let mut figures = FigureTable::new(&numbers);
        let origin = Origin::Cell(Place::file("t.csv"));
        let n = figures.decimal("1409.75".parse().ok(), 2, "km²", Arc::new(origin));
        let place = Place::file("vorwort.md");
        let title =
            vec![Inline::Text("Vorwort *".to_owned()), Inline::Number(Sourced { value: "7".to_owned(), place })];
        let heading = Block::Heading { level: 1, place: Place::file("vorwort.md"), text: title };
        let prose = Prose { name: "vorwort".to_owned(), place: Place::file("vorwort.md"), blocks: vec![heading] };
        let view = ProbeView {
            label: label.to_owned(),
            list: vec!["a".to_owned()],
            n,
            kennung: marks::KENNUNG.to_string(),
            foreword: vec![add_passage(&mut figures, &prose, |_| false)],
        };
        composer.compose("probe", label, serde_json::to_value(&view).expect("JSON"), figures)
    }

    /// What the examples of the helpers are about.
    #[derive(Serialize)]
    struct HelperExamples {
        area: FigureHandle,
        rate: FigureHandle,
        place: FigureHandle,
        label: String,
        kind: String,
        table: String,
        list: Vec<String>,
        kommune: BTreeMap<&'static str, String>,
        sentence: Vec<PartView>,
    }

    #[test]
    fn helpers_print_what_their_examples_say() {
        for HelperDoc { name, example, result, .. } in HELPER_DOCS.iter().filter(|helper| helper.name != "prose") {
            let assets = Assets::with_files([("templates/probe.typ.hbs".to_owned(), example.as_bytes().to_vec())]);
            let composer = Composer::new(&PreparedAssets::without_data(assets)).expect(name);
            let numbers = Numbers::new(NumberStyle::Destatis);
            let mut figures = FigureTable::new(&numbers);
            let origin = || Arc::new(Origin::Cell(Place::file("t.csv")));
            let text = |text: &str| PartView { text: text.to_owned(), number: Vec::new() };
            let view = HelperExamples {
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
                    PartView { text: String::new(), number: vec![figures.rank(Some(3), 104, origin())] },
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
        assert_eq!(&composed.text[composed.source_map.numbers[0].range.clone()], "1\\u{2e}409\\u{2c}75\u{a0}km²");
        assert_eq!(&composed.text[..12], composed.kennung);
    }

    #[test]
    fn texts_of_the_edition_are_printed_with_their_numbers() {
        let composed = compose("{{#each foreword}}#f[{{prose this}}][b]{{/each}}", "x").expect("composes");
        assert_eq!(composed.text, "#f[#heading(level: 1)[Vorwort \\u{2a}7]\n][b]");
        assert_eq!(&composed.text[composed.source_map.numbers[0].range.clone()], "7");
        assert_eq!(composed.figures[composed.source_map.numbers[0].figure].text, "7");
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
