//! `kreisblatt compare OLD NEW`: prints the changes of each Kommune and indicator, and the values that cannot be
//! compared with the reasons. On request, also writes the document `vergleich.pdf`.

use std::path::Path;

use crate::args::{Compare, TableFormat, WorkerArgs};
use crate::derive::Facts;
use crate::diag::{Place, Problem, Result};
use crate::documents::{COMPARISON, Document};
use crate::export;
use crate::plan;
use crate::run::{self, OpenEdition, OpenMode, Outcome};
use crate::write;

/// `kreisblatt compare`.
pub fn compare(args: &Compare) -> Outcome {
    let mode = OpenMode::Compared(&args.old);
    run::with_edition(args.with.as_deref(), Some(&args.new), mode, |edition| compared(args, edition))
}

fn compared(args: &Compare, edition: &OpenEdition) -> Result<Outcome> {
    let mut report = edition.opening_warnings();
    let data = edition.data();
    let facts = edition.facts_of(&plan::selected(&args.select, data)?);
    let indicators: Vec<usize> = match args.by.as_slice() {
        [] => (0..data.indicators.len()).collect(),
        keys => {
            let mut indicators: Vec<usize> = Vec::new();
            for key in keys {
                let at = plan::indicator(key, data)?;
                if !indicators.contains(&at) {
                    indicators.push(at);
                }
            }
            indicators
        }
    };
    report.extend(areas_unchecked(&facts).into_iter().collect());
    let output = match (args.format, &facts.since, data.former.as_deref()) {
        (TableFormat::Csv, ..) => export::changes(&facts, &indicators).csv(),
        (TableFormat::Json, ..) => export::changes(&facts, &indicators).json(),
        (TableFormat::Table, Some(since), Some(former)) if args.select.is_empty() && args.by.is_empty() => {
            export::comparison_summary(&facts, since, former)
        }
        (TableFormat::Table, Some(since), _) => {
            export::comparison_blocks(&facts, since, &indicators, !args.by.is_empty())
        }
        (TableFormat::Table, None, _) => String::new(),
    };
    let summary = match &args.pdf {
        Some(file) => pdf(args, file, edition, &facts)?,
        None => String::new(),
    };
    Ok(Outcome { output, report, summary, ..Outcome::default() })
}

/// Writes the comparison as a document, and returns a message about it.
fn pdf(args: &Compare, file: &Path, edition: &OpenEdition, of_scope: &Facts<'_>) -> Result<String> {
    if file.exists() && !args.force {
        let problem = Problem::error("KB646", "the file is there already").at(Place::file(&file.display().to_string()));
        return Err(problem.hint("name another one, or replace it with --force").into());
    }
    let document =
        Document::of_edition(&COMPARISON, &format!("vergleich-{}-{}", args.old, args.new), COMPARISON.template);
    let workers = WorkerArgs { jobs: args.jobs, time_limit: args.time_limit, memory_limit: args.memory_limit };
    let finished = run::set_alone(edition, &document, of_scope, plan::workers(workers))?;
    write::file(file, &finished.pdf)?;
    let pages = if finished.pages == 1 { "1 page".to_owned() } else { format!("{} pages", finished.pages) };
    Ok(format!("{pages} made in {}", file.display()))
}

/// Returns a warning about Kommunen whose area is unknown in one of the editions; `None` when there are none.
fn areas_unchecked(facts: &Facts<'_>) -> Option<Problem> {
    let since = facts.since.as_ref()?;
    let unchecked: Vec<&str> = facts
        .scope
        .iter()
        .filter(|k| since.unchecked[**k])
        .map(|k| facts.data.kommunen[*k].ags.value.as_str())
        .collect();
    let (first, n) = (unchecked.first()?, unchecked.len());
    let who = if n == 1 { (*first).to_owned() } else { format!("{n} Kommunen, {first} the first,") };
    let what = format!("whether the area of {who} is the same is not checked: it is not known in both editions");
    Some(
        Problem::warning("KB647", what)
            .hint("import it, or say in changes.toml: [[area]] ags = \"AGS\", comparable = true"),
    )
}
