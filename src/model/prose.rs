//! A text of an edition: what a Markdown file says, without any of its signs.

use super::values::Text;
use crate::diag::Place;

/// A text of an edition, read from `data/<edition>/<name>.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose {
    /// File name without `.md`: what a template asks for.
    pub name: String,
    /// The file.
    pub place: Place,
    /// Its parts, in order; the first is its title, a heading of level 1.
    pub blocks: Vec<Block>,
}

/// A part that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 to 3; never more than one deeper than the heading before.
        level: u8,
        /// Where it begins.
        place: Place,
        /// What it says; holds no links.
        text: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List {
        /// Number of the first item; `None` = the items have bullets.
        start: Option<u64>,
        /// The items; none is empty.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A table.
    Table {
        /// The cells of its first row: one per column.
        header: Vec<Vec<Inline>>,
        /// The first column set to the right; the number of columns when there is none.
        numbers: usize,
        /// The other rows, each with as many cells as the header.
        rows: Vec<Vec<Vec<Inline>>>,
    },
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text without digits.
    Text(String),
    /// A number as written, with its place.
    Number(Text),
    /// Strong text.
    Strong(Vec<Inline>),
    /// Emphasised text.
    Emph(Vec<Inline>),
    /// A link; its text is never empty and holds no other link.
    Link {
        /// Where it leads.
        target: LinkTarget,
        /// What it says.
        text: Vec<Inline>,
    },
    /// The end of a line.
    Break,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// An address with `http:`, `https:` or `mailto:`.
    Web(String),
    /// The card of the Kommune with this AGS.
    Kommune(Text),
}

impl Prose {
    /// The AGS its links name, in the order of the text.
    pub fn kommunen(&self) -> Vec<&Text> {
        let mut found = Vec::new();
        of_blocks(&self.blocks, &mut found);
        found
    }
}

fn of_blocks<'a>(blocks: &'a [Block], found: &mut Vec<&'a Text>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => of_text(text, found),
            Block::List { items, .. } => items.iter().for_each(|item| of_blocks(item, found)),
            Block::Quote(inner) => of_blocks(inner, found),
            Block::Table { header, rows, .. } => {
                header.iter().chain(rows.iter().flatten()).for_each(|cell| of_text(cell, found));
            }
        }
    }
}

fn of_text<'a>(text: &'a [Inline], found: &mut Vec<&'a Text>) {
    for piece in text {
        match piece {
            Inline::Strong(inner) | Inline::Emph(inner) => of_text(inner, found),
            Inline::Link { target: LinkTarget::Kommune(ags), .. } => found.push(ags),
            Inline::Link { .. } | Inline::Text(_) | Inline::Number(_) | Inline::Break => {}
        }
    }
}
