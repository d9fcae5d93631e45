//! EPIBT: priority inheritance with backtracking over operations, and its refinement by large neighbourhoods.
//!
//! Each robot holds an operation that collides with none. A robot takes the best one that it can: where exactly one other stands in
//! its way, that one gives way and looks for another itself (and may push on), or all is as it was. First in the order of
//! priorities, pushing only robots of lower ones; then, for as long as the caller likes, from any robot and at
//! anyone, kept if all together are no worse off.
//!
//! Sources: Okumura, Machida, Défago and Tamura 2022 (PIBT), Yukhnevich and Andreychuk 2026 (EPIBT, its inheritance of operations and its refinement), Li, Chen,
//! Harabor, Stuckey and Koenig 2022 (MAPF-LNS2).

use super::choices::{Choice, Choices};
use super::map::NONE;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::Stream;

/// More than one robot is in the way.
const MANY: u32 = NONE - 1;
/// A robot is asked to give way at most so often within one chain.
const TRIES: u8 = 60;

/// How a chain of pushes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// All who were pushed have a place.
    Placed,
    /// This robot finds no place.
    Nowhere,
    /// It took too long.
    Given,
}

/// The operations of all robots at one step, being improved.
#[derive(Clone, Debug)]
pub struct Search<const D: usize> {
    choices: Arc<Choices<D>>,
    /// The robot on each cell after each step, or [`NONE`].
    at: Vec<[u32; D]>,
    /// Index of each robot's choice.
    chosen: Vec<u16>,
    /// Sum of weighted values.
    total: i64,
    chain: u32,
    asked: u32,
    /// The chain that came last to each robot, and how often in it.
    seen: Vec<(u32, u8)>,
    /// The chain that each robot is a link of.
    link: Vec<u32>,
    left: u32,
    least: i64,
    /// Rank that may not be pushed, nor what is before it.
    rank: u32,
}

impl<const D: usize> Search<D> {
    /// Begins with `held`: one operation a robot, which together do not collide.
    pub fn new(choices: Arc<Choices<D>>, held: &[u16]) -> Self {
        let robots = choices.robots();
        let mut search = Search {
            at: vec![[NONE; D]; choices.here.len()],
            chosen: vec![0; robots],
            total: 0,
            chain: 0,
            asked: 0,
            seen: vec![(0, 0); robots],
            link: vec![0; robots],
            left: 0,
            least: i64::MIN,
            rank: NONE,
            choices,
        };
        for (robot, operation) in (0..).zip(held) {
            let of = search.choices.of(robot);
            let found = of.iter().position(|choice| choice.operation == *operation);
            search.chosen[robot as usize] = found.unwrap_or(0) as u16;
            search.place(robot);
        }
        search
    }

    /// How good all operations are together.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// Number of each robot's operation.
    pub fn operations(&self) -> Vec<u16> {
        let robots = 0..self.chosen.len() as u32;
        robots.map(|robot| self.choice(robot).operation).collect()
    }

    fn choice(&self, robot: u32) -> &Choice<D> {
        &self.choices.of(robot)[self.chosen[robot as usize] as usize]
    }

    fn value(&self, robot: u32, choice: u16) -> i64 {
        let value = self.choices.of(robot)[choice as usize].value;
        self.choices.weight[robot as usize] * i64::from(value)
    }

    #[inline]
    fn place(&mut self, robot: u32) {
        let cells = self.choice(robot).cells;
        for (step, cell) in cells.into_iter().enumerate() {
            self.at[cell as usize][step] = robot;
        }
        self.total += self.value(robot, self.chosen[robot as usize]);
    }

    #[inline]
    fn lift(&mut self, robot: u32) {
        let cells = self.choice(robot).cells;
        for (step, cell) in cells.into_iter().enumerate() {
            self.at[cell as usize][step] = NONE;
        }
        self.total -= self.value(robot, self.chosen[robot as usize]);
    }

    /// Who is in the way of a choice: nobody, one robot, or [`MANY`].
    #[inline]
    fn blocker(&self, robot: u32, choice: &Choice<D>) -> u32 {
        let mut found = NONE;
        let mut last = self.choices.start[robot as usize];
        for (step, cell) in choice.cells.into_iter().enumerate() {
            let row = &self.at[cell as usize];
            let mut meets = |other: u32| {
                let same = found == NONE || other == NONE || found == other;
                if other != NONE {
                    found = other;
                }
                same
            };
            if !meets(row[step]) {
                return MANY;
            }
            if cell != last {
                // Two that change places meet on the edge.
                let there = match step {
                    0 => self.choices.here[cell as usize],
                    _ => row[step - 1],
                };
                if there != NONE && self.at[last as usize][step] == there && !meets(there) {
                    return MANY;
                }
            }
            last = cell;
        }
        found
    }

    /// Each robot, the most urgent first, takes the best operation that it can without pushing a more urgent one.
    pub fn settle(&mut self, links: u32) {
        self.chain += 1;
        let round = self.chain;
        for at in 0..self.choices.order.len() {
            let robot = self.choices.order[at];
            if self.link[robot as usize] == round {
                continue;
            }
            self.rank = self.choices.rank[robot as usize];
            self.least = i64::MIN;
            self.asked += 1;
            self.try_from(robot, links);
        }
    }

    /// Tries `rounds` robots by luck; what is no worse is kept.
    pub fn improve(&mut self, rounds: u32, links: u32, luck: &mut Stream) {
        let robots = self.chosen.len() as u64;
        if robots == 0 {
            return;
        }
        self.rank = NONE;
        for _ in 0..rounds {
            let robot = (luck.bits() % robots) as u32;
            if self.choices.weight[robot as usize] == 0 {
                continue;
            }
            self.chain += 1;
            self.asked += 1;
            self.least = self.total;
            self.try_from(robot, links);
        }
    }

    fn try_from(&mut self, robot: u32, links: u32) {
        self.left = links;
        self.lift(robot);
        // Held once a chain: threads share the counter of it.
        let choices = Arc::clone(&self.choices);
        if self.push(&choices, robot) != Ended::Placed {
            self.place(robot);
        }
    }

    /// Finds a place for a robot that has none, pushing others.
    fn push(&mut self, choices: &Choices<D>, robot: u32) -> Ended {
        if self.left == 0 {
            return Ended::Given;
        }
        self.left -= 1;
        let id = robot as usize;
        let tries = if self.seen[id].0 == self.asked {
            self.seen[id].1
        } else {
            0
        };
        self.seen[id] = (self.asked, tries + 1);
        self.link[id] = self.chain;
        let was = self.chosen[id];
        let of = choices.of(robot);
        for (at, choice) in (0_u16..).zip(of) {
            let with = self.total + choices.weight[id] * i64::from(choice.value);
            // What those who are pushed may gain by it is left out of account: it is rare.
            if with < self.least {
                break;
            }
            let blocker = self.blocker(robot, choice);
            if blocker == NONE {
                self.chosen[id] = at;
                self.place(robot);
                return Ended::Placed;
            }
            if blocker == MANY || !self.may_push(blocker) {
                continue;
            }
            let now = self.value(blocker, self.chosen[blocker as usize]);
            if with - now + self.value(blocker, 0) < self.least {
                continue;
            }
            self.lift(blocker);
            self.chosen[id] = at;
            self.place(robot);
            let ended = self.push(choices, blocker);
            if ended == Ended::Placed {
                return ended;
            }
            self.lift(robot);
            self.place(blocker);
            if ended == Ended::Given {
                self.chosen[id] = was;
                self.link[id] = 0;
                return ended;
            }
        }
        self.chosen[id] = was;
        self.link[id] = 0;
        Ended::Nowhere
    }

    fn may_push(&self, robot: u32) -> bool {
        let id = robot as usize;
        let (chain, tries) = self.seen[id];
        self.link[id] != self.chain
            && (chain != self.asked || tries < TRIES)
            && (self.rank == NONE || self.choices.rank[id] > self.rank)
    }
}
