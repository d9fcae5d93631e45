//! The graph of pieces: what they can reach, and whether they can leave.

use crate::build::Build;
use crate::tree::At;
use crate::{BufferKind, Input, Plant, Process, To};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;

/// Who feeds and who empties each buffer.
pub struct Graph {
    /// Stations that take from each buffer.
    pub takers: Vec<Vec<StationId>>,
    /// Stations that give to each buffer.
    pub givers: Vec<Vec<StationId>>,
    /// Unload ports that each load port's carriers go to, by carrier and operation: hubs.
    pub hubs: BTreeMap<(CarrierTypeId, OperationId), Vec<BufferId>>,
    /// Operations that follow each (`None`: raw pieces).
    pub next: BTreeMap<Option<OperationId>, BTreeSet<OperationId>>,
}

impl Graph {
    /// The graph of a plant.
    pub fn of(plant: &Plant) -> Graph {
        let mut graph = Graph {
            takers: vec![Vec::new(); plant.buffers.len()],
            givers: vec![Vec::new(); plant.buffers.len()],
            hubs: BTreeMap::new(),
            next: BTreeMap::new(),
        };
        for (id, station) in plant.stations.pairs() {
            for input in &station.inputs {
                graph.takers[input.buffer.index()].push(id);
            }
            for output in &station.outputs {
                if let To::Buffer(buffer) = output.to {
                    graph.givers[buffer.index()].push(id);
                }
            }
            if let Some(rework) = &station.rework {
                graph.givers[rework.to.index()].push(id);
            }
        }
        for product in &plant.products {
            let mut before = None;
            for step in &product.route {
                graph.next.entry(before).or_default().insert(step.operation);
                before = Some(step.operation);
            }
        }
        for (id, buffer) in plant.buffers.pairs() {
            if let BufferKind::Unload {
                carrier, operation, ..
            } = buffer.kind
            {
                graph.hubs.entry((carrier, operation)).or_default().push(id);
            }
        }
        graph
    }

    /// The hubs that the carriers of a load port go to.
    pub fn hubs_of(&self, kind: &BufferKind) -> Vec<(CarrierTypeId, OperationId)> {
        let BufferKind::Load {
            carrier, operation, ..
        } = *kind
        else {
            return Vec::new();
        };
        let next = self.next.get(&operation).into_iter().flatten();
        next.map(|next| (carrier, *next))
            .filter(|hub| self.hubs.contains_key(hub))
            .collect()
    }

    /// Buffers that pieces can come to.
    fn fed(&self, plant: &Plant) -> Vec<bool> {
        let mut fed = vec![false; plant.buffers.len()];
        let mut missing: Vec<usize> = plant.stations.iter().map(|s| s.inputs.len()).collect();
        let mut hubs = BTreeSet::new();
        let mut todo: Vec<BufferId> = plant.sources.iter().map(|source| source.to).collect();
        while let Some(buffer) = todo.pop() {
            if core::mem::replace(&mut fed[buffer.index()], true) {
                continue;
            }
            for hub in self.hubs_of(&plant.buffers[buffer].kind) {
                if hubs.insert(hub) {
                    todo.extend(&self.hubs[&hub]);
                }
            }
            for taker in &self.takers[buffer.index()] {
                missing[taker.index()] = missing[taker.index()].saturating_sub(1);
                if missing[taker.index()] == 0 {
                    let station = &plant.stations[*taker];
                    todo.extend(station.outputs.iter().filter_map(|output| match output.to {
                        To::Buffer(buffer) => Some(buffer),
                        To::Sink(_) => None,
                    }));
                    todo.extend(station.rework.as_ref().map(|rework| rework.to));
                }
            }
        }
        fed
    }

    /// Buffers from which pieces can leave the plant. Of a separation every output counts.
    fn leaving(&self, plant: &Plant) -> Vec<bool> {
        let mut leaving = vec![false; plant.buffers.len()];
        let mut before: BTreeMap<(CarrierTypeId, OperationId), Vec<BufferId>> = BTreeMap::new();
        for (id, buffer) in plant.buffers.pairs() {
            for hub in self.hubs_of(&buffer.kind) {
                before.entry(hub).or_default().push(id);
            }
        }
        let exits = |station: &&crate::Station| {
            station
                .outputs
                .iter()
                .any(|output| matches!(output.to, To::Sink(_)))
        };
        let mut todo: Vec<BufferId> = plant
            .stations
            .iter()
            .filter(exits)
            .flat_map(|station| station.inputs.iter().map(|input| input.buffer))
            .collect();
        while let Some(buffer) = todo.pop() {
            if core::mem::replace(&mut leaving[buffer.index()], true) {
                continue;
            }
            for giver in &self.givers[buffer.index()] {
                todo.extend(
                    plant.stations[*giver]
                        .inputs
                        .iter()
                        .map(|input| input.buffer),
                );
            }
            if let BufferKind::Unload {
                carrier, operation, ..
            } = plant.buffers[buffer].kind
                && let Some(ports) = before.remove(&(carrier, operation))
            {
                todo.extend(ports);
            }
        }
        leaving
    }
}

/// Stations nothing comes to, and pieces that can never leave: each chain once, where it begins.
pub fn check(build: &Build<'_>, graph: &Graph) {
    let plant = &build.plant;
    let fed = graph.fed(plant);
    ports(build, graph, &fed);
    let mut seen = BTreeSet::new();
    for (id, station) in plant.stations.pairs() {
        let missing = station.inputs.iter().find(|input| {
            let i = input.buffer.index();
            !fed[i]
                && graph.givers[i].is_empty()
                && matches!(plant.buffers[input.buffer].kind, BufferKind::Queue { .. })
        });
        let at = build.stations[id.index()].read.at("from");
        if let Some(input) = missing
            && seen.insert((input.buffer, at))
        {
            let buffer = &plant.buffers[input.buffer].name;
            let args: &[(&'static str, &dyn core::fmt::Display)] =
                &[("station", &station.name), ("buffer", buffer)];
            build.report("station/unreachable", at, args);
        }
    }
    no_way_out(build, graph, &fed);
    rings(build, graph, &fed);
    small_queues(build);
}

/// Batches that can never begin: the queues before them hold fewer pieces than they need.
fn small_queues(build: &Build<'_>) {
    let plant = &build.plant;
    for station in &plant.stations {
        let Process::Batch { min, .. } = station.process else {
            continue;
        };
        let room = |input: &Input| match plant.buffers[input.buffer].kind {
            BufferKind::Queue { capacity } => capacity.unwrap_or(u32::MAX),
            _ => u32::MAX,
        };
        let room = station.inputs.iter().map(room).fold(0, u32::saturating_add);
        let first = station.inputs.first().filter(|_| room < min);
        if let Some(input) = first {
            let at = build.buffers[input.buffer.index()].read.at("queue");
            let args: &[(&'static str, &dyn core::fmt::Display)] = &[
                ("station", &station.name),
                ("min", &min),
                ("capacity", &room),
            ];
            build.report("station/batch-never", at, args);
        }
    }
}

/// Ports that no route leads to or away from.
fn ports(build: &Build<'_>, graph: &Graph, fed: &[bool]) {
    let plant = &build.plant;
    if graph.next.is_empty() {
        return; // products without routes have been reported
    }
    let mut filled = BTreeSet::new();
    for buffer in &plant.buffers {
        filled.extend(graph.hubs_of(&buffer.kind));
    }
    for (id, buffer) in plant.buffers.pairs() {
        let element = &build.buffers.get(id.index());
        let place = |key: &str| element.and_then(|e| e.read.inner(key)).map(|read| read.at);
        match buffer.kind {
            BufferKind::Unload {
                carrier, operation, ..
            } if !filled.contains(&(carrier, operation))
                && known(graph, operation)
                && !graph.takers[id.index()].is_empty() =>
            {
                let operation = &plant.operations[operation];
                report_port(
                    build,
                    "port/unserved",
                    place("unload"),
                    &buffer.name,
                    operation,
                );
            }
            BufferKind::Load { operation, .. }
                if graph.hubs_of(&buffer.kind).is_empty()
                    && operation.is_none_or(|operation| known(graph, operation))
                    && (fed[id.index()] || !graph.givers[id.index()].is_empty()) =>
            {
                let operation = operation.map_or("-", |id| plant.operations[id].as_str());
                report_port(
                    build,
                    "port/no-next",
                    place("load"),
                    &buffer.name,
                    operation,
                );
            }
            _ => {}
        }
    }
}

/// An operation outside all routes has been reported as such.
fn known(graph: &Graph, operation: OperationId) -> bool {
    graph.next.values().any(|set| set.contains(&operation))
}

fn report_port(build: &Build<'_>, code: &'static str, at: Option<At>, name: &str, operation: &str) {
    let args: &[(&'static str, &dyn core::fmt::Display)] =
        &[("buffer", &name), ("operation", &operation)];
    build.report(code, at.unwrap_or(build.root.at), args);
}

fn no_way_out(build: &Build<'_>, graph: &Graph, fed: &[bool]) {
    let plant = &build.plant;
    for (id, buffer) in plant.buffers.pairs() {
        let i = id.index();
        let Some(element) = build.buffers.get(i) else {
            continue;
        };
        let given = !graph.givers[i].is_empty() || plant.sources.iter().any(|s| s.to == id);
        let taken = matches!(
            buffer.kind,
            BufferKind::Queue { .. } | BufferKind::Unload { .. }
        );
        let ends = given || (fed[i] && matches!(buffer.kind, BufferKind::Unload { .. }));
        if taken && graph.takers[i].is_empty() && ends {
            build.report("buffer/dead-end", element.at, &[("buffer", &buffer.name)]);
        }
    }
}

/// Circles of buffers that nothing enters, or that nothing leaves: reported once each, unless a
/// fault that explains them was.
fn rings(build: &Build<'_>, graph: &Graph, fed: &[bool]) {
    let plant = &build.plant;
    if build.desk.any_error() {
        return;
    }
    let leaving = graph.leaving(plant);
    for (id, station) in plant.stations.pairs() {
        let element = &build.stations[id.index()];
        if let Some(input) = station
            .inputs
            .iter()
            .find(|input| !fed[input.buffer.index()])
        {
            let buffer = &plant.buffers[input.buffer].name;
            let args: &[(&'static str, &dyn core::fmt::Display)] =
                &[("station", &station.name), ("buffer", buffer)];
            build.report("station/unreachable", element.read.at("from"), args);
            return;
        }
        if station
            .inputs
            .iter()
            .any(|input| !leaving[input.buffer.index()])
        {
            let at = element.read.at("to");
            build.report("piece/no-way-out", at, &[("element", &station.name)]);
            return;
        }
    }
}

/// Buffers that nothing uses: a warning.
pub fn unused(build: &Build<'_>, graph: &Graph) {
    let plant = &build.plant;
    let mut named: BTreeSet<BufferId> = plant.sources.iter().map(|source| source.to).collect();
    for buffer in &plant.buffers {
        if let BufferKind::Unload {
            returns: Some((to, _)),
            ..
        } = buffer.kind
        {
            named.insert(to);
        }
    }
    for (id, buffer) in plant.buffers.pairs() {
        let i = id.index();
        let idle = graph.givers[i].is_empty() && graph.takers[i].is_empty();
        let store = matches!(buffer.kind, BufferKind::Store { .. });
        if let Some(element) = build.buffers.get(i)
            && idle
            && !store
            && !named.contains(&id)
        {
            let problem = build.desk.error("buffer/unused", element.at);
            build
                .desk
                .push(problem.arg("buffer", &buffer.name).warning());
        }
    }
}
