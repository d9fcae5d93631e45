//! Bodies that follow what real vehicles report.

use super::yard::*;
use crate::{Misfit, NotNow};
use fenhe_contract::*;
use fenhe_plant::{Plant, VehicleType};

const V: VehicleId = VehicleId(0);

/// Edges 0 and 1 of 5 m, a full store at node 1 and an empty one at node 2.
fn shop(kind: VehicleType) -> (Plant, PlaceId, PlaceId) {
    let mut plant = street(kind, 2, 5000);
    let (from, to) = (store(&mut plant, 1, true), store(&mut plant, 2, false));
    (plant, from, to)
}

fn at(node: u32) -> VehicleEvent {
    VehicleEvent::At {
        node: NodeId(node),
        revision: 0,
    }
}

fn picked(place: PlaceId) -> VehicleEvent {
    VehicleEvent::Picked {
        deck: 1,
        place,
        tag: Tag::UNREAD,
        revision: 0,
    }
}

fn dropped(place: PlaceId) -> VehicleEvent {
    VehicleEvent::Dropped {
        deck: 1,
        place,
        revision: 0,
    }
}

fn misfit(place: PlaceId, pick: bool, why: Why) -> Result<(), Misfit> {
    let deck = 1;
    Err(Misfit::Hand {
        deck,
        place,
        pick,
        why,
    })
}

impl Run {
    /// Goes on to this time [s] and tells the puppet what the real vehicle reported.
    fn tell(&mut self, seconds: i64, event: VehicleEvent) -> Result<(), Misfit> {
        let now = Time::ZERO + Span::seconds(seconds);
        self.to(now);
        let result = self.world.follow(now, V, &event, &mut self.records);
        self.to(now);
        result
    }

    fn switch(&mut self, on: bool, stated: &[u8]) -> Result<(), NotNow> {
        let now = self.world.now();
        let result = self.world.puppet(now, V, on, stated, &mut self.records);
        self.to(now);
        result
    }

    fn places(&self) -> alloc::vec::Vec<Event> {
        let place = |event: &&Event| matches!(event, Event::Place(..));
        let all = self.log.iter().map(|(_, event)| event);
        all.filter(place).cloned().collect()
    }
}

#[test]
fn a_real_vehicle_carries_a_simulated_load_and_places_tell_of_it() {
    let (plant, from, to) = shop(agv());
    let mut run = Run::new(plant);
    assert_eq!(run.switch(true, &[]), Ok(()));
    assert!(run.world.is_puppet(V));
    assert_eq!(run.tell(10, at(1)), Ok(()));
    assert_eq!(run.tell(20, picked(from)), Ok(()));
    assert_eq!(run.world.bodies().at[PlaceId(1)], Some(0));
    assert_eq!(run.tell(30, at(2)), Ok(()));
    assert_eq!(run.tell(40, dropped(to)), Ok(()));
    assert_eq!(run.world.bodies().at[to], Some(0));
    assert_eq!(
        run.places(),
        [
            Event::Place(from, PlaceEvent::Occupied(Tag(0))),
            Event::Place(from, PlaceEvent::Freed),
            Event::Place(to, PlaceEvent::Occupied(Tag(0)))
        ]
    );
    // It tells nothing itself: the real one does.
    assert_eq!(run.told(0), []);
    assert!(run.times_at(0, 1).is_empty());
    let handed = |(_, record): &&(Time, Record)| matches!(record, Record::Handed { .. });
    assert_eq!(run.records.0.iter().filter(handed).count(), 2);
    assert_eq!(run.world.check(), []);
}

#[test]
fn what_cannot_have_happened_is_told_and_moves_nothing() {
    let (plant, from, to) = shop(agv());
    let mut run = Run::new(plant);
    assert_eq!(run.tell(1, at(1)), Err(Misfit::NotAPuppet));
    run.switch(true, &[]).unwrap();
    assert_eq!(run.tell(2, at(99)), Err(Misfit::NoNode(NodeId(99))));
    assert_eq!(run.tell(3, picked(to)), misfit(to, true, Why::Empty));
    assert_eq!(run.tell(4, dropped(to)), misfit(to, false, Why::Empty));
    let nowhere = PlaceId(999);
    assert_eq!(
        run.tell(5, picked(nowhere)),
        misfit(nowhere, true, Why::NotThere)
    );
    assert_eq!(run.tell(6, picked(from)), Ok(()));
    assert_eq!(run.tell(7, picked(from)), misfit(from, true, Why::Empty));
    run.tell(8, dropped(to)).unwrap();
    let deck_two = VehicleEvent::Dropped {
        deck: 7,
        place: to,
        revision: 0,
    };
    assert!(run.tell(11, deck_two).is_err());
    assert_eq!(run.world.bodies().at[to], Some(0));
    assert_eq!(run.world.check(), []);
    let unknown = run
        .world
        .puppet(Time::ZERO, VehicleId(9), true, &[], &mut NoRecords);
    assert_eq!(unknown, Err(NotNow::Unknown));
}

#[test]
fn a_drop_on_an_occupied_place_is_told() {
    let (mut plant, from, _) = shop(agv());
    let full = store(&mut plant, 2, true);
    let mut run = Run::new(plant);
    run.switch(true, &[]).unwrap();
    run.tell(1, picked(from)).unwrap();
    assert_eq!(
        run.tell(2, dropped(full)),
        misfit(full, false, Why::Occupied)
    );
    assert_eq!(run.world.bodies().at[PlaceId(1)], Some(0));
    assert_eq!(run.world.check(), []);
}

#[test]
fn it_is_switched_idle_and_with_its_load_stated_both_ways() {
    let (plant, from, to) = shop(agv());
    let mut run = Run::new(plant);
    run.drive(0.0, 0, 1, &[0]);
    assert_eq!(run.switch(true, &[]), Err(NotNow::Busy));
    let hand = |revision, place, pick| Command::Handle {
        vehicle: V,
        revision,
        deck: 1,
        place,
        pick,
    };
    let order = |run: &mut Run, command| {
        let now = run.world.now();
        run.world.apply(now, &command, &[], &mut NoRecords);
        run.to(now + Span::seconds(60));
    };
    order(&mut run, hand(2, from, true));
    assert_eq!(run.switch(true, &[]), Err(NotNow::Loaded(PlaceId(1))));
    assert_eq!(run.switch(true, &[0, 1]), Err(NotNow::NoLoad(PlaceId(0))));
    assert!(!run.world.is_puppet(V));
    assert_eq!(run.switch(true, &[1]), Ok(()));
    assert_eq!(run.tell(100, at(2)), Ok(()));
    assert_eq!(run.switch(false, &[]), Err(NotNow::Loaded(PlaceId(1))));
    assert_eq!(run.switch(false, &[1]), Ok(()));
    // The simulated one goes on where the real one was last, with its load.
    order(&mut run, hand(3, to, false));
    assert_eq!(run.world.bodies().at[to], Some(0));
    assert_eq!(run.tell(200, at(0)), Err(Misfit::NotAPuppet));
    assert_eq!(run.world.breaches(), 0);
}

#[test]
fn a_puppet_jumps_is_never_flat_and_breaks_no_rule() {
    let mut kind = agv();
    // Flat after a minute if it were simulated.
    (kind.battery, kind.idle_power) = (Energy(60_000), Power(1000));
    let mut plant = yard(
        kind,
        2,
        &[(0, 0), (5000, 0), (10_000, 0)],
        &[(0, 1, 5000), (1, 2, 5000)],
    );
    let place = store(&mut plant, 1, true);
    let mut run = Run::new(plant);
    run.switch(true, &[]).unwrap();
    // Onto the other's node, and away over two edges at once.
    run.tell(10, at(1)).unwrap();
    run.tell(20, picked(place)).unwrap();
    run.tell(2000, at(0)).unwrap();
    run.tell(2001, at(2)).unwrap();
    run.tell(2002, at(1)).unwrap();
    let charge = VehicleEvent::Charge {
        permille: 420,
        charging: false,
        revision: 0,
    };
    run.tell(2003, charge).unwrap();
    run.to(Time(10_000_000_000));
    let its_own = |(_, breach): &&(Time, Breach)| *breach != Breach::Flat(VehicleId(1));
    assert_eq!(run.world.breach_list().iter().filter(its_own).count(), 0);
    assert_eq!(run.told(0), []);
}

#[test]
fn a_puppet_is_part_of_a_snapshot() {
    let (plant, from, _) = shop(agv());
    let mut run = Run::new(plant.clone());
    run.switch(true, &[]).unwrap();
    run.tell(3, picked(from)).unwrap();
    let bytes = run.world.snapshot();
    let again = crate::World::restore(alloc::sync::Arc::new(plant), &bytes).expect("a snapshot");
    assert_eq!(again.digest(), run.world.digest());
    assert!(again.is_puppet(V));
}
