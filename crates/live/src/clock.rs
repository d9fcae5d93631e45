//! The wall clock behind a running plant.

use fenhe_contract::{Span, Time};
use fenhe_wire::vda5050::{Now, Utc};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Monotonic, from a given time of the plant, as fast as said: 1 is real time, more is for rehearsal.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    zero: Time,
    speed: u32,
}

impl Clock {
    /// It shows `zero` now.
    pub fn start(zero: Time, speed: u32) -> Clock {
        Clock {
            start: Instant::now(),
            zero,
            speed: speed.max(1),
        }
    }
    /// Plant seconds a second.
    pub fn speed(&self) -> u32 {
        self.speed
    }
    /// The plant's time and the wall's.
    pub fn now(&self) -> Now {
        Now {
            time: self.time(),
            utc: utc(),
        }
    }
    /// The plant's time.
    pub fn time(&self) -> Time {
        let us = self.start.elapsed().as_micros() as i64;
        self.zero + Span(us.saturating_mul(i64::from(self.speed)))
    }
    /// How long to wait for a time of the plant, at most so long.
    pub fn until(&self, at: Time, most: Duration) -> Duration {
        let us = at.0.saturating_sub(self.time().0).max(0) / i64::from(self.speed);
        Duration::from_micros(us.unsigned_abs()).min(most)
    }
}

/// What the system's clock shows; it may jump.
pub fn utc() -> Utc {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Utc(since.map_or(0, |since| since.as_micros() as i64))
}
