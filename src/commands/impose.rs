//! `kreisblatt impose`: puts the pages of a finished PDF on sheets of paper.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::{Impose, ProjectArgs};
use crate::diag::{Place, Problem, Report, Result};
use crate::paper::Faces;
use crate::paper::impose::{Arrangement, FORMATS, FlipEdge, ImposeSettings, Imposed, MAKER, imposed, in_mm};
use crate::plan::impose_settings;
use crate::run::Outcome;
use crate::write;

use super::stamp::source;
use super::with_edition::assets;

/// Puts the pages of a PDF on sheets and writes them.
///
/// # Errors
/// Options that contradict each other, a file that cannot be read or imposed, an output file that this program did not
/// make.
pub fn impose(args: &Impose) -> Result<Outcome> {
    let settings = impose_settings(args)?;
    let out = out(args)?;
    let mut report = Report::new();
    let assets = assets(&ProjectArgs { edition: None, with: args.with.clone() }, &mut report)?;
    let faces = Faces::open(&assets)?;
    let at = |report: Report| report.problems().iter().cloned().map(|problem| problem.at(file(&args.file))).collect();
    let source = source(&args.file).map_err(|problem| at(problem.into()))?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let made = imposed(&source, &name, &settings, &faces).map_err(at)?;
    write::file(&out, &made.pdf)?;
    let summary = if report.has_errors() { String::new() } else { summary(&made, &settings, &out) };
    report.extend(at(made.warnings));
    Ok(Outcome { report, summary, ..Default::default() })
}

fn file(path: &Path) -> Place {
    Place::file(&path.display().to_string())
}

/// Returns the output path: never the input file; without `--force`, only a new file or an earlier output of `impose`.
fn out(args: &Impose) -> Result<PathBuf> {
    // The sheets get their own folder: beside the documents of a manifest, `verify` would report them as unknown files.
    let beside = || {
        let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
        args.file.with_file_name("bogen").join(format!("{stem}-bogen.pdf"))
    };
    let out = args.out.clone().unwrap_or_else(beside);
    let same = fs::canonicalize(&out).is_ok_and(|out| fs::canonicalize(&args.file).is_ok_and(|file| file == out));
    if same {
        return Err(Problem::error("KB525", "the sheets would replace the pages they are made of")
            .at(file(&out))
            .hint("name another file with --out")
            .into());
    }
    let foreign = || fs::read(&out).is_ok_and(|bytes| !bytes.windows(MAKER.len()).any(|part| part == MAKER.as_bytes()));
    if !args.force && out.exists() && foreign() {
        return Err(Problem::error("KB525", "there is a file of that name, and impose did not make it")
            .at(file(&out))
            .hint("name another file with --out, or replace it with --force")
            .into());
    }
    Ok(out)
}

/// Returns one line about the result and its use.
fn summary(made: &Imposed, settings: &ImposeSettings, out: &Path) -> String {
    let Arrangement { sheet, scale, marks, folded, columns, rows, .. } = &made.arrangement;
    let plural = |many: usize, word: &str| format!("{many} {word}{}", if many == 1 { "" } else { "s" });
    let format = FORMATS.iter().find(|(_, short, long)| {
        in_mm(*sheet) == format!("{short:.0} x {long:.0} mm") || in_mm(*sheet) == format!("{long:.0} x {short:.0} mm")
    });
    let format =
        format.map_or_else(|| in_mm(*sheet), |(name, ..)| format!("{} ({})", name.to_uppercase(), in_mm(*sheet)));
    let what = if *folded { "booklet".to_owned() } else { format!("{columns} x {rows} pages a sheet") };
    let mut text = format!(
        "{} on {} {format}, {what}, {:.0} %",
        plural(made.pages, "page"),
        plural(made.sheets, "sheet"),
        scale * 100.0
    );
    if made.blank > 0 {
        text += &format!(", {} blank", made.blank);
    }
    if marks.is_none() {
        text += ", without marks";
    }
    if *folded {
        let edge = match settings.flip.unwrap_or(made.arrangement.edge_along_fold()) {
            FlipEdge::Short => "short",
            FlipEdge::Long => "long",
        };
        text += &format!("; print both sides, turned round the {edge} edge");
    }
    format!("{text}: {}", out.display())
}
