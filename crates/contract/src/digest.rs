//! Stable hashes of state.

use serde::{Deserialize, Serialize};

/// A 64-bit hash that is the same on every platform for the same state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub u64);

impl core::fmt::Display for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection on 64 bits.
#[inline]
pub(crate) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Digest {
    /// The digest of nothing.
    pub const EMPTY: Digest = Digest(0x9e37_79b9_7f4a_7c15);
    /// This digest with one more word.
    #[must_use]
    pub const fn with(self, word: u64) -> Digest {
        Digest(mix(self.0.rotate_left(23) ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15))
    }
    /// This digest with bytes and their length.
    #[must_use]
    pub fn with_bytes(mut self, bytes: &[u8]) -> Digest {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self = self.with(u64::from_le_bytes(word));
        }
        let mut last = [0; 8];
        last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
        self.with(u64::from_le_bytes(last)).with(bytes.len() as u64)
    }
    /// The digest of a serialisable state, through its snapshot form.
    ///
    /// # Panics
    /// If the state cannot be serialised, which is a bug in its `Serialize`.
    pub fn of<T: Serialize>(state: &T) -> Digest {
        Digest::EMPTY.with_bytes(&snapshot(state))
    }
}

/// The snapshot form of a state (postcard).
///
/// # Panics
/// If the state cannot be serialised, which is a bug in its `Serialize`.
pub fn snapshot<T: Serialize>(state: &T) -> alloc::vec::Vec<u8> {
    postcard::to_allocvec(state).expect("state types serialise without fail")
}

/// The state back from its snapshot form.
///
/// # Errors
/// The bytes are not a snapshot of such a state.
pub fn restore<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, BadSnapshot> {
    postcard::from_bytes(bytes).map_err(|_| BadSnapshot)
}

/// The bytes are not a snapshot of the expected state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadSnapshot;
