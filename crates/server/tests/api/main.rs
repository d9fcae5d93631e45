//! The API over real connections, with a real plant behind it.

mod accounts;
mod acts;
mod answers;
mod client;
mod engine;
mod feed;
mod fuzz;
mod openapi;
mod rights;
mod tls;
