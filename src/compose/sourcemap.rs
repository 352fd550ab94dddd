//! Source maps: from a composed text back to the template lines and figures that made it. Marks in the rendered text
//! carry this information; [`unmark`] takes them out and collects it.

use std::ops::Range;

use crate::diag::count;

use super::marks;

/// Puts a mark with its number before each template line that may print something of its own.
///
/// Lines that hold only a tag stay as they are: Handlebars removes them whole, and a mark would keep an
/// empty line there, which Typst reads as the end of a paragraph.
pub fn mark_lines(template: usize, text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + text.len() / 8);
    let mut inside_tag = false;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let start = line.trim_start();
        let only_a_tag = ["{{#", "{{/", "{{else", "{{>", "{{!", "{{~", "{{^"].iter().any(|tag| start.starts_with(tag));
        if !(inside_tag || start.is_empty() || only_a_tag) {
            marked.push_str(&format!("{}{template}:{}{}", marks::LINE, at + 1, marks::LINE_END));
        }
        marked.push_str(line);
        let mut rest = line;
        while let Some(next) = rest.find(if inside_tag { "}}" } else { "{{" }) {
            inside_tag = !inside_tag;
            rest = &rest[next + 2..];
        }
    }
    marked
}

/// A number in a composed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedNumber {
    /// Its place in the text, in bytes.
    pub range: Range<usize>,
    /// Its figure, by position in the document's table of figures.
    pub figure: usize,
}

/// Which parts of a composed text come from where. All ranges are bytes, in the order of the text.
#[derive(Debug, Default)]
pub struct SourceMap {
    /// The numbers.
    pub numbers: Vec<PrintedNumber>,
    /// The texts of the data that hold digits, as they were before escaping.
    pub texts: Vec<(Range<usize>, String)>,
    /// The document IDs.
    pub kennungen: Vec<Range<usize>>,
    /// The offsets of the beginnings of lines.
    pub lines: Vec<usize>,
}

/// Where a byte of a composed text comes from.
#[derive(Debug, PartialEq, Eq)]
pub enum TextSource<'a> {
    /// A number: its position in [`SourceMap::numbers`].
    Number(usize),
    /// A text of the data.
    Data(&'a str),
    /// The document ID.
    Kennung,
    /// The template itself.
    Template,
}

impl SourceMap {
    /// Returns where the byte at an offset comes from.
    pub fn source(&self, at: usize) -> TextSource<'_> {
        let number = self.numbers.partition_point(|number| number.range.start <= at).checked_sub(1);
        if let Some(number) = number.filter(|n| self.numbers[*n].range.contains(&at)) {
            return TextSource::Number(number);
        }
        let text = self.texts.partition_point(|(range, _)| range.start <= at).checked_sub(1);
        if let Some((_, text)) = text.map(|n| &self.texts[n]).filter(|(range, _)| range.contains(&at)) {
            return TextSource::Data(text);
        }
        let kennung = self.kennungen.partition_point(|range| range.start <= at).checked_sub(1);
        match kennung.filter(|n| self.kennungen[*n].contains(&at)) {
            Some(_) => TextSource::Kennung,
            None => TextSource::Template,
        }
    }

    /// Returns the number of the line an offset stands in, from 1.
    pub fn line(&self, at: usize) -> u32 {
        count(self.lines.partition_point(|start| *start <= at))
    }
}

/// A rendered text without its marks, and the information they carried.
#[derive(Debug, Default)]
pub struct Unmarked {
    /// The text for Typst; the place of the document ID is still marked.
    pub text: String,
    /// The template, by number, and the line that made each line of the text; `None` before the first mark.
    pub lines: Vec<Option<(usize, u32)>>,
    /// The numbers, in the order of the text.
    pub numbers: Vec<PrintedNumber>,
    /// The texts of the data that hold digits, in bytes, in the order of the text.
    pub texts: Vec<Range<usize>>,
    /// Byte offsets where a figure was printed without a helper.
    pub bare_figures: Vec<usize>,
    /// Byte offsets where a passage was printed without its helper.
    pub bare_passages: Vec<usize>,
    /// Byte offsets where passages begin.
    pub passages: Vec<usize>,
}

/// Takes the marks out of a rendered text.
pub fn unmark(rendered: &str) -> Unmarked {
    let mut done = Unmarked { text: String::with_capacity(rendered.len()), ..Default::default() };
    let mut here: Option<(usize, u32)> = None;
    let mut line_has_mark = false;
    let mut open: Option<(usize, usize)> = None;
    let mut text_from = None;
    let mut chars = rendered.chars();
    while let Some(c) = chars.next() {
        match c {
            marks::LINE => {
                let mark: String = chars.by_ref().take_while(|c| *c != marks::LINE_END).collect();
                if let Some((template, line)) = mark.split_once(':') {
                    let parsed = template.parse().ok().zip(line.parse().ok());
                    if !line_has_mark {
                        here = parsed;
                        line_has_mark = true;
                    }
                }
            }
            marks::NUMBER => {
                let index: String = chars.by_ref().take_while(|c| *c != marks::NUMBER_TEXT).collect();
                open = index.parse().ok().map(|figure| (done.text.len(), figure));
            }
            marks::NUMBER_END => {
                if let Some((start, figure)) = open.take() {
                    done.numbers.push(PrintedNumber { range: start..done.text.len(), figure });
                }
            }
            marks::TEXT => text_from = Some(done.text.len()),
            marks::TEXT_END => {
                if let Some(start) = text_from.take() {
                    done.texts.push(start..done.text.len());
                }
            }
            marks::BARE_FIGURE => done.bare_figures.push(done.text.len()),
            marks::BARE_PASSAGE => done.bare_passages.push(done.text.len()),
            marks::PASSAGE_BEGIN => done.passages.push(done.text.len()),
            '\n' => {
                done.text.push('\n');
                done.lines.push(here);
                line_has_mark = false;
            }
            c => done.text.push(c),
        }
    }
    done.lines.push(here);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lead_back_to_the_template_line() {
        let template = "#a[\n{{#each x}}\n  {{y}}\n{{/each}}\n]\n";
        let marked = mark_lines(7, template);
        let rendered = marked
            .replace("{{#each x}}\n", "")
            .replace("{{/each}}\n", "")
            .replace("  {{y}}\n", "  eins\n  \u{e000}4\u{e001}2\u{e002}\n");
        let done = unmark(&rendered);
        assert_eq!(done.text, "#a[\n  eins\n  2\n]\n");
        assert_eq!(done.lines[..4], [Some((7, 1)), Some((7, 3)), Some((7, 3)), Some((7, 5))]);
        assert_eq!(done.numbers, [PrintedNumber { range: 13..14, figure: 4 }]);
    }

    #[test]
    fn lines_inside_a_tag_stay_unmarked() {
        let marked = mark_lines(0, "a {{num\n  x}}\nb\n");
        assert_eq!(marked.matches(marks::LINE).count(), 2);
    }
}
