//! From orders to decisions. A master shows what a vehicle is for when it orders the first hand-over, or
//! at once if its orders show what lies ahead (the horizon). So what was heard waits until it is known
//! what each vehicle that set off was sent for, and is then told in order, each decision before the
//! order that began it.
//!
//! A master that shows no horizon hides when it decided: that is taken to be when the vehicle set off,
//! or got its next order after the load was ready.

use fenhe_contract::*;
use fenhe_plant::Plant;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// From where, and to where if that is known.
pub type Leg = (PlaceId, Option<PlaceId>);

/// What was heard, or concluded.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Heard {
    Fact(Event),
    Told(Command, Vec<EdgeId>),
    Trip(VehicleId, Vec<Leg>),
    Sent(VehicleId, NodeId),
}

/// What was heard and waits.
#[derive(Clone)]
pub(super) struct Trail {
    plant: Arc<Plant>,
    queue: VecDeque<(Time, Heard, Option<Heard>)>,
    /// Number of the front of the queue.
    first: u64,
    tracks: Fixed<VehicleId, Track>,
    /// The first order of each vehicle of which it is not known what for.
    open: BTreeSet<(u64, VehicleId)>,
    /// When a load was last said to be ready there.
    ready: Fixed<PlaceId, Time>,
    /// Nodes where vehicles rest.
    rests: BTreeSet<NodeId>,
    /// Vehicles of which it was not seen in time what they were sent for.
    pub unresolved: u64,
}

#[derive(Clone, Default)]
struct Track {
    /// Orders since it had nothing to do, by number and time.
    marks: Vec<(u64, Time)>,
    /// What it was seen to be sent for, and where that goes.
    legs: Vec<Seen>,
    /// What is decided and not done.
    going: Vec<Seen>,
    /// Newest order.
    newest: u32,
    /// Where its base ends.
    end: Option<NodeId>,
}

/// A load that a vehicle was seen to be sent for.
#[derive(Clone, Copy)]
struct Seen {
    deck: u8,
    leg: Leg,
    /// When it was said to be ready.
    ready: Time,
}

/// After so long it is not waited for any more what a vehicle was sent for.
const PATIENCE: Span = Span::seconds(3600);

impl Trail {
    pub fn new(plant: &Arc<Plant>) -> Trail {
        let homes = plant.vehicles.iter().map(|vehicle| vehicle.start);
        Trail {
            plant: plant.clone(),
            queue: VecDeque::new(),
            first: 0,
            tracks: Fixed::like(&plant.vehicles, |_| Track::default()),
            open: BTreeSet::new(),
            ready: Fixed::like(&plant.places, |_| Time::ZERO),
            rests: plant.parking.iter().copied().chain(homes).collect(),
            unresolved: 0,
        }
    }

    /// Time of the oldest that waits.
    pub fn oldest(&self) -> Option<Time> {
        self.queue.front().map(|&(at, ..)| at)
    }

    /// A fact.
    pub fn fact(&mut self, now: Time, event: &Event) {
        match *event {
            Event::Place(place, PlaceEvent::Filled { .. } | PlaceEvent::Emptied(_)) => {
                self.ready_at(place, now);
            }
            Event::Vehicle(v, event) if v.index() < self.tracks.len() => {
                self.reported(now, v, event);
            }
            _ => {}
        }
        self.queue
            .push_back((now, Heard::Fact(event.clone()), None));
    }

    /// An order; one that was heard before is passed over.
    pub fn told(&mut self, now: Time, command: &Command, edges: &[EdgeId]) {
        if let Some((v, revision)) = addressee(command) {
            let Some(track) = self.tracks.get(v) else {
                return;
            };
            if revision <= track.newest {
                return;
            }
            self.tracks[v].newest = revision;
            self.concerns(
                v,
                (self.first + self.queue.len() as u64, now),
                command,
                edges,
            );
        }
        let heard = Heard::Told(command.clone(), edges.to_vec());
        self.queue.push_back((now, heard, None));
        if let Command::Charge { vehicle, .. } = *command
            && let Some(node) = self.tracks[vehicle].end
        {
            self.concludes(vehicle, 0, Some(Heard::Sent(vehicle, node)));
        }
        if let Command::Handle {
            vehicle,
            deck,
            place,
            pick,
            ..
        } = *command
        {
            self.hand(vehicle, (deck, place, pick));
        }
    }

    /// What an order says of its vehicle.
    fn concerns(&mut self, v: VehicleId, mark: (u64, Time), command: &Command, edges: &[EdgeId]) {
        let opens = match *command {
            Command::Drive { .. } => {
                let last = edges
                    .last()
                    .and_then(|&edge| self.plant.tracks.edges.get(edge));
                let track = &mut self.tracks[v];
                track.end = last.map(|edge| edge.to).or(track.end);
                track.going.is_empty()
            }
            Command::Handle {
                deck, place, pick, ..
            } => pick && !self.knows(v, deck, place),
            _ => true,
        };
        if opens {
            self.mark(v, mark);
        }
    }

    /// What lies ahead of a vehicle, as its newest order shows it: deck, place, pick.
    pub fn ahead(&mut self, v: VehicleId, hands: &[(u8, PlaceId, bool)]) {
        if v.index() < self.tracks.len() && !self.tracks[v].marks.is_empty() {
            for &hand in hands {
                self.hand(v, hand);
            }
        }
    }

    /// The next that need not wait.
    pub fn next(&mut self, now: Time) -> Option<(Time, Option<Heard>, Heard)> {
        while let (Some(at), Some(&(seq, v))) = (self.oldest(), self.open.first())
            && seq == self.first
        {
            if at + PATIENCE >= now {
                return None;
            }
            self.give_up(v);
        }
        let (at, heard, before) = self.queue.pop_front()?;
        self.first += 1;
        Some((at, before, heard))
    }

    fn ready_at(&mut self, place: PlaceId, now: Time) {
        if place.index() < self.ready.len() {
            self.ready[place] = now;
        }
    }

    /// An order of which it is not known what for.
    fn mark(&mut self, v: VehicleId, mark: (u64, Time)) {
        if self.tracks[v].marks.is_empty() {
            self.open.insert((mark.0, v));
        }
        self.tracks[v].marks.push(mark);
    }

    /// This pick belongs to what was concluded or seen before.
    fn knows(&self, v: VehicleId, deck: u8, place: PlaceId) -> bool {
        let track = &self.tracks[v];
        let is = |seen: &Seen| seen.deck == deck && seen.leg.0 == place;
        track.going.iter().chain(&track.legs).any(is)
    }

    fn hand(&mut self, v: VehicleId, (deck, place, pick): (u8, PlaceId, bool)) {
        if pick {
            if !self.knows(v, deck, place) {
                let ready = self.ready.get(place).copied().unwrap_or(Time::ZERO);
                let leg = (place, None);
                self.tracks[v].legs.push(Seen { deck, leg, ready });
            }
            return;
        }
        let legs = &mut self.tracks[v].legs;
        let open = |seen: &&mut Seen| seen.deck == deck && seen.leg.1.is_none();
        if let Some(seen) = legs.iter_mut().find(open) {
            seen.leg.1 = Some(place);
        }
        if !legs.is_empty() && legs.iter().all(|seen| seen.leg.1.is_some()) {
            self.trip(v);
        }
    }

    /// It is known what it was sent for: the decision was before the first order that came when a load
    /// of it was ready.
    fn trip(&mut self, v: VehicleId) {
        let track = &mut self.tracks[v];
        let legs: Vec<Leg> = track.legs.iter().map(|seen| seen.leg).collect();
        let ready = track.legs.iter().map(|seen| seen.ready).min();
        track.going.append(&mut track.legs);
        let after = |&(_, at): &(u64, Time)| ready.is_none_or(|ready| at >= ready);
        let at = track.marks.iter().position(after);
        let at = at.unwrap_or(track.marks.len().saturating_sub(1));
        self.concludes(v, at, Some(Heard::Trip(v, legs)));
    }

    fn concludes(&mut self, v: VehicleId, mark: usize, what: Option<Heard>) {
        let marks = std::mem::take(&mut self.tracks[v].marks);
        if let Some(&(first, _)) = marks.first() {
            self.open.remove(&(first, v));
        }
        let seq = marks
            .get(mark)
            .and_then(|mark| mark.0.checked_sub(self.first));
        let place = seq.and_then(|at| self.queue.get_mut(usize::try_from(at).ok()?));
        if let Some((_, _, before)) = place {
            *before = what;
        }
    }

    fn give_up(&mut self, v: VehicleId) {
        self.unresolved += 1;
        if self.tracks[v].legs.is_empty() {
            self.concludes(v, 0, None);
        } else {
            self.trip(v);
        }
    }

    fn reported(&mut self, now: Time, v: VehicleId, event: VehicleEvent) {
        match event {
            VehicleEvent::At { node, .. } | VehicleEvent::State { node, .. } => {
                let track = &self.tracks[v];
                let stands = track.end.is_none_or(|end| end == node);
                let idle = track.legs.is_empty() && track.going.is_empty();
                if stands && idle && !track.marks.is_empty() && self.rests.contains(&node) {
                    self.concludes(v, 0, Some(Heard::Sent(v, node)));
                }
            }
            VehicleEvent::Dropped { deck, place, .. } => {
                self.ready_at(place, now);
                self.tracks[v].going.retain(|seen| seen.deck != deck);
            }
            VehicleEvent::HandFailed { deck, place, .. } => {
                let other = |seen: &Seen| seen.deck != deck || seen.leg.0 != place;
                let track = &mut self.tracks[v];
                track.legs.retain(other);
                track.going.retain(other);
            }
            VehicleEvent::Picked { .. } | VehicleEvent::Charge { .. } | VehicleEvent::Held(_) => {}
        }
    }
}

/// The vehicle an order is for, and its revision.
fn addressee(command: &Command) -> Option<(VehicleId, u32)> {
    match *command {
        Command::Drive {
            vehicle, revision, ..
        }
        | Command::Handle {
            vehicle, revision, ..
        }
        | Command::Charge {
            vehicle, revision, ..
        } => Some((vehicle, revision)),
        Command::Run { .. }
        | Command::Release { .. }
        | Command::Hold { .. }
        | Command::Carry { .. }
        | Command::Go { .. }
        | Command::Ask(_) => None,
    }
}
