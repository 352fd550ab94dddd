//! A composed document: its Typst text, its document ID, and where its lines and numbers come from.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::Place;
use crate::trace::Origin;

use super::figures::Figure;
use super::sourcemap::{PrintedNumber, SourceMap, Unmarked};
use super::{escape, marks};

/// A document as Typst text, and what is known about it.
#[derive(Debug)]
pub struct ComposedDocument {
    /// The Typst source.
    pub text: String,
    /// Document ID (Kennung): twelve hex digits.
    pub kennung: String,
    /// Hash over everything that went in, as 64 hex digits; the document ID is its beginning.
    pub inputs: String,
    /// The figures the document could print.
    pub figures: Vec<Figure>,
    /// Which parts of `text` are numbers, texts of the data and document IDs.
    pub source_map: SourceMap,
    /// Which template line made each line of `text`.
    pub origins: LineOrigins,
}

impl ComposedDocument {
    /// Returns a number as the document prints it, by its position among the printed ones; `None` behind the last.
    pub fn printed(&self, number: usize) -> Option<String> {
        let printed = self.source_map.numbers.get(number)?;
        Some(escape::unescaped(&self.text[printed.range.clone()]))
    }

    /// Returns where a printed number comes from; `None` behind the last.
    pub fn origin(&self, number: usize) -> Option<Arc<Origin>> {
        let printed = self.source_map.numbers.get(number)?;
        Some(Arc::clone(&self.figures[printed.figure].origin))
    }
}

/// From lines of a composed text back to template lines.
#[derive(Debug, Default)]
pub struct LineOrigins {
    lines: Vec<Option<(usize, u32)>>,
    files: Vec<Arc<str>>,
}

impl LineOrigins {
    /// `lines` has file number and line for each line of the text, `None` where no template line made it; `files` are
    /// the template files by their numbers, as users find them.
    pub fn new(lines: Vec<Option<(usize, u32)>>, files: Vec<Arc<str>>) -> Self {
        Self { lines, files }
    }

    /// Returns the template line that made a line of the text, both counted from 1; `None` when no template line made
    /// it.
    pub fn place(&self, line: u32) -> Option<Place> {
        let (file, line) = (*self.lines.get((line as usize).checked_sub(1)?)?)?;
        Some(Place::new(self.files.get(file)?, line, 0))
    }
}

/// Puts the document ID in place of each of its marks. Returns the text, and the source map moved to fit it: the ID is
/// longer than its mark, so everything behind a mark moves.
pub fn fill_in_kennung(unmarked: &Unmarked, kennung: &str) -> (String, SourceMap) {
    let growth = kennung.len() - marks::KENNUNG.len_utf8();
    let at: Vec<usize> = unmarked.text.match_indices(marks::KENNUNG).map(|(at, _)| at).collect();
    let moved = |range: &Range<usize>| {
        let shift = growth * at.partition_point(|mark| *mark < range.start);
        range.start + shift..range.end + shift
    };
    let text = unmarked.text.replace(marks::KENNUNG, kennung);
    let number = |n: &PrintedNumber| PrintedNumber { range: moved(&n.range), figure: n.figure };
    let data_text = |range: &Range<usize>| (moved(range), escape::unescaped(&unmarked.text[range.clone()]));
    let source_map = SourceMap {
        numbers: unmarked.numbers.iter().map(number).collect(),
        texts: unmarked.texts.iter().map(data_text).collect(),
        kennungen: at.iter().enumerate().map(|(n, at)| at + n * growth..at + n * growth + kennung.len()).collect(),
        lines: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
    };
    (text, source_map)
}
