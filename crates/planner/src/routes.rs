//! Shortest times over the tracks, turns included: one table per goal and kind of vehicle, made by
//! backward Dijkstra over edges, as far out as has been asked for. Ties go to the lower edge.

mod around;

use alloc::collections::{BTreeMap, BinaryHeap};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use fenhe_contract::*;
use fenhe_plant::{Plant, Precedence, Tracks};

/// What routes and traffic need to know of the tracks, read from the plant once.
#[derive(Debug)]
pub struct Streets {
    /// Edges that end at each node, ascending.
    entering: Fixed<NodeId, Vec<EdgeId>>,
    /// Where vehicles stand for long: nodes of places, chargers and parking.
    terminal: Fixed<NodeId, bool>,
    /// A vehicle on some terminal that is not one of its ends is in the way of this edge.
    dear: Fixed<EdgeId, bool>,
    /// Some edge leads back, so two vehicles may meet head-on.
    two_way: Fixed<EdgeId, bool>,
    /// It is part of a single lane for both directions that goes on beyond it: no mere link between two streets, no mere spur.
    lane: Fixed<EdgeId, bool>,
    /// On a one-way street between crossings: who stands here is in nobody's way but theirs who
    /// follow.
    refuge: Fixed<NodeId, bool>,
    /// The same, but for bays beside it: who stands here is in the way of theirs who leave these.
    mouth: Fixed<NodeId, bool>,
    /// Nodes on which a standing vehicle is in the way of each resource.
    nodes: Vec<Vec<NodeId>>,
    /// Nodes on which a standing vehicle is in the way of driving each edge to its end: row starts.
    obstacle_start: Vec<u32>,
    /// See `obstacle_start`.
    obstacles: Vec<NodeId>,
}

/// Driving times to one goal [ms] by first edge. Exact up to the time that `due` has come to; what
/// is further away is exact once somebody has asked from there.
#[derive(Clone, Debug)]
pub struct Table {
    goal: NodeId,
    times: Vec<u32>,
    due: BinaryHeap<Reverse<(u32, EdgeId)>>,
}

/// Tables made so far. A cache: it never changes an answer.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    tables: BTreeMap<(VehicleTypeId, NodeId), Arc<Table>>,
}

/// Added for each terminal passed [ms]: longer than any way round.
const PENALTY: u32 = 50_000_000;
/// An edge that is driven both ways counts so often: who drives it keeps out all who come the other way.
const SHARED: u32 = 6;
/// No way leads to the goal.
const NEVER: u32 = u32::MAX;

impl Streets {
    /// Of a plant.
    pub fn new(plant: &Plant) -> Streets {
        let tracks = &plant.tracks;
        let mut entering = Fixed::like(&tracks.nodes, |_| Vec::new());
        for (id, edge) in tracks.edges.pairs() {
            entering[edge.to].push(id);
        }
        let mut terminal = Fixed::like(&tracks.nodes, |_| false);
        let places = plant.places.iter().filter_map(|place| place.node);
        let chargers = plant.chargers.iter().map(|charger| charger.node);
        let starts = plant.vehicles.iter().map(|vehicle| vehicle.start);
        let parking = plant.parking.iter().copied();
        for node in places.chain(chargers).chain(starts).chain(parking) {
            terminal[node] = true;
        }
        let first = tracks.edges.len() as u32;
        let standing = |r: usize| {
            let resource = ResourceId(r as u32);
            let others = tracks.conflicts_of(resource).iter().copied();
            let mut nodes: Vec<NodeId> = others
                .chain([resource])
                .filter(|other| other.0 >= first)
                .map(|other| NodeId(other.0 - first))
                .collect();
            nodes.sort_unstable();
            nodes
        };
        let nodes: Vec<Vec<NodeId>> = (0..tracks.resources()).map(standing).collect();
        let dear = Fixed::like(&tracks.edges, |id: EdgeId| {
            let edge = &tracks.edges[id];
            let by_edge = nodes[tracks.edge_resource(id).index()].iter();
            let by_end = nodes[tracks.node_resource(edge.to).index()].iter();
            by_edge
                .chain(by_end)
                .any(|&node| terminal[node] && node != edge.from && node != edge.to)
        });
        let two_way = Fixed::like(&tracks.edges, |id: EdgeId| {
            let edge = &tracks.edges[id];
            let back = |&other: &EdgeId| tracks.edges[other].to == edge.from;
            tracks.leaving(edge.to).iter().any(back)
        });
        let lane = Fixed::like(&tracks.edges, |id: EdgeId| {
            let edge = &tracks.edges[id];
            let shared = |other: &EdgeId| {
                let ends = [tracks.edges[*other].from, tracks.edges[*other].to];
                two_way[*other] && ends.iter().all(|&end| !terminal[end])
            };
            let mut onward = tracks.leaving(edge.to).iter();
            let onward = onward.any(|next| tracks.edges[*next].to != edge.from && shared(next));
            let mut behind = entering[edge.from].iter();
            let behind = behind.any(|last| tracks.edges[*last].from != edge.to && shared(last));
            two_way[id] && (onward || behind)
        });
        let stands_clear = |node: NodeId, spurs: bool| {
            let beside = |edge: EdgeId, other: NodeId| spurs && two_way[edge] && terminal[other];
            let into = entering[node].iter().copied();
            let into = into.filter(|&edge| !beside(edge, tracks.edges[edge].from));
            let out = tracks.leaving(node).iter().copied();
            let out = out.filter(|&edge| !beside(edge, tracks.edges[edge].to));
            let (into, out): (Vec<_>, Vec<_>) = (into.collect(), out.collect());
            let ([into], [out]) = (into.as_slice(), out.as_slice()) else {
                return false;
            };
            let near = tracks.conflicts_of(tracks.node_resource(node));
            let here = |resource: ResourceId| {
                let edge = &tracks.edges[EdgeId(resource.0)];
                edge.from == node || edge.to == node
            };
            let stranger = |other: &&ResourceId| other.0 < first && !here(**other);
            !two_way[*into] && !two_way[*out] && !near.iter().any(|other| stranger(&other))
        };
        let refuge = Fixed::like(&tracks.nodes, |node| stands_clear(node, false));
        let mouth = Fixed::like(&tracks.nodes, |node| stands_clear(node, true));
        let (obstacle_start, obstacles) = obstacles(tracks, &nodes);
        Streets {
            entering,
            terminal,
            dear,
            two_way,
            lane,
            refuge,
            mouth,
            nodes,
            obstacle_start,
            obstacles,
        }
    }
    /// Nodes on which a standing vehicle is in the way of driving an edge to its end.
    #[inline]
    pub fn obstacles(&self, edge: EdgeId) -> &[NodeId] {
        let row = &self.obstacle_start[edge.index()..edge.index() + 2];
        &self.obstacles[row[0] as usize..row[1] as usize]
    }
    /// Whether vehicles stand here for long.
    pub fn terminal(&self, node: NodeId) -> bool {
        self.terminal[node]
    }
    /// Whether some edge leads straight back.
    pub fn two_way(&self, edge: EdgeId) -> bool {
        self.two_way[edge]
    }
    /// Whether who stands here is in nobody's way but theirs who follow on a one-way street.
    pub fn refuge(&self, node: NodeId) -> bool {
        self.refuge[node]
    }
    /// Whether who stands here and is to go on over an edge is in nobody's way but theirs who follow, or who
    /// leave bays beside it.
    pub fn stop(&self, node: NodeId, next: EdgeId) -> bool {
        self.refuge[node] || self.mouth[node] && !self.two_way[next]
    }
    /// Nodes on which a standing vehicle is in the way of a resource; ascending.
    #[inline]
    pub fn in_the_way(&self, resource: ResourceId) -> &[NodeId] {
        &self.nodes[resource.index()]
    }
    /// Whether no vehicle on another terminal can be in the way of this one.
    pub fn apart(&self, plant: &Plant, node: NodeId) -> bool {
        let near = self.in_the_way(plant.tracks.node_resource(node));
        near.iter().all(|&n| n == node || !self.terminal[n])
    }
}

/// Rows of [`Streets::obstacles`]: those of the edge itself first, each node once.
fn obstacles(tracks: &Tracks, nodes: &[Vec<NodeId>]) -> (Vec<u32>, Vec<NodeId>) {
    let (mut starts, mut all) = (vec![0], Vec::new());
    for (id, edge) in tracks.edges.pairs() {
        let first = all.len();
        all.extend(&nodes[tracks.edge_resource(id).index()]);
        for &node in &nodes[tracks.node_resource(edge.to).index()] {
            if !all[first..].contains(&node) {
                all.push(node);
            }
        }
        starts.push(all.len() as u32);
    }
    (starts, all)
}

/// Time to drive an edge at its speed [ms].
pub fn edge_time(plant: &Plant, kind: VehicleTypeId, edge: EdgeId) -> u32 {
    let edge = &plant.tracks.edges[edge];
    let speed = edge.speed.0.min(plant.vehicle_types[kind].speed.0).max(1);
    (edge.length.0.saturating_mul(1000) / speed).clamp(1, 1 << 24) as u32
}

/// Time to turn between two edges [ms]; the body drives either way along its axis.
pub fn turn_time(plant: &Plant, kind: VehicleTypeId, from: EdgeId, to: EdgeId) -> u32 {
    // Half a turn in milliradians.
    const HALF: i64 = 3142;
    let edges = &plant.tracks.edges;
    let turn = (edges[to].heading.0 - edges[from].heading.0).rem_euclid(HALF);
    let turn = turn.min(HALF - turn);
    let rate = plant.vehicle_types[kind].turn.0.max(1);
    // Headings are rounded to a milliradian.
    if turn <= 2 {
        0
    } else {
        (turn * 1000 / rate).clamp(0, 1 << 24) as u32
    }
}

impl Routes {
    /// The table of a goal, exact for ways from `from`, without the edges that are shut. What is
    /// shut must be the same at each call.
    pub fn to(
        &mut self,
        (plant, streets): (&Plant, &Streets),
        (kind, goal): (VehicleTypeId, NodeId),
        from: NodeId,
        shut: &dyn Fn(EdgeId) -> bool,
    ) -> Arc<Table> {
        let search = Search {
            plant,
            streets,
            kind,
            shut,
        };
        let table = self
            .tables
            .entry((kind, goal))
            .or_insert_with(|| Arc::new(search.begin(goal)));
        if !table.knows(plant, from) {
            search.go_on(Arc::make_mut(table), from);
        }
        table.clone()
    }

    /// Nothing is left to find out about any goal that was asked for.
    pub fn whole(&self) -> bool {
        self.tables.values().all(|table| table.due.is_empty())
    }
}

/// Backward from a goal. Terminals and what a vehicle standing on one blocks are passed only
/// where no other way leads.
struct Search<'a> {
    plant: &'a Plant,
    streets: &'a Streets,
    kind: VehicleTypeId,
    shut: &'a dyn Fn(EdgeId) -> bool,
}

impl Search<'_> {
    fn own(&self, edge: EdgeId) -> u32 {
        let dear = if self.streets.dear[edge] { PENALTY } else { 0 };
        let ordered = self.plant.policy.traffic == Precedence::Ordered;
        let lanes = match self.streets.lane[edge] && ordered {
            true => SHARED,
            false => 1,
        };
        let time = edge_time(self.plant, self.kind, edge);
        time.saturating_mul(lanes).saturating_add(dear)
    }

    fn begin(&self, goal: NodeId) -> Table {
        let mut table = Table {
            goal,
            times: vec![NEVER; self.plant.tracks.edges.len()],
            due: BinaryHeap::new(),
        };
        for &edge in &self.streets.entering[goal] {
            if !(self.shut)(edge) {
                table.times[edge.index()] = self.own(edge);
                table.due.push(Reverse((self.own(edge), edge)));
            }
        }
        table
    }

    /// Until ways from `from` are known.
    fn go_on(&self, table: &mut Table, from: NodeId) {
        while !table.knows(self.plant, from) {
            self.one_more(table);
        }
    }

    /// Goes through the edge that is nearest to the goal of those to be gone through.
    fn one_more(&self, table: &mut Table) {
        let edges = &self.plant.tracks.edges;
        let Some(Reverse((time, edge))) = table.due.pop() else {
            return;
        };
        let start = edges[edge].from;
        if time > table.times[edge.index()] || start == table.goal {
            return;
        }
        for &before in &self.streets.entering[start] {
            let sum = [self.between(before, edge), self.own(before)]
                .into_iter()
                .fold(time, u32::saturating_add);
            if sum < table.times[before.index()] && !(self.shut)(before) {
                table.times[before.index()] = sum;
                table.due.push(Reverse((sum, before)));
            }
        }
    }

    /// To turn from an edge into the next [ms], and what it costs that somebody may stand there for long.
    fn between(&self, before: EdgeId, next: EdgeId) -> u32 {
        let stop = match self.streets.terminal[self.plant.tracks.edges[next].from] {
            true => PENALTY,
            false => 0,
        };
        turn_time(self.plant, self.kind, before, next).saturating_add(stop)
    }
}

impl Table {
    /// Whether all that is nearer to the goal than `from` has been gone through. An edge is given its
    /// time when the one behind it is gone through, so no other edge can then be on a shortest way
    /// from there.
    fn knows(&self, plant: &Plant, from: NodeId) -> bool {
        let Some(Reverse((next, _))) = self.due.peek() else {
            return true;
        };
        let leaving = plant.tracks.leaving(from).iter();
        let best = leaving.map(|edge| self.times[edge.index()]).min();
        from == self.goal || best.is_none_or(|best| best <= *next)
    }

    /// Time to the goal from a node [ms], after coming over `last`; `None` where no way leads.
    pub fn time(&self, plant: &Plant, from: NodeId) -> Option<u32> {
        if from == self.goal {
            return Some(0);
        }
        let leaving = plant.tracks.leaving(from).iter();
        let best = leaving.map(|edge| self.times[edge.index()]).min()?;
        (best != NEVER).then_some(best)
    }
    /// Whether the way from a node keeps clear of vehicles that stand on other terminals.
    pub fn clear(&self, plant: &Plant, from: NodeId) -> bool {
        self.time(plant, from).is_some_and(|time| time < PENALTY)
    }
    /// The shortest way from a node, a turn at its start not counted; `None` where no way leads.
    pub fn way(&self, plant: &Plant, kind: VehicleTypeId, from: NodeId) -> Option<Vec<EdgeId>> {
        let (mut way, mut node) = (Vec::new(), from);
        while node != self.goal {
            let last = way.last().copied();
            let cost = |edge: EdgeId| {
                let turn = last.map_or(0, |last| turn_time(plant, kind, last, edge));
                (self.times[edge.index()].saturating_add(turn), edge)
            };
            let leaving = plant.tracks.leaving(node).iter();
            let (time, edge) = leaving.map(|&edge| cost(edge)).min()?;
            if time == NEVER || way.len() > self.times.len() {
                return None;
            }
            way.push(edge);
            node = plant.tracks.edges[edge].to;
        }
        Some(way)
    }
}
