//! A core beside a world, with the processor time of each decision.

use cpu_time::ThreadTime;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_study::Statistics;
use fenhe_world::World;
use std::sync::Arc;

/// Both, what they record and how long decisions took [ns].
pub struct Timed {
    pub world: World,
    pub core: Controller,
    pub sink: Statistics,
    pub spans: Vec<u64>,
}

impl Timed {
    /// At the empty plant.
    pub fn begin(plant: Plant, seed: Seed) -> Timed {
        let plant = Arc::new(plant);
        let mut sink = Statistics::new(&plant);
        Timed {
            world: World::begin(plant.clone(), seed, &mut sink),
            core: Controller::new(plant),
            sink,
            spans: Vec::new(),
        }
    }

    /// Goes on until then.
    pub fn run(&mut self, until: Time) {
        let (mut reports, mut out) = (Vec::new(), Commands::default());
        loop {
            let deadline = self.core.deadline().map_or(Time::NEVER, |(at, _)| at);
            let deadline = deadline.max(self.world.now());
            reports.clear();
            let now = self
                .world
                .advance(deadline.min(until), &mut self.sink, &mut reports);
            if reports.is_empty() {
                if deadline > until {
                    break;
                }
                reports.push(Event::Deadline);
            }
            for event in &reports {
                out.clear();
                let began = ThreadTime::now();
                self.core.handle(now, event, &mut out);
                self.spans.push(began.elapsed().as_nanos() as u64);
                for record in &out.records {
                    self.sink.record(now, *record);
                }
                for command in &out.list {
                    self.world.apply(now, command, &out.edges, &mut self.sink);
                }
            }
        }
    }

    /// That part of decisions took no longer [ms]; sorts them.
    pub fn part(&mut self, permille: usize) -> f64 {
        self.spans.sort_unstable();
        let at = self.spans.len().saturating_sub(1) * permille / 1000;
        self.spans.get(at).copied().unwrap_or(0) as f64 / 1e6
    }
}
