//! A master and a vehicle with a wire between them that loses, doubles and delays, and a body.
#![allow(dead_code)] // each test file uses a part

pub mod car;
pub mod mutate;
pub mod schema;
pub mod script;

use fenhe_contract::*;
use fenhe_wire::vda5050::master::{Note, Out};
use fenhe_wire::vda5050::vehicle::Doing;
use fenhe_wire::vda5050::*;
use fenhe_wire::{EdgeName, Names, NodeName};
use std::collections::VecDeque;

pub const RING: u32 = 12;
pub const V: VehicleId = VehicleId(3);
/// 2026-01-01T00:00:00Z.
pub const EPOCH: i64 = 1_767_225_600_000_000;

/// A ring of twelve nodes, an edge from each to the next, a place at each.
pub fn ring() -> Names {
    let node = |i: u32| NodeName {
        name: format!("n{i}"),
        x: Length(i64::from(i) * 1000),
        y: Length(0),
    };
    let edge = |i: u32| EdgeName {
        name: format!("e{i}"),
        from: NodeId(i),
        to: NodeId((i + 1) % RING),
        heading: Angle(i64::from(i) * 700),
    };
    Names::new(
        Fixed::from_vec((0..RING).map(node).collect()),
        Fixed::from_vec((0..RING).map(edge).collect()),
        Fixed::from_vec((0..RING).map(|i| format!("port.{i}")).collect()),
    )
}

pub fn at(us: i64) -> Now {
    Now {
        time: Time(us),
        utc: Utc(EPOCH + us),
    }
}

/// Luck of a test: SplitMix64.
pub struct Luck(pub u64);
impl Luck {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
    pub fn percent(&mut self, p: u64) -> bool {
        self.below(100) < p
    }
}

/// What the body did, in order: truth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    Edge(EdgeId),
    Hand(u8, PlaceId, bool),
    Charge(u16),
}

#[derive(Default)]
pub struct Body {
    pub todo: VecDeque<Deed>,
    pub ledger: Vec<Deed>,
    pub revision: u32,
    pub fails: bool,
    pub loaded: bool,
}

impl Body {
    fn obey(&mut self, commands: &Commands) {
        for command in &commands.list {
            match *command {
                Command::Drive {
                    first,
                    count,
                    revision,
                    ..
                } => {
                    let edges = commands.base(first, count);
                    self.todo.extend(edges.iter().map(|&edge| Deed::Edge(edge)));
                    self.revision = revision;
                }
                Command::Handle {
                    deck,
                    place,
                    pick,
                    revision,
                    ..
                } => {
                    self.todo.push_back(Deed::Hand(deck, place, pick));
                    self.revision = revision;
                }
                Command::Charge {
                    until_permille,
                    revision,
                    ..
                } => {
                    self.todo.push_back(Deed::Charge(until_permille));
                    self.revision = revision;
                }
                _ => unreachable!("not for a vehicle"),
            }
        }
    }

    /// Does the next thing.
    fn step(&mut self, names: &Names) -> Option<VehicleEvent> {
        let deed = self.todo.pop_front()?;
        let revision = self.revision;
        if let Deed::Hand(deck, place, pick) = deed {
            if self.fails || pick == self.loaded {
                let why = if pick && self.loaded {
                    Why::Occupied
                } else {
                    Why::Empty
                };
                return Some(VehicleEvent::HandFailed {
                    deck,
                    place,
                    why,
                    revision,
                });
            }
            self.loaded = pick;
        }
        self.ledger.push(deed);
        Some(match deed {
            Deed::Edge(edge) => VehicleEvent::At {
                node: names.edge(edge).unwrap().to,
                revision,
            },
            Deed::Hand(deck, place, true) => {
                let tag = Tag(1000 + u64::from(place.0));
                VehicleEvent::Picked {
                    deck,
                    place,
                    tag,
                    revision,
                }
            }
            Deed::Hand(deck, place, false) => VehicleEvent::Dropped {
                deck,
                place,
                revision,
            },
            Deed::Charge(until) => VehicleEvent::Charge {
                permille: until,
                charging: false,
                revision,
            },
        })
    }
}

/// How bad the wire is, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub loss: u64,
    pub double: u64,
    pub delay: u64,
}

pub struct Rig {
    pub names: Names,
    pub master: Master,
    pub vehicle: Vehicle,
    pub body: Body,
    pub luck: Luck,
    pub weather: Weather,
    pub us: i64,
    /// When, in what order, to the vehicle?, what.
    air: Vec<(i64, bool, Message)>,
    pub sent: Vec<Message>,
    pub told: Vec<Message>,
    /// Both, in the order in which they were published, and when.
    pub wire: Vec<(i64, Message)>,
    pub events: Vec<Event>,
    pub notes: Vec<Note>,
    pub revision: u32,
    pub wanted: Vec<Deed>,
    pub end: u32,
    last_order: i64,
}

impl Rig {
    pub fn new(dialect: Dialect, quirks: Quirks, seed: u64) -> Rig {
        let mut rig = Rig {
            names: ring(),
            master: Master::new(V, dialect.clone(), NodeId(0), 0),
            vehicle: Vehicle::new(V, dialect, quirks, NodeId(0), 0),
            body: Body::default(),
            luck: Luck(seed),
            weather: Weather::default(),
            us: 0,
            air: Vec::new(),
            sent: Vec::new(),
            told: Vec::new(),
            wire: Vec::new(),
            events: Vec::new(),
            notes: Vec::new(),
            revision: 0,
            wanted: Vec::new(),
            end: 0,
            last_order: 0,
        };
        rig.with_vehicle(|v, now, names, out| v.connected(now, names, out));
        rig.with_master(|m, now, names, out| m.connected(now, names, out));
        rig
    }

    pub fn with_master(&mut self, f: impl FnOnce(&mut Master, Now, &Names, &mut Out)) {
        let mut out = Out::default();
        f(&mut self.master, at(self.us), &self.names, &mut out);
        self.events.extend(out.events);
        self.notes.extend(out.notes);
        for message in out.messages {
            self.sent.push(message.clone());
            self.wire.push((self.us, message.clone()));
            self.fly(true, message);
        }
    }

    pub fn with_vehicle(&mut self, f: impl FnOnce(&mut Vehicle, Now, &Names, &mut Doing)) {
        let mut out = Doing::default();
        f(&mut self.vehicle, at(self.us), &self.names, &mut out);
        assert!(
            out.faults.is_empty(),
            "we read what we write: {:?}",
            out.faults
        );
        self.body.obey(&out.commands);
        for message in out.messages {
            self.told.push(message.clone());
            self.wire.push((self.us, message.clone()));
            self.fly(false, message);
        }
    }

    fn fly(&mut self, down: bool, message: Message) {
        let copies = 1 + usize::from(message.qos == 0 && self.luck.percent(self.weather.double));
        for _ in 0..copies {
            if message.qos == 0 && self.luck.percent(self.weather.loss) {
                continue;
            }
            let late = if self.luck.percent(self.weather.delay) {
                self.luck.below(3_000_000) as i64
            } else {
                5_000
            };
            let mut when = self.us + late;
            if message.kind == Topic::Order {
                // MQTT keeps the order of one publisher's messages on one topic. States we shuffle
                // all the same: a master should stand that.
                when = when.max(self.last_order);
                self.last_order = when;
            }
            self.air.push((when, down, message.clone()));
        }
    }

    /// A tenth of a second.
    pub fn step(&mut self) {
        self.us += 100_000;
        let (due, later) = std::mem::take(&mut self.air)
            .into_iter()
            .partition(|(when, ..)| *when <= self.us);
        self.air = later;
        let mut due: Vec<(i64, bool, Message)> = due;
        due.sort_by_key(|(when, ..)| *when);
        for (_, down, message) in due {
            let bytes = &message.payload;
            if down {
                self.with_vehicle(|v, now, names, out| {
                    v.receive(now, names, message.kind, bytes, out)
                });
            } else {
                let topic = (message.kind, false);
                self.with_master(|m, now, names, out| m.receive(now, names, topic, bytes, out));
            }
        }
        if self.master.deadline() <= Time(self.us) {
            self.with_master(|m, now, names, out| m.tick(now, names, out));
        }
        if self.vehicle.deadline() <= Time(self.us) {
            self.with_vehicle(|v, now, names, out| v.tick(now, names, out));
        }
        if self.luck.percent(50) && !self.vehicle.crashed() {
            let names = self.names.clone();
            if let Some(event) = self.body.step(&names) {
                self.with_vehicle(|v, now, names, out| v.happened(now, names, event, out));
            }
        }
    }

    pub fn run(&mut self, seconds: i64) {
        for _ in 0..seconds * 10 {
            self.step();
        }
    }

    /// Until everything commanded is done, at most so long. Whether it is.
    pub fn finish(&mut self, seconds: i64) -> bool {
        for _ in 0..seconds * 10 {
            if self.master.idle() {
                return true;
            }
            self.step();
        }
        self.master.idle()
    }

    /// Gives one batch of commands.
    pub fn command(&mut self, deeds: &[Deed]) {
        let mut commands = Commands::default();
        let mut edges = Vec::new();
        let flush = |edges: &mut Vec<EdgeId>, commands: &mut Commands, revision: &mut u32| {
            if !edges.is_empty() {
                *revision += 1;
                commands.drive(V, *revision, edges);
                edges.clear();
            }
        };
        for &deed in deeds {
            self.wanted.push(deed);
            if let Deed::Edge(edge) = deed {
                edges.push(edge);
                continue;
            }
            flush(&mut edges, &mut commands, &mut self.revision);
            self.revision += 1;
            let revision = self.revision;
            commands.push(match deed {
                Deed::Hand(deck, place, pick) => Command::Handle {
                    vehicle: V,
                    revision,
                    deck,
                    place,
                    pick,
                },
                Deed::Charge(until_permille) => Command::Charge {
                    vehicle: V,
                    revision,
                    until_permille,
                },
                Deed::Edge(_) => unreachable!(),
            });
        }
        flush(&mut edges, &mut commands, &mut self.revision);
        self.with_master(|m, now, names, out| m.commands(now, names, &commands, out));
    }

    /// Edges onward from where the commands end.
    pub fn edges(&mut self, count: u32) -> Vec<Deed> {
        let edge = |i| Deed::Edge(EdgeId((self.end + i) % RING));
        let edges = (0..count).map(edge).collect();
        self.end = (self.end + count) % RING;
        edges
    }
    pub fn drive(&mut self, count: u32) {
        let edges = self.edges(count);
        self.command(&edges);
    }
    pub fn hand(&mut self, pick: bool) {
        let place = PlaceId(self.end);
        self.command(&[Deed::Hand(0, place, pick)]);
    }

    /// Vehicle facts, in order.
    pub fn facts(&self) -> Vec<VehicleEvent> {
        let vehicle = |event: &Event| match event {
            Event::Vehicle(V, event) => Some(*event),
            _ => None,
        };
        self.events.iter().filter_map(vehicle).collect()
    }
    pub fn ats(&self) -> Vec<u32> {
        let at = |fact: VehicleEvent| match fact {
            VehicleEvent::At { node, .. } => Some(node.0),
            _ => None,
        };
        self.facts().into_iter().filter_map(at).collect()
    }
    pub fn hands(&self) -> Vec<(u8, u32, bool)> {
        let hand = |fact: VehicleEvent| match fact {
            VehicleEvent::Picked { deck, place, .. } => Some((deck, place.0, true)),
            VehicleEvent::Dropped { deck, place, .. } => Some((deck, place.0, false)),
            _ => None,
        };
        self.facts().into_iter().filter_map(hand).collect()
    }
    pub fn orders(&self) -> Vec<fenhe_wire::vda5050::model::Order> {
        let orders = self.sent.iter().filter(|m| m.kind == Topic::Order);
        orders.map(|m| read::order(&m.payload).unwrap()).collect()
    }
    /// Messages of one instant action type that were sent.
    pub fn instants(&self, kind: &str) -> usize {
        let sent = self.sent.iter().filter(|m| m.kind == Topic::InstantActions);
        let of = |m: &&Message| read::instant_actions(&m.payload).unwrap().actions[0].kind == kind;
        sent.filter(of).count()
    }
    /// The link of the master was cut, or its process killed: state as the journal gives it back.
    pub fn restart_master(&mut self) {
        let bytes = snapshot(&self.master);
        self.master = restore(&bytes).expect("reads back");
        self.with_master(|m, now, names, out| m.connected(now, names, out));
    }
    /// The vehicle's program starts again; its body stands at the next node with what it holds.
    pub fn reboot_vehicle(&mut self) {
        self.body.todo.clear();
        self.vehicle.reboot();
        // A new connection: nothing that was under way on the old one arrives.
        self.air.retain(|(_, down, _)| !*down);
        self.with_vehicle(|v, now, names, out| v.connected(now, names, out));
    }
}
