//! NeXosim on one thread: each station is a model with an input and an output port, the end of a
//! service is an event that the model schedules for itself, as in the authors' assembly examples.

use bench_common::{Answer, BETWEEN, Level, Luck, SERVICE, STATIONS, arguments, report};
use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSinkReader, Output, SinkState, event_slot};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

/// Seconds since the start.
fn seconds(time: MonotonicTime) -> f64 {
    time.as_secs() as f64 + f64::from(time.subsec_nanos()) / 1e9
}

/// An event must lie in the future, by a nanosecond at least.
fn span(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds).max(Duration::from_nanos(1))
}

#[derive(Serialize, Deserialize)]
struct Source {
    output: Output<f64>,
    luck: Luck,
    waiting: u64,
}

#[Model]
impl Source {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.next(cx);
    }
    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.waiting -= 1;
        self.next(cx);
        self.output.send(seconds(cx.time())).await;
    }
    fn next(&mut self, cx: &Context<Self>) {
        if self.waiting > 0 {
            let after = span(self.luck.exponential(BETWEEN));
            let _ = cx.schedule_event(after, schedulable!(Self::arrive), ());
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Station {
    output: Output<f64>,
    /// When each job here arrived in the system; the first one is being served.
    jobs: VecDeque<f64>,
    level: Level,
    luck: Luck,
    /// Told once, when the last job has left here.
    area: Output<f64>,
    waiting: u64,
}

#[Model]
impl Station {
    fn enter(&mut self, born: f64, cx: &Context<Self>) {
        self.jobs.push_back(born);
        self.level.add(seconds(cx.time()), 1.0);
        if self.jobs.len() == 1 {
            self.serve(cx);
        }
    }
    fn serve(&mut self, cx: &Context<Self>) {
        let after = span(self.luck.exponential(SERVICE));
        let _ = cx.schedule_event(after, schedulable!(Self::done), ());
    }
    #[nexosim(schedulable)]
    async fn done(&mut self, _: (), cx: &Context<Self>) {
        let Some(born) = self.jobs.pop_front() else {
            return;
        };
        self.level.add(seconds(cx.time()), -1.0);
        if !self.jobs.is_empty() {
            self.serve(cx);
        }
        self.waiting -= 1;
        if self.waiting == 0 {
            self.area.send(self.level.area()).await;
        }
        self.output.send(born).await;
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Exit {
    jobs: u64,
    time: f64,
    area: f64,
    waiting: u64,
    result: Output<(u64, f64, f64)>,
}

#[Model]
impl Exit {
    fn area(&mut self, area: f64) {
        self.area += area;
    }
    async fn leave(&mut self, born: f64, cx: &Context<Self>) {
        let now = seconds(cx.time());
        self.jobs += 1;
        self.time += now - born;
        if self.jobs == self.waiting {
            self.result.send((self.jobs, self.time, self.area)).await;
        }
    }
}

fn main() -> Result<(), SimulationError> {
    let (jobs, seed) = arguments();
    let mut exit = Exit {
        waiting: jobs,
        ..Exit::default()
    };
    let (sink, mut result) = event_slot(SinkState::Enabled);
    exit.result.connect_sink(sink);
    let exit_box = Mailbox::new();

    let boxes: Vec<Mailbox<Station>> = (0..STATIONS).map(|_| Mailbox::new()).collect();
    let mut bench = SimInit::with_num_threads(1);
    let mut source = Source {
        output: Output::default(),
        luck: Luck::new(seed, STATIONS),
        waiting: jobs,
    };
    source.output.connect(Station::enter, &boxes[0]);
    let mut stations = Vec::new();
    for n in 0..STATIONS {
        let mut station = Station {
            output: Output::default(),
            jobs: VecDeque::new(),
            level: Level::default(),
            luck: Luck::new(seed, n),
            area: Output::default(),
            waiting: jobs,
        };
        match boxes.get(n + 1) {
            Some(next) => station.output.connect(Station::enter, next),
            None => station.output.connect(Exit::leave, &exit_box),
        };
        station.area.connect(Exit::area, &exit_box);
        stations.push(station);
    }
    for (n, (station, mailbox)) in stations.into_iter().zip(boxes).enumerate() {
        bench = bench.add_model(station, mailbox, &format!("station {n}"));
    }
    bench = bench.add_model(source, Mailbox::new(), "source");
    bench = bench.add_model(exit, exit_box, "exit");
    let mut simulation = bench.init(MonotonicTime::EPOCH)?;
    simulation.run()?;
    let (jobs, time, area) = result.try_read().unwrap_or_default();
    report(Answer { jobs, time, area });
    Ok(())
}
