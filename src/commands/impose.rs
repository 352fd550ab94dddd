//! `kreisblatt impose`: the pages of a finished PDF on sheets of paper.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::{self, Impose, ProjectArgs};
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::paper::Faces;
use crate::paper::impose::{
    Arrangement, FORMATS, FlipEdge, GridCells, ImposeSettings, Imposed, Layout, MAKER, imposed, in_mm,
};
use crate::run::Outcome;
use crate::write;

use super::stamp::source;
use super::with_edition::assets;

/// Puts the pages of a PDF on sheets and writes them.
///
/// # Errors
/// Options that contradict each other, a file that cannot be read or put on sheets, an output file that is not ours.
pub fn impose(args: &Impose) -> Result<Outcome> {
    let settings = settings(args)?;
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

fn settings(args: &Impose) -> Result<ImposeSettings> {
    let cells = cells(&args.layout)?;
    let useless = |set: bool, option: &str| match set {
        true => Err(Problem::usage("KB329", format!("the layout {} has no use for {option}", shown(&args.layout)))
            .hint("leave it away, or choose another --layout")),
        false => Ok(()),
    };
    let layout = match cells {
        None => {
            useless(args.repeat, "--repeat")?;
            useless(args.gutter.is_some(), "--gutter")?;
            Layout::Booklet { back_cover: args.back_cover, creep_mm: args.creep.unwrap_or(0.0) }
        }
        Some(cells) => {
            useless(args.creep.is_some(), "--creep")?;
            useless(args.back_cover, "--back-cover")?;
            useless(args.flip.is_some(), "--flip")?;
            Layout::Grid { cells, gutter_mm: args.gutter, repeat: args.repeat }
        }
    };
    Ok(ImposeSettings {
        layout,
        sheet_mm: sheet_mm(&args.sheet)?,
        marks: if args.marks { Some(true) } else { args.no_marks.then_some(false) },
        flip: args.flip.map(|edge| match edge {
            args::FlipEdge::Short => FlipEdge::Short,
            args::FlipEdge::Long => FlipEdge::Long,
        }),
    })
}

/// What a layout divides sheets into; `None` = it folds them.
fn cells(layout: &str) -> Result<Option<GridCells>> {
    let text = layout.to_lowercase();
    let number = |text: &str| text.parse().ok().filter(|number| (1..=100_usize).contains(number));
    let grid = text.split_once('x').and_then(|(columns, rows)| Some((number(columns)?, number(rows)?)));
    if text == "booklet" {
        Ok(None)
    } else if let Some(count) = text.strip_suffix("-up").and_then(number) {
        Ok(Some(GridCells::Count(count)))
    } else if let Some((columns, rows)) = grid {
        Ok(Some(GridCells::Exactly(columns, rows)))
    } else {
        Err(Problem::usage("KB328", format!("there is no layout `{}`", shown(layout)))
            .did_you_mean(layout, ["booklet", "2-up", "4-up"])
            .hint("layouts are: booklet; 2-up, 4-up and so on up to 100-up; 2x5 for two columns and five rows")
            .into())
    }
}

/// The sides of a sheet in millimetres; `None` = chosen by what goes on it.
fn sheet_mm(sheet: &str) -> Result<Option<(f64, f64)>> {
    let text = sheet.to_lowercase();
    let side = |text: &str| text.parse().ok().filter(|mm| (20.0..=5000.0).contains(mm));
    if text == "auto" {
        return Ok(None);
    }
    if let Some((_, short, long)) = FORMATS.iter().find(|(name, ..)| *name == text) {
        return Ok(Some((*short, *long)));
    }
    if let Some(sides) = text.split_once('x').and_then(|(one, other)| Some((side(one)?, side(other)?))) {
        return Ok(Some(sides));
    }
    let known: Vec<&str> = FORMATS.iter().map(|(name, ..)| *name).collect();
    Err(Problem::usage("KB328", format!("there is no sheet `{}`", shown(sheet)))
        .did_you_mean(&text, known.iter().copied())
        .hint(format!("sheets are: auto, {}, or two sides from 20 to 5000 mm: 330x480", known.join(", ")))
        .into())
}

/// Where the sheets go: never over the pages, and over nothing but older sheets unless told to.
fn out(args: &Impose) -> Result<PathBuf> {
    // A folder of its own: beside documents the manifest names, one it does not name counts as a stranger.
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

/// What was made and what to do with it, in one line.
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
