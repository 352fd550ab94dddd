//! The options of `impose` as plain values.

use crate::args::{FlipOption, Impose};
use crate::diag::{Problem, Result, shown};
use crate::paper::impose::{FORMATS, FlipEdge, GridCells, ImposeSettings, Layout};

/// Converts the options to the settings of the sheets.
///
/// # Errors
/// An unknown layout or sheet, and options that have no effect with the layout.
pub fn impose_settings(args: &Impose) -> Result<ImposeSettings> {
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
            FlipOption::Short => FlipEdge::Short,
            FlipOption::Long => FlipEdge::Long,
        }),
    })
}

/// Returns the grid of a layout; `None` = the layout folds the sheets.
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

/// Returns the sides of a sheet in millimetres; `None` = chosen by the pages.
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
