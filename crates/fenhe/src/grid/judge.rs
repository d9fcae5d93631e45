//! A judge of runs in the format of Start-Kit v2.1.2: it replays the actions on rows and columns of its own and counts for itself.
//! It shares the reading of instances with the simulator, and nothing else.

use super::hall::Reveal;
use super::instance::Instance;
use crate::faults::Fault;
use serde_json::Value;

/// What a run that holds is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Tasks finished.
    pub tasks: usize,
    /// Errands done.
    pub errands: usize,
    /// Steps.
    pub steps: usize,
    /// Robots.
    pub robots: usize,
}

/// So many faults are told.
const TOLD: usize = 20;

/// A task as the run tells it.
struct Told {
    revealed: u64,
    places: Vec<(i64, i64)>,
    done: usize,
    /// Who opened it.
    by: Option<usize>,
}

struct Judge<'a> {
    instance: &'a Instance,
    run: &'a Value,
    faults: Vec<Fault>,
    /// Row, column, heading of each robot.
    at: Vec<(i64, i64, usize)>,
    /// By number; none where the run reveals no such task.
    tasks: Vec<Option<Told>>,
    /// Task of each robot.
    has: Vec<Option<usize>>,
    /// What the run says about errands, not yet matched: step, robot, task, errands.
    events: Vec<[i64; 4]>,
    open: usize,
    shown: usize,
    finished: usize,
    errands: usize,
}

/// Judges a run.
pub fn judge(instance: &Instance, run: &Value) -> Result<Verdict, Vec<Fault>> {
    let mut judge = Judge::new(instance, run);
    let paths = judge.paths();
    let changes = judge.changes();
    judge.start();
    judge.told();
    if !judge.faults.is_empty() {
        return Err(judge.faults);
    }
    judge.revealed(0);
    let steps = paths.first().map_or(0, Vec::len);
    let mut next = vec![0; paths.len()];
    for step in 1..=steps {
        judge.moved(step, &paths);
        judge.scheduled(step, &changes, &mut next);
        judge.served(step);
        judge.revealed(step as u64);
        if judge.faults.len() >= TOLD {
            break;
        }
    }
    judge.counted();
    let verdict = Verdict {
        tasks: judge.finished,
        errands: judge.errands,
        steps,
        robots: paths.len(),
    };
    judge.faults.truncate(TOLD);
    match judge.faults.is_empty() {
        true => Ok(verdict),
        false => Err(judge.faults),
    }
}

impl<'a> Judge<'a> {
    fn new(instance: &'a Instance, run: &'a Value) -> Judge<'a> {
        let columns = i64::from(instance.map.columns());
        let at = instance.starts.iter().map(|state| {
            let location = i64::from(instance.map.location(state / 4));
            (location / columns, location % columns, (state % 4) as usize)
        });
        let at: Vec<_> = at.collect();
        Judge {
            has: vec![None; at.len()],
            at,
            instance,
            run,
            faults: Vec::new(),
            tasks: Vec::new(),
            events: Vec::new(),
            open: 0,
            shown: 0,
            finished: 0,
            errands: 0,
        }
    }

    fn wrong(&mut self, key: &str) {
        self.faults.push(Fault::new("run/key", 0).arg("key", key));
    }

    fn strings(&mut self, key: &'static str) -> Vec<&'a str> {
        let list = self.run[key].as_array();
        let texts: Option<Vec<&str>> =
            list.and_then(|list| list.iter().map(Value::as_str).collect());
        match texts {
            Some(texts) if texts.len() == self.at.len() => texts,
            _ => {
                self.wrong(key);
                Vec::new()
            }
        }
    }

    /// Letters of each robot, all equally many.
    fn paths(&mut self) -> Vec<Vec<u8>> {
        let texts = self.strings("actualPaths");
        let mut paths: Vec<Vec<u8>> = Vec::with_capacity(texts.len());
        for (robot, text) in texts.into_iter().enumerate() {
            let words = text.split(',').filter(|word| !word.is_empty());
            let letters: Option<Vec<u8>> = words
                .map(|word| match word {
                    "F" | "R" | "C" | "W" | "T" => Some(word.as_bytes()[0]),
                    _ => None,
                })
                .collect();
            let same = |path: &Vec<u8>| paths.first().is_none_or(|first| first.len() == path.len());
            match letters.filter(same) {
                Some(path) => paths.push(path),
                None => self
                    .faults
                    .push(Fault::new("run/path", 0).arg("robot", robot)),
            }
        }
        paths
    }

    /// Changes of each robot's task, by rising steps.
    fn changes(&mut self) -> Vec<Vec<(usize, i64)>> {
        let texts = self.strings("actualSchedule");
        let mut all = Vec::with_capacity(texts.len());
        for (robot, text) in texts.into_iter().enumerate() {
            let words = text.split(',').filter(|word| !word.is_empty());
            let pairs: Option<Vec<(usize, i64)>> = words
                .map(|word| {
                    let (step, task) = word.split_once(':')?;
                    Some((step.parse().ok()?, task.parse().ok()?))
                })
                .collect();
            match pairs.filter(|pairs| pairs.is_sorted_by_key(|(step, _)| *step)) {
                Some(pairs) => all.push(pairs),
                None => self
                    .faults
                    .push(Fault::new("run/schedule", 0).arg("robot", robot)),
            }
        }
        all
    }

    /// Robots begin where the instance says.
    fn start(&mut self) {
        let Some(starts) = self.run["start"].as_array() else {
            return self.wrong("start");
        };
        if starts.len() != self.at.len() {
            return self.wrong("start");
        }
        for (robot, start) in starts.iter().enumerate() {
            let (row, column, heading) = self.at[robot];
            let letter = ["E", "S", "W", "N"][heading];
            let same = start[0] == row && start[1] == column && start[2] == letter;
            if !same {
                self.faults
                    .push(Fault::new("run/start", 0).arg("robot", robot));
            }
        }
    }

    /// Tasks and events as the run tells them.
    fn told(&mut self) {
        let Some(tasks) = self.run["tasks"].as_array() else {
            return self.wrong("tasks");
        };
        for task in tasks {
            let read = task[0].as_u64().zip(task[1].as_u64()).zip(places(&task[2]));
            let Some(((id, revealed), places)) = read.filter(|((id, _), _)| *id < 1 << 32) else {
                return self.wrong("tasks");
            };
            let id = id as usize;
            if places != self.meant(id) {
                self.faults.push(Fault::new("run/task", 0).arg("task", id));
                return;
            }
            while self.tasks.len() <= id {
                self.tasks.push(None);
            }
            self.tasks[id] = Some(Told {
                revealed,
                places,
                done: 0,
                by: None,
            });
        }
        let events = self.run["events"].as_array();
        let events = events.and_then(|events| events.iter().map(four).collect());
        match events {
            Some(events) => self.events = events,
            None => self.wrong("events"),
        }
    }

    /// Places of a task by the instance.
    fn meant(&self, id: usize) -> Vec<(i64, i64)> {
        let columns = i64::from(self.instance.map.columns());
        let cells = &self.instance.tasks[id % self.instance.tasks.len()];
        let locations = cells
            .iter()
            .map(|cell| i64::from(self.instance.map.location(*cell)));
        locations.map(|at| (at / columns, at % columns)).collect()
    }

    /// Tasks are revealed as the rules say, and at once.
    fn revealed(&mut self, step: u64) {
        match self.instance.reveal {
            Reveal::Pool(most) => {
                while self.open < most {
                    let id = self.shown;
                    let at = self
                        .tasks
                        .get(id)
                        .and_then(Option::as_ref)
                        .map(|task| task.revealed);
                    if at != Some(step) {
                        let fault = Fault::new("run/revealed", 0).arg("task", id);
                        return self.faults.push(fault.arg("step", step));
                    }
                    self.shown += 1;
                    self.open += 1;
                }
            }
            Reveal::Turns => {}
        }
    }

    fn moved(&mut self, step: usize, paths: &[Vec<u8>]) {
        let (rows, columns) = (
            i64::from(self.instance.map.rows()),
            i64::from(self.instance.map.columns()),
        );
        let before = self.at.clone();
        for (robot, path) in paths.iter().enumerate() {
            let (row, column, heading) = before[robot];
            self.at[robot] = match path[step - 1] {
                b'F' => {
                    let (down, right) = [(0, 1), (1, 0), (0, -1), (-1, 0)][heading];
                    (row + down, column + right, heading)
                }
                b'R' => (row, column, (heading + 1) % 4),
                b'C' => (row, column, (heading + 3) % 4),
                _ => before[robot],
            };
            let (row, column, _) = self.at[robot];
            let inside = (0..rows).contains(&row) && (0..columns).contains(&column);
            let free = inside
                && self
                    .instance
                    .map
                    .cell((row * columns + column) as u32)
                    .is_some();
            if !free {
                let fault = Fault::new("run/wall", 0)
                    .arg("robot", robot)
                    .arg("step", step);
                self.faults
                    .push(fault.arg("row", row).arg("column", column));
                self.at[robot] = before[robot];
            }
        }
        self.met(step, &before, (rows * columns) as usize, columns);
    }

    /// No two on one place, no two changing places.
    fn met(&mut self, step: usize, before: &[(i64, i64, usize)], places: usize, columns: i64) {
        let place = |at: (i64, i64, usize)| (at.0 * columns + at.1) as usize;
        let mut was: Vec<Option<usize>> = vec![None; places];
        for (robot, at) in before.iter().enumerate() {
            was[place(*at)] = Some(robot);
        }
        let mut now: Vec<Option<usize>> = vec![None; places];
        for (robot, was_at) in before.iter().enumerate() {
            let (from, to) = (place(*was_at), place(self.at[robot]));
            let tell = |code, other: usize| {
                let fault = Fault::new(code, 0).arg("robot", robot).arg("other", other);
                fault.arg("step", step)
            };
            if let Some(other) = now[to] {
                self.faults.push(tell("run/vertex", other));
            }
            now[to] = Some(robot);
            let there = was[to].filter(|other| *other < robot && from != to);
            if let Some(other) = there.filter(|other| place(self.at[*other]) == from) {
                self.faults.push(tell("run/edge", other));
            }
        }
    }

    /// Changes of tasks that count from this step on.
    fn scheduled(&mut self, step: usize, changes: &[Vec<(usize, i64)>], next: &mut [usize]) {
        let before = self.has.clone();
        let mut changed = Vec::new();
        for (robot, changes) in changes.iter().enumerate() {
            while let Some((at, task)) = changes.get(next[robot]).filter(|(at, _)| *at <= step) {
                if *at == step {
                    self.has[robot] = usize::try_from(*task).ok();
                    changed.push(robot);
                }
                next[robot] += 1;
            }
        }
        for robot in &changed {
            let opened = before[*robot].and_then(|task| self.tasks[task].as_ref());
            if opened.is_some_and(|task| task.by.is_some()) && self.has[*robot] != before[*robot] {
                let fault = Fault::new("run/left", 0)
                    .arg("robot", robot)
                    .arg("step", step);
                self.faults.push(fault);
            }
            let Some(id) = self.has[*robot] else { continue };
            let known = self.tasks.get(id).and_then(Option::as_ref);
            let open = |task: &&Told| {
                task.revealed < step as u64
                    && task.done < task.places.len()
                    && task.by.is_none_or(|by| by == *robot)
            };
            if known.filter(open).is_none() {
                let fault = Fault::new("run/not-open", 0)
                    .arg("robot", robot)
                    .arg("task", id);
                self.faults.push(fault.arg("step", step));
                self.has[*robot] = None;
            }
        }
        if changed.is_empty() {
            return;
        }
        let mut by: Vec<Option<usize>> = vec![None; self.tasks.len()];
        for robot in 0..self.has.len() {
            let Some(task) = self.has[robot] else {
                continue;
            };
            if let Some(other) = by[task] {
                let fault = Fault::new("run/shared", 0)
                    .arg("robot", robot)
                    .arg("other", other);
                self.faults.push(fault.arg("task", task).arg("step", step));
            }
            by[task] = Some(robot);
        }
    }

    /// Errands at the places where robots are now, against the run's events.
    fn served(&mut self, step: usize) {
        let mut found = Vec::new();
        for robot in 0..self.at.len() {
            let (row, column, _) = self.at[robot];
            let Some(id) = self.has[robot] else { continue };
            let Some(task) = self.tasks[id].as_mut() else {
                continue;
            };
            if task.places.get(task.done) != Some(&(row, column)) {
                continue;
            }
            task.done += 1;
            task.by = Some(robot);
            self.errands += 1;
            found.push([step as i64, robot as i64, id as i64, task.done as i64]);
            if task.done == task.places.len() {
                self.has[robot] = None;
                self.finished += 1;
                self.open -= usize::from(self.open > 0);
            }
        }
        let many = self.events.partition_point(|event| event[0] <= step as i64);
        let mut said: Vec<[i64; 4]> = self.events.drain(..many).collect();
        said.sort_unstable();
        found.sort_unstable();
        if said != found {
            let fault = Fault::new("run/events", 0)
                .arg("step", step)
                .arg("said", said.len());
            self.faults.push(fault.arg("found", found.len()));
        }
    }

    fn counted(&mut self) {
        if !self.faults.is_empty() {
            return;
        }
        let said = &self.run["numTaskFinished"];
        if *said != self.finished {
            let fault = Fault::new("run/count", 0).arg("said", said);
            self.faults.push(fault.arg("found", self.finished));
        }
        if !self.events.is_empty() {
            let fault = Fault::new("run/late", 0).arg("count", self.events.len());
            self.faults.push(fault);
        }
    }
}

fn places(value: &Value) -> Option<Vec<(i64, i64)>> {
    let numbers: Option<Vec<i64>> = value.as_array()?.iter().map(Value::as_i64).collect();
    let numbers = numbers.filter(|numbers| numbers.len() % 2 == 0)?;
    Some(
        numbers
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect(),
    )
}

fn four(value: &Value) -> Option<[i64; 4]> {
    let numbers: Option<Vec<i64>> = value.as_array()?.iter().map(Value::as_i64).collect();
    numbers?.try_into().ok()
}
