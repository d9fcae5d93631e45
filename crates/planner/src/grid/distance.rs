//! What it costs to get to a goal, from every cell and heading.
//!
//! A table is filled backwards from its goal by Dijkstra's algorithm with buckets (Dial 1969), as costs are small. As a robot may turn anywhere, the costs of
//! the four headings of a cell differ by two turns at most: a table keeps the least of the four with 16 bits and four
//! differences with 4 bits, half of what four costs would take. So 10,000 goals of a warehouse with 40,000 free
//! cells fit in 1.6 GB.

use super::guide::{Guide, STEP};
use super::map::{Cell, Map, NONE, State, turned};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

/// Costs to one goal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// One a cell: the least cost of its headings above, below four differences to it, east lowest.
    packed: Box<[u32]>,
}

impl Table {
    /// A goal that cannot be reached is at least so far away.
    pub const NEVER: u32 = 0xffff;

    /// The cost from a state, in units of which a step takes [`STEP`].
    #[inline]
    pub fn get(&self, state: State) -> u32 {
        let word = self.packed[(state >> 2) as usize];
        (word >> 16) + ((word >> (4 * (state & 3))) & 15)
    }

    /// The least cost from a cell, whatever the heading.
    #[inline]
    pub fn least(&self, cell: Cell) -> u32 {
        self.packed[cell as usize] >> 16
    }
}

/// Fills a table.
pub fn table(map: &Map, guide: &Guide, goal: Cell) -> Table {
    let states = map.states() as usize;
    let most = guide.costs().iter().copied().max().unwrap_or(1);
    let turns = u32::from(most).max(STEP) as usize + 1;
    let mut cost = vec![Table::NEVER as u16; states];
    let mut buckets: Vec<Vec<State>> = vec![Vec::new(); turns];
    for state in 4 * goal..4 * goal + 4 {
        cost[state as usize] = 0;
        buckets[0].push(state);
    }
    let (mut now, mut empty) = (0_u32, 0);
    while empty < turns && now + (turns as u32) < Table::NEVER {
        let at = now as usize % turns;
        empty = if buckets[at].is_empty() { empty + 1 } else { 0 };
        while let Some(state) = buckets[at].pop() {
            if u32::from(cost[state as usize]) != now {
                continue;
            }
            let mut reach = |from: State, step: u32| {
                let then = now + step;
                if then < u32::from(cost[from as usize]) {
                    cost[from as usize] = then as u16;
                    buckets[then as usize % turns].push(from);
                }
            };
            reach(turned(state, 1), STEP);
            reach(turned(state, 3), STEP);
            // From behind: the cell that has this one ahead, with the same heading.
            let behind = map.ahead(turned(state, 2));
            if behind != NONE {
                let from = 4 * behind + state % 4;
                reach(from, guide.ahead(from));
            }
        }
        now += 1;
    }
    Table {
        packed: cost.chunks_exact(4).map(pack).collect(),
    }
}

fn pack(costs: &[u16]) -> u32 {
    let least = costs.iter().copied().min().unwrap_or(0);
    let word = u32::from(least) << 16;
    (0..).zip(costs).fold(word, |word, (heading, cost)| {
        word | u32::from((cost - least).min(15)) << (4 * heading)
    })
}

/// Tables by goal, filled on demand; those that were not asked for the longest go first.
#[derive(Clone, Debug)]
pub struct Distances {
    /// One a cell.
    tables: Vec<Option<Arc<Table>>>,
    /// When each was last asked for.
    asked: Vec<u32>,
    now: u32,
    held: usize,
    most: usize,
}

impl Distances {
    /// None yet, and never more than `bytes` of them.
    pub fn new(map: &Map, bytes: usize) -> Distances {
        let cells = map.cells() as usize;
        Distances {
            tables: vec![None; cells],
            asked: vec![0; cells],
            now: 0,
            held: 0,
            most: (bytes / (4 * cells.max(1))).max(1),
        }
    }

    /// A step begins: what is asked for from now on is newer.
    pub fn tick(&mut self) {
        self.now += 1;
    }

    /// So many tables fit.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Whether a goal's table is there; it is marked as asked for.
    pub fn ask(&mut self, goal: Cell) -> bool {
        self.asked[goal as usize] = self.now;
        self.tables[goal as usize].is_some()
    }

    /// A goal's table.
    #[inline]
    pub fn get(&self, goal: Cell) -> Option<&Arc<Table>> {
        self.tables[goal as usize].as_ref()
    }

    /// Keeps a table, and forgets old ones if there are too many.
    pub fn put(&mut self, goal: Cell, table: Arc<Table>) {
        if self.tables[goal as usize].is_none() {
            if self.held >= self.most {
                self.forget();
            }
            self.held += 1;
        }
        self.tables[goal as usize] = Some(table);
        self.asked[goal as usize] = self.now;
    }

    /// A sixteenth of all that are held go, the oldest first.
    fn forget(&mut self) {
        let held = (0..self.tables.len()).filter(|goal| self.tables[*goal].is_some());
        let mut held: Vec<(u32, usize)> = held.map(|goal| (self.asked[goal], goal)).collect();
        held.sort_unstable();
        let going = (held.len() / 16).max(1);
        for (_, goal) in held.into_iter().take(going) {
            self.tables[goal] = None;
            self.held -= 1;
        }
    }
}
