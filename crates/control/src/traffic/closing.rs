//! Streets that nobody may enter: areas where people are or ask to be, fire sections, areas of an
//! emergency stop. No hop leads into one; who is inside is led out, to its goal if that is elsewhere,
//! else to the nearest place where it is in nobody's way, and comes back when the area is open.
//! In a fire section those who stand in the way of doors and escape routes leave them; all others
//! stand. Where no order is found for all, everyone stops at the end of the base, and goes on one by one.

use super::*;

/// What is closed, and for whom. Empty in a plant where nothing is the matter.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Closed {
    /// No base leads into these; ascending. Fire sections are among them.
    pub areas: Vec<AreaId>,
    /// Those of them that vehicles need not leave: who is inside stands.
    pub fires: Vec<AreaId>,
    /// Stopped where they are; ascending.
    pub stopped: Vec<VehicleId>,
}

/// What a closure means for one vehicle, by where its base ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Duty {
    /// None.
    Free,
    /// It has to leave.
    Leave,
    /// It stands until the all-clear.
    Stand,
    /// It is stopped.
    Stopped,
}

/// So many places of refuge are tried for a vehicle that has to leave.
const PLACES: usize = 12;

impl Closed {
    /// Nothing is.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.stopped.is_empty()
    }
    /// Nobody may be sent to this node.
    pub fn node(&self, plant: &Plant, node: NodeId) -> bool {
        let resource = plant.tracks.node_resource(node);
        self.areas.iter().any(|&a| plant.areas[a].holds(resource))
    }
    /// Nobody may stand on this node longer than he must.
    fn bars(&self, plant: &Plant, node: NodeId) -> bool {
        let resource = plant.tracks.node_resource(node);
        self.areas.iter().any(|a| {
            let (area, fire) = (&plant.areas[*a], self.fires.binary_search(a).is_ok());
            match fire {
                true => area.keeps_free(resource),
                false => area.holds(resource),
            }
        })
    }
    /// It leads into a closed area from outside of it.
    pub fn edge(&self, plant: &Plant, edge: EdgeId) -> bool {
        let tracks = &plant.tracks;
        let row = &tracks.edges[edge];
        self.areas.iter().any(|&a| {
            let area = &plant.areas[a];
            let on = |node| area.holds(tracks.node_resource(node));
            !on(row.from) && (area.holds(tracks.edge_resource(edge)) || on(row.to))
        })
    }
    fn duty(&self, plant: &Plant, v: VehicleId, end: NodeId) -> Duty {
        if self.stopped.binary_search(&v).is_ok() {
            Duty::Stopped
        } else if self.bars(plant, end) {
            Duty::Leave
        } else if self.node(plant, end) {
            Duty::Stand
        } else {
            Duty::Free
        }
    }
}

impl Traffic {
    /// What is closed.
    pub fn closed(&self) -> &Closed {
        &self.closed
    }
    /// Whether a vehicle may be given a new goal.
    pub fn may_go(&self, plant: &Plant, v: VehicleId) -> bool {
        self.closed.is_empty()
            || matches!(
                self.closed.duty(plant, v, self.rows[v].end(plant)),
                Duty::Free | Duty::Leave
            )
    }
    /// Who is on one of these resources or has base over it, granted or pledged; ascending, each once.
    pub fn holders(&self, plant: &Plant, resources: &[ResourceId]) -> Vec<VehicleId> {
        let held = resources.iter().filter_map(|&r| self.holder[r]);
        let pledged = |(v, row): (VehicleId, &Row)| {
            let over = |resource: ResourceId| resources.contains(&resource);
            let mut edges = row.pledged.iter();
            let any = edges.any(|&(_, edge)| super::resources(plant, edge).into_iter().any(over));
            any.then_some(v)
        };
        let pledged = self.rows.pairs().filter_map(pledged);
        held.chain(pledged)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// Something is closed that was not, or the other way round.
    pub fn close(
        &mut self,
        (plant, now): (&Plant, Time),
        closed: Closed,
        busy: &dyn Fn(VehicleId) -> bool,
        moves: &mut Moves,
    ) {
        self.closed = closed;
        self.known.routes = Routes::default();
        let mut turn = Turn::new(plant, now, moves);
        self.arrange(&mut turn);
        self.lead_out(&mut turn, busy);
        for _ in 0..plant.vehicles.len() {
            if !self.admit_oldest(&mut turn, usize::MAX) {
                break;
            }
        }
        self.go_on(&mut turn);
    }

    /// Somebody has moved, or is no longer busy, while something is closed.
    pub fn keep_clear(
        &mut self,
        (plant, now): (&Plant, Time),
        busy: &dyn Fn(VehicleId) -> bool,
        moves: &mut Moves,
    ) {
        let mut turn = Turn::new(plant, now, moves);
        let mut all = plant.vehicles.ids();
        let leaving = |v: VehicleId| self.duty(plant, v) == Duty::Leave && !busy(v);
        let drives = |v: VehicleId| self.rows[v].left() > 0 && self.duty(plant, v) == Duty::Stand;
        if !plant.vehicles.ids().any(leaving) && all.any(drives) {
            // They gave way to others and have done so.
            self.arrange(&mut turn);
        }
        self.lead_out(&mut turn, busy);
        self.go_on(&mut turn);
    }

    fn duty(&self, plant: &Plant, v: VehicleId) -> Duty {
        self.closed.duty(plant, v, self.rows[v].end(plant))
    }

    /// Whether a vehicle may have its wish now.
    pub(super) fn may_have(&self, plant: &Plant, v: VehicleId) -> bool {
        let goal = self.rows[v].wanted;
        self.closed.is_empty() || self.may_go(plant, v) && !self.closed.node(plant, goal)
    }

    /// A new order without the ways that are closed now.
    fn arrange(&mut self, turn: &mut Turn<'_>) {
        let plant = turn.plant;
        for v in plant.vehicles.ids() {
            let end = self.rows[v].end(plant);
            if self.must_stop(plant, v) {
                self.stay(plant, v, end);
            } else {
                let goal = self.rows[v].goal;
                let home = self.home(plant, v, goal);
                self.rows[v].rehome(home);
            }
        }
        if plant.policy.traffic == Precedence::FirstCome {
            let streets = self.streets(plant);
            for v in plant.vehicles.ids() {
                self.rows[v].take_turns(plant, &streets, plant.vehicles[v].kind);
                turn.again.insert((turn.now, v));
            }
            return;
        }
        let movers = Fixed::like(&self.rows, |v| self.rows[v].mover(plant, turn.now, v));
        let order = plan(plant, &movers);
        let order = order.unwrap_or_else(|| {
            for v in plant.vehicles.ids() {
                let end = self.rows[v].end(plant);
                self.stay(plant, v, end);
            }
            Vec::new()
        });
        self.adopt(turn, &order);
    }

    /// The rest of its way is closed.
    fn must_stop(&self, plant: &Plant, v: VehicleId) -> bool {
        let row = &self.rows[v];
        let goal_closed = self.closed.bars(plant, row.goal);
        match self.duty(plant, v) {
            Duty::Stopped | Duty::Stand => true,
            Duty::Leave | Duty::Free => {
                goal_closed && row.left() > 0
                    || row.rest().iter().any(|&e| self.closed.edge(plant, e))
            }
        }
    }

    /// It goes no further than its base; what it was sent to do it will do later.
    fn stay(&mut self, plant: &Plant, v: VehicleId, end: NodeId) {
        let home = match self.duty(plant, v) {
            Duty::Stopped => Way::default(),
            // Whoever finds it in the way asks it to go home.
            _ => self.home(plant, v, end).0,
        };
        let row = &mut self.rows[v];
        row.aim(end, (Way::default(), home), true);
        if row.wanted != end && self.pending.iter().all(|&(_, other)| other != v) {
            self.asked += 1;
            self.pending.insert((self.asked, v));
        }
    }

    /// Those who have to leave are given ways out.
    fn lead_out(&mut self, turn: &mut Turn<'_>, busy: &dyn Fn(VehicleId) -> bool) {
        let plant = turn.plant;
        for v in plant.vehicles.ids() {
            let row = &self.rows[v];
            let on_its_way = row.left() > 0 && !self.closed.bars(plant, row.goal);
            if self.duty(plant, v) != Duty::Leave || on_its_way || busy(v) {
                continue;
            }
            let wish = self.pending.iter().find(|&&(_, other)| other == v).copied();
            if let Some(wish) = wish
                && self.admit(turn, wish)
            {
                continue;
            }
            self.step_aside(turn, v);
        }
    }

    /// To the nearest node where nobody is or wants to be.
    fn step_aside(&mut self, turn: &mut Turn<'_>, v: VehicleId) -> bool {
        let plant = turn.plant;
        let streets = self.streets(plant);
        let mut tried = 0;
        let around = self.around(plant, v);
        for quiet in [true, false] {
            for &node in &around {
                let calm = streets.terminal(node) || streets.refuge(node);
                if calm != quiet || tried >= PLACES || self.wanted_by_others(plant, v, node) {
                    continue;
                }
                tried += 1;
                if self.go_aside(turn, v, node) {
                    return true;
                }
            }
        }
        false
    }

    /// Nodes where it may stand, nearest first.
    fn around(&self, plant: &Plant, v: VehicleId) -> Vec<NodeId> {
        let kind = plant.vehicles[v].kind;
        let from = self.rows[v].end(plant);
        let mut seen = alloc::vec![false; plant.tracks.nodes.len()];
        let mut due = BTreeSet::from([(0u32, from)]);
        let mut found = Vec::new();
        while let Some((time, node)) = due.pop_first() {
            if core::mem::replace(&mut seen[node.index()], true) {
                continue;
            }
            if !self.closed.bars(plant, node) {
                found.push(node);
            }
            for &edge in plant.tracks.leaving(node) {
                if !self.closed.edge(plant, edge) {
                    let then = time.saturating_add(edge_time(plant, kind, edge));
                    due.insert((then, plant.tracks.edges[edge].to));
                }
            }
        }
        found
    }

    fn wanted_by_others(&self, plant: &Plant, v: VehicleId, node: NodeId) -> bool {
        let wants = |(u, row): (VehicleId, &Row)| {
            u != v && (row.goal == node || row.wanted == node || row.end(plant) == node)
        };
        let home =
            |(u, vehicle): (VehicleId, &fenhe_plant::Vehicle)| u != v && vehicle.start == node;
        self.rows.pairs().any(wants) || plant.vehicles.pairs().any(home)
    }

    /// A way there, if an order of all is found with it.
    fn go_aside(&mut self, turn: &mut Turn<'_>, v: VehicleId, node: NodeId) -> bool {
        let plant = turn.plant;
        let streets = self.streets(plant);
        let kind = plant.vehicles[v].kind;
        let from = self.rows[v].end(plant);
        let table = self.table(plant, (kind, node), from);
        let Some(way) = table.way(plant, kind, from) else {
            return false;
        };
        let way = Way::new(plant, &streets, kind, way);
        let home = self.home(plant, v, node).0;
        let before = self.rows[v].aim(node, (way, home), true);
        let movers = Fixed::like(&self.rows, |v| self.rows[v].mover(plant, turn.now, v));
        let Some(order) = plan(plant, &movers) else {
            self.rows[v].restore(before);
            return false;
        };
        if self.rows[v].wanted != node && self.pending.iter().all(|&(_, other)| other != v) {
            self.asked += 1;
            self.pending.insert((self.asked, v));
        }
        self.adopt(turn, &order);
        true
    }

    /// The way home from a node, if one is open, and whether the vehicle may stand there for ever.
    fn home(&mut self, plant: &Plant, v: VehicleId, from: NodeId) -> (Way, bool) {
        let streets = self.streets(plant);
        let (kind, home) = (plant.vehicles[v].kind, plant.vehicles[v].start);
        let table = self.table(plant, (kind, home), from);
        match table.way(plant, kind, from) {
            Some(way) => {
                let settled = settles(plant, &streets, v, (from, &table));
                (Way::new(plant, &streets, kind, way), settled)
            }
            None => (Way::default(), true),
        }
    }

    pub(super) fn streets(&mut self, plant: &Plant) -> Arc<Streets> {
        let streets = &mut self.known.streets;
        streets
            .get_or_insert_with(|| Arc::new(Streets::new(plant)))
            .clone()
    }

    /// Times to a goal by the streets that are open, for ways from a node.
    pub(super) fn table(
        &mut self,
        plant: &Plant,
        to: (VehicleTypeId, NodeId),
        from: NodeId,
    ) -> Arc<Table> {
        let streets = self.streets(plant);
        let closed = &self.closed;
        let shut = |edge: EdgeId| closed.edge(plant, edge);
        let routes = &mut self.known.routes;
        routes.to((plant, &streets), to, from, &shut)
    }
}
