//! Wall time for accounts, audit and sessions. Nothing of the plant runs by it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A UTC instant: microseconds since 1970.
pub type Utc = u64;

/// One second of [`Utc`].
pub const SECOND: u64 = 1_000_000;

/// Tells the time; a test gives its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Utc + Send + Sync>);

impl Clock {
    /// The system's.
    pub fn system() -> Clock {
        Clock::of(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| since.as_micros() as u64)
        })
    }
    /// Another.
    pub fn of(now: impl Fn() -> Utc + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }
    /// Now.
    pub fn now(&self) -> Utc {
        (self.0)()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// An instant as RFC 3339 in UTC with microseconds (Hinnant, "chrono-compatible low-level date
/// algorithms", civil_from_days).
pub fn rfc3339(utc: Utc) -> String {
    let (seconds, micros) = (utc / SECOND, utc % SECOND);
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let z = days + 719_468;
    let (era, of_era) = (z / 146_097, z % 146_097);
    let of_era_year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = of_era_year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_people_read_them() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(
            rfc3339(1_767_225_600_000_000),
            "2026-01-01T00:00:00.000000Z"
        );
        // The leap day that fraction and offset of the plant's reader are tested with.
        assert_eq!(
            rfc3339(1_709_251_199_250_000),
            "2024-02-29T23:59:59.250000Z"
        );
    }
}
