//! The neighbourhood of a plan: changes of a critical path that close no cycle, with an estimate of the longest path
//! through what they touch. Whoever looks says up to which length it matters, so that most are left half-way.

use super::Units;
use super::graph::{Graph, Move};
use alloc::vec::Vec;

/// Places in a long block that are looked at from its ends.
const REACH: usize = 48;

/// Takes changes as they are found.
pub trait Taker {
    /// Longer ones need not be told.
    fn limit(&self) -> Units;
    /// A change and its estimate.
    fn take(&mut self, graph: &Graph<'_>, change: Move, length: Units);
}

/// Looks at all changes of a critical path.
pub fn neighbours(graph: &Graph<'_>, path: &[u32], line: &mut Line, taker: &mut impl Taker) {
    let mut from = 0;
    while from < path.len() {
        let mut to = from;
        while to + 1 < path.len() && graph.left[path[to + 1] as usize] == path[to] {
            to += 1;
        }
        if to > from {
            let ends = (from == 0, to + 1 == path.len());
            block(graph, &path[from..=to], ends, line, taker);
        }
        from = to + 1;
    }
    for &op in path {
        if graph.shop.alternatives(op as usize).len() > 1 {
            elsewhere(graph, op, taker);
        }
    }
}

/// Operations of a machine with a longest path to or from each, kept between calls to save memory.
pub type Line = Vec<(u32, Units)>;

/// Changes of a block: each to its end or begin, and its ends into it.
fn block(
    graph: &Graph<'_>,
    block: &[u32],
    (first, last): (bool, bool),
    line: &mut Line,
    taker: &mut impl Taker,
) {
    let end = block.len() - 1;
    if !last {
        for &op in &block[end.saturating_sub(REACH)..end] {
            later(graph, op, block[end], line, taker);
        }
        for &op in &block[end.saturating_sub(REACH).max(1)..end] {
            sooner(graph, block[end], op, line, taker);
        }
    }
    if !first {
        for &op in &block[1..=end.min(REACH)] {
            sooner(graph, op, block[0], line, taker);
        }
        for &op in &block[1..end.min(REACH)] {
            later(graph, block[0], op, line, taker);
        }
    }
}

/// An operation right behind one that is later on its machine.
fn later(graph: &Graph<'_>, op: u32, behind: u32, line: &mut Line, taker: &mut impl Taker) {
    let down = graph.down(op);
    if down != graph.none {
        let (a, b) = (graph.rest(behind), graph.rest(down));
        if a < b || (a == b && (down == behind || graph.time[down as usize] == 0)) {
            return;
        }
    }
    let limit = taker.limit();
    let time = graph.time[op as usize];
    let mut end = graph.end(graph.left[op as usize]);
    line.clear();
    let mut at = graph.right[op as usize];
    loop {
        let head = end.max(graph.end(graph.up(at)));
        line.push((at, head));
        end = head + graph.time[at as usize];
        if end + graph.rest(graph.down(at)) > limit {
            return;
        }
        if at == behind {
            break;
        }
        at = graph.right[at as usize];
    }
    let head = end.max(graph.end(graph.up(op)));
    let after = graph.rest(graph.right[behind as usize]);
    let mut rest = time + graph.rest(down).max(after);
    let mut most = head + rest;
    for &(op, head) in line.iter().rev() {
        if most > limit {
            return;
        }
        rest = graph.time[op as usize] + rest.max(graph.rest(graph.down(op)));
        most = most.max(head + rest);
    }
    offer(graph, op, behind, most, taker);
}

/// An operation right before one that is sooner on its machine.
fn sooner(graph: &Graph<'_>, op: u32, before: u32, line: &mut Line, taker: &mut impl Taker) {
    let up = graph.up(op);
    if up != graph.none {
        let (a, b) = (graph.end(before), graph.end(up));
        if a < b || (a == b && (up == before || graph.time[up as usize] == 0)) {
            return;
        }
    }
    let limit = taker.limit();
    let time = graph.time[op as usize];
    let mut rest = graph.rest(graph.right[op as usize]);
    line.clear();
    let mut at = graph.left[op as usize];
    loop {
        let own = graph.time[at as usize] + rest.max(graph.rest(graph.down(at)));
        if own + graph.end(graph.up(at)) > limit {
            return;
        }
        line.push((at, own));
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
    for &(op, rest) in line.iter().rev() {
        if most > limit {
            return;
        }
        let head = end.max(graph.end(graph.up(op)));
        most = most.max(head + rest);
        end = head + graph.time[op as usize];
    }
    offer(graph, op, behind, most, taker);
}

fn offer(graph: &Graph<'_>, op: u32, behind: u32, length: Units, taker: &mut impl Taker) {
    let v = op as usize;
    let change = Move {
        op,
        machine: graph.machine[v],
        time: graph.time[v],
        behind,
    };
    taker.take(graph, change, length);
}

/// An operation on each other machine that can do it, wherever that closes no cycle.
fn elsewhere(graph: &Graph<'_>, op: u32, taker: &mut impl Taker) {
    let none = graph.none;
    let (up, down) = (graph.up(op), graph.down(op));
    let (head, rest) = (graph.end(up), graph.rest(down));
    for alternative in graph.shop.alternatives(op as usize) {
        let (machine, time) = (alternative.machine, alternative.time);
        if machine == graph.machine[op as usize] || head + time + rest > taker.limit() {
            continue;
        }
        let mut behind = none;
        let mut next = graph.first[machine as usize];
        loop {
            let begin = head.max(graph.end(behind));
            // A path from `down` to here would close a cycle, here and farther on.
            let below = behind == none
                || down == none
                || (behind != down && graph.head(behind) < graph.end(down));
            if !below || begin + time + rest > taker.limit() {
                break;
            }
            let length = begin + time + rest.max(graph.rest(next));
            // And so would one from here to `up`.
            let above =
                next == none || up == none || (next != up && graph.head(up) < graph.end(next));
            if above && length <= taker.limit() {
                let change = Move {
                    op,
                    machine,
                    time,
                    behind,
                };
                taker.take(graph, change, length);
            }
            if next == none {
                break;
            }
            behind = next;
            next = graph.right[next as usize];
        }
    }
}
