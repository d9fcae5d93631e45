//! Names to bytes (the caller reads the folder) to a checked [`Plant`], or *all* its problems with
//! file, line and remedy.
#![no_std]
extern crate alloc;

pub mod model;
pub mod problem;
pub use model::*;
pub use problem::{Files, Problem, Severity};
