//! The races, one file each.

mod grid;
mod hall;
mod live;
mod plant;
mod process;
mod promise;
mod roadmap;
mod schedule;
mod screen;
mod store;
mod tandem;

use crate::bench::Race;

/// All of them.
pub const ALL: &[Race] = &[
    tandem::RACE,
    plant::RACE,
    live::RACE,
    screen::RACE,
    schedule::RACE,
    store::RACE,
    promise::RACE,
    grid::RACE,
    roadmap::RACE,
];
