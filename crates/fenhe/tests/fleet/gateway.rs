//! The gateway of the stations: they are simulated, in a world whose vehicles are puppets of the floor. It tells
//! facts as telegrams over the broker and outlives every kill.

use fenhe_contract::*;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Client, Config, Heard, Post};
use fenhe_live::clock::{self, Clock};
use fenhe_live::topics;
use fenhe_plant::Plant;
use fenhe_wire::telegram::Gate;
use fenhe_world::World;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A message from the broker, or what happened on the floor.
enum Word {
    Heard(Heard),
    Deed(VehicleId, VehicleEvent),
}

/// What happened on the floor and cannot have happened before these stations.
pub type Misfits = Arc<Mutex<Vec<String>>>;

/// Starts it: it ends with the process.
pub fn start(
    plant: &Arc<Plant>,
    (broker, runtime, speed): (Config, &Handle, u32),
    deeds: Receiver<(VehicleId, VehicleEvent)>,
) -> Misfits {
    let (words, heard): (Sender<Word>, _) = channel();
    let config = Config {
        client_id: "stations".into(),
        topics: vec![(topics::orders(plant, 0), 1)],
        ..broker
    };
    let brought = words.clone();
    let client = Client::open(config, runtime, move |heard| {
        let _ = brought.send(Word::Heard(heard));
    });
    std::thread::spawn(move || {
        for (vehicle, event) in deeds {
            let _ = words.send(Word::Deed(vehicle, event));
        }
    });
    let mut world = World::new(plant.clone(), Seed(1));
    for v in plant.vehicles.ids() {
        world
            .puppet(Time::ZERO, v, true, &[], &mut NoRecords)
            .expect("it stands idle");
    }
    let misfits = Misfits::default();
    let gateway = Gateway {
        plant: plant.clone(),
        world,
        client,
        clock: Clock::start(Time::ZERO, speed),
        gate: Gate::new(clock::utc().0.unsigned_abs()),
        misfits: misfits.clone(),
    };
    std::thread::spawn(move || gateway.run(&heard));
    misfits
}

struct Gateway {
    plant: Arc<Plant>,
    world: World,
    client: Client,
    clock: Clock,
    gate: Gate,
    misfits: Misfits,
}

impl Gateway {
    fn run(mut self, words: &Receiver<Word>) {
        loop {
            let next = self.world.next_at().unwrap_or(Time::NEVER);
            let wait = self
                .clock
                .until(next.min(self.gate.deadline()), Duration::from_millis(200));
            let word = words.recv_timeout(wait);
            self.advance();
            if let Ok(word) = word {
                self.hear(word);
            }
            self.speak();
        }
    }

    /// The world catches up with the clock.
    fn advance(&mut self) {
        let now = self.clock.time();
        let mut reports = Vec::new();
        while self.world.next_at().is_some_and(|at| at <= now) {
            self.world.advance(now, &mut NoRecords, &mut reports);
        }
        for report in reports {
            self.gate.say(report);
        }
    }

    fn hear(&mut self, word: Word) {
        let now = self.clock.time().max(self.world.now());
        match word {
            Word::Heard(Heard::Up) => self.gate.connected(),
            Word::Heard(Heard::Down(_)) => {}
            Word::Heard(Heard::Message { payload, .. }) => {
                let mut orders = Vec::new();
                // A telegram that cannot be read is one that was lost: it comes again.
                let _ = self.gate.receive(&payload, &mut orders);
                for order in &orders {
                    self.world.apply(now, order, &[], &mut NoRecords);
                }
            }
            Word::Deed(v, event) => {
                if let Err(misfit) = self.world.follow(now, v, &event, &mut NoRecords) {
                    let mut misfits = self.misfits.lock().expect("nobody panics with it");
                    misfits.push(format!("{v:?} {event:?}: {misfit:?}"));
                }
            }
        }
    }

    fn speak(&mut self) {
        let mut telegrams = Vec::new();
        if self.gate.deadline() <= self.clock.time() {
            self.gate.speak(self.clock.time(), &mut telegrams);
        }
        for payload in telegrams {
            self.client.publish(Post {
                topic: topics::facts(&self.plant, 0),
                payload,
                qos: 1,
                retain: false,
            });
        }
    }
}
