//! What a template may not do, found when it is loaded: raw output, unknown words and partials, partials
//! that include themselves. Also makes the block words strict.

use std::collections::BTreeMap;

use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, Subexpression, TemplateElement};

use crate::diag::{Place, Problem, Report, count};

use super::helpers::WORDS;

/// A compiled template with where its file is found.
pub struct Compiled {
    /// Path as the user knows it.
    pub shown: std::sync::Arc<str>,
    /// The template.
    pub template: Template,
}

/// Checks all templates against each other and rewrites their blocks to be strict.
pub fn lint(templates: &mut BTreeMap<String, Compiled>) -> Report {
    let mut report = Report::new();
    let names: Vec<String> = templates.keys().cloned().collect();
    let mut includes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, compiled) in templates.iter_mut() {
        let mut walk = Walk { shown: &compiled.shown, names: &names, report: &mut report, included: Vec::new() };
        walk.template(&mut compiled.template);
        includes.insert(name.clone(), walk.included);
    }
    for name in includes.keys() {
        if let Some(circle) = circle(name, &includes) {
            report.push(
                Problem::error("KB204", format!("the template includes itself: {}", circle.join(" > ")))
                    .at(Place::file(&templates[name].shown))
                    .hint("a partial may not include a template that includes it"),
            );
        }
    }
    report
}

/// The way from a template back to itself; `None` when there is none. Only the first name of a circle
/// in the order of names reports it.
fn circle(start: &str, includes: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.to_owned()]];
    let mut seen = Vec::new();
    while let Some(way) = ways.pop() {
        let last = way.last().expect("a way has a start");
        for next in includes.get(last).into_iter().flatten() {
            let mut longer = way.clone();
            longer.push(next.clone());
            if next == start {
                let first = way.iter().min().is_some_and(|least| least == start);
                return first.then_some(longer);
            }
            if !seen.contains(next) {
                seen.push(next.clone());
                ways.push(longer);
            }
        }
    }
    None
}

struct Walk<'a> {
    shown: &'a std::sync::Arc<str>,
    names: &'a [String],
    report: &'a mut Report,
    included: Vec<String>,
}

impl Walk<'_> {
    fn template(&mut self, template: &mut Template) {
        for at in 0..template.elements.len() {
            let place = template
                .mapping
                .get(at)
                .map_or_else(|| Place::file(self.shown), |m| Place::new(self.shown, count(m.0), count(m.1)));
            self.element(&mut template.elements[at], place);
        }
    }

    fn element(&mut self, element: &mut TemplateElement, place: Place) {
        match element {
            TemplateElement::RawString(text) => {
                // Line marks are ours; any other private sign would be taken for one of them.
                let foreign = text.chars().find(|c| {
                    super::marks::is_private(*c) && !matches!(*c, super::marks::LINE | super::marks::LINE_END)
                });
                if let Some(sign) = foreign {
                    let message = format!("the template holds the private sign U+{:04X}", u32::from(sign));
                    self.report
                        .push(Problem::error("KB205", message).at(place).hint("delete it, or write it as \\u{…}"));
                }
            }
            TemplateElement::HtmlExpression(_) => self.report.push(
                Problem::error("KB201", "raw output is not allowed: text could become Typst code")
                    .at(place)
                    .hint("write {{…}} in markup, {{str …}} in code, {{num …}} for numbers"),
            ),
            TemplateElement::Expression(expression) => self.expression(expression, &place),
            TemplateElement::HelperBlock(block) => {
                self.expression(block, &place);
                if let (Some("if" | "unless" | "each" | "with"), Some(first)) =
                    (block.name.as_name(), block.params.first_mut())
                    && matches!(first, Parameter::Path(_) | Parameter::Name(_))
                {
                    let known =
                        Subexpression::new(Parameter::Name("known".into()), vec![first.clone()], Default::default());
                    *first = Parameter::Subexpression(known);
                }
                for inner in [&mut block.template, &mut block.inverse].into_iter().flatten() {
                    self.template(inner);
                }
            }
            TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
                match partial.name.as_name() {
                    Some(name) if self.names.iter().any(|n| n == name) => self.included.push(name.to_owned()),
                    Some(name) => self.report.push(
                        Problem::error("KB203", format!("there is no partial `{name}`"))
                            .at(place.clone())
                            .did_you_mean(name, self.names.iter().map(String::as_str))
                            .hint(format!("it would be the file templates/{name}.typ.hbs")),
                    ),
                    None => self.report.push(
                        Problem::error("KB203", "the name of a partial must be written out")
                            .at(place.clone())
                            .hint("choose with {{#if}} between partials whose names are written out"),
                    ),
                }
                if let Some(inner) = &mut partial.template {
                    self.template(inner);
                }
            }
            TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => self.report.push(
                Problem::error("KB202", "decorators are not allowed").at(place).hint("make the part a file of its own"),
            ),
            _ => {}
        }
    }

    fn expression(&mut self, expression: &HelperTemplate, place: &Place) {
        let called = expression.block || !expression.params.is_empty() || !expression.hash.is_empty();
        let name = expression.name.as_name().map(str::to_owned);
        if called {
            match &name {
                Some(name) if WORDS.contains(&name.as_str()) => {}
                Some(name) => self.report.push(
                    Problem::error("KB202", format!("there is no helper `{name}`"))
                        .at(place.clone())
                        .did_you_mean(name, WORDS)
                        .hint(format!("the helpers are: {}", WORDS.join(", "))),
                ),
                None => {}
            }
        }
        for parameter in &expression.params {
            if let Parameter::Subexpression(inner) = parameter
                && let TemplateElement::Expression(inner) = inner.as_element()
            {
                self.expression(inner, place);
            }
        }
    }
}
