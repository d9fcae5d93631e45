//! A team of robots, step by step: tasks are assigned, operations searched, first actions done.

use super::assign::{Free, Open, Taste, assign};
use super::choices::{Aim, Choices, URGENT, YIELDS, cost};
use super::distance::{Distances, Table, table};
use super::guide::Guide;
use super::map::{Action, Cell, Map, NONE, State};
use super::operations::Operations;
use super::search::Search;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::{Purpose, Seed, Stream};

/// A task that is revealed and not finished.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// Its number, which stays.
    pub id: u32,
    /// Cells of all its errands, in order.
    pub errands: Vec<Cell>,
    /// So many of them are done; from the first one on the task belongs to its robot.
    pub done: u32,
}

impl Task {
    /// The errand that is next.
    pub fn next(&self) -> Cell {
        self.errands
            .get(self.done as usize)
            .copied()
            .unwrap_or(NONE)
    }
}

/// A robot at the beginning of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Robot {
    /// Cell and heading.
    pub state: State,
    /// Index of its task among those given with it, or [`NONE`].
    pub task: u32,
}

/// How a team goes about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ways {
    /// What a pair of robot and task pays.
    pub taste: Taste,
    /// Robots that are pushed within one chain at most, where plans begin.
    pub links: u32,
    /// The same where they are refined.
    pub short: u32,
    /// Steps without coming nearer that a robot bears.
    pub patience: u32,
    /// Steps until luck says anew whom the others make room for.
    pub turn: u32,
    /// How much more those count that are nearer to the end of their tasks: the power of their rank.
    pub power: u32,
}

impl Ways {
    /// For so many robots on a map; measured on random maps of a thousand cells.
    pub fn of(map: &Map, robots: usize) -> Ways {
        let taste = Taste {
            approach: 3,
            rest: 1,
            stay: 0,
            turn: 0,
        };
        let thin = Ways {
            taste,
            links: 400,
            short: 1000,
            patience: 300,
            turn: 8,
            power: 0,
        };
        match Crowd::of(map, robots) {
            Crowd::Thin => thin,
            Crowd::Half => Ways {
                short: 3000,
                power: 2,
                ..thin
            },
            Crowd::Packed => Ways {
                taste: Taste {
                    approach: 2,
                    ..taste
                },
                links: 5000,
                short: 3000,
                power: 4,
                ..thin
            },
        }
    }
}

/// How full a map is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Crowd {
    /// Less than three cells of ten have a robot: all robots count alike.
    Thin,
    /// Some that end their tasks soon free others.
    Half,
    /// More than seven of ten: only long chains of pushes move anything.
    Packed,
}

impl Crowd {
    /// Of so many robots on a map.
    pub fn of(map: &Map, robots: usize) -> Crowd {
        match 10 * robots as u64 / u64::from(map.cells().max(1)) {
            ..3 => Crowd::Thin,
            3..7 => Crowd::Half,
            _ => Crowd::Packed,
        }
    }

    /// What a step against the stream of its row or column costs, with [`super::STEP`] for one with it: lanes are
    /// worth a longer way where it is full.
    pub fn against(self) -> u8 {
        match self {
            Crowd::Thin => 8,
            Crowd::Half => 12,
            Crowd::Packed => 20,
        }
    }
}

/// Plans for a team, with operations of `D` actions.
#[derive(Clone, Debug)]
pub struct Team<const D: usize> {
    map: Arc<Map>,
    guide: Arc<Guide>,
    distances: Distances,
    pool: Arc<Operations<D>>,
    ways: Ways,
    /// Operation of each robot that goes on from the step before.
    held: Vec<u16>,
    /// How far each robot came.
    ways_to: Vec<Progress>,
    step: u64,
    luck: Stream,
}

/// How near a robot came to its goal, and how long ago.
#[derive(Clone, Copy, Debug)]
struct Progress {
    goal: Cell,
    least: u32,
    stuck: u32,
}

impl<const D: usize> Team<D> {
    /// A team of so many robots; its tables of distances take `bytes` at most.
    pub fn new(map: Arc<Map>, guide: Arc<Guide>, robots: usize, ways: Ways, bytes: usize) -> Self {
        let pool = Operations::every();
        Team {
            distances: Distances::new(&map, bytes),
            held: vec![pool.wait(); robots],
            ways_to: vec![
                Progress {
                    goal: NONE,
                    least: 0,
                    stuck: 0
                };
                robots
            ],
            step: 0,
            luck: Seed(0).stream("grid", Purpose::Mix),
            pool: Arc::new(pool),
            map,
            guide,
            ways,
        }
    }

    /// The map.
    pub fn map(&self) -> &Arc<Map> {
        &self.map
    }

    /// A goal's table, filled now; any thread may do that.
    pub fn filled(&self, goal: Cell) -> Table {
        table(&self.map, &self.guide, goal)
    }

    /// Keeps a table.
    pub fn put(&mut self, goal: Cell, table: Arc<Table>) {
        self.distances.put(goal, table);
    }

    /// A step begins: goals whose tables are wanted and not there, the most urgent first. Who does not fill them all
    /// gets estimates for the others.
    pub fn missing(&mut self, robots: &[Robot], tasks: &[Task]) -> Vec<Cell> {
        self.distances.tick();
        let mut wanted = Vec::new();
        let mut room = self.distances.most();
        let mut ask = |goal: Cell, distances: &mut Distances| {
            if goal != NONE && room > 0 {
                room -= 1;
                if !distances.ask(goal) {
                    wanted.push(goal);
                }
            }
        };
        let held = robots.iter().filter(|robot| robot.task != NONE);
        let held: Vec<&Task> = held.map(|robot| &tasks[robot.task as usize]).collect();
        for task in &held {
            ask(task.next(), &mut self.distances);
        }
        for errand in held
            .iter()
            .flat_map(|task| task.errands.iter().skip(task.done as usize + 1))
        {
            ask(*errand, &mut self.distances);
        }
        for errand in tasks
            .iter()
            .filter(|task| task.done == 0)
            .flat_map(|task| &task.errands)
        {
            ask(*errand, &mut self.distances);
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// What the errands behind the next one cost.
    fn rest(&self, task: &Task) -> u32 {
        let errands = task.errands.get(task.done as usize..).unwrap_or(&[]);
        let hop = |pair: &[Cell]| match self.distances.get(pair[1]) {
            Some(table) => table.least(pair[0]),
            None => cost(&self.map, &self.distances, 4 * pair[0], pair[1]),
        };
        errands.windows(2).map(hop).sum()
    }

    /// Index of the task of each robot from this step on, or [`NONE`]. Opened tasks stay where they are.
    pub fn schedule(&self, robots: &[Robot], tasks: &[Task]) -> Vec<u32> {
        let mut of = vec![NONE; robots.len()];
        let (mut free, mut who) = (Vec::new(), Vec::new());
        let open: Vec<u32> = (0..)
            .zip(tasks)
            .filter(|(_, task)| task.done == 0)
            .map(|(at, _)| at)
            .collect();
        let mut place = vec![NONE; tasks.len()];
        for (at, task) in (0..).zip(&open) {
            place[*task as usize] = at;
        }
        for (number, robot) in robots.iter().enumerate() {
            if robot.task != NONE && tasks[robot.task as usize].done > 0 {
                of[number] = robot.task;
            } else {
                let has = if robot.task == NONE {
                    NONE
                } else {
                    place[robot.task as usize]
                };
                free.push(Free {
                    state: robot.state,
                    has,
                });
                who.push(number);
            }
        }
        let opens = open.iter().map(|task| &tasks[*task as usize]);
        let opens: Vec<Open> = opens
            .map(|task| Open {
                first: task.next(),
                rest: self.rest(task),
            })
            .collect();
        let taste = Taste {
            turn: self.step as u32,
            ..self.ways.taste
        };
        let pairs = assign(&self.map, &self.distances, taste, &free, &opens);
        let pairs = who.into_iter().zip(pairs).filter(|(_, task)| *task != NONE);
        for (number, task) in pairs {
            of[number] = open[task as usize];
        }
        of
    }

    /// Searches operations: EPIBT from what is left of the operations before.
    pub fn begin(&mut self, robots: &[Robot], tasks: &[Task]) -> Search<D> {
        self.step += 1;
        let mut aims: Vec<Aim> = robots.iter().map(|robot| self.aim(robot, tasks)).collect();
        for (robot, aim) in aims.iter_mut().enumerate() {
            self.hurry(robot, aim);
        }
        let choices = Choices::new(
            &self.map,
            &self.distances,
            &self.pool,
            (&aims, self.ways.power),
        );
        let mut search = Search::new(Arc::new(choices), &self.held);
        search.settle(self.ways.links);
        search
    }

    /// More of it, for as long as the caller likes.
    pub fn improve(&self, search: &mut Search<D>, rounds: u32, luck: &mut Stream) {
        search.improve(rounds, self.ways.short, luck);
    }

    /// Who comes no nearer is most urgent for some steps and least for others, by luck, so that of two who wait for
    /// each other one gives way.
    fn hurry(&mut self, robot: usize, aim: &mut Aim) {
        if aim.goal == NONE {
            return;
        }
        let left = cost(&self.map, &self.distances, aim.state, aim.goal);
        let way = &mut self.ways_to[robot];
        if way.goal != aim.goal || left < way.least {
            *way = Progress {
                goal: aim.goal,
                least: left,
                stuck: 0,
            };
        }
        way.stuck += 1;
        if way.stuck > self.ways.patience {
            let turn = self.step / u64::from(self.ways.turn);
            let luck = self.luck.bits_for((robot as u64) << 32 | turn);
            aim.urgency = match luck % 2 {
                0 => (luck >> 48) as u32 % URGENT,
                _ => aim.urgency.saturating_add(YIELDS),
            };
        }
    }

    fn aim(&self, robot: &Robot, tasks: &[Task]) -> Aim {
        let idle = Aim {
            state: robot.state,
            goal: NONE,
            then: NONE,
            urgency: 0,
        };
        if robot.task == NONE {
            return idle;
        }
        let task = &tasks[robot.task as usize];
        let then = task.errands.get(task.done as usize + 1).copied();
        let left = cost(&self.map, &self.distances, robot.state, task.next());
        Aim {
            goal: task.next(),
            then: then.unwrap_or(NONE),
            urgency: (left + self.rest(task)).clamp(URGENT, YIELDS - 1),
            ..idle
        }
    }

    /// The first action of each robot; the rest of its operation is where the next step begins.
    pub fn commit(&mut self, search: &Search<D>) -> Vec<Action> {
        let operations = search.operations();
        let rest = operations
            .iter()
            .map(|operation| self.pool.rest[*operation as usize]);
        self.held = rest.collect();
        let first = operations
            .iter()
            .map(|operation| self.pool.all[*operation as usize][0]);
        first.collect()
    }

    /// Robots did something else than what was committed: nobody holds an operation.
    pub fn forget(&mut self) {
        self.held.fill(self.pool.wait());
    }
}
