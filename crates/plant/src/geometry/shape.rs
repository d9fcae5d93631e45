//! Regions of the floor as rectangles and discs, and whether they overlap. Only + - * / and square
//! roots, so that every machine finds the same.

use super::Body;
use crate::{Node, Tracks};
use alloc::vec::Vec;
use fenhe_contract::{Index, NodeId};

/// Axes that differ by less [rad] are one axis.
pub const AXIS_TOLERANCE: f64 = 1e-3;

/// A part of a region [mm].
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    /// Centre, unit vector along, half extents along and across.
    Rectangle {
        x: f64,
        y: f64,
        ux: f64,
        uy: f64,
        along: f64,
        across: f64,
    },
    /// Centre and radius.
    Disc { x: f64, y: f64, radius: f64 },
}

impl Shape {
    /// Its middle.
    pub fn middle(&self) -> (f64, f64) {
        self.centre()
    }

    fn centre(&self) -> (f64, f64) {
        match *self {
            Shape::Rectangle { x, y, .. } | Shape::Disc { x, y, .. } => (x, y),
        }
    }

    /// Half of its extent along a unit vector.
    fn reach(&self, vx: f64, vy: f64) -> f64 {
        match *self {
            Shape::Rectangle {
                ux,
                uy,
                along,
                across,
                ..
            } => along * libm::fabs(ux * vx + uy * vy) + across * libm::fabs(ux * vy - uy * vx),
            Shape::Disc { radius, .. } => radius,
        }
    }

    /// Least and greatest corner of the upright box around it.
    pub fn bounds(&self) -> ((f64, f64), (f64, f64)) {
        let (x, y) = self.centre();
        let (dx, dy) = (self.reach(1.0, 0.0), self.reach(0.0, 1.0));
        ((x - dx, y - dy), (x + dx, y + dy))
    }

    /// Overlapping or touching: separating axes for rectangles (Gottschalk, Lin and Manocha 1996),
    /// nearest point for discs.
    pub fn overlaps(&self, other: &Shape) -> bool {
        match (self, other) {
            (
                Shape::Disc { x, y, radius },
                Shape::Disc {
                    x: x1,
                    y: y1,
                    radius: r1,
                },
            ) => {
                let (dx, dy, reach) = (x1 - x, y1 - y, radius + r1);
                dx * dx + dy * dy <= reach * reach
            }
            (Shape::Rectangle { .. }, Shape::Rectangle { .. }) => {
                !self.separates(other) && !other.separates(self)
            }
            (Shape::Disc { x, y, radius }, Shape::Rectangle { .. }) => {
                other.distance_squared(*x, *y) <= radius * radius
            }
            (Shape::Rectangle { .. }, Shape::Disc { .. }) => other.overlaps(self),
        }
    }

    /// One of its two axes separates it from another shape.
    fn separates(&self, other: &Shape) -> bool {
        let Shape::Rectangle {
            x,
            y,
            ux,
            uy,
            along,
            across,
        } = *self
        else {
            return false;
        };
        let (ox, oy) = other.centre();
        let (dx, dy) = (ox - x, oy - y);
        libm::fabs(dx * ux + dy * uy) > along + other.reach(ux, uy)
            || libm::fabs(dx * uy - dy * ux) > across + other.reach(-uy, ux)
    }

    /// From a rectangle to a point, 0 inside.
    fn distance_squared(&self, px: f64, py: f64) -> f64 {
        let Shape::Rectangle {
            x,
            y,
            ux,
            uy,
            along,
            across,
        } = *self
        else {
            return 0.0;
        };
        let (dx, dy) = (px - x, py - y);
        let out_along = libm::fmax(libm::fabs(dx * ux + dy * uy) - along, 0.0);
        let out_across = libm::fmax(libm::fabs(dx * uy - dy * ux) - across, 0.0);
        out_along * out_along + out_across * out_across
    }
}

/// The regions of all resources: `shapes[start[r] .. start[r + 1]]` is the region of resource `r`.
pub struct Regions {
    /// Parts of regions, by resource.
    pub shapes: Vec<Shape>,
    /// Length resources + 1.
    pub start: Vec<u32>,
}

/// Regions of all edges, then of all nodes.
pub fn regions(tracks: &Tracks, body: Body) -> Regions {
    let axes = axes(tracks);
    let mut regions = Regions {
        shapes: Vec::new(),
        start: alloc::vec![0],
    };
    let half = body.length.0 as f64 / 2.0 + body.grown();
    let across = body.width.0 as f64 / 2.0 + body.grown();
    let disc = |node: &Node| Shape::Disc {
        x: node.x.0 as f64,
        y: node.y.0 as f64,
        radius: body.disc(),
    };
    for edge in &tracks.edges {
        let (from, to) = (&tracks.nodes[edge.from], &tracks.nodes[edge.to]);
        let (ux, uy, length) = direction(from, to);
        let x = (from.x.0 as f64 + to.x.0 as f64) / 2.0;
        let y = (from.y.0 as f64 + to.y.0 as f64) / 2.0;
        let along = length / 2.0 + half;
        regions.shapes.push(Shape::Rectangle {
            x,
            y,
            ux,
            uy,
            along,
            across,
        });
        for end in [edge.from, edge.to] {
            if matches!(axes[end.index()], Axis::Many) {
                regions.shapes.push(disc(&tracks.nodes[end]));
            }
        }
        regions.start.push(regions.shapes.len() as u32);
    }
    for (id, node) in tracks.nodes.pairs() {
        regions.shapes.push(match axes[id.index()] {
            Axis::One(ux, uy) => {
                let (x, y) = (node.x.0 as f64, node.y.0 as f64);
                Shape::Rectangle {
                    x,
                    y,
                    ux,
                    uy,
                    along: half,
                    across,
                }
            }
            Axis::None | Axis::Many => disc(node),
        });
        regions.start.push(regions.shapes.len() as u32);
    }
    regions
}

/// The axis of the edges that meet at a node.
#[derive(Clone, Copy)]
enum Axis {
    None,
    One(f64, f64),
    Many,
}

fn axes(tracks: &Tracks) -> Vec<Axis> {
    let mut axes = alloc::vec![Axis::None; tracks.nodes.len()];
    let mut meet = |node: NodeId, ux: f64, uy: f64| {
        let axis = &mut axes[node.index()];
        *axis = match *axis {
            Axis::None => Axis::One(ux, uy),
            Axis::One(x, y) if libm::fabs(x * uy - y * ux) <= AXIS_TOLERANCE => Axis::One(x, y),
            Axis::One(..) | Axis::Many => Axis::Many,
        };
    };
    for edge in &tracks.edges {
        let (ux, uy, _) = direction(&tracks.nodes[edge.from], &tracks.nodes[edge.to]);
        meet(edge.from, ux, uy);
        meet(edge.to, ux, uy);
    }
    axes
}

/// Unit vector and distance between two nodes.
fn direction(from: &Node, to: &Node) -> (f64, f64, f64) {
    let (dx, dy) = ((to.x - from.x).0 as f64, (to.y - from.y).0 as f64);
    let length = libm::sqrt(dx * dx + dy * dy);
    if length > 0.0 {
        (dx / length, dy / length, length)
    } else {
        (1.0, 0.0, 0.0)
    }
}
