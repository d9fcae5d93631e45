//! What each vehicle was told and has not yet reported done. Commands not acknowledged after a
//! silence are sent again exactly as they were; if all are acknowledged but nothing happens, one
//! of them is sent again to be answered with a state. So a lost message stops nothing.

use alloc::collections::VecDeque;
use fenhe_contract::*;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};

/// The link to each vehicle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Links {
    rows: Fixed<VehicleId, Link>,
    /// Not later than any row's `due`.
    next: Time,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Link {
    /// Of the newest command.
    revision: u32,
    /// Newest reported accepted.
    accepted: u32,
    /// Edges sent and not yet reported passed.
    base: VecDeque<EdgeId>,
    /// Commands not yet known to be done, in order.
    sent: VecDeque<Sent>,
    /// When to ask or send again.
    due: Time,
    /// When it was last sent again.
    again: Time,
    /// Times asked in vain.
    asked: u8,
    /// Since when it has been told again and again without a word from it.
    silent: Option<Time>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Sent {
    revision: u32,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum What {
    /// So many edges of the base not yet passed.
    Drive(u32),
    Handle {
        deck: u8,
        place: PlaceId,
        pick: bool,
    },
    Charge(u16),
}

/// Asked in vain, the next question waits twice as long, up to this many times.
const BACK_OFF: u8 = 5;
/// A state that shows a gap is answered at once, but not more often than this.
const CALM: Span = Span::seconds(1);

impl Links {
    pub fn new(plant: &Plant) -> Links {
        let link = |_| Link {
            revision: 0,
            accepted: 0,
            base: VecDeque::new(),
            sent: VecDeque::new(),
            due: Time::NEVER,
            again: Time::ZERO,
            asked: 0,
            silent: None,
        };
        Links {
            rows: Fixed::like(&plant.vehicles, link),
            next: Time::NEVER,
        }
    }

    /// When some vehicle has been silent long enough.
    pub fn deadline(&self) -> Time {
        self.next
    }
    /// All edges sent have been reported passed.
    #[inline]
    pub fn stands(&self, v: VehicleId) -> bool {
        self.rows[v].base.is_empty()
    }

    /// Everything told is known to be done, charging apart.
    pub fn rests(&self, v: VehicleId) -> bool {
        let link = &self.rows[v];
        let mut sent = link.sent.iter();
        link.accepted == link.revision && sent.all(|sent| matches!(sent.what, What::Charge(_)))
    }

    /// Since when it has been told again and again without a word from it.
    pub fn silent(&self, v: VehicleId) -> Option<Time> {
        self.rows[v]
            .silent
            .filter(|_| !self.rows[v].sent.is_empty())
    }

    /// Sends more base.
    pub fn drive(
        &mut self,
        (plant, now): (&Plant, Time),
        v: VehicleId,
        edges: &[EdgeId],
        out: &mut Commands,
    ) {
        if edges.is_empty() {
            return;
        }
        let link = &mut self.rows[v];
        link.base.extend(edges);
        link.push(What::Drive(edges.len() as u32));
        out.drive(v, link.revision, edges);
        self.expect(plant, now, v);
    }

    /// Orders a hand-over at the end of the base.
    pub fn handle(
        &mut self,
        (plant, now): (&Plant, Time),
        v: VehicleId,
        (deck, place, pick): (u8, PlaceId, bool),
        out: &mut Commands,
    ) {
        self.rows[v].push(What::Handle { deck, place, pick });
        let revision = self.rows[v].revision;
        out.push(Command::Handle {
            vehicle: v,
            revision,
            deck,
            place,
            pick,
        });
        self.expect(plant, now, v);
    }

    /// Orders charging at the end of the base.
    pub fn charge(
        &mut self,
        (plant, now): (&Plant, Time),
        v: VehicleId,
        until: u16,
        out: &mut Commands,
    ) {
        self.rows[v].push(What::Charge(until));
        let revision = self.rows[v].revision;
        out.push(Command::Charge {
            vehicle: v,
            revision,
            until_permille: until,
        });
        self.expect(plant, now, v);
    }

    /// Somebody else told it to drive on.
    pub fn observed_drive(&mut self, v: VehicleId, revision: u32, edges: &[EdgeId]) {
        let link = &mut self.rows[v];
        link.base.extend(edges);
        link.observed(revision, What::Drive(edges.len() as u32));
    }
    /// Somebody else told it to hand over.
    pub fn observed_handle(&mut self, v: VehicleId, revision: u32, hand: (u8, PlaceId, bool)) {
        let (deck, place, pick) = hand;
        self.rows[v].observed(revision, What::Handle { deck, place, pick });
    }
    /// Somebody else told it to charge.
    pub fn observed_charge(&mut self, v: VehicleId, revision: u32, until: u16) {
        self.rows[v].observed(revision, What::Charge(until));
    }
    /// Newest revision told.
    pub fn newest(&self, v: VehicleId) -> u32 {
        self.rows[v].revision
    }
    /// Where its base ends, if it has any.
    pub fn end(&self, plant: &Plant, v: VehicleId) -> Option<NodeId> {
        let last = self.rows[v].base.back()?;
        Some(plant.tracks.edges[*last].to)
    }

    /// The vehicle said something.
    #[inline]
    pub fn heard(&mut self, plant: &Plant, now: Time, v: VehicleId, revision: u32) {
        let link = &mut self.rows[v];
        link.accepted = link.accepted.max(revision.min(link.revision));
        link.asked = 0;
        link.silent = None;
        link.due = if link.sent.is_empty() {
            Time::NEVER
        } else {
            now + plant.policy.resend
        };
        self.next = self.next.min(link.due);
    }

    /// It reached a node: base before it is behind it. Whether the node lay on its base.
    #[inline]
    pub fn passed(&mut self, plant: &Plant, v: VehicleId, node: NodeId) -> bool {
        let link = &mut self.rows[v];
        let Some(at) = link
            .base
            .iter()
            .position(|&edge| plant.tracks.edges[edge].to == node)
        else {
            return false;
        };
        link.drop_edges(at + 1);
        true
    }

    /// A hand-over is over, well or badly. Whether it was expected.
    pub fn handed(&mut self, v: VehicleId, deck: u8, place: PlaceId, pick: Option<bool>) -> bool {
        let link = &mut self.rows[v];
        let is = |sent: &Sent| match sent.what {
            What::Handle {
                deck: d,
                place: p,
                pick: k,
            } => d == deck && p == place && pick.is_none_or(|pick| pick == k),
            What::Drive(_) | What::Charge(_) => false,
        };
        let at = link.sent.iter().position(is);
        at.and_then(|at| link.sent.remove(at)).is_some()
    }

    /// It has been told to charge.
    pub fn charges(&self, v: VehicleId) -> bool {
        self.rows[v]
            .sent
            .iter()
            .any(|sent| matches!(sent.what, What::Charge(_)))
    }

    /// It does not charge: it has ended, if it knew that it should. Whether it was expected.
    pub fn charged(&mut self, v: VehicleId) -> bool {
        let Link { sent, accepted, .. } = &mut self.rows[v];
        let charge =
            |sent: &Sent| matches!(sent.what, What::Charge(_)) && sent.revision <= *accepted;
        let at = sent.iter().position(charge);
        at.and_then(|at| sent.remove(at)).is_some()
    }

    /// A state: base and charging up to `done` are done. Whether a charge was among them.
    pub fn state(&mut self, v: VehicleId, done: u32) -> bool {
        let link = &mut self.rows[v];
        let behind = |sent: &Sent| match sent.what {
            What::Drive(count) if sent.revision <= done => count as usize,
            _ => 0,
        };
        let edges = link.sent.iter().map(behind).sum();
        link.drop_edges(edges);
        let charge = |sent: &Sent| sent.revision <= done && matches!(sent.what, What::Charge(_));
        let at = link.sent.iter().position(charge);
        at.and_then(|at| link.sent.remove(at)).is_some()
    }

    /// A state showed which commands it lacks: they go again.
    pub fn fill_gap(&mut self, now: Time, v: VehicleId, out: &mut Commands) {
        let link = &mut self.rows[v];
        if link.accepted < link.revision && link.again + CALM <= now {
            link.again = now;
            link.send_again(v, out);
        }
    }

    /// Asks every vehicle that has been silent for too long.
    pub fn ask(&mut self, plant: &Plant, now: Time, out: &mut Commands) {
        if now < self.next {
            return;
        }
        self.next = Time::NEVER;
        for v in plant.vehicles.ids() {
            let link = &mut self.rows[v];
            if link.sent.is_empty() {
                link.due = Time::NEVER;
            } else if link.due <= now {
                let mut wait = plant.policy.resend.0.max(1_000_000);
                if link.accepted == link.revision {
                    wait <<= link.asked;
                    link.asked = (link.asked + 1).min(BACK_OFF);
                }
                link.due = now + Span(wait);
                link.again = now;
                link.silent.get_or_insert(now);
                link.send_again(v, out);
            }
            self.next = self.next.min(link.due);
        }
    }

    /// Fills the link's part of a belief.
    pub fn believe(&self, v: VehicleId, belief: &mut VehicleBelief) {
        let link = &self.rows[v];
        belief.base = link.base.iter().copied().collect();
        belief.revision = link.revision;
        for sent in &link.sent {
            match sent.what {
                What::Handle { deck, place, pick } => {
                    belief.handles.push((sent.revision, deck, place, pick));
                }
                What::Charge(until) => belief.charge_until = Some(until),
                What::Drive(_) => {}
            }
        }
    }

    fn expect(&mut self, plant: &Plant, now: Time, v: VehicleId) {
        let link = &mut self.rows[v];
        link.asked = 0;
        link.due = link.due.min(now + plant.policy.resend);
        self.next = self.next.min(link.due);
    }
}

impl Link {
    fn push(&mut self, what: What) {
        self.revision += 1;
        self.sent.push_back(Sent {
            revision: self.revision,
            what,
        });
    }

    fn observed(&mut self, revision: u32, what: What) {
        self.revision = revision;
        self.sent.push_back(Sent { revision, what });
    }

    /// The first edges of the base are behind the vehicle.
    fn drop_edges(&mut self, count: usize) {
        let mut left = count.min(self.base.len());
        self.base.drain(..left);
        while left > 0
            && let Some(at) = self
                .sent
                .iter()
                .position(|s| matches!(s.what, What::Drive(_)))
            && let What::Drive(edges) = &mut self.sent[at].what
        {
            let part = left.min(*edges as usize);
            *edges -= part as u32;
            left -= part;
            if *edges == 0 {
                self.sent.remove(at);
            }
        }
    }

    /// Everything not accepted as it was; else the first that is not done.
    fn send_again(&self, v: VehicleId, out: &mut Commands) {
        let first = self
            .sent
            .iter()
            .position(|sent| sent.revision > self.accepted);
        let handle = |sent: &Sent| !matches!(sent.what, What::Drive(_));
        let (from, to) = match first {
            Some(at) => (at, self.sent.len()),
            None => {
                let at = self.sent.iter().position(handle).unwrap_or(0);
                (at, (at + 1).min(self.sent.len()))
            }
        };
        let mut edge = 0;
        for (i, sent) in self.sent.iter().enumerate().take(to) {
            let before = edge;
            if let What::Drive(count) = sent.what {
                edge += count as usize;
            }
            if i >= from {
                self.send(v, sent, before..edge, out);
            }
        }
    }

    fn send(&self, v: VehicleId, sent: &Sent, edges: core::ops::Range<usize>, out: &mut Commands) {
        let revision = sent.revision;
        match sent.what {
            What::Drive(count) => {
                let first = out.edges.len() as u32;
                out.edges.extend(self.base.range(edges));
                out.push(Command::Drive {
                    vehicle: v,
                    revision,
                    first,
                    count,
                });
            }
            What::Handle { deck, place, pick } => {
                out.push(Command::Handle {
                    vehicle: v,
                    revision,
                    deck,
                    place,
                    pick,
                });
            }
            What::Charge(until) => {
                out.push(Command::Charge {
                    vehicle: v,
                    revision,
                    until_permille: until,
                });
            }
        }
    }
}
