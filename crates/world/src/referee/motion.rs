//! One motion of one body: standing, turning on the spot, or along an edge.

use crate::fleet::{Profile, Tables};
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// How a body moves.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) enum Course {
    /// It stands on a node.
    Stand(Axis),
    /// It turns about a node by this angle [rad], in as long as its type needs.
    Turn(Axis, f64),
    /// Along an edge.
    Drive(EdgeId, Profile),
    /// It was last told on a node: where it is, nobody knows. Not judged.
    Told(Axis),
}

/// A body on a node.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Axis {
    node: NodeId,
    /// Unit vector along the body.
    ux: f64,
    uy: f64,
}

impl Axis {
    /// On this node, with its axis at this angle [rad].
    pub fn new(node: NodeId, angle: f64) -> Axis {
        Axis {
            node,
            ux: libm::cos(angle),
            uy: libm::sin(angle),
        }
    }

    #[inline]
    fn pose(&self, tables: &Tables) -> Pose {
        let (x, y) = tables.nodes[self.node];
        Pose {
            x,
            y,
            ux: self.ux,
            uy: self.uy,
        }
    }
}

/// A motion under way.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Motion {
    pub since: Time,
    pub course: Course,
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
    /// Speed of a corner while turning [mm/s].
    pub spin: f64,
}

impl Motion {
    /// What it touches is a breach.
    #[inline]
    pub fn judged(&self) -> bool {
        !matches!(self.course, Course::Told(_))
    }

    /// The row of the area it can sweep: edges first, then nodes.
    #[inline]
    pub fn area(&self, tables: &Tables) -> u32 {
        match self.course {
            Course::Drive(edge, _) => edge.0,
            Course::Stand(axis) | Course::Turn(axis, _) | Course::Told(axis) => {
                tables.ways.len() as u32 + axis.node.0
            }
        }
    }

    /// Where the body is at an instant at or after the start.
    #[inline]
    pub fn pose(&self, tables: &Tables, v: VehicleId, now: Time) -> Pose {
        match self.course {
            Course::Stand(axis) | Course::Told(axis) => axis.pose(tables),
            Course::Turn(axis, angle) => {
                let Pose { x, y, ux, uy } = axis.pose(tables);
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
                let way = &tables.ways[edge];
                let far = profile.at(now, &tables.kin[v]).0 * way.scale;
                let (ux, uy) = (way.ux, way.uy);
                Pose {
                    x: way.x + far * ux,
                    y: way.y + far * uy,
                    ux,
                    uy,
                }
            }
        }
    }

    /// How fast it can be.
    #[inline]
    pub fn pace(&self, tables: &Tables, v: VehicleId) -> Pace {
        let still = Pace {
            ux: 0.0,
            uy: 0.0,
            slow: 0.0,
            fast: 0.0,
            spin: 0.0,
        };
        match self.course {
            Course::Stand(_) | Course::Told(_) => still,
            Course::Turn(..) => Pace {
                spin: tables.kin[v].spin,
                ..still
            },
            Course::Drive(edge, profile) => {
                let way = &tables.ways[edge];
                let slow = profile.speed.min(profile.exit) * way.scale;
                Pace {
                    ux: way.ux,
                    uy: way.uy,
                    slow,
                    fast: profile.peak * way.scale,
                    spin: 0.0,
                }
            }
        }
    }
}
