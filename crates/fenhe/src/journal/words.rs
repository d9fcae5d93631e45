//! Facts, orders and decisions in the words of who reads them, with the names of the plant.

use crate::orders::reference;
use fenhe_contract::*;
use fenhe_journal::Body;
use fenhe_messages::{Lang, Word, alarm, telling};
use fenhe_plant::{Owner, Plant};

/// A sentence: its code in the catalogue and its arguments, names among them.
pub struct Told {
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Told {
    /// In a language.
    pub fn text(&self, lang: Lang) -> String {
        telling(self.code, &self.args, lang).unwrap_or_else(|| self.code.to_string())
    }
    /// Whether it is about the element of this name, or the transport of this number.
    pub fn about(&self, name: &str) -> bool {
        let mut args = self.args.iter();
        args.any(|(_, value)| value == name || value.split('#').next() == Some(name))
    }
}

/// Names of a plant, and a language for states.
pub struct Words<'a> {
    pub plant: &'a Plant,
    pub lang: Lang,
}

impl Words<'_> {
    pub fn vehicle(&self, v: VehicleId) -> String {
        let found = self.plant.vehicles.get(v);
        found.map_or_else(|| format!("{v:?}"), |row| row.name.clone())
    }
    pub fn station(&self, s: StationId) -> String {
        let found = self.plant.stations.get(s);
        found.map_or_else(|| format!("{s:?}"), |row| row.name.clone())
    }
    pub fn buffer(&self, b: BufferId) -> String {
        let found = self.plant.buffers.get(b);
        found.map_or_else(|| format!("{b:?}"), |row| row.name.clone())
    }
    pub fn node(&self, n: NodeId) -> String {
        let found = self.plant.tracks.nodes.get(n);
        found.map_or_else(|| format!("{n:?}"), |row| row.name.clone())
    }
    pub fn area(&self, a: AreaId) -> String {
        let found = self.plant.areas.get(a);
        found.map_or_else(|| format!("{a:?}"), |row| row.name.clone())
    }
    pub fn group(&self, g: StopGroupId) -> String {
        let found = self.plant.stop_groups.get(g);
        found.map_or_else(|| format!("{g:?}"), |row| row.name.clone())
    }
    pub fn source(&self, s: SourceId) -> String {
        let found = self.plant.sources.get(s);
        found.map_or_else(|| format!("{s:?}"), |row| row.name.clone())
    }
    /// By its name in the plant's list; one that was released over the API by its serial.
    pub fn work_order(&self, order: OrderId) -> String {
        crate::orders::reference(self.plant, order)
    }
    pub fn product(&self, p: ProductId) -> String {
        let found = self.plant.products.get(p);
        found.map_or_else(|| format!("{p:?}"), |row| row.name.clone())
    }
    /// `PORT#2`, `agv-7#1`: whose, and which of its positions from 1.
    pub fn place(&self, place: PlaceId) -> String {
        let Some(row) = self.plant.places.get(place) else {
            return format!("{place:?}");
        };
        match row.owner {
            Owner::Deck(v, deck) => format!("{}#{}", self.vehicle(v), deck + 1),
            Owner::Slot(_) => self.plant.slot_name(place).unwrap_or_default(),
            Owner::Crane(crane) => self.crane(crane),
            Owner::Buffer(b) => {
                let same = |other: &&fenhe_plant::Place| other.owner == row.owner;
                let before = self.plant.places.as_slice()[..place.index()].iter();
                format!("{}#{}", self.buffer(b), before.filter(same).count() + 1)
            }
        }
    }
    pub fn crane(&self, crane: CraneId) -> String {
        let found = self.plant.cranes.get(crane);
        found.map_or_else(|| format!("{crane:?}"), |row| row.name.clone())
    }
    pub fn tag(&self, tag: Tag) -> String {
        if tag == Tag::UNREAD {
            "?".into()
        } else {
            tag.0.to_string()
        }
    }
    /// A state of a station.
    pub fn unit(&self, state: UnitState) -> String {
        let word = match state {
            UnitState::Idle => Word::StateIdle,
            UnitState::Execute => Word::StateExecute,
            UnitState::Setup => Word::StateSetup,
            UnitState::Blocked => Word::StateBlocked,
            UnitState::Down => Word::StateDown,
            UnitState::Maintenance => Word::StateMaintenance,
            UnitState::Off => Word::StateOff,
        };
        word.text(self.lang).to_string()
    }
    /// Whose condition it is.
    pub fn whose(&self, source: AlarmSource) -> String {
        match source {
            AlarmSource::Plant => self.plant.name.clone(),
            AlarmSource::Vehicle(v) => self.vehicle(v),
            AlarmSource::Station(s) => self.station(s),
            AlarmSource::Buffer(b) => self.buffer(b),
            AlarmSource::Place(p) => self.place(p),
            AlarmSource::Order(o) => reference(self.plant, o),
        }
    }
    /// What is wrong with it.
    pub fn wrong(&self, point: AlarmPoint) -> String {
        alarm(point.code, &self.whose(point.source), self.lang).what
    }

    /// An entry of a journal.
    pub fn entry(&self, body: &Body) -> Told {
        let (code, args) = match body {
            Body::Fact(fact) => return self.fact(fact),
            Body::Clock { utc_us, .. } => (
                "clock",
                vec![("utc", crate::local::utc(self.plant, *utc_us))],
            ),
            Body::Audit {
                who,
                what,
                from,
                to,
            } => (
                "audit",
                vec![
                    ("who", who.clone()),
                    ("what", what.clone()),
                    ("from", from.clone()),
                    ("to", to.clone()),
                ],
            ),
            Body::Note { .. } => ("note", vec![("what", body.what()), ("words", body.words())]),
        };
        Told { code, args }
    }

    fn fact(&self, fact: &Event) -> Told {
        let (code, args) = match *fact {
            Event::Place(place, event) => self.at_place(place, event),
            Event::Station(station, event) => self.at_station(station, event),
            Event::Queue(buffer, QueueEvent::Arrived { tag, product }) => (
                "queue-arrived",
                vec![
                    ("buffer", self.buffer(buffer)),
                    ("product", self.product(product)),
                    ("tag", self.tag(tag)),
                ],
            ),
            Event::Source(source, SourceEvent::Wanted { product, count }) => (
                "source-wanted",
                vec![
                    ("source", self.source(source)),
                    ("product", self.product(product)),
                    ("count", count.to_string()),
                ],
            ),
            Event::Source(source, SourceEvent::Entered { tag, order }) => (
                "source-entered",
                vec![
                    ("source", self.source(source)),
                    ("tag", self.tag(tag)),
                    ("order", self.work_order(order)),
                ],
            ),
            Event::Sink(sink, count) => (
                "sink-counted",
                vec![
                    (
                        "sink",
                        self.plant
                            .sinks
                            .get(sink)
                            .map_or_else(String::new, |row| row.name.clone()),
                    ),
                    ("good", count.good.to_string()),
                    ("scrap", count.scrap.to_string()),
                ],
            ),
            Event::Vehicle(v, event) => self.of_vehicle(v, event),
            Event::Order(order) => (
                "order-known",
                vec![
                    ("order", self.work_order(order.order)),
                    ("quantity", order.quantity.to_string()),
                    ("product", self.product(order.product)),
                    ("due", crate::local::local(self.plant, order.due)),
                ],
            ),
            Event::Link(v, back) => (
                if back { "link-back" } else { "link-lost" },
                vec![("vehicle", self.vehicle(v))],
            ),
            Event::Plan(ref plan) => ("plan-came", vec![("revision", plan.revision.to_string())]),
            Event::Deadline => ("deadline", Vec::new()),
            ref other => self.rare(other),
        };
        Told { code, args }
    }

    fn rare(&self, fact: &Event) -> (&'static str, Args) {
        let on = |on: bool, yes, no| if on { yes } else { no };
        match *fact {
            Event::Calendar(calendar, begins) => {
                let name = self.plant.calendars.get(calendar);
                let name = name.map_or_else(String::new, |row| row.name.clone());
                (
                    on(begins, "calendar-on", "calendar-off"),
                    vec![("calendar", name)],
                )
            }
            Event::Access(area, act) => (
                "access-act",
                vec![("area", self.area(area)), ("act", format!("{act:?}"))],
            ),
            Event::Fire(area, burns) => (
                on(burns, "fire-on", "fire-off"),
                vec![("area", self.area(area))],
            ),
            Event::EStop(group, act) => (
                "stop-act",
                vec![("group", self.group(group)), ("act", format!("{act:?}"))],
            ),
            Event::Alarm(id, act) => (
                "alarm-act",
                vec![("alarm", id.0.to_string()), ("act", format!("{act:?}"))],
            ),
            Event::OutOfService(point, out) => {
                (on(out, "out-of-service", "in-service"), self.point(point))
            }
            Event::Trouble(trouble, begins) => (
                on(begins, "trouble-on", "trouble-off"),
                self.point(trouble.point()),
            ),
            Event::Crane(crane, event) => self.of_crane(crane, event),
            ref other => ("history", vec![("words", format!("{other:?}"))]),
        }
    }

    fn of_crane(&self, crane: CraneId, event: CraneEvent) -> (&'static str, Args) {
        let crane = ("crane", self.crane(crane));
        match event {
            CraneEvent::Picked { place, tag, .. } => (
                "crane-picked",
                vec![crane, ("place", self.place(place)), ("tag", self.tag(tag))],
            ),
            CraneEvent::Dropped { place, .. } => {
                ("crane-dropped", vec![crane, ("place", self.place(place))])
            }
            CraneEvent::Arrived { place, .. } => {
                ("crane-arrived", vec![crane, ("place", self.place(place))])
            }
            CraneEvent::Failed { place, why, .. } => (
                "crane-failed",
                vec![
                    crane,
                    ("place", self.place(place)),
                    ("why", format!("{why:?}")),
                ],
            ),
            CraneEvent::State(UnitState::Down) => ("crane-down", vec![crane]),
            CraneEvent::State(_) => ("crane-up", vec![crane]),
        }
    }

    pub fn point(&self, point: AlarmPoint) -> Args {
        vec![
            ("source", self.whose(point.source)),
            ("what", self.wrong(point)),
        ]
    }

    fn at_place(&self, place: PlaceId, event: PlaceEvent) -> (&'static str, Args) {
        let mut args = vec![("place", self.place(place))];
        let code = match event {
            PlaceEvent::Occupied(tag) => {
                args.push(("tag", self.tag(tag)));
                "place-occupied"
            }
            PlaceEvent::Freed => "place-freed",
            PlaceEvent::Emptied(tag) => {
                args.push(("tag", self.tag(tag)));
                "place-emptied"
            }
            PlaceEvent::Filled {
                tag,
                count,
                product,
            } => {
                args.push(("tag", self.tag(tag)));
                args.push(("count", count.to_string()));
                args.push(("product", self.product(product)));
                "place-filled"
            }
        };
        (code, args)
    }

    fn at_station(&self, station: StationId, event: StationEvent) -> (&'static str, Args) {
        let mut args = vec![("station", self.station(station))];
        let code = match event {
            StationEvent::State(state) => {
                args.push(("state", self.unit(state)));
                "station-state"
            }
            StationEvent::Started(tag) => {
                args.push(("tag", self.tag(tag)));
                "station-started"
            }
            StationEvent::Ended(tag) => {
                args.push(("tag", self.tag(tag)));
                "station-ended"
            }
            StationEvent::Scrapped(tag) => {
                args.push(("tag", self.tag(tag)));
                "station-scrapped"
            }
            StationEvent::Counted(count) => {
                args.push(("good", count.good.to_string()));
                args.push(("scrap", count.scrap.to_string()));
                "station-counted"
            }
            StationEvent::Shows(state) => {
                args.push(("state", self.unit(state)));
                "station-shows"
            }
            StationEvent::Refused(why) => {
                args.push(("why", format!("{why:?}")));
                "station-refused"
            }
        };
        (code, args)
    }

    fn of_vehicle(&self, v: VehicleId, event: VehicleEvent) -> (&'static str, Args) {
        let mut args = vec![("vehicle", self.vehicle(v))];
        let code = match event {
            VehicleEvent::At { node, revision } => {
                args.push(("node", self.node(node)));
                args.push(("revision", revision.to_string()));
                "vehicle-at"
            }
            VehicleEvent::Picked {
                deck, place, tag, ..
            } => {
                args.push(("place", self.place(place)));
                args.push(("tag", self.tag(tag)));
                args.push(("deck", (deck + 1).to_string()));
                "vehicle-picked"
            }
            VehicleEvent::Dropped { deck, place, .. } => {
                args.push(("place", self.place(place)));
                args.push(("deck", (deck + 1).to_string()));
                "vehicle-dropped"
            }
            VehicleEvent::HandFailed {
                deck, place, why, ..
            } => {
                args.push(("place", self.place(place)));
                args.push(("deck", (deck + 1).to_string()));
                args.push(("why", format!("{why:?}")));
                "vehicle-hand-failed"
            }
            VehicleEvent::Charge {
                permille, charging, ..
            } => {
                args.push(("percent", percent(permille)));
                args.push(("charging", charging.to_string()));
                "vehicle-charge"
            }
            VehicleEvent::Held(true) => "vehicle-held",
            VehicleEvent::Held(false) => "vehicle-free",
            VehicleEvent::State {
                node,
                revision,
                done,
            } => {
                args.push(("node", self.node(node)));
                args.push(("revision", revision.to_string()));
                args.push(("done", done.to_string()));
                "vehicle-state"
            }
        };
        (code, args)
    }
}

pub type Args = Vec<(&'static str, String)>;

/// Parts per thousand as percent.
pub fn percent(permille: u16) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}
