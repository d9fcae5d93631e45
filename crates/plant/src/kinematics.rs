//! How long a crane takes from one point to another: both axes move at once and each speeds up and
//! brakes evenly (Bozer and White, IIE Transactions 16(4), 1984; FEM 9.851).
//!
//! ```text
//!   t(d) = d/v + v/a        where the top speed is reached, d >= v^2/a
//!        = 2 sqrt(d/a)      else
//!        = d/v              without a stated acceleration
//! ```

use fenhe_contract::{Accel, Length, Span, Speed};
use serde::{Deserialize, Serialize};

/// One axis of a crane.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Drive {
    /// Top speed.
    pub speed: Speed,
    /// Speeding up and braking; `None` changes speed at once.
    pub accel: Option<Accel>,
}

impl Drive {
    /// Time for a distance from stand to stand, to the nearest microsecond.
    pub fn time(&self, distance: Length) -> Span {
        let d = i128::from(distance.0.abs());
        let v = i128::from(self.speed.0.max(1));
        let Some(a) = self.accel else {
            return micros(d * 1_000_000, v);
        };
        let a = i128::from(a.0.max(1));
        if d * a >= v * v {
            return micros((d * a + v * v) * 1_000_000, v * a);
        }
        let square = (4_000_000_000_000 * d / a) as u128;
        let root = square.isqrt();
        let up = u128::from(square - root * root > root);
        Span((root + up) as i64)
    }
}

/// Time for both axes at once.
pub fn travel(along: (&Drive, Length), up: (&Drive, Length)) -> Span {
    along.0.time(along.1).max(up.0.time(up.1))
}

/// A quotient to the nearest whole number.
fn micros(dividend: i128, divisor: i128) -> Span {
    Span(((2 * dividend + divisor) / (2 * divisor)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const K1: [Drive; 2] = [drive(2_500, Some(500)), drive(750, Some(500))];

    const fn drive(speed: i64, accel: Option<i64>) -> Drive {
        Drive {
            speed: Speed(speed),
            accel: match accel {
                Some(accel) => Some(Accel(accel)),
                None => None,
            },
        }
    }
    fn between(drives: &[Drive; 2], from: (f64, f64), to: (f64, f64)) -> f64 {
        let mm = |a: f64, b: f64| Length(libm::round((a - b) * 1000.0) as i64);
        let along = (&drives[0], mm(from.0, to.0));
        travel(along, (&drives[1], mm(from.1, to.1))).as_seconds()
    }
    /// P1 = (L/5, 2H/3), P2 = (2L/3, H/5).
    fn fem(drives: &[Drive; 2], l: f64, h: f64) -> [f64; 3] {
        let (p1, p2) = ((l / 5.0, 2.0 * h / 3.0), (2.0 * l / 3.0, h / 5.0));
        [
            between(drives, (0.0, 0.0), p1),
            between(drives, (0.0, 0.0), p2),
            between(drives, p1, p2),
        ]
    }

    #[test]
    fn a_drive_takes_a_trapezoid_or_a_triangle() {
        let one = drive(2_000, Some(1_000));
        assert_eq!(one.time(Length(0)), Span::ZERO);
        assert_eq!(one.time(Length(1_000)), Span(2_000_000)); // triangle: 2 sqrt(1)
        assert_eq!(one.time(Length(4_000)), Span(4_000_000)); // both laws meet
        assert_eq!(one.time(Length(-10_000)), Span(7_000_000));
        assert_eq!(drive(3, None).time(Length(1)), Span(333_333));
    }

    #[test]
    fn the_reference_points_of_fem_9851_take_their_times() {
        let [a, b, c] = fem(&K1, 100.0, 24.0);
        for (found, wanted) in [(a, 22.833), (b, 31.667), (c, 23.667)] {
            assert!((found - wanted).abs() < 0.001, "{found} {wanted}");
        }
        assert!((a + b - 54.500).abs() < 0.001);
        assert!((a + b + c - 78.167).abs() < 0.001);
    }

    /// At b = 1 the two points give the means of Bozer and White exactly: 4/3 and 1.8 T.
    #[test]
    fn the_reference_points_give_the_means_of_a_rack_square_in_time() {
        let even = [drive(3_000, None), drive(3_000, None)];
        let [a, b, c] = fem(&even, 90.0, 90.0);
        assert!((a + b - 30.0 * 4.0 / 3.0).abs() < 1e-5);
        assert!((a + b + c - 30.0 * 1.8).abs() < 1e-5);
        // For b < 1 they read short: 1.0 for 1.0833.
        let flat = [drive(3_000, None), drive(6_000, None)];
        let [a, b, _] = fem(&flat, 90.0, 90.0);
        assert!((a + b - 30.0).abs() < 1e-5);
    }
}
