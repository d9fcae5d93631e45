//! Instant actions: one a message, sent again until it shows, then awaited; never for ever.

use super::super::dialect::Topic;
use super::super::model::{Action, Blocking, InstantActions, State, Status, Value};
use super::super::write;
use super::{Master, Note, Now, Out, Phase};
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    StateRequest,
    FactsheetRequest,
    CancelOrder,
    StartPause,
    StopPause,
    StopCharging,
    /// Try an action again that can be tried again (3.0), by its revision.
    Retry(u32),
    /// Give it up.
    SkipRetry(u32),
}
impl Kind {
    pub fn text(self) -> &'static str {
        match self {
            Kind::StateRequest => "stateRequest",
            Kind::FactsheetRequest => "factsheetRequest",
            Kind::CancelOrder => "cancelOrder",
            Kind::StartPause => "startPause",
            Kind::StopPause => "stopPause",
            Kind::StopCharging => "stopCharging",
            Kind::Retry(_) => "retry",
            Kind::SkipRetry(_) => "skipRetry",
        }
    }
}

/// One under way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Instant {
    serial: u64,
    pub kind: Kind,
    /// When to send it again.
    pub next: Time,
    tries: u8,
}

/// Waits double up to so many times.
pub(super) const DOUBLINGS: u8 = 4;

impl Master {
    /// Sends one, unless the same is under way.
    pub(super) fn instant(&mut self, now: Now, kind: Kind, out: &mut Out) {
        let under_way = self.instants.iter().any(|instant| instant.kind == kind);
        if under_way || self.trust.isolated.is_some() {
            return;
        }
        self.instant_serial += 1;
        let instant = Instant {
            serial: self.instant_serial,
            kind,
            next: now.time + self.dialect.resend,
            tries: 1,
        };
        if self.phase != Phase::Away {
            self.publish_instant(now, instant.serial, kind, out);
        }
        self.instants.push(instant);
    }

    fn instant_id(&self, serial: u64) -> String {
        alloc::format!("{}-i{serial}", self.dialect.session)
    }

    fn publish_instant(&mut self, now: Now, serial: u64, kind: Kind, out: &mut Out) {
        self.header_ids[1] = self.header_ids[1].wrapping_add(1);
        let blocking = match kind {
            Kind::CancelOrder | Kind::StartPause
                if self.dialect.version < super::super::Version::V3_0 =>
            {
                Blocking::Hard
            }
            _ => Blocking::None,
        };
        let action = Action {
            id: self.instant_id(serial),
            kind: String::from(kind.text()),
            blocking,
            parameters: self.parameters(kind),
        };
        let message = InstantActions {
            header: write::header_of(&self.dialect, self.header_ids[1], now.utc),
            actions: alloc::vec![action],
        };
        let body = write::instant_actions(&message, self.dialect.spelling);
        let message = write::message(&self.dialect, Topic::InstantActions, &body);
        out.messages.push(message);
    }

    fn parameters(&self, kind: Kind) -> Vec<(String, Value)> {
        let (Kind::Retry(revision) | Kind::SkipRetry(revision)) = kind else {
            return Vec::new();
        };
        let mut works = self.road.order.iter().flat_map(|order| &order.works);
        let work = works.find(|work| work.revision == revision);
        let id = work.map(|work| work.id(&self.dialect.session));
        let pair = |id| (String::from("actionId"), Value::Text(id));
        id.map(pair).into_iter().collect()
    }

    /// An operator has a failed action that can be tried again (3.0) tried again, or given up.
    pub fn retry(&mut self, now: Now, revision: u32, again: bool, out: &mut Out) {
        let mut works = self.road.order.iter().flat_map(|order| &order.works);
        let fits = |work: &super::road::Work| {
            work.revision == revision && work.status == Some(Status::Retriable)
        };
        if works.any(fits) {
            let kind = if again { Kind::Retry } else { Kind::SkipRetry };
            self.instant(now, kind(revision), out);
        }
    }

    pub(super) fn send_instants_again(&mut self, now: Now, out: &mut Out) {
        if self.phase == Phase::Away || self.trust.isolated.is_some() {
            return;
        }
        let mut due = Vec::new();
        let (most, resend) = (self.dialect.instant_tries, self.dialect.resend);
        let stopped = self.seen.stopped;
        self.instants.retain_mut(|instant| {
            if instant.next > now.time {
                return true;
            }
            if instant.tries >= most && instant.kind != Kind::StateRequest {
                if instant.kind != Kind::StopPause || stopped {
                    out.notes.push(Note::InstantIgnored(instant.kind.text()));
                }
                return false;
            }
            let doublings = instant.tries.min(DOUBLINGS);
            instant.next = now.time + resend * (1 << doublings);
            instant.tries = instant.tries.saturating_add(1);
            due.push((instant.serial, instant.kind));
            true
        });
        for (serial, kind) in due {
            self.publish_instant(now, serial, kind, out);
        }
    }

    /// A new state: which are shown, which are over?
    pub(super) fn hear_instants(&mut self, state: &State, out: &mut Out) {
        let shown = state.actions.as_deref().unwrap_or_default();
        let session = self.dialect.session.as_str();
        self.instants.retain_mut(|instant| {
            if instant.kind == Kind::StateRequest {
                return false;
            }
            let done = match instant.kind {
                Kind::StopCharging => !state.charging,
                Kind::StartPause => state.paused,
                _ => false,
            };
            if done {
                return false;
            }
            let id = alloc::format!("{session}-i{}", instant.serial);
            let status = shown.iter().find(|action| action.id == id);
            match status.map(|action| action.status) {
                None => true,
                Some(Status::Finished) => false,
                Some(Status::Failed) => {
                    out.notes.push(Note::InstantFailed(instant.kind.text()));
                    false
                }
                Some(_) => {
                    instant.next = Time::NEVER;
                    true
                }
            }
        });
    }

    pub(super) fn cancelling(&self) -> bool {
        let mut all = self.instants.iter();
        all.any(|instant| instant.kind == Kind::CancelOrder)
    }

    pub(super) fn forget_cancel(&mut self) {
        self.instants.retain(|i| i.kind != Kind::CancelOrder);
    }
}
