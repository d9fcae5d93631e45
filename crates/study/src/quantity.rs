//! Quantities of a sample by name, so that files can say what is to be compared with what.
//!
//! | name | unit |
//! |---|---|
//! | `plant.pieces` | mean number of pieces in the plant |
//! | `product.ID.cycle_time` | mean time from entering to leaving \[s\] |
//! | `product.ID.rate`, `sink.ID.rate`, `source.ID.rate` | good pieces, pieces entered \[1/s\] |
//! | `source.ID.demand` | pieces that wanted to enter \[1/s\] |
//! | `source.ID.lost` | share of the demand that was lost |
//! | `buffer.ID.level` | mean number in it |
//! | `buffer.ID.wait` | mean time in it \[s\] |
//! | `station.ID.STATE` | mean share of its servers in a state (`execute`, `idle`, `down`, ...) |
//! | `station.ID.busy` | mean number of servers executing |
//! | `station.ID.process_time` | mean time from begin to end of processing \[s\] |
//! | `crane.ID.travel` | mean time in motion for a cycle \[s\] |
//! | `crane.ID.between` | mean time in motion on the way to a load that is retrieved \[s\] |
//! | `crane.ID.wait` | mean time from a load being ready, or a place being free, to the beginning of its cycle \[s\] |
//! | `crane.ID.cycles`, `crane.ID.rate` | cycles, loads put away and retrieved \[1/s\] |
//! | `crane.ID.STATE` | share of its time in a state |
//! | `stations.STATE` | the same share, mean over all stations |
//!
//! Terms joined by ` + ` are added.

use crate::{CraneSample, Sample};
use fenhe_contract::*;
use fenhe_plant::Plant;

/// A quantity that can be taken from any sample of the plant it was read for.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantity(Vec<Term>);

#[derive(Clone, Copy, PartialEq, Debug)]
enum Term {
    Pieces,
    CycleTime(ProductId),
    ProductRate(ProductId),
    SinkRate(SinkId),
    SourceRate(SourceId),
    Demand(SourceId),
    Lost(SourceId),
    Level(BufferId),
    Wait(BufferId),
    Share(StationId, UnitState),
    Busy(StationId),
    ProcessTime(StationId),
    AllShare(UnitState),
    Crane(CraneId, CraneTerm),
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum CraneTerm {
    Travel,
    Between,
    Wait,
    Cycles,
    Rate,
    Share(UnitState),
}

impl Quantity {
    /// Reads a name; `None` if the plant has no such thing.
    pub fn read(plant: &Plant, name: &str) -> Option<Quantity> {
        name.split(" + ")
            .map(|term| Term::read(plant, term.trim()))
            .collect::<Option<_>>()
            .map(Self)
    }
    /// Its value in a window.
    pub fn of(&self, sample: &Sample) -> f64 {
        self.0.iter().map(|term| term.of(sample)).sum()
    }
}

impl Term {
    fn read(plant: &Plant, name: &str) -> Option<Term> {
        if name == "plant.pieces" {
            return Some(Term::Pieces);
        }
        let (kind, rest) = name.split_once('.')?;
        if kind == "stations" {
            return Some(Term::AllShare(state(rest)?));
        }
        // Ids may hold dots themselves.
        let (id, what) = rest.rsplit_once('.')?;
        match kind {
            "product" => {
                let id = named(plant.products.pairs().map(|(i, p)| (i, &p.name)), id)?;
                match what {
                    "cycle_time" => Some(Term::CycleTime(id)),
                    "rate" => Some(Term::ProductRate(id)),
                    _ => None,
                }
            }
            "sink" => {
                let id = named(plant.sinks.pairs().map(|(i, s)| (i, &s.name)), id)?;
                (what == "rate").then_some(Term::SinkRate(id))
            }
            "source" => {
                let id = named(plant.sources.pairs().map(|(i, s)| (i, &s.name)), id)?;
                match what {
                    "rate" => Some(Term::SourceRate(id)),
                    "demand" => Some(Term::Demand(id)),
                    "lost" => Some(Term::Lost(id)),
                    _ => None,
                }
            }
            "buffer" => {
                let id = named(plant.buffers.pairs().map(|(i, b)| (i, &b.name)), id)?;
                match what {
                    "level" => Some(Term::Level(id)),
                    "wait" => Some(Term::Wait(id)),
                    _ => None,
                }
            }
            "crane" => {
                let id = named(plant.cranes.pairs().map(|(i, c)| (i, &c.name)), id)?;
                let term = match what {
                    "travel" => CraneTerm::Travel,
                    "between" => CraneTerm::Between,
                    "wait" => CraneTerm::Wait,
                    "cycles" => CraneTerm::Cycles,
                    "rate" => CraneTerm::Rate,
                    _ => CraneTerm::Share(state(what)?),
                };
                Some(Term::Crane(id, term))
            }
            "station" => {
                let id = named(plant.stations.pairs().map(|(i, s)| (i, &s.name)), id)?;
                match what {
                    "busy" => Some(Term::Busy(id)),
                    "process_time" => Some(Term::ProcessTime(id)),
                    _ => Some(Term::Share(id, state(what)?)),
                }
            }
            _ => None,
        }
    }

    fn of(self, sample: &Sample) -> f64 {
        match self {
            Term::Pieces => sample.mean(sample.pieces),
            Term::CycleTime(id) => sample.products[id].cycle.mean(),
            Term::ProductRate(id) => sample.products[id].cycle.count() as f64 / sample.seconds(),
            Term::SinkRate(id) => sample.left[id] as f64 / sample.seconds(),
            Term::SourceRate(id) => sample.entered[id] as f64 / sample.seconds(),
            Term::Demand(id) => (sample.entered[id] + sample.lost[id]) as f64 / sample.seconds(),
            Term::Lost(id) => {
                let lost = sample.lost[id] as f64;
                lost / (lost + sample.entered[id] as f64)
            }
            Term::Level(id) => sample.mean(sample.buffers[id].level),
            Term::Wait(id) => {
                let buffer = &sample.buffers[id];
                buffer.level as f64 / 1e6 / buffer.came as f64
            }
            Term::Share(id, state) => sample.shares(id)[state as usize],
            Term::Busy(id) => sample.mean(sample.stations[id].states[UnitState::Execute as usize]),
            Term::ProcessTime(id) => {
                let row = &sample.stations[id];
                row.processing.as_seconds() / (row.good + row.scrap + row.rework) as f64
            }
            Term::Crane(id, term) => term.of(&sample.cranes[id], sample.seconds()),
            Term::AllShare(state) => {
                let shares = sample
                    .stations
                    .ids()
                    .map(|id| sample.shares(id)[state as usize]);
                shares.sum::<f64>() / sample.stations.len() as f64
            }
        }
    }
}

impl CraneTerm {
    fn of(self, row: &CraneSample, seconds: f64) -> f64 {
        match self {
            CraneTerm::Travel => row.travel.as_seconds() / row.cycles as f64,
            CraneTerm::Between => row.between.as_seconds() / row.out as f64,
            CraneTerm::Wait => row.waits.mean(),
            CraneTerm::Cycles => row.cycles as f64 / seconds,
            CraneTerm::Rate => (row.stored + row.retrieved) as f64 / seconds,
            CraneTerm::Share(state) => crate::shares(&row.states)[state as usize],
        }
    }
}

fn named<'a, I>(mut rows: impl Iterator<Item = (I, &'a String)>, name: &str) -> Option<I> {
    rows.find(|(_, row)| *row == name).map(|(id, _)| id)
}

fn state(name: &str) -> Option<UnitState> {
    Some(match name {
        "idle" => UnitState::Idle,
        "execute" => UnitState::Execute,
        "setup" => UnitState::Setup,
        "blocked" => UnitState::Blocked,
        "down" => UnitState::Down,
        "maintenance" => UnitState::Maintenance,
        "off" => UnitState::Off,
        _ => return None,
    })
}
