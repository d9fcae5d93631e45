//! One motion of one body: standing, turning on the spot, or along an edge.

use crate::fleet::{Profile, Tables};
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// How a body moves.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) enum Course {
    /// It does not.
    Stand,
    /// About its centre, by this angle [rad], in as long as its type needs.
    Turn(f64),
    /// Along an edge.
    Drive(EdgeId, Profile),
}

/// A motion under way.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Motion {
    pub since: Time,
    pub course: Course,
    /// Centre at the start [mm].
    x: f64,
    y: f64,
    /// Unit vector along the body at the start.
    ux: f64,
    uy: f64,
    /// All it can sweep: least x, least y, greatest x, greatest y [mm].
    pub area: [f64; 4],
}

/// Where a body is: centre [mm] and unit vector along it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pose {
    pub x: f64,
    pub y: f64,
    pub ux: f64,
    pub uy: f64,
}

/// Bounds on a motion, as long as it lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Direction of travel.
    pub ux: f64,
    pub uy: f64,
    /// Least and greatest speed along it [mm/s].
    pub slow: f64,
    pub fast: f64,
    /// Turning [rad/s].
    pub turn: f64,
}

impl Motion {
    /// From a node (an edge has its own start) with this axis [rad].
    pub fn new(
        since: Time,
        course: Course,
        node: NodeId,
        axis: f64,
        tables: &Tables,
        v: VehicleId,
    ) -> Motion {
        let (long, wide) = tables.kin[v].half;
        if let Course::Drive(edge, profile) = course {
            let way = &tables.ways[edge];
            let (x, y) = (way.x, way.y);
            let at = |offset: f64| {
                (
                    x + offset * way.scale * way.ux,
                    y + offset * way.scale * way.uy,
                )
            };
            let ((x0, y0), (x1, y1)) = (at(profile.offset), at(way.length));
            let ex = long * way.ux.abs() + wide * way.uy.abs();
            let ey = long * way.uy.abs() + wide * way.ux.abs();
            let area = [
                x0.min(x1) - ex,
                y0.min(y1) - ey,
                x0.max(x1) + ex,
                y0.max(y1) + ey,
            ];
            return Motion {
                since,
                course,
                x,
                y,
                ux: way.ux,
                uy: way.uy,
                area,
            };
        }
        let (x, y) = tables.nodes[node];
        let (ux, uy) = (libm::cos(axis), libm::sin(axis));
        let (ex, ey) = match course {
            Course::Turn(_) => {
                let round = libm::sqrt(long * long + wide * wide);
                (round, round)
            }
            _ => (
                long * ux.abs() + wide * uy.abs(),
                long * uy.abs() + wide * ux.abs(),
            ),
        };
        Motion {
            since,
            course,
            x,
            y,
            ux,
            uy,
            area: [x - ex, y - ey, x + ex, y + ey],
        }
    }

    /// Where the body is at an instant at or after the start.
    #[inline]
    pub fn pose(&self, tables: &Tables, v: VehicleId, now: Time) -> Pose {
        let Motion { x, y, ux, uy, .. } = *self;
        match self.course {
            Course::Stand => Pose { x, y, ux, uy },
            Course::Turn(angle) => {
                let turned = (now - self.since).as_seconds() * tables.kin[v].turn;
                let turned = if angle < 0.0 {
                    -turned.min(-angle)
                } else {
                    turned.min(angle)
                };
                let (cos, sin) = (libm::cos(turned), libm::sin(turned));
                Pose {
                    x,
                    y,
                    ux: ux * cos - uy * sin,
                    uy: ux * sin + uy * cos,
                }
            }
            Course::Drive(edge, profile) => {
                let way = profile.at(now).0 * tables.ways[edge].scale;
                Pose {
                    x: x + way * ux,
                    y: y + way * uy,
                    ux,
                    uy,
                }
            }
        }
    }

    /// How fast it can be.
    #[inline]
    pub fn pace(&self, tables: &Tables, v: VehicleId) -> Pace {
        let (ux, uy) = (self.ux, self.uy);
        match self.course {
            Course::Stand => Pace {
                ux,
                uy,
                slow: 0.0,
                fast: 0.0,
                turn: 0.0,
            },
            Course::Turn(_) => Pace {
                ux,
                uy,
                slow: 0.0,
                fast: 0.0,
                turn: tables.kin[v].turn,
            },
            Course::Drive(edge, profile) => {
                let scale = tables.ways[edge].scale;
                let slow = profile.speed.min(profile.exit) * scale;
                Pace {
                    ux,
                    uy,
                    slow,
                    fast: profile.peak * scale,
                    turn: 0.0,
                }
            }
        }
    }
}
