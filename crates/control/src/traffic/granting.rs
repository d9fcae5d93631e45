//! Hops are pledged, and what is pledged is granted as base, edge by edge.
//!
//! A pledge moves a hop to the front of the order: its vehicle is then as good as at its end, whatever
//! happens. It is given when nobody will stand in conflict with the hop once all that is pledged is done, and no
//! hop of another that comes before and is not pledged conflicts with standing at its end. Who merely passes
//! may pass sooner than the order says: it is gone when the others come. An edge of a pledge is
//! granted when nobody is there and all who were pledged something in conflict before have passed. Who was pledged
//! first thus waits for nobody who was pledged later, and gets to the end of the pledge; so do the others, one
//! after the other. Vehicles follow each other over a crossing without waiting until it and the street behind are empty.

use super::*;

/// What is granted within a message's way there and back would be sent behind it only when that is answered
/// (decision 12): it is granted when the vehicle reports next.
const ROUND_TRIP: Span = Span::ms(100);

impl Traffic {
    /// Extends bases of all that may find their way free, those that wait longest first.
    pub(super) fn go_on(&mut self, turn: &mut Turn<'_>) {
        loop {
            while let Some((_, v)) = turn.again.pop_first() {
                while self.wants_pledge(turn.plant, v) && self.pledge(turn, v) {}
                while self.wants_base(turn, v) && self.grant(turn, v) {}
            }
            // Nobody will arrive and give the others another chance.
            let stands = |row: &Row| row.base.is_empty() && row.pledged.is_empty();
            let all_stand = self.rows.iter().all(stands);
            if self.pending.is_empty() || !all_stand || !self.admit_oldest(turn, usize::MAX) {
                return;
            }
        }
    }

    /// No sooner than base is wanted: a pledge keeps others out, who may well be there first.
    fn wants_pledge(&self, plant: &Plant, v: VehicleId) -> bool {
        let row = &self.rows[v];
        let leaves = row.left() > 0 || row.wanted != row.goal;
        let pledged = row.pledged.iter().map(|&(_, edge)| edge);
        let ahead = length(plant, row.base.iter().copied().chain(pledged));
        leaves && !row.hops.is_empty() && ahead < plant.policy.base_ahead
    }

    fn wants_base(&self, turn: &Turn<'_>, v: VehicleId) -> bool {
        let (plant, row) = (turn.plant, &self.rows[v]);
        let ahead = length(plant, row.base.iter().copied());
        let under_way = row.told.is_some_and(|told| turn.now - told < ROUND_TRIP);
        let later = under_way && !turn.moves.tells(v);
        !row.pledged.is_empty()
            && (row.base.is_empty() || !later && ahead < plant.policy.base_ahead)
    }

    /// The next edge of its base, of what is pledged to it.
    fn grant(&mut self, turn: &mut Turn<'_>, v: VehicleId) -> bool {
        let Some(&(key, edge)) = self.rows[v].pledged.front() else {
            return false;
        };
        if self.closed.stopped.binary_search(&v).is_ok()
            || self.rows[v].returns(turn.plant, &[edge])
        {
            return false;
        }
        let claims = resources(turn.plant, edge);
        let obstacle = |claim| self.obstacle(turn.plant, (key, v), claim);
        if let Some(resource) = claims.into_iter().find_map(obstacle) {
            self.wait(turn, v, resource);
            return false;
        }
        for resource in claims {
            self.holder[resource] = Some(v);
            let pledges = &mut self.pledges[resource];
            if pledges.front() == Some(&(key, v)) {
                pledges.pop_front();
                self.changed(turn, resource);
            }
        }
        let row = &mut self.rows[v];
        if row.base.is_empty() {
            row.set_off = turn.now;
        }
        row.pledged.pop_front();
        row.base.push_back(edge);
        (row.since, row.told) = (None, Some(turn.now));
        turn.moves.push(v, &[edge]);
        true
    }

    /// Its next hop, if nobody stands there and nobody who is not under way is to pass before.
    fn pledge(&mut self, turn: &mut Turn<'_>, v: VehicleId) -> bool {
        let Some(&(key, count)) = self.rows[v].hops.front() else {
            return false;
        };
        let edges: Vec<EdgeId> = self.rows[v].ahead(0, count as usize).collect();
        let closed = &self.closed;
        if !closed.is_empty()
            && (closed.stopped.binary_search(&v).is_ok()
                || edges.iter().any(|&edge| closed.edge(turn.plant, edge)))
        {
            return false; // no order says so; it is not to happen whatever the order says
        }
        let mut claims = edges.iter().flat_map(|&edge| resources(turn.plant, edge));
        let stood = claims.find_map(|claim| self.stands(turn.plant, v, claim));
        let barred = || self.passed(turn.plant, (key, v), end_of(turn.plant, &edges));
        if let Some(resource) = stood.or_else(barred) {
            self.wait(turn, v, resource);
            return false;
        }
        let end = |traffic: &Self| {
            turn.plant
                .tracks
                .node_resource(traffic.rows[v].end(turn.plant))
        };
        let from = end(self);
        let serial = self.serial;
        self.serial += 1;
        self.rows[v].pledge(home_of(turn.plant, v), serial, &edges);
        let to = end(self);
        self.ends[from] = None;
        self.ends[to] = Some(v);
        self.changed(turn, from);
        for &edge in &edges {
            for resource in resources(turn.plant, edge) {
                let passes = &mut self.passes[resource];
                if let Some(at) = passes.iter().position(|&pass| pass == (key, v)) {
                    passes.remove(at);
                }
                self.pledges[resource].push_back((serial, v));
                self.changed(turn, resource);
            }
        }
        true
    }

    fn wait(&mut self, turn: &Turn<'_>, v: VehicleId, resource: ResourceId) {
        let waiting = &mut self.waiting[resource];
        if waiting.is_empty() {
            self.touched.push(resource);
        }
        if !waiting.contains(&v) {
            waiting.push(v);
        }
        self.rows[v].since.get_or_insert(turn.now);
    }

    /// A resource in conflict with a claim that is held, or was pledged to somebody before.
    #[inline]
    pub(super) fn obstacle(
        &self,
        plant: &Plant,
        own: (u64, VehicleId),
        claim: ResourceId,
    ) -> Option<ResourceId> {
        let (key, v) = own;
        let near = plant.tracks.conflicts_of(claim).iter().copied();
        near.chain([claim]).find(|&resource| {
            self.holder[resource].is_some_and(|by| by != v)
                || self.pledges[resource]
                    .front()
                    .is_some_and(|&(first, by)| by != v && first < key)
        })
    }

    /// A resource in conflict with a claim where somebody will stand.
    pub(super) fn stands(
        &self,
        plant: &Plant,
        v: VehicleId,
        claim: ResourceId,
    ) -> Option<ResourceId> {
        let near = plant.tracks.conflicts_of(claim).iter().copied();
        near.chain([claim])
            .find(|&resource| self.ends[resource].is_some_and(|by| by != v))
    }

    /// A resource in conflict with a claim that somebody is to pass before.
    pub(super) fn passed(
        &self,
        plant: &Plant,
        own: (u32, VehicleId),
        claim: ResourceId,
    ) -> Option<ResourceId> {
        let (key, v) = own;
        let near = plant.tracks.conflicts_of(claim).iter().copied();
        near.chain([claim]).find(|&resource| {
            let mut before = self.passes[resource].iter();
            before.any(|&(first, by)| first < key && by != v)
        })
    }

    pub(super) fn changed(&mut self, turn: &mut Turn<'_>, resource: ResourceId) {
        for v in self.waiting[resource].drain(..) {
            let since = self.rows[v].since.unwrap_or(turn.now);
            turn.again.insert((since, v));
        }
    }
}

/// Where a vehicle stands behind these edges.
pub(super) fn end_of(plant: &Plant, edges: &[EdgeId]) -> ResourceId {
    let last = edges[edges.len() - 1];
    plant.tracks.node_resource(plant.tracks.edges[last].to)
}

fn length(plant: &Plant, edges: impl Iterator<Item = EdgeId>) -> Length {
    Length(edges.map(|edge| plant.tracks.edges[edge].length.0).sum())
}
