//! A jam of many vehicles behind one is one alarm.

use super::*;
use fenhe_world::World;
use std::collections::BTreeMap;

/// The workshop at work, with one vehicle from which nothing is heard any more.
struct Jam {
    room: Room,
    world: World,
    dead: Option<VehicleId>,
    /// Reports from each node.
    passes: BTreeMap<NodeId, u32>,
}

impl Jam {
    fn new(changes: &[(&str, &str)]) -> Jam {
        let plant = workshop(changes);
        let world = World::new(plant.clone(), Seed(7));
        Jam {
            room: Room::of(plant),
            world,
            dead: None,
            passes: BTreeMap::new(),
        }
    }
    fn run(&mut self, until: Time) {
        let mut reports = Vec::new();
        loop {
            let deadline = self.room.core.deadline().map_or(Time::NEVER, |(at, _)| at);
            let limit = deadline.max(self.world.now()).min(until);
            reports.clear();
            let now = self.world.advance(limit, &mut NoRecords, &mut reports);
            if reports.is_empty() {
                if deadline > until {
                    return;
                }
                self.handle(now, &Event::Deadline);
            }
            for event in &reports {
                let dead = matches!(*event, Event::Vehicle(v, _) if Some(v) == self.dead);
                if !dead {
                    self.handle(now, event);
                }
            }
        }
    }
    fn handle(&mut self, now: Time, event: &Event) {
        if let Event::Vehicle(_, VehicleEvent::At { node, .. }) = *event {
            *self.passes.entry(node).or_default() += 1;
        }
        let mut out = Commands::default();
        self.room.now = now;
        self.room.core.handle(now, event, &mut out);
        self.room
            .records
            .extend(out.records.iter().map(|&r| (now, r)));
        for command in &out.list {
            let to = match *command {
                Command::Drive { vehicle, .. }
                | Command::Handle { vehicle, .. }
                | Command::Charge { vehicle, .. } => Some(vehicle),
                _ => None,
            };
            if to.is_none() || to != self.dead {
                self.world.apply(now, command, &out.edges, &mut NoRecords);
            }
        }
    }
    /// Vehicle alarms on the operator's list.
    fn heard(&self) -> Vec<AlarmPoint> {
        let heard = self
            .room
            .core
            .alarms()
            .filter(|view| view.state.annunciated());
        let vehicles = heard.filter(|view| matches!(view.point.source, AlarmSource::Vehicle(_)));
        vehicles.map(|view| view.point).collect()
    }
}

/// Half an hour of work, then, of those with a load, the one that drives where most have passed falls silent for three hours.
fn jammed() -> (Jam, u32) {
    let mut jam = Jam::new(&[("policy.wait_max", "5 min")]);
    jam.run(Time(1800 * 1_000_000));
    assert_eq!(jam.heard(), [], "the workshop runs well");
    let belief = jam.room.core.belief(jam.room.now);
    let street = |v: &usize| jam.passes.get(&belief.vehicles[*v].node).copied();
    let driving = |v: &usize| !belief.vehicles[*v].base.is_empty();
    let loaded = |v: &usize| {
        let decks = &jam.room.plant.vehicles[VehicleId(*v as u32)].decks;
        belief.loads.iter().any(|load| decks.contains(&load.place))
    };
    let v = (0..belief.vehicles.len())
        .filter(driving)
        .filter(loaded)
        .max_by_key(street);
    let v = v.expect("one drives") as u32;
    jam.dead = Some(VehicleId(v));
    let now = jam.room.now;
    jam.handle(now, &Event::Link(VehicleId(v), false));
    jam.run(now + Span::hours(3));
    (jam, v)
}

fn vehicles(affected: &[AlarmSource]) -> usize {
    let vehicle = |source: &&AlarmSource| matches!(source, AlarmSource::Vehicle(_));
    affected.iter().filter(vehicle).count()
}

#[test]
fn twenty_vehicles_behind_one_that_is_lost_are_one_alarm() {
    let (mut jam, v) = jammed();
    let lost = vehicle(v, AlarmCode::LinkLost);
    let view = jam.room.view(lost).expect("an alarm");
    let (id, stuck) = (view.id, vehicles(view.affected));
    assert!(stuck >= 19, "{stuck}");
    // What it carries is a question of its own; all others are children.
    let doubt = vehicle(v, AlarmCode::LoadInDoubt);
    assert_eq!(jam.heard(), [lost, doubt]);
    let views = jam.room.core.alarms();
    let children = views.filter(|view| view.point.code == AlarmCode::WaitsTooLong);
    let children: Vec<_> = children.map(|view| (view.state, view.cause)).collect();
    assert!(children.len() >= 2, "too few wait on the street");
    let child = (AlarmState::Suppressed, Some(id));
    assert!(children.iter().all(|&other| other == child), "{children:?}");
    let waits = |(_, record): &&(Time, Record)| match *record {
        Record::Alarm { point, to, .. } => {
            point.code == AlarmCode::WaitsTooLong && to.annunciated()
        }
        _ => false,
    };
    assert_eq!(jam.room.records.iter().find(waits), None);
    // Connected again, and still deaf: another cause, the same children.
    let now = jam.room.now;
    jam.handle(now, &Event::Link(VehicleId(v), true));
    jam.run(now + Span::seconds(90));
    let deaf = vehicle(v, AlarmCode::NotAnswering);
    let heard = jam.heard();
    assert_eq!(heard.len(), 3, "{heard:?}");
    assert_eq!(jam.room.state(deaf), AlarmState::Unacknowledged);
    assert_eq!(jam.room.state(lost), AlarmState::Returned);
    let view = jam.room.view(deaf).expect("an alarm");
    assert!(vehicles(view.affected) >= 19);
}

#[test]
fn a_jam_for_no_known_reason_is_one_alarm_after_its_delay() {
    let (mut jam, v) = jammed();
    // It answers, as one does that is driven by hand, and stays where it is.
    let from = jam.room.now;
    let node = jam.room.core.belief(from).vehicles[v as usize].node;
    jam.handle(from, &Event::Link(VehicleId(v), true));
    let mut first = None;
    while jam.room.now < from + Span::seconds(900) {
        let now = jam.room.now;
        let revision = u32::MAX;
        let at = VehicleEvent::At { node, revision };
        jam.handle(now, &Event::Vehicle(VehicleId(v), at));
        jam.run(now + Span::seconds(15));
        let waits = |point: &AlarmPoint| point.code == AlarmCode::WaitsTooLong;
        if first.is_none() && jam.heard().iter().any(waits) {
            first = Some(jam.room.now - from);
        }
    }
    let first = first.expect("it is told in the end");
    assert!(first >= Span::seconds(300), "too early: {first:?}");
    let heard = jam.heard();
    let waits = |point: &&AlarmPoint| point.code == AlarmCode::WaitsTooLong;
    let heads: Vec<AlarmPoint> = heard.iter().filter(waits).copied().collect();
    assert!(heads.len() <= 4, "{heads:?}");
    let all = heads.iter().filter_map(|&head| jam.room.view(head));
    let all: usize = all.map(|view| vehicles(view.affected)).sum();
    assert!(all + heads.len() >= 19, "{all} behind {heads:?}");
}
