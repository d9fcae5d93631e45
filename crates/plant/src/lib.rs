//! Names to bytes (the caller reads the folder) to a checked [`Plant`], or *all* its problems with
//! file, line and remedy.
//!
//! ```
//! use fenhe_plant::{Files, load};
//! let files = Files::of_toml("[[sink]]\nid = \"out\"\nreports = \"peice\"\n");
//! let problems = load("one", &files).unwrap_err();
//! assert_eq!((problems[0].code, problems[0].line), ("value/word", 3));
//! assert_eq!(problems[0].suggestion.as_deref(), Some("piece"));
//! ```
#![no_std]
extern crate alloc;

pub mod asks;
mod build;
mod calibration;
mod checks;
mod codes;
pub mod csv;
mod dist;
#[rustfmt::skip]
mod forms;
pub mod geometry;
pub mod kinematics;
pub mod layout;
pub mod lif;
mod load;
pub mod model;
pub mod moment;
mod moving;
mod patch;
pub mod problem;
mod read;
mod schema;
mod shape;
mod spell;
mod tree;
pub mod units;

pub use asks::{Asked, Quantity, asks};
pub use codes::CODES;
pub use load::{load, load_with};
pub use model::*;
pub use moving::{InUse, Lost, Moving};
pub use problem::{Files, Problem, Severity};
pub use schema::{calibration_schema, schema};
pub use spell::nearest;
