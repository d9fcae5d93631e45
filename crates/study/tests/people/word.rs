//! What people order of vehicles, stations and loads, with control and world together.

use super::*;
use fenhe_study::Live;

const V1: VehicleId = VehicleId(1);

fn word(hall: &mut Hall, act: OperatorAct) {
    hall.tell(Event::Operator(act));
}

/// Edges that a vehicle has driven so far.
fn driven(hall: &Hall, v: VehicleId) -> usize {
    hall.seen.edges.iter().filter(|(_, by)| *by == v).count()
}

#[test]
fn a_vehicle_held_by_a_word_ends_what_it_has_begun_and_stands_until_it_may_go_on() {
    let mut hall = hall();
    word(&mut hall, OperatorAct::HoldVehicle(V0, true));
    assert!(hall.core.held_vehicle(V0) && !hall.core.held_vehicle(V1));
    // To the end of its base and of what it was told there, and not further.
    hall.wait(300);
    let (edges, hands) = (driven(&hall, V0), hall.seen.handed.len());
    hall.wait(3600);
    assert_eq!(driven(&hall, V0), edges);
    let by_it = |handed: &&(f64, VehicleId, PlaceId, bool)| handed.1 == V0;
    assert_eq!(hall.seen.handed[hands..].iter().find(by_it), None);
    let other = driven(&hall, V1);
    assert!(other > 0, "the other one is not held");
    // Said twice it is still one hold.
    word(&mut hall, OperatorAct::HoldVehicle(V0, true));
    word(&mut hall, OperatorAct::HoldVehicle(V0, false));
    hall.all_well();
}

#[test]
fn a_station_held_by_a_word_works_again_only_by_a_word() {
    let mut hall = hall();
    let mill = StationId(0);
    word(&mut hall, OperatorAct::HoldStation(mill, true));
    assert!(hall.core.held_station(mill));
    hall.wait(4 * 3600);
    let left = hall.seen.left;
    hall.wait(3600);
    assert_eq!(hall.seen.left, left, "behind a held mill nothing comes out");
    // A window around it opens and closes meanwhile: the hold stays.
    hall.open(MILL);
    hall.close(MILL);
    hall.wait(3600);
    assert_eq!(hall.seen.left, left);
    word(&mut hall, OperatorAct::HoldStation(mill, false));
    hall.all_well();
}

#[test]
fn a_look_ahead_knows_what_is_held() {
    let ahead = |hall: &Hall| {
        let now = hall.world.now();
        let mut live = Live::believed(&hall.plant, &hall.core, now, Seed(5));
        live.output(now + Span::hours(2)).expect("an end")
    };
    let mut hall = hall();
    let mill = StationId(0);
    hall.wait(3600);
    let free = ahead(&hall);
    assert!(free > 0);
    word(&mut hall, OperatorAct::HoldStation(mill, true));
    hall.wait(4 * 3600);
    // How many pieces are between its ports control estimates: some that left may still be believed there.
    let held = ahead(&hall);
    assert!(
        50 * held < free,
        "behind a held mill {held} come out, else {free}"
    );
    word(&mut hall, OperatorAct::HoldStation(mill, false));
    assert!(ahead(&hall) > 0);
    hall.all_well();
}

#[test]
fn a_vehicle_goes_where_it_is_sent_with_nothing_on_its_deck_and_stays() {
    let mut hall = hall();
    let home = hall.plant.vehicles[V0].start;
    assert!(hall.until(|hall| {
        hall.core
            .transports()
            .any(|row| row.vehicle == V0 && row.carried)
    }));
    word(&mut hall, OperatorAct::Send(V0, Some(Errand::Node(home))));
    assert_eq!(hall.core.errand(V0), Some(Errand::Node(home)));
    let there = |hall: &Hall| {
        let belief = hall.core.belief(hall.world.now());
        belief.vehicles[V0.index()].node == home && belief.vehicles[V0.index()].base.is_empty()
    };
    assert!(hall.until(|hall| there(hall) && hall.core.transports().all(|row| row.vehicle != V0)));
    hall.wait(3600);
    assert!(there(&hall), "an hour later it still stands there");
    assert_eq!(hall.core.errand(V0), Some(Errand::Node(home)));
    word(&mut hall, OperatorAct::Send(V0, None));
    assert_eq!(hall.core.errand(V0), None);
    hall.all_well();
}

#[test]
fn a_load_that_a_dead_vehicle_was_to_fetch_is_free_again_once_somebody_has_looked() {
    let mut hall = hall();
    let going = |hall: &Hall| {
        let mut rows = hall.core.transports();
        rows.find(|row| row.vehicle == V0 && !row.carried && row.handing.is_none())
    };
    assert!(hall.until(|hall| going(hall).is_some()));
    let row = going(&hall).expect("it is on its way");
    hall.world.kill(V0, true, &mut hall.seen);
    hall.tell(Event::Link(V0, false));
    hall.wait(600);
    let fetched = |hall: &Hall| {
        let by = |&&(_, _, place, pick): &&(f64, VehicleId, PlaceId, bool)| {
            (place, pick) == (row.from, true)
        };
        hall.seen.handed.iter().filter(by).count()
    };
    let before = fetched(&hall);
    word(&mut hall, OperatorAct::Found(row.transport, LoadAt::Origin));
    assert!(
        hall.core
            .transports()
            .all(|now| now.transport != row.transport)
    );
    let there = |hall: &Hall| {
        let belief = hall.core.belief(hall.world.now());
        belief.loads.iter().any(|load| load.place == row.from)
    };
    assert!(there(&hall), "it waits where it stood");
    // The dead one may stand in the way; when it is back, the load is fetched, by whoever comes, and once.
    hall.world.kill(V0, false, &mut hall.seen);
    hall.tell(Event::Link(V0, true));
    assert!(hall.until(|hall| fetched(hall) > before), "it is fetched");
    hall.all_well();
}

#[test]
fn a_load_on_a_dead_vehicle_stays_its_own_until_somebody_says_otherwise() {
    let mut hall = hall();
    let carried = |hall: &Hall| {
        hall.core
            .transports()
            .find(|row| row.vehicle == V0 && row.carried && row.handing.is_none())
    };
    assert!(hall.until(|hall| carried(hall).is_some()));
    let row = carried(&hall).expect("a load");
    hall.world.kill(V0, true, &mut hall.seen);
    hall.tell(Event::Link(V0, false));
    hall.wait(3600);
    let of = |hall: &Hall| {
        hall.core
            .transports()
            .find(|now| now.transport == row.transport)
    };
    assert_eq!(
        of(&hall).map(|now| (now.vehicle, now.carried)),
        Some((V0, true))
    );
    // "On the vehicle" is what is believed already.
    word(
        &mut hall,
        OperatorAct::Found(row.transport, LoadAt::Vehicle),
    );
    assert_eq!(
        of(&hall).map(|now| (now.vehicle, now.carried)),
        Some((V0, true))
    );
    let mut gone = hall.core.clone();
    let mut out = Commands::default();
    let now = hall.world.now();
    let fact = Event::Operator(OperatorAct::Found(row.transport, LoadAt::Gone));
    gone.handle(now, &fact, &mut out);
    assert!(gone.transports().all(|now| now.transport != row.transport));
    let loads = |core: &Controller| core.belief(now).loads.len();
    assert_eq!(loads(&gone) + 1, loads(&hall.core), "one load less");
    let mut brought = hall.core.clone();
    let fact = Event::Operator(OperatorAct::Found(row.transport, LoadAt::Destination));
    brought.handle(now, &fact, &mut out);
    assert_eq!(loads(&brought), loads(&hall.core));
    let at = |core: &Controller, place: PlaceId| {
        core.belief(now)
            .loads
            .iter()
            .any(|load| load.place == place)
    };
    assert!(at(&brought, row.to) && !at(&hall.core, row.to));
    // It comes back with its load and brings it.
    hall.world.kill(V0, false, &mut hall.seen);
    hall.tell(Event::Link(V0, true));
    hall.all_well();
}

#[test]
fn a_load_that_its_port_has_seen_come_is_handed_over_whatever_a_person_says() {
    let mut hall = hall();
    let drops = |hall: &Hall| {
        let mut rows = hall.core.transports().filter(|row| row.vehicle == V0);
        let row = rows.next()?;
        let alone = rows.next().is_none();
        (alone && matches!(row.handing, Some((_, _, false)))).then_some(row)
    };
    assert!(hall.until(|hall| drops(hall).is_some()));
    let row = drops(&hall).expect("a load");
    // It dies in the hand-over: the load comes to stand, and only the port says so.
    hall.world.kill(V0, true, &mut hall.seen);
    hall.tell(Event::Link(V0, false));
    hall.wait(3600);
    assert_eq!(drops(&hall).map(|row| row.transport), Some(row.transport));
    let now = hall.world.now();
    let there = |hall: &Hall| {
        let loads = hall.core.belief(now).loads;
        loads.iter().any(|load| load.place == row.to)
    };
    assert!(there(&hall));
    word(
        &mut hall,
        OperatorAct::Found(row.transport, LoadAt::Vehicle),
    );
    let open = |hall: &Hall| {
        hall.core
            .transports()
            .any(|now| now.transport == row.transport)
    };
    assert!(!open(&hall) && there(&hall));
    hall.world.kill(V0, false, &mut hall.seen);
    hall.tell(Event::Link(V0, true));
    hall.all_well();
}

#[test]
fn words_about_what_is_not_there_change_nothing() {
    let mut hall = hall();
    let before = hall.core.digest();
    for act in [
        OperatorAct::HoldOrder(OrderId(77), true),
        OperatorAct::CancelOrder(OrderId(77)),
        OperatorAct::Prioritise(OrderId(77), 0),
        OperatorAct::HoldVehicle(VehicleId(99), true),
        OperatorAct::HoldStation(StationId(99), true),
        OperatorAct::Send(VehicleId(99), Some(Errand::Charger)),
        OperatorAct::Send(V0, Some(Errand::Node(NodeId(9_999)))),
        OperatorAct::Found(TransportId(0), LoadAt::Gone),
    ] {
        word(&mut hall, act);
        assert_eq!(hall.core.digest(), before, "{act:?}");
    }
}
