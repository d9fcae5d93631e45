//! The races, one file each.

use crate::bench::Race;

/// All of them.
pub const ALL: &[Race] = &[];
