//! SHA-256 and SHA-512, and hashes as hexadecimal text.

use std::fmt::Write as _;

use sha2::{Digest, Sha256, Sha512};

/// A SHA-256 computed piece by piece.
#[derive(Debug, Clone, Default)]
pub struct Sha256Hasher(Sha256);

impl Sha256Hasher {
    /// The hash of no bytes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// The hash of all bytes added, as 64 lower-case hex digits.
    pub fn hex(self) -> String {
        hex(&self.bytes())
    }

    /// The hash of all bytes added.
    pub fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// SHA-256 of bytes, as 64 lower-case hex digits.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&sha256_bytes(bytes))
}

/// SHA-256 of bytes.
pub fn sha256_bytes(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-512 of bytes, as 128 lower-case hex digits.
pub fn sha512(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha512::digest(bytes))
}

/// Bytes as lower-case hex digits, two each.
fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-4, examples.
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(sha512("abc").starts_with("ddaf35a193617abacc417349ae204131") && sha512("").len() == 128);
        let mut hasher = Sha256Hasher::new();
        hasher.update("a");
        hasher.update(b"bc");
        assert_eq!(hasher.clone().hex(), sha256("abc"));
        assert_eq!(hasher.bytes(), sha256_bytes("abc"));
    }
}
