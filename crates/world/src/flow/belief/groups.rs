//! Lines that run by themselves, as control sees them: groups of stations joined by queues nobody tells
//! about, with what comes in and what goes out.

use super::super::Flow;
use super::takers;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Demand, Plant, Process, Release, Reports, Start, Station, To};

/// A queue (or port) with the stations that take from it first.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub buffer: BufferId,
    /// Stations by themselves whose first input this is.
    pub takers: Vec<u32>,
    /// Pieces that may wait; 0 for a port, whose pieces wait in carriers.
    pub room: u32,
    /// Nodes that the takers give to.
    pub next: Vec<usize>,
    /// Pieces a second that the takers can make.
    pub rate: f64,
    /// Endless supply: the queue is kept full.
    pub endless: bool,
}

/// Such a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// In the direction of flow as far as there is one.
    pub nodes: Vec<Node>,
    /// Load ports that are filled.
    pub loads: Vec<BufferId>,
    /// Sinks that count from time to time, with their period [s].
    pub sinks: Vec<(SinkId, f64)>,
    /// Pieces that are in it, with their products; `None` if nobody can know.
    pub known: Option<Vec<(ProductId, u32)>>,
    /// Arrivals from outside [pieces/s], where they are what limits the flow.
    pub arrivals: Option<f64>,
    /// A source that feeds it, for what has no room.
    pub source: Option<SourceId>,
    /// What its sources make.
    pub product: Option<ProductId>,
}

/// All groups of a plant: none for stations that wait for control's word.
pub(super) fn groups(flow: &Flow, plant: &Plant, belief: &Belief, taken: &[u32]) -> Vec<Group> {
    let root = roots(plant);
    let mut groups = Vec::new();
    for id in plant.buffers.ids().filter(|id| root[id.index()] == *id) {
        let members = plant.buffers.ids().filter(|b| root[b.index()] == id);
        let members: Vec<BufferId> = members.collect();
        let group = group(flow, plant, &members);
        if !group.nodes.is_empty() || !group.loads.is_empty() {
            groups.push((members, group));
        }
    }
    let mut counted = inside(plant, belief, taken);
    for (members, group) in &mut groups {
        if is_countable(plant, group) {
            let mut known: Vec<(ProductId, u32)> = Vec::new();
            for member in members.iter() {
                for (product, count) in core::mem::take(&mut counted[member.index()]) {
                    known.push((product, count));
                }
            }
            group.known = Some(known);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether a station takes without being told.
pub(super) fn runs_itself(station: &Station) -> bool {
    station.start == Start::Itself
}

/// A queue where control knows each piece.
fn is_told(plant: &Plant, buffer: BufferId) -> bool {
    plant.stations.iter().any(|station| {
        !runs_itself(station) && station.inputs.first().is_some_and(|i| i.buffer == buffer)
    })
}

fn is_store(plant: &Plant, buffer: BufferId) -> bool {
    matches!(plant.buffers[buffer].kind, BufferKind::Store { .. })
}

/// Buffers joined by stations that run by themselves have the same root. A told queue stands alone,
/// and has itself as root only if nothing else is known of it.
fn roots(plant: &Plant) -> Vec<BufferId> {
    let mut root: Vec<BufferId> = plant.buffers.ids().collect();
    for station in plant.stations.iter().filter(|s| runs_itself(s)) {
        let inputs = station.inputs.iter().map(|input| input.buffer);
        let outputs = station.outputs.iter().filter_map(|out| match out.to {
            To::Buffer(to) => Some(to),
            To::Sink(_) => None,
        });
        let rework = station.rework.iter().map(|rework| rework.to);
        let mut joined = inputs
            .chain(outputs)
            .chain(rework)
            .filter(|&b| !is_told(plant, b));
        let Some(first) = joined.next() else { continue };
        for other in joined {
            let (a, b) = (root[first.index()], root[other.index()]);
            for r in &mut root {
                if *r == b {
                    *r = a;
                }
            }
        }
    }
    // The root is a member of its own set.
    let all: Vec<BufferId> = root.clone();
    for r in &mut root {
        let first = all.iter().position(|other| other == r);
        *r = BufferId(first.unwrap_or(0) as u32);
    }
    root
}

fn group(flow: &Flow, plant: &Plant, members: &[BufferId]) -> Group {
    let mut group = Group::default();
    for &buffer in members
        .iter()
        .filter(|&&b| !is_told(plant, b) && !is_store(plant, b))
    {
        if let BufferKind::Load { .. } = plant.buffers[buffer].kind {
            group.loads.push(buffer);
            continue;
        }
        let own = |id: &u32| runs_itself(&plant.stations[StationId(*id)]);
        let takers: Vec<u32> = takers(flow, plant, buffer)
            .into_iter()
            .filter(own)
            .collect();
        group.nodes.push(node(plant, buffer, takers));
    }
    sort(plant, &mut group.nodes);
    for node in &group.nodes {
        for &id in &node.takers {
            for out in &plant.stations[StationId(id)].outputs {
                if let To::Sink(sink) = out.to
                    && let Reports::Counter { every } = plant.sinks[sink].reports
                    && !group.sinks.iter().any(|(known, _)| *known == sink)
                {
                    group.sinks.push((sink, every.as_seconds()));
                }
            }
        }
    }
    feeds(plant, members, &mut group);
    group
}

fn node(plant: &Plant, buffer: BufferId, takers: Vec<u32>) -> Node {
    let room = match plant.buffers[buffer].kind {
        BufferKind::Queue { capacity } => capacity.unwrap_or(u32::MAX),
        BufferKind::Unload { .. } | BufferKind::Load { .. } | BufferKind::Store { .. } => 0,
    };
    let mut rate = 0.0;
    for &id in &takers {
        let station = &plant.stations[StationId(id)];
        let mean = station.times[0].mean().as_seconds().max(1e-6);
        let down: f64 = station
            .failures
            .iter()
            .map(|f| {
                let down = f.repair.mean().as_seconds();
                down / (down + f.every.mean().as_seconds().max(1e-6))
            })
            .sum();
        let each = match station.process {
            Process::Single { servers } => f64::from(servers) / mean,
            Process::Batch { servers, max, .. } => f64::from(servers) * f64::from(max) / mean,
            Process::Stream { pitch } => 1.0 / pitch.as_seconds().max(1e-6),
        };
        rate += each * (1.0 - down).max(0.05);
    }
    let endless = plant.sources.iter().any(|source| {
        source.to == buffer
            && matches!(source.demand, Demand::Endless(_))
            && source.release == Release::Push
    });
    Node {
        buffer,
        takers,
        room,
        next: Vec::new(),
        rate: if rate > 0.0 { rate } else { f64::INFINITY },
        endless,
    }
}

/// Puts nodes in the direction of flow; where it goes round, in order of id.
fn sort(plant: &Plant, nodes: &mut Vec<Node>) {
    let gives = |from: &Node, to: &Node| {
        from.takers.iter().any(|&id| {
            plant.stations[StationId(id)]
                .outputs
                .iter()
                .any(|out| out.to == To::Buffer(to.buffer))
        })
    };
    let mut left = core::mem::take(nodes);
    while !left.is_empty() {
        let free = (0..left.len()).find(|&i| {
            left.iter()
                .enumerate()
                .all(|(j, other)| j == i || !gives(other, &left[i]))
        });
        nodes.push(left.remove(free.unwrap_or(0)));
    }
    for i in 0..nodes.len() {
        let next = (0..nodes.len()).filter(|&j| j > i && gives(&nodes[i], &nodes[j]));
        nodes[i].next = next.collect();
    }
}

/// What comes in from sources.
fn feeds(plant: &Plant, members: &[BufferId], group: &mut Group) {
    let mut arrivals = 0.0;
    let mut only = true;
    for (id, source) in plant
        .sources
        .pairs()
        .filter(|(_, s)| members.contains(&s.to))
    {
        group.source = group.source.or(Some(id));
        match source.demand {
            Demand::Arrivals {
                product,
                ref every,
                count,
            } => {
                group.product = Some(product);
                arrivals += f64::from(count) / every.mean().as_seconds().max(1e-6);
                only &= source.release == Release::Push;
            }
            Demand::Endless(product) | Demand::Orders(product) => {
                group.product = Some(product);
                only = false;
            }
        }
    }
    let carried = members
        .iter()
        .any(|&b| matches!(plant.buffers[b].kind, BufferKind::Unload { .. }));
    group.arrivals =
        (only && arrivals > 0.0 && !carried && !is_given(plant, members)).then_some(arrivals);
}

/// A station that waits for control's word gives to one of these.
fn is_given(plant: &Plant, members: &[BufferId]) -> bool {
    plant
        .stations
        .iter()
        .filter(|s| !runs_itself(s))
        .any(|station| {
            station
                .outputs
                .iter()
                .any(|out| matches!(out.to, To::Buffer(b) if members.contains(&b)))
        })
}

/// Control can count what is in there: it sees what goes in and what comes out.
fn is_countable(plant: &Plant, group: &Group) -> bool {
    let counts = |sink: SinkId| {
        matches!(
            plant.sinks[sink].reports,
            Reports::Counter { .. } | Reports::Piece
        )
    };
    let seen = group.nodes.iter().flat_map(|node| &node.takers).any(|&id| {
        plant.stations[StationId(id)]
            .outputs
            .iter()
            .any(|out| match out.to {
                To::Sink(sink) => counts(sink),
                To::Buffer(buffer) => is_told(plant, buffer),
            })
    });
    let endless = group.nodes.iter().any(|node| node.endless);
    !endless && (seen || !group.loads.is_empty())
}

/// Pieces inside by products, booked on a buffer of the group where they are: what control counts
/// at an entry, less the jobs known one by one, and what has been taken from a carrier half emptied.
fn inside(plant: &Plant, belief: &Belief, taken: &[u32]) -> Vec<Vec<(ProductId, u32)>> {
    let mut counted: Vec<Vec<(ProductId, u32)>> =
        plant.buffers.iter().map(|_| Vec::new()).collect();
    for known in &belief.inside {
        let mut count = known.count;
        let mut at = Some(known.entry);
        if is_told(plant, known.entry) {
            let here = |job: &&JobBelief| {
                job.product == known.product
                    && plant.stations[job.station]
                        .inputs
                        .first()
                        .is_some_and(|i| i.buffer == known.entry)
            };
            let jobs = belief
                .ordered
                .iter()
                .chain(&belief.running)
                .filter(here)
                .count();
            count = count.saturating_sub(jobs as u32);
            at = behind(plant, known.entry);
        }
        if let Some(at) = at {
            counted[at.index()].push((known.product, count));
        }
    }
    for (n, &count) in taken.iter().enumerate().filter(|(_, count)| **count > 0) {
        let first = belief.loads.iter().filter(|load| load.count > 0).find(|load| {
            matches!(plant.places[load.place].owner, fenhe_plant::Owner::Buffer(b) if b.index() == n)
        });
        let product = first.and_then(|load| load.product).unwrap_or(ProductId(0));
        counted[n].push((product, count));
    }
    counted
}

/// The first buffer that the stations at a told queue give to.
fn behind(plant: &Plant, entry: BufferId) -> Option<BufferId> {
    plant
        .stations
        .iter()
        .filter(|s| s.inputs.first().is_some_and(|i| i.buffer == entry))
        .find_map(|station| {
            station.outputs.iter().find_map(|out| match out.to {
                To::Buffer(to) if !is_told(plant, to) => Some(to),
                To::Buffer(_) | To::Sink(_) => None,
            })
        })
}
