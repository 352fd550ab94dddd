//! All rules there are: what each ID means, how bad it is, and what to do about it.
//!
//! The text is [`rules.md`](rules.md), which reads as a page of its own. Whoever says a new ID writes a section
//! there; `tests/suite/rules.rs` compares the two.

use std::sync::LazyLock;

use super::severity::Severity;

const TEXT: &str = include_str!("rules.md");

/// What an ID means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The ID, for example `KB107`. Stable across versions.
    pub id: &'static str,
    /// How bad its problems are at worst: some rules warn where they cannot be sure.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What is checked, why it matters and what to do: paragraphs of Markdown, broken into lines.
    pub explanation: &'static str,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| TEXT.split("\n## ").skip(1).filter_map(section).collect());

/// A section `KB107 error: title`, an empty line, the explanation.
fn section(text: &'static str) -> Option<Rule> {
    let (head, explanation) = text.split_once('\n')?;
    let (name, title) = head.split_once(": ")?;
    let (id, severity) = name.split_once(' ')?;
    let severity = [Severity::Error, Severity::Warning].into_iter().find(|s| s.word() == severity)?;
    Some(Rule { id, severity, title, explanation: explanation.trim() })
}

/// All rules, in the order of their IDs.
pub fn all() -> &'static [Rule] {
    &RULES
}

/// The rule of an ID, in upper or lower case; `None` when there is none.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_a_rule_and_they_are_in_order() {
        assert_eq!(all().len(), TEXT.matches("\n## ").count());
        assert!(all().windows(2).all(|two| two[0].id < two[1].id), "in order, each once");
        for rule in all() {
            let form =
                rule.id.len() == 5 && rule.id.starts_with("KB") && rule.id[2..].bytes().all(|b| b.is_ascii_digit());
            assert!(form, "{}", rule.id);
            assert!(!rule.title.is_empty() && !rule.title.ends_with('.'), "{}", rule.id);
            let sentences = rule.explanation.matches(". ").count() + rule.explanation.matches(".\n").count() + 1;
            let colons = rule.explanation.matches(':').count();
            assert!(
                rule.explanation.ends_with('.') && (2..=7).contains(&(sentences + colons.min(1))),
                "{}: {sentences}",
                rule.id
            );
            assert!(rule.explanation.lines().all(|line| line.chars().count() <= 120), "{}", rule.id);
        }
        assert_eq!(rule("kb107").map(|rule| rule.id), Some("KB107"));
        assert_eq!(rule("KB999"), None);
    }
}
