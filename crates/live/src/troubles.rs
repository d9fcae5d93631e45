//! What only the program around the core can see is wrong, told to it once when it begins and once
//! when it is over.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_wire::vda5050::{Master, Note};
use std::collections::BTreeSet;

/// What is wrong now, as the core was told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Troubles(BTreeSet<Trouble>);

impl Troubles {
    /// As a core was told before.
    pub fn of(core: &Controller) -> Troubles {
        Troubles(core.troubles().collect())
    }

    /// A fact, if that is news.
    pub fn tell(&mut self, trouble: Trouble, on: bool, facts: &mut Vec<Event>) {
        let news = if on {
            self.0.insert(trouble)
        } else {
            self.0.remove(&trouble)
        };
        if news {
            facts.push(Event::Trouble(trouble, on));
        }
    }

    /// What a link's notes and state say of its vehicle.
    pub fn link(&mut self, v: VehicleId, master: &Master, notes: &[Note], facts: &mut Vec<Event>) {
        if notes.is_empty() && !self.0.contains(&Trouble::Isolated(v)) && !self.doubted(v) {
            return;
        }
        self.tell(Trouble::Isolated(v), master.isolated().is_some(), facts);
        let doubt = Trouble::LoadInDoubt(AlarmSource::Vehicle(v));
        self.tell(doubt, master.doubts().next().is_some(), facts);
    }

    fn doubted(&self, v: VehicleId) -> bool {
        self.0
            .contains(&Trouble::LoadInDoubt(AlarmSource::Vehicle(v)))
    }
}
