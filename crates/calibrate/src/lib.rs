//! Figures of a plant from recorded facts: process, transfer, failure and repair times by element, with their
//! number, period, censoring and goodness of fit; drift of reality against the model; the overlay `calibration.toml`.
#![deny(missing_docs)]

mod calibrate;
mod drift;
mod figure;
mod fit;
mod fleet;
mod goodness;
mod jobs;
mod law;
mod likely;
mod overlay;
mod report;
mod sample;
mod search;
mod sight;
mod special;
mod stops;
mod watch;

pub use calibrate::{Calibration, Missing, Period, calibrate};
pub use drift::{Drift, Drifted};
pub use figure::{Element, Figure, Subject, Value};
pub use fit::{Deviation, Fit, Options, fit};
pub use goodness::Goodness;
pub use overlay::{digest, overlay};
pub use sample::Lasting;
pub use sight::Unseen;
pub use watch::{Heard, Observation, Watch};
