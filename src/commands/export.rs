//! `kreisblatt export`: the edition as one table for spreadsheet programs; `import` can read it.

use crate::args::Export;
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::export::workbook;
use crate::model::Data;
use crate::plan;
use crate::run::Outcome;
use crate::write;

use super::with_edition::with_edition;

/// `kreisblatt export`.
pub fn export(args: &Export) -> Outcome {
    with_edition(&args.project, |edition| exported(args, edition.data(), edition.opening_warnings()))
}

fn exported(args: &Export, data: &Data, report: Report) -> Result<Outcome> {
    let path = args.file.display().to_string();
    let wrong = |what: String, hint: &str| Problem::error("KB631", what).at(Place::file(&path)).hint(hint);
    let scope = plan::selected(&args.select, data)?;
    let ending = args.file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let bytes = match ending.as_str() {
        "csv" => workbook::csv(data, &scope).into_bytes(),
        "xlsx" => workbook::xlsx(data, &scope)
            .map_err(|error| wrong(format!("the workbook cannot be made: {error}"), "shorten the text it names"))?,
        _ => {
            return Err(
                wrong(format!("`.{}` is no format to export", shown(&ending)), "name a file .xlsx or .csv").into()
            );
        }
    };
    if args.file.exists() && !args.force {
        return Err(
            wrong("there is a file of that name".to_owned(), "name another one, or replace it with --force").into()
        );
    }
    write::file(&args.file, &bytes)?;
    let words = if scope.len() == 1 { "1 Kommune".to_owned() } else { format!("{} Kommunen", scope.len()) };
    let summary = format!("{} of edition {} written to {path}", words, data.edition.key);
    Ok(Outcome { report, summary, ..Outcome::default() })
}
