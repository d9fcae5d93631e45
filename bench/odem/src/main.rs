//! odem-rs: each server is an agent that sleeps while its queue is empty, as in the authors' own
//! M/M/1 example, which is the fastest of its styles for queues.

use bench_common::{Answer, BETWEEN, Level, Luck, SERVICE, STATIONS, arguments, report};
use odem_rs::core::ops::waker;
use odem_rs::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::task::Waker;

#[derive(Default, Config)]
#[time(f64)]
struct Tandem {
    jobs: u64,
    seed: u64,
    line: Vec<Queue>,
    answer: RefCell<Answer>,
}

/// Jobs before and in a server, and the server's way to be woken.
struct Queue {
    /// When each job here arrived in the system; the first one is being served.
    jobs: RefCell<VecDeque<f64>>,
    level: Cell<Level>,
    waker: Cell<Option<Waker>>,
}

impl Queue {
    fn enter(&self, now: f64, born: f64) {
        self.jobs.borrow_mut().push_back(born);
        self.step(now, 1.0);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
    fn leave(&self, now: f64) -> Option<f64> {
        let born = self.jobs.borrow_mut().pop_front()?;
        self.step(now, -1.0);
        Some(born)
    }
    fn step(&self, now: f64, step: f64) {
        let mut level = self.level.get();
        level.add(now, step);
        self.level.set(level);
    }
}

/// The server of one station.
struct Server(usize);

impl Behavior<Tandem> for Server {
    type Output = ();

    async fn actions(&self, sim: &Sim<Tandem>) {
        let tandem = sim.global();
        let queue = &tandem.line[self.0];
        let mut luck = Luck::new(tandem.seed, self.0);
        for _ in 0..tandem.jobs {
            if queue.jobs.borrow().is_empty() {
                queue.waker.set(Some(waker().await));
                sleep().await;
            }
            sim.advance(luck.exponential(SERVICE)).await;
            let now = sim.now();
            let Some(born) = queue.leave(now) else {
                continue;
            };
            match tandem.line.get(self.0 + 1) {
                Some(next) => next.enter(now, born),
                None => {
                    let mut answer = tandem.answer.borrow_mut();
                    answer.jobs += 1;
                    answer.time += now - born;
                }
            }
        }
    }
}

#[odem_rs::main(Tandem { jobs, seed, line, answer: RefCell::default() })]
async fn run(sim: &Sim<Tandem>, jobs: u64, seed: u64, line: Vec<Queue>) -> Answer {
    for n in 0..STATIONS {
        sim.spawn(Server(n));
    }
    let tandem = sim.global();
    let mut luck = Luck::new(tandem.seed, STATIONS);
    for _ in 0..tandem.jobs {
        sim.advance(luck.exponential(BETWEEN)).await;
        tandem.line[0].enter(sim.now(), sim.now());
    }
    // The line runs empty: look again until the last job has left.
    while tandem.answer.borrow().jobs < tandem.jobs {
        sim.advance(BETWEEN).await;
    }
    let mut answer = *tandem.answer.borrow();
    answer.area = tandem
        .line
        .iter()
        .map(|queue| queue.level.get().area())
        .sum();
    answer
}

fn main() {
    let (jobs, seed) = arguments();
    let queue = |_| Queue {
        jobs: RefCell::default(),
        level: Cell::default(),
        waker: Cell::default(),
    };
    report(run(jobs, seed, (0..STATIONS).map(queue).collect()));
}
