//! Streams: conveyors. Everything on the belt is reckoned in *belt time*, which stands while the
//! belt stands; so a stop moves nothing but one clock.

use super::stations::time_of;
use super::unit::Phase;
use super::{Flow, Giver, What, schedule};
use crate::Ctx;
use alloc::collections::VecDeque;
use fenhe_contract::*;
use fenhe_plant::*;
use serde::{Deserialize, Serialize};

/// A belt and what is on it.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Belt {
    /// In order of entry, hence of exit.
    pub items: VecDeque<Item>,
    /// Belt time [us] at `moved_at`.
    time: i64,
    pub moved_at: Time,
    /// Belt time from which the next piece may enter.
    pub next_entry: i64,
    /// The first piece is at the end and has no room to leave.
    blocked: bool,
    generation: u16,
    scheduled: Option<Time>,
}

/// A piece on a belt.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Item {
    pub piece: u32,
    pub exit: i64,
    pub started: Time,
}

impl Flow {
    /// Brings belt time up to now.
    pub(super) fn sync_belt(&mut self, now: Time, id: u32) {
        let unit = &mut self.units[id as usize];
        let moving = unit.up == UnitState::Execute;
        if let Some(belt) = &mut unit.belt {
            if moving && !belt.blocked {
                belt.time += (now - belt.moved_at).0;
            }
            belt.moved_at = now;
        }
    }

    /// The belt may move again after a stop.
    pub(super) fn resume_belt<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        if let Some(belt) = &mut self.units[id as usize].belt {
            belt.moved_at = ctx.now;
            belt.scheduled = None;
            self.next_belt(ctx, id);
        }
    }

    /// Lets a piece on, if one waits and the pitch allows.
    pub(super) fn start_belt<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        self.sync_belt(ctx.now, id);
        self.enter(ctx, id);
        self.next_belt(ctx, id);
    }

    /// Whether a piece may enter now.
    pub(super) fn is_belt_open(&self, now: Time, id: u32) -> bool {
        let unit = &self.units[id as usize];
        let moving = unit.up == UnitState::Execute;
        unit.belt.as_ref().is_some_and(|belt| {
            let ran = if moving && !belt.blocked {
                (now - belt.moved_at).0
            } else {
                0
            };
            moving && !belt.blocked && belt.time + ran >= belt.next_entry
        })
    }

    fn enter<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let station = &ctx.plant.stations[StationId(id)];
        let Process::Stream { pitch } = station.process else {
            return;
        };
        loop {
            let unit = &self.units[id as usize];
            let Some(belt) = &unit.belt else { return };
            let open = unit.up == UnitState::Execute && !belt.blocked;
            let due = unit.stop_is_due();
            if !open || due || belt.time < belt.next_entry {
                return;
            }
            if self.direct {
                self.call_givers(ctx, station);
            }
            let Some(piece) = self.next_piece(ctx, id, station.inputs[0].buffer) else {
                return;
            };
            if !self.in_time(ctx, id, station, piece) {
                continue;
            }
            let product = ctx.bodies.pieces[piece as usize].product;
            let unit = &mut self.units[id as usize];
            let transit = time_of(station, product).draw(&mut unit.process);
            let Some(belt) = &mut unit.belt else { return };
            let last = belt.items.back().map_or(0, |item| item.exit);
            let exit = (belt.time + transit.0).max(last);
            belt.items.push_back(Item {
                piece,
                exit,
                started: ctx.now,
            });
            belt.next_entry = belt.time + pitch.0.max(1);
            unit.servers[0].phase = Phase::Working;
            self.refresh(ctx, id, 0);
            if self.units[id as usize].told {
                let tag = Tag(ctx.bodies.pieces[piece as usize].serial.0);
                let event = Event::Station(StationId(id), StationEvent::Started(tag));
                self.report(ctx, station.delay, event);
            }
            self.count_started(ctx, id, 0);
        }
    }

    /// The belt has reached an exit or an entry.
    pub(super) fn belt_due<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        generation: u16,
    ) {
        let station = &ctx.plant.stations[StationId(id)];
        let Some(belt) = &mut self.units[id as usize].belt else {
            return;
        };
        if belt.generation != generation {
            return;
        }
        belt.scheduled = None;
        self.sync_belt(ctx.now, id);
        while let Some(belt) = &mut self.units[id as usize].belt {
            let (time, blocked) = (belt.time, belt.blocked);
            let Some(&item) = belt
                .items
                .front()
                .filter(|item| item.exit <= time && !blocked)
            else {
                break;
            };
            belt.items.pop_front();
            self.finish(ctx, id, station, (0, item.started), &[item.piece]);
            if let Some(buffer) = self.push_out(ctx, id, 0) {
                self.block_belt(ctx, id, buffer);
            }
        }
        self.enter(ctx, id);
        self.show_belt(ctx, id);
        self.next_belt(ctx, id);
    }

    fn block_belt<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, buffer: BufferId) {
        self.stores[buffer.index()]
            .givers
            .push_back(Giver::Belt { station: id });
        if let Some(belt) = &mut self.units[id as usize].belt {
            belt.blocked = true;
        }
        self.units[id as usize].servers[0].phase = Phase::Leaving;
        self.refresh(ctx, id, 0);
        self.stop_blocked(id, 0);
    }

    /// The belt's turn at a buffer: true if it need not wait there any longer.
    pub(super) fn give_belt<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) -> bool {
        let out = &self.units[id as usize].servers[0].out;
        let Some(To::Buffer(asked)) = out.front().map(|out| out.to) else {
            return true;
        };
        match self.push_out(ctx, id, 0) {
            Some(buffer) if buffer == asked => return false,
            Some(buffer) => {
                self.stores[buffer.index()]
                    .givers
                    .push_back(Giver::Belt { station: id });
                return true;
            }
            None => {}
        }
        self.sync_belt(ctx.now, id);
        if let Some(belt) = &mut self.units[id as usize].belt {
            belt.blocked = false;
        }
        self.show_belt(ctx, id);
        self.next_belt(ctx, id);
        self.wake(id);
        true
    }

    pub(super) fn show_belt<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let unit = &mut self.units[id as usize];
        let Some(belt) = &unit.belt else { return };
        let phase = match (belt.blocked, belt.items.is_empty()) {
            (true, _) => Phase::Leaving,
            (false, true) => Phase::Empty,
            (false, false) => Phase::Working,
        };
        unit.servers[0].phase = phase;
        self.refresh(ctx, id, 0);
        if phase == Phase::Empty && self.units[id as usize].stop_is_due() {
            self.wake(id);
        }
    }

    /// Schedules the next exit, or the next entry if a piece waits for the pitch.
    pub(super) fn next_belt<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32) {
        let store = &self.stores[ctx.plant.stations[StationId(id)].inputs[0].buffer.index()];
        let waits = !store.pieces.is_empty() || store.pieces_left > 0 || !store.givers.is_empty();
        let unit = &mut self.units[id as usize];
        let closed = unit.stop_is_due();
        let Some(belt) = &mut unit.belt else { return };
        if unit.up != UnitState::Execute || belt.blocked {
            belt.generation = belt.generation.wrapping_add(1);
            belt.scheduled = None;
            return;
        }
        let exit = belt.items.front().map(|item| item.exit);
        let entry = (waits && !closed && belt.time < belt.next_entry).then_some(belt.next_entry);
        let Some(target) = exit.into_iter().chain(entry).min() else {
            return;
        };
        let at = belt.moved_at + Span((target - belt.time).max(0));
        if belt.scheduled != Some(at) {
            belt.scheduled = Some(at);
            belt.generation = belt.generation.wrapping_add(1);
            let what = What::Belt {
                station: id,
                generation: belt.generation,
            };
            schedule(ctx, at, what);
        }
    }
}
