//! The trials, one file each.

mod agreement;
mod api_fuzz;
mod coverage;
mod determinism;
mod fleet;
mod forecast;
mod killed;
mod lookahead;
mod mutants;
mod volume;
mod wire_fuzz;

use crate::trial::Trial;

/// All of them, in the order in which CI runs their short forms.
pub const ALL: &[Trial] = &[
    agreement::TRIAL,
    api_fuzz::TRIAL,
    coverage::TRIAL,
    determinism::TRIAL,
    fleet::TRIAL,
    forecast::TRIAL,
    killed::TRIAL,
    lookahead::TRIAL,
    mutants::TRIAL,
    volume::TRIAL,
    wire_fuzz::TRIAL,
];
