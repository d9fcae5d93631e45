//! Automated stores as a promise sees them: each crane is a server that puts a load away and brings it out again,
//! in the mean time over the slots (Bozer and White, IIE Transactions 16(4), 1984, slot by slot and with
//! acceleration), longer by its breakdowns.

use super::capacity::{Group, Resource, Server};
use super::hours::Hours;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Crane, CraneCommand, FailureClock, Plant, Rack, Spot};

/// Every rack that loads go through between operations.
pub(super) fn groups(plant: &Plant) -> Vec<Group> {
    let used = |(id, _): &(RackId, &Rack)| {
        let mut operations = plant.operations.ids();
        operations.any(|operation| before(plant, operation).is_some_and(|(rack, _)| rack == *id))
    };
    let group = |(id, rack): (RackId, &Rack)| {
        let crane = |n: u32| Server {
            station: None,
            hours: Hours::default(),
            times: vec![load_time(rack, &plant.cranes[CraneId(n)])],
        };
        Group {
            resource: Resource::Store(id),
            servers: (rack.cranes.start.0..rack.cranes.end.0)
                .map(crane)
                .collect(),
        }
    };
    plant.racks.pairs().filter(used).map(group).collect()
}

/// The rack that loads go through before an operation, and whether vehicles fetch them from it.
pub(super) fn before(plant: &Plant, operation: OperationId) -> Option<(RackId, bool)> {
    let said = |rack: &Rack| rack.before.binary_search(&operation).is_ok();
    if let Some((id, _)) = plant.racks.pairs().find(|(_, rack)| said(rack)) {
        return Some((id, true));
    }
    let port = |id: BufferId| match &plant.buffers[id].kind {
        BufferKind::Unload {
            operation: of,
            places,
            ..
        } if *of == operation => Some(plant.places[places.start].node.is_some()),
        _ => None,
    };
    if plant.buffers.ids().any(|id| port(id) == Some(true)) {
        return None;
    }
    let feeds = |crane: &&Crane| {
        let mut io = crane.io.iter();
        io.any(|point| point.out && port(point.buffer).is_some())
    };
    let crane = plant.cranes.iter().find(feeds)?;
    Some((crane.rack, false))
}

/// Mean time of a crane for one load, in and out again: one dual command, or two single ones.
pub fn load_time(rack: &Rack, crane: &Crane) -> Span {
    let at = |out: bool| {
        let point = crane.io.iter().find(|point| point.out == out);
        point
            .or(crane.io.first())
            .map_or(Spot::default(), |point| point.at)
    };
    let (first, last) = (at(false), at(true));
    let travel = match rack.command {
        CraneCommand::Single => 2.0 * one_way(rack, first) + 2.0 * one_way(rack, last),
        CraneCommand::Dual => {
            let back = rack.travel(last, first).0 as f64;
            one_way(rack, first) + between(rack) + one_way(rack, last) + back
        }
    };
    let time = travel + 4.0 * rack.transfer.mean().0 as f64;
    Span(libm::round(time * slowness(rack)) as i64)
}

/// Mean way between a position and a slot [µs].
fn one_way(rack: &Rack, from: Spot) -> f64 {
    let all = (0..rack.size()).map(|n| rack.travel(from, rack.spot(n)).0 as f64);
    all.sum::<f64>() / f64::from(rack.size().max(1))
}

/// Mean way between two slots, each pair of different ones as likely [µs].
fn between(rack: &Rack) -> f64 {
    let pairs = |d: u32, n: u32| f64::from(if d == 0 { n } else { 2 * (n - d) });
    let same = rack.spot(0);
    let mut sum = 0.0;
    for bay in 0..rack.bays {
        for level in 0..rack.levels {
            let there = Spot {
                x: same.x + rack.bay_width * i64::from(bay),
                y: same.y + rack.level_height * i64::from(level),
            };
            let weight = pairs(bay, rack.bays) * pairs(level, rack.levels);
            sum += weight * rack.travel(same, there).0 as f64;
        }
    }
    let a_spot = f64::from(rack.sides) * f64::from(rack.depth);
    let all = f64::from(rack.size());
    sum * a_spot * a_spot / (all * (all - 1.0)).max(1.0)
}

/// By how much a crane takes longer than it moves.
fn slowness(rack: &Rack) -> f64 {
    let (mut busy, mut up) = (1.0, 1.0);
    for failure in &rack.failures {
        let share = failure.repair.mean().0 as f64 / (failure.every.mean().0 as f64).max(1.0);
        match failure.clock {
            FailureClock::Calendar => up *= 1.0 + share,
            FailureClock::Busy | FailureClock::Pieces => busy += share,
        }
    }
    busy * up
}
