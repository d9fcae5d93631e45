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
            self.between(read, rack);
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
            before: self.before(read),
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
            tidy: read.text("idle") == Some("tidy"),
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
        if let Some(turnover) = self.turnover(read) {
            return turnover;
        }
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

    /// With full turnover a class for each product, most loads out a slot first.
    fn turnover(&mut self, read: Read<'t>) -> Option<Vec<RackClass>> {
        let wanted = read.text("put_away") == Some("turnover");
        let mut rows: Vec<(i64, i64, ProductId)> = Vec::new();
        for inner in read.tables("turnover") {
            let found = self.refer(Kind::Product, inner, "product", None);
            let (loads, stock) = (inner.count("loads")?, inner.count("stock")?);
            let product = ProductId(found?);
            if rows.iter().any(|&(.., other)| other == product) {
                let name = &self.plant.products[product].name;
                let shown: &[(&'static str, &dyn Display)] = &[("id", name), ("kind", &"product")];
                self.report("id/duplicate", inner.at("product"), shown);
            }
            rows.push((loads, stock, product));
        }
        if wanted == rows.is_empty() {
            let at = if wanted { "put_away" } else { "turnover" };
            self.report("rack/turnover", read.at(at), &[]);
        }
        let rate = |a: &(i64, i64, ProductId), b: &(i64, i64, ProductId)| {
            (b.0 * a.1).cmp(&(a.0 * b.1)).then(a.2.cmp(&b.2))
        };
        rows.sort_by(rate);
        let all: i64 = rows.iter().map(|row| row.1).sum();
        let part = |stock: i64| (stock * i64::from(Share::ONE.0) / all.max(1)) as u32;
        let class = |&(_, stock, product): &(i64, i64, ProductId)| RackClass {
            share: Share(part(stock)),
            products: alloc::vec![product],
        };
        wanted.then(|| rows.iter().map(class).collect())
    }

    /// Operations whose loads come out of the rack.
    fn before(&mut self, read: Read<'t>) -> Vec<OperationId> {
        let mut all = Vec::new();
        for item in read.list("before") {
            let name = item.text().unwrap_or_default();
            let found = self
                .names
                .resolve(self.desk, Kind::Operation, name, item.at, None);
            all.extend(found.map(OperationId));
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What goes through the rack needs a way in for vehicles and a way out for them in one aisle, and
    /// ports that they bring it to.
    fn between(&mut self, read: Read<'t>, rack: RackId) {
        let row = &self.plant.racks[rack];
        if row.before.is_empty() {
            return;
        }
        let store = |id: BufferId| matches!(self.plant.buffers[id].kind, BufferKind::Store { .. });
        let point = |crane: &Crane, out: bool| {
            let mut io = crane.io.iter();
            io.any(|point| point.out == out && store(point.buffer))
        };
        let aisles = (row.cranes.start.0..row.cranes.end.0).map(CraneId);
        let mut aisles = aisles.map(|id| &self.plant.cranes[id]);
        if !aisles.all(|crane| point(crane, false) && point(crane, true)) {
            self.report("rack/before", read.at("before"), &[]);
        }
    }

    /// A rack between operations that has fewer slots than there are carriers it takes may fill up.
    pub(super) fn full_racks(&mut self) {
        let reads: Vec<Read<'t>> = self.root.tables("rack").collect();
        for (read, rack) in reads.into_iter().zip(&self.plant.racks) {
            let takes = |kind: &CarrierTypeId| (0..rack.size()).any(|n| rack.takes(n, *kind));
            let kinds = self.plant.carriers.ids().filter(takes);
            let carriers: usize = kinds.map(|id| self.plant.carriers[id].start.len()).sum();
            let slots = (rack.cranes.end.0 - rack.cranes.start.0) as usize * rack.size() as usize;
            if !rack.before.is_empty() && carriers > slots {
                let problem = self.desk.error("rack/few-slots", read.at("id"));
                let problem = problem.arg("slots", slots).arg("carriers", carriers);
                self.desk.push(problem.warning());
            }
        }
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
        Some("turnover") => PutAway::Turnover,
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
