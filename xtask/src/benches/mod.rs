//! The races, one file each.

mod tandem;

use crate::bench::Race;

/// All of them.
pub const ALL: &[Race] = &[tandem::RACE];
