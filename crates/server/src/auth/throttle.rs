//! How often a password may be guessed: by name and address together, by address, and by name.

use crate::clock::{SECOND, Utc};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Most rows; the ones that were used longest ago go first.
const ROWS: usize = 8_192;

/// Failed guesses before one must wait, and the longest wait [s].
const BY_BOTH: (u32, u64) = (5, 900);
const BY_ADDRESS: (u32, u64) = (20, 900);
/// Short, so that a stranger cannot lock a user out for long.
const BY_NAME: (u32, u64) = (50, 30);

#[derive(Clone, Copy, Debug)]
struct Row {
    failed: u32,
    last: Utc,
    free: Utc,
}

/// Failed guesses.
#[derive(Default, Debug)]
pub struct Throttle(BTreeMap<String, Row>);

/// One network of an IPv6 user is one address.
pub fn group(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn keys(name: &str, address: IpAddr) -> [(String, (u32, u64)); 3] {
    // A name is cut: nobody is called like that, and rows stay small.
    let name: String = name.chars().take(64).collect();
    let address = group(address);
    [
        (format!("both {address} {name}"), BY_BOTH),
        (format!("address {address}"), BY_ADDRESS),
        (format!("name {name}"), BY_NAME),
    ]
}

impl Throttle {
    /// Seconds to wait before the next guess; 0 for none.
    pub fn wait(&self, name: &str, address: IpAddr, now: Utc) -> u64 {
        let rows = keys(name, address);
        let rows = rows.iter().filter_map(|(key, _)| self.0.get(key));
        let wait = rows.map(|row| row.free.saturating_sub(now)).max();
        wait.unwrap_or(0).div_ceil(SECOND)
    }

    /// A guess failed. Each failure beyond the free ones doubles the wait.
    pub fn failed(&mut self, name: &str, address: IpAddr, now: Utc) {
        for (key, (free, longest)) in keys(name, address) {
            let row = self.0.entry(key).or_insert(Row {
                failed: 0,
                last: now,
                free: now,
            });
            // A day of peace forgives.
            if now.saturating_sub(row.last) > 86_400 * SECOND {
                row.failed = 0;
            }
            row.failed = row.failed.saturating_add(1);
            row.last = now;
            if row.failed >= free {
                let wait = 1u64 << (row.failed - free).min(16);
                row.free = now + wait.min(longest) * SECOND;
            }
        }
        while self.0.len() > ROWS {
            let oldest = self.0.iter().min_by_key(|(_, row)| row.last);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            self.0.remove(&key);
        }
    }

    /// A login worked: this name from this address starts afresh.
    pub fn succeeded(&mut self, name: &str, address: IpAddr) {
        let [(both, _), _, (name, _)] = keys(name, address);
        self.0.remove(&both);
        self.0.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn the_sixth_guess_waits_and_each_further_one_twice_as_long() {
        let mut throttle = Throttle::default();
        for _ in 0..4 {
            throttle.failed("li", at(1), 0);
        }
        assert_eq!(throttle.wait("li", at(1), 0), 0);
        for seconds in [1, 2, 4, 8] {
            throttle.failed("li", at(1), 0);
            assert_eq!(throttle.wait("li", at(1), 0), seconds);
        }
        assert_eq!(throttle.wait("li", at(1), 8 * SECOND), 0);
        assert_eq!(
            throttle.wait("li", at(2), 0),
            0,
            "others are not locked out"
        );
        for _ in 0..40 {
            throttle.failed("li", at(1), 0);
        }
        assert_eq!(throttle.wait("li", at(1), 0), 900);
        assert!(throttle.wait("li", at(2), 0) <= 30);
        throttle.succeeded("li", at(1));
        assert!(throttle.wait("wang", at(1), 0) > 0, "the address is known");
    }

    #[test]
    fn rows_are_bounded() {
        let mut throttle = Throttle::default();
        for i in 0..5_000u64 {
            throttle.failed(&format!("n{i}"), at(1), i);
        }
        assert!(throttle.0.len() <= ROWS);
        assert!(throttle.wait("n4999", at(1), 5_000) > 0);
    }
}
