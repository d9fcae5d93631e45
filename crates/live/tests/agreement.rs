//! Figures of rehearsals on the wall clock beside the simulation's, seed by seed. Long:
//! `cargo x trial agreement`.
//!
//! Fixed before it was measured: the cell workshop from its epoch, empty; 20 plant minutes at 20 plant
//! seconds a second; seeds 1 to 20; broker in the box, every vehicle with a connection of its own,
//! stations behind the gateway. Agreement: the 95 % interval of the mean paired difference lies within the
//! margin of the figure, as a share of the simulation's mean. A message late by 1 ms of the wall is late by
//! 20 ms in such a plant.
//!
//! Messages behind a broker are late by some milliseconds of the wall, each by its own, so the plant both
//! sides run says `delay = { uniform = ["20 ms", "80 ms"] }`; how wide that is hardly matters (1 ms or 180 give
//! the same figures over 60 seeds). Nothing is lost on TCP. The same plant with one fixed delay is printed beside it: where all messages are late by the same,
//! vehicles that set out at one instant stay in the order of their ids, and behind a broker they do not.
//! Against that one the rehearsals missed: hand-overs +0.5 % to +2.7 %, transports +1.9 % to +3.4 %.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_link::tokio::runtime::{Builder, Runtime};
use fenhe_link::{Broker, Config};
use fenhe_live::Engine;
use fenhe_live::log::Log;
use fenhe_live::run::Running;
use fenhe_live::site::Site;
use fenhe_live::stand_in::{Aside, Witness};
use fenhe_plant::Plant;
use fenhe_study::{Scratch, Stat, paired_difference, run};
use fenhe_world::World;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SPEED: u32 = 20;
const HORIZON: Time = Time(20 * 60 * 1_000_000);
/// How late a message is at [`SPEED`].
const DELAY: Dist = Dist::Uniform {
    low: Span(20_000),
    high: Span(80_000),
};
const LEVEL: f64 = 0.95;

/// Figure and margin.
const FIGURES: [(&str, f64); 6] = [
    ("pieces entered", 0.02),
    ("hand-overs", 0.02),
    ("edges driven", 0.02),
    ("transports done", 0.02),
    ("time of a transport [s]", 0.05),
    ("wait for a vehicle [s]", 0.05),
];

/// Counts within the horizon.
#[derive(Default)]
struct Counts {
    entered: u32,
    handed: u32,
    edges: u32,
    transports: u32,
    time: Span,
    wait: Span,
}
impl RecordSink for Counts {
    const PIECES: bool = false;
    fn record(&mut self, now: Time, record: Record) {
        if now > HORIZON {
            return;
        }
        match record {
            Record::Entered { .. } => self.entered += 1,
            Record::Handed { .. } => self.handed += 1,
            Record::Edge { .. } => self.edges += 1,
            Record::Transported {
                wanted, assigned, ..
            } => {
                self.transports += 1;
                self.time += now - wanted;
                self.wait += assigned - wanted;
            }
            _ => {}
        }
    }
}
impl Counts {
    fn figures(&self) -> [f64; 6] {
        let n = f64::from(self.transports.max(1));
        [
            f64::from(self.entered),
            f64::from(self.handed),
            f64::from(self.edges),
            f64::from(self.transports),
            self.time.as_seconds() / n,
            self.wait.as_seconds() / n,
        ]
    }
}

fn simulated(plant: &Arc<Plant>, seed: Seed) -> [f64; 6] {
    let mut counts = Counts::default();
    let mut core = Controller::new(plant.clone());
    let mut world = World::new(plant.clone(), seed);
    let scratch = &mut Scratch::default();
    run(
        &mut core,
        &mut world,
        HORIZON,
        &mut counts,
        scratch,
        &mut (),
    )
    .expect("a run");
    counts.figures()
}

fn all_linked<L: Log>(engine: &Engine<L>) -> bool {
    let mut all = engine.plant().vehicles.ids();
    all.all(|v| engine.master(v).is_up())
}

fn rehearsed(plant: &Arc<Plant>, seed: Seed, runtime: &Runtime) -> [f64; 6] {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let broker = Broker::start(loopback, runtime.handle()).expect("a broker");
    let config = Config::new("127.0.0.1", broker.address().port(), "fenhe");
    let site = Site::new(plant.clone(), config, runtime.handle().clone(), SPEED);
    // As in the simulation, all links are up when the clock begins.
    site.pause.set(true);
    let counts = Arc::new(Mutex::new(Counts::default()));
    let name = format!("fenhe-agreement-{}-{}", std::process::id(), seed.0);
    let journal = std::env::temp_dir().join(name).display().to_string();

    let decided = counts.clone();
    let ear = move |now: Time, out: &fenhe_live::Outputs| {
        let mut counts = decided.lock().unwrap();
        for record in &out.decided.records {
            counts.record(now, *record);
        }
    };
    let control = site
        .control(&journal, Box::new(ear), None)
        .expect("a controller");
    let seen = counts.clone();
    let witness = move |now, record| seen.lock().unwrap().record(now, record);
    let all = plant.vehicles.ids().collect();
    let told: (Witness, Aside) = (Box::new(witness), Box::new(|_, _| false));
    let devices = site.devices(seed, all, true, told);
    let running: &Running<_> = &control.running;
    while running.look(|engine| all_linked(engine)) != Some(true) {
        std::thread::sleep(Duration::from_millis(20));
    }
    site.pause.set(false);
    while control.clock.time() <= HORIZON + Span(10_000_000) {
        std::thread::sleep(Duration::from_millis(200));
        assert!(running.runs(), "the loop goes on");
    }
    let devices = devices.stop().expect("they ran");
    assert_eq!(devices.world().breaches(), 0);
    drop(control);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{journal}{end}"));
    }
    counts.lock().unwrap().figures()
}

#[test]
#[ignore = "20 minutes: cargo x trial agreement"]
fn rehearsals_agree_with_simulations() {
    let fixed = cells(Span(20_000));
    let mut plant = (*fixed).clone();
    plant.messages.delay = DELAY;
    let plant = Arc::new(plant);
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let runs = std::env::var("FENHE_RUNS").map_or(20, |text| text.parse().expect("a number"));
    let fixed: Vec<_> = (1..=runs)
        .map(|seed| simulated(&fixed, Seed(seed)))
        .collect();
    let pairs: Vec<_> = (1..=runs)
        .map(|seed| {
            let pair = (
                simulated(&plant, Seed(seed)),
                rehearsed(&plant, Seed(seed), &runtime),
            );
            println!(
                "seed {seed}: simulated {:.2?}, rehearsed {:.2?}",
                pair.0, pair.1
            );
            pair
        })
        .collect();
    let mut apart = Vec::new();
    for (i, (name, margin)) in FIGURES.iter().enumerate() {
        let simulated: Vec<f64> = pairs.iter().map(|pair| pair.0[i]).collect();
        let rehearsed: Vec<f64> = pairs.iter().map(|pair| pair.1[i]).collect();
        let mean = Stat::of(&simulated).mean;
        let late: Vec<f64> = fixed.iter().map(|figures| figures[i]).collect();
        let [low, high] = paired_difference(&simulated, &rehearsed).interval(LEVEL);
        println!(
            "{name}: simulated {mean:.2} (all late by the same: {:.2}), rehearsed {:.2}, difference {:+.2} % to {:+.2} %, margin {:.0} %",
            Stat::of(&late).mean,
            Stat::of(&rehearsed).mean,
            100.0 * low / mean,
            100.0 * high / mean,
            100.0 * margin
        );
        if low < -margin * mean || high > margin * mean {
            apart.push(name);
        }
    }
    assert!(apart.is_empty(), "outside of their margin: {apart:?}");
}
