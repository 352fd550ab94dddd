//! Unpacks streams: Flate, LZW, base 85 and hexadecimal digits, and PNG's predictors.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::damage::{Damage, DamageKind, DamagedPart};
use super::lex::{Lexer, is_blank};
use super::value::{Dict, PdfValue};

/// How many bytes the streams of a file may unpack to, all together.
pub const UNPACKED: usize = 256 << 20;

/// Streams that unpack to more than is allowed.
pub fn too_long() -> Damage {
    Damage::new(DamageKind::TooLarge, format!("its streams unpack to more than {} MB", UNPACKED >> 20))
}

fn damaged(what: &'static str) -> Damage {
    Damage::new(DamageKind::Syntax, what).in_part(DamagedPart::Stream)
}

/// Unpacks base 85 (ISO 32000-1, 7.4.3), to little more than `limit` bytes.
///
/// # Errors
/// Signs that are none of base 85, and more bytes than `limit`.
pub fn ascii85(packed: &[u8], limit: usize) -> Result<Vec<u8>, Damage> {
    let damaged = || damaged("what is in base 85 is not");
    let mut out = Vec::new();
    let mut group = Vec::with_capacity(5);
    for byte in packed.iter().copied().filter(|byte| !is_blank(*byte)) {
        if out.len() > limit {
            return Err(too_long());
        }
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => return Err(damaged()),
        }
        if group.len() == 5 {
            out.extend(quartet(&group).ok_or_else(damaged)?);
            group.clear();
        }
    }
    let rest = group.len();
    if rest > 0 {
        group.resize(5, 84);
        out.extend(&quartet(&group).ok_or_else(damaged)?[..rest - 1]);
    }
    Ok(out)
}

fn quartet(digits: &[u32]) -> Option<[u8; 4]> {
    let value = digits.iter().try_fold(0_u32, |value, digit| value.checked_mul(85)?.checked_add(*digit));
    value.map(u32::to_be_bytes)
}

/// Unpacks hexadecimal digits.
///
/// # Errors
/// Signs that are no hexadecimal digits.
pub fn hexadecimal(packed: &[u8]) -> Result<Vec<u8>, Damage> {
    let text = [b"<", packed, b">"].concat();
    let mut out = Vec::new();
    Lexer::new(&text, 0, 0).hex(&mut out).map_err(|_| damaged("what is in hexadecimal digits is not"))?;
    Ok(out)
}

/// Unpacks LZW; `early` is whether codes grow one code early, as they do by default.
///
/// # Errors
/// Damaged bytes, and more of them than `limit`.
pub fn lzw(packed: &[u8], early: bool, limit: usize) -> Result<Vec<u8>, Damage> {
    let make = if early { Decoder::with_tiff_size_switch } else { Decoder::new };
    let mut decoder = make(BitOrder::Msb, 8);
    let (mut out, mut rest, mut buffer) = (Vec::new(), packed, vec![0; 1 << 16]);
    loop {
        let step = decoder.decode_bytes(rest, &mut buffer);
        rest = &rest[step.consumed_in..];
        out.extend_from_slice(&buffer[..step.consumed_out]);
        if out.len() > limit {
            return Err(too_long());
        }
        match step.status {
            Ok(LzwStatus::Ok) => {}
            Ok(LzwStatus::Done | LzwStatus::NoProgress) => return Ok(out),
            Err(_) => return Err(damaged("what is packed by LZW is not")),
        }
    }
}

/// Unpacks Flate, to at most `limit` bytes.
///
/// # Errors
/// Damaged bytes, and more of them than `limit`.
pub fn inflated(packed: &[u8], limit: usize) -> Result<Vec<u8>, Damage> {
    let mut unpacked = Vec::with_capacity(packed.len().saturating_mul(3).min(limit));
    let read = ZlibDecoder::new(packed).take(limit as u64 + 1).read_to_end(&mut unpacked);
    if unpacked.len() > limit {
        return Err(too_long());
    }
    read.map_err(|error| Damage::new(DamageKind::Syntax, error.to_string()).in_part(DamagedPart::Stream))?;
    Ok(unpacked)
}

/// Undoes what was done to rows before packing (PNG's predictors).
///
/// # Errors
/// A predictor that is not supported.
pub fn predicted(bytes: Vec<u8>, parameters: &Dict<'_>) -> Result<Vec<u8>, Damage> {
    let count = |key: &str, without: usize| parameters.get(key).map_or(Some(without), PdfValue::count);
    let unknown = || Damage::new(DamageKind::Unsupported, "a stream is packed with an unknown predictor");
    match count("Predictor", 1) {
        Some(1) => return Ok(bytes),
        Some(10..=15) => {}
        _ => return Err(unknown()),
    }
    let bits = |colors: usize, bits: usize| colors.checked_mul(bits).map(|bits| bits.div_ceil(8));
    let pixel = count("Colors", 1).zip(count("BitsPerComponent", 8)).and_then(|(c, b)| bits(c, b));
    let row = pixel.zip(count("Columns", 1)).and_then(|(pixel, columns)| pixel.checked_mul(columns));
    let (Some(pixel @ 1..), Some(row @ 1..)) = (pixel, row.filter(|row| *row < bytes.len())) else {
        return Err(unknown());
    };
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in bytes.chunks_exact(row + 1) {
        let begin = out.len();
        for (at, byte) in line[1..].iter().enumerate() {
            let left = if at >= pixel { out[begin + at - pixel] } else { 0 };
            let up = if begin >= row { out[begin + at - row] } else { 0 };
            let corner = if at >= pixel && begin >= row { out[begin + at - row - pixel] } else { 0 };
            let guess = match line[0] {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => return Err(unknown()),
            };
            out.push(byte.wrapping_add(guess));
        }
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i32::from);
    let [to_left, to_up, to_corner] = [b - c, a - c, a + b - 2 * c].map(i32::abs);
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_85_is_read() {
        assert_eq!(ascii85(b"87cUR\nD]j7BEbo80~>", 99).ok().as_deref(), Some(&b"Hello world!"[..]));
        assert_eq!(ascii85(b"z87cURDZ~>", 99).ok().as_deref(), Some(&b"\0\0\0\0Hello"[..]));
        assert!(ascii85(b"uuuuu~>", 99).is_err_and(|damage| damage.kind == DamageKind::Syntax));
        assert_eq!(ascii85(&[b'z'; 100], 99), Err(too_long()));
    }

    #[test]
    fn lzw_is_read_and_has_a_limit() {
        // The example of ISO 32000-1, 7.4.4.2.
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        let unpacked = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
        assert_eq!(lzw(&packed, true, 99).ok().as_deref(), Some(&unpacked[..]));
        assert_eq!(lzw(&packed, true, 9), Err(too_long()));
    }

    #[test]
    fn rows_are_taken_back() {
        let parameters =
            Dict(vec![(b"Predictor".into(), PdfValue::Number(12.0)), (b"Columns".into(), PdfValue::Number(3.0))]);
        let taken = |bytes: &[u8]| predicted(bytes.to_vec(), &parameters);
        assert_eq!(taken(&[2, 1, 2, 3, 2, 1, 1, 1]), Ok(vec![1, 2, 3, 2, 3, 4]));
        assert_eq!(taken(&[1, 1, 1, 1, 4, 1, 1, 1]), Ok(vec![1, 2, 3, 2, 3, 4]));
        assert_eq!(taken(&[0, 4, 8, 2, 3, 1, 1, 1]), Ok(vec![4, 8, 2, 3, 6, 5]));
        assert!(taken(&[9, 1, 1, 1]).is_err());
    }
}
