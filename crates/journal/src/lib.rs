//! The durable event log of a running plant.
//!
//! Everything the decision core is told is an [`Entry`] with a number that has no gaps. Entries and the
//! newest states of protocol links go to disk in one transaction; only then is anything decided or sent.
//!
//! ```text
//!   main loop --Batch--> Writer (own thread, bounded queue, group commit) --> dyn Journal
//!                                                                    SQLite file | PostgreSQL
//! ```
//!
//! [`open`] picks the store by its address; [`look`] opens one for reading while a controller writes it.
//! No `async` is visible outside. Errors are codes; sentences are made elsewhere.
#![deny(missing_docs)]

mod entry;
mod error;
#[cfg(feature = "parquet")]
mod export;
#[cfg(feature = "postgres")]
mod postgres;
mod retention;
mod schema;
mod shared;
mod sqlite;
mod statistics;
mod store;
mod verify;
mod writer;

pub use entry::{Body, Entry, FORMAT, Undecodable};
pub use error::Error;
#[cfg(feature = "parquet")]
pub use export::export;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use retention::{expire, oldest_start};
pub use sqlite::{Options, Sqlite};
pub use statistics::{Statistics, Times};
pub use store::{Epoch, Head, Journal, Opened, PRUNE_STEP, Row, Seq, Snapshot, State};
pub use verify::{Fault, Report, What};
pub use writer::{Batch, Ticket, Writer};

/// Opens a journal for writing, and makes it if it is not there: a path or `sqlite:PATH` is a SQLite
/// file, `postgres://...` or `postgresql://...` a database on a server.
///
/// # Errors
/// [`Error::Busy`] if another controller writes it; [`Error::Version`] if a newer program wrote it.
pub fn open(address: &str) -> Result<Box<dyn Journal>, Error> {
    choose(address, true)
}

/// Opens a journal that is there for reading, also while somebody writes it. Nothing is changed.
///
/// # Errors
/// It is not there, or not a journal this program can read.
pub fn look(address: &str) -> Result<Box<dyn Journal>, Error> {
    choose(address, false)
}

fn choose(address: &str, write: bool) -> Result<Box<dyn Journal>, Error> {
    if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        return on_server(address, write);
    }
    let path = address.strip_prefix("sqlite:").unwrap_or(address);
    Ok(Box::new(if write {
        Sqlite::open(path)?
    } else {
        Sqlite::look(path)?
    }))
}

#[cfg(feature = "postgres")]
fn on_server(address: &str, write: bool) -> Result<Box<dyn Journal>, Error> {
    Ok(Box::new(if write {
        Postgres::open(address)?
    } else {
        Postgres::look(address)?
    }))
}

#[cfg(not(feature = "postgres"))]
fn on_server(_: &str, _: bool) -> Result<Box<dyn Journal>, Error> {
    Err(Error::NotBuilt)
}
