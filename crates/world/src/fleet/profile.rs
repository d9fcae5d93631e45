//! How one edge is driven: speed up, go on evenly, brake (a trapezoid or triangle of speed).

use super::tables::Kin;
use fenhe_contract::{Span, Time};
use serde::{Deserialize, Serialize};

/// Motion along one edge from an offset and speed to its end, at constant acceleration in up to
/// three segments.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// When it starts.
    pub since: Time,
    /// Distance from the edge's start [mm] then.
    pub offset: f64,
    /// Speed [mm/s] then.
    pub speed: f64,
    /// Highest speed [mm/s].
    pub peak: f64,
    /// Speed at the edge's end [mm/s].
    pub exit: f64,
    /// Speeding up takes this long [s].
    pub rise: f64,
    /// Even speed lasts this long [s].
    pub even: f64,
    /// Braking takes this long [s].
    pub fall: f64,
    /// [mm/s2]
    pub accel: f64,
    /// [mm/s2]
    pub brake: f64,
}

impl Profile {
    /// The fastest motion over `length - offset` from `speed` that keeps to `limit` and leaves at
    /// `exit` or, where it cannot get that fast, as fast as it can. The caller sees to it that
    /// braking to `exit` is possible.
    #[inline]
    pub fn new(
        since: Time,
        (offset, speed): (f64, f64),
        length: f64,
        limit: f64,
        exit: f64,
        kin: &Kin,
    ) -> Profile {
        let (a, b) = (kin.accel, kin.brake);
        let d = (length - offset).max(0.0);
        let fastest = speed * speed + 2.0 * a * d;
        let exit = if exit * exit > fastest {
            libm::sqrt(fastest)
        } else {
            exit
        };
        let top = (a * (2.0 * b * d + exit * exit) + b * speed * speed) / (a + b);
        let peak = if top > limit * limit {
            limit
        } else {
            libm::sqrt(top)
        };
        let peak = peak.max(speed).max(exit);
        let even =
            d - (peak * peak - speed * speed) / (2.0 * a) - (peak * peak - exit * exit) / (2.0 * b);
        Profile {
            since,
            offset,
            speed,
            peak,
            exit,
            rise: (peak - speed) / a,
            even: if even > 1e-6 { even / peak } else { 0.0 },
            fall: (peak - exit) / b,
            accel: a,
            brake: b,
        }
    }

    /// When the edge's end is reached, rounded up.
    #[inline]
    pub fn end(&self) -> Time {
        self.since + Span::from_seconds_up(self.rise + self.even + self.fall)
    }

    /// Offset [mm] and speed [mm/s] at an instant; before the start and after the end those of the
    /// start and the end.
    #[inline]
    pub fn at(&self, now: Time) -> (f64, f64) {
        let t = (now - self.since).as_seconds().max(0.0);
        if t <= self.rise {
            return (
                self.offset + t * (self.speed + self.accel * t / 2.0),
                self.speed + self.accel * t,
            );
        }
        let risen = self.offset + self.rise * (self.speed + self.peak) / 2.0;
        if t <= self.rise + self.even {
            return (risen + (t - self.rise) * self.peak, self.peak);
        }
        let t = (t - self.rise - self.even).min(self.fall);
        let even = risen + self.even * self.peak;
        (
            even + t * (self.peak - self.brake * t / 2.0),
            self.peak - self.brake * t,
        )
    }
}
