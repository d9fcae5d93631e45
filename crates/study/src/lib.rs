//! Studies of a plant: the run loop that couples any [`Decide`](fenhe_contract::Decide) to the
//! simulated plant, statistics on the fly, replications on all cores, estimates with confidence
//! intervals, sweeps.
//!
//! ```text
//!            +-- replication 0: World + Decide --run--> Statistics --take--> Sample --+
//!  Study ----+-- replication 1: ...                                                   +--> Outcome
//!            +-- ...              (any thread, joined in replication order)           +
//! ```
//! A sample holds exact integers (sums of microseconds and counts); floating point begins where
//! samples of several replications become estimates, always in replication order, so an outcome
//! has the same bytes for any number of threads.
#![deny(missing_docs)]

mod alarms;
mod bottleneck;
mod compare;
mod estimate;
mod folder;
mod histogram;
mod lookahead;
mod oee;
mod oracle;
mod outcome;
mod quantity;
mod replicate;
mod run;
mod sample;
mod series;
mod shadow;
mod special;
mod statistics;
mod sweep;
mod tables;

pub use alarms::*;
pub use bottleneck::*;
pub use compare::*;
pub use estimate::*;
pub use folder::read_folder;
pub use histogram::*;
pub use lookahead::*;
pub use oee::*;
pub use oracle::*;
pub use outcome::*;
pub use quantity::*;
pub use replicate::*;
pub use run::*;
pub use sample::*;
pub use series::*;
pub use shadow::*;
pub use special::student_t_quantile;
pub use statistics::*;
pub use sweep::*;
pub use tables::*;

pub mod promise;
pub mod trial;
