//! Forecasts from belief, held against truth.

use crate::trial::{Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "lookahead",
    about: "400 moments of each small plant: forecasts from belief have no bias and cover what happens",
    run: |size| ignored_tests("fenhe-study", "lookahead", "as_good_as", size),
};
