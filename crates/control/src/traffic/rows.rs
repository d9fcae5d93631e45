//! One vehicle as traffic sees it.

use super::*;

/// Where it is, what it holds, where it is to go.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Row {
    /// Last node passed.
    pub node: NodeId,
    /// When it got there, or was given base to go on from there.
    pub set_off: Time,
    /// When it was given base last.
    pub told: Option<Time>,
    /// Granted and not yet passed.
    pub base: VecDeque<EdgeId>,
    /// Promised and not yet granted, with positions in the order: nobody stands there, those who pass do so first.
    pub pledged: VecDeque<(u64, EdgeId)>,
    /// Where its way leads.
    pub goal: NodeId,
    /// Where it was sent; not its goal while no order has been found.
    pub wanted: NodeId,
    /// To the goal; the first `granted` edges are granted or pledged.
    way: Way,
    granted: usize,
    /// Hops granted or pledged of the way.
    hop: usize,
    /// From the goal home.
    home: Way,
    /// It may stand at its goal for ever without locking anyone in.
    settled: bool,
    /// Hops not pledged: position in the order, edges. Along the way, then home if somebody wants
    /// its goal.
    pub hops: VecDeque<(u32, u32)>,
    /// Since when it has been waiting.
    pub since: Option<Time>,
}

/// Edges, and the hops these are.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Way {
    edges: Vec<EdgeId>,
    hops: Legs,
}

impl Way {
    pub fn new(plant: &Plant, streets: &Streets, kind: VehicleTypeId, edges: Vec<EdgeId>) -> Way {
        let hops = Legs::cut(plant, streets, kind, &edges);
        Way { edges, hops }
    }
}

/// A way as it was before.
pub(super) struct Aim {
    goal: NodeId,
    way: Way,
    granted: usize,
    hop: usize,
    home: Way,
    settled: bool,
}

impl Row {
    /// Standing at home.
    pub fn at(node: NodeId) -> Row {
        Row {
            node,
            set_off: Time::ZERO,
            told: None,
            base: VecDeque::new(),
            pledged: VecDeque::new(),
            goal: node,
            wanted: node,
            way: Way::default(),
            granted: 0,
            hop: 0,
            home: Way::default(),
            settled: true,
            hops: VecDeque::new(),
            since: None,
        }
    }
    /// Where its base, and what is pledged to it, ends.
    pub fn end(&self, plant: &Plant) -> NodeId {
        let pledged = self.pledged.back().map(|&(_, edge)| edge);
        let last = pledged.or_else(|| self.base.back().copied());
        last.map_or(self.node, |edge| plant.tracks.edges[edge].to)
    }
    /// It stands there and has no way to go on.
    pub fn rests(&self) -> bool {
        self.base.is_empty() && self.pledged.is_empty() && self.left() == 0
    }
    /// Edges to the goal neither granted nor pledged.
    pub fn left(&self) -> usize {
        self.way.edges.len() - self.granted
    }
    /// Edges to the goal neither granted nor pledged.
    pub fn rest(&self) -> &[EdgeId] {
        &self.way.edges[self.granted..]
    }
    /// Another way home from its goal.
    pub fn rehome(&mut self, (home, settled): (Way, bool)) {
        (self.home, self.settled) = (home, settled);
    }
    /// Which edge of the base ends at a node.
    pub fn position(&self, plant: &Plant, node: NodeId) -> Option<usize> {
        let ends = |&edge: &EdgeId| plant.tracks.edges[edge].to == node;
        self.base.iter().position(ends)
    }
    /// Whether it is on a resource or has it ahead.
    pub fn holds(&self, plant: &Plant, resource: ResourceId) -> bool {
        resource == plant.tracks.node_resource(self.node)
            || (self.base.iter()).any(|&edge| resources(plant, edge).contains(&resource))
    }
    /// Whether these edges lead back to a node of the base: a report of that node could not tell
    /// whether it was passed once or twice. They are granted once it is behind the vehicle.
    pub fn returns(&self, plant: &Plant, edges: &[EdgeId]) -> bool {
        let end = |edge: &EdgeId| plant.tracks.edges[*edge].to;
        let on_base = |node: NodeId| node == self.node || self.position(plant, node).is_some();
        !self.base.is_empty() && edges.iter().any(|edge| on_base(end(edge)))
    }
    /// Edges neither granted nor pledged, way and home, from one on.
    pub fn ahead(&self, skip: usize, count: usize) -> impl Iterator<Item = EdgeId> {
        let way = self.way.edges[self.granted..].iter();
        let way = way.chain(&self.home.edges);
        way.skip(skip).take(count).copied()
    }
    /// A new goal with the ways there and home from there; what it replaces.
    pub fn aim(&mut self, goal: NodeId, ways: (Way, Way), settled: bool) -> Aim {
        Aim {
            goal: core::mem::replace(&mut self.goal, goal),
            way: core::mem::replace(&mut self.way, ways.0),
            granted: core::mem::take(&mut self.granted),
            hop: core::mem::take(&mut self.hop),
            home: core::mem::replace(&mut self.home, ways.1),
            settled: core::mem::replace(&mut self.settled, settled),
        }
    }
    /// The old goal after all.
    pub fn restore(&mut self, aim: Aim) {
        self.goal = aim.goal;
        self.way = aim.way;
        self.granted = aim.granted;
        self.hop = aim.hop;
        self.home = aim.home;
        self.settled = aim.settled;
    }
    /// Its next hop is pledged. One that goes beyond the goal leads home.
    pub fn pledge(&mut self, home: NodeId, key: u64, edges: &[EdgeId]) {
        if self.left() == 0 {
            let way = core::mem::take(&mut self.home);
            self.aim(home, (way, Way::default()), true);
        }
        self.granted += edges.len();
        self.hop += 1;
        self.hops.pop_front();
        self.pledged.extend(edges.iter().map(|&edge| (key, edge)));
    }
    /// Edge by edge, with no place in any order: first come, first served.
    pub fn take_turns(&mut self, plant: &Plant, streets: &Streets, kind: VehicleTypeId) {
        self.way.hops = Legs::edges(plant, streets, kind, &self.way.edges);
        self.hop = self.granted;
        self.hops = (0..self.left()).map(|_| (0, 1)).collect();
    }
    /// How much earlier or later it is than it would be if it set off now from its node [ms]: one that is late is
    /// thought to need as long again as it is late.
    fn shift(&self, plant: &Plant, now: Time, kind: VehicleTypeId) -> (u32, u32) {
        let Some(&first) = self.base.front() else {
            return (0, 0);
        };
        let first = edge_time(plant, kind, first);
        let gone = (now - self.set_off).0.max(0) / 1000;
        (
            first,
            first.abs_diff(u32::try_from(gone).unwrap_or(u32::MAX)),
        )
    }
    /// As planning sees it.
    pub fn mover(&self, plant: &Plant, now: Time, v: VehicleId) -> Mover<'_> {
        let kind = plant.vehicles[v].kind;
        let (first, left) = self.shift(plant, now, kind);
        let pledged = self.pledged.iter().map(|&(_, edge)| edge);
        let edges = self.base.iter().copied().chain(pledged);
        let times = edges.map(|edge| edge_time(plant, kind, edge));
        Mover {
            kind,
            node: self.end(plant),
            ready: (times.fold(0, u32::saturating_add) - first).saturating_add(left),
            way: &self.way.edges[self.granted..],
            way_hops: self.way.hops.rest(self.hop),
            home: &self.home.edges,
            home_hops: self.home.hops.rest(0),
            settled: self.settled,
            whole: false,
        }
    }
}
