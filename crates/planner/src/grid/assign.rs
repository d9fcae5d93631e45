//! Who does which task: until its first errand is done a task may change hands.
//!
//! A robot without an opened task and a task pay what the robot needs to the first errand, and a part of
//! what the task takes behind it, so that long tasks wait while short ones are near. The cheapest pairs of all are found exactly
//! where the table is small; beyond that each robot takes its nearest one, and pairs change partners as long as that saves.

use super::choices::cost;
use super::distance::Distances;
use super::map::{Map, NONE, State};
use super::matching::matching;
use alloc::vec;
use alloc::vec::Vec;

/// What a pair of robot and task pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taste {
    /// Times the cost to the first errand.
    pub approach: i32,
    /// Times the cost behind it.
    pub rest: i32,
    /// What is saved by staying with the task of the step before.
    pub stay: i32,
    /// Number of the step: where there are very many robots, each looks for a better task every few steps only.
    pub turn: u32,
}

/// A task that nobody has opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open {
    /// Its first errand.
    pub first: u32,
    /// What it costs behind the first errand.
    pub rest: u32,
}

/// A robot that may take any task: where it is, and which one of the open ones it has, or [`NONE`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Free {
    /// Cell and heading.
    pub state: State,
    /// Index of its task.
    pub has: u32,
}

/// A table of pairs up to this size is solved exactly.
const EXACT: usize = 400_000;

/// The task of each robot, by index, or [`NONE`].
pub fn assign(
    map: &Map,
    distances: &Distances,
    taste: Taste,
    robots: &[Free],
    tasks: &[Open],
) -> Vec<u32> {
    let pair = |robot: &Free, task: &Open| {
        let approach = cost(map, distances, robot.state, task.first) as i32;
        let stays = robot.has != NONE && tasks[robot.has as usize] == *task;
        taste.approach * approach + taste.rest * task.rest as i32 - taste.stay * i32::from(stays)
    };
    if robots.is_empty() || tasks.is_empty() {
        return vec![NONE; robots.len()];
    }
    if robots.len() * tasks.len() > EXACT {
        return super::nearest::nearest(map, robots, tasks, taste.turn, pair);
    }
    if robots.len() <= tasks.len() {
        let costs = robots
            .iter()
            .flat_map(|robot| tasks.iter().map(move |task| (robot, task)));
        let costs: Vec<i32> = costs.map(|(robot, task)| pair(robot, task)).collect();
        return matching(robots.len(), tasks.len(), &costs);
    }
    let costs = tasks
        .iter()
        .flat_map(|task| robots.iter().map(move |robot| (robot, task)));
    let costs: Vec<i32> = costs.map(|(robot, task)| pair(robot, task)).collect();
    let mut of = vec![NONE; robots.len()];
    for (task, robot) in (0..).zip(matching(tasks.len(), robots.len(), &costs)) {
        of[robot as usize] = task;
    }
    of
}
