//! Reads a Markdown text event by event, and collects its problems with their places.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag};

use super::words::{CurrentWord, InlineRun, LONGEST_WORD};
use crate::diag::{Place, Problem, Report, count, is_invisible, shown};

/// Most problems of one text; reading stops there.
pub const MOST_PROBLEMS: usize = 100;

/// Computes places in a text. Going forward costs the distance, going back starts at the beginning.
struct Cursor<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl Cursor<'_> {
    fn place(&mut self, range: &Range<usize>) -> Place {
        if range.start < self.offset {
            (self.offset, self.line, self.column) = (0, 1, 1);
        }
        for c in self.text.get(self.offset..range.start).unwrap_or_default().chars() {
            (self.line, self.column) = if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.offset = range.start;
        // Of several lines the first one is marked.
        let marked = self.text.get(range.clone()).unwrap_or_default().split(['\r', '\n']).next().unwrap_or_default();
        let place = Place::new(self.file, count(self.line), count(self.column));
        place.with_length(marked.trim_end().chars().count())
    }
}

/// Reads a text event by event. Its methods for blocks are in `blocks`, those for inline elements in `inlines`.
pub struct Reader<'a> {
    pub(super) source: &'a str,
    events: OffsetIter<'a>,
    peeked: Option<(Event<'a>, Range<usize>)>,
    cursor: Cursor<'a>,
    pub(super) report: Report,
    /// Offsets of the link targets that a link uses.
    used: BTreeSet<usize>,
    /// Level of the last heading; 0 = there was none.
    pub(super) level: u8,
    /// Whether there was a block, and whether there was a heading of level 1.
    pub(super) begun: bool,
    pub(super) titled: bool,
    pub(super) in_link: bool,
    pub(super) run: InlineRun,
    pub(super) word: CurrentWord,
}

impl<'a> Reader<'a> {
    /// A reader of a text from its beginning.
    pub(super) fn new(file: &'a Arc<str>, text: &'a str) -> Self {
        // Footnotes are read so that they can be refused.
        let options = Options::ENABLE_TABLES | Options::ENABLE_OLD_FOOTNOTES;
        Self {
            source: text,
            events: Parser::new_ext(text, options).into_offset_iter(),
            peeked: None,
            cursor: Cursor { file, text, offset: 0, line: 1, column: 1 },
            report: Report::new(),
            used: BTreeSet::new(),
            level: 0,
            begun: false,
            titled: false,
            in_link: false,
            run: InlineRun::default(),
            word: CurrentWord { limit: LONGEST_WORD, ..CurrentWord::default() },
        }
    }

    /// Reads the next event.
    pub(super) fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        self.peek()?;
        self.peeked.take()
    }

    /// The next event, without reading it; `None` at the end, and after too many problems.
    pub(super) fn peek(&mut self) -> Option<&(Event<'a>, Range<usize>)> {
        if self.told() >= MOST_PROBLEMS {
            return None;
        }
        if self.peeked.is_none() {
            self.peeked = self.events.next();
        }
        self.peeked.as_ref()
    }

    /// The number of problems so far.
    pub(super) fn told(&self) -> usize {
        self.report.problems().len()
    }

    /// Adds an error about a part of the text; beyond [`MOST_PROBLEMS`] none is added.
    pub(super) fn wrong(
        &mut self,
        id: &'static str,
        range: &Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if self.told() >= MOST_PROBLEMS {
            return;
        }
        let mut problem = Problem::error(id, message).at(self.cursor.place(range)).hint(hint);
        if self.told() + 1 == MOST_PROBLEMS {
            problem = problem.hint(format!("the text is read no further: these are {MOST_PROBLEMS} problems"));
        }
        self.report.push(problem);
    }

    /// Reports an empty element, unless problems since `told` explain why it is empty.
    pub(super) fn empty(&mut self, what: &str, at: &Range<usize>, told: usize) {
        if self.told() == told {
            self.wrong("KB150", at, format!("{what} is empty"), "write its text, or delete it");
        }
    }

    /// Reports control characters, marks that steer the direction of text, and private signs.
    pub(super) fn signs(&mut self) {
        let source = self.source;
        let mut signs = source.char_indices().peekable();
        while let Some((at, c)) = signs.next() {
            let line_end = c == '\n' || (c == '\r' && signs.peek().is_some_and(|(_, next)| *next == '\n'));
            if !line_end && c != '\t' && (c.is_control() || is_invisible(c)) {
                self.invisible(c, &(at..at + c.len_utf8()));
            }
        }
    }

    /// Reports an invisible sign.
    pub(super) fn invisible(&mut self, sign: char, range: &Range<usize>) {
        let message = format!("the text holds the invisible sign U+{:04X}", u32::from(sign));
        self.wrong("KB156", range, message, "delete the sign");
    }

    /// Reports link targets that no link uses: they would not be printed.
    pub(super) fn unused_targets(&mut self) {
        let all = self.events.reference_definitions().iter();
        let unused = all.filter(|(_, target)| !self.used.contains(&target.span.start));
        let mut unused: Vec<_> = unused.map(|(name, target)| (target.span.clone(), name.to_owned())).collect();
        unused.sort_by_key(|(span, _)| span.start);
        for (span, name) in unused {
            let hint = format!("write [text][{}] where the link is to stand, or delete the line", shown(&name));
            self.wrong("KB152", &span, format!("no link uses the target [{}]", shown(&name)), hint);
        }
    }

    /// Remembers the target a link or image uses.
    pub(super) fn uses(&mut self, tag: &Tag<'_>) {
        if let Tag::Link { id, .. } | Tag::Image { id, .. } = tag {
            let target = self.events.reference_definitions().get(id).map(|target| target.span.start);
            self.used.extend(target);
        }
    }

    /// Skips the rest of a refused element, whose beginning has been read.
    pub(super) fn skip(&mut self) {
        let mut open = 1;
        while open > 0 {
            match self.next() {
                Some((Event::Start(tag), _)) => {
                    open += 1;
                    self.uses(&tag);
                }
                Some((Event::End(_), _)) => open -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// The place of a part of the text.
    pub(super) fn place(&mut self, range: &Range<usize>) -> Place {
        self.cursor.place(range)
    }
}

/// Message and hint about a footnote.
pub const FOOTNOTE: (&str, &str) = ("footnotes are not printed", "put the note into the text, in parentheses");

/// Whether a tag begins a block.
pub fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Item
            | Tag::FootnoteDefinition(_)
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::MetadataBlock(_)
    )
}
