//! Pure solvers: nothing here knows a clock, and each has its own `check`.
//!
//! - [`cutting`]: slitting patterns.
//! - [`grid`]: robots on the cells of a map, one action a step.
//! - [`promise`]: when an order can be done beside what is promised.
//! - [`routes`]: shortest times over the tracks, turns included.
//! - [`schedule`]: plans of job shops.
//! - [`traffic`]: an order of all hops of all vehicles that brings everyone to the goal.
#![no_std]
extern crate alloc;

pub mod cutting;
pub mod grid;
pub mod promise;
pub mod routes;
pub mod schedule;
pub mod traffic;
