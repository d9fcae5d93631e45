//! Intervals that are as sure as they say.

use crate::trial::{Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "coverage",
    about: "100 seeds of every oracle: 95 % intervals hold the exact value 95 % of the time",
    run: |size| ignored_tests("fenhe-study", "coverage", "intervals_hold", size),
};
