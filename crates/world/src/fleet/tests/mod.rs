//! Vehicles against closed forms, on yards drawn by hand.

mod belief;
mod driving;
mod faults;
mod handing;
pub(crate) mod yard;
