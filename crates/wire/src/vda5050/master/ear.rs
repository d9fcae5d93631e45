//! Is it new, is it there, does it keep the rules?

use super::super::fault::Breach;
use super::super::model::Header;
use super::super::stamp::Utc;
use super::instant::Instant;
use super::{Kind, Master, Now, Out, Phase};
use core::cmp::Ordering;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// What was heard of it, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::vda5050) struct Ear {
    /// headerId and timestamp of the newest state.
    newest: Option<(u32, Utc)>,
    /// Of the last state dropped as stale, and how many in a row rose.
    dropped: Option<(u32, Utc)>,
    rising: u8,
    /// When the newest came.
    at: Time,
    /// The newest state's counter had begun again: it was a reboot.
    pub reborn: bool,
    /// headerId before the counter fell with the newest state.
    fell: Option<u32>,
    /// How often it went on where it was before it fell: as only another sender's can.
    pub twins: u8,
    /// When something was heard, or waiting began.
    pub heard: Option<Time>,
}

/// So many rising states that all look stale, with none that looks new for so long, are a vehicle
/// whose counter began again and whose clock was set back. No broker holds a message that long.
const REBORN: (u8, Span) = (3, Span::seconds(10));
/// So many times a counter falls and at once goes on as before it fell: then there are two of it.
pub(super) const TWINS: u8 = 4;

impl Default for Ear {
    fn default() -> Ear {
        Ear {
            newest: None,
            dropped: None,
            rising: 0,
            at: Time::ZERO,
            reborn: false,
            fell: None,
            twins: 0,
            heard: None,
        }
    }
}

impl Ear {
    /// Waiting begins.
    pub fn start(&mut self, now: Time) {
        self.heard = Some(now);
    }

    /// headerId and timestamp together. Time decides: a headerId that falls while time rises is a
    /// reboot. A time that falls is an old message, unless none that looks newer has come for
    /// longer than any broker holds one: then a clock was set back.
    pub fn fresh(&mut self, now: Time, header: &Header) -> bool {
        let is = (header.header_id, header.timestamp.unwrap_or_default());
        let known = header.timestamp.is_some();
        let newer = |than: (u32, Utc)| match (known, is.1.cmp(&than.1)) {
            (false, _) | (true, Ordering::Equal) => is.0 > than.0,
            (true, order) => order == Ordering::Greater,
        };
        self.heard = Some(now);
        let rises = self
            .dropped
            .is_none_or(|(id, utc)| is.0 > id && is.1 >= utc);
        let set_back = self.at + REBORN.1 <= now
            && self
                .newest
                .is_some_and(|than| is.0 > than.0 || (rises && self.rising + 1 >= REBORN.0));
        if self.newest.is_none_or(newer) || set_back {
            self.reborn = self.newest.is_some_and(|than| is.0 < than.0);
            if self.fell.is_some_and(|before| is.0 > before) {
                self.twins = self.twins.saturating_add(1);
            }
            self.fell = self.newest.map(|than| than.0).filter(|_| self.reborn);
            (self.newest, self.dropped, self.rising, self.at) = (Some(is), None, 0, now);
            return true;
        }
        self.rising = if rises {
            (self.rising + 1).min(REBORN.0)
        } else {
            1
        };
        self.dropped = Some(is);
        false
    }
}

/// Rules broken of late.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Trust {
    strikes: u16,
    since: Option<Time>,
    /// It has broken too many.
    pub isolated: Option<Breach>,
}

/// One strike is forgiven in this time.
const FORGIVEN: Span = Span::seconds(30);

impl Trust {
    /// Whether this one is one too many.
    pub fn strike(&mut self, now: Time, breach: Breach, tolerance: u16) -> bool {
        let since = self.since.unwrap_or(now);
        let forgiven = (now - since).0.max(0) / FORGIVEN.0;
        self.strikes = self.strikes.saturating_sub(forgiven.min(0xffff) as u16);
        self.since = Some(if self.strikes == 0 {
            now
        } else {
            since + Span(forgiven * FORGIVEN.0)
        });
        self.strikes = self.strikes.saturating_add(1);
        if self.strikes <= tolerance || self.isolated.is_some() {
            return false;
        }
        self.isolated = Some(breach);
        true
    }
}

impl Master {
    /// When silence means something: that it is asked, or, where it has been or cannot be, that it is lost.
    pub(super) fn silence(&self) -> Time {
        let Some(heard) = self.ear.heard.filter(|_| self.told.up) else {
            return Time::NEVER;
        };
        let dialect = &self.dialect;
        if self.asks() {
            heard + dialect.ask_after.min(dialect.lost_after)
        } else {
            heard + dialect.lost_after
        }
    }

    /// It would ask now, if it had been silent for long.
    fn asks(&self) -> bool {
        let asked = |instant: &Instant| instant.kind == Kind::StateRequest;
        let silenced = self.phase == Phase::Away || self.trust.isolated.is_some();
        !silenced && !self.instants.iter().any(asked)
    }

    /// Asks when it has been silent, and in the end calls the link lost.
    pub(super) fn listen(&mut self, now: Now, out: &mut Out) {
        let Some(heard) = self.ear.heard.filter(|_| self.told.up) else {
            return;
        };
        if heard + self.dialect.lost_after <= now.time {
            self.tell_up(false, out);
        }
        let asked = heard + self.dialect.ask_after <= now.time;
        if asked && self.asks() {
            self.instant(now, Kind::StateRequest, out);
        }
    }
}
