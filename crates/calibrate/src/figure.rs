//! What can be measured in a plant, and what a measurement gives.

use fenhe_contract::{Dist, Index, ProductId, Speed, StationId, VehicleTypeId};
use fenhe_plant::{FailureClock, Plant};

/// A figure of an element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Subject {
    /// Whose.
    pub element: Element,
    /// Which.
    pub figure: Figure,
}

/// What has figures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Element {
    /// A station.
    Station(StationId),
    /// A kind of vehicle.
    VehicleType(VehicleTypeId),
}

/// A figure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Figure {
    /// Process time; of one product where the plant tells them apart.
    Process(Option<ProductId>),
    /// From repair to failure of failure mode n, on the clock that the plant declares.
    Every(u8),
    /// Time to repair of failure mode n, once somebody is there.
    Repair(u8),
    /// Mean time between pieces while the station was up: all that a counter tells.
    Rate,
    /// One hand-over of a carrier.
    Transfer,
    /// Docking before the first hand-over at a stop.
    Dock,
    /// Docking and one hand-over together, where they cannot be told apart.
    HandOver,
    /// Cruising speed.
    Speed,
}

impl Figure {
    /// Its name in `calibration.toml` and in results.
    pub fn name(self) -> &'static str {
        match self {
            Figure::Process(_) => "time",
            Figure::Every(_) => "every",
            Figure::Repair(_) => "repair",
            Figure::Rate => "rate",
            Figure::Transfer => "transfer",
            Figure::Dock => "dock",
            Figure::HandOver => "hand-over",
            Figure::Speed => "speed",
        }
    }
    /// Whether the plant has this figure, so that it can be written back.
    pub fn is_of_model(self) -> bool {
        !matches!(self, Figure::Rate | Figure::HandOver)
    }
}

/// What a measurement gives.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value {
    /// How long something takes (pieces clocks: one microsecond for one piece).
    Lasting(Dist),
    /// How fast.
    Speed(Speed),
}

impl Subject {
    /// Of a station.
    pub fn station(id: StationId, figure: Figure) -> Subject {
        Subject {
            element: Element::Station(id),
            figure,
        }
    }
    /// Lasting name of the element.
    pub fn name(self, plant: &Plant) -> &str {
        match self.element {
            Element::Station(id) => &plant.stations[id].name,
            Element::VehicleType(id) => &plant.vehicle_types[id].name,
        }
    }
    /// Its spans count pieces.
    pub fn counts_pieces(self, plant: &Plant) -> bool {
        let (Element::Station(id), Figure::Every(mode)) = (self.element, self.figure) else {
            return false;
        };
        let failure = plant.stations[id].failures.get(usize::from(mode));
        failure.is_some_and(|failure| failure.clock == FailureClock::Pieces)
    }
    /// What the plant says now; `None` for figures it does not have.
    pub fn model(self, plant: &Plant) -> Option<Dist> {
        match self.element {
            Element::Station(id) => {
                let station = &plant.stations[id];
                match self.figure {
                    Figure::Process(product) => {
                        let row = product.map_or(0, |product| product.index());
                        station.times.get(row).or(station.times.first()).copied()
                    }
                    Figure::Every(mode) => station.failures.get(usize::from(mode)).map(|f| f.every),
                    Figure::Repair(mode) => {
                        station.failures.get(usize::from(mode)).map(|f| f.repair)
                    }
                    _ => None,
                }
            }
            Element::VehicleType(id) => {
                let kind = &plant.vehicle_types[id];
                match self.figure {
                    Figure::Transfer => Some(kind.transfer),
                    Figure::Dock => Some(kind.dock),
                    _ => None,
                }
            }
        }
    }
}
