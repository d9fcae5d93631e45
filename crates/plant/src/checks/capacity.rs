//! Whether the stations can keep up with what is wanted: the largest flow of pieces through the
//! plant, each station as fast as its mean time, stops and calendar allow at best, against arrivals
//! and takt targets. Good pieces are counted: a station's rate is reduced by the scrap from it to
//! the sink along the way with the least scrap. Change-overs, blocking and starving are left out, so
//! a shortage found here is real, and one not found here may still show in simulation.

use super::flow::Graph;
use super::maxflow::{Network, UNLIMITED};
use crate::build::Build;
use crate::{BufferKind, Calendar, Demand, FailureClock, Plant, Process, Station, To};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;

/// Rates are counted in pieces in 10^9 s.
const SCALE: f64 = 1e9;
/// A larger plant is not judged.
const STATIONS: usize = 20_000;

/// Warns of shortages.
pub fn check(build: &Build<'_>, graph: &Graph) {
    let plant = &build.plant;
    let parts = plant.stations.iter().any(|s| {
        s.inputs.len() > 1
            || s.outputs.len() > 1
            || s.inputs.iter().any(|input| input.count > 1)
            || s.outputs.iter().any(|output| output.count > 1)
    });
    if parts || plant.stations.is_empty() || plant.stations.len() > STATIONS {
        return;
    }
    let yields = yields(plant, graph);
    let mut net = Net::new(plant, graph, &yields);
    let wanted = net.demands(plant, &yields);
    net.network.run(net.start, net.end);
    let near = net.network.near(net.start);
    for demand in &wanted {
        let reached = net.network.through(demand.arc);
        if (reached as f64) < demand.rate as f64 * (1.0 - 1e-6) {
            report(build, &net, &near, demand, reached);
        }
    }
}

/// Best share of good pieces from each station (its own scrap included) to a sink.
fn yields(plant: &Plant, graph: &Graph) -> Vec<f64> {
    let mut best = vec![0.0; plant.stations.len()];
    let own = |station: &Station| 1.0 - station.scrap.as_f64();
    let mut todo: Vec<StationId> = Vec::new();
    for (id, station) in plant.stations.pairs() {
        if station
            .outputs
            .iter()
            .any(|output| matches!(output.to, To::Sink(_)))
        {
            best[id.index()] = own(station);
            todo.push(id);
        }
    }
    let mut before: BTreeMap<_, Vec<StationId>> = BTreeMap::new();
    for (id, buffer) in plant.buffers.pairs() {
        for hub in graph.hubs_of(&buffer.kind) {
            before
                .entry(hub)
                .or_default()
                .extend(&graph.givers[id.index()]);
        }
    }
    // Shares only grow and each way is tried while it grows; the bound stops rings without scrap.
    let mut rounds = plant.stations.len().saturating_mul(200);
    while let Some(id) = todo.pop() {
        rounds = rounds.saturating_sub(1);
        if rounds == 0 {
            break;
        }
        let behind = best[id.index()];
        for input in &plant.stations[id].inputs {
            let mut givers = graph.givers[input.buffer.index()].clone();
            if let BufferKind::Unload {
                carrier, operation, ..
            } = plant.buffers[input.buffer].kind
            {
                givers.extend(before.get(&(carrier, operation)).into_iter().flatten());
            }
            for giver in givers {
                let share = own(&plant.stations[giver]) * behind;
                if share > best[giver.index()] + 1e-12 {
                    best[giver.index()] = share;
                    todo.push(giver);
                }
            }
        }
    }
    best
}

struct Net {
    network: Network,
    start: usize,
    end: usize,
    /// Node of each buffer.
    buffers: Vec<usize>,
    /// Way in and way out of each station.
    stations: Vec<(usize, usize)>,
}

struct Wanted {
    source: SourceId,
    arc: usize,
    /// Good pieces in 10^9 s.
    rate: i64,
    /// From good pieces back to pieces at the source.
    share: f64,
}

impl Net {
    fn new(plant: &Plant, graph: &Graph, yields: &[f64]) -> Net {
        let mut network = Network::default();
        let (start, end) = (network.node(), network.node());
        let buffers: Vec<usize> = plant.buffers.iter().map(|_| network.node()).collect();
        let mut stations = Vec::new();
        for (id, station) in plant.stations.pairs() {
            let (way_in, way_out) = (network.node(), network.node());
            stations.push((way_in, way_out));
            let rate = best_rate(station, plant) * yields[id.index()];
            network.arc(way_in, way_out, scaled(rate));
            for input in &station.inputs {
                network.arc(buffers[input.buffer.index()], way_in, UNLIMITED);
            }
            for output in &station.outputs {
                let to = match output.to {
                    To::Buffer(buffer) => buffers[buffer.index()],
                    To::Sink(_) => end,
                };
                network.arc(way_out, to, UNLIMITED);
            }
        }
        let mut hubs = BTreeMap::new();
        for (hub, ports) in &graph.hubs {
            let node = network.node();
            hubs.insert(*hub, node);
            for port in ports {
                network.arc(node, buffers[port.index()], UNLIMITED);
            }
        }
        for (id, buffer) in plant.buffers.pairs() {
            for hub in graph.hubs_of(&buffer.kind) {
                network.arc(buffers[id.index()], hubs[&hub], UNLIMITED);
            }
        }
        Net {
            network,
            start,
            end,
            buffers,
            stations,
        }
    }

    /// What each source wants to get through: its arrivals, or its part of the line's takt target.
    fn demands(&mut self, plant: &Plant, yields: &[f64]) -> Vec<Wanted> {
        let mut of_line: BTreeMap<LineId, f64> = BTreeMap::new();
        for source in &plant.sources {
            if let Some(line) = source.line {
                *of_line.entry(line).or_default() += 1.0;
            }
        }
        let mut wanted = Vec::new();
        for (id, source) in plant.sources.pairs() {
            let takers = plant.stations.pairs().filter(|(_, station)| {
                station.inputs.iter().any(|input| input.buffer == source.to)
            });
            let share = takers.map(|(id, _)| yields[id.index()]).fold(0.0, f64::max);
            let rate = match (&source.demand, source.line) {
                (Demand::Arrivals { every, count, .. }, _) => {
                    f64::from(*count) / every.mean().as_seconds().max(1e-6) * share
                }
                (_, Some(line)) => match plant.lines[line].takt_target {
                    Some(takt) => 1.0 / takt.as_seconds() / of_line[&line],
                    None => continue,
                },
                _ => continue,
            };
            let rate = scaled(rate);
            let arc = self
                .network
                .arc(self.start, self.buffers[source.to.index()], rate);
            wanted.push(Wanted {
                source: id,
                arc,
                rate,
                share,
            });
        }
        wanted
    }
}

fn report(build: &Build<'_>, net: &Net, near: &[bool], demand: &Wanted, reached: i64) {
    let plant = &build.plant;
    let source = &plant.sources[demand.source];
    let short: Vec<&str> = plant
        .stations
        .pairs()
        .filter(|(id, station)| {
            let (way_in, way_out) = net.stations[id.index()];
            let own =
                source.line.is_none() || station.line.is_none() || station.line == source.line;
            near[way_in] && !near[way_out] && own
        })
        .map(|(_, station)| station.name.as_str())
        .collect();
    if short.is_empty() {
        return; // not the stations: reported as no way out
    }
    let stations = listed(&short);
    let problem = match (&source.demand, source.line) {
        (Demand::Arrivals { .. }, _) | (_, None) => {
            let hour = |rate: i64| rate as f64 / SCALE * 3600.0 / demand.share.max(1e-9);
            let read = build.sources[demand.source.index()];
            let problem = build.desk.error("station/overloaded", read.at("arrivals"));
            problem
                .arg("demand", rounded(hour(demand.rate)))
                .arg("capacity", rounded(hour(reached)))
        }
        (_, Some(line)) => {
            let takt = |rate: i64| SCALE / (rate as f64).max(1e-9);
            let parts = demand.rate as f64 / SCALE
                * plant.lines[line]
                    .takt_target
                    .unwrap_or(Span(1))
                    .as_seconds();
            let read = build
                .root
                .tables("line")
                .nth(line.index())
                .unwrap_or(build.root);
            let problem = build
                .desk
                .error("line/capacity-short", read.at("takt_target"));
            problem
                .arg("line", &plant.lines[line].name)
                .arg("wanted", rounded(takt(demand.rate) * parts))
                .arg("reached", rounded(takt(reached) * parts))
        }
    };
    build.desk.push(problem.arg("stations", stations).warning());
}

fn listed(names: &[&str]) -> String {
    let mut list = names[..names.len().min(6)].join(", ");
    if names.len() > 6 {
        list.push_str(", ...");
    }
    list
}

fn rounded(x: f64) -> String {
    if x >= 100.0 {
        alloc::format!("{x:.0}")
    } else {
        alloc::format!("{x:.3}")
    }
}

fn scaled(rate: f64) -> i64 {
    (rate * SCALE).min(1e17) as i64
}

/// Pieces a second at best: the fastest product, no waiting.
pub fn best_rate(station: &Station, plant: &Plant) -> f64 {
    let time = station
        .times
        .iter()
        .map(|time| time.mean().as_seconds())
        .fold(f64::MAX, f64::min);
    let time = time.max(1e-6);
    let busy = match station.process {
        Process::Single { servers: u32::MAX } => return 1e9,
        Process::Single { servers } => f64::from(servers) / time,
        Process::Batch { servers, max, .. } => f64::from(servers) * f64::from(max) / time,
        Process::Stream { pitch } => 1.0 / pitch.as_seconds().max(1e-6),
    };
    let mut extra_per_busy = 0.0;
    let mut extra_per_piece = 0.0;
    let mut up = station
        .calendar
        .map_or(1.0, |id| open_share(&plant.calendars[id]));
    let failures = station
        .failures
        .iter()
        .map(|f| (f.clock, f.every.mean(), f.repair.mean(), true));
    let stops = station
        .maintenance
        .iter()
        .map(|m| (m.clock, m.every, m.duration.mean(), false));
    for (clock, every, down, after_repair) in failures.chain(stops) {
        let (every_s, down) = (every.as_seconds().max(1e-6), down.as_seconds());
        match clock {
            FailureClock::Busy => extra_per_busy += down / every_s,
            FailureClock::Pieces => extra_per_piece += down / (every.0 as f64).max(1.0),
            FailureClock::Calendar if after_repair => up *= every_s / (every_s + down),
            FailureClock::Calendar => up *= 1.0 - (down / every_s).min(1.0),
        }
    }
    let rework = 1.0
        - station
            .rework
            .as_ref()
            .map_or(0.0, |rework| rework.share.as_f64());
    up * rework / ((1.0 + extra_per_busy) / busy + extra_per_piece)
}

fn open_share(calendar: &Calendar) -> f64 {
    let open: f64 = calendar
        .on
        .iter()
        .map(|(from, to)| to.as_seconds() - from.as_seconds())
        .sum();
    (open / calendar.period.as_seconds().max(1e-6)).clamp(0.0, 1.0)
}
