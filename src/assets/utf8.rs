//! Bytes -> text, with a helpful message where the bytes are not UTF-8.

use std::sync::Arc;

use crate::diag::{Place, Problem, Result, count, shown};

/// How many bytes a message decodes to show a guess.
const GUESSED_BYTES: usize = 20;

/// Returns the text of a file without its byte order mark.
///
/// # Errors
/// Bytes that are not UTF-8, with the place of the first wrong byte and a guess at the encoding.
pub fn text<'a>(bytes: &'a [u8], file: &Arc<str>) -> Result<&'a str, Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return Err(not_utf8(file, encoding.name(), 1, 1, None));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let start = error.valid_up_to();
        let valid = String::from_utf8_lossy(&bytes[..start]);
        let line_start = valid.rfind('\n').map_or(0, |at| at + 1);
        let line = count(valid.matches('\n').count() + 1);
        let column = count(valid[line_start..].chars().count() + 1);
        let line_end = bytes[start..].iter().position(|b| *b == b'\n' || *b == b'\r');
        let end = line_end.map_or(bytes.len(), |n| start + n).min(start + GUESSED_BYTES);
        let (guess, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes[start..end]);
        not_utf8(file, "Windows-1252", line, column, Some(&guess))
    })
}

fn not_utf8(file: &Arc<str>, encoding: &str, line: u32, column: u32, guess: Option<&str>) -> Problem {
    let read_as = guess.map_or_else(String::new, |guess| {
        let guess = shown(guess);
        format!(" (read as {encoding} the text here is `{guess}`)")
    });
    Problem::error("KB101", format!("the file is not UTF-8, it looks like {encoding}{read_as}"))
        .at(Place::new(file, line, column))
        .hint(format!("save it as UTF-8, for example: iconv -f {} -t UTF-8", encoding.to_uppercase()))
}
