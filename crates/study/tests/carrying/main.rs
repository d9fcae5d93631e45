//! Control and world together on a small yard: carriers go round, nothing is lost, nobody is stuck.

mod yard;

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{BufferKind, Plant};
use fenhe_study::{Scratch, run};
use fenhe_world::World;
use std::sync::Arc;
use yard::Setting;

/// What is to be seen of a run.
#[derive(Default)]
struct Seen {
    left: u64,
    breaches: Vec<(f64, Breach)>,
    transported: u64,
    waited: f64,
    /// Carriers taken with pieces and without.
    picks: [u64; 2],
    edges: u64,
    /// Per vehicle, when it last did anything.
    last: Vec<f64>,
}

impl RecordSink for Seen {
    const PIECES: bool = false;
    fn record(&mut self, now: Time, record: Record) {
        match record {
            Record::Left { .. } => self.left += 1,
            Record::Breach(breach) => self.breaches.push((now.as_seconds(), breach)),
            Record::Transported { wanted, .. } => {
                self.transported += 1;
                self.waited += (now - wanted).as_seconds();
            }
            Record::Handed {
                vehicle,
                pick: true,
                count,
                ..
            } => {
                self.picks[usize::from(count == 0)] += 1;
                self.moved(vehicle, now);
            }
            Record::Edge { vehicle, .. } => {
                self.edges += 1;
                self.moved(vehicle, now);
            }
            _ => {}
        }
    }
}
impl Seen {
    fn moved(&mut self, vehicle: VehicleId, now: Time) {
        self.last
            .resize(self.last.len().max(vehicle.index() + 1), 0.0);
        self.last[vehicle.index()] = now.as_seconds();
    }
}

struct Yard {
    plant: Arc<Plant>,
    core: Controller,
    world: World,
    seen: Seen,
    scratch: Scratch,
}

impl Yard {
    fn new(setting: &Setting, seed: u64) -> Yard {
        let plant = Arc::new(yard::yard(setting));
        Yard {
            core: Controller::new(plant.clone()),
            world: World::new(plant.clone(), Seed(seed)),
            plant,
            seen: Seen::default(),
            scratch: Scratch::default(),
        }
    }
    fn to(&mut self, until: Span) -> &Seen {
        let until = Time::ZERO + until;
        let Yard {
            core,
            world,
            seen,
            scratch,
            ..
        } = self;
        run(core, world, until, seen, scratch, &mut ()).unwrap();
        &self.seen
    }
    /// Where carriers really stand: per buffer (with pieces, without); the rest is on decks.
    fn standing(&self) -> Vec<(u32, u32)> {
        let mut standing = vec![(0, 0); self.plant.buffers.len()];
        for carrier in &self.world.bodies().carriers {
            if let fenhe_plant::Owner::Buffer(buffer) = self.plant.places[carrier.at].owner {
                let row = &mut standing[buffer.index()];
                match carrier.pieces.is_empty() {
                    true => row.1 += 1,
                    false => row.0 += 1,
                }
            }
        }
        standing
    }
}

const DAY: Span = Span::hours(24);

#[test]
fn carriers_go_round_for_a_day() {
    let setting = Setting::default();
    let mut yard = Yard::new(&setting, 1);
    let seen = yard.to(DAY);
    assert_eq!(seen.breaches, []);
    // The mill works 12 s a piece: 7200 a day, of which 2 % are scrapped.
    assert!(seen.left > 6_000, "{} pieces left", seen.left);
    assert!(
        seen.transported * 10 > seen.left,
        "{} transports",
        seen.transported
    );
    let carriers = yard.world.bodies().carriers.len();
    assert_eq!(carriers, setting.boxes as usize);
}

#[test]
fn lost_messages_and_stops_hold_nothing_up() {
    for seed in 1..=8 {
        let setting = Setting {
            loss: Share(50_000_000),
            stops: Share(20_000_000),
            battery: Energy(2_000_000),
            ..Setting::default()
        };
        let mut yard = Yard::new(&setting, seed);
        let half = yard.to(Span(DAY.0 / 2)).left;
        let seen = yard.to(DAY);
        assert_eq!(seen.breaches, [], "seed {seed}");
        assert!(
            seen.left - half > 2_500,
            "seed {seed}: {half} then {}",
            seen.left
        );
        let idle = seen
            .last
            .iter()
            .map(|last| DAY.as_seconds() - last)
            .fold(0.0, f64::max);
        assert!(
            idle < 3600.0,
            "seed {seed}: a vehicle stood still for {idle} s"
        );
    }
}

#[test]
fn what_is_believed_is_true_when_nothing_is_under_way() {
    let setting = Setting {
        mill: Span::seconds(30),
        ..Setting::default()
    };
    let mut yard = Yard::new(&setting, 3);
    for hour in 1..=12 {
        yard.to(Span::hours(hour));
        let belief = yard.core.belief(yard.world.now());
        let mut places: Vec<(PlaceId, Tag)> = Vec::new();
        for (row, carrier) in yard.world.bodies().carriers.iter().enumerate() {
            places.push((carrier.at, Tag(row as u64)));
        }
        places.sort_unstable();
        let believed: Vec<(PlaceId, Tag)> = belief
            .loads
            .iter()
            .map(|load| (load.place, load.tag))
            .collect();
        // A hand-over reported but still on its way may differ by one.
        let wrong = places
            .iter()
            .filter(|place| !believed.contains(place))
            .count();
        assert!(wrong <= 1, "hour {hour}: {places:?} believed {believed:?}");
        assert_eq!(belief.loads.len(), setting.boxes as usize);
        // In the mill, in the box being filled behind it, and what chance put beside the mean.
        for inside in &belief.inside {
            assert!(inside.count <= 30, "hour {hour}: {inside:?}");
        }
    }
}

#[test]
fn pieces_let_into_stations_that_run_by_themselves_are_believed_inside() {
    let setting = Setting {
        boxes: 2,
        vehicles: 1,
        ..Setting::default()
    };
    let mut yard = Yard::new(&setting, 2);
    let entry = BufferId(1);
    let inside = |yard: &Yard| {
        let belief = yard.core.belief(yard.world.now());
        belief
            .inside
            .iter()
            .find(|inside| inside.entry == entry)
            .map_or(0, |inside| inside.count)
    };
    let mut most = 0;
    for minute in 1..=60 {
        yard.to(Span::seconds(60 * minute));
        most = most.max(inside(&yard));
    }
    assert!((8..=12).contains(&most), "{most} pieces of a box of ten");
}

#[test]
fn a_restored_core_decides_the_same() {
    let setting = Setting {
        loss: Share(20_000_000),
        ..Setting::default()
    };
    for seed in 1..=10 {
        let mut yard = Yard::new(&setting, seed);
        yard.to(Span::seconds(997 * seed as i64));
        let bytes = yard.core.snapshot();
        let core = Controller::restore(yard.plant.clone(), &bytes).unwrap();
        assert_eq!(core.digest(), yard.core.digest());
        let mut other = Yard {
            plant: yard.plant.clone(),
            core,
            world: World::restore(yard.plant.clone(), &yard.world.snapshot()).unwrap(),
            seen: Seen::default(),
            scratch: Scratch::default(),
        };
        let until = Span::seconds(997 * seed as i64 + 7200);
        yard.to(until);
        other.to(until);
        assert_eq!(yard.core.digest(), other.core.digest(), "seed {seed}");
        assert_eq!(yard.world.digest(), other.world.digest(), "seed {seed}");
    }
}

#[test]
fn carriers_go_to_the_rack_when_their_port_would_block() {
    // Milling takes so long that boxes from raw have nowhere to go.
    let setting = Setting {
        mill: Span::seconds(300),
        boxes: 12,
        places: 3,
        ..Setting::default()
    };
    let mut yard = Yard::new(&setting, 5);
    let seen = yard.to(Span::hours(6));
    assert_eq!(seen.breaches, []);
    let standing = yard.standing();
    assert!(
        standing[4].0 + standing[4].1 > 0,
        "nothing in the rack: {standing:?}"
    );
    let places = |kind: &BufferKind| match kind {
        BufferKind::Store { places } => places.end.0 - places.start.0,
        _ => 0,
    };
    assert_eq!(places(&yard.plant.buffers[BufferId(4)].kind), 3);
    let left = yard.seen.left;
    yard.to(Span::hours(12));
    assert!(yard.seen.left > left, "milling goes on");
}

#[test]
fn a_trip_carries_more_when_it_may_wait_for_it() {
    let way = |consolidate| {
        let setting = Setting {
            consolidate,
            mill: Span::seconds(20),
            ..Setting::default()
        };
        let mut yard = Yard::new(&setting, 7);
        yard.to(Span::hours(8));
        let seen = &yard.seen;
        assert!(seen.left > 1_200, "{} pieces left", seen.left);
        seen.edges as f64 / (seen.picks[0] + seen.picks[1]) as f64
    };
    let (waiting, at_once) = (way(Span::seconds(600)), way(Span::ZERO));
    assert!(
        waiting < 0.9 * at_once,
        "{waiting} edges a load, {at_once} at once"
    );
}

#[test]
fn an_order_to_charge_that_was_lost_is_sent_again() {
    // Batteries so small that vehicles charge all the time, and pass steps of charge while they wait.
    let setting = Setting {
        loss: Share(20_000_000),
        battery: Energy(400_000),
        ..Setting::default()
    };
    for seed in 1..=20 {
        let mut yard = Yard::new(&setting, seed);
        let seen = yard.to(Span::hours(24));
        assert_eq!(seen.breaches, [], "seed {seed}");
    }
}
