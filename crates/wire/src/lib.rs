//! Both ends of each protocol as pure state machines: bytes in, events out.
//!
//! Nothing here knows a socket, a clock or a thread. Whoever calls hands in bytes with the time at
//! which they came, takes the messages that are to be sent, and wakes the machine at its
//! `deadline`. The same calls give the same bytes, so both ends run in one process on a virtual
//! clock exactly as they run on a network, and a journal replays them.
//!
//! ```text
//!   Command --> vda5050::Master --bytes--> vda5050::Vehicle --Command--> body (world, or a robot)
//!   Event   <--                 <--bytes--                  <--VehicleEvent--
//! ```
//!
//! Fenhe is never a safety function; nothing on these links is.
#![no_std]
#![deny(missing_docs)]
extern crate alloc;

mod names;
pub mod telegram;
pub mod vda5050;

pub use names::{EdgeName, Names, NodeName};
