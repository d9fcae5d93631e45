//! Many vehicles on the streets of a small hall: none wait for each other for good, whatever becomes of some, and more of them
//! never carry less.

mod hall;

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Files, Plant};
use fenhe_study::{Scratch, Statistics, run};
use fenhe_world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A vehicle falls silent so often.
const OFTEN: Span = Span::seconds(120);
/// A silence after which a link is judged lost.
const LOST: Span = Span::seconds(60);
/// How long silences last.
const SILENCES: [Span; 4] = [
    Span::seconds(15),
    Span::seconds(45),
    Span::seconds(90),
    Span::seconds(300),
];

/// A core that does not hear some vehicles for a while, nor they it.
#[derive(Clone)]
struct Deaf {
    core: Controller,
    vehicles: u32,
    /// Until when, and whether the link was judged lost.
    deaf: BTreeMap<VehicleId, (Time, Time, bool)>,
    next: Time,
    luck: Stream,
    fell: u32,
}

impl Deaf {
    fn new(plant: &Arc<Plant>, seed: Seed, first: Time) -> Deaf {
        Deaf {
            core: Controller::new(plant.clone()),
            vehicles: plant.vehicles.len() as u32,
            deaf: BTreeMap::new(),
            next: first,
            luck: seed.stream("silence", Purpose::Loss),
            fell: 0,
        }
    }
    /// Whose silence begins, is noticed or is over by now.
    fn listen(&mut self, now: Time, out: &mut Commands) {
        for (v, (began, until, lost)) in self.deaf.clone() {
            let long = now >= began + LOST;
            if now >= until {
                self.deaf.remove(&v);
            } else if long && !lost {
                self.deaf.insert(v, (began, until, true));
            }
            let tell = if now >= until { lost } else { long && !lost };
            if tell {
                self.core.handle(now, &Event::Link(v, now >= until), out);
            }
        }
        if now >= self.next {
            let v = VehicleId(self.luck.below(self.vehicles));
            let silence = SILENCES[self.luck.below(SILENCES.len() as u32) as usize];
            self.deaf.entry(v).or_insert((now, now + silence, false));
            self.next = now + OFTEN;
            self.fell += 1;
        }
    }
    fn due(&self) -> Time {
        let ends = self.deaf.values();
        let ends =
            ends.map(|&(began, until, lost)| if lost { until } else { until.min(began + LOST) });
        ends.min().unwrap_or(Time::NEVER).min(self.next)
    }
}

impl Decide for Deaf {
    fn handle(&mut self, now: Time, event: &Event, out: &mut Commands) {
        self.listen(now, out);
        let unheard = matches!(*event, Event::Vehicle(v, _) if self.deaf.contains_key(&v));
        if !unheard {
            self.core.handle(now, event, out);
        }
        out.list.retain(|command| match *command {
            Command::Drive { vehicle, .. }
            | Command::Handle { vehicle, .. }
            | Command::Charge { vehicle, .. } => !self.deaf.contains_key(&vehicle),
            _ => true,
        });
    }
    fn deadline(&self) -> Option<(Time, Deadline)> {
        let own = self.core.deadline();
        match own {
            Some((at, _)) if at <= self.due() => own,
            _ => Some((self.due(), Deadline::Resend)),
        }
    }
    fn digest(&self) -> Digest {
        self.core.digest()
    }
    fn snapshot(&self) -> Vec<u8> {
        self.core.snapshot()
    }
}

struct Run {
    /// Transports of each hour.
    hours: Vec<u64>,
    breaches: Vec<(Time, Breach)>,
    fell: u32,
    /// Shares of the vehicles' time, driving empty and with a load.
    drives: [f64; 2],
}

fn simulate(files: &Files, seed: u64, hours: i64, first: Time) -> Run {
    let (plant, _) = fenhe_plant::load("hall", files).expect("a sound hall");
    let plant = Arc::new(plant);
    let mut sink: Statistics = Statistics::new(&plant);
    let mut world = World::begin(plant.clone(), Seed(seed), &mut sink);
    let mut core = Deaf::new(&plant, Seed(seed), first);
    let mut scratch = Scratch::default();
    let mut transports = Vec::new();
    for hour in 1..=hours {
        let until = Time::ZERO + Span::hours(hour);
        run(
            &mut core,
            &mut world,
            until,
            &mut sink,
            &mut scratch,
            &mut (),
        )
        .expect("no endless talk");
        transports.push(sink.take(until).transports.count());
    }
    let found = sink.take(world.now());
    let spent = |state: VehicleState| {
        let vehicles = found.vehicles.iter();
        let part: i128 = vehicles.clone().map(|v| v.states[state as usize]).sum();
        let all: i128 = vehicles.flat_map(|v| v.states).sum();
        part as f64 / all as f64
    };
    let before = [0].into_iter().chain(transports.clone());
    Run {
        hours: transports
            .iter()
            .zip(before)
            .map(|(all, before)| all - before)
            .collect(),
        drives: [VehicleState::Empty, VehicleState::Loaded].map(spent),
        breaches: found.first_breaches,
        fell: core.fell,
    }
}

#[test]
fn vehicles_that_fall_silent_and_come_back_hold_nobody_up_for_good() {
    let calm = simulate(&hall::hall(16), 1, 3, Time::NEVER);
    assert_eq!((calm.breaches, calm.fell), (vec![], 0));
    for seed in 1..=6 {
        let found = simulate(&hall::hall(16), seed, 12, Time::ZERO + Span::hours(1));
        assert_eq!(found.breaches, [], "seed {seed}");
        assert!(found.fell > 100, "seed {seed}: {} silences", found.fell);
        // An hour alone says little: some vehicle is silent nearly all the time, at one place or another.
        let (last, calm) = (found.hours[6..].iter().sum::<u64>(), calm.hours[2]);
        assert!(
            last * 10 > calm * 6 * 7,
            "seed {seed}: {:?} of {calm}",
            found.hours
        );
    }
}

#[test]
fn more_vehicles_than_the_streets_admit_carry_no_less() {
    let [few, many] = [28, 45].map(|vehicles| simulate(&hall::hall(vehicles), 1, 4, Time::NEVER));
    assert_eq!((few.breaches, many.breaches), (vec![], vec![]));
    let carried = |run: &[u64]| run[1..].iter().sum::<u64>();
    let (few, many) = (carried(&few.hours), carried(&many.hours));
    assert!(many * 20 >= few * 19, "{many} with 45, {few} with 28");
}

#[test]
fn whoever_has_charged_finds_work_nearby_and_takes_empties_where_they_lack() {
    let found = simulate(&hall::charging(8), 1, 48, Time::NEVER);
    assert_eq!(found.breaches, []);
    let carried = |hours: &[u64]| hours.iter().sum::<u64>() as f64 / hours.len() as f64;
    let (before, after) = (carried(&found.hours[1..4]), carried(&found.hours[24..]));
    assert!(
        after > 0.9 * before,
        "{before} an hour, with charging {after}"
    );
    let [empty, loaded] = found.drives;
    assert!(empty * 20.0 < loaded, "{empty} empty, {loaded} loaded");
}

#[test]
fn who_waits_for_a_dock_leaves_one_that_others_must_pass() {
    for vehicles in 2..=4 {
        let found = simulate(&hall::ring(vehicles), 1, 6, Time::NEVER);
        assert_eq!(found.breaches, [], "{vehicles} vehicles");
        let idle = found.hours.iter().position(|&carried| carried < 20);
        assert_eq!(idle, None, "{vehicles} vehicles: {:?}", found.hours);
    }
}
