//! Windows, fires, emergency stops and dead vehicles at random: nothing bad happens; once all is
//! cleared, everything goes on.

use super::*;

struct Luck(u64);
impl Luck {
    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// People inside each area, by truth.
type People = [u32; 3];

fn area_act(hall: &mut Hall, area: AreaId, people: &mut People, luck: &mut Luck) {
    let inside = &mut people[area.index()];
    match (hall.state(area), luck.below(3)) {
        (AccessState::Closed, _) => hall.act(area, AccessAct::Request),
        (AccessState::Draining, 0) => hall.act(area, AccessAct::Withdraw),
        // An interlock that permits too early, which must not count.
        (AccessState::Draining, _) => hall.act(area, AccessAct::Interlock(true)),
        (AccessState::Clear, _) => hall.act(area, AccessAct::Interlock(true)),
        (AccessState::Permitted, 0) => hall.act(area, AccessAct::Interlock(false)),
        (AccessState::Permitted | AccessState::Open, 1) => {
            hall.act(area, AccessAct::Entered);
            *inside += 1;
            hall.walk(area, true);
        }
        (AccessState::Open, _) => {
            *inside -= 1;
            hall.walk(area, false);
            hall.act(area, AccessAct::Left);
        }
        (AccessState::Requested | AccessState::Permitted, _) => {}
    }
}

fn stop_act(hall: &mut Hall, group: StopGroupId) {
    let view = hall.core.access().groups[group.index()].clone();
    match view.state {
        StopState::Normal => {
            hall.tell(Event::EStop(group, StopAct::Pressed));
            let view = hall.core.access().groups[group.index()].clone();
            for v in view.vehicles {
                hall.world.stop(v, true, &mut hall.seen);
            }
        }
        StopState::Pressed => hall.tell(Event::EStop(group, StopAct::Released)),
        StopState::Waiting => reset(hall, group),
    }
}

/// Each member where it stands.
fn reset(hall: &mut Hall, group: StopGroupId) {
    let view = hall.core.access().groups[group.index()].clone();
    for v in view.vehicles {
        hall.world.stop(v, false, &mut hall.seen);
        hall.tell(Event::EStop(group, StopAct::ResetVehicle(v)));
    }
    for station in view.stations {
        hall.tell(Event::EStop(group, StopAct::ResetStation(station)));
    }
    hall.tell(Event::EStop(group, StopAct::Reset));
}

/// All is over: people have left, buttons are out, alarms are off.
fn clear(hall: &mut Hall, people: &mut People) {
    for area in [MILL, CORNER, HALF] {
        hall.tell(Event::Fire(area, false));
        for _ in 0..std::mem::take(&mut people[area.index()]) {
            hall.walk(area, false);
        }
        hall.act(area, AccessAct::Interlock(false));
        hall.act(area, AccessAct::Withdraw);
        assert_eq!(hall.state(area), AccessState::Closed);
    }
    for group in [STOP_CORNER, STOP_MILL] {
        hall.tell(Event::EStop(group, StopAct::Released));
        reset(hall, group);
    }
    for station in hall.plant.clone().stations.ids() {
        hall.tell(Event::Operator(OperatorAct::HoldStation(station, false)));
    }
    for v in hall.plant.clone().vehicles.ids() {
        hall.tell(Event::Operator(OperatorAct::HoldVehicle(v, false)));
        hall.tell(Event::Operator(OperatorAct::Send(v, None)));
        hall.world.kill(v, false, &mut hall.seen);
        hall.tell(Event::Link(v, true));
    }
}

/// Vehicles and stations are held, sent away and let work again.
fn word(hall: &mut Hall, luck: &mut Luck) {
    let v = VehicleId(luck.below(2) as u32);
    let station = StationId(luck.below(2) as u32);
    let home = hall.plant.vehicles[v].start;
    let act = match luck.below(4) {
        0 => OperatorAct::HoldVehicle(v, !hall.core.held_vehicle(v)),
        1 => OperatorAct::HoldStation(station, !hall.core.held_station(station)),
        2 => OperatorAct::Send(v, Some(Errand::Node(home))),
        _ => OperatorAct::Send(v, None),
    };
    hall.tell(Event::Operator(act));
}

/// How often people went in and buttons were pressed.
fn trial(seed: u64) -> [usize; 2] {
    let setting = Setting {
        loss: Share((seed % 2) as u32 * 20_000_000),
        ..Setting::default()
    };
    let (mut hall, mut luck) = (Hall::new(&setting, seed), Luck(seed));
    let mut people = [0; 3];
    hall.wait(1800);
    let mut fire = None;
    for _ in 0..60 {
        let area = AreaId(luck.below(3) as u32);
        match luck.below(9) {
            8 => word(&mut hall, &mut luck),
            0 => stop_act(&mut hall, StopGroupId(luck.below(2) as u32)),
            1 => {
                fire = fire.is_none().then(|| hall.world.now());
                hall.tell(Event::Fire(HALF, fire.is_some()));
            }
            _ => area_act(&mut hall, area, &mut people, &mut luck),
        }
        hall.wait(luck.below(300) as i64);
        assert_eq!(hall.seen.breaches, [], "seed {seed}");
    }
    clear(&mut hall, &mut people);
    hall.all_well();
    let opened = hall
        .seen
        .turns
        .iter()
        .filter(|turn| turn.1 == AccessState::Open)
        .count();
    let pressed = |stop: &&(StopGroupId, StopState)| stop.1 == StopState::Pressed;
    [opened, hall.seen.stops.iter().filter(pressed).count()]
}

#[test]
fn nothing_bad_happens_and_then_everything_goes_on() {
    let (mut opened, mut pressed) = (0, 0);
    for seed in 0..12 {
        let [more, buttons] = trial(seed);
        opened += more;
        pressed += buttons;
    }
    assert!(
        opened >= 12 && pressed >= 12,
        "{opened} windows, {pressed} stops"
    );
}
