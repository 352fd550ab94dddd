//! SARIF 2.1.0 (OASIS Standard, 27 March 2020): what code hosts and editors show beside the line.

use std::path::{Component, Path};

use serde_json::{Value, json};

use super::place::count;
use super::problem::Problem;
use super::report::Report;
use super::rules;
use super::terminal::wrapped;

/// Bytes a URI path keeps as they are, besides letters and digits (RFC 3986, "pchar" without `:`, which would
/// read as a scheme in a first segment, and `/`).
const UNRESERVED: &[u8] = b"-._~!$&'()*+,;=@/";

/// A report as a SARIF log, with the rules it uses. Paths below `base` are written relative to it, as all that are
/// relative already; any other is a `file:` URI.
pub fn sarif(report: &Report, base: Option<&Path>) -> String {
    let mut used: Vec<&rules::Rule> = report.problems().iter().filter_map(|p| rules::rule(p.id)).collect();
    used.sort_by_key(|rule| rule.id);
    used.dedup();
    let described: Vec<Value> = used
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": wrapped(rule.explanation, usize::MAX) },
                "help": { "text": wrapped(rule.explanation, usize::MAX), "markdown": rule.explanation },
                "defaultConfiguration": { "level": rule.severity.word() },
            })
        })
        .collect();
    let results: Vec<Value> = report
        .problems()
        .iter()
        .map(|problem| {
            let mut text = problem.message.clone();
            for hint in &problem.hints {
                text += "\nhint: ";
                text += hint;
            }
            let mut result = json!({
                "ruleId": problem.id,
                "level": problem.severity.word(),
                "message": { "text": text },
                "locations": location(problem, base).into_iter().collect::<Vec<_>>(),
            });
            if let Some(at) = used.iter().position(|rule| rule.id == problem.id) {
                result["ruleIndex"] = json!(at);
            }
            result
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "kreisblatt",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": described,
            } },
            // Our columns count characters.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).expect("a log can be written");
    text.push('\n');
    text
}

/// Where a problem stands; `None` when no file is involved.
fn location(problem: &Problem, base: Option<&Path>) -> Option<Value> {
    let place = problem.place.as_ref()?;
    let mut physical = json!({ "artifactLocation": { "uri": uri(&place.file, base) } });
    if place.line > 0 {
        let mut region = json!({ "startLine": place.line });
        if place.column > 0 {
            region["startColumn"] = json!(place.column);
            // SARIF names the first character behind the region.
            let marked = problem.excerpt.as_ref().map(|excerpt| count(excerpt.end - excerpt.start));
            if let Some(length) = place.length.or(marked) {
                region["endColumn"] = json!(place.column.saturating_add(length));
            }
        }
        physical["region"] = region;
    }
    Some(json!({ "physicalLocation": physical }))
}

/// A path as a URI reference.
fn uri(path: &str, base: Option<&Path>) -> String {
    let path = Path::new(path);
    let relative = base.and_then(|base| path.strip_prefix(base).ok()).unwrap_or(path);
    let absolute = relative.is_absolute();
    let mut parts: Vec<String> = Vec::new();
    for component in relative.components() {
        match component {
            Component::Normal(name) => parts.push(encoded(&name.to_string_lossy())),
            Component::ParentDir => parts.push("..".to_owned()),
            Component::Prefix(prefix) => parts.push(encoded(&prefix.as_os_str().to_string_lossy())),
            Component::CurDir | Component::RootDir => {}
        }
    }
    if absolute { format!("file:///{}", parts.join("/")) } else { parts.join("/") }
}

fn encoded(name: &str) -> String {
    let byte = |b: u8| match b {
        b if b.is_ascii_alphanumeric() || UNRESERVED.contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    name.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_references() {
        let base = Some(Path::new("/home/office"));
        for (path, expected) in [
            ("data/2017/kommunen.csv", "data/2017/kommunen.csv"),
            ("./with/data/ü x%.csv", "with/data/%C3%BC%20x%25.csv"),
            ("../with/a:b.csv", "../with/a%3Ab.csv"),
            ("/home/office/with/a.csv", "with/a.csv"),
            ("/elsewhere/a.csv", "file:///elsewhere/a.csv"),
        ] {
            assert_eq!(uri(path, base), expected, "{path}");
        }
    }
}
