//! How one edge is driven: speed up, go on evenly, brake (a trapezoid or triangle of speed).

use super::tables::Kin;
use crate::Ctx;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// Motion along one edge from an offset and speed to its end, at constant acceleration in up to
/// three segments. Speeding up and braking are the vehicle type's.
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
    /// The highest speed lasts this long [s].
    pub even: f64,
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
        let d = (length - offset).max(0.0);
        if speed == limit && exit == limit {
            return Profile {
                since,
                offset,
                speed,
                peak: limit,
                exit,
                even: d / limit,
            };
        }
        let (a, b) = (kin.accel, kin.brake);
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
        let even = if even > 1e-6 { even / peak } else { 0.0 };
        Profile {
            since,
            offset,
            speed,
            peak,
            exit,
            even,
        }
    }

    /// How long speeding up takes [s].
    #[inline]
    pub fn rise(&self, kin: &Kin) -> f64 {
        (self.peak - self.speed) / kin.accel
    }

    /// How long braking takes [s].
    #[inline]
    pub fn fall(&self, kin: &Kin) -> f64 {
        (self.peak - self.exit) / kin.brake
    }

    /// When the edge's end is reached, rounded up.
    #[inline]
    pub fn end(&self, kin: &Kin) -> Time {
        self.since + Span::from_seconds_up(self.rise(kin) + self.even + self.fall(kin))
    }

    /// Offset [mm] and speed [mm/s] at an instant; before the start and after the end those of the
    /// start and the end.
    #[inline]
    pub fn at(&self, now: Time, kin: &Kin) -> (f64, f64) {
        let t = (now - self.since).as_seconds().max(0.0);
        let (rise, accel) = (self.rise(kin), kin.accel);
        if t <= rise {
            return (
                self.offset + t * (self.speed + accel * t / 2.0),
                self.speed + accel * t,
            );
        }
        let risen = self.offset + rise * (self.speed + self.peak) / 2.0;
        if t <= rise + self.even {
            return (risen + (t - rise) * self.peak, self.peak);
        }
        let t = (t - rise - self.even).min(self.fall(kin));
        let even = risen + self.even * self.peak;
        (
            even + t * (self.peak - kin.brake * t / 2.0),
            self.peak - kin.brake * t,
        )
    }

    /// Writes the segments driven up to now on record.
    pub fn record<S: RecordSink>(
        &self,
        ctx: &mut Ctx<'_, S>,
        (vehicle, edge): (VehicleId, EdgeId),
        kin: &Kin,
    ) {
        let whole = |value: f64| libm::round(value) as i64;
        let (a, b) = (whole(kin.accel), whole(-kin.brake));
        let lasts = [(self.rise(kin), a), (self.even, 0), (self.fall(kin), b)];
        let (mut begun, mut after) = (self.since, 0.0);
        for (span, accel) in lasts {
            after += span;
            let until = (self.since + Span::from_seconds_up(after)).min(ctx.now);
            if until > begun {
                let (offset, speed) = self.at(begun, kin);
                let (offset, speed) = (Length(whole(offset)), Speed(whole(speed)));
                let accel = Accel(accel);
                let motion = Record::Motion {
                    vehicle,
                    edge,
                    offset,
                    speed,
                    accel,
                    until,
                };
                ctx.sink.record(begun, motion);
                begun = until;
            }
        }
    }
}
