//! Errors of documents, as problems with the line of the template.

use crate::assets::Assets;
use crate::compose::LineOrigins;
use crate::diag::{Place, Problem, Report};
use crate::documents::Document;
use crate::typeset::{Failure, Finding};

/// A problem: a one-page document needs this many pages, even with the greatest tightness.
pub fn too_long(document: &Document, pages: usize) -> Problem {
    let is_sheet = document.subject.kommune().is_some();
    let what = if is_sheet { "the fact sheet" } else { "the document" };
    let hint = if is_sheet {
        "its practice examples and definitions are left out already: take `key_figure` or `chart` from an indicator, or list fewer"
    } else {
        "list fewer indicators, or select fewer Kommunen"
    };
    Problem::error("KB604", format!("{what} needs {pages} pages, one is what it may have"))
        .at(Place::file(&document.path))
        .hint(hint)
        .hint(format!("while setting {} ({})", document.path, document.record))
}

/// Reports the same problem of many documents once: all sheets share a template, so one typo in it is one message. The
/// last hint names the record of the problem.
pub fn grouped(mut report: Report) -> Report {
    report.sort_by_place();
    let mut groups: Vec<(Problem, usize)> = Vec::new();
    for problem in report.problems() {
        let shared = |p: &Problem| {
            (p.id, p.message.clone(), p.place.clone(), p.hints.split_last().map(|(_, rest)| rest.to_vec()))
        };
        match groups.iter_mut().find(|(first, _)| problem.place.is_some() && shared(first) == shared(problem)) {
            Some((_, more)) => *more += 1,
            None => groups.push((problem.clone(), 0)),
        }
    }
    groups
        .into_iter()
        .map(|(problem, more)| match more {
            0 => problem,
            1 => problem.hint("and one more document"),
            more => problem.hint(format!("and {more} more documents")),
        })
        .collect()
}

/// Returns the file of a document's template, for errors without a known line.
pub fn template_of(document: &Document, assets: &Assets) -> Place {
    Place::file(&assets.shown(&format!("templates/{}.typ.hbs", document.template)))
}

/// Converts an error of Typst or of a worker to problems with the line of the template.
pub fn of_failure(
    failure: Failure,
    origins: &LineOrigins,
    document: &Document,
    assets: &Assets,
    memory: u64,
) -> Report {
    let record = format!("while setting {} ({})", document.path, document.record);
    match failure {
        Failure::Refused(findings) => {
            findings.into_iter().map(|finding| refused(finding, origins, assets).hint(&record)).collect()
        }
        Failure::Unwanted => Report::new(),
        Failure::TimedOut(seconds) => {
            Problem::error("KB602", format!("a document took longer than {seconds} seconds and was stopped"))
                .at(template_of(document, assets))
                .hint("look for a loop that never ends in the template and what it imports, or raise --time-limit")
                .hint(record)
                .into()
        }
        Failure::Died(words) => {
            let limit = if memory > 0 { format!(" (--memory-limit is {memory} MB)") } else { String::new() };
            Problem::error("KB603", format!("the worker that set a document died: {words}"))
                .at(template_of(document, assets))
                .hint(format!(
                    "when it ran out of memory{limit}, look for a list that grows without end, or raise the limit"
                ))
                .hint(record)
                .into()
        }
    }
}

fn refused(finding: Finding, origins: &LineOrigins, assets: &Assets) -> Problem {
    let template = finding.document_line.and_then(|line| origins.place(line));
    let mut problem = Problem::error("KB601", finding.message);
    match finding.at {
        Some(spot) if spot.file.is_some() => {
            let shown = assets.shown(spot.file.as_deref().unwrap_or_default());
            problem = problem.at(Place::new(&shown, spot.line, spot.column));
            if let Some(place) = template {
                problem = problem.hint(format!("called from {place}"));
            }
        }
        _ => problem.place = template,
    }
    if problem.message.starts_with("failed to load file (access denied)") || problem.message.contains("would escape") {
        return problem.hint("a template reads files below templates/ alone: put the file there");
    }
    if problem.message.starts_with("package not found") {
        return problem.hint("there are no packages: put what you need below templates/ and import it by its path");
    }
    if problem.message.contains("could not be displayed with font") {
        return problem
            .hint("no font has this sign: correct the cell, or lay a font that has it over fonts/ with --with");
    }
    finding.hints.into_iter().fold(problem, Problem::hint)
}
