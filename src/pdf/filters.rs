//! How streams are packed, besides by Flate: what older programs write, and those that stay within ASCII.

use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::lex::{Lexer, is_blank};

/// Why there is no content.
pub enum Fault {
    /// It would be longer than allowed.
    TooLong,
    /// It is damaged.
    Damaged(&'static str),
}

/// Unpacks base 85 (ISO 32000-1, 7.4.3).
pub fn ascii85(packed: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    let damaged = Fault::Damaged("what is in base 85 is not");
    let mut out = Vec::new();
    let mut group = Vec::with_capacity(5);
    for byte in packed.iter().copied().filter(|byte| !is_blank(*byte)) {
        if out.len() > limit {
            return Err(Fault::TooLong);
        }
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => return Err(damaged),
        }
        if group.len() == 5 {
            out.extend(quartet(&group).ok_or(Fault::Damaged("what is in base 85 is not"))?);
            group.clear();
        }
    }
    let rest = group.len();
    if rest > 0 {
        group.resize(5, 84);
        out.extend(&quartet(&group).ok_or(damaged)?[..rest - 1]);
    }
    Ok(out)
}

fn quartet(digits: &[u32]) -> Option<[u8; 4]> {
    let value = digits.iter().try_fold(0_u32, |value, digit| value.checked_mul(85)?.checked_add(*digit));
    value.map(u32::to_be_bytes)
}

/// Unpacks hexadecimal digits.
pub fn hexadecimal(packed: &[u8]) -> Result<Vec<u8>, Fault> {
    let text = [b"<", packed, b">"].concat();
    let mut out = Vec::new();
    Lexer::new(&text, 0, 0).hex(&mut out).map_err(|_| Fault::Damaged("what is in hexadecimal digits is not"))?;
    Ok(out)
}

/// Unpacks LZW; `early` is whether codes grow one code early, as they do by default.
pub fn lzw(packed: &[u8], early: bool, limit: usize) -> Result<Vec<u8>, Fault> {
    let make = if early { Decoder::with_tiff_size_switch } else { Decoder::new };
    let mut decoder = make(BitOrder::Msb, 8);
    let (mut out, mut rest, mut buffer) = (Vec::new(), packed, vec![0; 1 << 16]);
    loop {
        let step = decoder.decode_bytes(rest, &mut buffer);
        rest = &rest[step.consumed_in..];
        out.extend_from_slice(&buffer[..step.consumed_out]);
        if out.len() > limit {
            return Err(Fault::TooLong);
        }
        match step.status {
            Ok(LzwStatus::Ok) => {}
            Ok(LzwStatus::Done | LzwStatus::NoProgress) => return Ok(out),
            Err(_) => return Err(Fault::Damaged("what is packed by LZW is not")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_85_is_read() {
        assert_eq!(ascii85(b"87cUR\nD]j7BEbo80~>", 99).ok().as_deref(), Some(&b"Hello world!"[..]));
        assert_eq!(ascii85(b"z87cURDZ~>", 99).ok().as_deref(), Some(&b"\0\0\0\0Hello"[..]));
        assert!(matches!(ascii85(b"uuuuu~>", 99), Err(Fault::Damaged(_))));
        assert!(matches!(ascii85(&[b'z'; 100], 99), Err(Fault::TooLong)));
    }

    #[test]
    fn lzw_is_read_and_has_a_limit() {
        // The example of ISO 32000-1, 7.4.4.2.
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        let unpacked = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
        assert_eq!(lzw(&packed, true, 99).ok().as_deref(), Some(&unpacked[..]));
        assert!(matches!(lzw(&packed, true, 9), Err(Fault::TooLong)));
    }
}
