//! Vehicles that stand with everything done: where another end of their links can take over.

use crate::World;
use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;

/// A vehicle that stands and has carried out what it was told; it may be charging.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Where.
    pub node: NodeId,
    /// The newest command it accepted.
    pub revision: u32,
    /// In its battery [parts per thousand].
    pub permille: u16,
    /// It is charging; it will tell when that is over.
    pub charging: bool,
    /// Loads by deck position.
    pub loads: Vec<(u8, Tag)>,
}

impl World {
    /// The same, where other messages are late or lost: of `plant`, nothing else may differ.
    #[must_use]
    pub fn of_plant(&self, plant: Arc<Plant>) -> World {
        World {
            plant,
            ..self.clone()
        }
    }

    /// What a station is seen to do: the best of its servers.
    pub fn works(&self, station: StationId) -> UnitState {
        self.state.flow.works(station)
    }

    /// A vehicle as it stands; `None` while it has something left to do other than charging, and of
    /// one that does not exist or is not simulated.
    pub fn standing(&self, v: VehicleId) -> Option<Standing> {
        let (node, revision, permille, charging) = self.state.fleet.standing(v)?;
        let decks = &self.plant.vehicles[v].decks;
        let on = |place: PlaceId| self.state.bodies.at[place];
        let loads = (decks.start.0..decks.end.0).map(PlaceId).enumerate();
        let loads =
            loads.filter_map(|(deck, place)| Some((deck as u8, Tag(u64::from(on(place)?)))));
        Some(Standing {
            node,
            revision,
            permille,
            charging,
            loads: loads.collect(),
        })
    }
}
