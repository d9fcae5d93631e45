//! From the checked tree to the plant: names become ids, classes become elements, defaults are
//! filled in.

mod areas;
mod flow;
mod folder;
mod links;
mod lists;
mod names;
mod passes;
mod places;
mod racks;
mod scope;
mod station;
mod vehicles;

pub use names::Names;
pub use scope::{Element, Scope};

use crate::read::Read;
use crate::shape::Kind;
use crate::tree::{At, Desk};
use crate::{Files, Plant, Tracks};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;

/// A plant being built, with where its elements stand.
pub struct Build<'t> {
    /// The desk.
    pub desk: &'t Desk<'t>,
    /// The other files of the folder.
    pub files: &'t Files,
    /// `plant.toml`.
    pub root: Read<'t>,
    /// Ids by name.
    pub names: Names,
    /// Buffers as written, in order of id.
    pub buffers: Vec<Element<'t>>,
    /// Stations as written, in order of id.
    pub stations: Vec<Element<'t>>,
    /// Sources as written, in order of id.
    pub sources: Vec<Read<'t>>,
    /// The plant so far.
    pub plant: Plant,
    /// A name of the flow of pieces was not understood: what hangs on it cannot be judged.
    pub flow_unclear: bool,
    /// There is a `[tracks]`.
    pub has_tracks: bool,
    /// Its layout was understood.
    pub knows_nodes: bool,
    /// The pass schedule.
    passes: passes::Schedule,
}

impl<'t> Build<'t> {
    /// Builds the plant; problems go to the desk.
    pub fn run(name: &str, desk: &'t Desk<'t>, files: &'t Files, root: Read<'t>) -> Build<'t> {
        let mut build = Build {
            desk,
            files,
            root,
            names: Names::default(),
            buffers: Vec::new(),
            stations: Vec::new(),
            sources: root.tables("source").collect(),
            plant: empty(name),
            flow_unclear: false,
            has_tracks: false,
            knows_nodes: false,
            passes: passes::Schedule::default(),
        };
        build.head();
        build.declare();
        build.lists();
        build.tracks();
        build.flow();
        build.weigh();
        build.mixes();
        build.racks();
        build.fleet();
        build.links();
        build.people_areas();
        build.stop_groups();
        build.carriers();
        build.full_racks();
        build.orders();
        build
    }

    /// Gives every element its id, so that names may be used before they are written.
    fn declare(&mut self) {
        let root = self.root;
        for (key, kind) in [
            ("product", Kind::Product),
            ("carrier", Kind::Carrier),
            ("line", Kind::Line),
            ("crew", Kind::Crew),
            ("calendar", Kind::Calendar),
            ("source", Kind::Source),
            ("sink", Kind::Sink),
            ("indexer", Kind::Indexer),
            ("vehicle_type", Kind::VehicleType),
            ("charger", Kind::Charger),
            ("area", Kind::Area),
            ("emergency_group", Kind::StopGroup),
            ("rack", Kind::Rack),
            ("class", Kind::Class),
        ] {
            for table in root.tables(key) {
                let id = table.text("id").unwrap_or_default();
                self.names.declare(self.desk, kind, id, table.at("id"));
            }
        }
        self.read_passes();
        self.expand();
        for i in 0..self.buffers.len() {
            let element = &self.buffers[i];
            self.names
                .declare(self.desk, Kind::Buffer, &element.id, element.at);
        }
        for i in 0..self.stations.len() {
            let element = &self.stations[i];
            self.names
                .declare(self.desk, Kind::Station, &element.id, element.at);
        }
    }

    /// The id of the operation of that name; a new name is a new operation.
    pub fn operation(&mut self, name: &str) -> OperationId {
        if let Some(id) = self.names.get(Kind::Operation, name) {
            return OperationId(id);
        }
        self.names.add(Kind::Operation, name);
        self.plant.operations.push(name.to_string())
    }

    /// The id a key of an element refers to.
    pub fn refer(
        &mut self,
        kind: Kind,
        read: Read<'t>,
        key: &str,
        scope: Option<&Scope>,
    ) -> Option<u32> {
        let item = read.item(key)?;
        self.names
            .resolve(self.desk, kind, item.text()?, item.at, scope)
    }

    /// An error at a place, for the desk.
    pub fn report(
        &self,
        code: &'static str,
        at: At,
        args: &[(&'static str, &dyn core::fmt::Display)],
    ) {
        let mut problem = self.desk.error(code, at);
        for (name, value) in args {
            problem = problem.arg(name, value.to_string());
        }
        self.desk.push(problem);
    }
}

fn empty(name: &str) -> Plant {
    Plant {
        name: name.to_string(),
        epoch: String::new(),
        time_zone: String::new(),
        hash: Digest::EMPTY,
        products: Fixed::default(),
        mixes: Vec::new(),
        operations: Fixed::default(),
        carriers: Fixed::default(),
        lines: Fixed::default(),
        buffers: Fixed::default(),
        stations: Fixed::default(),
        sources: Fixed::default(),
        sinks: Fixed::default(),
        crews: Fixed::default(),
        calendars: Fixed::default(),
        indexers: Fixed::default(),
        racks: Fixed::default(),
        cranes: Fixed::default(),
        places: Fixed::default(),
        tracks: Tracks {
            out_start: alloc::vec![0],
            conflict_start: alloc::vec![0],
            ..Tracks::default()
        },
        vehicle_types: Fixed::default(),
        vehicles: Fixed::default(),
        chargers: Fixed::default(),
        parking: Vec::new(),
        orders: Vec::new(),
        order_names: Vec::new(),
        policy: lists::default_policy(),
        messages: crate::MessageFaults {
            delay: Dist::Constant(Span::ZERO),
            loss: Share::ZERO,
        },
        links: crate::Links::default(),
        areas: Fixed::default(),
        stop_groups: Fixed::default(),
    }
}
