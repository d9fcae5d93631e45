//! Guidance: what a step forward costs, by cell and heading, so that robots on the way to far goals keep to lanes.
//!
//! Rows and columns alternate their preferred direction, as in the winning entries of the League of Robot Runners; on
//! guidance graphs see Zhang, Jiang, Bhatt, Nikolaidis and Li 2024.

use super::map::{Map, State};
use alloc::vec;
use alloc::vec::Vec;

/// What a step costs, a turn or a step with the stream.
pub const STEP: u32 = 4;

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
}
