//! The HTTP API of a running plant: picture, live feed, acts, roles, audit, metrics.
//!
//! Everything stands on one trait, [`Engine`], behind which somebody runs the plant.
//!
//! ```text
//!   connection --> outer (words, headers, audit, count) --> limits --> gate (who, may they) --> route
//!                                                                                                |
//!      feed (ring of numbered items) <--- Engine::feed      Engine::view, act  <-----------------+
//! ```
//!
//! Never a safety function.
#![deny(missing_docs)]

mod act;
mod app;
mod audit;
pub mod auth;
pub mod certs;
mod check;
mod clock;
mod engine;
mod error;
mod extract;
mod feed;
pub mod forecast;
mod gate;
pub mod logs;
pub mod lots;
mod metrics;
pub mod model;
pub mod past;
pub mod promise;
pub mod racks;
mod role;
mod routes;
mod serve;
mod tls;
mod view;
mod words;

pub use act::{Act, LoadAt, NewOrder, SendTo, What};
pub use app::{Config, Scrape};
pub use audit::{AuditEntry, AuditSink, FileAudit, MemoryAudit};
pub use check::check;
pub use clock::{Clock, SECOND, Utc, rfc3339};
pub use engine::{Actor, Done, Engine, Health, Proof, Reason, Refusal, Status};
pub use error::{ApiError, language};
pub use feed::{Entry, Feed, Item, Motion, Numbered, Read, Resync};
pub use gate::CSRF;
pub use role::{Needs, RIGHTS, Right, Role, needs};
pub use routes::figures::{AlarmHistory, alarm_object};
pub use routes::openapi;
pub use serve::{Peer, Server};
pub use tls::{ClientCertificates, Tls, authorities, common_name};
pub use view::*;
pub use words::*;
