//! The rules of the League of Robot Runners 2024: what a step does, which tasks are revealed, who may do which.
//!
//! As in Start-Kit v2.1.2: a step that is not allowed for one robot is a wait for all; a schedule that is not
//! allowed changes nothing. After each step the schedule counts first, then errands at the new places are done (one a
//! robot and step), then tasks are revealed. Robots with tasks of their own, turn by turn, are the rules of 2023.

use fenhe_planner::grid::{Action, Map, NONE, Robot, State, Task};

/// Which tasks are revealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reveal {
    /// So many at one time, for anyone.
    Pool(usize),
    /// One a robot: robot 3 of 10 does tasks 3, 13, 23 ...
    Turns,
}

/// Why something was not allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Breach {
    /// In the words of the Start-Kit.
    pub what: &'static str,
    /// Number of the task, or -1.
    pub task: i64,
    /// The robot.
    pub robot: i64,
    /// The other robot, or -1.
    pub other: i64,
    /// The step at whose end it would have been.
    pub step: u32,
}

/// An errand done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done {
    /// The step at whose end it was.
    pub step: u32,
    /// The robot.
    pub robot: u32,
    /// Number of the task.
    pub task: u32,
    /// Errands of it that are done now.
    pub errands: u32,
}

/// What happened, as it is written.
#[derive(Clone, Default, Debug)]
pub struct Log {
    /// Actions that robots were told, one letter each.
    pub told: Vec<Vec<u8>>,
    /// Actions that they did.
    pub did: Vec<Vec<u8>>,
    /// Changes of each robot's task as asked for: at the end of which step, to which task or -1.
    pub asked: Vec<Vec<(u32, i64)>>,
    /// The same as it was.
    pub had: Vec<Vec<(u32, i64)>>,
    /// Errands done.
    pub done: Vec<Done>,
    /// Each task: at the end of which step it was revealed, or [`NONE`].
    pub revealed: Vec<u32>,
    /// Steps that were not allowed.
    pub moves: Vec<Breach>,
    /// Schedules that were not allowed.
    pub schedules: Vec<Breach>,
    /// Steps in which each robot had a task.
    pub busy: Vec<u32>,
}

/// Robots and tasks between two steps.
pub struct Hall {
    map: std::sync::Arc<Map>,
    /// Errands of each task of the file; tasks repeat when they are used up.
    file: Vec<Vec<u32>>,
    reveal: Reveal,
    robots: Vec<Robot>,
    tasks: Vec<Task>,
    next: Vec<u32>,
    step: u32,
    finished: u32,
    /// What happened.
    pub log: Log,
}

fn letter(action: Action) -> u8 {
    match action {
        Action::Forward => b'F',
        Action::Clockwise => b'R',
        Action::Counter => b'C',
        Action::Wait => b'W',
    }
}

impl Hall {
    /// Before the first step; `file` has the cells of each task's errands.
    pub fn new(
        map: std::sync::Arc<Map>,
        starts: &[State],
        file: Vec<Vec<u32>>,
        reveal: Reveal,
    ) -> Hall {
        let many = starts.len();
        let robots = starts.iter().map(|state| Robot {
            state: *state,
            task: NONE,
        });
        let empty = || vec![Vec::new(); many];
        let mut hall = Hall {
            map,
            file,
            reveal,
            robots: robots.collect(),
            tasks: Vec::new(),
            next: match reveal {
                Reveal::Pool(_) => vec![0],
                Reveal::Turns => (0..many as u32).collect(),
            },
            step: 0,
            finished: 0,
            log: Log {
                told: vec![Vec::new(); many],
                did: vec![Vec::new(); many],
                asked: empty(),
                had: empty(),
                busy: vec![0; many],
                ..Log::default()
            },
        };
        hall.reveal();
        hall
    }

    /// Robots, with the task of each by index.
    pub fn robots(&self) -> &[Robot] {
        &self.robots
    }

    /// Tasks that are revealed and not finished, in the order of their numbers.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Whether tasks may change hands.
    pub fn is_open(&self) -> bool {
        matches!(self.reveal, Reveal::Pool(_))
    }

    /// Steps that are done.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// Tasks that are finished.
    pub fn finished(&self) -> u32 {
        self.finished
    }

    fn errands(&self, id: u32) -> Vec<u32> {
        self.file[id as usize % self.file.len()].clone()
    }

    fn reveal(&mut self) {
        if let Reveal::Pool(most) = self.reveal {
            while self.tasks.len() < most && !self.file.is_empty() {
                let id = self.next[0];
                self.next[0] += 1;
                let errands = self.errands(id);
                self.tasks.push(Task {
                    id,
                    errands,
                    done: 0,
                });
                self.log.revealed.push(self.step);
            }
            return;
        }
        let many = self.robots.len() as u32;
        for robot in 0..self.robots.len() {
            if self.robots[robot].task != NONE || self.file.is_empty() {
                continue;
            }
            let id = self.next[robot];
            self.next[robot] += many;
            let errands = self.errands(id);
            let at = self.tasks.partition_point(|task| task.id < id);
            self.tasks.insert(
                at,
                Task {
                    id,
                    errands,
                    done: 0,
                },
            );
            for other in &mut self.robots {
                other.task += u32::from(other.task != NONE && other.task >= at as u32);
            }
            self.robots[robot].task = at as u32;
            let place = id as usize;
            if self.log.revealed.len() <= place {
                self.log.revealed.resize(place + 1, NONE);
            }
            self.log.revealed[place] = self.step;
            // Held from the next step on, as a schedule that is asked for in it.
            self.log.had[robot].push((self.step + 1, i64::from(id)));
            self.log.asked[robot].push((self.step + 1, i64::from(id)));
        }
    }

    /// One step: an action and a task, by index, or [`NONE`], of each robot.
    pub fn advance(&mut self, actions: &[Action], schedule: &[u32]) {
        for (robot, action) in actions.iter().enumerate() {
            self.log.told[robot].push(letter(*action));
            self.log.busy[robot] += u32::from(schedule[robot] != NONE);
        }
        self.step += 1;
        let states = self.moved(actions);
        for (robot, action) in actions.iter().enumerate() {
            let did = if states.is_some() {
                *action
            } else {
                Action::Wait
            };
            self.log.did[robot].push(letter(did));
        }
        for (robot, state) in self.robots.iter_mut().zip(states.unwrap_or_default()) {
            robot.state = state;
        }
        if matches!(self.reveal, Reveal::Pool(_)) {
            self.scheduled(schedule);
        }
        self.errand();
        self.reveal();
    }

    /// Where all are after these actions, if they are allowed.
    fn moved(&mut self, actions: &[Action]) -> Option<Vec<State>> {
        let cells = self.map.cells() as usize;
        let (mut now, mut before) = (vec![NONE; cells], vec![NONE; cells]);
        for (robot, at) in (0..).zip(&self.robots) {
            before[(at.state / 4) as usize] = robot;
        }
        let mut states = Vec::with_capacity(actions.len());
        let mut breach = None;
        for (robot, (at, action)) in (0_u32..).zip(self.robots.iter().zip(actions)) {
            let told = |what, other: u32| Breach {
                what,
                task: -1,
                robot: i64::from(robot),
                other: if other == NONE { -1 } else { i64::from(other) },
                step: self.step,
            };
            let Some(state) = self.map.after(at.state, *action) else {
                breach = Some(told("unallowed move", NONE));
                break;
            };
            let other = now[(state / 4) as usize];
            if other != NONE {
                breach = Some(told("vertex conflict", other));
                break;
            }
            now[(state / 4) as usize] = robot;
            let there = before[(state / 4) as usize];
            let swapped = there != robot && there != NONE && now[(at.state / 4) as usize] == there;
            if swapped {
                breach = Some(told("edge conflict", there));
                break;
            }
            states.push(state);
        }
        match breach {
            Some(breach) => {
                self.log.moves.push(breach);
                None
            }
            None => Some(states),
        }
    }

    fn scheduled(&mut self, schedule: &[u32]) {
        let id = |tasks: &[Task], task: u32| match task {
            NONE => -1,
            task => i64::from(tasks[task as usize].id),
        };
        for (robot, task) in schedule.iter().enumerate() {
            let asked = &mut self.log.asked[robot];
            let to = id(&self.tasks, *task);
            if asked.last().is_none_or(|last| last.1 != to) {
                asked.push((self.step, to));
            }
        }
        if let Some(breach) = self.breach(schedule) {
            self.log.schedules.push(breach);
            return;
        }
        for (number, task) in schedule.iter().enumerate() {
            self.robots[number].task = *task;
            let to = id(&self.tasks, *task);
            let had = &mut self.log.had[number];
            if had.last().is_none_or(|last| last.1 != to) {
                had.push((self.step, to));
            }
        }
    }

    /// The first reason why a schedule is not allowed.
    fn breach(&self, schedule: &[u32]) -> Option<Breach> {
        let mut by = vec![NONE; self.tasks.len()];
        for (number, (robot, task)) in (0..).zip(self.robots.iter().zip(schedule)) {
            let told = |what, task: i64, other: i64| Breach {
                what,
                task,
                robot: i64::from(number),
                other,
                step: self.step,
            };
            if *task != NONE && by[*task as usize] != NONE {
                let (task, other) = (self.tasks[*task as usize].id, by[*task as usize]);
                let what = "task is already assigned by the second agent at the same time";
                return Some(told(what, i64::from(task), i64::from(other)));
            }
            let opened = robot.task != NONE && self.tasks[robot.task as usize].done > 0;
            if opened && robot.task != *task {
                let asked = match *task {
                    NONE => -1,
                    task => i64::from(self.tasks[task as usize].id),
                };
                let what = "task is already opened by the second agent";
                return Some(told(what, asked, i64::from(number)));
            }
            if *task != NONE {
                by[*task as usize] = number;
            }
        }
        None
    }

    /// Errands at the places where robots are now.
    fn errand(&mut self) {
        let mut gone = vec![false; self.tasks.len()];
        for number in 0..self.robots.len() {
            let robot = &mut self.robots[number];
            if robot.task == NONE || self.tasks[robot.task as usize].next() != robot.state / 4 {
                continue;
            }
            let task = &mut self.tasks[robot.task as usize];
            task.done += 1;
            self.log.done.push(Done {
                step: self.step,
                robot: number as u32,
                task: task.id,
                errands: task.done,
            });
            if task.done as usize == task.errands.len() {
                gone[robot.task as usize] = true;
                robot.task = NONE;
                self.finished += 1;
            }
        }
        if !gone.contains(&true) {
            return;
        }
        let mut left = 0;
        let place = gone.iter().map(|gone| {
            left += u32::from(!gone);
            left.wrapping_sub(1)
        });
        let place: Vec<u32> = place.collect();
        for robot in self.robots.iter_mut().filter(|robot| robot.task != NONE) {
            robot.task = place[robot.task as usize];
        }
        let mut at = 0;
        self.tasks.retain(|_| {
            at += 1;
            !gone[at - 1]
        });
    }
}
