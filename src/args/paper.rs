//! Options of the commands that work on finished PDFs and on paper for meetings.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::common::{ProjectArgs, Select};

/// Options of `impose`.
#[derive(Debug, Args)]
pub struct Impose {
    /// A finished PDF, ours or another; it is not changed.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// booklet: sheets folded into each other and stapled through the fold; 2-up, 4-up, 9-up, ...: so many pages on
    /// a sheet, made smaller to fit; 2x5: two columns and five rows.
    #[arg(long, default_value = "booklet", value_name = "LAYOUT")]
    pub layout: String,

    /// auto: the smallest format that takes a booklet at full size (A4 pages on A3, A5 on A4; on SRA3 and SRA4 where
    /// the file has bleed or --marks is given), or the format of the pages; a3, sra3, ...; or millimetres: 330x480.
    #[arg(long, default_value = "auto", value_name = "SHEET")]
    pub sheet: String,

    /// File to write [default: NAME-bogen.pdf in a folder bogen beside FILE].
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Draw marks for cutting and folding and the slug line, on a sheet with room for them. Without it they are
    /// drawn where there is room, and room is made where the file has bleed.
    #[arg(long)]
    pub marks: bool,

    /// Draw no marks, and make no room for them.
    #[arg(long, conflicts_with = "marks")]
    pub no_marks: bool,

    /// How far the pages of the innermost sheet of a booklet move towards the fold, in millimetres; those of the
    /// sheets round it less, by equal steps, the outermost not at all.
    #[arg(long, value_name = "MM", value_parser = small_millimetres)]
    pub creep: Option<f64>,

    /// Keep the last page of a booklet on its back cover: blank pages go before it, not behind it.
    #[arg(long)]
    pub back_cover: bool,

    /// The edge round which your printer turns sheets [default: the one along the fold].
    #[arg(long, value_enum, value_name = "EDGE")]
    pub flip: Option<FlipOption>,

    /// Fill every sheet with one page (badges, cards).
    #[arg(long)]
    pub repeat: bool,

    /// Between pages that are cut apart, in millimetres [default: room for the bleed of both].
    #[arg(long, value_name = "MM", value_parser = small_millimetres)]
    pub gutter: Option<f64>,

    /// Replace a file that was not made by impose; FILE itself is never replaced.
    #[arg(long)]
    pub force: bool,

    /// Folder shaped like the project, laid over the embedded files: its fonts are used.
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
}

/// Edges of a sheet of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FlipOption {
    /// The short edge.
    Short,
    /// The long edge.
    Long,
}

/// Options of `stamp`.
#[derive(Debug, Args)]
pub struct Stamp {
    /// PDFs to stamp. Encrypted, signed and damaged ones are refused and left as they are.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    // The placeholders are not written with brackets, because clap breaks the line at `n` in curly brackets.
    /// What the stamp says. In curly brackets stand `n` for the number of the file, `page` for that of the page, and
    /// `pages` for how many pages the file has; two brackets are a bracket.
    #[arg(long, value_name = "TEXT")]
    pub text: StampText,

    /// Number of the first file; the others count up from there. Only for a text with a place for it [default: 1].
    #[arg(long, value_name = "N")]
    pub start: Option<u32>,

    /// Pages to stamp: `first`, `all`, or numbers and ranges such as `1,3-5,8-`. Annexes are found by their first page.
    #[arg(long, default_value = "first", value_name = "PAGES")]
    pub pages: Pages,

    /// Where on the page, as it is shown.
    #[arg(long, value_enum, default_value_t = StampPosition::TopRight)]
    pub position: StampPosition,

    /// Distance from the left or right edge, in millimetres; from both at least, for a stamp in the middle [default: 18,
    /// as the margin of the fact sheets].
    #[arg(long, default_value_t = 18.0, hide_default_value = true, value_name = "MM", value_parser = millimetres)]
    pub x: f64,

    /// Distance from the upper or lower edge, in millimetres [default: 5, above the text of the fact sheets].
    #[arg(long, default_value_t = 5.0, hide_default_value = true, value_name = "MM", value_parser = millimetres)]
    pub y: f64,

    /// Size of the type in points; it is set smaller where it does not fit, down to 6.
    #[arg(long, default_value_t = 11.0, value_name = "PT", value_parser = type_size)]
    pub size: f64,

    /// Folder for the stamped files, under their own names [default: beside each, as NAME-gestempelt.pdf].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Replace files that are there already; the files to be stamped are never replaced.
    #[arg(long)]
    pub force: bool,

    /// Folder shaped like the project, laid over the embedded files: its fonts are used.
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
}

/// Options of `tents`.
#[derive(Debug, Args)]
pub struct Tents {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,

    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,

    /// What to make.
    #[arg(long, value_enum, default_value_t = TentFormat::Tent)]
    pub format: TentFormat,

    /// Table of guests with the columns title, name and kommune (CSV, UTF-8); they follow after the others.
    #[arg(long, value_name = "FILE")]
    pub names: Option<PathBuf>,

    /// Output folder; the file is tagung/tischaufsteller.pdf or tagung/namensschilder.pdf below the edition's.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub out: PathBuf,
}

/// What bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TentFormat {
    /// A4, folded once across: the name on both sides.
    Tent,
    /// 90 x 55 mm, ten on an A4 sheet with marks for cutting.
    Badge,
}

/// Where a stamp stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StampPosition {
    /// In the upper left corner.
    TopLeft,
    /// In the middle of the upper edge.
    TopCenter,
    /// In the upper right corner.
    TopRight,
    /// In the lower left corner.
    BottomLeft,
    /// In the middle of the lower edge.
    BottomCenter,
    /// In the lower right corner.
    BottomRight,
}

fn millimetres(text: &str) -> Result<f64, String> {
    within(text, 0.0, 500.0, "millimetres")
}

/// Parses millimetres within the range for gaps between pages.
fn small_millimetres(text: &str) -> Result<f64, String> {
    within(text, 0.0, 50.0, "millimetres")
}

fn type_size(text: &str) -> Result<f64, String> {
    within(text, 6.0, 72.0, "points")
}

fn within(text: &str, least: f64, most: f64, unit: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("give {unit} from {least} to {most}, with a point"))
}

/// A text with placeholders for numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampText(Vec<StampPart>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum StampPart {
    Text(String),
    Number,
    Page,
    Pages,
}

impl StampText {
    /// Whether it has a placeholder for the number of the file.
    pub fn is_numbered(&self) -> bool {
        self.0.contains(&StampPart::Number)
    }

    /// Returns the text with the number of the file, the number of the page, and the number of pages.
    pub fn with(&self, number: u32, page: usize, pages: usize) -> String {
        let part = |part: &StampPart| match part {
            StampPart::Text(text) => text.clone(),
            StampPart::Number => number.to_string(),
            StampPart::Page => page.to_string(),
            StampPart::Pages => pages.to_string(),
        };
        self.0.iter().map(part).collect()
    }
}

impl FromStr for StampText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("a stamp says something".to_owned());
        }
        let (mut parts, mut rest, mut plain) = (Vec::new(), text, String::new());
        while let Some(at) = rest.find(['{', '}']) {
            plain += &rest[..at];
            let bracket = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(bracket) {
                (plain, rest) = (plain + bracket, after);
                continue;
            }
            let name = rest.split_once('}').filter(|_| bracket == "{");
            let part = match name {
                Some(("n", _)) => StampPart::Number,
                Some(("page", _)) => StampPart::Page,
                Some(("pages", _)) => StampPart::Pages,
                _ => return Err("places are {n}, {page} and {pages}; write {{ and }} for brackets".to_owned()),
            };
            parts.extend([StampPart::Text(std::mem::take(&mut plain)), part]);
            rest = name.map_or(rest, |(_, after)| after);
        }
        parts.push(StampPart::Text(plain + rest));
        Ok(Self(parts))
    }
}

/// Page ranges of a document, from 1; an open range ends with `usize::MAX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages(Vec<(usize, usize)>);

impl Pages {
    /// Whether a page is in one of the ranges.
    pub fn hold(&self, page: usize) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&page))
    }
}

impl FromStr for Pages {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || "give `first`, `all`, or numbers and ranges such as `1,3-5,8-`".to_owned();
        let number = |text: &str| text.parse().ok().filter(|page| *page > 0).ok_or_else(fault);
        let range = |text: &str| match text.split_once('-') {
            None => number(text).map(|page| (page, page)),
            Some((first, "")) => number(first).map(|first| (first, usize::MAX)),
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                if first <= last { Ok((first, last)) } else { Err(fault()) }
            }
        };
        match text.trim() {
            "first" => Ok(Self(vec![(1, 1)])),
            "all" => Ok(Self(vec![(1, usize::MAX)])),
            text => text.split(',').map(|part| range(part.trim())).collect::<Result<_, _>>().map(Self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_has_places() {
        let wording: StampText = "Anlage {n} zu TOP 5, {{S. {page}/{pages}}}".parse().expect("a wording");
        assert_eq!(wording.with(3, 1, 12), "Anlage 3 zu TOP 5, {S. 1/12}");
        for wrong in ["", "  ", "{x}", "{n", "n}", "}", "{"] {
            assert!(wrong.parse::<StampText>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn pages_are_numbers_and_ranges() {
        let held = |text: &str| {
            let pages: Pages = text.parse().expect("pages");
            (1..=9).filter(|page| pages.hold(*page)).collect::<Vec<_>>()
        };
        assert_eq!(held("first"), [1]);
        assert_eq!(held("all").len(), 9);
        assert_eq!(held("1, 3-5,8-"), [1, 3, 4, 5, 8, 9]);
        for wrong in ["", "0", "3-1", "-3", "a", "1,,2", "1-2-3"] {
            assert!(wrong.parse::<Pages>().is_err(), "{wrong}");
        }
    }
}
