//! Breakdowns and repairs as the facts show them: times to failure on the declared clock, repairs from the moment
//! somebody was there.

use crate::jobs::Jobs;
use crate::sample::Lasting;
use crate::sight::Sight;
use fenhe_contract::*;
use fenhe_plant::{FailureClock, Station};
use std::collections::VecDeque;

/// One microsecond of a pieces clock is one piece; a likelihood counts in seconds.
pub(crate) const PIECE: i64 = 1_000_000;

/// A station's stops.
#[derive(Clone, Debug)]
pub(crate) struct Stops {
    state: UnitState,
    since: Time,
    /// End of the last repair, and the station's clocks then; unknown before the first.
    repaired: Option<(Time, i64, i64, i64)>,
    /// The last stop that was no breakdown.
    stood: (Time, Time),
    /// When somebody came to the present stop.
    pub mend: Option<Time>,
}

impl Default for Stops {
    fn default() -> Stops {
        Stops {
            state: UnitState::Idle,
            since: Time::ZERO,
            repaired: None,
            stood: (Time::NEVER, Time::NEVER),
            mend: None,
        }
    }
}

/// What a change of state means for a crew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    /// It is called.
    Comes(CrewId),
    /// It is free again.
    Goes(CrewId),
    /// Nobody is needed: work begins at once.
    Nobody,
}

/// What a change of state tells.
#[derive(Default)]
pub(crate) struct Told {
    pub every: Option<Lasting>,
    pub repair: Option<Lasting>,
    /// First who is free, then who is called.
    pub calls: Vec<Call>,
}

/// Whether a unit in this state can work.
pub(crate) fn is_up(state: UnitState) -> bool {
    !matches!(
        state,
        UnitState::Down | UnitState::Maintenance | UnitState::Off
    )
}

impl Stops {
    /// Whether the station can work.
    pub fn up(&self) -> bool {
        is_up(self.state)
    }

    /// The station told its state. Its jobs are brought up to now already.
    pub fn turn(
        &mut self,
        now: Time,
        to: UnitState,
        station: &Station,
        sight: &Sight,
        jobs: &Jobs,
    ) -> Told {
        let from = core::mem::replace(&mut self.state, to);
        let mut told = Told::default();
        if from == to || (is_up(from) && is_up(to)) {
            return told;
        }
        let began = core::mem::replace(&mut self.since, now);
        let crew = |state| match state {
            UnitState::Down => Some(sight.crews[0]),
            UnitState::Maintenance => Some(sight.crews[1]),
            _ => None,
        };
        match from {
            UnitState::Down => {
                told.repair = self.mend.map(|mend| Lasting::exact(now - mend));
                self.repaired = Some((now, jobs.busy, jobs.doubt, jobs.starts));
            }
            UnitState::Maintenance | UnitState::Off => self.stood = (began, now),
            _ => {}
        }
        self.mend = None;
        if let Some(Some(crew)) = crew(from) {
            told.calls.push(Call::Goes(crew));
        }
        if to == UnitState::Down {
            told.every = self.age(now, station, jobs);
        }
        match crew(to) {
            Some(Some(crew)) => told.calls.push(Call::Comes(crew)),
            Some(None) => told.calls.push(Call::Nobody),
            None => {}
        }
        told
    }

    /// How far the clock of the only failure mode has run since the last repair.
    fn age(&self, now: Time, station: &Station, jobs: &Jobs) -> Option<Lasting> {
        let (at, busy, doubt, starts) = self.repaired?;
        let [failure] = station.failures.as_slice() else {
            return None;
        };
        Some(match failure.clock {
            // It may have run out while the station stood for another reason.
            FailureClock::Calendar if self.stood.1 == now => {
                Lasting::between((self.stood.0 - at).max(Span::ZERO), now - at)
            }
            FailureClock::Calendar => Lasting::exact(now - at),
            FailureClock::Busy => {
                let ran = jobs.busy - busy;
                let sure = (ran - (jobs.doubt - doubt)).max(0);
                Lasting::between(Span(sure), Span(ran))
            }
            FailureClock::Pieces => {
                Lasting::exact(Span((jobs.starts - starts).saturating_mul(PIECE)))
            }
        })
    }

    /// What has not ended when the record does: a time to failure, a repair.
    pub fn rest(
        &self,
        now: Time,
        station: &Station,
        jobs: &Jobs,
    ) -> (Option<Lasting>, Option<Lasting>) {
        if self.state == UnitState::Down {
            return (None, self.mend.map(|mend| Lasting::over(now - mend)));
        }
        let age = self.age(now, station, jobs);
        (age.map(|age| Lasting::over(age.low)), None)
    }
}

/// A crew's hands, as calls show them: first come, first served.
#[derive(Clone, Debug)]
pub(crate) struct Hands {
    free: u32,
    waiting: VecDeque<StationId>,
}

impl Hands {
    pub fn new(size: u32) -> Hands {
        Hands {
            free: size,
            waiting: VecDeque::new(),
        }
    }
    /// A station calls: whether somebody comes at once.
    pub fn call(&mut self, station: StationId) -> bool {
        if self.free == 0 {
            self.waiting.push_back(station);
            return false;
        }
        self.free -= 1;
        true
    }
    /// A station needs nobody any more: who is served next.
    pub fn leave(&mut self, station: StationId) -> Option<StationId> {
        if let Some(at) = self.waiting.iter().position(|s| *s == station) {
            // It was mended without us seeing who came.
            self.waiting.remove(at);
            return None;
        }
        let next = self.waiting.pop_front();
        self.free += u32::from(next.is_none());
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_serve_who_called_first() {
        let mut hands = Hands::new(1);
        assert!(hands.call(StationId(0)));
        assert!(!hands.call(StationId(1)));
        assert!(!hands.call(StationId(2)));
        assert_eq!(hands.leave(StationId(0)), Some(StationId(1)));
        assert_eq!(hands.leave(StationId(2)), None);
        assert_eq!(hands.leave(StationId(1)), None);
        assert!(hands.call(StationId(3)));
    }
}
