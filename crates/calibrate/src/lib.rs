//! Figures of a plant from recorded facts: process, transfer, failure and repair times by element, with their
//! number, period, censoring and goodness of fit; drift of reality against the model; the overlay `calibration.toml`.
#![deny(missing_docs)]

mod figure;
mod fit;
mod goodness;
mod law;
mod likely;
mod sample;
mod search;
mod special;

pub use figure::{Element, Figure, Subject, Value};
pub use fit::{Deviation, Fit, Options, fit};
pub use goodness::Goodness;
pub use sample::Lasting;
