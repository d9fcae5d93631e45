//! Tabu search: from plan to plan by the best change that was not undone lately, and back to the best ones when
//! nothing better is found for long.

use super::graph::{Graph, Kept, Move};
use super::memory::Memory;
use super::moves::{Line, Taker, neighbours};
use super::relink;
use super::{Done, Shop, Units, bound};
use alloc::vec::Vec;
use fenhe_contract::{Purpose, Seed, Stream};

/// Changes by luck where it begins again.
const SHAKES: (u32, u32) = (4, 24);
/// Hundredths of the way from one good plan to another: at least, and how many more.
const RELINK: (u32, u32) = (20, 61);

/// How a search goes about it. No way is the best on all shops, so a portfolio has several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Steps without a better plan until it begins again: at first, and at most.
    patience: (u64, u64),
    /// For so many steps and up to as many more a change is not undone.
    tenure: u32,
    /// Good plans that are kept.
    kept: usize,
    /// Of a hundred rounds, so many begin between two good plans; the others at one that is shaken.
    relinks: u32,
    /// The first rounds begin with plans by luck, until there are as many good ones as are kept.
    fresh: bool,
    /// Of a detailed shop: the number of its way.
    pub(super) stream: u32,
}

impl Style {
    /// That of a stream of a portfolio.
    pub fn of(shop: &Shop, stream: u32) -> Style {
        let at = |styles: &[Style; 4]| Style {
            stream,
            ..styles[stream as usize % styles.len()]
        };
        if shop.is_flexible() {
            return at(&FLEXIBLE);
        }
        let style = at(&JOB_SHOP);
        let (first, most) = style.patience;
        let many = shop.operations() as u64;
        Style {
            patience: ((first * many).max(LEAST), (most * many).max(LEAST)),
            ..style
        }
    }
}

const fn style(patience: (u64, u64), tenure: u32, kept: usize, relinks: u32) -> Style {
    Style {
        patience,
        tenure,
        kept,
        relinks,
        fresh: false,
        stream: 0,
    }
}

/// Long rounds find the long way down of large job shops. Patience is in steps an operation, and so many steps at least.
const JOB_SHOP: [Style; 4] = [
    style((200, 400), 20, 6, 30),
    style((200, 400), 16, 6, 0),
    style((50, 200), 12, 6, 50),
    style((10, 400), 16, 6, 0),
];
const LEAST: u64 = 6_000;

/// Flexible shops have many plans that are nearly as good: short rounds between them.
const FLEXIBLE: [Style; 4] = [
    Style {
        fresh: true,
        ..style((6_000, 6_000), 12, 12, 80)
    },
    style((6_000, 12_000), 12, 8, 60),
    style((6_000, 400_000), 16, 6, 0),
    Style {
        fresh: true,
        ..style((12_000, 12_000), 16, 20, 90)
    },
];

/// A search of a shop without details that goes on for as long as its caller likes.
pub struct Tabu<'s> {
    graph: Graph<'s>,
    best: Kept,
    /// Good plans, the best first, each with its mark.
    good: Vec<(Kept, u64)>,
    /// The best since it began again.
    round: Kept,
    bound: Units,
    luck: Stream,
    style: Style,
    flexible: bool,
    memory: Memory,
    step: u64,
    since: u64,
    patience: u64,
    path: Vec<u32>,
    moves: Vec<Move>,
    line: Line,
}

impl<'s> Tabu<'s> {
    /// From a plan that holds.
    pub fn new(shop: &'s Shop, plan: &[Done], seed: Seed, style: Style) -> Tabu<'s> {
        let graph = Graph::new(shop, plan);
        let mut kept = Kept::default();
        graph.keep(&mut kept);
        Tabu {
            best: kept.clone(),
            round: kept,
            good: Vec::new(),
            graph,
            bound: bound(shop),
            luck: seed.stream("schedule", Purpose::Initial),
            style,
            flexible: shop.is_flexible(),
            memory: Memory::new(),
            step: 0,
            since: 0,
            patience: style.patience.0,
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

    /// Steps done so far.
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// The best plan.
    pub fn plan(&self) -> Vec<Done> {
        let mut graph = self.graph.clone();
        graph.restore(&self.best);
        graph.plan()
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
        let Some(change) = self.choose() else {
            // Every change of a longest path is closed: it begins again elsewhere.
            return self.again();
        };
        let tenure = self.style.tenure + self.luck.below(self.style.tenure);
        let until = self.step + u64::from(tenure);
        self.memory.close(&self.graph, change, until);
        self.graph.apply(change);
        if self.graph.makespan < self.round.makespan {
            self.graph.keep(&mut self.round);
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
        let (mut at, mut seen) = (graph.none, 0);
        for &op in graph.last() {
            if graph.end(op) == graph.makespan {
                seen += 1;
                if self.luck.below(seen) == 0 {
                    at = op;
                }
            }
        }
        self.path.clear();
        while at != graph.none {
            self.path.push(at);
            let head = graph.head(at);
            let (up, left) = (graph.up(at), graph.left[at as usize]);
            let by = |op: u32| op != graph.none && graph.end(op) == head;
            at = match (by(up), by(left)) {
                (true, true) if self.luck.below(2) == 0 => up,
                (_, true) => left,
                (true, false) => up,
                (false, false) => graph.none,
            };
        }
        self.path.reverse();
    }

    /// The best that was not undone lately, or that leads to the best plan of all; else any.
    fn choose(&mut self) -> Option<Move> {
        let enough = self.enough();
        let mut choice = Choice {
            memory: &self.memory,
            luck: &mut self.luck,
            step: self.step,
            shortest: self.best.makespan,
            length: Units::MAX,
            more: i64::MAX,
            enough,
            chosen: None,
            seen: 0,
        };
        neighbours(&self.graph, &self.path, &mut self.line, &mut choice);
        match choice.chosen {
            Some(change) => Some(change),
            None => self.any(),
        }
    }

    /// The length from which on a change need not be shorter. In a flexible shop each that takes an operation off the
    /// longest paths is as good as another, and the one that makes least work is the best.
    fn enough(&self) -> Units {
        match self.flexible {
            true => self.graph.makespan.saturating_sub(1),
            false => 0,
        }
    }

    /// A change by luck.
    fn any(&mut self) -> Option<Move> {
        let mut all = All(core::mem::take(&mut self.moves));
        all.0.clear();
        neighbours(&self.graph, &self.path, &mut self.line, &mut all);
        self.moves = all.0;
        let count = self.moves.len() as u32;
        (count > 0).then(|| self.moves[self.luck.below(count) as usize])
    }

    /// Keeps what this round has found, and begins another at a good plan that is shaken.
    fn again(&mut self) {
        // The longer nothing better is found, the farther it may go.
        self.patience = match self.round.makespan <= self.best.makespan {
            true => self.style.patience.0,
            false => (self.patience * 2).min(self.style.patience.1),
        };
        let mark = self.round.mark(self.graph.shop.machines);
        if !self.good.iter().any(|(_, other)| *other == mark) {
            let makespan = self.round.makespan;
            let at = self
                .good
                .partition_point(|(good, _)| good.makespan <= makespan);
            self.good.insert(at, (self.round.clone(), mark));
            self.good.truncate(self.style.kept);
        }
        self.memory.clear();
        self.since = self.step;
        self.begin();
        self.graph.keep(&mut self.round);
    }

    /// A plan by luck, one between two good ones, or a good one that is shaken.
    fn begin(&mut self) {
        if self.style.fresh && self.good.len() < self.style.kept {
            let plan = relink::random(self.graph.shop, &self.round, &mut self.luck);
            return self.graph.restore(&plan);
        }
        let many = self.good.len() as u32;
        // The better the more often.
        let at = self.luck.below(many).min(self.luck.below(many)) as usize;
        let other = self.luck.below(many) as usize;
        if at != other && self.luck.below(100) < self.style.relinks {
            let share = RELINK.0 + self.luck.below(RELINK.1);
            let (a, b) = (&self.good[at].0, &self.good[other].0);
            let plan = relink::between(a, b, share, &mut self.luck);
            return self.graph.restore(&plan);
        }
        self.graph.restore(&self.good[at].0);
        let shakes = SHAKES.0 + self.luck.below(SHAKES.1);
        for _ in 0..shakes {
            self.critical();
            let Some(any) = self.any() else { break };
            self.graph.apply(any);
        }
    }
}

/// Takes the shortest that is not closed, by luck of several.
struct Choice<'a> {
    memory: &'a Memory,
    luck: &'a mut Stream,
    step: u64,
    /// Shorter than this is always open.
    shortest: Units,
    length: Units,
    /// More work than now.
    more: i64,
    enough: Units,
    chosen: Option<Move>,
    seen: u32,
}

impl Taker for Choice<'_> {
    fn limit(&self) -> Units {
        self.length
    }

    fn take(&mut self, graph: &Graph<'_>, change: Move, length: Units) {
        if length > self.length
            || (length >= self.shortest && self.memory.closes(graph, change, self.step))
        {
            return;
        }
        let length = length.max(self.enough);
        let now = graph.time[change.op as usize];
        let more = i64::from(change.time) - i64::from(now);
        if (length, more) > (self.length, self.more) {
            return;
        }
        if (length, more) < (self.length, self.more) {
            (self.length, self.more, self.seen) = (length, more, 0);
        }
        self.seen += 1;
        if self.luck.below(self.seen) == 0 {
            self.chosen = Some(change);
        }
    }
}

/// Takes all.
struct All(Vec<Move>);

impl Taker for All {
    fn limit(&self) -> Units {
        Units::MAX
    }

    fn take(&mut self, _: &Graph<'_>, change: Move, _: Units) {
        self.0.push(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Alternative, RULES, check, dispatch};

    fn shop(luck: &mut Stream) -> Shop {
        let machines = 1 + luck.below(5);
        let mut shop = Shop::new(machines);
        for _ in 0..2 + luck.below(6) {
            let mut job = Vec::new();
            for _ in 0..luck.below(7) {
                let from = luck.below(machines);
                let count = 1 + luck.below(machines);
                let one = |n| Alternative {
                    machine: (from + n) % machines,
                    time: luck.below(9),
                };
                job.push((0..count).map(one).collect::<Vec<_>>());
            }
            shop.job(job.iter().map(Vec::as_slice));
        }
        shop
    }

    #[test]
    fn plans_hold_however_often_it_begins_again() {
        for seed in 0..200 {
            let shop = shop(&mut Seed(seed).stream("again", Purpose::Initial));
            let style = Style {
                fresh: seed % 2 == 0,
                ..style((10, 30), 3, 4, 70)
            };
            let plan = dispatch(&shop, RULES[0]);
            let mut search = Tabu::new(&shop, &plan, Seed(seed), style);
            search.bound = 0;
            for _ in 0..30 {
                search.on(25);
                let now = check(&shop, &search.graph.plan());
                assert_eq!(now, Ok(search.graph.makespan), "shop {seed}");
                let best = check(&shop, &search.plan());
                assert_eq!(best, Ok(search.makespan()), "shop {seed}");
            }
        }
    }
}
