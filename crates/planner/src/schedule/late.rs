//! Late acceptance (Burke and Bykov 2017) for detailed shops: a change by luck of what holds the costliest operations is
//! worked out exactly, and kept where the plan costs no more than it did some steps ago. Rounds begin again at the best
//! plan, shaken, and look back farther each time.

use super::changes::Changes;
use super::timed::{Aside, Timed};
use super::{Cost, Done, Shop, Units, least_cost};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::{Purpose, Seed, Stream};

/// How a search goes about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Way {
    /// Steps it looks back: in the first round, and at most.
    back: (usize, usize),
    /// Changes by luck where a round begins: at least, and how many more.
    shakes: (u32, u32),
}

const WAYS: [Way; 4] = [
    way((20, 20_000), (2, 10)),
    way((500, 50_000), (4, 24)),
    way((5, 500), (3, 9)),
    way((2_000, 2_000), (8, 60)),
];

const fn way(back: (usize, usize), shakes: (u32, u32)) -> Way {
    Way { back, shakes }
}

/// A round ends after so many steps without a better plan: at least, and for each step it looks back.
const PATIENCE: (u64, u64) = (1_000, 20);

/// A search that goes on for as long as its caller likes.
pub struct Late<'s> {
    timed: Timed<'s>,
    best: Aside,
    /// The best of this round.
    round: Cost,
    /// Costs of the last steps, over and over.
    costs: Vec<Cost>,
    back: usize,
    least: Cost,
    luck: Stream,
    way: Way,
    changes: Changes,
    step: u64,
    since: u64,
}

impl<'s> Late<'s> {
    /// From a plan that holds.
    pub fn new(shop: &'s Shop, plan: &[Done], seed: Seed, stream: u32) -> Late<'s> {
        let timed = Timed::new(shop, plan);
        let mut best = Aside::default();
        timed.keep(&mut best);
        let mut way = WAYS[stream as usize % WAYS.len()];
        // Small shops need not look back far at first.
        way.back.0 = way.back.0.min(4 * plan.len().max(1));
        Late {
            costs: vec![timed.cost; way.back.0],
            round: timed.cost,
            back: way.back.0,
            least: least_cost(shop),
            luck: seed.stream("schedule", Purpose::Initial),
            changes: Changes::new(shop),
            timed,
            best,
            way,
            step: 0,
            since: 0,
        }
    }

    /// What the best plan costs.
    pub fn cost(&self) -> Cost {
        self.best.cost
    }

    /// When the best plan's last operation ends.
    pub fn makespan(&self) -> Units {
        self.best.makespan
    }

    /// No plan can cost less.
    pub fn is_least(&self) -> bool {
        self.best.cost <= self.least
    }

    /// Steps done so far.
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// The best plan.
    pub fn plan(&self) -> Vec<Done> {
        let mut timed = self.timed.clone();
        timed.restore(&self.best);
        timed.plan()
    }

    /// So many steps on.
    pub fn on(&mut self, steps: u64) {
        for _ in 0..steps {
            if self.is_least() {
                return;
            }
            self.once();
        }
    }

    fn once(&mut self) {
        self.step += 1;
        if self.step - self.since > PATIENCE.0 + PATIENCE.1 * self.back as u64 {
            self.again();
        }
        let before = self.timed.cost;
        let Some(change) = self.changes.draw(&self.timed, &mut self.luck) else {
            return;
        };
        if !self.timed.apply(change) {
            return;
        }
        let at = self.step as usize % self.costs.len();
        let now = self.timed.cost;
        if now <= before || now <= self.costs[at] {
            self.changes.forget();
            self.found(now);
        } else {
            self.timed.back();
        }
        self.costs[at] = self.costs[at].min(self.timed.cost);
    }

    fn found(&mut self, now: Cost) {
        if now < self.round {
            (self.round, self.since) = (now, self.step);
        }
        if now < self.best.cost {
            self.timed.keep(&mut self.best);
        }
    }

    /// The best plan, shaken; the next round looks back farther, until it has looked back farthest.
    fn again(&mut self) {
        self.back = match self.back * 2 > self.way.back.1 {
            true => self.way.back.0,
            false => self.back * 2,
        };
        self.timed.restore(&self.best);
        self.changes.forget();
        let shakes = self.way.shakes.0 + self.luck.below(self.way.shakes.1);
        for _ in 0..shakes {
            if let Some(change) = self.changes.draw(&self.timed, &mut self.luck)
                && self.timed.apply(change)
            {
                self.changes.forget();
            }
        }
        self.costs.clear();
        self.costs.resize(self.back, self.timed.cost);
        (self.round, self.since) = (self.timed.cost, self.step);
    }
}
