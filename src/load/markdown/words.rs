//! Running text while it is being read: its words with their lengths, its numbers with their places.

use crate::diag::shown;

/// Most characters of a word: more would run out of the page.
pub const LONGEST_WORD: usize = 60;

/// Most characters of a word in a heading, which is set larger.
pub const LONGEST_HEADING_WORD: usize = 40;

/// Text between two changes of its form.
#[derive(Default)]
pub struct TextRun {
    /// The text.
    pub text: String,
    /// From here on the text stands in the file from there on: offsets of both.
    origins: Vec<(usize, usize)>,
}

impl TextRun {
    /// Adds a sign that stands at an offset of the file.
    pub fn push(&mut self, c: char, offset: usize) {
        let at = self.text.len();
        if self.origins.last().is_none_or(|(start, from)| from + (at - start) != offset) {
            self.origins.push((at, offset));
        }
        self.text.push(c);
    }

    /// Where the sign at an offset of the text stands in the file.
    pub fn offset(&self, at: usize) -> usize {
        let next = self.origins.partition_point(|(start, _)| *start <= at);
        next.checked_sub(1).map_or(0, |known| self.origins[known].1 + (at - self.origins[known].0))
    }
}

/// The word that is being read.
#[derive(Default)]
pub struct CurrentWord {
    /// Its beginning; no more than is shown.
    pub text: String,
    /// How many characters it has.
    pub letters: usize,
    /// Where it begins in the file.
    pub start: usize,
    /// Where its last character ends.
    pub end: usize,
    /// Most characters it may have.
    pub limit: usize,
    /// Whether its last sign is a hyphen, behind which a line may end.
    pub hyphen: bool,
}

/// What is said of a word that does not fit.
pub fn too_long(word: &str, letters: usize, limit: usize) -> String {
    format!("the word `{}` has {letters} characters, at most {limit} fit here", shown(word))
}
