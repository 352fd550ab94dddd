//! The inline elements of a Markdown text: words, numbers, emphasis, links.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use crate::address::{AddressFault, check_link};
use crate::diag::{is_invisible, shown};
use crate::model::{Inline, LinkTarget, Sourced};
use crate::numerals::typed_numbers;

use super::reader::{FOOTNOTE, Reader, is_block};
use super::words::{CurrentWord, LONGEST_WORD, too_long};

/// How deep emphasis and links may be nested.
const DEEPEST_INLINE: usize = 4;

/// Most characters of an address.
const LONGEST_ADDRESS: usize = 1000;

impl<'a> Reader<'a> {
    /// Reads the text of a block, and the end of the block.
    pub(super) fn closed_inlines(&mut self) -> Vec<Inline> {
        let text = self.inlines(0);
        self.end_word();
        self.next();
        text
    }

    /// Reads the text up to the end of the element it is in, or up to a block. Neither of them is read.
    pub(super) fn inlines(&mut self, depth: usize) -> Vec<Inline> {
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
                    pieces.extend(self.inline(tag, &range, depth));
                }
                Event::InlineHtml(_) | Event::Html(_) => {
                    let hint = "write it in Markdown; a `<` of the text is `&lt;`";
                    self.wrong("KB151", &range, "HTML is not printed", hint);
                }
                Event::FootnoteReference(_) => self.wrong("KB151", &range, FOOTNOTE.0, FOOTNOTE.1),
                _ => self.wrong("KB151", &range, "this is not printed", "data/README.md says what is"),
            }
        }
        self.end_run(&mut pieces);
        pieces
    }

    fn inline(&mut self, tag: Tag<'a>, at: &Range<usize>, depth: usize) -> Option<Inline> {
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

    fn target(&mut self, address: &str, at: &Range<usize>) -> Option<LinkTarget> {
        let (scheme, rest) = address.split_once(':').unwrap_or(("", address));
        if scheme.eq_ignore_ascii_case("kommune") {
            let place = self.place(at);
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

    /// Adds a piece to the running text; `range` is its place in the file.
    fn text(&mut self, text: &str, range: Range<usize>) {
        let raw = self.source.get(range.clone()).unwrap_or_default();
        let start = raw.find(text).map(|at| range.start + at);
        for (at, c) in text.char_indices() {
            // The character of an entity has the place of the entity.
            let offset = start.map_or(range.start, |start| start + at);
            let blank = matches!(c, ' ' | '\t');
            let part = start.map_or(range.clone(), |_| offset..offset + c.len_utf8());
            if start.is_none() && !blank && (c.is_control() || is_invisible(c)) {
                self.invisible(c, &part);
            }
            if !(blank && self.run.text.ends_with(' ')) {
                self.run.push(if blank { ' ' } else { c }, offset);
            }
            self.letter(c, &part);
        }
    }

    /// Adds a letter to the current word. Emphasis ends no word: **Wort**teil is one.
    fn letter(&mut self, c: char, at: &Range<usize>) {
        let stays = matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
        if (c.is_whitespace() && !stays) || (c.is_alphabetic() && self.word.hyphen) {
            self.end_word();
        }
        if c.is_whitespace() && !stays {
            return;
        }
        if self.word.letters == 0 {
            self.word.start = at.start;
        }
        self.word.end = at.end;
        self.word.letters += 1;
        self.word.hyphen = c == '-';
        if self.word.letters <= LONGEST_WORD + 1 {
            self.word.text.push(c);
        }
    }

    /// Ends the current word, and reports it when it does not fit.
    pub(super) fn end_word(&mut self) {
        let limit = self.word.limit;
        let word = std::mem::replace(&mut self.word, CurrentWord { limit, ..CurrentWord::default() });
        if word.letters > limit {
            let hint = "divide it with a blank or a hyphen; for a long address write [text](address)";
            self.wrong("KB155", &(word.start..word.end), too_long(&word.text, word.letters, limit), hint);
        }
    }

    /// Ends the running text, and gives its numbers their places.
    fn end_run(&mut self, pieces: &mut Vec<Inline>) {
        let run = std::mem::take(&mut self.run);
        let mut rest = 0;
        for Range { start, end } in typed_numbers(&run.text) {
            if start > rest {
                pieces.push(Inline::Text(run.text[rest..start].to_owned()));
            }
            // A number ends with a digit.
            let place = self.place(&(run.offset(start)..run.offset(end - 1) + 1));
            pieces.push(Inline::Number(Sourced { value: run.text[start..end].to_owned(), place }));
            rest = end;
        }
        if rest < run.text.len() {
            pieces.push(Inline::Text(run.text[rest..].to_owned()));
        }
    }
}

/// Whether an element is or holds a link.
pub fn holds_link(piece: &Inline) -> bool {
    match piece {
        Inline::Strong(inner) | Inline::Emph(inner) => inner.iter().any(holds_link),
        Inline::Link { .. } => true,
        Inline::Text(_) | Inline::Number(_) | Inline::Break => false,
    }
}

/// The characters a text prints.
pub fn plain(text: &[Inline]) -> String {
    let of = |piece: &Inline| match piece {
        Inline::Text(text) => text.clone(),
        Inline::Number(number) => number.value.clone(),
        Inline::Strong(inner) | Inline::Emph(inner) | Inline::Link { text: inner, .. } => plain(inner),
        Inline::Break => " ".to_owned(),
    };
    text.iter().map(of).collect()
}

/// Whether a text prints nothing but blanks.
pub fn says_nothing(text: &[Inline]) -> bool {
    plain(text).trim().is_empty()
}
