//! MQTT for the protocols: a client in our own words, and a broker in the box.
//!
//! The client reconnects by itself, subscribes anew each time and says that it is up only when the
//! broker has confirmed that, so that nothing published afterwards is answered unheard. It makes no
//! promise for quality 0: who needs more asks for the state and says it again.
//!
//! Fenhe is never a safety function; nothing on these links is.
#![deny(missing_docs)]

mod broker;
mod client;
mod guard;

pub use broker::{Broker, NoBroker};
pub use client::{Client, Config, Heard, Post, Tls};
pub use guard::{Deed, Guard, Refused, Rights};
pub use tokio;
pub use tokio_rustls::TlsAcceptor;
