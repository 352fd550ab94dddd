//! The blocks of a Markdown text: headings, paragraphs, lists, quotations, tables.

use std::ops::Range;

use pulldown_cmark::{Alignment, Event, HeadingLevel, Tag};

use super::inlines::{holds_link, plain, says_nothing};
use super::reader::{FOOTNOTE, Reader, is_block};
use super::words::{LONGEST_HEADING_WORD, LONGEST_WORD, too_long};
use crate::model::{Block, Inline};

/// How deep lists and quotations may be nested.
const DEEPEST_BLOCK: usize = 4;

/// Characters that fit in a line of a table, all columns together.
const TABLE_LINE: usize = 100;

/// Characters of a table's line a column needs besides its text, and the least a column of text needs.
const COLUMN_GAP: usize = 2;
const NARROWEST_COLUMN: usize = 12;

/// Most columns of a table.
const MOST_COLUMNS: usize = 8;

impl<'a> Reader<'a> {
    /// Reads the blocks up to the end of the element they are in, and that end.
    pub(super) fn blocks(&mut self, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.peek() {
            let at = range.clone();
            match event {
                Event::End(_) => {
                    self.next();
                    break;
                }
                Event::Start(tag) if is_block(tag) => {
                    let title = matches!(tag, Tag::Heading { level: HeadingLevel::H1, .. });
                    if let Some((Event::Start(tag), _)) = self.next() {
                        self.begin(&at, title);
                        blocks.extend(self.block(tag, &at, depth));
                    }
                }
                Event::Rule => {
                    self.next();
                    self.begin(&at, false);
                    self.wrong("KB151", &at, "lines across the page are not printed", "divide the text with a heading");
                }
                _ => {
                    // An item of a list whose items are one paragraph each.
                    let text = self.inlines(0);
                    self.end_word();
                    if !text.is_empty() {
                        blocks.push(Block::Paragraph(text));
                    }
                }
            }
        }
        blocks
    }

    /// Checks at the first block that the text begins with its title.
    fn begin(&mut self, at: &Range<usize>, title: bool) {
        if !self.begun && !title {
            self.wrong("KB153", at, "the text does not begin with its title", "begin it with a line `# Title`");
        }
        self.begun = true;
    }

    fn block(&mut self, tag: Tag<'a>, at: &Range<usize>, depth: usize) -> Option<Block> {
        let deeper = matches!(tag, Tag::List(_) | Tag::BlockQuote(_));
        if deeper && depth == DEEPEST_BLOCK {
            let message = format!("lists and quotations stand more than {DEEPEST_BLOCK} deep in each other");
            self.wrong("KB154", at, message, "make the inner ones paragraphs of their own");
            self.skip();
            return None;
        }
        let refused = match tag {
            Tag::Paragraph => {
                let text = self.closed_inlines();
                return (!text.is_empty()).then_some(Block::Paragraph(text));
            }
            Tag::Heading { level, .. } => return self.heading(level as u8, at, depth),
            Tag::List(start) => return Some(Block::List { start, items: self.items(depth + 1) }),
            Tag::BlockQuote(_) => {
                let told = self.told();
                let blocks = self.blocks(depth + 1);
                if blocks.is_empty() {
                    self.empty("the quotation", at, told);
                }
                return Some(Block::Quote(blocks));
            }
            Tag::Table(alignment) => return self.table(&alignment, at),
            Tag::HtmlBlock => ("HTML is not printed", "write it in Markdown; a `<` of the text is `&lt;`"),
            Tag::CodeBlock(_) => {
                ("code blocks are not printed", "begin the lines without blanks and without ```: they are a paragraph")
            }
            Tag::FootnoteDefinition(_) => FOOTNOTE,
            _ => ("this is not printed", "data/README.md says what is"),
        };
        self.wrong("KB151", at, refused.0, refused.1);
        self.skip();
        None
    }

    fn heading(&mut self, level: u8, at: &Range<usize>, depth: usize) -> Option<Block> {
        let place = self.place(at);
        let before = self.level;
        self.level = level.min(3);
        let sharps = |level: u8| "#".repeat(usize::from(level));
        if depth > 0 {
            self.level = before;
            self.wrong(
                "KB153",
                at,
                "a heading stands in a list or a quotation",
                "end the list before it, or make it **strong**",
            );
        } else if level == 1 && std::mem::replace(&mut self.titled, true) {
            let hint = "a text has one title; write `## …` for its parts";
            self.wrong("KB153", at, "the text has a second heading of level 1", hint);
        } else if level > 3 {
            let hint = "`#`, `##` and `###` are printed; make it `###`, or **strong**";
            self.wrong("KB153", at, format!("the heading has level {level}, there are three"), hint);
        } else if before > 0 && level > before + 1 {
            let message = format!("the heading has level {level}, the one before it level {before}");
            self.wrong("KB153", at, message, format!("write `{} …`", sharps(before + 1)));
        }
        let told = self.told();
        self.word.limit = LONGEST_HEADING_WORD;
        let text = self.closed_inlines();
        self.word.limit = LONGEST_WORD;
        if says_nothing(&text) {
            self.empty("the heading", at, told);
        } else if text.iter().any(holds_link) {
            let hint = "a table of contents would print it too; put the link into the text below";
            self.wrong("KB152", at, "a heading holds a link", hint);
        }
        Some(Block::Heading { level, place, text })
    }

    fn items(&mut self, depth: usize) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some((Event::Start(Tag::Item), range)) = self.next() {
            let told = self.told();
            let item = self.blocks(depth);
            if item.is_empty() {
                self.empty("the item of the list", &range, told);
            }
            items.push(item);
        }
        items
    }

    fn table(&mut self, alignment: &[Alignment], at: &Range<usize>) -> Option<Block> {
        let columns = alignment.len();
        if columns > MOST_COLUMNS {
            let message = format!("the table has {columns} columns, at most {MOST_COLUMNS} fit on a page");
            self.wrong("KB155", at, message, "divide the table, or swap its rows and columns");
            self.skip();
            return None;
        }
        let numbers = alignment.iter().position(|a| *a == Alignment::Right).unwrap_or(columns);
        if alignment[numbers..].iter().any(|a| *a != Alignment::Right) {
            let hint = "columns set to the right (`---:`) come last: move them, or set them all to the left (`---`)";
            self.wrong("KB151", at, "a column set to the left stands behind one set to the right", hint);
        }
        let mut rows = Vec::new();
        while let Some((Event::Start(_), _)) = self.next() {
            let mut row = Vec::new();
            while let Some((Event::Start(_), range)) = self.next() {
                row.push((range, self.closed_inlines()));
            }
            rows.push(row);
        }
        if rows.len() < 2 {
            self.wrong("KB150", at, "the table has a header but no rows", "write its rows, or delete it");
        }
        self.widths(&rows, numbers, at);
        let mut rows = rows.into_iter().map(|row| row.into_iter().map(|(_, cell)| cell).collect());
        Some(Block::Table { header: rows.next()?, numbers, rows: rows.collect() })
    }

    /// Checks that a table fits on the page. Columns set to the right are as wide as their longest cell; the others
    /// share the rest of the line.
    fn widths(&mut self, rows: &[Vec<(Range<usize>, Vec<Inline>)>], numbers: usize, at: &Range<usize>) {
        let columns = rows.first().map_or(0, Vec::len);
        let widest =
            |column: usize| rows.iter().filter_map(|row| Some(plain(&row.get(column)?.1).chars().count())).max();
        let taken: usize = (numbers..columns).map(|column| widest(column).unwrap_or(0) + COLUMN_GAP).sum();
        if taken + numbers * NARROWEST_COLUMN > TABLE_LINE {
            let message = format!("the columns set to the right need {taken} characters of a line of {TABLE_LINE}");
            self.wrong("KB155", at, message, "shorten their cells and headers, or set them to the left (`---`)");
            return;
        }
        let room = (TABLE_LINE - taken) / numbers.max(1) - COLUMN_GAP;
        for (at, cell) in rows.iter().flat_map(|row| row.iter().take(numbers)) {
            let text = plain(cell);
            let word = text.split([' ', '-']).max_by_key(|word| word.chars().count()).unwrap_or_default();
            let letters = word.chars().count();
            // Longer words have been reported already.
            if letters > room && letters <= LONGEST_WORD {
                let message = too_long(word, letters, room);
                self.wrong("KB155", at, message, "divide the word with a blank or a hyphen, or the table");
            }
        }
    }
}
