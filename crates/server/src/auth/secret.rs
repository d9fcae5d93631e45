//! Random secrets and their hashes. A secret is shown once and only its hash is kept.

use ring::rand::{SecureRandom, SystemRandom};
use std::fmt::Write;

/// SHA-256.
pub type Hash = [u8; 32];

/// 32 random bytes as hexadecimal after a prefix that tells secret scanners what it is.
///
/// # Errors
/// The system gives no random bytes.
pub fn secret(prefix: &str) -> Result<String, NoRandom> {
    Ok(format!("{prefix}{}", hex(&random::<32>()?)))
}

/// Random bytes.
///
/// # Errors
/// The system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandom> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(bytes)
}

/// The system gives no random bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoRandom;

/// The hash a secret is kept as. Secrets have 256 random bits, so a plain hash is enough; passwords have
/// not, see [`super::password`].
pub fn hash(secret: &str) -> Hash {
    let digest = ring::digest::digest(&ring::digest::SHA256, secret.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes of a hash written by [`hex`].
pub fn unhex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (i, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(hash)
}

/// Whether two texts are equal, in a time that does not depend on where they differ.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (hash(a), hash(b));
    a.iter().zip(&b).fold(0, |d, (a, b)| d | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_sha_256() {
        // FIPS 180-4, the one-block example.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&hash("abc")), known);
        assert_eq!(unhex(known), Some(hash("abc")));
        assert_eq!(unhex("é"), None);
        assert!(same("abc", "abc") && !same("abc", "abd"));
    }

    #[test]
    fn secrets_differ() {
        let (a, b) = (secret("fht_"), secret("fht_"));
        assert_ne!(a, b);
        assert_eq!(a.map(|a| a.len()), Ok(68));
    }
}
