//! People in the plant: access windows, fire alarms and emergency stops, with control and world
//! together, the referee judging truth. Control is no safety function; here it is tried for getting out
//! of the way, staying there, and losing nothing.

#[path = "../carrying/yard.rs"]
mod yard;

mod trial;
mod word;

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Area, Plant, StopGroup};
use fenhe_study::{Scratch, run};
use fenhe_world::World;
use std::collections::BTreeMap;
use std::sync::Arc;
use yard::Setting;

/// The terminals before and behind the mill, off the ring, and the mill.
pub const MILL: AreaId = AreaId(0);
/// A stretch of the ring with the test station's terminal before it: nobody can go round.
pub const CORNER: AreaId = AreaId(1);
/// The right half of the hall: a fire section, with the stretch of the ring to be kept free.
pub const HALF: AreaId = AreaId(2);
/// The test station and all vehicles on the stretch.
const STOP_CORNER: StopGroupId = StopGroupId(0);
/// The mill and the first vehicle.
const STOP_MILL: StopGroupId = StopGroupId(1);
const V0: VehicleId = VehicleId(0);

/// Nodes with the edges at them.
fn around(plant: &Plant, nodes: &[u32]) -> Vec<ResourceId> {
    let at = |edge: &fenhe_plant::Edge| nodes.contains(&edge.from.0) || nodes.contains(&edge.to.0);
    let edges = plant.tracks.edges.pairs().filter(|(_, edge)| at(edge));
    let edges = edges.map(|(id, _)| plant.tracks.edge_resource(id));
    let nodes = nodes.iter().map(|&n| plant.tracks.node_resource(NodeId(n)));
    edges.chain(nodes).collect()
}

fn plant(setting: &Setting) -> Plant {
    let mut plant = yard::yard(setting);
    let area = |name: &str, nodes: &[u32], stations: &[u32], free: &[u32]| Area {
        name: name.into(),
        outline: Vec::new(),
        inside: around(&plant, nodes),
        stations: stations.iter().map(|&s| StationId(s)).collect(),
        keep_free: around(&plant, free),
    };
    let corners = [(3000, 5500), (9000, 5500), (9000, 9000), (3000, 9000)];
    let outline = corners.map(|(x, y)| (Length(x), Length(y))).to_vec();
    let mill = Area {
        outline,
        ..area("mill", &[9, 10], &[0], &[])
    };
    let corner = area("corner", &[3, 4], &[], &[]);
    let half = area("half", &[2, 3, 4, 5, 10, 11, 12, 13], &[], &[3, 4]);
    plant.areas = Fixed::from_vec(vec![mill, corner, half]);
    plant.stop_groups = Fixed::from_vec(vec![
        StopGroup {
            name: "corner".into(),
            stations: vec![StationId(1)],
            vehicles: Vec::new(),
            area: Some(CORNER),
        },
        StopGroup {
            name: "mill".into(),
            stations: vec![StationId(0)],
            vehicles: vec![V0],
            area: None,
        },
    ]);
    plant
}

/// What is to be seen of a run.
#[derive(Default)]
pub struct Seen {
    pub left: u64,
    pub breaches: Vec<(f64, Breach)>,
    /// How often each transport was reported done.
    pub transported: BTreeMap<TransportId, u32>,
    pub turns: Vec<(AreaId, AccessState)>,
    pub refused: Vec<(AreaId, AccessAct)>,
    pub kept: Vec<(AreaId, Option<Keeper>)>,
    pub stops: Vec<(StopGroupId, StopState)>,
    pub handed: Vec<(f64, VehicleId, PlaceId, bool)>,
    pub edges: Vec<(f64, VehicleId)>,
}

impl RecordSink for Seen {
    const PIECES: bool = false;
    fn record(&mut self, now: Time, record: Record) {
        let at = now.as_seconds();
        match record {
            Record::Left { .. } => self.left += 1,
            // Who waits for people waits for long.
            Record::Breach(Breach::Starved(_)) => {}
            Record::Breach(breach) => self.breaches.push((at, breach)),
            Record::Transported { transport, .. } => {
                *self.transported.entry(transport).or_default() += 1;
            }
            Record::Access { area, to, .. } => self.turns.push((area, to)),
            Record::AccessRefused { area, act, .. } => self.refused.push((area, act)),
            Record::AccessKept { area, by } => self.kept.push((area, by)),
            Record::EStop { group, to, .. } => self.stops.push((group, to)),
            Record::Handed {
                vehicle,
                place,
                pick,
                ..
            } => {
                self.handed.push((at, vehicle, place, pick));
            }
            Record::Edge { vehicle, .. } => self.edges.push((at, vehicle)),
            _ => {}
        }
    }
}

pub struct Hall {
    pub plant: Arc<Plant>,
    pub core: Controller,
    pub world: World,
    pub seen: Seen,
    scratch: Scratch,
}

impl Hall {
    pub fn new(setting: &Setting, seed: u64) -> Hall {
        let plant = Arc::new(plant(setting));
        Hall {
            core: Controller::new(plant.clone()),
            world: World::new(plant.clone(), Seed(seed)),
            plant,
            seen: Seen::default(),
            scratch: Scratch::default(),
        }
    }
    /// So much later.
    pub fn wait(&mut self, seconds: i64) {
        let until = self.world.now() + Span::seconds(seconds);
        let (core, world) = (&mut self.core, &mut self.world);
        run(
            core,
            world,
            until,
            &mut self.seen,
            &mut self.scratch,
            &mut (),
        )
        .unwrap();
    }
    /// The plant's own equipment tells control.
    pub fn tell(&mut self, event: Event) {
        let (now, mut commands) = (self.world.now(), Commands::default());
        self.core.handle(now, &event, &mut commands);
        for record in &commands.records {
            self.seen.record(now, *record);
        }
        for command in &commands.list {
            self.world
                .apply(now, command, &commands.edges, &mut self.seen);
        }
    }
    pub fn act(&mut self, area: AreaId, act: AccessAct) {
        self.tell(Event::Access(area, act));
    }
    pub fn state(&self, area: AreaId) -> AccessState {
        self.core.access().areas[area.index()].state
    }
    /// Second by second until this holds; whether it did within an hour.
    pub fn until(&mut self, holds: impl Fn(&Hall) -> bool) -> bool {
        (0..3600).any(|_| {
            let done = holds(self);
            if !done {
                self.wait(1);
            }
            done
        })
    }
    /// A window as it should be, up to people inside.
    pub fn open(&mut self, area: AreaId) {
        self.act(area, AccessAct::Request);
        assert!(self.until(|hall| hall.state(area) == AccessState::Clear));
        assert_eq!(self.world.inside(area), []);
        self.act(area, AccessAct::Interlock(true));
        assert_eq!(self.state(area), AccessState::Permitted);
        self.act(area, AccessAct::Entered);
        self.walk(area, true);
        assert_eq!(self.state(area), AccessState::Open);
    }
    pub fn walk(&mut self, area: AreaId, inside: bool) {
        self.world.walk(area, inside, &mut self.seen);
    }
    pub fn close(&mut self, area: AreaId) {
        self.walk(area, false);
        self.act(area, AccessAct::Left);
        assert_eq!(self.state(area), AccessState::Closed);
    }
    /// Nothing bad has happened, and everything goes on: both stations, both vehicles.
    pub fn all_well(&mut self) {
        let (left, edges) = (self.seen.left, self.seen.edges.len());
        self.wait(4 * 3600);
        assert_eq!(self.seen.breaches, []);
        assert_eq!(self.world.check(), []);
        assert!(
            self.seen.left > left + 800,
            "{left}, then {}",
            self.seen.left
        );
        for v in self.plant.vehicles.ids() {
            let drives = self.seen.edges[edges..].iter().filter(|(_, by)| *by == v);
            assert!(drives.count() > 50, "{v:?} drives");
        }
        assert!(self.seen.transported.values().all(|&times| times == 1));
    }
}

fn hall() -> Hall {
    let mut hall = Hall::new(&Setting::default(), 7);
    hall.wait(3600);
    hall
}

#[test]
fn a_window_goes_through_its_states_and_the_interlock_alone_permits() {
    use AccessState::{Clear, Closed, Draining, Open, Permitted};
    let mut hall = hall();
    hall.act(MILL, AccessAct::Request);
    assert_eq!(hall.state(MILL), Draining);
    // The mill has a piece in work: not clear, so the interlock's word does not count.
    hall.act(MILL, AccessAct::Interlock(true));
    assert_eq!(hall.seen.refused, [(MILL, AccessAct::Interlock(true))]);
    assert!(hall.until(|hall| hall.state(MILL) == Clear));
    hall.wait(600);
    assert_eq!(hall.state(MILL), Clear, "nothing permits by itself");
    hall.act(MILL, AccessAct::Interlock(true));
    assert_eq!(hall.state(MILL), Permitted);
    hall.act(MILL, AccessAct::Withdraw);
    assert_eq!(hall.state(MILL), Permitted, "too late to withdraw");
    for _ in 0..2 {
        hall.act(MILL, AccessAct::Entered);
        hall.walk(MILL, true);
    }
    let handed = hall.seen.handed.len();
    hall.wait(3600);
    let inside = |node: Option<NodeId>| node == Some(NodeId(9)) || node == Some(NodeId(10));
    let places = &hall.plant.places;
    let there = |&&(.., place, _): &&(f64, VehicleId, PlaceId, bool)| inside(places[place].node);
    assert_eq!(hall.seen.handed[handed..].iter().find(there), None);
    hall.walk(MILL, false);
    hall.act(MILL, AccessAct::Left);
    assert_eq!(hall.state(MILL), Open, "one is still inside");
    hall.close(MILL);
    let turns: Vec<AccessState> = hall.seen.turns.iter().map(|turn| turn.1).collect();
    assert_eq!(turns, [Draining, Clear, Permitted, Open, Closed]);
    hall.all_well();
}

#[test]
fn the_interlock_ends_a_window_whoever_is_signed_in() {
    let mut hall = hall();
    hall.open(MILL);
    hall.wait(60);
    hall.walk(MILL, false);
    hall.act(MILL, AccessAct::Interlock(false));
    assert_eq!(hall.state(MILL), AccessState::Closed);
    hall.all_well();
}

#[test]
fn a_vehicle_inside_leaves_and_comes_back_for_its_load() {
    let mut hall = hall();
    assert!(hall.until(|hall| !hall.world.inside(MILL).is_empty()));
    let v = hall.world.inside(MILL)[0];
    hall.act(MILL, AccessAct::Request);
    let view = hall.core.access();
    assert!(view.areas[0].keepers.contains(&Keeper::Leaving(v)));
    assert!(hall.until(|hall| hall.state(MILL) == AccessState::Clear));
    assert_eq!(hall.world.inside(MILL), []);
    hall.act(MILL, AccessAct::Withdraw);
    assert_eq!(hall.state(MILL), AccessState::Closed);
    hall.all_well();
}

#[test]
fn a_dead_vehicle_inside_keeps_the_window_draining_and_is_named() {
    let mut hall = hall();
    assert!(hall.until(|hall| !hall.world.inside(MILL).is_empty()));
    let v = hall.world.inside(MILL)[0];
    hall.world.kill(v, true, &mut hall.seen);
    hall.tell(Event::Link(v, false));
    hall.act(MILL, AccessAct::Request);
    hall.wait(3600);
    assert_eq!(hall.state(MILL), AccessState::Draining);
    let kept = [Keeper::Lost(v)];
    // Others may have to wait behind it.
    assert_eq!(hall.core.access().areas[0].keepers[..1], kept);
    assert_eq!(hall.seen.kept, [(MILL, Some(kept[0]))]);
    hall.act(MILL, AccessAct::Interlock(true));
    assert_eq!(hall.state(MILL), AccessState::Draining);
    hall.world.kill(v, false, &mut hall.seen);
    hall.tell(Event::Link(v, true));
    assert!(hall.until(|hall| hall.state(MILL) == AccessState::Clear));
    hall.act(MILL, AccessAct::Withdraw);
    hall.all_well();
}

#[test]
fn somebody_who_goes_in_without_leave_is_told_and_the_area_is_drained() {
    let mut hall = hall();
    hall.act(CORNER, AccessAct::Entered);
    assert_eq!(hall.seen.refused, [(CORNER, AccessAct::Entered)]);
    assert_eq!(hall.seen.turns[0], (CORNER, AccessState::Draining));
    assert!(hall.until(|hall| hall.state(CORNER) == AccessState::Clear));
    hall.act(CORNER, AccessAct::Withdraw);
    assert_eq!(hall.state(CORNER), AccessState::Clear, "somebody is inside");
    hall.act(CORNER, AccessAct::Left);
    assert_eq!(hall.state(CORNER), AccessState::Closed);
    hall.all_well();
}

#[test]
fn two_windows_overlap() {
    let mut hall = hall();
    hall.open(HALF);
    hall.open(CORNER);
    hall.wait(1200);
    hall.close(HALF);
    hall.wait(1200);
    assert_eq!(hall.world.inside(CORNER), [], "it is open still");
    hall.close(CORNER);
    hall.all_well();
}

#[test]
fn a_fire_during_a_window_clears_the_doors_and_all_stand() {
    let mut hall = hall();
    hall.open(MILL);
    assert!(hall.until(|hall| !hall.world.inside(CORNER).is_empty()));
    hall.tell(Event::Fire(HALF, true));
    hall.wait(120);
    hall.world.judge_fire(HALF, &mut hall.seen);
    assert_eq!(hall.seen.breaches, []);
    let edges = hall.seen.edges.len();
    hall.wait(1800);
    let inside = hall.world.inside(HALF);
    let moved = hall.seen.edges[edges..]
        .iter()
        .find(|(_, v)| inside.contains(v));
    assert_eq!(moved, None, "who is inside stands");
    hall.world.judge_fire(HALF, &mut hall.seen);
    hall.act(HALF, AccessAct::Request);
    assert_eq!(hall.state(HALF), AccessState::Requested);
    hall.tell(Event::Fire(HALF, false));
    assert_eq!(hall.state(HALF), AccessState::Draining);
    hall.act(HALF, AccessAct::Withdraw);
    hall.close(MILL);
    hall.all_well();
}

#[test]
fn an_emergency_stop_in_a_hand_over_loses_nothing_and_each_member_is_reset_where_it_stands() {
    let mut hall = hall();
    assert!(hall.until(|hall| hall.world.inside(MILL).contains(&V0)));
    hall.wait(3);
    hall.tell(Event::EStop(STOP_MILL, StopAct::Pressed));
    hall.world.stop(V0, true, &mut hall.seen);
    hall.wait(60);
    let edges = hall.seen.edges.len();
    hall.tell(Event::EStop(STOP_MILL, StopAct::ResetVehicle(V0)));
    let group = |hall: &Hall| hall.core.access().groups[1].clone();
    assert_eq!(
        group(&hall).vehicles,
        [V0],
        "a pressed button lets nobody be reset"
    );
    hall.tell(Event::EStop(STOP_MILL, StopAct::Released));
    hall.tell(Event::EStop(STOP_MILL, StopAct::ResetVehicle(V0)));
    hall.world.stop(V0, false, &mut hall.seen);
    hall.wait(1200);
    assert_eq!(
        group(&hall).state,
        StopState::Waiting,
        "the mill is not reset"
    );
    let drives = hall.seen.edges[edges..].iter().filter(|(_, v)| *v == V0);
    assert_eq!(drives.count(), 0);
    hall.tell(Event::EStop(STOP_MILL, StopAct::ResetStation(StationId(0))));
    assert_eq!(group(&hall).state, StopState::Normal);
    hall.all_well();
}

#[test]
fn a_snapshot_in_a_window_goes_on_alike() {
    let mut hall = hall();
    hall.open(CORNER);
    let mut twin = Controller::restore(hall.plant.clone(), &hall.core.snapshot()).unwrap();
    assert_eq!(twin.access(), hall.core.access());
    let (mut a, mut b) = (Commands::default(), Commands::default());
    let left = Event::Access(CORNER, AccessAct::Left);
    let now = hall.world.now();
    hall.core.handle(now, &left, &mut a);
    twin.handle(now, &left, &mut b);
    assert_eq!((a, hall.core.digest()), (b, twin.digest()));
}
