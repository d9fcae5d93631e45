//! A plant of the repository, the voices of its vehicles, and what was decided.
#![allow(dead_code)] // each test file uses a part

pub mod foreign;
pub mod stage;

use fenhe_contract::*;
use fenhe_live::{Kept, LinkKey, Log};
use fenhe_plant::Plant;
use fenhe_wire::vda5050::{Dialect, Now};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The cell workshop as its folder says.
pub fn cells_as_declared() -> Arc<Plant> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let files = fenhe_study::read_folder(&folder).expect("folder");
    let (plant, _) = fenhe_plant::load("jinneng-cells", &files).expect("a plant");
    Arc::new(plant)
}

/// The cell workshop, its messages late by this and never lost.
pub fn cells(delay: Span) -> Arc<Plant> {
    let mut plant = (*cells_as_declared()).clone();
    plant.messages.delay = Dist::Constant(delay);
    plant.messages.loss = Share::ZERO;
    Arc::new(plant)
}

pub fn dialect(plant: &Plant, v: VehicleId) -> Dialect {
    let mut dialect = Dialect::of(plant, v);
    dialect.charge_until = Some("until".into());
    dialect
}

/// When, and what.
pub type Decision = (i64, String);

/// Everything decided, in order. Orders sent again are not new decisions.
#[derive(Default)]
pub struct Decisions {
    pub list: Vec<Decision>,
    /// Hand-overs ordered from each vehicle: place, pick.
    pub hands: BTreeMap<VehicleId, Vec<(PlaceId, bool)>>,
    newest: BTreeMap<(u8, u32), u32>,
}

impl Decisions {
    pub fn hear(&mut self, now: Time, commands: &Commands) {
        for command in &commands.list {
            let (key, revision) = match *command {
                Command::Drive {
                    vehicle, revision, ..
                }
                | Command::Handle {
                    vehicle, revision, ..
                }
                | Command::Charge {
                    vehicle, revision, ..
                } => ((0, vehicle.0), revision),
                Command::Run {
                    station, revision, ..
                } => ((1, station.0), revision),
                Command::Release {
                    source, revision, ..
                } => ((2, source.0), revision),
                Command::Carry {
                    crane, revision, ..
                }
                | Command::Go {
                    crane, revision, ..
                } => ((3, crane.0), revision),
                Command::Hold { .. } | Command::Ask(_) => continue,
            };
            let newest = self.newest.entry(key).or_insert(0);
            if revision <= *newest {
                continue;
            }
            assert_eq!(revision, *newest + 1, "decisions of {key:?} have no gaps");
            *newest = revision;
            self.add(now, command, commands);
        }
    }

    fn add(&mut self, now: Time, command: &Command, commands: &Commands) {
        let text = match *command {
            Command::Drive {
                vehicle,
                first,
                count,
                ..
            } => {
                format!("{vehicle:?} drives {:?}", commands.base(first, count))
            }
            Command::Handle {
                vehicle,
                place,
                pick,
                ..
            } => {
                self.hands.entry(vehicle).or_default().push((place, pick));
                format!("{command:?}")
            }
            _ => format!("{command:?}"),
        };
        self.list.push((now.0, text));
    }
}

/// Hand-overs that took place, by vehicle, in order: truth.
#[derive(Default)]
pub struct Ledger(pub BTreeMap<VehicleId, Vec<(PlaceId, bool)>>);
impl RecordSink for Ledger {
    const PIECES: bool = false;
    fn record(&mut self, _: Time, record: Record) {
        if let Record::Handed {
            vehicle,
            place,
            pick,
            ..
        } = record
        {
            self.0.entry(vehicle).or_default().push((place, pick));
        }
    }
}

/// Keeps everything in memory.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Kept>>);
impl Memory {
    pub fn kept(&self) -> Kept {
        self.0.lock().unwrap().clone()
    }
}

impl Log for Memory {
    type Error = std::convert::Infallible;
    fn commit(
        &mut self,
        now: Now,
        facts: &[Event],
        links: &[(LinkKey, Vec<u8>)],
    ) -> Result<(), Self::Error> {
        let mut kept = self.0.lock().unwrap();
        kept.facts
            .extend(facts.iter().map(|fact| (now.time, fact.clone())));
        for (key, bytes) in links {
            kept.links.retain(|(one, _)| one != key);
            kept.links.push((*key, bytes.clone()));
        }
        Ok(())
    }
    fn snapshot(&mut self, _: Now, _: Digest, _: Vec<u8>) -> Result<(), Self::Error> {
        Ok(())
    }
}
