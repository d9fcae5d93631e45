//! A station's state.

use super::clocks::Mode;
use super::plain::Plain;
use super::stops::{Job, Mending};
use super::stream::Belt;
use super::{servers_of, vec_of};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;
use serde::{Deserialize, Serialize};

/// A station's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Unit {
    pub servers: Vec<Server>,
    /// Servers with nothing in them; the last is used first.
    pub free: Vec<u16>,
    /// Servers that became free and whose state is not on record yet: most start again at once.
    pub freed: Vec<u16>,
    /// More servers are made when none is free (a pure delay).
    pub grows: bool,
    /// `Execute` while it may work, else why not.
    pub up: UnitState,
    pub woken: bool,
    /// The fast way, for stations that need no other.
    pub plain: Option<Plain>,
    /// It can break down or has planned stops.
    pub clocked: bool,
    /// Starts what control orders.
    pub told: bool,
    /// Control knows the end of a job only by the unit being idle.
    pub tells_idle: bool,
    pub process: Stream,
    pub setup: Stream,
    pub yields: Stream,
    pub reworks: Stream,
    /// Servers executing, and since when there has been at least one.
    pub executing: u32,
    pub executing_since: Time,
    pub modes: Vec<Mode>,
    pub jobs: Vec<Job>,
    /// What is being mended, and the generation of its end.
    pub mending: Option<Mending>,
    pub mend_generation: u16,
    /// Generation of scheduled failures on the busy clock.
    pub clock_generation: u16,
    pub belt: Option<Belt>,
    /// When the end of waiting for a fuller batch is scheduled.
    pub wait_until: Time,
    pub wait_generation: u16,
    /// Jobs ordered by control and not started.
    pub ordered: VecDeque<Tag>,
    pub revision: u32,
    /// Newest word of control to hold it or not.
    pub held: (u32, bool),
    pub counted: Count,
    pub count_armed: bool,
}

/// One server of a station.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Server {
    pub state: UnitState,
    pub phase: Phase,
    pub generation: u16,
    pub started: Time,
    /// When the present phase ends (working), or what is left of it (stopped).
    pub ends: Time,
    pub left: Span,
    /// What is in work.
    pub pieces: Vec<u32>,
    /// What is done and has not left.
    pub out: VecDeque<Out>,
    pub last_product: Option<ProductId>,
}

/// A piece that is done.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Out {
    pub row: u32,
    pub to: To,
    /// Counted as good when it has left: not what is sent back, nor further parts of one piece.
    pub counts: bool,
}

/// What a server is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) enum Phase {
    #[default]
    Empty,
    SettingUp,
    Working,
    Leaving,
}

impl Unit {
    pub fn new(plant: &Plant, station: &Station, seed: Seed) -> Unit {
        let servers = servers_of(&station.process);
        let grows = servers > u32::from(u16::MAX);
        let made = if grows { 0 } else { servers };
        let name = &station.name;
        let told = station.start != Start::Itself;
        let pieces = matches!(station.reports, Reports::Piece);
        let several = matches!(station.process, Process::Single { servers } if servers > 1);
        let mut process = seed.stream(name, Purpose::Process);
        let plain = Plain::new(plant, station, &mut process);
        Unit {
            servers: vec_of(made as usize, Server::default()),
            free: (0..made as u16).rev().collect(),
            freed: Vec::new(),
            grows,
            up: UnitState::Execute,
            woken: false,
            plain,
            clocked: !station.failures.is_empty() || !station.maintenance.is_empty(),
            told,
            tells_idle: told && !pieces && !several,
            process,
            setup: seed.stream(name, Purpose::Setup),
            yields: seed.stream(name, Purpose::Yield),
            reworks: seed.stream(name, Purpose::Rework),
            executing: 0,
            executing_since: Time::ZERO,
            modes: Mode::all(station, seed),
            jobs: Job::all(station, seed),
            mending: None,
            mend_generation: 0,
            clock_generation: 0,
            belt: matches!(station.process, Process::Stream { .. }).then(Belt::default),
            wait_until: Time::NEVER,
            wait_generation: 0,
            ordered: VecDeque::new(),
            revision: 0,
            held: (0, false),
            counted: Count::default(),
            count_armed: false,
        }
    }

    pub fn free_server(&mut self) -> Option<u16> {
        if self.free.is_empty() && self.grows && self.servers.len() < usize::from(u16::MAX) {
            self.servers.push(Server::default());
            return Some(self.servers.len() as u16 - 1);
        }
        self.free.pop()
    }

    pub fn has_free(&self) -> bool {
        !self.free.is_empty() || (self.grows && self.servers.len() < usize::from(u16::MAX))
    }

    /// Nothing is in work or waits to leave.
    pub fn is_idle(&self) -> bool {
        self.free.len() == self.servers.len()
            && self.belt.as_ref().is_none_or(|belt| belt.items.is_empty())
    }

    /// A planned stop waits for the job in hand.
    pub fn stop_is_due(&self) -> bool {
        self.held.1 || self.jobs.iter().any(|job| job.due)
    }
}
