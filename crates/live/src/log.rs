//! What the main loop needs of whoever keeps its facts.

use fenhe_contract::{Digest, Event, StationId, VehicleId};
use fenhe_wire::vda5050::Now;

/// Whose state it is. Names are the lasting identity: whoever keeps it keeps the name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LinkKey {
    /// The link with a vehicle.
    Vehicle(VehicleId),
    /// The telegrams with the gateway of stations and sources.
    Stations,
    /// What a station's own driver was told and told us.
    Station(StationId),
    /// The telegrams with a second gateway, beside the first.
    Beside,
    /// Who a vehicle is.
    Mode(VehicleId),
}

/// Keeps facts and the states of links.
pub trait Log {
    /// Why something could not be kept.
    type Error;
    /// Facts, all at one time, in order, and the newest states of links, both or neither. Durable on
    /// return.
    ///
    /// # Errors
    /// Nothing was kept; the same call may be made again.
    fn commit(
        &mut self,
        now: Now,
        facts: &[Event],
        links: &[(LinkKey, Vec<u8>)],
    ) -> Result<(), Self::Error>;
    /// The whole state of the core after the last fact, so that a replay may begin there.
    ///
    /// # Errors
    /// Nothing was kept; facts are there all the same.
    fn snapshot(&mut self, now: Now, digest: Digest, bytes: Vec<u8>) -> Result<(), Self::Error>;
    /// Nothing waits: a moment for work that may be done at any time, some milliseconds of it.
    fn tidy(&mut self, _: Now) {}
    /// Decisions have to wait for it.
    fn slow(&self) -> bool {
        false
    }
}

/// Keeps nothing: for runs on a virtual clock.
impl Log for () {
    type Error = std::convert::Infallible;
    fn commit(&mut self, _: Now, _: &[Event], _: &[(LinkKey, Vec<u8>)]) -> Result<(), Self::Error> {
        Ok(())
    }
    fn snapshot(&mut self, _: Now, _: Digest, _: Vec<u8>) -> Result<(), Self::Error> {
        Ok(())
    }
}
