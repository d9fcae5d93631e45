//! The shared words of Fenhe: what every other crate says to every other.
//!
//! Facts ([`Event`]) go into the decision core, orders ([`Command`]) come out; history is
//! emitted as [`Record`]s and never held. Data only: no clock, no socket, no decision lives here.
//!
//! ```text
//!   world / link  --Event-->  Decide::handle  --Command-->  world / link
//!        |                         |
//!        +------- Record ----------+------> sink (statistics, Parquet, nothing)
//! ```
#![no_std]
#![deny(missing_docs)]
extern crate alloc;

mod access;
mod alarm;
mod belief;
mod command;
mod decide;
mod digest;
mod dist;
mod event;
mod fixed;
mod ids;
mod luck;
mod operator;
mod record;
mod tree;
mod units;
mod ziggurat;

pub use access::*;
pub use alarm::*;
pub use belief::*;
pub use command::*;
pub use decide::*;
pub use digest::*;
pub use dist::*;
pub use event::*;
pub use fixed::*;
pub use ids::*;
pub use luck::*;
pub use operator::*;
pub use record::*;
pub use tree::Tree;
pub use units::*;
