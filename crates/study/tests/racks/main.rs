//! Automated stores from end to end against exact figures.

mod exact;
mod plant;
mod travel;
