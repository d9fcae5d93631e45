//! Which topic is whose.

use fenhe_contract::VehicleId;
use fenhe_link::Post;
use fenhe_plant::Plant;
use fenhe_wire::vda5050::{Dialect, Message, Topic};
use std::collections::BTreeMap;

/// Whose a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// A vehicle's.
    Vehicle(VehicleId, Topic),
    /// From a gateway of stations and sources: the first, or the second beside it.
    Gateway(u8),
}

/// Full names to owners, for the controller's ears.
pub struct Topics(BTreeMap<String, Whose>);

impl Topics {
    /// Of all vehicles, and of the gateway.
    pub fn of(plant: &Plant, dialect: impl Fn(VehicleId) -> Dialect) -> Topics {
        let mut all = BTreeMap::new();
        for v in plant.vehicles.ids() {
            let dialect = dialect(v);
            for topic in [Topic::State, Topic::Connection, Topic::Factsheet] {
                all.insert(dialect.topic(topic), Whose::Vehicle(v, topic));
            }
        }
        for gateway in GATEWAYS {
            all.insert(facts(plant, gateway), Whose::Gateway(gateway));
        }
        Topics(all)
    }
    /// Each with the quality it is wanted at.
    pub fn wanted(&self) -> Vec<(String, u8)> {
        let quality = |whose: &Whose| u8::from(!matches!(whose, Whose::Vehicle(_, Topic::State)));
        self.0
            .iter()
            .map(|(name, whose)| (name.clone(), quality(whose)))
            .collect()
    }
    /// Whose a topic is.
    pub fn whose(&self, name: &str) -> Option<Whose> {
        self.0.get(name).copied()
    }
}

/// Topics of a plant that somebody hears who is not to say anything: what vehicles and their master
/// say to each other, and what the gateway of stations and the controller do.
pub fn overheard(
    plant: &Plant,
    dialect: impl Fn(VehicleId) -> Dialect,
) -> BTreeMap<String, Overheard> {
    let mut all = BTreeMap::new();
    for v in plant.vehicles.ids() {
        let dialect = dialect(v);
        for topic in [
            Topic::Order,
            Topic::InstantActions,
            Topic::State,
            Topic::Connection,
        ] {
            all.insert(dialect.topic(topic), Overheard::Vehicle(v, topic));
        }
    }
    all.insert(facts(plant, 0), Overheard::Facts);
    all.insert(orders(plant, 0), Overheard::Orders);
    all
}

/// Whose a message is that was overheard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overheard {
    /// Between a vehicle and its master.
    Vehicle(VehicleId, Topic),
    /// From the gateway of stations and sources.
    Facts,
    /// To it.
    Orders,
}

/// Gateways of stations and sources that a controller listens to: the second is for real stations beside simulated
/// ones, or the other way round.
pub const GATEWAYS: [u8; 2] = [0, 1];

/// Where a gateway of a plant tells facts.
pub fn facts(plant: &Plant, gateway: u8) -> String {
    format!("{}/facts", stations(plant, gateway))
}
/// Where it hears orders.
pub fn orders(plant: &Plant, gateway: u8) -> String {
    format!("{}/orders", stations(plant, gateway))
}

fn stations(plant: &Plant, gateway: u8) -> String {
    let own = if gateway == 0 {
        "stations"
    } else {
        "stations-2"
    };
    format!("fenhe/v1/{}/{own}", level(&plant.name))
}

/// A name as one level of a topic.
fn level(name: &str) -> String {
    name.replace(['/', '+', '#'], "-")
}

/// A protocol's message as a broker takes it.
pub fn post(message: Message) -> Post {
    Post {
        topic: message.topic,
        payload: message.payload,
        qos: message.qos,
        retain: message.retain,
    }
}
