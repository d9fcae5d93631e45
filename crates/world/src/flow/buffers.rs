//! Buffers: queues of pieces, ports where carriers are unloaded or loaded, stores of carriers.

use super::{Flow, Giver, What, schedule};
use crate::Ctx;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Buffer, BufferKind, Owner, Process};
use serde::{Deserialize, Serialize};

/// A buffer's content.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Store {
    /// Rows of pieces (queues).
    pub pieces: VecDeque<u32>,
    /// Room for pieces; `u32::MAX` for no limit.
    pub capacity: u32,
    /// A queue without places: pieces go straight to a free server behind.
    pub direct: bool,
    /// Somebody behind asks how long the first piece (or carrier) has waited.
    pub timed: bool,
    /// When they came, in order.
    pub came: VecDeque<Time>,
    /// Stations that take from here, in order of id.
    pub takers: Vec<u32>,
    /// Givers that wait for room, first come first served.
    pub givers: VecDeque<Giver>,
    /// Control is told of arrivals.
    pub told: bool,
    /// Unload port: carriers with pieces, in order of coming. Load port: empties, in order of coming.
    pub carriers: VecDeque<u32>,
    /// Unload port: pieces already taken from the first of `carriers`.
    pub taken: u32,
    /// Unload port: pieces still to take.
    pub pieces_left: u32,
    /// Load port: the carrier being filled.
    pub filling: Option<u32>,
    /// Load port: when the last piece went in, and whether a flush is scheduled.
    pub last_put: Time,
    pub flush_armed: bool,
    /// Unload port: empties on the inner conveyor, in order, and those waiting for its far end.
    pub returning: VecDeque<u32>,
    pub stuck: VecDeque<u32>,
    /// Load port: unload ports whose empties come here by themselves.
    pub feeders: Vec<BufferId>,
    /// Loads at its places.
    pub loads: u32,
}

impl Store {
    pub fn new(buffer: &Buffer) -> Store {
        let capacity = match buffer.kind {
            BufferKind::Queue { capacity } => capacity.unwrap_or(u32::MAX),
            _ => 0,
        };
        let direct = super::is_direct(&buffer.kind);
        Store {
            capacity,
            direct,
            ..Store::default()
        }
    }
}

impl Flow {
    /// Pieces that stations can take from a buffer now.
    #[inline]
    pub(super) fn available(&self, buffer: BufferId) -> u32 {
        let store = &self.stores[buffer.index()];
        store.pieces.len() as u32 + store.pieces_left
    }

    /// Takes the first piece. Room made is offered to waiting givers.
    #[inline(always)]
    pub(super) fn take<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
    ) -> Option<u32> {
        let store = &mut self.stores[buffer.index()];
        if let Some(piece) = store.pieces.pop_front() {
            let level = store.pieces.len() as u32;
            ctx.sink.record(ctx.now, Record::Level { buffer, level });
            if store.timed {
                store.came.pop_front();
            }
            if !store.givers.is_empty() && !store.direct {
                self.serve_givers(ctx, buffer);
            }
            return Some(piece);
        }
        if store.pieces_left > 0 {
            self.unload_one(ctx, buffer)
        } else {
            None
        }
    }

    /// Takes the piece with this serial from a queue.
    pub(super) fn take_tagged<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
        tag: Tag,
    ) -> Option<u32> {
        let store = &mut self.stores[buffer.index()];
        let at = store
            .pieces
            .iter()
            .position(|&row| ctx.bodies.pieces[row as usize].serial.0 == tag.0)?;
        let piece = store.pieces.remove(at);
        if store.timed {
            store.came.remove(at);
        }
        let level = store.pieces.len() as u32;
        ctx.sink.record(ctx.now, Record::Level { buffer, level });
        if !store.givers.is_empty() && !store.direct {
            self.serve_givers(ctx, buffer);
        }
        piece
    }

    /// Puts a piece in, if there is room, and wakes the stations that take from here.
    #[inline]
    pub(super) fn put<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
        piece: u32,
    ) -> bool {
        let store = &mut self.stores[buffer.index()];
        if store.pieces.len() as u32 >= store.capacity {
            return self.put_elsewhere(ctx, buffer, piece);
        }
        self.enqueue(ctx, buffer, piece);
        true
    }

    /// A buffer without a free place in its queue: a port, or straight to a free server.
    #[inline(never)]
    fn put_elsewhere<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
        piece: u32,
    ) -> bool {
        let store = &self.stores[buffer.index()];
        if store.direct {
            let room = self.has_direct_room(ctx, buffer);
            if room {
                self.enqueue(ctx, buffer, piece);
            }
            return room;
        }
        store.capacity == 0 && self.load_one(ctx, buffer, piece)
    }

    /// Whether a server behind a queue without places is free for one more piece.
    pub(super) fn has_direct_room<S>(&self, ctx: &Ctx<'_, S>, buffer: BufferId) -> bool {
        let store = &self.stores[buffer.index()];
        let ready = |total: u32, &taker: &u32| total.saturating_add(self.ready(ctx, taker));
        (store.pieces.len() as u32) < store.takers.iter().fold(0, ready)
    }

    /// Pieces that a station could start at once.
    fn ready<S>(&self, ctx: &Ctx<'_, S>, id: u32) -> u32 {
        let unit = &self.units[id as usize];
        if unit.up != UnitState::Execute || unit.stop_is_due() {
            return 0;
        }
        match ctx.plant.stations[StationId(id)].process {
            Process::Single { .. } if unit.grows => u32::MAX,
            Process::Single { .. } => unit.free.len() as u32,
            Process::Batch { max, .. } => max.saturating_mul(unit.free.len() as u32),
            Process::Stream { .. } => u32::from(self.is_belt_open(ctx.now, id)),
        }
    }

    /// Since when the first piece (or carrier) of a buffer has waited; told only where it matters.
    pub(super) fn oldest(&self, buffer: BufferId) -> Option<Time> {
        self.stores[buffer.index()].came.front().copied()
    }

    #[inline]
    fn enqueue<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: BufferId, piece: u32) {
        let store = &mut self.stores[buffer.index()];
        store.pieces.push_back(piece);
        if store.timed {
            store.came.push_back(ctx.now);
        }
        let level = store.pieces.len() as u32;
        ctx.sink.record(ctx.now, Record::Level { buffer, level });
        if store.told {
            let Piece { serial, product } = Piece::of(ctx, piece);
            let event = QueueEvent::Arrived {
                tag: Tag(serial),
                product,
            };
            ctx.ready.push(Event::Queue(buffer, event));
            return;
        }
        self.wake_takers(buffer);
    }

    /// Stations that take from a buffer look at it again.
    #[inline]
    fn wake_takers(&mut self, buffer: BufferId) {
        for &taker in &self.stores[buffer.index()].takers {
            let unit = &mut self.units[taker as usize];
            // A busy plain station looks by itself when it is done.
            let busy = unit.plain.is_some() && unit.free.is_empty() && !self.direct;
            if !busy && !unit.woken {
                unit.woken = true;
                self.wake.push_back(taker);
            }
        }
    }

    /// Offers room to givers in the order they came, until it is used up.
    #[inline(never)]
    pub(super) fn serve_givers<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: BufferId) {
        while let Some(&giver) = self.stores[buffer.index()].givers.front() {
            let served = match giver {
                Giver::Server { station, server } => self.give(ctx, station, server),
                Giver::Belt { station } => self.give_belt(ctx, station),
                Giver::Source(source) => self.feed(ctx, source),
            };
            if !served {
                return;
            }
            self.stores[buffer.index()].givers.pop_front();
        }
    }

    /// The next piece out of the first carrier of an unload port.
    #[inline(never)]
    fn unload_one<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: BufferId) -> Option<u32> {
        let store = &mut self.stores[buffer.index()];
        let &carrier = store.carriers.front()?;
        let row = &mut ctx.bodies.carriers[carrier as usize];
        let piece = row.pieces[store.taken as usize];
        store.taken += 1;
        store.pieces_left -= 1;
        if store.taken as usize == row.pieces.len() {
            row.pieces.clear();
            let place = row.at;
            store.taken = 0;
            store.carriers.pop_front();
            store.came.pop_front();
            ctx.ready.push(Event::Place(
                place,
                PlaceEvent::Emptied(Tag(u64::from(carrier))),
            ));
            self.send_back(ctx, buffer, carrier);
        }
        Some(piece)
    }

    /// Puts an empty on the inner conveyor of its unload port, if it has one.
    fn send_back<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: BufferId, carrier: u32) {
        if let BufferKind::Unload {
            returns: Some((_, time)),
            ..
        } = ctx.plant.buffers[buffer].kind
        {
            self.stores[buffer.index()].returning.push_back(carrier);
            schedule(ctx, ctx.now + time, What::Return { buffer: buffer.0 });
        }
    }

    /// An empty has reached the end of the inner conveyor.
    pub(super) fn returned<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: u32) {
        if let Some(carrier) = self.stores[buffer as usize].returning.pop_front() {
            self.stores[buffer as usize].stuck.push_back(carrier);
            self.hand_back(ctx, BufferId(buffer));
        }
    }

    /// Moves returned empties to free places of the load port.
    fn hand_back<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: BufferId) {
        let BufferKind::Unload {
            returns: Some((to, _)),
            ..
        } = ctx.plant.buffers[buffer].kind
        else {
            return;
        };
        let BufferKind::Load { ref places, .. } = ctx.plant.buffers[to].kind else {
            return;
        };
        while let Some(&carrier) = self.stores[buffer.index()].stuck.front() {
            let free = (places.start.0..places.end.0)
                .map(PlaceId)
                .find(|place| ctx.bodies.at[*place].is_none());
            let Some(place) = free else { return };
            self.stores[buffer.index()].stuck.pop_front();
            let from = ctx.bodies.carriers[carrier as usize].at;
            if ctx.bodies.move_carrier(from, place).is_ok() {
                self.carrier_left(ctx, from);
                self.carrier_came(ctx, place);
            }
        }
    }

    /// A piece into the carrier being filled at a load port.
    #[inline(never)]
    fn load_one<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
        piece: u32,
    ) -> bool {
        let BufferKind::Load {
            carrier: kind,
            flush,
            ..
        } = ctx.plant.buffers[buffer].kind
        else {
            return false;
        };
        let store = &mut self.stores[buffer.index()];
        if store.filling.is_none() {
            store.filling = store.carriers.pop_front();
        }
        let Some(carrier) = store.filling else {
            return false;
        };
        let row = &mut ctx.bodies.carriers[carrier as usize];
        row.pieces.push(piece);
        let full = row.pieces.len() >= usize::from(ctx.plant.carriers[kind].capacity);
        store.last_put = ctx.now;
        if full {
            self.filled(ctx, buffer, carrier);
        } else if let (Some(flush), false) = (flush, store.flush_armed) {
            store.flush_armed = true;
            schedule(ctx, ctx.now + flush, What::Flush { buffer: buffer.0 });
        }
        true
    }

    fn filled<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: BufferId, carrier: u32) {
        self.stores[buffer.index()].filling = None;
        let row = &ctx.bodies.carriers[carrier as usize];
        let product = row.pieces.first().map_or(ProductId(0), |&piece| {
            ctx.bodies.pieces[piece as usize].product
        });
        let tag = Tag(u64::from(carrier));
        let event = PlaceEvent::Filled {
            tag,
            count: row.pieces.len() as u16,
            product,
        };
        ctx.ready.push(Event::Place(row.at, event));
    }

    /// A part-full carrier goes after a while without a new piece.
    pub(super) fn flush_due<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, buffer: u32) {
        let id = BufferId(buffer);
        let BufferKind::Load {
            flush: Some(flush), ..
        } = ctx.plant.buffers[id].kind
        else {
            return;
        };
        let store = &mut self.stores[buffer as usize];
        store.flush_armed = false;
        let Some(carrier) = store.filling else { return };
        let due = store.last_put + flush;
        if due > ctx.now {
            store.flush_armed = true;
            schedule(ctx, due, What::Flush { buffer });
        } else {
            self.filled(ctx, id, carrier);
        }
    }

    /// The empties of the plant stand at their places from the start.
    pub(super) fn place_carriers<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        for place in ctx.plant.places.ids() {
            if ctx.bodies.at[place].is_some() {
                self.carrier_came(ctx, place);
            }
        }
    }

    /// A carrier has just been put on this place.
    pub fn carrier_came<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, place: PlaceId) {
        let (Owner::Buffer(buffer), Some(carrier)) =
            (ctx.plant.places[place].owner, ctx.bodies.at[place])
        else {
            return;
        };
        let store = &mut self.stores[buffer.index()];
        store.loads += 1;
        let level = store.loads;
        ctx.sink.record(ctx.now, Record::Level { buffer, level });
        ctx.ready.push(Event::Place(
            place,
            PlaceEvent::Occupied(Tag(u64::from(carrier))),
        ));
        if !self.foreign[buffer.index()] {
            self.stands(ctx, buffer, carrier);
        }
        self.settle(ctx);
    }

    /// A carrier that stands at a port can be taken from, or put into.
    pub(super) fn stands<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        buffer: BufferId,
        carrier: u32,
    ) {
        let store = &mut self.stores[buffer.index()];
        let pieces = ctx.bodies.carriers[carrier as usize].pieces.len() as u32;
        match ctx.plant.buffers[buffer].kind {
            BufferKind::Unload { .. } if pieces > 0 => {
                store.carriers.push_back(carrier);
                store.came.push_back(ctx.now);
                store.pieces_left += pieces;
                self.wake_takers(buffer);
            }
            BufferKind::Unload { .. } => {
                self.send_back(ctx, buffer, carrier);
            }
            BufferKind::Load { .. } if pieces == 0 => {
                store.carriers.push_back(carrier);
                self.serve_givers(ctx, buffer);
            }
            _ => {}
        }
    }

    /// A carrier has just been taken from this place.
    pub fn carrier_left<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, place: PlaceId) {
        let Owner::Buffer(buffer) = ctx.plant.places[place].owner else {
            return;
        };
        let store = &mut self.stores[buffer.index()];
        store.loads -= 1;
        let level = store.loads;
        // An empty that waited to be filled may have gone.
        store.carriers.retain(|&carrier| {
            let at = ctx.bodies.carriers[carrier as usize].at;
            ctx.plant.places[at].owner == Owner::Buffer(buffer)
        });
        ctx.sink.record(ctx.now, Record::Level { buffer, level });
        ctx.ready.push(Event::Place(place, PlaceEvent::Freed));
        for i in 0..self.stores[buffer.index()].feeders.len() {
            let feeder = self.stores[buffer.index()].feeders[i];
            if !self.stores[feeder.index()].stuck.is_empty() {
                self.hand_back(ctx, feeder);
            }
        }
        self.settle(ctx);
    }

    /// Whether a vehicle may take the carrier standing there: not while a station is busy with it.
    pub fn may_take<S: RecordSink>(&self, ctx: &Ctx<'_, S>, place: PlaceId) -> bool {
        let (Owner::Buffer(buffer), Some(carrier)) =
            (ctx.plant.places[place].owner, ctx.bodies.at[place])
        else {
            return true;
        };
        let store = &self.stores[buffer.index()];
        match ctx.plant.buffers[buffer].kind {
            BufferKind::Unload { .. } => {
                !store.carriers.contains(&carrier)
                    && !store.returning.contains(&carrier)
                    && !store.stuck.contains(&carrier)
            }
            BufferKind::Load { .. } => store.filling != Some(carrier),
            _ => true,
        }
    }
}

/// What a reader sees of a piece.
struct Piece {
    serial: u64,
    product: ProductId,
}
impl Piece {
    fn of<S>(ctx: &Ctx<'_, S>, row: u32) -> Piece {
        let piece = &ctx.bodies.pieces[row as usize];
        Piece {
            serial: piece.serial.0,
            product: piece.product,
        }
    }
}
