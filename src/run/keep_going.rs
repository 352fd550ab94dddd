//! `--keep-going`: an edition without the rows that have errors. Each removed row is reported; the remaining rows are
//! checked again.

use std::collections::BTreeSet;

use crate::assets::Assets;
use crate::check::{Checked, check};
use crate::diag::{Problem, Report, Result, Severity, shown};
use crate::load::{load, load_alone};

/// Loads and checks an edition. Removes rows with errors from the table of Kommunen, as long as there are no other
/// errors; the errors of these rows are added to `report`.
///
/// # Errors
/// Errors outside of rows, and a table without a valid row: all errors found.
pub fn without_faulty_rows(assets: &mut Assets, edition: &str, report: &mut Report) -> Result<Checked> {
    let path = format!("data/{edition}/kommunen.csv");
    let mut left_out = BTreeSet::new();
    loop {
        // Without these rows, changes since the former edition cannot be computed, so they are left out.
        let loaded = if left_out.is_empty() { load(assets, edition) } else { load_alone(assets, edition) };
        let found = match loaded.and_then(|mut loaded| {
            // Practice examples of a removed Kommune are removed, too.
            loaded.data.practice.retain(|example| !left_out.contains(&example.ags.value));
            check(loaded)
        }) {
            Ok(checked) => return Ok(checked),
            Err(found) => found,
        };
        let shown_path = assets.shown(&path);
        let of_row = |problem: &Problem| {
            let place = problem.place.as_ref().filter(|place| place.file == shown_path && place.line > 1);
            place.map(|place| place.line)
        };
        let is_error = |problem: &&Problem| problem.severity == Severity::Error;
        let lines: Option<BTreeSet<u32>> = found.problems().iter().filter(is_error).map(of_row).collect();
        let Some((text, rows)) = lines.and_then(|lines| without(assets.text(&path).ok()?, &lines)) else {
            report.extend(found);
            return Err(std::mem::take(report));
        };
        let told = found.problems().iter().filter(is_error).cloned();
        let told: Report = told.map(|problem| problem.hint("the row is left out: --keep-going")).collect();
        report.extend(told.with_excerpts(|file| assets.source(file)));
        for (first, ags) in rows {
            let what = format!("the row of `{}` is left out of all documents", shown(&first));
            report.push(Problem::warning("KB146", what).hint("correct it and build again"));
            left_out.insert(ags);
        }
        assets.replace(&path, text);
    }
}

/// A removed row: its first cell, and its AGS.
type LeftOutRow = (String, String);

/// Returns the table without the records on these lines. Empty lines replace them, so that all other records keep their
/// line numbers. `None` when there are none of these records.
fn without(text: &str, lines: &BTreeSet<u32>) -> Option<(String, Vec<LeftOutRow>)> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next()?.ok()?;
    let ags = header.iter().position(|name| name.trim_start_matches('\u{feff}') == "ags");
    let records: Vec<csv::StringRecord> = records.collect::<Result<_, _>>().ok()?;
    let start = |record: &csv::StringRecord| usize::try_from(record.position()?.byte()).ok();
    let (mut kept, mut end_of_kept, mut rows) = (String::new(), 0, Vec::new());
    for (at, record) in records.iter().enumerate() {
        let bytes = start(record)?..records.get(at + 1).map_or(Some(text.len()), start)?;
        let raw = text.get(bytes.clone())?;
        let first = u32::try_from(record.position()?.line()).ok()?;
        let last = first + u32::try_from(raw.trim_end().matches('\n').count()).ok()?;
        if lines.range(first..=last).next().is_some() {
            kept.push_str(text.get(end_of_kept..bytes.start)?);
            kept.extend(raw.chars().filter(|c| *c == '\n'));
            end_of_kept = bytes.end;
            let cell = |column: usize| record.get(column).unwrap_or_default().to_owned();
            rows.push((cell(0), ags.map_or_else(String::new, cell)));
        }
    }
    kept.push_str(text.get(end_of_kept..)?);
    (!rows.is_empty()).then_some((kept, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_go_whole_and_the_others_keep_their_lines() {
        let text = "name,ags\na,1\n\"b\nc\",2\nd,3\n";
        let of = |line: u32| {
            without(text, &BTreeSet::from([line]))
                .map(|(text, rows)| (text.lines().map(|l| l.trim().to_owned()).collect::<Vec<_>>().join("|"), rows))
        };
        assert_eq!(of(2), Some(("name,ags||\"b|c\",2|d,3".to_owned(), vec![("a".to_owned(), "1".to_owned())])));
        assert_eq!(of(3).map(|(text, _)| text), Some("name,ags|a,1|||d,3".to_owned()));
        assert_eq!(of(4), of(3));
        assert_eq!(of(5).map(|(text, _)| text), Some("name,ags|a,1|\"b|c\",2|".to_owned()));
        assert_eq!(of(9), None);
    }
}
