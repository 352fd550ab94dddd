//! The text of a page, collected glyph by glyph: glyphs that follow each other closely make a run, and the numbers
//! are looked for in whole runs.

use crate::numerals::numbers;

use super::damage::{Damage, DamageKind};
use super::file::PdfFile;
use super::page_text::{FoundNumber, PageText, hundredths};

/// The most pieces of marked content that may be open.
const MARKED: usize = 4096;

/// A gap this wide ends a run, in parts of the size of the type.
const GAP: f64 = 0.2;

/// So does a step this far off the baseline.
const STEP: f64 = 0.05;

/// A piece of text set in one go.
#[derive(Default)]
struct TextRun {
    text: String,
    /// Where each glyph begins: in the text, and on the page.
    glyphs: Vec<(usize, (f64, f64))>,
    /// Where it ended, on the page.
    end: (f64, f64),
}

/// A piece of marked content that is open.
struct Marked {
    /// Its `ActualText`: what screen readers read instead of the glyphs; `None` when it has none.
    spoken: Option<String>,
    /// The text of its glyphs.
    shown: String,
    /// The length of the run when it began.
    from: usize,
}

/// Collects the text of a page.
pub struct TextCollector<'a, 'f> {
    file: &'f PdfFile<'a>,
    /// The lower left corner of the sheet.
    origin: (f64, f64),
    /// What was found so far.
    pub found: PageText,
    run: TextRun,
    marked: Vec<Marked>,
    /// How many of `marked` have an `ActualText`.
    spoken: usize,
}

impl<'a, 'f> TextCollector<'a, 'f> {
    /// A page without text; `origin` is the lower left corner of its sheet.
    pub fn new(file: &'f PdfFile<'a>, origin: (f64, f64)) -> Self {
        Self { file, origin, found: PageText::default(), run: TextRun::default(), marked: Vec::new(), spoken: 0 }
    }

    /// How many pieces of marked content are open.
    pub fn open_marks(&self) -> usize {
        self.marked.len()
    }

    /// Begins marked content; `spoken` is its `ActualText`, if it has one.
    ///
    /// # Errors
    /// Too many open pieces.
    pub fn mark(&mut self, spoken: Option<String>) -> Result<(), Damage> {
        if self.marked.len() >= MARKED {
            return Err(Damage::new(DamageKind::TooLarge, "too much content is marked"));
        }
        self.spoken += usize::from(spoken.is_some());
        self.marked.push(Marked { spoken, shown: String::new(), from: self.run.text.len() });
        Ok(())
    }

    /// Ends marked content. Its `ActualText` does not count, because paper shows the glyphs; only where it names the
    /// same sign more exactly (the kind of a blank, a raised digit) is that name taken.
    ///
    /// # Errors
    /// More text than the reader allows.
    pub fn unmark(&mut self) -> Result<(), Damage> {
        let Some(Marked { spoken, shown, from }) = self.marked.pop() else { return Ok(()) };
        let Some(spoken) = spoken else { return Ok(()) };
        self.spoken -= 1;
        if let Some(outer) = self.marked.iter_mut().rev().find(|outer| outer.spoken.is_some()) {
            outer.shown.push_str(&shown);
        }
        self.file.charge(shown.len() + spoken.len())?;
        if self.run.text.get(from..) == Some(&shown) && shown.chars().map(plain).eq(spoken.chars().map(plain)) {
            // One glyph says one of these; the places of more would no longer fit.
            if self.run.glyphs.last().is_some_and(|(start, _)| *start == from) {
                self.run.text.truncate(from);
                self.run.text.push_str(&spoken);
            }
            return Ok(());
        }
        let digits = |text: &str| text.chars().map(plain).filter(char::is_ascii_digit).collect::<String>();
        if digits(&shown) != digits(&spoken) {
            self.found.disguised.push(format!("`{shown}` is read out as `{spoken}`"));
        }
        Ok(())
    }

    /// Adds a glyph with its text, where it begins, and where the point (1 em, 0) of it is relative to that.
    ///
    /// # Errors
    /// More text than the reader allows.
    pub fn glyph(&mut self, text: &str, start: (f64, f64), em: (f64, f64)) -> Result<(), Damage> {
        self.file.charge(text.len() + size_of::<(usize, (f64, f64))>())?;
        if !self.run.text.is_empty() {
            let (x, y) = (start.0 - self.run.end.0, start.1 - self.run.end.1);
            let square = em.0 * em.0 + em.1 * em.1;
            let along = (x * em.0 + y * em.1) / square;
            let off = (x * em.1 - y * em.0) / square;
            // A blank as wide as it likes stands between words of one run.
            let blank = text.starts_with(char::is_whitespace) || self.run.text.ends_with(char::is_whitespace);
            let near = along.abs() <= GAP || (blank && along > 0.0);
            if !(near && off.abs() <= STEP) {
                self.flush()?;
            }
        }
        self.run.glyphs.push((self.run.text.len(), start));
        self.run.text.push_str(text);
        if self.spoken > 0
            && let Some(marked) = self.marked.iter_mut().rev().find(|marked| marked.spoken.is_some())
        {
            marked.shown.push_str(text);
        }
        Ok(())
    }

    /// Sets where the run ends now: where its next glyph is expected.
    pub fn end_at(&mut self, end: (f64, f64)) {
        self.run.end = end;
    }

    /// Ends a run: its text and its numbers are found.
    ///
    /// # Errors
    /// More text than the reader allows.
    pub fn flush(&mut self) -> Result<(), Damage> {
        let TextRun { text, glyphs, .. } = &mut self.run;
        if text.is_empty() {
            return Ok(());
        }
        for range in numbers(text) {
            // The glyph that begins there, or the one that holds it.
            let at = glyphs.partition_point(|(start, _)| *start <= range.start);
            let Some((_, (x, y))) = at.checked_sub(1).and_then(|at| glyphs.get(at)) else { continue };
            self.file.charge(size_of::<FoundNumber>() + range.len())?;
            self.found.numbers.push(FoundNumber {
                x: hundredths(x - self.origin.0),
                y: hundredths(y - self.origin.1),
                text: text[range].to_owned(),
            });
        }
        self.file.charge(text.len())?;
        if !self.found.text.is_empty() {
            self.found.text.push('\n');
        }
        self.found.text.push_str(text);
        text.clear();
        glyphs.clear();
        for marked in &mut self.marked {
            marked.from = usize::MAX;
        }
        Ok(())
    }
}

/// A sign as it is compared: all blanks are alike, and a raised digit is a digit.
fn plain(c: char) -> char {
    match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴'..='⁹' => digit(c, '⁴', 4),
        '₀'..='₉' => digit(c, '₀', 0),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn digit(c: char, first: char, value: u32) -> char {
    char::from_digit(u32::from(c) - u32::from(first) + value, 10).unwrap_or(c)
}
