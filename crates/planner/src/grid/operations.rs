//! Operations: short sequences of actions, chosen as a whole (Yukhnevich and Andreychuk 2026, EPIBT).
//!
//! Of all sequences of one length those stay that are no other's equal: between two steps forward a robot turns first
//! and then waits, and never turns back and forth.

use super::map::Action;
use alloc::vec;
use alloc::vec::Vec;

/// The operations of one length.
#[derive(Clone, Debug)]
pub struct Operations<const D: usize> {
    /// The one that waits all the time is the last.
    pub all: Vec<[Action; D]>,
    /// What is left of each when its first action is done, with a wait at the end; by number.
    pub rest: Vec<u16>,
}

impl<const D: usize> Operations<D> {
    /// All of them.
    pub fn every() -> Self {
        let mut all = vec![[Action::Wait; D]; 0];
        let mut now = [Action::Wait; D];
        extend(&mut now, 0, &mut all);
        let number = |wanted: [Action; D]| {
            let found = all.iter().position(|operation| *operation == wanted);
            found.unwrap_or(all.len() - 1) as u16
        };
        let rest = all.iter().map(|operation| number(shifted(operation)));
        let rest = rest.collect();
        Operations { all, rest }
    }

    /// The one that only waits.
    pub fn wait(&self) -> u16 {
        (self.all.len() - 1) as u16
    }
}

fn shifted<const D: usize>(operation: &[Action; D]) -> [Action; D] {
    let mut rest = [Action::Wait; D];
    rest[..D - 1].copy_from_slice(&operation[1..]);
    rest
}

fn extend<const D: usize>(now: &mut [Action; D], depth: usize, all: &mut Vec<[Action; D]>) {
    if depth == D {
        return all.push(*now);
    }
    for action in Action::ALL {
        if may_follow(&now[..depth], action) {
            now[depth] = action;
            extend(now, depth + 1, all);
        }
    }
    now[depth] = Action::Wait;
}

/// Turns come before waits; half a turn is two clockwise, three quarters are one the other way.
fn may_follow(before: &[Action], action: Action) -> bool {
    let forward = before.iter().rposition(|done| *done == Action::Forward);
    let run = &before[forward.map_or(0, |at| at + 1)..];
    match action {
        Action::Forward | Action::Wait => true,
        Action::Clockwise => matches!(run, [] | [Action::Clockwise]),
        Action::Counter => run.is_empty(),
    }
}
