//! Open slots of an aisle, by pool. A slot is offered if it is open and nothing stands or is to stand
//! before it; who takes a front slot gets the rear one of its lane while that is open.

use super::table::AisleTable;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Rack, Spot};
use serde::{Deserialize, Serialize};

/// Open slots of an aisle.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Slots {
    open: Vec<bool>,
    /// Offered ones by pool, in any order.
    pools: Vec<Vec<u32>>,
    /// Where in its pool a slot is.
    at: Vec<u32>,
    /// Offered ones by pool, nearest first, where only that is asked for.
    near: Vec<BTreeSet<(i64, u32)>>,
    /// Number of open slots.
    pub count: u32,
}

const NOT: u32 = u32::MAX;

impl Slots {
    /// None open.
    pub fn new(table: &AisleTable) -> Slots {
        let size = table.pool.len();
        Slots {
            open: alloc::vec![false; size],
            pools: alloc::vec![Vec::new(); table.pools],
            at: alloc::vec![NOT; size],
            near: alloc::vec![BTreeSet::new(); table.pools],
            count: 0,
        }
    }

    /// A slot is open, or is not.
    pub fn set(&mut self, table: &AisleTable, n: u32, open: bool) {
        if self.open[n as usize] == open {
            return;
        }
        self.open[n as usize] = open;
        self.count = self.count + u32::from(open) - u32::from(!open);
        let front = table.front(n);
        for slot in front..front + table.depth {
            let offered = self.open[slot as usize] && self.open[front as usize];
            self.offer(table, slot, offered);
        }
    }

    fn offer(&mut self, table: &AisleTable, n: u32, offered: bool) {
        let at = self.at[n as usize];
        if offered == (at != NOT) {
            return;
        }
        let number = usize::from(table.pool[n as usize]);
        let pool = &mut self.pools[number];
        if offered {
            self.at[n as usize] = pool.len() as u32;
            pool.push(n);
        } else {
            pool.swap_remove(at as usize);
            if let Some(&moved) = pool.get(at as usize) {
                self.at[moved as usize] = at;
            }
            self.at[n as usize] = NOT;
        }
        if table.sorted {
            let key = (table.cost[n as usize], n);
            match offered {
                true => self.near[number].insert(key),
                false => self.near[number].remove(&key),
            };
        }
    }

    /// The slot to be taken for an offered one: the rear one of its lane while that is open.
    fn deepest(&self, table: &AisleTable, n: u32) -> u32 {
        let rear = self.rear(table, n);
        if self.open[rear as usize] { rear } else { n }
    }

    /// Slots of these pools that are offered.
    pub fn offered(&self, tiers: &[Vec<usize>]) -> u32 {
        let pools = tiers.iter().flatten();
        pools.map(|&pool| self.pools[pool].len() as u32).sum()
    }

    /// The nearest slot of a lane in which nothing stands, if it costs less than `than`.
    pub fn clear(&self, table: &AisleTable, pools: &[usize], than: i64) -> Option<u32> {
        let clear = |n: u32| self.at[self.rear(table, n) as usize] != NOT;
        let of = |&pool: &usize| {
            let mut near = self.near[pool].range(..(than, 0));
            near.find(|&&(_, n)| clear(n)).copied()
        };
        let (_, n) = pools.iter().filter_map(of).min()?;
        Some(self.rear(table, n))
    }

    fn rear(&self, table: &AisleTable, n: u32) -> u32 {
        table.front(n) + table.depth - 1
    }

    /// One of the first of these tiers of pools that has any: the nearest, or each as likely.
    pub fn choose(
        &self,
        table: &AisleTable,
        tiers: &[Vec<usize>],
        luck: &mut Stream,
    ) -> Option<u32> {
        for tier in tiers {
            if table.nearest {
                let nearest = tier.iter().filter_map(|&pool| self.near[pool].first());
                if let Some(&(_, n)) = nearest.min() {
                    return Some(self.deepest(table, n));
                }
                continue;
            }
            let all: usize = tier.iter().map(|&pool| self.pools[pool].len()).sum();
            if all == 0 {
                continue;
            }
            let mut at = luck.below(all as u32) as usize;
            for &pool in tier {
                match self.pools[pool].get(at) {
                    Some(&n) => return Some(self.deepest(table, n)),
                    None => at -= self.pools[pool].len(),
                }
            }
        }
        None
    }

    /// The offered slot of the first tier that has any which is nearest a slot and in another lane,
    /// if it is nearer than `than`; with its time.
    pub fn nearest(
        &self,
        (table, rack): (&AisleTable, &Rack),
        tiers: &[Vec<usize>],
        to: u32,
        than: Span,
    ) -> Option<(Span, u32)> {
        let has = |tier: &&Vec<usize>| tier.iter().any(|&pool| !self.pools[pool].is_empty());
        let tier = tiers.iter().find(has)?;
        let all: usize = tier.iter().map(|&pool| self.pools[pool].len()).sum();
        let mut best = Best {
            at: rack.spot(to),
            lane: table.front(to),
            than,
            found: None,
        };
        if all <= 64 {
            for &n in tier.iter().flat_map(|&pool| &self.pools[pool]) {
                best.look(table, rack, n);
            }
        } else {
            self.around((table, rack), tier, to, &mut best);
        }
        best.found.map(|(time, n)| (time, self.deepest(table, n)))
    }

    /// Bay by bay away from a slot, until a bay is farther than what was found.
    fn around(
        &self,
        (table, rack): (&AisleTable, &Rack),
        tier: &[usize],
        to: u32,
        best: &mut Best,
    ) {
        let (home, ..) = rack.cell(to);
        let column = rack.levels * u32::from(rack.sides) * table.depth;
        for away in 0..rack.bays {
            let time = rack.drives[0].time(rack.bay_width * i64::from(away));
            if time >= best.than {
                return;
            }
            let left = home.checked_sub(away);
            let right = (away > 0).then_some(home + away);
            for bay in left.into_iter().chain(right.filter(|&bay| bay < rack.bays)) {
                for n in bay * column..(bay + 1) * column {
                    let offered = self.at[n as usize] != NOT;
                    if offered && tier.contains(&usize::from(table.pool[n as usize])) {
                        best.look(table, rack, n);
                    }
                }
            }
        }
    }
}

struct Best {
    at: Spot,
    lane: u32,
    than: Span,
    found: Option<(Span, u32)>,
}
impl Best {
    fn look(&mut self, table: &AisleTable, rack: &Rack, n: u32) {
        let time = rack.travel(self.at, rack.spot(n));
        let nearer = (time, n) < self.found.unwrap_or((self.than, 0));
        if nearer && (table.depth == 1 || table.front(n) != self.lane) {
            (self.than, self.found) = (time, Some((time, n)));
        }
    }
}
