//! The numbers on the pages of a document that was set: where each is, and which text made it.
//!
//! Typst keeps for every glyph where its text was written. So a number on paper leads back to the bytes of
//! the document's own text, and from there to the figure that `compose` printed; or to the line of the look
//! that made it, as page numbers are.

use std::collections::HashMap;

use typst::World;
use typst::WorldExt;
use typst::layout::{Abs, Frame, FrameItem, Point, Transform};
use typst::syntax::Span;
use typst::text::TextItem;
use typst_layout::PagedDocument;

use crate::numerals::numbers;

use super::document::{NumberSource, PlacedNumber};
use super::world::DocumentWorld;

/// The numbers of all pages, in the order of the pages and on a page as they were laid down.
pub fn numbers_of(world: &DocumentWorld, document: &PagedDocument) -> Vec<PlacedNumber> {
    let mut walk = FrameWalk { world, known: HashMap::new(), found: Vec::new(), page: 0, height: Abs::zero() };
    for (at, page) in document.pages().iter().enumerate() {
        walk.page = at + 1;
        // PDF counts from the lower left corner of the sheet, the bleed included.
        walk.height = page.frame.height() + page.bleed.bottom;
        walk.frame(&page.frame, Transform::translate(page.bleed.left, Abs::zero()));
    }
    walk.found
}

struct FrameWalk<'a> {
    world: &'a DocumentWorld,
    /// Where the text of a span was written; spans come again and again.
    known: HashMap<Span, Option<NumberSource>>,
    found: Vec<PlacedNumber>,
    page: usize,
    height: Abs,
}

impl FrameWalk<'_> {
    fn frame(&mut self, frame: &Frame, to_page: Transform) {
        for (position, item) in frame.items() {
            match item {
                FrameItem::Text(text) => self.text(text, *position, to_page),
                FrameItem::Group(group) => {
                    let inner =
                        to_page.pre_concat(Transform::translate(position.x, position.y)).pre_concat(group.transform);
                    self.frame(&group.frame, inner);
                }
                _ => {}
            }
        }
    }

    fn text(&mut self, item: &TextItem, position: Point, to_page: Transform) {
        if !item.text.contains(|c: char| c.is_ascii_digit()) {
            return;
        }
        for range in numbers(&item.text) {
            // Of the glyphs before the number only the width counts.
            let mut before = Abs::zero();
            let mut first = None;
            for glyph in &item.glyphs {
                if glyph.range().start >= range.start {
                    first = Some(glyph);
                    break;
                }
                before += glyph.x_advance.at(item.size);
            }
            let Some(glyph) = first else { continue };
            let start = Point::new(position.x + before, position.y).transform(to_page);
            let written = self.written(glyph.span.0, usize::from(glyph.span.1));
            self.found.push(PlacedNumber {
                page: self.page,
                x: hundredths(start.x),
                y: hundredths(self.height - start.y),
                text: item.text[range].to_owned(),
                written,
            });
        }
    }

    fn written(&mut self, span: Span, offset: usize) -> NumberSource {
        let world = self.world;
        let start = self.known.entry(span).or_insert_with(|| {
            let id = span.id()?;
            let source = world.source(id).ok()?;
            let start = world.range(span)?.start;
            match world.asset_path(id) {
                None => Some(NumberSource::Text(start)),
                Some(file) => {
                    let line = source.lines().byte_to_line(start)?;
                    let text = source.text().get(source.lines().line_to_range(line)?)?;
                    let what = text.split_once("// traced: ").map(|(_, what)| what.trim().to_owned());
                    Some(NumberSource::Look { file, line: crate::diag::count(line + 1), what })
                }
            }
        });
        match start {
            Some(NumberSource::Text(start)) => NumberSource::Text(*start + offset),
            Some(look) => look.clone(),
            None => NumberSource::Nowhere,
        }
    }
}

/// A length in hundredths of a point.
fn hundredths(length: Abs) -> i64 {
    // Pages are a few thousand points long.
    (length.to_pt() * 100.0).round() as i64
}
