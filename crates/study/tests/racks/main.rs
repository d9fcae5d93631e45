//! Automated stores from end to end against exact figures.

mod classes;
mod exact;
mod pairing;
mod plant;
mod strip;
mod tidy;
mod travel;
mod trial;
mod turnover;
mod vehicles;
mod waits;
mod yard;
