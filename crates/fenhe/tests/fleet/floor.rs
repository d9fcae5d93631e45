//! The floor: where loads are. A process that is never killed keeps it; vehicles take and give here by a
//! socket, and each hand-over is on the disk in the ledger before they hear that it took place.

use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_wire::Names;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard};

/// A hand-over that took place, or one that could not.
#[derive(Clone, Debug)]
pub struct Deed {
    pub vehicle: String,
    pub pick: bool,
    pub place: PlaceId,
    /// Of the load, where there was one.
    pub load: Option<u64>,
    /// actionId, named once for ever.
    pub action: String,
    /// Why it could not.
    pub refused: Option<&'static str>,
}

/// When a vehicle dies in a hand-over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blow {
    /// It has not taken place.
    Before,
    /// It has.
    After,
}

/// What stands where, and what happened.
pub struct Truth {
    places: BTreeMap<PlaceId, u64>,
    decks: BTreeMap<String, u64>,
    deeds: Vec<Deed>,
    /// Vehicles that hear nothing of their next hand-over, and those that have come to it.
    doomed: BTreeMap<String, Blow>,
    struck: BTreeSet<String>,
    ledger: File,
    names: Arc<Names>,
    vehicles: BTreeMap<String, VehicleId>,
    /// The stations at whose ports it happens.
    stations: Sender<(VehicleId, VehicleEvent)>,
}

/// Loads and their ledger.
#[derive(Clone)]
pub struct Floor(Arc<Mutex<Truth>>);

impl Floor {
    /// Loads at their starting places, a ledger, and a socket that vehicles reach.
    pub fn open(
        plant: &Plant,
        names: &Arc<Names>,
        scratch: &Path,
        stations: Sender<(VehicleId, VehicleEvent)>,
    ) -> Floor {
        let starts = plant.carriers.iter().flat_map(|kind| kind.start.iter());
        let places = starts.enumerate().map(|(tag, &at)| (at, tag as u64));
        let truth = Truth {
            places: places.collect(),
            decks: BTreeMap::new(),
            deeds: Vec::new(),
            doomed: BTreeMap::new(),
            struck: BTreeSet::new(),
            ledger: File::create(scratch.join("ledger")).expect("a ledger"),
            names: names.clone(),
            vehicles: plant
                .vehicles
                .pairs()
                .map(|(v, row)| (row.name.clone(), v))
                .collect(),
            stations,
        };
        let floor = Floor(Arc::new(Mutex::new(truth)));
        let listener = UnixListener::bind(scratch.join("floor")).expect("a socket");
        let serve = floor.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let floor = serve.clone();
                std::thread::spawn(move || floor.answer(&stream));
            }
        });
        floor
    }

    pub fn look(&self) -> MutexGuard<'_, Truth> {
        self.0.lock().expect("nobody panics with it")
    }

    /// One process of vehicles, until it is gone.
    fn answer(&self, stream: &UnixStream) {
        let mut back = stream.try_clone().expect("a second handle");
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let Ok(asked) = serde_json::from_str::<Value>(&line) else {
                return;
            };
            let Some(mut answer) = self.look().hear(&asked) else {
                continue;
            };
            answer["n"] = asked["n"].clone();
            if writeln!(back, "{answer}").is_err() {
                return;
            }
        }
    }
}

impl Truth {
    /// On each vehicle.
    pub fn on(&self, vehicle: &str) -> Option<u64> {
        self.decks.get(vehicle).copied()
    }
    /// All of it, in order.
    pub fn deeds(&self) -> &[Deed] {
        &self.deeds
    }
    /// Where each load is, told once each.
    pub fn loads(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self
            .places
            .values()
            .chain(self.decks.values())
            .copied()
            .collect();
        all.sort_unstable();
        all
    }
    /// Loads that were put down.
    pub fn delivered(&self) -> usize {
        let done = |deed: &&Deed| deed.refused.is_none() && !deed.pick;
        self.deeds.iter().filter(done).count()
    }

    /// A vehicle's next hand-over is its last: nobody answers.
    pub fn doom(&mut self, vehicle: &str, blow: Blow) {
        self.doomed.insert(vehicle.to_string(), blow);
    }
    /// It has come to it.
    pub fn struck(&self, vehicle: &str) -> bool {
        self.struck.contains(vehicle)
    }

    fn hear(&mut self, asked: &Value) -> Option<Value> {
        let text = |key: &str| asked[key].as_str().unwrap_or_default();
        let vehicle = text("vehicle").to_string();
        if asked["deed"] == "look" {
            return Some(json!({"load": self.on(&vehicle)}));
        }
        let blow = self.doomed.remove(&vehicle);
        if blow.is_some() {
            self.struck.insert(vehicle.clone());
        }
        if blow == Some(Blow::Before) {
            return None;
        }
        let answer = self.hand(asked, vehicle);
        Some(answer).filter(|_| blow.is_none())
    }

    fn hand(&mut self, asked: &Value, vehicle: String) -> Value {
        let text = |key: &str| asked[key].as_str().unwrap_or_default();
        let pick = asked["deed"] == "pick";
        let Some(place) = self.names.find_place(text("place")) else {
            return json!({"why": "NotThere"});
        };
        let moved = match pick {
            true => self.pick(&vehicle, place),
            false => self.drop(&vehicle, place),
        };
        let deed = Deed {
            vehicle,
            pick,
            place,
            load: moved.ok(),
            action: text("action").to_string(),
            refused: moved.err(),
        };
        self.write(&deed);
        if let (Some(load), Some(&v)) = (deed.load, self.vehicles.get(&deed.vehicle)) {
            let (deck, revision, tag) = (0, 0, Tag(load));
            let event = match pick {
                true => VehicleEvent::Picked {
                    deck,
                    place,
                    tag,
                    revision,
                },
                false => VehicleEvent::Dropped {
                    deck,
                    place,
                    revision,
                },
            };
            let _ = self.stations.send((v, event));
        }
        self.deeds.push(deed);
        match moved {
            Ok(load) => json!({"load": load}),
            Err(why) => json!({"why": why}),
        }
    }

    fn pick(&mut self, vehicle: &str, place: PlaceId) -> Result<u64, &'static str> {
        if self.decks.contains_key(vehicle) {
            return Err("Occupied");
        }
        let load = self.places.remove(&place).ok_or("Empty")?;
        self.decks.insert(vehicle.to_string(), load);
        Ok(load)
    }

    fn drop(&mut self, vehicle: &str, place: PlaceId) -> Result<u64, &'static str> {
        if self.places.contains_key(&place) {
            return Err("Occupied");
        }
        let load = self.decks.remove(vehicle).ok_or("Empty")?;
        self.places.insert(place, load);
        Ok(load)
    }

    /// On the disk before anybody hears of it.
    fn write(&mut self, deed: &Deed) {
        let Deed {
            vehicle, action, ..
        } = deed;
        let (word, place) = (
            if deed.pick { "pick" } else { "drop" },
            self.names.place(deed.place),
        );
        let (load, refused) = (deed.load, deed.refused.unwrap_or("done"));
        writeln!(
            self.ledger,
            "{vehicle} {word} {place} {load:?} {action} {refused}"
        )
        .and_then(|()| self.ledger.sync_data())
        .expect("the ledger is written");
    }
}

/// The ledger against itself: each load goes from place to deck to place, by turns, and no action is
/// carried out or tried twice.
pub fn audit(plant: &Plant, deeds: &[Deed]) -> Vec<String> {
    let mut wrong = Vec::new();
    let starts = plant.carriers.iter().flat_map(|kind| kind.start.iter());
    let mut loads: Vec<(Option<PlaceId>, Option<&str>)> =
        starts.map(|&place| (Some(place), None)).collect();
    let mut places = Fixed::like(&plant.places, |_| 0_i32);
    for (place, _) in &loads {
        places[place.expect("a start")] += 1;
    }
    let mut actions = BTreeMap::new();
    for deed in deeds {
        if actions.insert((&deed.vehicle, &deed.action), ()).is_some() {
            wrong.push(format!("done twice: {deed:?}"));
        }
        let Some(load) = deed.load.filter(|_| deed.refused.is_none()) else {
            wrong.push(format!("tried in vain: {deed:?}"));
            continue;
        };
        let stood = &mut loads[load as usize];
        let (before, after) = match deed.pick {
            true => (
                (Some(deed.place), None),
                (None, Some(deed.vehicle.as_str())),
            ),
            false => (
                (None, Some(deed.vehicle.as_str())),
                (Some(deed.place), None),
            ),
        };
        if *stood != before {
            wrong.push(format!("load {load} stood {stood:?}: {deed:?}"));
        }
        *stood = after;
        places[deed.place] += if deed.pick { -1 } else { 1 };
        if !(0..=1).contains(&places[deed.place]) {
            wrong.push(format!(
                "{} loads on one place: {deed:?}",
                places[deed.place]
            ));
        }
    }
    wrong
}
