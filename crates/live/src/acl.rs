//! What each name may say and hear over the plant's broker: a vehicle what is its own, by serial, the
//! gateway what stations tell and hear, the controller everything else.

use crate::topics::{self, Topics};
use fenhe_contract::VehicleId;
use fenhe_link::Rights;
use fenhe_plant::Plant;
use fenhe_wire::vda5050::{Dialect, Topic};
use std::collections::{BTreeMap, BTreeSet};

/// Name of the controller's certificate.
pub const CONTROLLER: &str = "fenhe";
/// Name of the certificate of the gateway of stations and sources.
pub const GATEWAY: &str = "fenhe-gateway";

/// Rights by name, complete: what is not in it is refused.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Acl(BTreeMap<String, Row>);

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Row {
    says: BTreeSet<String>,
    hears: BTreeSet<String>,
}

const OF_VEHICLE: [Topic; 4] = [
    Topic::State,
    Topic::Connection,
    Topic::Factsheet,
    Topic::Visualization,
];
const TO_VEHICLE: [Topic; 2] = [Topic::Order, Topic::InstantActions];

impl Acl {
    /// Of a plant whose vehicles speak like this.
    pub fn of(plant: &Plant, dialect: impl Fn(VehicleId) -> Dialect) -> Acl {
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        let (mut controller, mut gateway) = (Row::default(), Row::default());
        for v in plant.vehicles.ids() {
            let dialect = dialect(v);
            let row = rows.entry(dialect.serial.clone()).or_default();
            let topics = |kinds: &[Topic]| -> Vec<String> {
                kinds.iter().map(|&kind| dialect.topic(kind)).collect()
            };
            row.says.extend(topics(&OF_VEHICLE));
            row.hears.extend(topics(&TO_VEHICLE));
            controller.says.extend(topics(&TO_VEHICLE));
            // Simulated stations follow what real vehicles are told and tell.
            gateway.hears.extend(topics(&OF_VEHICLE));
            gateway.hears.extend(topics(&TO_VEHICLE));
        }
        let wanted = Topics::of(plant, dialect).wanted();
        controller
            .hears
            .extend(wanted.into_iter().map(|(topic, _)| topic));
        for number in topics::GATEWAYS {
            controller.says.insert(topics::orders(plant, number));
            gateway.says.insert(topics::facts(plant, number));
            let both = [topics::orders(plant, number), topics::facts(plant, number)];
            gateway.hears.extend(both);
        }
        rows.insert(CONTROLLER.into(), controller);
        rows.insert(GATEWAY.into(), gateway);
        Acl(rows)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The same as an `acl_file` of mosquitto, for `use_identity_as_username true`.
    pub fn mosquitto(&self) -> String {
        let mut text = String::new();
        for (name, row) in &self.0 {
            text.push_str(&format!("user {name}\n"));
            for topic in &row.says {
                text.push_str(&format!("topic write {topic}\n"));
            }
            for topic in &row.hears {
                text.push_str(&format!("topic read {topic}\n"));
            }
            text.push('\n');
        }
        text
    }
}

impl Rights for Acl {
    fn connect(&self, who: &str) -> bool {
        self.0.contains_key(who)
    }
    fn publish(&self, who: &str, topic: &str) -> bool {
        self.0.get(who).is_some_and(|row| row.says.contains(topic))
    }
    fn subscribe(&self, who: &str, filter: &str) -> bool {
        self.0
            .get(who)
            .is_some_and(|row| row.hears.contains(filter))
    }
}
