//! Alarms by ISA-18.2 / IEC 62682. A *point* is one condition of one element. Facts and the patrol say
//! whether it is wrong; when that has lasted, and nothing else explains it, it is an alarm. What another
//! alarm explains is suppressed: a jam is one alarm, with all who wait in it. Alarms decide nothing.
//!
//! ```text
//!   facts, patrol --set--> points --(delays)--> wake --> explain (first cause) --> Record::Alarm
//!                            ^
//!                operator: acknowledge, shelve, out of service
//! ```

mod cause;
mod moving;
mod neighbours;
mod rules;
mod view;
mod watch;

use crate::fleet::Carrying;
use crate::stations::Stations;
use crate::tables::Tables;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
pub(crate) use cause::Roots;
use fenhe_contract::*;
use fenhe_plant::Plant;
pub(crate) use neighbours::Neighbours;
use rules::rule;
use serde::{Deserialize, Serialize};
pub use view::AlarmView;

/// All points with anything to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Alarms {
    last: u64,
    points: BTreeMap<AlarmPoint, Point>,
    /// When a delay or a shelving ends.
    due: BTreeSet<(Time, AlarmPoint)>,
    /// When to look again at what no fact tells.
    patrol: Time,
    /// Places where a hand-over failed last.
    failed: BTreeSet<PlaceId>,
}

/// One condition of one element.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
struct Point {
    /// Of the occurrence, 0 for none.
    id: AlarmId,
    /// It is wrong, as believed; since when it is as it is.
    on: bool,
    since: Time,
    /// Told from outside: the patrol does not judge it.
    told: bool,
    /// A, B, C or D, whatever keeps it silent.
    core: AlarmState,
    /// When it became an alarm, and when its state changed last.
    raised: Time,
    changed: Time,
    shelved: Option<(Time, ShelveWhy)>,
    out_of_service: bool,
    /// The alarm that explains it, 0 for none.
    cause: AlarmId,
    /// Who waits because of it.
    affected: Vec<AlarmSource>,
}

/// What the patrol looks at.
pub(crate) struct Eyes<'a> {
    pub plant: &'a Plant,
    pub tables: &'a Tables,
    pub carrying: &'a Carrying,
    pub stations: &'a Stations,
    pub roots: Roots,
}

/// What no fact tells is looked at this often.
const PATROL: Span = Span::seconds(30);
/// Nothing is shelved for longer.
const SHELVED_MOST: Span = Span::seconds(7 * 86_400);

impl Point {
    /// It is an alarm that is not over.
    fn active(&self) -> bool {
        matches!(
            self.core,
            AlarmState::Unacknowledged | AlarmState::Acknowledged
        )
    }
    fn state(&self) -> AlarmState {
        if self.out_of_service {
            AlarmState::OutOfService
        } else if self.shelved.is_some() {
            AlarmState::Shelved
        } else if self.cause.0 > 0 && self.active() {
            AlarmState::Suppressed
        } else {
            self.core
        }
    }
    /// Nobody is to hear of it.
    fn silent(&self) -> bool {
        self.out_of_service || self.shelved.is_some() || self.cause.0 > 0
    }
    fn due(&self, rule: &rules::Rule) -> Time {
        let delay = match (self.on, self.active()) {
            (true, false) => self.since + rule.on,
            (false, true) => self.since + rule.off,
            _ => Time::NEVER,
        };
        let expires = self.shelved.map_or(Time::NEVER, |(until, _)| until);
        delay.min(expires)
    }
    fn activate(&mut self, now: Time, cause: AlarmId) {
        self.core = AlarmState::Unacknowledged;
        (self.raised, self.cause) = (now, cause);
    }
    fn over(&mut self) {
        let heard = self.core == AlarmState::Unacknowledged && !self.silent();
        self.core = if heard {
            AlarmState::Returned
        } else {
            AlarmState::Normal
        };
        self.cause = AlarmId(0);
        self.affected.clear();
    }
    /// What kept it silent is over: it asks for somebody again if it is still wrong.
    fn heard_again(&mut self) {
        self.core = if self.active() {
            AlarmState::Unacknowledged
        } else {
            AlarmState::Normal
        };
    }
    fn act(&mut self, now: Time, act: AlarmAct) {
        match act {
            AlarmAct::Acknowledge if self.silent() => {}
            AlarmAct::Acknowledge => match self.core {
                AlarmState::Unacknowledged => self.core = AlarmState::Acknowledged,
                AlarmState::Returned => self.core = AlarmState::Normal,
                _ => {}
            },
            AlarmAct::Shelve { until, why } if until > now && !self.out_of_service => {
                self.shelved = Some((until.min(now + SHELVED_MOST), why));
            }
            AlarmAct::Shelve { .. } => {}
            AlarmAct::Unshelve => {
                if self.shelved.take().is_some() {
                    self.heard_again();
                }
            }
            AlarmAct::OutOfService(true) => {
                self.out_of_service = true;
                self.shelved = None;
            }
            AlarmAct::OutOfService(false) => {
                if core::mem::take(&mut self.out_of_service) {
                    self.heard_again();
                }
            }
        }
    }
}

impl Alarms {
    pub fn new(plant: &Plant) -> Alarms {
        Alarms {
            last: 0,
            points: BTreeMap::new(),
            due: BTreeSet::new(),
            patrol: if plant.vehicles.is_empty() {
                Time::NEVER
            } else {
                Time::ZERO + PATROL
            },
            failed: BTreeSet::new(),
        }
    }

    /// When it wants to be woken.
    #[inline]
    pub fn deadline(&self) -> Time {
        let due = self.due.first().map_or(Time::NEVER, |&(at, _)| at);
        due.min(self.patrol)
    }

    /// A condition is wrong, or right again, since then.
    fn set(&mut self, ctx: &mut Ctx<'_>, key: AlarmPoint, on: bool, since: Time) {
        if self.points.get(&key).is_some_and(|point| point.on) != on {
            self.change(ctx, key, |point| (point.on, point.since) = (on, since));
        }
    }

    /// A vehicle told that it stands or goes on, how a hand-over ended, or nothing of interest.
    #[inline]
    pub fn vehicle(&mut self, ctx: &mut Ctx<'_>, v: VehicleId, event: &VehicleEvent) {
        match *event {
            VehicleEvent::Held(on) => {
                self.set_at(ctx, AlarmSource::Vehicle(v), AlarmCode::Held, on)
            }
            VehicleEvent::HandFailed { place, .. } => {
                self.failed.insert(place);
                self.set_at(ctx, AlarmSource::Place(place), AlarmCode::HandFailed, true);
            }
            VehicleEvent::Picked { place, .. } | VehicleEvent::Dropped { place, .. } => {
                self.place(ctx, place);
            }
            VehicleEvent::At { .. } | VehicleEvent::Charge { .. } | VehicleEvent::State { .. } => {}
        }
    }

    /// A crane told how a hand-over ended, or that it broke down: an alarm of its deck.
    pub fn crane(&mut self, ctx: &mut Ctx<'_>, id: CraneId, event: &CraneEvent) {
        match *event {
            CraneEvent::Failed { place, .. } => {
                self.failed.insert(place);
                self.set_at(ctx, AlarmSource::Place(place), AlarmCode::HandFailed, true);
            }
            CraneEvent::Picked { place, .. } | CraneEvent::Dropped { place, .. } => {
                self.place(ctx, place);
            }
            CraneEvent::Arrived { .. } => {}
            CraneEvent::State(state) => {
                let Some(crane) = ctx.plant.cranes.get(id) else {
                    return;
                };
                let source = AlarmSource::Place(crane.deck);
                let down = state == UnitState::Down;
                self.set_at(ctx, source, AlarmCode::StationDown, down);
            }
        }
    }

    /// Something changed at a place: whatever failed there does so no longer.
    #[inline]
    pub fn place(&mut self, ctx: &mut Ctx<'_>, place: PlaceId) {
        if !self.failed.is_empty() && self.failed.remove(&place) {
            self.set_at(ctx, AlarmSource::Place(place), AlarmCode::HandFailed, false);
        }
    }

    /// A link was lost or is back.
    pub fn link(&mut self, ctx: &mut Ctx<'_>, v: VehicleId, back: bool) {
        self.set_at(ctx, AlarmSource::Vehicle(v), AlarmCode::LinkLost, !back);
    }

    /// A station told its state, which was `before`.
    #[inline]
    pub fn station(
        &mut self,
        ctx: &mut Ctx<'_>,
        id: StationId,
        (before, state): (UnitState, UnitState),
    ) {
        if self.patrol == Time::NEVER {
            self.patrol = ctx.now + PATROL;
        }
        let down = state == UnitState::Down;
        if down != (before == UnitState::Down) {
            self.set_at(ctx, AlarmSource::Station(id), AlarmCode::StationDown, down);
        }
    }

    fn set_at(&mut self, ctx: &mut Ctx<'_>, source: AlarmSource, code: AlarmCode, on: bool) {
        let now = ctx.now;
        self.set(ctx, AlarmPoint { source, code }, on, now);
    }

    /// The program around the core told of a trouble.
    pub fn trouble(&mut self, ctx: &mut Ctx<'_>, trouble: Trouble, on: bool) {
        let (key, now) = (trouble.point(), ctx.now);
        let told = self.points.get(&key).is_some_and(|point| point.told);
        if !exists(ctx.plant, key.source) || told == on {
            return;
        }
        self.change(ctx, key, |point| {
            point.told = on;
            if point.on != on {
                (point.on, point.since) = (on, now);
            }
        });
    }

    /// An operator did something with an alarm that is on the list.
    pub fn act(&mut self, ctx: &mut Ctx<'_>, id: AlarmId, act: AlarmAct) {
        let found = self.points.iter().find(|(_, point)| point.id == id);
        if let Some((&key, _)) = found.filter(|_| id.0 > 0) {
            let now = ctx.now;
            self.change(ctx, key, |point| point.act(now, act));
        }
    }

    /// A point is taken out of service or put back.
    pub fn service(&mut self, ctx: &mut Ctx<'_>, key: AlarmPoint, out: bool) {
        let known = self.points.contains_key(&key);
        if exists(ctx.plant, key.source) && (out || known) {
            let now = ctx.now;
            self.change(ctx, key, |point| {
                point.act(now, AlarmAct::OutOfService(out))
            });
        }
    }

    /// Changes a point, and tells if its state is another one now.
    fn change(&mut self, ctx: &mut Ctx<'_>, key: AlarmPoint, with: impl FnOnce(&mut Point)) {
        let rule = rule(ctx.plant, key.code);
        let point = self.points.entry(key).or_default();
        let (due, from) = (point.due(&rule), point.state());
        with(point);
        let to = point.state();
        if to != AlarmState::Normal && point.id.0 == 0 {
            self.last += 1;
            point.id = AlarmId(self.last);
        }
        if from != to {
            point.changed = ctx.now;
            ctx.out.records.push(Record::Alarm {
                alarm: point.id,
                point: key,
                priority: rule.priority,
                from,
                to,
                cause: point.cause,
                affected: point.affected.len() as u32,
            });
        }
        if to == AlarmState::Normal {
            point.id = AlarmId(0);
        }
        let next = point.due(&rule);
        let gone = to == AlarmState::Normal && !point.on;
        if due != next {
            self.due.remove(&(due, key));
        }
        if gone {
            self.points.remove(&key);
        } else if due != next && next < Time::NEVER {
            self.due.insert((next, key));
        }
    }

    /// Delays and shelvings that are over, and what no fact tells.
    pub fn wake(&mut self, eyes: &Eyes<'_>, now: Time, out: &mut Commands) {
        let ctx = &mut Ctx {
            plant: eyes.plant,
            now,
            out,
        };
        let patrol = self.patrol <= now;
        if patrol {
            self.patrol = now + PATROL;
            self.watch(eyes, ctx);
        }
        let mut due: Vec<AlarmPoint> = Vec::new();
        let ended = |entry: &&(Time, AlarmPoint)| entry.0 <= now;
        due.extend(self.due.iter().take_while(ended).map(|&(_, key)| key));
        due.sort_by_key(|&key| (rule(eyes.plant, key.code).order, key));
        for &key in &due {
            let cause = self.cause(eyes, key);
            self.step(ctx, key, cause);
        }
        if !self.points.is_empty() && (patrol || !due.is_empty()) {
            self.explain(eyes, ctx);
        }
    }

    /// A delay or a shelving of a point is over.
    fn step(&mut self, ctx: &mut Ctx<'_>, key: AlarmPoint, cause: AlarmId) {
        let (rule, now) = (rule(ctx.plant, key.code), ctx.now);
        self.change(ctx, key, |point| {
            if point.shelved.is_some_and(|(until, _)| until <= now) {
                point.act(now, AlarmAct::Unshelve);
            }
            match (point.on, point.active()) {
                (true, false) if point.since + rule.on <= now => point.activate(now, cause),
                (false, true) if point.since + rule.off <= now => point.over(),
                _ => {}
            }
        });
    }

    /// Finds the first cause of everything that is wrong again, and who waits because of it. What is
    /// no longer explained begins its delay anew.
    fn explain(&mut self, eyes: &Eyes<'_>, ctx: &mut Ctx<'_>) {
        let now = ctx.now;
        let active = self.points.iter().filter(|(_, point)| point.active());
        let active: Vec<AlarmPoint> = active.map(|(&key, _)| key).collect();
        for &key in &active {
            let cause = self.cause(eyes, key);
            let before = self.points.get(&key).map_or(cause, |point| point.cause);
            if cause == before {
                continue;
            }
            self.change(ctx, key, |point| {
                point.cause = cause;
                if cause.0 == 0 {
                    point.core = AlarmState::Normal;
                    point.since = now;
                }
            });
        }
        self.count_affected(eyes);
    }
}

/// Where changes are told.
pub(crate) struct Ctx<'a> {
    pub plant: &'a Plant,
    pub now: Time,
    pub out: &'a mut Commands,
}

/// Whether the plant has such an element.
fn exists(plant: &Plant, source: AlarmSource) -> bool {
    match source {
        AlarmSource::Plant | AlarmSource::Order(_) => true,
        AlarmSource::Vehicle(id) => id.index() < plant.vehicles.len(),
        AlarmSource::Station(id) => id.index() < plant.stations.len(),
        AlarmSource::Buffer(id) => id.index() < plant.buffers.len(),
        AlarmSource::Place(id) => id.index() < plant.places.len(),
    }
}
