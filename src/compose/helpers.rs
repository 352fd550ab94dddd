//! The template helpers: `str`, `num`, `quantity`, `percent`, `rank`, `coord`, `data`, `say`, `prose`, comparisons, and
//! the check that makes blocks strict.

use std::cell::Cell;
use std::cmp::Ordering;
use std::time::{Duration, Instant};

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, PathAndJson, RenderContext, RenderError,
    RenderErrorReason, ScopedJson,
};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::german::join_unit;

use super::figures::{FigureHandle, PassageHandle};
use super::{escape, marks};

thread_local! {
    /// When composing must have ended. A document is composed by one thread.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The message of a template that exceeds its time limit.
pub const TIME_LIMIT_EXCEEDED: &str = "composing took too long";

/// Sets the time limit for the document this thread composes next.
pub fn set_time_limit(seconds: u64) {
    DEADLINE.set(Instant::now().checked_add(Duration::from_secs(seconds)));
}

/// Registers the helpers. With `probing` they print [`marks::PROBE`] in place of values.
pub fn register(registry: &mut Handlebars<'_>, probing: bool) {
    registry.register_helper("str", Box::new(StrHelper { probing }));
    registry.register_helper("data", Box::new(DataHelper { probing }));
    for (name, form) in [
        ("num", NumberForm::Number),
        ("quantity", NumberForm::Quantity),
        ("percent", NumberForm::Percent),
        ("rank", NumberForm::Rank),
    ] {
        registry.register_helper(name, Box::new(NumberHelper { name, form, probing }));
    }
    registry.register_helper("coord", Box::new(CoordHelper));
    registry.register_helper("say", Box::new(SayHelper { probing }));
    registry.register_helper("prose", Box::new(ProseHelper));
    registry.register_helper("known", Box::new(KnownHelper));
    for (name, relation) in [
        ("eq", ComparisonRule { wanted: &[Ordering::Equal], of_texts: true }),
        ("ne", ComparisonRule { wanted: &[Ordering::Less, Ordering::Greater], of_texts: true }),
        ("gt", ComparisonRule { wanted: &[Ordering::Greater], of_texts: false }),
        ("lt", ComparisonRule { wanted: &[Ordering::Less], of_texts: false }),
    ] {
        registry.register_helper(name, Box::new(ComparisonHelper { name, relation }));
    }
}

/// A figure as the context of a template holds it.
struct LookedUpFigure<'a> {
    index: usize,
    text: &'a str,
    unit: &'a str,
    plain: Option<&'a str>,
    of: Option<&'a str>,
}

fn render_error(message: String) -> RenderError {
    RenderErrorReason::Other(message).into()
}

/// Returns the first parameter of a helper, or the error that it is missing or names no field.
fn first_parameter<'a, 'rc>(h: &'a Helper<'rc>, name: &str) -> Result<&'a PathAndJson<'rc>, RenderError> {
    let value = h.param(0).ok_or_else(|| render_error(format!("`{name}` needs a field")))?;
    if value.is_value_missing() {
        return Err(RenderError::strict_error(value.relative_path()));
    }
    Ok(value)
}

/// Returns the figure a value is the handle of; `None` when the value is no number.
fn figure_of<'a>(ctx: &'a Context, value: &Value) -> Option<LookedUpFigure<'a>> {
    let index = FigureHandle::index(value.as_str()?)?;
    let figure = ctx.data().get("figures")?.get(index)?;
    Some(LookedUpFigure {
        index,
        text: figure.get(0)?.as_str()?,
        unit: figure.get(1)?.as_str()?,
        plain: figure.get(2)?.as_str(),
        of: figure.get(3)?.as_str(),
    })
}

/// Returns the figure a value is the handle of, or the error that `name` prints numbers only.
fn required_figure<'a>(
    ctx: &'a Context,
    value: &PathAndJson<'_>,
    name: &str,
) -> Result<LookedUpFigure<'a>, RenderError> {
    figure_of(ctx, value.value()).ok_or_else(|| {
        let field = value.relative_path().map_or("this value", String::as_str);
        render_error(format!("`{name}` prints numbers, and `{field}` is none"))
    })
}

/// Writes a number with the marks of a printed number.
fn write_number(out: &mut dyn Output, index: usize, text: &str) -> HelperResult {
    out.write(&marks::number(index, text))?;
    Ok(())
}

/// `{{str x}}`: a whole Typst string literal, for code position; a figure with its unit.
struct StrHelper {
    probing: bool,
}

impl HelperDef for StrHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = first_parameter(h, "str")?;
        if self.probing {
            out.write(&escape::literal(&marks::PROBE.to_string()))?;
            return Ok(());
        }
        if let Some(figure) = figure_of(ctx, value.value()) {
            let text = join_unit(figure.text, figure.unit);
            return write_number(out, figure.index, &escape::literal(&text));
        }
        match value.value() {
            Value::String(text) => out.write(&escape::literal(text))?,
            _ => return Err(render_error("`str` takes a text".to_owned())),
        }
        Ok(())
    }
}

/// `{{data x}}`: the content of a file as a string literal, line breaks kept; never printed on a page.
struct DataHelper {
    probing: bool,
}

impl HelperDef for DataHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = first_parameter(h, "data")?;
        let Value::String(text) = value.value() else {
            return Err(render_error("`data` takes a text".to_owned()));
        };
        let probe = marks::PROBE.to_string();
        out.write(&escape::content(if self.probing { &probe } else { text }))?;
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum NumberForm {
    Number,
    Quantity,
    Percent,
    Rank,
}

/// `{{num x}}`, `{{quantity x}}`, `{{percent x}}`, `{{rank x}}`: a number in markup.
struct NumberHelper {
    name: &'static str,
    form: NumberForm,
    probing: bool,
}

impl HelperDef for NumberHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let figure = required_figure(ctx, first_parameter(h, self.name)?, self.name)?;
        let text = match self.form {
            NumberForm::Number => figure.text.to_owned(),
            NumberForm::Quantity => join_unit(figure.text, figure.unit),
            NumberForm::Percent if figure.plain.is_some() && figure.unit != "%" => {
                let unit = figure.unit;
                return Err(render_error(format!(
                    "`percent` prints percentages, and this number's unit is `{unit}`: use `quantity`"
                )));
            }
            NumberForm::Percent => join_unit(figure.text, figure.unit),
            NumberForm::Rank => match figure.of {
                Some(of) => format!("{} von {of}", figure.text),
                None => figure.text.to_owned(),
            },
        };
        if self.probing {
            out.write(&marks::PROBE.to_string())?;
            return Ok(());
        }
        write_number(out, figure.index, &escape::markup(&text))
    }
}

/// `{{say x}}`: a sentence in markup, its numbers marked.
struct SayHelper {
    probing: bool,
}

impl HelperDef for SayHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = first_parameter(h, "say")?;
        let Value::Array(parts) = value.value() else {
            return Err(render_error("`say` takes a sentence: a list of texts and numbers".to_owned()));
        };
        for part in parts {
            let text = part.get("text").and_then(Value::as_str);
            let numbers = part.get("number").and_then(Value::as_array);
            let Some((text, numbers)) = text.zip(numbers) else {
                return Err(render_error("`say` takes a sentence: a list of texts and numbers".to_owned()));
            };
            if self.probing {
                out.write(&marks::PROBE.to_string())?;
                continue;
            }
            out.write(&escape::markup(text))?;
            for number in numbers {
                let figure =
                    figure_of(ctx, number).ok_or_else(|| render_error("`say` met a number that is none".to_owned()))?;
                write_number(out, figure.index, &escape::markup(figure.text))?;
            }
        }
        Ok(())
    }
}

/// `{{coord x}}`: a number for geometry, as plain decimal; `none` when there is no number.
struct CoordHelper;

impl HelperDef for CoordHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let figure = required_figure(ctx, first_parameter(h, "coord")?, "coord")?;
        match figure.plain {
            // In parentheses, so that a negative number stays one whatever stands before it.
            Some(plain) => out.write(&format!("({plain})"))?,
            None => out.write("none")?,
        }
        Ok(())
    }
}

/// `{{prose x}}`: a text of the edition, in markup. It is Typst already, and the same when probing.
struct ProseHelper;

impl HelperDef for ProseHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = first_parameter(h, "prose")?;
        let index = value.value().as_str().and_then(PassageHandle::index);
        let typst = index.and_then(|index| ctx.data().get("passages")?.get(index)?.as_str());
        let Some(typst) = typst else {
            let field = value.relative_path().map_or("this value", String::as_str);
            return Err(render_error(format!("`prose` prints texts of the edition, and `{field}` is none")));
        };
        out.write(&format!("{}{typst}", marks::PASSAGE_BEGIN))?;
        Ok(())
    }
}

/// What a comparison helper asks of two values.
struct ComparisonRule {
    /// The orders for which the answer is yes.
    wanted: &'static [Ordering],
    /// Whether texts can be compared, too.
    of_texts: bool,
}

/// `(eq a b)`, `(gt a b)` …: compares the values of numbers. Handlebars' own helpers would compare handles.
struct ComparisonHelper {
    name: &'static str,
    relation: ComparisonRule,
}

impl HelperDef for ComparisonHelper {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let name = self.name;
        let two = (h.params().len() == 2).then(|| (&h.params()[0], &h.params()[1]));
        let (a, b) = two.ok_or_else(|| render_error(format!("`{name}` compares two values")))?;
        for value in [a, b] {
            if value.is_value_missing() {
                return Err(RenderError::strict_error(value.relative_path()));
            }
        }
        let is_figure = |value: &PathAndJson<'_>| figure_of(ctx, value.value()).is_some();
        // The outer level is `None` for a value that is no number, the inner one for a number that is not known.
        let number = |value: &PathAndJson<'_>| -> Option<Option<Decimal>> {
            match (figure_of(ctx, value.value()), value.value()) {
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
            _ => return Err(render_error(format!("`{name}` compares numbers with numbers, and one of these is none"))),
        };
        let holds = order.map_or(name == "ne", |order| self.relation.wanted.contains(&order));
        Ok(ScopedJson::Derived(Value::Bool(holds)))
    }
}

/// `(known x)`: the value itself, or an error when there is no such field. The lint puts it round the parameters of
/// `if`, `unless`, `each` and `with`, whose missing fields Handlebars' strict mode ignores (handlebars-rust issue 579).
/// So it runs for every block, and is the place that stops lists within lists when the time limit is exceeded.
struct KnownHelper;

impl HelperDef for KnownHelper {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        if DEADLINE.get().is_some_and(|deadline| Instant::now() > deadline) {
            return Err(render_error(TIME_LIMIT_EXCEEDED.to_owned()));
        }
        let value = first_parameter(h, "known")?;
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
