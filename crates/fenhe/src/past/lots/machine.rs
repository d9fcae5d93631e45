//! What lies between ports: stations and queues joined without a transport, which nobody looks into.

use fenhe_contract::*;
use fenhe_plant::{BufferKind, Effect, Plant, Process, Start, Station, To};
use std::collections::BTreeMap;

/// Stations and queues between ports.
#[derive(Debug)]
pub struct Machine {
    /// Ports where lots are emptied into it.
    pub inputs: Vec<BufferId>,
    /// Ports where lots are filled from it.
    pub outputs: Vec<BufferId>,
    /// What else feeds it.
    pub sources: Vec<SourceId>,
    /// Where else pieces go.
    pub sinks: Vec<SinkId>,
    /// Its stations, in order of id.
    pub stations: Vec<StationId>,
    /// No piece goes through it in less.
    pub quickest: Span,
    /// Most pieces that can be between its ports, with a carrier being filled; none: no limit.
    pub capacity: Option<u64>,
    /// In what order pieces come out.
    pub order: Order,
}

/// In what order pieces come out.
#[derive(Debug)]
pub enum Order {
    /// As they went in, but that pieces in one of several equal stations wait where that one stands.
    Kept {
        /// Such stations.
        groups: Vec<Group>,
        /// Share of pieces that are scrapped on the way, by the model; none where a stop may scrap what it holds.
        scrap: Option<f64>,
    },
    /// In any.
    Free,
}

/// Equal stations side by side.
#[derive(Debug)]
pub struct Group {
    /// Which.
    pub stations: Vec<StationId>,
    /// Jobs at once.
    pub servers: u64,
    /// Pieces of a job, at most.
    pub batch: u64,
    /// How long a job takes.
    pub time: Span,
}

/// All machines with ports, and the machine of each such port.
pub fn machines(plant: &Plant) -> (Vec<Machine>, BTreeMap<BufferId, usize>) {
    let root = roots(plant);
    let (mut all, mut of) = (Vec::new(), BTreeMap::new());
    for id in plant.buffers.ids().filter(|id| root[id.index()] == *id) {
        let members: Vec<BufferId> = plant
            .buffers
            .ids()
            .filter(|b| root[b.index()] == id)
            .collect();
        let machine = machine(plant, &members);
        if !machine.stations.is_empty() {
            let ports = machine.inputs.iter().chain(&machine.outputs);
            of.extend(ports.map(|port| (*port, all.len())));
            all.push(machine);
        }
    }
    (all, of)
}

/// Buffers joined by stations have the same root, a member of their set.
fn roots(plant: &Plant) -> Vec<BufferId> {
    let mut root: Vec<BufferId> = plant.buffers.ids().collect();
    for station in plant.stations.iter() {
        let mut joined =
            inputs(station).chain(station.outputs.iter().filter_map(|out| buffer(out.to)));
        let Some(first) = joined.next() else { continue };
        let joined: Vec<BufferId> = joined
            .chain(station.rework.iter().map(|rework| rework.to))
            .collect();
        for other in joined {
            let (a, b) = (root[first.index()], root[other.index()]);
            let (least, most) = (a.min(b), a.max(b));
            root.iter_mut()
                .filter(|r| **r == most)
                .for_each(|r| *r = least);
        }
    }
    root
}

fn inputs(station: &Station) -> impl Iterator<Item = BufferId> {
    station.inputs.iter().map(|input| input.buffer)
}

fn buffer(to: To) -> Option<BufferId> {
    match to {
        To::Buffer(buffer) => Some(buffer),
        To::Sink(_) => None,
    }
}

fn machine(plant: &Plant, members: &[BufferId]) -> Machine {
    let kind = |b: &&BufferId| &plant.buffers[**b].kind;
    let unload = |b: &&BufferId| matches!(kind(b), BufferKind::Unload { .. });
    let load = |b: &&BufferId| matches!(kind(b), BufferKind::Load { .. });
    let own = |row: &Station| inputs(row).any(|b| members.contains(&b));
    let stations: Vec<StationId> = plant
        .stations
        .pairs()
        .filter(|(_, row)| own(row))
        .map(|(id, _)| id)
        .collect();
    let sinks = stations.iter().flat_map(|s| &plant.stations[*s].outputs);
    let sinks = sinks.filter_map(|out| match out.to {
        To::Sink(sink) => Some(sink),
        To::Buffer(_) => None,
    });
    let mut sinks: Vec<SinkId> = sinks.collect();
    sinks.sort_unstable();
    sinks.dedup();
    let sources = plant
        .sources
        .pairs()
        .filter(|(_, row)| members.contains(&row.to));
    let mut machine = Machine {
        inputs: members.iter().filter(unload).copied().collect(),
        outputs: members.iter().filter(load).copied().collect(),
        sources: sources.map(|(id, _)| id).collect(),
        sinks,
        quickest: Span::ZERO,
        capacity: capacity(plant, members, &stations),
        order: Order::Free,
        stations,
    };
    if let Some((order, quickest)) = chain(plant, &machine) {
        (machine.order, machine.quickest) = (order, quickest);
    }
    machine
}

/// Most pieces that fit in.
fn capacity(plant: &Plant, members: &[BufferId], stations: &[StationId]) -> Option<u64> {
    let mut sum = 0_u64;
    for b in members {
        sum += match plant.buffers[*b].kind {
            BufferKind::Queue { capacity } => u64::from(capacity?),
            BufferKind::Load { carrier, .. } => u64::from(plant.carriers[carrier].capacity),
            BufferKind::Unload { .. } | BufferKind::Store { .. } => 0,
        };
    }
    for s in stations {
        let row = &plant.stations[*s];
        sum += match row.process {
            Process::Single { servers: u32::MAX } => return None,
            Process::Single { servers } => u64::from(servers),
            Process::Batch { servers, max, .. } => u64::from(servers) * u64::from(max),
            Process::Stream { pitch } => belt(row, pitch)?,
        };
    }
    Some(sum)
}

/// Pieces on a belt.
fn belt(row: &Station, pitch: Span) -> Option<u64> {
    let time = row
        .times
        .iter()
        .map(constant)
        .try_fold(Span::ZERO, |most, time| Some(most.max(time?)))?;
    u64::try_from(time.0 / pitch.0.max(1) + 2).ok()
}

fn constant(dist: &Dist) -> Option<Span> {
    match dist {
        Dist::Constant(span) => Some(*span),
        _ => None,
    }
}

/// One stage after the other from the one port to the one exit; none if it is anything else.
fn chain(plant: &Plant, machine: &Machine) -> Option<(Order, Span)> {
    let [mut at] = *machine.inputs.as_slice() else {
        return None;
    };
    if !machine.sources.is_empty() || machine.outputs.len() + machine.sinks.len() != 1 {
        return None;
    }
    let (mut groups, mut quickest, mut good, mut whole, mut seen) =
        (Vec::new(), Span::ZERO, 1.0, true, 0);
    loop {
        let takes = |s: &&StationId| inputs(&plant.stations[**s]).any(|b| b == at);
        let stage: Vec<StationId> = machine.stations.iter().filter(takes).copied().collect();
        let first = &plant.stations[*stage.first()?];
        let to = first.outputs.first()?.to;
        if !stage.iter().all(|s| plain(&plant.stations[*s], to)) {
            return None;
        }
        seen += stage.len();
        quickest += least(first, &stage, plant);
        if stage.len() > 1 || !serial(&first.process) {
            groups.push(group(plant, stage.clone())?);
        }
        good *= 1.0 - first.scrap.as_f64();
        let scraps = |s: &StationId| {
            plant.stations[*s]
                .failures
                .iter()
                .any(|f| f.effect == Effect::Scrap)
        };
        whole &= !stage.iter().any(scraps)
            && stage
                .iter()
                .all(|s| plant.stations[*s].scrap == first.scrap);
        match to {
            To::Buffer(next)
                if matches!(plant.buffers[next].kind, BufferKind::Queue { .. })
                    && seen < machine.stations.len() =>
            {
                at = next;
            }
            _ => break,
        }
    }
    let late = plant
        .products
        .iter()
        .any(|row| row.route.iter().any(|step| step.queue_scrap));
    let scrap = (whole && !late).then_some(1.0 - good);
    (seen == machine.stations.len()).then_some((Order::Kept { groups, scrap }, quickest))
}

/// Takes what stands first and gives a piece for a piece, all to one end.
fn plain(row: &Station, to: To) -> bool {
    let one = |count: u32| count == 1;
    row.start == Start::Itself
        && row.rework.is_none()
        && row.inputs.len() == 1
        && row.inputs.iter().all(|input| one(input.count))
        && row.outputs.len() == 1
        && row.outputs.iter().all(|out| one(out.count) && out.to == to)
}

/// One job after the other.
fn serial(process: &Process) -> bool {
    match *process {
        Process::Single { servers } | Process::Batch { servers, .. } => servers == 1,
        Process::Stream { .. } => true,
    }
}

/// The least time a piece is in a stage.
fn least(first: &Station, stage: &[StationId], plant: &Plant) -> Span {
    let times = stage.iter().flat_map(|s| &plant.stations[*s].times);
    let least = times.map(|time| constant(time).unwrap_or(Span::ZERO)).min();
    least
        .filter(|_| !first.times.is_empty())
        .unwrap_or(Span::ZERO)
}

/// Equal stations: pieces pass each other only where one of them stands.
fn group(plant: &Plant, stations: Vec<StationId>) -> Option<Group> {
    let (mut all, mut servers, mut batch) = (Vec::new(), 0, 1);
    for s in &stations {
        let row = &plant.stations[*s];
        let (many, pieces) = match row.process {
            Process::Single { servers } => (u64::from(servers), 1),
            Process::Batch { servers, max, .. } => (u64::from(servers), u64::from(max)),
            Process::Stream { .. } => return None,
        };
        let again = row
            .failures
            .iter()
            .any(|failure| failure.effect == Effect::Restart);
        if again || row.setup.is_some() {
            return None;
        }
        (servers, batch) = (servers + many, batch.max(pieces));
        all.extend(row.times.iter().map(constant));
    }
    let time = (*all.first()?)?;
    let equal = time > Span::ZERO && all.iter().all(|other| *other == Some(time));
    equal.then_some(Group {
        stations,
        servers,
        batch,
        time,
    })
}
