//! How vehicles are spoken to: VDA 5050 by type and by vehicle.

use super::Build;
use crate::read::Read;
use crate::shape::Kind;
use crate::*;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use fenhe_contract::*;

/// Maker of a vehicle of which the plant names none.
const MAKER: &str = "Fenhe";

impl<'t> Build<'t> {
    /// After the fleet is known.
    pub(super) fn links(&mut self) {
        let root = self.root;
        for (i, read) in root.tables("vehicle_type").enumerate() {
            if let Some(inner) = read.inner("vda5050") {
                let said = self.vda5050(inner, true);
                let row = (VehicleTypeId(i as u32), said);
                self.plant.links.types.push(row);
            }
        }
        for vehicle in &self.plant.vehicles {
            self.names.add(Kind::Vehicle, &vehicle.name);
        }
        let mut serials = BTreeMap::new();
        for read in root.tables("vehicle") {
            let inner = read.inner("vda5050");
            let said = inner.map(|inner| {
                let serial = self.topic(inner, "serial", false);
                let said = self.vda5050(inner, false);
                (inner, Vda5050 { serial, ..said })
            });
            let Some(vehicle) = self.one_vehicle(read) else {
                continue;
            };
            if let Some((inner, said)) = said {
                serials.insert(vehicle, inner.at("serial"));
                self.plant.links.vehicles.push((vehicle, said));
            }
        }
        self.plant.links.vehicles.sort_by_key(|row| row.0); // stable: a double was reported
        self.plant.links.vehicles.dedup_by_key(|row| row.0);
        self.same_serials(&serials);
    }

    /// The vehicle that a `[[vehicle]]` is about. One that the fleet would have if it were larger
    /// is no error: a sweep may make it smaller.
    fn one_vehicle(&mut self, read: Read<'t>) -> Option<VehicleId> {
        let id = read.text("id")?;
        if !self.knows_nodes && self.has_tracks {
            return None;
        }
        let known = self.names.get(Kind::Vehicle, id).map(VehicleId);
        let doubled = |vehicle| {
            let mut rows = self.plant.links.vehicles.iter();
            rows.any(|row| Some(row.0) == vehicle)
        };
        if doubled(known) {
            let kind = Kind::Vehicle.name();
            self.report(
                "id/duplicate",
                read.at("id"),
                &[("id", &id), ("kind", &kind)],
            );
            return None;
        }
        let number = id
            .rsplit_once('-')
            .filter(|(_, n)| n.parse::<u32>().is_ok());
        let kind = number.and_then(|(kind, _)| self.names.get(Kind::VehicleType, kind));
        if known.is_none() && kind.is_some() {
            let problem = self.desk.error("vehicle/beyond-fleet", read.at("id"));
            self.desk.push(problem.arg("name", id).warning());
            return None;
        }
        self.refer(Kind::Vehicle, read, "id", None).map(VehicleId)
    }

    /// Two vehicles with one maker and serial number would share their topics.
    fn same_serials(&self, written: &BTreeMap<VehicleId, crate::tree::At>) {
        let mut owners: BTreeMap<(String, String), VehicleId> = BTreeMap::new();
        for vehicle in self.plant.vehicles.ids() {
            let said = self.plant.vda5050(vehicle);
            let name = &self.plant.vehicles[vehicle].name;
            let maker = said.manufacturer.unwrap_or_else(|| MAKER.to_string());
            let serial = said.serial.unwrap_or_else(|| name.clone());
            let Some(first) = owners.insert((maker, serial.clone()), vehicle) else {
                continue;
            };
            let at = written.get(&vehicle).or_else(|| written.get(&first));
            let other = &self.plant.vehicles[first].name;
            let at = at.copied().unwrap_or_default();
            let args: &[(&'static str, &dyn core::fmt::Display)] =
                &[("name", name), ("other", other), ("serial", &serial)];
            self.report("vehicle/same-serial", at, args);
        }
    }

    /// `many`: of a type, which may have many vehicles.
    fn vda5050(&self, read: Read<'t>, many: bool) -> Vda5050 {
        let text = |key| read.text(key).map(ToString::to_string);
        let number = |key| read.count(key).map(|n| n as u16);
        let said = Vda5050 {
            interface: self.topic(read, "interface", true),
            manufacturer: self.topic(read, "manufacturer", false),
            serial: None, // of one vehicle only: read there
            topics: read
                .inner("topics")
                .map(|inner| self.topic_names(inner, many)),
            qos: read.count("qos").map(|n| n as u8),
            blocking: read.text("blocking").and_then(blocking),
            version: read.text("version").and_then(version),
            map: text("map"),
            step_ends: read.text("step_ends").and_then(step_ends),
            stitch_actions: read.text("stitch_actions").and_then(stitch_actions),
            spelling: read.item("spelling").map(|_| spelling(read)),
            send_position: read.flag("node_position"),
            send_theta: read.flag("node_theta"),
            first_node_deviation: read.amount("first_node_deviation").map(Length),
            identical_resend: read.flag("identical_resend"),
            max_base: number("max_base"),
            max_horizon: number("max_horizon"),
            station_type: text("station_type"),
            load_type: text("load_type"),
            send_lhd: read.flag("lhd"),
            charge_until: text("charge_until"),
            tells_actions: read.flag("tells_actions"),
            resend: read.span("resend"),
            ask_after: read.span("ask_after"),
            lost_after: read.span("lost_after"),
            instant_tries: read.count("instant_tries").map(|n| n as u8),
            tolerance: number("tolerance"),
            charge_step: read
                .share("charge_step")
                .map(|share| (share.0 / 1_000_000) as u16),
        };
        if let (Some(ask), Some(lost)) = (said.ask_after, said.lost_after)
            && ask >= lost
        {
            self.report("vda5050/silence", read.at("ask_after"), &[]);
        }
        said
    }

    fn topic_names(&self, read: Read<'t>, many: bool) -> TopicNames {
        let name = |key| {
            let item = read.item(key)?;
            let text = item.text()?;
            if many && !text.contains("$serial") {
                self.report("vda5050/topic-part", item.at, &[("text", &text)]);
                return None;
            }
            self.topic(read, key, true)
        };
        TopicNames {
            order: name("order"),
            instant_actions: name("instant_actions"),
            state: name("state"),
            connection: name("connection"),
            factsheet: name("factsheet"),
            visualization: name("visualization"),
        }
    }

    /// A part of a topic (MQTT 3.1.1, 4.7): no level empty, no wildcard, no `$` in front.
    fn topic(&self, read: Read<'t>, key: &str, levels: bool) -> Option<String> {
        let item = read.item(key)?;
        let written = item.text()?;
        let text = &written.replace("$serial", "serial");
        let wild = |c: char| matches!(c, '+' | '#') || c.is_control();
        let parts = || text.split('/');
        let good = parts().all(|part| !part.is_empty() && !part.contains(wild))
            && !text.starts_with('$')
            && text.len() <= 200
            && (levels || parts().count() == 1);
        if !good {
            self.report("vda5050/topic-part", item.at, &[("text", &written)]);
            return None;
        }
        Some(written.to_string())
    }
}

fn version(word: &str) -> Option<Vda5050Version> {
    let mut all = Vda5050Version::ALL.into_iter();
    all.find(|version| version.text() == word)
}

fn blocking(word: &str) -> Option<Vda5050Blocking> {
    match word {
        "NONE" => Some(Vda5050Blocking::None),
        "SOFT" => Some(Vda5050Blocking::Soft),
        "SINGLE" => Some(Vda5050Blocking::Single),
        "HARD" => Some(Vda5050Blocking::Hard),
        _ => None,
    }
}

fn step_ends(word: &str) -> Option<StepEnds> {
    match word {
        "last-node" => Some(StepEnds::LastNode),
        "node-states" => Some(StepEnds::NodeStates),
        "both" => Some(StepEnds::Both),
        _ => None,
    }
}

fn stitch_actions(word: &str) -> Option<StitchActions> {
    match word {
        "wait" => Some(StitchActions::Wait),
        "omit" => Some(StitchActions::Omit),
        "repeat" => Some(StitchActions::Repeat),
        _ => None,
    }
}

fn spelling(read: Read<'_>) -> Spelling {
    let mut words = read.list("spelling").iter().filter_map(|item| item.text());
    let mut spelling = Spelling::default();
    for word in &mut words {
        match word {
            "instantActions" => spelling.instant_actions = true,
            "actionName" => spelling.action_name = true,
            "allowedDeviationXy" => spelling.deviation_xy = true,
            _ => {}
        }
    }
    spelling
}
