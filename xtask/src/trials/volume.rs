//! Bytes a day in the journal.

use crate::trial::{Size, Trial, ignored_tests};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "volume",
    about: "hours of the cell workshop through real bytes: what a day leaves in the journal, by kind of fact",
    run: |size| {
        if size == Size::Short {
            return Ok(()); // a figure to be read, not a rule; what it stands on is among the tests
        }
        ignored_tests("fenhe-live", "volume", "a_day_is_stated_in_bytes", size)
    },
};
