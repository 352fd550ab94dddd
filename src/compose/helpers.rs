//! The words a template may use: str, num, quantity, percent, rank, coord, say, prose, and strict blocks.

use std::cell::Cell;
use std::cmp::Ordering;
use std::time::{Duration, Instant};

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, PathAndJson, RenderContext, RenderError,
    RenderErrorReason, ScopedJson,
};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use crate::german::join_unit;

use super::figures::{Handle, Passage};
use super::{escape, marks};

/// A word a template may use.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Word {
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

/// A line of [`WORDS`].
const fn word(
    name: &'static str,
    arguments: &'static str,
    prints: &'static str,
    example: &'static str,
    result: &'static str,
) -> Word {
    Word { name, arguments, prints, example, result }
}

/// All words, ours and the ones of Handlebars a template may use. The examples are about a Landkreis of 1409.75 km², with
/// a rate of 3.46 % and rank 3 of 104; a test prints them.
pub const WORDS: [Word; 21] = [
    word(
        "num",
        "NUMBER",
        "A number without its unit, in German digits; `.` when it is not known.",
        "{{num area}}",
        "1.409,75",
    ),
    word("quantity", "NUMBER", "A number with its unit.", "{{quantity area}}", "1.409,75 km²"),
    word("percent", "NUMBER", "A percentage with its sign; refuses other units.", "{{percent rate}}", "3,46 %"),
    word("rank", "NUMBER", "A rank and of how many.", "{{rank place}}", "3 von 104"),
    word(
        "say",
        "SENTENCE",
        "A sentence made from the data, its numbers traced.",
        "{{say sentence}}",
        "Rang 3 von allen.",
    ),
    word(
        "prose",
        "TEXT OF THE EDITION",
        "Headings, paragraphs and lists of a text of the edition; in markup only.",
        "{{prose texts.vorwort}}",
        "the text of vorwort.md",
    ),
    word(
        "str",
        "TEXT or NUMBER",
        "A string literal for code: what stands in parentheses behind a `#`.",
        "#upper({{str label}})",
        "#upper(\"Landkreis Biberach\")",
    ),
    word(
        "coord",
        "NUMBER",
        "A plain number for lengths and positions in code; `none` when it is not known.",
        "#line(length: {{coord rate}} * 1mm)",
        "#line(length: (3.46) * 1mm)",
    ),
    word(
        "data",
        "TEXT",
        "The content of a file as a string literal, line breaks kept; for pdf.attach.",
        "#pdf.attach(\"t.csv\", bytes({{data table}}))",
        "#pdf.attach(\"t.csv\", bytes(\"a,b\"))",
    ),
    word(
        "if",
        "CONDITION",
        "Its content where the condition is yes, a text or list not empty; else that of `else`.",
        "{{#if list}}ja{{else}}nein{{/if}}",
        "ja",
    ),
    word("unless", "CONDITION", "Its content where `if` prints none.", "{{#unless list}}leer{{/unless}}", ""),
    word(
        "each",
        "LIST",
        "Its content for each item, which is `this`; also `@first`, `@last`, `@index`, and `else` for an empty list.",
        "{{#each list}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}",
        "a, b",
    ),
    word(
        "with",
        "GROUP",
        "Its content, with the fields of a group by their own names.",
        "{{#with kommune}}{{label}}{{/with}}",
        "Landkreis Biberach",
    ),
    word(
        "lookup",
        "LIST or GROUP, KEY",
        "An item by its number from 0, or a field by its name.",
        "{{lookup list 1}}",
        "b",
    ),
    word(
        "eq",
        "A, B",
        "Whether two texts, or two numbers, are alike; stands in parentheses.",
        "{{#if (eq kind \"Landkreis\")}}ja{{/if}}",
        "ja",
    ),
    word(
        "ne",
        "A, B",
        "Whether two texts, or two numbers, differ.",
        "{{#if (ne kind \"Landkreis\")}}ja{{else}}nein{{/if}}",
        "nein",
    ),
    word(
        "gt",
        "A, B",
        "Whether A is more than B: numbers of the data, `@index`, or numbers as code has them; never of one not known.",
        "{{#if (gt rate 3.4)}}ja{{/if}}",
        "ja",
    ),
    word("lt", "A, B", "Whether A is less than B.", "{{#each list}}{{#if (lt @index 1)}}{{this}}{{/if}}{{/each}}", "a"),
    word("and", "A, B", "Whether both are yes.", "{{#if (and list label)}}ja{{/if}}", "ja"),
    word("or", "A, B", "Whether one is yes.", "{{#if (or list label)}}ja{{/if}}", "ja"),
    word("not", "A", "Whether it is no.", "{{#if (not list)}}ja{{else}}nein{{/if}}", "nein"),
];

/// The names of all words.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    WORDS.iter().map(|word| word.name)
}

thread_local! {
    /// When composing must have ended; one document is composed by one thread.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What is said of a template that runs beyond its time.
pub const TOO_LONG: &str = "composing took too long";

/// Gives what this thread composes next so many seconds.
pub fn limit(seconds: u64) {
    DEADLINE.set(Instant::now().checked_add(Duration::from_secs(seconds)));
}

/// Registers our words.
pub fn register(registry: &mut Handlebars<'_>, probing: bool) {
    registry.register_helper("str", Box::new(Literal { probing }));
    registry.register_helper("data", Box::new(Content { probing }));
    for (name, shape) in
        [("num", Shape::Number), ("quantity", Shape::Quantity), ("percent", Shape::Percent), ("rank", Shape::Rank)]
    {
        registry.register_helper(name, Box::new(Printed { name, shape, probing }));
    }
    registry.register_helper("coord", Box::new(Coordinate));
    registry.register_helper("say", Box::new(Said { probing }));
    registry.register_helper("prose", Box::new(Whole));
    registry.register_helper("known", Box::new(Known));
    for (name, relation) in [
        ("eq", Relation { wanted: &[Ordering::Equal], of_texts: true }),
        ("ne", Relation { wanted: &[Ordering::Less, Ordering::Greater], of_texts: true }),
        ("gt", Relation { wanted: &[Ordering::Greater], of_texts: false }),
        ("lt", Relation { wanted: &[Ordering::Less], of_texts: false }),
    ] {
        registry.register_helper(name, Box::new(Compared { name, relation }));
    }
}

/// A figure as it stands in the context.
struct Opened<'a> {
    index: usize,
    text: &'a str,
    unit: &'a str,
    plain: Option<&'a str>,
    of: Option<&'a str>,
}

fn other(message: String) -> RenderError {
    RenderErrorReason::Other(message).into()
}

fn parameter<'a, 'rc>(h: &'a Helper<'rc>, name: &str) -> Result<&'a PathAndJson<'rc>, RenderError> {
    let value = h.param(0).ok_or_else(|| other(format!("`{name}` needs a field")))?;
    if value.is_value_missing() {
        return Err(RenderError::strict_error(value.relative_path()));
    }
    Ok(value)
}

fn open<'a>(ctx: &'a Context, value: &Value) -> Option<Opened<'a>> {
    let index = Handle::index(value.as_str()?)?;
    let figure = ctx.data().get("figures")?.get(index)?;
    Some(Opened {
        index,
        text: figure.get(0)?.as_str()?,
        unit: figure.get(1)?.as_str()?,
        plain: figure.get(2)?.as_str(),
        of: figure.get(3)?.as_str(),
    })
}

fn must_open<'a>(ctx: &'a Context, value: &PathAndJson<'_>, name: &str) -> Result<Opened<'a>, RenderError> {
    open(ctx, value.value()).ok_or_else(|| {
        let field = value.relative_path().map_or("this value", String::as_str);
        other(format!("`{name}` prints numbers, and `{field}` is none"))
    })
}

fn write_marked(out: &mut dyn Output, index: usize, text: &str) -> HelperResult {
    out.write(&marks::number(index, text))?;
    Ok(())
}

/// `{{str x}}`: a whole Typst string literal, for code position; a figure with its unit.
struct Literal {
    probing: bool,
}

impl HelperDef for Literal {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = parameter(h, "str")?;
        if self.probing {
            out.write(&escape::literal(&marks::PROBE.to_string()))?;
            return Ok(());
        }
        if let Some(figure) = open(ctx, value.value()) {
            let text = join_unit(figure.text, figure.unit);
            return write_marked(out, figure.index, &escape::literal(&text));
        }
        match value.value() {
            Value::String(text) => out.write(&escape::literal(text))?,
            _ => return Err(other("`str` takes a text".to_owned())),
        }
        Ok(())
    }
}

/// `{{data x}}`: the content of a file as a string literal, line breaks kept; never printed on a page.
struct Content {
    probing: bool,
}

impl HelperDef for Content {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = parameter(h, "data")?;
        let Value::String(text) = value.value() else {
            return Err(other("`data` takes a text".to_owned()));
        };
        let probe = marks::PROBE.to_string();
        out.write(&escape::content(if self.probing { &probe } else { text }))?;
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Number,
    Quantity,
    Percent,
    Rank,
}

/// `{{num x}}`, `{{quantity x}}`, `{{percent x}}`, `{{rank x}}`: a number in markup.
struct Printed {
    name: &'static str,
    shape: Shape,
    probing: bool,
}

impl HelperDef for Printed {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let figure = must_open(ctx, parameter(h, self.name)?, self.name)?;
        let text = match self.shape {
            Shape::Number => figure.text.to_owned(),
            Shape::Quantity => join_unit(figure.text, figure.unit),
            Shape::Percent if figure.plain.is_some() && figure.unit != "%" => {
                let unit = figure.unit;
                return Err(other(format!(
                    "`percent` prints percentages, and this number's unit is `{unit}`: use `quantity`"
                )));
            }
            Shape::Percent => join_unit(figure.text, figure.unit),
            Shape::Rank => match figure.of {
                Some(of) => format!("{} von {of}", figure.text),
                None => figure.text.to_owned(),
            },
        };
        if self.probing {
            out.write(&marks::PROBE.to_string())?;
            return Ok(());
        }
        write_marked(out, figure.index, &escape::markup(&text))
    }
}

/// `{{say x}}`: a sentence in markup, its numbers marked.
struct Said {
    probing: bool,
}

impl HelperDef for Said {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = parameter(h, "say")?;
        let Value::Array(parts) = value.value() else {
            return Err(other("`say` takes a sentence: a list of texts and numbers".to_owned()));
        };
        for part in parts {
            let text = part.get("text").and_then(Value::as_str);
            let numbers = part.get("number").and_then(Value::as_array);
            let Some((text, numbers)) = text.zip(numbers) else {
                return Err(other("`say` takes a sentence: a list of texts and numbers".to_owned()));
            };
            if self.probing {
                out.write(&marks::PROBE.to_string())?;
                continue;
            }
            out.write(&escape::markup(text))?;
            for number in numbers {
                let figure = open(ctx, number).ok_or_else(|| other("`say` met a number that is none".to_owned()))?;
                write_marked(out, figure.index, &escape::markup(figure.text))?;
            }
        }
        Ok(())
    }
}

/// `{{coord x}}`: a number for geometry, as plain decimal; `none` when there is no number.
struct Coordinate;

impl HelperDef for Coordinate {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let figure = must_open(ctx, parameter(h, "coord")?, "coord")?;
        match figure.plain {
            // In parentheses, so that a negative number stays one whatever stands before it.
            Some(plain) => out.write(&format!("({plain})"))?,
            None => out.write("none")?,
        }
        Ok(())
    }
}

/// `{{prose x}}`: a text of the edition, in markup. It is Typst already, the same when probing.
struct Whole;

impl HelperDef for Whole {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = parameter(h, "prose")?;
        let index = value.value().as_str().and_then(Passage::index);
        let typst = index.and_then(|index| ctx.data().get("passages")?.get(index)?.as_str());
        let Some(typst) = typst else {
            let field = value.relative_path().map_or("this value", String::as_str);
            return Err(other(format!("`prose` prints texts of the edition, and `{field}` is none")));
        };
        out.write(&format!("{}{typst}", marks::PASSAGE_BEGIN))?;
        Ok(())
    }
}

/// How two values stand to each other.
struct Relation {
    wanted: &'static [Ordering],
    /// Whether it can be asked of texts, too.
    of_texts: bool,
}

/// `(eq a b)`, `(gt a b)` …: numbers of the data count with their values. Handlebars' own would compare handles.
struct Compared {
    name: &'static str,
    relation: Relation,
}

impl HelperDef for Compared {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let name = self.name;
        let two = (h.params().len() == 2).then(|| (&h.params()[0], &h.params()[1]));
        let (a, b) = two.ok_or_else(|| other(format!("`{name}` compares two values")))?;
        for value in [a, b] {
            if value.is_value_missing() {
                return Err(RenderError::strict_error(value.relative_path()));
            }
        }
        let is_figure = |value: &PathAndJson<'_>| open(ctx, value.value()).is_some();
        // The outer level is empty for what is no number, the inner one for a number that is not known.
        let number = |value: &PathAndJson<'_>| -> Option<Option<Decimal>> {
            match (open(ctx, value.value()), value.value()) {
                (Some(figure), _) => Some(figure.plain.and_then(|plain| plain.parse().ok())),
                (None, Value::Number(number)) => Some(number.to_string().parse().ok()),
                _ => None,
            }
        };
        let order = match (number(a), number(b)) {
            (Some(Some(a)), Some(Some(b))) => Some(a.cmp(&b)),
            (Some(_), Some(_)) => None,
            _ if self.relation.of_texts && !is_figure(a) && !is_figure(b) => {
                Some(if a.value() == b.value() { Ordering::Equal } else { Ordering::Less })
            }
            _ => return Err(other(format!("`{name}` compares numbers with numbers, and one of these is none"))),
        };
        let holds = order.map_or(name == "ne", |order| self.relation.wanted.contains(&order));
        Ok(ScopedJson::Derived(Value::Bool(holds)))
    }
}

/// `(known x)`: the value itself, or a strict error. The lint puts it round the parameters of `if`,
/// `unless`, `each` and `with`, which Handlebars' strict mode lets pass (handlebars-rust issue 579). So every block comes
/// by here, and lists within lists are stopped when their time is over.
struct Known;

impl HelperDef for Known {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        if DEADLINE.get().is_some_and(|deadline| Instant::now() > deadline) {
            return Err(other(TOO_LONG.to_owned()));
        }
        let value = parameter(h, "known")?;
        // Pass the path on where there is one: a copied value would lose `../` inside the block.
        if let Some(path) = value.context_path() {
            let mut found = ctx.data();
            for step in path {
                let next = match found {
                    Value::Array(list) => step.parse::<usize>().ok().and_then(|at| list.get(at)),
                    other => other.get(step),
                };
                found = next.ok_or_else(|| RenderError::strict_error(value.relative_path()))?;
            }
            return Ok(ScopedJson::Context(found, path.clone()));
        }
        Ok(ScopedJson::Derived(value.value().clone()))
    }
}
