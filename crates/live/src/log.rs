//! What the main loop needs of whoever keeps its facts.

use fenhe_contract::{Event, VehicleId};
use fenhe_wire::vda5050::Now;

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
        links: &[(VehicleId, Vec<u8>)],
    ) -> Result<(), Self::Error>;
}

/// Keeps nothing: for runs on a virtual clock.
impl Log for () {
    type Error = std::convert::Infallible;
    fn commit(
        &mut self,
        _: Now,
        _: &[Event],
        _: &[(VehicleId, Vec<u8>)],
    ) -> Result<(), Self::Error> {
        Ok(())
    }
}
