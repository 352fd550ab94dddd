//! Finds what the content of a page leaves open at its end, so that something can be added after it.

use crate::pdf::{Damage, DamageKind, Lexer, inline_image};

/// The most that may be left open, or be closed too often.
const MOST: usize = 1000;

/// What is out of balance in the content of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Graphics states taken back that were never saved.
    pub taken: usize,
    /// Graphics states saved and not taken back.
    pub saved: usize,
    /// Marked content without an end.
    pub marked: usize,
    /// Whether text has no end.
    pub in_text: bool,
}

impl Balance {
    /// The operators to put before the content: a saved state for each one that is taken back too often.
    pub fn before(&self) -> Vec<u8> {
        b"q ".repeat(self.taken + 1)
    }

    /// The operators to put after the content, so that everything is as before it.
    pub fn after(&self) -> Vec<u8> {
        let text: &[u8] = if self.in_text { b"ET " } else { b"" };
        [b"\n", text, &b"EMC ".repeat(self.marked), &b"Q ".repeat(self.saved + 1)].concat()
    }
}

/// Finds what is out of balance in the content of a page.
///
/// # Errors
/// Content that cannot be understood, and content that leaves more open than a program would.
pub fn balance(content: &[u8]) -> Result<Balance, Damage> {
    let mut found = Balance::default();
    let mut lexer = Lexer::new(content, 0, 0);
    let mut scratch = Vec::new();
    loop {
        lexer.blanks();
        let Some(byte) = lexer.peek() else { break };
        match byte {
            b'/' => drop(lexer.name()),
            b'(' => lexer.literal(&mut scratch)?,
            b'<' if !lexer.rest().starts_with(b"<<") => lexer.hex(&mut scratch)?,
            // The brackets of arrays, dictionaries and functions do not matter here.
            b'<' => lexer.at += 2,
            b'>' | b'[' | b']' | b'{' | b'}' => lexer.at += 1,
            b')' => return Err(lexer.syntax_error("what stands there cannot be understood")),
            _ => match lexer.word() {
                b"q" => found.saved += 1,
                b"Q" if found.saved > 0 => found.saved -= 1,
                b"Q" => found.taken += 1,
                b"BMC" | b"BDC" => found.marked += 1,
                b"EMC" => found.marked = found.marked.saturating_sub(1),
                b"BT" => found.in_text = true,
                b"ET" => found.in_text = false,
                b"BI" => inline_image(&mut lexer)?,
                _ => {}
            },
        }
        scratch.clear();
        if found.saved.max(found.taken).max(found.marked) > MOST {
            return Err(Damage::new(DamageKind::TooLarge, "its content leaves too much open"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &str) -> Balance {
        balance(content.as_bytes()).expect("content")
    }

    #[test]
    fn what_is_open_is_counted() {
        assert_eq!(of("q 1 0 0 1 0 0 cm Q"), Balance::default());
        assert_eq!(
            of("q q Q /P <</MCID 0>> BDC BT (Q\\) q) Tj"),
            Balance { saved: 1, marked: 1, in_text: true, taken: 0 }
        );
        assert_eq!(of("Q Q q"), Balance { taken: 2, saved: 1, ..Balance::default() });
        assert_eq!(of("BI /W 1 /H 1 ID q q\nEI q % q\n"), Balance { saved: 1, ..Balance::default() });
        assert_eq!(of("[(q) -250 <71>] TJ /q gs"), Balance::default());
    }

    #[test]
    fn what_is_open_is_closed() {
        for content in ["q q", "Q", "BT", "/P BMC q", "", "Q q Q Q q q"] {
            let found = of(content);
            let whole = [found.before(), content.as_bytes().to_vec(), found.after()].concat();
            assert_eq!(balance(&whole), Ok(Balance::default()), "{content}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(balance(b"(never ends").is_err());
        assert!(balance(&b"q ".repeat(5000)).is_err());
    }
}
