//! What the client knows of one station: a state machine without clock or socket. Readings go in,
//! facts and orders to send come out. All promises about counts and jobs are kept here.

use crate::heard::{Doubt, Heard, Mark, Open, Settle};
use crate::hold::Hold;
use crate::mapping::Mapping;
use crate::words::{Entry, JobLine, JobState, Standing, parse_header, unit_state};
use fenhe_contract::{
    Count, Event, PlaceEvent, PlaceId, QueueEvent, StationEvent, StationId, Tag, UnitState, Why,
};
use std::collections::BTreeMap;

/// A reading of a station's nodes; absent parts were not read.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Shown {
    pub state: Option<i32>,
    pub memory: Option<String>,
    pub good: Option<u32>,
    pub scrap: Option<u32>,
    pub alarm: Option<u32>,
    pub log: Option<Vec<String>>,
    pub jobs: Option<Vec<String>>,
    pub ports: Vec<(PlaceId, String)>,
}

/// What the machine answered to an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// It has the job (now, or already).
    Has,
    Refused(Why),
    /// It could not be asked; the same order later.
    Later,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// To be sent.
    Wanted,
    /// Sent; no answer yet.
    Sent,
    /// The machine has it.
    Known,
    Running,
    Doubt,
}

struct Job {
    revision: u32,
    stage: Stage,
    /// It may have reached the machine.
    given: bool,
}

/// See the module.
pub(crate) struct Book {
    station: StationId,
    pub mapping: Mapping,
    mark: Option<Mark>,
    jobs: BTreeMap<Tag, Job>,
    state: Option<UnitState>,
    alarm: u32,
    ports: BTreeMap<PlaceId, Standing>,
    /// Entries were overwritten between two notifications; lists and ports have to be read.
    torn: bool,
    /// An earlier run took in something: what it told of ports is not known here.
    resumed: bool,
    pub hold: Hold,
}

impl Book {
    pub fn new(station: StationId, mapping: Mapping, mark: Option<Mark>) -> Book {
        Book {
            station,
            mapping,
            resumed: mark.as_ref().is_some_and(|mark| mark.serial > 0),
            mark,
            jobs: BTreeMap::new(),
            state: None,
            alarm: 0,
            ports: BTreeMap::new(),
            torn: false,
            hold: Hold::default(),
        }
    }

    /// A job of an earlier run, before the first reading.
    pub fn open(&mut self, job: Open) {
        self.order(job.tag, job.revision, true);
        if let Some(row) = self.jobs.get_mut(&job.tag).filter(|_| job.doubt) {
            row.stage = Stage::Doubt;
        }
    }

    /// A job order from control. `given`: it may have been sent before (by an earlier run).
    pub fn order(&mut self, tag: Tag, revision: u32, given: bool) {
        let job = self.jobs.entry(tag).or_insert(Job {
            revision,
            stage: Stage::Wanted,
            given,
        });
        if revision > job.revision && job.stage != Stage::Doubt {
            job.revision = revision;
            if job.stage == Stage::Known {
                job.stage = Stage::Wanted;
            }
        }
    }

    /// A person settles a job in doubt; nothing happens to one that is not.
    pub fn settle(&mut self, tag: Tag, how: Settle, out: &mut Vec<Heard>) {
        let Some(job) = self
            .jobs
            .get_mut(&tag)
            .filter(|job| job.stage == Stage::Doubt)
        else {
            return;
        };
        let event = match how {
            Settle::Again => {
                job.stage = Stage::Wanted;
                job.given = false;
                return out.push(Heard::Again(tag));
            }
            Settle::Ended => StationEvent::Ended(tag),
            Settle::Scrapped => StationEvent::Scrapped(tag),
        };
        self.over(tag, event, out);
    }

    /// The next order to send, oldest revision first; it counts as sent from now on.
    pub fn next(&mut self) -> Option<(Tag, u32)> {
        let wanted = self
            .jobs
            .iter_mut()
            .filter(|job| job.1.stage == Stage::Wanted);
        let (&tag, job) = wanted.min_by_key(|job| job.1.revision)?;
        job.stage = Stage::Sent;
        job.given = true;
        Some((tag, job.revision))
    }

    /// The machine answered an order.
    pub fn answered(&mut self, tag: Tag, revision: u32, answer: Answer, out: &mut Vec<Heard>) {
        let Some(job) = self.jobs.get_mut(&tag) else {
            return; // it has ended meanwhile
        };
        if job.revision != revision || job.stage != Stage::Sent {
            return;
        }
        match answer {
            Answer::Has => job.stage = Stage::Known,
            Answer::Later => job.stage = Stage::Wanted,
            Answer::Refused(why) => {
                self.over(tag, StationEvent::Refused(why), out);
            }
        }
    }

    /// Everything was read at once, after a connection was made.
    pub fn read(&mut self, shown: &Shown, out: &mut Vec<Heard>) {
        let Some((memory, newest)) = self.header(shown, out) else {
            return;
        };
        self.hold.again();
        let first = self.mark.is_none();
        let mark = self.mark.get_or_insert_with(|| Mark {
            memory: memory.clone(),
            serial: newest,
            good: shown.good.unwrap_or(0),
            scrap: shown.scrap.unwrap_or(0),
        });
        if mark.memory.is_empty() {
            mark.memory = memory.clone();
        }
        // A memory that is older than what was taken in is a copy put back: what it repeats has been
        // told, what came after it is unknown. A memory of another name began from nothing.
        let back = mark.memory == memory && newest < mark.serial;
        let other = mark.memory != memory;
        if back {
            mark.serial = newest;
            mark.good = shown.good.unwrap_or(mark.good);
            mark.scrap = shown.scrap.unwrap_or(mark.scrap);
        }
        if other {
            *mark = Mark {
                memory,
                ..Mark::default()
            };
        }
        if back || other {
            self.doubt_given(out);
        }
        let torn = std::mem::take(&mut self.torn);
        let gap = self.log(shown, out) || first || back || other || torn;
        self.levels(shown, gap, out);
        self.list(shown, gap, out);
        out.extend(self.mark.clone().map(Heard::Mark));
    }

    /// Everything has to be read again: the log alone does not tell what happened.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    /// Some values changed.
    pub fn told(&mut self, shown: &Shown, out: &mut Vec<Heard>) {
        let before = self.mark.clone();
        if shown.log.is_some() {
            self.torn |= self.log(shown, out);
        }
        self.levels(shown, false, out);
        if self.mark != before {
            out.extend(self.mark.clone().map(Heard::Mark));
        }
    }

    /// Memory and newest serial, if log and memory are readable and agree.
    fn header(&self, shown: &Shown, out: &mut Vec<Heard>) -> Option<(String, u64)> {
        let unreadable = |node: &String| Heard::Doubt(Doubt::Unreadable(node.clone()));
        let header = shown
            .log
            .as_ref()
            .and_then(|log| parse_header(log.first()?));
        let Some((memory, newest)) = header else {
            out.push(unreadable(&self.mapping.log));
            return None;
        };
        if shown.memory.as_deref() != Some(memory) {
            out.push(unreadable(&self.mapping.memory));
            return None;
        }
        Some((memory.into(), newest))
    }

    fn doubt_given(&mut self, out: &mut Vec<Heard>) {
        for (&tag, job) in &mut self.jobs {
            if job.given && job.stage != Stage::Doubt {
                job.stage = Stage::Doubt;
                out.push(Heard::Doubt(Doubt::Job(tag)));
            }
        }
    }

    /// Takes in the entries not seen yet; `true` if some were overwritten.
    fn log(&mut self, shown: &Shown, out: &mut Vec<Heard>) -> bool {
        let lines = shown.log.as_deref().unwrap_or_default();
        let Some((memory, newest)) = lines.first().and_then(|line| parse_header(line)) else {
            return false;
        };
        let Some(mark) = &self.mark else { return false };
        let (seen, same) = (mark.serial, mark.memory == memory);
        if !same || newest <= seen {
            return false;
        }
        let mut expected = seen + 1;
        let mut gap = false;
        for line in &lines[1..] {
            let Some((serial, entry)) = Entry::parse(line) else {
                let line = line.chars().take(80).collect();
                out.push(Heard::Doubt(Doubt::Unreadable(line)));
                continue;
            };
            if serial < expected {
                continue;
            }
            gap |= self.missed(expected, serial, out);
            expected = serial + 1;
            self.entry(entry, out);
        }
        gap |= self.missed(expected, newest + 1, out);
        if let Some(mark) = &mut self.mark {
            mark.serial = newest;
        }
        gap
    }

    fn missed(&self, from: u64, next: u64, out: &mut Vec<Heard>) -> bool {
        if from < next {
            let to = next - 1;
            out.push(Heard::Doubt(Doubt::Missed { from, to }));
        }
        from < next
    }

    fn entry(&mut self, entry: Entry, out: &mut Vec<Heard>) {
        match entry {
            Entry::Started(tag) => self.started(tag, out),
            Entry::Ended(tag) => self.over(tag, StationEvent::Ended(tag), out),
            Entry::Scrapped(tag) => self.over(tag, StationEvent::Scrapped(tag), out),
            Entry::Aborted(tag) => self.over(tag, StationEvent::Refused(Why::NotReleased), out),
            Entry::Refused(Some(tag), why) => self.over(tag, StationEvent::Refused(why), out),
            Entry::Refused(None, why) => self.fact(StationEvent::Refused(why), out),
            Entry::Port(name, standing) => match self.mapping.port(&name) {
                Some(place) => self.port(place, standing, out),
                None => out.push(Heard::Doubt(Doubt::Unreadable(name))),
            },
            Entry::Arrived(queue, tag, name) => {
                match (self.mapping.queue(&queue), self.mapping.product(&name)) {
                    (Some(queue), Some(product)) => {
                        let event = QueueEvent::Arrived { tag, product };
                        out.push(Heard::Fact(Event::Queue(queue, event)));
                    }
                    _ => out.push(Heard::Doubt(Doubt::Unreadable(format!("{queue}: {name}")))),
                }
            }
        }
    }

    fn started(&mut self, tag: Tag, out: &mut Vec<Heard>) {
        if !self.mapping.tells_end {
            self.drop(tag, out);
        } else if let Some(job) = self.jobs.get_mut(&tag) {
            job.stage = Stage::Running;
            job.given = true;
        }
        self.fact(StationEvent::Started(tag), out);
    }

    fn over(&mut self, tag: Tag, event: StationEvent, out: &mut Vec<Heard>) {
        self.drop(tag, out);
        self.fact(event, out);
    }

    fn drop(&mut self, tag: Tag, out: &mut Vec<Heard>) {
        if let Some(job) = self.jobs.remove(&tag) {
            out.push(Heard::Over(tag, job.revision));
        }
    }

    fn port(&mut self, place: PlaceId, new: Standing, out: &mut Vec<Heard>) {
        let old = self.ports.insert(place, new.clone());
        // What stood there before this run is not known: that it is free is news then.
        let left = old.is_none() && new == Standing::Free && self.resumed;
        let old = old.unwrap_or_default();
        let mut tell = |event| out.push(Heard::Fact(Event::Place(place, event)));
        let arrived = old.tag() != new.tag();
        if left || arrived && old != Standing::Free {
            tell(PlaceEvent::Freed);
        }
        if let (true, Some(tag)) = (arrived, new.tag()) {
            tell(PlaceEvent::Occupied(tag));
        }
        match new {
            _ if old == new => {}
            Standing::Emptied(tag) => tell(PlaceEvent::Emptied(tag)),
            Standing::Filled {
                tag,
                count,
                ref product,
            } => match self.mapping.product(product) {
                Some(product) => tell(PlaceEvent::Filled {
                    tag,
                    count,
                    product,
                }),
                None => out.push(Heard::Doubt(Doubt::Unreadable(product.clone()))),
            },
            Standing::Free | Standing::Occupied(_) => {}
        }
    }

    /// State, alarms, totals; ports only where the log has a gap (it tells them in order otherwise).
    fn levels(&mut self, shown: &Shown, gap: bool, out: &mut Vec<Heard>) {
        if let Some(number) = shown.state {
            match unit_state(number, self.mapping.suspended) {
                Some(state) if self.state != Some(state) => {
                    self.state = Some(state);
                    self.fact(StationEvent::State(state), out);
                }
                Some(_) => {}
                None => {
                    let node = self.mapping.state.clone();
                    out.push(Heard::Doubt(Doubt::Unreadable(node)));
                }
            }
        }
        if let Some(alarm) = shown.alarm.filter(|&alarm| alarm != self.alarm) {
            self.alarm = alarm;
            out.push(Heard::Alarm(alarm));
        }
        if self.mapping.tells_counts {
            self.totals(shown, out);
        }
        for (place, text) in shown.ports.iter().filter(|_| gap) {
            match Standing::parse(text) {
                Some(standing) => self.port(*place, standing, out),
                None => out.push(Heard::Doubt(Doubt::Unreadable(
                    text.chars().take(80).collect(),
                ))),
            }
        }
    }

    fn totals(&mut self, shown: &Shown, out: &mut Vec<Heard>) {
        let Some(mark) = &mut self.mark else { return };
        let mut back = false;
        let mut since = |seen: &mut u32, total: Option<u32>| {
            let Some(total) = total else { return 0 };
            let more = total.checked_sub(*seen);
            back |= more.is_none();
            *seen = total;
            more.unwrap_or(total)
        };
        let count = Count {
            good: since(&mut mark.good, shown.good),
            scrap: since(&mut mark.scrap, shown.scrap),
        };
        if back {
            out.push(Heard::Doubt(Doubt::CountBack));
        }
        if count != Count::default() {
            self.fact(StationEvent::Counted(count), out);
        }
    }

    /// Holds our jobs against the machine's list. Absence proves that an unanswered order did not
    /// arrive: the log up to here has been taken in, and the same memory never forgets a live job.
    fn list(&mut self, shown: &Shown, gap: bool, out: &mut Vec<Heard>) {
        let lines: Vec<JobLine> = match &shown.jobs {
            Some(lines) => lines
                .iter()
                .filter_map(|line| JobLine::parse(line))
                .collect(),
            None => {
                let node = self.mapping.jobs.clone();
                return out.push(Heard::Doubt(Doubt::Unreadable(node)));
            }
        };
        let tags: Vec<Tag> = self.jobs.keys().copied().collect();
        for tag in tags {
            let Some(job) = self.jobs.get_mut(&tag) else {
                continue;
            };
            let line = lines.iter().find(|line| line.id == tag);
            match (job.stage, line.filter(|line| line.revision >= job.revision)) {
                (Stage::Doubt, _) => {}
                (Stage::Wanted | Stage::Sent, None) => job.stage = Stage::Wanted,
                (Stage::Known | Stage::Running, None) => {
                    job.stage = Stage::Doubt;
                    out.push(Heard::Doubt(Doubt::Job(tag)));
                }
                (_, Some(line)) => self.shown_job(line, gap, out),
            }
        }
    }

    /// The machine's list shows one of our jobs. Where the log has a gap the list speaks for it.
    fn shown_job(&mut self, line: &JobLine, gap: bool, out: &mut Vec<Heard>) {
        let Some(job) = self.jobs.get_mut(&line.id) else {
            return;
        };
        let was_running = job.stage == Stage::Running;
        if !was_running {
            job.stage = Stage::Known;
        }
        job.given = true;
        if !gap {
            return;
        }
        let running = matches!(
            line.state,
            JobState::Running | JobState::Interrupted | JobState::Ended
        );
        if running && !was_running {
            self.started(line.id, out);
        }
        match (line.state, line.scrap) {
            (JobState::Ended, false) => self.over(line.id, StationEvent::Ended(line.id), out),
            (JobState::Ended, true) => self.over(line.id, StationEvent::Scrapped(line.id), out),
            (JobState::Aborted, _) => {
                self.over(line.id, StationEvent::Refused(Why::NotReleased), out);
            }
            _ => {}
        }
    }

    fn fact(&self, event: StationEvent, out: &mut Vec<Heard>) {
        out.push(Heard::Fact(Event::Station(self.station, event)));
    }
}
