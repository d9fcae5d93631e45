//! Each condition: raised after its delay, not before; over after the other.

use super::*;
use AlarmState::{Normal, Returned, Suppressed, Unacknowledged};

/// Wrong for `on` seconds it is an alarm, right for `off` seconds it is none; one second less is not
/// enough.
fn delays(
    room: &mut Room,
    point: AlarmPoint,
    (on, off): (i64, i64),
    set: impl Fn(&mut Room, bool),
) {
    set(room, true);
    if on > 0 {
        room.wait(on - 1);
        assert_eq!(room.state(point), Normal, "{point:?} too early");
    }
    room.wait(1);
    assert_eq!(room.state(point), Unacknowledged, "{point:?} not raised");
    set(room, false);
    if off > 0 {
        room.wait(off - 1);
        assert_eq!(
            room.state(point),
            Unacknowledged,
            "{point:?} gone too early"
        );
    }
    room.wait(1);
    assert_eq!(room.state(point), Returned, "{point:?} not over");
}

#[test]
fn what_facts_tell_is_raised_and_cleared_with_its_delays() {
    let mut room = Room::new();
    let v = VehicleId(3);
    let link = |room: &mut Room, on: bool| room.tell(&Event::Link(v, !on));
    delays(&mut room, vehicle(3, AlarmCode::LinkLost), (10, 10), link);
    let held = |room: &mut Room, on| room.tell(&Event::Vehicle(v, VehicleEvent::Held(on)));
    delays(&mut room, vehicle(3, AlarmCode::Held), (120, 10), held);
    let id = StationId(0);
    let down = |room: &mut Room, on| {
        let state = if on {
            UnitState::Down
        } else {
            UnitState::Execute
        };
        room.station(id, state);
    };
    delays(
        &mut room,
        station(id, AlarmCode::StationDown),
        (60, 30),
        down,
    );
}

#[test]
fn what_the_program_around_tells_is_raised_and_cleared_with_its_delays() {
    let plant = AlarmSource::Plant;
    let rows = [
        (Trouble::JournalSlow, 30, 60),
        (Trouble::JournalFull, 0, 10),
        (Trouble::BrokerLost, 5, 10),
        (Trouble::ClockJump, 0, 60),
        (Trouble::Isolated(VehicleId(9)), 0, 0),
        (Trouble::LoadInDoubt(AlarmSource::Place(PlaceId(1))), 120, 0),
        (Trouble::Diverged(plant), 0, 60),
        (Trouble::StationLost(StationId(1)), 10, 10),
    ];
    for (trouble, on, off) in rows {
        let mut room = Room::new();
        let tell = |room: &mut Room, on| room.trouble(trouble, on);
        delays(&mut room, trouble.point(), (on, off), tell);
    }
}

#[test]
fn a_full_journal_explains_a_slow_one_and_a_lost_broker_all_lost_links() {
    let mut room = Room::new();
    room.trouble(Trouble::BrokerLost, true);
    for v in room.plant.vehicles.ids() {
        room.tell(&Event::Link(v, false));
    }
    room.trouble(Trouble::JournalSlow, true);
    room.trouble(Trouble::JournalFull, true);
    room.wait(60);
    let heard: Vec<AlarmPoint> = (room.core.alarms())
        .filter(|view| view.state.annunciated())
        .map(|view| view.point)
        .collect();
    let points = [Trouble::JournalFull, Trouble::BrokerLost].map(Trouble::point);
    assert_eq!(heard, points);
    let broker = room.view(points[1]).unwrap();
    assert_eq!(broker.affected.len(), room.plant.vehicles.len());
    assert_eq!(broker.priority, AlarmPriority::Critical);
    // The broker is back, and with it all vehicles but one.
    room.trouble(Trouble::BrokerLost, false);
    for v in room.plant.vehicles.ids().skip(1) {
        room.tell(&Event::Link(v, true));
    }
    room.wait(30);
    let lost = vehicle(0, AlarmCode::LinkLost);
    assert_eq!(room.state(lost), Unacknowledged);
    assert_eq!(room.view(lost).unwrap().cause, None);
    assert_eq!(room.state(vehicle(1, AlarmCode::LinkLost)), Normal);
}

#[test]
fn stations_that_fall_silent_together_are_one_alarm() {
    let mut room = Room::new();
    let lost = |n: u32| Trouble::StationLost(StationId(n));
    for n in [4, 2, 3] {
        room.trouble(lost(n), true);
    }
    room.wait(5);
    room.trouble(lost(9), true);
    room.wait(30);
    let heard = |room: &Room| {
        let all = room.core.alarms().filter(|view| view.state.annunciated());
        all.map(|view| view.point).collect::<Vec<_>>()
    };
    assert_eq!(heard(&room), [lost(2).point(), lost(9).point()]);
    assert_eq!(room.view(lost(2).point()).unwrap().affected.len(), 2);
    // The first is back, the others are not: one of them stands for both.
    room.trouble(lost(2), false);
    room.wait(60);
    let active = |room: &Room| {
        let points = [2, 3, 4].map(|n| room.state(lost(n).point()));
        points.map(|state| state == Unacknowledged)
    };
    assert_eq!(active(&room), [false, true, false]);
}

#[test]
fn a_vehicle_that_does_not_answer_is_one_alarm_until_it_speaks() {
    let mut room = Room::new();
    // Somebody speaks, so that dispatch looks; then nobody answers.
    room.tell(&Event::Link(VehicleId(0), true));
    room.wait(300);
    let silent = |room: &Room| {
        let views = room.core.alarms();
        let silent = views.filter(|view| view.point.code == AlarmCode::NotAnswering);
        silent.map(|view| view.point).collect::<Vec<_>>()
    };
    let all = silent(&room);
    assert!(!all.is_empty());
    let AlarmSource::Vehicle(v) = all[0].source else {
        panic!("not a vehicle")
    };
    let node = room.plant.vehicles[v].start;
    let revision = 1;
    room.tell(&Event::Vehicle(v, VehicleEvent::At { node, revision }));
    room.wait(45);
    assert_eq!(room.state(all[0]), Returned);
}

#[test]
fn a_low_vehicle_away_from_its_charger_and_a_failing_hand_over() {
    let mut room = Room::new();
    let (v, low) = (VehicleId(5), vehicle(5, AlarmCode::BatteryLow));
    let charge = |permille| {
        let (charging, revision) = (false, 0);
        VehicleEvent::Charge {
            permille,
            charging,
            revision,
        }
    };
    room.tell(&Event::Vehicle(v, charge(100)));
    room.wait(119);
    assert_eq!(room.state(low), Normal);
    let node = room.plant.vehicles[v].start;
    for _ in 0..4 {
        let (revision, done) = (0, 0);
        let state = VehicleEvent::State {
            node,
            revision,
            done,
        };
        room.tell(&Event::Vehicle(v, state));
        room.wait(8);
    }
    assert_eq!(room.state(low), Unacknowledged);
    room.tell(&Event::Vehicle(v, charge(900)));
    room.wait(91);
    assert_eq!(room.state(low), Returned);

    let place = PlaceId(4);
    let source = AlarmSource::Place(place);
    let code = AlarmCode::HandFailed;
    let failed = AlarmPoint { source, code };
    let (deck, revision, why) = (0, 0, Why::NotThere);
    let hand = VehicleEvent::HandFailed {
        deck,
        place,
        why,
        revision,
    };
    room.tell(&Event::Vehicle(v, hand));
    room.wait(119);
    assert_eq!(room.state(failed), Normal);
    room.wait(1);
    assert_eq!(room.state(failed), Unacknowledged);
    room.tell(&Event::Place(place, PlaceEvent::Freed));
    room.wait(0);
    assert_eq!(room.state(failed), Returned);
}

#[test]
fn a_load_on_a_lost_vehicle_is_in_doubt_until_it_is_back() {
    let mut room = Room::new();
    let (v, doubt) = (VehicleId(2), vehicle(2, AlarmCode::LoadInDoubt));
    // A carrier that vehicle 2 fetched, as it tells after a restart of the core.
    let deck = room.plant.vehicles[v].decks.start;
    let tag = Tag(1);
    room.tell(&Event::Place(deck, PlaceEvent::Occupied(tag)));
    room.tell(&Event::Link(v, false));
    room.wait(100);
    assert_eq!(room.state(doubt), Normal);
    room.wait(60);
    assert_eq!(room.state(doubt), Unacknowledged);
    room.tell(&Event::Link(v, true));
    room.wait(31);
    assert_eq!(room.state(doubt), Returned);
}

#[test]
fn a_station_starved_by_one_that_is_down_is_its_child() {
    let mut room = Room::new();
    let neighbours = chain(&room);
    let (before, after) = neighbours;
    room.station(after, UnitState::Execute);
    room.station(before, UnitState::Down);
    room.station(after, UnitState::Idle);
    room.wait(1000);
    let (cause, child) = (
        station(before, AlarmCode::StationDown),
        station(after, AlarmCode::Starved),
    );
    assert_eq!(room.state(cause), Unacknowledged);
    assert_eq!(room.state(child), Suppressed);
    assert_eq!(room.view(child).unwrap().cause, Some(room.id(cause)));
    let affected = room.view(cause).unwrap().affected.to_vec();
    assert!(affected.contains(&child.source), "{affected:?}");
    assert_eq!(room.annunciations(child), 0);
    room.station(before, UnitState::Execute);
    room.wait(100);
    assert_eq!(room.state(cause), Returned);
    assert_eq!(room.state(child), Normal, "nothing is promised to it");
}

#[test]
fn a_blocked_station_is_explained_by_one_that_works_or_is_down_behind_it() {
    let mut room = Room::new();
    let (before, after) = chain(&room);
    let blocked = station(before, AlarmCode::Blocked);
    room.station(after, UnitState::Execute);
    room.station(before, UnitState::Blocked);
    room.wait(2000);
    assert_eq!(room.state(blocked), Normal, "the one behind takes its time");
    room.station(after, UnitState::Maintenance);
    room.wait(100);
    assert_eq!(room.state(blocked), Normal, "a planned stop");
    room.station(after, UnitState::Down);
    room.wait(100);
    assert_eq!(room.state(blocked), Suppressed);
    room.station(after, UnitState::Idle);
    room.wait(850);
    assert_eq!(room.state(blocked), Normal, "its delay begins anew");
    room.wait(85);
    assert_eq!(
        room.state(blocked),
        Unacknowledged,
        "nobody takes, nobody knows why"
    );
    room.station(before, UnitState::Execute);
    room.wait(61);
    assert_eq!(room.state(blocked), Returned);
}

/// Two stations of which the second takes only what the first gives.
fn chain(room: &Room) -> (StationId, StationId) {
    let plant = &room.plant;
    for (before, station) in plant.stations.pairs() {
        let [output] = &station.outputs[..] else {
            continue;
        };
        let takes = |(_, other): &(StationId, &fenhe_plant::Station)| {
            let inputs = other.inputs.iter();
            inputs.clone().count() == 1
                && inputs
                    .clone()
                    .any(|i| output.to == fenhe_plant::To::Buffer(i.buffer))
        };
        let takers: Vec<StationId> = plant
            .stations
            .pairs()
            .filter(takes)
            .map(|(id, _)| id)
            .collect();
        let gives = plant
            .stations
            .iter()
            .filter(|s| s.outputs.iter().any(|o| o.to == output.to));
        if let ([after], 1) = (&takers[..], gives.count()) {
            return (before, *after);
        }
    }
    panic!("no such stations")
}
