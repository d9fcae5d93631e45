//! Vehicles against closed forms, on yards drawn by hand.

mod driving;
mod faults;
mod handing;
pub(crate) mod yard;
