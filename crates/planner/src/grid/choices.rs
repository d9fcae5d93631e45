//! What each robot may do within one window of steps, best first.

use super::distance::{Distances, Table};
use super::guide::STEP;
use super::map::{Cell, Map, NONE, State};
use super::operations::Operations;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Where a robot stands and what it is after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Aim {
    /// Cell and heading.
    pub state: State,
    /// The cell of its next errand, or [`NONE`].
    pub goal: Cell,
    /// The cell of the errand behind that one, or [`NONE`].
    pub then: Cell,
    /// The lower, the more urgent: what its task still costs, where nothing else is known.
    pub urgency: u32,
}

/// One operation from where a robot stands.
#[derive(Clone, Copy, Debug)]
pub struct Choice<const D: usize> {
    /// The cell after each step.
    pub cells: [Cell; D],
    /// How good it is: cost that it saves, and a little for doing so early.
    pub value: i32,
    /// Its number.
    pub operation: u16,
}

/// The choices of all robots at one step; nothing in it changes while plans are searched.
#[derive(Clone, Debug)]
pub struct Choices<const D: usize> {
    /// Where each robot stands, one a robot.
    pub start: Vec<Cell>,
    /// The robot on each cell, or [`NONE`].
    pub here: Vec<u32>,
    /// What each robot's value counts; one a robot.
    pub weight: Vec<i64>,
    /// Rank of each robot: 0 goes first.
    pub rank: Vec<u32>,
    /// Robots by rank.
    pub order: Vec<u32>,
    /// Choices of all robots, each robot's best first.
    all: Vec<Choice<D>>,
    /// Where those of each robot begin in `all`, and the end.
    from: Vec<u32>,
}

/// A unit of cost in values; below it stands what only settles ties.
const UNIT: i32 = 32;
/// An urgency below is of a robot that others make room for, whatever that costs them.
pub const URGENT: u32 = 4;
/// From here on it is of one that makes room, whatever that costs it.
pub const YIELDS: u32 = 1 << 24;
/// Weight of the robot that is nearest to the end of its task.
const HEAVIEST: u64 = 1 << 10;

/// An estimate of the cost between states where there is no table: as if nothing stood in the way.
pub fn crow(map: &Map, from: State, goal: Cell) -> u32 {
    let (a, b) = (map.location(from / 4), map.location(goal));
    let columns = map.columns();
    let (row, column) = (
        (a / columns).abs_diff(b / columns),
        (a % columns).abs_diff(b % columns),
    );
    let bend = u32::from(row > 0 && column > 0);
    let wanted = [
        (b % columns > a % columns, 0),
        (b / columns > a / columns, 1),
        (b % columns < a % columns, 2),
        (b / columns < a / columns, 3),
    ];
    let off = |heading: u32| {
        let turn = (heading + 4 - from % 4) % 4;
        turn.min(4 - turn)
    };
    let ways = wanted.iter().filter(|(towards, _)| *towards);
    let turns = ways.map(|(_, heading)| off(*heading)).min().unwrap_or(0);
    STEP * (row + column + bend + turns)
}

/// What it costs to a goal: by its table, or an estimate.
pub fn cost(map: &Map, distances: &Distances, from: State, goal: Cell) -> u32 {
    match distances.get(goal) {
        Some(table) => table.get(from),
        None => crow(map, from, goal),
    }
}

/// A robot's goals with their tables.
struct Sight<'a> {
    map: &'a Map,
    aim: Aim,
    goal: Option<&'a Arc<Table>>,
    then: Option<&'a Arc<Table>>,
}

impl Sight<'_> {
    fn to_goal(&self, from: State) -> i32 {
        let cost = match self.goal {
            Some(table) => table.get(from),
            None => crow(self.map, from, self.aim.goal),
        };
        cost as i32
    }

    fn to_then(&self, from: State) -> i32 {
        let cost = match self.then {
            Some(table) => table.get(from),
            None => crow(self.map, from, self.aim.then),
        };
        cost as i32
    }

    /// Cost that a way saves: all behind a goal that it reaches counts too.
    fn saves<const D: usize>(&self, way: &[State; D]) -> i32 {
        let last = way[D - 1];
        let reached = way.iter().position(|state| state / 4 == self.aim.goal);
        match reached {
            None => self.to_goal(self.aim.state) - self.to_goal(last),
            Some(at) if self.aim.then == NONE => {
                self.to_goal(self.aim.state) + STEP as i32 * (D - 1 - at) as i32
            }
            Some(_) => {
                let least = (0..4).map(|heading| self.to_then(4 * self.aim.goal + heading));
                let between = least.min().unwrap_or(0);
                self.to_goal(self.aim.state) + between - self.to_then(last)
            }
        }
    }
}

impl<const D: usize> Choices<D> {
    /// Those of robots with such aims; no two stand on one cell. Weights are the `power` of a robot's rank.
    pub fn new(
        map: &Map,
        distances: &Distances,
        pool: &Operations<D>,
        (aims, power): (&[Aim], u32),
    ) -> Self {
        let mut here = alloc::vec![NONE; map.cells() as usize];
        for (robot, aim) in (0..).zip(aims) {
            here[(aim.state / 4) as usize] = robot;
        }
        let urgency = |aim: &Aim| match aim.goal {
            NONE => u32::MAX,
            _ => aim.urgency,
        };
        let mut order: Vec<(u32, u32)> = aims.iter().map(urgency).zip(0..).collect();
        order.sort_unstable();
        let mut choices = Choices {
            start: aims.iter().map(|aim| aim.state / 4).collect(),
            here,
            weight: alloc::vec![0; aims.len()],
            rank: alloc::vec![0; aims.len()],
            order: order.iter().map(|(_, robot)| *robot).collect(),
            all: Vec::with_capacity(aims.len() * pool.all.len()),
            from: Vec::with_capacity(aims.len() + 1),
        };
        let many = aims.len().max(1) as u64;
        for (rank, (left, robot)) in (0..).zip(&order) {
            choices.rank[*robot as usize] = rank;
            let share = many - u64::from(rank);
            let weight = (0..power).fold(HEAVIEST, |weight, _| weight * share / many);
            choices.weight[*robot as usize] = match *left {
                u32::MAX => 0,
                YIELDS.. => 1,
                0..URGENT => 4 * HEAVIEST as i64,
                _ => weight.max(1) as i64,
            };
        }
        for aim in aims {
            choices.from.push(choices.all.len() as u32);
            choices.add(map, distances, pool, aim);
        }
        choices.from.push(choices.all.len() as u32);
        choices
    }

    fn add(&mut self, map: &Map, distances: &Distances, pool: &Operations<D>, aim: &Aim) {
        let table = |goal: Cell| match goal {
            NONE => None,
            goal => distances.get(goal),
        };
        let sight = Sight {
            map,
            aim: *aim,
            goal: table(aim.goal),
            then: table(aim.then),
        };
        let first = self.all.len();
        for (number, operation) in (0..).zip(&pool.all) {
            let mut way = [aim.state; D];
            let (mut at, mut early, mut open) = (aim.state, 0, true);
            for (step, action) in operation.iter().enumerate() {
                match map.after(at, *action) {
                    Some(next) => at = next,
                    None => open = false,
                }
                if *action == super::Action::Wait {
                    early -= (D - step) as i32;
                }
                way[step] = at;
            }
            if !open {
                continue;
            }
            let value = match aim.goal {
                // Who has nothing to do stays out of the way and stays there.
                NONE => -early - UNIT,
                _ => UNIT * sight.saves(&way) + early,
            };
            self.all.push(Choice {
                cells: way.map(|state| state / 4),
                value,
                operation: number,
            });
        }
        self.all[first..].sort_unstable_by_key(|choice| (-choice.value, choice.operation));
    }

    /// Robots.
    pub fn robots(&self) -> usize {
        self.start.len()
    }

    /// A robot's choices, best first.
    #[inline]
    pub fn of(&self, robot: u32) -> &[Choice<D>] {
        let (from, to) = (self.from[robot as usize], self.from[robot as usize + 1]);
        &self.all[from as usize..to as usize]
    }
}
