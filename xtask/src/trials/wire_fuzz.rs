//! Wrong messages on every topic of VDA 5050.

use crate::trial::{Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "wire-fuzz",
    about: "a million wrong messages on every topic: no panic, no growth, a clear word each, and then it works as before",
    run: |size| ignored_tests("fenhe-wire", "noise", "a_million", size),
};
