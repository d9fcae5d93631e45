//! Devices switched from simulated to real and back, over a real broker: somebody else's vehicle serves simulated
//! stations, nothing is lost or doubled, and what was kept replays.

mod common;

use common::stage::{Handed, Stage, small, whole};
use common::{Ledger, Memory, cells, dialect};
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::stand_in::{Part, StandIn, Stations};
use fenhe_live::{
    Devices, Engine, Kept, LinkKey, Loopback, Mode, NoSwitch, Outputs, Told, recover,
};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Master, Message, Now, Out, Quirks, Topic, Utc};
use std::sync::Arc;

const A: VehicleId = VehicleId(0);

#[test]
fn a_foreign_vehicle_serves_simulated_stations() {
    let stage = Stage::new();
    let devices = stage.devices(&[], true);
    let foreign = stage.foreign(A, stage.plant.vehicles[A].start);
    stage.wait("sixteen hand-overs", || stage.hands(A).len() >= 16);
    let (mut done, mut followed) = (foreign.hands(), stage.hands(A));
    stage.wait("its last hand-over is followed", || {
        (done, followed) = (foreign.hands(), stage.hands(A));
        done == followed
    });
    let devices = stage.end(devices);
    assert_eq!(devices.mode(A), Mode::Real);
}

#[test]
fn a_vehicle_is_switched_to_real_and_back_while_the_plant_runs() {
    let stage = Stage::new();
    let devices = stage.devices(&[A], true);
    stage.wait("four hand-overs", || stage.hands(A).len() >= 4);
    stage.wait("it has nothing to do", || {
        devices.switch(A, Mode::Real, &[]).is_ok()
    });
    let before = stage.hands(A).len();
    let node = devices
        .look(|devices, _| devices.node(A))
        .expect("they run");
    let foreign = stage.foreign(A, node);
    stage.wait("eight hand-overs", || foreign.hands().len() >= 8);
    stage.wait("it has nothing to do", || {
        devices.switch(A, Mode::Simulated, &[]).is_ok()
    });
    let done = foreign.hands();
    drop(foreign);
    assert_eq!(stage.hands(A)[before..], done);
    stage.wait("four more", || {
        stage.hands(A).len() >= before + done.len() + 4
    });
    stage.end(devices);
}

#[test]
fn a_vehicle_that_is_off_is_not_used_and_one_under_another_master_is_only_heard() {
    let plant = cells(Span(20_000));
    let names = Arc::new(Names::of(&plant));
    let voice = |v| dialect(&plant, v);
    let masters = Engine::<()>::new_masters(&plant, voice);
    let (core, log) = (Controller::new(plant.clone()), Memory::default());
    let engine = Engine::new(plant.clone(), names.clone(), core, masters, log.clone());
    let devices = Devices::new(&plant, names, Seed(3), |v| (voice(v), Quirks::default()));
    let mut all = Loopback::new(engine, devices, Span(20_000)).expect("kept");
    all.greet(&mut |_, _| {}).expect("kept");
    let mut ledger = Ledger::default();
    let mut until = Time(900_000_000);
    all.run(until, &mut ledger, &mut |_, _| {}).expect("kept");
    for mode in [Mode::Off, Mode::Shadow] {
        // One that has nothing to do and has worked before.
        let works = |v: &VehicleId| ledger.0.contains_key(v);
        let mut idle = plant.vehicles.ids().filter(works);
        let v = idle.find(|v| all.engine.switch(*v, mode, &[]).is_ok());
        let v = v.expect("one of them has nothing to do");
        assert_eq!(all.engine.mode(v), mode);
        let wrong = all.engine.switch(v, Mode::Real, &[0]);
        assert!(matches!(wrong, Err(NoSwitch::NoLoad(_))), "{wrong:?}");
        let hands = |ledger: &Ledger| -> usize { ledger.0.values().map(Vec::len).sum() };
        let (own, before) = (ledger.0[&v].len(), hands(&ledger));
        let (mut told, mut heard) = (0, 0);
        until += Span::seconds(900);
        let mut ear = |_, out: &Outputs| {
            told += out.messages.iter().filter(|(to, _)| *to == v).count();
            heard += out.aside.len();
        };
        all.run(until, &mut ledger, &mut ear).expect("kept");
        assert_eq!((told, ledger.0[&v].len()), (0, own), "{mode:?}");
        assert!(hands(&ledger) > before + 100, "the others work");
        assert_eq!(heard > 0, mode == Mode::Shadow);
        let kept = log.kept();
        let count = |kept: &Kept, wanted: Event| {
            kept.facts
                .iter()
                .filter(|(_, fact)| *fact == wanted)
                .count()
        };
        let (gone, back) = (Event::Link(v, false), Event::Link(v, true));
        let times = count(&kept, gone.clone());
        assert_eq!(
            times,
            count(&kept, back.clone()) + 1,
            "told once that it is gone"
        );
        assert!(kept.links.contains(&(LinkKey::Mode(v), snapshot(&mode))));
        assert_eq!(all.engine.switch(v, Mode::Simulated, &[]), Ok(()));
        until += Span::seconds(30);
        all.run(until, &mut ledger, &mut |_, _| {}).expect("kept");
        assert_eq!(count(&log.kept(), back), times, "it is used again");
        assert!(all.engine.master(v).is_up());
    }
    let again = recover(
        &plant,
        &Names::of(&plant),
        &log.kept(),
        voice,
        &mut |_, _, _| {},
    );
    let again = again.expect("of this version");
    assert_eq!(again.core.digest(), all.engine.core().digest());
    assert!(again.modes.iter().all(|(_, mode)| *mode == Mode::Simulated));
}

/// Where each carrier stands.
fn positions(devices: &StandIn) -> Vec<PlaceId> {
    let at = |devices: &mut Devices, _| {
        let carriers = devices.world().bodies().carriers.iter();
        carriers.map(|carrier| carrier.at).collect()
    };
    devices.look(at).expect("they run")
}

/// Places with pieces among these.
fn full(devices: &StandIn, places: &[PlaceId]) -> Vec<PlaceId> {
    let places = places.to_vec();
    let full = move |devices: &mut Devices, _| {
        let bodies = devices.world().bodies();
        let pieces = |place: &PlaceId| {
            let carrier = bodies.at[*place].map(|row| &bodies.carriers[row as usize]);
            carrier.is_some_and(|carrier| !carrier.pieces.is_empty())
        };
        places.into_iter().filter(pieces).collect()
    };
    devices.look(full).expect("they run")
}

/// A vehicle and a machine become real, one after the other. The real machine speaks through a gateway of its own; its
/// makers run a plant of theirs behind it, in which everything else is followed.
fn both_become_real(vehicle_first: bool) {
    let stage = Stage::new();
    let (printer, _) = stage
        .plant
        .stations
        .pairs()
        .find(|(_, station)| station.name == "printer")
        .expect("a printer");
    let ports: Vec<PlaceId> = stage
        .plant
        .places
        .pairs()
        .filter(|(_, place)| place.node == Some(stage.node("d")))
        .map(|(id, _)| id)
        .collect();
    let theirs = Part {
        vehicles: Vec::new(),
        stations: Stations::Only(Vec::new()),
        gateway: Some(1),
    };
    let handed = Handed::default();
    let theirs = stage.part(theirs, handed.clone());
    stage.wait("they hear everything", || theirs.listening() == 2);
    let ours = stage.devices(&[A], true);
    stage.wait("four hand-overs", || stage.hands(A).len() >= 4);

    let vehicle = || {
        stage.wait("the vehicle has nothing to do", || {
            ours.switch(A, Mode::Real, &[]).is_ok()
        });
        let node = ours.look(|devices, _| devices.node(A)).expect("they run");
        stage.foreign(A, node)
    };
    let machine = || {
        stage.wait("the machine is empty", || {
            ours.switch_station(printer, false, &[]).is_ok()
        });
        assert_eq!(
            ours.look(move |devices, _| devices.simulates(printer)),
            Some(false)
        );
        stage.wait("they have heard what happened before", || {
            positions(&ours) == positions(&theirs) && full(&ours, &ports) == full(&theirs, &ports)
        });
        stage.wait("they take over", || {
            let stated = full(&theirs, &ports);
            theirs.switch_station(printer, true, &stated).is_ok()
        });
    };
    let before = stage.hands(A).len();
    let foreign = if vehicle_first {
        let foreign = vehicle();
        stage.wait("four hand-overs in between", || foreign.hands().len() >= 4);
        machine();
        foreign
    } else {
        machine();
        let so_far = stage.hands(A).len();
        stage.wait("four in between", || stage.hands(A).len() >= so_far + 4);
        vehicle()
    };
    let real = foreign.hands().len();
    stage.wait("twelve hand-overs of both", || {
        foreign.hands().len() >= real + 12
    });
    assert!(stage.hands(A).len() >= before + 12);
    stage.wait("both plants have every load at the same place", || {
        positions(&ours) == positions(&theirs)
    });
    stage.wait("both have seen every hand-over", || {
        *stage.handed.lock().unwrap() == *handed.lock().unwrap()
    });
    drop(foreign);
    whole(theirs);
    stage.end(ours);
}

#[test]
fn a_vehicle_becomes_real_and_then_a_machine() {
    both_become_real(true);
}

#[test]
fn a_machine_becomes_real_and_then_a_vehicle() {
    both_become_real(false);
}

/// A vehicle that stands idle with a load.
struct Loaded {
    devices: Devices,
    deck: PlaceId,
}

fn loaded() -> Loaded {
    let plant = small();
    let names = Arc::new(Names::of(&plant));
    let mut devices = Devices::new(&plant, names.clone(), Seed(3), |v| {
        (dialect(&plant, v), Quirks::default())
    });
    let start = plant.vehicles[A].start;
    let mut master = Master::new(A, dialect(&plant, A), start, 0);
    let (mut told, mut out) = (Told::default(), Out::default());
    let at = |time: Time| Now {
        time,
        utc: Utc(time.0),
    };
    let node = |name: &str| {
        plant
            .tracks
            .nodes
            .ids()
            .find(|n| plant.tracks.nodes[*n].name == name)
    };
    let (goal, mut here) = (node("a").unwrap(), start);
    let mut commands = Commands::default();
    let mut edges = Vec::new();
    while here != goal {
        // Out of the parking spur and round the ring.
        let parks = |n: NodeId| plant.tracks.nodes[n].name.starts_with('p');
        let leaving = plant.tracks.leaving(here).iter();
        let mut ways = leaving.filter(|&&e| !parks(plant.tracks.edges[e].to));
        let edge = *ways.next().expect("a way");
        edges.push(edge);
        here = plant.tracks.edges[edge].to;
    }
    let place = plant
        .places
        .ids()
        .find(|p| plant.places[*p].node == Some(goal))
        .unwrap();
    commands.drive(A, 1, &edges);
    commands.push(Command::Handle {
        vehicle: A,
        revision: 2,
        deck: 0,
        place,
        pick: true,
    });
    devices.connected(Time::ZERO, A, true, &mut NoRecords, &mut told);
    master.connected(at(Time::ZERO), &names, &mut out);
    master.commands(at(Time::ZERO), &names, &commands, &mut out);
    let mut now = Time::ZERO;
    while !(master.idle() && now > Time(60_000_000)) {
        assert!(now < Time(600_000_000), "it picks in time");
        for message in out.messages.drain(..) {
            let to = (A, message.kind);
            devices.hear(now, to, &message.payload, &mut NoRecords, &mut told);
        }
        now = devices.advance(now + Span::seconds(1), &mut NoRecords, &mut told);
        for (v, message) in told.messages.drain(..) {
            let kind = (message.kind, false);
            if v == A && matches!(message.kind, Topic::State | Topic::Connection) {
                master.receive(at(now), &names, kind, &message.payload, &mut out);
            }
        }
    }
    let deck = plant.vehicles[A].decks.start;
    assert!(devices.world().bodies().at[deck].is_some());
    Loaded { devices, deck }
}

#[test]
fn a_vehicle_with_a_load_is_switched_only_if_the_load_is_stated() {
    let Loaded { mut devices, deck } = loaded();
    let now = devices.world().now();
    let mut told = Told::default();
    let mut switch = |devices: &mut Devices, v, mode, stated: &[u8]| {
        devices.switch(now, v, (mode, stated), &mut NoRecords, &mut told)
    };
    let unknown = switch(&mut devices, VehicleId(7), Mode::Real, &[]);
    assert_eq!(unknown, Err(NoSwitch::Unknown));
    for mode in [Mode::Real, Mode::Shadow, Mode::Off] {
        assert_eq!(
            switch(&mut devices, A, mode, &[]),
            Err(NoSwitch::Loaded(deck))
        );
    }
    assert_eq!(devices.mode(A), Mode::Simulated);
    assert_eq!(switch(&mut devices, A, Mode::Real, &[0]), Ok(()));
    assert_eq!(
        switch(&mut devices, A, Mode::Simulated, &[]),
        Err(NoSwitch::Loaded(deck))
    );
    assert_eq!(devices.mode(A), Mode::Real);
    assert_eq!(switch(&mut devices, A, Mode::Simulated, &[0]), Ok(()));
    let goodbyes = |(_, message): &&(VehicleId, Message)| message.kind == Topic::Connection;
    assert_eq!(
        told.messages.iter().filter(goodbyes).count(),
        1,
        "once OFFLINE"
    );
    assert_eq!(devices.world().check(), []);
}
