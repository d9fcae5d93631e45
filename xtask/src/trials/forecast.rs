//! The control centre's forecast of the cell workshop, held against what then happened.

use crate::trial::{Trial, ignored_tests_of};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "forecast",
    about: "each hour of a day of the cell workshop, 8 hours ahead, 20 paths: bias, error, intervals, dates and seconds \
        of the forecast that people see (short form: a small shop)",
    run: |size| {
        ignored_tests_of(
            "fenhe",
            &["--bin", "fenhe"],
            "ahead::trial::what_is_foreseen",
            size,
        )
    },
};
