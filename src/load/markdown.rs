//! Markdown files -> texts. What cannot be printed is refused with its place, never left out.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Alignment, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag};

use crate::address::{AddressFault, check_link};
use crate::assets::Assets;
use crate::diag::{Place, Problem, Report, count, is_invisible, shown};
use crate::model::{Block, Inline, LinkTarget, Prose, Sourced};
use crate::numerals::typed_numbers;

/// Most bytes of a text: some three hundred pages.
const LARGEST_TEXT: usize = 1 << 20;

/// Most problems told of one text; reading stops there.
const MOST_PROBLEMS: usize = 100;

/// How deep lists and quotations may stand in each other.
const DEEPEST_BLOCK: usize = 4;

/// How deep emphasis and links may stand in each other.
const DEEPEST_INLINE: usize = 4;

/// Most characters of a word: more would run out of the page.
const LONGEST_WORD: usize = 60;

/// Most characters of a word in a heading, which is set larger.
const LONGEST_HEADING_WORD: usize = 40;

/// Characters that fit in a line of a table, all columns together.
const TABLE_LINE: usize = 100;

/// Characters of a table's line a column needs besides its text, and the least a column of text needs.
const COLUMN_GAP: usize = 2;
const NARROWEST_COLUMN: usize = 12;

/// Most columns of a table.
const MOST_COLUMNS: usize = 8;

/// Most characters of an address.
const LONGEST_ADDRESS: usize = 1000;

/// Reads the texts of an edition, in the order of their names, and what is wrong with them. A text with
/// problems stands in with what could be read of it, so that other rules see it; the errors stop the build.
pub fn texts(assets: &Assets, edition: &str) -> (Vec<Prose>, Report) {
    let mut report = Report::new();
    let mut texts = Vec::new();
    for name in assets.texts(edition) {
        let path = format!("data/{edition}/{name}.md");
        match assets.text(&path) {
            Ok(text) => texts.push(prose(&name, &assets.shown(&path), text, &mut report)),
            Err(problems) => report.extend(problems),
        }
    }
    (texts, report)
}

/// Reads a text; what is wrong with it is added to `report`.
pub fn prose(name: &str, file: &Arc<str>, text: &str, report: &mut Report) -> Prose {
    let start = Place::new(file, 1, 1);
    let mut prose = Prose { name: name.to_owned(), place: Place::file(file), blocks: Vec::new() };
    if text.len() > LARGEST_TEXT {
        let message = format!("the text has {} bytes, at most {LARGEST_TEXT} are read", text.len());
        report.push(Problem::error("KB150", message).at(start).hint("divide it into several files"));
        return prose;
    }
    if text.trim().is_empty() {
        let problem = Problem::error("KB150", "the text is empty").at(start);
        report.push(problem.hint("write `# Title` and below it the text, or delete the file"));
        return prose;
    }
    // Footnotes are read so that they can be refused.
    let options = Options::ENABLE_TABLES | Options::ENABLE_OLD_FOOTNOTES;
    let mut reader = Reader {
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
        run: Run::default(),
        word: Word { limit: LONGEST_WORD, ..Word::default() },
    };
    reader.signs();
    prose.blocks = reader.blocks(0);
    reader.unused_targets();
    report.extend(reader.report);
    prose
}

/// Walks through a text and tells places; going on costs what lies between, going back starts anew.
struct Cursor<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl Cursor<'_> {
    fn place(&mut self, offset: usize) -> Place {
        if offset < self.offset {
            (self.offset, self.line, self.column) = (0, 1, 1);
        }
        for c in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            (self.line, self.column) = if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.offset = offset;
        Place::new(self.file, count(self.line), count(self.column))
    }
}

/// Text between two changes of its form.
#[derive(Default)]
struct Run {
    text: String,
    /// From here on the text stands in the file from there on: offsets of both.
    origins: Vec<(usize, usize)>,
}

impl Run {
    fn push(&mut self, c: char, offset: usize) {
        let at = self.text.len();
        if self.origins.last().is_none_or(|(start, from)| from + (at - start) != offset) {
            self.origins.push((at, offset));
        }
        self.text.push(c);
    }

    fn offset(&self, at: usize) -> usize {
        let next = self.origins.partition_point(|(start, _)| *start <= at);
        next.checked_sub(1).map_or(0, |known| self.origins[known].1 + (at - self.origins[known].0))
    }
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    text: String,
    letters: usize,
    offset: usize,
    limit: usize,
    /// Whether its last sign is a hyphen, behind which a line may end.
    hyphen: bool,
}

struct Reader<'a> {
    source: &'a str,
    events: OffsetIter<'a>,
    peeked: Option<(Event<'a>, Range<usize>)>,
    cursor: Cursor<'a>,
    report: Report,
    /// Where the link targets stand that a link uses.
    used: BTreeSet<usize>,
    /// Level of the heading before; 0 = there was none.
    level: u8,
    /// Whether there was a block, and whether there was a heading of level 1.
    begun: bool,
    titled: bool,
    in_link: bool,
    run: Run,
    word: Word,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        self.peek()?;
        self.peeked.take()
    }

    /// What comes next; nothing when there were too many problems.
    fn peek(&mut self) -> Option<&(Event<'a>, Range<usize>)> {
        if self.told() >= MOST_PROBLEMS {
            return None;
        }
        if self.peeked.is_none() {
            self.peeked = self.events.next();
        }
        self.peeked.as_ref()
    }

    fn told(&self) -> usize {
        self.report.problems().len()
    }

    fn wrong(&mut self, id: &'static str, offset: usize, message: impl Into<String>, hint: impl Into<String>) {
        if self.told() >= MOST_PROBLEMS {
            return;
        }
        let mut problem = Problem::error(id, message).at(self.cursor.place(offset)).hint(hint);
        if self.told() + 1 == MOST_PROBLEMS {
            problem = problem.hint(format!("the text is read no further: these are {MOST_PROBLEMS} problems"));
        }
        self.report.push(problem);
    }

    /// An element that says nothing; what was refused in it since `told` problems is reason enough.
    fn empty(&mut self, what: &str, at: usize, told: usize) {
        if self.told() == told {
            self.wrong("KB150", at, format!("{what} is empty"), "write its text, or delete it");
        }
    }

    /// Control characters, marks that steer the direction of text, and private signs.
    fn signs(&mut self) {
        let source = self.source;
        let mut signs = source.char_indices().peekable();
        while let Some((at, c)) = signs.next() {
            let line_end = c == '\n' || (c == '\r' && signs.peek().is_some_and(|(_, next)| *next == '\n'));
            if !line_end && c != '\t' && (c.is_control() || is_invisible(c)) {
                self.invisible(c, at);
            }
        }
    }

    fn invisible(&mut self, sign: char, at: usize) {
        let message = format!("the text holds the invisible sign U+{:04X}", u32::from(sign));
        self.wrong("KB156", at, message, "delete the sign");
    }

    /// Link targets no link uses would vanish, with what they say.
    fn unused_targets(&mut self) {
        let all = self.events.reference_definitions().iter();
        let unused = all.filter(|(_, target)| !self.used.contains(&target.span.start));
        let mut unused: Vec<_> = unused.map(|(name, target)| (target.span.start, name.to_owned())).collect();
        unused.sort();
        for (at, name) in unused {
            let hint = format!("write [text][{}] where the link is to stand, or delete the line", shown(&name));
            self.wrong("KB152", at, format!("no link uses the target [{}]", shown(&name)), hint);
        }
    }

    /// Remembers the target a link or image uses.
    fn uses(&mut self, tag: &Tag<'_>) {
        if let Tag::Link { id, .. } | Tag::Image { id, .. } = tag {
            let target = self.events.reference_definitions().get(id).map(|target| target.span.start);
            self.used.extend(target);
        }
    }

    /// Leaves out an element that was refused; its beginning has been read.
    fn skip(&mut self) {
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

    /// The blocks up to the end of what they stand in, which is read too.
    fn blocks(&mut self, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.peek() {
            let at = range.start;
            match event {
                Event::End(_) => {
                    self.next();
                    break;
                }
                Event::Start(tag) if is_block(tag) => {
                    let title = matches!(tag, Tag::Heading { level: HeadingLevel::H1, .. });
                    if let Some((Event::Start(tag), _)) = self.next() {
                        self.begin(at, title);
                        blocks.extend(self.block(tag, at, depth));
                    }
                }
                Event::Rule => {
                    self.next();
                    self.begin(at, false);
                    self.wrong("KB151", at, "lines across the page are not printed", "divide the text with a heading");
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

    /// Whether the text begins with its title; looked at once, at its first block.
    fn begin(&mut self, at: usize, title: bool) {
        if !self.begun && !title {
            self.wrong("KB153", at, "the text does not begin with its title", "begin it with a line `# Title`");
        }
        self.begun = true;
    }

    fn block(&mut self, tag: Tag<'a>, at: usize, depth: usize) -> Option<Block> {
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

    fn heading(&mut self, level: u8, at: usize, depth: usize) -> Option<Block> {
        let place = self.cursor.place(at);
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
                self.empty("the item of the list", range.start, told);
            }
            items.push(item);
        }
        items
    }

    fn table(&mut self, alignment: &[Alignment], at: usize) -> Option<Block> {
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
                row.push((range.start, self.closed_inlines()));
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

    /// Whether a table fits on the page: columns to the right are as wide as their longest cell, the others
    /// share what is left.
    fn widths(&mut self, rows: &[Vec<(usize, Vec<Inline>)>], numbers: usize, at: usize) {
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
            // Longer ones have been told already.
            if letters > room && letters <= LONGEST_WORD {
                let message = too_long(word, letters, room);
                self.wrong("KB155", *at, message, "divide the word with a blank or a hyphen, or the table");
            }
        }
    }

    /// The text up to the end of the block it is, which is read too.
    fn closed_inlines(&mut self) -> Vec<Inline> {
        let text = self.inlines(0);
        self.end_word();
        self.next();
        text
    }

    /// The text up to the end of what it stands in, or up to a block; neither is read.
    fn inlines(&mut self, depth: usize) -> Vec<Inline> {
        let mut pieces = Vec::new();
        loop {
            match self.peek() {
                None | Some((Event::End(_), _)) => break,
                Some((Event::Start(tag), _)) if is_block(tag) => break,
                Some(_) => {}
            }
            let Some((event, range)) = self.next() else { break };
            match event {
                Event::Text(text) | Event::Code(text) => self.text(&text, range),
                Event::SoftBreak => self.text(" ", range),
                Event::HardBreak => {
                    self.end_word();
                    self.end_run(&mut pieces);
                    pieces.push(Inline::Break);
                }
                Event::Start(tag) => {
                    self.end_run(&mut pieces);
                    pieces.extend(self.inline(tag, range.start, depth));
                }
                Event::InlineHtml(_) | Event::Html(_) => {
                    let hint = "write it in Markdown; a `<` of the text is `&lt;`";
                    self.wrong("KB151", range.start, "HTML is not printed", hint);
                }
                Event::FootnoteReference(_) => self.wrong("KB151", range.start, FOOTNOTE.0, FOOTNOTE.1),
                _ => self.wrong("KB151", range.start, "this is not printed", "data/README.md says what is"),
            }
        }
        self.end_run(&mut pieces);
        pieces
    }

    fn inline(&mut self, tag: Tag<'a>, at: usize, depth: usize) -> Option<Inline> {
        if depth == DEEPEST_INLINE {
            let message = format!("emphasis and links stand more than {DEEPEST_INLINE} deep in each other");
            self.wrong("KB154", at, message, "take away the inner ones");
            self.skip();
            return None;
        }
        self.uses(&tag);
        match tag {
            Tag::Strong => Some(Inline::Strong(self.inner(depth))),
            Tag::Emphasis => Some(Inline::Emph(self.inner(depth))),
            Tag::Link { link_type, dest_url, title, .. } => {
                let address =
                    if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                let target = self.target(&address, at);
                if !title.is_empty() {
                    let message = format!("the title `{}` of the link is not printed", shown(&title));
                    self.wrong("KB152", at, message, "delete it, or write it into the text");
                }
                if self.in_link {
                    self.wrong("KB152", at, "a link stands in a link", "take away one of the two");
                }
                let told = self.told();
                let outer = std::mem::replace(&mut self.in_link, true);
                let text = self.inner(depth);
                self.in_link = outer;
                if says_nothing(&text) && self.told() == told {
                    self.wrong("KB152", at, "the link has no text", "write it between the brackets: [text](address)");
                }
                target.map(|target| Inline::Link { target, text })
            }
            Tag::Image { .. } => {
                self.wrong("KB151", at, "images are not printed", "say it in words, or put the image into a template");
                self.skip();
                None
            }
            _ => {
                self.wrong("KB151", at, "this is not printed", "data/README.md says what is");
                self.skip();
                None
            }
        }
    }

    fn inner(&mut self, depth: usize) -> Vec<Inline> {
        let text = self.inlines(depth + 1);
        self.next();
        text
    }

    fn target(&mut self, address: &str, at: usize) -> Option<LinkTarget> {
        let (scheme, rest) = address.split_once(':').unwrap_or(("", address));
        if scheme.eq_ignore_ascii_case("kommune") {
            let place = self.cursor.place(at);
            return Some(LinkTarget::Kommune(Sourced { value: rest.to_owned(), place }));
        }
        if let Err(fault) = check_link(address) {
            let (message, hint) = match fault {
                AddressFault::NoAddress => (
                    format!("the link leads to `{}`, which is no address on the web", shown(address)),
                    "write https://…, http://…, mailto:name@host, or kommune: and an AGS for a card",
                ),
                AddressFault::Sign(sign) => (
                    format!("the address `{}` of the link holds the sign U+{:04X}", shown(address), u32::from(sign)),
                    "copy the address from a browser: blanks stand there as %20, an ü as %C3%BC",
                ),
            };
            self.wrong("KB152", at, message, hint);
            return None;
        }
        if address.len() > LONGEST_ADDRESS {
            let message =
                format!("the address of the link has {} characters, at most {LONGEST_ADDRESS} work", address.len());
            self.wrong("KB152", at, message, "link to a page with a shorter address");
            return None;
        }
        Some(LinkTarget::Web(address.to_owned()))
    }

    /// Adds to the running text; `range` is where it stands in the file.
    fn text(&mut self, text: &str, range: Range<usize>) {
        let raw = self.source.get(range.clone()).unwrap_or_default();
        let start = raw.find(text).map(|at| range.start + at);
        for (at, c) in text.char_indices() {
            // What an entity stands for has the place of the entity.
            let offset = start.map_or(range.start, |start| start + at);
            let blank = matches!(c, ' ' | '\t');
            if start.is_none() && !blank && (c.is_control() || is_invisible(c)) {
                self.invisible(c, offset);
            }
            if !(blank && self.run.text.ends_with(' ')) {
                self.run.push(if blank { ' ' } else { c }, offset);
            }
            self.letter(c, offset);
        }
    }

    /// Words are counted across changes of form: **Wort**teil is one.
    fn letter(&mut self, c: char, offset: usize) {
        let stays = matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
        if (c.is_whitespace() && !stays) || (c.is_alphabetic() && self.word.hyphen) {
            self.end_word();
        }
        if c.is_whitespace() && !stays {
            return;
        }
        if self.word.letters == 0 {
            self.word.offset = offset;
        }
        self.word.letters += 1;
        self.word.hyphen = c == '-';
        if self.word.letters <= LONGEST_WORD + 1 {
            self.word.text.push(c);
        }
    }

    fn end_word(&mut self) {
        let limit = self.word.limit;
        let word = std::mem::replace(&mut self.word, Word { limit, ..Word::default() });
        if word.letters > limit {
            let hint = "divide it with a blank or a hyphen; for a long address write [text](address)";
            self.wrong("KB155", word.offset, too_long(&word.text, word.letters, limit), hint);
        }
    }

    /// Ends the running text: its numbers get their places.
    fn end_run(&mut self, pieces: &mut Vec<Inline>) {
        let run = std::mem::take(&mut self.run);
        let mut rest = 0;
        for Range { start, end } in typed_numbers(&run.text) {
            if start > rest {
                pieces.push(Inline::Text(run.text[rest..start].to_owned()));
            }
            let place = self.cursor.place(run.offset(start));
            pieces.push(Inline::Number(Sourced { value: run.text[start..end].to_owned(), place }));
            rest = end;
        }
        if rest < run.text.len() {
            pieces.push(Inline::Text(run.text[rest..].to_owned()));
        }
    }
}

const FOOTNOTE: (&str, &str) = ("footnotes are not printed", "put the note into the text, in parentheses");

fn is_block(tag: &Tag<'_>) -> bool {
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

fn holds_link(piece: &Inline) -> bool {
    match piece {
        Inline::Strong(inner) | Inline::Emph(inner) => inner.iter().any(holds_link),
        Inline::Link { .. } => true,
        Inline::Text(_) | Inline::Number(_) | Inline::Break => false,
    }
}

/// What a text shows.
fn plain(text: &[Inline]) -> String {
    let of = |piece: &Inline| match piece {
        Inline::Text(text) => text.clone(),
        Inline::Number(number) => number.value.clone(),
        Inline::Strong(inner) | Inline::Emph(inner) | Inline::Link { text: inner, .. } => plain(inner),
        Inline::Break => " ".to_owned(),
    };
    text.iter().map(of).collect()
}

fn says_nothing(text: &[Inline]) -> bool {
    plain(text).trim().is_empty()
}

fn too_long(word: &str, letters: usize, limit: usize) -> String {
    format!("the word `{}` has {letters} characters, at most {limit} fit here", shown(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn read(text: &str) -> (Prose, Report) {
        let mut report = Report::new();
        let prose = prose("vorwort", &Arc::from("vorwort.md"), text, &mut report);
        (prose, report)
    }

    fn blocks(text: &str) -> Vec<Block> {
        let (prose, report) = read(text);
        assert!(report.is_empty(), "{text}: {report:?}");
        prose.blocks
    }

    /// The problems of a text, each as `id line:column message`.
    fn problems(text: &str) -> Vec<String> {
        let (_, report) = read(text);
        let line = |p: &Problem| {
            let place = p.place.clone().expect("a place");
            assert!(!p.hints.is_empty(), "says what to do: {p}");
            format!("{} {}:{} {}", p.id, place.line, place.column, p.message)
        };
        report.problems().iter().map(line).collect()
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    fn number(text: &str, line: u32, column: u32) -> Inline {
        let place = Place::new(&Arc::from("vorwort.md"), line, column);
        Inline::Number(Sourced { value: text.to_owned(), place })
    }

    #[test]
    fn what_is_supported_is_read() {
        let markdown = "# Vorwort\n\nEin **starkes** und *betontes*\nWort, `Code`, \\*kein* &amp; &uuml;.\n\n\
            1. eins\n2. zwei\n   - innen\n\n> Zitat\n\nA\\\nB [Netz](https://x.y) [Karte](kommune:08426)\n";
        let place = |line, column| Place::new(&Arc::from("vorwort.md"), line, column);
        let item = |s: &str| vec![Block::Paragraph(vec![text(s)])];
        assert_eq!(
            blocks(markdown),
            [
                Block::Heading { level: 1, place: place(1, 1), text: vec![text("Vorwort")] },
                Block::Paragraph(vec![
                    text("Ein "),
                    Inline::Strong(vec![text("starkes")]),
                    text(" und "),
                    Inline::Emph(vec![text("betontes")]),
                    text(" Wort, Code, *kein* & ü."),
                ]),
                Block::List {
                    start: Some(1),
                    items: vec![
                        item("eins"),
                        [item("zwei"), vec![Block::List { start: None, items: vec![item("innen")] }]].concat(),
                    ],
                },
                Block::Quote(item("Zitat")),
                Block::Paragraph(vec![
                    text("A"),
                    Inline::Break,
                    text("B "),
                    Inline::Link { target: LinkTarget::Web("https://x.y".to_owned()), text: vec![text("Netz")] },
                    text(" "),
                    Inline::Link {
                        target: LinkTarget::Kommune(Sourced { value: "08426".to_owned(), place: place(13, 23) }),
                        text: vec![text("Karte")],
                    },
                ]),
            ]
        );
    }

    #[test]
    fn tables_know_their_columns_of_numbers() {
        let found = blocks("# T\n\n| Land | Zahl |\n|---|---:|\n| Hessen | 16 |\n");
        let Block::Table { header, numbers, rows } = &found[1] else { panic!("{found:?}") };
        assert_eq!((header.len(), *numbers, rows.len()), (2, 1, 1));
        assert_eq!(rows[0][1], [number("16", 5, 12)]);
    }

    #[test]
    fn numbers_have_their_places() {
        let found = blocks("# T\n\nDie 1\\.409,75 (12\u{202f}345) ä&nbsp;7,\n8 1. 2..3\n");
        let expected = [
            text("Die "),
            number("1.409,75", 3, 5),
            text(" ("),
            number("12\u{202f}345", 3, 16),
            text(") ä\u{a0}"),
            number("7", 3, 31),
            text(", "),
            number("8", 4, 1),
            text(" "),
            number("1", 4, 3),
            text(". "),
            number("2", 4, 6),
            text(".."),
            number("3", 4, 9),
        ];
        assert_eq!(found[1], Block::Paragraph(expected.to_vec()));
    }

    #[test]
    fn line_ends_of_other_systems_are_read_alike() {
        let markdown = "# T\n\nA\nB 5\n\n- x\n- y\n\n|a|b|\n|-|-|\n|c|d|\n";
        assert_eq!(blocks(&markdown.replace('\n', "\r\n")), blocks(markdown));
        assert_eq!(blocks(markdown.trim_end()), blocks(markdown));
    }

    #[test]
    fn what_is_refused_is_named_with_its_place() {
        for (body, expected) in [
            ("Ein <b>Wort", "KB151 3:5 HTML is not printed"),
            ("<div>\nx\n</div>", "KB151 3:1 HTML is not printed"),
            ("<!-- x -->", "KB151 3:1 HTML is not printed"),
            ("Ein ![Bild](x.png)", "KB151 3:5 images are not printed"),
            ("[^1]: Note", "KB151 3:1 footnotes are not printed"),
            ("Wort[^1]", "KB151 3:5 footnotes are not printed"),
            ("```\nx\n```", "KB151 3:1 code blocks are not printed"),
            ("    x", "KB151 3:5 code blocks are not printed"),
            ("a\n\n***\n\nb", "KB151 5:1 lines across the page are not printed"),
            ("|a|b|\n|-:|-|\n|c|d|", "KB151 3:1 a column set to the left stands behind one set to the right"),
            (
                "ä [x](javascript:alert)",
                "KB152 3:3 the link leads to `javascript:alert`, which is no address on the web",
            ),
            ("[x](file:///etc)", "KB152 3:1 the link leads to `file:///etc`, which is no address on the web"),
            ("[x](seite.html)", "KB152 3:1 the link leads to `seite.html`, which is no address on the web"),
            ("[x](https://)", "KB152 3:1 the link leads to `https://`, which is no address on the web"),
            ("[x](mailto:a)", "KB152 3:1 the link leads to `mailto:a`, which is no address on the web"),
            ("[x](https://ü.de)", "KB152 3:1 the address `https://ü.de` of the link holds the sign U+00FC"),
            ("[x](https://x.y \"z\")", "KB152 3:1 the title `z` of the link is not printed"),
            ("[](https://x.y)", "KB152 3:1 the link has no text"),
            ("![x][a]\n\n[a]: https://x.y", "KB151 3:1 images are not printed"),
            ("[a]: https://x.y", "KB152 3:1 no link uses the target [a]"),
            ("## [x](https://x.y)", "KB152 3:1 a heading holds a link"),
            ("[a <https://x.y> b](https://y.z)", "KB152 3:4 a link stands in a link"),
            ("# Noch einer", "KB153 3:1 the text has a second heading of level 1"),
            ("### Tief", "KB153 3:1 the heading has level 3, the one before it level 1"),
            ("## x\n### y\n#### z", "KB153 5:1 the heading has level 4, there are three"),
            ("- # x", "KB153 3:3 a heading stands in a list or a quotation"),
            ("##", "KB150 3:1 the heading is empty"),
            ("- a\n-", "KB150 4:1 the item of the list is empty"),
            (">", "KB150 3:1 the quotation is empty"),
            ("|a|b|\n|-|-|", "KB150 3:1 the table has a header but no rows"),
            ("> > > > > x", "KB154 3:9 lists and quotations stand more than 4 deep in each other"),
            ("*a **b *c **d *e* d** c* b** a*", "KB154 3:15 emphasis and links stand more than 4 deep in each other"),
            ("a\u{202e}b", "KB156 3:2 the text holds the invisible sign U+202E"),
            ("a\rb", "KB156 3:2 the text holds the invisible sign U+000D"),
            ("a&shy;b", "KB156 3:2 the text holds the invisible sign U+00AD"),
            ("a&#xe100;b", "KB156 3:2 the text holds the invisible sign U+E100"),
            ("a&#10;b", "KB156 3:2 the text holds the invisible sign U+000A"),
        ] {
            assert_eq!(problems(&format!("# T\n\n{body}\n")), [expected], "{body}");
        }
    }

    #[test]
    fn a_text_begins_with_its_title() {
        assert_eq!(problems("Absatz\n\n## x\n"), ["KB153 1:1 the text does not begin with its title"]);
        assert_eq!(problems("## x\n\n# y\n"), ["KB153 1:1 the text does not begin with its title"]);
        assert_eq!(problems("Absatz\n\n# y\n"), ["KB153 1:1 the text does not begin with its title"]);
        assert_eq!(problems(" \n"), ["KB150 1:1 the text is empty"]);
        assert_eq!(problems(""), ["KB150 1:1 the text is empty"]);
    }

    #[test]
    fn words_must_fit() {
        let x = |n: usize| "x".repeat(n);
        let long = |n: usize, at: &str| format!("KB155 {at} the word `{}", x(n.min(60)));
        for (body, refused) in [
            (x(60), None),
            (x(61), Some("3:1")),
            (format!("{}-{}", x(59), x(60)), None),
            (format!("a {}**{}**", x(30), x(31)), Some("3:3")),
            (format!("[https://{}](https://x.y)", x(53)), Some("3:2")),
            (format!("{}\u{a0}{}", x(30), x(30)), Some("3:1")),
            (format!("## {}", x(40)), None),
            (format!("## {}", x(41)), Some("3:4")),
            (format!("|a|b|c|d|\n|-|-|-|-|\n|1|{}|3|4|", x(23)), None),
            (format!("|a|b|c|d|\n|-|-|-|-|\n|1|{}|3|4|", x(24)), Some("5:4")),
            (format!("|a|b|\n|-|-:|\n|{}|1,5|", x(60)), None),
            (format!("|a|b|\n|-|-:|\n|1|{}|", "x ".repeat(50)), Some("3:1")),
            (format!("{}\n{}", "|a".repeat(9), "|-".repeat(9)), Some("3:1")),
        ] {
            let found = problems(&format!("# T\n\n{body}\n"));
            assert_eq!(found.len(), usize::from(refused.is_some()), "{body}: {found:?}");
            assert!(refused.is_none_or(|at| found[0].starts_with(&format!("KB155 {at} "))), "{body}: {found:?}");
        }
        assert!(problems(&format!("# T\n\n{}\n", x(61)))[0].starts_with(&long(61, "3:1")));
    }

    #[test]
    fn all_problems_are_told_but_not_without_end() {
        assert_eq!(problems("<b>\n\n![a](b)\n\n[x](y)\n").len(), 4, "no title, HTML, an image, a link");
        let many = problems(&format!("# T\n\n{}", "a <b> ".repeat(1000)));
        assert_eq!(many.len(), MOST_PROBLEMS);
    }

    #[test]
    fn hostile_texts_end_in_reasonable_time() {
        let deep = 100_000;
        let n = LARGEST_TEXT - 100;
        let filled = |piece: &str| piece.repeat(n / piece.len());
        for body in [
            ">".repeat(deep),
            "> ".repeat(deep),
            "- ".repeat(deep),
            "[".repeat(deep),
            format!("{}x{}", "[".repeat(deep), "](https://x.y)".repeat(deep / 2)),
            "*a ".repeat(deep),
            format!("{}x{}", "*a **b ".repeat(deep / 4), " b** a*".repeat(deep / 4)),
            filled("`"),
            filled("` `` "),
            filled("<"),
            filled("<b>"),
            filled("<!--"),
            filled("&amp;"),
            filled("1 "),
            filled("1\n"),
            filled("|"),
            filled("|a|b|\n|-|-|\n"),
            filled("- a\n"),
            filled("[a]: x\n"),
            filled("![a]("),
            filled("x"),
            filled("\u{202e}"),
            filled("* * * * "),
            filled("_a__b"),
            filled("## x\n"),
            "x".repeat(10 << 20),
        ] {
            let start = Instant::now();
            read(&format!("# T\n\n{body}\n"));
            let took = start.elapsed();
            let begin: String = body.chars().take(20).collect();
            assert!(took < Duration::from_secs(20), "{begin}: {took:?}");
        }
    }
}
