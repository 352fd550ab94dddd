//! `kreisblatt check --explain`: explains a rule: what it checks, why, and what to do.

use crate::diag::{Problem, Report, Result, rules, shown, wrapped};
use crate::run::Outcome;

/// The width of an explanation, in columns.
const WIDTH: usize = 80;

/// Explains a rule, or lists all of them.
///
/// # Errors
/// An unknown rule ID; the error names the nearest ID.
pub fn explain(id: &str) -> Result<Outcome> {
    if id.eq_ignore_ascii_case("list") {
        let line = |rule: &rules::Rule| format!("{} {:7} {}\n", rule.id, rule.severity.word(), rule.title);
        let mut output: String = rules::all().iter().map(line).collect();
        output.push_str("\n`kreisblatt check --explain KB107` explains one of them.\n");
        return Ok(Outcome::printed(output, Report::new()));
    }
    let Some(rule) = rules::rule(id) else {
        return Err(Problem::usage("KB311", format!("there is no rule `{}`", shown(id)))
            .did_you_mean(id, rules::all().iter().map(|rule| rule.id))
            .hint("messages show the ID of their rule in brackets; `kreisblatt check --explain list` lists all")
            .into());
    };
    let head = format!("{}[{}]: {}", rule.severity.word(), rule.id, rule.title);
    Ok(Outcome::printed(format!("{head}\n\n{}\n", wrapped(rule.explanation, WIDTH)), Report::new()))
}
