//! The grid regime on tiny maps, beside brute force and a referee of its own.

use fenhe_contract::{Purpose, Seed, Stream};
use fenhe_planner::grid::{
    Action, Guide, Map, NONE, Operations, Robot, STEP, Table, Task, Team, Ways, matching, table,
};
use std::collections::BTreeMap;
use std::sync::Arc;

fn luck(name: &str, n: u32) -> Stream {
    Seed(7).stream_n(name, Purpose::Mix, n)
}

fn below(luck: &mut Stream, n: u32) -> u32 {
    (luck.bits() % u64::from(n)) as u32
}

/// Rows of `.` and anything else.
fn drawn(rows: &[&str]) -> Map {
    let free: Vec<bool> = rows
        .iter()
        .flat_map(|row| row.chars().map(|sign| sign == '.'))
        .collect();
    Map::new(rows[0].len() as u32, &free)
}

fn by_luck(luck: &mut Stream) -> Map {
    let (rows, columns) = (1 + below(luck, 5), 1 + below(luck, 5));
    let free: Vec<bool> = (0..rows * columns).map(|_| below(luck, 4) > 0).collect();
    Map::new(columns, &free)
}

/// Where an action leads, by rows and columns: independent of the map's own tables.
fn moved(map: &Map, state: u32, action: Action) -> Option<u32> {
    let at = map.location(state / 4);
    let (row, column) = (i64::from(at / map.columns()), i64::from(at % map.columns()));
    let (down, right) = [(0, 1), (1, 0), (0, -1), (-1, 0)][(state % 4) as usize];
    let heading = state % 4;
    match action {
        Action::Wait => Some(state),
        Action::Clockwise => Some(state / 4 * 4 + (heading + 1) % 4),
        Action::Counter => Some(state / 4 * 4 + (heading + 3) % 4),
        Action::Forward => {
            let (row, column) = (row + down, column + right);
            let inside = (0..i64::from(map.rows())).contains(&row)
                && (0..i64::from(map.columns())).contains(&column);
            let to = inside.then(|| map.cell((row * i64::from(map.columns()) + column) as u32));
            to.flatten().map(|cell| 4 * cell + heading)
        }
    }
}

/// Costs to a goal, relaxed until nothing changes.
fn relaxed(map: &Map, guide: &Guide, goal: u32) -> Vec<u32> {
    let mut cost = vec![u32::MAX; map.states() as usize];
    cost[4 * goal as usize..4 * goal as usize + 4].fill(0);
    loop {
        let mut changed = false;
        for state in 0..map.states() {
            for action in [Action::Forward, Action::Clockwise, Action::Counter] {
                let Some(next) = moved(map, state, action) else {
                    continue;
                };
                let step = match action {
                    Action::Forward => u32::from(guide.costs()[state as usize]),
                    _ => STEP,
                };
                let then = cost[next as usize].saturating_add(step);
                if then < cost[state as usize] {
                    cost[state as usize] = then;
                    changed = true;
                }
            }
        }
        if !changed {
            return cost;
        }
    }
}

#[test]
fn distances_with_heading_are_those_of_a_search_that_relaxes_everything() {
    let mut luck = luck("distances", 0);
    let mut reached = 0;
    for _ in 0..200 {
        let map = by_luck(&mut luck);
        let guide = match below(&mut luck, 2) {
            0 => Guide::plain(&map),
            _ => Guide::of(
                (0..map.states())
                    .map(|_| 1 + below(&mut luck, 20) as u8)
                    .collect(),
            ),
        };
        for goal in 0..map.cells() {
            let (ours, all) = (table(&map, &guide, goal), relaxed(&map, &guide, goal));
            for state in 0..map.states() {
                match all[state as usize] {
                    u32::MAX => assert!(ours.get(state) >= Table::NEVER),
                    cost => {
                        assert_eq!(ours.get(state), cost, "{map:?} {goal} {state}");
                        reached += 1;
                    }
                }
            }
        }
    }
    assert!(reached > 10_000, "{reached}");
}

/// Places after each step and the last heading, on an open plain: what makes operations differ.
fn trace(actions: &[Action]) -> (Vec<(i32, i32)>, usize) {
    let (mut at, mut heading, mut places) = ((0, 0), 0, Vec::new());
    for action in actions {
        match action {
            Action::Forward => {
                let (down, right) = [(0, 1), (1, 0), (0, -1), (-1, 0)][heading];
                at = (at.0 + down, at.1 + right);
            }
            Action::Clockwise => heading = (heading + 1) % 4,
            Action::Counter => heading = (heading + 3) % 4,
            Action::Wait => {}
        }
        places.push(at);
    }
    (places, heading)
}

#[test]
fn operations_are_all_that_differ_and_none_twice() {
    let pool = Operations::<4>::every();
    let mut ours = BTreeMap::new();
    for operation in &pool.all {
        assert_eq!(
            ours.insert(trace(operation), operation),
            None,
            "twice: {operation:?}"
        );
    }
    let mut all = BTreeMap::new();
    for number in 0..4_usize.pow(4) {
        let actions: Vec<Action> = (0..4)
            .map(|at| Action::ALL[number / 4_usize.pow(at) % 4])
            .collect();
        all.insert(trace(&actions), ());
    }
    assert!(ours.keys().eq(all.keys()));
    for (operation, rest) in pool.all.iter().zip(&pool.rest) {
        let mut wanted = operation[1..].to_vec();
        wanted.push(Action::Wait);
        assert_eq!(pool.all[*rest as usize].to_vec(), wanted);
    }
}

/// The least sum by trying everything.
fn least(rows: usize, columns: usize, costs: &[i32], row: usize, taken: u32) -> i32 {
    if row == rows {
        return 0;
    }
    let free = (0..columns).filter(|column| taken & (1 << column) == 0);
    let sums = free.map(|column| {
        costs[row * columns + column] + least(rows, columns, costs, row + 1, taken | 1 << column)
    });
    sums.min().unwrap_or(0)
}

#[test]
fn pairs_are_as_cheap_as_by_trying_everything() {
    let mut luck = luck("pairs", 0);
    for _ in 0..500 {
        let rows = 1 + below(&mut luck, 5) as usize;
        let columns = rows + below(&mut luck, 3) as usize;
        let costs: Vec<i32> = (0..rows * columns)
            .map(|_| below(&mut luck, 30) as i32 - 10)
            .collect();
        let found = matching(rows, columns, &costs);
        let sum: i32 = (0..rows)
            .map(|row| costs[row * columns + found[row] as usize])
            .sum();
        let mut distinct = found.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), rows);
        assert_eq!(sum, least(rows, columns, &costs, 0, 0));
    }
}

/// Robots, each with a task of its own after the other.
struct Yard<const D: usize> {
    team: Team<D>,
    robots: Vec<Robot>,
    tasks: Vec<Task>,
    luck: Stream,
    served: Vec<u32>,
    goals: Vec<Vec<u32>>,
}

impl<const D: usize> Yard<D> {
    fn new(map: Map, states: &[u32], mut luck: Stream) -> Self {
        let guide = match below(&mut luck, 2) {
            0 => Guide::plain(&map),
            _ => Guide::alternating(&map, 12),
        };
        let (map, many) = (Arc::new(map), states.len());
        let ways = Ways::of(&map, states.len());
        let mut team = Team::new(Arc::clone(&map), Arc::new(guide), many, ways, 1 << 20);
        // Some goals go without a table: estimates must do no harm.
        for goal in 0..map.cells() {
            if below(&mut luck, 4) > 0 {
                let filled = Arc::new(team.filled(goal));
                team.put(goal, filled);
            }
        }
        let robots = (0..).zip(states).map(|(task, state)| Robot {
            state: *state,
            task,
        });
        let task = |id| Task {
            id,
            errands: vec![0, 0],
            done: 0,
        };
        let mut yard = Yard {
            robots: robots.collect(),
            tasks: (0..many as u32).map(task).collect(),
            team,
            luck,
            served: vec![0; many],
            goals: Vec::new(),
        };
        for robot in 0..many {
            yard.next(robot);
        }
        yard
    }

    fn next(&mut self, robot: usize) {
        let own = self.goals.get(robot).filter(|own| !own.is_empty()).cloned();
        let cells = self.team.map().cells();
        let errands =
            own.unwrap_or_else(|| vec![below(&mut self.luck, cells), below(&mut self.luck, cells)]);
        self.tasks[robot] = Task {
            id: robot as u32,
            errands,
            done: 0,
        };
    }

    /// One step, judged.
    fn step(&mut self, rounds: u32) {
        self.team.missing(&self.robots, &self.tasks);
        let mut search = self.team.begin(&self.robots, &self.tasks);
        let before = search.total();
        self.team.improve(&mut search, rounds, &mut self.luck);
        assert!(search.total() >= before, "refinement never loses");
        let actions = self.team.commit(&search);
        let map = Arc::clone(self.team.map());
        let after: Vec<u32> = self
            .robots
            .iter()
            .zip(&actions)
            .map(|(robot, action)| moved(&map, robot.state, *action).expect("no wall is driven at"))
            .collect();
        for (one, to) in after.iter().enumerate() {
            for (other, its) in after.iter().enumerate().skip(one + 1) {
                assert_ne!(to / 4, its / 4, "{one} and {other} on one cell");
                let swap =
                    to / 4 == self.robots[other].state / 4 && its / 4 == self.robots[one].state / 4;
                assert!(!swap, "{one} and {other} change places");
            }
        }
        for (robot, state) in after.into_iter().enumerate() {
            self.robots[robot].state = state;
            if self.tasks[robot].next() == state / 4 {
                self.tasks[robot].done += 1;
                self.served[robot] += 1;
                if self.tasks[robot].next() == NONE {
                    self.next(robot);
                }
            }
        }
    }
}

/// So many robots on different cells.
fn crowd(map: &Map, many: u32, luck: &mut Stream) -> Vec<u32> {
    let mut cells: Vec<u32> = (0..map.cells()).collect();
    (0..many)
        .map(|_| {
            let at = below(luck, cells.len() as u32);
            4 * cells.swap_remove(at as usize) + below(luck, 4)
        })
        .collect()
}

#[test]
fn nobody_collides_on_maps_by_luck_however_full() {
    for n in 0..150 {
        let mut luck = luck("yards", n);
        let map = by_luck(&mut luck);
        if map.cells() == 0 {
            continue;
        }
        let many = 1 + below(&mut luck, map.cells());
        let states = crowd(&map, many, &mut luck);
        let mut yard = Yard::<4>::new(map, &states, luck);
        for _ in 0..40 {
            yard.step(n % 3 * 20);
        }
    }
}

#[test]
fn nobody_collides_in_corridors_and_full_rings() {
    let corridor = [".......", "@@@.@@@"];
    let ring = ["....", ".@@.", "...."];
    let eight = [".....", ".@.@.", "....."];
    for (rows, many) in [
        (&corridor[..], 2),
        (&corridor[..], 5),
        (&ring[..], 10),
        (&eight[..], 13),
    ] {
        for n in 0..6 {
            let map = drawn(rows);
            let mut luck = luck("rings", n);
            let states = crowd(&map, many, &mut luck);
            let mut yard = Yard::<4>::new(map, &states, luck);
            for _ in 0..100 {
                yard.step(30);
            }
        }
    }
}

#[test]
fn a_full_ring_turns_where_all_want_that() {
    // Cells row by row: 0 1 2 / 3 4 / 5 6 7, clockwise round the hole.
    let around = [0, 1, 2, 4, 7, 6, 5, 3];
    let heading = [0, 0, 1, 1, 2, 2, 3, 3];
    let states: Vec<u32> = (0..8).map(|at| 4 * around[at] + heading[at]).collect();
    let mut yard = Yard::<4>::new(drawn(&["...", ".@.", "..."]), &states, luck("turn", 0));
    yard.goals = (0..8)
        .map(|at| (1..=8).map(|hop| around[(at + hop) % 8]).collect())
        .collect();
    for robot in 0..8 {
        yard.next(robot);
    }
    for _ in 0..60 {
        yard.step(20);
    }
    assert!(
        yard.served.iter().all(|served| *served >= 8),
        "{:?}",
        yard.served
    );
}

#[test]
fn one_who_waits_before_a_dead_end_lets_the_other_out() {
    // Cell 0 is a dead end above an open floor; who stands in it wants out, who stands before it wants in.
    let map = drawn(&["@@.@@", ".....", "....."]);
    let mut yard = Yard::<4>::new(map, &[1, 4 * 3 + 3], luck("dead end", 0));
    yard.goals = vec![vec![10, 0], vec![0, 6]];
    yard.next(0);
    yard.next(1);
    for _ in 0..400 {
        yard.step(50);
    }
    assert!(
        yard.served.iter().all(|served| *served >= 10),
        "{:?}",
        yard.served
    );
}

#[test]
fn in_slices_as_in_one_and_the_same_again() {
    let map = drawn(&["......", "..@...", "......", ".@..@.", "......"]);
    let states = crowd(&map, 14, &mut luck("slices", 1));
    let run = |slices: &[u32]| {
        let mut yard = Yard::<5>::new(map.clone(), &states, luck("slices", 2));
        let mut all = Vec::new();
        for _ in 0..30 {
            yard.team.missing(&yard.robots, &yard.tasks);
            let mut search = yard.team.begin(&yard.robots, &yard.tasks);
            for rounds in slices {
                yard.team.improve(&mut search, *rounds, &mut yard.luck);
            }
            all.push((search.total(), search.operations()));
            let actions = yard.team.commit(&search);
            for (robot, action) in yard.robots.iter_mut().zip(actions) {
                robot.state = moved(&map, robot.state, action).expect("a way");
            }
        }
        all
    };
    assert_eq!(run(&[60]), run(&[1, 9, 20, 30]));
    assert_ne!(run(&[60]), run(&[0]));
}

#[test]
fn opened_tasks_stay_others_go_to_who_is_near() {
    let map = Arc::new(drawn(&["........"]));
    let guide = Arc::new(Guide::plain(&map));
    let team = Team::<4>::new(Arc::clone(&map), guide, 3, Ways::of(&map, 3), 1 << 20);
    let task = |id, first, done| Task {
        id,
        errands: vec![first, 3],
        done,
    };
    let robot = |cell: u32, task| Robot {
        state: 4 * cell,
        task,
    };
    // Robot 0 has opened the task that is nearer to robot 1; robots 1 and 2 hold each other's.
    let tasks = [task(5, 1, 1), task(6, 7, 0), task(8, 2, 0)];
    let robots = [robot(0, 0), robot(1, 1), robot(6, 2)];
    assert_eq!(team.schedule(&robots, &tasks), [0, 2, 1]);
    // Who has nothing takes what is left, and nobody shares.
    let robots = [robot(0, 0), robot(1, NONE), robot(6, NONE)];
    assert_eq!(team.schedule(&robots, &tasks), [0, 2, 1]);
    assert_eq!(team.schedule(&robots, &tasks[..2]), [0, NONE, 1]);
}
