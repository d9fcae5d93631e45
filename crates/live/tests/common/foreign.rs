//! Somebody else's vehicle: drives and does its actions, knows nothing of a simulated plant.

use fenhe_contract::*;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Client, Config, Heard};
use fenhe_live::clock::Clock;
use fenhe_live::topics;
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::vda5050::vehicle::Doing;
use fenhe_wire::vda5050::{Dialect, Quirks, Topic, Vehicle};
use std::collections::VecDeque;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Hand-overs that it did, in order.
pub type Done = Arc<Mutex<Vec<(PlaceId, bool)>>>;

pub struct Foreign {
    pub done: Done,
    stop: Sender<Option<Heard>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone, Copy)]
enum Deed {
    Edge(EdgeId),
    Hand(u8, PlaceId, bool),
    Charge(u16),
}

struct Body {
    plant: Arc<Plant>,
    todo: VecDeque<Deed>,
    ends: Time,
    revision: u32,
}

impl Body {
    fn obey(&mut self, now: Time, commands: &Commands) {
        let idle = self.todo.is_empty();
        for command in &commands.list {
            match *command {
                Command::Drive {
                    first,
                    count,
                    revision,
                    ..
                } => {
                    let edges = commands.base(first, count).iter();
                    self.todo.extend(edges.map(|&edge| Deed::Edge(edge)));
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
                _ => panic!("not for a vehicle"),
            }
        }
        if idle {
            self.begin(now);
        }
    }

    fn begin(&mut self, now: Time) {
        self.ends = match self.todo.front() {
            None => Time::NEVER,
            Some(Deed::Edge(edge)) => {
                let metres = self.plant.tracks.edges[*edge].length.as_metres();
                now + Span::from_seconds_up(metres / 1.2)
            }
            Some(Deed::Hand(..)) => now + Span::seconds(4),
            Some(Deed::Charge(_)) => now + Span::seconds(10),
        };
    }

    /// The next thing is over.
    fn step(&mut self, now: Time, done: &Done) -> Option<VehicleEvent> {
        if self.ends > now {
            return None;
        }
        let deed = self.todo.pop_front()?;
        self.begin(now);
        let revision = self.revision;
        Some(match deed {
            Deed::Edge(edge) => VehicleEvent::At {
                node: self.plant.tracks.edges[edge].to,
                revision,
            },
            Deed::Hand(deck, place, pick) => {
                done.lock().unwrap().push((place, pick));
                if pick {
                    let tag = Tag::UNREAD;
                    VehicleEvent::Picked {
                        deck,
                        place,
                        tag,
                        revision,
                    }
                } else {
                    VehicleEvent::Dropped {
                        deck,
                        place,
                        revision,
                    }
                }
            }
            Deed::Charge(permille) => VehicleEvent::Charge {
                permille,
                charging: false,
                revision,
            },
        })
    }
}

impl Foreign {
    /// Stands at a node with nothing on its deck, and connects.
    pub fn start(
        plant: &Arc<Plant>,
        (v, node, dialect): (VehicleId, NodeId, Dialect),
        (broker, clock, runtime): (Config, Clock, Handle),
    ) -> Foreign {
        let done = Done::default();
        let (stop, heard) = channel::<Option<Heard>>();
        let (names, ledger) = (Names::of(plant), done.clone());
        let mut vehicle = Vehicle::new(v, dialect.clone(), Quirks::default(), node, 0);
        let mut body = Body {
            plant: plant.clone(),
            todo: VecDeque::new(),
            ends: Time::NEVER,
            revision: 0,
        };
        let (order, instant) = (
            dialect.topic(Topic::Order),
            dialect.topic(Topic::InstantActions),
        );
        let config = Config {
            client_id: format!("somebody-elses-{}", dialect.serial),
            will: Some(topics::post(vehicle.will(clock.now()))),
            topics: vec![(order.clone(), 0), (instant, 0)],
            ..broker
        };
        let words = stop.clone();
        let client = Client::open(config, &runtime, move |heard| {
            let _ = words.send(Some(heard));
        });
        let thread = std::thread::spawn(move || {
            let mut out = Doing::default();
            loop {
                let next = body.ends.min(vehicle.deadline());
                let word = heard.recv_timeout(clock.until(next, Duration::from_millis(100)));
                let now = clock.now();
                match word {
                    Ok(Some(Heard::Up)) => vehicle.connected(now, &names, &mut out),
                    Ok(Some(Heard::Down(_))) => vehicle.disconnected(),
                    Ok(Some(Heard::Message { topic, payload, .. })) => {
                        let kind = if topic == order {
                            Topic::Order
                        } else {
                            Topic::InstantActions
                        };
                        vehicle.receive(now, &names, kind, &payload, &mut out);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(None) | Err(RecvTimeoutError::Disconnected) => {
                        vehicle.leaves(now, &mut out);
                        for message in out.messages.drain(..) {
                            client.publish(topics::post(message));
                        }
                        return client.close();
                    }
                }
                while let Some(event) = body.step(now.time, &ledger) {
                    vehicle.happened(now, &names, event, &mut out);
                    body.obey(now.time, &out.commands);
                    out.commands.clear();
                }
                if vehicle.deadline() <= now.time {
                    vehicle.tick(now, &names, &mut out);
                }
                body.obey(now.time, &out.commands);
                out.commands.clear();
                for message in out.messages.drain(..) {
                    client.publish(topics::post(message));
                }
            }
        });
        Foreign {
            done,
            stop,
            thread: Some(thread),
        }
    }

    pub fn hands(&self) -> Vec<(PlaceId, bool)> {
        self.done.lock().unwrap().clone()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.stop.send(None);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
