//! Units as newtypes over integers. No bare number crosses a `pub fn` of another crate.

use core::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};
use serde::{Deserialize, Serialize};

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $int);
    };
}

macro_rules! linear {
    ($($name:ident)*) => {$(
        impl Add for $name {
            type Output = Self;
            #[inline]
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $name {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl AddAssign for $name {
            #[inline]
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $name {
            #[inline]
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Neg for $name {
            type Output = Self;
            #[inline]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Mul<i64> for $name {
            type Output = Self;
            #[inline]
            fn mul(self, by: i64) -> Self {
                Self(self.0 * by)
            }
        }
    )*};
}

unit! {
    /// An instant: microseconds since the plant's epoch.
    Time(i64)
}
unit! {
    /// A length of time in microseconds.
    Span(i64)
}
unit! {
    /// A length in millimetres.
    Length(i64)
}
unit! {
    /// A speed in millimetres a second.
    Speed(i64)
}
unit! {
    /// An acceleration in millimetres a second squared.
    Accel(i64)
}
unit! {
    /// An angle in milliradians, counter-clockwise from +x.
    Angle(i64)
}
unit! {
    /// A turning speed in milliradians a second.
    TurnRate(i64)
}
unit! {
    /// A mass in grams.
    Mass(i64)
}
unit! {
    /// An energy in joules.
    Energy(i64)
}
unit! {
    /// A power in watts.
    Power(i64)
}
unit! {
    /// A probability or share in parts per billion, 0 ..= 1 000 000 000.
    Share(u32)
}
linear!(Span Length Speed Accel Angle Energy Mass Power);

impl Time {
    /// The plant's epoch.
    pub const ZERO: Time = Time(0);
    /// Later than anything that happens.
    pub const NEVER: Time = Time(i64::MAX);
    /// Seconds since the epoch, for reports.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}
impl Add<Span> for Time {
    type Output = Time;
    #[inline]
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}
impl AddAssign<Span> for Time {
    #[inline]
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}
impl Sub<Span> for Time {
    type Output = Time;
    #[inline]
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}
impl Sub for Time {
    type Output = Span;
    #[inline]
    fn sub(self, other: Time) -> Span {
        Span(self.0 - other.0)
    }
}
impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// Longer than anything lasts.
    pub const MAX: Span = Span(i64::MAX);
    /// Whole milliseconds.
    pub const fn ms(ms: i64) -> Span {
        Span(ms * 1_000)
    }
    /// Whole seconds.
    pub const fn seconds(s: i64) -> Span {
        Span(s * 1_000_000)
    }
    /// Whole hours.
    pub const fn hours(h: i64) -> Span {
        Span(h * 3_600_000_000)
    }
    /// From seconds in floating point, rounded up to the next microsecond: never early.
    /// Negative and not-a-number become zero; too large becomes [`Span::MAX`].
    #[inline]
    pub fn from_seconds_up(s: f64) -> Span {
        let us = s * 1e6;
        let floor = us as i64; // saturates; NaN is 0
        Span(
            if (floor as f64) < us {
                floor.saturating_add(1)
            } else {
                floor
            }
            .max(0),
        )
    }
    /// In seconds, for reports and kinematics.
    #[inline]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}
impl Length {
    /// In metres.
    pub fn as_metres(self) -> f64 {
        self.0 as f64 / 1e3
    }
}
impl Share {
    /// Certain.
    pub const ONE: Share = Share(1_000_000_000);
    /// Impossible.
    pub const ZERO: Share = Share(0);
    /// As a number between 0 and 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1e9
    }
    /// So many of `count`, rounded up: 90 % of 11 are 10.
    pub fn of(self, count: usize) -> usize {
        let parts = u128::from(self.0) * count as u128;
        parts.div_ceil(u128::from(Share::ONE.0)) as usize
    }
}
