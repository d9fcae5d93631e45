//! The grid regime: hundreds to thousands of robots on the cells of a map, one action each a step.
//!
//! Rules are those of the League of Robot Runners: a robot has a cell and a heading, and in each step goes [`Action::Forward`],
//! turns or waits; no two robots on one cell, no two change places. A [`Team`] assigns tasks of several errands and
//! plans all robots' next actions; whoever calls it owns the clock and the threads: [`Team::improve`] does so many
//! rounds and returns, and copies of a [`Search`] may be improved side by side with other luck.

mod assign;
mod choices;
mod distance;
mod guide;
mod map;
mod matching;
mod nearest;
mod operations;
mod search;
mod team;

pub use assign::{Free, Open, Taste, assign};
pub use choices::{Aim, Choices};
pub use distance::{Distances, Table, table};
pub use guide::{Guide, STEP};
pub use map::{Action, Cell, Heading, Map, NONE, State, turned};
pub use matching::matching;
pub use operations::Operations;
pub use search::Search;
pub use team::{Crowd, Robot, Task, Team, Ways};
