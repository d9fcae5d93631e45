//! What the core cannot see itself - broker, journal, clock, badly behaved vehicles - reaches it as
//! facts, once when it begins and once when it is over, also over a restart.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::{Engine, Input, LinkKey, Log, Outputs};
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Now, Topic, Utc};
use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

/// A log that is slow when told to be.
#[derive(Clone, Default)]
struct Slow(Rc<Cell<bool>>);
impl Log for Slow {
    type Error = Infallible;
    fn commit(&mut self, _: Now, _: &[Event], _: &[(LinkKey, Vec<u8>)]) -> Result<(), Infallible> {
        Ok(())
    }
    fn snapshot(&mut self, _: Now, _: Digest, _: Vec<u8>) -> Result<(), Infallible> {
        Ok(())
    }
    fn slow(&self) -> bool {
        self.0.get()
    }
}

struct Bench {
    plant: Arc<Plant>,
    engine: Engine<Slow>,
    slow: Slow,
    now: i64,
}

impl Bench {
    fn new() -> Bench {
        let plant = cells(Span::ZERO);
        let slow = Slow::default();
        let core = Controller::new(plant.clone());
        Bench {
            engine: engine(&plant, core, slow.clone()),
            plant,
            slow,
            now: 0,
        }
    }

    /// One step a second later; the troubles it told the core.
    fn step(&mut self, inputs: Vec<Input>) -> Vec<(Trouble, bool)> {
        self.now += 1_000_000;
        let now = Now {
            time: Time(self.now),
            utc: Utc(self.now),
        };
        let mut out = Outputs::default();
        let Ok(()) = self.engine.step(now, inputs, &mut out);
        let trouble = |fact: &Event| match *fact {
            Event::Trouble(trouble, on) => Some((trouble, on)),
            _ => None,
        };
        out.facts.iter().filter_map(trouble).collect()
    }
}

fn engine(plant: &Arc<Plant>, core: Controller, log: Slow) -> Engine<Slow> {
    let masters = Engine::<()>::new_masters(plant, |v| dialect(plant, v));
    Engine::new(
        plant.clone(),
        Arc::new(Names::of(plant)),
        core,
        masters,
        log,
    )
}

#[test]
fn a_lost_broker_is_told_once_and_over_a_restart() {
    let mut bench = Bench::new();
    assert_eq!(bench.step(vec![Input::Broker(true)]), []);
    assert_eq!(
        bench.step(vec![Input::Broker(false)]),
        [(Trouble::BrokerLost, true)]
    );
    assert_eq!(bench.step(vec![Input::Broker(false)]), []);
    // The core goes on in another process, which knows what the core was told.
    let core = Controller::restore(bench.plant.clone(), &bench.engine.core().snapshot()).unwrap();
    bench.engine = engine(&bench.plant, core, bench.slow.clone());
    assert_eq!(
        bench.step(vec![Input::Broker(true)]),
        [(Trouble::BrokerLost, false)]
    );
    assert_eq!(bench.step(vec![Input::Broker(true)]), []);
}

#[test]
fn a_slow_journal_and_a_clock_that_jumps_are_told() {
    let mut bench = Bench::new();
    bench.step(vec![Input::Broker(true)]);
    bench.slow.0.set(true);
    bench.step(vec![]);
    assert_eq!(bench.step(vec![]), [(Trouble::JournalSlow, true)]);
    bench.slow.0.set(false);
    bench.step(vec![]);
    assert_eq!(bench.step(vec![]), [(Trouble::JournalSlow, false)]);
    assert_eq!(
        bench.step(vec![Input::ClockJump(true)]),
        [(Trouble::ClockJump, true)]
    );
    assert_eq!(bench.step(vec![Input::ClockJump(true)]), []);
    assert_eq!(
        bench.step(vec![Input::ClockJump(false)]),
        [(Trouble::ClockJump, false)]
    );
}

#[test]
fn a_vehicle_that_talks_nonsense_is_isolated_until_it_is_readmitted() {
    let mut bench = Bench::new();
    bench.step(vec![Input::Broker(true)]);
    let noise = || Input::Heard {
        vehicle: VehicleId(7),
        topic: Topic::State,
        retained: false,
        payload: b"{nonsense".to_vec(),
    };
    let mut told = Vec::new();
    for _ in 0..60 {
        told.extend(bench.step(vec![noise()]));
    }
    assert_eq!(told, [(Trouble::Isolated(VehicleId(7)), true)]);
    let told = bench.step(vec![Input::Readmit(VehicleId(7))]);
    assert_eq!(told, [(Trouble::Isolated(VehicleId(7)), false)]);
}
