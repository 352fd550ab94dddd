//! `kreisblatt verify`: compares the finished files with the data, in both directions.

use crate::args;
use crate::run::{OpenMode, Outcome, with_opened};
use crate::verify::{BuiltFolder, MOST_SHOWN, problems, verify as verified};

use super::check::written;

/// `kreisblatt verify`.
pub fn verify(args: &args::Verify) -> Outcome {
    let folder = match BuiltFolder::open(&args.folder, args.project.edition.as_deref()) {
        Ok(folder) => folder,
        Err(report) => return report.into(),
    };
    let (project, key) = (args.project.with.as_deref(), Some(folder.manifest.edition.as_str()));
    let (mut deviations, mut data_has_errors) = (Vec::new(), false);
    let Outcome { mut report, .. } = with_opened(project, key, OpenMode::Whole, |opened| match opened {
        Ok(edition) => {
            deviations = verified(&folder, Ok(edition))?;
            Ok(Outcome::printed(String::new(), edition.opening_warnings()))
        }
        Err((problems, assets)) => {
            data_has_errors = true;
            deviations = verified(&folder, Err(assets))?;
            Err(problems)
        }
    });
    let output = written(args.format, &deviations, &problems(&deviations, usize::MAX));
    report.extend(problems(&deviations, MOST_SHOWN));
    let (files, counted) = (folder.manifest.files.len(), folder.trace.values().map(Vec::len).sum::<usize>());
    let found = match deviations.len() {
        0 if data_has_errors => "nothing deviates from the trace, but the data has errors".to_owned(),
        0 => "nothing deviates".to_owned(),
        1 => "found 1 deviation".to_owned(),
        n => format!("found {n} deviations"),
    };
    let summary = format!("{files} files and {counted} numbers verified in {}, {found}", folder.path.display());
    Outcome { output, report, summary, ..Outcome::default() }
}
