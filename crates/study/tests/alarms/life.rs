//! The life of one alarm: acknowledged, returned, shelved, out of service.

use super::*;
use AlarmState::{Acknowledged, Normal, OutOfService, Returned, Shelved, Unacknowledged};

const HELD: AlarmPoint = AlarmPoint {
    source: AlarmSource::Vehicle(VehicleId(7)),
    code: AlarmCode::Held,
};

fn hold(room: &mut Room, on: bool) {
    room.tell(&Event::Vehicle(VehicleId(7), VehicleEvent::Held(on)));
}

/// Vehicle 7 stands long enough.
fn held() -> Room {
    let mut room = Room::new();
    hold(&mut room, true);
    room.wait(121);
    assert_eq!(room.state(HELD), Unacknowledged);
    room
}

#[test]
fn acknowledged_then_over_is_forgotten_and_the_next_one_has_another_number() {
    let mut room = held();
    let first = room.id(HELD);
    room.act(first, AlarmAct::Acknowledge);
    assert_eq!(room.state(HELD), Acknowledged);
    hold(&mut room, false);
    room.wait(9);
    assert_eq!(room.state(HELD), Acknowledged);
    room.wait(2);
    assert_eq!(room.state(HELD), Normal);
    hold(&mut room, true);
    room.wait(121);
    assert!(room.id(HELD) > first);
}

#[test]
fn over_before_anybody_saw_it_stays_on_the_list_until_acknowledged() {
    let mut room = held();
    let id = room.id(HELD);
    hold(&mut room, false);
    room.wait(11);
    assert_eq!(room.state(HELD), Returned);
    // Again before anybody looked: the same occurrence, annunciated once more.
    hold(&mut room, true);
    room.wait(121);
    assert_eq!((room.state(HELD), room.id(HELD)), (Unacknowledged, id));
    assert_eq!(room.annunciations(HELD), 2);
    hold(&mut room, false);
    room.wait(11);
    room.act(id, AlarmAct::Acknowledge);
    assert_eq!(room.state(HELD), Normal);
}

#[test]
fn what_comes_and_goes_does_not_chatter() {
    let mut room = Room::new();
    for _ in 0..100 {
        hold(&mut room, true);
        room.wait(100);
        hold(&mut room, false);
        room.wait(3);
    }
    assert_eq!(room.annunciations(HELD), 0, "each stop mended itself");
    hold(&mut room, true);
    room.wait(121);
    for _ in 0..100 {
        hold(&mut room, false);
        room.wait(9);
        hold(&mut room, true);
        room.wait(3);
    }
    assert_eq!(room.annunciations(HELD), 1);
    assert_eq!(room.state(HELD), Unacknowledged);
}

#[test]
fn a_shelved_alarm_is_silent_until_its_time_and_then_back() {
    let mut room = held();
    let id = room.id(HELD);
    let until = room.now + Span::seconds(3600);
    let why = ShelveWhy::BeingRepaired;
    room.act(id, AlarmAct::Shelve { until, why });
    assert_eq!(room.state(HELD), Shelved);
    assert_eq!(room.view(HELD).unwrap().shelved, Some((until, why)));
    hold(&mut room, false);
    room.wait(600);
    hold(&mut room, true);
    room.wait(2999);
    assert_eq!((room.state(HELD), room.annunciations(HELD)), (Shelved, 1));
    room.wait(2);
    assert_eq!((room.state(HELD), room.id(HELD)), (Unacknowledged, id));
    assert_eq!(room.annunciations(HELD), 2);
}

#[test]
fn shelved_and_mended_needs_nobody() {
    let mut room = held();
    let id = room.id(HELD);
    let until = room.now + Span::seconds(600);
    let why = ShelveWhy::Trial;
    room.act(id, AlarmAct::Shelve { until, why });
    hold(&mut room, false);
    room.wait(601);
    assert_eq!(room.view(HELD), None);
    assert_eq!(room.annunciations(HELD), 1);
}

#[test]
fn a_core_restored_while_an_alarm_is_shelved_brings_it_back_at_the_same_time() {
    let mut room = held();
    let id = room.id(HELD);
    let until = room.now + Span::seconds(1800);
    let why = ShelveWhy::WaitingForPart;
    room.act(id, AlarmAct::Shelve { until, why });
    room.wait(900);
    let bytes = room.core.snapshot();
    let mut other = Room::of(room.plant.clone());
    other.core = Controller::restore(room.plant.clone(), &bytes).expect("a snapshot");
    other.now = room.now;
    assert_eq!(other.core.digest(), room.core.digest());
    assert_eq!(other.state(HELD), Shelved);
    for room in [&mut room, &mut other] {
        room.records.clear();
        room.wait(899);
        assert_eq!(room.state(HELD), Shelved);
        room.wait(2);
        assert_eq!(room.state(HELD), Unacknowledged);
    }
    assert_eq!(other.records, room.records);
    assert_eq!(other.core.digest(), room.core.digest());
}

#[test]
fn unshelved_by_hand_and_never_for_longer_than_a_week() {
    let mut room = held();
    let id = room.id(HELD);
    let why = ShelveWhy::Nuisance;
    let until = Time::NEVER;
    room.act(id, AlarmAct::Shelve { until, why });
    let week = room.now + Span::seconds(7 * 86_400);
    assert_eq!(room.view(HELD).unwrap().shelved, Some((week, why)));
    room.act(id, AlarmAct::Unshelve);
    assert_eq!(room.state(HELD), Unacknowledged);
    let until = room.now;
    room.act(id, AlarmAct::Shelve { until, why });
    assert_eq!(room.state(HELD), Unacknowledged, "a time that has passed");
}

#[test]
fn out_of_service_before_anything_is_wrong_and_back_while_it_is() {
    let mut room = Room::new();
    room.tell(&Event::OutOfService(HELD, true));
    hold(&mut room, true);
    room.wait(3600);
    assert_eq!(
        (room.state(HELD), room.annunciations(HELD)),
        (OutOfService, 0)
    );
    room.act(room.id(HELD), AlarmAct::Acknowledge);
    assert_eq!(room.state(HELD), OutOfService);
    room.tell(&Event::OutOfService(HELD, false));
    assert_eq!(room.state(HELD), Unacknowledged);
    // The same through its number, mended meanwhile.
    room.act(room.id(HELD), AlarmAct::OutOfService(true));
    hold(&mut room, false);
    room.wait(60);
    room.act(room.id(HELD), AlarmAct::OutOfService(false));
    assert_eq!(room.view(HELD), None);
}

#[test]
fn acts_on_what_is_not_there_change_nothing() {
    let mut room = held();
    let before = room.core.digest();
    room.act(AlarmId(0), AlarmAct::Acknowledge);
    room.act(AlarmId(999), AlarmAct::OutOfService(true));
    let nobody = AlarmSource::Vehicle(VehicleId(100_000));
    let code = AlarmCode::Held;
    room.tell(&Event::OutOfService(
        AlarmPoint {
            source: nobody,
            code,
        },
        true,
    ));
    room.trouble(Trouble::Diverged(nobody), true);
    room.trouble(Trouble::Isolated(VehicleId(100_000)), true);
    assert_eq!(room.core.digest(), before);
}
