//! VDA 5050: the interface between master control and mobile robots, over MQTT and JSON.
//!
//! [`Master`] is our end of one vehicle's link, [`Vehicle`] the vehicle's; an [`Observer`] reads along between
//! somebody else's. Both read tolerantly
//! ([`read`]) and write strictly ([`write`]) the neutral messages of [`model`] in versions 2.0, 2.1
//! and 3.0. What differs between makers stands in a [`Dialect`].

mod dialect;
mod fault;
mod json;
pub mod master;
pub mod model;
mod observer;
pub mod read;
mod sheet;
mod stamp;
pub mod vehicle;
pub mod write;

pub use dialect::{Dialect, Spelling, StepEnds, StitchActions, Topic};
pub use fault::{Breach, Fault, Field};
pub use master::{Master, Note, Out, What};
pub use model::Version;
pub use observer::{Hand, Observer, Seen, Sight};
pub use stamp::{Now, Utc};
pub use vehicle::{Quirks, Vehicle};

use alloc::string::String;
use alloc::vec::Vec;

/// A message to be published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Full name of the topic.
    pub topic: String,
    /// Which of the standard's topics it is.
    pub kind: Topic,
    /// JSON.
    pub payload: Vec<u8>,
    /// The broker keeps it for those who come later.
    pub retain: bool,
    /// MQTT quality of service: 0, or 1 for `connection`, or what the dialect says.
    pub qos: u8,
}
