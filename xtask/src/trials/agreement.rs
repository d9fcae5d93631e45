//! Rehearsals beside simulations.

use crate::trial::{Size, Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "agreement",
    about: "20 rehearsals over a broker on the wall clock: their figures are the simulation's, within stated margins",
    run: |size| {
        if size == Size::Short {
            return Ok(()); // two runs say nothing; that a rehearsal runs is among the tests
        }
        ignored_tests("fenhe-live", "agreement", "rehearsals_agree", size)
    },
};
