//! Telegrams between the controller and a gateway that speaks for stations, sources and places:
//! every fact and every order arrives, once and in order, over a wire that loses, doubles and breaks.
//!
//! Each end numbers what it says and says it again until it is confirmed, as telegrams to cranes and
//! stores do. Numbers belong to an `instance`: an end that was started anew without its state begins
//! at 1 under another, and what it had not got through before is lost with it.
//!
//! ```text
//!   Gate: facts 1, 2, 3 ... --Said-->  Desk: new ones in order, confirmed when they are kept
//!                           <--Heard--
//!   Gate: orders, new ones  <--Said--  Desk: orders 1, 2, 3 ...
//!                           --Heard-->
//! ```

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// First wait before something is said again.
const AGAIN: Span = Span::seconds(1);
/// Things in one telegram.
const BATCH: usize = 500;

/// What goes over the wire, in the snapshot form.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Telegram<T> {
    /// Things said, in order.
    Said {
        /// Of the end that says it.
        instance: u64,
        /// Everything before this number was heard: who hears this end for the first time begins here.
        base: u64,
        /// Number of the first, from 1.
        first: u64,
        /// At least one.
        list: Vec<T>,
    },
    /// Everything up to here was heard.
    Heard {
        /// Of the end that said it.
        instance: u64,
        /// The newest.
        last: u64,
    },
}

/// An end that says `S` and hears `H`. All of it is state, to be kept with [`snapshot`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Post<S, H> {
    instance: u64,
    said: Said<S>,
    /// Instance of the other end, 0 before its first word.
    other: u64,
    heard: u64,
    owes: bool,
    #[serde(skip)]
    hears: core::marker::PhantomData<H>,
}

/// The controller's end.
pub type Desk = Post<Command, Event>;
/// The gateway's end.
pub type Gate = Post<Event, Command>;

impl<S, H> Post<S, H>
where
    S: Clone + PartialEq + Serialize + for<'a> Deserialize<'a>,
    H: Clone + Serialize + for<'a> Deserialize<'a>,
{
    /// `instance`: never used before by this end, not 0.
    pub fn new(instance: u64) -> Post<S, H> {
        Post {
            instance,
            said: Said::new(),
            other: 0,
            heard: 0,
            owes: false,
            hears: core::marker::PhantomData,
        }
    }

    /// Something to say.
    pub fn say(&mut self, one: S) {
        self.said.list.push_back(one);
    }

    /// Things that may have been said before, after a replay; those that wait are left out.
    pub fn say_again(&mut self, things: Vec<S>) {
        let waiting = self.said.list.clone();
        let new = things.into_iter().filter(|one| !waiting.contains(one));
        self.said.list.extend(new);
    }

    /// Said and not known to be heard.
    pub fn waiting(&self) -> usize {
        self.said.list.len()
    }

    /// Takes a telegram; what is new is appended to `new`. It is confirmed by the next
    /// [`Post::speak`]: whoever must not lose it keeps it, and this state, before.
    ///
    /// # Errors
    /// The bytes are no telegram; nothing has changed.
    pub fn receive(&mut self, bytes: &[u8], new: &mut Vec<H>) -> Result<(), BadSnapshot> {
        match restore::<Telegram<H>>(bytes)? {
            Telegram::Heard { instance, last } if instance == self.instance => {
                self.said.confirmed(last);
            }
            Telegram::Heard { .. } => {}
            Telegram::Said {
                instance,
                base,
                first,
                list,
            } => self.hear((instance, base), first, list, new),
        }
        Ok(())
    }

    fn hear(&mut self, (instance, base): (u64, u64), first: u64, list: Vec<H>, new: &mut Vec<H>) {
        if instance != self.other {
            (self.other, self.heard) = (instance, base.saturating_sub(1));
        }
        self.owes = true;
        let next = self.heard.saturating_add(1);
        if first == 0 || first > next {
            return; // something before it is missing: it comes again
        }
        let last = first.saturating_add(list.len() as u64).saturating_sub(1);
        let known = usize::try_from(next - first).unwrap_or(usize::MAX);
        new.extend(list.into_iter().skip(known));
        self.heard = self.heard.max(last);
    }

    /// The link is up again: everything that waits is said at once.
    pub fn connected(&mut self) {
        self.said.connected();
        self.owes = self.other != 0;
    }

    /// What is to be said now, as bytes.
    pub fn speak(&mut self, now: Time, out: &mut Vec<Vec<u8>>) {
        if core::mem::take(&mut self.owes) {
            out.push(snapshot(&Telegram::<H>::Heard {
                instance: self.other,
                last: self.heard,
            }));
        }
        while let Some((first, list)) = self.said.next(now) {
            let (instance, base) = (self.instance, self.said.first);
            out.push(snapshot(&Telegram::Said {
                instance,
                base,
                first,
                list,
            }));
        }
    }

    /// When something is to be said (again).
    pub fn deadline(&self) -> Time {
        if self.owes {
            Time(i64::MIN)
        } else {
            self.said.deadline()
        }
    }
}

/// Reads along what one end says, and confirms nothing. What the ends have confirmed to each other while it was not there
/// is lost to it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Ear {
    /// Of the end that is heard, 0 before its first word.
    instance: u64,
    heard: u64,
}

impl Ear {
    /// Takes a telegram of the end that is heard; what is new is appended to `new`. How many were missed.
    ///
    /// # Errors
    /// The bytes are no telegram of that end; nothing has changed.
    pub fn hear<T>(&mut self, bytes: &[u8], new: &mut Vec<T>) -> Result<u64, BadSnapshot>
    where
        T: for<'a> Deserialize<'a>,
    {
        let Telegram::Said {
            instance,
            base,
            first,
            list,
        } = restore::<Telegram<T>>(bytes)?
        else {
            return Ok(0);
        };
        let first = first.max(1);
        if instance != self.instance {
            (self.instance, self.heard) = (instance, base.min(first).saturating_sub(1));
        }
        let missed = (first - 1).saturating_sub(self.heard);
        let known = (self.heard.saturating_add(1)).saturating_sub(first);
        let last = first.saturating_add(list.len() as u64).saturating_sub(1);
        new.extend(
            list.into_iter()
                .skip(usize::try_from(known).unwrap_or(usize::MAX)),
        );
        self.heard = self.heard.max(last);
        Ok(missed)
    }
}

/// Something said and not confirmed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Said<T> {
    /// Number of the first.
    first: u64,
    list: VecDeque<T>,
    /// How many of them were said at least once.
    said: usize,
    /// When to say them again.
    due: Time,
    tries: u8,
}

impl<T: Clone> Said<T> {
    fn new() -> Said<T> {
        Said {
            first: 1,
            list: VecDeque::new(),
            said: 0,
            due: Time::NEVER,
            tries: 0,
        }
    }
    fn confirmed(&mut self, last: u64) {
        while self.first <= last && self.list.pop_front().is_some() {
            self.first += 1;
            self.said = self.said.saturating_sub(1);
            self.tries = 0;
        }
        if self.list.is_empty() {
            self.due = Time::NEVER;
        }
    }
    /// What was never said, or all of it if it is due again: number of the first, and the things.
    fn next(&mut self, now: Time) -> Option<(u64, Vec<T>)> {
        let again = self.due <= now;
        let from = if again { 0 } else { self.said };
        if from >= self.list.len() {
            return None;
        }
        let batch: Vec<T> = self.list.iter().skip(from).take(BATCH).cloned().collect();
        self.said = self.said.max(from + batch.len());
        if again || self.due == Time::NEVER {
            self.due = now + AGAIN * (1 << self.tries.min(3));
            self.tries = self.tries.saturating_add(u8::from(again));
        }
        Some((self.first + from as u64, batch))
    }
    fn deadline(&self) -> Time {
        if self.said < self.list.len() {
            Time(i64::MIN)
        } else {
            self.due
        }
    }
    /// The link is up again: everything at once.
    fn connected(&mut self) {
        if !self.list.is_empty() {
            (self.said, self.due, self.tries) = (0, Time::NEVER, 0);
        }
    }
}
