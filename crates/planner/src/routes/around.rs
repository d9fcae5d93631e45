//! Ways that keep off where others will be: forward from a node, led by the times to the goal (A*: Hart,
//! Nilsson and Raphael 1968).

use super::*;

impl Routes {
    /// The way that costs least if each edge costs `added` beside its own time [ms], of those that never go
    /// farther from the goal than half as far again as `from` is; `None` where no way leads. With nothing
    /// added it takes as long as [`Table::way`]. What is shut must be the same at each call.
    pub fn around(
        &mut self,
        (plant, streets): (&Plant, &Streets),
        (kind, goal): (VehicleTypeId, NodeId),
        from: NodeId,
        shut: &dyn Fn(EdgeId) -> bool,
        added: &dyn Fn(EdgeId) -> u32,
    ) -> Option<Vec<EdgeId>> {
        let table = self.to((plant, streets), (kind, goal), from, shut);
        let best = table.time(plant, from)?;
        drop(table);
        let limit = best.saturating_add(best / 2);
        let search = Search {
            plant,
            streets,
            kind,
            shut,
        };
        let table = self.tables.get_mut(&(kind, goal))?;
        if !table.reaches(limit) {
            search.reach(Arc::make_mut(table), limit);
        }
        let forward = Forward {
            search: &search,
            table,
            limit,
            added,
            found: BTreeMap::new(),
            due: BinaryHeap::new(),
        };
        forward.way(from)
    }
}

impl Table {
    /// Whether all times up to this are exact.
    fn reaches(&self, limit: u32) -> bool {
        let due = self.due.peek();
        due.is_none_or(|Reverse((next, _))| *next > limit)
    }
}

impl Search<'_> {
    /// Until all times up to a limit are known.
    fn reach(&self, table: &mut Table, limit: u32) {
        while !table.reaches(limit) {
            self.one_more(table);
        }
    }
}

struct Forward<'a> {
    search: &'a Search<'a>,
    table: &'a Table,
    /// Edges that are farther from the goal are none [ms].
    limit: u32,
    added: &'a dyn Fn(EdgeId) -> u32,
    /// What it costs to the end of an edge, and the one before it.
    found: BTreeMap<EdgeId, (u32, Option<EdgeId>)>,
    /// By what the whole way costs at least.
    due: BinaryHeap<Reverse<(u32, EdgeId, u32)>>,
}

impl Forward<'_> {
    fn way(mut self, from: NodeId) -> Option<Vec<EdgeId>> {
        let (tracks, goal) = (&self.search.plant.tracks, self.table.goal);
        if from == goal {
            return Some(Vec::new());
        }
        for &edge in tracks.leaving(from) {
            self.step(0, None, edge);
        }
        while let Some(Reverse((_, edge, spent))) = self.due.pop() {
            let node = tracks.edges[edge].to;
            if node == goal {
                return Some(self.back_from(edge));
            }
            if self
                .found
                .get(&edge)
                .is_some_and(|&(least, _)| spent == least)
            {
                for &next in tracks.leaving(node) {
                    self.step(spent, Some(edge), next);
                }
            }
        }
        None
    }

    /// One edge further, if that is a better way to its end.
    fn step(&mut self, spent: u32, last: Option<EdgeId>, next: EdgeId) {
        let left = self.table.times[next.index()];
        if left > self.limit {
            return;
        }
        let turn = last.map_or(0, |last| self.search.between(last, next));
        let before = spent
            .saturating_add(turn)
            .saturating_add((self.added)(next));
        let after = before.saturating_add(self.search.own(next));
        let known = self.found.get(&next);
        if known.is_none_or(|&(other, _)| after < other) {
            self.found.insert(next, (after, last));
            self.due
                .push(Reverse((before.saturating_add(left), next, after)));
        }
    }

    fn back_from(&self, last: EdgeId) -> Vec<EdgeId> {
        let mut way = vec![last];
        let mut edge = last;
        while let Some(&(_, Some(before))) = self.found.get(&edge) {
            way.push(before);
            edge = before;
        }
        way.reverse();
        way
    }
}
