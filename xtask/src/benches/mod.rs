//! The races, one file each.

mod live;
mod plant;
mod tandem;

use crate::bench::Race;

/// All of them.
pub const ALL: &[Race] = &[tandem::RACE, plant::RACE, live::RACE];
