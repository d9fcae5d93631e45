//! Automated stores from end to end against exact figures.

mod classes;
mod exact;
mod pairing;
mod plant;
mod travel;
mod trial;
mod waits;
