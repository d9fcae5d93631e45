//! Changes by luck of a detailed shop's plan: from an operation that costs something back along what holds it, then one
//! of those that hold each other on their machine is put elsewhere.

use super::graph::Move;
use super::timed::{Holds, Timed};
use super::{Shop, Units};
use alloc::vec::Vec;
use fenhe_contract::Stream;

/// Changes drawn along one path before another is looked for.
const DRAWS: u32 = 12;
/// Places on a machine that a change goes at most, mostly few.
const FAR: u32 = 24;
/// Of a hundred changes, so many are of any operation: what holds nothing now may stand in the way of what would.
const ANY: u32 = 5;
/// Places that are searched for a like family.
const ALIKE: usize = 60;

/// What changes are drawn from.
#[derive(Clone, Debug)]
pub struct Changes {
    /// Last operations of jobs, and all that were to be kept: what can cost something.
    can_cost: Vec<u32>,
    costly: Vec<u32>,
    /// From the costly one back.
    path: Vec<u32>,
    /// Those of the path that their machine holds, and from where to where they are on one machine.
    held: Vec<u32>,
    blocks: Vec<(usize, usize)>,
    draws: u32,
    setups: bool,
    flexible: bool,
}

impl Changes {
    /// Of a shop.
    pub fn new(shop: &Shop) -> Changes {
        let can = |op: &usize| {
            let last = shop.behind(*op).is_none();
            shop.kept(*op).is_some() || last
        };
        let can_cost = (0..shop.operations()).filter(can);
        Changes {
            can_cost: can_cost.map(|op| op as u32).collect(),
            costly: Vec::new(),
            path: Vec::new(),
            held: Vec::new(),
            blocks: Vec::new(),
            draws: 0,
            setups: shop.has_setups(),
            flexible: shop.is_flexible(),
        }
    }

    /// The plan is another one now.
    pub fn forget(&mut self) {
        self.draws = 0;
    }

    /// A change by luck; it may close a cycle.
    pub fn draw(&mut self, timed: &Timed<'_>, luck: &mut Stream) -> Option<Move> {
        if timed.none == 0 {
            return None;
        }
        if self.draws == 0 {
            self.look(timed, luck);
            self.draws = DRAWS;
        }
        self.draws -= 1;
        if luck.below(100) < ANY {
            return any(timed, luck);
        }
        let many = self.path.len() as u32;
        if self.flexible && many > 0 && (self.blocks.is_empty() || luck.below(100) < 35) {
            let op = self.path[luck.below(many) as usize];
            return elsewhere(timed, op, luck);
        }
        let many = self.blocks.len() as u32;
        let block = *self.blocks.get(luck.below(many.max(1)) as usize)?;
        self.in_block(timed, block, luck)
    }

    /// A change of operations that hold each other on a machine: `held[from..to]`, the last first, and what is before.
    fn in_block(
        &self,
        timed: &Timed<'_>,
        (from, to): (usize, usize),
        luck: &mut Stream,
    ) -> Option<Move> {
        let last = self.held[from];
        let first = timed.left[self.held[to - 1] as usize];
        let any = self.held[from + luck.below((to - from) as u32) as usize];
        match luck.below(100) {
            0..25 => sooner(timed, last, 1),
            25..50 => sooner(timed, self.held[to - 1], 1),
            50..58 => on_its_machine(timed, any, last),
            58..66 => on_its_machine(timed, any, timed.left[first as usize]),
            66..74 => sooner(timed, any, 1 + few(luck)),
            74..82 => later(timed, timed.left[any as usize], 1 + few(luck)),
            _ if self.setups => alike(timed, any, luck),
            82..91 => later(timed, first, 1 + few(luck)),
            _ => sooner(timed, last, 1 + few(luck)),
        }
    }

    /// A path from something costly back to where nothing holds it.
    fn look(&mut self, timed: &Timed<'_>, luck: &mut Stream) {
        self.costly.clear();
        if timed.cost.late > 0 && luck.below(16) > 0 {
            let costs = |op: &&u32| timed.share(**op) > 0;
            self.costly.extend(self.can_cost.iter().filter(costs));
        }
        if self.costly.is_empty() && timed.makespan == timed.cost.makespan {
            let last = |op: &&u32| timed.end[**op as usize] == timed.makespan;
            self.costly.extend(self.can_cost.iter().filter(last));
        }
        self.path.clear();
        self.held.clear();
        self.blocks.clear();
        let many = self.costly.len() as u32;
        if many == 0 {
            return;
        }
        let mut at = self.costly[luck.below(many) as usize];
        while at != timed.none && !timed.fixed[at as usize] {
            self.path.push(at);
            let left = timed.left[at as usize];
            let by_machine = match timed.holds(at) {
                Holds::Machine => true,
                Holds::Both => luck.below(2) == 0,
                Holds::Job => false,
                Holds::Nothing => return,
            };
            if by_machine && !timed.fixed[left as usize] {
                self.hold(timed, at);
            }
            at = match by_machine {
                true => left,
                false => timed.up(at),
            };
        }
    }

    /// One more that its machine holds: of the same block if the one before it is.
    fn hold(&mut self, timed: &Timed<'_>, op: u32) {
        let same = self.held.last().map(|last| timed.left[*last as usize]) == Some(op);
        let count = self.held.len();
        match self.blocks.last_mut().filter(|_| same) {
            Some(block) => block.1 = count + 1,
            None => self.blocks.push((count, count + 1)),
        }
        self.held.push(op);
    }
}

/// Any operation goes a little way on its machine, or to another.
fn any(timed: &Timed<'_>, luck: &mut Stream) -> Option<Move> {
    let op = luck.below(timed.none);
    match luck.below(3) {
        0 => sooner(timed, op, 1 + few(luck)),
        1 => later(timed, op, 1 + few(luck)),
        _ => elsewhere(timed, op, luck),
    }
}

/// Mostly a small number.
fn few(luck: &mut Stream) -> u32 {
    let most = 1 + luck.below(FAR);
    luck.below(most)
}

fn on_its_machine(timed: &Timed<'_>, op: u32, behind: u32) -> Option<Move> {
    let v = op as usize;
    let still = timed.fixed[v] || behind == op || behind == timed.left[v];
    (!still).then_some(Move {
        op,
        machine: timed.machine[v],
        time: timed.time[v],
        behind,
    })
}

/// So many places sooner on its machine, but behind what has begun.
fn sooner(timed: &Timed<'_>, op: u32, places: u32) -> Option<Move> {
    let mut behind = timed.left[op as usize];
    for _ in 0..places {
        if behind == timed.none || timed.fixed[behind as usize] {
            break;
        }
        behind = timed.left[behind as usize];
    }
    on_its_machine(timed, op, behind)
}

/// So many places later on its machine.
fn later(timed: &Timed<'_>, op: u32, places: u32) -> Option<Move> {
    let mut behind = op;
    for _ in 0..places {
        let next = timed.right[behind as usize];
        if next == timed.none {
            break;
        }
        behind = next;
    }
    on_its_machine(timed, op, behind)
}

/// An operation of the same family comes to its neighbour, or it to them: less set-ups.
fn alike(timed: &Timed<'_>, op: u32, luck: &mut Stream) -> Option<Move> {
    let family = |op: u32| timed.shop.family(op as usize);
    let walk = |from: u32, next: &[u32], wanted: u32| {
        let mut at = next[from as usize];
        for _ in 0..ALIKE {
            if at == timed.none || timed.fixed[at as usize] || family(at) == wanted {
                break;
            }
            at = next[at as usize];
        }
        (at != timed.none && family(at) == wanted).then_some(at)
    };
    let left = timed.left[op as usize];
    match luck.below(3) {
        // It goes to the last of its family before it.
        0 => on_its_machine(timed, op, walk(left, &timed.left, family(op))?),
        // The next of the family before it comes there.
        1 => on_its_machine(timed, walk(op, &timed.right, family(left))?, left),
        // What is before it goes to the next of its own family.
        _ => {
            let next = walk(op, &timed.right, family(left))?;
            on_its_machine(timed, left, timed.left[next as usize])
        }
    }
}

/// On another machine that can do it, near the time at which its job is ready.
fn elsewhere(timed: &Timed<'_>, op: u32, luck: &mut Stream) -> Option<Move> {
    let v = op as usize;
    let ways = timed.shop.alternatives(v);
    let way = ways[luck.below(ways.len() as u32) as usize];
    if timed.fixed[v] || (way.machine, way.time) == (timed.machine[v], timed.time[v]) {
        return None;
    }
    let up = timed.up(op);
    let ready: Units = match up == timed.none {
        true => 0,
        false => timed.end[up as usize],
    };
    let mut behind = timed.none;
    let mut next = timed.first[way.machine as usize];
    while next != timed.none && (timed.fixed[next as usize] || timed.end[next as usize] <= ready) {
        (behind, next) = (next, timed.right[next as usize]);
    }
    for _ in 0..few(luck) {
        if next == timed.none {
            break;
        }
        (behind, next) = (next, timed.right[next as usize]);
    }
    // Where it stands itself does not count: another way on its own machine.
    if behind == op {
        behind = timed.left[v];
    }
    Some(Move {
        op,
        machine: way.machine,
        time: way.time,
        behind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Alternative, Due, Working, check, cost, dispatch, rules};
    use fenhe_contract::{Purpose, Seed};

    fn shop(luck: &mut Stream) -> Shop {
        let machines = 1 + luck.below(4);
        let mut shop = Shop::new(machines);
        for job in 0..2 + luck.below(5) as usize {
            let count = 1 + luck.below(6);
            let ways = (0..count).map(|_| {
                let first = luck.below(machines);
                [first, (first + 1) % machines].map(|machine| Alternative {
                    machine,
                    time: luck.below(9),
                })
            });
            let ways: Vec<_> = ways.collect();
            shop.job(ways.iter().map(|ways| &ways[..machines.min(2) as usize]));
            let at = luck.below(40);
            shop.set_due(job, Due { at, weight: 2 });
        }
        for op in 0..shop.operations() {
            shop.set_family(op, luck.below(3));
            shop.set_lag(op, luck.below(3));
        }
        let all: Vec<u32> = (0..machines).collect();
        shop.set_setups(&all, 3, &[0, 2, 4, 1, 0, 5, 3, 1, 0]);
        let shifts = Working::new(9, &[(0, 4), (5, 8)], &[(20, 25)]);
        if let Some(shifts) = shifts {
            shop.set_working(0, shifts);
        }
        shop
    }

    #[test]
    fn a_change_is_worked_out_exactly_and_taken_back_wholly() {
        let (mut made, mut cycles) = (0, 0);
        for seed in 0..100 {
            let mut luck = Seed(seed).stream("changes", Purpose::Initial);
            let shop = shop(&mut luck);
            let mut timed = Timed::new(&shop, &dispatch(&shop, rules(&shop)[0]));
            let mut changes = Changes::new(&shop);
            for _ in 0..200 {
                let Some(change) = changes.draw(&timed, &mut luck) else {
                    continue;
                };
                let before = (timed.plan(), timed.cost, timed.makespan);
                let done = timed.apply(change);
                cycles += usize::from(!done);
                if done {
                    let plan = timed.plan();
                    assert_eq!(check(&shop, &plan), Ok(timed.makespan), "shop {seed}");
                    assert_eq!(cost(&shop, &plan), timed.cost, "shop {seed}");
                    made += 1;
                }
                if done && luck.below(3) == 0 {
                    changes.forget();
                    continue;
                }
                timed.back();
                assert_eq!(before, (timed.plan(), timed.cost, timed.makespan));
            }
        }
        assert!(made > 5_000 && cycles > 100, "{made} {cycles}");
    }
}
