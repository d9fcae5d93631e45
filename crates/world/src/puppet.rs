//! Vehicles and stations of which a real one does the work: in the simulated plant their bodies follow what it reports,
//! so that a real vehicle can serve a simulated station.

use super::*;

/// Why the other side of a device is not switched now. Nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotNow {
    /// There is no such device.
    Unknown,
    /// It has something to do.
    Busy,
    /// A load that was not stated: on which place.
    Loaded(PlaceId),
    /// A load was stated that is not there: on which place.
    NoLoad(PlaceId),
}

/// A report that does not fit the simulated plant. Only what the report says of the vehicle itself was
/// followed; loads are where they were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misfit {
    /// It is simulated, or there is none.
    NotAPuppet,
    /// There is no such node.
    NoNode(NodeId),
    /// A reported hand-over that cannot have taken place here.
    Hand {
        /// The deck position.
        deck: u8,
        /// The place.
        place: PlaceId,
        /// Take (`true`) or give.
        pick: bool,
        /// Why not.
        why: Why,
    },
    /// A port cannot have been filled or emptied like this here.
    Port {
        /// The place.
        place: PlaceId,
        /// Why not.
        why: Why,
    },
}

impl World {
    /// From now on a real vehicle is this one (`true`), or the simulated one goes on where the real one was
    /// last. `stated`: the deck positions that carry a load, as somebody has looked.
    ///
    /// A puppet's battery, faults and speed are not simulated, it tells nothing, and the referee judges neither
    /// where it is nor what it touches: between two reports nobody knows.
    ///
    /// # Errors
    /// See [`NotNow`].
    pub fn puppet<S: RecordSink>(
        &mut self,
        at: Time,
        v: VehicleId,
        on: bool,
        stated: &[u8],
        sink: &mut S,
    ) -> Result<(), NotNow> {
        self.acting(at, sink, |fleet, _, ctx| fleet.puppet(ctx, v, on, stated))
    }

    /// Whether a real vehicle is this one.
    pub fn is_puppet(&self, v: VehicleId) -> bool {
        self.state.fleet.is_puppet(v)
    }

    /// A puppet does what the real vehicle reported. A load that was picked or dropped moves exactly as in a
    /// simulated hand-over; stations tell of it as ever. `at` is not before the last thing that happened.
    ///
    /// # Errors
    /// What does not fit: told, not put right.
    pub fn follow<S: RecordSink>(
        &mut self,
        at: Time,
        v: VehicleId,
        event: &VehicleEvent,
        sink: &mut S,
    ) -> Result<(), Misfit> {
        self.acting(at, sink, |fleet, flow, ctx| {
            fleet.follow(ctx, flow, v, event)
        })
    }

    /// From now on a real machine does the work of the one that this station is part of (`true`), or the simulated
    /// one goes on. What is joined without a transport - queues, ports, further stations, sources, sinks - is one machine.
    /// `stated`: the places of its ports that hold pieces, as somebody has looked.
    ///
    /// # Errors
    /// See [`NotNow`].
    pub fn foreign<S: RecordSink>(
        &mut self,
        at: Time,
        station: StationId,
        on: bool,
        stated: &[PlaceId],
        sink: &mut S,
    ) -> Result<(), NotNow> {
        self.acting(at, sink, |_, flow, ctx| {
            flow.foreign(ctx, station, on, stated)
        })
    }

    /// What a real machine reported of its ports: its carriers are emptied and filled here too. Reports of
    /// machines that are simulated change nothing.
    ///
    /// # Errors
    /// What does not fit: told, not put right.
    pub fn follow_place<S: RecordSink>(
        &mut self,
        at: Time,
        place: PlaceId,
        event: PlaceEvent,
        sink: &mut S,
    ) -> Result<(), Misfit> {
        let result = self.acting(at, sink, |_, flow, ctx| flow.follow(ctx, place, event));
        result.map_err(|why| Misfit::Port { place, why })
    }

    /// Whether a fact is of a machine that is simulated.
    pub fn simulates(&self, event: &Event) -> bool {
        self.state.flow.simulates(&self.plant, event)
    }

    /// Whether a station is simulated.
    pub fn simulates_station(&self, station: StationId) -> bool {
        self.state.flow.simulates_station(&self.plant, station)
    }
}
