//! Tasks for very many robots: each looks only at those around it.

use super::assign::{Free, Open};
use super::map::{Map, NONE};
use alloc::vec;
use alloc::vec::Vec;

/// Side of a square of the map, in cells.
const SIDE: u32 = 8;
/// Squares around a robot's are looked at until so many tasks were seen.
const ENOUGH: usize = 12;
/// A robot looks for a better task every so many steps.
const EVERY: usize = 8;

/// Tasks by square of their first errand.
struct Squares<'a> {
    map: &'a Map,
    across: u32,
    down: u32,
    tasks: Vec<Vec<u32>>,
}

impl<'a> Squares<'a> {
    fn new(map: &'a Map, tasks: &[Open]) -> Squares<'a> {
        let (across, down) = (map.columns().div_ceil(SIDE), map.rows().div_ceil(SIDE));
        let mut squares = Squares {
            map,
            across,
            down,
            tasks: vec![Vec::new(); (across * down) as usize],
        };
        for (number, task) in (0..).zip(tasks) {
            let (x, y) = squares.of(task.first);
            squares.tasks[(y * across + x) as usize].push(number);
        }
        squares
    }

    fn of(&self, cell: u32) -> (u32, u32) {
        let at = self.map.location(cell);
        (
            at % self.map.columns() / SIDE,
            at / self.map.columns() / SIDE,
        )
    }

    /// Tasks around a cell, ring by ring: enough of those that `wanted` says.
    fn around(&self, cell: u32, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        let (x, y) = self.of(cell);
        let mut found = Vec::new();
        for ring in 0..self.across.max(self.down) {
            for row in y.saturating_sub(ring)..=(y + ring).min(self.down - 1) {
                let whole = row.abs_diff(y) == ring;
                for column in x.saturating_sub(ring)..=(x + ring).min(self.across - 1) {
                    if whole || column.abs_diff(x) == ring {
                        let here = &self.tasks[(row * self.across + column) as usize];
                        found.extend(here.iter().copied().filter(|task| wanted(*task)));
                    }
                }
            }
            if found.len() >= ENOUGH {
                break;
            }
        }
        found
    }
}

/// The task of each robot, by index, or [`NONE`]. Who has one keeps it unless two gain by changing.
pub fn nearest(
    map: &Map,
    robots: &[Free],
    tasks: &[Open],
    turn: u32,
    pair: impl Fn(&Free, &Open) -> i32,
) -> Vec<u32> {
    let squares = Squares::new(map, tasks);
    let mut of: Vec<u32> = robots.iter().map(|robot| robot.has).collect();
    let mut by = vec![NONE; tasks.len()];
    for (robot, task) in (0..).zip(&of).filter(|(_, task)| **task != NONE) {
        by[*task as usize] = robot;
    }
    // Who has none takes the best free one around.
    for robot in 0..robots.len() {
        if of[robot] != NONE {
            continue;
        }
        let near = squares.around(robots[robot].state / 4, |task| by[task as usize] == NONE);
        let cost = |task: &u32| pair(&robots[robot], &tasks[*task as usize]);
        if let Some(best) = near.into_iter().min_by_key(|task| (cost(task), *task)) {
            of[robot] = best;
            by[best as usize] = robot as u32;
        }
    }
    for robot in (turn as usize % EVERY..robots.len()).step_by(EVERY) {
        change(&squares, (robots, tasks), (&mut of, &mut by), robot, &pair);
    }
    of
}

/// Takes a task around that is free or whose robot gains or loses less by taking this one's.
fn change(
    squares: &Squares,
    (robots, tasks): (&[Free], &[Open]),
    (of, by): (&mut [u32], &mut [u32]),
    robot: usize,
    pair: &impl Fn(&Free, &Open) -> i32,
) {
    let own = of[robot];
    if own == NONE {
        return;
    }
    let at = |robot: usize, task: u32| pair(&robots[robot], &tasks[task as usize]);
    let now = at(robot, own);
    let mut best = (0, NONE);
    for task in squares.around(robots[robot].state / 4, |task| task != own) {
        let gain = match by[task as usize] {
            NONE => now - at(robot, task),
            other => {
                let other = other as usize;
                now + at(other, task) - at(robot, task) - at(other, own)
            }
        };
        if gain > best.0 {
            best = (gain, task);
        }
    }
    let (_, task) = best;
    if task == NONE {
        return;
    }
    let other = by[task as usize];
    of[robot] = task;
    by[task as usize] = robot as u32;
    by[own as usize] = other;
    if other != NONE {
        of[other as usize] = own;
    }
}
