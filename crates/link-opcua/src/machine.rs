//! What a simulated machine knows and shows: job list, result log, totals, ports. Without a socket.

use crate::mapping::Mapping;
use crate::words::{
    Entry, JobLine, JobState, Standing, header, packml, tag_from, tag_text, why_word,
};
use fenhe_contract::{
    Command, Event, PlaceEvent, QueueEvent, StationEvent, StationId, Tag, UnitState, Why,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Entries that the result log keeps, and jobs that are over that the job list keeps.
pub const KEPT: usize = 256;

/// What a machine keeps over a restart of its server. One that loses it begins with a new one.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Its name; never used for another.
    pub name: String,
    /// Serial number of the newest entry.
    pub serial: u64,
    /// The last entries.
    pub log: VecDeque<(u64, Entry)>,
    /// Jobs, oldest first.
    pub jobs: VecDeque<JobLine>,
    /// Total of good pieces.
    pub good: u32,
    /// Total of scrapped pieces.
    pub scrap: u32,
    /// State of the unit.
    pub state: UnitState,
    /// What stands at the ports, by name of the position.
    pub ports: BTreeMap<String, Standing>,
    /// Holds and their ends so far, and whether it is to be held.
    #[serde(default)]
    pub hold: (u32, bool),
}
impl Memory {
    /// An empty one of this name.
    pub fn named(name: &str) -> Memory {
        Memory {
            name: crate::words::clean(name),
            ..Memory::default()
        }
    }
}

/// Codes that the methods return.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Taken.
    Accepted = 0,
    /// Already known; nothing was done.
    AlreadyKnown = 1,
    /// A newer revision of this job order is known; nothing was done.
    Stale = 2,
    /// Not taken, see the reason.
    Refused = 3,
}

/// What a method answers.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Reply {
    pub status: Status,
    pub state: &'static str,
    pub why: &'static str,
}

/// One machine.
pub(crate) struct Machine {
    pub station: StationId,
    pub mapping: Mapping,
    pub memory: Memory,
}

impl Machine {
    /// Takes a job order. The second value is what the machine now has to do.
    pub fn store_and_start(&mut self, id: &str, revision: u32) -> (Reply, Option<Command>) {
        let Some(tag) = tag_from(id).filter(|&tag| tag != Tag::UNREAD) else {
            return (refused(Why::NotThere), None);
        };
        let command = Command::Run {
            station: self.station,
            revision,
            tag,
        };
        let new = JobLine {
            id: tag,
            revision,
            state: JobState::AllowedToStart,
            scrap: false,
        };
        let Some(at) = self.memory.jobs.iter().position(|job| job.id == tag) else {
            self.memory.jobs.push_back(new);
            self.forget();
            return (
                reply(Status::Accepted, JobState::AllowedToStart),
                Some(command),
            );
        };
        let job = &mut self.memory.jobs[at];
        if revision <= job.revision {
            let status = match revision == job.revision {
                true => Status::AlreadyKnown,
                false => Status::Stale,
            };
            return (reply(status, job.state), None);
        }
        job.revision = revision;
        match job.state {
            // The piece comes again (rework): another job under the same mark.
            state if state.is_over() => {
                self.memory.jobs.remove(at);
                self.memory.jobs.push_back(new);
                (
                    reply(Status::Accepted, JobState::AllowedToStart),
                    Some(command),
                )
            }
            // Said again with a newer revision before it began: the machine hears it again.
            JobState::AllowedToStart => (reply(Status::Accepted, job.state), Some(command)),
            state => (reply(Status::AlreadyKnown, state), None),
        }
    }

    /// Hold, or go on; what the machine now has to do, if that is news.
    pub fn hold(&mut self, on: bool) -> Option<Command> {
        let (revision, was) = &mut self.memory.hold;
        if *was == on {
            return None;
        }
        (*revision, *was) = (*revision + 1, on);
        Some(Command::Hold {
            station: self.station,
            revision: *revision,
            on,
        })
    }

    /// Gives up a job that has not begun.
    pub fn abort(&mut self, id: &str) -> Reply {
        let tag = tag_from(id);
        let mut jobs = self.memory.jobs.iter_mut();
        let Some(job) = jobs.find(|job| Some(job.id) == tag) else {
            return refused(Why::NotThere);
        };
        match job.state {
            JobState::AllowedToStart | JobState::NotAllowedToStart => {
                job.state = JobState::Aborted;
                let tag = job.id;
                self.note(Entry::Aborted(tag));
                reply(Status::Accepted, JobState::Aborted)
            }
            JobState::Aborted => reply(Status::AlreadyKnown, JobState::Aborted),
            _ => refused(Why::NotReleased),
        }
    }

    /// Something happened at the machine; `false` if it is none of its business.
    pub fn report(&mut self, event: &Event) -> bool {
        match *event {
            Event::Station(id, event) if id == self.station => self.station_event(event),
            Event::Place(place, event) => {
                let mut ports = self.mapping.ports.iter();
                let Some(port) = ports.find(|port| port.place == place) else {
                    return false;
                };
                let name = port.name.clone();
                self.place_event(name, event);
            }
            Event::Queue(queue, QueueEvent::Arrived { tag, product }) => {
                let mut queues = self.mapping.queues.iter();
                let Some((name, _)) = queues.find(|row| row.1 == queue) else {
                    return false;
                };
                let product = self.mapping.product_name(product);
                self.note(Entry::Arrived(name.clone(), tag, product));
            }
            _ => return false,
        }
        true
    }

    fn station_event(&mut self, event: StationEvent) {
        match event {
            StationEvent::State(state) => self.memory.state = state,
            // Said of a simulated machine to people alone.
            StationEvent::Shows(_) => {}
            StationEvent::Started(tag) => self.job(tag, JobState::Running, Entry::Started(tag)),
            StationEvent::Ended(tag) => self.job(tag, JobState::Ended, Entry::Ended(tag)),
            StationEvent::Scrapped(tag) => {
                self.job(tag, JobState::Ended, Entry::Scrapped(tag));
                let mut jobs = self.memory.jobs.iter_mut();
                if let Some(job) = jobs.find(|job| job.id == tag) {
                    job.scrap = true;
                }
            }
            StationEvent::Counted(count) => {
                self.memory.good = self.memory.good.wrapping_add(count.good);
                self.memory.scrap = self.memory.scrap.wrapping_add(count.scrap);
            }
            StationEvent::Refused(why) => self.note(Entry::Refused(None, why)),
        }
    }

    fn place_event(&mut self, port: String, event: PlaceEvent) {
        let standing = match event {
            PlaceEvent::Freed => Standing::Free,
            PlaceEvent::Occupied(tag) => Standing::Occupied(tag),
            PlaceEvent::Emptied(tag) => Standing::Emptied(tag),
            PlaceEvent::Filled {
                tag,
                count,
                product,
            } => Standing::Filled {
                tag,
                count,
                product: self.mapping.product_name(product),
            },
        };
        self.memory.ports.insert(port.clone(), standing.clone());
        self.note(Entry::Port(port, standing));
    }

    fn job(&mut self, tag: Tag, state: JobState, entry: Entry) {
        if let Some(job) = self.memory.jobs.iter_mut().find(|job| job.id == tag) {
            job.state = state;
        }
        self.note(entry);
        self.forget();
    }

    fn note(&mut self, entry: Entry) {
        let memory = &mut self.memory;
        memory.serial += 1;
        memory.log.push_back((memory.serial, entry));
        if memory.log.len() > KEPT {
            memory.log.pop_front();
        }
    }

    /// Drops the oldest jobs that are over; where the end is not told, those that have begun.
    fn forget(&mut self) {
        let ends = self.mapping.tells_end;
        let over = |job: &JobLine| match job.state {
            JobState::Running => !ends,
            state => state.is_over(),
        };
        while self.memory.jobs.len() > KEPT {
            let Some(at) = self.memory.jobs.iter().position(over) else {
                break;
            };
            self.memory.jobs.remove(at);
        }
    }

    pub fn log_lines(&self) -> Vec<String> {
        let first = header(&self.memory.name, self.memory.serial);
        let rest = self
            .memory
            .log
            .iter()
            .map(|(serial, entry)| entry.line(*serial));
        std::iter::once(first).chain(rest).collect()
    }
    pub fn job_lines(&self) -> Vec<String> {
        self.memory.jobs.iter().map(JobLine::line).collect()
    }
    pub fn current_job(&self) -> String {
        let running = |job: &&JobLine| job.state == JobState::Running;
        let job = self.memory.jobs.iter().rev().find(running);
        job.map(|job| tag_text(job.id)).unwrap_or_default()
    }
    pub fn state_number(&self) -> i32 {
        packml(self.memory.state)
    }
    pub fn port_text(&self, name: &str) -> String {
        let standing = self.memory.ports.get(name).cloned().unwrap_or_default();
        standing.fields()
    }
}

fn reply(status: Status, state: JobState) -> Reply {
    Reply {
        status,
        state: state.word(),
        why: "",
    }
}
fn refused(why: Why) -> Reply {
    Reply {
        status: Status::Refused,
        state: "",
        why: why_word(why),
    }
}
