//! Running text while it is read: the lengths of its words and the places of its numbers.

use crate::diag::shown;

/// Most characters of a word: more would run out of the page.
pub const LONGEST_WORD: usize = 60;

/// Most characters of a word in a heading, which is set larger.
pub const LONGEST_HEADING_WORD: usize = 40;

/// Text without a change of emphasis, link or line.
#[derive(Default)]
pub struct InlineRun {
    /// The text.
    pub text: String,
    /// Pairs of offsets: from the first one on in the text, it is in the file from the second one on.
    origins: Vec<(usize, usize)>,
}

impl InlineRun {
    /// Adds a character that has this offset in the file.
    pub fn push(&mut self, c: char, offset: usize) {
        let at = self.text.len();
        if self.origins.last().is_none_or(|(start, from)| from + (at - start) != offset) {
            self.origins.push((at, offset));
        }
        self.text.push(c);
    }

    /// The offset in the file of a character of the text.
    pub fn offset(&self, at: usize) -> usize {
        let next = self.origins.partition_point(|(start, _)| *start <= at);
        next.checked_sub(1).map_or(0, |known| self.origins[known].1 + (at - self.origins[known].0))
    }
}

/// The word that is being read.
#[derive(Default)]
pub struct CurrentWord {
    /// Its beginning, as much as a message shows.
    pub text: String,
    /// How many characters it has.
    pub letters: usize,
    /// Where it begins in the file.
    pub start: usize,
    /// Where its last character ends.
    pub end: usize,
    /// Most characters it may have.
    pub limit: usize,
    /// Whether it ends with a hyphen, where a line may break.
    pub hyphen: bool,
}

/// The message about a word that does not fit.
pub fn too_long(word: &str, letters: usize, limit: usize) -> String {
    format!("the word `{}` has {letters} characters, at most {limit} fit here", shown(word))
}
