//! Largest flow through a network (Dinitz 1970: blocking flows in layered networks).

use alloc::vec;
use alloc::vec::Vec;

/// A network with integer capacities.
#[derive(Default)]
pub struct Network {
    heads: Vec<Vec<usize>>,
    arcs: Vec<Arc>,
}

struct Arc {
    to: usize,
    left: i64,
}

/// More than any capacity.
pub const UNLIMITED: i64 = i64::MAX / 4;

impl Network {
    /// A new node.
    pub fn node(&mut self) -> usize {
        self.heads.push(Vec::new());
        self.heads.len() - 1
    }
    /// A new arc: its number.
    pub fn arc(&mut self, from: usize, to: usize, capacity: i64) -> usize {
        let number = self.arcs.len();
        self.arcs.push(Arc { to, left: capacity });
        self.arcs.push(Arc { to: from, left: 0 });
        self.heads[from].push(number);
        self.heads[to].push(number + 1);
        number
    }
    /// What flows through an arc.
    pub fn through(&self, arc: usize) -> i64 {
        self.arcs[arc + 1].left
    }
    /// Sends as much as possible.
    pub fn run(&mut self, from: usize, to: usize) -> i64 {
        let mut total = 0;
        while let Some(layers) = self.layers(from, to) {
            let mut next = vec![0; self.heads.len()];
            loop {
                let sent = self.send(from, to, &layers, &mut next);
                if sent == 0 {
                    break;
                }
                total += sent;
            }
        }
        total
    }
    /// Nodes that could still get more: the near side of a smallest cut.
    pub fn near(&self, from: usize) -> Vec<bool> {
        let mut near = vec![false; self.heads.len()];
        let mut todo = vec![from];
        while let Some(node) = todo.pop() {
            if !core::mem::replace(&mut near[node], true) {
                let open = self.heads[node]
                    .iter()
                    .filter(|arc| self.arcs[**arc].left > 0);
                todo.extend(open.map(|arc| self.arcs[*arc].to));
            }
        }
        near
    }

    fn layers(&self, from: usize, to: usize) -> Option<Vec<u32>> {
        let mut layers = vec![u32::MAX; self.heads.len()];
        layers[from] = 0;
        let mut row = vec![from];
        while !row.is_empty() && layers[to] == u32::MAX {
            let mut after = Vec::new();
            for node in row {
                for arc in &self.heads[node] {
                    let Arc { to, left } = self.arcs[*arc];
                    if left > 0 && layers[to] == u32::MAX {
                        layers[to] = layers[node] + 1;
                        after.push(to);
                    }
                }
            }
            row = after;
        }
        (layers[to] != u32::MAX).then_some(layers)
    }

    /// One path along the layers, without recursion.
    fn send(&mut self, from: usize, to: usize, layers: &[u32], next: &mut [usize]) -> i64 {
        let mut path: Vec<usize> = Vec::new();
        let mut node = from;
        while node != to {
            let found = (next[node]..self.heads[node].len()).find(|i| {
                let arc = &self.arcs[self.heads[node][*i]];
                arc.left > 0 && layers[arc.to] == layers[node].saturating_add(1)
            });
            next[node] = found.unwrap_or(self.heads[node].len());
            match (found, path.last()) {
                (Some(i), _) => {
                    path.push(self.heads[node][i]);
                    node = self.arcs[self.heads[node][i]].to;
                }
                (None, None) => return 0,
                (None, Some(arc)) => {
                    node = self.arcs[*arc ^ 1].to;
                    next[node] += 1;
                    path.pop();
                }
            }
        }
        let least = path
            .iter()
            .map(|arc| self.arcs[*arc].left)
            .min()
            .unwrap_or(0);
        for arc in path {
            self.arcs[arc].left -= least;
            self.arcs[arc ^ 1].left += least;
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_flow_equals_the_smallest_cut() {
        // Ford and Fulkerson's example with a middle arc that a greedy path must take back.
        let mut net = Network::default();
        let [s, a, b, t] = [net.node(), net.node(), net.node(), net.node()];
        let first = net.arc(s, a, 10);
        net.arc(s, b, 5);
        net.arc(a, b, 15);
        net.arc(a, t, 5);
        net.arc(b, t, 10);
        assert_eq!(net.run(s, t), 15);
        assert_eq!(net.through(first), 10);
        assert_eq!(net.near(s), [true, false, false, false]);
    }

    #[test]
    fn the_largest_flow_equals_the_smallest_of_all_cuts_of_small_networks() {
        let mut seed = 1u64;
        let mut draw = |n: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        for _ in 0..200 {
            let arcs: Vec<(usize, usize, i64)> = (0..12)
                .map(|_| (draw(6) as usize, draw(6) as usize, draw(9) as i64))
                .collect();
            let mut net = Network::default();
            (0..6).for_each(|_| {
                net.node();
            });
            for (from, to, capacity) in &arcs {
                net.arc(*from, *to, *capacity);
            }
            let cut = |side: u32| -> i64 {
                let inside = |node: usize| side >> node & 1 == 1;
                arcs.iter()
                    .filter(|a| inside(a.0) && !inside(a.1))
                    .map(|a| a.2)
                    .sum()
            };
            let least = (0..64u32)
                .filter(|s| s & 1 == 1 && s >> 5 & 1 == 0)
                .map(cut)
                .min();
            assert_eq!(Some(net.run(0, 5)), least);
        }
    }
}
