//! Tabu search: from plan to plan by the best change that was not undone lately, and back to the best ones when
//! nothing better is found for long.

use super::graph::{Graph, Move, NONE};
use super::{Done, Shop, Units, bound};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::{Purpose, Seed, Stream};

/// Steps without a better plan until it begins again at a good one: at first, and at most.
const PATIENCE: (u64, u64) = (6_000, 400_000);
/// For so many steps and up to as many more a change is not undone.
const TENURE: u32 = 16;
/// Good plans that are kept.
const KEPT: usize = 6;
/// Changes by luck where it begins again.
const SHAKES: (u32, u32) = (4, 24);
/// Places in a long block that are looked at from its ends.
const REACH: usize = 48;
/// Rows of the memory of what was done lately: by hash, so that two may share one.
const MEMORY: usize = 1 << 16;

/// A search that goes on for as long as its caller likes.
pub struct Search<'s> {
    graph: Graph<'s>,
    /// The best plan, and good ones, the best first.
    best: Graph<'s>,
    good: Vec<Graph<'s>>,
    /// The best since it began again.
    round: Graph<'s>,
    bound: Units,
    luck: Stream,
    tabu: Vec<u64>,
    step: u64,
    since: u64,
    patience: u64,
    path: Vec<u32>,
    moves: Vec<(Move, Units)>,
    line: Vec<(u32, Units)>,
}

impl<'s> Search<'s> {
    /// From a plan that holds.
    pub fn new(shop: &'s Shop, plan: &[Done], seed: Seed) -> Search<'s> {
        let graph = Graph::new(shop, plan);
        Search {
            best: graph.clone(),
            round: graph.clone(),
            good: Vec::new(),
            graph,
            bound: bound(shop),
            luck: seed.stream("schedule", Purpose::Initial),
            tabu: vec![0; MEMORY],
            step: 0,
            since: 0,
            patience: PATIENCE.0,
            path: Vec::new(),
            moves: Vec::new(),
            line: Vec::new(),
        }
    }

    /// When the best plan's last operation ends.
    pub fn makespan(&self) -> Units {
        self.best.makespan
    }

    /// No plan can be shorter.
    pub fn is_shortest(&self) -> bool {
        self.best.makespan <= self.bound
    }

    /// The best plan.
    pub fn plan(&self) -> Vec<Done> {
        self.best.plan()
    }

    /// So many steps on.
    pub fn on(&mut self, steps: u64) {
        for _ in 0..steps {
            if self.is_shortest() {
                return;
            }
            self.once();
        }
    }

    fn once(&mut self) {
        self.step += 1;
        self.critical();
        self.neighbours();
        let Some(chosen) = self.choose() else {
            // Every change of a longest path is closed: it begins again elsewhere.
            return self.again();
        };
        self.forbid(chosen);
        self.graph.apply(chosen);
        if self.graph.makespan < self.round.makespan {
            self.round.clone_from(&self.graph);
            self.since = self.step;
            if self.round.makespan < self.best.makespan {
                self.best.clone_from(&self.round);
            }
        } else if self.step - self.since > self.patience {
            self.again();
        }
    }

    /// A critical path, by luck where there are several.
    fn critical(&mut self) {
        let graph = &self.graph;
        let ends = (0..graph.head.len() as u32).filter(|op| graph.end(*op) == graph.makespan);
        let (mut at, mut seen) = (NONE, 0);
        for op in ends {
            seen += 1;
            if self.luck.below(seen) == 0 {
                at = op;
            }
        }
        self.path.clear();
        while at != NONE {
            self.path.push(at);
            let head = graph.head[at as usize];
            let (up, left) = (graph.up(at), graph.left[at as usize]);
            let by = |op: u32| op != NONE && graph.end(op) == head;
            at = match (by(up), by(left)) {
                (true, true) if self.luck.below(2) == 0 => up,
                (_, true) => left,
                (true, false) => up,
                (false, false) => NONE,
            };
        }
        self.path.reverse();
    }

    /// All changes of it that close no cycle, with estimates of what becomes of the longest path through them.
    fn neighbours(&mut self) {
        self.moves.clear();
        let path = core::mem::take(&mut self.path);
        let mut from = 0;
        while from < path.len() {
            let mut to = from;
            while to + 1 < path.len() && self.graph.left[path[to + 1] as usize] == path[to] {
                to += 1;
            }
            if to > from {
                self.block(&path[from..=to], (from == 0, to + 1 == path.len()));
            }
            from = to + 1;
        }
        for &op in &path {
            if self.graph.shop.alternatives(op as usize).len() > 1 {
                self.elsewhere(op);
            }
        }
        self.path = path;
    }

    /// Changes of a block: each to its end or begin, and its ends into it.
    fn block(&mut self, block: &[u32], (first, last): (bool, bool)) {
        let end = block.len() - 1;
        if !last {
            for &op in &block[end.saturating_sub(REACH)..end] {
                self.later(op, block[end]);
            }
            for &op in &block[end.saturating_sub(REACH).max(1)..end] {
                self.sooner(block[end], op);
            }
        }
        if !first {
            for &op in &block[1..=end.min(REACH)] {
                self.sooner(op, block[0]);
            }
            for &op in &block[1..end.min(REACH)] {
                self.later(block[0], op);
            }
        }
    }

    /// An operation right behind one that is later on its machine.
    fn later(&mut self, op: u32, behind: u32) {
        let graph = &self.graph;
        let down = graph.down(op);
        if down != NONE {
            let (a, b) = (graph.rest(behind), graph.rest(down));
            if a < b || (a == b && (down == behind || graph.time[down as usize] == 0)) {
                return;
            }
        }
        let time = graph.time[op as usize];
        let mut end = graph.end(graph.left[op as usize]);
        self.line.clear();
        let mut at = graph.right[op as usize];
        loop {
            let head = end.max(graph.end(graph.up(at)));
            self.line.push((at, head));
            end = head + graph.time[at as usize];
            if at == behind {
                break;
            }
            at = graph.right[at as usize];
        }
        let head = end.max(graph.end(graph.up(op)));
        let mut rest = time
            + graph
                .rest(down)
                .max(graph.rest(graph.right[behind as usize]));
        let mut most = head + rest;
        for &(op, head) in self.line.iter().rev() {
            rest = graph.time[op as usize] + rest.max(graph.rest(graph.down(op)));
            most = most.max(head + rest);
        }
        self.offer(op, behind, most);
    }

    /// An operation right before one that is sooner on its machine.
    fn sooner(&mut self, op: u32, before: u32) {
        let graph = &self.graph;
        let up = graph.up(op);
        if up != NONE {
            let (a, b) = (graph.end(before), graph.end(up));
            if a < b || (a == b && (up == before || graph.time[up as usize] == 0)) {
                return;
            }
        }
        let time = graph.time[op as usize];
        let mut rest = graph.rest(graph.right[op as usize]);
        self.line.clear();
        let mut at = graph.left[op as usize];
        loop {
            let own = graph.time[at as usize] + rest.max(graph.rest(graph.down(at)));
            self.line.push((at, own));
            rest = own;
            if at == before {
                break;
            }
            at = graph.left[at as usize];
        }
        let tail = rest.max(graph.rest(graph.down(op)));
        let behind = graph.left[before as usize];
        let mut end = time + graph.end(up).max(graph.end(behind));
        let mut most = end + tail;
        for &(op, rest) in self.line.iter().rev() {
            let head = end.max(graph.end(graph.up(op)));
            most = most.max(head + rest);
            end = head + graph.time[op as usize];
        }
        self.offer(op, behind, most);
    }

    fn offer(&mut self, op: u32, behind: u32, length: Units) {
        let v = op as usize;
        let (machine, time) = (self.graph.machine[v], self.graph.time[v]);
        let change = Move {
            op,
            machine,
            time,
            behind,
        };
        self.moves.push((change, length));
    }

    /// An operation on each other machine that can do it, wherever that closes no cycle.
    fn elsewhere(&mut self, op: u32) {
        let graph = &self.graph;
        let (up, down) = (graph.up(op), graph.down(op));
        let (head, rest) = (graph.end(up), graph.rest(down));
        for alternative in graph.shop.alternatives(op as usize) {
            if alternative.machine == graph.machine[op as usize] {
                continue;
            }
            let mut behind = NONE;
            let mut next = graph.first[alternative.machine as usize];
            loop {
                // A path from `down` to here, or from here to `up`, would close a cycle.
                let below = behind == NONE
                    || down == NONE
                    || (behind != down && graph.head[behind as usize] < graph.end(down));
                let above = next == NONE
                    || up == NONE
                    || (next != up && graph.head[up as usize] < graph.end(next));
                if !below {
                    break;
                }
                if above {
                    let begin = head.max(graph.end(behind));
                    let length = begin + alternative.time + rest.max(graph.rest(next));
                    let change = Move {
                        op,
                        machine: alternative.machine,
                        time: alternative.time,
                        behind,
                    };
                    self.moves.push((change, length));
                }
                if next == NONE {
                    break;
                }
                behind = next;
                next = graph.right[next as usize];
            }
        }
    }

    /// The best that was not undone lately, or that leads to the best plan of all; else any.
    fn choose(&mut self) -> Option<Move> {
        let (mut best, mut chosen, mut seen) = (Units::MAX, None, 0);
        for &(change, length) in &self.moves {
            if length > best || (self.is_tabu(change) && length >= self.best.makespan) {
                continue;
            }
            if length < best {
                (best, seen) = (length, 0);
            }
            seen += 1;
            if self.luck.below(seen) == 0 {
                chosen = Some(change);
            }
        }
        if chosen.is_none() && !self.moves.is_empty() {
            let any = self.luck.below(self.moves.len() as u32) as usize;
            chosen = Some(self.moves[any].0);
        }
        chosen
    }

    fn row(a: u32, b: u32) -> usize {
        let mixed = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 48) as usize & (MEMORY - 1)
    }

    /// A change to another machine undoes one from there; one on its machine an order of two that was changed.
    fn is_tabu(&self, change: Move) -> bool {
        let Move { op, machine, .. } = change;
        if machine != self.graph.machine[op as usize] {
            return self.tabu[Search::row(op, !machine)] > self.step;
        }
        let mut found = false;
        self.passed(change, |a, b| {
            found |= self.tabu[Search::row(a, b)] > self.step
        });
        found
    }

    /// Pairs of which the first comes before the second by a change on a machine, and did not before.
    fn passed(&self, change: Move, mut each: impl FnMut(u32, u32)) {
        let Move { op, behind, .. } = change;
        let graph = &self.graph;
        let forward = behind != NONE && graph.head[behind as usize] >= graph.head[op as usize];
        if forward {
            let mut at = behind;
            while at != op && at != NONE {
                each(at, op);
                at = graph.left[at as usize];
            }
        } else {
            let mut at = graph.left[op as usize];
            while at != behind && at != NONE {
                each(op, at);
                at = graph.left[at as usize];
            }
        }
    }

    fn forbid(&mut self, change: Move) {
        let Move { op, machine, .. } = change;
        let tenure = u64::from(TENURE + self.luck.below(TENURE));
        let until = self.step + tenure;
        let own = self.graph.machine[op as usize];
        if machine != own {
            self.tabu[Search::row(op, !own)] = until;
            return;
        }
        let mut rows = core::mem::take(&mut self.line);
        rows.clear();
        self.passed(change, |a, b| rows.push((b, a)));
        for &(a, b) in &rows {
            self.tabu[Search::row(a, b)] = until;
        }
        self.line = rows;
    }

    /// Keeps what this round has found, and begins another at a good plan that is shaken.
    fn again(&mut self) {
        // The longer nothing better is found, the farther it may go.
        self.patience = match self.round.makespan <= self.best.makespan {
            true => PATIENCE.0,
            false => (self.patience * 2).min(PATIENCE.1),
        };
        let found = self.round.clone();
        let at = self
            .good
            .partition_point(|good| good.makespan <= found.makespan);
        if !self.good.iter().any(|good| good.head == found.head) {
            self.good.insert(at, found);
            self.good.truncate(KEPT);
        }
        let many = self.good.len() as u32;
        // The better the more often.
        let at = self.luck.below(many).min(self.luck.below(many)) as usize;
        self.graph.clone_from(&self.good[at]);
        let shakes = SHAKES.0 + self.luck.below(SHAKES.1);
        for _ in 0..shakes {
            self.critical();
            self.neighbours();
            if self.moves.is_empty() {
                break;
            }
            let any = self.luck.below(self.moves.len() as u32) as usize;
            self.graph.apply(self.moves[any].0);
        }
        self.tabu.fill(0);
        self.round.clone_from(&self.graph);
        self.since = self.step;
    }
}
