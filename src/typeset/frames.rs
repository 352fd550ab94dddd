//! What parent and worker say to each other: a JSON header and a body, each with its length before it.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest header or body, in bytes: a broken stream must not ask for all memory.
const LONGEST: u32 = 1 << 30;

/// Writes a frame and flushes it.
pub fn write(to: &mut impl Write, header: &impl Serialize, body: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    for part in [header.as_slice(), body] {
        let length = u32::try_from(part.len()).ok().filter(|n| *n <= LONGEST);
        let length = length.ok_or_else(|| io::Error::other("a document of more than 1 GB"))?;
        to.write_all(&length.to_le_bytes())?;
    }
    to.write_all(&header)?;
    to.write_all(body)?;
    to.flush()
}

/// Reads a frame; `None` at the end of the stream.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<(T, Vec<u8>)>> {
    let mut lengths = [0; 8];
    match from.read_exact(&mut lengths) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let [a, b, c, d, e, f, g, h] = lengths;
    let header = take(from, u32::from_le_bytes([a, b, c, d]))?;
    let body = take(from, u32::from_le_bytes([e, f, g, h]))?;
    Ok(Some((serde_json::from_slice(&header)?, body)))
}

fn take(from: &mut impl Read, length: u32) -> io::Result<Vec<u8>> {
    if length > LONGEST {
        return Err(io::Error::other("a broken stream between parent and worker"));
    }
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}
