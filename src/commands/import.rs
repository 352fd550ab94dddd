//! `kreisblatt import`: makes rows of an edition from a delivered table.

use crate::args::{Import, NumberStyleArg, TextFormat};
use crate::intake::NumberNotation;
use crate::run::Outcome;
use crate::run::import::{self, ImportOptions};

/// `kreisblatt import`.
pub fn import(args: &Import) -> Outcome {
    let style = |style| match style {
        NumberStyleArg::German => NumberNotation::German,
        NumberStyleArg::Plain => NumberNotation::Plain,
    };
    let options = ImportOptions {
        file: args.file.clone(),
        project: args.project.with.clone(),
        edition: args.project.edition.clone(),
        stand: args.stand.clone(),
        base: args.base.clone(),
        keep_missing: args.keep_missing,
        source: args.source.clone(),
        sheet: args.sheet.clone(),
        header: args.header,
        mapping: args.mapping.clone(),
        numbers: args.numbers.map(style),
        dry_run: args.dry_run,
        force: args.force,
    };
    match import::import(&options) {
        Ok(done) => {
            let output = match args.format {
                TextFormat::Text => done.text,
                TextFormat::Json => done.json,
            };
            Outcome { output, report: done.report, summary: done.summary, ..Outcome::default() }
        }
        Err(report) => report.into(),
    }
}
