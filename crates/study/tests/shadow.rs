//! Beside another master that shows its orders in full when it gives them: with its rules we decide as
//! it does, with others less often, and what we believe of the plant is what it believes.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Fetch, Owner, Plant, load};
use fenhe_study::{Divergence, Follower, Leg, PingPong, Scratch, Shadow, read_folder, run};
use fenhe_world::World;
use std::path::Path;
use std::sync::Arc;

const SEED: Seed = Seed(11);

fn cells() -> Plant {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let files = read_folder(&folder).expect("folder");
    load("jinneng-cells", &files).expect("a plant").0
}

/// Another master, and a shadow that hears what it decides.
#[derive(Clone)]
struct Watched {
    master: Controller,
    shadow: Shadow,
    plant: Arc<Plant>,
    headings: Vec<Option<NodeId>>,
}

impl Watched {
    fn new(theirs: &Arc<Plant>, ours: &Arc<Plant>) -> Watched {
        let master = Controller::new(theirs.clone());
        let shadow = Shadow::new(ours);
        let headings = theirs.vehicles.ids().map(|v| master.heading(v)).collect();
        Watched {
            master,
            shadow,
            plant: theirs.clone(),
            headings,
        }
    }

    fn store(&self, place: PlaceId) -> Option<BufferId> {
        match self.plant.places[place].owner {
            Owner::Buffer(buffer) => Some(buffer),
            Owner::Deck(..) | Owner::Slot(_) | Owner::Crane(_) => None,
        }
    }

    /// Vehicles sent somewhere else than before.
    fn sent(&mut self, now: Time, of: &dyn Fn(VehicleId) -> bool) {
        for v in self.plant.vehicles.ids().filter(|&v| of(v)) {
            let heading = self.master.heading(v);
            let old = std::mem::replace(&mut self.headings[v.index()], heading);
            if let Some(node) = heading.filter(|_| old != heading) {
                self.shadow.sent(now, v, node);
            }
        }
    }

    /// Transports decided at one instant, by trip.
    fn trips(&mut self, now: Time, records: &[Record]) {
        let mut trips: Vec<(VehicleId, Vec<Leg>)> = Vec::new();
        for record in records {
            let Record::Transport {
                vehicle, from, to, ..
            } = *record
            else {
                continue;
            };
            if self.store(from).is_none() {
                continue; // a load on a deck gets another place; seen when it is ordered there
            }
            match trips.last_mut() {
                Some((last, legs)) if *last == vehicle => legs.push((from, Some(to))),
                _ => trips.push((vehicle, vec![(from, Some(to))])),
            }
        }
        for (vehicle, legs) in trips {
            self.shadow.trip(now, vehicle, &legs);
        }
    }
}

impl Decide for Watched {
    fn handle(&mut self, now: Time, event: &Event, out: &mut Commands) {
        let (commands, records) = (out.list.len(), out.records.len());
        let carried: Vec<bool> = self
            .plant
            .vehicles
            .ids()
            .map(|v| self.master.carries(v))
            .collect();
        self.master.handle(now, event, out);
        self.shadow.fact(now, event);
        // Who goes on with what he had was sent before anybody was chosen.
        let records = &out.records[records..];
        let goes_on = |v: VehicleId| {
            let chosen =
                |r: &Record| matches!(r, Record::Transport { vehicle, .. } if *vehicle == v);
            let reported = matches!(event, Event::Vehicle(by, _) if *by == v);
            (carried[v.index()] || reported) && !records.iter().any(chosen)
        };
        self.sent(now, &goes_on);
        self.trips(now, records);
        self.sent(now, &|_| true);
        for command in &out.list[commands..] {
            let edges = match *command {
                Command::Drive { first, count, .. } => out.base(first, count),
                _ => &[],
            };
            self.shadow.told(now, command, edges);
        }
    }
    fn deadline(&self) -> Option<(Time, Deadline)> {
        self.master.deadline()
    }
    fn digest(&self) -> Digest {
        self.master.digest()
    }
    fn snapshot(&self) -> Vec<u8> {
        self.master.snapshot()
    }
}

/// Runs a plant by `theirs` beside a shadow with `ours`.
fn beside(theirs: Plant, ours: Plant, hours: i64) -> Result<(Watched, World), PingPong> {
    let (theirs, ours) = (Arc::new(theirs), Arc::new(ours));
    let mut core = Watched::new(&theirs, &ours);
    let mut world = World::new(theirs, SEED);
    let until = Time::ZERO + Span::hours(hours);
    let scratch = &mut Scratch::default();
    run(
        &mut core,
        &mut world,
        until,
        &mut NoRecords,
        scratch,
        &mut (),
    )?;
    Ok((core, world))
}

fn json(divergence: &Divergence) -> String {
    serde_json::to_string(divergence).unwrap_or_default()
}

#[test]
fn the_same_rules_decide_the_same_and_believe_the_same() {
    let (all, world) = beside(cells(), cells(), 4).expect("no ping-pong");
    let found = all.shadow.divergence();

    assert_eq!(world.breaches(), 0);
    assert!(found.trips.same.n() > 500, "{}", json(found));
    let now = world.now();
    assert_eq!(all.master.belief(now), all.shadow.core().belief(now));
    assert_eq!(found.trips.same.mean(), Some(1.0), "{}", json(found));
    assert_eq!(found.trips.same_place.mean(), Some(1.0), "{}", json(found));
    assert_eq!(found.unknown, 0);
}

/// Runs a plant by `theirs` beside a follower with `ours` that hears facts and orders only.
fn followed(theirs: Plant, ours: Plant, hours: i64) -> Result<(Follower, Controller), PingPong> {
    let (theirs, ours) = (Arc::new(theirs), Arc::new(ours));
    let mut follower = Follower::new(&ours);
    let mut master = Controller::new(theirs.clone());
    let mut world = World::new(theirs, SEED);
    let until = Time::ZERO + Span::hours(hours);
    let mut tap = |now: Time, event: &Event, out: &Commands| {
        follower.fact(now, event);
        for command in &out.list {
            let edges = match *command {
                Command::Drive { first, count, .. } => out.base(first, count),
                _ => &[],
            };
            follower.told(now, command, edges);
        }
    };
    let scratch = &mut Scratch::default();
    run(
        &mut master,
        &mut world,
        until,
        &mut NoRecords,
        scratch,
        &mut tap,
    )?;
    follower.end();
    Ok((follower, master))
}

/// A master that shows its orders edge by edge: when it decided is concluded, so not every decision
/// is placed right.
#[test]
fn a_master_that_hides_its_horizon_is_followed_from_its_orders() {
    let (follower, master) = followed(cells(), cells(), 4).expect("no ping-pong");
    let found = follower.divergence();
    println!("followed: {}", json(&found));
    let now = Time::ZERO + Span::hours(4);
    let (theirs, ours) = (master.belief(now), follower.shadow().core().belief(now));
    assert_eq!(theirs.loads, ours.loads);
    assert_eq!(theirs.vehicles, ours.vehicles);
    assert!(found.trips.same.mean() > Some(0.8), "{}", json(&found));
}

/// A shadow that fetches with the nearest beside a master that fetches with whoever stood longest, and
/// the other way round.
#[test]
fn other_rules_decide_otherwise_and_their_worth_has_its_sign() {
    let rule = |fetch| {
        let mut plant = cells();
        plant.policy.fetch = fetch;
        plant
    };
    let (nearest, longest) = (rule(Fetch::Nearest), rule(Fetch::LongestIdle));
    let (all, world) = beside(longest.clone(), nearest.clone(), 4).expect("no ping-pong");
    let found = all.shadow.divergence();

    let now = world.now();
    assert_eq!(all.master.belief(now), all.shadow.core().belief(now));
    let share = found.trips.same.mean().unwrap_or(1.0);
    assert!(share < 0.9, "{share}");
    let [low, _] = found.trips.gain.interval().expect("observations");
    assert!(low > 0.0, "{}", json(found));

    let (all, _) = beside(nearest, longest, 4).expect("no ping-pong");
    let found = all.shadow.divergence();

    let [_, high] = found.trips.gain.interval().expect("observations");
    assert!(high < 0.0, "{}", json(found));
}

/// Whatever another master is heard to say, the shadow takes it without falling over, and goes on.
#[test]
fn nonsense_observed_does_no_harm() {
    let plant = Arc::new(cells());
    let mut shadow = Shadow::new(&plant);
    let mut luck = SEED.stream("nonsense", Purpose::Fault);
    let below = |n: usize, luck: &mut Stream| (luck.unit() * (n as f64 * 1.02)) as u32;
    for i in 0..20_000u32 {
        let now = Time::ZERO + Span::ms(i64::from(i) * 700);
        let vehicle = VehicleId(below(plant.vehicles.len(), &mut luck));
        let place = |luck: &mut Stream| PlaceId(below(plant.places.len(), luck));
        let node = NodeId(below(plant.tracks.nodes.len(), &mut luck));
        let (at, to) = (place(&mut luck), place(&mut luck));
        let (revision, deck) = (i, below(5, &mut luck) as u8);
        let (pick, known) = (luck.unit() < 0.5, vehicle.index() < plant.vehicles.len());
        match below(7, &mut luck) {
            0 => shadow.trip(now, vehicle, &[(at, Some(to)), (to, None)]),
            1 => shadow.sent(now, vehicle, node),
            2 => {
                let order = Command::Handle {
                    vehicle,
                    revision,
                    deck,
                    place: at,
                    pick,
                };
                shadow.told(now, &order, &[]);
            }
            3 => {
                let order = Command::Charge {
                    vehicle,
                    revision,
                    until_permille: 900,
                };
                shadow.told(now, &order, &[]);
            }
            4 => {
                let order = Command::Drive {
                    vehicle,
                    revision,
                    first: 0,
                    count: 1,
                };
                let edge = EdgeId(below(plant.tracks.edges.len(), &mut luck));
                shadow.told(now, &order, &[edge]);
            }
            5 if known && at.index() < plant.places.len() && deck < 3 => {
                let event = if pick {
                    VehicleEvent::Picked {
                        deck,
                        place: at,
                        tag: Tag::UNREAD,
                        revision,
                    }
                } else {
                    VehicleEvent::Dropped {
                        deck,
                        place: at,
                        revision,
                    }
                };
                shadow.fact(now, &Event::Vehicle(vehicle, event));
            }
            6 if known && node.index() < plant.tracks.nodes.len() => {
                let event = VehicleEvent::At { node, revision };
                shadow.fact(now, &Event::Vehicle(vehicle, event));
            }
            _ => {}
        }
    }
    let found = shadow.divergence();
    assert!(found.unknown > 1_000, "{}", json(found));
    assert!(found.trips.same.n() > 100, "{}", json(found));
}
