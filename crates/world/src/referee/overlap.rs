//! Do two moving rectangles overlap at any instant they share? Conservative advancement (Mirtich,
//! *Impulse-based Dynamic Simulation*, 1996, 2.3) along the separating axes of Gottschalk, Lin and
//! Manocha (*OBBTree*, 1996): while an axis separates them, they cannot meet before the gap along
//! it is closed at the greatest closing speed along it.

use super::motion::{Motion, Pace, Pose};
use crate::fleet::Tables;
use fenhe_contract::{Time, VehicleId};

/// Penetration [mm] taken for rounding.
const TOUCH: f64 = 0.01;
/// Least step: this far [mm] at the closing speed.
const CREEP: f64 = 0.2;

/// Overlap at some instant from the later start to `until`.
pub(super) fn overlap(
    tables: &Tables,
    (v, a): (VehicleId, &Motion),
    (w, b): (VehicleId, &Motion),
    until: Time,
) -> bool {
    let sizes = (tables.kin[v].half, tables.kin[w].half);
    let paces = (a.pace(tables, v), b.pace(tables, w));
    let mut now = a.since.max(b.since);
    while now <= until {
        let poses = (a.pose(tables, v, now), b.pose(tables, w, now));
        let left = (until - now).as_seconds();
        let Some(free) = free(poses, sizes, paces, left) else {
            return true;
        };
        if free > left {
            return false;
        }
        // Rounded down, at least one microsecond on.
        now = Time(now.0 + ((free * 1e6) as i64).max(1));
    }
    false
}

/// For how long [s] they cannot meet, `enough` is enough; `None` if they overlap.
#[inline]
fn free(
    (a, b): (Pose, Pose),
    (size_a, size_b): ((f64, f64), (f64, f64)),
    (pace_a, pace_b): (Pace, Pace),
    enough: f64,
) -> Option<f64> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let spin = pace_a.spin + pace_b.spin;
    let mut best = -1.0;
    for (nx, ny) in [(a.ux, a.uy), (-a.uy, a.ux), (b.ux, b.uy), (-b.uy, b.ux)] {
        let between = nx * dx + ny * dy;
        // From a to b.
        let (nx, ny) = if between < 0.0 { (-nx, -ny) } else { (nx, ny) };
        let gap = between.abs() - half(nx, ny, &a, size_a) - half(nx, ny, &b, size_b);
        if gap <= -TOUCH {
            continue;
        }
        let along_a = nx * pace_a.ux + ny * pace_a.uy;
        let along_b = nx * pace_b.ux + ny * pace_b.uy;
        let towards = (along_a * pace_a.fast).max(along_a * pace_a.slow);
        let away = (along_b * pace_b.fast).min(along_b * pace_b.slow);
        let closing = towards - away + spin;
        let (gap, closing) = (gap.max(CREEP), closing.max(1e-6));
        if gap > closing * enough {
            return Some(f64::INFINITY);
        }
        best = gap.max(best * closing) / closing;
    }
    (best >= 0.0).then_some(best)
}

/// Half of a body's shadow on an axis.
#[inline]
fn half(nx: f64, ny: f64, pose: &Pose, (long, wide): (f64, f64)) -> f64 {
    long * (nx * pose.ux + ny * pose.uy).abs() + wide * (ny * pose.ux - nx * pose.uy).abs()
}
