//! Machines of which a real one does the work. Whatever is joined without a transport - stations, their
//! queues and ports, sources and sinks - is one machine and is switched as one.
//!
//! The simulated one takes nothing from its ports and puts nothing there; what its ports hold follows what the real
//! one reports. Pieces that are inside it stay there until it goes on.

use super::Flow;
use crate::Ctx;
use crate::puppet::NotNow;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

impl Flow {
    /// A real machine takes over from the one that this station is part of, or gives back. Nothing of a load may be in
    /// work, and every place with pieces is stated.
    pub(crate) fn foreign<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        station: StationId,
        on: bool,
        stated: &[PlaceId],
    ) -> Result<(), NotNow> {
        if ctx.plant.stations.get(station).is_none() {
            return Err(NotNow::Unknown);
        }
        let buffers = machine(ctx.plant, station);
        if buffers.iter().all(|b| self.foreign[b.index()] == on) {
            return Ok(());
        }
        for &buffer in &buffers {
            self.may_switch(ctx, buffer, stated)?;
        }
        for &buffer in &buffers {
            self.foreign[buffer.index()] = on;
            let store = &mut self.stores[buffer.index()];
            store.carriers.clear();
            store.came.clear();
            (store.pieces_left, store.filling) = (0, None);
            for place in places(ctx.plant, buffer) {
                if let (false, Some(carrier)) = (on, ctx.bodies.at[place]) {
                    self.stands(ctx, buffer, carrier);
                }
            }
        }
        self.settle(ctx);
        Ok(())
    }

    fn may_switch<S: RecordSink>(
        &self,
        ctx: &Ctx<'_, S>,
        buffer: BufferId,
        stated: &[PlaceId],
    ) -> Result<(), NotNow> {
        let store = &self.stores[buffer.index()];
        let pieces = |carrier: u32| ctx.bodies.carriers[carrier as usize].pieces.len();
        let begun = store.filling.is_some_and(|carrier| pieces(carrier) > 0);
        if store.taken > 0 || begun || !store.returning.is_empty() || !store.stuck.is_empty() {
            return Err(NotNow::Busy);
        }
        for place in places(ctx.plant, buffer) {
            let full = ctx.bodies.at[place].is_some_and(|carrier| pieces(carrier) > 0);
            match (full, stated.contains(&place)) {
                (true, false) => return Err(NotNow::Loaded(place)),
                (false, true) => return Err(NotNow::NoLoad(place)),
                _ => {}
            }
        }
        Ok(())
    }

    /// What a real machine reported of its ports: pieces come and go with their carrier, wherever that is now.
    pub(crate) fn follow<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        place: PlaceId,
        event: PlaceEvent,
    ) -> Result<(), Why> {
        let Some(Owner::Buffer(buffer)) = ctx.plant.places.get(place).map(|place| place.owner)
        else {
            return Err(Why::NotThere);
        };
        if !self.foreign[buffer.index()] {
            return Ok(());
        }
        match event {
            PlaceEvent::Freed => {}
            PlaceEvent::Occupied(tag) => self.moved_inside(ctx, place, tag),
            PlaceEvent::Emptied(tag) => {
                let carrier = known(ctx, place, tag).ok_or(Why::Empty)?;
                let rows = core::mem::take(&mut ctx.bodies.carriers[carrier as usize].pieces);
                for row in rows {
                    ctx.bodies.destroy(row);
                    self.gone += 1;
                }
            }
            PlaceEvent::Filled {
                tag,
                count,
                product,
            } => {
                let carrier = known(ctx, place, tag).ok_or(Why::Empty)?;
                if !ctx.bodies.carriers[carrier as usize].pieces.is_empty() {
                    return Err(Why::Occupied);
                }
                let kind = ctx.bodies.carriers[carrier as usize].kind;
                if count > ctx.plant.carriers[kind].capacity
                    || ctx.plant.products.get(product).is_none()
                {
                    return Err(Why::WrongKind);
                }
                for _ in 0..count {
                    let row = ctx.bodies.create(piece(ctx.now, product));
                    ctx.bodies.carriers[carrier as usize].pieces.push(row);
                }
            }
        }
        Ok(())
    }

    /// A carrier that an inner conveyor has brought to another port of the machine.
    fn moved_inside<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, place: PlaceId, tag: Tag) {
        let Some(carrier) = known(ctx, place, tag) else {
            return;
        };
        let from = ctx.bodies.carriers[carrier as usize].at;
        let Owner::Buffer(buffer) = ctx.plant.places[from].owner else {
            return; // on a vehicle that has not reported yet
        };
        let moves = from != place && self.foreign[buffer.index()];
        if moves && ctx.bodies.move_carrier(from, place).is_ok() {
            self.carrier_left(ctx, from);
            self.carrier_came(ctx, place);
        }
    }

    /// Whether a fact is of a machine that is simulated.
    pub(crate) fn simulates(&self, plant: &Plant, event: &Event) -> bool {
        let here = |buffer: BufferId| !self.foreign[buffer.index()];
        match *event {
            Event::Place(place, _) => match plant.places.get(place).map(|place| place.owner) {
                Some(Owner::Buffer(buffer)) => here(buffer),
                _ => true,
            },
            Event::Queue(buffer, _) => here(buffer),
            Event::Station(station, _) => self.simulates_station(plant, station),
            Event::Source(source, _) => plant.sources.get(source).is_none_or(|s| here(s.to)),
            Event::Sink(sink, _) => {
                let gives = |station: &StationId| {
                    let mut outputs = plant.stations[*station].outputs.iter();
                    outputs.any(|out| out.to == To::Sink(sink))
                };
                let mut givers = plant.stations.ids().filter(gives);
                givers.all(|station| self.simulates_station(plant, station))
            }
            _ => true,
        }
    }

    /// Whether a station is simulated.
    pub(crate) fn simulates_station(&self, plant: &Plant, station: StationId) -> bool {
        let Some(row) = plant.stations.get(station) else {
            return true;
        };
        touched(row).all(|buffer| !self.foreign[buffer.index()])
    }
}

/// The carrier that a report is about: by its mark, or the one that stands there.
fn known<S: RecordSink>(ctx: &Ctx<'_, S>, place: PlaceId, tag: Tag) -> Option<u32> {
    let row = u32::try_from(tag.0).ok();
    let marked =
        row.filter(|&row| tag != Tag::UNREAD && (row as usize) < ctx.bodies.carriers.len());
    marked.or(ctx.bodies.at[place])
}

fn piece(now: Time, product: ProductId) -> crate::Piece {
    crate::Piece {
        serial: PieceSerial(0),
        product,
        order: OrderId(0),
        source: SourceId(0),
        born: now,
        stepped: now,
        done: 0,
        reworked: 0,
    }
}

/// Places of a port or store.
fn places(plant: &Plant, buffer: BufferId) -> impl Iterator<Item = PlaceId> + use<> {
    let places = match plant.buffers[buffer].kind {
        BufferKind::Queue { .. } => PlaceId(0)..PlaceId(0),
        BufferKind::Unload { ref places, .. }
        | BufferKind::Load { ref places, .. }
        | BufferKind::Store { ref places } => places.clone(),
    };
    (places.start.0..places.end.0).map(PlaceId)
}

/// Buffers that a station takes from or gives to.
fn touched(station: &Station) -> impl Iterator<Item = BufferId> + '_ {
    let outputs = station.outputs.iter().filter_map(|out| match out.to {
        To::Buffer(to) => Some(to),
        To::Sink(_) => None,
    });
    let inputs = station.inputs.iter().map(|input| input.buffer);
    let rework = station.rework.iter().map(|rework| rework.to);
    inputs.chain(outputs).chain(rework)
}

/// Buffers of the machine that a station is part of.
fn machine(plant: &Plant, station: StationId) -> Vec<BufferId> {
    let mut all: Vec<BufferId> = touched(&plant.stations[station]).collect();
    loop {
        let before = all.len();
        let add = |all: &mut Vec<BufferId>, buffer: BufferId| {
            if !all.contains(&buffer) {
                all.push(buffer);
            }
        };
        for row in plant.stations.iter() {
            if touched(row).any(|buffer| all.contains(&buffer)) {
                touched(row).for_each(|buffer| add(&mut all, buffer));
            }
        }
        for (id, buffer) in plant.buffers.pairs() {
            if let BufferKind::Unload {
                returns: Some((to, _)),
                ..
            } = buffer.kind
                && (all.contains(&id) || all.contains(&to))
            {
                add(&mut all, id);
                add(&mut all, to);
            }
        }
        if all.len() == before {
            all.sort();
            return all;
        }
    }
}
