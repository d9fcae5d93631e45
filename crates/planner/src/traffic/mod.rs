//! Traffic that cannot lock: an order of all hops of all vehicles, found by driving everyone
//! forward, in which each hop is free of everyone who stands.
//!
//! A *hop* is a run of edges that ends where a vehicle may stand without facing anyone who comes
//! the other way: before a one-way edge, or on a terminal.

mod check;
mod legs;
mod plan;

pub use check::{Holding, Violation, check};
pub use legs::{Leg, Legs, Rest};
pub use plan::{Hop, Mover, plan};
