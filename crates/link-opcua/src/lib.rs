//! Machines over OPC UA, behind the seam of station, place and queue facts and the job order.
//!
//! [`Client`] is Fenhe as the controller of machines, [`Server`] a simulated machine's server, fed with
//! the facts of the simulated plant. Both have threads of their own and talk through channels.
//! What is promised, and what is assumed of a machine: `docs/opcua.md`.
//!
//! Fenhe is never a safety function; nothing on these links is.
#![deny(missing_docs)]

mod book;
mod client;
mod heard;
mod hold;
mod machine;
mod mapping;
mod nodes;
mod server;
mod session;
pub mod site;
mod trust;
mod visit;
mod words;

pub use client::{Client, Config, Hear, Link, Station};
pub use heard::{Doubt, Heard, Mark, Open, Settle};
pub use machine::{KEPT, Memory, Status};
pub use mapping::{Mapping, Port};
pub use server::{Cell, NoServer, Server, ServerConfig};
pub use trust::trust;
pub use words::{Entry, JobLine, JobState, NAMESPACE, Standing, packml, unit_state};

/// How a connection is secured.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Security {
    /// Not at all: only inside a cell's own network.
    #[default]
    None,
    /// Basic256Sha256, signed and encrypted, with user and password. Each side trusts the other by a
    /// copy of its certificate in its folder of keys ([`trust`]).
    Encrypted {
        /// User name.
        user: String,
        /// Password.
        password: String,
    },
}

#[cfg(test)]
mod tests;
