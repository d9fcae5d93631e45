//! Jobs inside a station as the facts show them: what began when, how long it was really worked on.

use crate::sample::Lasting;
use fenhe_contract::*;
use std::collections::{BTreeMap, VecDeque};

/// A job in work.
#[derive(Clone, Copy, Debug)]
struct Job {
    started: Time,
    /// The station's stopped time when it began.
    stopped: i64,
    /// Worked on for sure: it had when the station last broke down.
    sure: i64,
    product: Option<ProductId>,
    /// A change-over may be in it.
    unsure: bool,
    /// Its work has ended; it waits to leave, or its batch was counted.
    over: bool,
}

/// What a job that ended tells.
pub(crate) struct Done {
    pub lasting: Lasting,
    pub product: Option<ProductId>,
}

/// A station's jobs and clocks.
#[derive(Clone, Debug)]
pub(crate) struct Jobs {
    inside: BTreeMap<u64, Job>,
    /// Waiting before a station whose starts are derived.
    pub queue: VecDeque<Tag>,
    /// What is in work and waiting is known.
    pub synced: bool,
    /// It may work.
    pub up: bool,
    /// Jobs being worked on.
    active: u32,
    since: Time,
    stopped: i64,
    /// Time with at least one job in work [us], and how much of it may have been waiting.
    pub busy: i64,
    pub doubt: i64,
    /// Jobs ever begun.
    pub starts: i64,
    /// Product of the job that began last.
    last: Option<Option<ProductId>>,
}

impl Jobs {
    /// Of a station that is empty (`synced`) or of which nothing is known.
    pub fn new(synced: bool) -> Jobs {
        Jobs {
            inside: BTreeMap::new(),
            queue: VecDeque::new(),
            synced,
            up: true,
            active: 0,
            since: Time::ZERO,
            stopped: 0,
            busy: 0,
            doubt: 0,
            starts: 0,
            last: None,
        }
    }

    /// Brings its clocks up to now.
    pub fn advance(&mut self, now: Time) {
        let passed = (now - self.since).0.max(0);
        if !self.up {
            self.stopped += passed;
        } else if self.active > 0 {
            self.busy += passed;
        }
        self.since = self.since.max(now);
    }

    /// Time it was up since the start of the record [us].
    pub fn up_time(&self) -> i64 {
        self.since.0 - self.stopped
    }

    /// Jobs inside, done or not.
    pub fn len(&self) -> usize {
        self.inside.len()
    }

    /// This job is inside.
    pub fn holds(&self, tag: Tag) -> bool {
        self.inside.contains_key(&tag.0)
    }

    /// A job that began before now is inside.
    pub fn holds_older(&self, now: Time) -> bool {
        self.inside.values().any(|job| job.started < now)
    }

    /// A job begins.
    pub fn start(&mut self, tag: Tag, product: Option<ProductId>, now: Time, setup: bool) {
        self.advance(now);
        let changed = self
            .last
            .is_some_and(|last| last.is_none() || last != product);
        self.last = Some(product);
        let job = Job {
            started: now,
            stopped: self.stopped,
            sure: 0,
            product,
            unsure: setup && changed,
            over: false,
        };
        self.starts += 1;
        if self.inside.insert(tag.0, job).is_none_or(|old| old.over) {
            self.active += 1;
        }
    }

    /// How long a job has been worked on by now.
    fn worked(&self, job: &Job) -> i64 {
        ((self.since - job.started).0 - (self.stopped - job.stopped)).max(0)
    }

    /// A job has left. `blocked`: it may have waited for room.
    pub fn end(&mut self, tag: Tag, now: Time, blocked: bool, batch: bool) -> Option<Done> {
        self.advance(now);
        let job = self.inside.remove(&tag.0)?;
        if job.over {
            return None;
        }
        self.active -= 1;
        if batch {
            self.close_batch(job.started);
        }
        self.told(&job, blocked)
    }

    /// All that is inside has left.
    pub fn end_all(&mut self, now: Time, blocked: bool) -> Option<Done> {
        self.advance(now);
        let first = self.inside.values().find(|job| !job.over).copied();
        self.inside.clear();
        self.active = 0;
        self.told(&first?, blocked)
    }

    /// The work on the only job is over; it waits to leave.
    pub fn over(&mut self, now: Time) -> Option<Done> {
        self.advance(now);
        let job = self.inside.values_mut().find(|job| !job.over)?;
        job.over = true;
        let job = *job;
        self.active -= 1;
        self.told(&job, false)
    }

    /// The change-over before the only job has ended.
    pub fn set_up(&mut self, now: Time) {
        self.advance(now);
        let stopped = self.stopped;
        for job in self.inside.values_mut().filter(|job| job.unsure) {
            self.doubt += ((now - job.started).0 - (stopped - job.stopped)).max(0);
            (job.started, job.stopped, job.unsure) = (now, stopped, false);
        }
    }

    fn close_batch(&mut self, started: Time) {
        for job in self
            .inside
            .values_mut()
            .filter(|job| !job.over && job.started == started)
        {
            job.over = true;
            self.active -= 1;
        }
    }

    fn told(&mut self, job: &Job, blocked: bool) -> Option<Done> {
        let worked = self.worked(job);
        if job.unsure || blocked {
            self.doubt += worked - job.sure;
        }
        let low = if blocked { job.sure } else { worked };
        let lasting = Lasting::between(Span(low), Span(worked));
        (!job.unsure).then_some(Done {
            lasting,
            product: job.product,
        })
    }

    /// The station stops.
    pub fn stop(&mut self, now: Time) {
        self.advance(now);
        self.up = false;
        let (since, stopped) = (self.since, self.stopped);
        for job in self.inside.values_mut().filter(|job| !job.over) {
            if !job.unsure {
                job.sure = ((since - job.started).0 - (stopped - job.stopped)).max(0);
            }
        }
    }

    /// What is in work begins anew, or is lost, by the breakdown that has just stopped the station: each job took
    /// longer than it was worked on.
    pub fn cut(&mut self, restart: bool, batch: bool) -> Vec<Done> {
        let mut cut = Vec::new();
        let (since, stopped) = (self.since, self.stopped);
        for job in self.inside.values_mut().filter(|job| !job.over) {
            let worked = ((since - job.started).0 - (stopped - job.stopped)).max(0);
            if !job.unsure && worked > 0 {
                let lasting = Lasting::over(Span(worked));
                cut.push(Done {
                    lasting,
                    product: job.product,
                });
            }
            (job.started, job.stopped, job.sure) = (since, stopped, 0);
        }
        if batch {
            cut.truncate(1);
        }
        if !restart {
            self.inside.retain(|_, job| job.over);
            self.active = 0;
        }
        cut
    }

    /// The station goes on.
    pub fn resume(&mut self, now: Time) {
        self.advance(now);
        self.up = true;
    }

    /// What has not ended when the record does.
    pub fn rest(&mut self, now: Time, batch: bool) -> Vec<Done> {
        self.advance(now);
        let open = self.inside.values().filter(|job| !job.over && !job.unsure);
        let most = if batch { 1 } else { usize::MAX };
        let over = |job: &Job| Lasting::over(Span(self.worked(job)));
        open.map(|job| Done {
            lasting: over(job),
            product: job.product,
        })
        .take(most)
        .collect()
    }

    /// What is inside is not known any more.
    pub fn forget(&mut self) {
        self.inside.clear();
        self.active = 0;
        self.synced = false;
        self.last = None;
    }
}
