//! Guidance: what a step forward costs, by cell and heading, so that robots on the way to far goals keep to lanes.
//!
//! Where a map has few walls, rows and columns alternate their preferred direction, as in the winning entries of
//! the League of Robot Runners. Where it has many, no such pattern fits, so that lanes are *found*: traffic is
//! assigned to shortest ways again and again, and a step against the stronger stream costs more each time (the
//! symmetric traffic of two directions breaks into one-way streets). After Chen, Harabor, Li and Stuckey 2024
//! (traffic flow, opposing flow as cost) and Zhang, Jiang, Bhatt, Nikolaidis and Li 2024 (guidance graphs).

use super::distance::{Table, table};
use super::map::{Map, NONE, State, turned};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::Stream;

/// What a step costs, a turn or a step with the stream.
pub const STEP: u32 = 4;
/// A step forward costs at most so much.
pub const MOST: u8 = 24;

/// Costs of steps forward by state; turns and waiting cost [`STEP`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guide {
    forward: Vec<u8>,
}

impl Guide {
    /// No preference.
    pub fn plain(map: &Map) -> Guide {
        Guide {
            forward: vec![STEP as u8; map.states() as usize],
        }
    }

    /// Costs of steps forward, one a state; each is at least 1.
    pub fn of(forward: Vec<u8>) -> Guide {
        let forward = forward.into_iter().map(|cost| cost.max(1)).collect();
        Guide { forward }
    }

    /// Costs of steps forward, one a state.
    pub fn costs(&self) -> &[u8] {
        &self.forward
    }

    /// Rows go east and west by turns, columns south and north; against them a step costs `against`.
    pub fn alternating(map: &Map, against: u8) -> Guide {
        let cost = |state: State| {
            let at = map.location(state / 4);
            let (row, column) = (at / map.columns(), at % map.columns());
            let with = match state % 4 {
                0 => row % 2 == 0,
                1 => column % 2 == 0,
                2 => row % 2 == 1,
                _ => column % 2 == 1,
            };
            if with { STEP as u8 } else { against.max(1) }
        };
        Guide::of((0..map.states()).map(cost).collect())
    }

    /// What the step ahead of a state costs.
    #[inline]
    pub fn ahead(&self, state: State) -> u32 {
        u32::from(self.forward[state as usize])
    }

    /// Lanes found by traffic: in each of `rounds` rounds ways to `goals` goals by luck are driven from `starts`
    /// cells each, and a step against a stronger stream costs up to `against` in the next round.
    pub fn found(map: &Map, found: Found, luck: &mut Stream) -> Guide {
        let mut guide = Guide::plain(map);
        if map.cells() < 2 {
            return guide;
        }
        let mut streams = vec![0_u32; map.states() as usize];
        for round in 0..found.rounds {
            // What was learnt before fades slowly, so that streams settle.
            for stream in &mut streams {
                *stream -= *stream / 3;
            }
            for _ in 0..found.goals {
                let goal = (luck.bits() % u64::from(map.cells())) as u32;
                let way = table(map, &guide, goal);
                for _ in 0..found.starts {
                    let from = (luck.bits() % u64::from(map.states())) as u32;
                    drive(map, &guide, &way, from, goal, &mut streams);
                }
            }
            let against = u32::from(found.against);
            let reach = STEP + (against - STEP.min(against)) * (round + 1) / found.rounds.max(1);
            guide = priced(map, &streams, reach);
        }
        guide
    }
}

/// How lanes are found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// Rounds of traffic.
    pub rounds: u32,
    /// Goals a round.
    pub goals: u32,
    /// Ways to each goal.
    pub starts: u32,
    /// What a step against the stream costs in the end.
    pub against: u8,
}

/// Counts the steps of a shortest way.
fn drive(map: &Map, guide: &Guide, way: &Table, from: State, goal: u32, streams: &mut [u32]) {
    let mut at = from;
    let mut left = way.get(at);
    while at / 4 != goal && left < Table::NEVER {
        let next = map.ahead(at);
        if next != NONE && way.get(4 * next + at % 4) + guide.ahead(at) == left {
            streams[at as usize] += 16;
            at = 4 * next + at % 4;
        } else if way.get(turned(at, 1)) + STEP == left {
            at = turned(at, 1);
        } else {
            at = turned(at, 3);
        }
        let now = way.get(at);
        if now >= left {
            break;
        }
        left = now;
    }
}

/// A step costs more the stronger the stream against it, up to `against`.
fn priced(map: &Map, streams: &[u32], against: u32) -> Guide {
    let cost = |state: State| {
        let next = map.ahead(state);
        if next == NONE {
            return STEP as u8;
        }
        let (own, other) = (
            u64::from(streams[state as usize]),
            u64::from(streams[(4 * next + (state + 2) % 4) as usize]),
        );
        if other <= own {
            return STEP as u8;
        }
        let more = u64::from(against.saturating_sub(STEP)) * (other - own) / (other + own);
        (STEP + more as u32).min(u32::from(MOST)) as u8
    };
    Guide::of((0..map.states()).map(cost).collect())
}
