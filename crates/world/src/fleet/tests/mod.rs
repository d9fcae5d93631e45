//! Vehicles against closed forms, on yards drawn by hand.

mod belief;
mod driving;
mod faults;
mod handing;
mod puppet;
mod trial;
pub(crate) mod yard;
