//! Luck: counter-based random streams named by (seed, element, purpose).
//!
//! Two variants of a plant see the same luck, and one more draw here changes nothing there. The
//! n-th draw of a stream is a pure function of its key and n (SplitMix64 at position n), so a
//! stream's position is one word of the snapshot.

use crate::digest::mix;
use serde::{Deserialize, Serialize};

/// The seed of one replication.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Seed(pub u64);

/// What a stream is for. Append only: the number is part of the luck.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
#[repr(u8)]
pub enum Purpose {
    Arrival = 1,
    Process = 2,
    Failure = 3,
    Repair = 4,
    Yield = 5,
    Rework = 6,
    Setup = 7,
    Stop = 8,
    Loss = 9,
    Transfer = 10,
    Mix = 11,
    Fault = 12,
    Quality = 13,
    Maintenance = 14,
    Initial = 15,
    Delay = 16,
}

impl Seed {
    /// The seed of replication `n` of a study with this seed.
    pub fn replication(self, n: u32) -> Seed {
        Seed(mix(
            mix(self.0 ^ 0x5eed_0000_0000_0001).wrapping_add(u64::from(n) << 1)
        ))
    }
    /// The stream of an element, named by its lasting name.
    pub fn stream(self, element: &str, purpose: Purpose) -> Stream {
        self.stream_n(element, purpose, 0)
    }
    /// One of several streams of one element and purpose (the n-th failure mode, say).
    pub fn stream_n(self, element: &str, purpose: Purpose, n: u32) -> Stream {
        let name = crate::Digest(self.0).with_bytes(element.as_bytes());
        Stream {
            key: name.with(purpose as u64).with(u64::from(n)).0,
            drawn: 0,
        }
    }
}

/// A random stream: a key and how many words were drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stream {
    key: u64,
    drawn: u64,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.drawn += 1;
        mix(self.key.wrapping_add(self.drawn.wrapping_mul(GOLDEN)))
    }
    /// 64 random bits that are a function of the stream's key and `label` alone (a piece's serial,
    /// a step); the stream does not move.
    #[inline]
    pub fn bits_for(&self, label: u64) -> u64 {
        mix(mix(self.key ^ label.wrapping_mul(GOLDEN)).wrapping_add(GOLDEN))
    }
    /// Uniform in [0, 1), 53 bits.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
    /// True with the given probability.
    #[inline]
    pub fn chance(&mut self, p: crate::Share) -> bool {
        within(self.bits(), p)
    }
    /// True with the given probability, as a function of key and label alone.
    #[inline]
    pub fn chance_for(&self, label: u64, p: crate::Share) -> bool {
        within(self.bits_for(label), p)
    }
    /// Exponential with mean 1 (ziggurat, Marsaglia and Tsang 2000).
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        crate::ziggurat::exponential(self)
    }
    /// Standard normal (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        loop {
            let u = 2.0 * self.unit() - 1.0;
            let v = 2.0 * self.unit() - 1.0;
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * libm::sqrt(-2.0 * libm::log(s) / s);
            }
        }
    }
    /// Uniform in 0 .. n; `n` of 0 gives 0.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u32
    }
}

#[inline]
fn within(bits: u64, p: crate::Share) -> bool {
    // 1e9 parts scaled to 2^64; p = 1e9 is always true.
    (u128::from(bits) * 1_000_000_000) >> 64 < u128::from(p.0)
}
