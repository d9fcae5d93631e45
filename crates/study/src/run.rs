//! The run loop: a decision core and a simulated plant on one virtual clock.

use fenhe_contract::{Commands, Decide, Event, RecordSink, Time};
use fenhe_world::World;

/// Buffers of the run loop, kept from call to call so that no event allocates.
#[derive(Default)]
pub struct Scratch {
    reports: Vec<Event>,
    commands: Commands,
    /// Facts handled at `stuck_at` without the clock moving.
    same_time: u64,
    stuck_at: i64,
    /// Facts handed to the core so far.
    pub facts: u64,
}

/// Control and plant answered each other without end while the clock stood still.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PingPong {
    /// When.
    pub at: Time,
    /// Facts handled at that instant before giving up.
    pub facts: u64,
}

impl core::fmt::Display for PingPong {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "study/ping-pong: {} facts at {} s",
            self.facts,
            self.at.as_seconds()
        )
    }
}
impl std::error::Error for PingPong {}

/// More facts at one instant than this are a loop, not a plant: a plant of 10 000 elements that all
/// report at its epoch needs some 10^5.
const SAME_TIME_MAX: u64 = 5_000_000;

/// Hears every fact and what was decided on it, before the orders are carried out.
pub trait Tap {
    /// One fact with the commands it led to.
    fn fact(&mut self, now: Time, event: &Event, commands: &Commands);
}
/// Hears nothing.
impl Tap for () {
    #[inline]
    fn fact(&mut self, _: Time, _: &Event, _: &Commands) {}
}
impl<F: FnMut(Time, &Event, &Commands)> Tap for F {
    #[inline]
    fn fact(&mut self, now: Time, event: &Event, commands: &Commands) {
        self(now, event, commands);
    }
}

/// Runs core and world until nothing is left to happen by `until` (inclusive). The time of each
/// step is the smaller of the world's next event and the core's deadline; at equal times the plant's
/// reports come first. Commands take effect at the instant they are decided.
///
/// # Errors
/// [`PingPong`] instead of a hang.
pub fn run<D: Decide, S: RecordSink>(
    core: &mut D,
    world: &mut World,
    until: Time,
    sink: &mut S,
    scratch: &mut Scratch,
    tap: &mut impl Tap,
) -> Result<(), PingPong> {
    loop {
        // `advance` stops at the first report, so the deadline cannot move while it runs.
        let deadline = core
            .deadline()
            .map_or(Time::NEVER, |(at, _)| at)
            .max(world.now());
        let limit = deadline.min(until);
        scratch.reports.clear();
        let now = world.advance(limit, sink, &mut scratch.reports);
        if scratch.reports.is_empty() {
            if deadline > until {
                return Ok(());
            }
            handle(core, world, now, &Event::Deadline, sink, scratch, tap)?;
            continue;
        }
        let reports = core::mem::take(&mut scratch.reports);
        for event in &reports {
            handle(core, world, now, event, sink, scratch, tap)?;
        }
        scratch.reports = reports;
    }
}

/// One fact into the core, its commands into the world, its records into the sink. What no simulated device
/// says - a person's word - is told like this, at the time that [`run`] has come to.
///
/// # Errors
/// As [`run`].
#[inline]
pub fn handle<D: Decide, S: RecordSink>(
    core: &mut D,
    world: &mut World,
    now: Time,
    event: &Event,
    sink: &mut S,
    scratch: &mut Scratch,
    tap: &mut impl Tap,
) -> Result<(), PingPong> {
    scratch.facts += 1;
    if scratch.stuck_at != now.0 {
        scratch.stuck_at = now.0;
        scratch.same_time = 0;
    }
    scratch.same_time += 1;
    if scratch.same_time > SAME_TIME_MAX {
        return Err(PingPong {
            at: now,
            facts: scratch.same_time,
        });
    }
    let commands = &mut scratch.commands;
    commands.clear();
    core.handle(now, event, commands);
    tap.fact(now, event, commands);
    for record in &commands.records {
        sink.record(now, *record);
    }
    for command in &commands.list {
        world.apply(now, command, &commands.edges, sink);
    }
    Ok(())
}
