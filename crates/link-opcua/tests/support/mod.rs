#![allow(dead_code)] // each test file uses a part
//! What the tests of the client share: hearing and counting.

use fenhe_contract::{Command, Event, StationEvent, StationId, Tag, UnitState};
use fenhe_link_opcua::{Client, Doubt, Heard};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub const PRESS: StationId = StationId(0);

pub fn run(tag: u64, revision: u32) -> Command {
    Command::Run {
        station: PRESS,
        revision,
        tag: Tag(tag),
    }
}

/// Everything heard so far, counted.
#[derive(Default)]
pub struct Ears {
    pub started: BTreeMap<u64, u32>,
    pub ended: BTreeMap<u64, u32>,
    pub refused: u32,
    pub good: u32,
    pub doubts: Vec<Doubt>,
    pub marks: Vec<fenhe_link_opcua::Mark>,
    pub up: bool,
    pub links: Vec<bool>,
    pub state: Option<UnitState>,
    pub held: Vec<bool>,
    pub over: BTreeMap<u64, u32>,
    pub news: u32,
    pub alarm: u32,
    pub other: Vec<Event>,
}
impl Ears {
    pub fn take(&mut self, heard: Heard) {
        match heard {
            Heard::Link(up) => {
                self.up = up;
                self.links.push(up);
            }
            Heard::Doubt(doubt) => self.doubts.push(doubt),
            Heard::Mark(mark) => self.marks.push(mark),
            Heard::Held(on) => self.held.push(on),
            Heard::Over(tag, _) => *self.over.entry(tag.0).or_default() += 1,
            Heard::Again(_) => {}
            Heard::Alarm(word) => self.alarm = word,
            Heard::Fact(Event::Station(_, event)) => {
                self.news += 1;
                match event {
                    StationEvent::Started(tag) => *self.started.entry(tag.0).or_default() += 1,
                    StationEvent::Ended(tag) => *self.ended.entry(tag.0).or_default() += 1,
                    StationEvent::Counted(count) => self.good += count.good,
                    StationEvent::Refused(_) => self.refused += 1,
                    StationEvent::State(state) => self.state = Some(state),
                    StationEvent::Scrapped(_) | StationEvent::Shows(_) => {}
                }
            }
            Heard::Fact(other) => self.other.push(other),
        }
    }

    /// Listens until this holds; `false` after `most`.
    pub fn until(
        &mut self,
        client: &Client,
        most: Duration,
        holds: impl Fn(&Ears) -> bool,
    ) -> bool {
        let end = Instant::now() + most;
        while !holds(self) {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return false;
            };
            if let Ok((_, heard)) = client
                .heard()
                .recv_timeout(left.min(Duration::from_millis(50)))
            {
                self.take(heard);
            }
        }
        true
    }
}
