//! The API over real connections, with a real plant behind it.

mod acts;
mod client;
mod engine;
mod rights;
