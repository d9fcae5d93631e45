//! Automated stores: racks, cranes, slots and where they meet ports.

use super::Build;
use super::lists::id;
use crate::kinematics::Drive;
use crate::read::Read;
use crate::shape::Kind;
use crate::*;
use alloc::format;
use alloc::vec::Vec;
use core::fmt::Display;
use fenhe_contract::*;

/// The most places of a plant.
const PLACES: u64 = 1_000_000;

impl<'t> Build<'t> {
    /// After buffers are known and before vehicles have their decks.
    pub(super) fn racks(&mut self) {
        let root = self.root;
        for read in root.tables("rack") {
            let rack = self.rack(read);
            let rack = self.plant.racks.push(rack);
            self.aisles(read, rack);
        }
    }

    fn rack(&mut self, read: Read<'t>) -> Rack {
        let count = |key: &str, default: i64| read.count(key).unwrap_or(default).max(1) as u32;
        let length = |key: &str| Length(read.amount(key).unwrap_or(1_000).max(1));
        let crane = read.inner("crane");
        let first = CraneId(self.plant.cranes.len() as u32);
        let mut rack = Rack {
            name: id(read),
            cranes: first..CraneId(first.0 + count("aisles", 1)),
            sides: count("sides", 2) as u8,
            bays: count("bays", 1),
            levels: count("levels", 1),
            depth: count("depth", 1) as u8,
            bay_width: length("bay_width"),
            level_height: length("level_height"),
            limits: self.limits(read),
            classes: self.classes(read),
            put_away: put_away(read),
            retrieve: retrieve(read),
            command: match read.text("command") {
                Some("single") => CraneCommand::Single,
                _ => CraneCommand::Dual,
            },
            pairing: match read.text("pairing") {
                Some("nearest") => Pairing::Nearest,
                _ => Pairing::Fcfs,
            },
            reserve: match read.count("reserve") {
                Some(slots) => slots.max(0) as u32,
                None => count("depth", 1) - 1,
            },
            drives: [
                drive(crane, "speed", "accel"),
                drive(crane, "lift_speed", "lift_accel"),
            ],
            transfer: crane
                .and_then(|crane| crane.dist("transfer"))
                .unwrap_or(Dist::Constant(Span::ZERO)),
            failures: crane.map_or_else(Vec::new, |crane| self.crane_failures(crane)),
        };
        let sides = u64::from(rack.sides) * u64::from(rack.depth);
        let face = u64::from(rack.bays) * u64::from(rack.levels);
        let all = face * sides * u64::from(count("aisles", 1));
        if self.plant.places.len() as u64 + all > PLACES {
            self.report("size/too-many", read.at("bays"), &[("most", &PLACES)]);
            (rack.bays, rack.levels) = (1, 1);
        }
        rack
    }

    fn crane_failures(&self, crane: Read<'t>) -> Vec<Failure> {
        let hour = || Dist::Constant(Span::hours(1));
        let failure = |inner: Read<'t>| {
            let every = inner.dist("every").unwrap_or_else(hour);
            if inner.item("every").is_some() && every.mean().0 < 1 {
                self.report("time/zero", inner.at("every"), &[("key", &"every")]);
            }
            Failure {
                name: id(inner),
                clock: match inner.text("clock") {
                    Some("calendar") => FailureClock::Calendar,
                    _ => FailureClock::Busy,
                },
                every,
                repair: inner.dist("repair").unwrap_or_else(hour),
                crew: None,
                effect: Effect::Resume,
            }
        };
        crane.tables("failures").map(failure).collect()
    }

    /// The products and shares of classes; nobody twice, no more than there is.
    fn classes(&mut self, read: Read<'t>) -> Vec<RackClass> {
        let mut classes: Vec<RackClass> = Vec::new();
        for inner in read.tables("classes") {
            let mut products: Vec<ProductId> = Vec::new();
            for item in inner.list("products") {
                let Some(name) = item.text() else { continue };
                let found = self
                    .names
                    .resolve(self.desk, Kind::Product, name, item.at, None);
                let Some(product) = found.map(ProductId) else {
                    continue;
                };
                let known = |class: &RackClass| class.products.contains(&product);
                if products.contains(&product) || classes.iter().any(known) {
                    let shown: &[(&'static str, &dyn Display)] =
                        &[("id", &name), ("kind", &"product")];
                    self.report("id/duplicate", item.at, shown);
                }
                products.push(product);
            }
            products.sort_unstable();
            let share = inner.share("share").unwrap_or(Share::ZERO);
            classes.push(RackClass { share, products });
        }
        let sum: u64 = classes.iter().map(|class| u64::from(class.share.0)).sum();
        let wanted = read.text("put_away") == Some("class");
        let at = if classes.is_empty() {
            "put_away"
        } else {
            "classes"
        };
        if wanted == classes.is_empty() || sum > u64::from(Share::ONE.0) {
            self.report("rack/classes", read.at(at), &[]);
        }
        classes
    }

    fn limits(&mut self, read: Read<'t>) -> Vec<Limit> {
        let mut limits = Vec::new();
        let levels = read.count("levels").unwrap_or(1);
        for inner in read.tables("limits") {
            let level = |n: usize| match inner.list("levels").get(n).map(|item| &item.value) {
                Some(crate::tree::Value::Integer(Some(level))) => *level,
                _ => 1,
            };
            let (first, last) = (level(0), level(1));
            if first > last || last > levels {
                self.report("rack/levels", inner.at("levels"), &[("levels", &levels)]);
            }
            let mut carriers = Vec::new();
            for item in inner.list("carriers") {
                let name = item.text().unwrap_or_default();
                let found = self
                    .names
                    .resolve(self.desk, Kind::Carrier, name, item.at, None);
                carriers.extend(found.map(CarrierTypeId));
            }
            carriers.sort_unstable();
            let levels = first.max(1) as u32 - 1..last.max(1) as u32;
            limits.push(Limit { levels, carriers });
        }
        limits
    }

    /// Slots and cranes of all aisles.
    fn aisles(&mut self, read: Read<'t>, rack: RackId) {
        let cranes = self.plant.racks[rack].cranes.clone();
        let size = self.plant.racks[rack].size();
        let points = self.points(read, rack);
        for n in cranes.start.0..cranes.end.0 {
            let crane = CraneId(n);
            let first = self.plant.places.len() as u32;
            let mut add = |owner| self.plant.places.push(Place { owner, node: None });
            (0..size).for_each(|_| {
                add(Owner::Slot(crane));
            });
            let deck = add(Owner::Crane(crane));
            let aisle = n - cranes.start.0 + 1;
            let here = points
                .iter()
                .filter(|(of, _)| of.is_none_or(|of| of == aisle));
            let row = Crane {
                name: format!("{}.{aisle}", self.plant.racks[rack].name),
                rack,
                slots: PlaceId(first)..PlaceId(first + size),
                deck,
                io: here.map(|&(_, point)| point).collect(),
            };
            self.plant.cranes.push(row);
        }
    }

    /// Hand-over points with the aisle they are in.
    fn points(&mut self, read: Read<'t>, rack: RackId) -> Vec<(Option<u32>, IoPoint)> {
        let cranes = &self.plant.racks[rack].cranes;
        let aisles = cranes.end.0 - cranes.start.0;
        let mut points = Vec::new();
        for inner in read.tables("io") {
            let aisle = inner.count("aisle").map(|n| n as u32);
            if aisle.is_some_and(|aisle| aisle > aisles) {
                self.report("rack/aisle", inner.at("aisle"), &[("aisles", &aisles)]);
            }
            let found = self.refer(Kind::Buffer, inner, "buffer", None);
            let Some(buffer) = found.map(BufferId) else {
                continue;
            };
            let said = inner.text("direction");
            let out = match self.plant.buffers[buffer].kind {
                BufferKind::Load { .. } => false,
                BufferKind::Unload { .. } => true,
                BufferKind::Store { .. } => said == Some("out"),
                BufferKind::Queue { .. } => {
                    self.wanted_kind(inner.at("buffer"), buffer, &["unload", "load", "store"]);
                    continue;
                }
            };
            let store = matches!(self.plant.buffers[buffer].kind, BufferKind::Store { .. });
            let fits = said.map_or(!store, |said| (said == "out") == out);
            if !fits {
                let name = &self.plant.buffers[buffer].name;
                self.report("rack/direction", inner.at("buffer"), &[("buffer", name)]);
            }
            let at = Spot {
                x: Length(inner.amount("x").unwrap_or(0)),
                y: Length(inner.amount("y").unwrap_or(0)),
            };
            points.push((aisle, IoPoint { buffer, at, out }));
        }
        points
    }
}

fn drive(crane: Option<Read<'_>>, speed: &str, accel: &str) -> Drive {
    let amount = |key: &str| crane.and_then(|crane| crane.amount(key));
    Drive {
        speed: Speed(amount(speed).unwrap_or(1_000)),
        accel: amount(accel).map(Accel),
    }
}

fn put_away(read: Read<'_>) -> PutAway {
    match read.text("put_away") {
        Some("random") => PutAway::Random,
        Some("class") => PutAway::Class,
        _ => PutAway::Nearest,
    }
}

fn retrieve(read: Read<'_>) -> Retrieve {
    match read.text("retrieve") {
        Some("priority") => Retrieve::Priority,
        Some("expiry") => Retrieve::Expiry,
        _ => Retrieve::Fifo,
    }
}
