//! The wall clock behind a running plant.

use fenhe_contract::{Span, Time};
use fenhe_wire::vda5050::{Now, Utc};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Stops and starts the clocks of a rehearsal, all of them together.
#[derive(Clone, Debug)]
pub struct Pause(Arc<Mutex<Standing>>);

#[derive(Debug)]
struct Standing {
    begun: Instant,
    /// All stops that are over, together.
    stood: Duration,
    since: Option<Instant>,
}

impl Default for Pause {
    fn default() -> Pause {
        Pause(Arc::new(Mutex::new(Standing {
            begun: Instant::now(),
            stood: Duration::ZERO,
            since: None,
        })))
    }
}

impl Pause {
    fn held(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(|held| held.into_inner())
    }
    /// The clocks stand (`true`), or go on. Whether that is news.
    pub fn set(&self, stand: bool) -> bool {
        let mut held = self.held();
        match (stand, held.since) {
            (true, None) => held.since = Some(Instant::now()),
            (false, Some(since)) => {
                held.stood += since.elapsed();
                held.since = None;
            }
            _ => return false,
        }
        true
    }
    /// Whether the clocks stand.
    pub fn stands(&self) -> bool {
        self.held().since.is_some()
    }
    /// Time that has not been stood, since this was made.
    fn gone(&self) -> Duration {
        let held = self.held();
        let now = held.since.unwrap_or_else(Instant::now);
        now.duration_since(held.begun).saturating_sub(held.stood)
    }
}

/// Monotonic, from a given time of the plant, as fast as said: 1 is real time, more is for rehearsal.
#[derive(Clone, Debug)]
pub struct Clock {
    pause: Pause,
    start: Duration,
    zero: Time,
    speed: u32,
}

impl Clock {
    /// It shows `zero` now, and never stands.
    pub fn start(zero: Time, speed: u32) -> Clock {
        Clock::with(Pause::default(), zero, speed)
    }
    /// It shows `zero` now, and stands with others.
    pub fn with(pause: Pause, zero: Time, speed: u32) -> Clock {
        Clock {
            start: pause.gone(),
            pause,
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
        let gone = self.pause.gone().saturating_sub(self.start);
        let us = gone.as_micros() as i64;
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
