//! Actions of the order: picked, dropped, charged.

use super::super::fault::Breach;
use super::super::model::{Load, State, Status};
use super::road::{What, Work};
use super::{Kind, Master, Note, Now, Out, over};
use alloc::vec::Vec;
use fenhe_contract::*;

/// States in a row without an action that should be shown, until it is in doubt.
const MISSING: u8 = 5;

/// What came of one look at a work.
enum Turn {
    Open,
    Over(Option<Why>),
    StopCharging,
    Doubt,
    Revived,
    Retriable,
}

impl Master {
    pub(super) fn hear_works(&mut self, now: Now, state: &State, out: &mut Out) {
        let Some(order) = &mut self.road.order else {
            return;
        };
        let (behind, last) = (order.points[0].seq, order.points.len() == 1);
        let look = Look {
            state,
            session: &self.dialect.session,
            tells: self.dialect.tells_actions,
            stops_itself: self.dialect.charge_until.is_some(),
            rests: last
                && !state.driving
                && state.nodes.iter().all(|n| !n.released || n.seq <= behind),
            withdrawing: self.withdrawing.is_some(),
        };
        let mut turns = Vec::new();
        for work in order.works.iter_mut().filter(|work| work.seq <= behind) {
            match look.at(work) {
                Turn::Open => {}
                turn => turns.push((work.clone(), turn)),
            }
        }
        for (work, turn) in turns {
            self.turn(now, state, &work, turn, out);
        }
    }

    fn turn(&mut self, now: Now, state: &State, work: &Work, turn: Turn, out: &mut Out) {
        match (turn, work.what) {
            (Turn::Open, _) => {}
            (Turn::Retriable, _) => out.notes.push(Note::Retriable(work.revision)),
            (Turn::Revived, _) => self.breach(now, Breach::ActionRevived, out),
            (Turn::StopCharging, _) => self.instant(now, Kind::StopCharging, out),
            (Turn::Doubt, _) => {
                self.close(work.revision, true);
                self.doubt(state, work.clone(), out);
            }
            (Turn::Over(why), What::Hand { deck, .. }) => {
                self.close(work.revision, false);
                let tag = tag_on(state.loads.as_deref(), deck);
                self.tell_hand(work.what, tag, why, out);
            }
            (Turn::Over(_), What::Charge { .. }) => {
                self.close(work.revision, false);
                let told = self.told.charge.map_or(0, |(permille, _)| permille);
                self.tell_charge(state.charge.unwrap_or(told), false, out);
            }
        }
    }

    /// The work is over, or out of the order altogether.
    fn close(&mut self, revision: u32, remove: bool) {
        if let Some(order) = &mut self.road.order {
            for work in &mut order.works {
                work.over |= work.revision == revision;
            }
            order
                .works
                .retain(|work| !remove || work.revision != revision);
        }
    }

    /// Whether it was done is not told: the loads may show it, otherwise an operator must say.
    pub(super) fn doubt(&mut self, state: &State, work: Work, out: &mut Out) {
        let What::Hand { deck, .. } = work.what else {
            let told = self.told.charge.map_or(0, |(permille, _)| permille);
            return self.tell_charge(state.charge.unwrap_or(told), false, out);
        };
        match shown_by_loads(state.loads.as_deref(), work.what) {
            Some(done) => {
                let tag = tag_on(state.loads.as_deref(), deck);
                let why = (!done).then_some(Why::Down);
                self.tell_hand(work.what, tag, why, out);
            }
            None => {
                out.notes.push(Note::InDoubt(work.revision));
                self.road.doubts.push(work);
            }
        }
    }
}

struct Look<'a> {
    state: &'a State,
    session: &'a str,
    tells: bool,
    stops_itself: bool,
    /// It stands at the end of the order.
    rests: bool,
    withdrawing: bool,
}

impl Look<'_> {
    fn at(&self, work: &mut Work) -> Turn {
        let id = work.id(self.session);
        let mut shown = self.state.actions.iter().flatten();
        let status = shown
            .find(|action| action.id == id)
            .map(|action| action.status);
        if work.over {
            let again = over(work.status) && status.is_some_and(|status| !status.over());
            return if again { Turn::Revived } else { Turn::Open };
        }
        let retriable = status == Some(Status::Retriable) && work.status != status;
        if status.is_some() {
            work.status = status;
            work.missing = 0;
        }
        if retriable {
            return Turn::Retriable;
        }
        if let What::Charge { until } = work.what {
            return self.charge(work, until, status);
        }
        match status {
            Some(Status::Finished) => Turn::Over(None),
            Some(Status::Failed) if self.withdrawing => Turn::Open,
            Some(Status::Failed) => Turn::Over(Some(why(self.state, &id))),
            Some(_) => Turn::Open,
            None if !self.rests => Turn::Open,
            None if !self.tells => self.untold(work),
            None => {
                work.missing = work.missing.saturating_add(1);
                if work.missing < MISSING {
                    Turn::Open
                } else {
                    Turn::Doubt
                }
            }
        }
    }

    /// A vehicle without actionStates: its loads tell, or that it stands with nothing left.
    fn untold(&self, work: &mut Work) -> Turn {
        match shown_by_loads(self.state.loads.as_deref(), work.what) {
            Some(true) => Turn::Over(None),
            Some(false) => Turn::Open,
            None if self.state.nodes.is_empty() && self.state.edges.is_empty() => {
                work.missing = work.missing.saturating_add(1);
                if work.missing < MISSING {
                    Turn::Open
                } else {
                    Turn::Doubt
                }
            }
            None => Turn::Open,
        }
    }

    /// startCharging is FINISHED when charging has begun; it is over when charging has ended.
    fn charge(&self, work: &mut Work, until: u16, status: Option<Status>) -> Turn {
        if self.state.charging {
            work.begun = true;
            let full = self
                .state
                .charge
                .is_some_and(|charge| charge >= until.min(1000));
            return if full && !self.stops_itself {
                Turn::StopCharging
            } else {
                Turn::Open
            };
        }
        if work.begun || over(status) {
            return Turn::Over(None);
        }
        if !self.tells && self.rests {
            work.missing = work.missing.saturating_add(1);
            if work.missing >= MISSING {
                return Turn::Over(None);
            }
        }
        Turn::Open
    }
}

/// Why an action failed, in the vehicle's own word where it is one of ours.
pub(in crate::vda5050) fn why(state: &State, id: &str) -> Why {
    let mut actions = state.actions.iter().flatten();
    let action = actions.find(|action| action.id == id);
    match action.and_then(|action| action.result.as_deref()) {
        Some("Stale") => Why::Stale,
        Some("NotThere") => Why::NotThere,
        Some("Occupied") => Why::Occupied,
        Some("Empty") => Why::Empty,
        Some("WrongKind") => Why::WrongKind,
        Some("NoRoute") => Why::NoRoute,
        Some("NotReleased") => Why::NotReleased,
        Some("LowBattery") => Why::LowBattery,
        _ => Why::Down,
    }
}

/// The load on a deck position. Where positions are not told as numbers, any load.
fn on_deck(loads: &[Load], deck: u8) -> Option<&Load> {
    let number = |load: &Load| {
        load.position
            .as_deref()
            .and_then(|at| at.parse::<u8>().ok())
    };
    let numbered = loads.iter().any(|load| number(load).is_some());
    let mut all = loads.iter();
    all.find(|load| !numbered || number(load) == Some(deck))
}

/// Deck positions 0 to 63 with a load on them, one bit each; `None` where loads are not told.
pub(super) fn loaded_decks(loads: Option<&[Load]>) -> Option<u64> {
    let loads = loads?;
    let decks = (0..64).filter(|&deck| on_deck(loads, deck).is_some());
    Some(decks.fold(0, |mask, deck| mask | 1 << deck))
}

/// What was read on the load of a deck position.
pub(in crate::vda5050) fn tag_on(loads: Option<&[Load]>, deck: u8) -> Tag {
    let load = loads.and_then(|loads| on_deck(loads, deck));
    let number = load.and_then(|load| load.id.as_deref()?.parse().ok());
    number.map_or(Tag::UNREAD, Tag)
}

/// Whether the loads show that a hand-over was done; `None` where they are not told.
pub(in crate::vda5050) fn shown_by_loads(loads: Option<&[Load]>, what: What) -> Option<bool> {
    match what {
        What::Hand { deck, pick, .. } => Some(on_deck(loads?, deck).is_some() == pick),
        What::Charge { .. } => Some(false),
    }
}
