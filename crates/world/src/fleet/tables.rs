//! What motion needs of the plant, in floating point and by id: computed once, never changed.

use alloc::vec::Vec;
use core::f64::consts::PI;
use fenhe_contract::*;
use fenhe_plant::{Owner, Plant};

/// Axes closer than this [rad] are the same: coordinates come in whole millimetres.
const TURN_MIN: f64 = 0.005;

/// An edge as motion sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// Start [mm].
    pub x: f64,
    /// Start [mm].
    pub y: f64,
    /// Unit vector of travel.
    pub ux: f64,
    /// Unit vector of travel.
    pub uy: f64,
    /// Axis [rad], 0 ..= pi.
    pub axis: f64,
    /// Length driven [mm].
    pub length: f64,
    /// Ratio of the distance between the nodes to the length driven.
    pub scale: f64,
    /// Speed limit [mm/s].
    pub limit: f64,
    /// Where it begins.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
}

/// A vehicle type as motion sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kin {
    /// [mm/s]
    pub speed: f64,
    /// [mm/s2]
    pub accel: f64,
    /// [mm/s2]
    pub brake: f64,
    /// [rad/s]
    pub turn: f64,
    /// Speed of a corner while turning [mm/s].
    pub spin: f64,
    /// Distance to brake from top speed [mm].
    pub reach: f64,
    /// Half the body [mm]: along and across the axis.
    pub half: (f64, f64),
    /// Capacity [J]; 0 is a battery that never empties.
    pub battery: f64,
    /// [W]
    pub idle: f64,
    /// [J/mm]
    pub drive: f64,
    /// Chance of a stop on an edge.
    pub stop: Share,
}

/// Everything, by id.
#[derive(Clone, Default, Debug)]
pub(crate) struct Tables {
    /// One per edge.
    pub ways: Fixed<EdgeId, Way>,
    /// One per vehicle.
    pub kin: Fixed<VehicleId, Kin>,
    /// Per node: a vehicle may rest here (parking, charger, port).
    pub rest: Fixed<NodeId, bool>,
    /// Per node: power of the charger here [W], 0 for none.
    pub charger: Fixed<NodeId, f64>,
    /// Position of each node [mm].
    pub nodes: Fixed<NodeId, (f64, f64)>,
}

impl Tables {
    /// From the checked plant.
    pub fn new(plant: &Plant) -> Tables {
        let tracks = &plant.tracks;
        let nodes = Fixed::like(&tracks.nodes, |n| {
            let node = &tracks.nodes[n];
            (node.x.0 as f64, node.y.0 as f64)
        });
        let mut rest = Fixed::like(&tracks.nodes, |_| false);
        let mut charger = Fixed::like(&tracks.nodes, |_| 0.0);
        for &node in &plant.parking {
            rest[node] = true;
        }
        for place in &plant.places {
            if let (Owner::Buffer(_), Some(node)) = (place.owner, place.node) {
                rest[node] = true;
            }
        }
        for point in &plant.chargers {
            rest[point.node] = true;
            if charger[point.node] <= 0.0 {
                charger[point.node] = point.power.0 as f64;
            }
        }
        Tables {
            ways: Fixed::from_vec(tracks.edges.iter().map(|edge| way(&nodes, edge)).collect()),
            kin: Fixed::from_vec(plant.vehicles.iter().map(|v| kin(plant, v.kind)).collect()),
            rest,
            charger,
            nodes,
        }
    }

    /// The angle [rad] by which a body with this axis turns to drive along an edge; 0 if it need
    /// not. Bodies drive either way, so it is within a quarter turn.
    #[inline]
    pub fn turn(&self, axis: f64, edge: EdgeId) -> f64 {
        let angle = quarter(self.ways[edge].axis - axis);
        if angle.abs() < TURN_MIN { 0.0 } else { angle }
    }

    /// The edges exist and follow one another from this node.
    #[inline]
    pub fn connected(&self, mut node: NodeId, base: &[EdgeId]) -> bool {
        base.iter().all(|&edge| {
            self.ways.get(edge).is_some_and(|way| {
                let follows = way.from == node;
                node = way.to;
                follows
            })
        })
    }

    /// A vehicle may go from one edge to the next without stopping: neither turn nor reversal.
    #[inline]
    pub fn straight_on(&self, edge: EdgeId, next: EdgeId) -> bool {
        let (a, b) = (&self.ways[edge], &self.ways[next]);
        a.ux * b.ux + a.uy * b.uy > 0.0 && (a.ux * b.uy - a.uy * b.ux).abs() < TURN_MIN
    }

    /// The axis of a vehicle standing idle on a node at the start: that of the first edge leaving.
    pub fn axis_at(&self, plant: &Plant, node: NodeId) -> f64 {
        plant
            .tracks
            .leaving(node)
            .first()
            .map_or(0.0, |&edge| self.ways[edge].axis)
    }
}

/// An angle between axes brought to -pi/2 ..= pi/2.
#[inline]
fn quarter(mut angle: f64) -> f64 {
    while angle > PI / 2.0 {
        angle -= PI;
    }
    while angle < -PI / 2.0 {
        angle += PI;
    }
    angle
}

fn way(nodes: &Fixed<NodeId, (f64, f64)>, edge: &fenhe_plant::Edge) -> Way {
    let ((x, y), (x1, y1)) = (nodes[edge.from], nodes[edge.to]);
    let (dx, dy) = (x1 - x, y1 - y);
    let straight = libm::sqrt(dx * dx + dy * dy);
    let length = (edge.length.0 as f64).max(0.0);
    let (angle, ux, uy) = if straight > 0.0 {
        (libm::atan2(dy, dx), dx / straight, dy / straight)
    } else {
        let angle = edge.heading.0 as f64 / 1e3;
        (angle, libm::cos(angle), libm::sin(angle))
    };
    let axis = if angle < 0.0 { angle + PI } else { angle };
    let scale = if length > 0.0 { straight / length } else { 0.0 };
    Way {
        x,
        y,
        ux,
        uy,
        axis,
        length,
        scale,
        limit: (edge.speed.0 as f64).max(1.0),
        from: edge.from,
        to: edge.to,
    }
}

fn kin(plant: &Plant, kind: VehicleTypeId) -> Kin {
    let kind = &plant.vehicle_types[kind];
    let at_least_one = |value: i64| value.max(1) as f64;
    let (speed, brake) = (at_least_one(kind.speed.0), at_least_one(kind.brake.0));
    let half = (kind.length.0 as f64 / 2.0, kind.width.0 as f64 / 2.0);
    let turn = at_least_one(kind.turn.0) / 1e3;
    Kin {
        speed,
        accel: at_least_one(kind.accel.0),
        brake,
        turn,
        spin: turn * libm::hypot(half.0, half.1),
        reach: speed * speed / (2.0 * brake),
        half,
        battery: kind.battery.0.max(0) as f64,
        idle: kind.idle_power.0.max(0) as f64,
        drive: kind.drive_energy.0.max(0) as f64 / 1e3,
        stop: kind.stop_share,
    }
}

/// Vehicles with nothing ordered: the shape of a new table.
pub(crate) fn per_vehicle<T>(
    plant: &Plant,
    make: impl FnMut(VehicleId) -> T,
) -> Fixed<VehicleId, T> {
    let rows: Vec<T> = plant.vehicles.ids().map(make).collect();
    Fixed::from_vec(rows)
}
