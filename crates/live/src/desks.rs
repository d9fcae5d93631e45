//! Where the gateways of stations and sources are talked to: the first, and one beside it once it has spoken.

use crate::log::LinkKey;
use fenhe_contract::*;
use fenhe_wire::telegram::Desk;

/// Both.
#[derive(Default)]
pub(crate) struct Desks([Option<Counter>; 2]);

struct Counter {
    desk: Desk,
    /// Its state is newer than what the log holds.
    dirty: bool,
}

impl Desks {
    /// A desk as it was kept, or new.
    pub fn set(&mut self, gateway: usize, desk: Desk) {
        self.0[gateway] = Some(Counter { desk, dirty: true });
    }

    /// Takes a telegram. `false`: it could not be read. `instance`: for a second gateway's first word.
    pub fn hear(
        &mut self,
        gateway: usize,
        bytes: &[u8],
        instance: u64,
        facts: &mut Vec<Event>,
    ) -> bool {
        if gateway == 1 && self.0[0].is_some() && self.0[1].is_none() {
            let mut desk = Desk::new(instance.max(1));
            if desk.receive(bytes, facts).is_err() {
                return false;
            }
            self.set(1, desk);
            return true;
        }
        let Some(counter) = &mut self.0[gateway] else {
            return true;
        };
        counter.dirty = true;
        counter.desk.receive(bytes, facts).is_ok()
    }

    /// Orders go to each gateway, which keeps to those of its own stations; what is due is said. Without any gateway the
    /// orders stay.
    pub fn speak(&mut self, now: Time, orders: &mut Vec<Command>, said: [&mut Vec<Vec<u8>>; 2]) {
        if self.0.iter().all(Option::is_none) {
            return;
        }
        for (counter, said) in self.0.iter_mut().zip(said) {
            let Some(counter) = counter else { continue };
            for order in orders.iter() {
                counter.desk.say(order.clone());
            }
            if counter.desk.deadline() <= now {
                counter.desk.speak(now, said);
                counter.dirty |= !said.is_empty();
            }
        }
        orders.clear();
    }

    /// The link to the broker is up.
    pub fn connected(&mut self) {
        for counter in self.0.iter_mut().flatten() {
            counter.desk.connected();
        }
    }

    /// When something is to be said.
    pub fn deadline(&self) -> Time {
        let all = self
            .0
            .iter()
            .flatten()
            .map(|counter| counter.desk.deadline());
        all.min().unwrap_or(Time::NEVER)
    }

    /// States that the log does not hold.
    pub fn states(&mut self, states: &mut Vec<(LinkKey, Vec<u8>)>) {
        let keys = [LinkKey::Stations, LinkKey::Beside];
        for (counter, key) in self.0.iter_mut().zip(keys) {
            if let Some(counter) = counter
                && std::mem::take(&mut counter.dirty)
            {
                states.push((key, snapshot(&counter.desk)));
            }
        }
    }
}
