//! The search: a first plan, then fewer parents, then fewer patterns of as many parents, until that is proven.
//!
//! Three things take turns. One tree looks for a plan of one parent less than the best, another for one of one pattern
//! less, each over the whole order: when they end without one, the best is proven. In between, some patterns of a plan
//! are taken out and what they made is cut anew by fewer patterns, or by as many others.

use super::knapsack::best;
use super::master::{Measure, ONE, relaxed};
use super::plan::{Cuts, add, dive, made, parents};
use super::tree::{Reached, Task, Tree};
use super::{Fault, Item, Order, SetUp, Slitter};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::{Purpose, Seed, Stream};

/// Nodes a step, in a tree over the whole order and in one over some patterns.
const NODES: (u64, u64) = (4_000, 1_000);
/// Patterns that are taken out: at least, and so many more.
const OUT: (u32, u32) = (2, 6);
/// Of so many of them one may have nothing in common with the others.
const ASTRAY: u32 = 8;
/// Of so many steps one is for the tree over the whole order that looks for fewer parents, one for fewer patterns.
const TURNS: (u64, u64) = (4, 16);

/// What is known of the best plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    /// No plan needs fewer parents.
    pub bound: u64,
    /// The best plan is known to need as few parents as any.
    pub fewest_parents: bool,
    /// The best plan is known to need as few patterns as any of as many parents.
    pub fewest_patterns: bool,
    /// No plan keeps to the limits.
    pub impossible: bool,
}

/// A search that goes on for as long as its caller likes.
#[derive(Clone, Debug)]
pub struct Search {
    slitter: Slitter,
    items: Vec<Item>,
    measures: Vec<Measure>,
    best: Option<Cuts>,
    /// The plan that is being changed, of as many parents as the best.
    now: Cuts,
    state: State,
    /// No plan has fewer patterns.
    patterns: usize,
    parent_tree: Option<Tree>,
    pattern_tree: Option<Tree>,
    luck: Stream,
    step: u64,
}

impl Search {
    /// With a first plan, if the limits let one be found without a search.
    ///
    /// # Errors
    /// All faults of the order.
    pub fn new(order: &Order, seed: Seed) -> Result<Search, Vec<Fault>> {
        let faults = order.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        let slitter = Slitter::new(order);
        let faults = without_pattern(&slitter, &order.items);
        if !faults.is_empty() {
            return Err(faults);
        }
        let (measure, first) = dive(&slitter, &order.items);
        let widths = slitter.widths.iter().map(|width| u64::from(*width));
        let mut measures = vec![Measure {
            values: widths.collect(),
            most: u64::from(slitter.room),
        }];
        measures.push(Measure {
            values: vec![1; order.items.len()],
            most: u64::from(slitter.strips),
        });
        measures.extend(measure);
        let mut search = Search {
            patterns: fewest_patterns(&slitter, &order.items),
            slitter,
            items: order.items.clone(),
            measures,
            best: None,
            now: Cuts::new(),
            state: State {
                bound: 0,
                fewest_parents: false,
                fewest_patterns: false,
                impossible: false,
            },
            parent_tree: None,
            pattern_tree: None,
            luck: seed.stream("cutting", Purpose::Initial),
            step: 0,
        };
        search.state.bound = search.bound();
        match first {
            Some(first) => search.take(first),
            None => search.seek(search.most_parents()),
        }
        Ok(search)
    }

    /// What is known of the best plan.
    pub fn state(&self) -> State {
        self.state
    }

    /// Nothing better can be found, or nothing at all.
    pub fn is_over(&self) -> bool {
        let state = self.state;
        state.impossible || (state.fewest_parents && state.fewest_patterns)
    }

    /// The best plan, the most used pattern first; none as long as none was found.
    pub fn plan(&self) -> Option<Vec<SetUp>> {
        let set_up = |(counts, times): &(Vec<u32>, u32)| SetUp {
            strips: counts
                .iter()
                .copied()
                .enumerate()
                .filter(|(_, count)| *count > 0)
                .collect(),
            parents: *times,
        };
        let mut plan: Vec<SetUp> = self.best.as_ref()?.iter().map(set_up).collect();
        plan.sort_by(|a, b| {
            b.parents
                .cmp(&a.parents)
                .then_with(|| a.strips.cmp(&b.strips))
        });
        Some(plan)
    }

    /// So many steps on. The same steps give the same plan, however they are divided.
    pub fn improve(&mut self, steps: u64) {
        for _ in 0..steps {
            if self.is_over() {
                return;
            }
            self.once();
        }
    }

    fn once(&mut self) {
        self.step += 1;
        let (state, step) = (self.state, self.step);
        if self.best.is_none() || (step % TURNS.0 == 0 && !state.fewest_parents) {
            self.fewer_parents();
        } else if step % TURNS.1 == 1 && !state.fewest_patterns {
            self.fewer_patterns();
        } else {
            self.neighbour();
        }
    }

    fn bound(&self) -> u64 {
        let wanted = self.wanted();
        let bounds = self.measures.iter().map(|measure| measure.parents(&wanted));
        bounds.max().unwrap_or(0)
    }

    fn wanted(&self) -> Vec<u32> {
        self.items.iter().map(|item| item.demand).collect()
    }

    fn most(&self) -> Vec<u32> {
        let most = self.items.iter().map(|item| item.demand + item.over);
        most.collect()
    }

    /// No plan has more parents, as each must use something.
    fn most_parents(&self) -> u32 {
        let pairs = self.most().into_iter().zip(&self.slitter.widths);
        let width: u64 = pairs
            .map(|(count, width)| u64::from(count) * u64::from(*width))
            .sum();
        let narrowest = self.slitter.widths.iter().copied().min().unwrap_or(1);
        let least = u64::from(self.slitter.least.max(narrowest).max(1));
        (width / least).min(super::MOST_STRIPS) as u32
    }

    /// Items, the widest first.
    fn widest_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_by_key(|&item| (core::cmp::Reverse(self.items[item].width), item));
        order
    }

    /// A better plan is the best from now on.
    fn take(&mut self, cuts: Cuts) {
        let (parents, patterns) = (parents(&cuts), cuts.len());
        self.state.fewest_parents = u64::from(parents) <= self.state.bound;
        self.state.fewest_patterns = patterns <= self.patterns;
        self.pattern_tree = None;
        let fewer = self
            .best
            .as_ref()
            .is_none_or(|best| self::parents(best) > parents);
        if fewer && !self.state.fewest_parents {
            self.seek(parents - 1);
        }
        self.now.clone_from(&cuts);
        self.best = Some(cuts);
    }

    /// A plan of at most so many parents is looked for.
    fn seek(&mut self, parents: u32) {
        let task = Task {
            wanted: self.wanted(),
            most: self.most(),
            parents,
            patterns: parents,
            order: self.widest_first(),
        };
        self.parent_tree = Some(Tree::new(&self.slitter, &self.measures, &task));
    }

    fn fewer_parents(&mut self) {
        let Some(tree) = &mut self.parent_tree else {
            return;
        };
        match tree.on(NODES.0) {
            Reached::Found(cuts) => self.take(joined(cuts)),
            Reached::Open => {}
            Reached::None => match &self.best {
                Some(best) => {
                    self.state.bound = u64::from(parents(best));
                    self.state.fewest_parents = true;
                }
                None => self.state.impossible = true,
            },
        }
    }

    fn fewer_patterns(&mut self) {
        let Some(best) = &self.best else {
            return;
        };
        let task = Task {
            wanted: self.wanted(),
            most: self.most(),
            parents: parents(best),
            patterns: best.len() as u32 - 1,
            order: self.widest_first(),
        };
        let new = || Tree::new(&self.slitter, &self.measures, &task);
        let tree = self.pattern_tree.get_or_insert_with(new);
        match tree.on(NODES.0) {
            Reached::Found(cuts) => self.take(joined(cuts)),
            Reached::Open => {}
            Reached::None => self.state.fewest_patterns = true,
        }
    }

    /// Some patterns are taken out and what they made is cut anew.
    fn neighbour(&mut self) {
        let (out, mut rest) = self.choose();
        if out.is_empty() {
            return;
        }
        let made = made(&rest, self.items.len());
        let left = |all: Vec<u32>| -> Vec<u32> {
            let pairs = all.iter().zip(&made);
            pairs.map(|(all, made)| all.saturating_sub(*made)).collect()
        };
        let (wanted, most) = (left(self.wanted()), left(self.most()));
        let mut order: Vec<usize> = (0..most.len()).filter(|&item| most[item] > 0).collect();
        self.shuffle(&mut order);
        let mut task = Task {
            wanted,
            most,
            parents: parents(&out),
            patterns: out.len() as u32 - 1,
            order,
        };
        let mut found = self.cut(&task);
        if found.is_none() {
            task.patterns += 1;
            found = self.cut(&task);
        }
        let Some(found) = found else {
            return;
        };
        for (counts, times) in &found {
            add(&mut rest, counts, *times);
        }
        let worth = |cuts: &Cuts| (parents(cuts), cuts.len());
        if self
            .best
            .as_ref()
            .is_some_and(|best| worth(&rest) < worth(best))
        {
            self.take(rest);
        } else {
            self.now = rest;
        }
    }

    fn cut(&self, task: &Task) -> Option<Cuts> {
        match Tree::new(&self.slitter, &self.measures, task).on(NODES.1) {
            Reached::Found(cuts) => Some(cuts),
            _ => None,
        }
    }

    /// Patterns that are taken out of the plan that is being changed, and the others.
    fn choose(&mut self) -> (Cuts, Cuts) {
        let mut rest = self.now.clone();
        let many = (OUT.0 + self.luck.below(OUT.1)).min(rest.len() as u32);
        let mut out = Cuts::new();
        let mut touched = vec![false; self.items.len()];
        while (out.len() as u32) < many {
            let at = self.near(&rest, &touched);
            let pattern = rest.swap_remove(at);
            for (touched, count) in touched.iter_mut().zip(&pattern.0) {
                *touched |= *count > 0;
            }
            out.push(pattern);
        }
        (out, rest)
    }

    /// A pattern that has an item in common with those taken out, mostly: others hardly become fewer together.
    fn near(&mut self, rest: &Cuts, touched: &[bool]) -> usize {
        let any = self.luck.below(rest.len() as u32) as usize;
        if self.luck.below(ASTRAY) == 0 {
            return any;
        }
        let common = |(counts, _): &(Vec<u32>, u32)| {
            let mut pairs = counts.iter().zip(touched);
            pairs.any(|(count, touched)| *count > 0 && *touched)
        };
        let near: Vec<usize> = (0..rest.len()).filter(|&at| common(&rest[at])).collect();
        match near.len() {
            0 => any,
            many => near[self.luck.below(many as u32) as usize],
        }
    }

    fn shuffle(&mut self, list: &mut [usize]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.luck.below(at as u32 + 1) as usize);
        }
    }
}

/// Patterns that come twice are put together.
fn joined(cuts: Cuts) -> Cuts {
    let mut joined = Cuts::new();
    for (counts, times) in &cuts {
        add(&mut joined, counts, *times);
    }
    joined
}

/// Items that are in no pattern by the limits.
fn without_pattern(slitter: &Slitter, items: &[Item]) -> Vec<Fault> {
    let values: Vec<u64> = slitter
        .widths
        .iter()
        .map(|width| u64::from(*width))
        .collect();
    let most: Vec<u32> = items.iter().map(|item| item.demand + item.over).collect();
    let wanted = (0..items.len()).filter(|&item| items[item].demand > 0);
    let without = |item: &usize| best(slitter, &values, &most, Some(*item)).counts.is_none();
    wanted.filter(without).map(Fault::NoPattern).collect()
}

/// No plan has fewer patterns: each item must be in one.
fn fewest_patterns(slitter: &Slitter, items: &[Item]) -> usize {
    let ones: Vec<u32> = items
        .iter()
        .map(|item| u32::from(item.demand > 0))
        .collect();
    let slitter = Slitter {
        least: 0,
        ..slitter.clone()
    };
    let measure = relaxed(&slitter, &ones, &ones, &mut Vec::new()).measure;
    let measure = measure.unwrap_or(Measure {
        values: ones.iter().map(|one| u64::from(*one) * ONE).collect(),
        most: u64::from(slitter.strips) * ONE,
    });
    measure.parents(&ones) as usize
}
