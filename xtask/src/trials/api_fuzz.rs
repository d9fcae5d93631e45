//! Requests at random.

use crate::trial::{Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "api-fuzz",
    about: "a million random requests to every route of the API: no panic, no 5xx, no growth",
    run: |size| ignored_tests("fenhe-server", "api", "a_million", size),
};
