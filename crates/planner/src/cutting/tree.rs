//! Search in depth over patterns and how often they are used, whole within its limits: an item is chosen that is still
//! wanted, then a pattern with it, then for how many parents. It stops and goes on wherever its caller likes.
//!
//! Patterns with the same chosen item come in one order, so that no plan is met twice. What is left of parents must
//! suffice by every measure (width, strips, values of the relaxed problem), what is left of patterns for the items.

use super::Slitter;
use super::knapsack::Counts;
use super::master::Measure;
use alloc::vec;
use alloc::vec::Vec;

/// What is to be cut, by item.
#[derive(Clone, Debug)]
pub struct Task {
    /// Strips that are wanted.
    pub wanted: Vec<u32>,
    /// Strips that may be made.
    pub most: Vec<u32>,
    /// Parents, at most.
    pub parents: u32,
    /// Patterns, at most.
    pub patterns: u32,
    /// Items, those first that are to be chosen first.
    pub order: Vec<usize>,
}

/// How far a search has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reached {
    /// A plan.
    Found(Vec<(Counts, u32)>),
    /// There is none.
    None,
    /// Not over.
    Open,
}

/// A search that is under way.
#[derive(Clone, Debug)]
pub struct Tree {
    /// With items in the order in which they are chosen.
    slitter: Slitter,
    measures: Vec<Measure>,
    order: Vec<usize>,
    /// Items of the whole order.
    items: usize,
    /// Different items a pattern can have, at most.
    kinds: u32,
    stack: Vec<Node>,
    /// Nodes visited, patterns looked at.
    pub nodes: u64,
}

/// Where one pattern is chosen.
#[derive(Clone, Debug)]
struct Node {
    wanted: Vec<u32>,
    most: Vec<u32>,
    parents: u32,
    patterns: u32,
    /// The item that the pattern must have.
    item: usize,
    /// The pattern at hand, empty before the first; or the one behind which it begins.
    counts: Counts,
    fresh: bool,
    /// Parents to try next.
    times: u32,
}

impl Tree {
    /// From the beginning.
    pub fn new(slitter: &Slitter, measures: &[Measure], task: &Task) -> Tree {
        let by = |list: &[u32]| -> Vec<u32> { task.order.iter().map(|&item| list[item]).collect() };
        let own = Slitter {
            widths: by(&slitter.widths),
            ..*slitter
        };
        let measure = |measure: &Measure| Measure {
            values: task
                .order
                .iter()
                .map(|&item| measure.values[item])
                .collect(),
            most: measure.most,
        };
        let mut tree = Tree {
            kinds: kinds(&own),
            slitter: own,
            measures: measures.iter().map(measure).collect(),
            order: task.order.clone(),
            items: slitter.widths.len(),
            stack: Vec::new(),
            nodes: 0,
        };
        let (wanted, most) = (by(&task.wanted), by(&task.most));
        if let Some(item) = wanted.iter().position(|count| *count > 0) {
            let root = Node {
                counts: vec![0; wanted.len()],
                wanted,
                most,
                parents: task.parents,
                patterns: task.patterns,
                item,
                fresh: true,
                times: 0,
            };
            if tree.suffices(&root) {
                tree.stack.push(root);
            }
        }
        tree
    }

    /// On for about so many nodes.
    pub fn on(&mut self, nodes: u64) -> Reached {
        let until = self.nodes + nodes;
        while let Some(at) = self.stack.len().checked_sub(1) {
            if self.nodes >= until {
                return Reached::Open;
            }
            self.nodes += 1;
            if self.stack[at].times == 0 && !self.next(at) {
                self.stack.pop();
                continue;
            }
            let Some(child) = self.child(at) else {
                continue;
            };
            self.stack.push(child);
            let child = &self.stack[at + 1];
            if child.wanted.iter().all(|count| *count == 0) {
                let found = self.plan();
                self.stack.pop();
                return Reached::Found(found);
            }
            if !self.suffices(child) {
                self.stack.pop();
            }
        }
        Reached::None
    }

    /// The pattern at hand for one parent less each time.
    fn child(&mut self, at: usize) -> Option<Node> {
        let node = &mut self.stack[at];
        let times = node.times;
        node.times -= 1;
        let mut wanted = node.wanted.clone();
        let mut most = node.most.clone();
        for (item, &count) in node
            .counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            wanted[item] = wanted[item].saturating_sub(count * times);
            most[item] -= count * times;
        }
        let item = wanted.iter().position(|count| *count > 0).unwrap_or(0);
        // Behind the same item, only patterns that come later.
        let same = item == node.item;
        Some(Node {
            wanted,
            most,
            parents: node.parents - times,
            patterns: node.patterns - 1,
            item,
            counts: match same {
                true => node.counts.clone(),
                false => vec![0; node.counts.len()],
            },
            fresh: !same,
            times: 0,
        })
    }

    fn plan(&self) -> Vec<(Counts, u32)> {
        let steps = self.stack.windows(2).map(|pair| {
            let mut counts = vec![0; self.items];
            for (&item, &count) in self.order.iter().zip(&pair[0].counts) {
                counts[item] = count;
            }
            (counts, pair[0].parents - pair[1].parents)
        });
        steps.collect()
    }

    /// What is left may suffice.
    fn suffices(&self, node: &Node) -> bool {
        let kinds = node.wanted.iter().filter(|count| **count > 0).count() as u32;
        kinds <= node.patterns.saturating_mul(self.kinds)
            && self.measures.iter().all(|measure| {
                let have = measure.most.saturating_mul(u64::from(node.parents));
                measure.of(&node.wanted) <= have
            })
    }

    /// The next pattern of a node and the most parents for it, if there is one.
    fn next(&mut self, at: usize) -> bool {
        let Tree {
            stack,
            slitter,
            measures,
            nodes,
            ..
        } = self;
        let node = &mut stack[at];
        if node.patterns == 1 && slitter.least == 0 {
            return last(node, slitter, measures);
        }
        let slack = slack(node, measures);
        // The first measure is the width.
        let must = u64::from(slitter.room).saturating_sub(slack[0]);
        let must = must.max(u64::from(slitter.least));
        let rest = rest(node, slitter);
        while step(node, slitter, &rest, must) {
            *nodes += 1;
            let used = used(node, slitter);
            node.times = times(node, measures, &slack);
            if node.times > 0 && used >= must {
                return true;
            }
        }
        node.times = 0;
        false
    }
}

/// How many different items fit into a pattern.
fn kinds(slitter: &Slitter) -> u32 {
    let mut widths = slitter.widths.clone();
    widths.sort_unstable();
    let (mut room, mut kinds) = (slitter.room, 0);
    for width in widths {
        if width > room {
            break;
        }
        room -= width;
        kinds += 1;
    }
    kinds.min(slitter.strips)
}

/// What may be lost by each measure.
fn slack(node: &Node, measures: &[Measure]) -> Vec<u64> {
    let slack = |measure: &Measure| {
        let have = measure.most.saturating_mul(u64::from(node.parents));
        have.saturating_sub(measure.of(&node.wanted))
    };
    measures.iter().map(slack).collect()
}

/// The item at a place of the node's patterns: the chosen one first, then the others in order.
fn item_at(node: &Node, place: usize) -> usize {
    match place {
        0 => node.item,
        place if place <= node.item => place - 1,
        place => place,
    }
}

/// From each place on: the width of all strips that may be made.
fn rest(node: &Node, slitter: &Slitter) -> Vec<u64> {
    let mut rest = vec![0; node.counts.len() + 1];
    for place in (0..node.counts.len()).rev() {
        let item = item_at(node, place);
        rest[place] =
            rest[place + 1] + u64::from(slitter.widths[item]) * u64::from(node.most[item]);
    }
    rest
}

fn used(node: &Node, slitter: &Slitter) -> u64 {
    let pairs = node.counts.iter().zip(&slitter.widths);
    pairs
        .map(|(count, width)| u64::from(*count) * u64::from(*width))
        .sum()
}

/// The pattern that comes next, by falling counts; none that can no longer use `must`.
fn step(node: &mut Node, slitter: &Slitter, rest: &[u64], must: u64) -> bool {
    let places = node.counts.len();
    if node.fresh {
        node.fresh = false;
        node.counts.fill(0);
        refill(node, slitter, 0);
        return true;
    }
    let above = |place: &usize| {
        let item = item_at(node, *place);
        node.counts[item] > node.most[item]
    };
    if let Some(place) = (0..places).find(above) {
        let item = item_at(node, place);
        node.counts[item] = node.most[item];
        refill(node, slitter, place + 1);
        return true;
    }
    let mut before = used(node, slitter);
    for place in (0..places).rev() {
        let item = item_at(node, place);
        let least = u32::from(place == 0);
        let (count, width) = (node.counts[item], u64::from(slitter.widths[item]));
        before -= u64::from(count) * width;
        if count > least && before + u64::from(count - 1) * width + rest[place + 1] >= must {
            node.counts[item] = count - 1;
            refill(node, slitter, place + 1);
            return true;
        }
    }
    false
}

/// As many as fit of each item from a place on, one after the other.
fn refill(node: &mut Node, slitter: &Slitter, from: usize) {
    let (mut room, mut strips) = (slitter.room, slitter.strips);
    for place in 0..node.counts.len() {
        let item = item_at(node, place);
        let width = slitter.widths[item];
        if place >= from {
            node.counts[item] = node.most[item].min(strips).min(room / width);
        }
        room -= node.counts[item] * width;
        strips -= node.counts[item];
    }
}

/// For how many parents a pattern can be used at most.
fn times(node: &Node, measures: &[Measure], slack: &[u64]) -> u32 {
    let mut times = u64::from(node.parents);
    let used = || {
        node.counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
    };
    for (item, &count) in used() {
        times = times.min(u64::from(node.most[item] / count));
    }
    for (measure, &slack) in measures.iter().zip(slack) {
        let worth = |(item, count): (usize, &u32)| {
            measure.values[item] * u64::from((*count).min(node.wanted[item]))
        };
        let lost = measure.most.saturating_sub(used().map(worth).sum());
        times = slack
            .checked_div(lost)
            .map_or(times, |most| times.min(most));
    }
    times as u32
}

/// The only pattern left must give everything at once: for as few parents as may be.
fn last(node: &mut Node, slitter: &Slitter, measures: &[Measure]) -> bool {
    let fewest = measures.iter().map(|measure| measure.parents(&node.wanted));
    let fewest = fewest.max().unwrap_or(1).max(1);
    for times in fewest as u32..=node.parents {
        let (mut room, mut strips, mut good) = (slitter.room, slitter.strips, true);
        for (item, &wanted) in node
            .wanted
            .iter()
            .enumerate()
            .filter(|(_, wanted)| **wanted > 0)
        {
            let count = wanted.div_ceil(times);
            let width = u64::from(count) * u64::from(slitter.widths[item]);
            good = count <= node.most[item] / times && count <= strips && width <= u64::from(room);
            if !good {
                break;
            }
            room -= width as u32;
            strips -= count;
        }
        if good {
            let counts = node.wanted.iter().map(|wanted| wanted.div_ceil(times));
            node.counts = counts.collect();
            node.times = times;
            return true;
        }
    }
    false
}
