//! Checks of the templates when they are loaded: no raw output, no unknown helpers and partials, no partials that
//! include themselves. The checks also make block helpers strict, and put the content of partials in the places that
//! include them.

use std::collections::BTreeMap;
use std::sync::Arc;

use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, Subexpression, TemplateElement};

use crate::diag::{Place, Problem, Report, count};

use super::helper_docs::helper_names;
use super::marks;

/// A compiled template and the path of its file.
pub struct LintedTemplate {
    /// The path under which a user finds the file.
    pub shown: Arc<str>,
    /// The template; its lines carry the number of its file, see [`number_lines`].
    pub template: Template,
}

/// Most lines of a file. A numbered line is the number of the file times this, plus the line.
const LINES_PER_FILE: usize = 1 << 24;

/// Most elements all templates may have together once partials are in their places.
const MOST_ELEMENTS: usize = 200_000;

/// How deep blocks may then stand inside each other.
const DEEPEST: usize = 200;

/// Writes the number of its file into each line number of a template. So a line leads back to its file even when the
/// template has become part of another.
pub fn number_lines(template: &mut Template, file: usize) {
    for mapping in &mut template.mapping {
        mapping.0 += file * LINES_PER_FILE;
    }
    for element in &mut template.elements {
        for inner in inner_templates(element) {
            number_lines(inner, file);
        }
    }
}

/// Returns the file and the line of a numbered line.
pub fn file_and_line(numbered: usize) -> (usize, usize) {
    (numbered / LINES_PER_FILE, numbered % LINES_PER_FILE)
}

fn inner_templates(element: &mut TemplateElement) -> Vec<&mut Template> {
    match element {
        TemplateElement::HelperBlock(block) => {
            [&mut block.template, &mut block.inverse].into_iter().flatten().collect()
        }
        TemplateElement::PartialExpression(part) | TemplateElement::PartialBlock(part) => {
            part.template.iter_mut().collect()
        }
        _ => Vec::new(),
    }
}

/// Replaces partials by their content. Handlebars would copy the whole context for each of them at run time, which
/// takes a tenth of a second for the brochure (measured). Partials with parameters stay for run time.
fn place_partials(template: &mut Template, all: &BTreeMap<String, Template>, depth: usize, left: &mut usize) {
    if depth > DEEPEST {
        *left = 0;
    }
    let mut at = 0;
    while at < template.elements.len() {
        *left = left.saturating_sub(1);
        if *left == 0 {
            return;
        }
        let partial = match &template.elements[at] {
            TemplateElement::PartialExpression(part) if part.params.is_empty() && part.hash.is_empty() => {
                part.name.as_name().and_then(|name| all.get(name)).cloned()
            }
            _ => None,
        };
        match partial {
            // The inserted elements are looked at next: they may hold partials themselves.
            Some(partial) => {
                template.elements.splice(at..=at, partial.elements);
                template.mapping.splice(at..=at, partial.mapping);
            }
            None => {
                for inner in inner_templates(&mut template.elements[at]) {
                    place_partials(inner, all, depth + 1, left);
                }
                at += 1;
            }
        }
    }
}

/// Checks all templates against each other and rewrites their blocks to be strict.
pub fn lint(templates: &mut BTreeMap<String, LintedTemplate>, files: &[Arc<str>]) -> Report {
    let mut report = Report::new();
    let names: Vec<String> = templates.keys().cloned().collect();
    let mut includes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, compiled) in templates.iter_mut() {
        let mut linter =
            TemplateLinter { files, shown: &compiled.shown, names: &names, report: &mut report, included: Vec::new() };
        linter.template(&mut compiled.template);
        includes.insert(name.clone(), linter.included);
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
    if report.has_errors() {
        return report;
    }
    let all: BTreeMap<String, Template> =
        templates.iter().map(|(name, c)| (name.clone(), c.template.clone())).collect();
    let mut left = MOST_ELEMENTS;
    for compiled in templates.values_mut() {
        place_partials(&mut compiled.template, &all, 0, &mut left);
        if left == 0 {
            report.push(
                Problem::error("KB204", "the templates include each other too many times or too deep")
                    .at(Place::file(&compiled.shown))
                    .hint(
                        "a partial that includes another ten times, which includes a third ten times, is \
                    a hundred of them",
                    ),
            );
            break;
        }
    }
    report
}

/// Returns the chain of templates by which a template includes itself; `None` when there is none. A circle is returned
/// only for the template whose name comes first, so that it is reported once.
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

/// Checks one template.
struct TemplateLinter<'a> {
    files: &'a [Arc<str>],
    shown: &'a Arc<str>,
    names: &'a [String],
    report: &'a mut Report,
    included: Vec<String>,
}

impl TemplateLinter<'_> {
    fn template(&mut self, template: &mut Template) {
        for at in 0..template.elements.len() {
            let mapped = template.mapping.get(at).and_then(|mapping| {
                let (file, line) = file_and_line(mapping.0);
                Some(Place::new(self.files.get(file)?, count(line), count(mapping.1)))
            });
            let place = mapped.unwrap_or_else(|| Place::file(self.shown));
            self.element(&mut template.elements[at], place);
        }
    }

    fn element(&mut self, element: &mut TemplateElement, place: Place) {
        match element {
            TemplateElement::RawString(text) => {
                // Line marks are ours; any other private sign would be taken for one of them.
                let foreign =
                    text.chars().find(|c| marks::is_private(*c) && !matches!(*c, marks::LINE | marks::LINE_END));
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
                Some(name) if helper_names().any(|helper| helper == name) => {}
                Some(name) => self.report.push(
                    Problem::error("KB202", format!("there is no helper `{name}`"))
                        .at(place.clone())
                        .did_you_mean(name, helper_names())
                        .hint(format!("the helpers are: {}", helper_names().collect::<Vec<_>>().join(", "))),
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
