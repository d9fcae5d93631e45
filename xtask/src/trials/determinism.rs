//! The same bytes, each way: deep on one plant with everything that draws, and across every plant
//! of the repository.

use crate::trial::{Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "determinism",
    about: "100 seeds: the same bytes with 1 and 2 threads, after saving and restoring, after a fork",
    run: |size| {
        ignored_tests("fenhe-study", "determinism", "a_hundred_seeds", size)?;
        ignored_tests("fenhe-study", "every_plant", "every_plant_gives", size)
    },
};
