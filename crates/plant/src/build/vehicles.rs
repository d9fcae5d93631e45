//! Tracks, vehicles, chargers and parking.

use super::Build;
use super::lists::id;
use crate::read::Read;
use crate::shape::Kind;
use crate::*;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::*;

impl<'t> Build<'t> {
    pub(super) fn tracks(&mut self) {
        let root = self.root;
        for read in root.tables("vehicle_type") {
            let kind = vehicle_type(read);
            self.plant.vehicle_types.push(kind);
        }
        if let Some(read) = root.inner("tracks") {
            self.has_tracks = true;
            self.knows_nodes = self.layout(read).is_some();
        }
    }

    /// Reads the layout; `None` if it has faults, so that its nodes are not known.
    fn layout(&mut self, read: Read<'t>) -> Option<()> {
        let item = read.item("file")?;
        let file = item.text()?;
        let (_, source) = self.open(file, item.at)?;
        let lif = self.sound(crate::lif::parse(file, source.as_bytes()))?;
        let names: Vec<String> = self
            .plant
            .vehicle_types
            .iter()
            .map(|kind| kind.name.clone())
            .collect();
        let types: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut tracks = self.sound(geometry::graph(&lif, file, source, &types))?;
        for node in &tracks.nodes {
            self.names.add(Kind::Node, &node.name);
        }
        for edge in &tracks.edges {
            self.names.add(Kind::Edge, &edge.name);
        }
        self.lengths(read, &mut tracks);
        let areas = self.areas(read, &tracks);
        if let Some(body) = geometry::Body::of(&self.plant.vehicle_types) {
            let compiled = geometry::compile(&mut tracks, file, body, &areas);
            if let Err(problems) = compiled {
                self.desk.extend(problems);
            } else {
                self.desk
                    .extend(geometry::check(&tracks, &lif, file, source));
            }
        } else {
            tracks.conflict_start = alloc::vec![0; tracks.resources() + 1];
        }
        self.plant.parking = self.parking(read, &lif);
        self.plant.tracks = tracks;
        Some(())
    }

    /// The value and its warnings, or `None` and its errors.
    fn sound<T>(&self, result: Result<(T, Vec<Problem>), Vec<Problem>>) -> Option<T> {
        match result {
            Ok((value, warnings)) => {
                self.desk.extend(warnings);
                Some(value)
            }
            Err(problems) => {
                self.desk.extend(problems);
                None
            }
        }
    }

    /// Lengths of edges that are not those of the straight lines.
    fn lengths(&mut self, read: Read<'t>, tracks: &mut Tracks) {
        let mut seen = alloc::collections::BTreeSet::new();
        for row in read.tables("lengths") {
            let Some(edge) = self.refer(Kind::Edge, row, "edge", None).map(EdgeId) else {
                continue;
            };
            if !seen.insert(edge) {
                let name = &tracks.edges[edge].name;
                self.report(
                    "id/duplicate",
                    row.at("edge"),
                    &[("id", name), ("kind", &"edge")],
                );
            }
            if let Some(length) = row.amount("length") {
                tracks.edges[edge].length = Length(length);
            }
        }
    }

    /// Sets of nodes and edges that exclude each other.
    fn areas(&mut self, read: Read<'t>, tracks: &Tracks) -> Vec<Vec<ResourceId>> {
        let mut areas = Vec::new();
        for area in read.tables("areas") {
            let mut resources = Vec::new();
            for (key, kind) in [("nodes", Kind::Node), ("edges", Kind::Edge)] {
                for item in area.list(key) {
                    let name = item.text().unwrap_or_default();
                    let id = self.names.resolve(self.desk, kind, name, item.at, None);
                    resources.extend(id.map(|id| match kind {
                        Kind::Edge => tracks.edge_resource(EdgeId(id)),
                        _ => tracks.node_resource(NodeId(id)),
                    }));
                }
            }
            areas.push(resources);
        }
        areas
    }

    /// Nodes where vehicles may stand idle: those listed, else the parking stations of the layout.
    fn parking(&mut self, read: Read<'t>, lif: &crate::lif::Lif) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        for item in read.list("parking") {
            let name = item.text().unwrap_or_default();
            let id = self
                .names
                .resolve(self.desk, Kind::Node, name, item.at, None);
            let Some(node) = id.map(NodeId) else { continue };
            if nodes.contains(&node) {
                self.report("id/duplicate", item.at, &[("id", &name), ("kind", &"node")]);
            }
            nodes.push(node);
        }
        if read.item("parking").is_none() {
            for name in lif.station_nodes("parking") {
                let id = self.names.get(Kind::Node, name).map(NodeId);
                nodes.extend(id.filter(|node| !nodes.contains(node)));
            }
        }
        nodes
    }

    pub(super) fn fleet(&mut self) {
        let root = self.root;
        let mut free = 0;
        let mut lacking = 0;
        for read in root.tables("fleet") {
            let kind = self.refer(Kind::VehicleType, read, "type", None);
            let count = read.count("count").unwrap_or(0);
            let Some(kind) = kind.map(VehicleTypeId) else {
                continue;
            };
            for _ in 0..count {
                if self.plant.vehicles.len() >= 10_000 {
                    self.report("size/too-many", read.at("count"), &[("most", &10_000)]);
                    return;
                }
                match self.plant.parking.get(free).copied() {
                    Some(start) => self.vehicle(kind, start),
                    None => lacking += 1,
                }
                free += 1;
            }
            if lacking > 0 && self.knows_nodes {
                let parking = self.plant.parking.len();
                let args: &[(&'static str, &dyn core::fmt::Display)] =
                    &[("count", &free), ("parking", &parking)];
                self.report("fleet/no-parking", read.at("count"), args);
                lacking = 0;
            }
            if !self.has_tracks && count > 0 {
                self.report("fleet/no-tracks", read.at("count"), &[]);
            }
        }
        for read in root.tables("charger") {
            if !self.has_tracks {
                self.report("fleet/no-tracks", read.at("node"), &[]);
                continue;
            }
            if !self.knows_nodes {
                continue;
            }
            let Some(node) = self.refer(Kind::Node, read, "node", None) else {
                continue;
            };
            let power = Power(read.amount("power").unwrap_or(1));
            self.plant.chargers.push(Charger {
                name: id(read),
                node: NodeId(node),
                power,
            });
        }
    }

    fn vehicle(&mut self, kind: VehicleTypeId, start: NodeId) {
        let vehicle = VehicleId(self.plant.vehicles.len() as u32);
        let number = self
            .plant
            .vehicles
            .iter()
            .filter(|v| v.kind == kind)
            .count()
            + 1;
        let name = format!("{}-{number}", self.plant.vehicle_types[kind].name);
        let first = PlaceId(self.plant.places.len() as u32);
        let decks = self.plant.vehicle_types[kind].decks;
        for deck in 0..decks {
            self.plant.places.push(Place {
                owner: Owner::Deck(vehicle, deck),
                node: None,
            });
        }
        let decks = first..PlaceId(self.plant.places.len() as u32);
        self.plant.vehicles.push(Vehicle {
            name,
            kind,
            start,
            decks,
        });
    }
}

fn vehicle_type(read: Read<'_>) -> VehicleType {
    let amount = |key: &str, default: i64| read.amount(key).unwrap_or(default);
    let permille = |i: usize, default: u16| {
        let text = read.list("charge_at").get(i).and_then(|item| item.text());
        let share = text
            .and_then(|text| crate::units::parse(text, crate::units::Dimension::Share).ok())
            .map(|share| (share.clamp(0, 1_000_000_000) / 1_000_000) as u16);
        share.unwrap_or(default)
    };
    let charge_at = (permille(0, 300), permille(1, 850));
    if charge_at.0 >= charge_at.1 {
        let problem = read
            .desk
            .error("vehicle/charge-order", read.at("charge_at"));
        read.desk.push(problem);
    }
    VehicleType {
        name: id(read),
        length: Length(amount("length", 1000)),
        width: Length(amount("width", 1000)),
        margin: Length(amount("margin", 0)),
        speed: Speed(amount("speed", 1000)),
        accel: Accel(amount("accel", 500)),
        brake: Accel(amount("brake", 500)),
        turn: TurnRate(amount("turn", 785)),
        decks: read.count("decks").unwrap_or(1) as u8,
        dock: read.dist("dock").unwrap_or(Dist::Constant(Span::ZERO)),
        transfer: read.dist("transfer").unwrap_or(Dist::Constant(Span::ZERO)),
        battery: Energy(amount("battery", 1)),
        idle_power: Power(amount("idle_power", 0)),
        drive_energy: Energy(amount("drive_energy", 0)),
        stop_share: read.share("stop_share").unwrap_or(Share::ZERO),
        stop_time: read.dist("stop_time").unwrap_or(Dist::Constant(Span::ZERO)),
        charge_at,
    }
}
