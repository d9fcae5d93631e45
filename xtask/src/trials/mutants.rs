//! Plant folders with faults at random.

use crate::trial::{Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "mutants",
    about: "10 000 plant folders with faults: clear problems or a clean run, no panic, no hang",
    run: |size| ignored_tests("fenhe-study", "mutants", "ten_thousand", size),
};
